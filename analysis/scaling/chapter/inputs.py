"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

import numpy as np

from analysis.kit import facts

#: The printed law, by the name that the figures print.
PRINTED = "Hoffmann, Eq. 10"
#: The refit of 2024, by the name that the figures print.
REFIT = "Besiroglu refit"
#: All laws of the Chinchilla form that the chapter compares.
LAWS = {PRINTED: "hoffmann", "Hoffmann, not rounded": "hoffmann-unrounded", REFIT: "besiroglu"}
LAWS |= {"Muennighoff": "muennighoff"}
#: The two laws that the chapter uses most.
TWO_LAWS = {name: LAWS[name] for name in (PRINTED, REFIT)}
#: Frontiers that the meek model is run on: the refit's, the one that its authors print, and Kaplan's.
MEEK_LAWS = {REFIT: "besiroglu", PRINTED: "meek", "Kaplan": "kaplan"}
#: Seed of every bootstrap.
SEED = 20220329
#: Draws of the bootstrap of a fit.
FIT_RESAMPLES = 400
#: Draws of the bootstrap of a sweep.
SWEEP_RESAMPLES = 2_000
#: Draws of the bootstrap of rounding.
ROUNDING_RESAMPLES = 500
#: Level of the intervals.
LEVEL = 0.95

#: Training budgets of the law of compute, FLOP.
BUDGETS = 10.0 ** np.arange(18, 28.01, 0.25)
#: Training budgets of the valleys, FLOP.
VALLEYS = (1e19, 1e20, 1e21, 1e22, 1e24)
#: Training budgets of the slider, FLOP.
SLIDER = 10.0 ** np.arange(19, 27.01, 0.25)
#: How many times as much compute a step on the ladder takes.
STEP = 10.0
#: The budget from which the text takes a step on the ladder of compute, FLOP.
EARLY = 1e21
#: Compute that an open sweep would have to reach to change our mind, FLOP.
OPEN_SWEEP = 1e25
#: Sizes around the best one of a budget, in multiples of it.
AROUND = 10 ** np.arange(-1.3, 1.31, 0.05)
#: The size that is called too small, in multiples of the best one of a budget.
HALF = 0.5
#: Sizes of models with embeddings, parameters.
SIZES = 10 ** np.arange(8, 13.01, 0.25)
#: Sizes of models without embeddings, parameters.
BARE_SIZES = 10 ** np.arange(3, 13.01, 0.125)
#: The large model of Hoffmann's section 3.4, by its name in the tables.
LARGE = "175b"
#: Data sets of Porian's repairs.
DATASETS = {"RefinedWeb": "refinedweb", "OpenWebText2": "openwebtext2"}

#: A Chinchilla model that will be used, parameters.
USED_MODEL = 13e9
#: The demand for a Chinchilla model that will be used, tokens.
USED = 10 ** np.arange(10, 14.01, 0.125)
#: Passes over the same data.
PASSES = np.round(2 ** np.arange(0, 6.51, 0.125), 6)
#: The passes over the same data that the text names.
FOUR = 4
#: A model that is rounded after training, parameters.
ROUNDED_MODEL = 1e9
#: Bits to which a model is rounded after training.
BITS = (5, 4, 3)
#: Training tokens for each parameter of a model that is rounded.
RATIOS = 10 ** np.arange(0.5, 4.01, 0.0625)
#: Bits at which rounding our own networks costs more than the noise.
MEASURED_BITS = (3, 4, 5)

#: Years of the meek model's pictures.
YEARS = np.arange(0, 25.01, 0.25)
#: Years of the meek model's picture of measured scores.
MEASURED_YEARS = np.arange(0, 20.01, 0.25)
#: The gap in score that counts as closed, share of questions.
CLOSED = 0.05
#: What a frontier far ahead has, in times the compute of the meek.
FAR_AHEAD = 1e5
#: The years after which a gap must have closed, and the interval of algorithmic progress is looked at.
SOON = 10.0
#: The nats by which a method that only the frontier has lowers its floor, in the thought experiment.
SHOCK = 0.1
#: What a small company, or a university, may spend on a run, dollars.
SMALL_RUN = 1e5
#: The share of a gap that counts as its turn in the pictures.
HALF_GAP = 0.5
#: Years of the trend of costs after its start.
TREND = np.arange(0, 6.01, 0.25)


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("scaling")[identity].value
