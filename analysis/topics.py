"""The chapters that have an analysis, and how the kit reaches into them.

The kit never imports a topic at import time: a topic is loaded by name when a command needs it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from analysis.kit import figure as _figure
from analysis.kit.errors import ProblemError

if TYPE_CHECKING:
    from analysis.kit.checks import Check
    from analysis.kit.claims import Rule
    from analysis.kit.errata import Erratum
    from analysis.kit.experiments import Experiment, Measurement
    from analysis.kit.numbers import Number

#: In the order of the book.
TOPICS = ("occam", "scaling", "deepseek", "distributed", "cnn_era", "toolbox", "market")


def load(topic: str, part: str) -> ModuleType:
    """Import ``analysis.<topic>.<part>``."""
    return importlib.import_module(f"analysis.{topic}.{part}")


def _optional(topic: str, part: str) -> ModuleType | None:
    """The same for a part that a topic may do without."""
    try:
        return load(topic, part)
    except ModuleNotFoundError as error:
        if error.name == f"analysis.{topic}.{part}":
            return None
        raise


def identity(topic: str, name: str = "") -> str:
    """What a topic's figure, experiment or table is called on the site and as a file.

    >>> identity("cnn_era", "turns")
    'cnn-era-turns'
    """
    return f"{topic.replace('_', '-')}-{name}"


def figures(*chosen: str) -> dict[str, Callable[..., _figure.Figure]]:
    """Every figure function of the book, or of the chosen topics, by id, in the order of the book."""
    found: dict[str, Callable[..., _figure.Figure]] = {}
    for topic in chosen or TOPICS:
        load(topic, "chapter.figures")
        found |= {name: f for name, f in _figure.REGISTRY.items() if name.startswith(identity(topic))}
    return found


def of_figure(name: str) -> str:
    """The topic that a figure's id begins with.

    >>> of_figure("cnn-era-milestones")
    'cnn_era'
    """
    for topic in TOPICS:
        if name.startswith(identity(topic)):
            return topic
    raise ProblemError(f"There is no figure {name!r}; an id begins with its topic: {', '.join(TOPICS)}.")


def experiments() -> dict[str, Experiment]:
    """Every declared experiment by name."""
    own = filter(None, (_optional(topic, "chapter.experiments") for topic in TOPICS))
    parts = [*own, *(importlib.import_module(f"analysis.{name}") for name in ("turning", "paths"))]
    return {e.name: e for part in parts for e in part.EXPERIMENTS}


def measurements() -> dict[str, Measurement]:
    """Every committed measurement of a machine that most do not have, by name."""
    return {m.name: m for m in importlib.import_module("analysis.gpu.measurements").MEASUREMENTS}


def results() -> dict[str, Experiment | Measurement]:
    """Every committed result by name, whatever gave it."""
    return experiments() | measurements()


def commands() -> list[ModuleType]:
    """The modules ``analysis.<topic>.commands`` of the topics that add commands to the command line."""
    return list(filter(None, (_optional(topic, "commands") for topic in TOPICS)))


def numbers(topic: str) -> dict[str, Number]:
    """Every number that the prose of a chapter prints, by name."""
    return load(topic, "chapter.prose").numbers()


def checks(topic: str) -> list[Check]:
    """Numbers of a topic held against published ones."""
    part = _optional(topic, "chapter.checks")
    return part.checks() if part else []


def rules() -> dict[str, Rule]:
    """Every verdict rule by claim id."""
    from analysis.kit.claims import RULES

    for topic in TOPICS:
        load(topic, "chapter.verdicts")
    return dict(RULES)


def errata(*chosen: str) -> dict[str, Callable[[], Erratum]]:
    """The functions that compute the errata of the book, or of the chosen topics, by id, in the order of the book."""
    from analysis.kit.errata import ERRATA

    parts = [part.__name__ for topic in chosen or TOPICS if (part := _optional(topic, "chapter.errata"))]
    return {identity: f for part in parts for identity, f in ERRATA.items() if f.__module__ == part}
