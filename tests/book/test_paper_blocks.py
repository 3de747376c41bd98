"""Pages as documents of pandoc."""

from __future__ import annotations

import pytest
from docutils import nodes

from analysis.kit.errors import ProblemError
from book.paper import blocks, write


def told(*children: nodes.Node) -> list[blocks.Piece]:
    return blocks.Page("chapters/toy").blocks(children)


def test_a_paragraph_keeps_its_words_its_formula_and_its_narrow_spaces() -> None:
    paragraph = nodes.paragraph("", "", nodes.Text("of 40\u202f% "), nodes.math(text="x^2"), nodes.strong(text="so"))
    (piece,) = told(paragraph)
    assert [(inline["t"], inline.get("c")) for inline in piece["c"]] == [
        ("Str", "of"),
        ("Space", None),
        ("Str", "40\u202f%"),
        ("Space", None),
        ("Math", [{"t": "InlineMath"}, "x^2"]),
        ("Strong", [{"t": "Str", "c": "so"}]),
    ]


def test_a_link_leads_to_the_place_in_the_one_document() -> None:
    far = nodes.reference("", "", nodes.Text("fan"), internal=True, refuri="chapters/market#market-fan")
    near = nodes.reference("", "", nodes.Text("here"), refid="a-section")
    outside = nodes.reference("", "", nodes.Text("there"), refuri="https://example.org/a#b")
    (piece,) = told(nodes.paragraph("", "", far, near, outside))
    assert [link["c"][2][0] for link in piece["c"]] == [
        "#chapters-market--market-fan",
        "#chapters-toy--a-section",
        "https://example.org/a#b",
    ]


def test_a_section_is_a_heading_under_its_name() -> None:
    inner = nodes.section("", nodes.title(text="Inner"), nodes.paragraph(text="x"), ids=["inner", "old-name"])
    pieces = told(nodes.section("", nodes.title(text="Toy"), inner, ids=["toy"]))
    headings = [(p["c"][0], p["c"][1][0]) for p in pieces if p["t"] == "Header"]
    assert headings == [(1, "chapters-toy"), (2, "chapters-toy--inner")]
    assert [p["c"][0][0] for p in pieces if p["t"] == "Div"] == ["chapters-toy--toy", "chapters-toy--old-name"]


def test_what_paper_does_not_know_is_named() -> None:
    class novelty(nodes.General, nodes.Element):
        pass

    with pytest.raises(ProblemError, match="does not know what novelty is, which stands in chapters/toy"):
        told(novelty())


def test_a_name_that_stands_twice_stands_once_and_a_link_to_nothing_is_words() -> None:
    empty = {"t": "Div", "c": [["here", [], []], []]}
    link = {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "w"}], ["#gone", ""]]}
    first, second, para = write.settled([empty, empty, {"t": "Para", "c": [link]}])
    assert first["c"][0][0] == "here" and second["c"][0][0] == ""
    assert para["c"] == [{"t": "Str", "c": "w"}]


def test_code_that_is_folded_on_the_page_is_left_out() -> None:
    def cell(**more: str) -> nodes.container:
        code = nodes.container("", nodes.literal_block(text="figures.fan()"), nb_element="cell_code_source")
        shown = nodes.container("", nodes.paragraph(text="A fan."), nb_element="cell_code_output")
        return nodes.container("", code, shown, nb_element="cell_code", **more)

    assert [piece["t"] for piece in told(cell())] == ["CodeBlock", "Para"]
    assert [piece["t"] for piece in told(cell(hide_mode="input"))] == ["Para"]
