"""The theme gives a page what it needs, and nothing that an extension would like it to have."""

import re

import pytest

from book.extension.theme import FOLDER

#: Bytes of the text fonts together, and of the font of formulas.
TEXT_FONTS, MATH_FONT = 85_000, 22_000
CHAPTER = "# T\n\n```{chapter-header}\n:prerequisites: Algebra.\n\n- explain it\n```\n\n"
SECTIONS = "# T\n\nText.\n\n## One\n\nA.\n\n## Two\n\nB.\n\n## *Three* and $x$\n\nC.\n"


def test_the_fonts_keep_to_their_budget():
    sizes = {path.stem: path.stat().st_size for path in (FOLDER / "static" / "fonts").glob("*.woff2")}
    assert sizes.pop("book-math") <= MATH_FONT
    assert set(sizes) == {"serif", "serif-italic", "serif-display", "sans"}
    assert sum(sizes.values()) <= TEXT_FONTS


def test_a_page_loads_only_what_is_the_books_own(build):
    html = build({"index.md": "# T\n\nText.\n"}, html_css_files=["style.css"], html_js_files=["page.js"]).page()
    sheets = re.findall(r'<link rel="stylesheet"[^>]*href="([^"?]+)', html)
    assert sheets == ["_static/style.css", "_static/landing.css"]
    assert re.findall(r'<script[^>]*src="([^"?]+)', html) == ["_static/page.js"]


def test_what_the_reader_chose_holds_before_the_style_sheet_is_asked_for(build):
    """And the page waits for no script to say which colours it has."""
    html = build({"index.md": "# T\n\nText.\n"}, html_css_files=["style.css"]).page()
    assert html.index('localStorage.getItem("theme")') < html.index('rel="stylesheet"')
    assert "data-theme" not in html


def test_a_page_of_text_has_a_rail_of_its_sections(build):
    html = build({"index.md": "# I\n", "other.md": SECTIONS}).page("other")
    rail = html[html.index('<nav class="rail"') : html.index("</nav>", html.index('<nav class="rail"'))]
    assert re.findall(r'href="#([^"]+)">([^<]+)', rail) == [
        ("one", "One"),
        ("two", "Two"),
        ("three-and-x", "Three and x"),
    ]
    assert all(f'id="{anchor}"' in html for anchor in ("one", "two", "three-and-x"))


@pytest.mark.parametrize(("metadata", "expected"), [("layout: wide", False), ("other: x", True)])
def test_a_page_that_asks_for_it_has_all_columns(build, metadata, expected):
    html = build({"index.md": "# I\n", "other.md": f"---\n{metadata}\n---\n\n{SECTIONS}"}).page("other")
    assert ('class="prose' in html) is expected and html.count('<main id="main"') == 1


def test_the_menu_has_every_chapter_and_says_which_is_planned(build):
    pages = {"index.md": "# I\n\n```{toctree}\nchapters/occam\nbook/claims\n```\n"}
    pages |= {"chapters/occam.md": "# Occam\n\nText.\n", "book/claims.md": "# Claims\n"}
    html = build(pages, book_repository="https://example.org/book").page("chapters/occam")
    menu = html[html.index('<details class="menu') : html.index("</details>")]
    numbers = re.findall(r"<b>(\d)</b>", menu)
    assert numbers == [str(number + 1) for number in range(len(numbers))] and len(numbers) == 7
    assert '<a href="#" aria-current="page"><b>1</b>' in menu
    assert re.search(
        r'<a class="planned" href="../book/claims.html#claims-toolbox"><b>6</b>The toolbox <i>planned', menu
    )


def test_the_title_of_a_page_names_the_book_once(build):
    built = build({"index.md": "# The book\n", "other.md": "# Other\n"}, html_title="The book")
    assert re.search("<title>(.*)</title>", built.page())[1] == "The book"
    assert re.search("<title>(.*)</title>", built.page("other"))[1] == "Other · The book"


def test_a_copy_of_code_is_a_page_of_the_book(build):
    """With the bar, the same colours and an anchor at each line, and without fonts that it does not show."""
    pages = {"index.md": "# I\n\n```{toctree}\nchapters/occam\n```\n", "chapters/occam.md": f"{CHAPTER}Text.\n"}
    built = build(pages)
    html = built.page("_static/source/chapters/occam.md")
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["chapters/occam.md"]
    assert '<header class="bar">' in html and '<main id="main"' in html and 'id="L-1"' in html
    assert "color:" not in html and re.findall(r"fonts/([\w-]+)\.woff2", html) == ["sans"]
    assert 'href="../../../index.html"' in html
