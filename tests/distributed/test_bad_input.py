"""What no model of the chapter can mean is answered by one sentence, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import distributed
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.language_model import LanguageModel

NAN, INF = float("nan"), float("inf")
H, B = [0.2, 0.6], [1.0, 0.0]
TEXT = np.random.default_rng(0).integers(96, size=300, dtype=np.uint8)
CURVE = pd.Series({500: 2.2, 1000: 2.0, 2000: 1.9})


def apart(
    texts: Any = (TEXT,), steps: Any = 10, between: Any = 5, rate: Any = 0.01, seed: Any = 0, **other: Any
) -> Any:
    return distributed.train_apart(LanguageModel(4), texts, steps, between, rate, seed, **other)


def transfer(**changed: Any) -> Any:
    return distributed.transfer_residuals(load_result("distributed-transfer"), **changed)


BAD: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *((distributed.losses, case) for case in ((3,), ("swept",), (["tuned"],))),
    *(
        (distributed.fixed_point, case)
        for case in (([], [], 0.1, 1), (H, B, "a", 1), (H, B, [0.1, 0.2], 1), (H, B, 0.1, NAN))
    ),
    *(
        (distributed.stationary_variance, case)
        for case in ((1, 0.1, "x", 4), ([1, 2], 0.1, 1, [1, 2, 3]), (1, 3, 1, 4))
    ),
    *(
        (distributed.simulated_variance, case)
        for case in (
            (1, 0.1, NAN, 4, 1, 20, 10, 1),
            (1, 0.1, -1, 4, 1, 20, 10, 1),
            (1, 0.1, 1, 4, INF, 20, 10, 1),
            (1, 0.1, 1, [4], 1, 20, 10, 1),
            (1, 0.1, 1, 4, 1, 20, 10.5, 1),
            (1, 0.1, 1, 4, 1, 20, 10, -1),
        )
    ),
    *(
        (distributed.trajectory, case)
        for case in ((0, H, B, 0.1, INF, 5), (0, H, B, 0.1, 2, 5.5), ([1, 2], H, B, 0.1, 2, 5))
    ),
    *(
        (distributed.compute_ratio, case)
        for case in (("1 %", 0.1), ([0.01, 0.02], [0.1, 0.2, 0.3]), (-1, 0.1), (NAN, 0.1))
    ),
    *((distributed.fit_power_law, case) for case in (("abc", [3, 2, 1]), ([1, 2, NAN], [3, 2, 1]), ([1, 2], [3, 2]))),
    *(
        (distributed.break_even_bandwidth, case)
        for case in (([0.01, 0.02], 0.1, 1e9, 30), (0.01, 0.1, 1e9, 1), ("a", 0.1, 1e9, 30))
    ),
    *((distributed.time_to_loss, (1, 1e9, 1, ratio)) for ratio in (0, -1, NAN, "x")),
    *(
        (distributed.quantise, case)
        for case in (([NAN, 1], 4), ([INF, 1], 4), ("ab", 4), ([1, 2], 2.5), ([1, 2], NAN), ([1, 2], "x"))
    ),
    *((distributed.quantise, ([1, 2], 4, block)) for block in (0, 2.5)),
    *(
        (distributed.keep_largest, case)
        for case in (([NAN, 1], 1, 2), ([1, 2], 1.5, 2), ([1, 2], 0, 2), ([1, 2], 3, 2))
    ),
    *((distributed.bits_per_parameter, case) for case in (("x",), (INF,), (2, 2.5), (2, 4096, 5000))),
    *((distributed.Compression, case) for case in ((2.5,), ("x",), (32, None, 0), (4, 300))),
    *((distributed.Outer, case) for case in (("x", 0), (INF, 0), (1, 1), (1, NAN))),
    *(
        (apart, case)
        for case in (((),), ((TEXT[:3],),), (TEXT,), ((TEXT,), 10, 2.5), ((TEXT,), 10.5), ((TEXT,), 10, 20))
    ),
    *((apart, ((TEXT,), 10, 5, *case)) for case in ((INF,), (0,), (0.01, -1), (0.01, "x"))),
    *((distributed.share_out, (TEXT, workers)) for workers in (0, 1.5)),
    *((distributed.steps_for, case) for case in ((NAN, CURVE), ("x", CURVE), (2.0, CURVE.iloc[:0]), (3.0, CURVE))),
    (distributed.pairs, ("three",)),
    *((distributed.read_off, case) for case in (([], 0.5, []), ([0.5, 0.9], 0.5, [1]), ([0.5], 95, [1]))),
    (distributed.internet_runs, (pd.DataFrame({"model": []}),)),
    (distributed.share_out, ("x", 2)),
    (distributed.exact_matches, (distributed.losses(), [])),
    (distributed.ring_volume, ([1, 2], [1, 2, 3])),
    *((distributed.ring_sum, (held,)) for held in ([1, 2], [], "ab", [[1, 2], [3]], [[1, 2, 3], [4, 5, 6]])),
    *(
        (distributed.utilisation, case)
        for case in (([1, 2], [1e9, 1e9, 1e9]), ("a", 1e9), (1, 1e9, "x"), (1, 10), (95, None))
    ),
    *((distributed.bandwidth_for, case) for case in (([0.5, 0.9], [1e9, 1e9, 1e9]), (95, 1e10), ("95 %", 1e10))),
    *(
        (each, ([0.5, 0.6], [1e9, 1e9, 1e9]))
        for each in (distributed.streaming_utilisation, distributed.streaming_bandwidth_for)
    ),
    *((distributed.step_schedule, case) for case in ((0, 0.8), ("x", 0.8), (2.5, 0.8), (3, NAN))),
    *(
        (distributed.simulate, (10.0, 1e10, *case))
        for case in (("x", 0.8), (NAN, 0.8), (48, 0.8, 0), (48, 0.8, INF), (48, 0))
    ),
    *((distributed.share_computing, case) for case in (([1, 2], [1, 2, 3]), ("a", 1), (0, 1))),
    *((distributed.standard_errors_apart, case) for case in ((120, 50, 10), (50, "x", 10), (50, 50, 0))),
    *((distributed.votes_to_see, (margin,)) for margin in (0, 0.6, NAN, "x")),
]


def named(case: Any) -> str:
    return re.sub(r"\W+", " ", repr(case))[:40]


@pytest.mark.parametrize(("function", "given"), BAD, ids=named)
def test_bad_input_is_answered_by_one_sentence(function, given):
    with pytest.raises(ProblemError, match=r"^[^\n]+\.$"):
        function(*given)


@pytest.mark.parametrize("changed", [{"confidence": 95}, {"confidence": 0}, {"measure": "prize"}], ids=named)
def test_a_transfer_that_cannot_be_is_answered_by_one_sentence(changed):
    with pytest.raises(ProblemError, match=r"^[^\n]+\.$"):
        transfer(**changed)


def test_an_unknown_optimiser_does_not_train():
    with pytest.raises(ProblemError, match="adam or sgd"):
        apart(optimiser="adagrad")
    with pytest.raises(ProblemError, match="window"):
        apart(batch=0)
