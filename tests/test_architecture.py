"""Imports run one way: chapters, chapter parts, models, kit; and ``analysis`` knows nothing of the website."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from analysis.topics import TOPICS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("analysis")


def chapter(graph: grimp.ImportGraph, topic: str) -> set[str]:
    """The modules of what belongs to a topic's chapter: pictures, prose, verdicts, checks, experiments."""
    top = f"analysis.{topic}.chapter"
    return {top} | graph.find_descendants(top)


def test_the_contracts_in_pyproject_hold() -> None:
    # in a process of its own, because import-linter switches off the loggers that others have made
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("topic", TOPICS)
def test_nobody_outside_a_chapter_imports_its_parts(graph: grimp.ImportGraph, topic: str) -> None:
    own = chapter(graph, topic)
    others = graph.modules - own
    wrong = {module: used for module in others if (used := graph.find_modules_directly_imported_by(module) & own)}
    assert not wrong


@pytest.mark.parametrize("topic", TOPICS)
def test_no_topic_knows_the_commands(graph: grimp.ImportGraph, topic: str) -> None:
    commands = {f"analysis.{name}" for name in ("__main__", "cli", "verify", "runs", "reference", "report", "topics")}
    own = {f"analysis.{topic}"} | graph.find_descendants(f"analysis.{topic}")
    wrong = {module: used for module in own if (used := graph.find_modules_directly_imported_by(module) & commands)}
    assert not wrong


def test_the_kit_imports_no_topic(graph: grimp.ImportGraph) -> None:
    topics = {f"analysis.{topic}" for topic in TOPICS}
    kit = {"analysis.kit"} | graph.find_descendants("analysis.kit")
    inside = topics.union(*map(graph.find_descendants, topics))
    wrong = {module: used for module in kit if (used := graph.find_modules_directly_imported_by(module) & inside)}
    assert not wrong, "The kit reaches a topic by name, through analysis.topics."


def test_every_folder_with_figures_is_a_topic() -> None:
    assert {path.parents[1].name for path in (ROOT / "analysis").glob("*/chapter/figures")} == set(TOPICS)
