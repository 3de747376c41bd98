"""What the scaling chapter computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call with stated sizes and seeds; the chapter, ``verify`` and the exports
share them. What a root finder or an optimiser returns is rounded, so that a picture is the same on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import significant
from analysis.scaling.allocation import (
    Allocation,
    compute_optimal_allocation,
    isoflop_curve,
    kaplan_allocation,
    optimal_budget,
)
from analysis.scaling.cost import Crossing, crossing, published_costs, published_growth
from analysis.scaling.early_stopping import simulated_runs
from analysis.scaling.fit import ScalingFit, bootstrap_scaling_law, fit_scaling_law
from analysis.scaling.inference import chinchilla_model, minimise_lifetime_compute, savings_table
from analysis.scaling.isoflop import IsoFlopBootstrap, IsoFlopFit, bootstrap_isoflop, fit_isoflop
from analysis.scaling.laws import ScalingLaw, kaplan_laws, published_law
from analysis.scaling.meek import MeekModel, frontier_of, published_metric, published_model
from analysis.scaling.precision import published_quantisation_law
from analysis.scaling.quantisation import PenaltyFit, bootstrap_penalty, fit_penalty
from analysis.scaling.reconcile import FrontierFit, local_exponent, porian_steps, simulate_kaplan
from analysis.scaling.repetition import effective_epochs, published_repetition_law

#: Laws of the Chinchilla form by the name that the figures print.
NAMES = {
    "Hoffmann, Eq. 10": "hoffmann",
    "Hoffmann, not rounded": "hoffmann-unrounded",
    "Besiroglu refit": "besiroglu",
    "Muennighoff": "muennighoff",
}
SEED = 20220329


def laws() -> dict[str, ScalingLaw]:
    """The published laws that the chapter compares, by the name that it prints."""
    return {name: published_law(key) for name, key in NAMES.items()}


def fact(identity: str) -> float:
    """The value of a published figure."""
    return facts.load("scaling")[identity].value


# --- sections 1 and 2: the laws and their optimum ---------------------------------------------------------------


@cache
def loss_by_compute() -> pd.DataFrame:
    """Best loss for budgets from 1e18 to 1e28 FLOP; columns law, compute, loss, floor (nan for Kaplan)."""
    compute = 10.0 ** np.arange(18, 28.01, 0.25)
    parts = [
        pd.DataFrame(
            {"law": "Kaplan", "compute": compute, "loss": kaplan_laws()["compute"].loss(compute), "floor": np.nan}
        )
    ]
    for name in ("Hoffmann, Eq. 10", "Besiroglu refit"):
        law = laws()[name]
        best = compute_optimal_allocation(compute, law)
        parts.append(pd.DataFrame({"law": name, "compute": compute, "loss": best.loss, "floor": law.E}))
    return significant(pd.concat(parts, ignore_index=True), 9)


@cache
def isoflop_curves() -> pd.DataFrame:
    """Loss by size at five budgets under the refit; columns compute, parameters, tokens, loss."""
    law = published_law("besiroglu")
    parts = []
    for budget in (1e19, 1e20, 1e21, 1e22, 1e24):
        best = compute_optimal_allocation(budget, law)
        curve = isoflop_curve(budget, law, best.N * 10 ** np.arange(-1.3, 1.31, 0.05))
        parts.append(pd.DataFrame({"compute": budget, "parameters": curve.N, "tokens": curve.D, "loss": curve.loss}))
    return significant(pd.concat(parts, ignore_index=True), 9)


def _amount(value: float) -> str:
    for unit, size in (("T", 1e12), ("B", 1e9), ("M", 1e6)):
        if value >= size:
            return f"{value / size:.3g}{unit}" if value / size < 1000 else f"{value / size:,.0f}{unit}"
    return f"{value:.3g}"


def llama3_allocation(budget: Any) -> Allocation:
    """Tokens by the printed law of the Llama 3 paper, D = 0.29 C^0.53; it gives no loss."""
    tokens = fact("llama3-token-coefficient") * np.asarray(budget, float) ** fact("llama3-token-exponent")
    return Allocation(budget, budget / (6 * tokens), tokens, np.full_like(tokens, np.nan))


@cache
def allocations() -> pd.DataFrame:
    """The split of each budget under each law; columns law, log_budget, parameters, tokens, ratio, loss, label."""
    power = np.arange(19, 27.01, 0.25)
    budget = 10.0**power
    kaplan = kaplan_allocation(budget)
    kaplan_loss = kaplan_laws()["compute"].loss(budget / 2)
    splits = {"Kaplan": Allocation(budget, kaplan.N, kaplan.D, kaplan_loss)}
    splits |= {name: compute_optimal_allocation(budget, law) for name, law in laws().items()}
    splits["Llama 3"] = llama3_allocation(budget)
    rows = pd.concat(
        pd.DataFrame(
            {
                "law": name,
                "log_budget": power,
                "parameters": split.N,
                "tokens": split.D,
                "ratio": split.D / split.N,
                "loss": split.loss,
            }
        )
        for name, split in splits.items()
    )
    rows["label"] = [
        f"{_amount(r.parameters)} parameters × {_amount(r.tokens)} tokens = {r.ratio:.3g} each"
        + (f", loss {r.loss:.2f}" if np.isfinite(r.loss) else "")
        for r in rows.itertuples()
    ]
    return significant(rows.reset_index(drop=True))


_SIZES = {"400m": 4e8, "1b": 1e9, "10b": 1e10, "67b": 6.7e10, "175b": 1.75e11, "280b": 2.8e11, "520b": 5.2e11}
_SIZES |= {"1t": 1e12, "10t": 1e13}


@cache
def hoffmann_tables() -> pd.DataFrame:
    """What the paper's tables and two formulas ask for; columns origin, kind, printed, parameters, tokens, ratio."""
    rows = [("Approach 1", "table", "Table 3", n, fact(f"hoffmann-table3-{size}-tokens")) for size, n in _SIZES.items()]
    for size in ("67b", "175b", "1t"):
        for approach in (2, 3):
            tokens = fact(f"hoffmann-tablea3-{size}-tokens-approach-{approach}")
            rows.append((f"Approach {approach}", "table", "Table A3", _SIZES[size], tokens))
    for size in ("175b", "280b"):
        rows.append(("text of §3.4", "table", "§3.4", _SIZES[size], fact(f"hoffmann-text-{size}-tokens")))
    sizes = 10 ** np.arange(8, 13.01, 0.25)
    for name in ("Hoffmann, Eq. 10", "Besiroglu refit"):
        best = optimal_budget(sizes, laws()[name])
        rows += [(name, "formula", "", n, d) for n, d in zip(sizes.tolist(), best.D.tolist(), strict=True)]
    table = pd.DataFrame(rows, columns=["origin", "kind", "printed", "parameters", "tokens"])
    return significant(table.assign(ratio=table["tokens"] / table["parameters"]))


# --- section 3: the fit -----------------------------------------------------------------------------------------


@cache
def stopped_early() -> pd.DataFrame:
    """Where the optimiser stopped from each start; columns terms, a, excess (objective over the smallest found)."""
    rows = load_result("scaling-early-stopping").rename(columns={"reduction": "terms"})
    best = rows["objective"].min()
    rows = rows.assign(excess=rows["objective"] / best, terms=rows["terms"].map({"sum": "added", "mean": "averaged"}))
    return significant(rows[["terms", "start", "a", "excess"]].reset_index(drop=True), 4)


@cache
def simulated_fit() -> ScalingFit:
    """Our fit of the simulated runs."""
    runs = simulated_runs()
    return fit_scaling_law(runs.N, runs.D, runs.loss)


@cache
def bootstrap() -> pd.DataFrame:
    """Laws fitted to 400 resamples of the simulated runs; columns E, A, B, alpha, beta, a."""
    runs = simulated_runs()
    return significant(bootstrap_scaling_law(runs.N, runs.D, runs.loss, resamples=400, seed=SEED).samples, 5)


# --- section 4: our own sweep -----------------------------------------------------------------------------------


@cache
def sweep_runs() -> pd.DataFrame:
    """The runs of our own isoFLOP sweep, as committed."""
    return load_result("scaling-isoflop")


@cache
def sweep_fit() -> IsoFlopFit:
    """Parabolas through our runs and the power law through their vertices."""
    return fit_isoflop(sweep_runs())


@cache
def sweep_bootstrap() -> IsoFlopBootstrap:
    """The same on 2,000 resamples of the runs."""
    return bootstrap_isoflop(sweep_runs(), resamples=2_000, seed=SEED)


# --- sections 5 and 6: counting, use, repetition, precision -----------------------------------------------------


@cache
def counting() -> pd.DataFrame:
    """Exponent of the best size that a fit around each size would find; columns law, parameters, exponent."""
    sizes = 10 ** np.arange(3, 13.01, 0.125)
    return significant(
        pd.concat(
            pd.DataFrame({"law": name, "parameters": sizes, "exponent": local_exponent(sizes, laws()[name])})
            for name in ("Hoffmann, Eq. 10", "Besiroglu refit")
        ).reset_index(drop=True)
    )


@cache
def kaplan_simulations() -> dict[str, FrontierFit]:
    """What Kaplan would have fitted had each law been true."""
    return {name: simulate_kaplan(laws()[name]) for name in ("Hoffmann, Eq. 10", "Besiroglu refit")}


@cache
def repairs() -> pd.DataFrame:
    """Porian's steps on two data sets; columns step, exponent, data."""
    sets = {"RefinedWeb": "refinedweb", "OpenWebText2": "openwebtext2"}
    return pd.concat(
        [porian_steps(key).assign(data=name) for name, key in sets.items()],  # type: ignore[arg-type]
        ignore_index=True,
    )[["step", "exponent", "data"]]


#: The Chinchilla model that others are compared with when it will be used, parameters.
USED_MODEL = 13e9

SARDANA_SIZES = {"1b": 1e9, "7b": 7e9, "13b": 13e9, "30b": 30e9, "70b": 70e9}


@cache
def sardana_table() -> pd.DataFrame:
    """Sardana's Table 2 by our solver, with the published saving; see :func:`savings_table`."""
    pairs = [(n, fact(f"sardana-table2-{size}-inference-tokens")) for size, n in SARDANA_SIZES.items()]
    ours = savings_table(pairs, published_law("sardana"))
    return ours.assign(published=[fact(f"sardana-table2-{size}-reduction") / 100 for size in SARDANA_SIZES])


@cache
def inference_aware() -> pd.DataFrame:
    """Models as good as a Chinchilla model of 13B, by tokens of use; columns law, used, size, data (shares), saving."""
    rows = []
    for name, key in (("Sardana", "sardana"), ("Besiroglu refit", "besiroglu")):
        law = published_law(key)
        usual = chinchilla_model(USED_MODEL, law)
        for used in 10 ** np.arange(10, 14.01, 0.125):
            best = minimise_lifetime_compute(usual.loss, float(used), law)
            gain = 1 - best.total / chinchilla_model(USED_MODEL, law, float(used)).total
            rows.append((name, used, best.N / usual.N, best.D / usual.D, gain, best.tokens_per_parameter))
    return significant(pd.DataFrame(rows, columns=["law", "used", "size", "data", "saving", "ratio"]), 5)


@cache
def repetition() -> pd.DataFrame:
    """Worth of passes over the same data; columns passes, worth (passes over fresh data)."""
    passes = np.round(2 ** np.arange(0, 6.51, 0.125), 6)
    return significant(pd.DataFrame({"passes": passes, "worth": effective_epochs(passes, r_star())}))


def r_star() -> float:
    """Repetitions after which one more is worth 1/e of a fresh pass, as published."""
    return published_repetition_law().R_D


@cache
def precision() -> pd.DataFrame:
    """Loss of a model of a billion parameters by training tokens, rounded to fewer bits; columns bits, ratio, loss."""
    law, rounding = published_law("besiroglu"), published_quantisation_law()
    ratio = 10 ** np.arange(0.5, 4.01, 0.0625)
    size = 1e9
    rows = [pd.DataFrame({"bits": "not rounded", "ratio": ratio, "loss": law.loss(size, ratio * size)})]
    for bits in (5, 4, 3):
        loss = law.loss(size, ratio * size) + rounding.penalty(size, ratio * size, bits)
        rows.append(pd.DataFrame({"bits": f"{bits} bits", "ratio": ratio, "loss": loss}))
    return significant(pd.concat(rows, ignore_index=True))


def turning_ratios(bits: tuple[int, ...], size: float = 1e9) -> np.ndarray:
    """Tokens a parameter from which more training makes a rounded model of `size` parameters worse, by the refit."""
    law = published_law("besiroglu")
    return published_quantisation_law().turning_point(size, bits, law) / size


def lowest_rounded(bits: tuple[int, ...] = (5, 4, 3), size: float = 1e9) -> pd.DataFrame:
    """Where the loss of a rounded model is lowest; columns bits, ratio, loss."""
    law, ratio = published_law("besiroglu"), turning_ratios(bits, size)
    loss = law.loss(size, ratio * size) + published_quantisation_law().penalty(size, ratio * size, bits)
    return significant(pd.DataFrame({"bits": [f"{b} bits" for b in bits], "ratio": ratio, "loss": loss}))


ROUNDED_BITS = (3, 4, 5)


@cache
def rounding_runs() -> pd.DataFrame:
    """Our rounded networks, trained with weight decay, at the bits whose cost stands out of the noise."""
    rows = load_result("scaling-quantised")
    return rows[(rows["weight_decay"] > 0) & rows["bits"].isin(ROUNDED_BITS)].reset_index(drop=True)


@cache
def rounding() -> pd.DataFrame:
    """Mean cost of rounding over seeds; columns bits, width, N, D, penalty, networks."""
    cells = rounding_runs().groupby(["bits", "width", "N", "D"])["penalty"]
    return significant(cells.agg(penalty="mean", networks="size").reset_index(), 6)


@cache
def rounding_fit() -> PenaltyFit:
    """Kumar's law fitted to our rounded networks."""
    return fit_penalty(rounding_runs())


@cache
def rounding_bootstrap() -> pd.DataFrame:
    """The same on 500 resamples of the networks; columns gamma_D, gamma_N, gamma_post."""
    return bootstrap_penalty(rounding_runs(), resamples=500, seed=SEED)


# --- sections 7 and 8: forecasts --------------------------------------------------------------------------------

#: Laws whose frontier the meek model is run on.
MEEK_LAWS = ("Besiroglu refit", "Hoffmann, Eq. 10", "Kaplan")


@cache
def meek_models() -> dict[str, MeekModel]:
    """The published meek model (under the name of the law it rests on), and the same on other laws' frontiers."""
    published = published_model()
    frontiers = {
        "Besiroglu refit": frontier_of(laws()["Besiroglu refit"]),
        "Hoffmann, Eq. 10": published.frontier,
        "Kaplan": frontier_of(kaplan_laws()["compute"]),
    }
    return {name: replace(published, frontier=frontiers[name]) for name in MEEK_LAWS}


@cache
def gap_by_law() -> pd.DataFrame:
    """The gap in loss as a share of its widest, by year and law; columns law, year, share, gap."""
    years = np.arange(0, 25.01, 0.25)
    rows = []
    for name, model in meek_models().items():
        gap = model.gap(years)
        rows.append(pd.DataFrame({"law": name, "year": years, "gap": gap, "share": gap / model.gap(model.peak_year())}))
    return significant(pd.concat(rows, ignore_index=True))


@cache
def peaks() -> pd.DataFrame:
    """Peak of the gap by law; columns law, alpha, year, gap."""
    rows = [(n, m.frontier.alpha, m.peak_year(), float(m.gap(m.peak_year()))) for n, m in meek_models().items()]
    return significant(pd.DataFrame(rows, columns=["law", "alpha", "year", "gap"]))


@cache
def meek_gap() -> pd.DataFrame:
    """Years for the interactive chart."""
    return pd.DataFrame({"year": np.arange(0, 25.01, 0.25)})


@cache
def meek_measures() -> pd.DataFrame:
    """One lead, three measures; columns law, year, score (gap, share of questions), loss (gap, nats), lead (times)."""
    years = np.arange(0, 20.01, 0.25)
    metric = published_metric()
    rows = []
    for name in ("Hoffmann, Eq. 10", "Besiroglu refit"):
        model = meek_models()[name]
        rows.append(
            pd.DataFrame(
                {
                    "law": name,
                    "year": years,
                    "score": metric.gap(model, years),
                    "loss": model.gap(years),
                    "lead": np.exp(model.log_gap(years)),
                }
            )
        )
    return significant(pd.concat(rows, ignore_index=True))


#: A gap in score that counts as closed, share of questions.
CLOSED = 0.05


def score_closes(law: str) -> float:
    """First year, after the widest gap in score, in which it is below :data:`CLOSED`."""
    model, years = meek_models()[law], np.arange(0, 60, 0.05)
    gap = published_metric().gap(model, years)
    after = gap.argmax()
    return float(years[after:][gap[after:] < CLOSED][0])


@cache
def inference_peak() -> pd.DataFrame:
    """Peak year of the gap between fixed and growing budgets a token served, for both published growths of efficiency.

    Columns growth, year. The frontier's price a token grows as its spending on training does.
    """
    years = np.arange(0, 40, 0.01)
    model = published_model()
    start = fact("meek-inference-dollars-per-token") * fact("meek-flop-per-dollar")
    algorithms = fact("meek-inference-growth-algorithms")
    rows = []
    for growth in (fact("meek-inference-growth-low"), fact("meek-inference-growth-high")):
        meek = model.served_loss(years, start, growth, algorithms)
        mighty = model.served_loss(years, start, growth * model.spending, algorithms)
        rows.append((growth, float(years[(meek - mighty).argmax()])))
    return pd.DataFrame(rows, columns=["growth", "year"])


@cache
def compute_of_meek_after_ten_years() -> dict[str, float]:
    """Effective FLOP of the fixed budget after ten years at the ends of the interval of algorithmic progress."""
    model = published_model()
    ends = facts.load("scaling")["ho-doubling-months-bootstrap"]
    return {
        name: float(replace(model, algorithms=2 ** (12 / months)).meek_compute(10))
        for name, months in (("fast", ends.low), ("middle", ends.value), ("slow", ends.high))
    }


@cache
def billion() -> pd.DataFrame:
    """Trend of the cost of the largest runs from GPT-4 on, in dollars; columns year, cost, low, high (its interval)."""
    growth, start, year = published_growth(), fact("epoch-gpt4-amortised"), fact("gpt4-year")
    ahead = np.arange(0, 6.01, 0.25)
    return significant(
        pd.DataFrame(
            {
                "year": year + ahead,
                "cost": start * growth.value**ahead,
                "low": start * growth.low**ahead,
                "high": start * growth.high**ahead,
            }
        )
    )


@cache
def billion_year() -> Crossing:
    """When the trend passes a billion dollars, and its range."""
    return crossing(fact("epoch-gpt4-amortised"), fact("gpt4-year"), published_growth())


@cache
def priced_runs() -> pd.DataFrame:
    """Published costs of the runs whose date is a fact; columns model, year, meaning, cost."""
    costs = published_costs().set_index("model")
    dates = {"GPT-4": fact("gpt4-year"), "Grok-3": fact("grok3-year")}
    meanings = ("amortised", "cloud", "acquisition")
    rows = [(m, year, kind, float(costs.loc[m, kind])) for m, year in dates.items() for kind in meanings]
    return pd.DataFrame(rows, columns=["model", "year", "meaning", "cost"])


def years_until_affordable(dollars: float, months: float) -> float:
    """Years until `dollars` buy Chinchilla's budget, if the compute for a level halves every `months` months."""
    model = replace(published_model(), algorithms=2 ** (12 / months))
    today = dollars * fact("meek-flop-per-dollar")
    return float(np.log(fact("gopher-flop") / today) / np.log(model.shared))
