"""What the DeepSeek chapter computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call; the chapter, ``verify`` and the exports share them. Ratios and rates are
rounded, so that a picture is the same on every machine.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import facts
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import Attention
from analysis.deepseek.flop import flop_per_token as flop
from analysis.deepseek.multi_token import expected_tokens
from analysis.deepseek.parameters import count_parameters, parameter_table
from analysis.deepseek.training import TrainingRun
from analysis.deepseek.utilisation import achieved, decompose, utilisation
from analysis.experiments import load_result

#: Models by the name that the chapter prints, and the published configuration of each.
MODELS = {
    "DeepSeek-V3": "deepseek-v3",
    "Llama-405B": "llama-3.1-405b",
    "Qwen-72B": "qwen2.5-72b",
    "Llama-70B": "llama-3.1-70b",
    "Mixtral": "mixtral-8x7b",
}
BILLION = 1e9


def significant(rows: pd.DataFrame, digits: int = 6) -> pd.DataFrame:
    """Round every float of a table to `digits` significant digits."""
    result = rows.copy()
    for column in result.select_dtypes("float"):
        result[column] = [float(f"{v:.{digits}g}") if np.isfinite(v) else v for v in result[column]]
    return result


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
    average = "average over the hours paid, "
    speed = "speed in a good hour, "
    rows = [
        (average + "6 N D, BF16 peak", "DeepSeek-V3", "ours", v3.utilisation),
        (average + "6 N D, BF16 peak", "Llama-405B", "ours", run("Llama-405B").utilisation),
        (average + "6 N D, FP8 peak", "DeepSeek-V3", "ours", run("DeepSeek-V3", peak="FP8").utilisation),
    ]
    causal = average + "causal attention, BF16 peak"
    for model in RUNS:
        rows.append((causal, model, "ours", run(model, "with attention, causal").utilisation))
    pcie = average + "6 N D, FP8 peak of another card"
    rows += [
        (pcie, "DeepSeek-V3", "ours", utilisation(v3.flop, fact("epoch-v3-hours"), fact("h100-pcie-fp8-peak"))),
        (pcie, "DeepSeek-V3", "Epoch", fact("epoch-v3-mfu") / 100),
        (speed + "causal attention, BF16 peak", "DeepSeek-V3", "ours", day["with attention, causal"]),
        (speed + "causal attention, BF16 peak", "DeepSeek-V3", "DeepSeek", fact("isca-mfu-causal") / 100),
        (speed + "attention not causal, BF16 peak", "DeepSeek-V3", "ours", day["with attention, not causal"]),
        (speed + "attention not causal, BF16 peak", "DeepSeek-V3", "DeepSeek", fact("isca-mfu-noncausal") / 100),
        (speed + "as its paper counts, BF16 peak", "Llama-405B", "Meta", fact("llama31-mfu-16384-gpus") / 100),
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
