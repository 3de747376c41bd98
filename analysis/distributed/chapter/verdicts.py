"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

import pandas as pd

from analysis.distributed import published
from analysis.distributed.allreduce import pairs, ring_volume
from analysis.distributed.chapter import inputs
from analysis.distributed.chapter.inputs import fact
from analysis.distributed.equal_loss import Join, mean_residual, rank_correlation
from analysis.distributed.published import QUESTIONS, TESTS, scores, share_lower
from analysis.distributed.study import transfer_residuals
from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, amount

#: How many times what a chip sends may grow and still be called the same.
SAME = 1.1
#: The share of the links' growth that counts as growing with them.
COMMENSURATE = 0.5


@rule(
    "DST-3",
    f"supported if what each chip sends grows at least {COMMENSURATE:g} times as much as the number of pairs; wrong if "
    f"it grows less than {SAME:g} times; partly otherwise",
)
def sharing_grows_with_the_links() -> Judgement:
    """DST-3: what each chip sends in a ring, for the two numbers of chips that the article names."""
    few, many = fact("economist-chips-few"), fact("economist-chips-many")
    links = pairs(many) / pairs(few)
    sent = ring_volume(1, many, 1) / ring_volume(1, few, 1)
    verdict = "wrong" if sent < SAME else "supported" if sent >= COMMENSURATE * links else "partly"
    numbers = {
        "few": Number(few, ".0f"),
        "many": Number(many, ",.0f"),
        "links": amount(links, how="Growth of the links: pairs among the many chips over pairs among the few"),
        "sent": Number(
            sent, ".2f", how="Growth of what a chip sends: by a ring all-reduce among the many over that among the few"
        ),
        "rounds": Number(
            (many - 1) / (few - 1), ",.0f", how="Growth of the rounds of a ring: chips less one, many over few"
        ),
    }
    because = (
        "From {few} chips to {many} the pairs grow {links} times; what each chip must send to share a gradient grows "
        "{sent} times, because a sum that goes round a ring does not use a link for each pair. The rounds of the ring, "
        "and with them its delays, grow {rounds} times: with the chips, not with the pairs."
    )
    return Judgement(verdict, because, numbers)


#: The share of published pairs above which models trained apart count as scoring lower.
LOWER = 0.6
#: The points that a test must be off, on average at equal loss, to count.
OFF = 1.0
#: How many of the three tests must be off to count.
TESTS_OFF = 2
#: The nats that our own networks must be off on text that they were not trained on, to count.
OFF_HERE = 0.01
#: The share of users' votes below one half down to which a model counts as liked as well.
EVEN = 0.05
#: The standard errors beyond which a mean is surely off.
SURELY = 2.0
#: Beginning of the names of facts that say what share of users' votes a model trained apart got.
IN_USE = "in-use-"


def _residuals(told: pd.DataFrame, join: Join) -> dict[str, tuple[float, float]]:
    """Mean residual at equal loss and its standard error, points, by test."""
    return {test: mean_residual(told, test, join) for test in QUESTIONS}


def _residual_numbers(found: dict[str, tuple[float, float]]) -> dict[str, Number]:
    """The mean residuals as a reason prints them."""
    return {
        name: Number(
            found[test][0],
            "+.2f",
            f" ± {found[test][1]:.2f}",
            how=f"Mean residual in {TESTS[test]}: points of the models trained apart above the data-parallel ones of "
            "the same loss, with one standard error that counts the questions",
        )
        for name, test in (("hellaswag", "hellaswag"), ("piqa", "piqa"), ("arc", "arc_easy"))
    }


@rule(
    "DST-1",
    f"open if no pair of the two kinds was published; wrong if models trained apart score lower in at most {LOWER:.0%} "
    f"of the published pairs, or if users who compared gave them fewer than {0.5 - EVEN:.0%} of the votes; supported "
    "if they score lower and users gave them as many or more; where no users compared, overstated if at equal loss "
    f"they are {OFF:.0f} point or more below on {TESTS_OFF} of three tests, or our own networks trained apart are "
    f"surely worse by more than {OFF_HERE} nats on text that they were not trained on; partly otherwise",
)
def lower_on_benchmarks_and_as_good_in_life() -> Judgement:
    """DST-1: published pairs for the first half; users' votes, or else tests at equal loss, for the second."""
    compared = published.pairs()
    if compared.empty:
        return Judgement("open", "No pair of models of the two kinds was published.")
    lower = share_lower(compared)
    numbers = {
        "lower": Number(
            lower, ".0%", how="Pairs in which the model trained apart scores lower: as a share of those published"
        ),
        "pairs": Number(len(compared), ".0f", how="Pairs of published scores: a count, one a model and test"),
    }
    first = "Of {pairs} published pairs of test scores the model trained apart has the lower one in {lower}. "
    votes = [known.value for name, known in facts.load("distributed").items() if name.startswith(IN_USE)]
    if votes:
        share = sum(votes) / len(votes)
        numbers["votes"] = Number(share, ".0%", how="Votes for models trained apart: mean of the published shares")
        verdict = "supported" if lower > LOWER and share >= 0.5 - EVEN else "wrong"
        return Judgement(verdict, f"{first}Users who compared gave it {{votes}} of their votes.", numbers)
    if lower <= LOWER:
        return Judgement("wrong", f"{first}That is not lower, and no users compared.", numbers)
    found = _residuals(scores(inputs.TOLD), inputs.JOIN)
    here = transfer_residuals(load_result("distributed-transfer")).loc["all"]
    off = sum(mean <= -OFF for mean, _ in found.values()) >= TESTS_OFF or here["low"] > OFF_HERE
    numbers |= _residual_numbers(found) | {
        "here": Number(
            here["estimate"],
            "+.3f",
            how="Loss of our networks trained apart on prose: above that of data-parallel ones of the same validation "
            "loss, mean over seeds, nats a symbol",
        ),
        "low": Number(here["low"], "+.3f", how="The same, lower end: interval of 95 % over the seeds"),
        "high": Number(here["high"], "+.3f", how="The same, upper end: interval of 95 % over the seeds"),
    }
    because = (
        f"{first}How it does in life is open: we found no comparison by users. What can be tested is whether it does "
        f"better or worse elsewhere than its loss says, and there {'it does worse' if off else 'we see neither'}: at "
        "equal loss {hellaswag}, {piqa} and {arc} points in three tests, and {here} nats ({low} to {high}) in our own "
        "networks on text that they were not trained on."
    )
    return Judgement("overstated" if off else "partly", because, numbers)


@rule(
    "DST-2",
    f"supported if at equal loss the models trained apart are off, in one of three tests, by {OFF:.0f} point or more "
    f"and by more than {SURELY:.0f} standard errors, so that loss must be read otherwise for them; opinion otherwise: "
    "nothing measured then asks for it because of training apart, and whether other reasons do is advice",
)
def metrics_need_recalibration() -> Judgement:
    """DST-2: does training apart break what loss says of test scores?"""
    told = scores(inputs.TOLD)
    found = _residuals(told, inputs.JOIN)
    off = any(abs(mean) >= max(OFF, SURELY * error) for mean, error in found.values())
    ranked = {test: rank_correlation(told, test) for test in QUESTIONS}
    worst = min(ranked, key=lambda test: ranked[test][0])
    names = ("worst", "low", "high")
    which = ("the lowest of three tests", "lower end of its interval of 95 %", "upper end of its interval of 95 %")
    numbers = {
        name: Number(value, ".2f", how=f"Rank correlation of loss and score: {said}")
        for name, value, said in zip(names, ranked[worst], which, strict=True)
    }
    numbers |= {"models": Number(len(told), ".0f", how="Published models of both kinds: rows with loss and scores")}
    numbers |= _residual_numbers(found)
    said = (
        "So loss would have to be read otherwise for them."
        if off
        else "So training apart gives no reason for it, as far as these tests tell. Whether leaked questions or bent "
        "rankings do is another question."
    )
    because = (
        "At equal loss models trained apart are {hellaswag}, {piqa} and {arc} points off in three tests. Over "
        f"{{models}} models of both kinds loss ranks the scores with a correlation of {{worst}} ({{low}} to {{high}}) "
        f"in {TESTS[worst]}, the least well ranked, which owes much to their range of sizes. {said}"
    )
    return Judgement("supported" if off else "opinion", because, numbers)
