"""What a chapter chose stands under a name with a comment, so that it can be replaced and is told where it is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import topics
from analysis.kit import assumptions, overriding

CHAPTER = "analysis/{}/chapter/{}.py"
ROOT = Path(__file__).parents[1]
UNITS = (100, 1e3, 1e6, 1e9, 1e12)


def bare_numbers(source: str) -> Iterator[tuple[int, float]]:
    """Line and value of the numbers in functions that are no unit (a hundred, a thousand, …), 0, 1 or place in a list.

    >>> list(bare_numbers("def f(x): return 0.8 * x[3] + 1e9 * round(x, 2)"))
    [(1, 0.8)]
    """
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        places = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
        calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        places += [digits for call in calls if call.func.id == "round" for digits in call.args[1:]]
        free = {id(inner) for place in places for inner in ast.walk(place)}
        for node in nodes:
            bare = isinstance(node, ast.Constant) and id(node) not in free and isinstance(node.value, int | float)
            if bare and node.value not in (0, 1, *UNITS):
                yield node.lineno, node.value


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_no_function_of_the_inputs_hides_a_number(topic):
    path = CHAPTER.format(topic, "inputs")
    found = [f"{path}:{line} has {value}" for line, value in bare_numbers((ROOT / path).read_text(encoding="utf-8"))]
    assert not found, f"give it a name and a comment above the functions: {'; '.join(found)}"


def test_a_hidden_number_is_found_in_a_function_and_nowhere_else():
    text = "RATE = 0.7\ndef chip():\n    return (RATE, 0.1, {'share': 3})\n"
    assert list(bare_numbers(text)) == [(3, 0.1), (3, 3)]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_constant_says_what_it_is(topic):
    silent = []
    for module in overriding.modules(topic):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        own = {
            node.id
            for statement in tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and re.fullmatch("[A-Z][A-Z0-9_]*", node.id)
        }
        units = {name for name in own if name == "BILLION"}
        silent += [f"{module.__name__}.{name}" for name in sorted(own - units - set(assumptions.declared(module)))]
    assert not silent, f"write a '#:' comment right above: {', '.join(silent)}"


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_name_stands_for_one_assumption_of_a_topic(topic):
    names = [name for module in overriding.modules(topic) for name in assumptions.declared(module)]
    assert sorted(names) == sorted(set(names)), "inputs and verdicts of a topic share their names"


@pytest.mark.parametrize("part", ["prose", "errata", "checks", "words"])
@pytest.mark.parametrize("topic", topics.TOPICS)
def test_assumptions_are_read_by_their_module_so_that_it_is_seen_who_does(topic, part):
    known = {name for module in overriding.modules(topic) for name in assumptions.declared(module)}
    path = ROOT / CHAPTER.format(topic, part)
    tree = ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    homes = [f"analysis.{topic}.chapter.{home}" for home in ("inputs", "verdicts")]
    taken = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in homes
        for alias in node.names
        if alias.name in known
    ]
    assert not taken, f"{path.name} imports {', '.join(taken)}; say inputs.{taken[0]}, which the run's trace can see"
