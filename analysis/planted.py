"""Five figures of the book, each with a fault planted in it, for a lab: who compares finds them, who looks does not.

A fault is planted in memory, in a copy of what the book draws; no file changes. Each figure stays true to itself: it
draws, and its title holds. What gives it away is the committed reference, as :mod:`analysis.verify` holds it against
every figure. The references are in the repository and not in the package.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis import reference as references
from analysis import topics
from analysis.kit import chapters, facts
from analysis.kit.errors import ProblemError, closest

Spec = dict[str, Any]
#: What can be wrong: a number of the data, a row left out, where an axis begins, a word, a published fact.
KINDS = ("value", "row", "axis", "words", "fact")


@dataclass(frozen=True)
class Fault:
    """A fault in a figure.

    Parameters
    ----------
    figure : str
        Id of the figure.
    kind : str
        One of :data:`KINDS`.
    plant : callable, optional
        Damages a copy of the figure's document.
    facts : mapping
        What is replaced while the figure is drawn.
    """

    figure: str
    kind: str
    plant: Callable[[Spec], None] | None = None
    facts: Mapping[str, float] = field(default_factory=dict)


def _value(spec: Spec) -> None:
    spec["datasets"]["runs"][12]["loss"] *= 1.01


def _row(spec: Spec) -> None:
    del spec["datasets"]["networks"][17]


def _axis(spec: Spec) -> None:
    bars = spec["layer"][0]
    bars["mark"]["clip"] = True
    bars["encoding"]["x"]["scale"]["domain"] = [0.04, 0.3]


def _words(spec: Spec) -> None:
    for layer in spec["layer"]:
        axis = layer["encoding"]["y"]
        if "title" in axis:
            axis["title"] = axis["title"].replace("nats", "bits")


FAULTS: dict[str, Fault] = {
    "a": Fault("scaling-second-witness", "value", _value),
    "b": Fault("toolbox-clipping", "row", _row),
    "c": Fault("market-falls", "axis", _axis),
    "d": Fault("scaling-rounding", "words", _words),
    "e": Fault("deepseek-fleet", "fact", facts={"deepseek/llama31-cluster": 24_756}),
}


def reference(letter: str) -> Spec:
    """The committed document of the figure that `letter` stands for.

    Raises
    ------
    ProblemError
        If there is no such letter, or no repository around the package.
    """
    figure = _fault(letter).figure
    known = references.specs(references.read(topics.of_figure(figure)))
    if figure not in known:
        raise ProblemError(
            "The committed figures are missing; they are in the book’s repository: clone it, and start Python there."
        )
    return known[figure]


def figure(letter: str) -> Spec:
    """The document of the same figure with the fault in it (see :func:`reference`)."""
    fault = _fault(letter)
    if fault.plant:
        spec = copy.deepcopy(reference(letter))
        fault.plant(spec)
        return spec
    with facts.override(fault.facts):
        return chapters.draw(fault.figure, topics.of_figure(fault.figure)).spec()


def _fault(letter: str) -> Fault:
    if letter not in FAULTS:
        raise ProblemError(f"There is no planted fault {letter!r}; {closest(letter, FAULTS)}")
    return FAULTS[letter]
