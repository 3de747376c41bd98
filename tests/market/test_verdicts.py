"""Every verdict that rests on a number can fall otherwise: in another world the same rule says something else."""

import pytest

from analysis.kit.claims import RULES
from analysis.market import deals, rents, segments
from analysis.market.chapter import study, verdicts


@pytest.mark.parametrize(
    ("claim", "changed", "verdict"),
    [
        ("MKT-1", {"jdsu-peak-value": 1e9}, "wrong"),
        ("MKT-1", {"fibre-components-2000-strategies": 4e9}, "supported"),
        ("MKT-3", {"fibre-lit-atlantic-2014": 0.9}, "wrong"),
        ("MKT-3", {"fibre-lit-2005": 0.03, "fibre-lit-atlantic-2014": 0.03}, "supported"),
        ("MKT-5", {"elasticity-tokens": 0.9}, "supported"),
        ("MKT-6", {"elasticity-tokens": 0.9}, "partly"),
        ("MKT-6", {"elasticity-tokens": 0.9, "energy-google-growth-2024": -1.0}, "wrong"),
        ("MKT-8", {"nvidia-price-after": 140.0}, "wrong"),
        ("MKT-8", {"nvidia-fy2025-growth-total": 10.0}, "partly"),
        ("ENV-1", {"energy-prompt-gain": 0.5}, "wrong"),
        (
            "ENV-1",
            {"energy-google-growth-2024": -1.0, "energy-growth-2025": -1.0, "carbon-google-total-growth-2024": -1.0},
            "supported",
        ),
        ("GEO-1", {"geo-china-in-guidance": 5e9}, "open"),
    ],
)
def test_another_figure_gets_another_verdict(monkeypatch, claim, changed, verdict):
    published, now = study.fact, RULES[claim].judge().verdict
    monkeypatch.setattr(study, "fact", lambda name: changed.get(name, published(name)))
    assert RULES[claim].judge().verdict == verdict
    assert now != verdict


@pytest.mark.parametrize(
    ("claim", "name", "value", "verdict"),
    [
        ("MKT-7", "DIVERSIFIED", 1.2, "supported"),
        ("MKT-7", "DIVERSIFIED", 3.0, "wrong"),
        ("MKT-9", "CLAIMED", 0.42, "supported"),
        ("MKT-9", "CLAIMED", 0.8, "wrong"),
        ("MKT-11", "DOMINANT", 0.95, "partly"),
    ],
)
def test_another_claim_or_threshold_gets_another_verdict(monkeypatch, claim, name, value, verdict):
    now = RULES[claim].judge().verdict
    monkeypatch.setattr(verdicts, name, value)
    assert RULES[claim].judge().verdict == verdict != now


@pytest.mark.parametrize(("circular", "sign", "verdict"), [(True, -1, "supported"), (False, 1, "wrong")])
def test_a_demand_of_loops_or_of_rents_alone_would_be_no_opinion(monkeypatch, circular, sign, verdict):
    """MKT-4: all money on loops while rents fall, or none while they rise."""
    table, changes = deals.deals(), rents.changes()
    monkeypatch.setattr(deals, "deals", lambda: table.assign(round_trip=circular))
    monkeypatch.setattr(rents, "changes", lambda: changes.assign(change=sign * changes["change"].abs()))
    assert RULES["MKT-4"].judge().verdict == verdict


@pytest.mark.parametrize(("resale", "sign", "verdict"), [(0.3, -1, "supported"), (0.6, 1, "wrong")])
def test_prices_that_only_fall_or_only_hold_would_settle_how_fast_gpus_lose_value(monkeypatch, resale, sign, verdict):
    """MKT-10: used machines and rents that move the same way."""
    published, changes = study.fact, rents.changes()
    monkeypatch.setattr(study, "fact", lambda name: resale if name == "tco-residual" else published(name))
    monkeypatch.setattr(rents, "changes", lambda: changes.assign(change=sign * changes["change"].abs()))
    assert RULES["MKT-10"].judge().verdict == verdict


def test_tokens_that_hardly_grow_would_not_make_up_for_a_lower_price(monkeypatch):
    """MKT-14: twice the tokens at a fifth of the price."""
    accounts = study.accounts()
    monkeypatch.setattr(study, "accounts", lambda: accounts.assign(tokens=2.0))
    assert RULES["MKT-14"].judge().verdict == "wrong"


def test_a_forecast_that_needs_long_building_would_leave_the_glut_to_the_lasers(monkeypatch):
    """MKT-2: were the wrong forecast slow, and the lasers enough by themselves."""
    published = study.fact
    monkeypatch.setattr(study, "fact", lambda name: 100.0 if name == "fibre-upgrade-factor" else published(name))
    monkeypatch.setattr(study, "years_of_building", lambda: 9.0)
    assert RULES["MKT-2"].judge().verdict == "supported"


def test_the_markets_of_a_firm_that_sells_everywhere_would_be_diversified(monkeypatch):
    """MKT-7: three equal markets in every year."""
    markets = segments.diversification()
    monkeypatch.setattr(segments, "diversification", lambda: markets.assign(effective=3.0))
    assert RULES["MKT-7"].judge().verdict == "supported"
