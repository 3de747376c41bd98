"""Every number that the Occam chapter prints in its sentences."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam import digits, generalisation, mean_field, pac_bayes, sgd_bayes
from analysis.occam.bayes import marginal_likelihoods, no_free_lunch
from analysis.occam.boolean import (
    MAX_INPUTS,
    named_functions,
    number_of_functions,
    ones,
    random_functions,
    to_string,
)
from analysis.occam.chapter import inputs
from analysis.occam.complexity import k_lz, released_targets, variant_differences
from analysis.occam.gaussian_process import width_comparison
from analysis.occam.prior import (
    complexity_table,
    fit_simplicity_bound,
    fit_zipf,
    orbit_estimates,
    prior_over_functions,
    ranked,
    share_of_constants,
    zipf_probability,
)


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return {**_laboratory(), **_complexity(), **_prior(), **_order(), **_bayes(), **_training(), **_digits()}


def _laboratory() -> dict[str, Number]:
    fewest, most = generalisation.balanced_ones()
    return {
        "table-length": Number(2**MAX_INPUTS, ".0f"),
        "inputs": Number(MAX_INPUTS, "words"),
        "function-count": Number(float(number_of_functions()), "sci"),
        "width": Number(inputs.NETWORKS.widths[0], ".0f"),
        "balanced-low": Number(fewest, ".0f"),
        "balanced-high": Number(most, ".0f"),
    }


def _complexity() -> dict[str, Number]:
    f, last = named_functions(), inputs.RELEASED_POSITIONS[-1]
    published, ours = facts.load("occam"), released_targets(inputs.RELEASED_POSITIONS)
    uniform = random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)
    differences = variant_differences(uniform[: inputs.COUNTED_TWICE]).set_index("difference")["share"]
    result = {
        "k-and-first": Number(k_lz(f["x0 AND x1"])[0], "g"),
        "k-and-last": Number(k_lz(f["x5 AND x6"])[0], "g"),
        "k-dictator": Number(k_lz(f["dictator x0"])[0], "g"),
        "k-parity": Number(k_lz(f["parity"])[0], "g"),
        "k-step": Number(np.log2(2**MAX_INPUTS) / 2, "g"),
        "variant-equal": Number(differences[0.0], ".0%"),
        "variant-21-ones": Number(ours.loc[last, "ones"], ".0f"),
        "variant-21-positions": Number(last, ".0f"),
    }
    for m in inputs.RELEASED_POSITIONS:
        result[f"variant-published-{m}"] = Number(published[f"variant-complexity-m{m}"].value, ".1f")
        result[f"variant-canonical-{m}"] = Number(ours.loc[m, "canonical"], ".1f")
    return result


def _prior() -> dict[str, Number]:
    prior = prior_over_functions(inputs.NETWORKS, inputs.PRIOR_SAMPLES, inputs.SEED)
    rows = load_result("occam-prior-relu")
    line, large = fit_zipf(prior), rows[rows["part"] == "summary"].set_index("key")["value"]
    top = ones(prior.functions[ranked(prior)[:100]])
    table = complexity_table(prior)
    bound = fit_simplicity_bound(table, least_count=inputs.BOUND_COUNT)
    k = table.set_index("complexity")
    plateau = k.loc[slice(*inputs.PLATEAU), "share"]
    width = width_comparison(
        inputs.WIDTHS, inputs.WIDTH_SAMPLES, inputs.LIMIT, inputs.LIMIT_SAMPLES, inputs.SEED
    ).set_index(["quantity", "width"])
    at = inputs.NETWORKS.widths[0]
    pair = width.loc[("two neighbouring inputs differ", at)]
    f = named_functions()
    dictator = orbit_estimates(prior, {"dictator x0": f["dictator x0"]}).iloc[0]
    alike = k.loc[k_lz(f["dictator x0"])[0], "max_probability"]
    return {
        "prior-samples": Number(prior.samples, ",.0f"),
        "sample-ratio": Number(large["samples"] / prior.samples, "words", " times"),
        "p-constants": Number(float(k["share"].iloc[0]), ".0%"),
        "zipf-slope": Number(line.slope, ".2f"),
        "zipf-intercept": Number(line.intercept, ".2f"),
        "zipf-slope-large": Number(large["zipf slope"], ".2f"),
        "zipf-intercept-large": Number(large["zipf intercept"], ".2f"),
        "zipf-slope-law": Number(facts.load("occam")["zipf-exponent"].value, ".0f"),
        "zipf-intercept-law": Number(float(np.log10(zipf_probability(1))), ".2f"),
        "bound-slope": Number(bound.a, ".2f"),
        "p-dictator": Number(dictator["orbit"], "sci"),
        "p-dictator-error": Number(dictator["orbit_error"], "sci"),
        "dictator-count": Number(dictator["count"], ".0f"),
        "dictator-images": Number(dictator["images"], ".0f"),
        "dictator-rarer": Number(alike / dictator["orbit"], ".0f"),
        "symmetry-images": Number(2 * math.factorial(MAX_INPUTS), ",.0f"),
        "near-constant-top": Number(int(((top == 1) | (top == 127)).sum()), ".0f"),
        "constant-top": Number(int(((top == 0) | (top == 128)).sum()), ".0f"),
        "plateau-low": Number(plateau.min(), ".1%"),
        "plateau-high": Number(plateau.max(), ".1%"),
        "plateau-from": Number(inputs.PLATEAU[0], ".0f"),
        "plateau-to": Number(inputs.PLATEAU[1], ".0f"),
        "pair-near-sampled": Number(pair["value"], ".4f"),
        "pair-near-theory": Number(pair["limit"], ".4f"),
        "constant-width-gap": Number(width.loc[("the function is constant", at), "relative"], ".0%"),
    }


def _order() -> dict[str, Number]:
    sweep = load_result("occam-order-chaos").query("part == 'mean'").set_index("sigma_w")["value"]
    uniform = random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)
    rules = {
        rule: share_of_constants(replace(inputs.DEEP_NETWORKS, bias_rule=rule), inputs.RULE_SAMPLES, inputs.SEED)
        for rule in ("standard", "released")
    }
    return {
        "critical-zero-bias": Number(mean_field.critical_sigma_w(0.0), ".0f"),
        "critical-with-bias": Number(mean_field.critical_sigma_w(inputs.DEEP_NETWORKS.sigma_b), ".2f"),
        "mean-k-ordered": Number(sweep[inputs.ORDERED], ".0f"),
        "mean-k-chaotic": Number(sweep[inputs.CHAOTIC], ".0f"),
        "mean-k-uniform": Number(k_lz(uniform).mean(), ".0f"),
        "constants-our-rule": Number(rules["standard"], ".0%"),
        "constants-script-rule": Number(rules["released"], ".1%"),
    }


def _bayes() -> dict[str, Number]:
    m = inputs.EXAMPLES
    likelihoods = marginal_likelihoods(
        inputs.LIMIT,
        to_string(named_functions()[inputs.BOUNDED]),
        inputs.BOUNDED_SIZES,
        inputs.BOUNDED_SETS,
        inputs.BOUNDED_SAMPLES,
        inputs.SEED,
    )
    return {
        "nfl-sd": Number(no_free_lunch(m)[1], ".4f"),
        "test-inputs": Number(2**MAX_INPUTS - m, ".0f"),
        "pac-64": Number(pac_bayes.guarantees(likelihoods).set_index("m").loc[m, "bound"], ".0%"),
        "dictator-error-64": Number(_learning_curves()[inputs.BOUNDED, m], ".1%"),
        "pac-unbiased-published": Number(pac_bayes.published_bound(MAX_INPUTS, m, biased=False), ".2f"),
        "pac-unbiased-ours": Number(pac_bayes.annealed_error(2.0**-m, m), ".2f"),
    }


def _learning_curves() -> pd.Series:
    """Error of the laboratory's trained networks by target and number of examples."""
    rows = load_result("occam-learning-curves").query("network == @inputs.NETWORKS.name")
    return rows.set_index(["target", "m"])["error"]


def _training() -> dict[str, Number]:
    every = load_result("occam-generalisation")
    errors = every.query("learning_rate == @inputs.LEARNING_RATE")
    gaps = generalisation.published_gaps(errors, generalisation.published_errors(facts.load("occam")))
    low, high = inputs.SHOWN_BIN
    at = errors[errors["complexity_low"] == low].set_index(["ensemble", "sigma_w"])["error"]
    simplest = every.query("ensemble == 'imbalanced' and sigma_w == @inputs.CHAOTIC and complexity_low == 0")
    rates = simplest.set_index("learning_rate")["error"]
    agreement = sgd_bayes.agreement_by_case(load_result("occam-sgd-bayes"))
    seven, five = agreement.loc["x0 AND x1, 16 examples"], agreement[agreement.index.str.contains("of 5 inputs")]
    curves, m = _learning_curves(), inputs.EXAMPLES
    deep = load_result("occam-learning-curves").query("target == 'parity' and m == @m").set_index("network")["error"]
    return {
        "fig1c-largest-gap": Number(float(gaps["gap"].abs().max()), ".2f"),
        "bin-low": Number(low, ".0f"),
        "bin-high": Number(high, ".0f"),
        "trees-ordered": Number(at["trees", inputs.ORDERED], ".0%"),
        "trees-chaotic": Number(at["trees", inputs.CHAOTIC], ".0%"),
        "balanced-ordered": Number(at["balanced", inputs.ORDERED], ".0%"),
        "balanced-chaotic": Number(at["balanced", inputs.CHAOTIC], ".0%"),
        "sgd-error": Number(seven["sgd_error"], ".0%"),
        "bayes-error": Number(seven["bayes_error"], ".0%"),
        "sgd-shared": Number(seven["shared"], ".0f"),
        "bayes-networks": Number(seven["bayes_networks"], ",.0f"),
        "sgd-votes": Number(seven["pearson_votes"], ".2f"),
        "sgd-spearman-low": Number(five["spearman"].min(), ".2f"),
        "sgd-spearman-high": Number(five["spearman"].max(), ".2f"),
        "sgd-mass-low": Number(five["sgd_mass_shared"].min(), ".0%"),
        "bayes-mass-high": Number(five["bayes_mass_shared"].max(), ".0%"),
        "rate-low-error": Number(rates[inputs.OTHER_RATES[0]], ".0%"),
        "rate-high-error": Number(rates[inputs.OTHER_RATES[1]], ".0%"),
        "parity-ordered-64": Number(deep["ordered"], ".0%"),
        "parity-error-64": Number(curves["parity", m], ".0%"),
        "parity-error-112": Number(curves["parity", 112], ".0%"),
    }


def _digits() -> dict[str, Number]:
    rows = digits.by_learner(load_result("occam-digits"))
    at, noisy = rows.set_index(["learner", "noise"])["error"], rows["noise"].max()
    return {
        "digits-images": Number(facts.load("occam")["digits-images"].value, ",.0f"),
        "digits-pixels": Number(digits.PIXELS, ".0f"),
        "digits-ordered-clean": Number(at["ordered", 0.0], ".1%"),
        "digits-mild-clean": Number(at["mildly chaotic", 0.0], ".1%"),
        "digits-chaotic-clean": Number(at["chaotic", 0.0], ".1%"),
        "digits-majority": Number(at["majority guess", 0.0], ".0%"),
        "digits-knn-clean": Number(at["nearest neighbour", 0.0], ".1%"),
        "digits-ten-noisy": Number(at["ten nearest neighbours", noisy], ".0%"),
        "digits-logistic-noisy": Number(at["logistic regression", noisy], ".0%"),
        "digits-noise-high": Number(noisy, ".0%"),
        "digits-ordered-noisy": Number(at["ordered", noisy], ".0%"),
        "digits-chaotic-noisy": Number(at["chaotic", noisy], ".0%"),
    }
