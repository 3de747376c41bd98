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
from analysis.deepseek.parameters import count_parameters, parameter_table

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

PARTS = ("embeddings", "attention", "feed-forward", "experts a token uses", "experts it does not")


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
            "experts a token uses": experts["active"] + of("shared experts", 0),
            "experts it does not": experts["parameters"] - experts["active"],
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
