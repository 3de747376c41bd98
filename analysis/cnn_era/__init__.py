"""The CNN era, measured: networks counted, records fitted, and four stages of one small network.

The models of three folders: ``networks`` counts, ``progress`` says how fast a fixed result got cheaper, ``laboratory``
trains one small network. Start with :func:`network` and :func:`total` for what a network costs, :func:`halving_time`
and :func:`segment` for records of anything that became cheaper.

Examples
--------
>>> from analysis import cnn_era
>>> found = cnn_era.total(cnn_era.network("resnet50").layers)
>>> print(f"{found.parameters / 1e6:.1f} million parameters")
25.6 million parameters
>>> print(f"{found.macs / 1e9:.1f} billion multiply-adds an image")
4.1 billion multiply-adds an image

In the chapter
--------------
Section, modules, figures.

====================== ======================================== ============================================
Section                Module                                   Figures
====================== ======================================== ============================================
the claims             progress.alignment, progress.halving     parallel
From AlexNet …         networks.counting, progress.pareto       counted, best-buys, recipes
How fast cheaper       progress.hernandez                       cheaper, progress
Records                progress.series, progress.simulation     records, coverage, halving-times
Faster or cheaper      progress.same_hardware                   faster-or-cheaper, software
The parallel           progress.alignment, .change_points       aligned, one-break
                       progress.leave_one_out (its verdicts)
Four stages            laboratory.stages, .deployment           stages, attempts, answers
Accessible             progress.access, networks.mobile         dollars, one-task
====================== ======================================== ============================================
"""

from analysis.cnn_era.laboratory.deployment import cheapest, in_use
from analysis.cnn_era.laboratory.stages import convolution_seconds, own_record_chart, stage_gains, step_gains
from analysis.cnn_era.laboratory.training import TARGET
from analysis.cnn_era.networks.architectures import mobilenet_v1, network
from analysis.cnn_era.networks.convolution import Convolution, convolve_im2col, convolve_loops
from analysis.cnn_era.networks.counting import count, count_networks, total
from analysis.cnn_era.networks.mobile import dog_breeds
from analysis.cnn_era.networks.traffic import METHODS, forward_bytes
from analysis.cnn_era.progress.access import cost_of_alexnet_level, rent_of_alexnet_level
from analysis.cnn_era.progress.alignment import align, summarise
from analysis.cnn_era.progress.change_points import break_profile, segment
from analysis.cnn_era.progress.halving import compare_halving_times, halving_time
from analysis.cnn_era.progress.hernandez import algorithmic_progress, doubling_by_regression, rows_of
from analysis.cnn_era.progress.pareto import front_by_year, on_front, published_networks, recipes_of, retrained
from analysis.cnn_era.progress.periods import split_at
from analysis.cnn_era.progress.same_hardware import decompose, gpt3_records, imagenet_on_v100, software_gains
from analysis.cnn_era.progress.series import entries_and_records, records_of
from analysis.cnn_era.progress.simulation import coverage, simulate_records

__all__ = [
    "METHODS",
    "TARGET",
    "Convolution",
    "algorithmic_progress",
    "align",
    "break_profile",
    "cheapest",
    "compare_halving_times",
    "convolution_seconds",
    "convolve_im2col",
    "convolve_loops",
    "cost_of_alexnet_level",
    "count",
    "count_networks",
    "coverage",
    "decompose",
    "dog_breeds",
    "doubling_by_regression",
    "entries_and_records",
    "forward_bytes",
    "front_by_year",
    "gpt3_records",
    "halving_time",
    "imagenet_on_v100",
    "in_use",
    "mobilenet_v1",
    "network",
    "on_front",
    "own_record_chart",
    "published_networks",
    "recipes_of",
    "records_of",
    "rent_of_alexnet_level",
    "retrained",
    "rows_of",
    "segment",
    "simulate_records",
    "software_gains",
    "split_at",
    "stage_gains",
    "step_gains",
    "summarise",
    "total",
]
