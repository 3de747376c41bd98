"""Buttons that start a chapter elsewhere stand where they lead somewhere, and nowhere else."""

import pytest

from book.extension import course_files, launch

INDEX = "# I\n\n```{toctree}\nchapters/market\nbook/reproduce\n```\n"
CHAPTER = "# The market\n\n```{chapter-header}\n:prerequisites: Algebra.\n\n- explain it\n```\n\nSaid.\n\nFound.\n"
REPRODUCE = "# Reproduce\n\n## In your own browser\n\n```{in-this-browser}\n```\n"
PAGES = {"index.md": INDEX, "chapters/market.md": CHAPTER, "book/reproduce.md": REPRODUCE}
GITHUB, SITE = "https://github.com/some/book", "https://some.example/book/"


@pytest.fixture
def course(monkeypatch):
    """A build with the files for a class."""
    monkeypatch.setenv(course_files.WANTED, "1")


@pytest.mark.usefixtures("course")
def test_a_build_that_knows_site_and_repository_offers_each_place(build):
    html = build(PAGES, book_repository=GITHUB, html_baseurl=SITE).page("chapters/market")
    line = html[html.index('<details class="drop launch">') :].partition("</details>")[0]
    for way in (
        "https://colab.research.google.com/github/some/book/blob/notebooks/market.ipynb",
        "https://mybinder.org/v2/gh/some/book/notebooks?urlpath=lab/tree/market.ipynb",
        "https://codespaces.new/some/book",
    ):
        assert f'href="{way}"' in line
    assert line.count("<li>") == 3 and "lab/index.html" not in line


@pytest.mark.parametrize(
    ("repository", "address"), [("", ""), ("", SITE), (GITHUB, ""), ("https://git.example/some/book", SITE)]
)
def test_there_is_no_button_that_leads_nowhere(repository, address):
    assert launch.places(repository, address, "market") == []


@pytest.mark.usefixtures("course")
def test_a_build_on_ones_own_machine_has_no_line(build):
    html = build(PAGES).page("chapters/market")
    assert "launch" not in html and "Run it" not in html


def test_a_site_without_notebooks_has_no_button(build):
    html = build(PAGES, book_repository=GITHUB, html_baseurl=SITE).page("chapters/market")
    assert "launch" not in html


def test_the_way_into_the_readers_own_browser_leads_past_what_it_loads(build):
    """The links that load something stand below the table that says what, on the page of the button."""
    built = build(PAGES, book_lite="lite")
    assert 'href="../book/reproduce.html#in-your-own-browser"' in built.page("chapters/market")
    page = built.page("book/reproduce")
    assert '<section id="in-your-own-browser">' in page
    assert 'href="../lite/lab/index.html?path=market.ipynb"' in page


def test_a_site_without_a_folder_for_it_says_how_to_make_one(build):
    page = build(PAGES).page("book/reproduce")
    assert "make lite" in page and "lab/index.html" not in page
