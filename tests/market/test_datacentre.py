"""Shares of one bill: what is counted decides, and everything together is the whole."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.datacentre import REST, Bill, definitions, published_rack, published_shares, share_of

#: A rack of 5.9 with 3.4 of compute hardware, of which 39 per cent of the total are GPUs, and the network beside it.
RACK = Bill({"GPUs": 0.39 * 5.9, "other compute": 3.4 - 0.39 * 5.9, "network": 0.13 * 5.9}, total=5.9)

bills = st.dictionaries(st.text("abcdef", min_size=1), st.floats(0.01, 100), min_size=1, max_size=5)


def test_sixty_per_cent_is_39_58_or_71_per_cent_by_what_is_counted():
    table = definitions(
        RACK,
        {
            "GPUs": ["GPUs"],
            "compute hardware": ["GPUs", "other compute"],
            "with the network": ["GPUs", "other compute", "network"],
        },
    )
    assert table["share"].round(2).tolist() == [0.39, 0.58, 0.71]
    assert table["share"].is_monotonic_increasing
    assert share_of([22.0, 34.0], 50.0) == pytest.approx([0.44, 0.68])


@given(bills, st.floats(0, 100))
def test_the_components_and_the_rest_add_up_to_the_total(amounts, more):
    bill = Bill(amounts, total=sum(amounts.values()) + more)
    components = bill.components()
    assert sum(components.values()) == pytest.approx(sum(amounts.values()) + more)
    assert sum(bill.share(name) for name in components) == pytest.approx(1)
    assert bill.share(*components) == pytest.approx(1)
    assert bill.share() == 0


@given(bills, st.floats(0.001, 1000))
def test_a_share_does_not_depend_on_the_unit(amounts, factor):
    name = next(iter(amounts))
    scaled = Bill({key: factor * amount for key, amount in amounts.items()})
    assert scaled.share(name) == pytest.approx(Bill(amounts).share(name))


def test_a_bill_without_a_stated_total_has_no_rest():
    assert REST not in Bill({"GPUs": 2.0, "network": 1.0}).components()
    assert Bill({"GPUs": 2.0}, total=3.0).components() == {"GPUs": 2.0, REST: 1.0}


@given(st.floats(0, 1), st.floats(1, 10))
def test_a_larger_whole_makes_a_smaller_share(part, whole):
    shares = share_of(part, np.array([whole, 2 * whole]))
    assert shares[1] == pytest.approx(shares[0] / 2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Bill({"GPUs": -1.0, "network": 2.0}), "The amount for GPUs must be"),
        (lambda: Bill({"GPUs": math.nan}), "The amount for GPUs must be"),
        (lambda: Bill({}), "The total of a bill must be"),
        (lambda: Bill({"GPUs": 4.0}, total=3.0), "above their total of 3"),
        (lambda: RACK.share("land"), "no component 'land'; choose from GPUs, other compute, network, the rest"),
        (lambda: RACK.share("GPUs", "GPUs"), "counts a component twice"),
        (lambda: share_of(51.0, 50.0), "larger than its whole"),
        (lambda: share_of(1.0, 0.0), "A whole must be"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


def test_the_shares_of_the_published_rack_are_those_of_its_bill():
    shares = published_shares().set_index("definition")["share"]
    assert shares["GPUs over everything"] == published_rack().share("GPUs")
    whole, inside = shares["all hardware of the rack over everything"], shares["GPUs over the hardware of the rack"]
    assert whole * inside == pytest.approx(shares["GPUs over everything"])
