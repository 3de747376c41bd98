"""From loss to score: the authors' curve is found again, and belongs to the losses that it was fitted to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import published_law
from analysis.scaling.meek import BoundedMetric, meek_models, published_metric
from analysis.scaling.scores import benchmark_models, closing_years, fit_metric, metric_of, metrics

PRINTED, REFIT = published_law("hoffmann"), published_law("besiroglu")


def test_the_curve_of_the_authors_is_found_again():
    """Their notebook prints .55669, 23.775, 1.97395 and .25404, and rounds them to what the facts hold."""
    found = metric_of(PRINTED)
    assert (found.span, found.slope, found.midpoint, found.chance) == pytest.approx(
        (0.55669, 23.775, 1.97395, 0.25404), rel=1e-3
    )
    assert len(benchmark_models()) == facts.load("scaling")["meek-mmlu-models"].value


@settings(max_examples=25)
@given(st.floats(0.3, 0.7), st.floats(8, 40), st.floats(1.9, 2.2), st.floats(0.1, 0.3))
def test_scores_that_lie_on_a_curve_give_that_curve(span, slope, midpoint, chance):
    truth, loss = BoundedMetric(span, slope, midpoint, chance), np.linspace(1.7, 2.5, 40)
    found = fit_metric(loss, truth.accuracy(loss))
    assert found.accuracy(loss) == pytest.approx(truth.accuracy(loss), abs=1e-4)


def test_a_curve_moves_with_its_losses():
    """All losses a tenth of a nat higher: the same curve, a tenth to the right."""
    models = benchmark_models()
    loss = PRINTED.loss(models["parameters"], models["tokens"])
    shifted = fit_metric(loss + 0.1, models["score"])
    assert shifted.midpoint - metric_of(PRINTED).midpoint == pytest.approx(0.1, abs=1e-4)
    assert shifted.slope == pytest.approx(metric_of(PRINTED).slope, rel=1e-3)


def test_the_curve_of_one_law_misses_the_scores_on_the_losses_of_another():
    models = benchmark_models()
    loss = REFIT.loss(models["parameters"], models["tokens"])
    missed = [
        np.sqrt(np.mean((curve.accuracy(loss) - models["score"]) ** 2))
        for curve in (metric_of(REFIT), published_metric())
    ]
    assert missed[0] < missed[1]


def test_each_law_has_its_own_curve_and_the_authors_law_theirs():
    found = metrics({"printed": "meek", "refit": "besiroglu"})
    assert found == {"printed": published_metric(), "refit": metric_of(REFIT)}


def test_the_interval_of_the_closing_year_holds_the_year_itself_and_is_wide():
    model = meek_models({"refit": "besiroglu"})["refit"]
    years = closing_years(model, REFIT, 0.05, 60, 1)
    assert (np.diff(years) >= 0).all() and len(years) == 60
    assert years[2] < metric_of(REFIT).year_gap_closes(model, 0.05) < years[-3]
    assert years[-3] - years[2] > 4


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_metric([2.0, 1.9, 1.8, 1.7], [0.3, 0.4, 0.5, 0.6]),
        lambda: fit_metric([2.0] * 6, [0.3] * 5),
        lambda: fit_metric([2.0, 1.9, 1.8, 1.7, np.nan], [0.3, 0.4, 0.5, 0.6, 0.7]),
        lambda: closing_years(meek_models({"refit": "besiroglu"})["refit"], REFIT, 0.05, 0, 1),
    ],
)
def test_too_little_to_fit_is_refused(call):
    with pytest.raises(ProblemError):
        call()
