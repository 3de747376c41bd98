"""Every number that the scaling chapter prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.deepseek.cost import rental_cost
from analysis.deepseek.training import published_run
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, amount, significant
from analysis.scaling.allocation import (
    HOFFMANN_SIZES,
    allocation_exponents,
    compute_optimal_allocation,
    isoflop_curve,
    kaplan_allocation,
    llama3_allocation,
    published_answers,
)
from analysis.scaling.chapter import inputs
from analysis.scaling.chapter.inputs import fact
from analysis.scaling.cost import crossing, published_costs, published_growth
from analysis.scaling.early_stopping import NOISE, simulated_runs
from analysis.scaling.fit import BootstrapFits, bootstrap_scaling_law
from analysis.scaling.inference import published_savings, savings_table
from analysis.scaling.isoflop import bootstrap_isoflop, fit_isoflop, fit_vertices
from analysis.scaling.laws import kaplan_laws, named_laws, published_law
from analysis.scaling.meek import (
    meek_models,
    peaks,
    published_metric,
    published_model,
    published_served_gap,
    published_served_peaks,
    published_served_years,
)
from analysis.scaling.precision import kumar_law, turning_points
from analysis.scaling.quantisation import bootstrap_penalty, fit_penalty
from analysis.scaling.reconcile import simulate_kaplan
from analysis.scaling.repetition import effective_epochs, published_repetition_law
from analysis.scaling.scores import closing_years, metrics

#: Unit of the last digit of the interval that Hoffmann and colleagues print.
LAST_DIGIT = 0.001


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
    kaplan, refit = kaplan_laws(), named_laws(inputs.LAWS)[inputs.REFIT]
    step, early, late = inputs.STEP, inputs.EARLY, inputs.LATE
    loss = {
        budget: compute_optimal_allocation(budget, refit).loss for budget in (early, step * early, late, step * late)
    }
    one, ten = (kaplan_allocation(budget) for budget in (early, step * early))
    return {
        "kaplan-alpha-n": Number(kaplan["size"].exponent, ".3f"),
        "kaplan-alpha-d": Number(kaplan["data"].exponent, ".3f"),
        "kaplan-alpha-c": Number(kaplan["compute"].exponent, ".3f"),
        "step": Number(step, "words"),
        "step-cost": Number(step - 1, "words"),
        "kaplan-tenfold": Number(step ** -kaplan["compute"].exponent, ".2f"),
        "kaplan-params-tenfold": Number(ten.N / one.N, ".1f"),
        "kaplan-tokens-tenfold": Number(ten.D / one.D, ".1f"),
        "tenfold-early": Number(loss[early] - loss[step * early], ".2f"),
        "tenfold-late": Number(loss[late] - loss[step * late], ".2f"),
        "tenfold-kept": Number((loss[step * early] - refit.E) / (loss[early] - refit.E), ".0%"),
        **{f"power-{math.log10(budget):.0f}": Number(budget, "power") for budget in (*loss, late / step)},
    }


def _allocation() -> dict[str, Number]:
    budget, laws = fact("gopher-flop"), named_laws(inputs.LAWS)
    ratio = {n: compute_optimal_allocation(budget, law).tokens_per_parameter for n, law in laws.items()}
    refit = laws[inputs.REFIT]
    best = compute_optimal_allocation(budget, refit)
    half = isoflop_curve(budget, refit, [inputs.HALF * best.N]).loss[0]
    llama = llama3_allocation(fact("llama3-flop"))
    answers = published_answers(budget)
    return {
        "answers": Number(len(answers), "words"),
        "answer-middle": Number(answers.median(), ".0f"),
        "answer-least": Number(answers.min(), ".1f"),
        "answer-most": Number(answers.max(), ".0f"),
        "text-gophers": Number(fact("hoffmann-text-1t-gophers"), ".0f"),
        "gophers": Number(fact("hoffmann-text-1t-flop") / budget, ".0f"),
        "chinchilla-params": amount(fact("chinchilla-parameters")),
        "chinchilla-tokens": amount(fact("chinchilla-tokens")),
        "gopher-params": amount(fact("gopher-parameters")),
        "gopher-tokens": amount(fact("gopher-tokens")),
        "chinchilla-mmlu": Number(fact("chinchilla-mmlu"), ".1f"),
        "gopher-mmlu": Number(fact("gopher-mmlu"), ".1f"),
        "half-size": Number(inputs.HALF, ".0%"),
        "half-size-penalty": Number(half - best.loss, ".3f"),
        "ratio-refit": Number(ratio[inputs.REFIT], ".0f"),
        "ratio-eq10": Number(ratio[inputs.PRINTED], ".0f"),
        "ratio-unrounded": Number(ratio["Hoffmann, not rounded"], ".0f"),
        "ratio-kaplan": Number(kaplan_allocation(budget).tokens_per_parameter, ".1f"),
        "hoffmann-a3": Number(fact("hoffmann-a-approach-3"), ".2f"),
        "hoffmann-a3-low": Number(fact("hoffmann-a-approach-3-low"), ".3f"),
        "hoffmann-a3-high": Number(fact("hoffmann-a-approach-3-high"), ".3f"),
        "text-175-flop": Number(fact("hoffmann-text-175b-flop"), ".2sci"),
        "table-175-flop": Number(fact("hoffmann-table3-175b-flop"), ".2sci"),
        "table-175-tokens": amount(fact("hoffmann-table3-175b-tokens")),
        "large-model": amount(HOFFMANN_SIZES[inputs.LARGE]),
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
    stops, runs = load_result("scaling-early-stopping"), simulated_runs()
    best = stops.loc[stops.groupby("reduction")["objective"].idxmin()].set_index("reduction")
    refit = named_laws(inputs.LAWS)[inputs.REFIT]
    spread = bootstrap_scaling_law(runs.N, runs.D, runs.loss, inputs.FIT_RESAMPLES, inputs.SEED)
    # what an optimiser returns is rounded, so that the ends are the same on every machine
    low, high = BootstrapFits(significant(spread.samples, 5)).interval("a", inputs.LEVEL)
    published = facts.load("scaling")
    constant, everything = published["besiroglu-a-coefficient"], published["besiroglu-all-points-a"]
    half = NormalDist().inv_cdf((1 + inputs.LEVEL) / 2) * fact("besiroglu-a-standard-error")
    ends = fact("besiroglu-a") - half, fact("besiroglu-a") + half
    # both ends of the printed interval are rounded, so that its width is known to a unit of its last digit
    widest = fact("hoffmann-a-approach-3-high") - fact("hoffmann-a-approach-3-low") + LAST_DIGIT
    return {
        "points": Number(fact("besiroglu-points"), ".0f"),
        "points-kept": Number(fact("besiroglu-points-kept"), ".0f"),
        "points-dropped": Number(fact("besiroglu-points") - fact("besiroglu-points-kept"), "words"),
        "all-a": Number(everything.value, ".3f"),
        "all-a-low": Number(everything.low, ".2f"),
        "all-a-high": Number(everything.high, ".2f"),
        "all-b-times": Number(fact("besiroglu-all-points-b-coefficient") / refit.B, "words"),
        "noise": Number(NOISE, ".1%"),
        "published-a": Number(fact("besiroglu-a"), ".3f"),
        "published-a-error": Number(fact("besiroglu-a-standard-error"), ".3f"),
        "published-a-low": Number(ends[0], ".3f"),
        "published-a-high": Number(ends[1], ".3f"),
        "bootstrap-times": Number((ends[1] - ends[0]) / (high - low), "words"),
        "simulated-runs": Number(len(runs), ".0f"),
        "starts": Number(stops["start"].nunique(), ".0f"),
        "true-a": Number(allocation_exponents(refit)[0], ".3f"),
        "summed-a": Number(best.loc["sum", "a"], ".3f"),
        "averaged-a": Number(best.loc["mean", "a"], ".3f"),
        "averaged-excess": Number(best.loc["mean", "objective"] / best.loc["sum", "objective"], ".1f"),
        "bootstrap-a-low": Number(low, ".3f"),
        "bootstrap-a-high": Number(high, ".3f"),
        "width-factor": Number(math.floor(fact("besiroglu-a-80-width") / widest), ".0f"),
        "runs-needed": Number(round(fact("besiroglu-runs-for-hoffmann-width"), -5), ",.0f"),
        "plain-a": Number(fact("besiroglu-huber-a-coefficient"), ".0f"),
        "plain-b": Number(fact("besiroglu-huber-b-coefficient"), ",.0f"),
        "plain-alpha": Number(fact("besiroglu-huber-alpha"), ".4f"),
        "refit-a-const": Number(refit.A, ".0f"),
        "refit-b-const": Number(refit.B, ",.0f"),
        "refit-alpha": Number(refit.alpha, ".4f"),
        "refit-a-low": Number(constant.low, ".0f"),
        "refit-a-high": Number(constant.high, ".0f"),
    }


def _sweep() -> dict[str, Number]:
    runs = load_result("scaling-isoflop")
    fit, spread = fit_isoflop(runs), bootstrap_isoflop(runs, inputs.SWEEP_RESAMPLES, inputs.SEED)
    low_high, ratio = spread.interval("a", inputs.LEVEL), fit.optima["D"] / fit.optima["N"]
    total = runs.assign(N=runs["total_parameters"])
    all_ends = bootstrap_isoflop(total, inputs.SWEEP_RESAMPLES, inputs.SEED).interval("a", inputs.LEVEL)
    large = load_result("gpu-isoflop")
    witness, bare = fit_vertices(large), fit_vertices(large, "N_blocks")
    return {
        "sweep-total-a": Number(fit_isoflop(total).a, ".2f"),
        "sweep-total-a-low": Number(all_ends[0], ".2f"),
        "sweep-total-a-high": Number(all_ends[1], ".2f"),
        "sweep-embedding": Number(float((runs["total_parameters"] - runs["N"]).iloc[0]), ",.0f"),
        "witness-runs": Number(len(large), ".0f"),
        "witness-tuned": Number((large.groupby("budget")["rate"].nunique() > 1).sum(), "words"),
        "witness-budgets": Number(large["budget"].nunique(), "words"),
        "witness-valleys": Number(len(witness.optima), "words"),
        "witness-smallest": amount(float(large["N"].min())),
        "witness-largest": amount(float(large["N"].max())),
        "witness-a": Number(witness.a, ".2f"),
        "witness-a-low": Number(witness.interval(inputs.LEVEL)[0], ".2f"),
        "witness-a-high": Number(witness.interval(inputs.LEVEL)[1], ".2f"),
        "witness-bare-a": Number(bare.a, ".2f"),
        "witness-bare-a-low": Number(bare.interval(inputs.LEVEL)[0], ".2f"),
        "witness-bare-a-high": Number(bare.interval(inputs.LEVEL)[1], ".2f"),
        "sweep-runs": Number(len(runs), ".0f"),
        "sweep-budgets": Number(len(fit.optima), ".0f"),
        "sweep-smallest": Number(float(runs["N"].min()), ",.0f"),
        "sweep-largest": Number(float(runs["N"].max()), ",.0f"),
        "sweep-a": Number(fit.a, ".2f"),
        "sweep-a-low": Number(low_high[0], ".2f"),
        "sweep-a-high": Number(low_high[1], ".2f"),
        "sweep-ratio-low": Number(ratio.min(), ".0f"),
        "sweep-ratio-high": Number(ratio.max(), ".0f"),
        "hoffmann-a1": Number(fact("hoffmann-a-approach-1"), ".2f"),
        "hoffmann-a2": Number(fact("hoffmann-a-approach-2"), ".2f"),
        "refit-a": Number(fact("besiroglu-a"), ".3f"),
    }


def _corrections() -> dict[str, Number]:
    refit, printed = (
        simulate_kaplan(published_law(name)).size_exponent for name in ("besiroglu", "hoffmann-unrounded")
    )
    published = (fact("pearce-a-epoch"), fact("pearce-a-chinchilla"))
    gap = max(abs(refit - published[0]), abs(printed - published[1]))
    printed_savings = published_savings()
    cases = printed_savings[["parameters", "inference_tokens"]]
    savings = savings_table(cases, published_law("sardana"))["saving"] - printed_savings["saving"]
    r_star = published_repetition_law().R_D
    *_, more_bits, few_bits = inputs.BITS
    bits, own_law = (few_bits, more_bits), named_laws(inputs.LAWS)[inputs.REFIT]
    turns = turning_points(inputs.ROUNDED_MODEL, bits, own_law)["ratio"]
    elsewhere = pd.concat(
        turning_points(inputs.ROUNDED_MODEL, bits, law, sign)["ratio"]
        for law in (own_law, kumar_law())
        for sign in (-1, 0, 1)
    )
    networks = load_result("scaling-quantised").query("weight_decay > 0 and bits in @inputs.MEASURED_BITS")
    fit = fit_penalty(networks).law
    resampled = bootstrap_penalty(networks, inputs.ROUNDING_RESAMPLES, inputs.SEED)
    low_end, high_end = (resampled.quantile((1 + side * inputs.LEVEL) / 2) for side in (-1, 1))
    return {
        "kaplan-allocation": Number(fact("kaplan-a"), ".2f"),
        "pearce-refit": Number(refit, ".2f"),
        "pearce-hoffmann": Number(printed, ".2f"),
        "pearce-published-epoch": Number(published[0], ".2f"),
        "pearce-published-chinchilla": Number(published[1], ".2f"),
        "pearce-gap": Number(gap, ".3f"),
        "schaeffer-readings": Number(fact("schaeffer-readings") / 100, ".0%"),
        "sardana-gap": Number(100 * savings.abs().max(), ".1f"),
        "sardana-alpha": Number(fact("sardana-alpha"), ".3f"),
        "sardana-beta": Number(fact("sardana-beta"), ".3f"),
        "sardana-typo": Number(fact("sardana-table2-1b-optimal-parameters") / 1e6, ".1f", " million"),
        "r-star": Number(r_star, ".1f"),
        "four-epochs": Number(float(effective_epochs(inputs.FOUR, r_star)), ".1f"),
        "epoch-limit": Number(1 + r_star, ".1f"),
        "rounded-networks": Number(networks.groupby(["width", "steps", "seed"]).ngroups, ".0f"),
        "rounding-d": Number(fit.gamma_D, ".2f"),
        "rounding-d-low": Number(low_end["gamma_D"], ".2f"),
        "rounding-d-high": Number(high_end["gamma_D"], ".2f"),
        "rounding-bits": Number(fit.gamma_post, ".2f"),
        "rounding-bits-low": Number(low_end["gamma_post"], ".2f"),
        "rounding-bits-high": Number(high_end["gamma_post"], ".2f"),
        "kumar-d": Number(fact("kumar-gamma-d"), ".2f"),
        "kumar-bits": Number(fact("kumar-gamma-post"), ".2f"),
        "few-bits": Number(few_bits, "words"),
        "more-bits": Number(more_bits, "words"),
        "three-bits-turn": Number(turns[0], ".0f"),
        "four-bits-turn": Number(turns[1], ".0f"),
        "three-bits-least": Number(elsewhere[0].min(), ".0f"),
        "three-bits-most": Number(elsewhere[0].max(), ".0f"),
        "four-bits-least": Number(elsewhere[1].min(), ".0f"),
        "four-bits-most": Number(elsewhere[1].max(), ",.0f"),
    }


def _meek() -> dict[str, Number]:
    models = meek_models(inputs.MEEK_LAWS)
    model, peak = published_model(), peaks(models).set_index("law")["year"]
    curves = metrics({name: inputs.MEEK_LAWS[name] for name in inputs.TWO_LAWS})
    refit = named_laws(inputs.LAWS)[inputs.REFIT]
    drawn = closing_years(models[inputs.REFIT], refit, inputs.CLOSED, inputs.FIT_RESAMPLES, inputs.SEED)
    closed_low, closed_high = (
        float(np.quantile(drawn, (1 + side * inputs.LEVEL) / 2, method="inverted_cdf")) for side in (-1, 1)
    )
    caught = published_served_years(0.0)
    lag = facts.load("scaling")["open-weights-lag-months"]
    rate = facts.load("scaling")["ho-doubling-months-bootstrap"]
    fast, slow = (model.with_doubling(end).meek_compute(inputs.SOON) for end in (rate.low, rate.high))
    served = published_served_peaks()
    return {
        "growth-investment": Number(model.spending, ".1f"),
        "growth-hardware": Number(model.hardware, ".1f"),
        "progress-spread": Number(rate.high / rate.low, ".1f"),
        "growth-algorithms": Number(model.algorithms, ".1f"),
        "algorithm-factor": Number(model.algorithms * model.spending, ".0f"),
        "meek-budget": Number(fact("meek-start-dollars"), ",.0f"),
        "peak-refit": Number(peak[inputs.REFIT], ".1f"),
        "peak-printed": Number(peak[inputs.PRINTED], ".1f"),
        "peak-kaplan": Number(peak["Kaplan"], ".1f"),
        "peak-published": Number(fact("meek-peak-year"), ".1f"),
        "peak-gap": Number(abs(model.peak_year() - fact("meek-peak-year")), ".2f"),
        "score-threshold": Number(100 * inputs.CLOSED, ".0f"),
        "score-closed-printed": Number(
            curves[inputs.PRINTED].year_gap_closes(models[inputs.PRINTED], inputs.CLOSED), ".1f"
        ),
        "score-closed-refit": Number(curves[inputs.REFIT].year_gap_closes(models[inputs.REFIT], inputs.CLOSED), ".1f"),
        "score-closed-low": Number(closed_low, ".1f"),
        "score-closed-high": Number(closed_high, ".1f"),
        "served-start": Number(float(published_served_gap(0.0)), ".2f"),
        "served-early": Number(caught[0], ".1f"),
        "served-late": Number(caught[1], ".1f"),
        "half-gap": Number(inputs.HALF_GAP, ".0%"),
        "half-gap-year": Number(model.year_gap_falls_to(inputs.HALF_GAP), ".1f"),
        "surprise-worth": Number(fact("reasoning-compute-equivalent"), "words"),
        "surprise-closed": Number(
            published_metric().year_gap_closes(model, inputs.CLOSED, fact("reasoning-compute-equivalent")), ".1f"
        ),
        "lag": Number(lag.value, ".1f"),
        "lag-low": Number(lag.low, ".1f"),
        "lag-high": Number(lag.high, ".1f"),
        "pro-gap-first": Number(fact("meek-mmlu-pro-gap-2023"), ".0f"),
        "pro-gap-last": Number(fact("meek-mmlu-pro-gap-2024"), ".0f"),
        "peak-inference-low": Number(min(served), ".1f"),
        "peak-inference-high": Number(max(served), ".1f"),
        "shock-size": Number(inputs.SHOCK, ".1f"),
        "algorithm-doubling": Number(12 * math.log(2) / math.log(model.algorithms), ".0f"),
        "halving-median": Number(rate.value, ".2f"),
        "halving-low": Number(rate.low, ".2f"),
        "halving-high": Number(rate.high, ".2f"),
        "halving-spread": Number(float(fast / slow), "sci"),
        "meek-years": Number(inputs.SOON, "words"),
        "mmlu-models": Number(fact("meek-mmlu-models"), ".0f"),
        "far-ahead": Number(inputs.FAR_AHEAD, ",.0f"),
        "already-ahead": Number(model.year_of_ratio(inputs.FAR_AHEAD), ".0f"),
    }


def _cost() -> dict[str, Number]:
    growth = published_growth()
    when = crossing(fact("epoch-gpt4-amortised"), fact("gpt4-year"), growth)
    today = fact("gopher-flop") / fact("meek-flop-per-dollar")
    runs = published_costs().dropna(subset=["year", "amortised"])
    anchors = pd.Series(
        [crossing(run.amortised, run.year, growth).year for run in runs.itertuples()], index=runs["model"]
    )
    measured = published_run("DeepSeek-V3")
    per_dollar = measured.flop / rental_cost(measured.gpu_hours, facts.load("deepseek")["v3-price"].value)
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
        "grok3-cost-updated": Number(fact("epoch-grok3-cost-updated") / 1e6, ",.0f"),
        "anchors": Number(len(anchors), "words"),
        "anchor-first": Number(anchors.min(), ".1f"),
        "anchor-last": Number(anchors.max(), ".1f"),
        "flop-per-dollar-v3": Number(per_dollar, "sci"),
        "chinchilla-v3": Number(fact("gopher-flop") / per_dollar / 1e6, ".1f"),
        "flop-per-dollar": Number(fact("meek-flop-per-dollar"), "power"),
        "chinchilla-today": Number(today / 1e6, ".1f"),
        "small-run": Number(inputs.SMALL_RUN, ",.0f"),
        "chinchilla-years-slow": Number(
            published_model().with_doubling(slow).years_until(today, inputs.SMALL_RUN), ".1f"
        ),
    }
