"""The figures of the chapter *The DeepSeek case, recomputed from its configuration*, one function a figure."""

from analysis.deepseek.figures.counts import parameters

__all__ = ["parameters"]
