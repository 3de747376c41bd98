"""Published losses and scores of models that were trained apart, each beside its data-parallel baseline.

Two tables: losses by size and replicas (Charles et al. 2025), and losses with the scores of three tests (Streaming
DiLoCo and its successor). A *pair* is a model that was trained apart and the one of the same size, data and number of
tokens that was trained data-parallel.

References
----------
Charles et al. (2025), arXiv:2503.09799. Douillard et al. (2025), arXiv:2501.18512.
Kale et al. (2025), arXiv:2502.12996.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.arguments import several
from analysis.kit.errors import ProblemError

#: What the tables call training in which all machines meet at each step.
BASELINE = "data-parallel"
#: Tests by their column, with the number of their questions. Of ARC-Easy all printed scores are multiples of 1/570.
QUESTIONS = {"hellaswag": 10_042, "piqa": 1_838, "arc_easy": 570}
#: What a text calls them.
TESTS = {"hellaswag": "HellaSwag", "piqa": "PIQA", "arc_easy": "ARC-Easy"}


def losses(hyperparameters: Iterable[str] = ("swept", "joint fit", "independent fit")) -> pd.DataFrame:
    """Charles's losses in nats a token, with each model's ``gap`` to data-parallel training of its size as a share.

    Parameters
    ----------
    hyperparameters : iterable of str
        Which runs: learning rates ``swept`` at the size, or taken from a law fitted jointly for all replicas
        (``joint fit``) or for this number of replicas alone (``independent fit``). The baseline has no joint fit and is
        kept for each.

    Returns
    -------
    DataFrame
        ``size``, ``parameters``, ``method``, ``replicas``, ``hyperparameters``, ``loss``, ``printed_gap`` (per cent),
        ``gap`` (0 for the baseline).

    Raises
    ------
    ProblemError
        For hyperparameters that no run has.

    Examples
    --------
    >>> table = losses(["swept"])
    >>> row = table[(table["size"] == "35M") & (table["replicas"] == 8)].iloc[0]
    >>> round(float(row["gap"]), 4), float(row["printed_gap"])
    (0.039, 3.9)
    """
    table = facts.frame("distributed_losses")
    wanted = set(several(hyperparameters, "hyperparameters"))
    if unknown := wanted - set(table["hyperparameters"]):
        raise ProblemError(f"No run has the hyperparameters {sorted(unknown)[0]!r}; take swept, joint or independent.")
    base = table[table["method"] == BASELINE].set_index("size")["loss"]
    chosen = table[table["hyperparameters"].isin(wanted) | (table["method"] == BASELINE)]
    chosen = chosen[chosen["size"].isin(table.loc[table["hyperparameters"].isin(wanted), "size"])]
    columns = ["size", "parameters", "method", "replicas", "hyperparameters", "loss", "printed_gap"]
    return chosen[columns].assign(gap=chosen["loss"] / chosen["size"].map(base) - 1).reset_index(drop=True)


def scores(data: str = "") -> pd.DataFrame:
    """Every published row of losses and scores; `data` keeps those trained on ``"C4"`` or ``"Dolma"``.

    Parameters
    ----------
    data : str
        ``"C4"``, ``"Dolma"`` or nothing for all.

    Returns
    -------
    DataFrame
        One row a model: ``data``, ``size``, ``parameters``, ``tokens``, ``flop``, ``method``, ``replicas``,
        ``steps_between``, ``loss`` (nats a token), the scores ``hellaswag``, ``piqa`` and ``arc_easy`` (per cent of
        the questions) and where they are printed.

    Raises
    ------
    ProblemError
        For other data.

    Examples
    --------
    >>> table = scores("C4").query("size == '35M'").set_index("method")
    >>> table.loc["data-parallel", ["loss", "hellaswag"]].tolist()  # nats a token; per cent, of 25 by chance
    [3.51, 24.62]
    """
    table = facts.frame("distributed_scores")
    if data and data not in set(table["data"]):
        raise ProblemError(f"There are no scores of models trained on {data!r}; take C4 or Dolma.")
    return table[table["data"] == data].reset_index(drop=True) if data else table


def pairs(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every score of a model trained apart beside that of its baseline, one row a test.

    Parameters
    ----------
    table : DataFrame, optional
        Rows of :func:`scores`; all of them by default.

    Returns
    -------
    DataFrame
        ``table``, ``data``, ``size``, ``method``, ``replicas``, ``test``, ``baseline`` and ``apart`` (points), and
        their ``difference``, negative where the model trained apart scores lower.

    Examples
    --------
    >>> both = pairs(scores("C4"))
    >>> both = both[both["replicas"] == 2]
    >>> [int((np.sign(both["difference"]) == sign).sum()) for sign in (1, 0, -1)]
    [14, 3, 40]
    """
    rows = scores() if table is None else table
    keys = ["data", "size", "tokens"]
    rows = rows.assign(tokens=rows["tokens"].fillna(0))
    base = rows[rows["method"] == BASELINE].set_index(keys)[list(QUESTIONS)]
    apart = rows[rows["method"] != BASELINE].melt(
        id_vars=["table", *keys, "method", "replicas", "steps_between"],
        value_vars=list(QUESTIONS),
        var_name="test",
        value_name="apart",
    )
    beside = base.melt(ignore_index=False, var_name="test", value_name="baseline").set_index("test", append=True)
    found = apart.join(beside, on=[*keys, "test"], how="inner")
    return found.assign(difference=(found["apart"] - found["baseline"]).round(6)).reset_index(drop=True)


def share_lower(compared: pd.DataFrame) -> float:
    """Share of pairs in which the model trained apart scores lower; a tie counts as not lower.

    Examples
    --------
    >>> round(share_lower(pairs()), 2)
    0.76
    """
    if compared.empty:
        raise ProblemError("There is no pair to compare; give rows of both kinds of training.")
    return float(np.mean(compared["difference"] < 0))
