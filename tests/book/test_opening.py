"""A chapter opens with claim, finding and picture beside each other, whatever stood between them in its file."""

import json

import pytest

from tests.book.conftest import a_figure, notebook

INDEX = "# I\n\n```{toctree}\nchapters/market\n```\n"
HEAD = "# The market\n\n```{chapter-header}\n:prerequisites: Algebra.\n\n- explain it\n```\n\n"
CLAIMS = "```{container} claims\nOne claim.\n```\n\n"
REST = "More text.\n\n## First\n\nA.\n\n## Second\n\nB.\n\n## Third\n\nC.\n"


@pytest.fixture
def chapter(build):
    """The page of a chapter made of Markdown and figures; `code` is a cell without output after the first of them."""

    def make(*contents, code=""):
        content = json.loads(notebook(*contents))
        if code:
            cell = {"cell_type": "code", "id": "code", "metadata": {}, "source": code, "outputs": []}
            content["cells"].insert(1, {**cell, "execution_count": 1})
        pages = {"index.md": INDEX, "chapters/market.ipynb": json.dumps(content)}
        return build(pages, book_repository="https://example.org/book").page("chapters/market")

    return make


def order(html, *texts):
    """Whether the texts stand in the page in this order, each once after the one before."""
    places = [html.index(text) for text in texts]
    return places == sorted(places)


def test_the_spread_has_number_title_facts_picture_claim_and_finding(chapter):
    html = chapter(f"{HEAD}They say so.", a_figure(), f"We found it.\n\n{CLAIMS}{REST}")
    spread = html[html.index('<article class="opening">') : html.index("</article>")]
    parts = ("Chapter 7", "The market<", '<ul class="facts', 'id="demo-line"', "They say so.", "We found it.")
    assert order(spread, *parts)
    assert "One claim" not in spread and "More text" not in spread


def test_a_phone_may_fold_how_the_picture_is_read_and_of_no_other_picture(chapter):
    """The caption of the spread is in a fold, which the style sheet opens where there is room."""
    html = chapter(f"{HEAD}They say so.", a_figure(), f"We found it.\n\n{REST}", a_figure("demo-other"))
    spread, rest = html.split("</article>")
    assert spread.count('<details class="fold how">') == spread.count('class="caption"')
    assert 'class="caption"' in rest and "fold how" not in rest


def test_the_claims_follow_the_spread_and_cells_between_come_after_them(chapter):
    """Also where another paragraph stood before the claims."""
    contents = (f"{HEAD}They say so.", a_figure(), f"We found it.\n\nHow sure?\n\n{CLAIMS}{REST}")
    html = chapter(*contents, code="import something")
    text = html[html.index("</article>") :]
    assert order(text, "One claim.", "something", "How sure?", "More text.", 'id="first"')


def test_the_anchor_of_the_chapter_is_in_the_spread_and_stands_once(chapter):
    html = chapter(f"{HEAD}They say so.", a_figure(), f"We found it.\n\n{REST}")
    assert html.count('id="the-market"') == 1
    assert html.index('id="the-market"') < html.index("</article>")
    assert html.count("<h1>") == 1 and html.count("<section") == html.count("</section>")


@pytest.mark.parametrize("contents", [(f"{HEAD}They say so.\n\n{REST}",), ("# The market\n\nOnly this.",)])
def test_a_chapter_without_a_picture_or_a_finding_opens_with_what_it_has(chapter, contents):
    html = chapter(*contents)
    assert '<article class="opening plain">' in html and 'class="said"' in html


def test_a_chapter_without_text_before_its_first_section_has_no_spread(chapter):
    assert "opening" not in chapter("# The market\n\n## First\n\nA.")


def test_other_pages_have_no_spread(build):
    assert "opening" not in build({"index.md": "# T\n\nOne.\n\nTwo.\n"}).page()
