"""CONTRIBUTING is carried out to the letter: its pieces make a topic in a copy, and what is left out is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.copies import copied, run

ROOT = Path(__file__).parents[1]
#: A fence with the path that it belongs to; after an @, one line that goes before the last closing bracket of the file.
FENCE = re.compile(r"^(`{3,})\w+ (\S+?)(?: @(.*))?\n((?:.*\n)*?)\1$", re.MULTILINE)


def pieces(heading: str) -> list[tuple[str, str, str]]:
    """Path, line to insert and text to append of each piece under a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    return [(found[2], found[3] or "", found[4]) for found in FENCE.finditer(section)]


def put(copy: Path, path: str, line: str, text: str) -> None:
    """Carry out one piece."""
    file = copy / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if line:
        head, bracket, tail = before.rpartition("    }")
        file.write_text(f"{head}{line}\n{bracket}{tail}", encoding="utf-8")
    else:
        file.write_text(before + text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path):
    """A copy of the book with the topic that CONTRIBUTING makes."""
    copy = copied(tmp_path)
    topics = copy / "analysis" / "topics.py"
    topics.write_text(re.sub(r"^TOPICS = .*$", 'TOPICS = ("toy",)', topics.read_text(), flags=re.MULTILINE))
    package = copy / "analysis" / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    table = next(resource for resource in content["resources"] if resource["name"] == "occam")
    content["resources"].append({**table, "name": "toy", "title": "Falling", "path": "toy.csv"})
    package.write_text(json.dumps(content), encoding="utf-8")
    for piece in pieces("Add a topic"):
        put(copy, *piece)
    return copy


def test_the_recipe_makes_a_topic_that_holds_once_it_is_accepted(copy):
    assert run(copy, "analysis", "run", "toy-sensitivity")[0] == 0
    status, said = run(copy, "analysis", "verify", "--only", "toy", "--accept")
    assert status == 0, said
    changed = pieces("Add a finding")
    assert len({path for path, _, _ in changed}) <= 6, "files by hand"
    for piece in changed:
        put(copy, *piece)
    status, said = run(copy, "analysis", "verify", "--only", "toy")
    assert status == 1
    for new in ("toy-fall has no reference yet", "number 'fall' of toy is new", "fact toy-gravity: "):
        assert new in said, said
    for what in ("sensitivity", "turns", "paths"):
        status, said = run(copy, "analysis", "run", f"toy-{what}")
        assert status == 0, said
    status, said = run(copy, "analysis", "verify", "--accept", "--only", "toy")
    assert status == 0, said
    status, said = run(copy, "analysis", "verify", "--accept", "--only", "claim/TOY")
    assert status == 0, said
    for only in ("toy", "claim/TOY", "fact/toy"):
        status, said = run(copy, "analysis", "verify", "--only", only)
        assert status == 0, said
    status, said = run(copy, "analysis", "where", "toy-gravity")
    assert re.search(r"claim TOY-1 .*figure toy-fall .*number fall ", said), said


def test_the_recipe_of_an_erratum_is_accepted_and_falls_with_its_contradiction(copy):
    for heading in ("Add a finding", "Add an erratum"):
        for piece in pieces(heading):
            put(copy, *piece)
    status, said = run(copy, "analysis", "verify", "--only", "erratum", "--accept")
    assert status == 0, said
    status, said = run(copy, "analysis", "verify", "--only", "erratum/deepseekv3-fall")
    assert status == 0, said
    table = copy / "analysis" / "data" / "toy.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("fall,2.2,", "fall,2.0,"), encoding="utf-8")
    status, said = run(copy, "analysis", "verify", "--only", "erratum")
    assert status == 1 and "the contradiction is gone" in said, said


@pytest.mark.parametrize(
    ("left_out", "only", "sentence"),
    [
        ("analysis/data/toy.csv", "toy", r"no fact 'toy-gravity' in analysis/data/toy\.csv; add it there"),
        (
            "analysis/toy/chapter/figures/fall.py",
            "toy",
            r"draws toy-fall, which nothing declares",
        ),
        ("chapters/toy.md", "toy", r"no cell of chapters/toy\.md draws toy-fall"),
        ("analysis/data/claims.csv", "claim/TOY", r"the verdict rule TOY-1 has no claim in the ledger"),
    ],
)
def test_a_piece_that_is_left_out_is_named(copy, left_out, only, sentence):
    for piece in pieces("Add a finding"):
        if piece[0] != left_out:
            put(copy, *piece)
    status, said = run(copy, "analysis", "verify", "--only", only)
    assert status == 1, said
    assert re.search(sentence, said), said
    assert "Traceback" not in said


def test_the_recipe_of_a_family_is_held_by_its_row(tmp_path):
    copy = copied(tmp_path)
    declaration, row = pieces("Add a family of models")
    put(copy, *declaration)
    held = ("-q", "-p", "no:cacheprovider", "tests/deepseek/test_checkpoints.py", "-k", "toy or held")
    status, said = run(copy, "pytest", *held)
    assert status == 1 and "'toy'" in said, said
    put(copy, *row)
    status, said = run(copy, "pytest", *held)
    assert status == 0, said
    put(copy, row[0], "", row[2].replace("70528", "70529"))
    assert run(copy, "pytest", *held)[0] == 1
