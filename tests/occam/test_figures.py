"""The title of every figure is true of the book's inputs, and says that it is not in a world where it is false."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import occam
from analysis.kit import facts
from analysis.kit.figure import FALSE_HERE
from analysis.occam.chapter import figures, inputs
from analysis.occam.prior import SimplicityBound

F = occam.named_functions()
GALLERY = F | {"random": occam.random_functions(1, inputs.SEED)[0]}
UNIFORM = occam.random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)
COUNTED = occam.variant_differences(UNIFORM[:500])
GENERALISATION = occam.load_result("occam-generalisation")
ERRORS = GENERALISATION.query("learning_rate == @inputs.LEARNING_RATE")
CURVES, LARGER, FOUND, SWEEP = (
    occam.load_result(f"occam-{name}") for name in ("learning-curves", "prior-relu", "sgd-bayes", "order-chaos")
)
SHALLOW, FOUND = CURVES.query("network == @inputs.NETWORKS.name"), FOUND.query("inputs == 5")
NOISY = occam.load_result("occam-digits")
DIGITS = occam.by_learner(NOISY, inputs.LEARNING_RATE)
PUBLISHED = occam.published_errors(facts.load("occam"))
MAPS, FIXED = (f(np.arange(0.5, 4.01, 0.25)) for f in (occam.correlation_maps, occam.mean_field_curve))
EDGE, MEAN = occam.critical_sigma_w(0.1), occam.k_lz(UNIFORM).mean()
WIDTHS = pd.DataFrame(
    {
        "width": [10, 10, 40, 40],
        "quantity": ["two neighbouring inputs differ", "the function is constant"] * 2,
        "value": [0.14, 0.35, 0.16, 0.28],
        "limit": [0.17, 0.25, 0.17, 0.25],
        "relative": [-0.14, 0.39, -0.03, 0.09],
        "error": 0.006,
    }
)
BOUNDS = pd.DataFrame({"m": [8, 64], "bound": [0.8, 0.3], "bound_low": [0.7, 0.2], "bound_high": [0.9, 0.4]})
BOUNDS = BOUNDS.assign(annealed=BOUNDS["bound_low"] / 2, fitting=20, error=[0.2, 0.05], error_high=[0.3, 0.06])


@pytest.fixture(scope="module")
def prior():
    """The book's own sample, kept since somebody asked for it."""
    return occam.prior_over_functions(inputs.NETWORKS, inputs.PRIOR_SAMPLES, inputs.SEED)


def says(drawn):
    """Whether the title of a figure says that it does not hold."""
    title = drawn.spec()["usermeta"]["title"]
    assert drawn.finding or drawn.holds is (FALSE_HERE not in title)
    return not drawn.holds


def swapped(table, column, one, other):
    return table.assign(**{column: table[column].replace({one: other, other: one})})


def where(table, query, **new):
    table = table.copy()
    table.loc[table.query(query).index, list(new)] = list(new.values())
    return table


def learners(slope):
    """Two targets whose error rises by `slope` over three limits on complexity; the second is admitted by the last."""
    rows = pd.DataFrame({"max_complexity": [4.0, 20.0, 30.0] * 2, "functions": [2, 900, 65_536] * 2})
    rows["target"], rows["target_complexity"] = np.repeat(["simplest", "most complex"], 3), np.repeat([4.0, 30.0], 3)
    return rows.assign(reachable=[True, True, True, False, False, True], error=[0.1, 0.1 + slope, 0.5, 0.9, 0.6, 0.5])


@pytest.mark.parametrize(
    ("draw", "true", "false"),
    [
        (figures.truth_tables, [GALLERY], [GALLERY | {"random": F["constant 0"]}]),
        (figures.complexity_measures, [F, UNIFORM], [F | {"parity": F["dictator x0"]}, UNIFORM]),
        (figures.published_variant, [COUNTED], [COUNTED.assign(share=[1.0, 0.0, 0.0])]),
        (figures.infinite_width, [WIDTHS, inputs.NETWORKS], [WIDTHS.assign(relative=0.1), inputs.NETWORKS]),
        (figures.correlation_map, [MAPS, FIXED], [MAPS, FIXED.assign(c_star=1.0)]),
        (figures.k_learner, [learners(0.2), 8], [learners(-0.05), 8]),
        (figures.pac_bayes, [BOUNDS, 4_000_000], [BOUNDS.assign(error_high=0.75), 4_000_000]),
        (
            figures.order_chaos,
            [SWEEP, inputs.SWEEP_NETWORKS, MEAN, EDGE, inputs.LOST],
            [
                swapped(SWEEP, "network", "ten tanh layers", "ten ReLU layers"),
                inputs.SWEEP_NETWORKS,
                MEAN,
                EDGE,
                inputs.LOST,
            ],
        ),
        (figures.imbalanced_targets, [ERRORS, PUBLISHED, 64], [ERRORS.assign(majority_error=0.5), PUBLISHED, 64]),
        (
            figures.balanced_targets,
            [GENERALISATION, inputs.LEARNING_RATES, 64],
            [where(GENERALISATION, "sigma_w == 2 and learning_rate == 0.01", error=0.1), inputs.LEARNING_RATES, 64],
        ),
        (
            figures.sgd_bayes,
            [FOUND, inputs.SMALL_NETWORKS],
            [where(FOUND, "key == 'spearman_often' and m == 8", value=0.9), inputs.SMALL_NETWORKS],
        ),
        (figures.parity, [SHALLOW], [SHALLOW.assign(error=1 - SHALLOW["error"])]),
        (
            figures.digits,
            [NOISY, inputs.LEARNING_RATES],
            [where(NOISY, "sigma_w == 2 and learning_rate == 0.01", test_error=0.6), inputs.LEARNING_RATES],
        ),
        (
            figures.razor_in_one_picture,
            [ERRORS, CURVES, DIGITS, inputs.SHOWN_BIN],
            [ERRORS, where(CURVES, "network == 'ordered' and target == 'parity'", error=0.1), DIGITS, inputs.SHOWN_BIN],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_title_is_true_here_and_can_be_false(draw, true, false):
    assert not says(draw(*true))
    assert says(draw(*false))


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: figures.published_variant(where(COUNTED, "difference < 0 and share > 0.1", difference=3.5)),
        lambda: figures.infinite_width(where(WIDTHS, "width == 40", relative=0.5), inputs.NETWORKS),
        lambda: figures.pac_bayes(BOUNDS.assign(error=[0.2, 0.15]), 4_000_000),
        lambda: figures.order_chaos(
            where(SWEEP, "network == 'two ReLU layers' and sigma_w == 8 and part == 'mean'", value=MEAN / 2 + 1),
            inputs.SWEEP_NETWORKS,
            MEAN,
            EDGE,
            inputs.LOST,
        ),
        lambda: figures.parity(where(SHALLOW, "target == 'parity' and m == 112", error=0.7)),
        lambda: figures.razor_in_one_picture(
            ERRORS,
            where(CURVES, "network == 'chaotic' and target == 'parity'", error=0.7),
            DIGITS,
            inputs.SHOWN_BIN,
        ),
    ],
    ids=[
        "a higher count",
        "farther when wide",
        "error falls no faster",
        "over half",
        "parity turns",
        "one rival loses",
    ],
)
def test_each_part_of_a_title_can_be_false(drawn):
    assert says(drawn())


def test_two_networks_whose_errors_overlap_have_no_winner():
    drawn = figures.digits(NOISY, inputs.LEARNING_RATES)
    assert "mild chaos and order err alike" in drawn.finding(rate="0.001")
    assert "mild chaos wins" in drawn.finding(rate="0.01")


def test_the_favourites_of_training_and_of_bayes_are_those_of_the_picture():
    drawn = figures.sgd_bayes(FOUND, inputs.SMALL_NETWORKS)
    for case, rows in pd.DataFrame(drawn.spec()["datasets"]["functions"]).groupby("case"):
        shares = [f"{rows[column].max():.0%}".replace("%", " %") for column in ("sgd_share", "bayes_share")]
        assert drawn.finding(chosen=case).endswith(
            f"takes {shares[0]} of the networks, that of Bayes' rule {shares[1]}"
        )


def test_titles_on_the_prior_can_be_false(prior):
    networks, bound = inputs.NETWORKS, occam.fit_simplicity_bound(occam.complexity_table(prior), least_count=10)
    assert not says(figures.prior_rank(prior, LARGER, networks))
    assert says(figures.prior_rank(replace(prior, samples=10 * prior.samples), LARGER, networks))
    rare, bits = occam.orbit_probability(prior, F["dictator x0"]), occam.k_lz(F["dictator x0"])[0]
    assert not says(figures.complexity_bound(prior, bound, rare, bits, networks))
    assert says(figures.complexity_bound(prior, SimplicityBound(bound.a, bound.b + 1), rare, bits, networks))
    estimates = occam.orbit_estimates(prior, {name: F[key] for name, key in inputs.BY_SYMMETRY.items()})
    assert not says(figures.symmetry(estimates))
    assert says(figures.symmetry(estimates.assign(count=1)))
    network, uniform = occam.complexity_table(prior), occam.complexity_table(occam.count_functions(UNIFORM))
    assert not says(figures.complexity_distribution(network, uniform, inputs.PLATEAU, networks))
    assert says(figures.complexity_distribution(uniform, network, inputs.PLATEAU, networks))
