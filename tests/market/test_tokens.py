"""Tokens times the cost of each is spending, and windows that follow each other multiply."""

import pytest

from analysis.kit.errors import ProblemError
from analysis.market.tokens import accounts, growth


def test_a_published_month_is_taken_as_it_is_and_what_follows_multiplies():
    """Google's own months: 9.7 trillion in May 2024 and 480 trillion in May 2025."""
    assert growth("2024-05", "2025-05") == pytest.approx(480 / 9.7)
    assert growth("2024-05", "2024-11") * growth("2024-11", "2025-05") == pytest.approx(480 / 9.7)
    assert growth("2025-05", "2024-05") == pytest.approx(9.7 / 480)


def test_between_two_published_months_the_rate_of_growth_is_one():
    assert growth("2024-06", "2024-07") == pytest.approx(growth("2025-01", "2025-02"))


def test_spending_is_tokens_times_the_cost_of_each():
    table = accounts({"first": ("2024-05", "2025-05"), "second": ("2025-05", "2026-05")}, 0.22)
    assert table["spending"].to_numpy() == pytest.approx((table["tokens"] * table["cost"]).to_numpy(), rel=1e-4)
    assert ((table["elasticity"] > 1) == (table["spending"] > 1)).all()


def test_a_month_that_nobody_published_is_refused_in_a_sentence():
    with pytest.raises(ProblemError, match="Tokens are published from 2024-05 to 20"):
        growth("2023-05", "2025-05")
