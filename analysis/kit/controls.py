"""The controls of a figure: what a reader can set, how a value is printed, and the finding at each setting.

A figure with controls has no title of its own: its ``finding`` is a function of the settings, and what it says at the
start is the title. The page evaluates the same in the browser, by a Vega expression (the ``rule``) or, where all
settings can be listed, by the list of its sentences. Tests hold the two against each other at the ends of every control
and wherever ends meet.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from analysis.kit.errors import ProblemError
from analysis.kit.numbers import spaced

#: Value of each control by its name.
Settings = Mapping[str, Any]
#: The figure's finding at a setting: a function that takes the controls' values by their names.
Finding = Callable[..., str]
#: Settings whose sentences are listed; with more of them a figure gives a rule.
LISTED = 600
#: Name of the parameter of a chart that holds its finding.
NAME = "finding"


@dataclass(frozen=True)
class Slider:
    """A number of the reader's choice; made by :func:`slider`."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float
    shown: str = "{}"
    thousands: bool = True

    @property
    def decimals(self) -> int:
        """Digits behind the point that every value of the slider needs.

        >>> slider("x", "x", 0, 1, 0.25, 0.5).decimals
        2
        """
        return max(_decimals(self.low), _decimals(self.step))

    @property
    def values(self) -> list[float]:
        """Every value that it can take.

        >>> slider("x", "x", 0, 0.3, 0.1, 0).values
        [0.0, 0.1, 0.2, 0.3]
        """
        count = round((self.high - self.low) / self.step)
        return [round(self.low + self.step * i, self.decimals) for i in range(count + 1)]

    @property
    def ends(self) -> list[float]:
        """Its lowest value, its start and its highest."""
        return list(dict.fromkeys([self.low, self.start, self.high]))

    @property
    def place(self) -> str:
        """Vega expression of the place of its value among :attr:`values`."""
        return f"round(({self.name} - {self.low:g}) / {self.step:g})"

    def text(self, value: float) -> str:
        """Print a value with its unit, as the page does.

        >>> slider("price", "Price", 0, 9000, 500, 1500, "${} an hour").text(1500)
        '$1,500 an hour'
        """
        return self.shown.replace("{}", f"{value:{',' * self.thousands}.{self.decimals}f}".replace("-", "−"))

    def parameter(self) -> alt.Parameter:
        """The parameter of the chart; other programs that open the spec draw a slider for it."""
        bind = alt.binding_range(min=self.low, max=self.high, step=self.step, name=f"{self.label} ")
        return alt.param(name=self.name, value=self.start, bind=bind)

    def described(self) -> dict[str, Any]:
        """What the page knows of it."""
        kept = {name: getattr(self, name) for name in ("name", "label", "low", "high", "step", "start", "thousands")}
        return {"kind": "slider", **kept, "decimals": self.decimals, "shown": self.shown, "text": self.text(self.start)}


@dataclass(frozen=True)
class Choice:
    """One of several names; made by :func:`choice`."""

    name: str
    label: str
    values: tuple[str, ...]
    start: str

    @property
    def ends(self) -> list[str]:
        """All of them."""
        return list(self.values)

    @property
    def place(self) -> str:
        """Vega expression of the place of its value among :attr:`values`."""
        return f"indexof({json.dumps(self.values, ensure_ascii=False)}, {self.name})"

    def text(self, value: str) -> str:
        """Print a value."""
        return value

    def parameter(self) -> alt.Parameter:
        """The parameter of the chart; other programs that open the spec draw a menu for it."""
        bind = alt.binding_select(options=list(self.values), name=f"{self.label} ")
        return alt.param(name=self.name, value=self.start, bind=bind)

    def described(self) -> dict[str, Any]:
        """What the page knows of it."""
        return {
            "kind": "choice",
            "name": self.name,
            "label": self.label,
            "values": list(self.values),
            "start": self.start,
        }


Control = Slider | Choice


def slider(
    name: str,
    label: str,
    low: float,
    high: float,
    step: float,
    start: float,
    shown: str = "{}",
    thousands: bool = True,
) -> Slider:
    """A number of the reader's choice.

    Parameters
    ----------
    name : str
        Of the parameter in the chart's expressions and in the page's address.
    label : str
        What it changes, in a few words, without its unit.
    low, high, step : float
        Ends of the slider, both of which it reaches, and the distance of its values.
    start : float
        Where it stands at first; one of its values.
    shown : str
        How a value is printed, with ``{}`` for the number and its unit around it: ``"${} an hour"``, ``"{} %"``.
    thousands : bool
        Whether thousands are set apart; in the number of a year they are not.

    Raises
    ------
    ProblemError
        If no step leads to the start or to the upper end, if a value is printed with fewer digits than it has, or if
        ``{}`` is missing.

    Examples
    --------
    >>> slider("rate", "Discount rate", 1, 25, 1, 10, "{} % a year").text(10)
    '10 % a year'
    """
    if shown.count("{}") != 1:
        raise ProblemError(f"The slider {name!r} prints its value as {shown!r}; put {{}} where the number belongs.")
    if not low < high or step <= 0:
        raise ProblemError(f"The slider {name!r} goes from {low:g} to {high:g} by {step:g}; give it a way to go.")
    for what, value in (("ends", high), ("starts", start)):
        steps = (value - low) / step
        if not low <= value <= high or not math.isclose(steps, round(steps), abs_tol=1e-6):
            raise ProblemError(
                f"The slider {name!r} {what} at {value:g}, which steps of {step:g} from {low:g} to {high:g} never "
                "reach, so that a page would print one value and hold another; give another step."
            )
    found = Slider(name, label, low, high, step, start, shown, thousands)
    return replace(found, start=round(float(start), found.decimals))


def choice(name: str, label: str, values: Iterable[str], start: str) -> Choice:
    """One of several names.

    Parameters
    ----------
    name : str
        Of the parameter in the chart's expressions and in the page's address.
    label : str
        What it changes, in a few words.
    values : iterable of str
        The names, in the order in which they are offered.
    start : str
        The one that is chosen at first.

    Raises
    ------
    ProblemError
        If the start is none of the names, or there is nothing to choose.
    """
    offered = tuple(values)
    if start not in offered or len(offered) < 2:
        raise ProblemError(f"The menu {name!r} starts at {start!r} and offers {', '.join(offered)}; offer more.")
    return Choice(name, label, offered, start)


# --- settings and findings ----------------------------------------------------------------------------------


def start(controls: Sequence[Control]) -> dict[str, Any]:
    """The setting at the start."""
    return {control.name: control.start for control in controls}


def corners(controls: Sequence[Control]) -> Iterator[dict[str, Any]]:
    """Every setting at which each control is at an end, at its start, or at one of its names.

    >>> [each["x"] for each in corners([slider("x", "x", 0, 4, 1, 1)])]
    [0, 1.0, 4]
    """
    return _settings(controls, [control.ends for control in controls])


def rule_of(finding: Finding, controls: Sequence[Control]) -> str:
    """Vega expression that gives the finding at every setting, as a list of its sentences.

    Raises
    ------
    ProblemError
        If there are more settings than can be listed.
    """
    count = math.prod(len(control.values) for control in controls)
    if count > LISTED:
        raise ProblemError(f"The controls have {count:,} settings; give the figure a rule for its finding.")
    said = [spaced(finding(**each)) for each in _settings(controls, [control.values for control in controls])]
    place = ""
    for control in controls:
        place = f"({place}) * {len(control.values)} + {control.place}" if place else control.place
    different = list(dict.fromkeys(said))
    places = [different.index(sentence) for sentence in said]
    sentences = json.dumps(different, ensure_ascii=False)
    return f"{sentences}[{place}]" if len(different) == len(said) else f"{sentences}[{json.dumps(places)}[{place}]]"


def expression(rule: str) -> str:
    """The rule as the chart holds it: with the space before the sign of per cent that all texts have."""
    return f"replace({rule}, regexp('([0-9])%', 'g'), '$1 %')"


def _settings(controls: Sequence[Control], values: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    names = [control.name for control in controls]
    return (dict(zip(names, each, strict=True)) for each in itertools.product(*values))


def _decimals(value: float) -> int:
    text = f"{value:.9f}".rstrip("0")
    return len(text.partition(".")[2])
