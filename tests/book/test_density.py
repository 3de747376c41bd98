"""A chapter's main text is light enough to be read: words, numbers a hundred words, and what a paragraph may hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis import topics
from analysis.kit import chapters
from analysis.kit.chapters import Cell
from tools import density

ROOT = Path(__file__).resolve().parents[2]
#: Paragraphs that may hold more, each with its reason: where is the first words that ``tools.density`` prints.
EXCEPTIONS = ROOT / "tests" / "book" / "density.csv"
#: The most exceptions of a chapter.
MOST = 3
#: The fewest lines of code in sight in a chapter.
LINES = 60

N = "{glue:text}`n`"


def exceptions(chapter: str) -> list[str]:
    """How the paragraphs begin that may hold more."""
    with EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return [row["begins"] for row in csv.DictReader(file) if row["chapter"] == chapter and row["reason"].strip()]


def source(chapter: str) -> str:
    return (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f"It took {N} days.", 1),
        (f"It took {N} days ({N} to {N}).", 1),
        (f"It took {N} days ({N} to {N} days), not {N}.", 2),
        (f"from {N} % to {N} %", 1),
        (f"between {N} and {N}", 1),
        (f"{N} ± {N} bits", 1),
        (f"{N} with a standard error of {N}", 1),
        (f"{N} and {N} of them", 2),
        (f"{N}, {N} and {N}", 3),
        ("By 2024, in Table 2 of §3.1, GPT-4 had none.", 0),
        ("They write “673B” and “11.6 times”.", 2),
        ("With $a = 0.5$ and $x^2$ it holds.", 1),
        ("A cell of `64` units {cite}`x2024`.", 0),
    ],
)
def test_a_value_counts_once(text, numbers):
    assert density.measure(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two three.", 3),
        ("A formula $a + b + c$ and a citation {cite:p}`x2024`.", 6),
        ("$$\na = b + c\n$$", 1),
        ("| a | b |\n| - | - |\n| x | y |", 0),
        ("::::{exercise} Title\n:id: a-1\n\nA question of many words.\n::::", 0),
        (":::{held} key\nIt agrees well.\n\nThis way is folded.\n\nAnd this.\n:::", 3),
        ("```{code-cell} ipython3\nx = 1  # words\n```", 0),
        ("```{claims} occam\n```", 0),
    ],
)
def test_main_text_is_what_is_neither_folded_nor_table_nor_exercise_nor_code(text, words):
    assert density.measure(text).words == words


def test_a_paragraph_says_what_it_has_too_much_of():
    long = density.measure(" ".join(["word"] * 91) + f"\n\n{N}, {N}, {N}, {N}, {N} words").paragraphs
    assert [paragraph.over for paragraph in long] == ["91 words", "5 numbers"]
    assert [paragraph.line for paragraph in long] == [1, 3]


def test_lines_of_code_in_sight_are_those_of_cells_that_nothing_hides():
    cells = [Cell("toy", 0, "a = 1\n\nb = 2", frozenset()), Cell("toy", 1, "c = 3", frozenset({"hide-input"}))]
    assert density.visible_lines(cells) == 2


@pytest.mark.parametrize("chapter", topics.TOPICS)
def test_a_chapter_can_be_read_in_twenty_minutes(chapter):
    assert density.measure(source(chapter)).words <= density.WORDS_IN_CHAPTER


@pytest.mark.parametrize("chapter", topics.TOPICS)
def test_a_chapter_has_at_most_three_numbers_a_hundred_words(chapter):
    assert density.measure(source(chapter)).in_hundred_words <= density.NUMBERS_IN_HUNDRED_WORDS


@pytest.mark.parametrize("chapter", topics.TOPICS)
def test_a_paragraph_holds_little(chapter):
    """At most three in a chapter hold more, each with its reason; a reason that is no longer needed goes."""
    over = {p.begins: f"line {p.line}: {p.over}" for p in density.measure(source(chapter)).paragraphs if p.over}
    allowed = exceptions(chapter)
    assert len(allowed) <= MOST
    assert not {begins: said for begins, said in over.items() if begins not in allowed}
    assert not set(allowed) - set(over), "a paragraph that needs no exception"


@pytest.mark.parametrize("chapter", topics.TOPICS)
def test_a_chapter_shows_its_code(chapter):
    assert density.visible_lines(chapters.cells(chapter)) >= LINES
