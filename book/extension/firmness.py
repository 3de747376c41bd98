"""The page of firmness: every verdict by what turns it, the figures on which most hangs, what would change our mind.

``{firmness-strip}`` shows all verdicts on a scale of distance, ``{firmness-verdicts}`` the lists below it,
``{firmness-facts}`` the published figures on which most numbers hang, ``{firmness-watch}`` the figures that turn a
verdict when they move a little. All is read from the tables of :mod:`analysis.sensitivity` and :mod:`analysis.turning`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from analysis import firmness, named, sensitivity, topics
from analysis.firmness import EDGE, LEAN, WORDS, Firmness, Turn
from analysis.kit.experiments import load_result
from analysis.kit.numbers import in_words
from book.extension import entries, readable, sheets, source, turns
from book.extension.claims import PAGE, Judged, chip, judged, mark, whole
from book.extension.parts import ProblemDirective, cached_by_build, html, plain, table

#: The page itself.
HOME = "book/firmness"
#: How many published figures the page lists as those on which most hangs.
MOST = 20
#: A number hangs on a figure if it moves by at least this share of the figure's own relative move.
HANGS = 0.1
#: Ends of the scale of distances, and where on its width, per cent, they stand; what is left out stands before them.
NEAREST, FARTHEST = 0.01, 9.0
START, END = 16.0, 86.0
#: Where what is left out begins, before the scale, and what nothing turns, behind it; so many marks beside each other.
BEFORE, BEHIND, ABREAST = 2.0, 91.5, 3
#: What the scale says, by distance.
TICKS = {0.01: "1 %", EDGE: turns.fraction(EDGE), LEAN: turns.fraction(LEAN), 1.0: "× 2", 4.0: "× 5", 9.0: "× 10"}
#: Width of a mark on the scale, per cent, so that those that would lie on each other are stacked.
MARK = 3.0
#: Kinds of what was published and can move, and the marks of what stands in a primary source.
PUBLISHED, SEEN = ("fact", "cell"), ("primary", "computed")


# --- reading the tables -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weight:
    """What hangs on a published figure: the numbers that move with it, and the verdicts that it can turn."""

    what: named.Named
    numbers: tuple[str, ...]
    claims: tuple[str, ...] = ()


@dataclass
class Watched:
    """A published figure with the verdicts that it turns by itself, the nearest turn first."""

    what: named.Named
    turned: list[tuple[str, Turn]] = field(default_factory=list)


def elasticities() -> pd.DataFrame:
    """How strongly every number hangs on every fact: item, input, and the larger of both sides.

    Cells of wide tables are left out: among them are years, sizes and other keys, which are not measured.

    Raises
    ------
    ProblemError
        If the table of a topic is missing.
    """
    found = []
    for topic in topics.TOPICS:
        rows = load_result(topics.identity(topic, "sensitivity"))
        rows = rows[(rows["kind"] == "fact") & (rows["item"] != sensitivity.REFUSED)]
        # a number that is gone, or no number any more, hangs on it as much as can be
        strength = rows[["below", "above"]].abs().max(axis=1).fillna(math.inf)
        found.append(pd.DataFrame({"item": topic + " " + rows["item"], "input": rows["input"], "strength": strength}))
    return pd.concat(found, ignore_index=True)


def heaviest(rows: pd.DataFrame, firm: Iterable[Firmness], count: int = MOST) -> list[Weight]:
    """The figures on which most numbers hang, those that nobody saw in their primary source first.

    Parameters
    ----------
    rows : DataFrame
        As :func:`elasticities` returns it.
    firm : iterable of Firmness
        Of all verdicts.
    count : int
        How many.
    """
    turned: dict[str, list[str]] = {}
    for each in firm:
        for turn in turns.decisive(each):
            turned.setdefault(turn.input, []).append(each.claim)
    strong = rows[rows["strength"] >= HANGS]
    hanging = {str(key): tuple(sorted(set(own))) for key, own in strong.groupby("input")["item"]}
    first = sorted(hanging, key=lambda key: (-len(hanging[key]), key))[:count]
    found = [Weight(named.of(key), hanging[key], tuple(dict.fromkeys(turned.get(key, ())))) for key in first]
    return sorted(found, key=lambda weight: (weight.what.mark in SEEN, -len(weight.numbers), weight.what.id))


def watched(firm: Iterable[Firmness]) -> list[Watched]:
    """The published figures that turn a verdict within :data:`LEAN` or inside their interval, the nearest first."""
    found: dict[str, Watched] = {}
    near = [(turn, each.claim) for each in firm for turn in turns.decisive(each) if turn.word != WORDS[2]]
    for turn, claim in sorted(near, key=lambda pair: (WORDS.index(pair[0].word), pair[0].distance)):
        if turn.kind in PUBLISHED:
            found.setdefault(turn.input, Watched(named.of(turn.input))).turned.append((claim, turn))
    return list(found.values())


def grouped(firm: Iterable[Firmness]) -> dict[str, list[Firmness]]:
    """The verdicts by word, the nearest turn first; last, without a word, those that nothing by itself turns."""
    found: dict[str, list[Firmness]] = {word: [] for word in (*WORDS, "")}
    for each in firm:
        found[each.word if turns.decisive(each) else ""].append(each)
    for own in found.values():
        own.sort(key=turns.order)
    return found


def intervals(firm: Iterable[Firmness], rows: pd.DataFrame) -> tuple[int, int]:
    """How many published figures move or turn a verdict, and how many of them state an interval."""
    moving = {str(key) for key in rows.loc[rows["item"].str.contains(" claim "), "input"]}
    turning = {turn.input for each in firm for turn in turns.decisive(each) if turn.kind in ("fact", "left out")}
    found = [named.of(key) for key in sorted(moving | turning)]
    return len(found), sum(what.stated for what in found)


# --- the scale --------------------------------------------------------------------------------------------------------


def place(distance: float) -> float:
    """Where a distance stands on the scale, per cent of its width.

    >>> round(place(0.01), 1), round(place(9.0), 1), place(0.0) < place(0.001)
    (16.0, 86.0, True)
    """
    if not distance:
        return BEFORE
    share = math.log(min(max(distance, NEAREST), FARTHEST) / NEAREST) / math.log(FARTHEST / NEAREST)
    return START + (END - START) * share


def stacked(places: Iterable[float]) -> list[tuple[float, int]]:
    """Where each mark of a row lies, and how high, so that none covers another; from places in rising order.

    >>> stacked([30.0, 30.0, 50.0]), stacked([BEFORE] * 4)
    ([(30.0, 0), (30.0, 1), (50.0, 0)], [(2.0, 0), (5.0, 0), (8.0, 0), (2.0, 1)])
    """
    ends: list[float] = []
    found: list[tuple[float, int]] = []
    for number, at in enumerate(places):
        if at in (BEFORE, BEHIND):
            same = number - next(first for first, (x, _) in enumerate([*found, (at, 0)]) if x >= at)
            found.append((at + MARK * (same % ABREAST), same // ABREAST))
            continue
        level = next((level for level, end in enumerate(ends) if at - end >= MARK), len(ends))
        ends[level : level + 1] = [at]
        found.append((at, level))
    return found


def _bands() -> str:
    """Where the parts of the scale end, for its style."""
    return f"--edge-to:{place(EDGE):.1f}%;--lean-to:{place(LEAN):.1f}%"


def _axis(last: bool = False) -> str:
    """The words of the scale below or above what lies on it; at last the place of what nothing turns."""
    said = {BEFORE: "left out"} | {place(distance): text for distance, text in TICKS.items()}
    said |= {BEHIND + MARK: "none"} if last else {}
    ticks = "".join(f'<span style="--x:{at:.1f}%">{text}</span>' for at, text in said.items())
    return f'<div class="axis" aria-hidden="true">{ticks}</div>'


def _lane(word: str, own: list[Firmness], known: dict[str, Judged]) -> str:
    """A row of the strip: the verdicts of a word as marks on the scale."""
    nearest = [next(iter(turns.decisive(each)), None) for each in own]
    places = stacked(place(turn.distance) if turn else BEHIND for turn in nearest)
    verdicts = [known[each.claim].verdict for each in own]
    marks = "".join(
        f'<span class="v-{verdict}" style="--x:{x:.1f}%;--y:{y}">{mark(verdict)}</span>'
        for verdict, (x, y) in zip(verdicts, places, strict=True)
    )
    high = max((y for _, y in places), default=0) + 1
    head = f"<b>{word} <i>{len(own)}</i></b>"
    return f'<div class="lane" style="--high:{high}">{head}<div style="{_bands()}">{marks}</div></div>'


# --- the directives ---------------------------------------------------------------------------------------------------


class _Firmness(ProblemDirective):
    """What the directives of the page share."""

    def firm(self) -> dict[str, Firmness]:
        """Return the firmness of every verdict that the ledger has; a missing table is told of here."""
        known = judged(self.env.app)
        return {claim: each for claim, each in firmness.of_claims().items() if claim in known}

    def rows(self) -> pd.DataFrame:
        """Return :func:`elasticities`, read once a build."""
        rows: pd.DataFrame = cached_by_build(self.env.app, "elasticities", elasticities)
        return rows


class Strip(_Firmness):
    """``{firmness-strip}``: how many verdicts are how firm, and each as a mark on a scale of distance."""

    def shown(self) -> list[nodes.Node]:
        """Return a paragraph and the picture."""
        firm, known = self.firm(), judged(self.env.app)
        groups = grouped(firm.values())
        lanes_of = {word: [*groups[word], *(each for each in groups[""] if each.word == word)] for word in WORDS}
        counts = {word: len(own) for word, own in lanes_of.items()}
        figures, stated = intervals(firm.values(), self.rows())
        without = sum(not each.intervals for each in firm.values())
        said = nodes.paragraph(
            text=f"Of {len(firm)} verdicts {counts[WORDS[0]]} stand on the edge, {counts[WORDS[1]]} lean and "
            f"{counts[WORDS[2]]} are firm. They hang on {figures:,} published figures, of which {stated} come with an "
            f"interval; {without} verdicts rest on none that does. Where no interval is stated, we ask for a move of "
            f"{turns.fraction(EDGE)}."
        )
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        lanes = "".join(_lane(word, own, known) for word, own in lanes_of.items())
        picture = (
            '<div class="strip"><p class="label">How far the nearest input must move before the verdict turns</p>'
            f'<div role="img" aria-label="{told}; each verdict is a line of the lists below">{lanes}</div>'
            f"{_axis(last=True)}</div>"
        )
        return [said, html(picture)]


class Verdicts(_Firmness):
    """``{firmness-verdicts}``: the verdicts in three groups, and those that nothing by itself turns."""

    def shown(self) -> list[nodes.Node]:
        """Return a section for each group that is not empty."""
        known, groups = judged(self.env.app), grouped(self.firm().values())
        titles = {WORDS[0]: "On the edge", WORDS[1]: "Leaning", WORDS[2]: "Firm", "": "No single input decides"}
        edge, lean = turns.fraction(EDGE), turns.fraction(LEAN)
        rules = {
            WORDS[0]: "One row left out turns it, or one figure that moves inside its stated interval; or, where none "
            f"is stated, a figure, an assumption or the rule’s own threshold that moves by {edge} at most.",
            WORDS[1]: f"The nearest turn is farther than that, but within {lean}.",
            WORDS[2]: f"The nearest turn is farther than {lean}.",
            "": "Nothing that we moved by itself, up to ten times its value, turns these, except a number of which the "
            "rule asks just this one: an event, a definition or several figures at once would.",
        }
        shown: list[nodes.Node] = []
        for word, own in groups.items():
            if not own:
                continue
            count = nodes.paragraph(text=f"{len(own)} verdict{'s' * (len(own) > 1)}. {rules[word]}", classes=["of"])
            lines = [self.entry(each, known[each.claim]) for each in own]
            body = [html(_axis())] * bool(word) + [nodes.container("", *lines, classes=["ledger", "firmness"])]
            section = self.section(titles[word], f"firmness-{turns.slug(word) or 'none'}", count, *body)
            section["classes"] = ["group"]
            shown.append(section)
        return shown

    def entry(self, firm: Firmness, entry: Judged) -> entries.folded:
        """Return the line of a verdict; opened, the claim, its other turns and the way to its card."""
        claim, verdict = entry.claim, entry.verdict
        node = entries.folded(ids=[claim.id], classes=["claim", "firm"], data={"verdict": verdict})
        word = nodes.inline("", "", html(mark(verdict)), nodes.Text(verdict), classes=["chip", f"v-{verdict}"])
        found, others = turns.nearest(firm), turns.told(firm)
        said = turns.sentence(found[0]) if found else [nodes.Text(whole(claim))]
        if found:  # seen where there is room for it, until the line opens
            said = [html(f'<span class="c">{entries.curly(whole(claim))}</span>'), *said]
        line = [word, nodes.Text(" "), nodes.inline("", "", *said, classes=["t"]), nodes.Text(" ")]
        if found:
            line.append(html(_bar(found[0], verdict, self.moved(found[0]))))
            line.append(plain("", nodes.Text(f"({self.moved(found[0])}) ")))
        node += entries.folded_line("", "", *line, nodes.inline(text=claim.id, classes=["id"]))
        if found:
            node += nodes.paragraph(text=whole(claim), classes=["why"])
        for other in others[bool(found) :]:
            node += nodes.paragraph(
                "",
                "",
                *turns.sentence(other, self.root),
                nodes.Text(f" ({self.moved(other)})" if not other.exact else ""),
                classes=["turn"],
            )
        if drawn := turns.drawn(firm):
            node += nodes.paragraph(text=drawn, classes=["turn"])
        ways = [nodes.reference("", "Reason, rule and evidence", refuri=f"{self.root}{PAGE}.html#{claim.id}")]
        if found and (what := named.of(found[0].input)).href:  # a link has no place in the line that unfolds
            ways += [nodes.Text(" · "), turns.called(what, self.root)]
        node += nodes.paragraph("", "", *ways, classes=["by"])
        return node

    @property
    def root(self) -> str:
        """Way to the root of the site."""
        return source.site_root(self.env.app.builder, self.env.docname)

    @staticmethod
    def moved(turn: Turn) -> str:
        """Return how far it is."""
        return turns.moved(turn, named.of(turn.input).calendar)


def _bar(turn: Turn, verdict: str, moved: str) -> str:
    """Where the nearest turn of a verdict lies on the scale."""
    return (
        f'<span class="dist"><span class="track" aria-hidden="true" style="{_bands()}"><i class="v-{verdict}" '
        f'style="--x:{place(turn.distance):.1f}%">{mark(verdict)}</i></span>'
        f'<span class="k">{moved}</span></span>'
    )


class Facts(_Firmness):
    """``{firmness-facts}``: the published figures on which most numbers hang."""

    def shown(self) -> list[nodes.Node]:
        """Return how many of them were seen, and the table."""
        own = heaviest(self.rows(), self.firm().values())
        unseen = sum(weight.what.mark not in SEEN for weight in own)
        root = source.site_root(self.env.app.builder, self.env.docname)
        most = max(len(weight.numbers) for weight in own)
        rows = [self.row(weight, most) for weight in own]
        said = nodes.paragraph(
            text="A number hangs on a figure if it moves by at least "
            f"{turns.fraction(HANGS)} of the figure’s own move, both in per cent. On these {in_words(len(own))} most "
            f"numbers of sentences and verdicts hang. {in_words(unseen).capitalize()} of them "
            f"{'was' if unseen == 1 else 'were'} not seen in the primary source: they come first, because they are "
            "what to look up."
        )
        template = sheets.templates().get_template("firmness_facts.html")
        heads = ["Figure", "Value, interval", "Source", "Mark", "Numbers that hang on it"]
        paper = [[[nodes.Text(row[name])] for name in ("words", "measured", "origin", "word", "count")] for row in rows]
        return [said, html(template.render(rows=rows, root=root)), plain("", table(heads, paper, []))]

    def row(self, weight: Weight, most: int) -> dict[str, Any]:
        """What the table says of a figure."""
        what, computed = weight.what, weight.what.mark == "computed"
        value, unit = turns.measured(what, what.value)
        ends = readable.interval(what.low, what.high, what.unit or "1", computed)
        return {
            "words": what.short[:1].upper() + what.short[1:],
            "href": what.href,
            "value": value,
            "unit": unit,
            "interval": ends,
            "measured": f"{value} {unit}{f' ({ends})' if ends else ''}".strip(),
            "source": what.source,
            "locator": what.locator,
            "origin": ", ".join(filter(None, (what.source, what.locator))),
            "mark": what.mark,
            "word": sheets.WORDS.get(what.mark, what.mark),
            "count": f"{len(weight.numbers)}",
            "width": round(100 * len(weight.numbers) / most),
            "claims": [(claim, f"{PAGE}.html#{claim}") for claim in weight.claims],
        }


class Watch(_Firmness):
    """``{firmness-watch}``: the published figures that turn a verdict by themselves, and at which value."""

    def shown(self) -> list[nodes.Node]:
        """Return a list, the figure whose turn is nearest first."""
        known, listed = judged(self.env.app), nodes.bullet_list(classes=["others"])
        root = source.site_root(self.env.app.builder, self.env.docname)
        for each in watched(self.firm().values()):
            what = each.what
            value, unit = turns.measured(what, what.value)
            name: nodes.Node = nodes.strong(text=what.short[:1].upper() + what.short[1:])
            if what.href:
                name = nodes.reference("", "", name, refuri=f"{root}{what.href}")
            line = nodes.paragraph("", "", name, nodes.Text(f", {value} {unit}".rstrip() + ": "))
            for number, (claim, turn) in enumerate(each.turned):
                side = "below" if turn.at < turn.value else "above"
                at = turns.measured(what, turns.rounded(turn.value, turn.at))[0]
                line += nodes.Text(f"{'; ' * bool(number)}{side} {at}, ")
                line += nodes.reference("", claim, refuri=f"{root}{PAGE}.html#{claim}")
                now = known[claim].verdict
                line += [
                    nodes.Text(f" turns from {now} to "),
                    html(chip(turn.becomes)),
                    plain("", nodes.Text(turn.becomes)),
                ]
            line += nodes.Text(".")
            listed += nodes.list_item("", line)
        return [listed]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("firmness-strip", Strip)
    app.add_directive("firmness-verdicts", Verdicts)
    app.add_directive("firmness-facts", Facts)
    app.add_directive("firmness-watch", Watch)
