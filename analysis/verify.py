"""Recompute everything the book prints, compare it with the committed references, and say in words what moved.

Figures and what cells print are held against the reference notebooks (:mod:`analysis.reference`); numbers, verdicts and
errata against ``numbers.json``, ``claims.json`` and ``errata.json`` in ``analysis/references/<topic>``, facts against
``analysis/references/facts/<table>.json``. All comes from the chapters' runs (:mod:`analysis.runs`); a narrow question
runs no chapter, but computes what it asks for.
A check that crashes is one red row; the others go on.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TextIO

from analysis import reference, runs, topics
from analysis.kit import chapters, claims, differences, errata, facts
from analysis.kit.bibliography import REFERENCES as BIBLIOGRAPHY
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.report import Change, Row, final_sentence, print_row
from analysis.runs import sentence

ROOT = Path(__file__).parents[1]
REFERENCES = Path(__file__).parent / "references"
PARTS = ("fact", "check", "figure", "output", "number", "claim", "erratum", "experiment", "trace")
#: Parts of which a wide question runs the chapters.
RUN = ("", "figure", "output")


def verify(
    only: str = "", *, deep: bool = False, references: Path = REFERENCES, notebooks: Path | None = None
) -> Iterator[Row]:
    """Yield one :class:`Row` for each thing that the book prints, in a fixed order.

    Parameters
    ----------
    only : str
        Beginning of the items to check: ``figure``, ``figure/occam-prior`` or ``occam-prior``.
    deep : bool
        Recompute the experiments in full instead of a slice.
    references : Path
        Folder of the committed references.
    notebooks : Path, optional
        Folder of the reference notebooks.
    """
    known = re.match(f"({'|'.join(PARTS)})(/|$)", only)
    part, prefix = (known[1], only[known.end() :]) if known else ("", only)
    wanted = _Selection(part, prefix)
    if wanted.part("fact"):
        yield from _facts(wanted, references)
    wide = [topic for topic in topics.TOPICS if wanted.chapter(topic)]
    started = runs.run_all(wide) if wide else {}
    given = {topic: _Chapter(topic, started.get(topic)) for topic in topics.TOPICS}
    for topic, chapter in given.items():
        if wanted.part("check"):
            yield from _guarded("check", topic, partial(_checks, chapter, wanted))
        if wanted.part("figure"):
            yield from _guarded("figure", topic, partial(_figures, chapter, wanted, notebooks))
        if wanted.part("output") and wanted(topic):
            yield from _guarded("output", topic, partial(_outputs, chapter, notebooks))
        if wanted.part("number") and wanted.may_hold(topic, references / topic / "numbers.json"):
            yield from _guarded("number", topic, partial(_numbers, chapter, wanted, references / topic))
    if wanted.part("claim"):
        yield from _claims(wanted, given, references)
    if wanted.part("erratum"):
        yield from _errata(wanted, given, references)
    if wanted.part("experiment"):
        yield from _experiments(wanted, deep)
    if wanted.part("trace"):
        for topic in filter(wanted, topics.TOPICS):
            yield from _guarded("trace", topic, partial(_trace, topic))


@dataclass(frozen=True)
class _Selection:
    only_part: str
    prefix: str

    def part(self, part: str) -> bool:
        return self.only_part in ("", part)

    def __call__(self, name: str) -> bool:
        return name.startswith(self.prefix)

    def chapter(self, topic: str) -> bool:
        """Whether the whole chapter is asked for, so that it is worth a run."""
        return self.only_part in RUN and topic.replace("_", "-").startswith(self.prefix.replace("_", "-"))

    def may_hold(self, topic: str, path: Path) -> bool:
        """Whether a file of references, or its topic, may hold a wanted name (a missing file may)."""
        return topic.startswith(self.prefix) or not path.exists() or any(map(self, _read(path)))


@dataclass(frozen=True)
class _Chapter:
    """What a chapter gives: from its run if there is one, else computed here as it is asked for."""

    topic: str
    started: runs.Run | runs.CellFailed | None

    @cached_property
    def run(self) -> runs.Run | None:
        if self.started is None:
            return runs.find(self.topic)
        return self.started if isinstance(self.started, runs.Run) else None

    def checks(self) -> list[runs.ToldCheck]:
        if self.run:
            self.whole("check")
            return self.run.checks
        return runs.told_checks(self.topic)

    def numbers(self) -> dict[str, Number]:
        if self.run:
            self.whole("number")
            return self.run.numbers
        return topics.numbers(self.topic)

    def judgement(self, claim: claims.Claim, rules: Mapping[str, claims.Rule]) -> claims.Judgement:
        if self.run and claim.id in rules:
            self.whole(f"claim/{claim.id}")
            return self.run.judgements[claim.id]
        return claims.judge(claim, rules)

    def erratum(self, identity: str, compute: Callable[[], errata.Erratum]) -> errata.Erratum:
        return self.run.erratum(identity, compute) if self.run else compute()

    def spec(self, identity: str) -> dict[str, Any]:
        if self.run:
            return self.run.specs[identity]
        return json.loads(json.dumps(chapters.draw(identity, self.topic).spec()))

    def whole(self, part: str) -> None:
        """Tell of what crashed while the run computed it."""
        if self.run and part in self.run.broken:
            raise ProblemError(self.run.broken[part])


def _guarded(part: str, name: str, rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Pass rows on; a crash becomes a red row of its own."""
    try:
        yield from rows()
    except Exception as error:
        yield Row(part, name, "broken", [sentence(error)])


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
        yield Row("fact", "datapackage", "broken", [sentence(error)])
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
    old = _read(path)
    found = [f"{name}.csv, fact {text.removeprefix('$.')}" for text in differences.tree_differences(old, new)]
    changes = list(_fact_changes(name, old, new))
    note = f"{len(table)} facts"
    yield Row("fact", name, "moved" if found else "holds", found, note, lambda: _write(path, new), changes=changes)


def _fact_changes(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """How the facts of a table moved, one by one."""
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before and after and list(differences.tree_differences(before, after)):
            size = differences.relative_change(before["value"], after["value"])
            same = differences.same_number(before["value"], after["value"])
            size = "its interval or unit" if same else size
            yield Change("fact", f"{table}/{key}", _fact(before), _fact(after), size)
        elif not (before and after):
            size = "new" if after else "gone"
            yield Change("fact", f"{table}/{key}", _fact(before) if before else "", _fact(after) if after else "", size)


def _fact(told: dict[str, Any]) -> str:
    interval = [f"{told[end]:.6g}" for end in ("low", "high") if end in told]
    return " ".join([f"{told['value']:.6g}", told["unit"], *([f"({' to '.join(interval)})"] if interval else [])])


def _checks(chapter: _Chapter, wanted: _Selection) -> Iterator[Row]:
    if not (chapter.topic.startswith(wanted.prefix) or wanted.prefix.startswith(chapter.topic)):
        return
    if chapter.run is None and wanted.prefix and not _may_check(chapter.topic, wanted):
        return
    for check in chapter.checks():
        if wanted(check.name):
            said = [] if check.holds else [check.sentence]
            yield Row("check", check.name, "holds" if check.holds else "moved", said, check.sentence)


def _may_check(topic: str, wanted: _Selection) -> bool:
    """Whether a published figure of a topic may be asked for; the figures of the book have other names."""
    return any(wanted(f"{topic}-{identity}") for table in facts.names() for identity in facts.load(table))


# --- figures and what cells print ----------------------------------------------------------------------------


def _figures(chapter: _Chapter, wanted: _Selection, notebooks: Path | None) -> Iterator[Row]:
    topic, old = chapter.topic, reference.specs(reference.read(chapter.topic, notebooks))
    drawn = chapters.figure_cells(topic)
    declared = topics.figures(topic)
    for identity in [*drawn, *(i for i in declared if i not in drawn)]:
        if not wanted(identity):
            continue
        if identity not in declared:
            yield Row("figure", identity, "broken", [f"chapters/{topic}.md draws {identity}, which nothing declares"])
        elif identity not in drawn:
            yield Row(
                "figure", identity, "broken", [f"no cell of chapters/{topic}.md draws {identity}; draw or drop it"]
            )
        else:
            yield from _guarded(
                "figure", identity, partial(_figure, identity, chapter, old.get(identity), drawn[identity].place)
            )
    for identity in old:
        if identity not in drawn and wanted(identity):
            gone = f"figure {identity} no longer exists, its reference does"
            yield Row("figure", identity, "moved", [gone], "", lambda: reference.accept(runs.run(topic)))


def _figure(identity: str, chapter: _Chapter, old: dict[str, Any] | None, place: int) -> Iterator[Row]:
    new = chapter.spec(identity)
    meta = new["usermeta"]
    known = {*source_keys(), *facts.names(), *facts.wide_names(), *topics.results(), "computed"}
    faults = [
        f"{identity}: source {source!r} is neither in the bibliography nor a table"
        for source in meta["sources"]
        if source not in known
    ]
    if not meta["holds"]:
        faults.append(f"{identity}: its title is not true: {meta['title']}")
    if faults:
        yield Row("figure", identity, "broken", faults)
    found = differences.spec_differences(old, new) if old else [f"{identity} has no reference yet"]
    rows = sum(map(len, new["datasets"].values()))
    yield Row(
        "figure",
        identity,
        "moved" if found else "holds",
        found,
        f"{rows} rows",
        lambda: reference.accept_figure(chapters.cells(chapter.topic), place, new),
        (old, new),
        [Change("figure", identity, size=f"differences: {len(found)}")] if found else [],
    )


def _outputs(chapter: _Chapter, notebooks: Path | None) -> Iterator[Row]:
    """The code of a chapter and what its cells print, apart from figures."""
    if isinstance(chapter.started, runs.CellFailed):
        raise chapter.started
    run = chapter.run or runs.run(chapter.topic)
    found = reference.differences(run, reference.read(chapter.topic, notebooks))
    note = f"{len(run.cells)} cells"
    yield Row("output", chapter.topic, "moved" if found else "holds", found, note, lambda: reference.accept(run))


# --- numbers and claims -------------------------------------------------------------------------------------


def _numbers(chapter: _Chapter, wanted: _Selection, folder: Path) -> Iterator[Row]:
    path, topic = folder / "numbers.json", chapter.topic
    old, new = _read(path), chapter.numbers()

    def chosen(numbers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: number for name, number in numbers.items() if wanted(name) or wanted(topic)}

    found = _number_differences(topic, chosen(old), chosen(new))
    yield Row(
        "number",
        topic,
        "moved" if found else "holds",
        found,
        f"{len(new)} numbers",
        lambda: _write(path, _written(new)),
        changes=_number_changes("number", chosen(old), chosen(new)),
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


def _number_changes(kind: str, old: Mapping[str, dict[str, Any]], new: Mapping[str, Number]) -> list[Change]:
    """The same, for the report: old and new as they are printed, and by how much."""
    found = []
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            text = (old[name]["text"], "", "gone") if name in old else ("", repr(new[name]), "new")
            found.append(Change(kind, name, *text))
        elif number_differences("", name, old[name], new[name]):
            size = differences.relative_change(old[name]["value"], new[name].value)
            found.append(Change(kind, name, old[name]["text"], repr(new[name]), size))
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


def _claims(wanted: _Selection, given: Mapping[str, _Chapter], references: Path) -> Iterator[Row]:
    try:
        ledger, rules = claims.ledger(), topics.rules()
    except Exception as error:
        yield Row("claim", "ledger", "broken", [sentence(error)])
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
            judge = partial(given[claim.chapter].judgement if claim.chapter in given else claims.judge, claim, rules)
            yield from _guarded(
                "claim", name, partial(_claim, claim, judge, before, partial(accept, claim.chapter, name))
            )
    for chapter, references_of in old.items():
        for name in references_of:
            if (name not in ledger or ledger[name].chapter != chapter) and wanted(name):
                yield Row(
                    "claim", name, "moved", [f"claim {name} is gone from the ledger"], "", accept(chapter, name, None)
                )


def _claim(
    claim: claims.Claim, judge: Callable[[], claims.Judgement], before: dict[str, Any], accept: Any
) -> Iterator[Row]:
    judgement = judge()
    found = []
    if judgement.verdict != before["verdict"]:
        found.append(f"claim {claim.id}: {before['verdict']} -> {judgement.verdict} ({judgement.because})")
    found += _number_differences(f"claim {claim.id}", before["numbers"], judgement.numbers)
    changes = _number_changes(f"number of {claim.id}", before["numbers"], judgement.numbers)
    if judgement.verdict != before["verdict"]:
        changes.insert(0, Change("verdict", claim.id, before["verdict"], judgement.verdict, judgement.because))
    reference = {"verdict": judgement.verdict, "numbers": _written(judgement.numbers)}
    state = "moved" if found else "holds"
    yield Row("claim", claim.id, state, found, judgement.verdict, accept(reference), changes=changes)


# --- errata ------------------------------------------------------------------------------------------------


def _errata(wanted: _Selection, given: Mapping[str, _Chapter], references: Path) -> Iterator[Row]:
    for topic, chapter in given.items():
        path = references / topic / "errata.json"
        if wanted.may_hold(topic, path):
            yield from _guarded("erratum", topic, partial(_errata_of, chapter, wanted, path))


def _errata_of(chapter: _Chapter, wanted: _Selection, path: Path) -> Iterator[Row]:
    declared, old = topics.errata(chapter.topic), _read(path)

    def accept(identity: str, reference: dict[str, Any] | None) -> Callable[[], None]:
        def write() -> None:
            kept = {**_read(path), identity: reference}
            left = {name: kept[name] for name in declared if kept.get(name)}
            _write(path, left) if left else path.unlink()

        return write

    for identity, compute in declared.items():
        if wanted(identity) or wanted(chapter.topic):
            given = partial(chapter.erratum, identity, compute)
            one = partial(_erratum, identity, given, old.get(identity), partial(accept, identity))
            yield from _guarded("erratum", identity, one)
    for identity in old:
        if identity not in declared and (wanted(identity) or wanted(chapter.topic)):
            gone = [f"erratum {identity} no longer exists, its reference does"]
            yield Row("erratum", identity, "moved", gone, "", accept(identity, None))


def _erratum(
    identity: str, compute: Callable[[], errata.Erratum], before: dict[str, Any] | None, accept: Any
) -> Iterator[Row]:
    found = compute()
    faults = []
    if found.source not in source_keys():
        faults.append(f"erratum {identity}: source {found.source!r} is not in the bibliography")
    if not found.holds:
        faults.append(f"erratum {identity}: the contradiction is gone; remove the erratum, or say what is left of it")
    if faults:
        yield Row("erratum", identity, "broken", faults)
    texts = {name: found.text(name) for name in ("title", "claim", "finding", "correction")}
    texts |= {"source": found.source, "locator": found.locator, "sure": found.sure}
    new = {**texts, "numbers": _written(found.numbers)}
    moved = [f"erratum {identity} has no reference yet"] if before is None else []
    if before is not None:
        moved += _number_differences(f"erratum {identity}", before["numbers"], found.numbers)
        moved += [
            f"erratum {identity}, {name}: {before.get(name)!r} -> {text!r}"
            for name, text in texts.items()
            if before.get(name) != text and not moved  # a number that moved is told once
        ]
    changes = _number_changes(f"number of erratum {identity}", (before or {"numbers": {}})["numbers"], found.numbers)
    yield Row("erratum", identity, "moved" if moved else "holds", moved, found.sure, accept(new), changes=changes)


# --- experiments --------------------------------------------------------------------------------------------


def _experiments(wanted: _Selection, deep: bool) -> Iterator[Row]:
    from analysis.kit.experiments import RESULTS

    try:
        known, measured = topics.results(), topics.measurements()
    except Exception as error:
        yield Row("experiment", "all", "broken", [sentence(error)])
        return
    for name, result in known.items():
        if wanted(name):
            judge = partial(_measurement, result) if name in measured else partial(_experiment, result, deep)
            yield from _guarded("experiment", name, judge)
    for path in sorted(RESULTS.glob("*.csv")):
        if path.stem not in known and wanted(path.stem):
            yield Row("experiment", path.stem, "broken", [f"results/{path.name} belongs to no experiment; remove it"])


def _trace(topic: str) -> Iterator[Row]:
    """Whether what was read for each number and verdict is what it hangs on; a missing table is told elsewhere."""
    from analysis import sensitivity
    from analysis.kit import experiments

    if not (experiments.RESULTS / f"{topics.identity(topic, 'sensitivity')}.csv").exists():
        return
    found = sensitivity.disagreements(topic)
    note = f"{len(sensitivity.reads(topic))} numbers and verdicts hang on what they read"
    yield Row("trace", topic, "moved" if found else "holds", found, note)


def _experiment(experiment: Any, deep: bool) -> Iterator[Row]:
    from analysis.kit import experiments

    if not experiment.tasks(1):
        yield Row("experiment", experiment.name, "holds", [], "nothing to compute yet")
        return
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


def _measurement(measurement: Any) -> Iterator[Row]:
    from analysis.kit import experiments

    committed = experiments.load_result(measurement.name)
    recomputed = measurement.recompute(committed)
    found = [
        f"{measurement.name}, {text}"
        for text in differences.table_differences(committed, recomputed, measurement.comparison)
    ]
    told = f"{len(recomputed)} of {len(committed)} rows; not recomputed: {measurement.untold}"
    yield Row("experiment", measurement.name, "moved" if found else "holds", found, told)


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


@contextlib.contextmanager
def references_of(commit: str) -> Iterator[tuple[Path, Path]]:
    """Give the folders of references and of reference notebooks as a commit has them.

    Raises
    ------
    ProblemError
        If git does not know the commit.
    """
    places = [path.relative_to(ROOT).as_posix() for path in (REFERENCES, reference.FOLDER)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            packed = subprocess.run(
                ["git", "archive", commit, *places], cwd=ROOT, capture_output=True, check=True
            ).stdout
        except OSError as error:
            raise ProblemError("What a commit had is asked of git, which does not run here; install it.") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").partition("\n")[0]
            raise ProblemError(
                f"There are no references of the commit {commit!r} ({said}); name one that git knows."
            ) from error
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder, places[0]), Path(folder, places[1])


# --- the command --------------------------------------------------------------------------------------------


def command(
    only: str = "",
    *,
    deep: bool = False,
    report: Path | None = None,
    against: str = "",
    accept: bool = False,
    out: TextIO | None = None,
) -> int:
    """Run the verification, print its table and one final sentence, and return the exit status."""
    if against and accept:
        raise ProblemError("What moved since another commit cannot be accepted; leave out --against or --accept.")
    out = out or sys.stdout
    rows = []
    with contextlib.ExitStack() as stack:
        old = stack.enter_context(references_of(against)) if against else (REFERENCES, None)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))  # what a topic prints is no part of the table
        for row in verify(only, deep=deep, references=old[0], notebooks=old[1]):
            rows.append(row)
            print_row(row, out)
    if not rows:
        raise ProblemError(f"Nothing begins with {only!r}; 'python -m analysis list' shows what there is.")
    moved = [row for row in rows if row.state == "moved"]
    broken = [row for row in rows if row.state == "broken"]
    if report:
        print(f"Report: {_report(rows, report, against)}", file=out)
    accepted = [row for row in moved if row.accept] if accept else []
    for row in accepted:
        row.accept()  # type: ignore[misc]
    left = len(moved) + len(broken) - len(accepted)
    print(final_sentence(len(rows), len(moved) - len(accepted), len(broken), len(accepted)), file=out)
    return 1 if left else 0


def _report(rows: list[Row], folder: Path, against: str) -> Path:
    from analysis.report_page import write_report

    found = [run for topic in topics.TOPICS if (run := runs.find(topic))]
    reads: dict[str, set[str]] = {}
    for run in found:
        for item, read in run.reads.items():
            kind, _, name = item.partition(" ")
            known = f"{kind} {run.topic}/{name}" if kind == "number" else f"{kind} {name.partition('/')[0]}"
            reads.setdefault(known, set()).update(what for what, _ in read)
    seconds = {run.topic: run.seconds for run in found}
    return write_report(rows, folder, reads=reads, against=against, seconds=seconds)
