from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from sphinx.errors import SphinxError

from analysis import where
from analysis.kit.errors import ProblemError
from book.extension import cards, meta
from tests.book.conftest import Built, a_figure, notebook

ADDRESS = "https://example.org/book"


@pytest.fixture(autouse=True)
def _no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "readers", dict)


def said(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def tags(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page))


def test_a_page_says_what_it_is_about_in_its_front_matter_or_its_first_sentences(build: Callable[..., Built]) -> None:
    built = build(
        {
            "index.md": "# Book\n\nA first sentence. A *second* one.\n\n```{toctree}\nother\n```\n",
            "other.md": '---\ndescription: What it is "about".\n---\n\n# Other\n\nText.\n',
        }
    )
    assert tags(built.page())["description"] == "A first sentence. A second one."
    assert tags(built.page("other"))["description"] == "What it is &quot;about&quot;."
    assert said(built.page())["@type"] == "Book"


def test_without_an_address_nothing_pretends_to_know_it(build: Callable[..., Built]) -> None:
    built = build({"index.md": "# Book\n\nText.\n"})
    page = built.page()
    assert "og:" not in page
    assert "url" not in said(page)
    assert not {"sitemap.xml", "robots.txt"} & set(built.files())


def test_with_an_address_a_page_can_be_shared_and_the_site_has_a_map(
    build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_ADDRESS", ADDRESS)
    chapter = "---\nquestion: Does it rise?\nkey-figure: demo-line\n---\n\n# Scaling\n\nText </script>.\n"
    built = build(
        {
            "index.md": "# Book\n\nText.\n\n```{toctree}\nchapters/scaling\nbook/data\n```\n",
            "chapters/scaling.md": chapter,
            "book/data.md": "# Data\n\nAll rows.\n\n```{fact-tables}\n```\n",
        }
    )
    page = built.files()["chapters/scaling.html"].decode()
    assert tags(page)["og:url"] == f"{ADDRESS}/chapters/scaling.html"
    known = said(page)
    assert (known["@type"], known["position"], known["url"]) == ("Chapter", 2, f"{ADDRESS}/chapters/scaling.html")
    table = said(built.files()["book/data/occam.html"].decode())
    assert table["@type"] == "Dataset"
    assert table["distribution"][0]["contentUrl"] == f"{ADDRESS}/_static/data/occam.csv"
    assert "_static/data/occam.csv" in built.files()
    sitemap = ElementTree.fromstring(built.files()["sitemap.xml"])
    places = [place.text for place in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert {f"{ADDRESS}/chapters/scaling.html", f"{ADDRESS}/book/data/occam.html"} <= set(places)
    assert all(str(place).removeprefix(f"{ADDRESS}/") in built.files() for place in places)
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in built.files()["robots.txt"].decode()


def test_an_address_that_is_none_is_refused(build: Callable[..., Built]) -> None:
    with pytest.raises((ProblemError, SphinxError), match="example"):
        build({"index.md": "# Book\n"}, html_baseurl="example.org/book")


def test_a_chapter_is_described_by_its_question_and_its_finding(
    build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = a_figure("demo-line").spec()
    monkeypatch.setattr(meta, "key_figure", lambda app, chapter: spec)
    chapter = "---\nquestion: Does it rise?\nkey-figure: demo-line\n---\n\n# Scaling\n\nText.\n"
    built = build(
        {"index.md": "# Book\n\n```{toctree}\nchapters/scaling\n```\n", "chapters/scaling.md": chapter},
        html_baseurl=f"{ADDRESS}/",
    )
    files = built.files()
    found = tags(files["chapters/scaling.html"].decode())
    assert found["description"] == "Does it rise? The line rises."
    assert found["og:image"] == f"{ADDRESS}/{cards.FILES}/scaling.png"
    picture = files[f"{cards.FILES}/scaling.png"]
    assert picture.startswith(b"\x89PNG")
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [1200, 630]


def test_the_indexes_list_every_figure_by_its_finding_and_every_fact_with_its_row(build: Callable[..., Built]) -> None:
    built = build(
        {
            "index.md": "# Book\n\n```{toctree}\nchapters/scaling\nfigures\nfacts\n```\n",
            "chapters/scaling.ipynb": notebook("# Scaling", a_figure("demo-line")),
            "figures.md": "# Figures\n\n```{figure-index}\n```\n",
            "facts.md": "# Facts\n\n```{fact-index}\n```\n",
        }
    )
    assert '<a href="chapters/scaling.html#demo-line">The line rises</a>' in built.page("figures")
    page = built.page("facts")
    assert '<a href="book/data/deepseek.html#v3-gpus">v3-gpus</a> 2,048 H800 GPUs' in page
    assert len(re.findall(r"<\w", page)) < 4000
