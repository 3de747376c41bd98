"""What is kept on disk is found again only while everything it depends on is the same."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from analysis.kit import kept


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A package of two modules, one of which imports the other, and a façade that imports both."""
    package = tmp_path / "analysis" / "toy"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (package / "__init__.py").write_text("from analysis.toy.model import twice\nfrom analysis.toy.other import x\n")
    (package / "model.py").write_text("from analysis.toy.base import factor\n")
    (package / "base.py").write_text("factor = 2\n")
    (package / "other.py").write_text("x = 1\n")
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    monkeypatch.setattr(kept, "FOLDER", tmp_path / ".cache" / "kept")
    return package


def counted(calls):
    """A new declaration of the same function, as a new process has it."""

    def twice(number):
        calls.append(number)
        return 2 * number

    twice.__module__, twice.__qualname__ = "analysis.toy.model", "twice"
    kept._code.cache_clear()
    return kept.kept(twice)


def test_a_module_needs_its_imports_and_not_its_facade(checkout):
    assert [path.name for path in kept.sources("analysis.toy.model")] == ["base.py", "model.py"]
    assert [path.name for path in kept.sources("analysis.toy")] == ["__init__.py", "base.py", "model.py", "other.py"]


def test_a_result_is_computed_once_for_all_processes(checkout):
    calls = []
    assert counted(calls)(3) == counted(calls)(3) == 6
    assert calls == [3]
    assert counted(calls)(4) == counted(calls)(number=4) == 8
    assert calls == [3, 4], "an argument counts, however it is given"


@pytest.mark.parametrize(("changed", "again"), [("model", True), ("base", True), ("other", False), ("__init__", False)])
def test_a_change_of_what_it_needs_computes_it_again(checkout, changed, again):
    calls = []
    counted(calls)(3)
    with (checkout / f"{changed}.py").open("a") as file:
        file.write("# changed\n")
    counted(calls)(3)
    assert (calls == [3, 3]) == again


@pytest.mark.parametrize(("module", "attribute"), [(np, "__version__"), (sys, "version")])
def test_another_numpy_or_python_computes_it_again(checkout, monkeypatch, module, attribute):
    """They may draw other random numbers, or round otherwise."""
    calls = []
    counted(calls)(3)
    monkeypatch.setattr(module, attribute, "another")
    counted(calls)(3)
    assert calls == [3, 3]


def test_a_damaged_file_is_computed_again(checkout):
    calls = []
    counted(calls)(3)
    for path in (checkout.parents[1] / ".cache" / "kept").rglob("*"):
        if path.is_file():
            path.write_bytes(b"half")
    assert counted(calls)(3) == 6
    assert calls == [3, 3]


def test_only_the_newest_results_are_kept(checkout):
    function = counted([])
    for number in range(2 * kept.MOST):
        function(number)
    assert sum(path.is_file() for path in (checkout.parents[1] / ".cache" / "kept").rglob("*")) == kept.MOST
