"""The rules by which the chapter's claims are judged, as the ledger states them in words."""

from __future__ import annotations

from analysis.kit.claims import Judgement, rule
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam.boolean import random_functions
from analysis.occam.chapter import inputs
from analysis.occam.complexity import k_lz
from analysis.occam.digits import by_learner
from analysis.occam.sgd_bayes import agreement_by_case

#: Slope of the bound that counts as a preference, bits of probability a bit of complexity.
LEAST_SLOPE = 0.1
#: Correlation of the answers of trained and Bayesian networks on unseen inputs that counts as agreement.
LEAST_AGREEMENT = 0.5
#: Chaotic networks have lost the preference when their mean complexity is this share of a random function's.
LOST = 0.9
#: Error of a coin: a target that is learned worse defeats the network.
COIN = 0.5


@rule(
    "OCC-1",
    f"supported if the bound falls by at least {LEAST_SLOPE:g} bit per bit of complexity for ordered networks, trained "
    f"networks answer unseen inputs as the posterior does (correlation of at least {LEAST_AGREEMENT:g} in every case "
    f"tried), and chaotic networks keep the preference (mean complexity below {LOST:g} of a random function's); partly "
    "if only the last fails; wrong otherwise",
)
def networks_settle_on_simple_functions() -> Judgement:
    """OCC-1: the preference before training, its survival of training, and whether every network has it."""
    prior, sweep = load_result("occam-prior-relu"), load_result("occam-order-chaos").query("part == 'mean'")
    slope = float(prior.loc[prior["key"] == "bound slope", "value"].item())
    agreement = float(agreement_by_case(load_result("occam-sgd-bayes"))["pearson_votes"].min())
    uniform = k_lz(random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)).mean()
    chaotic = sweep.set_index("sigma_w").loc[inputs.CHAOTIC, "value"] / uniform
    numbers = {
        "slope": Number(slope, ".2f"),
        "agreement": Number(agreement, ".2f"),
        "chaotic": Number(chaotic, ".0%"),
    }
    prefers, kept, always = slope >= LEAST_SLOPE, agreement >= LEAST_AGREEMENT, chaotic < LOST
    verdict = "supported" if prefers and kept and always else "partly" if prefers and kept else "wrong"
    prefer, keeps = ("prefer" if prefers else "do not prefer"), ("keeps" if kept else "does not keep")
    because = (
        f"Random networks {prefer} simple functions (the bound falls by {{slope}} bits a bit) and training "
        f"{keeps} the preference (its answers on unseen inputs correlate with those of Bayes' rule by "
        "{agreement} or more); but it depends on how the weights are scaled: chaotic networks compute "
        "functions with {chaotic} of the complexity of random ones."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "OCC-2",
    "supported if ordered networks beat chaotic ones and the majority class on balanced structured "
    "functions and on real digits, at every level of label noise tried, and no structured target defeats "
    "them; partly if they beat them but a structured target (parity) is learned worse than by chance (error above "
    f"{COIN:g}); wrong otherwise",
)
def simple_models_generalise_better() -> Judgement:
    """OCC-2: ordered against chaotic networks and the majority guess, on structured functions and on real digits."""
    errors = load_result("occam-generalisation").query("learning_rate == @inputs.LEARNING_RATE")
    trees = errors[errors["ensemble"] == "trees"].pivot(index="complexity_low", columns="sigma_w", values="error")
    majority = errors[errors["ensemble"] == "trees"].groupby("complexity_low")["majority_error"].mean()
    digits = by_learner(load_result("occam-digits")).pivot(index="noise", columns="learner", values="error")
    curves = load_result("occam-learning-curves").query("network == @inputs.NETWORKS.name")
    parity = curves.set_index(["target", "m"])["error"]["parity", inputs.EXAMPLES]
    ordered, chaotic = trees[inputs.ORDERED], trees[inputs.CHAOTIC]
    on_functions = bool((ordered < chaotic).all() and (ordered < majority).all())
    on_digits = bool((digits["ordered"] < digits[["chaotic", "majority guess"]].min(axis=1)).all())
    defeated = bool(parity > COIN)
    numbers = {
        "ordered": Number(digits.loc[0.0, "ordered"], ".1%"),
        "chaotic": Number(digits.loc[0.0, "chaotic"], ".1%"),
        "parity": Number(parity, ".0%"),
    }
    both = on_functions and on_digits
    verdict = "supported" if both and not defeated else "partly" if both else "wrong"
    because = (
        f"Ordered networks {'beat' if both else 'do not always beat'} chaotic ones and a constant guess on balanced "
        "decision trees and on digits (test error {ordered} against {chaotic} with clean "
        f"labels); but parity, which one sentence describes, is learned {'worse' if defeated else 'no worse'} "
        "than by a coin ({parity} wrong), "
        "and two small tasks are not the real world."
    )
    return Judgement(verdict, because, numbers)
