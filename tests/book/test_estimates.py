"""An estimate comes with its error: a quoted elasticity, exponent, correlation or score says how sure it is."""

from __future__ import annotations

import pytest

from tests.book import estimates


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The one causal elasticity is [elasticity].", ["elasticity"]),
        ("The exponent $a$ is [a]; another is not said.", ["a"]),
        ("Its answers correlate by [votes] with those of Bayes' rule.", ["votes"]),
        ("With scores of [small] at home it is enough.", ["small"]),
        ("Parity is learned worse than by a coin: it is wrong on [parity].", ["parity"]),
        ("The exponent is [a], from [a-low] to [a-high].", []),
        ("The exponent is [a], with a standard error of [s].", []),
        ("The largest Sobol index is [top] in closed form.", []),
        ("They bought [chips] chips.", []),
        ("The exponent falls; after that there are [n] runs.", []),
    ],
)
def test_an_estimate_says_how_sure_it_is(text, names):
    assert list(estimates.bare(text)) == names


def test_a_number_whose_source_has_an_interval_is_an_estimate_whatever_it_is_called():
    assert estimates.bare("Computing got cheaper in [halving] months.") == {}
    assert list(estimates.bare("Computing got cheaper in [halving] months.", frozenset({"halving"}))) == ["halving"]


def test_the_published_intervals_behind_a_number_are_read_from_the_program():
    known = estimates.with_interval(estimates.ROOT / "analysis/cnn_era/chapter/prose.py")
    assert "erdil-months" in known and "nanogpt-records" not in known


def test_a_reason_is_for_an_estimate_that_stands():
    bare = estimates.Estimate("chapters/toy.md", 3, "toy/slope", "slope")
    assert "chapters/toy.md:3: toy/slope is an estimate (slope)" in estimates.problems([bare], {})
    assert estimates.problems([bare], {"toy/slope": "an exact count"}) == ""
    assert "drop the row" in estimates.problems([], {"toy/slope": "an exact count"})


def test_every_estimate_of_the_book_says_how_sure_it_is():
    found = [*estimates.in_chapters(), *estimates.in_verdicts()]
    assert estimates.problems(found, estimates.reasons()) == ""
