"""What the DeepSeek chapter computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call; the chapter, ``verify`` and the exports share them. Ratios and rates are
rounded, so that a picture is the same on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from analysis.deepseek import benchmarks, cost, local_cost
from analysis.deepseek.architecture import Architecture
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import published_architecture
from analysis.deepseek.fleet import fleets
from analysis.deepseek.flop import Attention
from analysis.deepseek.flop import flop_per_token as flop
from analysis.deepseek.multi_token import expected_tokens
from analysis.deepseek.parameters import count_parameters, parameter_table
from analysis.deepseek.run_cost import RunCost
from analysis.deepseek.serving import (
    PRECISIONS,
    ServedModel,
    decode_rate,
    machines,
    measured_rates,
    prefill_rate,
    serving_table,
)
from analysis.deepseek.training import TrainingRun
from analysis.deepseek.utilisation import achieved, decompose, utilisation
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import significant

#: Models by the name that the chapter prints, and the published configuration of each.
MODELS = {
    "DeepSeek-V3": "deepseek-v3",
    "Llama-405B": "llama-3.1-405b",
    "Qwen-72B": "qwen2.5-72b",
    "Llama-70B": "llama-3.1-70b",
    "Mixtral": "mixtral-8x7b",
}
BILLION = 1e9


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("deepseek")[identity].value


# --- what is it? ------------------------------------------------------------------------------------------------

PARTS = ("embeddings", "attention", "feed-forward", "experts at work", "idle experts")


@cache
def parameters() -> pd.DataFrame:
    """Where the parameters of each model sit, in billions; columns model, part, billion (from and to are its ends)."""
    rows = []
    for name, key in MODELS.items():
        architecture = published_architecture(key)
        table = parameter_table(architecture)
        sums = table.groupby("part")[["parameters", "active"]].sum()
        of = sums["parameters"].get
        experts = sums.loc["routed experts"] if "routed experts" in sums.index else {"parameters": 0, "active": 0}
        sizes = {
            "embeddings": of("embedding", 0) + of("output head", 0),
            "attention": of("attention", 0) + of("norms", 0) + of("router", 0),
            "feed-forward": of("dense feed-forward", 0),
            "experts at work": experts["active"] + of("shared experts", 0),
            "idle experts": experts["parameters"] - experts["active"],
        }
        start = 0.0
        for part in PARTS:
            end = start + sizes[part] / BILLION
            if end > start:
                rows.append((name, part, end - start, start, end))
            start = end
    return significant(pd.DataFrame(rows, columns=["model", "part", "billion", "from", "to"]), 9)


@cache
def counts() -> pd.DataFrame:
    """Total and active parameters of each model; columns model, total, active, work (active without the embedding)."""
    rows = [(name, count_parameters(published_architecture(key))) for name, key in MODELS.items()]
    return pd.DataFrame(
        [(name, c.total, c.active, c.active_without_embedding) for name, c in rows],
        columns=["model", "total", "active", "work"],
    )


# --- what did training take? ------------------------------------------------------------------------------------

#: What counts as arithmetic a token, by the words of the menus.
COUNTED: dict[str, Attention] = {
    "matrices only (6 N)": "none",
    "with attention, causal": "causal",
    "with attention, not causal": "full",
}
PEAKS = {"BF16": "h100-bf16-peak", "FP8": "h100-fp8-peak"}
PUBLISHED_FLOP = {
    "DeepSeek-V2": ("deepseek-v2", "isca-gflop-per-token-v2"),
    "DeepSeek-V3": ("deepseek-v3", "isca-gflop-per-token-v3"),
    "Qwen-72B": ("qwen2.5-72b", "isca-gflop-per-token-qwen-72b"),
    "Llama-405B": ("llama-3.1-405b", "isca-gflop-per-token-llama-405b"),
}


@cache
def flop_per_token() -> pd.DataFrame:
    """Training FLOP a token by three definitions; columns model, counted, gflop, published, ratio (ours over it)."""
    rows = []
    for model, (key, identity) in PUBLISHED_FLOP.items():
        published = fact(identity)
        for words, attention in COUNTED.items():
            ours = flop(published_architecture(key), 4096, attention).training / BILLION
            rows.append((model, words, ours, published, ours / published))
    return significant(pd.DataFrame(rows, columns=["model", "counted", "gflop", "published", "ratio"]))


def half_causal_flop(model: str, layers: int | None = None) -> float:
    """Training GFLOP a token with half of causal attention, the only count that meets the figure for Llama-405B.

    With `layers` the model is counted as if it had that many.
    """
    architecture = published_architecture(PUBLISHED_FLOP[model][0])
    count = flop(replace(architecture, num_hidden_layers=layers or architecture.num_hidden_layers), 4096)
    return 3 * (count.matrices + count.attention / 2) / BILLION


@cache
def layers_that_meet(model: str) -> int:
    """Layers with which a model so counted meets its published figure."""
    identity = PUBLISHED_FLOP[model][1]
    return min(range(1, 101), key=lambda layers: abs(half_causal_flop(model, layers) - fact(identity)))


#: The runs that are compared: configuration, tokens, GPU-hours, GPUs and context in training.
RUNS = {
    "DeepSeek-V3": ("deepseek-v3", "v3-tokens", "v3-hours-pretraining", "v3-gpus", "v3-sequence"),
    "Llama-405B": (
        "llama-3.1-405b",
        "llama31-405b-tokens",
        "llama31-405b-hours",
        "llama31-405b-gpus",
        "llama31-sequence",
    ),
}


@cache
def run(model: str, counted: str = "matrices only (6 N)", peak: str = "BF16") -> TrainingRun:
    """A training run with its arithmetic counted from the configuration.

    Parameters
    ----------
    model : str
        One of :data:`RUNS`.
    counted : str
        One of :data:`COUNTED`.
    peak : str
        One of :data:`PEAKS`.
    """
    key, tokens, hours, gpus, context = RUNS[model]
    architecture = published_architecture(key)
    return TrainingRun(
        model,
        count_parameters(architecture).active_without_embedding,
        fact(tokens),
        fact(hours),
        fact(gpus),
        fact(PEAKS[peak]),
        flop(architecture, int(fact(context)), COUNTED[counted]).training,
    )


def _factors(counted: str, peak: str) -> pd.DataFrame:
    """The ratio of GPU-hours of Llama-405B and V3 as steps; columns factor, ratio, from, to, label."""
    llama, v3 = run("Llama-405B", counted), run("DeepSeek-V3", counted, peak)
    parts = decompose(llama, v3).set_index("factor")["ratio"]
    total = counts().set_index("model")["total"]
    size = total["Llama-405B"] / total["DeepSeek-V3"]
    ratios = {
        "size": size,
        "sparsity": parts["active parameters"] / size,
        "attention": parts["FLOP for each parameter and token"],
        "tokens": parts["tokens"],
        "peak": parts["peak"],
        "utilisation": parts["utilisation"],
    }
    active = counts().set_index("model")["work"] / total
    said = {
        "size": f"parameters in all: {total['Llama-405B'] / 1e9:.0f} against {total['DeepSeek-V3'] / 1e9:.0f} billion",
        "sparsity": f"share of them at work: {active['Llama-405B']:.0%} against {active['DeepSeek-V3']:.1%}",
        "attention": "arithmetic for each working parameter",
        "tokens": f"tokens read: {llama.tokens / 1e12:.1f} against {v3.tokens / 1e12:.1f} trillion",
        "peak": f"peak of the chip: {llama.peak / 1e12:,.0f} against {v3.peak / 1e12:,.0f} TFLOP/s",
        "utilisation": f"share of the peak used: {llama.utilisation:.1%} against {v3.utilisation:.1%}",
    }
    rows, at = [], 1.0
    for factor, ratio in ratios.items():
        rows.append((factor, ratio, at, at * ratio, f"× {ratio:.2f}  {said[factor]}"))
        at *= ratio
    hours = llama.gpu_hours / v3.gpu_hours
    said_hours = f"GPU-hours: {llama.gpu_hours / 1e6:.1f} against {v3.gpu_hours / 1e6:.2f} million"
    rows.append(("GPU-hours", hours, 1.0, hours, f"= {hours:.1f}  {said_hours}"))
    return significant(pd.DataFrame(rows, columns=["factor", "ratio", "from", "to", "label"]))


@cache
def saving() -> pd.DataFrame:
    """The decomposition by the plainest definition (6 N D, BF16), without the factors that are one by definition."""
    rows = _factors("matrices only (6 N)", "BF16")
    return rows[~rows["factor"].isin(["attention", "peak"])].reset_index(drop=True)


@cache
def decompositions() -> pd.DataFrame:
    """The same under every definition; columns counted, peak (of V3), factor, ratio, from, to, label."""
    return pd.concat(
        [_factors(counted, peak).assign(counted=counted, peak=peak) for counted in COUNTED for peak in PEAKS],
        ignore_index=True,
    )


@cache
def utilisations() -> pd.DataFrame:
    """Utilisation of both runs by definition; columns row, model, kind (ours or published), per_cent."""
    isca = fact("isca-tokens-per-day"), fact("v3-gpus"), fact("h100-bf16-peak")
    day = {
        words: achieved(isca[0], flop(published_architecture("deepseek-v3"), 4096, attention).training, isca[1])
        / isca[2]
        for words, attention in COUNTED.items()
    }
    v3 = run("DeepSeek-V3")
    average = "over all hours: "
    speed = "at its speed: "
    rows = [
        (average + "6 N D, BF16 peak", "DeepSeek-V3", "ours", v3.utilisation),
        (average + "6 N D, BF16 peak", "Llama-405B", "ours", run("Llama-405B").utilisation),
        (average + "6 N D, FP8 peak", "DeepSeek-V3", "ours", run("DeepSeek-V3", peak="FP8").utilisation),
    ]
    causal = average + "causal attention, BF16 peak"
    for model in RUNS:
        rows.append((causal, model, "ours", run(model, "with attention, causal").utilisation))
    pcie = average + "6 N D, FP8 peak of a PCIe card"
    rows += [
        (pcie, "DeepSeek-V3", "ours", utilisation(v3.flop, fact("epoch-v3-hours"), fact("h100-pcie-fp8-peak"))),
        (pcie, "DeepSeek-V3", "Epoch", fact("epoch-v3-mfu") / 100),
        (speed + "causal attention, BF16 peak", "DeepSeek-V3", "ours", day["with attention, causal"]),
        (speed + "causal attention, BF16 peak", "DeepSeek-V3", "DeepSeek", fact("isca-mfu-causal") / 100),
        (speed + "attention not causal, BF16 peak", "DeepSeek-V3", "ours", day["with attention, not causal"]),
        (speed + "attention not causal, BF16 peak", "DeepSeek-V3", "DeepSeek", fact("isca-mfu-noncausal") / 100),
        (speed + "as Meta counts, BF16 peak", "Llama-405B", "Meta", fact("llama31-mfu-16384-gpus") / 100),
    ]
    return significant(pd.DataFrame(rows, columns=["row", "model", "by", "share"]), 5)


# --- what makes it efficient? -----------------------------------------------------------------------------------


@cache
def routing() -> pd.DataFrame:
    """Mean over the seeds of our simulated router; columns step, bias (kept or left out), imbalance, dropped, nodes."""
    rows = load_result("deepseek-routing")
    rows = rows[rows["limited"]].assign(bias=np.where(rows[rows["limited"]]["speed"] > 0, "with the bias", "without"))
    means = rows.groupby(["bias", "step"])[["imbalance", "dropped", "nodes"]].mean()
    return significant(means.reset_index(), 4)


ROUNDED = {"E4M3": "FP8 (E4M3)", "INT8": "integers of eight bits", "BF16": "BF16"}


@cache
def float8() -> pd.DataFrame:
    """Error of a rounded product by the size of the outliers; columns format, scaling, strength, error (mean)."""
    rows = load_result("deepseek-fp8").query("format in @ROUNDED")
    means = rows.groupby(["format", "scaling", "strength"])["error"].mean().reset_index()
    return significant(means.assign(format=means["format"].map(ROUNDED)), 4)


@cache
def long_sums() -> pd.DataFrame:
    """Error of Hopper's limited sum by length; columns signs, inner, promote (0: never), error (mean of seeds)."""
    rows = load_result("deepseek-fp8-sums")
    return significant(rows.groupby(["signs", "promote", "inner"])["error"].mean().reset_index(), 4)


@cache
def multi_token() -> pd.DataFrame:
    """Tokens a pass by the share of right guesses; columns acceptance, depth, tokens."""
    acceptance = np.round(np.arange(0.0, 1.001, 0.05), 2)
    return significant(
        pd.concat(
            pd.DataFrame({"acceptance": acceptance, "depth": depth, "tokens": expected_tokens(acceptance, depth)})
            for depth in (1, 2, 3)
        ).reset_index(drop=True)
    )


#: Shown in the picture of the cache, with the configuration; the third is V3 had every head kept its own.
CACHED = ("DeepSeek-V3", "Qwen-72B", "Llama-405B", "V3 without MLA (MHA)")


def without_latent() -> Architecture:
    """V3 with ordinary attention of as many heads, each of 128 numbers."""
    v3 = published_architecture("deepseek-v3")
    return replace(v3.with_key_value_heads(v3.num_attention_heads), head_dim=v3.v_head_dim)


@cache
def cache_sizes() -> pd.DataFrame:
    """Cache of one conversation by its length, in gigabytes; columns model, tokens, gigabytes."""
    of = {name: without_latent() if "MLA" in name else published_architecture(MODELS[name]) for name in CACHED}
    tokens = 2 ** np.arange(10, 18)
    rows = [(name, int(t), kv_cache_bytes(a, int(t)) / BILLION) for name, a in of.items() for t in tokens]
    return significant(pd.DataFrame(rows, columns=["model", "tokens", "gigabytes"]))


# --- what did it cost? ------------------------------------------------------------------------------------------


@cache
def same_method() -> pd.DataFrame:
    """Rent of final runs; columns model, by (hours times two dollars, or Epoch), low, high (million dollars)."""
    rent = cost.same_method().set_index("model")["dollars"] / 1e6
    cloud = cost.cloud_costs().set_index("model")["dollars"] / 1e6
    hours = "published hours at $2"
    rows = [
        ("DeepSeek-V3", hours, *[rent["DeepSeek-V3"]] * 2),
        ("DeepSeek-V3", "Epoch’s estimates", *[cloud["DeepSeek-V3"]] * 2),
        ("DeepSeek-V3 and R1", hours, *[rent["DeepSeek-R1, V3 included"]] * 2),
        ("Llama-70B", hours, *[rent["Llama 3.1 70B"]] * 2),
        ("Llama-405B", hours, *[rent["Llama 3.1 405B"]] * 2),
        ("Llama-405B", "Epoch’s estimates", cloud["Llama 3.1 405B, revised"], cloud["Llama 3.1 405B"]),
        ("GPT-4", "Epoch’s estimates", *[cloud["GPT-4"]] * 2),
        ("Gemini Ultra", "Epoch’s estimates", *[cloud["Gemini Ultra"]] * 2),
        ("Grok-3", "Epoch’s estimates", cloud["Grok-3, revised"], cloud["Grok-3"]),
    ]
    return significant(pd.DataFrame(rows, columns=["model", "by", "low", "high"]))


def development() -> RunCost:
    """V3's pretraining by somebody who must also find out how: rent, utilisation and research as ranges."""
    return replace(cost.v3_rerun(), flop=run("DeepSeek-V3").flop)


@cache
def cost_references() -> pd.DataFrame:
    """What the calculator's answer is held against; columns what, millions."""
    rows = same_method().set_index(["model", "by"])["low"]
    return pd.DataFrame(
        [
            ("published for V3", fact("v3-cost-total") / 1e6),
            ("Llama-405B, hours at $2", rows["Llama-405B", "published hours at $2"]),
            ("Gemini Ultra, Epoch", rows["Gemini Ultra", "Epoch’s estimates"]),
            ("all servers, SemiAnalysis", fact("semianalysis-capex") / 1e6),
        ],
        columns=["what", "millions"],
    )


@cache
def tornado() -> pd.DataFrame:
    """How far each assumption alone moves the cost; columns input, low, high, middle (million dollars), from, to."""
    known = development()
    rows = known.tornado()
    ends = {name: getattr(known, name) for name in rows["input"]}
    return significant(
        pd.DataFrame(
            {
                "input": rows["input"],
                "low": rows["low"] / 1e6,
                "high": rows["high"] / 1e6,
                "middle": known.middle / 1e6,
                "from": [ends[name].low for name in rows["input"]],
                "to": [ends[name].high for name in rows["input"]],
            }
        )
    )


# --- is it better? ----------------------------------------------------------------------------------------------


@cache
def benchmark_rows() -> pd.DataFrame:
    """V3 minus Llama-405B on each test; columns table, test, ours, theirs, gain, points (its unit)."""
    parts = []
    for which in ("base", "chat"):
        rows = benchmarks.differences(benchmarks.table(which))
        twice = rows["benchmark"].duplicated(keep=False) & rows["metric"].str.contains("COT")
        test = rows["benchmark"] + np.where(twice, " (CoT)", "")
        part = rows.assign(table=which, test=test, points=rows["unit"] == benchmarks.PER_CENT)
        parts.append(part.sort_values("gain", ascending=False, kind="stable"))
    names = ["table", "test", "ours", "theirs", "gain", "points"]
    return pd.concat(parts, ignore_index=True)[names]


@cache
def tie_threshold() -> pd.DataFrame:
    """Share of tests won, tied and lost by the threshold; columns table, tie, outcome, tests."""
    thresholds = [0, 0.3, *np.arange(0.5, 10.1, 0.5).tolist()]
    parts = []
    for which in ("base", "chat"):
        curve = benchmarks.tie_curve(benchmarks.table(which), thresholds)
        long = curve.melt("tie", ["wins", "ties", "losses"], "outcome", "tests")
        parts.append(long.assign(table=which))
    return pd.concat(parts, ignore_index=True)


# --- can it run at home? ----------------------------------------------------------------------------------------

AT_HOME = {
    "Llama-8B": "llama-3.1-8b",
    "Qwen-32B": "qwen2.5-32b",
    "Mixtral": "mixtral-8x7b",
    "Llama-70B": "llama-3.1-70b",
    "Llama-405B": "llama-3.1-405b",
    "DeepSeek-V3": "deepseek-v3",
}
CONTEXTS = {"4,096 tokens": 4_096, "32,768 tokens": 32_768, "131,072 tokens": 131_072}
#: Tokens a second at which a person reads, about 250 words a minute; our assumption.
READING = 5.0
#: Dollars that an ordinary machine costs at most; our assumption.
ORDINARY = 2_500.0


@cache
def served() -> dict[str, ServedModel]:
    """The models that somebody may want at home, by name."""
    return {name: replace(ServedModel.of(published_architecture(key)), name=name) for name, key in AT_HOME.items()}


@cache
def at_home() -> pd.DataFrame:
    """Every model on every machine; columns model, precision, context, machine, rate (0 if it does not fit), label."""
    tables = [
        serving_table(list(served().values()), list(machines().values()), contexts=(tokens,)).assign(context=words)
        for words, tokens in CONTEXTS.items()
    ]
    rows = pd.concat(tables, ignore_index=True)
    rows["label"] = [
        f"{r.machine}: {r.rate:,.0f} tokens a second" if r.fits and r.rate >= 9.5
        else f"{r.machine}: {r.rate:.1f} tokens a second" if r.fits
        else f"{r.machine}: does not fit, needs {r.memory / 1e9:,.0f} GB"
        for r in rows.itertuples()
    ]  # fmt: skip
    return significant(rows[["model", "precision", "context", "machine", "rate", "fits", "label"]], 4)


#: A machine at home with the model it can hold in four bits, and what it is compared with.
LOCAL = {
    "Llama-8B on a PC": ("Llama-8B", "pc"),
    "Qwen-32B on an RTX 4090": ("Qwen-32B", "rtx4090"),
    "Llama-70B on an M4 Max": ("Llama-70B", "m4max"),
    "DeepSeek-V3 on an M3 Ultra": ("DeepSeek-V3", "m3ultra"),
}


@cache
def local_rates() -> dict[str, float]:
    """Tokens a second, read and written three to one, of the machines of :data:`LOCAL`.

    They reach the middle of the shares of the bound that were measured and published.
    """
    share = float(measured_rates()["share"].median())
    rates = {}
    for name, (model, key) in LOCAL.items():
        machine, held = machines()[key], served()[model]
        write = float(decode_rate(machine, held, PRECISIONS["4-bit"], 4_096)) * share
        read = float(prefill_rate(machine, held, 4_096)) * share
        rates[name] = float(local_cost.blended_rate(read, write))
    return rates


@cache
def local_or_service() -> pd.DataFrame:
    """Dollars a million tokens on a machine of one's own by the hours a day it works; columns local, hours, dollars."""
    hours = np.array([0.25, 0.5, 1, 2, 4, 8, 16, 24])
    rows = []
    for name, (_, key) in LOCAL.items():
        dollars = local_cost.local_cost(
            machines()[key], local_rates()[name], fact("home-electricity"), utilisation=hours / 24
        )
        rows.append(pd.DataFrame({"local": name, "hours": hours, "dollars": dollars}))
    return significant(pd.concat(rows, ignore_index=True))


@cache
def prices() -> pd.DataFrame:
    """List prices of services, three tokens read for one written; columns model, company, year, dollars."""
    rows = local_cost.api_prices()
    day = pd.to_datetime(rows["date"], format="mixed")
    year = day.dt.year + (day.dt.day_of_year - 1) / 365
    shown = pd.DataFrame({"model": rows["model"], "company": rows["company"], "year": year, "dollars": rows["blend"]})
    return significant(shown)


@cache
def hybrid() -> pd.DataFrame:
    """Tasks solved when a share goes to a model at home; columns share, how, solved."""
    scores = local_cost.published_scores().set_index(["key", "test"])["score"]
    local, cloud = scores["qwen-32b", "AIME 2024"], scores["r1", "AIME 2024"]
    share = np.sort(np.round([*np.arange(0, 1.001, 0.1), 1 - cloud + local], 6))
    best, random = local_cost.hybrid_quality(share, local, cloud)
    parts = {"only the easy ones stay at home": best, "whichever come": random}
    return significant(
        pd.concat(pd.DataFrame({"share": share, "how": how, "solved": solved}) for how, solved in parts.items())
        .reset_index(drop=True)
    )  # fmt: skip


# --- a fleet is not a run ---------------------------------------------------------------------------------------


@cache
def fleet() -> pd.DataFrame:
    """GPUs in a fleet, a cluster and a run; columns fleet, kind, gpus."""
    return fleets()[["fleet", "kind", "gpus"]]
