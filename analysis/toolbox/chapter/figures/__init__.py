"""The figures of the chapter *The toolbox*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
