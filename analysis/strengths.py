"""What a number moves with, and what moves with a fact, strongest first: of the committed sensitivities.

The tables of :mod:`analysis.sensitivity` tell elasticities, and relative changes where something can only be left out.
Both are taken for the relative change of a number by the whole of the input, so they stand in one order.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from analysis import named, sensitivity, topics
from analysis.kit.experiments import RESULTS, load_result
from analysis.kit.numbers import Number
from analysis.named import Named
from analysis.turning import DECADE

#: Elasticities from below and above that differ by less than this share are told as one.
ALIKE = 0.05


@dataclass(frozen=True)
class Strength:
    """How strongly one number hangs on one input.

    Parameters
    ----------
    topic : str
        Whose number it is.
    item : str
        ``number <name>`` or ``claim <id>/<name>``.
    input : str
        As :mod:`analysis.kit.overriding` calls it.
    below, above : float
        Elasticity for a step down and up; nan for what can only be left out.
    change : float
        Relative change without it; nan for what is scaled.
    left_out : bool
        Whether the change is meant.
    """

    topic: str
    item: str
    input: str
    below: float
    above: float
    change: float
    left_out: bool

    @property
    def size(self) -> float:
        """What it is ordered by; of a calendar year, :data:`DECADE` years are the whole."""
        one = named.of(self.input)
        scale = DECADE / one.value if one.calendar else 1.0
        return scale * max(abs(each) for each in (self.change, self.below, self.above) if not math.isnan(each))

    def said(self, number: Number | None = None) -> str:
        """Say how the number moves, as the end of a line that names the input.

        Parameters
        ----------
        number : Number, optional
            As it is now; what it becomes is then printed like it.

        Examples
        --------
        >>> of = functools.partial(Strength, "deepseek", "number days-pre", "deepseek/v3-gpus")
        >>> of(-1.0101, -0.990099, math.nan, False).said(), of(0.0, 2.5, math.nan, False).said()
        ('1 % more moves it down by 1 %', '1 % more moves it up by 2.5 %, 1 % less not at all')
        >>> of(math.nan, math.nan, -0.5, True).said(Number(0.62, ".0%")), of(math.nan, math.nan, -0.5, True).said()
        ('without it 31 %', 'without it down by 50 %')
        """
        if self.left_out:
            return f"without it {self._becomes(number)}"
        more, less, scale = "1 % more", "1 % less", 1.0
        one = named.of(self.input)
        if one.calendar:
            more, less, scale = "a year later", "a year earlier", 100 / one.value
        elif not one.value:
            more, less, scale = "one more", "one less", 100.0
        up, down = self.above * scale, -self.below * scale
        if math.isnan(up) or math.isnan(down):
            return f"{less} {_moves(down)}" if math.isnan(up) else f"{more} {_moves(up)}"
        if abs(up + down) <= ALIKE * max(abs(up), abs(down)):
            return f"{more} {_moves((up - down) / 2)}"
        return f"{more} {_moves(up)}, {less} {_moves(down).removeprefix('moves it ')}"

    def short(self, number: Number | None = None) -> str:
        """Say the same in a word or two: what 1 % more of the input does, or what the number is without it.

        >>> of = functools.partial(Strength, "deepseek", "number days-pre", "deepseek/v3-gpus")
        >>> of(-1.0101, -0.990099, math.nan, False).short(), of(2.0, 0.0, math.nan, False).short()
        ('−1 %', '±2 %')
        >>> of(math.nan, math.nan, -0.5, True).short(Number(0.62, ".0%"))
        'without it 31 %'
        """
        if self.left_out:
            return self.said(number)
        both = [each for each in (self.below, self.above) if not math.isnan(each)]
        one_way = len(both) == 1 or abs(both[0] - both[1]) <= ALIKE * self.size
        return f"{'±' if not one_way else '+' if both[0] > 0 else '−'}{_digits(self.size)} %"

    def _becomes(self, number: Number | None) -> str:
        if number is None:
            return f"{'up' if self.change > 0 else 'down'} by {_digits(100 * self.change)} %"
        value = float(number.value)
        after = replace(number, value=value + self.change * (abs(value) or 1.0))
        way = f"{'up' if self.change > 0 else 'down'} by {_digits(100 * self.change)} %"
        return repr(after) if repr(after) != repr(number) else f"still {after!r}, {way}"


def _moves(change: float) -> str:
    if not change:
        return "moves it not at all"
    return f"moves it {'up' if change > 0 else 'down'} by {_digits(change)} %"


def _digits(value: float) -> str:
    """Two digits of the size of a number.

    >>> _digits(-0.8123), _digits(1234.5), _digits(0.000123), _digits(0.99999)
    ('0.81', '1,200', '0.00012', '1')
    """
    size = float(f"{abs(value):.2g}")
    return f"{size:,.0f}" if size >= 10 else f"{size:.10f}".rstrip("0").rstrip(".") if size >= 1e-9 else "0"


@dataclass(frozen=True)
class Mover:
    """What a number moves with, in words: an input, or a row of a wide table with its cells together."""

    named: Named
    said: str
    size: float


def movers(topic: str, item: str, number: Number | None = None) -> list[Mover]:
    """What a number moves with, the strongest first; of a row its strongest cell, and what holds without it.

    Parameters
    ----------
    topic : str
    item : str
        ``number <name>`` or ``claim <id>/<name>``.
    number : Number, optional
        As it is now (see :meth:`Strength.said`).
    """
    together: dict[str, list[Strength]] = {}
    for one in of_item(topic, item):
        together.setdefault(base(one.input), []).append(one)
    found = []
    for identity, several in together.items():
        told = {one.left_out: one for one in reversed(several)}  # the strongest of each kind
        said = [one.said(number) if one.left_out else _of_cell(one, identity) for _, one in sorted(told.items())]
        found.append(Mover(named.of(identity), "; ".join(said), several[0].size))
    return found


def _of_cell(one: Strength, identity: str) -> str:
    column = one.input.removeprefix(identity).lstrip(".")
    if not column:
        return one.said()
    head = named.called(column)
    return f"{head if head == column else head[:1].lower() + head[1:]}: {one.said()}"


# --- reading the tables -----------------------------------------------------------------------------------------------


def of_item(topic: str, item: str) -> list[Strength]:
    """The inputs that a number of a topic moves with, the strongest first."""
    return _by(topic)[0].get(item, [])


def of_input(identity: str) -> list[Strength]:
    """The numbers of all topics that an input moves, the strongest first; of a row those of its cells as well."""
    found = [each for topic in topics.TOPICS for each in _by(topic)[1].get(base(identity), [])]
    return _ordered(one for one in found if identity in (one.input, base(one.input)))


def base(identity: str) -> str:
    """The row of a cell, and everything else as it is.

    >>> base("market_rents/3.price"), base("market/VALUATION.rate"), base("deepseek/v3-gpus")
    ('market_rents/3', 'market/VALUATION.rate', 'deepseek/v3-gpus')
    """
    row = identity.partition(".")[0]
    return row if row.partition("/")[2].isdigit() else identity


@functools.cache
def _by(topic: str) -> tuple[dict[str, list[Strength]], dict[str, list[Strength]]]:
    """The strengths of a topic by number, and by input (a row with its cells)."""
    items: dict[str, list[Strength]] = {}
    inputs: dict[str, list[Strength]] = {}
    for one in _read(topic):
        items.setdefault(one.item, []).append(one)
        inputs.setdefault(base(one.input), []).append(one)
    return {item: _ordered(own) for item, own in items.items()}, {each: _ordered(own) for each, own in inputs.items()}


def _ordered(strengths: Iterable[Strength]) -> list[Strength]:
    return sorted(strengths, key=lambda one: (-one.size, one.topic, one.item, one.input))


def _read(topic: str) -> Iterator[Strength]:
    """The rows of a topic's table, none if it has no table yet."""
    name = topics.identity(topic, "sensitivity")
    rows = load_result(name) if (RESULTS / f"{name}.csv").exists() else pd.DataFrame(columns=sensitivity.COLUMNS)
    for row in rows[rows["item"] != sensitivity.REFUSED].to_dict("records"):
        left_out = row["kind"] in ("row", "choice")
        below, above, change = (float(row[column]) for column in ("below", "above", "change"))
        if math.isnan(change) and math.isnan(below) and math.isnan(above):
            continue  # a chapter names it and cannot be computed without: that says nothing of a number's strength
        yield Strength(topic, str(row["item"]), str(row["input"]), below, above, change, left_out)
