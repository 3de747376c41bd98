r"""Accuracy against compute: which networks were the best buy in each year, and what recipes gave against architecture.

A network is on the Pareto front if no other known at the time is at least as accurate for at most the multiply-adds and
better in one of the two. The front says what could be had for a budget; it does not say what it cost to train, for
which see ``epochs`` in the table, nor how fast it runs.

References
----------
Wightman, Touvron & Jegou (2021), ResNet strikes back, arXiv:2110.00476; the result tables of timm and torchvision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.cnn_era.networks.architectures import network
from analysis.cnn_era.networks.counting import Count, total
from analysis.cnn_era.progress.hernandez import training_compute
from analysis.cnn_era.progress.records import Records
from analysis.kit import facts
from analysis.kit.errors import ProblemError

ORIGINAL = "original"


def published_networks() -> pd.DataFrame:
    """Networks with their published accuracy on ImageNet and our counts.

    Returns
    -------
    DataFrame
        A row for each network and recipe: the columns of the table ``cnn-era-networks``, with ``available`` (the day on
        which network and recipe were both known) and its ``year``, ``parameters``, ``macs`` (multiply-adds for one test
        image, all its views together) and ``training`` (teraflop/s-days of the recipe, a multiply-add as one FLOP; nan
        where the epochs are not published).

    Examples
    --------
    >>> table = published_networks()
    >>> table.loc[table["network"] == "vgg16", ["top1", "macs"]].to_numpy().tolist()
    [[71.592, 15470264320.0]]
    """
    table = facts.frame("cnn_era_networks")
    table["date"], table["recipe_date"] = pd.to_datetime(table["date"]), pd.to_datetime(table["recipe_date"])
    table["available"] = table[["date", "recipe_date"]].max(axis=1)
    table["year"] = table["available"].dt.year
    tested = [_count(key, size) for key, size in zip(table["network"], table["size"], strict=True)]
    trained = [_count(key, size).macs for key, size in zip(table["network"], table["train_size"], strict=True)]
    table["parameters"] = [one.parameters for one in tested]
    table["macs"] = np.array([one.macs for one in tested], float) * table["views"]
    table["training"] = np.array([training_compute(macs, epochs=1) for macs in trained]) * table["epochs"]
    return table


@cache
def _count(key: str, size: float) -> Count:
    return total(network(key).layers, int(size))


def on_front(cost: ArrayLike, value: ArrayLike) -> NDArray[np.bool_]:
    """Which points no other beats: none has at most the cost and at least the value, and is better in one.

    Parameters
    ----------
    cost, value : array of float, shape (n,)
        Less cost and more value are better.

    Returns
    -------
    NDArray[np.bool_]

    Raises
    ------
    ProblemError
        If a point lacks its cost or its value.

    Examples
    --------
    >>> on_front([1, 2, 2, 3], [50, 60, 55, 60]).tolist()
    [True, True, False, False]
    """
    costs, values = np.asarray(cost, float), np.asarray(value, float)
    if costs.ndim != 1 or costs.shape != values.shape:
        raise ProblemError("Cost and value must be two lists of one length; correct them.")
    if np.isnan(costs).any() or np.isnan(values).any():
        raise ProblemError("A point without cost or value cannot be compared; leave it out.")
    order = np.lexsort((-values, costs))  # cheapest first, of equal cost the most valuable first
    best = np.maximum.accumulate(values[order])
    before = np.concatenate(([-np.inf], best[:-1]))
    chosen = values[order] > before
    twin = np.zeros(len(costs), bool)  # equal in both to the point before it, which beats neither
    twin[1:] = (np.diff(costs[order]) == 0) & (np.diff(values[order]) == 0)
    for i in np.flatnonzero(twin):
        chosen[i] = chosen[i - 1]
    front = np.zeros(len(costs), bool)
    front[order] = chosen
    return front


def front_by_year(table: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The Pareto front of the networks known by the end of each year.

    Parameters
    ----------
    table : DataFrame
        With columns ``available``, ``macs`` and ``top1``, such as :func:`published_networks`.
    years : sequence of int

    Returns
    -------
    DataFrame
        The rows on each year's front, with a column ``year``, cheapest first.

    Raises
    ------
    ProblemError
        Without a year.

    Examples
    --------
    >>> front = front_by_year(published_networks(), [2014, 2017])
    >>> front.loc[front["year"] == 2014, "name"].tolist()
    ['AlexNet (one card)', 'GoogLeNet', 'VGG-16', 'VGG-19']
    """
    fronts = []
    for year in years:
        known = table[table["available"].dt.year <= year]
        best = known[on_front(known["macs"], known["top1"])]
        fronts.append(best.assign(year=year).sort_values("macs"))
    if not fronts:
        raise ProblemError("Without a year there is no front; give one or more.")
    return pd.concat(fronts, ignore_index=True)


def least_compute(table: pd.DataFrame, top1: float, years: Sequence[int]) -> pd.DataFrame:
    """The fewest multiply-adds that reached an accuracy by the end of each year.

    Returns
    -------
    DataFrame
        ``year``, ``macs`` and ``name``; years in which nothing reached it are left out.

    Examples
    --------
    >>> least_compute(published_networks(), 69.0, [2014, 2015, 2018])[["year", "name"]].to_numpy().tolist()
    [[2014, 'GoogLeNet'], [2015, 'GoogLeNet'], [2018, 'ShuffleNet v2']]
    """
    rows = []
    for year in years:
        known = table[(table["available"].dt.year <= year) & (table["top1"] >= top1)]
        if len(known):
            best = known.loc[known["macs"].idxmin()]
            rows.append((year, float(best["macs"]), best["name"]))
    return pd.DataFrame(rows, columns=["year", "macs", "name"])


def recipes_of(key: str) -> pd.DataFrame:
    """The recipes by which one network was trained, oldest first, with what each gained over the original.

    Parameters
    ----------
    key : str
        Of a network in ``cnn_era_networks.csv``.

    Returns
    -------
    DataFrame
        Rows of :func:`published_networks` with ``gain`` (points of top-1), ``more_test`` and ``more_training`` (the
        multiply-adds of the test and the compute of training, over those of the original).

    Raises
    ------
    ProblemError
        If its first recipe is not there.

    Examples
    --------
    >>> recipes_of("resnet50")[["recipe", "size", "gain"]].round(2).to_numpy().tolist()[-1]
    ['2021, torchvision', 224.0, 4.72]
    """
    table = published_networks()
    rows = table[table["network"] == key].sort_values("recipe_date", kind="stable")
    first = rows[rows["recipe"] == ORIGINAL]
    if first.empty:
        raise ProblemError(f"There is no original recipe of {key!r} in cnn_era_networks.csv; choose another network.")
    start = first.iloc[0]
    return rows.assign(
        gain=rows["top1"] - start["top1"],
        more_test=rows["macs"] / start["macs"],
        more_training=rows["training"] / start["training"],
    ).reset_index(drop=True)


def retrained(keys: Iterable[str]) -> pd.DataFrame:
    """Networks trained again years later, tested on images of the size of their original.

    Parameters
    ----------
    keys : iterable of str
        Networks of ``cnn_era_networks.csv``.

    Returns
    -------
    DataFrame
        The rows of :func:`recipes_of` each network.

    Examples
    --------
    >>> retrained(["mobilenet-v1"])[["year", "top1"]].to_numpy().tolist()
    [[2017.0, 70.6], [2024.0, 75.382]]
    """
    rows = [recipes_of(key) for key in keys]
    return pd.concat([own[own["size"] == own["size"].iloc[0]] for own in rows], ignore_index=True)


def milestones(table: pd.DataFrame, top1: float, years: Sequence[int], records: Records) -> dict[str, tuple[int, int]]:
    """First and last year in which each measure of the public record was improved.

    Parameters
    ----------
    table : DataFrame
        Such as :func:`published_networks`.
    top1 : float
        The accuracy for which ``cheaper`` counts multiply-adds, per cent.
    years : sequence of int
        Years that are looked at.
    records : Records
        Of a contest for time.

    Returns
    -------
    dict
        ``better``: the best accuracy of any network; ``cheaper``: the fewest multiply-adds to the accuracy `top1`;
        ``faster``: the record time.

    Examples
    --------
    >>> from analysis.cnn_era.progress.series import records_of
    >>> milestones(published_networks(), 56.522, range(2012, 2025), records_of("imagenet-time"))
    {'better': (2012, 2021), 'cheaper': (2014, 2017), 'faster': (2017, 2020)}
    """
    best = table.groupby("year")["top1"].max().cummax()
    least = least_compute(table, top1, years).set_index("year")["macs"]
    found = {
        "better": best.index[best.diff().fillna(1) > 0],
        "cheaper": least.index[least.diff().fillna(0) < 0],
        "faster": pd.DatetimeIndex(records.dates).year,
    }
    return {name: (int(min(improved)), int(max(improved))) for name, improved in found.items()}


@dataclass(frozen=True)
class Shares:
    """Points of top-1 between an old network with its old recipe and a new one with a new one, and whose they are.

    ``architecture`` and ``recipe`` are Shapley values: each one's gain, averaged over who comes first. ``overlap`` is
    how much less both give together than each gives to the old network alone.
    """

    total: float
    architecture: float
    recipe: float
    overlap: float


def shares(old_old: float, new_network: float, new_recipe: float, new_new: float) -> Shares:
    """Divide a gain between architecture and recipe.

    Parameters
    ----------
    old_old : float
        Accuracy of the old network with its own recipe.
    new_network : float
        Of the new network with its own, older recipe.
    new_recipe : float
        Of the old network with the new recipe.
    new_new : float
        Of the new network with the new recipe.

    Examples
    --------
    >>> found = shares(70.6, 76.5, 75.4, 78.6)
    >>> round(found.total, 2), round(found.architecture, 2), round(found.recipe, 2), round(found.overlap, 2)
    (8.0, 4.55, 3.45, 2.7)
    """
    both = float(new_new - old_old)
    network_first, network_last = float(new_network - old_old), float(new_new - new_recipe)
    architecture = (network_first + network_last) / 2
    return Shares(both, architecture, both - architecture, network_first - network_last)


def mobile_shares() -> Shares:
    """MobileNet v1 (2017) to EfficientNet-B0, each with its first recipe and with that of 2024, all at 224 pixels.

    >>> found = mobile_shares()
    >>> round(found.architecture, 1), round(found.recipe, 1)
    (4.6, 3.4)
    """
    table = published_networks().set_index(["network", "recipe"])["top1"]
    old, new, recipe = "mobilenet-v1", "efficientnet-b0", "2024, ra4"
    return shares(table[old, ORIGINAL], table[new, ORIGINAL], table[old, recipe], table[new, recipe])
