"""What would move if facts or assumptions were others: numbers, verdicts, findings of figures, checks and errata.

Only what read a changed thing in the chapter's run (:mod:`analysis.runs`) is computed again, in this process, with the
change in force (:mod:`analysis.kit.overriding`).
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from analysis import topics
from analysis.kit import claims, overriding
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number


@dataclass(frozen=True)
class Outcome:
    """What a topic's numbers and verdicts come to.

    Parameters
    ----------
    numbers : dict of Number
        Of the prose, by name.
    judgements : dict of Judgement
        By claim.
    refused : dict of str
        By function of the prose (``number``) or claim: the error that it raised instead.
    """

    numbers: dict[str, Number] = field(default_factory=dict)
    judgements: dict[str, claims.Judgement] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, float]:
        """Every number by ``number <name>`` and ``claim <id>/<name>``, as the runs call them."""
        found = {f"number {name}": float(number.value) for name, number in self.numbers.items()}
        for claim, judgement in self.judgements.items():
            found |= {f"claim {claim}/{name}": float(number.value) for name, number in judgement.numbers.items()}
        return found


@functools.cache
def parts(topic: str) -> dict[str, Callable[[], Mapping[str, Number]]]:
    """The functions whose numbers ``chapter.prose.numbers`` joins, by name; ``numbers`` itself if it joins none."""
    prose = topics.load(topic, "chapter.prose")
    called = [node for node in ast.walk(ast.parse(inspect.getsource(prose.numbers))) if isinstance(node, ast.Call)]
    names = [node.func.id for node in called if isinstance(node.func, ast.Name) and not node.args]
    found = {name: getattr(prose, name) for name in names if inspect.isfunction(getattr(prose, name, None))}
    return found or {"numbers": prose.numbers}


def outcome_with(
    changes: Mapping[str, float | None], topic: str, chosen: Iterable[str], judged: Iterable[str]
) -> Outcome:
    """The same as :func:`outcome` with some facts and assumptions changed; nothing where they may not be so."""
    try:
        with overriding.override(changes):
            return outcome(topic, chosen, judged)
    except ProblemError as error:  # an assumption of several parts checks itself when it is made
        return Outcome(refused={topic: str(error)})


def outcome(topic: str, chosen: Iterable[str], judged: Iterable[str]) -> Outcome:
    """Compute some parts of a chapter's numbers, and some verdicts, as facts and assumptions are now.

    Parameters
    ----------
    topic : str
    chosen : iterable of str
        Names of :func:`parts`.
    judged : iterable of str
        Claims of this topic.
    """
    found, rules = Outcome(), topics.rules()
    for name in chosen:
        try:
            found.numbers.update(parts(topic)[name]())
        except Exception as error:  # what cannot be computed is told, and the rest goes on
            found.refused[name] = _sentence(error)
    for claim in judged:
        try:
            found.judgements[claim] = rules[claim].judge()
        except Exception as error:
            found.refused[claim] = _sentence(error)
    return found


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ProblemError) else f"{type(error).__name__}: {text}"


def claims_of(topic: str) -> list[str]:
    """The claims that the rules of a topic judge."""
    home = topics.load(topic, "chapter.verdicts").__name__
    return [claim for claim, rule in topics.rules().items() if rule.judge.__module__ == home]
