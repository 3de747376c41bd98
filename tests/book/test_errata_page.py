"""The page shows each erratum with both numbers, where and how sure; one that no longer holds stops the build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import runs, topics
from analysis.kit import bibliography
from analysis.kit.errata import Correction, Erratum
from analysis.kit.numbers import Number
from book.extension.errata import WIDTH, length, tally

PAGE = "# E\n\n```{errata}\n```\n\n## Own\n\n```{corrections}\n```\n\n```{bibliography}\n```\n"
PAGE += "\n```{toctree}\nchapters/scaling\n```\n"


def slip(**changed):
    """An erratum of the small bibliography."""
    given = {
        "title": "A quotient that its row does not give",
        "source": "someone2020",
        "locator": "table 1, last row",
        "claim": "It prints {printed}.",
        "finding": "Its columns give {recomputed} & more.",
        "correction": "{printed} to {recomputed}",
        "sure": "likely",
        "holds": True,
        "numbers": {"printed": Number(7.28, ".2f"), "recomputed": Number(7.344, ".2f")},
    }
    return Erratum(**(given | changed))


@pytest.fixture
def page(build, monkeypatch):
    """A page of one erratum and two corrections."""

    def made(index="", **changed):
        def compute():
            return slip(**changed)

        compute.__module__, compute.__name__ = "analysis.scaling.chapter.errata", "table_a3"
        monkeypatch.setattr(runs, "find", lambda topic: None)
        monkeypatch.setattr(topics, "errata", lambda topic: {"a-slip": compute} if topic == "scaling" else {})
        own = [Correction(f"corr-{n}", "2026-11-26", "occam", f"It was {n}.", "It is not.", "reading") for n in (2, 1)]
        monkeypatch.setattr("book.extension.errata.corrections", lambda: own)
        someone = bibliography.Source("someone2020", ("Someone",), "2020", "A work", "")
        monkeypatch.setattr(bibliography, "source", lambda key: someone)
        return build(
            {
                "index.md": PAGE + index,
                "chapters/scaling.md": "# Scaling\n",
                "analysis/scaling/chapter/errata.py": "def table_a3(): ...\n",
            }
        )

    return made


def entry(html, identity="a-slip"):
    """The HTML of one entry."""
    return re.search(rf'<details[^>]* id="{identity}".*?</details>', html, re.S)[0]


def test_an_erratum_says_both_numbers_where_how_sure_and_the_correction(page):
    built = page()
    assert not built.warnings
    line, opened = entry(built.page()).split("</summary>")
    for text in ("A quotient that its row does not give", "Someone 2020", "printed 7.28, recomputed 7.34", ">likely<"):
        assert text in line, text
    for text in (
        "It prints 7.28.",
        "Its columns give 7.34 &amp; more.",
        "7.28 to 7.34.",
        "Table 1, last row.",
    ):
        assert f"<p>{text}</p>" in re.sub(r'<a class="num"[^>]*>([^<]*)</a>', r"\1", opened), text
    assert re.findall(r'href="[^"]*#(a-slip-\w+)">([^<]+)<', opened)[:2] == [
        ("a-slip-printed", "7.28"),
        ("a-slip-recomputed", "7.34"),
    ], "each number leads to its origin"
    assert 'data-permalink href="#a-slip"' in opened, "a permanent link"
    assert "Someone" in opened and 'href="chapters/scaling.html"' in opened
    assert re.search(
        r'href="_static/source/analysis/scaling/chapter/errata\.py\.html#L-\d+">How it is computed', opened
    )


def test_the_form_chooses_by_sureness_and_source(page):
    """With how many there are of each; a word that no erratum has is there with none."""
    html = page().page()
    chosen = dict(re.findall(r'name="sure" value="(\w*)"(?: checked)?>([^<]*)<', html))
    assert chosen == {"": "all 1", "certain": "certain 0", "likely": "likely 1", "open": "open 0"}
    assert '<option value="someone2020">Someone 2020 (1)</option>' in html
    assert 'data-sure="likely"' in html and 'data-source="someone2020"' in html


def test_an_erratum_can_be_linked_to_by_its_title(page):
    assert ">A quotient that its row does not give</span></a>" in page(index="\n[](#a-slip)\n").page()


def test_the_count_says_how_sure_we_are_of_how_many():
    several = [slip(), slip(sure="certain"), slip(sure="certain", source="other2020")]
    assert tally(several) == "3 figures of 2 sources: 2 certain, 1 likely."
    assert tally(several[:1]) == "1 figure of 1 source: 1 likely."


def test_the_drawing_lies_between_both_numbers_and_words_tell_them_too(page):
    """The svg is hidden from who cannot see it, for the words beside it say all of it."""
    line = entry(page().page()).split("</summary>")[0]
    (drawn,) = re.findall(r"<svg.*?</svg>", line, re.S)
    assert 'aria-hidden="true"' in drawn and "0.87 % apart" in line
    printed = float(re.search(r'class="printed" d="M([\d.]+) ', drawn)[1])
    recomputed = float(re.search(r'class="recomputed" cx="([\d.]+)"', drawn)[1])
    assert 0 < printed < recomputed < WIDTH


def test_the_line_is_longer_the_further_apart_the_two_are():
    """By the same step for each ten times the difference, whichever side it is on."""
    near, tenth, ten = (length(1 + share, 1.0) for share in (0.001, 0.1, 10))
    assert ten - tenth == pytest.approx(tenth - near)
    assert length(0.9, 1.0) == pytest.approx(length(1.1, 1.0))
    assert near < tenth < ten == length(1000.0, 1.0) == length(5.0, 0.0)


def test_a_printed_interval_is_drawn_beside_the_figure(page):
    numbers = {"printed": Number(0.46), "recomputed": Number(0.4565), "low": Number(0.454), "high": Number(0.455)}
    texts = {"claim": "{printed}, interval {low} to {high}", "finding": "{recomputed}", "correction": "three digits"}
    html = page(numbers=numbers, **texts).page()
    html = entry(html)
    left, width = map(float, re.search(r'<rect class="printed" x="([\d.]+)" y="\d+" width="([\d.]+)"', html).groups())
    recomputed = float(re.search(r'<circle class="recomputed" cx="([\d.]+)"', html)[1])
    assert left + width < recomputed


def test_without_two_numbers_to_compare_nothing_is_drawn(page):
    html = page(numbers={}, claim="So it says.", finding="It is not.", correction="so to not").page()
    assert "erratum-drawing" not in html and "It is not." in html


def test_a_contradiction_that_is_gone_is_a_warning_of_the_build(page):
    assert "The contradiction is gone in a-slip; remove or correct the erratum." in page(holds=False).warnings


def test_our_own_mistakes_stand_below_with_their_date(page):
    html = page().page()
    assert html.index("It was 2.") < html.index("It was 1.")
    for text in ("2026-11-26", "We said: ", "Found by reading.", 'href="#corr-1"'):
        assert text in entry(html, "corr-1"), text


def test_the_page_of_the_book_shows_both():
    """And stands in the table of contents."""
    root = Path(__file__).parents[2]
    page = (root / "book" / "errata.md").read_text(encoding="utf-8")
    assert "```{errata}\n- **Certain**" in page and "```{corrections}\n```" in page
    assert "file: book/errata" in (root / "_toc.yml").read_text(encoding="utf-8")
