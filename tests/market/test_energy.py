"""Energy and carbon: sums over hours, and a total as volume over efficiency."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.energy import carbon, carbon_intensity, run_energy, total_factor
from analysis.market.ownership import Ownership

amounts = st.floats(1e-2, 1e4)


def test_the_energy_of_a_run_is_the_sum_over_its_accelerators_and_hours():
    """Three accelerators for five hours, each at its own power, in a building that adds a fifth."""
    powers = np.array([0.7, 1.0, 1.3])
    assert run_energy(15.0, powers.mean(), 1.2) == pytest.approx(sum(powers * 1.2 * 1.0 for _ in range(5)).sum())


def test_the_carbon_of_a_run_is_proportional_to_all_that_it_needs():
    assert carbon(run_energy(2e6, 1.2, 1.25), 0.4) == pytest.approx(2 * carbon(run_energy(1e6, 1.2, 1.25), 0.4))
    assert carbon(run_energy(1e6, 1.2, 1.25), 0.4) == pytest.approx(600)
    assert carbon(1e6, 0.0) == 0


@given(amounts, amounts)
def test_the_intensity_that_a_total_implies_gives_the_total_back(energy, tonnes):
    assert carbon(energy, carbon_intensity(tonnes, energy)) == pytest.approx(tonnes)


@given(amounts, amounts)
def test_a_total_falls_exactly_when_efficiency_outgrows_volume(volume, efficiency):
    factor = total_factor(volume, efficiency)
    assert (factor < 1) == (volume < efficiency)
    assert factor * efficiency == pytest.approx(volume)


@given(amounts, amounts, amounts)
def test_the_volume_that_is_left_over_takes_the_total_from_before_to_after(before, after, efficiency):
    volume = after / before * efficiency
    assert before * total_factor(volume, efficiency) == pytest.approx(after)


def test_an_owners_energy_bill_is_the_energy_at_its_tariff():
    owner = Ownership(42e3, 5, 0.1, 0.1, 1.275, 1.25, 0.08, 0.03, 0.8)
    assert owner.yearly()["energy"] == pytest.approx(0.08 * run_energy(8760.0, 1.275, 1.25))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: run_energy(-1.0, 1.0), "A number of hours must be"),
        (lambda: run_energy(1.0, 0.0), "A power must be"),
        (lambda: run_energy(1.0, 1.0, 0.9), "A power usage effectiveness must be"),
        (lambda: run_energy(1.0, 1.0, math.nan), "A power usage effectiveness must be"),
        (lambda: carbon(-1.0, 0.4), "An energy must be"),
        (lambda: carbon(1.0, math.nan), "A carbon intensity must be"),
        (lambda: total_factor(0.0, 1.0), "A factor of volume must be"),
        (lambda: total_factor(1.0, 0.0), "A factor of efficiency must be"),
        (lambda: carbon_intensity(-1.0, 1.0), "An amount of carbon dioxide must be"),
        (lambda: carbon_intensity(1.0, 0.0), "An energy must be"),
    ],
)
def test_an_energy_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
