"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

import math

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.scaling.allocation import (
    HOFFMANN_SIZES,
    allocation_exponents,
    compute_optimal_allocation,
    kaplan_allocation,
    llama3_allocation,
    optimal_budget,
)
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.chapter import inputs
from analysis.scaling.cost import crossing, published_growth
from analysis.scaling.fit import fit_scaling_law, refit_fetched_points
from analysis.scaling.inference import published_savings, savings_table
from analysis.scaling.laws import published_law
from analysis.scaling.meek import frontier_of, published_model
from analysis.scaling.points import fetched_chinchilla_points
from analysis.scaling.reconcile import simulate_kaplan
from analysis.scaling.repetition import published_repetition_law


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_laws(), *_tables(), *_corrections(), *_forecasts(), *_fetched()]


def _laws() -> list[Check]:
    fact = facts.load("scaling")
    printed, unrounded = published_law("hoffmann"), published_law("hoffmann-unrounded")
    budget = fact["gopher-flop"].value
    one, ten = kaplan_allocation(inputs.EARLY), kaplan_allocation(10 * inputs.EARLY)
    llama = llama3_allocation(fact["llama3-flop"].value)
    share = fact["chinchilla-parameters"].value * fact["chinchilla-tokens"].value
    refit = published_law("besiroglu")
    return [
        Check("Kaplan's parameters grow as compute to the", _slope(ten.N / one.N), fact["kaplan-a"], 1e-9),
        Check("Kaplan's tokens grow as compute to the", _slope(ten.D / one.D), fact["kaplan-b"], 1e-9),
        Check(
            "Best size at Gopher's budget, approach 3 before rounding",
            compute_optimal_allocation(budget, unrounded).N,
            fact["hoffmann-gopher-budget-approach-3"],
            1e9,
        ),
        Check(
            "Best size at Gopher's budget, Eq. 10 as printed",
            compute_optimal_allocation(budget, printed).N,
            fact["hoffmann-gopher-budget-approach-3"],
            1e9,
            agrees=False,
        ),
        Check(
            "Exponent a of Approach 3 against the upper end of its own interval",
            fact["hoffmann-a-approach-3"].value,
            fact["hoffmann-a-approach-3-high"],
            0.001,
            agrees=False,
        ),
        Check("Exponent a of the refit", allocation_exponents(refit)[0], fact["besiroglu-a"], 0.001),
        Check("6 N D of Chinchilla against the common budget", 6 * share, fact["gopher-flop"], 2e22),
        Check(
            "Llama 3: tokens by its printed law", float(llama.D), fact["llama3-predicted-tokens"], 1e12, agrees=False
        ),
    ]


def _tables() -> list[Check]:
    fact = facts.load("scaling")
    rows = []
    for size, n in HOFFMANN_SIZES.items():
        tokens, flop = (fact[f"hoffmann-table3-{size}-{what}"] for what in ("tokens", "flop"))
        rows.append(Check(f"Table 3, {size}: 6 N D", 6 * n * tokens.value, flop, 0.055 * flop.value))
    unrounded = published_law("hoffmann-unrounded")
    for size in ("67b", "175b", "1t"):
        printed = fact[f"hoffmann-tablea3-{size}-tokens-approach-3"]
        ours = float(optimal_budget(HOFFMANN_SIZES[size], unrounded).D)
        rows.append(
            Check(
                f"Table A3, {size}: tokens of approach 3 by the fit before rounding",
                ours,
                printed,
                0.05 * printed.value,
                agrees=False,
            )
        )
    for size in ("175b", "280b"):
        rows.append(
            Check(
                f"§3.4 against Table 3, tokens for {size}",
                fact[f"hoffmann-text-{size}-tokens"].value,
                fact[f"hoffmann-table3-{size}-tokens"],
                0.05 * fact[f"hoffmann-table3-{size}-tokens"].value,
                agrees=False,
            )
        )
    return rows


def _corrections() -> list[Check]:
    fact = facts.load("scaling")
    simulated = {name: simulate_kaplan(published_law(name)) for name in ("besiroglu", "hoffmann-unrounded")}
    law = published_repetition_law()
    best = law.best_allocation(6 * 8.67e9 * 178e9, 25e9)
    rows = [
        Check("Kaplan simulated on the refit", simulated["besiroglu"].size_exponent, fact["pearce-a-epoch"], 0.005),
        Check(
            "Kaplan simulated on Hoffmann's fit before rounding",
            simulated["hoffmann-unrounded"].size_exponent,
            fact["pearce-a-chinchilla"],
            0.005,
        ),
        Check(
            "Repetition: many passes", float(law.loss(6.34e9, 242e9, 25e9)), fact["muennighoff-loss-many-epochs"], 1e-9
        ),
        Check(
            "Repetition: Chinchilla's split",
            float(law.loss(8.67e9, 178e9, 25e9)),
            fact["muennighoff-loss-chinchilla"],
            1e-9,
        ),
        Check("Repetition: best passes", best.D / 25e9, fact["muennighoff-optimal-epochs"], 0.05),
    ]
    table = published_savings()
    ours = savings_table(table, published_law("sardana"))["saving"]
    for model, parameters, saving in zip(table["model"], table["parameters"], ours, strict=True):
        published = fact[f"sardana-table2-{model}-reduction"]
        # the two largest models are printed in whole per cent
        rows.append(Check(f"Saving by use, {model}", 100 * saving, published, 0.55 if parameters > 2e10 else 0.1))
    return rows


def _forecasts() -> list[Check]:
    fact = facts.load("scaling")
    printed = frontier_of(published_law("hoffmann"))
    when = crossing(fact["epoch-gpt4-amortised"].value, fact["gpt4-year"].value, published_growth())
    return [
        Check("Peak year of the meek model", published_model().peak_year(), fact["meek-peak-year"], 0.05),
        Check("Exponent of the meek model, from Eq. 10", printed.alpha, fact["meek-alpha"], 5e-4),
        Check("Scale of the meek model, from Eq. 10", printed.scale, fact["meek-coefficient"], 5),
        Check(
            "Exponent of the meek model, from the refit",
            frontier_of(published_law("besiroglu")).alpha,
            fact["meek-alpha"],
            5e-4,
            agrees=False,
        ),
        Check("Year of a billion dollars", float(int(when.late)), fact["cottier-billion-year"], 0.5),
    ]


def _fetched() -> list[Check]:
    """Our refit of the digitised points, where a reader has fetched them; nothing otherwise."""
    ours = refit_fetched_points()
    if ours is None:
        return []
    fact = facts.load("scaling")
    kept, every = fetched_chinchilla_points(), fetched_chinchilla_points(left_out=0)
    assert kept is not None and every is not None
    spread = bootstrap_scaling_law(kept.N, kept.D, kept.loss, inputs.FIT_RESAMPLES, inputs.SEED)
    whole = fit_scaling_law(every.N, every.D, every.loss)
    plain, absolute = ours.loc["huber"]["ours"], ours.loc["least absolute deviations"]["ours"]
    return [
        Check(
            "Fetched points, standard error of a",
            float(spread.samples["a"].std()),
            fact["besiroglu-a-standard-error"],
            0.003,
        ),
        Check("Fetched points, none left out: a", whole.a, fact["besiroglu-all-points-a"], 0.002),
        Check("Fetched points, none left out: B", whole.law.B, fact["besiroglu-all-points-b-coefficient"], 150),
        Check("Fetched points, Huber: alpha", float(plain["alpha"]), fact["besiroglu-huber-alpha"], 0.002),
        Check("Fetched points, Huber: beta", float(plain["beta"]), fact["besiroglu-huber-beta"], 0.002),
        Check("Fetched points, absolute deviations: alpha", float(absolute["alpha"]), fact["besiroglu-alpha"], 0.002),
        Check("Fetched points, absolute deviations: beta", float(absolute["beta"]), fact["besiroglu-beta"], 0.002),
    ]


def _slope(ratio: float) -> float:
    """Exponent of what grows by `ratio` when compute grows tenfold."""

    return math.log10(ratio)
