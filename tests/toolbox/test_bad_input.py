"""What no model of the chapter can mean is answered by one sentence, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import toolbox
from analysis.deepseek.config import published_architecture
from analysis.kit.arguments import several, single, with_columns
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox import (
    adapters,
    base,
    compensated,
    decoding,
    formats,
    optimisers,
    pairs,
    quantum,
    roofline,
    rounding,
    sparsity,
)
from analysis.toolbox.promises import without_one

NAN, INF = float("nan"), float("inf")
W, H = np.arange(8.0).reshape(4, 2) + 1, np.eye(4)
SMALL = LanguageModel(4)
THETA = SMALL.initial(np.random.default_rng(0))
DATES = ["2020-01-01", "2021-01-01", "2022-01-01"]
LLAMA = "llama-3.1-8b"
SPENT = {"weights": 1.0, "cache": 1.0, "windowed": 1.0, "rest": 1.0}
NO_COLUMNS = pd.DataFrame({"rate": [1]})
#: Configurations of other families, and broken ones.
BERT = {"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12}
T5 = {"model_type": "t5", "d_model": 512, "num_layers": 6, "num_heads": 8}
LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 4, "vocab_size": 10}
BROKEN = [{"model_type": "llama", "hidden_size": size, **LAYERS} for size in (-1, 8.5)]


def draw(labels: Any, classes: Any, shots: Any, tested: Any = 50) -> Any:
    return toolbox.episode(labels, classes, shots, np.random.default_rng(0), tested)


def pruned(method: Any = "size, by layer", theta: Any = THETA, model: Any = SMALL, **other: Any) -> Any:
    return toolbox.prune(model, theta, method, **other)


BAD: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    # the whole: Amdahl, roofline, decoding, pairs
    *(
        (toolbox.speedup, case)
        for case in (
            ([], []),
            ([0.5], [0]),
            ([0.5], [NAN]),
            ([0.6, 0.5], [2, 2]),
            ("a", [2]),
            ([0.5, 0.5], [2, 2, 2]),
            ([0.2, 0.3], [[[2, 2]]]),
        )
    ),
    *((toolbox.implied_share, case) for case in ((0, 2), (3, 2), (0.5, 2), (1, 1), ("x", 2), ([1.1, 1.2], [2, 3, 4]))),
    *((toolbox.limit, (share,)) for share in (-1, 2, NAN, "x", None)),
    *((toolbox.together, case) for case in (([0.5], [2], [2, 3]), ([0.5, 0.5], [0, 1], [1, 1]), ([], [], []))),
    *(
        (each, (table,))
        for each in (toolbox.median_share, without_one, toolbox.quartiles)
        for table in (NO_COLUMNS, "x")
    ),
    *((each, (toolbox.promises(), "weights")) for each in (toolbox.median_share, without_one, toolbox.quartiles)),
    (toolbox.median_share, (pd.DataFrame({"kind": ["step"], "share": [NAN]}), "step")),
    *((toolbox.kept_share, case) for case in ((1, 2), (0, 2), (4, 0), (4, NAN), ("a", 1), ([4, 4], [1, 2, 3]))),
    *((roofline.time, case) for case in ((1e9, 1e9, 0, 1), (-1, 1, 1, 1), ("a", 1, 1, 1), ([1, 2], [1, 2, 3], 1, 1))),
    *((toolbox.ridge, case) for case in ((0, 1), (1, 0), (INF, 1), ([1, 2], [1, 2, 3]))),
    *((roofline.batch, case) for case in ((0, 8, 16), (1, 0, 16), (1, 8, NAN), ("a", 8, 16))),
    *(
        (toolbox.fitted, case)
        for case in (
            ([], []),
            ([1, 2], [1, 2]),
            ([1, 1, 1], [1, 2, 3]),
            ([1, 2, 3], [3, 2, 1]),
            ([1, 2, NAN], [1, 2, 3]),
            ("abc", [1, 2, 3]),
            ([1, 2, 4], [1, 2, 3], 95),
            ([1, 2, 4], [1, 2, 3], [0.5, 0.9]),
        )
    ),
    *((decoding.seconds, case) for case in ((-1, 1, 0), (1, 0, 0), (1, 1, -1), ("a", 1, 1))),
    *(
        (pairs.gain, case)
        for case in (
            (("x",), SPENT),
            ((), {**SPENT, "weights": 0}),
            (("window",), {**SPENT, "windowed": 0}),
            ((), {}),
            (("window",), {name: SPENT[name] for name in pairs.PARTS}),
        )
    ),
    *((pairs.parts, case) for case in (("x", 1000, 1e12, 0.003, 4096), (LLAMA, 0, 1e12, 0.003, 4096))),
    *((pairs.parts, (LLAMA, 1000, 1e12, constant, 4096)) for constant in (-1, NAN, "x")),
    # fewer bits
    *((rounding.largest_of, (block,)) for block in (0, -1, 1.5, NAN, INF, "x", None)),
    *((toolbox.snr, case) for case in ((1, 32), (17, 32), (4, 1), (4.5, 32), (4, NAN), ([4, 5], [2, 3, 4]))),
    *((toolbox.sine_snr, (bits,)) for bits in (0, 4.5, NAN, "x", 17)),
    *((each, (bits,)) for each in (toolbox.optimal_clip, toolbox.clipped_snr) for bits in (1, 4.5, "x", [4, 5], [])),
    *((toolbox.clipped_snr, (4, clip)) for clip in (0, -1, NAN, "x", [1, 2])),
    *((rounding.normal_noise, case) for case in ((0, 4), (1, 1), (1, 2.5), ("x", 4), (1, [4, 5]))),
    *(
        (toolbox.round_blocks, case)
        for case in (
            ([], 4),
            ([[]], 4),
            ([1, 2], 4),
            ([[NAN]], 4),
            ([[1, 2], [3]], 4),
            (W, 4, 3),
            (W, 4, 0),
            (W, 4, 2.5),
            (W, [4, 5]),
            (np.zeros((0, 3)), 4),
        )
    ),
    *((rounding.measured_snr, case) for case in ((W, W[:2]), (W * 0, W), ([], []), (W, W * NAN))),
    *(
        (code.round, (case,))
        for code in toolbox.FORMATS.values()
        for case in ([], np.zeros((0, 2)), np.ones((63, 2)), np.full((64, 2), NAN), "ab")
    ),
    (toolbox.FORMATS["INT4"].round, (np.full((64, 1), 1e300),)),
    *((formats.nearest, case) for case in (([1], [2, 1]), ("a", [1, 2]), ([NAN], [1, 2]))),
    *((toolbox.hessian, (case,)) for case in ([1, 2], [[NAN]], "ab")),
    *(
        (toolbox.gptq, case)
        for case in (
            (W, H, 0),
            (W, H, 4, 2.5),
            (W, np.eye(3), 4),
            (W, H * 0, 4),
            (W, -H, 4),
            (W[:, 0], H, 4),
            (W, H, 4, None, False, -1),
        )
    ),
    *((compensated.output_error, case) for case in ((W, np.eye(3)), ("a", H), (W, [[1]]))),
    # fewer weights
    *(
        (toolbox.keep_largest, case)
        for case in (([], 0.5), (W, 0), (W, 1.5), (W, NAN), ([[NAN]], 0.5), (W, [0.5, 0.6]))
    ),
    *((sparsity.keep_largest_everywhere, case) for case in (([], 0.5), ([W, []], 0.5), (W, 0))),
    *((toolbox.keep_n_of_m, case) for case in ((W, 3, 2), (W, 0, 4), (W, 2, 3), (W, 2.5, 4), (W[:, 0], 2, 4))),
    *((toolbox.wanda_scores, case) for case in ((W, [1, 2]), (W, [1, 2, 3, -1]), (W, "abcd"))),
    *(
        (toolbox.sparse_gpt, (W, H, *case))
        for case in ((0,), (NAN,), (0.5, (3, 2)), (0.5, 2), (0.5, (1, 2, 3)), (0.5, None, 0))
    ),
    *((toolbox.bits_per_weight, case) for case in ((0,), ("x",), (INF,), (4, 3, 2), (4, 2.5, 4), (4, 2, 4, -1))),
    *(
        (toolbox.compress, case)
        for case in ((W, W > 4, 2), (W, W[:2] > 0), (W, W > 0, 3), (W, W > 0, 0), (W, W > 0, "x"))
    ),
    *(
        (toolbox.expand, case)
        for case in (([], []), (1, 1), ("a", "b"), *(([[[1.0]]], [[[place]]]) for place in (9, -1, 0.5)))
    ),
    *((pruned, case) for case in (("x",), ("size, by layer", THETA[:5]), ("Wanda", "x"), ("random", THETA, "m"))),
    *((toolbox.pattern_speeds, (sizes,)) for sizes in (3, (3,), ("x",), "8192")),
    *((each, (table,)) for each in (toolbox.added_loss, toolbox.multipliers) for table in (NO_COLUMNS, "x", None)),
    *((toolbox.ticket_runs, (table, 0.006)) for table in (NO_COLUMNS, "x", None)),
    *((toolbox.base_network, (seed,)) for seed in (-1, 1.5, NAN, "x", [0, 1])),
    *((base.calibration, (count,)) for count in (0, 2.5, "x")),
    # fewer tokens looked at, adapters
    *(
        (each, (config, *more))
        for each, more in ((toolbox.forward_flop, (4096,)), (toolbox.fine_tuning_memory, ()), (toolbox.crossover, ()))
        for config in ("nope", None, 5, {}, [], BERT, T5, "/no/such/config.json", *BROKEN)
    ),
    *((toolbox.forward_flop, (LLAMA, context)) for context in (0, -1, NAN, INF, "x", 0.5)),
    *((toolbox.forward_flop, (LLAMA, 4096, *case)) for case in (("x",), ("window", 0), ("window", NAN))),
    *((toolbox.crossover, (LLAMA, "full", 4096, share)) for share in (0, 1, NAN, [0.2, 0.3])),
    *((toolbox.pays_from, case) for case in ((LLAMA, 1), (LLAMA, "x"), (LLAMA, [2, 3]), (LLAMA, 2, "full"))),
    *(
        (toolbox.decode_bytes, (LLAMA, *case))
        for case in (([1, 2], [1, 2, 3]), (0,), (5, 0), (5, 1, "full", 4096, 0), (5, 1, "full", 4096, [4, 8]))
    ),
    *((toolbox.savings, case) for case in ((5, [4096]), (LLAMA, [4096]), ([LLAMA], [4096], "window"))),
    *((toolbox.lora_parameters, (LLAMA, *case)) for case in ((0,), (1.5,), (NAN,), ([8, 16],), (16, "x"), (16, []))),
    *((toolbox.fine_tuning_memory, (LLAMA, *case)) for case in (("x",), ("lora", 0), ("qlora", 16, 2.5))),
    *((adapters.merged, case) for case in (([[1, 2]], [[1]], [[1]]), ([1], [[1]], [[1]]), ([[1]], [[NAN]], [[1]]))),
    # borrowed learning
    *(
        (each, case)
        for each in (toolbox.multiplier, toolbox.transferred)
        for case in ((0, 1e5), (1e9, 0), (NAN, 1e5), (1e9, 1e5, "x"), ([1e9, 1e8], [1e5, 1e6, 1e7]))
    ),
    (toolbox.multiplier, (1e9, 1e15)),
    *((toolbox.characters_at, case) for case in ((1, 1e9), (NAN, 1e9), (2, 0), ("x", 1e9))),
    *(
        (toolbox.equivalent_data, case)
        for case in (([], [], 2), ([1000, 2000], [2, 3], 2.5), ([1000, 2000], [3, 2], NAN), ([1000], [3], 3))
    ),
    *((draw, case) for case in (([0] * 99, [], 1), ([0] * 99, [0, 0], 1), ([0] * 99, [0], 1.5), ([0] * 9, [0], 1))),
    *(
        (toolbox.nearest_mean, case)
        for case in (("x", [0], W), ([[NAN]], [0], [[1]]), ([[1]], [0, 1], [[1]]), ([], [], W))
    ),
    (toolbox.behind_pixels, (NO_COLUMNS,)),
    # better steps
    *((toolbox.orthogonalised, (matrix,)) for matrix in ([], [1, 2], [[NAN]], [[1, 2], [3]], np.zeros((0, 3)))),
    *((toolbox.orthogonalised, (W, turns)) for turns in (0, 2.5, NAN, "x")),
    *(
        (toolbox.steps_worth, case)
        for case in (
            ([2, 2], [1, 2], 2),
            ([2, 1.8], [1, 2, 3], 1.9),
            ([2, 1.8], [1000, 1000], 1.9),
            ([2, 1.8], [1000, 2000], NAN),
            ([2, 1.8], [1000, 2000], [1.9, 1.85]),
        )
    ),
    *((optimisers.mean_interval, case) for case in (([1],), ([1, NAN],), ([1, 2], 95))),
    *((optimisers.extra_flop, case) for case in ((0, 1, 1), (1, 1, NAN), ("x", 1, 1))),
    *((optimisers.Run, case) for case in (("sgd", 10, 0.1, 0, 0), ("adam", 0, 0.1, 0, 0), ("adam", 10, -1, 0, 0))),
    (optimisers.compared, (NO_COLUMNS, 0.008)),
    # new machines
    *(
        (toolbox.growth, case)
        for case in (
            ([], []),
            (["2020-01-01"] * 3, [1, 2, 3]),
            (DATES, [3, 2, 1]),
            (DATES, [1, 2]),
            (DATES, [1, 2, 0]),
            (["x", "y", "z"], [1, 2, 3]),
            ([2020, 2021, 2022], [1, 2, 4]),
            (DATES, [1, 2, 4], 95),
        )
    ),
    *((toolbox.line_of, (names,)) for names in (["x"], "V100", 5, None)),
    *((toolbox.stack_bandwidth, case) for case in ((0, 1), (1024.5, 1), (1024, 0), ([1, 2], [1, 2, 3]))),
    *((toolbox.landauer, (kelvin,)) for kelvin in (0, -1, INF, "x")),
    *((toolbox.picojoule, case) for case in ((0, 1), (1, NAN), ([1, 2], [1, 2, 3]))),
    *((toolbox.operations_a_weight, case) for case in ((0, 1, 1), (16, 1, 0), ([8, 16], [1, 2, 3], 1))),
    *(
        (toolbox.logical_error, case)
        for case in ((0, 7, 0.1, 2), (7.5, 7, 0.1, 2), (7, 7, 1.5, 2), (7, 7, 0.1, 1), (1, 7, 0.4, 9))
    ),
    *((toolbox.distance_for, case) for case in ((0, 7, 0.1, 2), (1e-12, 7, 0.1, 0.5), ([1e-12, 1e-9], 7, 0.1, 2))),
    *((toolbox.door, case) for case in ((0, 1e-5), (1.5, 1e-5), (10, 0), (NAN, 1))),
    *((toolbox.seconds_to_read, case) for case in ((0, 1), (1, 0), (INF, 1))),
    *((toolbox.quadratic_crossover, case) for case in ((1, 2), (1e12, 0), ([1e12, 1e13], 1e3))),
    *((quantum.physical_qubits, (distance,)) for distance in (0, 2.5, "x")),
    # what functions are given
    *((single, (value, "a size")) for value in ([1, 2], [], "x")),
    *((with_columns, (table, ["loss"], "a table")) for table in (NO_COLUMNS, "x")),
    *((several, (value, "names")) for value in ("V100", 5)),
]


def named(case: Any) -> str:
    return re.sub(r"\W+", " ", repr(case))[:40]


@pytest.mark.parametrize(("function", "given"), BAD, ids=named)
def test_bad_input_is_answered_by_one_sentence(function, given):
    with pytest.raises(ProblemError, match=r"^[^\n]+\.$"):
        function(*given)


@pytest.mark.parametrize(
    "changed",
    [
        {"kept": 0},
        {"kept": NAN},
        {"pattern": (2, 5)},
        {"seed": -1},
        {"seed": 1.5},
        {"method": "SparseGPT", "contexts": []},
        {"method": "Wanda", "contexts": "abc"},
        {"method": "random", "pattern": (2, 4)},
    ],
    ids=named,
)
def test_a_pruning_that_cannot_be_is_answered_by_one_sentence(changed):
    with pytest.raises(ProblemError, match=r"^[^\n]+\.$"):
        pruned(**changed)


@pytest.mark.parametrize(
    "case", [("x", "ticket"), ("ticket", "random mask", "x"), ("ticket", "small network", "its own", 95)]
)
def test_networks_that_are_not_compared_are_answered_by_one_sentence(case):
    runs = toolbox.ticket_runs(load_result("toolbox-tickets"), 0.006)
    with pytest.raises(ProblemError, match=r"^[^\n]+\.$"):
        toolbox.advantage(runs, *case)


def test_what_is_odd_but_means_something_gives_the_right_number():
    assert toolbox.speedup([1.0], [INF]) == INF
    assert toolbox.limit(1) == INF
    assert toolbox.implied_share(1.5, INF) == pytest.approx(1 / 3)
    assert toolbox.round_blocks(W * 0, 4).tolist() == (W * 0).tolist()
    assert np.isfinite(toolbox.orthogonalised([[1e200, 1], [1, 1]])).all()
    assert toolbox.pays_from(published_architecture(LLAMA), 1e9, "dsa") == INF
    assert toolbox.equivalent_data([1_000, 2_000], [3.0, 2.0], 1.0) == INF
