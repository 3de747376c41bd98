"""What the pages lead to: links, and the downloads under each figure."""

from __future__ import annotations

import csv
import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from tests.site.reader import SITE, html_files


class _Page(HTMLParser):
    """The anchors, links, loaded files and downloads of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.downloads: list[str] = []
        self.figures: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.anchors.update(given[key] for key in ("id", "name") if key in given)
        if "href" in given:
            (self.links if tag == "a" else self.loaded).append(given["href"])
        if "src" in given:
            self.loaded.append(given["src"])
        self.loaded.extend(part.split()[0] for part in given.get("srcset", "").split(",") if part.strip())
        if tag == "a" and "download" in given:
            self.downloads.append(given["href"])
        if tag == "figure" and given.get("class") == "figure" and not given["id"].startswith("again-"):
            self.figures.add(given["id"])


@cache
def page(path: Path) -> _Page:
    parser = _Page()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def target(name: str, link: str) -> tuple[Path, str]:
    """File and anchor that a link of page `name` leads to."""
    parts = urlsplit(link)
    path = (SITE / name).parent / unquote(parts.path) if parts.path else SITE / name
    return (path / "index.html" if path.is_dir() else path).resolve(), unquote(parts.fragment)


def test_every_link_inside_the_site_leads_somewhere(name: str) -> None:
    dead = []
    for link in page(SITE / name).links + page(SITE / name).loaded:
        if urlsplit(link).scheme:
            continue
        path, anchor = target(name, link)
        if not path.is_file() or (anchor and path.suffix == ".html" and anchor not in page(path).anchors):
            dead.append(link)
    assert not dead, f"{name} links to what is not there: {dead}"


def test_nothing_is_loaded_from_another_site(name: str) -> None:
    foreign = [link for link in page(SITE / name).loaded if urlsplit(link).scheme not in ("", "data")]
    assert not foreign


def test_the_downloads_under_each_figure_can_be_read(chapter: str) -> None:
    downloads = [target(chapter, link)[0] for link in page(SITE / chapter).downloads]
    figures: dict[str, set[str]] = {}
    for path in downloads:
        identity, _, ending = path.name.partition(".")
        figures.setdefault(identity, set()).add(ending)
        if path.suffix == ".svg":
            assert ElementTree.parse(path).getroot().tag.endswith("svg")
        elif path.suffix == ".png":
            assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.reader(stream))
            assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}
        elif ending == "resource.json":
            assert json.loads(path.read_text(encoding="utf-8"))["path"] == f"{identity}.csv"
        elif path.suffix == ".json":
            assert json.loads(path.read_text(encoding="utf-8"))["usermeta"]["id"] == path.stem
    drawn = {stem for stem, formats in figures.items() if {"svg", "png", "csv", "resource.json", "json"} <= formats}
    assert drawn == page(SITE / chapter).figures != set()


def test_the_front_page_leads_to_every_chapter_in_the_table_of_contents() -> None:
    chapters = sorted(path.stem for path in (SITE.parents[1] / "chapters").glob("*.md"))
    assert chapters
    assert {f"chapters/{name}.html" for name in chapters} <= set(html_files())
    assert {f"chapters/{name}.html" for name in chapters} <= {
        link.split("#")[0] for link in page(SITE / "index.html").links
    }
