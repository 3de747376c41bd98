from __future__ import annotations

import dataclasses
import json
import math
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import frictionless
import pytest
from markupsafe import Markup

from analysis import firmness, named, strengths, where
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.strengths import Strength
from book.extension import data, hangs, sheets
from tests.book.conftest import Built, a_figure, notebook

PAGE = "# Data\n\n```{fact-marks}\n```\n\n```{fact-tables}\n```\n\n```{experiment-results}\n```\n"
READ = {
    "deepseek/v3-gpus": [
        ("claim", "deepseek", "DSK-2"),
        ("number", "deepseek", "v3-days"),
        ("erratum", "deepseek", "e"),
    ]
}


@pytest.fixture(autouse=True)
def _known_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "readers", lambda: READ)


@pytest.fixture(scope="module")
def known() -> list[sheets.Sheet]:
    return sheets.read(READ)


def test_every_row_of_the_data_package_has_one_permalink(known: list[sheets.Sheet]) -> None:
    links = [found["link"] for found in sheets.findable(known)]
    rows = sum(len(facts.frame(name)) for name in [*facts.names(), *facts.wide_names()])
    assert len(links) == len(set(links)) == rows
    assert "book/data/deepseek.html#v3-gpus" in links
    anchors = [row.id for sheet in known for row in sheet.rows] + [sheet.anchor for sheet in known]
    assert len(anchors) == len(set(anchors))
    assert all(re.fullmatch(r"[a-z0-9_][a-z0-9._-]*", anchor) for anchor in anchors)


def test_two_rows_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "slug", lambda *parts: "same")
    with pytest.raises(ProblemError, match=r"both have a row 'scaling_mmlu-same'; rename one of them"):
        sheets.read({})


def test_a_search_finds_a_fact_with_value_unit_source_and_link(known: list[sheets.Sheet]) -> None:
    fact = next(found for found in sheets.findable(known) if found["name"] == "v3-gpus")
    assert fact["value"] == "2,048 H800 GPUs"
    assert fact["source"].startswith("DeepSeek-AI 2024")
    assert fact["mark"] == "seen"


def test_no_value_is_printed_with_the_noise_of_a_float(known: list[sheets.Sheet]) -> None:
    for sheet in known:
        for cell in (cell for row in sheet.rows for cell in row.cells):
            digits = re.sub(r"\D", "", cell.text.split(" ×")[0])
            assert "e+" not in cell.text and "nan" not in cell.text, (sheet.name, cell)
            assert len(digits) <= 10 or cell.exact == "", (sheet.name, cell)


def test_a_row_says_what_hangs_on_it_and_keeps_every_digit_in_its_title(known: list[sheets.Sheet]) -> None:
    deepseek = next(sheet for sheet in known if sheet.name == "deepseek")
    html = sheets.rendered(deepseek, "../../", lambda key: f"b.html#{key}", lambda readers, *_: Markup(len(readers)))
    row = re.search(r'<tr role="row" id="v3-gpus".*?</tr>', html)[0]  # type: ignore[index]
    assert "<b>Hangs on it:</b> 3" in row
    assert '<a href="../../b.html#' in row
    assert re.search(
        r'id="home-measured-m2ultra-7b-16bit-size".*?title="13,475,459,891 bytes"[^>]*>13.4755 billion<', html
    )


def test_a_table_is_used_by_the_chapters_that_something_of_it_hangs_on() -> None:
    """And not by each whose run opened it to look for a fact."""
    row = sheets.Row("x", "x", hangs=(("number", "market", "n"), ("figure", "occam", "f")))
    sheet = sheets.Sheet("occam", "Occam", "occam.csv", "", (), (row,))
    opened = {"scaling": SimpleNamespace(tables=("occam",))}
    assert data._used(sheet, opened) == "chapters 1, 7"  # type: ignore[arg-type]
    assert data._used(dataclasses.replace(sheet, rows=()), opened) == "chapter 2"  # type: ignore[arg-type]


def test_what_hangs_on_a_fact_is_said_by_the_numbers_that_read_little_else() -> None:
    """They say most of the fact; one that reads a hundred facts says next to nothing."""
    made = object.__new__(hangs.Hangs)
    reads = {"number wide": [(f"fact {i}", []) for i in range(9)], "number own": [("fact 1", [])]}
    made.runs = {"market": SimpleNamespace(reads=reads, numbers={"wide": 10, "own": 54})}  # type: ignore[dict-item]
    readers = [("number", "market", "wide"), ("number", "market", "own")]
    assert [name for *_, name in sorted(readers, key=lambda reader: made.order(reader, {}))] == ["own", "wide"]


def _strength(item: str, size: float) -> Strength:
    return Strength("market", item, "market/BOOM", size, size, math.nan, False)


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> hangs.Hangs:
    """What is printed of a fact that moves two numbers of three, and a number of a claim."""
    known = [_strength("number much", 2.0), _strength("claim MKT-1/x", 1.0), _strength("number little", -0.5)]
    monkeypatch.setattr(strengths, "of_input", lambda identity: known)
    monkeypatch.setattr(hangs, "_turns", lambda: {})
    made = object.__new__(hangs.Hangs)
    values = {"much": Number(3.0, ".1f"), "little": Number(54.2, ".1f"), "none": Number(7.0, ".0f")}
    made.runs = {"market": SimpleNamespace(reads={}, numbers=values)}  # type: ignore[dict-item]
    made.app = SimpleNamespace(env=SimpleNamespace(found_docs=set()))  # type: ignore[assignment]
    return made


def test_what_hangs_on_a_fact_stands_strongest_first_and_what_does_not_move_last(moving: hangs.Hangs) -> None:
    readers = tuple(("number", "market", name) for name in ("none", "little", "much"))
    html = str(moving(readers, "", "market/x"))
    line, folded = html.split("<details>")
    assert line.startswith("3.0 <small>(+2 %)</small>; 54.2 <small>(−0.5 %)</small>; 7; ")
    assert ">MKT-1</a>" in line
    assert folded.index("3.0: much") < folded.index("54.2: little") < folded.index("Read, without moving it: ")
    assert folded.index("Read, without moving it: ") < folded.index("7: none")


def test_a_claim_says_where_a_fact_turns_it(moving: hangs.Hangs, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = firmness.Turn("deepseek/v3-gpus", "fact", 2048, 1480.0, "wrong", 0.28, None)
    out = firmness.Turn("market_deals/3", "row", math.nan, math.nan, "wrong", 0.0, None)
    known = {("DSK-1", "deepseek/v3-gpus"): moves, ("MKT-11", "market_deals/3"): out}
    monkeypatch.setattr(hangs, "_turns", lambda: known)
    assert "(turns below 1,480)" in hangs.turns("DSK-1", "deepseek/v3-gpus")
    assert "(turns without it)" in hangs.turns("MKT-11", "market_deals/3")
    assert hangs.turns("DSK-1", "market_deals/3") == ""


def test_the_list_is_small_and_its_rows_come_from_scripts_and_pages(build: Callable[..., Built]) -> None:
    built = build({"index.md": PAGE, "book/bibliography.md": "# Sources\n\n```{bibliography}\n:all:\n```\n"})
    assert "Traceback" not in built.warnings
    files, page = built.files(), built.page()
    assert page.count('class="tbl"') == len(sheets.read({}))
    assert "v3-gpus" not in page
    whole, script = files["book/data/deepseek.html"].decode(), files["_static/sheets/deepseek.js"].decode()
    assert re.search(r'<tr[^>]* id="v3-gpus"', whole)
    anchor, html = json.loads(f"[{script.removeprefix('showSheet(').removesuffix(');' + chr(10))}]")
    assert anchor == "table-deepseek"
    assert re.search(r'<tr[^>]* id="v3-gpus"', html)
    places = json.loads(files["_static/sheets/rows.js"].decode().removeprefix("openRow(").removesuffix(");\n"))
    assert places["v3-gpus"] == "table-deepseek"
    assert f'id="{places["v3-gpus"]}"' in page


def test_the_data_package_of_the_site_is_read_whole(build: Callable[..., Built]) -> None:
    built = build({"index.md": PAGE}, html_baseurl="https://example.org/book/")
    description = built.folder / "_static" / "data" / "datapackage.json"
    report = frictionless.validate(str(description))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    package = frictionless.Package(str(description))
    assert package.homepage == "https://example.org/book/book/data.html"
    assert set(sheet.name for sheet in sheets.read({})) <= set(package.resource_names)
    archive = zipfile.ZipFile(BytesIO((description.parent / "ai-training-efficiency-data.zip").read_bytes()))
    listed = [resource.path for resource in package.resources]
    assert {"datapackage.json", *listed} <= set(archive.namelist())


def test_a_book_without_tables_has_none_of_their_pages(build: Callable[..., Built]) -> None:
    built = build({"index.md": "# Nothing\n"})
    assert not [name for name in built.files() if name.startswith(("book/data/", "_static/sheets/"))]
    assert Path(built.folder, "_static", "data", "occam.csv").exists()


def test_what_hangs_on_a_fact_is_led_to_and_called_by_its_finding(build: Callable[..., Built]) -> None:
    readers = [("figure", "deepseek", "demo-line"), ("claim", "deepseek", "DSK-2"), ("check", "deepseek", "deepseek-x")]
    READ["deepseek/v3-price"] = readers
    try:
        pages = {"index.md": PAGE, "chapters/deepseek.ipynb": notebook("# Case", a_figure("demo-line"))}
        html = build(pages).files()["book/data/deepseek.html"].decode()
    finally:
        del READ["deepseek/v3-price"]
    row = re.search(r'<tr role="row" id="v3-price".*?</tr>', html, flags=re.DOTALL)[0]  # type: ignore[index]
    assert '#DSK-2">DSK-2</a>' in row
    assert re.search(r"<summary>(\d+ numbers?, )?1 figure, 1 check</summary>", row)
    assert '<a href="../../chapters/deepseek.html#demo-line">The line rises</a>' in row
