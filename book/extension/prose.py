"""Numbers in a chapter's prose come from code: this finds the ones that were typed.

Text is looked at as the MyST parser sees it, so code, roles (``{glue:text}``, ``{cite}``), formulas and comments are no
prose. Years, section numbers of a publication and quotations may be typed, and so may names that carry a digit after a
letter (GPT-4, R1). A formula that is nothing but a number is a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)

#: Directives whose body is not prose.
NOT_PROSE = {"code-cell", "code", "code-block", "math", "starter", "solution", "check", "raw", "bibliography"}
#: Directives whose argument is a name.
NAMED = {"held", "claims"}
EXTENSIONS = {"amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "substitution", "tasklist"}

#: Stands for code, a role or a formula in a text.
COMPUTED = "\u2063"

_DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*)")
_ALLOWED = re.compile(
    r"“[^”]*”"  # a quotation
    r"|§+\s?[\d.]+(?:\s?[-–,]\s?[\d.]+)*"
    r"|\b(?:[Ss]ections?|[Cc]hapters?|[Aa]ppendix|[Tt]ables?|[Ff]igures?|[Ff]igs?\.|[Ee]quations?|[Ee]qs?\.|[Tt]heorems?"
    r"|[Ll]emmas?|[Pp]ages?|pp?\.)\s[A-Z]?\.?\d[\d.]*(?:[a-z]\b)?(?:(?:\s?[-–,]\s?|\sand\s|\sto\s)[A-Z]?\d[\d.]*)*"
    r"|\b(?:19|20)\d\ds?(?:[-–](?:19|20)?\d\d)?(?![\d.,]*\d|\s?%)\b"  # a year, a decade, a span of years
    r"|\b(?:Llama|Gemini|Grok|Claude|Qwen)\s\d(?:\.\d)?\b(?![\d.,]*\d|\s?%)"  # a name
    r"|\b[1-9]:[48]\b(?!:)"  # a pattern of weights that stay
    r"|\b(?i:dollars?|cents?|prices?|costs?)(?:\sof)?\sa\smillion\stokens\b"  # the unit of a price
)
_NUMBER = re.compile(r"(?<![\w])(?<![A-Za-z][-–])(?<![A-Z]\d\.)[-−+]?[\d½⅓⅔¼¾][\w.,:/%×⁰¹²³⁴⁵⁶⁷⁸⁹⁻-]*")
_FORMULA_NUMBER = re.compile(
    r"(?:[-+~\s]|\\[,;!: ]|\\approx|\\sim|\\pm)*"
    r"(?:\d[\d.,]*|10\s*\^)(?:[\d.,\s~^{}+-]|\\[,;!: %]|\\times|\\cdot|\\pm|\\(?:text|mathrm)\{[^{}]*\})*"
)

#: Words that say a ratio, a fraction or a multiple, and number words before a unit. Counting what the sentence itself
#: lists ("three firms") is no quantity.
_SMALL = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven"
    r"|eight|nine))?)"
)
_LARGE = r"(?:(?:a|one|some)\s(?:hundred|thousand|million)|(?:hundred|thousand)s\sof(?=\stimes))"
_COUNT = rf"(?:{_SMALL}|{_LARGE}|dozens?\sof)"
_UNIT = (
    r"(?:times|per\scent|percent(?:age)?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|bits?|bytes?"
    r"|[KMGT]B|nats?|FLOPs?|(?:mega|giga|kilo|tera)\w+|watts?|joules?|kWh|dollars?|cents?|pounds?|euros?|tokens?"
    r"|parameters?|GPUs?|GPU-hours?|hundred|thousand|millions?|billions?|trillions?|standard\s(?:errors?|deviations?)"
    r"|points?\sof)"
)
_FRACTION = r"(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|hundredth|thousandth)"
_WORDS = re.compile(
    rf"\b(?:{_COUNT}[\s-]{_UNIT}|(?:about|nearly|over|than|under|within)\s(?:a|one)\sper\scent|twice|thrice|(?:{_SMALL}|hundred|thousand|mani)fold"
    r"|(?:halve|double|treble|triple|quadruple)d(?![^.]*\bevery\b)|(?:double|treble|triple|quadruple)\s(?:the|that|what|its|their)"
    r"|(?<!second )(?<!first )half(?![-\s](?:li[fv]e|precision))|halves"
    rf"|(?:a|one)[\s-]{_FRACTION}(?=\s(?:of|the|as|less|more|that)\b|\s*[.,;:)\u2063]|\Z)"
    rf"|{_SMALL}[\s-]{_FRACTION}s|(?:one|{_SMALL})\s(?:in|out\sof)\s(?:{_SMALL}|{_LARGE})|a\sdozen"
    rf"|factors?\sof\s{_SMALL}|(?:an|one|{_SMALL}|by|of|several)\sorders?\sof\smagnitude)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Text:
    """A piece of prose, or a formula in it; ``line`` counts from 1.

    ``within`` names what it stands in with the line where that begins, outermost first: directives, ``heading``,
    ``table``, ``dt`` and the like.
    """

    line: int
    text: str
    formula: bool = False
    within: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class TypedNumber:
    """A number that was typed; ``line`` counts from 1."""

    line: int
    text: str


def typed_numbers(markdown: str) -> list[TypedNumber]:
    """Return the numbers typed in the prose of a chapter.

    Parameters
    ----------
    markdown : str
        The chapter's source.

    Examples
    --------
    >>> typed_numbers("In 2019 the networks of §2.1 fitted 671 functions in `7` runs.")
    [TypedNumber(line=1, text='671')]
    >>> typed_numbers("They call it “99 % certain”; $x_1 = 2$ is a formula, $671$ a number.")
    [TypedNumber(line=1, text='$671$')]
    """
    found = [number for text in texts(markdown) for number in _numbers_in(text)]
    return sorted(found, key=lambda number: number.line)


def texts(markdown: str, role: Callable[[str, str], str] = lambda name, content: COMPUTED) -> Iterator[Text]:
    """Return the prose of a chapter, a paragraph, heading, cell of a table or formula at a time.

    Parameters
    ----------
    markdown : str
        The chapter's source.
    role : function of (name, content)
        What stands for a role, such as ``("glue:text", "total")``; code is :data:`COMPUTED`.

    Examples
    --------
    >>> [text.text for text in texts("They say so {cite}`x2019`.", lambda name, content: f"[{content}]")]
    ['They say so [x2019].']
    """
    config = MdParserConfig(enable_extensions=EXTENSIONS)
    return _in_text(markdown, 1, create_md_parser(config, DocutilsRenderer), role)


def _in_text(
    markdown: str,
    first_line: int,
    parser: Any,
    role: Callable[[str, str], str],
    within: tuple[tuple[str, int], ...] = (),
) -> Iterator[Text]:
    quoted, inner = 0, within
    for token in parser.parse(markdown):
        line = first_line + (token.map[0] if token.map else 0)
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if quoted:
            continue
        if token.type.endswith("_open"):
            inner = (*inner, (token.type.removesuffix("_open"), line))
        elif token.type.endswith("_close"):
            inner = inner[:-1]
        elif token.type == "inline":
            yield from (replace(text, within=inner) for text in _in_inline(token, line, role))
        elif token.type == "html_block":
            yield Text(line, re.sub(r"<[^>]*>", " ", token.content), within=inner)
        elif token.type == "math_block":
            yield Text(line, token.content, formula=True, within=inner)
        elif token.type in ("fence", "colon_fence"):
            directive = _DIRECTIVE.fullmatch(token.info.strip())
            if directive and directive[1] not in NOT_PROSE:
                own = (*inner, (directive[1], line))
                yield Text(line, "" if directive[1] in NAMED else directive[2], within=own)
                yield from _in_text(_without_options(token.content), line + 1, parser, role, own)


def _without_options(body: str) -> str:
    """Blank the option lines of a directive, but keep those of prose and the number of lines."""
    lines = body.split("\n")
    for number, text in enumerate(lines):
        if not re.match(r":[\w-]+:", text):
            break
        lines[number] = text.partition(":prerequisites:")[2]
    return "\n".join(lines)


def _in_inline(token: Token, line: int, role: Callable[[str, str], str]) -> Iterator[Text]:
    text, automatic = "", False
    for child in token.children or []:
        if child.type == "link_open":
            automatic = child.info == "auto"
        elif child.type == "link_close":
            automatic = False
        elif child.type in ("text", "text_special") and not automatic:
            text += child.content
        elif child.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif child.type.startswith("math_inline"):
            yield Text(line + text.count("\n"), child.content, formula=True)
            text += COMPUTED
        elif child.type == "image":
            yield from _in_inline(child, line + text.count("\n"), role)
        elif child.type == "myst_role":
            text += role(child.meta["name"], child.content)
        elif child.type not in ("html_inline",) and child.nesting == 0:
            text += COMPUTED  # code stands here
    yield Text(line, text)


def _numbers_in(text: Text) -> Iterator[TypedNumber]:
    if text.formula:
        if _FORMULA_NUMBER.fullmatch(text.text.strip()):
            yield TypedNumber(text.line, f"${text.text.strip()}$")
        return
    kept = _ALLOWED.sub(lambda found: re.sub(r"[^\n]", COMPUTED, found[0]), text.text)
    for found in (*_NUMBER.finditer(kept), *_WORDS.finditer(kept)):
        yield TypedNumber(text.line + kept.count("\n", 0, found.start()), found[0].rstrip(".,:/-"))


def quantities(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a plain text stand, from and to; years, sections and names with digits are none.

    Examples
    --------
    >>> text = "In 2024 GPT-4 took 5.8 × 10²³ operations, 12 % of it idle."
    >>> [text[start:stop] for start, stop in quantities(text)]
    ['5.8 × 10²³', '12 %']
    """
    kept = _ALLOWED.sub(lambda found: COMPUTED * len(found[0]), text)
    places: list[tuple[int, int]] = []
    for found in _NUMBER.finditer(kept):
        start, stop = found.start(), found.start() + len(found[0].rstrip(".,:/-"))
        stop += len(re.match(r"\s?%|", text[stop:])[0])  # type: ignore[index]
        if places and text[places[-1][1] : start] == " × ":
            start = places.pop()[0]
        places.append((start, stop))
    return places


def sentence(found: TypedNumber) -> str:
    """Say what is wrong and what to do."""
    return (
        f"The number {found.text} is typed in the prose; compute it in the topic's prose module and print it with "
        "{glue:text}, or write it as code if it is a name."
    )


def chapters(root: Path) -> list[Path]:
    """The files that the rule applies to."""
    return sorted((root / "chapters").glob("*.md"))


def _check(app: Sphinx, docname: str, content: list[str]) -> None:
    if docname.startswith("chapters/"):
        for found in typed_numbers(content[0]):
            LOGGER.warning(sentence(found), location=(docname, found.line), type="book", subtype="typed-number")


def setup(app: Sphinx) -> None:
    """Look at each chapter as it is read."""
    app.connect("source-read", _check)
