"""Which verdicts of a rule were reached by data while its tests ran, and which no data reached.

A rule that gives the same verdict whatever the data say judges nothing. While a test module that judges runs, each
verdict is noted, unless a threshold of the rule or an input that the book chose was changed for it: then it was another
rule that gave it. At the end every verdict that a rule's sentence names must have been reached, by the published data
or by others.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

from analysis.kit.claims import VERDICTS, Judgement, Rule

_GIVEN_WHEN = r" (?:if|unless|otherwise|when|where|while|for|in|as long as|below|above)\b|:"
_NAMED = re.compile(rf"\b({'|'.join(VERDICTS)})(?={_GIVEN_WHEN})")


def named(sentence: str) -> set[str]:
    """The verdicts that the sentence of a rule names.

    >>> sorted(named("a forecast, partly at best: partly if it falls; wrong otherwise"))
    ['partly', 'wrong']
    """
    return set(_NAMED.findall(sentence))


class Turns:
    """Notes the verdicts of the rules of a chapter.

    Parameters
    ----------
    rules : mutable mapping of Rule
        All rules by claim; those of the chapter are replaced by ones that note what they return.
    verdicts : module
        The chapter's rules; its constants are the thresholds.
    others : iterable of modules
        Further modules whose constants are no data.
    """

    def __init__(
        self, rules: MutableMapping[str, Rule], verdicts: ModuleType, others: Iterable[ModuleType] = ()
    ) -> None:
        self.rules, self.modules = rules, [verdicts, *others]
        self.own = {claim: rule for claim, rule in rules.items() if rule.judge.__module__ == verdicts.__name__}
        self.chosen = self._constants()
        self.reached: dict[str, set[str]] = defaultdict(set)
        rules.update({claim: replace(rule, judge=self._noting(claim, rule.judge)) for claim, rule in self.own.items()})

    def _constants(self) -> dict[str, Any]:
        """Thresholds and inputs as they are now: names in capitals, by identity where they cannot be compared."""
        return {
            f"{module.__name__}.{name}": value if isinstance(value, int | float | str | tuple) else id(value)
            for module in self.modules
            for name, value in vars(module).items()
            if name.isupper() and not isinstance(value, FunctionType)
        }

    def _noting(self, claim: str, judge: Callable[[], Judgement]) -> Callable[[], Judgement]:
        @functools.wraps(judge)
        def noted() -> Judgement:
            judgement = judge()
            if self._constants() == self.chosen:
                self.reached[claim].add(judgement.verdict)
            return judgement

        return noted

    def stop(self) -> None:
        """Put the rules back."""
        self.rules.update(self.own)

    def problems(self) -> str:
        """Say which verdict of a rule no data reached, which verdict no rule names, and which rule cannot fall."""
        found = []
        for claim, rule in self.own.items():
            said, reached = named(rule.sentence), self.reached[claim] | {rule.judge().verdict}
            found += [f"no data of these tests turn {claim} to {verdict!r}" for verdict in sorted(said - reached)]
            found += [f"{claim} was {verdict!r}, which its rule does not name" for verdict in sorted(reached - said)]
            if len(said) < 2 and said != {"opinion"}:  # advice has no truth value
                found.append(f"{claim} names {' and '.join(said) or 'no verdict'} only, so that it cannot fall")
        return "\n".join(found)
