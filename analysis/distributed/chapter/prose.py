"""Every number that the chapter on training apart prints in its sentences."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.distributed import study
from analysis.distributed.chapter import inputs
from analysis.kit import facts
from analysis.kit.numbers import Number, amount
from analysis.scaling.language_model import LanguageModel


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _opening(),
        _said(),
        _talk(),
        _local_steps(),
        _price(),
        _own_runs(),
        _compression(),
        _simulator(),
        _wild(),
        _elsewhere(),
        _limits(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _opening() -> dict[str, Number]:
    table = facts.frame("distributed_bandwidth")
    busy = table[(table["paper"] == "streaming") & (table["utilisation"] == inputs.BUSY)]
    needed = busy.pivot(index="model", columns="method", values="bandwidth")
    falls = needed["data-parallel"] / needed["streaming, overlapped, FP4"]
    how = "Fall of the line that training needs: published bandwidth of data-parallel training over that of streaming "
    how += "in four bits, both for the same share of time spent computing; "
    return {
        "line-fall-low": Number(falls.min(), ".0f", how=f"{how}the smallest of three sizes"),
        "line-fall-high": Number(falls.max(), ".0f", how=f"{how}the largest of three sizes"),
    }


def _said() -> dict[str, Number]:
    return {}


def _talk() -> dict[str, Number]:
    return {}


def _local_steps() -> dict[str, Number]:
    return {}


def _price() -> dict[str, Number]:
    return {}


def _own_runs() -> dict[str, Number]:
    return {}


def _compression() -> dict[str, Number]:
    return {}


def _simulator() -> dict[str, Number]:
    return {}


def _wild() -> dict[str, Number]:
    return {}


def _elsewhere() -> dict[str, Number]:
    return {}


def _limits() -> dict[str, Number]:
    largest = facts.frame("distributed_losses")["parameters"].max()
    return {
        "own-parameters": Number(
            LanguageModel(study.WIDTH).parameters,
            ",.0f",
            how="Parameters of the network of our own runs, without its embedding: counted layer by layer",
        ),
        "largest-compared": amount(largest, how="Largest model whose loss was published both ways: its parameters"),
        "near": Number(
            inputs.NEAR_FRONTIER,
            "words",
            how="Distance to the largest known run that would change our mind: chosen, in multiples of compute",
        ),
    }
