"""One run of each chapter for a given state of code, data and locks; page, verification and exports come from it.

A run executes the cells of a chapter in a kernel, and at its end computes in the same kernel the numbers of the prose,
the verdicts, the checks against published figures and the errata. It is kept in ``.cache/runs`` with everything it
depends on: the cells, the locks, the interpreter, and each file of the repository that the kernel imported or opened
(:mod:`analysis.kit.trace`). While it goes on, it is watched what each number, verdict, figure and erratum reads of the
published data (:mod:`analysis.kit.watch`), so that the origin of a number costs no second computation.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from analysis import topics
from analysis.kit import chapters, entries, overriding, surroundings, trace, watch
from analysis.kit.checks import Check
from analysis.kit.claims import RULES, Judgement
from analysis.kit.errata import Erratum
from analysis.kit.errors import STOPPED, ProblemError
from analysis.kit.experiments import cores
from analysis.kit.figure import BARE, MIME, identity_of
from analysis.kit.numbers import Number

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "runs"
#: The locks of the environments in which the book runs.
LOCKS = ("book.lock", "test.lock")
#: Runs of one chapter that are kept, for going back and forth between states.
KEPT = 3
#: Seconds that one cell may take.
TIMEOUT = 900
#: What is read (``fact table/id``, ``table name``, ``file folder/name.json``, ``assumption topic/NAME``), and where
#: (``path:line`` of the calls, the outermost first).
Read = tuple[str, tuple[str, ...]]
#: Clients of the kernels that are at work.
_RUNNING: set[Any] = set()


class CellFailed(ProblemError):
    """A cell of a chapter raised an error; ``cell`` is the cell and ``error`` its last line."""

    def __init__(self, cell: chapters.Cell, error: str) -> None:
        super().__init__(f"Cell {cell.place + 1} of chapters/{cell.chapter}.md fails: {error}")
        self.cell, self.error = cell, error


class ToldCheck(NamedTuple):
    """A number held against a published one: its name, whether that is as the chapter says, how, whether they agree."""

    name: str
    holds: bool
    sentence: str
    within: bool


@dataclass(frozen=True)
class Run:
    """What a chapter gave.

    Parameters
    ----------
    topic : str
    cells : list of chapters.Cell
    outputs : list of list of dict
        Of each cell, as Jupyter writes them.
    numbers : dict of Number
    judgements : dict of Judgement
        By claim.
    rules : dict of str
        The sentence of each claim's rule.
    checks : list of ToldCheck
    broken : dict of str
        What crashed while the numbers (``number``), a verdict (``claim/<id>``), the checks (``check``), or the errata
        (``erratum``, ``erratum/<id>``) were computed.
    seconds : float
    key : str
        Names this state.
    fresh : bool
        Whether it was executed just now.
    errata : dict of Erratum
        By id.
    tables : tuple of str
        Names of the tables below ``analysis/data`` that it read.
    reads : dict of list of (what, places)
        What everything that it computed read, by ``number <name>``, ``claim <id>``, ``claim <id>/<number>``,
        ``erratum <id>``, ``figure <id>`` and ``check <name>``.
    """

    topic: str
    cells: list[chapters.Cell]
    outputs: list[list[dict[str, Any]]]
    numbers: dict[str, Number]
    judgements: dict[str, Judgement]
    rules: dict[str, str]
    checks: list[ToldCheck]
    broken: dict[str, str]
    seconds: float
    key: str
    fresh: bool = False
    errata: dict[str, Erratum] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    reads: dict[str, list[Read]] = field(default_factory=dict)

    def erratum(self, identity: str, compute: Callable[[], Erratum]) -> Erratum:
        """What the run computed of an erratum; one that was declared since is computed here.

        Raises
        ------
        ProblemError
            If it crashed in the run.
        """
        if f"erratum/{identity}" in self.broken:
            raise ProblemError(self.broken[f"erratum/{identity}"])
        return self.errata[identity] if identity in self.errata else compute()

    @property
    def specs(self) -> dict[str, dict[str, Any]]:
        """The figures' Vega-Lite documents by id, in the order of the chapter."""
        return {spec["usermeta"]["id"]: spec for outputs in self.outputs for spec in specs_in(outputs)}


def specs_in(outputs: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The figures among the outputs of a cell."""
    for output in outputs:
        if MIME in output.get("data", {}):
            yield output["data"][MIME]


def find(topic: str) -> Run | None:
    """The run of the present state, if there is one.

    Where something is replaced (:mod:`analysis.kit.overriding`), the book's own run is it if it read nothing of it.
    """
    changes = overriding.asked()
    if changes:
        own = _find(topic, {})
        if own and not readers(own.reads, changes):
            return own
    return _find(topic, changes)


def readers(reads: Mapping[str, list[Read]], changed: Iterable[str]) -> list[str]:
    """The items of a run that read something of what is changed, as :class:`Run` calls them."""
    sought = {name for identity in changed for name in overriding.traced(identity)}
    return [item for item, own in reads.items() if sought & {what for what, _ in own}]


def _find(topic: str, changes: Mapping[str, float | None]) -> Run | None:
    cells = chapters.cells(topic)
    for path in sorted(_folder(topic, changes).glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["state"] == _state(cells, changes) and trace.unchanged(record["inputs"]):
                path.touch()
                return _run(topic, cells, record)
        except (ValueError, KeyError, TypeError, OSError):
            path.unlink(missing_ok=True)  # damaged, or of another version of this module
    return None


def run(topic: str) -> Run:
    """The run of the present state, executed if there is none.

    Raises
    ------
    CellFailed
        If a cell raises an error; nothing is kept then.
    """
    return find(topic) or _execute(topic)


def run_all(
    chosen: Iterable[str] = topics.TOPICS, finished: Callable[[Run], None] = lambda run: None
) -> dict[str, Run | CellFailed]:
    """The runs of several chapters, as many at a time as there are cores; a chapter that fails gives its error.

    `finished` is called with each run when it is there, while others still go on.
    """

    def one(topic: str) -> Run | CellFailed:
        try:
            done = run(topic)
        except CellFailed as failure:
            return failure
        finished(done)
        return done

    chosen = list(chosen)
    pool = ThreadPoolExecutor(cores())
    try:
        return dict(zip(chosen, pool.map(one, chosen), strict=True))
    except BaseException:  # Ctrl-C reaches this thread alone, and a kernel would go on
        for client in list(_RUNNING):
            with contextlib.suppress(AttributeError, ProcessLookupError):
                os.kill(client.km.provisioner.pid, signal.SIGKILL)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def spec(identity: str) -> dict[str, Any]:
    """One figure's document: from the run of the present state, or from a run of the cells that it needs.

    Raises
    ------
    ProblemError
        If no chapter draws it, or a cell fails.
    """
    topic = topics.of_figure(identity)
    known = find(topic)
    return known.specs[identity] if known else json.loads(json.dumps(chapters.draw(identity, topic).spec()))


# --- the run itself ------------------------------------------------------------------------------------------


def _execute(topic: str) -> Run:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    cells, began, before = chapters.cells(topic), time.time(), _stamps()
    first = (
        "from analysis.kit import trace\n\ntrace.start()\n\nfrom analysis import runs\n\n"
        f"runs.begin({topic!r}, {overriding.asked()!r})"
    )
    last = f"from analysis import runs\n\nruns.Conclusion({topic!r})"
    sources = [first, *(cell.source for cell in cells), last]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=TIMEOUT,
        record_timing=False,
        coalesce_streams=True,  # a slow machine sends in pieces what a cell prints
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(chapters.CHAPTERS)}},
    )
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # Chapters share the cores, so each keeps its matrix products to one.
    own = surroundings.plain(os.environ, isolated=False)
    environment = {"OPENBLAS_NUM_THREADS": "1", **own, "PYTHONPATH": search, BARE: "1"}
    _RUNNING.add(client)
    with TemporaryFile() as aside:  # what a kernel says of itself as it ends; what its cells say comes as outputs
        try:
            client.execute(env=environment, stderr=aside)
        except (CellExecutionError, CellTimeoutError, RuntimeError) as error:
            atexit.unregister(client._cleanup_kernel)  # which complains, of a kernel that did not start
            place, why = client.code_cells_executed - 2, _why(error, aside)
            if 0 <= place < len(cells):
                raise CellFailed(cells[place], why) from error
            if isinstance(error, CellExecutionError):
                raise
            where = "before its first cell" if place < 0 else "after its last cell"
            raise ProblemError(f"The run of chapters/{topic}.md stops {where}: {why}.") from error
        finally:
            _RUNNING.discard(client)
    told = next(output["data"]["application/json"] for output in notebook.cells[-1].outputs if "data" in output)
    record = {
        "state": _state(cells, overriding.asked()),
        "seconds": round(time.time() - began, 1),
        "outputs": [json.loads(json.dumps(cell.outputs)) for cell in notebook.cells[1:-1]],
        **told,
    }
    in_cells = record.pop("in cells")
    record["reads"] |= {f"figure {name}": own for name, own in _figure_reads(topic, cells, in_cells).items()}
    after = _stamps()
    if all(before.get(path) == after.get(path) for path in record["inputs"]):  # nothing changed under the run
        _keep(topic, record)
    return replace(_run(topic, cells, record), fresh=True)


def _stamps() -> dict[str, tuple[int, int]]:
    """When each file that a run may read was written, whatever clock that was, and how long it is."""
    stamps = {}
    for path in (path for pattern in ("[!._]*", "[!._]*/**/*") for path in ROOT.glob(pattern)):
        with contextlib.suppress(FileNotFoundError):  # it was replaced meanwhile
            known = path.stat()
            stamps[path.relative_to(ROOT).as_posix()] = known.st_mtime_ns, known.st_size
    return stamps


def _why(error: Exception, aside: IO[bytes]) -> str:
    """What stopped a kernel, from what its client raised and what it said of itself."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"it takes longer than {TIMEOUT} seconds"
    if isinstance(error, DeadKernelError):
        return f"its Python {STOPPED}"
    aside.seek(0)
    said = aside.read().decode(errors="replace").split("\n")
    return f"no kernel starts ({next(filter(None, reversed(said)), error)})"


def _folder(topic: str, changes: Mapping[str, float | None]) -> Path:
    """Where runs are kept; those with something replaced apart, so that they push out none of the book's."""
    return FOLDER / "what-if" / topic if changes else FOLDER / topic


def _state(cells: list[chapters.Cell], changes: Mapping[str, float | None]) -> str:
    """Digest of what is known before a run: its cells, what is replaced in it, the locks and the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    if changes:
        digest.update(json.dumps(sorted(changes.items())).encode())
    for text in (cell.source for cell in cells):
        digest.update(text.encode() + b"\0")
    for path in sorted((ROOT / "locks").glob("*")):
        if path.name in LOCKS:
            digest.update(trace.digest(path).encode())
    return digest.hexdigest()[:16]


def _key(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([record["state"], record["inputs"]], sort_keys=True).encode()).hexdigest()[:16]


def _keep(topic: str, record: dict[str, Any]) -> None:
    folder = _folder(topic, overriding.asked())
    folder.mkdir(parents=True, exist_ok=True)
    partly = folder / f".{os.getpid()}.partly"
    try:
        partly.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        partly.replace(folder / f"{_key(record)}.json")
    except OSError:  # a full disk is not to be filled further
        partly.unlink(missing_ok=True)
        raise
    for old in sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)


def _run(topic: str, cells: list[chapters.Cell], record: dict[str, Any]) -> Run:
    return Run(
        topic,
        cells,
        record["outputs"],
        {name: Number(*number) for name, number in record["numbers"].items()},
        {
            claim: Judgement(verdict, template, {name: Number(*number) for name, number in numbers.items()})
            for claim, (verdict, template, numbers) in record["judgements"].items()
        },
        record["rules"],
        [ToldCheck(*check) for check in record["checks"]],
        record["broken"],
        record["seconds"],
        _key(record),
        errata={identity: _erratum(told) for identity, told in record["errata"].items()},
        tables=tuple(sorted(Path(path).stem for path in record["inputs"] if fnmatch(path, "analysis/data/*.csv"))),
        reads={item: [(what, tuple(at)) for what, at in reads] for item, reads in record["reads"].items()},
    )


def _erratum(told: dict[str, Any]) -> Erratum:
    return Erratum(**{**told, "numbers": {name: Number(*number) for name, number in told["numbers"].items()}})


#: The recording that lasts from the first cell to the conclusion, and what is replaced until the kernel ends.
_WATCH = contextlib.ExitStack()
_ASKED = contextlib.ExitStack()
_SEEN: list[set[watch.Note]] = []


def begin(topic: str, changes: dict[str, float | None]) -> None:
    """Watch what the cells of a chapter read, with what is replaced for this run; the first cell of a run."""
    watch.start()
    for module in overriding.modules(topic):
        watch.attend(module, topic)
    _ASKED.enter_context(overriding.override(changes))
    watch.know_facts()
    _SEEN.append(_WATCH.enter_context(watch.during()))


def _figure_reads(topic: str, cells: list[chapters.Cell], notes: list[Any]) -> dict[str, list[Read]]:
    """Give what the cells read to the figures whose statements led there."""
    by_name = {watch.cell_place(cell.source): cell for cell in cells}
    text = (chapters.CHAPTERS / f"{topic}.md").read_text(encoding="utf-8")
    above = {name: text[: text.find(cell.source)].count("\n") for name, cell in by_name.items()}
    found: dict[str, list[Read]] = {}
    for target in cells:
        lines = chapters.needed_lines(cells, target) if target.drawn else {}
        reads = []
        for what, at in notes:
            places = [place for place in at if place[0] in by_name or not place[0].startswith("cell ")]
            cell = by_name.get(places[0][0]) if places else None  # the outermost call
            if cell and places[0][1] in lines.get(cell.place, ()):
                at = [
                    (f"chapters/{topic}.md", above[p] + line, 0) if p in by_name else (p, line, 0)
                    for p, line, _ in places
                ]
                reads.append((what, at))
        found |= {identity_of(topic, name): _reads(reads) for name in target.drawn}
    return found


def by_number(
    path: str, names: Iterable[str], notes: Iterable[watch.Note], function: str = ""
) -> dict[str, list[Read]]:
    """Give what was read while the numbers of a module were computed to those whose expressions led there.

    Parameters
    ----------
    path : str
        Of the module, in the repository.
    names : iterable of str
        Of the numbers.
    notes : iterable of (what, places)
    function : str
        Only numbers that stand in this function.
    """
    found: dict[str, list[watch.Note]] = {name: [] for name in names}
    there = entries.entries(ROOT / path) if (ROOT / path).exists() else []
    known = [entry for entry in there if function in ("", entry.function)]
    by_entry = {name: entry for name in found if (entry := entries.of(name, known))}
    for what, at in notes:
        inside = [(line, column) for place, line, column in at if place == path]
        for name, entry in by_entry.items():
            if any(entry.holds(*place) for place in inside):
                found[name].append((what, at))
    return {name: _reads(own) for name, own in found.items()}


def _reads(notes: Iterable[tuple[str, Iterable[watch.Place]]]) -> list[Read]:
    """Notes with their places as ``path:line``; of several ways to one line the shortest."""
    shortest: dict[tuple[str, str], tuple[str, ...]] = {}
    for what, at in notes:
        places = tuple(f"{place}:{line}" for place, line, _ in at if not place.startswith("cell "))
        key = what, places[-1] if places else ""
        if key not in shortest or (len(places), places) < (len(shortest[key]), shortest[key]):
            shortest[key] = places
    return sorted((what, places) for (what, _), places in shortest.items())


class Conclusion:
    """The last cell of a run: what :func:`conclude` computes, and what the run depended on, as JSON."""

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"application/json": conclude(self.topic), "text/plain": f"The end of {self.topic}"}


def conclude(topic: str) -> dict[str, Any]:
    """Compute what a topic prints apart from its cells; what crashes is told under ``broken`` and stops nothing."""
    _WATCH.close()
    in_cells = [(what, at) for seen in _SEEN for what, at in sorted(seen) if any(p.startswith("cell ") for p, *_ in at)]
    broken: dict[str, str] = {}
    notes: dict[str, set[watch.Note]] = {}

    def told(number: Number) -> list[Any]:
        return [float(number.value), number.format, number.unit, number.how]

    def guarded(name: str, compute: Any, otherwise: Any, item: str = "") -> Any:
        with watch.during() as seen:
            try:
                return compute()
            except Exception as error:
                broken[name] = sentence(error)
                return otherwise
            finally:
                if item:
                    notes[item] = seen

    def judged(judge: Any) -> list[Any]:
        judgement: Judgement = judge()
        numbers = {name: told(number) for name, number in judgement.numbers.items()}
        return [judgement.verdict, judgement.template, numbers]

    def slipped(compute: Any) -> dict[str, Any]:
        found: Erratum = compute()
        texts = {each.name: getattr(found, each.name) for each in fields(found)}
        numbers = {name: told(number) for name, number in found.numbers.items()}
        return {**texts, "holds": bool(found.holds), "numbers": numbers}

    errata = {
        identity: guarded(f"erratum/{identity}", lambda compute=compute: slipped(compute), None, f"erratum {identity}")
        for identity, compute in guarded("erratum", lambda: topics.errata(topic), {}).items()
    }
    verdicts = guarded("claim", lambda: topics.load(topic, "chapter.verdicts").__name__, "")
    judgements = {
        claim: guarded(f"claim/{claim}", lambda rule=rule: judged(rule.judge), None, f"claim {claim}")
        for claim, rule in RULES.items()
        if rule.judge.__module__ == verdicts
    }
    numbers = guarded("number", lambda: {n: told(v) for n, v in topics.numbers(topic).items()}, {}, "number")
    reads = {item: _reads(seen) for item, seen in notes.items() if item != "number"}
    for name, own in by_number(f"analysis/{topic}/chapter/prose.py", numbers, notes["number"]).items():
        reads[f"number {name}"] = own
    for claim in judgements:
        judge, seen = RULES[claim].judge, notes[f"claim {claim}"]
        reads[f"claim {claim}"] += [(f"assumption {topic}/{name}", ()) for name in overriding.thresholds(judge)]
        printed = judgements[claim][2] if judgements[claim] else ()
        for name, own in by_number(f"{verdicts.replace('.', '/')}.py", printed, seen, judge.__name__).items():
            reads[f"claim {claim}/{name}"] = own
    checked = guarded("check", lambda: [(check.fact, _told_check(topic, check)) for check in topics.checks(topic)], [])
    for fact, told_check in checked:
        reads[f"check {told_check.name}"] = [(what, ()) for what in watch.names_of(fact)]
    return {
        "numbers": numbers,
        "rules": {claim: rule.sentence for claim, rule in RULES.items() if rule.judge.__module__ == verdicts},
        "judgements": {claim: judgement for claim, judgement in judgements.items() if judgement},
        "checks": [check for _, check in checked],
        "errata": {identity: erratum for identity, erratum in errata.items() if erratum},
        "broken": broken,
        "reads": reads,
        "in cells": in_cells,
        "inputs": trace.inputs(),
    }


def told_checks(topic: str) -> list[ToldCheck]:
    """What each check of a topic says."""
    return [_told_check(topic, check) for check in topics.checks(topic)]


def _told_check(topic: str, check: Check) -> ToldCheck:
    return ToldCheck(f"{topic}-{check.key}", bool(check.holds), str(check), bool(check.within))


def sentence(error: Exception) -> str:
    """An error in one sentence."""
    text = " ".join(str(error).split()) or "no message"
    return text if isinstance(error, ProblemError) else f"{type(error).__name__}: {text}"
