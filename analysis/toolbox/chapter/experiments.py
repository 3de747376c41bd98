"""The declared experiments of the chapter on the toolbox."""

from __future__ import annotations

from analysis.kit.experiments import Comparison, Experiment
from analysis.scaling.language_model import CONTEXT
from analysis.toolbox import base
from analysis.toolbox.compensated import DAMPING
from analysis.toolbox.rounding_runs import BITS, NAMES, RoundingRun, measured_rounding

#: The networks that the experiments share.
_BASE = {
    "width": base.MODEL.width,
    "context": CONTEXT,
    "parameters": base.MODEL.parameters,
    "steps": base.STEPS,
    "batch": base.BATCH,
    "learning_rate": base.LEARNING_RATE,
    "weight_decay": base.WEIGHT_DECAY,
    "optimiser": "Adam, 5 % warm-up, cosine to zero",
    "test_windows": 32_768,
    # the text that the committed results were made from; another Python reads a little less or more
    "python": "3.11.7",
    "corpus": "d3bc64c33f9e",
}

# Fewer bits.


def rounding_tasks(scale: float) -> list[RoundingRun]:
    """All schemes on all networks; `scale` multiplies the networks."""
    seeds = base.SEEDS[: max(1, round(len(base.SEEDS) * scale))]
    return [RoundingRun(scheme, seed) for seed in seeds for scheme in NAMES]


def rounding_slice() -> list[RoundingRun]:
    """The first network, in three schemes and two formats."""
    schemes = ("unit, clipped", "block 32", "GPTQ, block 32", "NF4", "MXFP4")
    return [RoundingRun(scheme, base.SEEDS[0]) for scheme in schemes]


ROUNDING = Experiment(
    name="toolbox-rounding",
    title="Loss of character models with rounded weights, and the noise in them, by scheme, bits and network",
    topic="toolbox",
    parameters={
        **_BASE,
        "seeds": list(base.SEEDS),
        "bits": list(BITS),
        "calibration_windows": base.CALIBRATION,
        "damping": DAMPING,
        "rounded": "the three matrices of weights; embedding and biases stay as they are",
    },
    seed=base.SEEDS[0],
    cost="4 core-minutes, 0.5 GB",
    tasks=rounding_tasks,
    run=measured_rounding,
    # a network trained on another processor or another Python's library is another network; few bits tell them apart
    comparison=Comparison(
        keys=("scheme", "seed", "bits"),
        values=("stored", "as_trained", "loss", "snr_1", "snr_2", "snr_3"),
        tolerance=0.06,
        where="bits >= 4",
    ),
    sliced=rounding_slice,
)

# Fewer weights.

# Borrowed learning.

# Better steps.

EXPERIMENTS: tuple[Experiment, ...] = (ROUNDING,)
