"""What hangs on a fact, as a cell of a sheet shows it: numbers by what they print, claims by their id, figures counted.

A line says the first few; the rest opens in place, each with a link to where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape
from sphinx.application import Sphinx

from book.extension import numbers
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

    def __call__(self, readers: tuple[Reader, ...], root: str) -> Markup:
        """Return the readers of a fact as HTML, for a page that is `root` away from the root of the site."""
        if not readers:
            return Markup('<span class="none">nothing by itself</span>')
        numbers = sorted((reader for reader in readers if reader[0] == "number"), key=self.breadth)
        claims = sorted({name for kind, _, name in readers if kind == "claim"})
        said = list(dict.fromkeys(text for reader in numbers if (text := self.printed(reader))))
        others = [reader for reader in readers if reader[0] != "claim"]
        line = Markup("; ").join(said[:SAID]) + Markup("; " if said and claims else "")
        line += Markup(", ").join(
            Markup('<a href="{}{}#{}">{}</a>').format(root, self.page("book/claims"), name, name) for name in claims
        )
        if not others or (len(others) == len(numbers) <= SAID and not claims and len(said) == len(others)):
            return line or Markup('<span class="none">nothing by itself</span>')
        return (line + Markup("; in all " if line else "")) + self.all(others, root)

    def breadth(self, reader: Reader) -> int:
        """How much else a number reads: what hangs on few facts says most of each."""
        _, topic, name = reader
        run = self.runs.get(topic)
        return len({what for what, _ in run.reads.get(f"number {name}", ())}) if run else 0

    def all(self, readers: list[Reader], root: str) -> Markup:
        """Return a part that opens with everything but the claims."""
        counts = [
            f"{count:,} {word if count > 1 else kind}"
            for kind, word in _MANY.items()
            if (count := sum(reader[0] == kind for reader in readers))
        ]
        items = Markup("; ").join(dict.fromkeys(self.items(readers, root)))
        return Markup("<details><summary>{}</summary>{}</details>").format(", ".join(counts), items)

    def items(self, readers: list[Reader], root: str) -> Iterator[Markup]:
        """Each reader as a link to where it stands."""
        order = list(_MANY)
        for kind, topic, name in sorted(readers, key=lambda reader: (order.index(reader[0]), reader[1], reader[2])):
            yield Markup('<a href="{}{}">{}</a>').format(
                root, self.link(kind, topic, name), self.title(kind, topic, name)
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

    def printed(self, reader: Reader) -> str:
        """What a number prints; empty before its chapter ran."""
        _, topic, name = reader
        run = self.runs.get(topic)
        return str(escape(repr(run.numbers[name]))) if run and name in run.numbers else ""

    def page(self, docname: str) -> str:
        """Address of a page, from the root of the site."""
        return self.app.builder.get_target_uri(docname) if docname in self.app.env.found_docs else "index.html"
