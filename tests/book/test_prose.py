"""Numbers in prose are computed; a typed one is found, and what may be typed is left alone."""

from pathlib import Path

import pytest

from book.extension.prose import chapters, sentence, typed_numbers

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There are 671 functions.", "671"),
        ("It takes 2.5 bits.", "2.5"),
        ("About 30 % of them.", "30"),
        ("A 128-bit string.", "128-bit"),
        ("The network 7-40-40-1 is small.", "7-40-40-1"),
        ("There are $671$ of them.", "$671$"),
        (r"With $10^{6}$ networks.", "$10^{6}$"),
        (r"A share of $2.5\,\%$.", r"$2.5\,\%$"),
        ("**Bold 12** words.", "12"),
        ("- a list with 5 items", "5"),
        ("| a | b |\n| - | - |\n| x | 7 |", "7"),
        (":::{note}\nThere are 42 of them.\n:::", "42"),
        (":::{note} A title with 3 words\nText.\n:::", "3"),
        (":::{held} table-3\nIt agrees.\n\nBy 4 digits.\n:::", "4"),
        ("# A heading with 9 lives", "9"),
        ("In 2019 there were 2,019 of them.", "2,019"),
        ("A year of 2019.5 kilograms", "2019.5"),
        ("[a link to 8 things](https://example.org/8)", "8"),
        ("<p>In HTML 6 things</p>", "6"),
        ("From 1 to ten", "1"),
        ("It fell by −4 points", "−4"),
    ],
)
def test_a_typed_number_is_found(text, number):
    """A number that a reader reads and no code computed is reported as it stands."""
    assert [found.text for found in typed_numbers(text)] == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("as fast, or four times as slowly", "four times"),
        ("about half of them", "half"),
        ("for a third of the cost", "a third"),
        ("It grew tenfold.", "tenfold"),
        ("a dozen firms", "a dozen"),
        ("one in five of them", "one in five"),
        ("nine out of ten tests", "nine out of ten"),
        ("four fifths of it", "four fifths"),
        ("six sevenths of it", "six sevenths"),
        ("two orders of magnitude", "two orders of magnitude"),
        ("by an order of magnitude", "an order of magnitude"),
        ("within a factor of three", "factor of three"),
        ("twenty-five times as dear", "twenty-five times"),
        ("hundreds of times", "hundreds of times"),
        ("The cost halved, and traffic doubled.", "halved"),
        ("by less than one per cent", "than one per cent"),
        ("double the price", "double the"),
    ],
)
def test_a_quantity_in_words_is_a_number(text, number):
    assert number in [found.text for found in typed_numbers(text)]


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 and in the 1990s, from 1995-2001.",
        "See §2.1 and Section 3, Table 2 and Figures 4 and 5 of Appendix B.2.",
        "They write “99 % of them, or 12 of 13” there.",
        "> We found 671 functions.",
        "The network `7-40-40-1` has `128` inputs.",
        "{glue:text}`total` functions, {cite:p}`x2019`, {eq}`e1`.",
        r"Let $x_1 = 2$ and $f: \{0,1\}^7 \to \{0,1\}$, of which there are $2^{2^n}$.",
        "$$\na = 10\n$$",
        "GPT-4, R1, V3, V4.1-Flash, Llama 4, Llama 3.1, H100 and CIFAR-10 are names.",
        "```{code-cell}\nx = 12\n```",
        "```python\nx = 12\n```",
        "% a comment with 12",
        "(label-12)=\n# Heading",
        "---\nkernelspec:\n  name: python3\n---\n\nText.",
        "1. first\n2. second",
        "seven in all, and the largest of six",
        "With 2:4, and with 6:8, some weights stay.",
        "Prices halved every so many days.",
        "::::{exercise} Title\n:id: a-1\n:level: read\n:minutes: 10\n\nText.\n\n```{check}\nassert x == 12\n```\n::::",
        "[Text](#occam-7)",
        ":::{held} table-3-175b\nIt agrees.\n\nSo it does.\n:::",
        "{glue:text}`price` dollars a million tokens; the price of a million tokens. Cost of a million tokens.",
        "Weights in half precision.",
    ],
)
def test_what_may_be_typed_is_left_alone(text):
    """Years, section numbers, quotations, code, roles, formulas and the unit of a price are no typed numbers."""
    assert typed_numbers(text) == []


def test_the_line_is_that_of_the_number():
    """A report leads to the line, also within a paragraph and within a directive."""
    text = "Title\n=====\n\nfirst\nsecond has 12\n\n:::{note}\n:class: tip\n\nthird has 13\n:::\n"
    assert [(found.line, found.text) for found in typed_numbers(text)] == [(5, "12"), (10, "13")]


def test_the_report_says_what_to_do():
    """A warning names the number and the way to compute it."""
    assert "671" in sentence(typed_numbers("671 functions")[0]) and "glue" in sentence(
        typed_numbers("671 functions")[0]
    )


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_no_chapter_types_a_number(chapter):
    """Every number in a chapter's prose comes from code."""
    found = typed_numbers(chapter.read_text(encoding="utf-8"))
    assert not found, "\n".join(f"{chapter.name}:{n.line}: {sentence(n)}" for n in found)


def test_there_is_a_chapter_to_look_at():
    """The rule looks at the chapters that the book has."""
    assert chapters(ROOT)
