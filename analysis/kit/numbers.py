"""Numbers for the prose, how each is printed, and numbers rounded for the pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Number:
    """A number that a chapter prints; ``glue`` takes it as it is.

    Parameters
    ----------
    value : float
        The value.
    format : str
        Python format specification; ``"sci"`` prints 2.0 × 10⁻⁶, ``".2sci"`` so with two decimals, ``"power"`` the
        nearest power of ten, 10²¹, and ``"words"`` a small count in words (:func:`in_words`).
    unit : str
        Printed after the number, with its own leading space where one is wanted.
    how : str
        What it is and how it comes about, in words: "Days of pretraining: GPU-hours over the GPUs that ran at once,
        over the hours of a day". A number that is a published fact as it stands needs none.

    Examples
    --------
    >>> Number(0.98412, ".2f")
    0.98
    >>> Number(1e6, ",.0f")
    1,000,000
    >>> Number(0.731, ".0%")
    73 %
    >>> Number(2.04e-6, "sci")
    2.0 × 10⁻⁶
    >>> Number(5.76e23, ".2sci"), Number(1e21, "power")
    (5.76 × 10²³, 10²¹)
    >>> Number(8, "words", " bits")
    eight bits
    """

    value: float
    format: str = "g"
    unit: str = ""
    how: str = field(default="", compare=False)

    def __repr__(self) -> str:
        if self.format.endswith("sci"):
            mantissa, exponent = f"{self.value:{self.format.removesuffix('sci') or '.1'}e}".split("e")
            text = f"{mantissa} × 10{str(int(exponent)).translate(RAISED)}"
        elif self.format == "power":
            text = f"10{str(round(math.log10(self.value))).translate(RAISED)}"
        elif self.format == "words":
            text = in_words(self.value)
        else:
            text = format(self.value, self.format).replace("%", " %")
        return text.replace("-", "−") + self.unit

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # myst-nb evaluates what it pastes as a Python literal: without quotes 1,000 is a tuple and 0.50 loses a digit
        return {"text/plain": repr(repr(self))}


def amount(value: float, how: str = "") -> Number:
    """How many parameters, tokens or FLOP, in words from a million on and as a power of ten beyond words.

    `how` says how it comes about, as in :class:`Number`.

    Examples
    --------
    >>> amount(10_000), amount(1.4e12), amount(5.76e23)
    (10,000, 1.4 trillion, 5.8 × 10²³)
    """
    for words, size in ((" trillion", 1e12), (" billion", 1e9), (" million", 1e6)):
        if size <= value < 1000 * size:
            return Number(value / size, ".4g", words, how=how)
    return Number(value, "sci" if value >= 1e6 else ",.0f", how=how)


def joined(*parts: Mapping[str, Number]) -> dict[str, Number]:
    """All numbers of a text from those of its parts; each name once.

    Raises
    ------
    ProblemError
        If two parts give a name: the text would print one and the other would be lost.

    Examples
    --------
    >>> joined({"pages": Number(12)}, {"lines": Number(340)})
    {'pages': 12, 'lines': 340}
    """
    found: dict[str, Number] = {}
    for part in parts:
        if twice := sorted(found.keys() & part.keys()):
            raise ProblemError(f"Two parts of a text give a number the name {', '.join(twice)}; rename or drop one.")
        found |= part
    return found


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def in_words(value: float) -> str:
    """Print a count, rounded to a whole number, as a sentence has it: in words up to twelve.

    Examples
    --------
    >>> in_words(11.2), in_words(4096)
    ('eleven', '4,096')
    """
    whole = round(value)
    return _SMALL[whole] if 0 <= whole < len(_SMALL) else f"{whole:,}"


_SIZES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def roughly(value: float) -> str:
    """Print a positive amount of any size with two significant digits.

    Examples
    --------
    >>> roughly(0.3617), roughly(170.4), roughly(1.2e9), roughly(2e-5)
    ('0.36', '170', '1.2 billion', 'less than 0.001')
    """
    if value < 0.001:
        return "less than 0.001"
    size, word = next(((size, word) for size, word in _SIZES if value >= size), (1, ""))
    rounded = float(f"{value / size:.2g}")
    text = f"{rounded:,.{max(0, 1 - math.floor(math.log10(rounded)))}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + word


def roughly_rule(amount: str) -> str:
    """The Vega expression of :func:`roughly`; `amount` is an expression too.

    >>> roughly_rule("x")[:54]
    "(x < 0.001 ? 'less than 0.001' : x >= 1000000000000 ? "
    """
    sizes = "".join(
        f"{amount} >= {size:.0f} ? format({amount} / {size:.0f}, ',.2~r') + '{word}' : " for size, word in _SIZES
    )
    return f"({amount} < 0.001 ? 'less than 0.001' : {sizes}format({amount}, ',.2~r'))"


def filled(template: str, numbers: Mapping[str, Number]) -> str:
    """Print numbers where a text names them.

    >>> filled("It fell by {share} only.", {"share": Number(0.25, ".0%")})
    'It fell by 25 % only.'
    """
    return template.format(**{name: repr(number) for name, number in numbers.items()})


def printed_whole(what: str, template: str, numbers: Mapping[str, Number]) -> None:
    """Hold a text against its numbers: it prints all of them, and no others.

    Raises
    ------
    ProblemError
        Naming the number; `what` says whose text it is.
    """
    unused = [name for name in numbers if f"{{{name}}}" not in template]
    if unused:
        raise ProblemError(f"The {what} {template!r} does not print its number {unused[0]!r}; print or drop it.")
    try:
        filled(template, numbers)
    except (KeyError, IndexError, ValueError) as error:
        raise ProblemError(f"The {what} {template!r} prints {error}, which is none of its numbers.") from error


def spaced(text: str) -> str:
    """Put a space before the sign of per cent, as all texts of the book have it.

    >>> spaced("from 40% to 0.5%")
    'from 40 % to 0.5 %'
    """
    return re.sub(r"(?<=\d)%", " %", text)


#: Digits and minus as they stand in a power, for :meth:`str.translate`.
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def significant(rows: pd.DataFrame, digits: int = 6) -> pd.DataFrame:
    """Round every float of a table to `digits` significant digits, so that it is the same on every machine.

    Examples
    --------
    >>> significant(pd.DataFrame({"x": [3.14159265, 2e-9 / 3]}), 3)["x"].tolist()
    [3.14, 6.67e-10]
    """
    result = rows.copy()
    for column in result.select_dtypes("float"):
        result[column] = [float(f"{v:.{digits}g}") if np.isfinite(v) else v for v in result[column]]
    return result
