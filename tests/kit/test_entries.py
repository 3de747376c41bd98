"""A number is told from its neighbours by what stands in the code, and the models behind it are found."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType

from analysis.kit import entries
from analysis.scaling import laws

PROSE = """def numbers():
    fact = facts.load("toy")
    speed, size = fact["speed"].value, fact["size"].value
    share = size / 2
    share += 1
    result = {
        "fast": Number(speed),
        "half": Number(
            share,
        ),
        "both": Number(share + speed),
        **{f"power-{n}": Number(n * speed) for n in (1, 2)},
    }
    for part in (size, 2):
        result[f"part-{part}"] = Number(part)
    return result
"""


def written(tmp_path, text=PROSE):
    path = tmp_path / "prose.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_number_is_computed_in_its_own_lines_and_those_of_the_names_it_uses(tmp_path):
    assert entries.number_lines(written(tmp_path)) == {
        "fast": (7, {2, 3, 7}),
        "half": (8, {2, 3, 4, 5, 8, 9, 10}),
        "both": (11, {2, 3, 4, 5, 11}),
    }


def test_of_two_values_on_one_line_a_number_has_its_own(tmp_path):
    (fast,) = [entry for entry in entries.entries(written(tmp_path)) if entry.name == "fast"]
    speed, size = (PROSE.splitlines()[2].index(text) for text in ('fact["speed"]', 'fact["size"]'))
    assert fast.holds(3, speed)
    assert not fast.holds(3, size)


def test_numbers_of_a_comprehension_and_of_a_loop_have_an_entry(tmp_path):
    known = entries.entries(written(tmp_path))
    power, part = entries.of("power-2", known), entries.of("part-2", known)
    assert (power.name, power.line) == ("power-{}", 12)
    assert (part.name, part.line) == ("part-{}", 15)
    assert 14 in part.lines
    assert entries.of("speed", known) is None


def test_models_are_found_through_the_helpers_of_a_chapter_part():
    module = ModuleType("analysis.scaling.chapter.toy")
    module.laws = laws
    parts = entries.ast.parse("float(laws.kaplan_laws()[0].optimum(budget))")
    assert entries.models((parts,), module) == [laws.kaplan_laws]


def test_a_helper_of_a_chapter_part_is_no_model_but_what_it_calls_is():
    from analysis.market.chapter import prose, verdicts

    found = entries.models((entries.ast.parse("yearly_payment(1, 2)"),), verdicts)
    assert prose.yearly_payment not in found
    assert all(".chapter." not in model.__module__ for model in found)


def test_the_lines_of_a_function_that_keeps_its_results_are_its_own():
    path, first, last = entries.lines_of(laws.kaplan_laws)
    source = (entries.ROOT / path).read_text(encoding="utf-8").splitlines()
    assert "def kaplan_laws" in "".join(source[first - 1 : first + 1])
    assert first < last
    assert sys.modules["analysis.scaling.laws"].__file__.endswith(path)


def test_the_pieces_of_a_number_have_one_order_in_every_process(tmp_path):
    """Whatever order a set of names has there; pages print the functions in this order."""
    path = tmp_path / "prose.py"
    terms = " + ".join(f"name_{i}" for i in range(12))
    given = "".join(f"    name_{i} = {i}\n" for i in range(12))
    path.write_text(f"def numbers():\n{given}    return {{'sum': Number({terms})}}\n", encoding="utf-8")
    program = (
        "import ast, pathlib, sys; from analysis.kit import entries; "
        "(one,) = entries.entries(pathlib.Path(sys.argv[1])); print([ast.unparse(part) for part in one.parts])"
    )
    orders = {
        subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(orders) == 1
