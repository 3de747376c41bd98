"""Every number that the chapter on training apart prints in its sentences."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.kit.numbers import Number


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
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
    return {}
