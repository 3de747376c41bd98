"""Every number that the chapter on the toolbox prints in its sentences."""

from __future__ import annotations

from analysis.kit.numbers import Number, joined


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _opening(),
        _change(),
        _bits(),
        _weights(),
        _looks(),
        _borrow(),
        _adapters(),
        _steps(),
        _machines(),
        _multiply(),
        _limits(),
    )


def _opening() -> dict[str, Number]:
    return {}


def _change() -> dict[str, Number]:
    return {}


def _bits() -> dict[str, Number]:
    return {}


def _weights() -> dict[str, Number]:
    return {}


def _looks() -> dict[str, Number]:
    return {}


def _borrow() -> dict[str, Number]:
    return {}


def _adapters() -> dict[str, Number]:
    return {}


def _steps() -> dict[str, Number]:
    return {}


def _machines() -> dict[str, Number]:
    return {}


def _multiply() -> dict[str, Number]:
    return {}


def _limits() -> dict[str, Number]:
    return {}
