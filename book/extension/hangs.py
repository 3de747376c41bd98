"""What hangs on a fact, as a cell of a sheet shows it: numbers by what they print, claims by their id, figures counted.

A line says the first few; the rest opens in place, each with a link to where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape
from sphinx.application import Sphinx

from analysis import runs, topics
from book.extension.parts import cached_by_build
from book.extension.sheets import Reader

#: Numbers that the line itself says.
SAID = 3
_MANY = {"number": "numbers", "figure": "figures", "erratum": "errata", "check": "checks"}


def found_runs(app: Sphinx) -> dict[str, runs.Run]:
    """The run of each chapter that ran for this state of the book, looked up once a build."""

    def find() -> dict[str, runs.Run]:
        return {topic: run for topic in topics.TOPICS if (run := runs.find(topic))}

    return cached_by_build(app, "found-runs", find)


class Hangs:
    """Prints readers of a fact for pages of one build."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.runs = found_runs(app)
        self.figures: dict[str, tuple[str, str]] = app.env.get_domain("bookfigure").figures  # type: ignore[attr-defined]

    def __call__(self, readers: tuple[Reader, ...], root: str) -> Markup:
        """Return the readers of a fact as HTML, for a page that is `root` away from the root of the site."""
        if not readers:
            return Markup('<span class="none">nothing by itself</span>')
        numbers = [reader for reader in readers if reader[0] == "number"]
        claims = sorted({name for kind, _, name in readers if kind == "claim"})
        said = list(dict.fromkeys(text for reader in numbers if (text := self.printed(reader))))
        others = [reader for reader in readers if reader[0] != "claim"]
        line = Markup("; ").join(said[:SAID]) + Markup(" " if said and claims else "")
        line += Markup(" ").join(
            Markup('<a href="{}{}#{}">{}</a>').format(root, self.page("book/claims"), name, name) for name in claims
        )
        if not others or (len(others) == len(numbers) <= SAID and not claims and len(said) == len(others)):
            return line or Markup('<span class="none">nothing by itself</span>')
        return (line + Markup(" " if line else "")) + self.all(others, root)

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
        return self.page(f"chapters/{topic}")

    def title(self, kind: str, topic: str, name: str) -> str:
        """What a reader is called."""
        run = self.runs.get(topic)
        if kind == "figure" and run and name in run.specs:
            return str(run.specs[name]["usermeta"].get("title", name))
        if kind == "number":
            printed = self.printed((kind, topic, name))
            return f"{printed}: {name}" if printed else name
        return f"{kind} {name}"

    def printed(self, reader: Reader) -> str:
        """What a number prints; empty before its chapter ran."""
        _, topic, name = reader
        run = self.runs.get(topic)
        return str(escape(repr(run.numbers[name]))) if run and name in run.numbers else ""

    def page(self, docname: str) -> str:
        """Address of a page, from the root of the site."""
        return self.app.builder.get_target_uri(docname) if docname in self.app.env.found_docs else "index.html"
