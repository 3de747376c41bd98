"""What is wrong with the table under a figure, in sentences."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analysis.kit.figure_data import SERIES, drawn, meanings, shown

#: A unit, or a word that says that there is none.
UNIT = re.compile(
    r"%|\b(per cent|shares?|ratio|times|factor|odds|probability|correlation|exponent|elasticity|rank|number|count|seed|"
    r"index|coordinate|density|dollars?|bytes?|gigabytes?|bits?|nats?|points?|FLOP|gigaFLOP|FLOP/s|petaFLOP/s|"
    r"teraflop/s-days|tokens?|characters?|parameters?|multiply-adds|GPUs|GPU-hours|chips|chip-minutes|years?|months?|"
    r"days?|hours?|minutes?|seconds?|steps?|passes|layers?|units|weights|networks|functions|examples|images|"
    r"standard deviations?|watts?|kilowatt-hours?|picojoules?|qubits|decibels)\b"
)


def problems(spec: dict[str, Any]) -> list[str]:
    """Say why the data of a figure are not one tidy table with a meaning and a unit for each number."""
    table, said = shown(spec), meanings(spec)
    series = table.groupby(SERIES, sort=False) if SERIES in table else [("the table", table)]
    filled = {name: {column for column in rows if rows[column].notna().any()} for name, rows in series}
    found = [f"{c!r} is no plain name" for c in table if not re.fullmatch(r"[A-Za-z]\w*", str(c))]
    found += [f"no row has a {c!r}" for c in table if table[c].isna().all()]
    if len(set.intersection(*filled.values()) - {SERIES}) < min(2, len(table.columns)):
        found.append(f"the series {', '.join(map(repr, filled))} are filled in different columns")
    for column in table:
        if pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            if column not in said:
                found.append(f"{column!r} is not explained")
            elif not UNIT.search(said[column]):
                found.append(f"{column!r}, {said[column]!r}, has no unit")
    for mark in drawn(spec):
        for axis in ("x", "y"):
            place = mark.encoding.get(axis, {})
            other_unit = re.match(r"format\(datum\.value [*/]", (place.get("axis") or {}).get("labelExpr", ""))
            if other_unit and place.get("field") not in spec["usermeta"].get("columns", {}):
                found.append(f"the axis of {place['field']!r} is labelled in another unit than that of the data")
    unknown = {*spec["usermeta"].get("columns", {})} - {*table}
    found += [f"{column!r} is explained and there is no such column" for column in sorted(unknown)]
    return list(dict.fromkeys(found))
