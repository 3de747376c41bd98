"""The figures of the chapter *The CNN-era parallel, measured*, one function a figure."""

from analysis.cnn_era.chapter.figures.access import dollars, one_task
from analysis.cnn_era.chapter.figures.networks import best_buys, counted, recipes
from analysis.cnn_era.chapter.figures.parallel import aligned, coverage, one_break, parallel
from analysis.cnn_era.chapter.figures.progress import cheaper, progress
from analysis.cnn_era.chapter.figures.records import faster_or_cheaper, halving_times, records, software
from analysis.cnn_era.chapter.figures.stages import answers, attempts, stages

__all__ = [
    "aligned",
    "answers",
    "attempts",
    "best_buys",
    "cheaper",
    "counted",
    "coverage",
    "dollars",
    "faster_or_cheaper",
    "halving_times",
    "one_break",
    "one_task",
    "parallel",
    "progress",
    "recipes",
    "records",
    "software",
    "stages",
]
