"""What models accept: numbers, and lists that go together; all else is answered by one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.kit.checking import finite, fit_together, inside, life, not_negative, positive, real, share, used_share
from analysis.kit.errors import ProblemError


@pytest.mark.parametrize("accept", [finite, inside, life, not_negative, positive, real, share, used_share])
@pytest.mark.parametrize("value", ["1 %", "three", ["a", 1], [[1.0], [1.0, 2.0]], {}])
def test_what_is_no_number_is_named_in_one_sentence(accept, value):
    with pytest.raises(ProblemError, match=r"^A size must be a number, or a list of numbers, not .*; correct it\.$"):
        accept(value, "a size")


def test_numbers_that_are_written_as_words_of_digits_are_read():
    assert real("1e9", "a size") == 1e9


def test_lists_of_different_lengths_do_not_go_together():
    fit_together(1.0, [1.0, 2.0], np.ones((3, 1)))
    with pytest.raises(ProblemError, match=r"different lengths \(2, 3\)"):
        fit_together(1.0, [1.0, 2.0], [1.0, 2.0, 3.0])
