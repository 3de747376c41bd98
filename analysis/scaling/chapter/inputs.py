"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

import numpy as np

from analysis.kit import facts

#: The printed law, and the refit of 2024, by the names that the figures print.
PRINTED, REFIT = "Hoffmann, Eq. 10", "Besiroglu refit"
#: All laws of the Chinchilla form that the chapter compares, and the two that it uses most.
LAWS = {PRINTED: "hoffmann", "Hoffmann, not rounded": "hoffmann-unrounded", REFIT: "besiroglu"}
LAWS |= {"Muennighoff": "muennighoff"}
TWO_LAWS = {name: LAWS[name] for name in (PRINTED, REFIT)}
#: Frontiers that the meek model is run on: the refit's, the one that its authors print, and Kaplan's.
MEEK_LAWS = {REFIT: "besiroglu", PRINTED: "meek", "Kaplan": "kaplan"}
#: Of every bootstrap, and how often each draws.
SEED = 20220329
FIT_RESAMPLES, SWEEP_RESAMPLES, ROUNDING_RESAMPLES = 400, 2_000, 500
#: Level of the intervals.
LEVEL = 0.95

#: Training budgets, FLOP: of the law of compute, of the valleys, and of the slider.
BUDGETS = 10.0 ** np.arange(18, 28.01, 0.25)
VALLEYS = (1e19, 1e20, 1e21, 1e22, 1e24)
SLIDER = 10.0 ** np.arange(19, 27.01, 0.25)
#: A step on the ladder of compute, in times, and the budget from which the text takes one, FLOP.
STEP = 10.0
EARLY = 1e21
#: Compute that an open sweep would have to reach to change our mind, FLOP.
OPEN_SWEEP = 1e25
#: Sizes around the best one of a budget, in multiples of it, and the one that is called too small.
AROUND = 10 ** np.arange(-1.3, 1.31, 0.05)
HALF = 0.5
#: Sizes of models, parameters: with embeddings, and without.
SIZES = 10 ** np.arange(8, 13.01, 0.25)
BARE_SIZES = 10 ** np.arange(3, 13.01, 0.125)
#: The large model of Hoffmann's section 3.4, by its name in the tables.
LARGE = "175b"
#: Data sets of Porian's repairs.
DATASETS = {"RefinedWeb": "refinedweb", "OpenWebText2": "openwebtext2"}

#: A Chinchilla model that will be used, parameters, and the demand for it, tokens.
USED_MODEL = 13e9
USED = 10 ** np.arange(10, 14.01, 0.125)
#: Passes over the same data, and those that the text names.
PASSES = np.round(2 ** np.arange(0, 6.51, 0.125), 6)
FOUR = 4
#: A model that is rounded after training, parameters, to how many bits, and its training tokens for each parameter.
ROUNDED_MODEL = 1e9
BITS = (5, 4, 3)
RATIOS = 10 ** np.arange(0.5, 4.01, 0.0625)
#: Bits at which rounding our own networks costs more than the noise.
MEASURED_BITS = (3, 4, 5)

#: Years of the meek model's pictures.
YEARS = np.arange(0, 25.01, 0.25)
MEASURED_YEARS = np.arange(0, 20.01, 0.25)
#: A gap in score that counts as closed, share of questions.
CLOSED = 0.05
#: What a frontier far ahead has, in times the compute of the meek.
FAR_AHEAD = 1e5
#: Years after which the interval of algorithmic progress is looked at, and a gap must have closed.
SOON = 10.0
#: A method that only the frontier has lowers its floor by so many nats, in the thought experiment.
SHOCK = 0.1
#: What a small company, or a university, may spend on a run, dollars.
SMALL_RUN = 1e5
#: Share of a gap that counts as its turn.
HALF_GAP = 0.5
#: Years of the trend of costs after its start.
TREND = np.arange(0, 6.01, 0.25)


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("scaling")[identity].value
