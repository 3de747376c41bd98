"""The figures of the chapter *The DeepSeek case, recomputed from its configuration*, one function a figure."""

from analysis.deepseek.figures.counts import decomposition, flop_per_token, parameters, saving, utilisation
from analysis.deepseek.figures.efficiency import float8, long_sums, multi_token, routing

__all__ = [
    "decomposition",
    "float8",
    "flop_per_token",
    "long_sums",
    "multi_token",
    "parameters",
    "routing",
    "saving",
    "utilisation",
]
