"""The figures of the chapter *The CNN-era parallel, measured*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
