"""A quantity that is typed in a text is found, whichever way the text was made, and one that is computed is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.extension import written

ROOT = Path(__file__).parents[2]
FIGURE = """
from analysis.kit.figure import Figure

SCALE = "a fall of 40 %"

def words(n):
    return f"{n} times" if n else "eleven times as much"

def drawn(rows, n):
    low, high = rows.min(), rows.max()
    said = "It fell twice."
    LINE
    return Figure(chart, title=TITLE, subtitle="Loss", caption="Read upwards.", alt=f"From {low:.3f} to {high:.0%}.")
"""


def found(tmp_path, title, line="pass"):
    """Typed quantities of a module with one figure."""
    path = tmp_path / "figures.py"
    path.write_text(FIGURE.replace("TITLE", title).replace("LINE", line), encoding="utf-8")
    return [typed.text for typed in written.typed_quantities(path, tmp_path)]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ('"Losses fall 11 times"', ["11"]),
        ('f"Losses fall {n:.0f} times"', []),
        ('f"Losses of {n} fall twice"', ["twice"]),
        ('"Losses" + " fall tenfold"', ["tenfold"]),
        ('"Losses " + ("fall" if n > 2 else "fall by half")', ["half"]),
        ("said", ["twice"]),
        ("SCALE", ["40"]),
        ("words(n)", ["eleven times"]),
        ('" and ".join(["two years", f"{n} months"])', ["two years"]),
        ('{"a": "three dollars"}[n]', ["three dollars"]),
        ('"Three firms sold most of it in 2001 (§ 3.1)"', []),
        ('"The halving time of GPT-4 in “99 %” of cases"', []),
    ],
)
def test_what_is_typed_in_a_title(tmp_path, title, typed):
    assert found(tmp_path, title) == typed


def test_a_name_that_is_changed_later_is_followed(tmp_path):
    assert set(found(tmp_path, "said", line='said += " Then 3 more."')) == {"3", "twice"}


def test_the_reason_of_a_verdict_and_the_sentence_of_its_rule_are_read(tmp_path):
    path = tmp_path / "verdicts.py"
    path.write_text(
        'LIMIT = 0.05\n\n@rule("A-1", "supported below 5 per cent")\ndef a():\n    numbers = {"share": Number(1)}\n'
        '    return Judgement("partly", "It is {share}, a tenth of it.", numbers)\n\n'
        '@rule("A-2", f"supported below {LIMIT:.0%}")\ndef b():\n    because = "It is {share}."\n'
        '    return Judgement("partly", because, numbers)\n',
        encoding="utf-8",
    )
    assert [(typed.line, typed.text) for typed in written.typed_quantities(path, tmp_path)] == [
        (3, "5"),
        (6, "a tenth"),
    ]


def test_a_text_that_is_given_by_name_is_read_as_well(tmp_path):
    path = tmp_path / "verdicts.py"
    path.write_text(
        '@rule("A-1", sentence="supported below 5 per cent")\ndef a():\n'
        '    return Judgement("partly", template="It is a tenth of it.", numbers={})\n',
        encoding="utf-8",
    )
    assert [typed.text for typed in written.typed_quantities(path, tmp_path)] == ["5", "a tenth"]


def test_the_message_names_file_and_line():
    said = str(written.Typed("analysis/toy/chapter/verdicts.py", 3, "5"))
    assert said.startswith("analysis/toy/chapter/verdicts.py:3: The quantity '5' is typed")


@pytest.mark.parametrize("path", written.sources(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_of_the_book_types_a_quantity(path):
    assert not written.typed_quantities(path, ROOT)
