"""Every number that the scaling chapter prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.kit import facts
from analysis.kit.numbers import Number, amount
from analysis.scaling.allocation import compute_optimal_allocation, isoflop_curve, kaplan_allocation
from analysis.scaling.chapter import study
from analysis.scaling.early_stopping import RUNS
from analysis.scaling.laws import kaplan_laws
from analysis.scaling.meek import published_model
from analysis.scaling.repetition import effective_epochs

#: A method that only the frontier has lowers its floor by so many nats, in the thought experiment.
SHOCK = 0.1
#: A step on the ladder of compute, in times.
STEP = 10.0
#: What a frontier far ahead has, in times the compute of the meek.
FAR_AHEAD = 1e5
#: Years after which the interval of algorithmic progress is looked at.
YEARS = 10
#: A small firm's run, dollars.
SMALL_RUN = 1e5
#: Bits to which the weights of the example are rounded.
FEW_BITS, MORE_BITS = 3, 4
#: The size of a model that is too small for its budget, as a share of the best.
HALF = 0.5


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _returns(),
        _allocation(),
        _fit(),
        _sweep(),
        _corrections(),
        _meek(),
        _cost(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _returns() -> dict[str, Number]:
    kaplan, refit = kaplan_laws(), study.laws()["Besiroglu refit"]
    budgets = {power: 10.0**power for power in (21, 22, 26, 27)}
    loss = {power: compute_optimal_allocation(budget, refit).loss for power, budget in budgets.items()}
    one, ten = (kaplan_allocation(budget) for budget in (1e21, STEP * 1e21))
    return {
        "kaplan-alpha-n": Number(kaplan["size"].exponent, ".3f"),
        "kaplan-alpha-d": Number(kaplan["data"].exponent, ".3f"),
        "kaplan-alpha-c": Number(kaplan["compute"].exponent, ".3f"),
        "step": Number(STEP, "words"),
        "step-cost": Number(STEP - 1, "words"),
        "kaplan-tenfold": Number(STEP ** -kaplan["compute"].exponent, ".2f"),
        "kaplan-params-tenfold": Number(ten.N / one.N, ".1f"),
        "kaplan-tokens-tenfold": Number(ten.D / one.D, ".1f"),
        "tenfold-early": Number(loss[21] - loss[22], ".2f"),
        "tenfold-late": Number(loss[26] - loss[27], ".2f"),
        "tenfold-kept": Number((loss[22] - refit.E) / (loss[21] - refit.E), ".0%"),
        **{f"power-{power}": Number(10.0**power, "power") for power in (*budgets, 25)},
    }


def _allocation() -> dict[str, Number]:
    fact = study.fact
    budget = fact("gopher-flop")
    ratio = {n: compute_optimal_allocation(budget, law).tokens_per_parameter for n, law in study.laws().items()}
    refit = study.laws()["Besiroglu refit"]
    best = compute_optimal_allocation(budget, refit)
    half = isoflop_curve(budget, refit, [HALF * best.N]).loss[0]
    llama = study.llama3_allocation(fact("llama3-flop"))
    return {
        "chinchilla-params": amount(fact("chinchilla-parameters")),
        "chinchilla-tokens": amount(fact("chinchilla-tokens")),
        "gopher-params": amount(fact("gopher-parameters")),
        "gopher-tokens": amount(fact("gopher-tokens")),
        "chinchilla-mmlu": Number(fact("chinchilla-mmlu"), ".1f"),
        "gopher-mmlu": Number(fact("gopher-mmlu"), ".1f"),
        "half-size": Number(HALF, ".0%"),
        "half-size-penalty": Number(half - best.loss, ".3f"),
        "ratio-refit": Number(ratio["Besiroglu refit"], ".0f"),
        "ratio-eq10": Number(ratio["Hoffmann, Eq. 10"], ".0f"),
        "ratio-unrounded": Number(ratio["Hoffmann, not rounded"], ".0f"),
        "ratio-kaplan": Number(kaplan_allocation(budget).tokens_per_parameter, ".1f"),
        "hoffmann-a3": Number(fact("hoffmann-a-approach-3"), ".2f"),
        "hoffmann-a3-low": Number(fact("hoffmann-a-approach-3-low"), ".3f"),
        "hoffmann-a3-high": Number(fact("hoffmann-a-approach-3-high"), ".3f"),
        "text-175-flop": Number(fact("hoffmann-text-175b-flop"), ".2sci"),
        "table-175-flop": Number(fact("hoffmann-table3-175b-flop"), ".2sci"),
        "table-175-tokens": amount(fact("hoffmann-table3-175b-tokens")),
        "large-model": amount(1.75e11),
        "chinchilla-flop": Number(budget, ".2sci"),
        "chinchilla-6nd": Number(6 * fact("chinchilla-parameters") * fact("chinchilla-tokens"), ".2sci"),
        "gopher-6nd": Number(6 * fact("gopher-parameters") * fact("gopher-tokens"), ".2sci"),
        "llama-alpha": Number(fact("llama3-token-exponent"), ".2f"),
        "llama-a": Number(fact("llama3-token-coefficient"), ".2f"),
        "llama-printed-tokens": amount(fact("llama3-predicted-tokens")),
        "llama-flop": Number(fact("llama3-flop"), "sci"),
        "llama-law-tokens": Number(float(llama.D) / 1e12, ".1f", " trillion"),
    }


def _fit() -> dict[str, Number]:
    fact = study.fact
    stops = study.stopped_early()
    best = stops.loc[stops.groupby("terms")["excess"].idxmin()].set_index("terms")
    refit = study.laws()["Besiroglu refit"]
    low, high = study.bootstrap()["a"].quantile([0.025, 0.975])
    return {
        "simulated-runs": Number(RUNS, ".0f"),
        "starts": Number(stops["start"].nunique(), ".0f"),
        "true-a": Number(refit.beta / (refit.alpha + refit.beta), ".3f"),
        "summed-a": Number(best.loc["added", "a"], ".3f"),
        "averaged-a": Number(best.loc["averaged", "a"], ".3f"),
        "averaged-excess": Number(best.loc["averaged", "excess"], ".1f"),
        "bootstrap-a-low": Number(low, ".3f"),
        "bootstrap-a-high": Number(high, ".3f"),
        "width-factor": Number(
            fact("besiroglu-a-80-width") / (fact("hoffmann-a-approach-3-high") - fact("hoffmann-a-approach-3-low")),
            ".0f",
        ),
        "runs-needed": Number(fact("besiroglu-runs-for-hoffmann-width"), ",.0f"),
        "plain-a": Number(fact("besiroglu-huber-a-coefficient"), ".0f"),
        "plain-b": Number(fact("besiroglu-huber-b-coefficient"), ",.0f"),
        "plain-alpha": Number(fact("besiroglu-huber-alpha"), ".4f"),
        "refit-a-const": Number(refit.A, ".0f"),
        "refit-b-const": Number(refit.B, ",.0f"),
        "refit-alpha": Number(refit.alpha, ".4f"),
        "refit-a-low": Number(facts.load("scaling")["besiroglu-a-coefficient"].low, ".0f"),
        "refit-a-high": Number(facts.load("scaling")["besiroglu-a-coefficient"].high, ".0f"),
    }


def _sweep() -> dict[str, Number]:
    fit, low_high = study.sweep_fit(), study.sweep_bootstrap().interval("a")
    runs = study.sweep_runs()
    return {
        "sweep-runs": Number(len(runs), ".0f"),
        "sweep-budgets": Number(len(fit.optima), ".0f"),
        "sweep-smallest": Number(float(runs["N"].min()), ",.0f"),
        "sweep-largest": Number(float(runs["N"].max()), ",.0f"),
        "sweep-a": Number(fit.a, ".2f"),
        "sweep-a-low": Number(low_high[0], ".2f"),
        "sweep-a-high": Number(low_high[1], ".2f"),
        "sweep-ratio-low": Number(float((fit.optima["D"] / fit.optima["N"]).min()), ".0f"),
        "sweep-ratio-high": Number(float((fit.optima["D"] / fit.optima["N"]).max()), ".0f"),
        "hoffmann-a1": Number(study.fact("hoffmann-a-approach-1"), ".2f"),
        "hoffmann-a2": Number(study.fact("hoffmann-a-approach-2"), ".2f"),
        "refit-a": Number(study.fact("besiroglu-a"), ".3f"),
    }


def _corrections() -> dict[str, Number]:
    fact = study.fact
    simulated = study.kaplan_simulations()
    refit, printed = simulated["Besiroglu refit"].size_exponent, simulated["Hoffmann, Eq. 10"].size_exponent
    published = (fact("pearce-a-epoch"), fact("pearce-a-chinchilla"))
    gap = max(abs(refit - published[0]), abs(printed - published[1]))
    sardana = study.sardana_table()
    fit, resampled = study.rounding_fit().law, study.rounding_bootstrap()
    low_end, high_end = resampled.quantile(0.025), resampled.quantile(0.975)
    few, more = study.turning_ratios((FEW_BITS, MORE_BITS))
    return {
        "kaplan-allocation": Number(fact("kaplan-a"), ".2f"),
        "pearce-refit": Number(refit, ".2f"),
        "pearce-hoffmann": Number(printed, ".2f"),
        "pearce-published-epoch": Number(published[0], ".2f"),
        "pearce-published-chinchilla": Number(published[1], ".2f"),
        "pearce-gap": Number(gap, ".3f"),
        "sardana-gap": Number(100 * float((sardana["saving"] - sardana["published"]).abs().max()), ".1f"),
        "sardana-alpha": Number(fact("sardana-alpha"), ".3f"),
        "sardana-beta": Number(fact("sardana-beta"), ".3f"),
        "sardana-typo": Number(fact("sardana-table2-1b-optimal-parameters") / 1e6, ".1f", " million"),
        "r-star": Number(study.r_star(), ".1f"),
        "four-epochs": Number(float(effective_epochs(4, study.r_star())), ".1f"),
        "epoch-limit": Number(1 + study.r_star(), ".1f"),
        "rounded-networks": Number(study.rounding_runs().groupby(["width", "steps", "seed"]).ngroups, ".0f"),
        "rounding-d": Number(fit.gamma_D, ".2f"),
        "rounding-d-low": Number(low_end["gamma_D"], ".2f"),
        "rounding-d-high": Number(high_end["gamma_D"], ".2f"),
        "rounding-bits": Number(fit.gamma_post, ".2f"),
        "rounding-bits-low": Number(low_end["gamma_post"], ".2f"),
        "rounding-bits-high": Number(high_end["gamma_post"], ".2f"),
        "kumar-d": Number(fact("kumar-gamma-d"), ".2f"),
        "kumar-bits": Number(fact("kumar-gamma-post"), ".2f"),
        "few-bits": Number(FEW_BITS, "words"),
        "more-bits": Number(MORE_BITS, "words"),
        "three-bits-turn": Number(few, ".0f"),
        "four-bits-turn": Number(more, ".0f"),
    }


def _meek() -> dict[str, Number]:
    fact = study.fact
    model, peak = published_model(), study.peaks().set_index("law")["year"]
    rate = facts.load("scaling")["ho-doubling-months-bootstrap"]
    later = study.compute_of_meek_after_ten_years()
    inference = study.inference_peak()["year"]
    return {
        "growth-investment": Number(model.spending, ".1f"),
        "growth-hardware": Number(model.hardware, ".1f"),
        "growth-algorithms": Number(model.algorithms, ".1f"),
        "algorithm-factor": Number(model.algorithms * model.spending, ".0f"),
        "meek-budget": Number(fact("meek-start-dollars"), ",.0f"),
        "peak-refit": Number(peak["Besiroglu refit"], ".1f"),
        "peak-printed": Number(peak["Hoffmann, Eq. 10"], ".1f"),
        "peak-kaplan": Number(peak["Kaplan"], ".1f"),
        "peak-published": Number(fact("meek-peak-year"), ".1f"),
        "peak-gap": Number(abs(model.peak_year() - fact("meek-peak-year")), ".2f"),
        "score-threshold": Number(100 * study.CLOSED, ".0f"),
        "score-closed-printed": Number(study.score_closes("Hoffmann, Eq. 10"), ".0f"),
        "score-closed-refit": Number(study.score_closes("Besiroglu refit"), ".0f"),
        "peak-inference-low": Number(inference.min(), ".1f"),
        "peak-inference-high": Number(inference.max(), ".1f"),
        "shock-size": Number(SHOCK, ".1f"),
        "algorithm-doubling": Number(12 * math.log(2) / math.log(model.algorithms), ".0f"),
        "halving-median": Number(rate.value, ".2f"),
        "halving-low": Number(rate.low, ".2f"),
        "halving-high": Number(rate.high, ".2f"),
        "halving-spread": Number(later["fast"] / later["slow"], "sci"),
        "meek-years": Number(YEARS, "words"),
        "mmlu-models": Number(fact("meek-mmlu-models"), ".0f"),
        "far-ahead": Number(FAR_AHEAD, ",.0f"),
        "already-ahead": Number(model.year_of_ratio(FAR_AHEAD), ".0f"),
    }


def _cost() -> dict[str, Number]:
    fact = study.fact
    growth, when = facts.load("scaling")["cottier-growth"], study.billion_year()
    slow = facts.load("scaling")["ho-doubling-months-bootstrap"].high
    return {
        "cost-growth": Number(growth.value, ".1f"),
        "cost-growth-low": Number(growth.low, ".1f"),
        "cost-growth-high": Number(growth.high, ".1f"),
        "billion-year": Number(math.floor(when.year), ".0f"),
        "billion-year-early": Number(math.floor(when.early), ".0f"),
        "billion-year-late": Number(math.floor(when.late), ".0f"),
        **{
            f"{run}-{kind}": Number(fact(f"epoch-{run}-{kind}") / 1e6, ",.0f")
            for run in ("gpt4", "grok3")
            for kind in ("amortised", "cloud", "acquisition")
            if (run, kind) != ("grok3", "acquisition")
        },
        "grok3-cloud-updated": Number(fact("epoch-grok3-cloud-updated") / 1e6, ",.0f"),
        "flop-per-dollar": Number(fact("meek-flop-per-dollar"), "power"),
        "chinchilla-today": Number(fact("gopher-flop") / fact("meek-flop-per-dollar") / 1e6, ".1f"),
        "small-run": Number(SMALL_RUN, ",.0f"),
        "chinchilla-years-slow": Number(study.years_until_affordable(SMALL_RUN, slow), ".1f"),
    }
