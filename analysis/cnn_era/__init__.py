"""The CNN era, measured: networks counted, records fitted, and four stages of one small network.

What a notebook needs is here; every module says more. A record series is any table of dates and positive values where
less is better; :func:`fit_halving_time` and :func:`fit_change_points` take one.
"""

from analysis.cnn_era.laboratory.small_network import Design, SmallNetwork
from analysis.cnn_era.laboratory.stages import convolution_seconds, own_record_chart
from analysis.cnn_era.laboratory.training import Recipe, digits, train
from analysis.cnn_era.networks.architectures import Network, network
from analysis.cnn_era.networks.convolution import Convolution, convolve_im2col, convolve_loops, convolve_shifts
from analysis.cnn_era.networks.counting import Count, count, total
from analysis.cnn_era.progress.access import alexnet_bill, cost_of_alexnet_level, rent_of_alexnet_level
from analysis.cnn_era.progress.alignment import align, summarise
from analysis.cnn_era.progress.change_points import Segmentation, fit_change_points
from analysis.cnn_era.progress.halving import HalvingTime, compare_halving_times, fit_halving_time
from analysis.cnn_era.progress.hernandez import contradictions, doubling_by_ends, doubling_by_regression, rows_of
from analysis.cnn_era.progress.pareto import front_by_year, on_front, published_networks
from analysis.cnn_era.progress.records import Records, record_series, step_curve
from analysis.cnn_era.progress.same_hardware import chip_minutes, decompose
from analysis.cnn_era.progress.series import contest, contests

__all__ = [
    "Convolution",
    "Count",
    "Design",
    "HalvingTime",
    "Network",
    "Recipe",
    "Records",
    "Segmentation",
    "SmallNetwork",
    "alexnet_bill",
    "align",
    "chip_minutes",
    "compare_halving_times",
    "contest",
    "contests",
    "contradictions",
    "convolution_seconds",
    "convolve_im2col",
    "convolve_loops",
    "convolve_shifts",
    "cost_of_alexnet_level",
    "count",
    "decompose",
    "digits",
    "doubling_by_ends",
    "doubling_by_regression",
    "fit_change_points",
    "fit_halving_time",
    "front_by_year",
    "network",
    "on_front",
    "own_record_chart",
    "published_networks",
    "record_series",
    "rent_of_alexnet_level",
    "rows_of",
    "step_curve",
    "summarise",
    "total",
    "train",
]
