"""The reference notebooks have the cells of the chapters; their outputs are compared by ``pytest --nbval``."""

import pytest

from analysis import reference, topics
from analysis.kit import chapters


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_chapter_and_its_reference_notebook_have_the_same_cells(topic: str) -> None:
    found = reference.cell_differences(chapters.cells(topic), reference.read(topic))
    assert not found, f"{found[0]}; run 'python -m analysis verify --accept' and read what changed."


def test_every_chapter_is_a_topic_and_every_reference_has_a_chapter() -> None:
    assert {path.stem for path in chapters.CHAPTERS.glob("*.md")} == set(topics.TOPICS)
    assert {path.stem for path in reference.FOLDER.glob("*.ipynb")} == set(topics.TOPICS)
