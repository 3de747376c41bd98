"""A title is a finding: with data that say otherwise the figure says that it does not hold."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from analysis.kit import chapters


@pytest.fixture(scope="module")
def drawn():
    """How the chapter calls each of its figure functions: the function and its arguments by name."""
    calls = {}
    cells = [cell for cell in chapters.cells("scaling") if "glue" not in cell.source]
    names = {}
    for cell, _ in chapters.run(cells, names):
        for name in cell.drawn:
            call = cell.tree.body[-1].value
            given = [value_of(a, names) for a in call.args]
            named = {k.arg: value_of(k.value, names) for k in call.keywords}
            calls[name] = (getattr(names["figures"], name), given, named)
    return calls


def value_of(node, names):
    """What an expression of a cell gives."""
    return eval(compile(ast.Expression(node), "<cell>", "eval"), names)


def backwards(column):
    """Replace a column by itself in reverse."""
    return lambda table: table.assign(**{column: table[column].to_numpy()[::-1]})


#: Which argument of each figure is changed, and how.
OTHERWISE = {
    "diminishing_returns": (0, backwards("loss")),
    "isoflop_curves": (0, lambda curves: curves[curves["parameters"] > 1e10]),
    "allocation": (0, lambda splits: {name: splits["Muennighoff"] for name in ("Kaplan", "Muennighoff")}),
    "hoffmann_tables": (0, lambda points: points.assign(ratio=30.0)),
    "stopped_early": (0, lambda stops: stops.assign(reduction=stops["reduction"].map({"sum": "mean", "mean": "sum"}))),
    "bootstrap": (0, backwards("A")),
    "sweep_isoflop": (1, lambda fit: replace(fit, optima=fit.optima.assign(inside=False))),
    "sweep_exponent": (0, lambda fit: replace(fit, a=0.7)),
    "second_witness": (1, lambda fits: fits | {"N": replace(fits["N"], optima=fits["N"].optima.iloc[::-1])}),
    "counting": (0, lambda exponents: exponents - 0.2),
    "repairs": (0, lambda recipes: {name: table.assign(exponent=0.7) for name, table in recipes.items()}),
    "inference_aware": (0, backwards("size")),
    "repetition": (0, lambda worth: worth * 0.8),
    "precision": (0, lambda losses: losses.assign(**{"3 bits": losses["not rounded"] + 0.1})),
    "rounding": (0, lambda networks: networks.assign(penalty=networks["penalty"] / networks["D"])),
    "catching_up": (1, lambda peaks: peaks.assign(year=3.0)),
    "meek_measures": (0, lambda rows: rows.assign(lead=1.0)),
    "billion": (3, lambda costs: costs.assign(cloud=costs["cloud"] / 10)),
}


#: For titles of several parts: another change, under which only one of the parts is false.
PARTS = {
    "catching_up": (1, lambda peaks: peaks.assign(year=peaks["year"].to_numpy()[::-1])),
    "hoffmann_tables": (0, lambda points: points[points["origin"] != "Approach 3"]),
    "stopped_early": (0, lambda stops: stops.assign(objective=1.0)),
    "repairs": (0, lambda recipes: {name: table.iloc[[0, 2, 1, 3, 4]] for name, table in recipes.items()}),
    "rounding": (
        0,
        lambda table: table.assign(
            penalty=[3 * p if d == 256_000 else p for p, d in zip(table["penalty"], table["D"], strict=True)]
        ),
    ),
    "meek_measures": (0, lambda rows: rows.assign(loss=rows["loss"].clip(lower=0.05))),
    "billion": (3, lambda costs: costs.assign(year=costs["year"] + 5)),
    "counting": (0, lambda exponents: exponents * 0 + 0.73),
    "repetition": (0, lambda worth: worth.where(worth.index < 32, worth.index * 0.6)),
}


@pytest.mark.parametrize("name", PARTS)
def test_no_part_of_a_title_may_be_false(drawn, name):
    function, given, named = drawn[name]
    place, change = PARTS[name]
    other = [change(value) if number == place else value for number, value in enumerate(given)]
    assert function(*other, **named).holds is False


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_title_holds_for_the_data_of_the_chapter_and_not_for_others(drawn, name):
    function, given, named = drawn[name]
    assert function(*given, **named).holds is True
    place, change = OTHERWISE[name]
    other = [change(value) if number == place else value for number, value in enumerate(given)]
    assert function(*other, **named).holds is False


def test_every_figure_of_the_chapter_has_other_data_but_the_one_that_follows_from_a_formula(drawn):
    assert set(drawn) - set(OTHERWISE) == {"meek_gap"}
