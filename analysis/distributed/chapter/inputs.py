"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from analysis.distributed.compression import bits_per_parameter
from analysis.kit import facts

# Sections 1, 2, 5 and 6: what is sent, and how fast.

#: Share of the time spent computing at which lines are compared, per cent.
BUSY = 95

#: Sizes of the models of the first picture, billion parameters.
BILLIONS = np.array([1, 1.8, 3.2, 5.6, 10, 18, 32, 56, 100, 180, 405])
#: Lines that everybody knows: name in the picture, and the fact that has its speed.
LINES = {
    "InfiniBand": "line-infiniband",
    "10-gigabit Ethernet": "line-ethernet",
    "home line, sending": "line-home-upload",
}

#: The model of which the text speaks, parameters.
TALK_MODEL = 10e9
#: Steps between the meetings of which the text speaks.
TALK_STEPS = 100
#: Bits of a number at the meetings of which the text speaks.
TALK_BITS = 4
#: The published model whose step is drawn, by its name there.
STEP_MODEL = "1B"
#: The model of the row that two papers print differently.
TWICE_PRINTED = "10B"
#: Steps between meetings in the row that two papers print differently.
TWICE_APART = 100
#: The ways of training in the published table that compute while they send.
OVERLAPPED = ("streaming, overlapped", "streaming, overlapped, FP4")
#: Chips of the picture of links.
CHIPS = np.unique(np.round(np.geomspace(2, 200_000, 40)))
#: Sizes of all messages of the simulator, in multiples of the printed model's.
TRAFFIC = np.round(np.arange(0.6, 1.301, 0.02), 2)

# Sections 3, 4 and 8: what it costs.

#: Model for which the text says what the narrowest line costs.
PRICED_SIZE = "1B"

#: Curvatures of the four bowls.
CURVATURES = (0.2, 0.6, 1.0, 2.0)
#: Lowest points of the four bowls.
OPTIMA = (2.0, 0.0, -1.0, 0.5)
#: The step of the walk in the bowls.
STEP = 0.1
#: Where the walk in the bowls begins.
START = 1.5
#: Steps of the walk in the bowls that are drawn.
WALK = 120
#: Local steps that the sliders of bowls offer at most.
PERIODS = 100
#: The few local steps at which the text looks.
FEW = 10
#: The many local steps at which the text looks.
MANY = 50
#: Local steps of the simulated walks in a noisy bowl of curvature 1.
NOISY_PERIODS = (1, 2, 5, 10, 20, 50, 100)
#: Workers of the simulated walks in a noisy bowl.
NOISY_WORKERS = (1, 4, 16)
#: Steps of a simulated walk in a noisy bowl.
NOISY_STEPS = 100
#: Number of simulated walks in a noisy bowl.
WALKS = 2_000
#: Seed of the simulated walks in a noisy bowl.
NOISE_SEED = 2401
#: The gap in loss that the text turns into compute.
ONE_PER_CENT = 0.01
#: Level of the interval of what a gap in loss costs.
LEVEL = 0.95
#: The law with a floor beside which the price is held: the refit that the chapter on scaling laws takes.
FLOOR = "besiroglu"
#: Size of the model whose break-even the text names.
EVEN_SIZE = "10B"
#: Replicas of the model whose break-even the text names.
EVEN_REPLICAS = 4
#: Steps between the meetings of the model whose break-even the text names.
EVEN_PERIOD = 30
#: Training data of the models that the equal-loss test compares.
TOLD = "C4"
#: How the curve of the equal-loss test joins the data-parallel models.
JOIN = PchipInterpolator
#: Last digit of the losses that stand beside scores, nats.
LOSS_STEP = 0.01
#: Lines of the picture of the break-even, Gbit/s.
EVEN_LINES = np.geomspace(1, 1_000, 61)

# The book's own runs.

#: Steps of our own runs.
OWN_STEPS = 2_000
#: Steps of our longer runs.
LONG_STEPS = 6_000
#: Workers of our own runs at which the text looks.
OWN_WORKERS = 4
#: Steps between the meetings of our own runs at which the text looks.
OWN_PERIOD = 50
#: A learning rate at which nobody has tuned the baseline.
UNTUNED_RATE = 0.001
#: The distance that a picture calls nothing, nats a symbol.
TRANSFER_BAND = 0.01
#: Runs that say how much less they send: the facts of steps between meetings, of bits, and of what they claim.
ROADS = {
    "INTELLECT-1": ("intellect1-local-steps", "intellect1-bits", "intellect1-reduction"),
    "Streaming DiLoCo": ("streaming-local-steps", "streaming-bits", ""),
    "Covenant-72B": ("covenant-local-steps", "", "covenant-reduction"),
}

# Section 7: runs in the wild.

#: Bits of a number that is not compressed, as the published simulations send gradients.
PLAIN_BITS = 16
#: Scores of one table that look far apart: data-parallel and trained apart, per cent of ARC-Easy's questions.
FAR_APART = ("data-parallel", "Streaming DiLoCo", 250e9)
#: Margin above one half that a vote of users would have to show, share of the votes.
VOTE_MARGIN = 0.02
#: Chance that a vote shows such a margin if it is there.
VOTE_POWER = 0.8
#: How near to the largest known run one over the internet would have to come, in multiples of compute.
NEAR_FRONTIER = 10


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("distributed")[identity].value


def covenant_bits() -> float:
    """What Covenant-72B sends for each parameter at a meeting, bits."""
    kept, block = round(fact("covenant-kept")), round(fact("covenant-chunk"))
    return bits_per_parameter(fact("covenant-value-bits"), block, kept)


def roads() -> pd.DataFrame:
    """The runs of :data:`ROADS`: ``run``, ``steps_between``, ``bits``, ``claimed`` (Streaming: by its table)."""
    table = fact("streaming-exchanged-dp-25") / fact("streaming-exchanged-streaming-25")
    return pd.DataFrame(
        [
            {
                "run": run,
                "steps_between": fact(steps),
                "bits": fact(bits) if bits else covenant_bits(),
                "claimed": fact(claim) if claim else table,
            }
            for run, (steps, bits, claim) in ROADS.items()
        ]
    )
