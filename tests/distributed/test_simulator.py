"""The rebuilt simulator: its counts, its limits, and the tables of the papers that described it."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.distributed import simulator
from analysis.distributed.simulator import (
    GRID,
    exact_matches,
    fitting_size,
    methods,
    place,
    read_off,
    simulate,
    simulated,
)
from analysis.distributed.utilisation import streaming_utilisation, utilisation
from analysis.kit import facts
from analysis.kit.errors import ProblemError


@pytest.fixture(scope="module")
def table():
    return facts.frame("distributed_bandwidth")


def test_it_rebuilds_the_published_table(table):
    """75 values of Streaming DiLoCo on a grid of 50: 63 are one point below ours, 10 the same, 2 two below."""
    own = simulated(table[table["paper"] == "streaming"])
    assert own["offset"].value_counts().to_dict() == {-1: 63, 0: 10, -2: 2}
    within = (own["offset"].abs() <= 1).groupby(own["method"]).sum()
    assert within["data-parallel"] == within["DiLoCo"] == 15
    assert (within >= 14).all()


def test_it_is_near_the_later_table_whose_ten_billion_lie_lower(table):
    own = simulated(table[table["paper"] == "charles"]).dropna(subset=["offset"])
    assert own["offset"].between(-3, 0).all()
    middle = own.groupby("model")["offset"].mean()
    assert middle["10B"] == middle.min() < -1.5


@given(st.floats(-1, 3), st.integers(4, 60), st.integers(1, 40))
@settings(deadline=None)
def test_without_streaming_it_is_the_closed_form(power, layers, apart):
    """The closed form hides nothing of the last layer; the two differ by less than a layer's share."""
    seconds, size, line = 0.5, 5e9, 10.0**power
    closed = utilisation(line, size, apart, step_seconds=seconds, layers=layers)
    assert simulate(line, size, layers, seconds, apart) == pytest.approx(closed, abs=2 / (3 * layers) / apart + 1e-9)


@given(st.floats(-1, 3), st.sampled_from([24, 48, 108]), st.integers(60, 300), st.sampled_from([4, 16]))
@settings(deadline=None, max_examples=40)
def test_streamed_with_overlap_it_is_near_the_closed_form(power, layers, apart, bits):
    """Within a tenth, as long as no two fragments are on the line together."""
    if apart < layers:
        return
    found = simulate(10.0**power, 1e10, layers, 1.0, apart, bits, fragment=3, overlap=1)
    assert found == pytest.approx(streaming_utilisation(10.0**power, 1e10, apart, bits, 1.0, layers), abs=0.1)


@given(st.floats(-1, 2.9), st.integers(1, 30), st.sampled_from(list(methods().values())))
@settings(deadline=None, max_examples=40)
def test_a_faster_line_and_fewer_bits_lose_no_time(power, apart, method):
    slow, fast = simulate([10.0**power, 1.2 * 10.0**power], 1e9, 12, 0.1, apart, **method)
    assert 0 < slow <= fast + 1e-12 <= 1 + 1e-9
    assert simulate(10.0**power, 1e9, 12, 0.1, apart, bits=4, **method) >= slow - 1e-12


def test_only_bits_over_bandwidth_counts():
    assert simulate(4.0, 1e9, 24, 0.1, 100, bits=4) == pytest.approx(simulate(16.0, 1e9, 24, 0.1, 100, bits=16))


def test_a_line_without_limit_loses_nothing():
    for method in methods().values():
        assert simulate(1e15, 1e9, 24, 0.1, 10, **method) == pytest.approx(1)


@given(st.integers(0, 5), st.floats(0, 4))
@settings(deadline=None, max_examples=25)
def test_no_site_computes_more_than_all_of_the_time(overlap, power):
    assert simulate(10.0**power, 1e9, 24, 0.1, 100, bits=4, fragment=3, overlap=overlap) <= 1


def test_rounds_repeat_after_the_first_ones(monkeypatch, table):
    first = simulated(table)["ours"]
    monkeypatch.setattr(simulator, "ROUNDS", 9)
    assert (simulated(table)["ours"] == first).all()


def test_all_published_bandwidths_are_points_of_the_grid(table):
    """Printed to a tenth of a Gbit/s, some after they were rounded to a hundredth: 86.851 is 86.8."""
    printed = table["bandwidth"].dropna()
    nearest = GRID[place(printed).round().astype(int)]
    assert np.abs(nearest - printed).max() < 0.0551


def test_it_takes_forty_lines():
    source = inspect.getsource(simulate) + inspect.getsource(read_off)
    for function in (simulate, read_off):
        source = source.replace(function.__doc__, "")
    assert len([line for line in source.splitlines() if line.strip(' "')]) <= 45


def test_with_the_printed_sizes_most_values_are_exact_if_the_grid_is_read_one_point_low(table):
    own = table[table["paper"] == "streaming"]
    assert exact_matches(own, [1.0]).tolist() == [63]
    assert exact_matches(own, [1.0], reading=0).tolist() == [10]
    times = np.round(np.arange(0.7, 1.21, 0.02), 2)
    assert abs(times[exact_matches(own, times).argmax()] - 1) < 0.05


@given(st.floats(0.7, 1.3))
@settings(deadline=None, max_examples=10)
def test_larger_messages_are_as_slower_lines(traffic):
    own = facts.frame("distributed_bandwidth").query("paper == 'streaming' and model == '1B'")
    assert exact_matches(own, traffic).item() == (simulated(own, traffic)["offset"] == -1).sum()


def test_the_size_that_was_simulated_is_found_again(table):
    """The table that the program itself makes for a model a tenth smaller, one point low."""
    own = table.query("paper == 'charles' and model == '10B'")
    made = simulated(own, traffic=0.9)["ours"]
    made = own.assign(bandwidth=GRID[(place(made).round() - 1).astype(int)])
    assert fitting_size(made) == pytest.approx(9e9, rel=0.02)
    assert fitting_size(own) == pytest.approx(8.7e9, rel=0.02)


def test_what_is_read_off_is_the_first_that_is_enough():
    assert read_off(np.linspace(0, 1, 50), [0.5]) == GRID[25]
    assert read_off(np.zeros(50), 0.5) == np.inf


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bandwidth": -1.0}, "A bandwidth must be positive"),
        ({"parameters": 0}, "A size must be positive"),
        ({"layers": 0}, "A number of layers must be whole, at least 1"),
        ({"layers": 2.5}, "A number of layers must be whole"),
        ({"steps_between": 0}, "Steps between meetings must be whole, at least 1"),
        ({"fragment": 0}, "Layers of a fragment must be whole"),
        ({"overlap": -1}, "Steps of overlap must be whole, at least 0"),
        ({"step_seconds": -0.1}, "A time of a step must be positive"),
        ({"bits": 0}, "A number of bits must be positive"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wrong, said):
    given = {"bandwidth": 1.0, "parameters": 1e9, "layers": 24, "step_seconds": 0.1} | wrong
    with pytest.raises(ProblemError, match=said):
        simulate(**given)


def test_a_way_of_training_that_is_not_described_is_refused(table):
    with pytest.raises(ProblemError, match="no way of training 'by post'; choose one of data-parallel"):
        simulated(table.assign(method="by post"))
