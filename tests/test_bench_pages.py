"""What ``make bench-pages`` needs of other sites comes from packages, or it says in one sentence what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.kit.errors import ProblemError
from benchmarks import pages


@pytest.mark.parametrize(
    ("path", "name", "version", "file"),
    [
        ("/npm/vega-lite@6.4.1?noext", "vega-lite", "6.4.1", "build/min.js"),
        ("/npm/@scope/thing@1/dist/a.js", "@scope/thing", "1", "dist/a.js"),
        ("/ajax/libs/require.js/2.3.4/require.min.js", "requirejs", "2.3.4", "require.js"),
    ],
)
def test_a_file_of_another_site_comes_from_its_package(tmp_path, monkeypatch, path, name, version, file):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("", encoding="utf-8")
    (tmp_path / "package.json").write_text(json.dumps({"jsdelivr": "build/min.js"}), encoding="utf-8")
    asked = []
    monkeypatch.setattr(pages, "package", lambda *wanted: asked.append(wanted) or tmp_path)
    assert pages.elsewhere(f"https://files.example{path}") == tmp_path / file
    assert asked == [(name, version)]


def test_what_is_no_package_is_not_looked_for():
    assert pages.elsewhere("https://files.example/some/picture.png") is None


def test_without_npm_one_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "PACKAGES", tmp_path)
    monkeypatch.setattr(pages.shutil, "which", lambda name: None)
    with pytest.raises(ProblemError, match="install npm"):
        pages.package("vega", "6")


def test_settings_of_the_stock_page_name_no_other_site():
    assert "://" not in Path(pages.__file__).read_text(encoding="utf-8").replace("http://127.0.0.1", "").replace(
        "https://example.org", ""
    )
