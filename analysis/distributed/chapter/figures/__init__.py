"""The figures of the chapter *Training apart*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
