"""A slider that moves one input of a verdict, or of a chapter's key figure, and says what would follow.

All that it can say is tabulated (:mod:`analysis.paths`) and stands in the page, so that no kernel is needed; it stops
at the nodes of the table alone. Where no script runs, and on paper, a table has the nodes on either side of each turn.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

from analysis import named, topics
from analysis.kit.claims import VERDICTS
from analysis.kit.experiments import RESULTS, load_result
from analysis.kit.numbers import spaced
from book.extension import readable

#: In which order things are said.
ORDER = ("verdict", "finding", "number")
#: Stands in the table for a finding that would not be true.
NOTHING = "-"
#: What the page says then.
UNTRUE = "The title of the picture would not be true."


@dataclass(frozen=True)
class Item:
    """What a path says of one thing at each node: a ``verdict``, a ``number`` or the ``finding``; `name` is whose."""

    kind: str
    name: str
    label: str
    shown: tuple[str, ...]

    @property
    def true(self) -> tuple[str, ...]:
        """At each node whether a finding would be true, in a word."""
        return tuple("no" if text == NOTHING else "yes" for text in self.shown)


@dataclass(frozen=True)
class Path:
    """A path as its slider needs it: its nodes in words, the place of the book's own value, and what is said there."""

    of: str
    input: named.Named
    values: tuple[str, ...]
    own: int
    items: tuple[Item, ...]

    @property
    def turning(self) -> list[int]:
        """The nodes on either side of each turn of a verdict or of the finding, and the book's own."""
        told = [item.shown for item in self.items if item.kind == "verdict"]
        told = told or [item.true for item in self.items if item.kind == "finding"]
        after = [n for shown in told for n in range(1, len(shown)) if shown[n] != shown[n - 1]]
        return sorted({self.own, *after, *(n - 1 for n in after)})


@functools.cache
def _paths(topic: str) -> dict[str, Path]:
    """The paths of a topic by claim or figure; none before its experiment was run."""
    if not (RESULTS / f"{topics.identity(topic, 'paths')}.csv").exists():
        return {}
    rows = load_result(topics.identity(topic, "paths"))
    return {str(of): _path(str(of), own) for of, own in rows.groupby("of", sort=False)}


def _path(of: str, rows: pd.DataFrame) -> Path:
    moved = named.of(str(rows["input"].iloc[0]))
    values = rows.drop_duplicates("node").set_index("node")["value"]
    own = min(range(len(values)), key=lambda n: abs(values.iloc[n] - moved.value))
    items = []
    for item, told in rows.groupby("item", sort=False):
        kind, _, name = str(item).partition(" ")
        shown = told.set_index("node")["shown"].reindex(values.index, fill_value=NOTHING)
        items.append(Item(kind, name, str(told["label"].iloc[0]), tuple(map(spaced, map(str, shown)))))
    items.sort(key=lambda item: ORDER.index(item.kind))
    return Path(of, moved, tuple(in_unit(value, moved.unit) for value in values), own, tuple(items))


def in_unit(value: float, unit: str) -> str:
    """Print a value of an input with what it counts.

    >>> in_unit(2664000.0, "GPU-hours"), in_unit(0.37, "share of revenue")
    ('2,664,000 GPU-hours', '37 % of revenue')
    """
    return " ".join(filter(None, readable.measured(value, unit)))


def of_claim(claim: str, root: str = "../") -> str:
    """The slider of a verdict, with the input that turns it first; nothing where none does.

    Parameters
    ----------
    claim : str
    root : str
        Way from the page to the root of the site.
    """
    return _html(claim, "claim-slider", root)


def of_figure(identity: str, root: str = "../") -> str:
    """The slider of a chapter's key figure; nothing for other figures. `root` as in :func:`of_claim`."""
    return _html(identity, "figure-slider", root)


# --- HTML -------------------------------------------------------------------------------------------------------------


def _html(of: str, kind: str, root: str) -> str:
    path = next((own[of] for own in map(_paths, topics.TOPICS) if of in own), None)
    if path is None:
        return ""
    own, identity = path.own, escape(f"path-{path.of}")
    told = "".join(_item(path, place, item) for place, item in enumerate(path.items))
    text, last = escape(path.values[own]), len(path.values) - 1
    data = json.dumps({"values": path.values, "items": [_short(item.shown) for item in path.items]}, ensure_ascii=False)
    packed = data.replace("&", "&amp;").replace("'", "&#39;").replace('", "', '","')
    return (
        f'<div class="{kind}"><form class="path" autocomplete="off" data-path=\'{packed}\'>'
        f'<div class="range"><label class="name" for="{identity}"><b>{_lead(path)}</b> {_words(path)}</label>'
        f'<output for="{identity}" aria-live="off">{text}</output>'
        f'<input type="range" id="{identity}" min="0" max="{last}" value="{own}" aria-valuetext="{text}"></div>'
        f'{told}<p class="own"><button class="btn" type="reset" disabled>Back</button> {_own(path, root)}</p>'
        f'<p class="vh" role="status"></p></form>{_table(path)}</div>'
    )


def _words(path: Path) -> str:
    words = path.input.short.replace("'", "’")
    return escape(words[:1].upper() + words[1:])


def _lead(path: Path) -> str:
    """What the reader is asked to suppose."""
    said = {"threshold": "If the rule drew its line elsewhere:", "assumption": "If we assumed otherwise:"}
    return said.get(path.input.kind, "If it were otherwise:")


def _own(path: Path, root: str) -> str:
    """The book's own value, and where it stands."""
    value = escape(path.values[path.own])
    what = "picture" if any(item.kind == "finding" for item in path.items) else "book"
    if not path.input.href:
        return f"The {what} has {value}."
    source = escape(", ".join(filter(None, (path.input.source, path.input.locator))))
    return f'The {what} has <a href="{root}{path.input.href}">{value}</a>, by {source}.'


def _short(shown: Sequence[str]) -> list[str | int]:
    """The same list with 0 for what was said at the node before.

    >>> _short(["partly", "partly", "wrong"])
    ['partly', 0, 'wrong']
    """
    return [0 if n and text == shown[n - 1] else text for n, text in enumerate(shown)]


def _item(path: Path, place: int, item: Item) -> str:
    text, data = item.shown[path.own], f'data-item="{place}"'
    if item.kind == "finding":
        return f'<p class="then says" {data} data-untrue="{UNTRUE}">{escape(text)}</p>'
    if item.kind == "number":
        return f'<p class="then">{escape(item.label)}: <b {data}>{escape(text)}</b></p>'
    whose = "" if item.name == path.of else f' <a href="#claim-{escape(item.name)}">{escape(item.name)}</a>'
    return f'<p class="bands" aria-hidden="true">{_bands(item.shown)}</p><p class="then">{_chip(text, data)}{whose}</p>'


def _chip(verdict: str, data: str = "") -> str:
    return (
        f'<span class="chip v-{verdict}" {data}><svg class="mark" aria-hidden="true"><use href="#v-{verdict}"/></svg>'
        f"<span>{verdict}</span></span>"
    )


def _bands(shown: Sequence[str]) -> str:
    """A band for each stretch of nodes with one verdict, as long as the way of the slider along it."""
    starts = [n for n in range(len(shown)) if not n or shown[n] != shown[n - 1]]
    made = ""
    for start, end in zip(starts, [*starts[1:], len(shown)], strict=True):
        length = min(end - 0.5, len(shown) - 1) - max(start - 0.5, 0)
        verdict = shown[start]
        sign = f'<svg class="mark"><use href="#v-{verdict}"/></svg>' if verdict in VERDICTS else ""
        made += f'<i class="v-{verdict}" style="flex:{length:g}">{sign}</i>'
    return made


def _table(path: Path) -> str:
    """The nodes where something turns, for who has no script."""
    shown = [item for item in path.items if item.kind != "finding"]
    heads = "".join(f"<th>{escape(_head(path, item))}</th>" for item in shown)
    rows = ""
    for node in path.turning:
        book = " (the book’s)" if node == path.own else ""
        cells = "".join(f"<td>{escape(item.shown[node])}</td>" for item in shown)
        rows += f"<tr><th>{escape(path.values[node])}{book}</th>{cells}</tr>"
    head = f"<thead><tr><th>{_words(path)}</th>{heads}</tr></thead>"
    return f'<div class="table path-table"><table>{head}<tbody>{rows}</tbody></table></div>'


def _head(path: Path, item: Item) -> str:
    if item.kind == "number":
        return item.label
    return "Verdict" if item.name == path.of else item.name


def _add_files(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if 'class="path"' in context.get("body", "") + context.get("opening", ""):
        app.add_js_file("sliders.js", defer="defer")
        app.add_css_file("sliders.css", priority=850)  # after style.css


def setup(app: Sphinx) -> None:
    """Bring script and style where there is a slider."""
    app.connect("html-page-context", _add_files)
