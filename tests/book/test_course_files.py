"""Pages lead to the files for a class only on a site that has them."""

from __future__ import annotations

import re

import pytest

from book.extension import course_files

PAGES = {
    "index.md": "# Book\n\n```{toctree}\nchapters/occam\nbook/guide\n```\n",
    "chapters/occam.md": "# Occam's razor\n\nText.\n",
    "book/guide.md": "# Guide\n\n```{course-files}\n```\n",
}


def test_the_list_is_there_where_the_files_are(build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(course_files.WANTED, raising=False)
    page = (build(PAGES).folder / "book" / "guide.html").read_text(encoding="utf-8")
    assert "../course/" not in page and "../slides/" not in page
    assert "make course" in page
    monkeypatch.setenv(course_files.WANTED, "1")
    page = (build(PAGES).folder / "book" / "guide.html").read_text(encoding="utf-8")
    files = ["occam.ipynb", "occam-teacher.ipynb", "student.zip", "teacher.zip", "grading.zip"]
    assert re.findall(r'href="\.\./course/([^"]+)"', page) == files
    assert re.findall(r'href="\.\./slides/([^"]+)"', page) == ["occam.html"]
    assert "Occam’s razor: " in page
