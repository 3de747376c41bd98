"""What a reader sees computed is what the models compute, and what the chapter says."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from analysis import distributed
from analysis.distributed.chapter import inputs, prose
from analysis.kit import chapters, facts
from analysis.kit.experiments import load_result
from tests.kit.cells import after, after_each


@pytest.fixture(scope="module")
def cells() -> list[tuple[dict[str, Any], str]]:
    """After each cell in sight, what it left and what it said."""
    return after_each("distributed")


def printed(cells: list[tuple[dict[str, Any], str]], name: str) -> list[list[float]]:
    """The numbers in each line that the first cell said which makes a name."""
    said = next(text for names, text in cells if name in names)
    return [[float(n.replace(",", "")) for n in re.findall(r"[-+]?\d[\d,]*\.?\d*", line)] for line in said.splitlines()]


def test_pairs_are_those_of_the_model_and_of_the_article(cells):
    lines = printed(cells, "links")
    assert [links for _, links in lines] == [distributed.pairs(round(chips)) for chips, _ in lines]
    assert inputs.fact("economist-links-20") in [links for _, links in lines]


@pytest.mark.parametrize("machines", [1, 2, 5, 8, 20])
def test_the_ring_sums_and_sends_what_the_formula_says_for_other_numbers_of_machines(cells, machines):
    cell = next(cell for cell in chapters.cells("distributed") if cell.visible and "ring, sent" in cell.source)
    names = {"np": np}
    source = cell.source.replace("k = 5", f"k = {machines}")
    assert f"k = {machines}" in source
    exec(source, names)
    assert (names["ring"] == names["own"].sum(axis=0)).all()
    assert names["sent"] == pytest.approx(distributed.ring_volume(1, machines, bits=1))


def test_the_exposed_part_of_the_cell_is_that_of_the_model(cells):
    names = after(cells, "exposed")
    shape = facts.frame("distributed_bandwidth").set_index("model").loc[inputs.STEP_MODEL].iloc[0]
    assert (names["N"], names["L"], names["s"]) == (shape["parameters"], shape["layers"], shape["step_seconds"])
    for line, share in printed(cells, "exposed"):
        assert 100 * distributed.utilisation(line, names["N"]) == pytest.approx(share, abs=0.5)


def test_the_workers_of_the_cell_settle_where_the_model_says(cells):
    names = after(cells, "settles")
    assert (tuple(names["h"]), tuple(names["c"]), names["eta"]) == (inputs.CURVATURES, inputs.OPTIMA, inputs.STEP)
    for period, settles, walked in printed(cells, "settles"):
        assert settles == walked
        there = distributed.fixed_point(inputs.CURVATURES, inputs.OPTIMA, inputs.STEP, int(period))
        assert settles == pytest.approx(there, abs=5e-5)


def test_the_noise_of_the_cell_is_that_of_the_formula_within_three_standard_errors(cells):
    names = after(cells, "noisy")
    theory = distributed.stationary_variance(1.0, names["eta"], names["sigma"], names["k"])
    *drawn, (said,) = printed(cells, "noisy")
    assert said == pytest.approx(theory, abs=5e-5)
    # 5,000 walks of 100 steps, from rest: what the end of a walk still lacks is far below the error
    assert all(abs(value - theory) < 3 * theory * math.sqrt(2 / 5_000) for _, value in drawn)


def test_the_exponent_and_the_price_of_the_cell_are_those_of_the_models(cells):
    names = after(cells, "worth")
    law = distributed.fit_power_law(names["plain"]["parameters"], names["plain"]["loss"])
    error = distributed.exponent_error(names["plain"]["parameters"], names["plain"]["loss"])
    assert names["a"] == pytest.approx(law.exponent)
    assert math.sqrt(names["spread"][0, 0]) == pytest.approx(error)
    for more, worth in printed(cells, "worth")[1:]:
        assert 100 * distributed.compute_ratio(more / 100, law.exponent) == pytest.approx(worth, abs=0.5)


def test_steps_that_the_cell_reads_off_are_those_of_the_model(cells):
    mean = after(cells, "curve")["mean"]
    plain = mean["data-parallel", 1]
    for period, steps, whole in printed(cells, "curve"):
        assert whole == inputs.OWN_STEPS
        read = distributed.steps_for(mean["average", int(period), inputs.OWN_STEPS], plain)
        # the cell joins the measured runs by straight lines in logarithms, the model by a smooth curve
        assert steps == pytest.approx(read, rel=0.01)


def test_rounding_in_the_cell_is_that_of_the_model(cells):
    names = after(cells, "moved")
    sent = distributed.quantise(names["moved"], names["bits"], block=len(names["moved"]))
    assert names["sent"] == pytest.approx(sent, abs=1e-6)
    assert np.abs(names["sent"] - names["moved"]).max() <= names["q"] / 2 * (1 + 1e-9)


def test_the_bits_of_the_sparse_run_are_those_of_the_model(cells):
    bits, against_full, against_half = (row for row in printed(cells, "each"))
    assert bits[0] == pytest.approx(inputs.covenant_bits(), abs=5e-4)
    for plain, times in (against_full, against_half):
        assert times == pytest.approx(plain / inputs.covenant_bits(), abs=0.05)


@pytest.mark.parametrize("line", [5, 34, 120])
def test_the_loop_of_the_cell_is_the_simulator(cells, line):
    busy = after(cells, "busy")["busy"]
    for every in (1, 30, 100):
        there = distributed.simulate(line, 10e9, 48, 0.8, steps_between=every)
        assert busy(line, N=10e9, L=48, s=0.8, H=every) == pytest.approx(there, abs=1e-3)


def test_the_formula_of_streaming_in_the_cell_is_that_of_the_package(cells):
    names = after(cells, "printed")
    for share, line, _ in printed(cells, "printed"):
        there = distributed.streaming_bandwidth_for(share / 100, names["N"], names["H"], names["bits"])
        assert line == pytest.approx(there, abs=0.05)


def test_the_utilisations_of_the_cell_are_those_of_the_figure(cells):
    said = [row[-1] for row in printed(cells, "place")[:3]]
    rounds = distributed.real_rounds()
    computed = rounds.loc[rounds["computing"] == 60 * inputs.fact("intellect1-inner-minutes"), "computed"]
    assert all(any(abs(value - share) < 5e-4 for value in computed) for share in said)


def test_the_residuals_of_the_cell_are_those_of_the_model(cells):
    by_test = distributed.residuals_by_test(distributed.scores(inputs.TOLD)).groupby("test")["residual"]
    said = next(text for names, text in cells if "PchipInterpolator" in names)
    for test, mean in re.findall(r"(\S+): (\S+) points", said):
        assert float(mean) == pytest.approx(by_test.mean()[test.lower().replace("-", "_")], abs=5e-3)
    assert len(by_test) == said.count("points")


def test_the_distance_of_the_cell_is_that_of_the_transfer_test(cells):
    table = distributed.transfer_residuals(load_result("distributed-transfer"))
    ((mean, _),) = printed(cells, "off")
    assert mean == pytest.approx(table.loc["all", "estimate"], abs=5e-5)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("links", "said-few"),
        ("each", "covenant-ours"),
        ("busy", "sim-busy"),
        ("place", "wild-link"),
    ],
)
def test_a_cell_prints_the_number_that_the_prose_says(cells, name, number):
    said = next(text for names, text in cells if name in names)
    assert re.sub(r"\s|%", "", str(prose.numbers()[number])) in said


def test_the_lines_of_the_cell_are_those_of_the_text(cells):
    numbers = prose.numbers()
    every, seldom, brief = printed(cells, "line")
    assert every[2] == pytest.approx(float(str(numbers["talk-line"])), abs=0.5)
    assert every[2] / seldom[2] == pytest.approx(float(str(numbers["talk-fall"])), abs=0.05)
    assert seldom[2] / brief[2] == pytest.approx(seldom[1] / brief[1], abs=0.05)
