"""Numbers are printed as people write them."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number, joined


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(-0.944, ".2f"), "−0.94"),
        (Number(2.04e-6, "sci"), "2.0 × 10⁻⁶"),
        (Number(-5e12, "sci"), "−5.0 × 10¹²"),
        (Number(0.5, ".0%"), "50 %"),
        (Number(1234567, ",.0f", " bits"), "1,234,567 bits"),
    ],
)
def test_printed_form(number, text):
    assert repr(number) == text


@given(st.floats(min_value=1e-30, max_value=1e30))
def test_a_power_of_ten_reads_back_to_two_digits(value):
    mantissa, exponent = repr(Number(value, "sci")).split(" × 10")
    power = int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    assert math.isclose(float(mantissa) * 10.0**power, value, rel_tol=0.051)


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_no_hyphen_stands_for_a_minus(value):
    assert "-" not in repr(Number(value, ".3f"))


@pytest.mark.parametrize(("value", "form"), [(1000, ",.0f"), (0.5, ".2f"), (8.0, ".1f")])
def test_a_glued_number_is_pasted_as_it_is_printed(value, form):
    """What is pasted is read as a Python literal first; thousands and trailing zeros survive that."""
    number = Number(value, form)
    assert ast.literal_eval(number._repr_mimebundle_()["text/plain"]) == repr(number)


def test_two_parts_of_a_text_may_not_give_one_name():
    """The second would hide the first."""
    with pytest.raises(ProblemError, match="the name pages"):
        joined({"pages": Number(12), "lines": Number(3)}, {"pages": Number(13)})
