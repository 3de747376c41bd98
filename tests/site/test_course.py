"""The files for a class: they are on the site, of the chapters as they are, and pages lead to them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from book.build import ROOT, SITE
from book.course import cells, notebooks
from book.extension.course_files import FOLDER, KINDS, name

COURSE = ROOT / SITE / FOLDER


def test_each_page_has_a_notebook_of_each_kind_that_is_not_outdated() -> None:
    expected = {name(docname, kind) for docname in cells.docnames() for kind in KINDS}
    assert {path.name for path in COURSE.glob("*.ipynb")} == expected
    assert notebooks.outdated(COURSE) == []


def test_an_archive_holds_the_notebooks_of_one_kind_and_the_package() -> None:
    for kind in KINDS:
        with zipfile.ZipFile(COURSE / f"{kind}.zip") as archive:
            packed = {told: archive.read(told) for told in archive.namelist()}
        own = {name(docname, kind) for docname in cells.docnames()}
        (wheel,) = [path.name for path in COURSE.glob("*.whl")]
        assert set(packed) == {*own, wheel, "read-me.txt"}
        assert all(packed[told] == (COURSE / told).read_bytes() for told in (*own, wheel))


def test_each_chapter_leads_to_its_notebook() -> None:
    for docname in cells.docnames():
        if docname.startswith("chapters/"):
            page = (ROOT / SITE / f"{docname}.html").read_text(encoding="utf-8")
            assert f'href="../{FOLDER}/{name(docname, "student")}"' in page


def test_made_again_they_are_the_same_bytes(tmp_path: Path) -> None:
    """No file lags behind the chapters, and none hangs on when it was made."""
    for path in notebooks.write(tmp_path):
        assert path.read_bytes() == (COURSE / path.name).read_bytes(), path.name
