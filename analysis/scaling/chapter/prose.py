"""Every number that the scaling chapter prints in its sentences."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.deepseek.cost import rental_cost
from analysis.deepseek.training import published_run
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, amount, in_words, joined, significant
from analysis.scaling.allocation import (
    HOFFMANN_SIZES,
    allocation_exponents,
    compute_optimal_allocation,
    isoflop_curve,
    kaplan_allocation,
    llama3_allocation,
    published_answers,
)
from analysis.scaling.bootstrap import BootstrapFits, bootstrap_scaling_law
from analysis.scaling.chapter import inputs
from analysis.scaling.chapter.inputs import fact
from analysis.scaling.cost import crossing, published_costs, published_growth
from analysis.scaling.early_stopping import simulated_runs
from analysis.scaling.inference import published_savings, savings_table
from analysis.scaling.isoflop import bootstrap_isoflop, fit_isoflop, fit_vertices
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, kaplan_laws, named_laws, published_law
from analysis.scaling.meek import (
    meek_models,
    peaks,
    published_metric,
    published_model,
    published_served_peaks,
    published_served_years,
)
from analysis.scaling.precision import kumar_law, turning_points
from analysis.scaling.quantisation import bootstrap_penalty, fit_penalty
from analysis.scaling.reconcile import simulate_kaplan
from analysis.scaling.repetition import effective_epochs, published_repetition_law
from analysis.scaling.scores import closing_years

#: Unit of the last digit of the interval that Hoffmann and colleagues print.
LAST_DIGIT = 0.001


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _returns(),
        _allocation(),
        _fit(),
        _sweep(),
        _corrections(),
        _meek(),
        _cost(),
    )


def _returns() -> dict[str, Number]:
    kaplan, refit = kaplan_laws(), named_laws(inputs.LAWS)[inputs.REFIT]
    step, early = inputs.STEP, inputs.EARLY
    loss = {budget: compute_optimal_allocation(budget, refit).loss for budget in (early, step * early)}
    one, ten = (kaplan_allocation(budget) for budget in (early, step * early))
    return {
        "kaplan-alpha-c": Number(
            kaplan["compute"].exponent,
            ".3f",
            how="Kaplan's exponent of compute: the published power with which loss falls as compute grows that is "
            "spent in the best way",
        ),
        "step": Number(
            step,
            "words",
            how="Step of compute: chosen for the chapter's comparisons, in multiples of the smaller budget",
        ),
        "step-cost": Number(
            step - 1,
            "words",
            how="Price of a step: what the larger budget adds, in multiples of all that was spent before it",
        ),
        "kaplan-tenfold": Number(
            step ** -kaplan["compute"].exponent,
            ".2f",
            how="Loss after a step, as a factor: the step of compute to the power of minus Kaplan's exponent of "
            "compute",
        ),
        "kaplan-params-tenfold": Number(
            ten.N / one.N,
            ".1f",
            how="Growth of parameters that Kaplan advises: his best size after a step of compute over his best size "
            "before it",
        ),
        "kaplan-tokens-tenfold": Number(
            ten.D / one.D,
            ".1f",
            how="Growth of tokens that Kaplan advises: tokens that the budget pays for at his best size, after a "
            "step of compute over before it",
        ),
        "tenfold-kept": Number(
            (loss[step * early] - refit.E) / (loss[early] - refit.E),
            ".0%",
            how="Reducible loss that a step leaves: lowest loss less the floor of the refitted law, at the larger "
            "budget over the same at the smaller",
        ),
        "open-sweep": Number(
            inputs.OPEN_SWEEP,
            "power",
            how="Compute that an open sweep would have to reach: floating-point operations, chosen; more than the "
            "runs that the laws were fitted to",
        ),
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
        "answers": Number(
            len(answers),
            "words",
            how="Published answers compared: laws solved and tables read at Chinchilla's budget, counted",
        ),
        "answer-middle": Number(
            answers.median(),
            ".0f",
            how="Middle of the published answers: median of the tokens a parameter that they ask for at "
            "Chinchilla's budget",
        ),
        "answer-least": Number(
            answers.min(),
            ".1f",
            how="Lowest of the published answers: fewest tokens a parameter that any of them asks for at "
            "Chinchilla's budget",
        ),
        "answer-most": Number(
            answers.max(),
            ".0f",
            how="Highest of the published answers: most tokens a parameter that any of them asks for at "
            "Chinchilla's budget",
        ),
        "text-gophers": Number(fact("hoffmann-text-1t-gophers"), ".0f"),
        "gophers": Number(
            fact("hoffmann-text-1t-flop") / budget,
            ".0f",
            how="Budget in multiples of Gopher's: operations that the text gives for a model of a trillion "
            "parameters, over Gopher's",
        ),
        "chinchilla-params": amount(fact("chinchilla-parameters")),
        "chinchilla-tokens": amount(fact("chinchilla-tokens")),
        "gopher-params": amount(fact("gopher-parameters")),
        "gopher-tokens": amount(fact("gopher-tokens")),
        "chinchilla-mmlu": Number(fact("chinchilla-mmlu"), ".1f"),
        "gopher-mmlu": Number(fact("gopher-mmlu"), ".1f"),
        "half-size": Number(
            inputs.HALF, ".0%", how="A model too small: share of the optimal size, chosen for the example"
        ),
        "half-size-penalty": Number(
            half - best.loss,
            ".3f",
            how="Loss that the smaller model costs: its loss at Chinchilla's whole budget less that of the optimal "
            "size, by the refitted law, in nats",
        ),
        "ratio-eq10": Number(
            ratio[inputs.PRINTED],
            ".0f",
            how="Tokens a parameter by Equation Ten: tokens over parameters that give the lowest loss at "
            "Chinchilla's budget, by Hoffmann's law as printed",
        ),
        "ratio-unrounded": Number(
            ratio["Hoffmann, not rounded"],
            ".0f",
            how="Tokens a parameter before rounding: tokens over parameters that give the lowest loss at "
            "Chinchilla's budget, by Hoffmann's law before rounding",
        ),
        "hoffmann-a3": Number(fact("hoffmann-a-approach-3"), ".2f"),
        "hoffmann-a3-low": Number(fact("hoffmann-a-approach-3-low"), ".3f"),
        "hoffmann-a3-high": Number(fact("hoffmann-a-approach-3-high"), ".3f"),
        "table-175-tokens": amount(fact("hoffmann-table3-175b-tokens")),
        "large-model": amount(
            HOFFMANN_SIZES[inputs.LARGE],
            how="Model that text and table disagree on: a row of Hoffmann's tables, which their text names too",
        ),
        "chinchilla-flop": Number(budget, ".2sci"),
        "chinchilla-6nd": Number(
            FLOP_PER_PARAMETER_AND_TOKEN * fact("chinchilla-parameters") * fact("chinchilla-tokens"),
            ".2sci",
            how="Chinchilla's compute, counted: its parameters times its training tokens times six operations for each",
        ),
        "gopher-6nd": Number(
            FLOP_PER_PARAMETER_AND_TOKEN * fact("gopher-parameters") * fact("gopher-tokens"),
            ".2sci",
            how="Gopher's compute, counted: its parameters times its training tokens times six operations for each",
        ),
        "llama-alpha": Number(fact("llama3-token-exponent"), ".2f"),
        "llama-a": Number(fact("llama3-token-coefficient"), ".2f"),
        "llama-printed-tokens": amount(fact("llama3-predicted-tokens")),
        "llama-flop": Number(fact("llama3-flop"), "sci"),
        "llama-law-tokens": Number(
            float(llama.D) / 1e12,
            ".1f",
            " trillion",
            how="Tokens by Llama's printed law: its coefficient times the budget to the power of its exponent",
        ),
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
    everything_ends = (
        "Interval of the exponent, every run kept: bootstrap of the book's fit of all points read off "
        "Hoffmann's figure, kept among the facts"
    )
    critics_ends = (
        "Interval of the published exponent: the critics' value, less and plus their standard error times the "
        f"normal quantile for {100 * inputs.LEVEL:.0f} %"
    )
    drawn_ends = (
        f"Interval of the exponent, simulated runs: middle {100 * inputs.LEVEL:.0f} % of the exponents fitted "
        "to simulated runs that are drawn again with replacement"
    )
    constant_ends = "Interval of the scale of size: ends of the critics' bootstrap, as published"
    return {
        "points": Number(fact("besiroglu-points"), ".0f"),
        "points-dropped": Number(
            fact("besiroglu-points") - fact("besiroglu-points-kept"),
            "words",
            how="Runs that the published fit leaves out: points read off Hoffmann's figure less those that were kept",
        ),
        "all-a": Number(everything.value, ".3f"),
        "all-a-low": Number(everything.low, ".2f", how=everything_ends),
        "all-a-high": Number(everything.high, ".2f", how=everything_ends),
        "published-a": Number(fact("besiroglu-a"), ".3f"),
        "published-a-low": Number(ends[0], ".3f", how=critics_ends),
        "published-a-high": Number(ends[1], ".3f", how=critics_ends),
        "starts": Number(
            stops["start"].nunique(),
            ".0f",
            how="Starting points tried: those of Hoffmann's grid that the experiment follows, counted",
        ),
        "true-a": Number(
            allocation_exponents(refit)[0],
            ".3f",
            how="Exponent behind the simulated runs: the refitted law's exponent of data over the sum of its two "
            "exponents",
        ),
        "summed-a": Number(
            best.loc["sum", "a"],
            ".3f",
            how="Exponent by the summed objective: exponent of data over the sum of both, in the best search from "
            "all starting points",
        ),
        "averaged-a": Number(
            best.loc["mean", "a"],
            ".3f",
            how="Exponent by the averaged objective: exponent of data over the sum of both, in the best search from "
            "all starting points",
        ),
        "averaged-excess": Number(
            best.loc["mean", "objective"] / best.loc["sum", "objective"],
            ".1f",
            how="Objective where averaging stopped: summed over the runs in the best averaged search, over the same "
            "in the best summed search",
        ),
        "bootstrap-a-low": Number(low, ".3f", how=drawn_ends),
        "bootstrap-a-high": Number(high, ".3f", how=drawn_ends),
        "width-factor": Number(
            math.floor(fact("besiroglu-a-80-width") / widest),
            ".0f",
            how="Width of the critics' interval in Hoffmann's: width of theirs over the widest that the printed, "
            "rounded ends allow, rounded down",
        ),
        "runs-needed": Number(
            round(fact("besiroglu-runs-for-hoffmann-width"), -5),
            ",.0f",
            how="Runs for an interval as narrow: the critics' published count, rounded",
        ),
        "plain-a": Number(fact("besiroglu-huber-a-coefficient"), ".0f"),
        "refit-a-const": Number(refit.A, ".0f"),
        "refit-a-low": Number(constant.low, ".0f", how=constant_ends),
        "refit-a-high": Number(constant.high, ".0f", how=constant_ends),
    }


def _sweep() -> dict[str, Number]:
    runs = load_result("scaling-isoflop")
    fit, spread = fit_isoflop(runs), bootstrap_isoflop(runs, inputs.SWEEP_RESAMPLES, inputs.SEED)
    low_high, ratio = spread.interval("a", inputs.LEVEL), fit.optima["D"] / fit.optima["N"]
    total = runs.assign(N=runs["total_parameters"])
    all_ends = bootstrap_isoflop(total, inputs.SWEEP_RESAMPLES, inputs.SEED).interval("a", inputs.LEVEL)
    large = load_result("gpu-isoflop")
    witness, bare = fit_vertices(large), fit_vertices(large, "N_blocks")
    sweep_ends = (
        f"Interval of our sweep's exponent: middle {100 * inputs.LEVEL:.0f} % of the exponents of runs that are "
        "drawn again with replacement within each budget"
    )
    total_ends = (
        f"Interval of the exponent, embedding counted: middle {100 * inputs.LEVEL:.0f} % of the exponents of "
        "runs that are drawn again with replacement within each budget"
    )
    witness_ends = (
        "Interval of the witness's exponent: the slope, less and plus its standard error times Student's "
        f"quantile for {100 * inputs.LEVEL:.0f} %"
    )
    second = facts.load("scaling")["hoffmann-a-approach-2"]
    second_ends = (
        "Interval of Chinchilla's second approach: tenth and ninetieth percentile of fits to parts of the runs, as "
        "published"
    )
    bare_ends = (
        "Interval of the exponent, bare count: the slope, less and plus its standard error times Student's "
        f"quantile for {100 * inputs.LEVEL:.0f} %"
    )
    return {
        "sweep-total-a": Number(
            fit_isoflop(total).a,
            ".2f",
            how="Exponent with the embedding counted: slope of the best sizes over the budgets in logarithms, each "
            "size the lowest point of a parabola",
        ),
        "sweep-total-a-low": Number(all_ends[0], ".2f", how=total_ends),
        "sweep-total-a-high": Number(all_ends[1], ".2f", how=total_ends),
        "witness-runs": Number(
            len(large),
            ".0f",
            how="Runs of the second witness: transformers trained at equal budgets, counted in the experiment's table",
        ),
        "witness-budgets": Number(
            large["budget"].nunique(),
            "words",
            how="Budgets of the second witness: different training budgets in the experiment's table, counted",
        ),
        "witness-largest": amount(
            float(large["N"].max()),
            how="Largest transformer of the witness: most parameters, with the matrices at both ends, in the "
            "experiment's table",
        ),
        "witness-a": Number(
            witness.a,
            ".2f",
            how="Exponent of the second witness: slope of the best sizes over the budgets in logarithms, each from "
            "a lowest run and its two neighbours",
        ),
        "witness-a-low": Number(witness.interval(inputs.LEVEL)[0], ".2f", how=witness_ends),
        "witness-a-high": Number(witness.interval(inputs.LEVEL)[1], ".2f", how=witness_ends),
        "witness-bare-a": Number(
            bare.a,
            ".2f",
            how="The witness's exponent, bare count: the same slope with parameters counted without the matrices at "
            "both ends",
        ),
        "witness-bare-a-low": Number(bare.interval(inputs.LEVEL)[0], ".2f", how=bare_ends),
        "witness-bare-a-high": Number(bare.interval(inputs.LEVEL)[1], ".2f", how=bare_ends),
        "sweep-runs": Number(len(runs), ".0f", how="Networks of our sweep: runs in the experiment's table, counted"),
        "sweep-budgets": Number(
            len(fit.optima),
            ".0f",
            how="Budgets of our sweep: different training budgets in the experiment's table, counted",
        ),
        "sweep-largest": Number(
            float(runs["N"].max()),
            ",.0f",
            how="Largest network of our sweep: most parameters outside the embedding in the experiment's table",
        ),
        "sweep-a": Number(
            fit.a,
            ".2f",
            how="Exponent of our sweep: slope of the best sizes over the budgets in logarithms, each size the "
            "lowest point of a parabola",
        ),
        "sweep-a-low": Number(low_high[0], ".2f", how=sweep_ends),
        "sweep-a-high": Number(low_high[1], ".2f", how=sweep_ends),
        "sweep-ratio-low": Number(
            ratio.min(),
            ".0f",
            how="Fewest characters a parameter: characters over parameters, embedding left out, at the lowest point "
            "of a budget's parabola; the least of all budgets",
        ),
        "sweep-ratio-high": Number(
            ratio.max(),
            ".0f",
            how="Most characters a parameter: characters over parameters, embedding left out, at the lowest point "
            "of a budget's parabola; the most of all budgets",
        ),
        "hoffmann-a1": Number(fact("hoffmann-a-approach-1"), ".2f"),
        "hoffmann-a2": Number(fact("hoffmann-a-approach-2"), ".2f"),
        "hoffmann-a2-low": Number(second.low, ".2f", how=second_ends),
        "hoffmann-a2-high": Number(second.high, ".2f", how=second_ends),
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
    ours = savings_table(cases, published_law("sardana"))
    savings = ours["saving"] - printed_savings["saving"]
    r_star = published_repetition_law().R_D
    *_, more_bits, few_bits = inputs.BITS
    bits, own_law = (few_bits, more_bits), named_laws(inputs.LAWS)[inputs.REFIT]
    elsewhere = pd.concat(
        turning_points(inputs.ROUNDED_MODEL, bits, law, sign)["ratio"]
        for law in (own_law, kumar_law())
        for sign in (-1, 0, 1)
    )
    networks = load_result("scaling-quantised").query("weight_decay > 0 and bits in @inputs.MEASURED_BITS")
    fit = fit_penalty(networks).law
    resampled = bootstrap_penalty(networks, inputs.ROUNDING_RESAMPLES, inputs.SEED)
    low_end, high_end = (resampled.quantile((1 + side * inputs.LEVEL) / 2) for side in (-1, 1))
    growth_ends = (
        f"Interval of the growth with training: middle {100 * inputs.LEVEL:.0f} % of the exponents fitted to "
        "networks drawn again within each size and training length"
    )
    bits_ends = (
        f"Interval of the bits that cut: middle {100 * inputs.LEVEL:.0f} % of the values fitted to networks "
        "drawn again within each size and training length"
    )
    earliest = (
        "Earliest turn: fewest tokens a parameter at which rounding begins to hurt, over two laws of loss and "
        "three readings of Kumar's offset"
    )
    latest = (
        "Latest turn: most tokens a parameter at which rounding begins to hurt, over two laws of loss and three "
        "readings of Kumar's offset"
    )
    return {
        "kaplan-allocation": Number(fact("kaplan-a"), ".2f"),
        "pearce-refit": Number(
            refit,
            ".2f",
            how="Kaplan's exponent, simulated from the refit: slope of the best simulated sizes over budgets in "
            "logarithms, both counted without embeddings, with the refitted law as the truth",
        ),
        "pearce-hoffmann": Number(
            printed,
            ".2f",
            how="Kaplan's exponent, simulated from Hoffmann's law: slope of the best simulated sizes over budgets "
            "in logarithms, both counted without embeddings, with Hoffmann's law before rounding as the truth",
        ),
        "pearce-published-epoch": Number(published[0], ".2f"),
        "pearce-published-chinchilla": Number(published[1], ".2f"),
        "pearce-gap": Number(
            gap,
            ".3f",
            how="Largest difference from the published simulation: our simulated exponent less the authors', "
            "without sign, the larger of two laws",
        ),
        "schaeffer-readings": Number(fact("schaeffer-readings") / 100, ".0%"),
        "sardana-gap": Number(
            100 * savings.abs().max(),
            ".1f",
            how="Largest difference from Sardana's savings: our saving of lifetime compute less the printed one, "
            "without sign, in points of a hundred",
        ),
        "sardana-printed-saving": Number(fact("sardana-table2-13b-reduction") / 100, ".1%"),
        "sardana-our-saving": Number(
            float(ours["saving"].loc[printed_savings["model"] == "13b"].iloc[0]),
            ".1%",
            how="Saving by use, our solver: share of lifetime compute saved on the model of thirteen billion "
            "parameters, at its demand in Sardana's table and with Sardana's constants",
        ),
        "sardana-alpha": Number(fact("sardana-alpha"), ".3f"),
        "sardana-beta": Number(fact("sardana-beta"), ".3f"),
        "sardana-typo": Number(fact("sardana-table2-1b-optimal-parameters") / 1e6, ".1f", " million"),
        "r-star": Number(r_star, ".1f"),
        "four-epochs": Number(
            float(effective_epochs(inputs.FOUR, r_star)),
            ".1f",
            how=f"Worth of repeated reading: fresh passes that {in_words(inputs.FOUR)} passes over one text are "
            "worth, by the law of repeated data",
        ),
        "epoch-limit": Number(
            1 + r_star,
            ".1f",
            how="Most that repetition is worth: one pass plus the published scale of repetition, which the law "
            "nears as passes grow",
        ),
        "rounded-networks": Number(
            networks.groupby(["width", "steps", "seed"]).ngroups,
            ".0f",
            how="Networks that were rounded: trained models of different width, training length or seed, with "
            "weight decay, counted",
        ),
        "rounding-d": Number(
            fit.gamma_D,
            ".2f",
            how="Growth of the cost with training: exponent of the training characters, fitted with those of size "
            "and bits by least squares in logarithms",
        ),
        "rounding-d-low": Number(low_end["gamma_D"], ".2f", how=growth_ends),
        "rounding-d-high": Number(high_end["gamma_D"], ".2f", how=growth_ends),
        "rounding-bits": Number(
            fit.gamma_post,
            ".2f",
            how="Bits that cut the cost: number over which the fitted penalty falls by a factor e, from the same "
            "fit as the growth with training",
        ),
        "rounding-bits-low": Number(low_end["gamma_post"], ".2f", how=bits_ends),
        "rounding-bits-high": Number(high_end["gamma_post"], ".2f", how=bits_ends),
        "few-bits": Number(
            few_bits, "words", how="Bits a weight, the fewest shown: chosen for the example of rounding"
        ),
        "more-bits": Number(
            more_bits, "words", how="Bits a weight, one example: chosen for the comparison of two roundings"
        ),
        "three-bits-least": Number(elsewhere[0].min(), ".0f", how=earliest),
        "three-bits-most": Number(elsewhere[0].max(), ".0f", how=latest),
        "four-bits-least": Number(elsewhere[1].min(), ".0f", how=earliest),
        "four-bits-most": Number(elsewhere[1].max(), ",.0f", how=latest),
    }


def _meek() -> dict[str, Number]:
    models = meek_models(inputs.MEEK_LAWS)
    model, peak = published_model(), peaks(models).set_index("law")["year"]
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
    closed_ends = (
        f"Interval of the closing year: middle {100 * inputs.LEVEL:.0f} % of the years by curves fitted to "
        "models drawn again, with the refitted law's losses"
    )
    lag_ends = "Interval of the lag of open models: ends as published, in months"
    halving_ends = (
        "Interval of the halving time: ends over the published study's bootstrap, months until half the compute "
        "does the same"
    )
    return {
        "growth-investment": Number(
            model.spending,
            ".1f",
            how="Growth of the frontier's spending: published yearly growth of its compute over that of the "
            "operations a dollar buys",
        ),
        "growth-hardware": Number(
            model.hardware,
            ".1f",
            how="Growth of hardware: factor a year by which a dollar buys more operations, as in the meek model's code",
        ),
        "progress-spread": Number(
            rate.high / rate.low,
            ".1f",
            how="Spread of algorithmic progress: longest over shortest halving time of the published interval",
        ),
        "growth-algorithms": Number(
            model.algorithms,
            ".1f",
            how="Growth of algorithms: factor a year by which the same compute does more, as in the meek model's code",
        ),
        "algorithm-factor": Number(
            model.algorithms * model.spending,
            ".0f",
            how="Algorithms worth a year's spending: yearly growth of algorithms times yearly growth of the "
            "frontier's spending, both of the meek model",
        ),
        "meek-budget": Number(fact("meek-start-dollars"), ",.0f"),
        "peak-refit": Number(
            peak[inputs.REFIT],
            ".1f",
            how="Year of the widest gap, refit: closed form from the model's growth of spending, hardware and "
            "algorithms and the refitted law's exponent of compute",
        ),
        "peak-printed": Number(
            peak[inputs.PRINTED],
            ".1f",
            how="Year of the widest gap, printed law: closed form from the model's growth of spending, hardware and "
            "algorithms and the printed law's exponent of compute",
        ),
        "peak-kaplan": Number(
            peak["Kaplan"],
            ".1f",
            how="Year of the widest gap, Kaplan: closed form from the model's growth of spending, hardware and "
            "algorithms and Kaplan's exponent of compute",
        ),
        "peak-published": Number(fact("meek-peak-year"), ".1f"),
        "peak-gap": Number(
            abs(model.peak_year() - fact("meek-peak-year")),
            ".2f",
            how="Difference from the published peak: our year of the widest gap less the authors', without sign",
        ),
        "score-threshold": Number(
            100 * inputs.CLOSED, ".0f", how="Gap in score that counts as closed: points of a hundred, chosen"
        ),
        "score-closed-low": Number(closed_low, ".1f", how=closed_ends),
        "score-closed-high": Number(closed_high, ".1f", how=closed_ends),
        "served-early": Number(
            caught[0],
            ".1f",
            how="Serving catches up, fast case: first year it has no higher loss than the frontier trains, at the "
            "higher published growth of inference",
        ),
        "served-late": Number(
            caught[1],
            ".1f",
            how="Serving catches up, slow case: first year it has no higher loss than the frontier trains, at the "
            "lower published growth of inference",
        ),
        "half-gap-year": Number(
            model.year_gap_falls_to(inputs.HALF_GAP),
            ".1f",
            how="Year the gap has halved: year of the authors' model, past the peak, with "
            f"{100 * inputs.HALF_GAP:.0f} % of the widest gap in loss left",
        ),
        "surprise-worth": Number(fact("reasoning-compute-equivalent"), "words"),
        "surprise-closed": Number(
            published_metric().year_gap_closes(model, inputs.CLOSED, fact("reasoning-compute-equivalent")),
            ".1f",
            how="Year the score closes, with a secret: as by the printed law, with the frontier's compute "
            "multiplied by what reasoning models were worth",
        ),
        "lag": Number(lag.value, ".1f"),
        "lag-low": Number(lag.low, ".1f", how=lag_ends),
        "lag-high": Number(lag.high, ".1f", how=lag_ends),
        "pro-gap-first": Number(fact("meek-mmlu-pro-gap-2023"), ".0f"),
        "pro-gap-last": Number(fact("meek-mmlu-pro-gap-2024"), ".0f"),
        "peak-inference-low": Number(
            min(served),
            ".1f",
            how="Widest gap in serving, earliest: year in which a fixed and a growing price a token are furthest "
            "apart, over two growths of inference",
        ),
        "peak-inference-high": Number(
            max(served),
            ".1f",
            how="Widest gap in serving, latest: year in which a fixed and a growing price a token are furthest "
            "apart, over two growths of inference",
        ),
        "algorithm-doubling": Number(
            12 * math.log(2) / math.log(model.algorithms),
            ".0f",
            how="Doubling time of algorithms: months that follow from their growth a year in the meek model",
        ),
        "halving-median": Number(rate.value, ".2f"),
        "halving-low": Number(rate.low, ".2f", how=halving_ends),
        "halving-high": Number(rate.high, ".2f", how=halving_ends),
        "halving-spread": Number(
            float(fast / slow),
            "sci",
            how=f"Spread of the meek's compute: effective compute after {in_words(inputs.SOON)} years at the fast "
            "end of algorithmic progress, over that at the slow end",
        ),
        "meek-years": Number(inputs.SOON, "words", how="Years looked ahead: chosen for the chapter's forecasts"),
        "mmlu-models": Number(fact("meek-mmlu-models"), ".0f"),
        "far-ahead": Number(
            inputs.FAR_AHEAD,
            ",.0f",
            how="A frontier far ahead: multiple of the fixed budget's compute, chosen for the example",
        ),
        "already-ahead": Number(
            model.year_of_ratio(inputs.FAR_AHEAD),
            ".0f",
            how="Model year of that frontier: logarithm of its lead in compute over the logarithm of the yearly "
            "growth of its spending",
        ),
    }


def _cost() -> dict[str, Number]:
    growth = published_growth()
    when = crossing(fact("epoch-gpt4-amortised"), fact("gpt4-year"), growth)
    today = fact("gopher-flop") / fact("meek-flop-per-dollar")
    runs = published_costs(("amortised",)).dropna()
    anchors = pd.Series(
        [crossing(run.amortised, run.year, growth).year for run in runs.itertuples()], index=runs["model"]
    )
    measured = published_run("DeepSeek-V3")
    per_dollar = measured.flop / rental_cost(measured.gpu_hours, facts.load("deepseek")["v3-price"].value)
    slow = facts.load("scaling")["ho-doubling-months-bootstrap"].high
    growth_ends = "Interval of the growth of cost: ends as published, factors a year"
    return {
        "cost-growth": Number(
            growth.value, ".1f", how="Growth of the largest runs' cost: factor a year, amortised, as published"
        ),
        "cost-growth-low": Number(growth.low, ".1f", how=growth_ends),
        "cost-growth-high": Number(growth.high, ".1f", how=growth_ends),
        "billion-year": Number(
            math.floor(when.year),
            ".0f",
            how="Year of a billion dollars: GPT-4's date and the years that its amortised cost needs at the "
            "published growth, rounded down",
        ),
        "billion-year-early": Number(
            math.floor(when.early),
            ".0f",
            how="Year of a billion, fast growth: the same at the upper end of the interval of the growth, rounded down",
        ),
        "billion-year-late": Number(
            math.floor(when.late),
            ".0f",
            how="Year of a billion, slow growth: the same at the lower end of the interval of the growth, rounded down",
        ),
        "grok3-amortised": Number(fact("epoch-grok3-amortised") / 1e6, ",.0f"),
        "grok3-cloud": Number(fact("epoch-grok3-cloud") / 1e6, ",.0f"),
        "grok3-cost-updated": Number(fact("epoch-grok3-cost-updated") / 1e6, ",.0f"),
        "anchors": Number(
            len(anchors),
            "words",
            how="Runs that the trend can start at: those of the table with a date and an amortised cost, counted",
        ),
        "anchor-first": Number(
            anchors.min(),
            ".1f",
            how="Earliest year of a billion: decimal year by the central growth, the least over the runs that the "
            "trend can start at",
        ),
        "anchor-last": Number(
            anchors.max(),
            ".1f",
            how="Latest year of a billion: decimal year by the central growth, the most over the runs that the "
            "trend can start at",
        ),
        "flop-per-dollar-v3": Number(
            per_dollar,
            "sci",
            how="Operations for a rented dollar, DeepSeek-V3: operations of pretraining over the rent, GPU-hours "
            "times the assumed price of an hour",
        ),
        "chinchilla-v3": Number(
            fact("gopher-flop") / per_dollar / 1e6,
            ".1f",
            how="Chinchilla's cost at DeepSeek's price: Chinchilla's operations over those that DeepSeek's run got "
            "for a rented dollar, in millions",
        ),
        "flop-per-dollar": Number(fact("meek-flop-per-dollar"), "power"),
        "chinchilla-today": Number(
            today / 1e6,
            ".1f",
            how="Chinchilla's cost at the model's price: its operations over those that a dollar buys in the meek "
            "model, in millions",
        ),
        "small-run": Number(inputs.SMALL_RUN, ",.0f", how="Budget of a small firm: dollars a run, chosen"),
        "chinchilla-years-slow": Number(
            published_model().with_doubling(slow).years_until(today, inputs.SMALL_RUN),
            ".1f",
            how="Years until a small firm affords it: logarithm of the cost over the budget, over that of the "
            "yearly growth of hardware and slow algorithms together",
        ),
    }
