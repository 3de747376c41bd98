"""Numbers that a person types at the command line: each mistake is one sentence."""

from __future__ import annotations

import math

from analysis.kit.errors import ProblemError


def number(text: str, what: str, example: str) -> float:
    """A finite number that was typed.

    >>> number("5.76e23", "budget", "1e24")
    5.76e+23
    """
    try:
        value = float(text)
    except ValueError as error:
        raise ProblemError(f"The {what} {text!r} is not a number; give one such as {example}.") from error
    if not math.isfinite(value):
        raise ProblemError(f"The {what} {text!r} is not finite; give one such as {example}.")
    return value


def whole(text: str, what: str, example: str, least: int = 0, most: int | None = None) -> int:
    """A whole number that was typed, from `least` to `most`.

    >>> whole("2e3", "number of resamples", "4000")
    2000
    """
    value = number(text, what, example)
    if value != int(value):
        raise ProblemError(f"The {what} is {text}; give a whole number such as {example}.")
    if value < least or (most is not None and value > most):
        bounds = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
        raise ProblemError(f"The {what} is {text}; give {bounds}.")
    return int(value)
