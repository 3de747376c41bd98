"""The figures of the chapter *The DeepSeek case, recomputed from its configuration*, one function a figure."""

from analysis.deepseek.chapter.figures.costs import cost_calculator, fleet, same_method, tornado
from analysis.deepseek.chapter.figures.counts import decomposition, flop_per_token, parameters, saving, utilisation
from analysis.deepseek.chapter.figures.efficiency import cache, float8, long_sums, multi_token, routing
from analysis.deepseek.chapter.figures.home import at_home, hybrid, local_or_service, prices
from analysis.deepseek.chapter.figures.scores import benchmarks, tie_threshold

__all__ = [
    "at_home",
    "benchmarks",
    "cache",
    "cost_calculator",
    "decomposition",
    "fleet",
    "float8",
    "flop_per_token",
    "hybrid",
    "local_or_service",
    "long_sums",
    "multi_token",
    "parameters",
    "prices",
    "routing",
    "same_method",
    "saving",
    "tie_threshold",
    "tornado",
    "utilisation",
]
