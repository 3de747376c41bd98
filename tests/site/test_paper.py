"""The copies of the book to take away: each is made and opened."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from analysis.kit.chapters import CHAPTERS
from book.paper import write
from tests.site.reader import WIDE, open_page


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three files, made from the pages as they are."""
    patch = pytest.MonkeyPatch()
    patch.setattr(write, "OUT", tmp_path_factory.mktemp("paper"))
    made = write.write(["pdf", "epub", "offline"])
    patch.undo()
    return {path.suffix: path for path in made}


def titles() -> list[str]:
    found = (re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.M) for path in CHAPTERS.glob("*.md"))
    return [title[1].replace("'", "’") for title in found if title]


def test_the_pdf_has_bookmarks_page_numbers_and_vector_figures(copies: dict[str, Path]) -> None:
    paper = PdfReader(copies[".pdf"])
    bookmarks = [entry for entry in paper.outline if not isinstance(entry, list)]
    assert set(titles()) <= {entry.title.replace("'", "’") for entry in bookmarks}
    contents = next(page.extract_text() for page in paper.pages if "Contents" in page.extract_text())
    for entry in bookmarks[1:4]:
        printed = paper.get_destination_page_number(entry)
        assert re.search(rf"\.\s*{paper.page_labels[printed]}\b", contents), f"{entry.title} is not on its page"
    pictures = {name for page in paper.pages for name in page.images}
    assert not pictures, "a figure became a bitmap"
    assert "{glue" not in "".join(page.extract_text() for page in paper.pages)


def test_the_links_of_the_pdf_lead_inside_or_to_an_address(copies: dict[str, Path]) -> None:
    paper = PdfReader(copies[".pdf"])
    inside = outside = 0
    for page in paper.pages:
        for link in page.get("/Annots") or []:
            action = link.get_object()
            outside += "/A" in action and "/URI" in action["/A"]
            inside += "/Dest" in action or ("/A" in action and "/D" in action["/A"])
    assert inside > 500
    assert outside > 100


def test_every_page_and_picture_of_the_epub_is_well_formed(copies: dict[str, Path]) -> None:
    with zipfile.ZipFile(copies[".epub"]) as book:
        names = set(book.namelist())
        assert book.read("mimetype") == b"application/epub+zip"
        for name in names:
            if name.endswith((".xhtml", ".opf", ".ncx", ".svg", ".xml")):
                ElementTree.fromstring(book.read(name))
        pages = {name: book.read(name).decode() for name in names if name.endswith(".xhtml")}
    shown = {Path(src).name for text in pages.values() for src in re.findall(r'<img[^>]* src="([^"]+)"', text)}
    assert shown <= {Path(name).name for name in names}
    assert len(shown) > 90
    assert sum(text.count("<math") for text in pages.values()) > 100
    assert all(any(title in text.replace("'", "’") for text in pages.values()) for title in titles())


def test_the_archive_opens_as_files_with_numbers_tables_and_controls(
    copies: dict[str, Path], browser: Browser, tmp_path: Path
) -> None:
    with zipfile.ZipFile(copies[".zip"]) as archive:
        archive.extractall(tmp_path)
    (home,) = tmp_path.iterdir()
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, (home / "index.html").as_uri(), tmp_path.as_uri())
        visit.page.locator("main a[href*='chapters/deepseek.html']").first.click()
        visit.page.locator(".found a.num").first.click()
        visit.page.locator(".from:popover-open .value").first.wait_for()
        visit.page.goto((home / "book" / "data.html").as_uri())
        table = visit.page.locator("#table-deepseek")
        table.locator("summary").first.click()
        table.locator("tbody tr").first.wait_for()
        visit.page.keyboard.press("/")
        visit.page.locator(".search input[type=search]").fill("dark fibre")
        visit.page.locator("dialog.search [role=group] a").first.wait_for()
        visit.page.goto((home / "chapters" / "market.html").as_uri())
        visit.page.locator(".controls input").first.press("ArrowRight")
        visit.page.locator(".chart .drawn svg").first.wait_for(timeout=30_000)
        assert not visit.outside()
        assert not visit.complaints
