"""The figures of the chapter *Scaling laws, from Kaplan to the meek models*, one function a figure."""

from analysis.scaling.chapter.figures.corrections import (
    counting,
    inference_aware,
    precision,
    repairs,
    repetition,
    rounding,
)
from analysis.scaling.chapter.figures.fits import bootstrap, stopped_early, sweep_exponent, sweep_isoflop
from analysis.scaling.chapter.figures.forecasts import billion, catching_up, meek_gap, meek_measures
from analysis.scaling.chapter.figures.laws import allocation, diminishing_returns, hoffmann_tables, isoflop_curves

__all__ = [
    "allocation",
    "billion",
    "bootstrap",
    "catching_up",
    "counting",
    "diminishing_returns",
    "hoffmann_tables",
    "inference_aware",
    "isoflop_curves",
    "meek_gap",
    "meek_measures",
    "precision",
    "repairs",
    "repetition",
    "rounding",
    "stopped_early",
    "sweep_exponent",
    "sweep_isoflop",
]
