"""What the chapter is about: its networks, contests, periods and the level of its intervals, each stated once."""

from __future__ import annotations

from analysis.cnn_era.progress.periods import EARLY
from analysis.cnn_era.progress.series import contests

#: The nominal coverage of every interval that the chapter computes.
LEVEL = 0.95
#: The networks whose counts are printed, oldest first.
COUNTED = (
    "alexnet",
    "vgg16",
    "googlenet",
    "resnet50",
    "squeezenet",
    "mobilenet-v1",
    "mobilenet-v2",
    "shufflenet-v2",
    "efficientnet-b0",
)
#: Networks that were trained again, years later, by another recipe.
RETRAINED = ("resnet50", "mobilenet-v1", "mobilenet-v2", "efficientnet-b0")
#: Years of the slider of the Pareto front.
YEARS = tuple(range(2012, 2025))
#: The earlier of the two years that the title of the Pareto front compares.
THEN = 2014
#: The later of the two years that the title of the Pareto front compares.
NOW = 2019
#: The network whose accuracy "AlexNet's accuracy" is, in our list: that of one card.
ALEXNET_LEVEL = "alexnet-owt"
#: Months of a doubling in the usual reading of Moore's law.
MOORE_MONTHS = 24
#: The speedrun before record 92, which keeps a table hundreds of times the size of the net.
BEFORE_TABLE = "nanogpt-91"
#: The last record of the speedrun before it keeps that table.
LAST_BEFORE = 91
#: The record that its author holds it against.
COMPARED = 89
#: Every contest, none of them twice.
CONTESTS = tuple(name for name in contests() if name != BEFORE_TABLE)
#: Days of another cut between early and late, to see whether the shape hangs on the first.
LATER_CUT = 2 * EARLY
#: Contests of the menu, in its order.
MENU = (
    "imagenet-time",
    "imagenet-cost",
    "imagenet-8-v100",
    "cifar10-time",
    "cifar10-cost",
    "mlperf-resnet",
    "mlperf-bert",
    "mlperf-gpt3",
    "nanogpt",
    "nanogpt-medium",
    "nanochat-cost",
)
#: What is drawn on one axis: a fixed result at a cost, or in a time on hardware that does not change.
PARALLEL = ("imagenet-cost", "imagenet-8-v100", "cifar10-cost", "nanogpt", "nanogpt-medium")
#: The part of a first entry at which histories are aligned.
PART = 0.25
#: The contests of images that are compared with those of language, pair by pair.
IMAGES = ("imagenet-cost", "imagenet-8-v100", "cifar10-cost")
#: The contests of language that are compared with those of images, pair by pair.
LANGUAGE = ("nanogpt", "nanogpt-medium", "nanochat-cost")
#: The contest of images and the contest of language that lead the others.
LEADERS = ("imagenet-cost", "nanogpt")
#: Contest, first and last day, and what bounds the period.
PERIODS = (
    ("imagenet-time", None, "2018-04-20", "until the deadline of DAWNBench v1"),
    ("imagenet-time", "2018-04-18", None, "after the deadline"),
    ("imagenet-cost", None, "2018-04-20", "until the deadline of DAWNBench v1"),
    ("imagenet-cost", "2018-04-13", None, "after the deadline"),
    ("nanogpt", None, "2025-01-26", "old timing rule, records 1 to 21"),
    ("nanogpt", "2025-01-26", "2026-08-06", "new timing rule, records 21 to 91"),
    ("nanogpt", "2026-08-06", None, "record 92"),
)
#: Day up to which the speedrun's list counts its tokens.
TOKENS_UNTIL = "2026-01-31"
#: Steps of a simulated series in which no break should be seen.
FALSE_BREAKS_AT = 12
#: How many times apart two paces should be for their difference to be seen.
SEEN_APART = 2.0
