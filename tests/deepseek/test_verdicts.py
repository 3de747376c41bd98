"""Every verdict can fall otherwise: with another claim or another world the same rule says something else."""

import pytest

from analysis.deepseek import benchmarks
from analysis.deepseek.chapter import study, verdicts
from analysis.kit.claims import RULES


@pytest.mark.parametrize(
    ("claim", "where", "name", "value", "verdict"),
    [
        ("DSK-1", verdicts, "CLAIMED_BILLIONS", 671, "supported"),
        ("DSK-1", verdicts, "CLAIMED_BILLIONS", 700, "wrong"),
        ("DSK-2", verdicts, "TWO_MONTHS", (55.0, 65.0), "partly"),
        ("DSK-2", verdicts, "TWO_MONTHS", (28.0, 32.0), "wrong"),
        ("DSK-3", verdicts, "SIGNIFICANTLY", 11.0, "wrong"),
        ("DSK-5", verdicts, "CLAIMED_FLEET", 600_000, "wrong"),
        ("DSK-5", verdicts, "FRACTION", 0.04, "supported"),
        ("DSK-6", verdicts, "CLAIMED_DOLLARS", 5.9e6, "supported"),
        ("DSK-6", verdicts, "FRACTION", 0.01, "wrong"),
        ("DSK-7", verdicts, "SIGNIFICANTLY", 4.0, "partly"),
        ("DSK-8", study, "ORDINARY", 4_000.0, "supported"),
        ("DSK-10", verdicts, "FRACTION", 0.95, "wrong"),
        ("DSK-11", verdicts, "SIGNIFICANTLY", 10.0, "wrong"),
    ],
)
def test_another_claim_or_threshold_gets_another_verdict(monkeypatch, claim, where, name, value, verdict):
    assert RULES[claim].judge().verdict != verdict
    monkeypatch.setattr(where, name, value)
    assert RULES[claim].judge().verdict == verdict


def test_a_measurement_by_somebody_else_would_support_the_claim_about_tests(monkeypatch):
    """DSK-4 is held at "partly" only because DeepSeek alone measured both models."""
    measured = {which: benchmarks.table(which).copy() for which in ("base", "chat")}
    measured["base"].loc[measured["base"].index[0], "measured-by"] = "somebody else"
    monkeypatch.setattr(benchmarks, "table", lambda which: measured[which])
    assert RULES["DSK-4"].judge().verdict == "supported"


def test_a_dearer_service_would_support_the_claim_about_local_cost(monkeypatch):
    """DSK-9 hangs on the price of V3's service: at ten times the price eight hours a day pay off."""
    prices = study.prices()
    monkeypatch.setattr(study, "prices", lambda: prices.assign(dollars=prices["dollars"] * 10))
    assert RULES["DSK-9"].judge().verdict == "supported"


def test_a_fall_that_v3_began_would_support_the_claim_about_prices(monkeypatch):
    """DSK-11: had GPT-4 cost what GPT-4o did, and GPT-4o mini more than V3."""
    prices = study.prices().copy()
    prices.loc[prices["model"].isin(["GPT-4", "GPT-4o mini"]), "dollars"] = 4.4
    monkeypatch.setattr(study, "prices", lambda: prices)
    assert RULES["DSK-11"].judge().verdict == "supported"
