"""Every number that the Occam chapter prints in its sentences."""

from __future__ import annotations

import numpy as np

from analysis.kit import facts
from analysis.kit.numbers import Number
from analysis.occam import mean_field, pac_bayes
from analysis.occam.bayes import no_free_lunch
from analysis.occam.boolean import named_functions, number_of_functions, ones
from analysis.occam.chapter import study
from analysis.occam.complexity import k_lz
from analysis.occam.prior import fit_zipf, ranked, zipf_probability


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return {**_laboratory(), **_complexity(), **_prior(), **_order(), **_bayes(), **_training(), **_digits()}


def _laboratory() -> dict[str, Number]:
    return {
        "table-length": Number(128, ".0f"),
        "inputs": Number(7, ".0f"),
        "function-count": Number(float(number_of_functions(7)), "sci"),
        "width": Number(40, ".0f"),
        "balanced-low": Number(48, ".0f"),
        "balanced-high": Number(80, ".0f"),
    }


def _complexity() -> dict[str, Number]:
    f = named_functions()
    published, ours = facts.load("occam"), study.released_targets()
    differences = study.variant_differences().set_index("difference")["share"]
    result = {
        "k-and-first": Number(k_lz(f["x0 AND x1"])[0], "g"),
        "k-and-last": Number(k_lz(f["x5 AND x6"])[0], "g"),
        "k-dictator": Number(k_lz(f["dictator x0"])[0], "g"),
        "k-parity": Number(k_lz(f["parity"])[0], "g"),
        "k-step": Number(3.5, "g"),
        "variant-equal": Number(differences[0.0], ".0%"),
        "variant-21-ones": Number(ours.loc[21, "ones"], ".0f"),
        "variant-21-positions": Number(21, ".0f"),
    }
    for m in (2, 10, 21):
        result[f"variant-published-{m}"] = Number(published[f"variant-complexity-m{m}"].value, ".1f")
        result[f"variant-canonical-{m}"] = Number(ours.loc[m, "canonical"], ".1f")
    return result


def _prior() -> dict[str, Number]:
    prior, bound = study.relu_prior(), study.simplicity_bound()
    named = study.orbit_estimates().set_index("function")
    line, large = fit_zipf(prior), study.large_summary()
    top = ones(prior.functions[ranked(prior)[:100]])
    k = study.complexity_distributions().query("prior == 'random networks'").set_index("complexity")["share"]
    plateau = k[(k.index >= 35) & (k.index <= 112)]
    width = study.width_comparison().set_index(["quantity", "width"])
    pair = width.loc[("two neighbouring inputs differ", 40)]
    dictator = named.loc["dictator x0"]
    return {
        "prior-samples": Number(prior.samples, ",.0f"),
        "p-constants": Number(float(k[7.0]), ".0%"),
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
        "symmetry-images": Number(10_080, ",.0f"),
        "near-constant-top": Number(int(((top == 1) | (top == 127)).sum()), ".0f"),
        "constant-top": Number(int(((top == 0) | (top == 128)).sum()), ".0f"),
        "plateau-low": Number(plateau.min(), ".1%"),
        "plateau-high": Number(plateau.max(), ".1%"),
        "plateau-from": Number(35, ".0f"),
        "plateau-to": Number(112, ".0f"),
        "pair-near-sampled": Number(pair["value"], ".4f"),
        "pair-near-theory": Number(pair["limit"], ".4f"),
        "constant-width-gap": Number(width.loc[("the function is constant", 40), "relative"], ".0%"),
    }


def _order() -> dict[str, Number]:
    sweep = study.weight_scale_sweep().set_index("sigma_w")["mean"]
    rules = study.constants_by_bias_rule()
    return {
        "critical-zero-bias": Number(mean_field.critical_sigma_w(0.0), ".0f"),
        "critical-with-bias": Number(study.edge_of_chaos(), ".2f"),
        "mean-k-ordered": Number(sweep[1.0], ".0f"),
        "mean-k-chaotic": Number(sweep[8.0], ".0f"),
        "mean-k-uniform": Number(study.uniform_mean(), ".0f"),
        "constants-our-rule": Number(rules["standard"], ".0%"),
        "constants-script-rule": Number(rules["released"], ".1%"),
    }


def _bayes() -> dict[str, Number]:
    curve = study.pac_bayes_curve().set_index("m")
    return {
        "nfl-sd": Number(no_free_lunch(64)[1], ".4f"),
        "test-inputs": Number(64, ".0f"),
        "pac-64": Number(curve.loc[64, "bound"], ".0%"),
        "dictator-error-64": Number(curve.loc[64, "error"], ".1%"),
        "pac-unbiased-published": Number(pac_bayes.published_bound(7, 64, biased=False), ".2f"),
        "pac-unbiased-ours": Number(pac_bayes.annealed_error(2.0**-64, 64), ".2f"),
    }


def _training() -> dict[str, Number]:
    gaps = study.published_gaps()
    trees, own = (_at_bin(rows, 60) for rows in (study.tree_targets(), study.balanced_targets()))
    agreement = study.sgd_bayes_agreement()
    seven, five = agreement.loc["x0 AND x1, 16 examples"], agreement[agreement.index.str.contains("of 5 inputs")]
    rates = study.error_by_learning_rate()
    curves = study.learning_curves().set_index(["target", "m"])["error"]
    return {
        "fig1c-largest-gap": Number(float(gaps["gap"].abs().max()), ".2f"),
        "bin-low": Number(60, ".0f"),
        "bin-high": Number(90, ".0f"),
        "trees-ordered": Number(trees[1.0], ".0%"),
        "trees-chaotic": Number(trees[8.0], ".0%"),
        "balanced-ordered": Number(own[1.0], ".0%"),
        "balanced-chaotic": Number(own[8.0], ".0%"),
        "sgd-error": Number(seven["sgd_error"], ".0%"),
        "bayes-error": Number(seven["bayes_error"], ".0%"),
        "sgd-shared": Number(seven["shared"], ".0f"),
        "bayes-networks": Number(seven["bayes_networks"], ",.0f"),
        "sgd-votes": Number(seven["pearson_votes"], ".2f"),
        "sgd-spearman-low": Number(five["spearman"].min(), ".2f"),
        "sgd-spearman-high": Number(five["spearman"].max(), ".2f"),
        "sgd-mass-low": Number(five["sgd_mass_shared"].min(), ".0%"),
        "bayes-mass-high": Number(five["bayes_mass_shared"].max(), ".0%"),
        "rate-low-error": Number(rates[0.001], ".0%"),
        "rate-high-error": Number(rates[0.01], ".0%"),
        "parity-ordered-64": Number(float(study.deep_parity().set_index("network").loc["ordered", "error"]), ".0%"),
        "parity-error-64": Number(curves["parity", 64], ".0%"),
        "parity-error-112": Number(curves["parity", 112], ".0%"),
    }


def _at_bin(rows, low: float):  # type: ignore[no-untyped-def]
    return rows[rows["complexity_low"] == low].set_index("sigma_w")["error"]


def _digits() -> dict[str, Number]:
    at = study.digits().set_index(["learner", "noise"])["error"]
    noisy = float(study.digits()["noise"].max())
    return {
        "digits-images": Number(facts.load("occam")["digits-images"].value, ",.0f"),
        "digits-pixels": Number(64, ".0f"),
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
