"""The colours of code: few, and those that the style sheet has."""

from __future__ import annotations

import re
from pathlib import Path

from pygments import highlight
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from book.extension.code import LOOKS, FewColours, look

STYLE = Path(__file__).resolve().parents[2] / "book" / "static" / "style.css"


def test_neighbours_of_one_colour_are_one_element_and_plain_text_is_none() -> None:
    html = highlight("x = f(1)  # one\n", PythonLexer(), FewColours())
    assert re.findall(r'<span class="(\w+)">([^<]*)', html) == [("s", "1"), ("c", "# one")]


def test_the_style_sheet_has_every_colour() -> None:
    style = STYLE.read_text(encoding="utf-8")
    rules = "".join(re.findall(r"\.highlight [^{]*", style))
    assert all(f".{STANDARD_TYPES[look(kind)]}" in rules for kind in LOOKS)
