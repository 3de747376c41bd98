"""Published values as a sentence would have them: 90 billion dollars, 14.8 trillion tokens, 37 % of revenue.

Tables for machines keep every digit; what is shortened here stands in full in the title of its cell and in the CSV.
"""

from __future__ import annotations

import math
import re

from analysis.kit.numbers import Number

#: What a unit of the tables is called in a sentence.
_CALLED = ((r"\bUSD\b", "dollars"),)
_SIZES = ((" trillion", 1e12), (" billion", 1e9), (" million", 1e6))


def exact(value: float) -> str:
    """Print a value without losing a digit of it.

    Examples
    --------
    >>> exact(1e8), exact(0.25), exact(2.06e-7)
    ('100,000,000', '0.25', '2.06e-07')
    """
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return repr(value)


def digits(value: float) -> int:
    """Count the significant digits that a value is given with.

    >>> digits(2664000), digits(0.284), digits(5e25)
    (4, 3, 1)
    """
    return max(1, len(repr(float(value)).split("e")[0].replace(".", "").replace("-", "").strip("0")))


def number(value: float, computed: bool = False) -> str:
    """Print a value so that it can be read.

    Parameters
    ----------
    value : float
        The value.
    computed : bool
        Whether it was computed, so that digits beyond the fourth say nothing; what a source prints is kept to eight.

    Examples
    --------
    >>> number(2664000), number(14.8e12), number(90e9), number(2.79e25)
    ('2,664,000', '14.8 trillion', '90 billion', '2.79 × 10²⁵')
    >>> number(88.7228391), number(60.4094706, computed=True), number(2.06e-7), number(6.0073404)
    ('88.7228', '60.41', '2.06 × 10⁻⁷', '6.0073404')
    >>> number(9999847628.8, computed=True), number(1281167.0, computed=True)
    ('10 billion', '1,281,167')
    >>> number(0), number(-0.076), number(317.671), number(131072)
    ('0', '−0.076', '317.671', '131,072')
    """
    if math.isnan(value):
        return ""
    if computed:
        value = float(f"{value:.4g}") if not value.is_integer() or abs(value) >= 1e7 else value
    kept = digits(value)
    kept = kept if kept <= 8 else 6
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-3:
        return repr(Number(value, f".{max(kept - 1, 0)}sci"))
    if size >= 1e7 or (size >= 1e6 and kept <= 3):
        words, unit = next((words, unit) for words, unit in _SIZES if size >= unit)
        return repr(Number(value / unit, f",.{_decimals(value / unit, min(kept, 6))}f", words))
    if value == int(value):
        return repr(Number(value, ",.0f"))
    return repr(Number(value, f",.{_decimals(value, kept)}f"))


def _decimals(value: float, kept: int) -> int:
    return max(0, kept - 1 - math.floor(math.log10(abs(value))))


def measured(value: float, unit: str, computed: bool = False) -> tuple[str, str]:
    """Return a value and what it counts, each as it is read.

    Examples
    --------
    >>> measured(90e9, "USD"), measured(0.37, "share of revenue"), measured(2024.99, "year")
    (('90 billion', 'dollars'), ('37 %', 'of revenue'), ('2024.99', ''))
    >>> measured(12, "per cent a year"), measured(0.34, "1"), measured(2, "USD a GPU-hour")
    (('12 %', 'a year'), ('0.34', ''), ('2', 'dollars a GPU-hour'))
    """
    if unit == "year":
        return (f"{value:g}" if value == int(value) else f"{value:.{_decimals(value, digits(value))}f}"), ""
    for start, factor in (("share", 100.0), ("per cent", 1.0)):
        if unit == start or unit.startswith(f"{start} "):
            share = float(f"{value * factor:.12g}")
            return f"{number(share, computed)} %", unit.removeprefix(start).strip()
    if unit == "1":
        return number(value, computed), ""
    for pattern, called in _CALLED:
        unit = re.sub(pattern, called, unit)
    return number(value, computed), unit


def interval(low: float, high: float, unit: str, computed: bool = False) -> str:
    """Print a published interval as its value is printed; empty where there is none.

    Examples
    --------
    >>> interval(1.2e12, 1.5e12, "tokens"), interval(math.nan, 0.2, "share"), interval(math.nan, math.nan, "1")
    ('1.2 trillion to 1.5 trillion', 'up to 20 %', '')
    """
    ends = ["" if math.isnan(end) else measured(end, unit, computed)[0] for end in (low, high)]
    if all(ends):
        return " to ".join(ends)
    return f"at least {ends[0]}" if ends[0] else f"up to {ends[1]}" if ends[1] else ""
