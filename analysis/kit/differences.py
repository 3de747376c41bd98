"""What differs between two figure specs, or two tables, in the words of someone who has to find it.

Data is compared first, cell by cell and with tolerances, because a picture hides a change of 0.1 % in one point;
then everything else of the spec (marks, encodings, texts) by its JSON path.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.kit.experiments import Comparison

TOLERANCE = 1e-6
#: Below this two numbers are the same zero.
ZERO = 1e-12

Row = Mapping[str, Any]


def relative_change(old: float, new: float) -> str:
    """The change from `old` to `new` in words.

    >>> relative_change(200.0, 201.0), relative_change(0.0, 1.0)
    ('+0.5 %', 'from zero')
    """
    return f"{(new - old) / abs(old) * 100:+.3g} %" if old else "from zero"


def same_number(old: float, new: float, tolerance: float = TOLERANCE) -> bool:
    """Whether two numbers agree within a relative tolerance."""
    return math.isclose(old, new, rel_tol=tolerance, abs_tol=ZERO)


def spec_differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Differences between a figure's committed spec and its new one, one sentence each.

    Parameters
    ----------
    old, new : dict
        Specs as :meth:`analysis.kit.figure.Figure.spec` makes them; the tolerances by field are those of `old`.

    Returns
    -------
    list of str
        Empty when the figure holds. A cell is named by series, row (from 1) and field; anything else by its JSON path.
    """
    figure = new.get("usermeta", {}).get("id", "?")
    tolerances = old.get("usermeta", {}).get("tolerances", {})
    before, after = _tables(old), _tables(new)
    found = []
    for series in [*before, *(name for name in after if name not in before)]:
        place = f"{figure}, series {series!r}"
        if series not in after:
            found.append(f"{place}: is gone")
        elif series not in before:
            found.append(f"{place}: is new")
        else:
            found += [f"{place}, {text}" for text in _rows(before[series], after[series], tolerances)]
    before, after = (_without_tables(spec) for spec in (old, new))
    found += [f"{figure}, {text}" for text in tree_differences(before, after)]
    return found


def _tables(spec: dict[str, Any]) -> dict[str, Any]:
    """The tables of a chart and, where the figure gives them, the data in the CSV under it."""
    given = spec.get("usermeta", {}).get("data")
    return spec.get("datasets", {}) | ({"of the CSV": given} if given else {})


def _without_tables(spec: dict[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in spec.get("usermeta", {}).items() if key != "data"}
    return {key: value for key, value in spec.items() if key not in ("datasets", "$schema")} | {"usermeta": meta}


def tree_differences(old: Any, new: Any, path: str = "$") -> Iterator[str]:
    """Differences between two JSON trees as ``path: old -> new``; numbers within :data:`TOLERANCE` are the same."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(k for k in new if k not in old)]:
            if key not in new:
                yield f"{path}.{key}: {_short(old[key])} is gone"
            elif key not in old:
                yield f"{path}.{key}: {_short(new[key])} is new"
            else:
                yield from tree_differences(old[key], new[key], f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{path}: has {len(new)} entries instead of {len(old)}"
        for index, (a, b) in enumerate(zip(old, new, strict=False)):
            yield from tree_differences(a, b, f"{path}[{index}]")
    elif not _same(old, new, TOLERANCE):
        yield f"{path}: {_short(old)} -> {_short(new)}"


def table_differences(old: pd.DataFrame, new: pd.DataFrame, comparison: Comparison) -> list[str]:
    """Differences between a committed result and recomputed rows of it, one sentence each.

    Parameters
    ----------
    old : DataFrame
        The committed table.
    new : DataFrame
        Recomputed rows, perhaps from a slice of the tasks.
    comparison : Comparison
        Which columns name a row, which are compared and how.
    """
    keys = list(comparison.keys)
    rows = new.query(comparison.where) if comparison.where else new
    if rows.empty:
        return ["the recomputed slice has no row to compare"]
    missing = {*keys, *comparison.values} - ({*old.columns} & {*new.columns})
    if missing:
        return [f"column {sorted(missing)[0]!r} is missing from one of the tables"]
    committed = {tuple(map(str, key)): row for key, row in _by_key(old, keys)}
    found = []
    for key, row in _by_key(rows, keys):
        place = "row " + ", ".join(f"{name} {value}" for name, value in zip(keys, key, strict=True))
        before = committed.get(tuple(map(str, key)))
        if before is None:
            found.append(f"{place}: is not in the committed table")
            continue
        for name in comparison.values:
            text = _value_difference(before, row, name, comparison)
            if text:
                found.append(f"{place}, field {name!r}: {text}")
    return found


def largest_deviation(old: pd.DataFrame, new: pd.DataFrame, comparison: Comparison) -> float:
    """The largest difference in standard errors (statistical comparison), or the largest relative one."""
    committed = {tuple(map(str, key)): row for key, row in _by_key(old, list(comparison.keys))}
    rows = new.query(comparison.where) if comparison.where else new
    worst = 0.0
    for key, row in _by_key(rows, list(comparison.keys)):
        before = committed.get(tuple(map(str, key)))
        if before is None:
            continue
        for name in comparison.values:
            a, b = float(before[name]), float(row[name])
            scale = _error(before, row, name) if comparison.sigma else abs(a)
            if math.isfinite(a) and math.isfinite(b) and scale > 0:
                worst = max(worst, abs(a - b) / scale)
    return worst


def _by_key(table: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], Row]]:
    for row in table.to_dict("records"):
        yield tuple(_plain(row[key]) for key in keys), row  # type: ignore[misc]


def _plain(value: Any) -> Any:
    """A key as it reads in a csv file, so that 7, 7.0 and numpy's 7 name the same row."""
    return f"{value:.9g}" if isinstance(value, int | float | np.number) and not isinstance(value, bool) else str(value)


def _value_difference(before: Row, after: Row, name: str, comparison: Comparison) -> str:
    old, new = float(before[name]), float(after[name])
    if math.isnan(old) and math.isnan(new):
        return ""
    if comparison.sigma is None:
        if same_number(old, new, comparison.tolerance):
            return ""
        return f"{old:.9g} -> {new:.9g} ({relative_change(old, new)})"
    error = _error(before, after, name)
    if abs(new - old) <= comparison.sigma * error + comparison.tolerance:
        return ""
    return (
        f"{old:.6g} -> {new:.6g} ({relative_change(old, new)}), {abs(new - old) / error if error else math.inf:.1f} "
        f"standard errors apart where {comparison.sigma:g} are allowed"
    )


def _error(before: Row, after: Row, name: str) -> float:
    return math.hypot(float(before[f"{name}_se"]), float(after[f"{name}_se"]))


def _rows(old: list[Row], new: list[Row], tolerances: Mapping[str, float]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"has {len(new)} rows instead of {len(old)}"
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        for field in [*before, *(f for f in after if f not in before)]:
            a, b = before.get(field), after.get(field)
            if field not in after or field not in before:
                yield f"row {number}, field {field!r}: is {'gone' if field in before else 'new'}"
            elif not _same(a, b, tolerances.get(field, TOLERANCE)):
                change = f" ({relative_change(float(a), float(b))})" if _number(a) and _number(b) else ""  # type: ignore[arg-type]
                yield f"row {number}, field {field!r}: {_short(a)} -> {_short(b)}{change}"


def _same(old: Any, new: Any, tolerance: float) -> bool:
    return same_number(old, new, tolerance) if _number(old) and _number(new) else old == new


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    text = f"{value:.9g}" if _number(value) else repr(value)
    return text if len(text) <= 90 else f"{text[:60]} … {text[-25:]}"
