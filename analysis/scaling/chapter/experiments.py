"""The declared experiments of the scaling chapter."""

from __future__ import annotations

from analysis.kit.experiments import Comparison, Experiment
from analysis.scaling.corpus import ALPHABET
from analysis.scaling.early_stopping import EARLY_STOPPING
from analysis.scaling.language_model import CONTEXT, EMBEDDING
from analysis.scaling.quantisation import BATCH, BITS, LengthRun, rounding_run
from analysis.scaling.sweep import LEARNING_RATE, SEED, TEST_WINDOWS, Run, train_run

BUDGETS = (1e10, 10**10.5, 1e11, 10**11.5, 1e12)  # FLOP
#: Budget number k trains seven neighbours of these, from number k on.
WIDTHS = (8, 12, 20, 32, 52, 80, 120, 176, 256, 360, 512)
WIDTHS_A_BUDGET = 7
SEEDS = 3
#: From this budget on, the outer widths have one seed; the three in the middle always have all.
EXPENSIVE = 10**11.5
RATES = (3e-3, 6e-3, 1.2e-2)
RATE_CASES = ((1e10, (12, 32, 80)), (1e11, (32, 80, 176)))
LENGTH_WIDTHS = (32, 64, 128)
LENGTHS = (500, 2_000, 8_000)  # steps
DECAY = 0.1

#: The text that the committed results were made from; another Python reads a little less or more.
CORPUS = {
    "python": "3.11.7",
    "alphabet": len(ALPHABET),
    "training_symbols": 6230389,
    "validation_symbols": 1068106,
    "files": 355,
    "sha256": "d3bc64c33f9e",
}
MODEL = {
    "context": CONTEXT,
    "embedding": EMBEDDING,
    "hidden_layers": 2,
    "activation": "relu",
    "optimiser": "Adam, 5 % warm-up, cosine to zero",
    "batch": "64 (C / 1e10 FLOP)^0.3, in multiples of 32",
    "test_windows": TEST_WINDOWS,
}


def isoflop_tasks(scale: float) -> list[Run]:
    """Runs at five budgets; `scale` multiplies the seeds."""
    seeds = max(1, round(SEEDS * scale))
    tasks = []
    for number, budget in enumerate(BUDGETS):
        for place, width in enumerate(WIDTHS[number : number + WIDTHS_A_BUDGET]):
            few = budget >= EXPENSIVE * 0.99 and abs(place - WIDTHS_A_BUDGET // 2) > 1
            tasks += [Run(budget, width, seed) for seed in range(max(1, seeds // SEEDS) if few else seeds)]
    return tasks


def isoflop_slice() -> list[Run]:
    """The middle widths of the cheapest budget."""
    return [run for run in isoflop_tasks(1) if run.budget == BUDGETS[0] and run.width in WIDTHS[2:5]]


def rate_tasks(scale: float) -> list[Run]:
    """Two seeds of each learning rate at two budgets and three widths; `scale` multiplies the seeds."""
    seeds = range(max(1, round(2 * scale)))
    return [
        Run(budget, width, seed, rate)
        for budget, widths in RATE_CASES
        for width in widths
        for rate in RATES
        for seed in seeds
    ]


def rate_slice() -> list[Run]:
    """One seed of the middle width at the cheaper budget."""
    return [run for run in rate_tasks(1) if run.budget == 1e10 and run.width == 32 and run.seed == 0]


def length_tasks(scale: float) -> list[LengthRun]:
    """Three lengths of training at three sizes, and at the middle size without weight decay too."""
    seeds = range(max(1, round(SEEDS * scale)))
    cases = [(width, DECAY) for width in LENGTH_WIDTHS] + [(LENGTH_WIDTHS[1], 0.0)]
    return [LengthRun(width, steps, decay, seed) for steps in LENGTHS for width, decay in cases for seed in seeds]


def length_slice() -> list[LengthRun]:
    """The shortest training of one seed."""
    return [run for run in length_tasks(1) if run.steps == LENGTHS[0] and run.seed == 0]


#: Training on another processor takes another path, and another release of Python is another text. On the libraries of
#: Python 3.11.2, 3.12 and 3.13 no run of the slices moved by more than 1.4 %: the tolerance is three times that.
COMPARISON = Comparison(
    keys=("budget", "width", "learning_rate", "seed"), values=("N", "D", "C", "loss"), tolerance=0.04
)

EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        name="scaling-isoflop",
        title="Validation loss of character models by size and training text at five equal-compute budgets",
        topic="scaling",
        parameters={
            "budgets": list(BUDGETS),
            "widths": list(WIDTHS),
            "learning_rate": LEARNING_RATE,
            "seeds": SEEDS,
            "corpus": CORPUS,
            "model": MODEL,
        },
        seed=SEED,
        cost="10 core-minutes, 0.5 GB",
        tasks=isoflop_tasks,
        run=train_run,
        comparison=COMPARISON,
        sliced=isoflop_slice,
    ),
    Experiment(
        name="scaling-learning-rate",
        title="Validation loss of character models by peak learning rate, at half, once and twice that of the sweep",
        topic="scaling",
        parameters={
            "cases": [[budget, list(widths)] for budget, widths in RATE_CASES],
            "learning_rates": list(RATES),
            "seeds": 2,
            "corpus": CORPUS,
            "model": MODEL,
        },
        seed=SEED,
        cost="1.5 core-minutes, 0.5 GB",
        tasks=rate_tasks,
        run=train_run,
        comparison=COMPARISON,
        sliced=rate_slice,
    ),
    Experiment(
        name="scaling-quantised",
        title="What rounding the weights of trained character models costs, by bits, size and length of training",
        topic="scaling",
        parameters={
            "widths": list(LENGTH_WIDTHS),
            "steps": list(LENGTHS),
            "batch": BATCH,
            "bits": list(BITS),
            "weight_decay": DECAY,
            "without_weight_decay": LENGTH_WIDTHS[1],
            "learning_rate": LEARNING_RATE,
            "seeds": SEEDS,
            "corpus": CORPUS,
        },
        seed=SEED,
        cost="4 core-minutes, 0.5 GB",
        tasks=length_tasks,
        run=rounding_run,
        comparison=Comparison(
            keys=("width", "steps", "weight_decay", "seed", "bits"),
            values=("N", "D", "rounded_loss"),
            tolerance=COMPARISON.tolerance,
            where="bits >= 4",
        ),
        sliced=length_slice,
    ),
    EARLY_STOPPING,
)
