"""Small pieces that charts of every chapter share: axes in words, direct labels."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.controls import Choice
from analysis.kit.figure import table
from analysis.kit.numbers import RAISED

#: Vega expression that prints a power of ten in words: 1 in 1,000 for 10^-3, 10,000, 1 million.
POWER_IN_WORDS = (
    "(datum.value < 0.9 ? '1 in ' : '') + (max(datum.value, 1 / datum.value) > 9e5 "
    "? format(max(datum.value, 1 / datum.value) / 1e6, ',.0f') + ' million' "
    ": format(max(datum.value, 1 / datum.value), ',.0f'))"
)
#: The same in few letters, for chances: 1/100, 1/10k.
CHANCE = (
    "datum.value > 0.9 ? '1' : '1/' + (1 / datum.value > 900 "
    "? format(1e-3 / datum.value, ',.0f') + 'k' : format(1 / datum.value, ',.0f'))"
)
#: The same as a power, 10²⁰, for numbers too large for words.
POWER = "'10' + " + functools.reduce(
    lambda said, raised: f"replace({said}, regexp('{raised[0]}', 'g'), '{raised[1]}')",
    ((digit, digit.translate(RAISED)) for digit in "0123456789"),
    "format(round(log(datum.value) / LN10), 'd')",
)
#: The same as an amount: 10k, 10M, 1B, 1T.
AMOUNT = (
    "datum.value >= 9e11 ? format(datum.value / 1e12, ',.0f') + 'T' : datum.value >= 9e8 ? "
    "format(datum.value / 1e9, ',.0f') + 'B' : datum.value >= 9e5 ? format(datum.value / 1e6, ',.0f') + 'M' : "
    "datum.value >= 900 ? format(datum.value / 1e3, ',.0f') + 'k' : format(datum.value, ',.0f')"
)


def log_axis(title: str, low: int, high: int, every: int = 1, label: str = POWER_IN_WORDS) -> dict[str, Any]:
    """Keywords of a logarithmic channel from ``10**low`` to ``10**high`` with a label at every power of ten.

    Parameters
    ----------
    title : str
        What is measured; the words "each step is ten times more" are added (or the factor of `every` decades).
    low, high : int
        Exponents of the ends.
    every : int
        Decades between labels.
    label : str
        Vega expression that prints one: :data:`POWER_IN_WORDS`, :data:`POWER` or :data:`AMOUNT`.
    """
    step = {1: "ten times", 2: "a hundred times", 3: "a thousand times", 4: "ten thousand times"}[every]
    return {
        "title": [title, f"(each step is {step} more)"],
        "scale": alt.Scale(type="log", domain=[10.0**low, 10.0**high], nice=False),
        "axis": alt.Axis(values=[10.0**k for k in range(low, high + 1, every)], labelExpr=label),
    }


def ticks(
    title: str | None, low: float, high: float, values: Sequence[float], step: str = "", **axis: Any
) -> dict[str, Any]:
    """Keywords of a channel from `low` to `high` with labels at `values`.

    Parameters
    ----------
    title : str or None
        What is measured.
    low, high : float
        Ends of the axis.
    values : sequence of float
        Where the labels stand.
    step : str
        What each step is, such as "ten times more"; with it the axis is logarithmic and says so.
    **axis
        Of ``altair.Axis``, such as ``format``.
    """
    return {
        "title": [title, f"(each step is {step})"] if step else title,
        "scale": alt.Scale(type="log" if step else alt.Undefined, domain=[low, high], nice=False),
        "axis": alt.Axis(values=list(values), **axis),
    }


def named_colour(field: str, colours: dict[str, str], legend: bool = False) -> alt.Color:
    """A colour channel with a stated colour for each name."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", scale=scale, legend=alt.Legend(title=None, columns=2) if legend else None)


def named_shape(field: str, shapes: dict[str, str], columns: int = 0, grey: bool = False) -> alt.Shape:
    """A shape channel with a stated shape for each name and a legend, `grey` where colour means something else."""
    legend: dict[str, Any] = {"columns": columns} if columns else {}
    if grey:
        legend |= {"symbolFillColor": theme.PUBLISHED, "symbolStrokeColor": theme.PUBLISHED}
    scale = alt.Scale(domain=list(shapes), range=list(shapes.values()))
    return alt.Shape(f"{field}:N", scale=scale, legend=alt.Legend(title=None, **legend))


#: Edges of bars that differ beside their colour: full, pale, and empty with a dashed edge.
_EDGES = ([1, 0], [1, 0], [4, 2])


def bars_apart(
    field: str, colours: dict[str, str], words: dict[str, str] | None = None, columns: int = 1
) -> dict[str, Any]:
    """Channels of bars of up to three kinds that differ in colour and in how they are filled.

    Parameters
    ----------
    field : str
        Column of the kind.
    colours : dict of str to str
        Colour of each kind, the surest first: its bars are full, those of the second pale, of the third empty.
    words : dict of str to str, optional
        What the legend calls a kind.
    columns : int
        Of the legend.
    """
    kinds = list(colours)
    legend = alt.Legend(title=None, columns=columns, symbolStrokeWidth=1.5, symbolType="square")
    if words:
        legend.labelExpr = f"{json.dumps(words)}[datum.label]"
    fills, edges = [colours[kinds[0]], theme.GRID, theme.PAPER], list(colours.values())

    def scale(values: list[Any]) -> alt.Scale:
        return alt.Scale(type="ordinal", domain=kinds, range=list(values[: len(kinds)]))

    return {
        "fill": alt.Fill(f"{field}:N", scale=scale(fills), legend=legend),
        "stroke": alt.Stroke(f"{field}:N", scale=scale(edges), legend=legend),
        "strokeDash": alt.StrokeDash(f"{field}:N", scale=scale(list(_EDGES)), legend=legend),
    }


def by_width(narrow: float | str, wide: float | str) -> alt.ExprRef:
    """A property of a mark that differs between a phone's picture and a text column's, such as where a label stands.

    For single and layered views, whose width Vega knows by that name.

    Examples
    --------
    >>> by_width(4, -8).to_dict()
    {'expr': 'width < 400 ? 4 : -8'}
    """
    return alt.ExprRef(expr=f"width < 400 ? {json.dumps(narrow)} : {json.dumps(wide)}")


def labels(
    name: str,
    rows: pd.DataFrame,
    x: alt.X,
    y: alt.Y,
    colour: str | None = None,
    **mark: Any,
) -> alt.Chart:
    """Text that names a line or point where it is; `rows` has a column ``label`` and, without `colour`, ``colour``."""
    chart = alt.Chart(table(name, rows)).mark_text(**{"align": "left", "dx": 6, **mark})
    if colour is None:
        return chart.encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None))
    return chart.encode(x=x, y=y, text="label:N", color=alt.value(colour))


def row_labels(name: str, rows: pd.DataFrame, y: alt.Y, dy: int = -18, **mark: Any) -> alt.Chart:
    """Text above each row, from its left edge; `rows` has the field of `y` and a column ``label``."""
    return (
        alt.Chart(table(name, rows))
        .mark_text(**{"align": "left", "dy": dy, "color": theme.INK, **mark})
        .encode(x=alt.value(2), y=y, text="label:N")
    )


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Move places on a line as little as it takes for each to be `gap` from the next; their order stays.

    Examples
    --------
    >>> apart([0.42, 0.1, 0.41], 0.04)
    [0.435, 0.1, 0.395]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    groups: list[list[int]] = []
    for i in order:
        groups.append([i])
        while len(groups) > 1 and _start(groups[-1], places, gap) - _start(groups[-2], places, gap) < gap * len(
            groups[-2]
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = {i: _start(group, places, gap) + gap * k for group in groups for k, i in enumerate(group)}
    return [round(moved[i], 6) for i in range(len(places))]


def _start(group: list[int], places: Sequence[float], gap: float) -> float:
    """Where the first of a group stands, whose middle is the mean of what it names."""
    return sum(places[i] for i in group) / len(group) - gap * (len(group) - 1) / 2


def title_by_choice(
    name: str, control: Choice, titles: Mapping[str, str], across: int | None = None, above: int = 10
) -> alt.Chart:
    """The title of an axis that follows a choice: `above` the axis of y or, `across` pixels below its top, that of x.

    The axis itself has no title then, and the figure's ``columns`` say what its column means.
    """
    rows = pd.DataFrame({control.name: list(titles), "label": list(titles.values())})
    baseline: Any = "bottom" if across is None else "top"
    chart = alt.Chart(table(name, rows)).transform_filter(f"datum.{control.name} == {control.name}")
    place = alt.value(-above if across is None else across)
    mark = chart.mark_text(align="left", color=theme.QUIET, baseline=baseline)
    return mark.encode(x=alt.value(0), y=place, text="label:N")


def rule_at(name: str, value: float, orient: str = "y") -> alt.Chart:
    """A thin dashed line of theory at one value."""
    chart = alt.Chart(table(name, pd.DataFrame({orient: [value]})))
    mark = chart.mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
    return mark.encode(y=alt.Y("y:Q")) if orient == "y" else mark.encode(x=alt.X("x:Q"))


def theory(name: str, rows: pd.DataFrame, x: alt.X | None = None, y: alt.Y | None = None, **mark: Any) -> alt.Chart:
    """What a theory predicts, thin and dashed: a line through the rows, or a rule where only one axis is given."""
    chart = alt.Chart(table(name, rows))
    style = {"color": theme.THEORY, "strokeDash": theme.THEORY_DASH}
    if x is None or y is None:
        return chart.mark_rule(**{**style, **mark}).encode(**({"y": y} if x is None else {"x": x}))
    return chart.mark_line(**{**style, "strokeWidth": 1.2, **mark}).encode(x=x, y=y)
