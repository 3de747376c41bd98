"""The rules by which the chapter's claims are judged, as the ledger states them in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.kit.claims import Judgement, rule
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam.boolean import random_functions
from analysis.occam.chapter import inputs
from analysis.occam.chapter.experiments_of_sampling import prior_summary
from analysis.occam.complexity import k_lz
from analysis.occam.digits import by_learner
from analysis.occam.generalisation import PHASES
from analysis.occam.rivals import RIVALS
from analysis.occam.sgd_bayes import agreement_by_case

#: The slope of the bound that counts as a preference, bits of probability a bit of complexity.
LEAST_SLOPE = 0.1
#: The correlation of the answers of trained and Bayesian networks on unseen inputs that counts as agreement.
LEAST_AGREEMENT = 0.5
#: The standard errors of a difference from which one learner counts as better than another.
SURE = 3.0


@rule(
    "OCC-1",
    f"supported if the bound falls by at least {LEAST_SLOPE:g} bit per bit of complexity, trained networks answer "
    f"unseen inputs as the posterior does (correlation of at least {LEAST_AGREEMENT:g} in every case tried), and "
    f"every network of the sweep keeps the preference at every weight scale tried (mean complexity below "
    f"{inputs.LOST:g} of a random function's); partly if a network of the sweep loses it; wrong if none keeps it, or "
    f"the bound or the agreement fails",
)
def networks_settle_on_simple_functions() -> Judgement:
    """OCC-1: the preference before training, its survival of training, and which networks have it at which scale."""
    prior, sweep = load_result("occam-prior-relu"), load_result("occam-order-chaos").query("part == 'mean'")
    summary = prior_summary(prior)
    slope, cases = float(summary["bound slope"]), agreement_by_case(load_result("occam-sgd-bayes"))
    least, often = cases.loc[cases["pearson_votes"].idxmin()], cases["spearman_often"].dropna()
    uniform = k_lz(random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)).mean()
    swept = sweep[sweep["network"].isin(list(inputs.SWEEP_NETWORKS))]
    shares = (swept.groupby("network", sort=False)["value"].max() / uniform).sort_values()
    lost = shares[shares >= inputs.LOST]
    prefers, kept = slope >= LEAST_SLOPE, least["pearson_votes"] >= LEAST_AGREEMENT
    verdict = "wrong" if not (prefers and kept) or len(lost) == len(shares) else "partly" if len(lost) else "supported"
    numbers = {
        "slope": Number(
            slope,
            ".2f",
            how="Slope of the simplicity bound: line through the binary logarithm of the top frequency at each "
            "complexity, its sign turned, over functions met often enough in the stored sample",
        ),
        "networks": Number(
            summary["samples"],
            ",.0f",
            how="Random networks of the stored sample: drawn in the stored experiment, counted",
        ),
        "agreement": Number(
            float(least["pearson_votes"]),
            ".2f",
            how="Lowest agreement in answers: correlation over unseen inputs of the shares of trained and of "
            "accepted networks that answer one, lowest case",
        ),
        "agreement_se": Number(
            float(least["pearson_votes_se"]),
            ".2f",
            how="Error of the lowest agreement: standard error of a correlation of independent pairs, as many as "
            "inputs on which not all networks agree",
        ),
        "ranks_low": Number(
            float(often.min()),
            ".2f",
            how="Lowest agreement in ranks: rank correlation of how often training and Bayes find the functions "
            "that both met often, lowest case",
        ),
        "ranks_high": Number(
            float(often.max()),
            ".2f",
            how="Highest agreement in ranks: rank correlation of how often training and Bayes find the functions "
            "that both met often, highest case",
        ),
        **{
            f"share_{place}": Number(
                share,
                ".0%",
                how="Complexity against a random function's: mean over random networks at the weight scale where it is "
                "largest, over the mean of functions drawn uniformly",
            )
            for place, share in enumerate(shares)
        },
    }
    told = ", ".join(
        f"{name} {'lose' if share >= inputs.LOST else 'keep'} it ({{share_{place}}})"
        for place, (name, share) in enumerate(shares.items())
    )
    prefer, keeps = ("prefer" if prefers else "do not prefer"), ("keeps" if kept else "does not keep")
    because = (
        f"Random networks {prefer} simple functions (the bound falls by {{slope}} bits a bit, measured on {{networks}} "
        f"networks) and training {keeps} it in what is answered: on unseen inputs its answers correlate with those of "
        "Bayes' rule by {agreement} ± {agreement_se} or more, though the ranks of the functions found often only by "
        "{ranks_low} to {ranks_high}. Whether the preference outlives larger weights depends on the architecture: at "
        f"the scale that suits each least, by its complexity as a share of a random function's, {told}."
    )
    return Judgement(verdict, because, numbers)


def _beats(better: pd.Series, worse: pd.Series) -> bool:
    """Whether the error of one learner is below another's by more than `SURE` standard errors of the difference."""
    return bool(worse["error"] - better["error"] > SURE * np.hypot(better["error_se"], worse["error_se"]))


def _on_trees(rate: float) -> pd.DataFrame:
    """Error of each learner on decision trees, averaged over bins of complexity; networks at one learning rate."""
    rows = load_result("occam-generalisation").query("ensemble == 'trees'")
    rows = rows[rows["learning_rate"].isna() | (rows["learning_rate"] == rate)]
    guess = rows[rows["sigma_w"] == inputs.ORDERED].assign(learner="majority guess", sigma_w=np.nan)
    guess = guess.assign(error=guess["majority_error"], error_se=guess["majority_error_se"])
    rows = pd.concat([rows, guess], ignore_index=True)
    rows["learner"] = rows["sigma_w"].map(PHASES).where(rows["sigma_w"].notna(), rows["learner"])
    squared = rows.assign(error_se=rows["error_se"] ** 2).groupby("learner")[["error", "error_se"]]
    table = squared.agg({"error": "mean", "error_se": "sum"})
    return table.assign(error_se=np.sqrt(table["error_se"]) / rows["complexity_low"].nunique())


@rule(
    "OCC-2",
    f"with better meaning by more than {SURE:g} standard errors, at every learning rate tried: supported if ordered "
    f"networks are better than mildly and strongly chaotic ones and the majority guess on balanced decision trees and "
    f"on digits at every level of label noise tried, and no rival without initial weights is better than they; partly "
    f"if that holds on trees and clean digits and against the networks and the guess only; wrong otherwise. Parity "
    f"does not count: that it defeats such networks was known beforehand",
)
def simple_models_generalise_better() -> Judgement:
    """OCC-2: ordered against chaotic networks, the majority guess and rivals, on decision trees and on real digits."""
    results = load_result("occam-digits")
    tasks = {("trees", 0.0, rate): _on_trees(rate) for rate in inputs.LEARNING_RATES}
    for rate in inputs.LEARNING_RATES:
        for noise, rows in by_learner(results, rate).groupby("noise"):
            tasks["digits", float(str(noise)), rate] = rows.set_index("learner")[["error", "error_se"]]
    rivals = [rival for rival in RIVALS if rival in results["learner"].unique()]
    lost, reversed_at, beaten = [], [], set()
    for task, rows in tasks.items():
        others = rows.drop(index=["ordered", *RIVALS], errors="ignore")
        if not all(_beats(rows.loc["ordered"], other) for _, other in others.iterrows()):
            lost.append(task)
        if _beats(rows.loc["mildly chaotic"], rows.loc["ordered"]):
            reversed_at.append(task)
        beaten |= {rival for rival in rivals if _beats(rows.loc[rival], rows.loc["ordered"])}
    clean = not any(noise == 0 for _, noise, _ in lost)
    verdict = "wrong" if not clean else "partly" if lost or beaten else "supported"
    slow, fast = (tasks["digits", 0.0, rate] for rate in (min(inputs.LEARNING_RATES), max(inputs.LEARNING_RATES)))
    noisy = tasks["digits", results["noise"].max(), max(inputs.LEARNING_RATES)]
    numbers = {
        "ordered": Number(
            slow.loc["ordered", "error"],
            ".1%",
            how="Test error of ordered networks, clean labels: share of test images wrong, mean over random splits, "
            "with clean labels, at the slowest rate",
        ),
        "ordered_se": Number(
            slow.loc["ordered", "error_se"],
            ".1%",
            how="Standard error, ordered networks, clean labels: of the mean test error over the random splits, at "
            "the slowest rate",
        ),
        "mild": Number(
            slow.loc["mildly chaotic", "error"],
            ".0%",
            how="Test error of mildly chaotic networks, clean labels: share of test images wrong, mean over random "
            "splits, with clean labels, at the slowest rate",
        ),
        "mild_fast": Number(
            fast.loc["mildly chaotic", "error"],
            ".0%",
            how="Test error of mildly chaotic networks, clean, fast: share of test images wrong, mean over random "
            "splits, with clean labels, at the fastest rate",
        ),
        "noise": Number(
            results["noise"].max(), ".0%", how="Share of wrong training labels: the highest of those tried, chosen"
        ),
        "ordered_noisy": Number(
            noisy.loc["ordered", "error"],
            ".0%",
            how="Test error of ordered networks, noisy, fast: share of test images wrong, mean over random splits, "
            "with wrong labels among the training ones, at the fastest rate",
        ),
        "mild_noisy": Number(
            noisy.loc["mildly chaotic", "error"],
            ".0%",
            how="Test error of mildly chaotic networks, noisy, fast: share of test images wrong, mean over random "
            "splits, with wrong labels among the training ones, at the fastest rate",
        ),
        "rate": Number(
            max(inputs.LEARNING_RATES), "g", how="Fastest learning rate: the largest of those tried, chosen"
        ),
    }
    named = [rival for rival in rivals if rival in beaten]
    without = f"; on some task {', '.join(named)} without initial weights do better" if named else ""
    order = "the order is lost" + (" or turned round" if reversed_at else "") if lost else "the order stays"
    because = (
        f"Ordered networks {'beat' if clean else 'do not always beat'} chaotic ones and a constant guess on balanced "
        "decision trees and on clean digits at each learning rate (errors on digits {ordered} ± {ordered_se} against "
        f"{{mild}} to {{mild_fast}} of mildly chaotic ones); with wrong labels {order} ({{ordered_noisy}} against "
        f"{{mild_noisy}} at {{noise}} wrong labels and a rate of {{rate}}){without}. Two small tasks are not the real "
        f"world."
    )
    return Judgement(verdict, because, numbers)
