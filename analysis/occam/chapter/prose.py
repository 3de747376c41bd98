"""Every number that the Occam chapter prints in its sentences."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam import digits, generalisation, mean_field, pac_bayes, rivals, sgd_bayes
from analysis.occam.bayes import marginal_likelihoods, no_free_lunch
from analysis.occam.boolean import (
    MAX_INPUTS,
    named_functions,
    number_of_functions,
    ones,
    random_functions,
    to_string,
    unpack,
)
from analysis.occam.chapter import inputs
from analysis.occam.chapter.experiments_of_sampling import prior_summary
from analysis.occam.complexity import k_lz, released_targets, variant_differences
from analysis.occam.gaussian_process import disagreement, width_comparison
from analysis.occam.prior import (
    complexity_table,
    fit_simplicity_bound,
    fit_zipf,
    mean_complexity,
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
    line = fit_zipf(prior)
    large, huge = (prior_summary(load_result(name)) for name in ("occam-prior-relu", "occam-prior-relu-large"))
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
    apart = disagreement(inputs.LIMIT)[1:, 1:]
    neighbours = apart[
        np.bitwise_count(np.bitwise_xor.outer(np.arange(1, len(apart) + 1), np.arange(1, len(apart) + 1))) == 1
    ]
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
        "huge-samples": Number(huge["samples"] / 1e6, ",.0f", " million"),
        "huge-held": Number(huge["functions kept"], ",.0f"),
        "huge-not-held": Number(huge["networks not held"] / huge["samples"], ".0%"),
        "huge-undercount": Number(huge["undercount bound"], "words", " times"),
        "zipf-slope-huge": Number(huge["zipf slope"], ".2f"),
        "zipf-intercept-huge": Number(huge["zipf intercept"], ".2f"),
        "bound-slope-huge": Number(huge["bound slope"], ".2f"),
        "bound-slope": Number(bound.a, ".2f"),
        "bound-slope-large": Number(large["bound slope"], ".2f"),
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
        "pair-other-low": Number(float(neighbours.min()), ".3f"),
        "pair-other-high": Number(float(neighbours.max()), ".3f"),
        "constant-width-gap": Number(width.loc[("the function is constant", at), "relative"], ".0%"),
    }


def _order() -> dict[str, Number]:
    sweep = load_result("occam-order-chaos").query("part == 'mean'").set_index(["network", "sigma_w"])["value"]
    uniform = k_lz(random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)).mean()
    published = facts.load("occam")
    released = {
        which: prior_over_functions(
            inputs.released_networks(published[f"released-sigma-b-{which}"].value), inputs.RULE_SAMPLES, inputs.SEED
        )
        for which in ("name", "default")
    }
    constant = {
        which: float(prior.ones_samples[[0, 2**MAX_INPUTS]].sum() / prior.samples) for which, prior in released.items()
    }
    own = share_of_constants(inputs.DEEP_NETWORKS, inputs.RULE_SAMPLES, inputs.SEED)
    deep, shallow, relu, deep_relu = "ten tanh layers", "two tanh layers", "two ReLU layers", "ten ReLU layers"
    return {
        "critical-zero-bias": Number(mean_field.critical_sigma_w(0.0), ".0f"),
        "critical-with-bias": Number(mean_field.critical_sigma_w(inputs.DEEP_NETWORKS.sigma_b), ".2f"),
        "mean-k-ordered": Number(sweep[deep, inputs.ORDERED], ".0f"),
        "mean-k-chaotic": Number(sweep[deep, inputs.CHAOTIC], ".0f"),
        "mean-k-uniform": Number(uniform, ".0f"),
        "mean-k-shallow": Number(sweep[shallow, inputs.CHAOTIC], ".0f"),
        "mean-k-relu-ordered": Number(sweep[relu, inputs.ORDERED], ".0f"),
        "mean-k-relu-chaotic": Number(sweep[relu, inputs.CHAOTIC], ".0f"),
        "mean-k-deep-relu": Number(sweep[deep_relu, inputs.CHAOTIC], ".0f"),
        "sigma-b-name": Number(published["released-sigma-b-name"].value, "g"),
        "sigma-b-default": Number(published["released-sigma-b-default"].value, "g"),
        "constants-our-rule": Number(own, ".0%"),
        "constants-script-rule": Number(constant["name"], ".1%"),
        "constants-script-default": Number(constant["default"], ".1%"),
        "constants-published": Number(published["released-constants-sigma1"].value, ".1%"),
        "mean-k-script-default": Number(mean_complexity(released["default"])[0], ".1f"),
        "mean-k-script-error": Number(mean_complexity(released["default"])[1], ".1f"),
        "mean-k-published": Number(published["released-mean-k-sigma1"].value, ".1f"),
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
    promised = pac_bayes.guarantees(likelihoods).set_index("m").loc[m]
    return {
        "nfl-sd": Number(no_free_lunch(m)[1], ".4f"),
        "test-inputs": Number(2**MAX_INPUTS - m, ".0f"),
        "pac-64": Number(promised["bound"], ".0%"),
        "pac-error-64": Number(promised["error"], ".1%"),
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
    binned = every[every["complexity_low"] == low]
    at = errors[errors["complexity_low"] == low].set_index(["ensemble", "sigma_w"])
    trees = binned[binned["ensemble"] == "trees"]
    by_rate = trees.set_index(["sigma_w", "learning_rate"])["error"]
    tree = trees.set_index("learner").loc["decision tree"]
    fast = every.query("ensemble == 'trees' and sigma_w == @inputs.ORDERED").set_index("learning_rate")
    unfitted = fast.loc[max(inputs.LEARNING_RATES), ["networks", "unfinished"]].sum()
    simplest = every.query("ensemble == 'imbalanced' and sigma_w == @inputs.CHAOTIC and complexity_low == 0")
    rates = simplest.set_index("learning_rate")["error"]
    published = generalisation.published_errors(facts.load("occam")).query("sigma_w == @inputs.CHAOTIC")
    agreement = sgd_bayes.agreement_by_case(load_result("occam-sgd-bayes"))
    seven, five = agreement.loc["x0 AND x1, 16 examples"], agreement[agreement.index.str.contains("of 5 inputs")]
    votes, few = agreement["pearson_votes"], agreement.loc[agreement["bayes_networks"].idxmin()]
    apart = (agreement["sgd_error"] - agreement["bayes_error"]).abs()
    spread = agreement.loc[apart.idxmax()]
    rank_low, rank_high = (five.loc[getattr(five["spearman_often"], which)()] for which in ("idxmin", "idxmax"))
    curves, m = _learning_curves(), inputs.EXAMPLES
    deep = load_result("occam-learning-curves").query("target == 'parity' and m == @m").set_index("network")["error"]
    truth = unpack(named_functions()["parity"])[0]
    neighbours = rivals.errors_on_target(truth, m, inputs.SEED, inputs.RIVAL_SETS).loc["ten nearest neighbours"]
    return {
        "fig1c-largest-gap": Number(float(gaps["gap"].abs().max()), ".2f"),
        "bin-low": Number(low, ".0f"),
        "bin-high": Number(high, ".0f"),
        "trees-ordered": Number(at.loc[("trees", inputs.ORDERED), "error"], ".0%"),
        "trees-ordered-error": Number(at.loc[("trees", inputs.ORDERED), "error_se"], ".1%"),
        "trees-mild": Number(by_rate[2.0, inputs.LEARNING_RATE], ".0%"),
        "trees-chaotic": Number(at.loc[("trees", inputs.CHAOTIC), "error"], ".0%"),
        "trees-mild-fast": Number(by_rate[2.0, max(inputs.LEARNING_RATES)], ".0%"),
        "trees-chaotic-fast": Number(by_rate[inputs.CHAOTIC, max(inputs.LEARNING_RATES)], ".0%"),
        "trees-ordered-fast": Number(by_rate[inputs.ORDERED, max(inputs.LEARNING_RATES)], ".0%"),
        "trees-unfitted": Number(unfitted["unfinished"] / unfitted.sum(), ".0%"),
        "trees-tree": Number(tree["error"], ".0%"),
        "balanced-ordered": Number(at.loc[("balanced", inputs.ORDERED), "error"], ".0%"),
        "balanced-chaotic": Number(at.loc[("balanced", inputs.CHAOTIC), "error"], ".0%"),
        "rate-slow": Number(min(inputs.LEARNING_RATES), "g"),
        "rate-shown": Number(inputs.LEARNING_RATE, "g"),
        "rate-fast": Number(max(inputs.LEARNING_RATES), "g"),
        "sgd-error": Number(seven["sgd_error"], ".1%"),
        "sgd-error-se": Number(seven["sgd_error_se"], ".1%"),
        "bayes-error": Number(seven["bayes_error"], ".1%"),
        "bayes-error-se": Number(seven["bayes_error_se"], ".1%"),
        "sgd-bayes-apart": Number(100 * float(apart.max()), ".0f", " points"),
        "sgd-bayes-apart-sigma": Number(
            float(apart.max() / np.hypot(spread["sgd_error_se"], spread["bayes_error_se"])), ".0f"
        ),
        "sgd-shared": Number(seven["shared"], ".0f"),
        "bayes-networks": Number(seven["bayes_networks"], ",.0f"),
        "bayes-networks-few": Number(few["bayes_networks"], ".0f"),
        "sgd-votes-low": Number(votes.min(), ".2f"),
        "sgd-votes-low-se": Number(agreement.loc[votes.idxmin(), "pearson_votes_se"], ".2f"),
        "sgd-votes-high": Number(votes.max(), ".2f"),
        "sgd-spearman-low": Number(rank_low["spearman_often"], ".2f"),
        "sgd-spearman-low-se": Number(rank_low["spearman_often_se"], ".2f"),
        "sgd-spearman-low-functions": Number(rank_low["shared_often"], ".0f"),
        "sgd-spearman-high": Number(rank_high["spearman_often"], ".2f"),
        "sgd-spearman-high-se": Number(rank_high["spearman_often_se"], ".2f"),
        "sgd-spearman-high-functions": Number(rank_high["shared_often"], ".0f"),
        "sgd-same-top": Number(five["same_top"].sum(), "words"),
        "sgd-cases": Number(len(five), "words"),
        "sgd-often": Number(inputs.OFTEN, "words"),
        "sgd-mass-low": Number(five["sgd_mass_shared"].min(), ".0%"),
        "bayes-mass-high": Number(five["bayes_mass_shared"].max(), ".0%"),
        "rate-low-error": Number(rates[min(inputs.LEARNING_RATES)], ".0%"),
        "rate-shown-error": Number(rates[inputs.LEARNING_RATE], ".0%"),
        "rate-high-error": Number(rates[max(inputs.LEARNING_RATES)], ".0%"),
        "rate-published-error": Number(published.set_index("complexity_low")["error"][0], ".0%"),
        "parity-ten-64": Number(neighbours["error"], ".0%"),
        "parity-ten-64-error": Number(neighbours["error_se"], ".1%"),
        "parity-ordered-64": Number(deep["ordered"], ".0%"),
        "parity-error-64": Number(curves["parity", m], ".0%"),
        "parity-error-112": Number(curves["parity", 112], ".0%"),
    }


def _digits() -> dict[str, Number]:
    results = load_result("occam-digits")
    by_rate = {rate: digits.by_learner(results, rate).set_index(["learner", "noise"]) for rate in inputs.LEARNING_RATES}
    slow, fast = by_rate[min(by_rate)], by_rate[max(by_rate)]
    at, noisy = slow["error"], results["noise"].max()
    seeds = slow["seeds"].xs(0.0, level="noise")
    return {
        "digits-images": Number(facts.load("occam")["digits-images"].value, ",.0f"),
        "digits-pixels": Number(digits.PIXELS, ".0f"),
        "digits-seeds": Number(seeds["ordered"], ".0f"),
        "digits-seeds-chaotic": Number(seeds["chaotic"], ".0f"),
        "digits-ordered-clean": Number(at["ordered", 0.0], ".1%"),
        "digits-ordered-clean-error": Number(slow.loc[("ordered", 0.0), "error_se"], ".1%"),
        "digits-ordered-clean-fast": Number(fast.loc[("ordered", 0.0), "error"], ".1%"),
        "digits-mild-clean": Number(at["mildly chaotic", 0.0], ".1%"),
        "digits-mild-clean-fast": Number(fast.loc[("mildly chaotic", 0.0), "error"], ".1%"),
        "digits-chaotic-clean": Number(at["chaotic", 0.0], ".0%"),
        "digits-chaotic-clean-shown": Number(by_rate[inputs.LEARNING_RATE].loc[("chaotic", 0.0), "error"], ".0%"),
        "digits-majority": Number(at["majority guess", 0.0], ".0%"),
        "digits-knn-clean": Number(at["nearest neighbour", 0.0], ".1%"),
        "digits-logistic-clean": Number(at["logistic regression", 0.0], ".1%"),
        "digits-ten-noisy": Number(at["ten nearest neighbours", noisy], ".0%"),
        "digits-logistic-noisy": Number(at["logistic regression", noisy], ".0%"),
        "digits-noise-high": Number(noisy, ".0%"),
        "digits-ordered-noisy": Number(at["ordered", noisy], ".1%"),
        "digits-ordered-noisy-error": Number(slow.loc[("ordered", noisy), "error_se"], ".1%"),
        "digits-mild-noisy": Number(at["mildly chaotic", noisy], ".1%"),
        "digits-ordered-noisy-fast": Number(fast.loc[("ordered", noisy), "error"], ".1%"),
        "digits-mild-noisy-fast": Number(fast.loc[("mildly chaotic", noisy), "error"], ".1%"),
        "digits-mild-noisy-error": Number(fast.loc[("mildly chaotic", noisy), "error_se"], ".1%"),
    }
