"""Accuracy against compute: what a Pareto front is, who stood on it when, and what recipes gave."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress.pareto import (
    front_by_year,
    least_compute,
    mobile_shares,
    on_front,
    published_networks,
    recipes_of,
    shares,
)
from analysis.kit.errors import ProblemError

TABLE = published_networks()
YEARS = range(2012, 2025)
POINTS = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), min_size=1, max_size=12)
ACCURACY = st.floats(0, 100)


def beats(one, other):
    """At most the cost, at least the value, and better in one."""
    return one[0] <= other[0] and one[1] >= other[1] and one != other


@given(POINTS)
def test_the_front_is_what_nothing_beats(points):
    """The definition, point against point; ties included."""
    cost, value = zip(*points, strict=True)
    expected = [not any(beats(other, point) for other in points) for point in points]
    assert on_front(cost, value).tolist() == expected


@given(POINTS)
def test_every_point_is_on_the_front_or_beaten_by_one_that_is(points):
    cost, value = zip(*points, strict=True)
    front = [p for p, chosen in zip(points, on_front(cost, value), strict=True) if chosen]
    assert front
    assert all(p in front or any(beats(q, p) for q in front) for p in points)


@given(POINTS, st.randoms(use_true_random=False))
def test_neither_order_nor_scale_matters(points, random):
    shuffled = random.sample(points, len(points))
    cost, value = map(np.array, zip(*shuffled, strict=True))
    plain, logged = on_front(cost, value), on_front(np.log(cost), np.exp(value))
    assert (plain == logged).all()
    chosen = sorted(p for p, c in zip(shuffled, plain, strict=True) if c)
    original = on_front(*zip(*points, strict=True))
    assert chosen == sorted(p for p, c in zip(points, original, strict=True) if c)


@given(POINTS, st.tuples(st.integers(1, 8), st.integers(1, 8)))
def test_a_newcomer_never_brings_back_what_was_beaten(points, newcomer):
    before = on_front(*zip(*points, strict=True))
    after = on_front(*zip(*points, newcomer, strict=True))[:-1]
    assert not (after & ~before).any()


@pytest.mark.parametrize("year", YEARS)
def test_along_a_front_more_accuracy_costs_more(year):
    front = front_by_year(TABLE, [year])
    assert (np.diff(front["macs"]) > 0).all()
    assert (np.diff(front["top1"]) > 0).all()


def test_the_least_compute_for_an_accuracy_never_rises():
    for accuracy in (56.5, 69.0, 76.0):
        assert (np.diff(least_compute(TABLE, accuracy, YEARS)["macs"]) <= 0).all()


def test_who_was_the_best_buy():
    """VGG leaves the front when ResNet comes, ResNet's original when EfficientNet comes; ShuffleNet v1 never leaves."""
    front = front_by_year(TABLE, YEARS)
    names = {year: set(rows["name"]) for year, rows in front.groupby("year")}
    assert "VGG-16" in names[2014] and not names[2015] & {"VGG-11", "VGG-16", "VGG-19"}
    assert "ResNet-50" in names[2018]
    originals = front[front["recipe"] == "original"].groupby("year")["name"].apply(set)
    assert "ResNet-50" not in originals[2019] and "EfficientNet-B0" in originals[2019]
    assert all("ShuffleNet v1" in names[year] for year in range(2017, 2025))


def test_five_times_less_for_alexnets_accuracy_and_ten_times_less_for_resnets():
    """Multiply-adds of a forward pass: 714 M (2014) to 138 M (2017); 4,089 M (2015) to 386 M (2019)."""
    alexnet, resnet = (least_compute(TABLE, level, YEARS).set_index("year")["macs"] for level in (56.5, 76.0))
    assert alexnet[2014] / alexnet[2024] == pytest.approx(5.16, abs=0.01)
    assert resnet[2015] / resnet[2024] == pytest.approx(10.60, abs=0.01)


def test_one_network_two_recipes():
    """ResNet-50: 76.1 in 2015, 80.4 in 2021 for 6.7 times the training, 81.2 with larger test images."""
    found = recipes_of("resnet50").set_index("recipe")
    assert found.loc["2021, A1", "gain"] == pytest.approx(4.27, abs=0.01)
    assert found.loc["2021, A1", "more_test"] == 1
    assert found.loc["2021, A1", "more_training"] == pytest.approx(600 / 90)
    larger = found.loc["2021, A1, larger test image"]
    assert larger["gain"] == pytest.approx(5.08, abs=0.01)
    assert larger["more_test"] == pytest.approx(1.65, abs=0.01)


def test_a_better_recipe_need_not_cost_more():
    """A3: two points more for 57 % of the training compute, by training on smaller images."""
    found = recipes_of("resnet50").set_index("recipe").loc["2021, A3"]
    assert found["gain"] == pytest.approx(1.92, abs=0.01)
    assert found["more_training"] == pytest.approx(0.567, abs=0.001)


def test_architecture_and_recipe_share_eight_points():
    """MobileNet v1 to EfficientNet-B0 and their recipes to 2024: 4.6 and 3.4 points, with 2.7 of overlap."""
    found = mobile_shares()
    assert [found.total, found.architecture, found.recipe, found.overlap] == pytest.approx(
        [7.98, 4.57, 3.42, 2.73], abs=0.01
    )


@given(ACCURACY, ACCURACY, ACCURACY, ACCURACY)
def test_shares_add_up_and_swap_with_their_names(old, network, recipe, new):
    found, swapped = shares(old, network, recipe, new), shares(old, recipe, network, new)
    assert found.architecture + found.recipe == pytest.approx(found.total, abs=1e-9)
    assert found.architecture == pytest.approx(swapped.recipe, abs=1e-9)


def test_training_compute_is_known_only_where_epochs_are():
    assert (TABLE["training"].isna() == TABLE["epochs"].isna()).all()
    assert TABLE["macs"].notna().all() and (TABLE["available"] >= TABLE["date"]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: on_front([1, 2], [1]),
        lambda: on_front([1, math.nan], [1, 2]),
        lambda: front_by_year(TABLE, []),
        lambda: recipes_of("shufflenet"),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()


def test_a_table_of_ones_own_will_do():
    """Any table with the three columns."""
    mine = pd.DataFrame(
        {"available": pd.to_datetime(["2020-01-01", "2021-01-01"]), "macs": [2.0, 1.0], "top1": [50, 60]}
    )
    assert front_by_year(mine, [2020, 2021])["macs"].tolist() == [2.0, 1.0]
