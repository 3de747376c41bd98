"""Every number that the Occam chapter prints in its sentences."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam import digits, generalisation, mean_field, pac_bayes, rivals, sgd_bayes
from analysis.occam.bayes import marginal_likelihoods
from analysis.occam.boolean import (
    MAX_INPUTS,
    named_functions,
    number_of_functions,
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
    share_of_constants,
    zipf_probability,
)


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return {**_laboratory(), **_complexity(), **_prior(), **_order(), **_bayes(), **_training(), **_digits()}


def _laboratory() -> dict[str, Number]:
    fewest, most = generalisation.balanced_ones()
    return {
        "table-length": Number(
            2**MAX_INPUTS, ".0f", how="Answers in a truth table: two to the power of the number of input bits"
        ),
        "inputs": Number(MAX_INPUTS, "words", how="Input bits of the laboratory's functions: chosen as in the papers"),
        "function-count": Number(
            float(number_of_functions()),
            "sci",
            how="Boolean functions there are: two to the power of the length of a truth table",
        ),
        "width": Number(
            inputs.NETWORKS.widths[0],
            ".0f",
            how="Units of a hidden layer: chosen for the laboratory's network, as in the papers",
        ),
        "balanced-low": Number(
            fewest, ".0f", how="Fewest ones of a balanced function: three eighths of the truth table, chosen"
        ),
        "balanced-high": Number(
            most, ".0f", how="Most ones of a balanced function: five eighths of the truth table, chosen"
        ),
    }


def _complexity() -> dict[str, Number]:
    last = inputs.RELEASED_POSITIONS[-1]
    published, ours = facts.load("occam"), released_targets(inputs.RELEASED_POSITIONS)
    uniform = random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)
    differences = variant_differences(uniform[: inputs.COUNTED_TWICE]).set_index("difference")["share"]
    result = {
        "k-step": Number(
            np.log2(2**MAX_INPUTS) / 2,
            "g",
            how="Step of the complexity: half the binary logarithm of the truth table's length, as one more word in "
            "one direction adds",
        ),
        "variant-equal": Number(
            differences[0.0],
            ".0%",
            how="Random functions counted alike: share, among functions drawn uniformly, with the same complexity "
            "by the released code and by the definition",
        ),
        "variant-21-ones": Number(
            ours.loc[last, "ones"],
            ".0f",
            how="Ones of the last released target: different positions that the script's generator draws for it, "
            "counted",
        ),
    }
    for m in inputs.RELEASED_POSITIONS:
        result[f"variant-positions-{m}"] = Number(
            m, ".0f", how="Positions drawn for a released target: as the script asks for, with replacement"
        )
        result[f"variant-second-{m}"] = Number(
            ours.loc[m, "variant"],
            ".1f",
            how="Complexity of a released target by the second count: words as the released loop counts them, for the "
            "target that the released script's generator draws, in bits",
        )
        result[f"variant-published-{m}"] = Number(published[f"variant-complexity-m{m}"].value, ".1f")
        result[f"variant-canonical-{m}"] = Number(
            ours.loc[m, "canonical"],
            ".1f",
            how="Complexity of a released target: by the definition, for the target that the released script's "
            "generator draws, in bits",
        )
    return result


def _prior() -> dict[str, Number]:
    prior = prior_over_functions(inputs.NETWORKS, inputs.PRIOR_SAMPLES, inputs.SEED)
    line = fit_zipf(prior)
    large, huge = (prior_summary(load_result(name)) for name in ("occam-prior-relu", "occam-prior-relu-large"))
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
    x0 = named_functions()["dictator x0"]
    dictator = orbit_estimates(prior, {"dictator x0": x0}).iloc[0]
    alike = k.loc[k_lz(x0)[0], "max_probability"]
    descending = np.cumsum(np.sort(prior.counts)[::-1])
    least_apart = (
        "Least chance among other neighbours: arc cosine of the outputs' correlation over pi, least over pairs "
        "one bit apart, without the all-zero input"
    )
    most_apart = (
        "Largest chance among other neighbours: arc cosine of the outputs' correlation over pi, largest over "
        "pairs one bit apart, without the all-zero input"
    )
    return {
        "sigma-w": Number(
            inputs.NETWORKS.sigma_w, "g", how="Weight scale of the laboratory's network: chosen, as in the papers"
        ),
        "sigma-b": Number(
            inputs.NETWORKS.sigma_b, "g", how="Bias scale of the laboratory's network: chosen, as in the papers"
        ),
        "half-functions": Number(
            int(np.searchsorted(descending, prior.samples / 2)) + 1,
            ",.0f",
            how="Functions that take half of the draws: the fewest, most frequent first, whose counts add up to half "
            "of the sample of the build",
        ),
        "met-once": Number(
            int((prior.counts == 1).sum()),
            ",.0f",
            how="Functions met once: those that one network of the sample of the build computes, counted",
        ),
        "small-samples": Number(
            prior.samples / 1e6, ".0f", " million", how="Networks of the build: chosen for the sample of the book"
        ),
        "large-samples": Number(
            large["samples"] / 1e6,
            ".0f",
            " million",
            how="Networks of the stored sample: drawn in the stored experiment, counted",
        ),
        "p-constants": Number(
            float(k["share"].iloc[0]),
            ".0%",
            how="Share of the two constants: random networks that compute a function of the lowest complexity, over "
            "all drawn",
        ),
        "zipf-slope": Number(
            line.slope,
            ".2f",
            how="Slope of the frequencies: line through the logarithm of frequency over that of rank, least "
            "squares, over functions met often enough, the foremost ranks left out, in the sample of the build",
        ),
        "zipf-intercept": Number(
            line.intercept,
            ".2f",
            how="Height of the frequencies: logarithm of frequency at the first rank, by the same line as the "
            "slope, in the sample of the build",
        ),
        "zipf-slope-large": Number(
            large["zipf slope"],
            ".2f",
            how="Slope of the frequencies, stored sample: line through the logarithm of frequency over that of "
            "rank, least squares, over functions met often enough, the foremost ranks left out, in the stored "
            "sample",
        ),
        "zipf-intercept-large": Number(
            large["zipf intercept"],
            ".2f",
            how="Height of the frequencies, stored sample: logarithm of frequency at the first rank, by the same "
            "line as the slope, in the stored sample",
        ),
        "zipf-slope-law": Number(facts.load("occam")["zipf-exponent"].value, ".0f"),
        "zipf-intercept-law": Number(
            float(np.log10(zipf_probability(1))),
            ".2f",
            how="Height of Zipf's law: decimal logarithm of the frequency that the papers' formula gives to the "
            "first rank",
        ),
        "huge-samples": Number(
            huge["samples"] / 1e6,
            ",.0f",
            " million",
            how="Networks of the largest sample: drawn in the stored experiment, counted",
        ),
        "huge-held": Number(
            huge["functions kept"],
            ",.0f",
            how="Functions that the counter keeps: different functions in its table at the end of the largest sample",
        ),
        "huge-not-held": Number(
            huge["networks not held"] / huge["samples"],
            ".0%",
            how="Networks that no kept function counts: networks drawn less those counted in the table, over all drawn",
        ),
        "huge-undercount": Number(
            huge["undercount bound"],
            "words",
            " times",
            how="Most that a count can miss: the counter's own bound on networks of one function that it dropped",
        ),
        "zipf-slope-huge": Number(
            huge["zipf slope"],
            ".2f",
            how="Slope of the frequencies, largest sample: line through the logarithm of frequency over that of "
            "rank, least squares, over functions met often enough, the foremost ranks left out, in the largest "
            "stored sample",
        ),
        "zipf-intercept-huge": Number(
            huge["zipf intercept"],
            ".2f",
            how="Height of the frequencies, largest sample: logarithm of frequency at the first rank, by the same "
            "line as the slope, in the largest stored sample",
        ),
        "bound-slope-huge": Number(
            huge["bound slope"],
            ".2f",
            how="Slope of the bound, largest sample: line through the binary logarithm of the top frequency at each "
            "complexity, its sign turned, over functions met often enough in the largest stored sample",
        ),
        "bound-slope": Number(
            bound.a,
            ".2f",
            how="Slope of the simplicity bound: line through the binary logarithm of the top frequency at each "
            "complexity, its sign turned, over functions met often enough in the sample of the build",
        ),
        "bound-slope-large": Number(
            large["bound slope"],
            ".2f",
            how="Slope of the bound, stored sample: line through the binary logarithm of the top frequency at each "
            "complexity, its sign turned, over functions met often enough in the stored sample",
        ),
        "p-dictator": Number(
            1e6 * dictator["orbit"],
            ".1f",
            how="Networks of a million that compute the dictator: share of random networks that compute any of its "
            "images by symmetry, over the number of images, times a million",
        ),
        "p-dictator-error": Number(
            1e6 * dictator["orbit_error"],
            ".1f",
            how="Error of the dictator's networks of a million: binomial standard error of the share of all its "
            "images, over their number, times a million",
        ),
        "dictator-images": Number(
            dictator["images"],
            ".0f",
            how="Images of the dictator: different functions that renaming inputs and flipping the answer make of "
            "it, counted",
        ),
        "dictator-rarer": Number(
            alike / dictator["orbit"],
            ".0f",
            how="How much rarer the dictator is: frequency of the most frequent function of its complexity over the "
            "dictator's probability",
        ),
        "symmetry-images": Number(
            2 * math.factorial(MAX_INPUTS),
            ",.0f",
            how="Renamings and flips: orders of the inputs, a factorial, times two for the answer as it is and flipped",
        ),
        "plateau-low": Number(
            plateau.min(),
            ".1%",
            how="Least share on the plateau: random networks at one complexity over all drawn, least of all "
            f"complexities from {inputs.PLATEAU[0]:.0f} to {inputs.PLATEAU[1]:.0f} bits",
        ),
        "plateau-high": Number(
            plateau.max(),
            ".1%",
            how="Largest share on the plateau: random networks at one complexity over all drawn, largest of all "
            f"complexities from {inputs.PLATEAU[0]:.0f} to {inputs.PLATEAU[1]:.0f} bits",
        ),
        "plateau-from": Number(
            inputs.PLATEAU[0],
            ".0f",
            how="Start of the plateau: complexity in bits, chosen where the shares become alike",
        ),
        "plateau-to": Number(
            inputs.PLATEAU[1],
            ".0f",
            how="End of the plateau: complexity in bits, chosen where the shares stop being alike",
        ),
        "pair-near-sampled": Number(
            pair["value"],
            ".4f",
            how="Neighbouring inputs answered differently, sampled: random networks of the laboratory's width that "
            "answer the first two inputs differently, over all drawn",
        ),
        "pair-near-theory": Number(
            pair["limit"],
            ".4f",
            how="Neighbouring inputs answered differently, infinite width: arc cosine of the correlation of the "
            "outputs at the first two inputs, over pi",
        ),
        "pair-other-low": Number(float(neighbours.min()), ".3f", how=least_apart),
        "pair-other-high": Number(float(neighbours.max()), ".3f", how=most_apart),
        "constant-width-gap": Number(
            width.loc[("the function is constant", at), "relative"],
            ".0%",
            how="Excess of constants at finite width: share of constant networks of the laboratory's width over "
            "that in the limit, less one",
        ),
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
    deep = "ten tanh layers"
    return {
        "sigma-b-deep": Number(
            inputs.DEEP_NETWORKS.sigma_b, "g", how="Bias scale of the deep networks: chosen, as in the papers"
        ),
        "critical-zero-bias": Number(
            mean_field.critical_sigma_w(0.0),
            ".0f",
            how="Edge of chaos without biases: weight scale at which the slope of the correlation map at perfect "
            "correlation is one",
        ),
        "critical-with-bias": Number(
            mean_field.critical_sigma_w(inputs.DEEP_NETWORKS.sigma_b),
            ".2f",
            how="Edge of chaos with our biases: weight scale at which the slope of the correlation map at perfect "
            "correlation is one",
        ),
        "mean-k-ordered": Number(
            sweep[deep, inputs.ORDERED],
            ".0f",
            how="Mean complexity, deep and ordered: mean over the stored sweep's random networks of ten tanh layers "
            "at the ordered weight scale, in bits",
        ),
        "mean-k-chaotic": Number(
            sweep[deep, inputs.CHAOTIC],
            ".0f",
            how="Mean complexity, deep and chaotic: mean over the stored sweep's random networks of ten tanh layers "
            "at the chaotic weight scale, in bits",
        ),
        "mean-k-uniform": Number(
            uniform, ".0f", how="Mean complexity of random functions: mean over functions drawn uniformly, in bits"
        ),
        "sigma-b-name": Number(published["released-sigma-b-name"].value, "g"),
        "sigma-b-default": Number(published["released-sigma-b-default"].value, "g"),
        "constants-our-rule": Number(
            own,
            ".0%",
            how="Share of constants, our biases: ordered networks of ten tanh layers that give one answer to all "
            "inputs, over all drawn",
        ),
        "constants-script-rule": Number(
            constant["name"],
            ".1%",
            how="Share of constants, the script's biases: networks drawn by the released rule, at the bias scale in "
            "the file's name, that are constant",
        ),
        "constants-script-default": Number(
            constant["default"],
            ".1%",
            how="Share of constants, the script's default: networks drawn by the released rule, at its default bias "
            "scale, that are constant",
        ),
        "constants-published": Number(published["released-constants-sigma1"].value, ".1%"),
        "mean-k-script-default": Number(
            mean_complexity(released["default"])[0],
            ".1f",
            how="Mean complexity, the script's default: mean over networks drawn by the released rule at its "
            "default bias scale, in bits",
        ),
        "mean-k-script-error": Number(
            mean_complexity(released["default"])[1],
            ".1f",
            how="Standard error of the script's mean complexity: standard deviation of the complexities over the "
            "root of the number of networks",
        ),
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
        "examples": Number(
            m, ".0f", how="Training examples: answers that a learner sees before it is asked for the others"
        ),
        "pac-64": Number(
            promised["bound"],
            ".0%",
            how="Error that the bound promises: PAC-Bayes bound from the share of drawn functions that fit the "
            "examples, mean over training sets",
        ),
        "pac-error-64": Number(
            promised["error"],
            ".1%",
            how="Error of the learner it speaks of: inputs that drawn functions fitting the examples get wrong, "
            "over all inputs, mean over training sets",
        ),
        "dictator-error-64": Number(
            _learning_curves()[inputs.BOUNDED, m],
            ".1%",
            how="Error of trained networks, dictator: share of unseen inputs wrong, mean over the laboratory's "
            "networks that fit their examples",
        ),
        "pac-unbiased-published": Number(
            pac_bayes.published_bound(MAX_INPUTS, m, biased=False),
            ".2f",
            how="Bound as the script draws it: one less two to the power of minus the truth table's length over the "
            "number of examples",
        ),
        "pac-unbiased-ours": Number(
            pac_bayes.annealed_error(2.0**-m, m),
            ".2f",
            how="Bound with the right probability: one less the chance that coins answer all examples, to the power "
            "of one over their number",
        ),
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
    tree = trees.set_index("learner").loc["decision tree"]
    fast = every.query("ensemble == 'trees' and sigma_w == @inputs.ORDERED").set_index("learning_rate")
    unfitted = fast.loc[max(inputs.LEARNING_RATES), ["networks", "unfinished"]].sum()
    simplest = every.query("ensemble == 'imbalanced' and sigma_w == @inputs.CHAOTIC and complexity_low == 0")
    rates = simplest.set_index("learning_rate")["error"]
    published = generalisation.published_errors(facts.load("occam")).query("sigma_w == @inputs.CHAOTIC")
    agreement = sgd_bayes.agreement_by_case(load_result("occam-sgd-bayes"))
    five = agreement[agreement.index.str.contains("of 5 inputs")]
    votes = agreement["pearson_votes"]
    apart = (agreement["sgd_error"] - agreement["bayes_error"]).abs()
    spread = agreement.loc[apart.idxmax()]
    curves, m = _learning_curves(), inputs.EXAMPLES
    truth = unpack(named_functions()["parity"])[0]
    neighbours = rivals.errors_on_target(truth, m, inputs.SEED, inputs.RIVAL_SETS).loc["ten nearest neighbours"]
    shown = "Bin of complexity shown: its ends in bits, one of the bins of the published figure"
    return {
        "fig1c-largest-gap": Number(
            float(gaps["gap"].abs().max()),
            ".2f",
            how="Largest gap to the published figure: our mean error less theirs, without sign, the largest over "
            "weight scales and bins of complexity",
        ),
        "bin-low": Number(low, ".0f", how=shown),
        "bin-high": Number(high, ".0f", how=shown),
        "trees-ordered": Number(
            at.loc[("trees", inputs.ORDERED), "error"],
            ".0%",
            how="Error on trees, ordered: share of unseen inputs wrong, mean over ordered networks that fit their "
            "examples, on tree targets of the shown complexity, at the shown rate",
        ),
        "trees-ordered-error": Number(
            at.loc[("trees", inputs.ORDERED), "error_se"],
            ".1%",
            how="Standard error on trees, ordered networks: of the mean error over the networks that fit their "
            "examples",
        ),
        "trees-unfitted": Number(
            unfitted["unfinished"] / unfitted.sum(),
            ".0%",
            how="Ordered networks that do not fit: those with training errors left at the fastest rate, over all "
            "trained on trees at it",
        ),
        "trees-tree": Number(
            tree["error"],
            ".0%",
            how="Error on trees, a decision tree: share of unseen inputs wrong, mean over tree targets of the shown "
            "complexity",
        ),
        "rate-slow": Number(
            min(inputs.LEARNING_RATES), "g", how="Slowest learning rate: the least of those tried, chosen"
        ),
        "rate-shown": Number(
            inputs.LEARNING_RATE,
            "g",
            how="Learning rate of the pictures: chosen, as its errors are nearest to the published ones",
        ),
        "rate-fast": Number(
            max(inputs.LEARNING_RATES), "g", how="Fastest learning rate: the largest of those tried, chosen"
        ),
        "sgd-bayes-apart": Number(
            100 * float(apart.max()),
            ".0f",
            " points",
            how="Largest difference of mean errors: trained less accepted networks' share of unseen inputs wrong, "
            "without sign, largest of all cases, in points",
        ),
        "sgd-bayes-apart-sigma": Number(
            float(apart.max() / np.hypot(spread["sgd_error_se"], spread["bayes_error_se"])),
            ".0f",
            how="Largest difference, in standard errors: difference of the two mean errors over the root of the sum "
            "of their squared standard errors",
        ),
        "sgd-votes-low": Number(
            votes.min(),
            ".2f",
            how="Lowest agreement in answers: correlation over unseen inputs of the shares of trained and of "
            "accepted networks that answer one, lowest case",
        ),
        "sgd-votes-low-se": Number(
            agreement.loc[votes.idxmin(), "pearson_votes_se"],
            ".2f",
            how="Error of the lowest agreement: standard error of a correlation of independent pairs, as many as "
            "inputs on which not all networks agree",
        ),
        "sgd-often": Number(
            inputs.OFTEN,
            "words",
            how="Often enough to be ranked: times that each side must have met a function, chosen",
        ),
        "sgd-mass-low": Number(
            five["sgd_mass_shared"].min(),
            ".0%",
            how="Least share of training in common: trained networks whose function both sides found, over all that "
            "fit, lowest case of fewer inputs",
        ),
        "bayes-mass-high": Number(
            five["bayes_mass_shared"].max(),
            ".0%",
            how="Largest share of Bayes in common: accepted networks whose function both sides found, over all "
            "accepted, highest case of fewer inputs",
        ),
        "rate-low-error": Number(
            rates[min(inputs.LEARNING_RATES)],
            ".0%",
            how="Error on simplest targets, slow: share of unseen inputs wrong, mean over chaotic networks that fit "
            "their examples, on targets of the lowest complexities, at the slowest rate",
        ),
        "rate-shown-error": Number(
            rates[inputs.LEARNING_RATE],
            ".0%",
            how="Error on simplest targets, shown rate: share of unseen inputs wrong, mean over chaotic networks "
            "that fit their examples, on targets of the lowest complexities, at the shown rate",
        ),
        "rate-high-error": Number(
            rates[max(inputs.LEARNING_RATES)],
            ".0%",
            how="Error on simplest targets, fast: share of unseen inputs wrong, mean over chaotic networks that fit "
            "their examples, on targets of the lowest complexities, at the fastest rate",
        ),
        "rate-published-error": Number(published.set_index("complexity_low")["error"][0], ".0%"),
        "parity-ten-64": Number(
            neighbours["error"],
            ".0%",
            how="Error of ten nearest neighbours, parity: share of unseen inputs wrong, mean over random training sets",
        ),
        "parity-ten-64-error": Number(
            neighbours["error_se"],
            ".1%",
            how="Standard error of ten neighbours, parity: of their mean error over the training sets",
        ),
        "parity-error-64": Number(
            curves["parity", m],
            ".0%",
            how="Error on parity, half the table seen: share of unseen inputs wrong, mean over the laboratory's "
            "networks that fit their examples",
        ),
    }


def _digits() -> dict[str, Number]:
    results = load_result("occam-digits")
    slow = digits.by_learner(results, min(inputs.LEARNING_RATES)).set_index(["learner", "noise"])
    at, noisy = slow["error"], results["noise"].max()
    return {
        "digits-images": Number(facts.load("occam")["digits-images"].value, ",.0f"),
        "digits-pixels": Number(digits.PIXELS, ".0f", how="Pixels of a scanned digit: rows times columns of the image"),
        "digits-ordered-clean": Number(
            at["ordered", 0.0],
            ".1%",
            how="Test error of ordered networks, clean labels: share of test images wrong, mean over random splits, "
            "with clean labels, at the slowest rate",
        ),
        "digits-ordered-clean-error": Number(
            slow.loc[("ordered", 0.0), "error_se"],
            ".1%",
            how="Standard error, ordered networks, clean labels: of the mean test error over the random splits",
        ),
        "digits-knn-clean": Number(
            at["nearest neighbour", 0.0],
            ".1%",
            how="Test error of the nearest neighbour, clean: share of test images wrong, mean over random splits, "
            "with clean labels",
        ),
        "digits-ten-noisy": Number(
            at["ten nearest neighbours", noisy],
            ".0%",
            how="Test error of ten neighbours, wrong labels: share of test images wrong, mean over random splits, "
            "with wrong labels among the training ones",
        ),
        "digits-noise-high": Number(
            noisy, ".0%", how="Share of wrong training labels: the highest of those tried, chosen"
        ),
        "digits-ordered-noisy": Number(
            at["ordered", noisy],
            ".1%",
            how="Test error of ordered networks, wrong labels: share of test images wrong, mean over random splits, "
            "with wrong labels among the training ones, at the slowest rate",
        ),
        "digits-ordered-noisy-error": Number(
            slow.loc[("ordered", noisy), "error_se"],
            ".1%",
            how="Standard error, ordered networks, wrong labels: of the mean test error over the random splits, at "
            "the slowest rate",
        ),
    }
