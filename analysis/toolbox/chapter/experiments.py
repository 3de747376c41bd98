"""The declared experiments of the chapter on the toolbox."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from analysis.kit.experiments import Comparison, Experiment
from analysis.scaling.language_model import CONTEXT, LanguageModel
from analysis.toolbox import base, few_shot, optimisers
from analysis.toolbox.base import CALIBRATION, LEARNING_RATE, SEEDS, STEPS
from analysis.toolbox.compensated import DAMPING
from analysis.toolbox.fine_tuning import BATCH as FINE_TUNING_BATCH
from analysis.toolbox.fine_tuning import FULL, HEAD, SCRATCH, TEST_CHUNKS, Run, measured_run
from analysis.toolbox.fine_tuning import KEYS as RUN_KEYS
from analysis.toolbox.pruning import METHODS, OVERALL, PATTERN, SHARES, SPARSE_GPT, PruningTask, one_shot
from analysis.toolbox.rounding_runs import BITS, NAMES, RoundingRun, measured_rounding
from analysis.toolbox.targets import FAR, KEPT_BACK, NEAR, PIECES
from analysis.toolbox.tickets import (
    KEPT,
    LONG,
    MASK_ALONE,
    RANDOM_MASK,
    SMALL,
    TICKET,
    TRAINED_ON,
    TUNING_SEED,
    SparseRun,
    trained_run,
)
from analysis.toolbox.tickets import STEPS as TICKET_STEPS

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


def _scaled(seeds: Sequence[int], scale: float, tuning: Sequence[int] = ()) -> tuple[int, ...]:
    """`scale` times as many seeds; those beyond the given ones follow them and tuned nothing."""
    beyond = (seed for seed in itertools.count(max(seeds) + 1) if seed not in tuning)
    return tuple(itertools.islice(itertools.chain(seeds, beyond), max(1, round(len(seeds) * scale))))


# Fewer bits.


def rounding_tasks(scale: float) -> list[RoundingRun]:
    """All schemes on all networks; `scale` multiplies the networks."""
    return [RoundingRun(scheme, seed) for seed in _scaled(base.SEEDS, scale) for scheme in NAMES]


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

#: Learning rates, in thousandths, that each network with few weights is tuned at on a seed of its own: as many as it
#: takes to have the best inside.
TICKET_GRID: dict[str, tuple[int, ...]] = {
    TRAINED_ON: (12, 24, 48),
    TICKET: (12, 24, 48, 96),
    MASK_ALONE: (12, 24, 48),
    RANDOM_MASK: (12, 24, 48),
    SMALL: (12, 24, 48),
}
#: The best of each, and the rate of the full network, at which nobody tuned.
TICKET_RATES = {TRAINED_ON: 24, TICKET: 48, MASK_ALONE: 24, RANDOM_MASK: 24, SMALL: 24}
UNTUNED = round(1_000 * LEARNING_RATE)


def pruning_tasks(scale: float) -> list[PruningTask]:
    """Every method on every base network; `scale` multiplies the networks."""
    return [PruningTask(method, seed) for seed in _scaled(SEEDS, scale, [TUNING_SEED]) for method in METHODS]


def pruning_slice() -> list[PruningTask]:
    """Two methods on the first network."""
    return [PruningTask(method, SEEDS[0]) for method in METHODS if method in (OVERALL, SPARSE_GPT)]


def ticket_tasks(scale: float) -> list[SparseRun]:
    """The grid on the seed that tunes, then all networks at their own and at the full one's rate; `scale` as above."""
    tuning = [SparseRun(kind, rate / 1_000, TUNING_SEED) for kind, rates in TICKET_GRID.items() for rate in rates]
    runs = [
        SparseRun(kind, rate / 1_000, seed)
        for seed in _scaled(SEEDS, scale, [TUNING_SEED])
        for kind, best in TICKET_RATES.items()
        for rate in (UNTUNED, best)
    ]
    long = [SparseRun(SMALL, TICKET_RATES[SMALL] / 1_000, seed, LONG) for seed in _scaled(SEEDS, scale, [TUNING_SEED])]
    return [*tuning, *runs, *long]


def ticket_slice() -> list[SparseRun]:
    """A ticket and a small network of the first seed."""
    wanted = [SparseRun(kind, TICKET_RATES[kind] / 1_000, SEEDS[0]) for kind in (TICKET, SMALL)]
    return [run for run in ticket_tasks(1) if run in wanted]


_PRUNING = (
    Experiment(
        name="toolbox-pruning",
        title="Loss of character models pruned at one blow, by method, pattern and share of the weights kept",
        topic="toolbox",
        parameters={
            "methods": list(METHODS),
            "shares": list(SHARES),
            "pattern": list(PATTERN),
            "calibration_windows": CALIBRATION,
            "seeds": list(SEEDS),
            "steps": STEPS,
            "learning_rate": LEARNING_RATE,
            "python": "3.11.7",
        },
        seed=0,
        cost="2 core-minutes, 0.5 GB",
        tasks=pruning_tasks,
        run=one_shot,
        # another processor trains another network: a tenth of the loss is twice what the seeds differ by
        comparison=Comparison(keys=("method", "seed", "pattern", "kept"), values=("loss", "full_loss"), tolerance=0.1),
        sliced=pruning_slice,
    ),
    Experiment(
        name="toolbox-tickets",
        title="Loss of networks that keep a tenth of their weights and are trained, by where mask and first weights "
        "come from",
        topic="toolbox",
        parameters={
            "kinds": list(TICKET_GRID),
            "kept": KEPT,
            "steps": TICKET_STEPS,
            "long": LONG,
            "learning_rates_in_thousandths": {kind: list(rates) for kind, rates in TICKET_GRID.items()},
            "untuned": UNTUNED,
            "seeds": list(SEEDS),
            "tuning_seed": TUNING_SEED,
            "python": "3.11.7",
        },
        seed=0,
        cost="6 core-minutes, 0.5 GB",
        tasks=ticket_tasks,
        run=trained_run,
        comparison=Comparison(
            keys=("kind", "learning_rate", "seed", "steps"), values=("loss", "full_loss"), tolerance=0.05
        ),
        sliced=ticket_slice,
    ),
)

# Borrowed learning.

#: Learning rates and decays: each is one of these.
RATES = (0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064)
DECAYS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
#: Rate and decay by way and own symbols: of the grid below the best on the text kept back, both texts together.
SETTINGS = {
    SCRATCH: {
        1_000: (0.004, 10.0),
        3_000: (0.016, 3.0),
        10_000: (0.032, 1.0),
        30_000: (0.032, 0.3),
        100_000: (0.016, 0.3),
        250_000: (0.008, 0.1),
    },
    FULL: {
        1_000: (0.002, 3.0),
        3_000: (0.001, 0.3),
        10_000: (0.0005, 0.3),
        30_000: (0.001, 0.3),
        100_000: (0.001, 0.1),
    },
    HEAD: {1_000: (0.004, 0.1), 10_000: (0.001, 0.1), 100_000: (0.002, 0.1)},
    "rank 4": {1_000: (0.004, 0.1), 10_000: (0.002, 0.1), 100_000: (0.032, 0.1)},
    "rank 1": {1_000: (0.008, 0.1), 10_000: (0.004, 0.1), 100_000: (0.016, 0.1)},
}
#: Ways whose decay was tuned with their rate.
DECAY_TUNED = (SCRATCH, FULL)
#: The seed that tuned, and those that the chapter concludes from.
FINE_TUNING_SEED, TRANSFER_SEEDS = 4, (0, 1, 2, 3)
#: Own symbols from which scratch is also trained for twice the steps, to see how far it is from its floor.
STRETCHED_FROM = 100_000


def _around(way: str, rate: float, decay: float) -> list[tuple[float, float]]:
    """A setting and its neighbours: the next rates, and the next decays where they are tuned."""
    i, j = RATES.index(rate), DECAYS.index(decay)
    beside = [(RATES[i - 1], decay), (RATES[i + 1], decay)]
    if way in DECAY_TUNED:
        beside += [(rate, DECAYS[j - 1]), (rate, DECAYS[j + 1])]
    return [(rate, decay), *beside]


def transfer_tasks(scale: float) -> list[Run]:
    """Both texts in all ways: the grid with the seed that tunes, then the settings; `scale` multiplies the seeds."""
    seeds = _scaled(TRANSFER_SEEDS, scale, [FINE_TUNING_SEED])
    cases = [(text, way, own) for text in (NEAR, FAR) for way, by_size in SETTINGS.items() for own in by_size]
    grid = [
        Run(text, way, own, 1, rate, decay, FINE_TUNING_SEED)
        for text, way, own in cases
        for rate, decay in _around(way, *SETTINGS[way][own])
    ]
    longer = [
        Run(text, way, own, 2, *SETTINGS[way][own], FINE_TUNING_SEED)
        for text, way, own in cases
        if way == SCRATCH and own >= STRETCHED_FROM
    ]
    return grid + longer + [Run(*case, 1, *SETTINGS[case[1]][case[2]], seed) for case in cases for seed in seeds]


def transfer_slice() -> list[Run]:
    """Of the first network and the far text: scratch and all parameters on little, rank 4 on some, scratch on more."""
    kept = {(SCRATCH, 1_000), (FULL, 1_000), ("rank 4", 10_000), (SCRATCH, 30_000)}
    first = [run for run in transfer_tasks(1) if run.seed == TRANSFER_SEEDS[0] and run.text == FAR]
    return [run for run in first if (run.way, run.symbols) in kept]


TRANSFER = Experiment(
    name="toolbox-transfer",
    title="Loss on two texts of character models that had read Python, or nothing, by own data and by what may learn",
    topic="toolbox",
    parameters={
        **_BASE,
        "test_windows": 8_192 * TEST_CHUNKS,
        "fine_tuning_batch": FINE_TUNING_BATCH,
        "texts": {NEAR: "pydoc_data.topics, each paragraph once", FAR: "C of NumPy 2.4.6 and scikit-learn 1.9.1"},
        "kept_back": KEPT_BACK / PIECES,
        "settings": {way: {str(own): list(each) for own, each in rows.items()} for way, rows in SETTINGS.items()},
        "tuning_seed": FINE_TUNING_SEED,
        "seeds": list(TRANSFER_SEEDS),
    },
    seed=TRANSFER_SEEDS[0],
    cost="8 core-minutes, 0.5 GB",
    tasks=transfer_tasks,
    run=measured_run,
    # a network trained on another processor or another Python's library is another network
    comparison=Comparison(keys=RUN_KEYS, values=("loss", "before"), tolerance=0.06),
    sliced=transfer_slice,
)

#: Splits of the digits into six that are the source and four that are new.
SPLITS = tuple(range(10))


def digits_tasks(scale: float) -> list[few_shot.Task]:
    """All descriptions on all splits; `scale` multiplies the splits."""
    return [
        few_shot.Task(description, seed) for seed in _scaled(SPLITS, scale) for description in few_shot.DESCRIPTIONS
    ]


def digits_slice() -> list[few_shot.Task]:
    """The first split."""
    return [task for task in digits_tasks(1) if task.seed == SPLITS[0]]


DIGITS = Experiment(
    name="toolbox-digits",
    title="Accuracy on new digits by number of examples, for pixels, random features and features of other digits",
    topic="toolbox",
    parameters={
        "images": "scikit-learn's digits, 1,797 of 8 x 8",
        "new_digits": few_shot.NEW,
        "hidden_units": few_shot.HIDDEN,
        "shots": list(few_shot.SHOTS),
        "episodes": few_shot.EPISODES,
        "tested_a_class": few_shot.TESTED,
        "splits": list(SPLITS),
    },
    seed=SPLITS[0],
    cost="1 core-minute, 0.3 GB",
    tasks=digits_tasks,
    run=few_shot.measured,
    # a network trained on another processor describes images a little otherwise
    comparison=Comparison(keys=("description", "seed", "classifier", "shots"), values=("accuracy",), tolerance=0.06),
    sliced=digits_slice,
)

# Better steps.

#: Rates that each optimiser is tuned at, in thousandths, each double the one before; for Muon those of its matrices
#: at the middle rate of Adam's part, and those of Adam's part around the best.
ADAM_RATES, MUON_RATES, PART_RATES = (1, 2, 4, 8, 16, 32), (5, 10, 20, 40, 80), (8, 16, 32)
#: What the tuning found: Adam's rate, and Muon's rate with that of its Adam part.
TUNED = {"adam": (8, 0), "muon": (20, 16)}
#: The rival that nobody tuned: a rate of half the best, and trainings long enough to be read off.
UNTUNED_RATE, UNTUNED_STEPS, RIVAL_STEPS = 4, (1_500, 2_250, 3_000), (1_500, 1_750, 2_000)
#: Seeds that tune, and others that compare.
TUNING_SEEDS, COMPARED_SEEDS = (0, 1, 2), (10, 11, 12, 13, 14)


def optimiser_tasks(scale: float) -> list[optimisers.Run]:
    """The grids of both optimisers, then the comparison; `scale` multiplies its seeds and can thin those that tune."""
    grid = [("adam", rate, 0) for rate in ADAM_RATES]
    grid += [("muon", rate, PART_RATES[1]) for rate in MUON_RATES]
    grid += [("muon", rate, part) for rate in MUON_RATES[1:4] for part in (PART_RATES[0], PART_RATES[2])]
    tuning = TUNING_SEEDS[: max(1, round(len(TUNING_SEEDS) * scale))]
    tasks = [
        optimisers.Run(name, optimisers.STEPS, rate / 1e3, part / 1e3, seed)
        for name, rate, part in grid
        for seed in tuning
    ]
    compared = [("muon", optimisers.STEPS, *TUNED["muon"])]
    compared += [("adam", steps, *TUNED["adam"]) for steps in RIVAL_STEPS]
    compared += [("adam", steps, UNTUNED_RATE, 0) for steps in UNTUNED_STEPS]
    seeds = _scaled(COMPARED_SEEDS, scale)
    return tasks + [
        optimisers.Run(name, steps, rate / 1e3, part / 1e3, seed)
        for name, steps, rate, part in compared
        for seed in seeds
    ]


def optimiser_slice() -> list[optimisers.Run]:
    """Both optimisers at their best, once each, of the comparison's first seed."""
    best = [(name, rate / 1e3, part / 1e3, COMPARED_SEEDS[0]) for name, (rate, part) in TUNED.items()]
    return [
        run
        for run in optimiser_tasks(1)
        if run.steps == optimisers.STEPS and (run.optimiser, run.learning_rate, run.adam_rate, run.seed) in best
    ]


OPTIMISERS = Experiment(
    name="toolbox-optimisers",
    title="Loss of character models trained by Adam and by Muon, by learning rate, steps and seed",
    topic="toolbox",
    parameters={
        **{name: value for name, value in _BASE.items() if name not in ("learning_rate", "weight_decay")},
        "width": optimisers.WIDTH,
        "parameters": LanguageModel(optimisers.WIDTH).parameters,
        "steps": optimisers.STEPS,
        "optimiser": "Adam, or Muon for the hidden matrices and Adam for the rest; 5 % warm-up, cosine to zero",
        "momentum": optimisers.MOMENTUM,
        "iterations": optimisers.ITERATIONS,
        "coefficients": list(optimisers.COEFFICIENTS),
        "tuning_seeds": list(TUNING_SEEDS),
        "seeds": list(COMPARED_SEEDS),
    },
    seed=TUNING_SEEDS[0],
    cost="4 core-minutes, 0.5 GB",
    tasks=optimiser_tasks,
    run=optimisers.measured_run,
    # as with the other trainings: another processor or another Python's library is another path
    comparison=Comparison(keys=optimisers.KEYS, values=("D", "loss"), tolerance=0.06),
    sliced=optimiser_slice,
)

EXPERIMENTS: tuple[Experiment, ...] = (ROUNDING, *_PRUNING, TRANSFER, DIGITS, OPTIMISERS)
