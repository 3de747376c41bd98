"""The figures of the chapter *The DeepSeek case, recomputed from its configuration*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
