"""Recompute everything the book prints, compare it with the committed references, and say in words what moved.

The references of a topic live in ``analysis/references/<topic>/``: ``figures/<id>.json``, ``numbers.json`` and
``claims.json``; those of the fact tables in ``analysis/references/facts/<table>.json``. A check that crashes is one
red row; the others go on.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from analysis import topics
from analysis.kit import claims, differences, facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

ROOT = Path(__file__).parents[1]
REFERENCES = Path(__file__).parent / "references"
BIBLIOGRAPHY = ROOT / "book" / "references.bib"
PARTS = ("fact", "check", "figure", "number", "claim", "experiment")
#: Differences of one item that are printed; the report has all.
SHOWN = 5


@dataclass
class Row:
    """One line of the verification: what was checked and how it came out."""

    part: str
    name: str
    state: str = "holds"  # holds | moved | broken
    found: list[str] = field(default_factory=list)
    note: str = ""
    #: Writes the new reference; None where there is nothing to accept.
    accept: Callable[[], None] | None = None
    #: Committed and new spec of a figure that moved, for the report.
    specs: tuple[dict[str, Any] | None, dict[str, Any] | None] = (None, None)

    @property
    def identity(self) -> str:
        """Such as ``figure/occam-prior-rank``."""
        return f"{self.part}/{self.name}"


def verify(only: str = "", *, deep: bool = False, references: Path = REFERENCES) -> Iterator[Row]:
    """Yield one :class:`Row` for each thing that the book prints, in a fixed order.

    Parameters
    ----------
    only : str
        Beginning of the items to check: ``figure``, ``figure/occam-prior`` or ``occam-prior``.
    deep : bool
        Recompute the experiments in full instead of a slice.
    references : Path
        Folder of the committed references.
    """
    known = re.match(f"({'|'.join(PARTS)})(/|$)", only)
    part, prefix = (known[1], only[known.end() :]) if known else ("", only)
    wanted = _Selection(part, prefix)
    if wanted.part("fact"):
        yield from _facts(wanted, references)
    for topic in topics.TOPICS:
        folder = references / topic
        if wanted.part("check"):
            yield from _guarded("check", topic, partial(_checks, topic, wanted))
        if wanted.part("figure"):
            yield from _figures(topic, wanted, folder / "figures")
        if wanted.part("number") and wanted.may_hold(topic, folder / "numbers.json"):
            yield from _guarded("number", topic, partial(_numbers, topic, wanted, folder))
    if wanted.part("claim"):
        yield from _claims(wanted, references)
    if wanted.part("experiment"):
        yield from _experiments(wanted, deep)


@dataclass(frozen=True)
class _Selection:
    only_part: str
    prefix: str

    def part(self, part: str) -> bool:
        return self.only_part in ("", part)

    def __call__(self, name: str) -> bool:
        return name.startswith(self.prefix)

    def may_hold(self, topic: str, path: Path) -> bool:
        """Whether a file of references, or its topic, may hold a wanted name (a missing file may)."""
        return topic.startswith(self.prefix) or not path.exists() or any(map(self, _read(path)))


def _guarded(part: str, name: str, rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Pass rows on; a crash becomes a red row of its own."""
    try:
        yield from rows()
    except Exception as error:
        yield Row(part, name, "broken", [_sentence(error)])


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no message"
    return text if isinstance(error, ProblemError) else f"{type(error).__name__}: {text}"


# --- facts and checks against published figures -------------------------------------------------------------


def source_keys(bibliography: Path = BIBLIOGRAPHY) -> set[str]:
    """The keys of the bibliography."""
    if not bibliography.exists():
        raise ProblemError(
            f"The bibliography {bibliography.name} is missing in {bibliography.parent.name}/; restore it."
        )
    return set(re.findall(r"^\s*@\w+\{\s*([^,\s]+)", bibliography.read_text(encoding="utf-8"), re.MULTILINE))


def _facts(wanted: _Selection, references: Path) -> Iterator[Row]:
    try:
        names = facts.names()
    except Exception as error:
        yield Row("fact", "datapackage", "broken", [_sentence(error)])
        return
    for name in filter(wanted, names):
        yield from _guarded("fact", name, partial(_fact_table, name, references / "facts" / f"{name}.json"))
    for path in sorted((references / "facts").glob("*.json")):
        if path.stem not in names and wanted(path.stem):
            yield _orphan("fact", path)


def _fact_table(name: str, path: Path) -> Iterator[Row]:
    table = facts.load(name)
    keys = source_keys()
    missing = [
        f"{name}.csv, fact {fact.id}: source {fact.source!r} is not in the bibliography"
        for fact in table.values()
        if fact.source not in keys
    ]
    if missing:
        yield Row("fact", name, "broken", missing)
    ends = ("value", "low", "high")
    new = {
        key: {**{end: getattr(fact, end) for end in ends if math.isfinite(getattr(fact, end))}, "unit": fact.unit}
        for key, fact in table.items()
    }
    found = [f"{name}.csv, fact {text.removeprefix('$.')}" for text in differences.tree_differences(_read(path), new)]
    yield Row("fact", name, "moved" if found else "holds", found, f"{len(table)} facts", lambda: _write(path, new))


def _checks(topic: str, wanted: _Selection) -> Iterator[Row]:
    try:
        module = topics.load(topic, "chapter.checks")
    except ModuleNotFoundError as error:
        if error.name == f"analysis.{topic}.chapter.checks":
            return
        raise
    if not topic.startswith(wanted.prefix) and not wanted.prefix.startswith(topic):
        return
    for check in module.checks():
        name = f"{topic}-{check.fact.id}"
        if wanted(name):
            state = "holds" if check.holds else "moved"
            yield Row("check", name, state, [] if check.holds else [str(check)], str(check))


# --- figures ------------------------------------------------------------------------------------------------


def _figures(topic: str, wanted: _Selection, folder: Path) -> Iterator[Row]:
    try:
        known = {
            identity: declared
            for identity, declared in topics.figures().items()
            if declared.function.__module__.startswith(f"analysis.{topic}.")
        }
    except Exception as error:
        yield Row("figure", topic, "broken", [_sentence(error)])
        return
    for identity, declared in known.items():
        if wanted(identity):
            yield from _guarded("figure", identity, partial(_figure, identity, declared, folder))
    for path in sorted(folder.glob("*.json")):
        if path.stem not in known and wanted(path.stem):
            yield _orphan("figure", path)


def _figure(identity: str, declared: Any, folder: Path) -> Iterator[Row]:
    path = folder / f"{identity}.json"
    new = json.loads(json.dumps(declared.build().spec()))
    old = _read(path)
    known = {*source_keys(), *facts.names(), *facts.wide_names(), *topics.experiments(), "computed"}
    unknown = [source for source in new["usermeta"]["sources"] if source not in known]
    if unknown:
        yield Row(
            "figure",
            identity,
            "broken",
            [f"{identity}: source {unknown[0]!r} is neither in the bibliography nor a table"],
        )
    if not new["usermeta"]["holds"]:
        yield Row("figure", identity, "broken", [f"{identity}: its title is not true: {declared.build().title}"])
    found = differences.spec_differences(old, new) if old else [f"{identity} has no reference yet"]
    rows = sum(map(len, new["datasets"].values()))
    yield Row(
        "figure",
        identity,
        "moved" if found else "holds",
        found,
        f"{rows} rows",
        lambda: _write(path, new),
        (old or None, new),
    )


# --- numbers and claims -------------------------------------------------------------------------------------


def _numbers(topic: str, wanted: _Selection, folder: Path) -> Iterator[Row]:
    path = folder / "numbers.json"
    old, new = _read(path), topics.numbers(topic)
    chosen = [
        {name: number for name, number in numbers.items() if wanted(name) or wanted(topic)} for numbers in (old, new)
    ]
    found = _number_differences(topic, *chosen)
    yield Row(
        "number",
        topic,
        "moved" if found else "holds",
        found,
        f"{len(new)} numbers",
        lambda: _write(path, _written(new)),
    )


def _written(numbers: Mapping[str, Number]) -> dict[str, Any]:
    """Numbers as a reference holds them: the value for the comparison, and the text that is printed."""
    return {name: {"value": float(f"{n.value:.9g}"), "text": repr(n)} for name, n in numbers.items()}


def _number_differences(owner: str, old: Mapping[str, dict[str, Any]], new: Mapping[str, Number]) -> list[str]:
    """How the numbers of a chapter, or of a verdict, differ from their references."""
    found = []
    for name in [*new, *(n for n in old if n not in new)]:
        if name not in old:
            found.append(f"number {name!r} of {owner} is new: {new[name]!r}")
        elif name not in new:
            found.append(f"number {name!r} of {owner} is gone: it was {old[name]['text']}")
        else:
            found += number_differences(owner, name, old[name], new[name])
    return found


def number_differences(owner: str, name: str, old: dict[str, Any], new: Number) -> list[str]:
    """How a number differs from its reference: in value, or in the way it is printed."""
    place = f"number {name!r} of {owner}"
    if not differences.same_number(old["value"], new.value):
        change = differences.relative_change(old["value"], new.value)
        return [f"{place}: {old['text']} -> {new!r} (value {old['value']:.9g} -> {new.value:.9g}, {change})"]
    if repr(Number(old["value"], new.format, new.unit)) != old["text"]:
        return [f"{place} is printed differently: {old['text']} -> {new!r}"]
    return []


def _claims(wanted: _Selection, references: Path) -> Iterator[Row]:
    try:
        ledger, rules = claims.ledger(), topics.rules()
    except Exception as error:
        yield Row("claim", "ledger", "broken", [_sentence(error)])
        return
    files = {chapter: references / chapter / "claims.json" for chapter in {claim.chapter for claim in ledger.values()}}
    old = {chapter: _read(path) for chapter, path in files.items()}

    def accept(chapter: str, name: str, reference: dict[str, Any] | None) -> Callable[[], None]:
        def write() -> None:
            kept = {**_read(files[chapter]), name: reference}
            _write(files[chapter], {n: kept[n] for n in ledger if kept.get(n)})

        return write

    for rule in rules:
        if rule not in ledger and wanted(rule):
            yield Row("claim", rule, "broken", [f"the verdict rule {rule} has no claim in the ledger"])
    for name, claim in ledger.items():
        if wanted(name):
            before = old[claim.chapter].get(name, {"verdict": "no reference", "numbers": {}})
            yield from _guarded(
                "claim", name, partial(_claim, claim, rules, before, partial(accept, claim.chapter, name))
            )
    for chapter, references_of in old.items():
        for name in references_of:
            if (name not in ledger or ledger[name].chapter != chapter) and wanted(name):
                yield Row(
                    "claim", name, "moved", [f"claim {name} is gone from the ledger"], "", accept(chapter, name, None)
                )


def _claim(claim: claims.Claim, rules: Any, before: dict[str, Any], accept: Any) -> Iterator[Row]:
    judgement = claims.judge(claim, rules)
    found = []
    if judgement.verdict != before["verdict"]:
        found.append(f"claim {claim.id}: {before['verdict']} -> {judgement.verdict} ({judgement.because})")
    found += _number_differences(f"claim {claim.id}", before["numbers"], judgement.numbers)
    reference = {"verdict": judgement.verdict, "numbers": _written(judgement.numbers)}
    yield Row("claim", claim.id, "moved" if found else "holds", found, judgement.verdict, accept(reference))


# --- experiments --------------------------------------------------------------------------------------------


def _experiments(wanted: _Selection, deep: bool) -> Iterator[Row]:
    from analysis.kit.experiments import RESULTS

    try:
        known = topics.experiments()
    except Exception as error:
        yield Row("experiment", "all", "broken", [_sentence(error)])
        return
    for name, experiment in known.items():
        if wanted(name):
            yield from _guarded("experiment", name, partial(_experiment, experiment, deep))
    for path in sorted(RESULTS.glob("*.csv")):
        if path.stem not in known and wanted(path.stem):
            yield Row("experiment", path.stem, "broken", [f"results/{path.name} belongs to no experiment; remove it"])


def _experiment(experiment: Any, deep: bool) -> Iterator[Row]:
    from analysis.kit import experiments

    committed = experiments.load_result(experiment.name)
    description = experiments.manifest(experiment.name)
    declared = json.loads(json.dumps({"parameters": dict(experiment.parameters), "seed": experiment.seed}))
    stated = {key: description.get(key) for key in declared}
    found = [f"{experiment.name}, manifest {text}" for text in differences.tree_differences(stated, declared)]
    if description.get("scale") != 1:
        found.append(f"{experiment.name}: the committed result is a trial at scale {description.get('scale')}")
    if deep:
        path = experiments.run_experiment(experiment, folder=experiments.TRIALS / "deep", progress=sys.stderr.isatty())
        recomputed, extent = experiments.load_result(experiment.name, path.parent), "all"
    else:
        tasks = experiment.sliced()
        recomputed = experiments.recompute(experiment, tasks)
        extent = f"slice of {len(tasks)}"
    found += [
        f"{experiment.name}, {text}"
        for text in differences.table_differences(committed, recomputed, experiment.comparison)
    ]
    worst = differences.largest_deviation(committed, recomputed, experiment.comparison)
    unit = "standard errors" if experiment.comparison.sigma else "(relative)"
    yield Row(
        "experiment",
        experiment.name,
        "moved" if found else "holds",
        found,
        f"{extent}, off by {worst:.2g} {unit}",
    )


# --- references ---------------------------------------------------------------------------------------------


def _orphan(part: str, path: Path) -> Row:
    return Row(part, path.stem, "moved", [f"{part} {path.stem} no longer exists, its reference does"], "", path.unlink)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ProblemError(f"The reference {path.parent.name}/{path.name} is not JSON; restore it with git.") from error


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# --- the command --------------------------------------------------------------------------------------------


def command(
    only: str = "",
    *,
    deep: bool = False,
    report: Path | None = None,
    accept: bool = False,
    out: TextIO | None = None,
) -> int:
    """Run the verification, print its table and one final sentence, and return the exit status."""
    out = out or sys.stdout
    rows = []
    with contextlib.redirect_stdout(sys.stderr):  # what a topic prints is no part of the table
        for row in verify(only, deep=deep):
            rows.append(row)
            print_row(row, out)
    if not rows:
        raise ProblemError(f"Nothing begins with {only!r}; 'python -m analysis list' shows what there is.")
    moved = [row for row in rows if row.state == "moved"]
    broken = [row for row in rows if row.state == "broken"]
    if report:
        from analysis.report import write_report

        print(f"Report: {write_report(rows, report)}", file=out)
    accepted = [row for row in moved if row.accept] if accept else []
    for row in accepted:
        row.accept()  # type: ignore[misc]
    left = len(moved) + len(broken) - len(accepted)
    print(_final(len(rows), len(moved) - len(accepted), len(broken), len(accepted)), file=out)
    return 1 if left else 0


def _final(total: int, moved: int, broken: int, accepted: int) -> str:
    if not moved and not broken and not accepted:
        return f"All {total} checks hold."
    parts = [f"{accepted} accepted as the new reference"] * bool(accepted)
    parts += [f"{moved} moved"] * bool(moved) + [f"{broken} broken"] * bool(broken)
    held = total - moved - broken - accepted
    return f"Of {total} checks {held} hold, " + ", ".join(parts) + "."


def print_row(row: Row, out: TextIO) -> None:
    """Print one row, and under it what moved, wrapped to the width of the terminal."""
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))
    note = row.note if row.state == "holds" else f"{len(row.found)} difference{'s' * (len(row.found) != 1)}"
    print(_clip(f"{row.state:<7}{row.identity:<42} {note}", width), file=out)
    for text in row.found[:SHOWN]:
        print(textwrap.fill(text, width, initial_indent="       - ", subsequent_indent="         "), file=out)
    if len(row.found) > SHOWN:
        print(f"       and {len(row.found) - SHOWN} more (verify --report DIR shows all)", file=out)
    out.flush()


def _clip(line: str, width: int) -> str:
    return line.rstrip() if len(line) <= width else line[: width - 2] + " …"
