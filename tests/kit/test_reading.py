"""What a person gives is read, or refused in one sentence that names its place."""

from __future__ import annotations

import pytest

from analysis.kit.errors import ProblemError
from analysis.kit.reading import number, whole


@pytest.mark.parametrize(("text", "problem"), [("much", "not a number"), ("nan", "not finite")])
def test_a_typed_word_that_is_no_number_is_refused_with_an_example(text, problem):
    with pytest.raises(ProblemError, match=f"The budget '{text}' is {problem}; give one such as 1e24"):
        number(text, "budget", "1e24")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2.5", "The seed is 2.5; give a whole number such as 7"),
        ("-1", "The seed is -1; give 0 to 99"),
        ("100", "The seed is 100; give 0 to 99"),
        ("1e400", "The seed '1e400' is not finite"),
        ("x", "The seed 'x' is not a number; give one such as 7"),
    ],
)
def test_a_whole_number_keeps_its_bounds(text, sentence):
    assert whole("99", "seed", "7", most=99) == 99
    with pytest.raises(ProblemError, match=sentence):
        whole(text, "seed", "7", most=99)


def test_without_a_bound_above_any_number_will_do():
    with pytest.raises(ProblemError, match="give 1 or more"):
        whole("0", "number", "7", least=1)
    assert whole("1_000_000", "number", "7", least=1) == 1_000_000
