"""Errors fall with the distance of the code, the door is qubits over time, and roots win late."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.toolbox.quantum import (
    DAY,
    distance_for,
    door,
    logical_error,
    physical_qubits,
    quadratic_crossover,
    seconds_to_read,
)

WILLOW = {"known_distance": 7, "known_error": 0.00143, "suppression": 2.14}


def test_two_steps_of_distance_divide_the_error_by_the_published_factor():
    fact = facts.load("toolbox")
    assert WILLOW["suppression"] == fact["willow-suppression"].value
    assert 100 * WILLOW["known_error"] == pytest.approx(fact["willow-error"].value)
    assert logical_error(5, **WILLOW) / logical_error(7, **WILLOW) == pytest.approx(2.14)
    assert logical_error(7, **WILLOW) == pytest.approx(0.00143)


@settings(deadline=None)
@given(target=st.floats(1e-18, 1e-4), factor=st.floats(1.05, 50))
def test_the_distance_found_is_enough_odd_and_the_least(target, factor):
    known = {"known_distance": 7, "known_error": 0.00143, "suppression": factor}
    distance = distance_for(target, **known)
    assert distance % 2 == 1
    assert logical_error(distance, **known) <= target * (1 + 1e-6)
    assert distance == 1 or logical_error(distance - 2, **known) > target * (1 - 1e-6)


@given(target=st.floats(1e-18, 1e-4), factor=st.floats(1.05, 20), more=st.floats(1.01, 3))
def test_the_distance_needed_falls_as_the_factor_grows(target, factor, more):
    known = {"known_distance": 7, "known_error": 0.00143}
    assert distance_for(target, suppression=factor * more, **known) <= distance_for(target, suppression=factor, **known)


def test_a_good_qubit_takes_thousands_of_plain_ones():
    low, central, high = (distance_for(1e-12, 7, 0.00143, factor) for factor in (2.12, 2.14, 2.16))
    assert low >= central >= high
    assert central == 63
    assert physical_qubits(central) == 2 * 63**2 - 1 == 7937
    assert physical_qubits(7) == pytest.approx(facts.load("toolbox")["willow-qubits"].value - 4)  # four remove leakage


@given(qubits=st.integers(1, 10**7), seconds=st.floats(1e-9, 1), times=st.integers(1, 50))
def test_the_door_grows_with_qubits_and_shrinks_with_the_time_of_an_operation(qubits, seconds, times):
    assert door(times * qubits, seconds) == pytest.approx(times * door(qubits, seconds), rel=1e-9)
    assert door(qubits, times * seconds) == pytest.approx(door(qubits, seconds) / times, rel=1e-9)


def test_ten_thousand_qubits_at_ten_microseconds_let_in_the_published_gigabit():
    fact = facts.load("toolbox")
    ours = door(fact["quantum-door-qubits"].value, fact["quantum-door-gate"].value * 1e-6)
    assert ours == pytest.approx(1e9 * fact["quantum-door"].value)


def test_a_corpus_takes_three_days_and_a_card_ten_seconds():
    assert seconds_to_read(15e12 * 17, 1e9) / DAY == pytest.approx(2.95, abs=0.005)
    assert seconds_to_read(15e12 * 17, 8 * 3.35e12) == pytest.approx(9.5, abs=0.05)


@given(ordinary=st.floats(1e9, 1e16), slower=st.floats(1.5, 1e12), operations=st.floats(1, 1e6))
def test_at_the_crossover_both_take_the_same_time(ordinary, slower, operations):
    quantum = ordinary / slower
    seconds = quadratic_crossover(ordinary, quantum, operations)
    steps = seconds * ordinary / operations
    assert math.sqrt(steps) * operations / quantum == pytest.approx(seconds, rel=1e-6)


def test_one_floating_point_operation_a_step_needs_longer_than_the_authors_allow():
    fact = facts.load("toolbox")
    rates = fact["quantum-rate-floating-gpu"].value, fact["quantum-rate-floating"].value
    limit = fact["quantum-limit-seconds"].value
    assert quadratic_crossover(*rates) > limit
    assert quadratic_crossover(*rates, fact["quantum-quadratic-operations"].value) < limit


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: logical_error(9, 7, 0.00143, 0.9), "above 1, or a larger code"),
        (lambda: logical_error(9, 7, 1.43, 2.14), "error must be above 0 and below 1"),
        (lambda: logical_error(8.5, 7, 0.00143, 2.14), "whole"),
        (lambda: distance_for(0, 7, 0.00143, 2.14), "error must be above 0"),
        (lambda: distance_for(1e-12, 7, 0.00143, 1), "above 1"),
        (lambda: distance_for(1e-12, "seven", 0.00143, 2.14), "must be a number"),
        (lambda: physical_qubits(0), "whole"),
        (lambda: door(0, 1e-5), "number of qubits"),
        (lambda: door(100, -1e-5), "time of an operation"),
        (lambda: door([1, 2], [1, 2, 3]), "different lengths"),
        (lambda: seconds_to_read(math.nan, 1e9), "number of bits"),
        (lambda: quadratic_crossover(1e4, 1e9), "slower one"),
        (lambda: quadratic_crossover(1e13, 1e5, 0), "number of operations"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(call, said):
    with pytest.raises(ProblemError, match=said):
        call()
