"""The decks: one source with the chapters, and slides that can be read from the back row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from analysis import runs
from analysis.kit.errors import ProblemError
from book.course import cells, slides
from book.course.cells import Cell
from tests.site.reader import Visit, open_page

TOPICS = [name.rpartition("/")[2] for name in cells.docnames() if name.startswith("chapters/")]
MEASURE = Path(__file__).with_name("slide.js").read_text(encoding="utf-8")
SCREEN = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all decks."""
    made = tmp_path_factory.mktemp("slides")
    slides.write(made)
    return made


@pytest.fixture(scope="module", params=TOPICS)
def deck(request: pytest.FixtureRequest, folder: Path, browser: Browser) -> Iterator[tuple[str, Visit]]:
    """Each deck, opened as a file."""
    with browser.new_context(viewport=SCREEN) as context:
        visit = open_page(context, (folder / f"{request.param}.html").as_uri(), folder.as_uri())
        visit.page.wait_for_function("window.Reveal && Reveal.isReady()")
        yield request.param, visit


def test_every_slide_can_be_read_from_the_back_row(deck: tuple[str, Visit]) -> None:
    _, visit = deck
    assert visit.page.evaluate(MEASURE) == []


def test_a_slide_that_is_too_full_or_too_small_is_seen(deck: tuple[str, Visit]) -> None:
    _, visit = deck
    visit.page.evaluate("""() => {
        const words = document.querySelector(".slides > .found p");
        words.before(Object.assign(document.createElement("div"), { id: "pushed", style: "height: 900px" }));
        words.style.fontSize = "23px";
    }""")
    told = " ".join(visit.page.evaluate(MEASURE))
    assert "P reaches" in told
    assert "letters of 23 px" in told
    visit.page.evaluate("""() => {
        document.getElementById("pushed").remove();
        document.querySelector(".slides > .found p").style.fontSize = "";
    }""")


def test_each_figure_has_a_slide_with_its_finding_and_description(deck: tuple[str, Visit]) -> None:
    topic, visit = deck
    specs = runs.run(topic).specs
    shown = visit.page.evaluate(
        "[...document.querySelectorAll('.figure-slide figure')].map((figure) => [figure.id,"
        "figure.querySelector('.finding').textContent, figure.querySelector('[role=img]').ariaLabel])"
    )
    told = [[name, spec["usermeta"]["title"], spec["usermeta"]["alt"]] for name, spec in specs.items()]
    assert sorted(shown) == sorted(told)


def test_one_slide_of_each_kind_is_accessible_and_nothing_is_asked_elsewhere(deck: tuple[str, Visit]) -> None:
    topic, visit = deck
    kinds = visit.page.evaluate("[...document.querySelectorAll('.slides > section')].map((s) => s.classList[0])")
    assert {"title", "said", "found", "verdicts", "section", "formula", "check", "take-away"} <= set(kinds)
    for kind in sorted(set(kinds)) if topic == TOPICS[0] else ["figure-slide"]:
        visit.page.evaluate(f"Reveal.slide({kinds.index(kind)})")
        assert visit.accessibility_faults() == [], kind
    assert visit.outside() == []
    assert visit.complaints == []


def test_keys_lead_through_and_a_control_keeps_its_own(folder: Path, browser: Browser) -> None:
    page = (folder / "occam.html").as_uri()
    with browser.new_context(viewport=SCREEN) as context:
        visit = open_page(context, page, folder.as_uri())
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function("Reveal.getIndices().h === 1")
        visit = open_page(context, f"{page}#occam-correlation-map", folder.as_uri())
        slider = visit.page.locator(".present form input[type=range]").first
        before = visit.page.locator(".present .says").text_content()
        slider.focus()
        for _ in range(8):
            slider.press("ArrowRight")
        visit.page.locator(".present .chart .drawn svg").wait_for(timeout=30_000)
        visit.page.wait_for_function(
            "(before) => document.querySelector('.present .says').textContent !== before", arg=before
        )
        assert visit.page.locator(".present figure").get_attribute("id") == "occam-correlation-map"
        assert visit.outside() == visit.complaints == []


def test_it_prints_a_slide_a_page(folder: Path, browser: Browser) -> None:
    with browser.new_context(viewport=SCREEN) as context:
        visit = open_page(context, f"{(folder / 'occam.html').as_uri()}?view=print", folder.as_uri())
        visit.page.wait_for_function("window.Reveal && Reveal.isReady() && document.querySelector('.pdf-page')")
        printed = visit.page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(PdfReader(BytesIO(printed)).pages) == visit.page.evaluate("Reveal.getTotalSlides()")


def test_on_a_phone_it_is_a_page_to_scroll(folder: Path, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        visit = open_page(context, (folder / "occam.html").as_uri(), folder.as_uri())
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
        assert visit.page.locator(".slides > section").last.is_visible()
        assert visit.accessibility_faults() == []


# --- one source ------------------------------------------------------------------------------------------------------

TOLD = [
    Cell("a", "markdown", "# Title\n\n*9 minutes*\n\n*They say 12 %.*"),
    Cell("b", "markdown", "We found 7 %."),
    Cell("c", "markdown", "## A section\n\n*Why?* It is so. The law with $a$ = 3 is\n\n$$\nx = 4 a,\n$$\n\nin bits."),
    Cell(
        "d",
        "markdown",
        "**Check.** They print 31.5; we get 35.0. differs\n\n<details><summary>How</summary>\n\nA.\n\n</details>",
    ),
    Cell(
        "e",
        "markdown",
        "**Is it 5?** [About](#a)\n\n1.  yes\n2.  no\n\n<details><summary>Answer 1</summary>\n\nRight. It is 5.\n\n"
        "</details>\n\n<details><summary>Answer 2</summary>\n\nNo. Count.\n\n</details>",
        ("quiz",),
        "toy-quiz",
    ),
    Cell("f", "markdown", "## Take-aways\n\n- It is 6.\n\n1.  One.\n2.  Two.\n3.  Three."),
]


def told(cells_: list[Cell]) -> str:
    return slides.deck("Title", slides.slides("Title", "Why 8?", cells_, {}, []))


@pytest.mark.parametrize("number", ["12 %", "7 %", "31.5", "It is 5", "It is 6"])
def test_a_number_that_changes_in_a_chapter_changes_on_its_slide(number: str) -> None:
    assert number in told(TOLD)
    other = told([replace(cell, source=cell.source.replace(number, "99")) for cell in TOLD])
    assert number not in other
    assert "99" in other


def test_a_slide_a_finding() -> None:
    made = slides.slides("Title", "Why 8?", TOLD, {}, [])
    kinds = [slide.kind for slide in made]
    assert kinds == ["title", "said", "found", "section", "formula", "check", "quiz", "take-away", "take-away"]
    assert re.search("<math.*display=.block", made[4].body)
    assert "in bits." in made[4].body
    assert 'class="fragment">Answer 1. Right. It is 5.' in made[6].body
    assert "No. Count." in "".join(made[6].notes)


def test_a_figure_that_no_run_has_stops_the_command() -> None:
    cell = Cell("g", "markdown", "Words.\n\nSources: ours.", ("caption",), "", ("toy-figure",))
    with pytest.raises(ProblemError, match="has no figure 'toy-figure'"):
        slides.slides("Title", "Why?", [*TOLD, cell], {}, [])
