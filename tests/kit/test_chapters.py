"""The cells of a chapter are read, sliced and run as a kernel would run them."""

from __future__ import annotations

import pytest
import toys

from analysis import topics
from analysis.kit import chapters
from analysis.kit.errors import ProblemError
from analysis.kit.figure import Figure

#: Lines of a cell that draws a figure, so that a reader who opens it can take it in.
LONGEST = 15
#: Characters of a line of code that fits the column of a page.
WIDEST = 70


def cells(*sources, tags=()):
    """Code cells of a chapter that stands in no file."""
    return [chapters.Cell("toy", place, source, frozenset(tags)) for place, source in enumerate(sources)]


def slice_of(*sources):
    """Places of the cells that the last one needs."""
    toy = cells(*sources)
    return [cell.place for cell in chapters.needed(toy, toy[-1])]


def test_a_cell_needs_those_that_give_its_names():
    assert slice_of("import math", "a = 1", "b = math.pi", "c = b + 1", "c") == [0, 2, 3, 4]


def test_a_name_that_is_changed_in_place_is_given_there():
    assert slice_of("rows = {}", "rows['a'] = 1", "other = 2", "rows") == [0, 1, 3]
    assert slice_of("rows = []", "rows.append(1)", "print('heard')", "rows") == [0, 1, 3]


def test_calling_a_function_of_a_module_does_not_change_the_module():
    assert slice_of("import math", "math.sqrt(2)", "x = 2", "math.sqrt(x)") == [0, 2, 3]


def test_of_a_cell_only_the_statements_that_are_needed_run():
    toy = cells("import math\n\nfor name in ('a', 'b'):\n    print(name)\nx = math.e", "x")
    first, last = chapters.needed(toy, toy[-1])
    assert first.source == "import math\nx = math.e"
    assert last == toy[-1]


def test_names_inside_functions_and_comprehensions_count():
    assert slice_of("k = 2", "def f(x):\n    return k * x", "[f(i) for i in range(3)]") == [0, 1, 2]
    assert slice_of("k = 2", "class Law:\n    slope = k", "other = 3", "Law().slope") == [0, 1, 3]


def test_the_names_of_a_comprehension_are_its_own():
    assert slice_of("for name in 'ab':\n    print(name)", "x = [name for name in 'cd']", "{name: x for name in x}") == [
        1,
        2,
    ]
    assert slice_of("name = 1", "rows = [1]", "[row + name for row in rows]") == [0, 1, 2]


def test_a_run_gives_the_value_of_the_last_line():
    values = [value for _, value in chapters.run(cells("a = 2", "a + 1", "if a:\n    a = 5", "a"))]
    assert values == [None, 3, None, 5]


def test_a_cell_that_fails_is_named_with_its_error():
    with pytest.raises(ProblemError, match=r"Cell 2 of chapters/toy\.md fails: ZeroDivisionError: division by zero"):
        list(chapters.run(cells("a = 0", "1 / a")))


def test_a_chapter_that_is_not_there_is_one_sentence():
    with pytest.raises(ProblemError, match=r"no chapter 'zebra': zebra\.md is missing in chapters/; restore it"):
        chapters.cells("zebra")


def test_a_figure_that_no_cell_draws_is_one_sentence():
    with pytest.raises(ProblemError, match=r"No cell of chapters/market\.md draws market-zebra"):
        chapters.draw("market-zebra", "market")


def test_a_cell_ends_with_the_figure_that_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path)
    monkeypatch.setattr(toys.figures, "first", lambda: toys.points(id="toy-first"), raising=False)
    code = "from toys import figures\nfirst = figures.first()\nfigures.points()"
    (tmp_path / "toy.md").write_text(f"```{{code-cell}} ipython3\n{code}\n```\n", encoding="utf-8")
    assert chapters.draw("toy-points", "toy").id == "toy-points"
    with pytest.raises(ProblemError, match=r"Cell 1 of chapters/toy\.md does not end with toy-first; end it so"):
        chapters.draw("toy-first", "toy")


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_figure_stands_in_one_cell_and_every_cell_that_draws_can_be_taken_in(topic):
    found = chapters.cells(topic)
    drawn = [name for cell in found for name in cell.drawn]
    assert len(drawn) == len(set(drawn))
    assert set(chapters.figure_cells(topic)) == set(topics.figures(topic))
    assert not [cell.place for cell in found if cell.drawn and len(cell.source.splitlines()) > LONGEST]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_the_cells_that_a_reader_sees_run_in_order_in_an_empty_notebook(topic, capsys):
    seen = [cell for cell in chapters.cells(topic) if cell.visible]
    assert len(seen) >= 15
    assert not [line for cell in seen for line in cell.source.splitlines() if len(line) > WIDEST]
    values = list(chapters.run(seen))
    assert len(values) == len(seen)
    said = capsys.readouterr().out
    assert said or any(value is not None and not isinstance(value, Figure) for _, value in values)
