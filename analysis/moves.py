"""What moves in the book if facts or assumptions are others, thing by thing: the command ``what-if``.

What is affected is known from the trace of the chapters' runs (:mod:`analysis.runs`): a topic is computed again if
anything of it read what is replaced, and of its figures those whose cells did. Numbers, verdicts, checks and errata of
such a topic are all computed again, in this process; nothing is written.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from analysis import named, runs, topics, what_if
from analysis.kit import chapters, differences, facts, overriding
from analysis.kit.claims import Judgement
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.runs import Run, ToldCheck, sentence
from analysis.where import printed

ROOT = Path(__file__).parents[1]
#: How a value is written that leaves something out.
OUT = "out"
#: Relative changes below this are the rounding of the arithmetic.
NOTHING = 1e-9
#: The kinds of things that move, in the order in which they are told.
KINDS = {
    "verdict": "verdicts",
    "figure": "figures",
    "check": "checks",
    "erratum": "errata",
    "number": "numbers of the text",
    "reason": "reasons of verdicts that stand",
    "broken": "cannot be computed so",
}


@dataclass(frozen=True)
class Move:
    """One thing that is otherwise.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    name : str
    old, new : str
        As they are printed; of a figure its title.
    turns : bool
        Whether a verdict, or the truth of a finding, is another one.
    says : str
        By how much, or why.
    places : tuple of str
        Where it stands, ``path:line``.
    """

    kind: str
    name: str
    old: str = ""
    new: str = ""
    turns: bool = False
    says: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """What moves in a topic, and how many things of each kind it has; nothing is counted where nothing was affected."""

    topic: str
    moves: list[Move] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> list[Move]:
        """The moves of one kind."""
        return [move for move in self.moves if move.kind == kind]


# --- what is asked ----------------------------------------------------------------------------------------------------


def asked(given: Sequence[str]) -> dict[str, float | None]:
    """Read ``ID=VALUE``, or ``ID=out``.

    >>> asked(["deepseek/v3-hours-total=10e6", "market_deals/3=out"])
    {'deepseek/v3-hours-total': 10000000.0, 'market_deals/3': None}

    Raises
    ------
    ProblemError
        For what is not written so, an id that nothing has, a value that is no number, and an id that stands twice.
    """
    if not given:
        raise ProblemError("Say what is otherwise: python -m analysis what-if deepseek/v3-gpus=4096.")
    found: dict[str, float | None] = {}
    for each in given:
        identity, equals, text = (part.strip() for part in each.partition("="))
        if not equals or not text:
            raise ProblemError(f"{each!r} gives no value; write {identity}=VALUE, or {identity}={OUT} to leave it out.")
        overriding.handle_of(identity)
        if identity in found:
            raise ProblemError(f"{identity} is given twice; keep one of them.")
        try:
            found[identity] = None if text == OUT else float(text.replace(",", ""))
        except ValueError as error:
            raise ProblemError(f"{identity} is set to {text!r}; give a number, or {OUT} to leave it out.") from error
        _refuse_unheard_of(overriding.check(identity, found[identity]), identity, found[identity])
    with overriding.override(found):
        return found


def _refuse_unheard_of(handle: overriding.Handle, identity: str, value: float | None) -> None:
    """Refuse a value that could not stand in the file either."""
    if value is not None and handle.kind != "assumption" and not facts.allowed(handle.owner, handle.part, value):
        raise ProblemError(
            f"{identity} cannot be {value:g}: analysis/data/datapackage.json says what may stand in {handle.owner}.csv."
        )


# --- what moves -------------------------------------------------------------------------------------------------------


def of_topic(run: Run, changes: Mapping[str, float | None]) -> Moved:
    """What moves in a topic; nothing is computed where nothing of it read what is changed."""
    reading = runs.readers(run.reads, changes)
    if not reading:
        return Moved(run.topic)
    from threadpoolctl import threadpool_limits

    drawn = [item.removeprefix("figure ") for item in reading if item.startswith("figure ")]
    with threadpool_limits(1), overriding.override(changes):
        outcome = what_if.outcome(run.topic, what_if.parts(run.topic), what_if.claims_of(run.topic))
        found = [
            *_verdicts(run, outcome.judgements),
            *_figures(run, drawn),
            *_checks(run),
            *_errata(run),
            *_numbers(run, outcome.numbers),
            *(Move("broken", _refused(name), says=why) for name, why in outcome.refused.items()),
        ]
    order = list(KINDS)
    found.sort(key=lambda move: (order.index(move.kind), not move.turns))
    counted = {
        "verdict": len(run.judgements),
        "figure": len(run.specs),
        "check": len(run.checks),
        "erratum": len(run.errata),
        "number": len(run.numbers),
        "reason": len(run.judgements),
    }
    return Moved(run.topic, found, counted)


def _refused(name: str) -> str:
    """A claim, or a part of the text by the name of its function."""
    return name if name in topics.rules() else f"numbers of {name.replace('_', ' ').strip()}"


def _verdicts(run: Run, new: Mapping[str, Judgement]) -> Iterator[Move]:
    for claim, old in run.judgements.items():
        now = new.get(claim)
        if now is None:
            continue
        if now.verdict != old.verdict:
            yield Move("verdict", claim, old.verdict, now.verdict, True, now.because)
        elif now.because != old.because:
            yield Move("reason", claim, old.because, now.because, says=f"stays {now.verdict}")


def _figures(run: Run, drawn: Iterable[str]) -> Iterator[Move]:
    for identity in drawn:
        old = run.specs[identity]
        try:
            new = json.loads(json.dumps(chapters.draw(identity, run.topic).spec()))
        except Exception as error:  # what cannot be drawn is told, and the rest goes on
            yield Move("broken", identity, says=sentence(error))
            continue
        before, after = old["usermeta"], new["usermeta"]
        turns = before["holds"] != after["holds"]
        if turns or differences.spec_differences(old, new):
            says = "its finding no longer holds" if turns and not after["holds"] else "its finding holds"
            says += "" if before["title"] != after["title"] else "; its title stays, its data move"
            yield Move("figure", identity, before["title"], after["title"], turns, says)


def _checks(run: Run) -> Iterator[Move]:
    try:
        new = runs.told_checks(run.topic)
    except Exception as error:
        yield Move("broken", "checks", says=sentence(error))
        return
    for old, now in zip(run.checks, new, strict=False):  # several may be held against one published figure
        if now.name == old.name and (now.sentence != old.sentence or now.within != old.within):
            says = "agrees" if now.within else "differs"
            turns = now.within != old.within
            says = f"no longer as the chapter says: {says}" if turns else f"still {says}"
            yield Move("check", old.name, old.sentence, now.sentence, turns, says, _held(run.topic, old))


def _held(topic: str, check: ToldCheck) -> tuple[str, ...]:
    """Where a chapter shows a check (``:::{held} <check>``)."""
    lines = (chapters.CHAPTERS / f"{topic}.md").read_text(encoding="utf-8").splitlines()
    key = check.name.removeprefix(f"{topic}-")
    return tuple(
        f"chapters/{topic}.md:{n}"
        for n, line in enumerate(lines, 1)
        if "{held}" in line and key in line.partition("{held}")[2].split()
    )


def _errata(run: Run) -> Iterator[Move]:
    for identity, compute in topics.errata(run.topic).items():
        old = run.errata.get(identity)
        try:
            new = compute()
        except Exception as error:
            yield Move("broken", identity, says=sentence(error))
            continue
        if old is not None and (new.holds != old.holds or new.text("finding") != old.text("finding")):
            says = "stands" if new.holds else "no longer holds: the contradiction is gone"
            yield Move("erratum", identity, old.text("finding"), new.text("finding"), new.holds != old.holds, says)


def _numbers(run: Run, new: Mapping[str, Number]) -> Iterator[Move]:
    for name, old in run.numbers.items():
        now = new.get(name)
        if now is None or differences.same_number(old.value, now.value, NOTHING):
            continue
        size = differences.relative_change(old.value, now.value)
        yield Move("number", name, repr(old), repr(now), says=size, places=tuple(printed(run.topic, name)))


# --- the command ------------------------------------------------------------------------------------------------------


def command(given: Sequence[str], topic: str = "", *, as_json: bool = False, out: TextIO | None = None) -> list[str]:
    """Print what moves if facts and assumptions are others; return the topics that read them.

    Parameters
    ----------
    given : sequence of str
        ``ID=VALUE`` or ``ID=out``.
    topic : str
        Only what moves in this topic.
    as_json : bool
        Print one JSON document instead of text.

    Raises
    ------
    ProblemError
        For a topic that is none; for an id or a value as :func:`asked` says.
    """
    out = out or sys.stdout
    if topic and topic not in topics.TOPICS:
        raise ProblemError(f"There is no topic {topic!r}; choose from {', '.join(topics.TOPICS)}.")
    changes = asked(given)
    known = run_of([topic] if topic else topics.TOPICS)
    if not as_json:
        _print_asked(changes, known, out)
    found = [moved for run in known if (moved := of_topic(run, changes)).counted]
    if as_json:
        told = {each.topic: [asdict(move) for move in each.moves] for each in found}
        print(json.dumps({"what if": changes, "moves": told}, ensure_ascii=False, indent=1), file=out)
    else:
        for each in found:
            _print_topic(each, out)
    return [each.topic for each in found]


def run_of(chosen: Iterable[str]) -> list[Run]:
    """The runs of some chapters, of which the trace is taken; those that are not kept are run now, which is told.

    Raises
    ------
    CellFailed
        If a chapter of the book fails as it stands.
    """
    missing = [topic for topic in chosen if runs.find(topic) is None]
    if missing:
        print(f"Running {', '.join(missing)} once, to see what reads what.", file=sys.stderr)
    found = runs.run_all(chosen)
    for run in found.values():
        if isinstance(run, runs.CellFailed):
            raise run
    return [run for run in found.values() if isinstance(run, Run)]


def said(identity: str, value: float | None) -> str:
    """A change in words, beside what is the case.

    >>> said("deepseek/v3-gpus", 4096)
    'the GPUs that trained V3 (deepseek/v3-gpus) were 4,096 instead of 2,048'
    >>> said("market_useful_lives/1", None)
    'the lives of Microsoft’s servers from July 2020 on (market_useful_lives/1) were left out'
    """
    one = named.of(identity)
    if value is None:
        return f"{one.short} ({identity}) were left out"
    instead = f" instead of {plain(one.value)}" if math.isfinite(one.value) else ""
    return f"{one.short} ({identity}) were {plain(value)}{instead}"


def plain(value: float) -> str:
    """A value as people write it.

    >>> plain(4096.0), plain(0.5), plain(3.1e21)
    ('4,096', '0.5', '3.1e+21')
    """
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:,.6g}"


def _print_asked(changes: Mapping[str, float | None], known: Iterable[Run], out: TextIO) -> None:
    known = list(known)
    for identity, value in changes.items():
        print(f"What if {said(identity, value)}?", file=out)
        reading = {run.topic: runs.readers(run.reads, [identity]) for run in known}
        told = ", ".join(f"{topic} ({len(items)})" for topic, items in reading.items() if items)
        among = f" of {known[0].topic}" if len(known) == 1 else ""
        print(f"  read by {told}" if told else f"  nothing{among} reads it, so nothing moves", file=out)
        handle = overriding.handle_of(identity)
        if handle.kind == "fact" and handle.part == "value" and value is not None:
            one = named.of(identity)
            if one.stated:
                ends = f"{plain(one.low)} to {plain(one.high)}"
                print(f"  its published interval, {ends}, stays; {identity}.low and .high set it", file=out)


def _print_topic(moved: Moved, out: TextIO) -> None:
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))
    turned = sum(move.turns for move in moved.moves)
    print(f"\n{moved.topic}: {_counted(moved)}", file=out)
    if not moved.moves:
        return

    def line(text: str, indent: str = "      ") -> None:
        print(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + "  "), file=out)

    for kind, words in KINDS.items():
        own = moved.of(kind)
        if own:
            print(f"  {words}", file=out)
        for move in own:
            _SAY[kind](move, line)
    if not turned:
        print("  no verdict, finding or check turns", file=out)


def _counted(moved: Moved) -> str:
    told = [f"{len(moved.of(kind))} of {number} {KINDS[kind]}" for kind, number in moved.counted.items()]
    return "; ".join(text for text in told if not text.startswith("0 ")) + " move" if moved.moves else "nothing moves"


Line = Callable[..., None]


def _say_verdict(move: Move, line: Line) -> None:
    line(f"{move.name}  {move.old} → {move.new}: {move.says}", "    ")


def _say_figure(move: Move, line: Line) -> None:
    line(f"{move.name}  {'TURNS: ' if move.turns else ''}{move.says}", "    ")
    if move.old != move.new:
        line(f"was: {move.old}")
        line(f"now: {move.new}")


def _say_sentences(move: Move, line: Line) -> None:
    line(f"{move.name}  {'TURNS: ' if move.turns else ''}{move.says}  {' '.join(move.places)}".rstrip(), "    ")
    line(f"was: {move.old}")
    line(f"now: {move.new}")


def _say_number(move: Move, line: Line) -> None:
    same = "  (printed the same)" if move.old == move.new else ""
    line(f"{move.name}  {move.old} → {move.new}  {move.says}{same}  {' '.join(move.places)}".rstrip(), "    ")


def _say_broken(move: Move, line: Line) -> None:
    line(f"{move.name}: {move.says}", "    ")


_SAY: dict[str, Callable[[Move, Line], None]] = {
    "verdict": _say_verdict,
    "figure": _say_figure,
    "check": _say_sentences,
    "erratum": _say_sentences,
    "number": _say_number,
    "reason": _say_sentences,
    "broken": _say_broken,
}
