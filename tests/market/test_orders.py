"""Shares of the clouds' orders that one customer owes."""

import pytest

from analysis.market.orders import owed_by_one


def test_a_share_is_what_is_owed_over_the_orders():
    table = owed_by_one()
    assert table["share"].tolist() == pytest.approx((table["owed"] / table["orders"]).tolist())
    assert table["share"].between(0, 1).all()


def test_oracle_counts_on_one_customer_for_more_than_two_fifths():
    """300 of the 664 billion that it had signed at the end of August 2026."""
    assert owed_by_one().set_index("seller").loc["Oracle", "share"] == pytest.approx(300 / 664)
