"""A deck of slides for each chapter, from its plain cells and the figures of its run.

A slide has one thing to say: what people heard and what we found, the verdicts, the question of a section, a formula, a
figure's finding with its picture, a check, a question to the class, the take-aways. The chapter's prose becomes the
speaker's notes. A deck is a folder that needs nothing else: reveal.js, the figures with their controls, formulas as
MathML.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from analysis import runs
from analysis.kit import chapters, claims, downloads
from analysis.kit.errors import ProblemError
from book.course import cells
from book.course.cells import Cell
from book.extension import controls, inline, pictures
from book.extension.mathml import to_mathml
from book.paper.write import TITLE

STATIC = cells.ROOT / "book" / "static"
#: Width in pixels for which a slide's picture is drawn: its letters grow with it, and no view goes under another.
WIDTH = downloads.STACK_BELOW
#: Sections that are for the reader's desk.
LEFT_OUT = ("Exercises", "Further reading")
#: Letters beside a figure from which on they are smaller, and its controls stand under it.
LONG = 330
#: Words of the text before a formula that its slide repeats.
WORDS = 40
#: Letters of a formula's source from which on it is set smaller.
WIDE = 110
#: Lines of claims on a slide, and letters in a line.
LINES, LETTERS = 9, 72

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
_MARKDOWN.use(dollarmath_plugin, renderer=lambda latex, told: to_mathml(latex.strip(), told["display_mode"]))
_QUESTION = re.compile(r"\*([^*]+\?[^*]*)\*(?!\*)")
_SENTENCE = re.compile(r"(?<=[.!?:]) +(?=[A-Z*“‘$])")


class Block(NamedTuple):
    """A block of Markdown: the kind of its token, its text, and whether it lies in a fold."""

    kind: str
    text: str
    folded: bool


@dataclass
class Slide:
    """One slide: its kind, which is its class, its HTML, and the HTML of the speaker's notes."""

    kind: str
    body: str
    notes: list[str] = field(default_factory=list)


def html(text: str, inside: bool = False) -> str:
    """Markdown as HTML, as one paragraph's inside if wanted.

    >>> html("*so* or **so**", inside=True)
    '<em>so</em> or <strong>so</strong>'
    """
    return (_MARKDOWN.renderInline(text) if inside else _MARKDOWN.render(text)).strip()


def split(source: str) -> list[Block]:
    """The outermost blocks of a Markdown text.

    >>> [block.kind for block in split("## A\\n\\nWords.\\n\\n$$\\nx\\n$$")]
    ['heading', 'paragraph', 'math_block']
    """
    lines, found, depth = source.splitlines(), [], 0
    for token in _MARKDOWN.parse(source):
        if token.level or token.nesting < 0 or not token.map:
            continue
        text = "\n".join(lines[slice(*token.map)]).strip()
        depth += text.count("<details") if token.type == "html_block" else 0
        found.append(Block(token.type.removesuffix("_open"), text, depth > 0))
        depth -= text.count("</details") if token.type == "html_block" else 0
    return found


def slides(title: str, question: str, told: Iterable[Cell], specs: dict[str, Any], judged: list[Any]) -> list[Slide]:
    """The slides of a chapter.

    Parameters
    ----------
    title, question : str
        Of the chapter.
    told : iterable of Cell
        Its cells.
    specs : dict of dict
        Its figures' documents by id.
    judged : list of (Claim, Judgement)
        Its verdicts.

    Raises
    ------
    ProblemError
        If a cell shows a figure that the run does not have.
    """
    told = list(told)
    made = [Slide("title", f'<p class="label">{escape(TITLE)}</p><h1>{escape(title)}</h1><p>{escape(question)}</p>')]
    start = next((place for place, cell in enumerate(told) if cell.source.startswith("## ")), len(told))
    made += opening([cell for cell in told[:start] if cell.kind == "markdown" and "caption" not in cell.tags])
    pictured = [cell for cell in told[:start] if "caption" in cell.tags]
    made += [slide for cell in pictured for slide in figure(cell, specs)]
    made += verdicts(judged)
    asked = next((cell for cell in told if "quiz" in cell.tags), None)
    section, own = "", False
    for cell in told[start:]:
        if cell.kind == "code" or cell.exercise:
            continue
        if "caption" in cell.tags:
            made += figure(cell, specs)
            continue
        blocks = split(cell.source)
        if blocks[0].kind == "heading" and blocks[0].text.startswith("## "):
            section = blocks.pop(0).text.removeprefix("## ")
            own = section not in LEFT_OUT and not (asked and section == "Check yourself")
            if section == "Take-aways":
                made += quiz(asked) if asked else []
                made += [slide for block in blocks for slide in take_away(block)]
                own = False
            elif own:
                made.append(Slide("section", f"<h2>{html(section, True)}</h2>{_asks(blocks)}"))
        if own:
            made += spoken(section, blocks, made)
    return made


def opening(told: list[Cell]) -> list[Slide]:
    """As people heard it, and what we found: the first two paragraphs after the chapter's facts."""
    blocks = [block for cell in told for block in split(cell.source)]
    texts = [block.text for block in blocks if block.kind == "paragraph" and not block.folded]
    texts = [text for text in texts if not text.startswith(("**", "You need:"))][1:]  # the first is the line of facts
    labels = ("As people heard it", "What we found")
    made = [
        Slide("said" if not place else "found", f"<h2>{label}</h2><p>{html(text, True)}</p>")
        for place, (label, text) in enumerate(zip(labels, texts, strict=False))
    ]
    if made:
        made[-1].notes += [html(text) for text in texts[2:]]
    return made


def verdicts(judged: list[Any]) -> list[Slide]:
    """The claims with their verdicts, as many on a slide as can be read; the reasons are the notes."""
    made: list[Slide] = []
    left = 0
    for claim, judgement in judged:
        lines = 1 + len(claim.claim) // LETTERS
        if lines > left:
            made.append(Slide("verdicts", ""))
            left = LINES
        left -= lines
        made[-1].body += (
            f'<li><span class="verdict v-{judgement.verdict}">{judgement.verdict}</span>'
            f"<span>{html(claim.claim, True)}</span></li>"
        )
        made[-1].notes.append(f"<p><strong>{claim.id}</strong> {html(judgement.because, True)}</p>")
    for place, slide in enumerate(made, start=1):
        of = f" ({place} of {len(made)})" if len(made) > 1 else ""
        slide.body = f"<h2>The claims, judged{of}</h2><ul>{slide.body}</ul>"
    return made


def figure(cell: Cell, specs: dict[str, Any]) -> list[Slide]:
    """A figure's finding, picture, controls and sources; how to read it is in the notes."""
    made = []
    for name in cell.figures:
        if name not in specs:
            raise ProblemError(f"The run of the chapter has no figure {name!r}; run it again.")
        meta = specs[name]["usermeta"]
        *caption, sources = cell.source.split("\n\n")
        form = controls.html(specs[name], "", "vega.js", "1").replace("?v=1", "")
        room = len(meta["title"] + meta["subtitle"] + sources) > LONG, len(meta.get("controls", ()))
        kind = " ".join(["long"] * room[0] + ["under"] * (room[1] > 2 or (room[0] and room[1] > 0)))
        body = (
            f'<figure id="{name}" class="{kind}" aria-labelledby="{name}-finding"><div class="says-it">'
            f'<h2 class="finding" id="{name}-finding"><span class="says">{escape(meta["title"])}</span></h2>'
            f'<p class="measure">{escape(meta["subtitle"])}</p><p class="src">{html(sources, True)}</p></div>{form}'
            f'<div class="chart" role="img" tabindex="0" aria-label="{escape(meta["alt"])}">'
            f"{_pictured(specs[name])}</div></figure>"
        )
        made.append(Slide("figure-slide", body, [html(text) for text in caption]))
    return made


def _pictured(spec: dict[str, Any]) -> str:
    """A figure for a slide, and for a phone."""
    folder = pictures.draw(spec, cells.ROOT / ".cache" / "figures")
    kept = folder / pictures.PAGE / f"slide-{WIDTH}.svg"
    if not kept.exists():
        drawn = inline.cleaned(downloads.svg(spec, WIDTH), f"{spec['usermeta']['id']}-s")
        kept.write_text(drawn.replace("<svg ", '<svg preserveAspectRatio="xMinYMin meet" ', 1), encoding="utf-8")
    narrow = pictures.inlined(folder, pictures.NARROW)
    return f'<div class="broad">{kept.read_text(encoding="utf-8")}</div><div class="narrow">{narrow}</div>'


def spoken(section: str, blocks: list[Block], made: list[Slide]) -> list[Slide]:
    """Slides for the formulas and checks of a cell; its prose goes into the notes of the slide before."""
    found: list[Slide] = []
    for place, block in enumerate(blocks):
        if block.kind == "math_block" and not block.folded:
            before = blocks[place - 1].text if place and blocks[place - 1].kind == "paragraph" else ""
            after = blocks[place + 1].text if place + 1 < len(blocks) else ""
            goes_on = _SENTENCE.split(after)[0] if after[:1].islower() else ""
            if len(goes_on.split()) > WORDS // 2:
                goes_on = ""
            body = f"<h2>{html(section, True)}</h2><p>{html(_last(before), True)}</p>{_scrolled(html(block.text))}"
            kind = "formula wide" if len(block.text) > WIDE else "formula"
            found.append(Slide(kind, body + f"<p>{html(goes_on, True)}</p>" * bool(goes_on)))
            continue
        for mark, title, kind in (("**Check.**", "Check", "check"), ("What would change our mind", "", "mind")):
            if block.text.startswith(mark) and not block.folded:
                text = block.text.removeprefix("**Check.**").strip()
                found.append(Slide(kind, f"<h2>{title or mark}</h2><p>{html(_first_up(text, mark), True)}</p>"))
                break
        else:
            (found or made)[-1].notes.append(html(block.text) if block.kind != "html_block" else block.text)
    return found


def _scrolled(formula: str) -> str:
    """A displayed formula that a keyboard can scroll where it is wider than a phone."""
    return formula.replace("<div ", '<div tabindex="0" ', 1)


def _first_up(text: str, mark: str) -> str:
    """What follows `mark` and its colon, with a capital; the text itself where it does not begin so."""
    rest = text.removeprefix(f"{mark}:").strip()
    return rest[:1].upper() + rest[1:]


def _last(text: str) -> str:
    """The last sentences of a paragraph, as many as fit the slide of a formula."""
    kept: list[str] = []
    for sentence in reversed(_SENTENCE.split(text)):
        if kept and sum(len(each.split()) for each in (sentence, *kept)) > WORDS:
            break
        kept.insert(0, sentence)
    return " ".join(kept)


def _asks(blocks: list[Block]) -> str:
    """What a section asks; where it asks nothing, what its paragraphs are about."""
    first = _QUESTION.match(blocks[0].text) if blocks else None
    if first:
        return f'<p class="asks">{html(first[1], True)}</p>'
    leads = [re.match(r"\*\*([^*]+?)\.?\*\*", block.text) for block in blocks if not block.folded]
    items = "".join(f"<li>{html(lead[1], True)}</li>" for lead in leads if lead and lead[1] != "Check")
    return f"<ul>{items}</ul>" if items else ""


def quiz(cell: Cell) -> list[Slide]:
    """A question to the class; the answer comes with the next step."""
    asked, listed, *_ = split(cell.source)
    told = re.findall(r"<summary>Answer (\d+)</summary>\s*(.*?)\s*</details>", cell.source, flags=re.DOTALL)
    right = next(f"Answer {number}. {why}" for number, why in told if why.startswith("Right."))
    question = re.match(r"\*\*(.+?)\*\*(?=\s|$)", asked.text, flags=re.DOTALL)
    body = f"<h2>{html(question[1] if question else asked.text, True)}</h2>{html(listed.text)}"
    notes = [f"<p>Answer {number}. {html(why, True)}</p>" for number, why in told]
    return [Slide("quiz", f'{body}<p class="fragment">{html(right, True)}</p>', notes)]


def take_away(block: Block) -> list[Slide]:
    """A list at the end of the chapter."""
    title = "Three sentences to tell a friend" if block.kind == "ordered_list" else "Take-aways"
    return [Slide("take-away", f"<h2>{title}</h2>{html(block.text)}")] if block.kind.endswith("_list") else []


def deck(title: str, made: list[Slide]) -> str:
    """The page of a deck."""
    template = Environment(loader=PackageLoader("book.course"), autoescape=True).get_template("deck.html")
    return template.render(title=title, book=TITLE, slides=made)


def write(folder: Path, chosen: Iterable[str] = ()) -> list[Path]:
    """Write the decks of some topics, or of all, with what they need into a folder; return their paths.

    Raises
    ------
    ProblemError
        If a topic is unknown, or reveal.js is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _copy(folder)
    all_topics = [name.rpartition("/")[2] for name in cells.docnames() if name.startswith("chapters/")]
    written = []
    for topic in list(chosen) or all_topics:
        told, run = cells.chapter_cells(f"chapters/{topic}"), runs.run(topic)
        ledger = claims.ledger()
        judged = [(ledger[name], judgement) for name, judgement in run.judgements.items()]
        title = split(told[0].source)[0].text.removeprefix("# ")
        made = slides(title, chapters.header(topic)["question"], told, run.specs, judged)
        for spec in run.specs.values():
            controls.write(spec, folder, {"broad": WIDTH, "narrow": downloads.NARROW})
        path = folder / f"{topic}.html"
        path.write_text(deck(title, made), encoding="utf-8")
        written.append(path)
    return written


def _copy(folder: Path) -> None:
    """Put reveal.js, the style and the scripts of the site, and its fonts beside the decks."""
    try:
        reveal = Path(str(resources.files("sphinx_revealjs"))) / "_static" / "revealjs"
    except ModuleNotFoundError as error:
        raise ProblemError("Slides need reveal.js, which the test environment has; type 'make slides'.") from error
    taken = [reveal / "dist" / "reveal.js", reveal / "dist" / "reveal.css", reveal / "plugin" / "notes" / "notes.js"]
    taken += [STATIC / "controls.js", STATIC / "deck.css", STATIC / "deck.js"]
    for path in taken:
        shutil.copyfile(path, folder / path.name)
    # A room waits for the letters; a page does not.
    style = (STATIC / "style.css").read_text(encoding="utf-8").replace("font-display: optional", "font-display: block")
    (folder / "style.css").write_text(style, encoding="utf-8")
    shutil.copyfile(reveal / "LICENSE", folder / "reveal-license.txt")
    shutil.copyfile(pictures.vega_script(cells.ROOT / ".cache" / "vega"), folder / "vega.js")
    shutil.copytree(STATIC / "fonts", folder / "fonts", dirs_exist_ok=True)
