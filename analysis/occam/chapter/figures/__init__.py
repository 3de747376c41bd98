"""The figures of the chapter *Occam's razor in neural networks*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
