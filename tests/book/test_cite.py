from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pybtex.database
import pytest

from analysis.kit.errors import ProblemError
from book.extension import cite
from tests.book.conftest import ROOT, Built

PAGE = "# Cite\n\n```{cite-book}\n```\n\n```{book-version}\n```\n\n```{releases}\n```\n"


def test_the_reference_names_the_version_of_the_package() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = cite.about()
    assert known.version == package["version"]
    entry = pybtex.database.parse_string(known.bibtex("https://example.org/"), "bibtex").entries["aitrainingefficiency"]
    assert entry.fields["title"] == known.title
    assert entry.fields["url"] == "https://example.org/"


def test_text_and_entry_are_copied_as_they_are_shown(build: Callable[..., Built]) -> None:
    page = build({"index.md": PAGE}, html_baseurl="https://example.org/").page()
    copied = [html.unescape(text) for text in re.findall(r'data-copy="([^"]*)"', page)]
    assert copied == [cite.about().text("https://example.org/"), cite.about().bibtex("https://example.org/")]


def test_a_site_says_which_commit_it_is_where_that_is_known(build: Callable[..., Built]) -> None:
    repository, commit = "https://github.com/a/b", "0123456789abcdef0123456789abcdef01234567"
    page = build({"index.md": PAGE}, book_repository=repository, book_commit=commit).page()
    assert f'href="{repository}/commit/{commit}"' in page


def test_releases_are_read_from_the_changelog_and_what_is_unreleased_is_none() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\n- x\n\n## [0.2.0] - 2026-12-01\n\n- a\n- b\n\n## 0.1.0\n\n- c\n"
    assert [(each.version, each.date) for each in cite.releases(text)] == [("0.2.0", "2026-12-01"), ("0.1.0", "")]


def test_a_broken_description_of_the_book_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text("title: A book\n", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"CITATION\.cff cannot be read or lacks a field: 'authors'"):
        cite.about(path)
