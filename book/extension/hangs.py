"""What hangs on a fact or a row, as a cell of a sheet shows it: numbers by what they print, claims by their id.

The strongest stand first, each with what 1 % more of the fact does to it, or what it is without the row; a claim says
where the fact turns its verdict. A line says the first few; the rest opens in place, each with a link to where it
stands, and after it what reads the fact and does not move with it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from markupsafe import Markup, escape
from sphinx.application import Sphinx

from analysis import firmness, named, strengths
from analysis.firmness import Turn
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.strengths import Strength
from book.extension import numbers, readable
from book.extension.sheets import Reader

#: Numbers that the line itself says.
SAID = 3
_MANY = {"number": "numbers", "figure": "figures", "erratum": "errata", "check": "checks"}


class Hangs:
    """Prints readers of a fact for pages of one build."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.runs = numbers.found_runs(app)
        self.labels: dict[str, tuple[str, str, str]] = app.env.get_domain("std").labels  # type: ignore[attr-defined]
        self.figures: dict[str, tuple[str, str]] = app.env.get_domain("bookfigure").figures  # type: ignore[attr-defined]

    def __call__(self, readers: tuple[Reader, ...], root: str, identity: str = "") -> Markup:
        """Return what hangs on something as HTML, for a page that is `root` away from the root of the site.

        Parameters
        ----------
        readers : tuple of Reader
            What reads a fact or a table.
        root : str
        identity : str, optional
            The fact, or the row of a wide table, as :mod:`analysis.named` calls it; nothing for a whole table.
        """
        moved = self.moved(identity)
        readers = (*readers, *(reader for reader in moved if reader not in readers))
        if not readers:
            return Markup('<span class="none">nothing by itself</span>')
        numbers = sorted((reader for reader in readers if reader[0] == "number"), key=lambda r: self.order(r, moved))
        claims = sorted({name for kind, _, name in readers if kind == "claim"})
        said = list(
            dict.fromkeys(self.printed(each) + self.strength(each, moved) for each in numbers if self.printed(each))
        )
        others = [*numbers, *(reader for reader in readers if reader[0] not in ("claim", "number"))]
        line = Markup("; ").join(said[:SAID]) + Markup("; " if said and claims else "")
        line += Markup(", ").join(
            Markup('<a href="{}{}#{}">{}</a>{}').format(
                root, self.page("book/claims"), name, name, turns(name, identity)
            )
            for name in claims
        )
        if not others or (len(others) == len(numbers) <= SAID and not claims and len(said) == len(others)):
            return line or Markup('<span class="none">nothing by itself</span>')
        return (line + Markup("; in all " if line else "")) + self.all(others, root, moved)

    @staticmethod
    def moved(identity: str) -> dict[Reader, Strength]:
        """What moves with something, and its strongest number, the strongest first."""
        found: dict[Reader, Strength] = {}
        for one in strengths.of_input(identity) if identity else ():
            kind, _, name = one.item.partition(" ")
            found.setdefault((kind, one.topic, name.partition("/")[0]), one)
        return found

    def order(self, reader: Reader, moved: dict[Reader, Strength]) -> tuple[bool, float, int]:
        """The strongest first, of equals what reads little else; then what reads it without moving."""
        one = moved.get(reader)
        return (one is None, -float(f"{one.size:.1g}") if one else 0.0, self.breadth(reader))

    def strength(self, reader: Reader, moved: dict[Reader, Strength]) -> Markup:
        """How a number moves, in a word or two."""
        one = moved.get(reader)
        return Markup(" <small>({})</small>").format(one.short(self.number(reader))) if one else Markup("")

    def breadth(self, reader: Reader) -> int:
        """How much else a number reads: what hangs on few facts says most of each."""
        _, topic, name = reader
        run = self.runs.get(topic)
        return len({what for what, _ in run.reads.get(f"number {name}", ())}) if run else 0

    def all(self, readers: list[Reader], root: str, moved: dict[Reader, Strength]) -> Markup:
        """Return a part that opens with everything but the claims, in the order of its kinds."""
        counts = [
            f"{count:,} {word if count > 1 else kind}"
            for kind, word in _MANY.items()
            if (count := sum(reader[0] == kind for reader in readers))
        ]
        listed = sorted(readers, key=lambda reader: list(_MANY).index(reader[0]))
        still = {each for each in listed if moved and each[0] == "number" and each not in moved}
        items = Markup("; ").join(
            dict.fromkeys(self.items([each for each in listed if each not in still], root, moved))
        )
        if still:
            own = Markup("; ").join(dict.fromkeys(self.items([each for each in listed if each in still], root, moved)))
            items += Markup("{}Read, without moving it: {}").format(Markup(". ") if items else "", own)
        return Markup("<details><summary>{}</summary>{}</details>").format(", ".join(counts), items)

    def items(self, readers: list[Reader], root: str, moved: dict[Reader, Strength]) -> Iterator[Markup]:
        """Each reader as a link to where it stands."""
        for kind, topic, name in readers:
            yield Markup('<a href="{}{}">{}</a>{}').format(
                root,
                self.link(kind, topic, name),
                self.title(kind, topic, name),
                self.strength((kind, topic, name), moved),
            )

    def link(self, kind: str, topic: str, name: str) -> str:
        """Where a reader stands, from the root of the site."""
        if kind == "figure" and name in self.figures:
            return f"{self.page(self.figures[name][0])}#{name}"
        if kind == "erratum":
            return f"{self.page('book/errata')}#{name}"
        if kind == "number" and numbers.PAGE in self.app.env.found_docs:
            at = numbers.place(f"{topic}/{name}")
            return f"{self.app.builder.get_target_uri(at.page)}#{at.anchor}"
        return self.page(f"chapters/{topic}")

    def title(self, kind: str, topic: str, name: str) -> str:
        """What a reader is called."""
        if kind == "figure" and name in self.labels:
            return self.labels[name][2]
        if kind == "number" and (printed := self.printed((kind, topic, name))):
            what = self.runs[topic].numbers[name].how.partition(":")[0]
            return f"{printed}: {what or name}"
        return name if kind == "number" else f"{kind} {name}"

    def number(self, reader: Reader) -> Number | None:
        """The number that a reader is; None before its chapter ran, and for what is none."""
        kind, topic, name = reader
        run = self.runs.get(topic)
        return run.numbers.get(name) if run and kind == "number" else None

    def printed(self, reader: Reader) -> str:
        """What a number prints; empty before its chapter ran."""
        number = self.number(reader)
        return "" if number is None else str(escape(repr(number)))

    def page(self, docname: str) -> str:
        """Address of a page, from the root of the site."""
        return self.app.builder.get_target_uri(docname) if docname in self.app.env.found_docs else "index.html"


def turns(claim: str, identity: str) -> Markup:
    """Where something turns the verdict of a claim; nothing where it does not."""
    one = _turns().get((claim, strengths.base(identity)))
    if one is None:
        return Markup("")
    if one.kind in ("row", "left out"):
        return Markup(" <small>(turns without it)</small>")
    what = named.of(one.input)
    text, _ = readable.measured(float(f"{one.at:.3g}"), what.unit or "1", computed=True)
    if what.calendar:
        text = f"{one.at:.1f}"
    return Markup(" <small>(turns {} {})</small>").format("below" if one.at < one.value else "above", text)


@functools.cache
def _turns() -> dict[tuple[str, str], Turn]:
    """The nearest turn of each claim by each fact or row."""
    try:
        known = firmness.of_claims()
    except ProblemError:  # before the experiments of a new topic ran
        return {}
    found: dict[tuple[str, str], Turn] = {}
    for claim, own in known.items():
        for turn in own.turns:
            found.setdefault((claim, strengths.base(turn.input)), turn)
    return found
