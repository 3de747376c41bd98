"""The figures of the chapter *Scaling laws, from Kaplan to the meek models*, one function a figure."""

from analysis.kit.figure import functions_of

globals().update(functions_of(__name__))
