"""Imports run one way: chapters, figures, models, kit; and ``analysis`` knows nothing of the website."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from analysis.topics import TOPICS

ROOT = Path(__file__).resolve().parents[1]
#: The parts of a topic that rest on its models, and that no model may know.
UPPER = ("figures", "prose", "verdicts", "checks", "study", "experiments")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("analysis")


def parts(graph: grimp.ImportGraph, topic: str) -> set[str]:
    """The modules of a topic's upper parts, and all that is inside them."""
    tops = {f"analysis.{topic}.{part}" for part in UPPER} & graph.modules
    return tops.union(*map(graph.find_descendants, tops))


def test_the_contracts_in_pyproject_hold() -> None:
    # in a process of its own, because import-linter switches off the loggers that others have made
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("topic", TOPICS)
def test_a_model_knows_neither_the_pictures_nor_the_prose_made_from_it(graph: grimp.ImportGraph, topic: str) -> None:
    upper = parts(graph, topic)
    commands = {"analysis.__main__", "analysis.cli", "analysis.verify", "analysis.topics"}
    models = graph.find_descendants(f"analysis.{topic}") - upper
    assert models
    wrong = {
        model: used for model in models if (used := graph.find_modules_directly_imported_by(model) & (upper | commands))
    }
    assert not wrong


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_never_uses_the_upper_parts_of_another(graph: grimp.ImportGraph, topic: str) -> None:
    others = set().union(*(parts(graph, other) for other in TOPICS if other != topic))
    modules = {f"analysis.{topic}"} | graph.find_descendants(f"analysis.{topic}")
    wrong = {module: used for module in modules if (used := graph.find_modules_directly_imported_by(module) & others)}
    assert not wrong


def test_the_kit_imports_no_topic(graph: grimp.ImportGraph) -> None:
    topics = {f"analysis.{topic}" for topic in TOPICS}
    kit = {module for module in graph.modules if not module.startswith(tuple(topics))}
    inside = topics.union(*map(graph.find_descendants, topics))
    wrong = {module: used for module in kit if (used := graph.find_modules_directly_imported_by(module) & inside)}
    assert not wrong, "The kit reaches a topic by name, through analysis.topics."


def test_every_folder_with_figures_is_a_topic() -> None:
    assert {path.parent.name for path in (ROOT / "analysis").glob("*/figures*")} == set(TOPICS)
