"""Planted faults: each turns the verification, the prose rule or the build red, and is named by its place.

Every test works on a copy of the repository. It first runs the command without the fault, so that red means the fault.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.copies import copied, printed, run

#: A chapter small enough to build in seconds, with the header of the real one.
TINY_TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/deepseek\n"
TINY_INDEX = "# A book\n\nIt has one chapter.\n"
TINY_CELL = "```{code-cell} ipython3\nfrom analysis.kit import numbers\n\nnumbers.Number(0.5, '.0%')\n```\n"


@pytest.fixture
def copy(tmp_path):
    """A copy that a test may damage."""
    return copied(tmp_path)


def plant(copy: Path, name: str, pattern: str, replacement: str) -> None:
    """Replace the one place that matches; a pattern that no longer matches once is a fault of this test."""
    path = copy / name
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{pattern!r} matches {count} places of {name}; point the planted fault at one that exists"
    path.write_text(text, encoding="utf-8")


def assert_turns_red(copy: Path, command: list[str], fault: tuple[str, str, str], *places: str) -> None:
    """The command is green without the fault and red with it, and names the places."""
    status, said = run(copy, *command)
    assert status == 0, said
    plant(copy, *fault)
    status, said = run(copy, *command)
    assert status == 1, said
    assert "Traceback" not in said
    for place in places:
        assert re.search(place, said), f"{place!r} is not named in: {said}"


def test_a_fact_changed_by_one_percent(copy):
    """88.72 becomes 89.61."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "fact/occam"],
        ("analysis/data/occam.csv", r"^zipf-normaliser,88\.7228391,", "zipf-normaliser,89.6100675,"),
        r"occam\.csv, fact zipf-normaliser\.value: 88\.7228391 -> 89\.6100675",
        r"1 moved",
    )


def test_another_mark_in_a_figure(copy):
    """The points of the K-learner figure become squares."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "figure/occam-k-learner"],
        (
            "analysis/occam/chapter/figures/theory.py",
            r"(alt\.Chart\(data\)\s*\.)mark_point(\(\)\s*\.encode\(\s*x=x, y=y, color=colour, shape=shape)",
            r"\1mark_square\2",
        ),
        r"occam-k-learner, \$\.layer\[\d\]\.mark\.type: 'point' -> 'square'",
    )


def test_another_exponent_in_a_formula(copy):
    """sigma_w squared becomes sigma_w to the power 2.01 in the correlation map of tanh networks."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "figure/occam-correlation-map"],
        (
            "analysis/occam/mean_field.py",
            r"(numerator = sigma_w\*\*)2( \* _pair_average\(np\.tanh)",
            r"\g<1>2.01\2",
        ),
        r"occam-correlation-map, series '[\w ]+', row \d+, field 'c(_next)?': [\d.e-]+ -> [\d.e-]+ \([+-][\d.]+ %\)",
    )


def test_a_number_of_a_verdict_that_doubles(copy):
    """The worth of Cisco at the peak becomes twice what it was; the verdict stays, its sentence is another."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "claim/MKT-1"],
        ("analysis/market/chapter/verdicts.py", r'("cisco": Number\(\s*)(.*?)(,\s*".0f")', r"\1 2 * (\2)\3"),
        r"number 'cisco' of claim MKT-1: \d+ -> \d+ .*\+100 %",
        r"1 moved",
    )


def test_another_threshold_of_a_rule_is_printed_with_it(copy):
    """The sentence that a reader sees follows the constant that the function compares with."""
    program = "from analysis import topics; print(topics.rules()['MKT-3'].sentence)"
    sentence = [printed(copy, program)]
    plant(copy, "analysis/market/chapter/verdicts.py", r"^UNUSED = 0\.05$", "UNUSED = 0.04")
    sentence.append(printed(copy, program))
    assert "5 %" in sentence[0] and "4 %" in sentence[1] and "5 %" not in sentence[1]


def test_an_erratum_whose_contradiction_vanishes(copy):
    """The row of Hoffmann's table prints what its size and tokens give."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "erratum/hoffmann-table"],
        (
            "analysis/data/scaling.csv",
            r"^hoffmann-tablea3-175b-flop-approach-3,1\.26e\+24,",
            "hoffmann-tablea3-175b-flop-approach-3,1.26e+25,",
        ),
        r"erratum hoffmann-table-a3-175b: the contradiction is gone",
        r"1 broken",
    )


def test_a_quantity_typed_in_a_text(copy):
    """The subtitle of a figure says a number that nothing computes."""
    assert_turns_red(
        copy,
        ["pytest", "-p", "no:cacheprovider", "tests/book/test_written.py", "-k", "theory"],
        (
            "analysis/occam/chapter/figures/theory.py",
            r"(def k_learner(?:.|\n)*?subtitle=)",
            r'\1"It is 11 times as large. " + ',
        ),
        r"analysis/occam/chapter/figures/theory\.py:\d+: The quantity '11' is typed|text='11'",
    )


def test_a_title_that_is_no_longer_true(copy):
    """The condition of a figure's title turns, as when data move."""
    assert_turns_red(
        copy,
        ["analysis", "verify", "--only", "figure/occam-k-learner"],
        ("analysis/occam/chapter/figures/theory.py", r"(def k_learner(?:.|\n)*?holds=)(.*?),\n", r"\1not (\2),\n"),
        r"occam-k-learner: its title is not true",
        r"1 broken",
    )


def test_a_fact_of_another_topic_runs_the_chapter_again(copy):
    """Market reads what DeepSeek published: a changed fact makes it run again, a typo in DeepSeek's prose does not."""
    program = "from analysis import runs; print(*(runs.find(topic) is not None for topic in ('deepseek', 'market')))"
    printed(copy, "from analysis import runs; runs.run_all(('deepseek', 'market'))")
    assert printed(copy, program).split() == ["True", "True"]
    plant(copy, "chapters/deepseek.md", r"\A((?:.|\n)*?)How sure are we\?", r"\1How certain are we?")
    assert printed(copy, program).split() == ["True", "True"], "a typo in prose asks for no kernel"
    plant(copy, "analysis/market/chapter/verdicts.py", r"\Z", "# read again\n")
    assert printed(copy, program).split() == ["True", "False"]
    plant(copy, "analysis/market/chapter/verdicts.py", r"# read again\n", "")
    assert printed(copy, program).split() == ["True", "True"]
    plant(copy, "analysis/data/deepseek.csv", r"^(v3-gpus,2048,)", r"v3-gpus,2049,")
    assert printed(copy, program).split() == ["False", "False"]


def test_a_curve_of_the_browser_that_is_not_the_one_in_the_csv(copy):
    """One per cent more in the page's own formula of the cost, and its mark has no row in the data under the figure."""
    program = (
        "import sys; sys.path.insert(0, 'tests/kit'); import scenes; from analysis import runs; "
        "from analysis.kit.figure_data import shown; spec = runs.spec('deepseek-cost-calculator'); "
        "print(*scenes.misplaced(spec, shown(spec)))"
    )
    assert not printed(copy, program).strip()
    plant(copy, "analysis/deepseek/chapter/figures/costs.py", r"\* 100:\.9g\} / used", "* 101:.9g} / used")
    assert "the mark of millions and what at pixel" in printed(copy, program)


def test_a_number_typed_in_the_prose(copy):
    """The first printed number of the chapter is replaced by one that nothing computes."""
    chapter = (copy / "chapters" / "occam.md").read_text(encoding="utf-8")
    glued = re.search(r"\{glue:text\}`([\w-]+)`", chapter)
    assert glued, "the chapter prints no number through glue"
    line = chapter[: glued.start()].count("\n") + 1
    assert_turns_red(
        copy,
        ["pytest", "-p", "no:cacheprovider", "tests/book/test_prose.py", "-k", "no_chapter_types_a_number"],
        ("chapters/occam.md", rf"(?s)\A(.{{{glued.start()}}}){re.escape(glued[0])}", r"\g<1>671"),
        rf"occam\.md:{line}: The number 671 is typed in the prose",
    )


def test_a_cell_that_raises(copy):
    """The build of a small book with the real configuration stops at the cell and shows it."""
    header = re.match(r"---\n.*?\n---\n", (copy / "chapters" / "deepseek.md").read_text(encoding="utf-8"), re.DOTALL)
    assert header, "the chapter has no header"
    (copy / "_toc.yml").write_text(TINY_TOC, encoding="utf-8")
    (copy / "index.md").write_text(TINY_INDEX, encoding="utf-8")
    (copy / "chapters" / "deepseek.md").write_text(f"{header[0]}\n# A chapter\n\n{TINY_CELL}", encoding="utf-8")
    assert_turns_red(
        copy,
        ["book", "build"],
        ("chapters/deepseek.md", r"^numbers\.Number\(", "raise ValueError('the ink is empty')\nnumbers.Number("),
        r"raise ValueError\('the ink is empty'\)",
        r"ValueError: the ink is empty",
        r"chapters/deepseek",
        r"The book was not built",
    )
    assert (copy / "_build" / "html" / "chapters" / "deepseek.html").exists(), "the last good site stays"
