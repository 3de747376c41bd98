"""The figures of the chapter *Market implications, with the assumptions in the open*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
