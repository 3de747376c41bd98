"""Published figures on Occam's razor that contradict their own definition, their data or arithmetic."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number
from analysis.occam import pac_bayes
from analysis.occam.boolean import MAX_INPUTS
from analysis.occam.chapter import inputs
from analysis.occam.complexity import released_targets
from analysis.occam.prior import prior_over_functions


@erratum("occam-lz-early-end")
def complexities_of_a_loop_that_ends_early() -> Erratum:
    """The complexities printed beside the targets of Figures 1d to 1f, against the definition."""
    positions = inputs.RELEASED_POSITIONS[1]
    printed = facts.load("occam")[f"variant-complexity-m{positions}"].value
    ours = released_targets(inputs.RELEASED_POSITIONS).loc[positions]
    step = MAX_INPUTS / 2
    return Erratum(
        title="Complexities by a count that stops one symbol early",
        source="mingard2024code",
        locator="Plot1/Plot1def.py, list kc_1, second target",
        claim="The target with {positions} ones has {printed}.",
        finding="The definition gives {recomputed}. The loop of the script's own count ends before the last word is "
        "counted; that count gives the printed figure for each of the three targets, so nothing else can be the cause.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, ours["canonical"], step) and bool(ours["variant"] == printed),
        numbers={
            "positions": Number(
                positions,
                ".0f",
                how="Positions of the second target: those that the script draws for its ones, with replacement",
            ),
            "printed": Number(printed, ".1f", " bits"),
            "recomputed": Number(
                ours["canonical"],
                ".1f",
                " bits",
                how="Complexity of the second target: Lempel-Ziv complexity of the target that the "
                "script's seed gives, by the definition",
            ),
        },
    )


@erratum("occam-positions-with-replacement")
def ones_that_were_drawn_twice() -> Erratum:
    """The number of ones of the third target of Figures 1d to 1f."""
    printed = facts.load("occam")["released-positions-f"].value
    ones = released_targets([int(printed)])["ones"].iloc[0]
    return Erratum(
        title="A target with fewer ones than meant",
        source="mingard2024code",
        locator="Plot1/Plot1def.py, function set_target and list m1, third target",
        claim="The target of Figure 1f has {printed} ones.",
        finding="It has {recomputed}: the script draws positions with replacement, and with its own seed one is "
        "drawn again.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, ones, 1),
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(
                ones,
                ".0f",
                how="Ones of the third target: those that are left when the script draws its positions "
                "with its own seed, counted",
            ),
        },
    )


@erratum("occam-bias-scale-of-the-data")
def bias_scale_of_the_ordered_prior() -> Erratum:
    """The bias scale in the name of the ordered prior's file, against the one that gives its data."""
    fact = facts.load("occam")
    named, default = (fact[f"released-sigma-b-{which}"].value for which in ("name", "default"))
    data = fact["released-constants-sigma1"].value
    shares, errors = {}, {}
    for scale in (named, default):
        prior = prior_over_functions(inputs.released_networks(scale), inputs.RULE_SAMPLES, inputs.SEED)
        shares[scale] = float(prior.ones_samples[[0, 2**MAX_INPUTS]].sum() / prior.samples)
        errors[scale] = (shares[scale] * (1 - shares[scale]) / prior.samples) ** 0.5
    far = {scale: abs(shares[scale] - data) / errors[scale] for scale in shares}
    return Erratum(
        title="A file named for another bias scale than its data have",
        source="mingard2024code",
        locator="Plot1/data/data1gh/10_1.0_0.1_7_tanh_kc.txt and Plot1/data/sample_1abgh.py, argument -sb",
        claim="The file says by its name that biases were drawn with the scale {printed}; constants are {data} of its "
        "draws.",
        finding="The released sampler gives {at_named} with that scale and {at_default} with {recomputed}, which is "
        "its default and stands in the name that the plotting script asks for. We take it that the released sampler "
        "drew the data.",
        correction="{printed} to {recomputed} in the file's name",
        sure="likely",
        holds=bool(far[named] > 10 and far[default] < 3),
        numbers={
            "printed": Number(
                named, "g", how="Bias scale in the file's name: the spread of the drawn biases that it says"
            ),
            "recomputed": Number(
                default,
                "g",
                how="Bias scale that gives the data: the default of the released sampler, whose constants "
                "agree with the file's",
            ),
            "data": Number(data, ".1%"),
            "at_named": Number(
                shares[named],
                ".1%",
                how="Constants with the scale in the name: share of constant functions among networks "
                "that we drew as the released sampler does",
            ),
            "at_default": Number(
                shares[default],
                ".1%",
                how="Constants with the default scale: share of constant functions among networks that we "
                "drew as the released sampler does",
            ),
        },
    )


@erratum("occam-bound-of-the-unbiased-learner")
def bound_of_the_unbiased_learner() -> Erratum:
    """The dotted line of the unbiased learner in Figure 1c."""
    printed, m = facts.load("occam")["pac-bayes-unbiased"].value, inputs.EXAMPLES
    ours = pac_bayes.annealed_error(2.0**-m, m)
    return Erratum(
        title="A bound with the probability of one function in place of all that fit",
        source="mingard2024code",
        locator="Plot1/Plot1c.py, last dotted line",
        claim="A learner without preference is promised an error of at most {printed} after {m} examples.",
        finding="The script puts the probability of the one target function where the formula has that of all "
        "functions that fit the examples. That is higher, and the same formula gives {recomputed}, the error of a "
        "coin.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, ours, 0.01)
        and bool(printed == pac_bayes.published_bound(MAX_INPUTS, m, biased=False)),
        numbers={
            "printed": Number(printed, ".2f"),
            "recomputed": Number(
                ours,
                ".2f",
                how="Error promised by the formula, recomputed: one less the probability of all functions "
                "that fit the examples to the power of one over their number",
            ),
            "m": Number(m, ".0f", how="Training examples: those of the script's learners, as in the chapter's"),
        },
    )
