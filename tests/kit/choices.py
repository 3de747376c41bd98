"""Verdicts that rest on a choice, recomputed with the choice made otherwise.

A list, a table or a setting that the book chose may decide a verdict without a reader knowing. Each topic declares in
``tests/<topic>/test_choices.py`` the choices that its rules rest on and how they are varied: one entry left out, the
known omission added, the other setting. Where a variant turns the verdict, the reason must name what decides. What a
rule rests on is read from the program: the inputs that its function names, and the tables and facts that it reads.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from analysis import topics
from analysis.kit import facts
from analysis.kit.claims import Judgement

ROOT = Path(__file__).resolve().parents[2]
#: Makes one thing in the program otherwise, until the patch is undone.
Change = Callable[[pytest.MonkeyPatch], None]
#: A rule that reads more facts than this rests on a list of them.
MANY = 3
_WATCHING = """
import json, sys
from analysis.kit import watch
watch.start()
from analysis import topics
found = {}
for claim, rule in topics.rules().items():
    with watch.during() as seen:
        rule.judge()
    read = {what for what, _ in seen}
    tables = sorted(what.removeprefix("table ") for what in read if what.startswith("table "))
    found[claim] = [tables, sum(what.startswith("fact ") for what in read)]
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Choice:
    """One choice that a verdict rests on.

    Parameters
    ----------
    claim : str
    chosen : str
        What was chosen, as the program calls it: ``inputs.LAWS``, the table ``market_deals``, or a list of a model
        (``serving.MACHINES``).
    variants : mapping of Change, or a function that gives it
        Each other way to choose, by what the reason calls it.
    words : mapping of str
        The words of the reason that name a variant, where they are others than its name.
    """

    claim: str
    chosen: str
    variants: Mapping[str, Change] | Callable[[], Mapping[str, Change]]
    words: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.claim} {self.chosen}"

    def judgements(self) -> dict[str, Judgement]:
        """What the rule says under each variant."""
        found = {}
        for name, change in (self.variants() if callable(self.variants) else self.variants).items():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(facts, "frame", lambda *table: _frame(*table).copy())
                change(patch)
                found[name] = _judged(self.claim)
        return found

    def problems(self) -> str:
        """Say which variants turn the verdict although its reason does not name them."""
        asked, others = _judged(self.claim), self.judgements()
        found = [] if others else [f"{self}: there is no variant, so that nothing was varied"]
        found += [
            f"{self.claim}: with another {self.chosen} ({name}) it is {other.verdict} instead of {asked.verdict}, and "
            f"its reason does not say {self.words.get(name, name)!r}"
            for name, other in others.items()
            if other.verdict != asked.verdict and self.words.get(name, name).lower() not in asked.because.lower()
        ]
        return "\n".join(found)


#: The tables as they are, each read once.
_frame = functools.cache(facts.frame)


def _judged(claim: str) -> Judgement:
    """Judge with the caches of all models emptied, before and after."""
    empty_caches()
    try:
        return topics.rules()[claim].judge()
    finally:
        empty_caches()


def empty_caches() -> None:
    """Let the models of all topics compute again what they keep."""
    for name, module in list(sys.modules.items()):
        if re.match(rf"analysis\.({'|'.join(topics.TOPICS)})\.", name):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def other(module: ModuleType, name: str, values: Mapping[str, Any]) -> dict[str, Change]:
    """The other settings of a constant or a function of a module, by what they are called."""
    return {
        label: lambda patch, value=value: patch.setattr(module, name, value)  # type: ignore[misc]
        for label, value in values.items()
    }


def without_each(module: ModuleType, name: str, keep: Iterable[str] = ()) -> dict[str, Change]:
    """Leave out one entry after the other of a list, tuple or dict of a module; it is called by its key or itself.

    Entries to `keep` are those that the claim itself is about.
    """
    entries = getattr(module, name)
    if isinstance(entries, Mapping):
        rest = {str(key): {k: v for k, v in entries.items() if k != key} for key in entries}
    else:
        rest = {str(entry): type(entries)(e for e in entries if e != entry) for entry in entries}
    return other(module, name, {label: value for label, value in rest.items() if label not in set(keep)})


def without_each_row(
    table: str, column: str, where: str = "", reader: tuple[ModuleType, str] = (facts, "frame")
) -> dict[str, Change]:
    """Leave out the rows of a table that have one value of a column, one value after the other.

    Parameters
    ----------
    table, column : str
    where : str
        A query: only the values in the rows that it finds are left out.
    reader : (module, str)
        The function that reads the table by its name, where it is called: ``(verdicts, "load_result")`` for the result
        of an experiment.
    """
    rows = getattr(*reader)(table)
    chosen = rows.query(where) if where else rows
    return {str(value): with_rows(table, rows[rows[column] != value], reader) for value in chosen[column].unique()}


def with_rows(table: str, rows: pd.DataFrame, reader: tuple[ModuleType, str] = (facts, "frame")) -> Change:
    """Let a table have these rows."""
    module, function = reader

    def changed(patch: pytest.MonkeyPatch) -> None:
        read = getattr(module, function)
        patch.setattr(module, function, lambda name, *rest: rows.copy() if name == table else read(name, *rest))

    return changed


# --- what a rule rests on ----------------------------------------------------------------------------------------


@functools.cache
def read_by_rules() -> dict[str, tuple[list[str], int]]:
    """Of each rule the tables that it reads and how many facts, found by watching it in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _WATCHING], cwd=ROOT, capture_output=True, text=True, check=True)
    return {claim: (tables, count) for claim, (tables, count) in json.loads(done.stdout).items()}


def inputs_of(judge: Callable[[], Judgement], inputs: ModuleType) -> set[str]:
    """The inputs of a chapter that the function of a rule names, as ``inputs.NAME``."""
    source = inspect.getsource(judge)
    body = source[source.index("\ndef ") :]  # a rule's sentence prints what it names
    named = set(re.findall(r"\binputs\.(\w+)", body))
    space = vars(sys.modules[judge.__module__])
    imported = {
        n for n in re.findall(r"\b[A-Z][A-Z0-9_]+\b", body) if n in vars(inputs) and space.get(n) is vars(inputs)[n]
    }
    return {f"inputs.{name}" for name in named | imported}


def undeclared(topic: str, choices: Iterable[Choice], fixed: Mapping[str, str]) -> str:
    """Say which choices of a topic's rules are neither varied nor declared as fixed, and which declared are none.

    Parameters
    ----------
    topic : str
    choices : iterable of Choice
    fixed : mapping of str
        Why something is no choice, by its name as in :attr:`Choice.chosen`, or by ``<claim> <name>``.
    """
    verdicts, inputs = topics.load(topic, "chapter.verdicts"), topics.load(topic, "chapter.inputs")
    declared = {(choice.claim, choice.chosen) for choice in choices}
    found, used = [], set()
    for claim, rule in topics.rules().items():
        if rule.judge.__module__ != verdicts.__name__:
            continue
        tables, count = read_by_rules()[claim]
        rests = inputs_of(rule.judge, inputs) | set(tables)
        if count > MANY and not any(c == claim and not n.startswith("inputs.") for c, n in declared):
            rests.add("its facts")
        for name in sorted(rests):
            reasons = {name, f"{claim} {name}"} & set(fixed)
            used |= reasons
            if (claim, name) not in declared and not reasons:
                found.append(
                    f"{claim} rests on {name}: vary it in tests/{topic}/test_choices.py, or say why it is fixed"
                )
        lists = {
            name for c, name in declared if c == claim and (name.startswith("inputs.") or name in facts.wide_names())
        }
        found += [f"{claim} does not rest on {name}; drop it" for name in sorted(lists - rests)]
    found += [f"no rule of {topic} rests on {name}; drop it" for name in sorted(set(fixed) - used)]
    return "\n".join(found)
