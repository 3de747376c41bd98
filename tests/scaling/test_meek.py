"""The meek model: its peak year in closed form, what moves it, and which measures of the lead ever close."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.laws import kaplan_laws, published_law
from analysis.scaling.meek import (
    BoundedMetric,
    Frontier,
    MeekModel,
    frontier_of,
    measures,
    meek_models,
    peak_year,
    peaks,
    published_metric,
    published_model,
    published_served_gap,
    published_served_years,
    served_peak_year,
)

MODEL = published_model()
MODELS = st.builds(
    MeekModel,
    frontier=st.builds(Frontier, scale=st.floats(10, 3000), alpha=st.floats(0.05, 0.3), floor=st.floats(0, 2)),
    algorithms=st.floats(1.2, 4),
    hardware=st.floats(1.1, 2),
    spending=st.floats(1.1, 20),
    compute=st.floats(1e16, 1e24),
)


def test_the_published_peak():
    """The authors' notebook prints 3.4 years."""
    assert MODEL.peak_year() == pytest.approx(facts.load("scaling")["meek-peak-year"].value, abs=0.05)


@given(MODELS)
def test_closed_form_against_search(model):
    """The search stops within 1e-5 of the year or so; flat tops allow 0.1 %."""
    bounds = (0, 4 * model.peak_year())
    found = minimize_scalar(lambda t: -float(model.gap(t)), bounds=bounds, method="bounded").x
    assert found == pytest.approx(model.peak_year(), rel=1e-3)


@given(MODELS, st.floats(0.2, 5))
def test_the_gap_opens_peaks_and_closes(model, factor):
    peak = model.peak_year()
    assert model.gap(0) == pytest.approx(0, abs=1e-12)
    assert 0 < model.gap(peak * factor) <= model.gap(peak)
    half = model.year_gap_falls_to(0.5)
    assert half > peak and model.gap(half) == pytest.approx(model.gap(peak) / 2, rel=1e-6)


@given(MODELS, st.floats(1e-6, 1e6), st.floats(0.1, 10))
def test_the_peak_depends_on_neither_the_first_budget_nor_the_scale(model, budget, scale):
    """Nor on the floor: only on the exponent and the growth rates, and on the exponent as 1 / alpha."""
    other = MeekModel(
        Frontier(model.frontier.scale * scale, model.frontier.alpha, 0.0),
        model.algorithms, model.hardware, model.spending, model.compute * budget,
    )  # fmt: skip
    assert other.peak_year() == model.peak_year()
    assert peak_year(2 * model.frontier.alpha, model.shared, model.spending) == pytest.approx(model.peak_year() / 2)


def test_the_peak_moves_with_the_exponent():
    """Hoffmann rounded 3.4 years, Besiroglu's refit 2.9, Kaplan 10.3: the year is a statement about alpha."""
    laws = [published_law("hoffmann"), published_law("besiroglu"), kaplan_laws()["compute"]]
    years = [float(peak_year(frontier_of(law).alpha, MODEL.shared, MODEL.spending)) for law in laws]
    assert years == pytest.approx([3.37, 2.90, 10.34], abs=0.01)


def test_the_papers_curve_is_hoffmanns_rounded_fit():
    """1070 C^-0.154 + 1.7 against the frontier of equation 10: exponent 0.15355, within 1.5 % of loss at any budget."""
    frontier = frontier_of(published_law("hoffmann"))
    assert (frontier.scale, frontier.alpha) == pytest.approx((1071.36, 0.15355), rel=1e-4)
    budgets = np.geomspace(1e18, 1e27, 10)
    assert MODEL.frontier.loss(budgets) == pytest.approx(frontier.loss(budgets), rel=0.015)


@given(st.sampled_from(["hoffmann", "besiroglu", "sardana"]), st.floats(18, 27))
def test_the_frontier_of_a_law_is_the_loss_of_its_best_models(name, log10_budget):
    law = published_law(name)
    best = compute_optimal_allocation(10**log10_budget, law)
    assert frontier_of(law).loss(10**log10_budget) == pytest.approx(best.loss)


def test_a_power_law_is_its_own_frontier():
    kaplan = kaplan_laws()["compute"]
    assert frontier_of(kaplan).loss([1e20, 1e25]) == pytest.approx(kaplan.loss([1e20, 1e25]))


@given(MODELS, st.floats(0.5, 20))
def test_unbounded_measures_never_close(model, t):
    """The log of the reducible loss grows in proportion to time."""
    assert model.log_gap(2 * t) == pytest.approx(2 * model.log_gap(t))
    losses = [model.meek_loss(t), model.frontier_loss(t)]
    reducible = [loss - model.frontier.floor for loss in losses]
    cancelled = 8 * np.finfo(float).eps * losses[0] / min(reducible)
    assert model.log_gap(t) == pytest.approx(np.log(reducible[0] / reducible[1]), rel=1e-6, abs=1e-9 + cancelled)


def test_the_bounded_metric_closes_sooner_than_it_seems():
    """Accuracy: nothing at first, 46 points at the widest (year 4.1), under one after ten years."""
    years = np.linspace(0, 20, 2001)
    gap = published_metric().gap(MODEL, years)
    assert years[gap.argmax()] == pytest.approx(4.08, abs=0.02) and gap.max() == pytest.approx(0.464, abs=5e-4)
    assert years[gap > 0.01].max() == pytest.approx(10.0, abs=0.1)


def test_a_gap_in_score_is_closed_from_the_found_year_on():
    year = published_metric().year_gap_closes(MODEL, 0.05)
    assert published_metric().gap(MODEL, year) == pytest.approx(0.05)
    assert published_metric().gap(MODEL, year - 0.01) > 0.05 > published_metric().gap(MODEL, year + 0.01)
    with pytest.raises(ProblemError, match="not below 0 within 60 years"):
        published_metric().year_gap_closes(MODEL, 0.0)


def test_one_lead_vanishes_in_the_bounded_measures_and_grows_in_the_other():
    table = measures({"printed": MODEL}, {"printed": published_metric()}, [4.0, 10.0, 20.0])
    assert table["score"].is_monotonic_decreasing and table["loss"].is_monotonic_decreasing
    assert np.log(table["lead"]).to_numpy() == pytest.approx(MODEL.log_gap([4.0, 10.0, 20.0]))


def test_the_model_is_run_on_the_frontier_of_each_law():
    models = meek_models({"printed": "meek", "refit": "besiroglu", "Kaplan": "kaplan"})
    assert models["printed"] == MODEL
    assert models["refit"].frontier == frontier_of(published_law("besiroglu"))
    table = peaks(models).set_index("law")
    assert (table["year"] * table["alpha"]).to_numpy() == pytest.approx(MODEL.peak_year() * MODEL.frontier.alpha)
    assert table.loc["printed", "gap"] == pytest.approx(MODEL.gap(MODEL.peak_year()))


@given(st.floats(3, 30))
def test_algorithms_that_double_every_so_many_months_make_a_fixed_budget_grow(months):
    model = MODEL.with_doubling(months)
    assert model.meek_compute(months / 12) == pytest.approx(MODEL.compute * 2 * MODEL.hardware ** (months / 12))
    years = model.years_until(1e24, 1e20)
    assert 1e20 * model.shared**years == pytest.approx(1e24)


def test_the_gap_at_a_price_a_token_is_widest_where_a_finer_search_finds_it():
    start, growth, algorithms = 1e9, 2.8, 3.6

    def gap(t):
        mighty = MODEL.served_loss(t, start, growth * MODEL.spending, algorithms)
        return float(mighty - MODEL.served_loss(t, start, growth, algorithms))

    found = minimize_scalar(gap, bounds=(0, 10), method="bounded").x
    assert served_peak_year(MODEL, start, growth, algorithms) == pytest.approx(found, abs=0.011)


@given(st.floats(1.5, 9), st.floats(1.0, 4))
def test_a_price_a_token_catches_up_where_the_two_computes_meet(growth, algorithms):
    """Both losses are of one curve, so that they are equal where (c (h g)^t)^2 a^t = C (h a s)^t."""
    start = 1e9
    rate = 2 * np.log(MODEL.hardware * growth) - np.log(MODEL.hardware * MODEL.spending)
    expected = np.log(MODEL.compute / start**2) / rate if rate > 0 else np.inf
    found = MODEL.year_served_falls_to(0.0, start, growth, algorithms)
    assert found == (pytest.approx(expected, abs=0.011) if expected < 60 else np.inf)


def test_the_authors_comparison_is_widest_at_the_start():
    """Their notebook: .919 nats at first, nothing after 1.3 and 4.1 years, for inference 9 and 2.8 times cheaper."""
    assert published_served_gap(0.0) == pytest.approx(0.919, abs=5e-4)
    assert published_served_years(0.0) == pytest.approx((1.33, 4.10), abs=0.02)
    assert max(published_served_years(0.5)) < min(published_served_years(0.0))


def test_in_our_comparison_the_gap_at_a_price_cannot_turn_later_than_in_training():
    """Each year of cheaper inference counts twice in compute: its exponents are at least those of training."""
    for growth in (1.0, 1.5, 2.8, 9.0):
        assert served_peak_year(MODEL, 1e9, growth, MODEL.algorithms) < MODEL.peak_year()


@given(st.floats(1, 1e9))
def test_a_secret_method_leads_by_as_much_as_the_compute_it_is_worth(times):
    """And a score hides it: however much it is worth, full marks cap what it can add."""
    metric = published_metric()
    richer = replace(MODEL, compute=MODEL.compute * times)
    lead = metric.accuracy(richer.frontier_loss(3.0)) - metric.accuracy(MODEL.meek_loss(3.0))
    assert metric.gap(MODEL, 3.0, secret=times) == pytest.approx(lead)
    assert metric.year_gap_closes(MODEL, 0.05, times) - metric.year_gap_closes(MODEL, 0.05) <= 0.05 + 1e-9


@given(st.floats(0, 6))
def test_a_bounded_metric_stays_in_its_bounds(loss):
    metric = BoundedMetric(0.55, 23.77, 1.97, 0.25)
    assert 0.25 <= metric.accuracy(loss) <= 0.80 + 1e-12
    assert metric.accuracy(loss) >= metric.accuracy(loss + 0.1)


def test_a_head_start_sets_the_clock():
    """A frontier of 100,000 times the compute has been ahead for nine of the model's years: past the peak."""
    assert MODEL.year_of_ratio(1) == 0
    year = MODEL.year_of_ratio(1e5)
    assert MODEL.frontier_compute(year) / MODEL.meek_compute(year) == pytest.approx(1e5)
    assert year > MODEL.peak_year()


def test_serving_grows_with_the_square_of_the_price_performance():
    """A tenfold size takes a hundredfold training compute."""
    assert MODEL.served_loss(0, 1e10, 2.8) == pytest.approx(MODEL.frontier.loss(1e20))
    cheaper = MODEL.served_loss(1, 1e9, 9.0, algorithms=3.6)
    assert cheaper == pytest.approx(MODEL.frontier.loss((1e9 * 1.4 * 9) ** 2 * 3.6))


@pytest.mark.parametrize(
    "call",
    [
        lambda: peak_year(0.154, 3.92, 1.0),
        lambda: peak_year(0.154, 0.9, 3.6),
        lambda: peak_year(-0.1, 3.92, 3.6),
        lambda: Frontier(0.0, 0.15, 1.7),
        lambda: MeekModel(MODEL.frontier, 2.8, 1.4, 3.6, 0.0),
        lambda: MeekModel(MODEL.frontier, 2.8, 1.4, float("nan"), 1e20),
        lambda: MODEL.year_gap_falls_to(1.0),
        lambda: MODEL.year_of_ratio(0.5),
        lambda: MODEL.served_loss(1, 0.0, 2.8),
        lambda: MODEL.year_served_falls_to(1.0, 1e9, 2.8, 3.6),
        lambda: published_metric().gap(MODEL, 1.0, secret=0.0),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()
