"""The way through a chapter: its contents, and in each section of the argument formula, cell and picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from analysis import runs, topics

ROOT = Path(__file__).resolve().parents[2]
#: The section that ends the argument.
END = "What this does not show"

_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_PIECE = re.compile(
    r"(?P<cell>^```\{code-cell\}[^\n]*\n.*?^```)|(?P<formula>^\$\$\n.*?^\$\$)", re.DOTALL | re.MULTILINE
)
#: What a chapter teaches, which is a numbered list too.
_HEADER = re.compile(r"^:::\{chapter-header\}.*?^:::$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(#([\w-]+)\)")


@dataclass
class Section:
    """A section of the argument: its heading and what follows it, ``formula``, ``cell`` (in sight) or ``figure``."""

    title: str
    pieces: list[str] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The anchor of its heading."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")


def lead_and_sections(markdown: str) -> tuple[str, list[Section]]:
    """What stands before the first section, and the sections of the argument."""
    lead, *rest = re.split(r"^## (?=\S)", markdown, flags=re.MULTILINE)
    sections = []
    for part in rest:
        title, _, body = part.partition("\n")
        if title == END:
            break
        sections.append(Section(title, list(_pieces(body))))
    return lead, sections


def _pieces(body: str):
    for found in _PIECE.finditer(body):
        if found["formula"]:
            yield "formula"
            continue
        if ":tags:" not in found["cell"]:
            yield "cell"
        if re.search(r"\bfigures\.\w+\(", found["cell"]):
            yield "figure"


def without_cell_or_picture(section: Section) -> list[str]:
    """Say of which formulas the next thing is no cell in sight, or no picture comes after it."""
    said = []
    for place, piece in enumerate(section.pieces):
        after = [other for other in section.pieces[place + 1 :] if other != "formula"]
        if piece == "formula" and (not after or after[0] != "cell" or "figure" not in after):
            said.append(f"{section.title}: formula, then {', '.join(after) or 'nothing'}")
    return said


def chapter(topic: str) -> tuple[str, list[Section]]:
    return lead_and_sections((ROOT / "chapters" / f"{topic}.md").read_text(encoding="utf-8"))


CELL, FORMULA = "```{code-cell} ipython3\nx = 1\n```\n", "$$\na = b\n$$\n"
FIGURE = "```{code-cell} ipython3\n:tags: [hide-input]\nfigures.line(x)\n```\n"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (FORMULA + CELL + FIGURE, 0),
        (FORMULA + "Words.\n\n" + FORMULA + CELL + FIGURE, 0),
        (FORMULA + FIGURE + CELL, 1),
        (FORMULA + CELL, 1),
        (FORMULA + CELL + FIGURE + FORMULA, 1),
        (CELL + FIGURE, 0),
    ],
)
def test_a_formula_without_its_cell_or_picture_is_found(body, faults):
    _, (section,) = lead_and_sections(f"# T\n\n## One\n\n{body}\n## {END}\n\n{FORMULA}")
    assert len(without_cell_or_picture(section)) == faults


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_each_formula_of_the_argument_has_its_cell_and_its_picture(topic):
    assert not [said for section in chapter(topic)[1] for said in without_cell_or_picture(section)]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_each_section_of_the_argument_has_a_cell_in_sight(topic):
    assert not [section.title for section in chapter(topic)[1] if "cell" not in section.pieces]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_what_would_have_to_be_true_is_the_contents(topic):
    """A numbered list before the first section leads to each section of the argument, in order."""
    lead, sections = chapter(topic)
    listed = re.findall(r"^\d+\. .*?(?=^\d+\. |^$|\Z)", _CELL.sub("", _HEADER.sub("", lead)), re.DOTALL | re.MULTILINE)
    linked = [anchor for item in listed for anchor in _LINK.findall(item)]
    assert listed and all(_LINK.search(item) for item in listed)
    assert linked == [section.slug for section in sections]


def vanished(text: str) -> list[str]:
    """Numbers of a printed result that rounding made zero."""
    return re.findall(r"(?<![\w.])-?0\.0+(?![\d.])(?!e)", text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("{1.0: 0.0, 2.0: 0.1}", ["0.0"]),
        ("[0.00, 0.05]", ["0.00"]),
        ("-0.0", ["-0.0"]),
        ("0 of 20, 0.04, 10.0 and 0.0001", []),
    ],
)
def test_a_number_that_rounding_made_zero_is_found(text, numbers):
    assert vanished(text) == numbers


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_cell_in_sight_prints_digits_that_say_something(topic):
    """A share that is printed as 0.0 hides what a count would show."""
    run = runs.run(topic)
    printed = [
        str(output.get("text", output.get("data", {}).get("text/plain", "")))
        for cell, outputs in zip(run.cells, run.outputs, strict=True)
        if cell.visible
        for output in outputs
    ]
    assert not [text for text in printed if vanished(text)]
