"""Every verdict that rests on a number turns where its rule says: just below each threshold and just above it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.market import deals, rents, segments, stack, tokens
from analysis.market.chapter import inputs, prose, verdicts

PUBLISHED = {name: fact.value for name, fact in facts.load("market").items()}
SALES, JDSU = PUBLISHED["cisco-sales-2000"], PUBLISHED["jdsu-sales-2001"]
USED, RACK = PUBLISHED["fibre-used-2001"], PUBLISHED["datacentre-rack-total"]
GIGAWATT, BEFORE = PUBLISHED["datacentre-per-gw-semianalysis"], PUBLISHED["nvidia-price-before"]


def claimed_doubling(years):
    """Days of the claimed doubling at which so many years of building leave the share of 2001 in use."""
    planned = np.log(PUBLISHED["fibre-measured-growth"]) + np.log(1 / USED) / years
    return np.log(2) * 365.25 / planned


def bills(gpus, hardware):
    """Shares of GPUs in two bills, and of all hardware in the first."""
    return {
        "datacentre-gpu-rack": gpus * RACK,
        "datacentre-nvidia-gw-semianalysis": gpus * GIGAWATT,
        "datacentre-rack-compute": hardware * RACK,
    }


def totals(google, world, emissions, centres=-1.0):
    return {
        "energy-google-growth-2024": google,
        "energy-growth-2025": world,
        "carbon-google-total-growth-2024": emissions,
        "carbon-google-fall-2024": -centres,
    }


def lasers(used):
    """Months of a doubling at which four years of better lasers alone leave a share in use."""
    return 12 * 4 * np.log(2) / np.log(1 / used)


def sure(probability):
    """Standard error at which the measured elasticity is above one with a probability."""
    return (PUBLISHED["elasticity-tokens"] - 1) / norm.ppf(probability)


def rounds(before, now):
    """Shares of the four largest rounds in two quarters, a year apart."""
    return {
        f"venture-{year}-q1-four-largest": share * PUBLISHED[f"venture-{year}-q1"]
        for year, share in ((2025, before), (2026, now))
    } | {f"venture-{year}-q1-largest": 1e9 for year in (2025, 2026)}


def lead(votes):
    """Points behind which a model gets a share of the votes."""
    return 400 * np.log10(1 / votes - 1)


def arena(before, then, now):
    return {
        "geo-arena-gap-2024-01": lead(before),
        "geo-arena-gap-2025-02": lead(then),
        "geo-arena-gap-2026-03": lead(now),
    }


def owed(share):
    """Orders of the clouds of which OpenAI owes one share."""
    return {
        "backlog-microsoft-openai-share": share,
        "backlog-oracle-2026": 300e9 / share,
        "backlog-amazon-2026": 138e9 / share,
        "backlog-coreweave-2025": 22.4e9 / share,
    }


PACE = PUBLISHED["ai-run-rate-microsoft-2026"] + PUBLISHED["ai-run-rate-amazon-2026"]
PAYMENT = prose.yearly_payment()


@pytest.fixture
def publish(monkeypatch):
    """Let other figures have been published."""

    def change(changed):
        table = facts.load("market")._facts
        for name, value in changed.items():
            monkeypatch.setitem(table, name, replace(table[name], value=value))

    return change


@pytest.mark.parametrize(
    ("claim", "changed", "verdict"),
    [
        ("MKT-1", {"cisco-peak-value": 20.01 * SALES}, "partly"),
        ("MKT-1", {"cisco-peak-value": 19.99 * SALES}, "wrong"),
        ("MKT-1", {"jdsu-peak-value": 19.99 * JDSU}, "wrong"),
        ("MKT-1", {"fibre-components-2000-strategies": 1.999 * JDSU}, "supported"),
        ("MKT-1", {"fibre-components-2000-strategies": 2.001 * JDSU}, "partly"),
        ("MKT-2", {"fibre-claimed-doubling": claimed_doubling(3.99)}, "partly"),
        ("MKT-2", {"fibre-claimed-doubling": claimed_doubling(3.99), "fibre-wdm-doubling": lasers(0.9)}, "partly"),
        (
            "MKT-2",
            {"fibre-claimed-doubling": claimed_doubling(4.01), "fibre-wdm-doubling": lasers(0.999 * USED)},
            "supported",
        ),
        (
            "MKT-2",
            {"fibre-claimed-doubling": claimed_doubling(4.01), "fibre-wdm-doubling": lasers(1.001 * USED)},
            "wrong",
        ),
        ("MKT-3", {"fibre-lit-2005": 0.049, "fibre-lit-atlantic-2014": 0.049}, "supported"),
        ("MKT-3", {"fibre-lit-2005": 0.051, "fibre-lit-atlantic-2014": 0.049}, "overstated"),
        ("MKT-3", {"fibre-lit-2005": 0.049, "fibre-lit-atlantic-2014": 0.499}, "overstated"),
        ("MKT-3", {"fibre-lit-atlantic-2014": 0.501}, "wrong"),
        ("MKT-5", {"elasticity-tokens": 0.999}, "supported"),
        ("MKT-5", {"elasticity-tokens": 1.001}, "partly"),
        ("MKT-5", {"elasticity-tokens": 0.999 * np.log(10) / 0.9}, "partly"),
        ("MKT-5", {"elasticity-tokens": 1.001 * np.log(10) / 0.9}, "wrong"),
        ("MKT-6", {"elasticity-tokens-error": sure(0.951)}, "supported"),
        ("MKT-6", {"elasticity-tokens-error": sure(0.949)}, "partly"),
        ("MKT-6", {"elasticity-tokens-error": sure(0.951), "cost-gemini-fall-2025": 1 - 0.99 * 0.15}, "partly"),
        ("MKT-6", {"elasticity-tokens-error": sure(0.951), "energy-google-growth-2024": 0.0}, "partly"),
        ("MKT-6", {"elasticity-tokens-error": sure(0.949), "energy-google-growth-2024": 0.0}, "wrong"),
        ("MKT-8", {"nvidia-price-after": 0.8999 * BEFORE}, "partly"),
        ("MKT-8", {"nvidia-price-after": 0.9001 * BEFORE}, "wrong"),
        ("MKT-8", {"nvidia-value-5t": 0.999 * PUBLISHED["nvidia-value-before"]}, "supported"),
        ("MKT-8", {"nvidia-value-5t": 1.001 * PUBLISHED["nvidia-value-before"]}, "partly"),
        ("MKT-8", {"nvidia-value-5t": 1.0, "nvidia-fy2025-growth-total": 49.9}, "partly"),
        ("MKT-8", {"nvidia-fy2025-growth-total": 49.9}, "wrong"),
        ("MKT-9", bills(0.551, 0.7), "supported"),
        ("MKT-9", bills(0.549, 0.551), "overstated"),
        ("MKT-9", bills(0.549, 0.649), "overstated"),
        ("MKT-9", bills(0.549, 0.5495), "wrong"),
        ("MKT-9", bills(0.549, 0.651), "wrong"),
        ("MKT-9", bills(0.651, 0.7), "wrong"),
        ("ENV-1", {"energy-prompt-gain": 1.001}, "partly"),
        ("ENV-1", {"energy-prompt-gain": 1.0}, "wrong"),
        ("ENV-1", totals(-1.0, -1.0, -1.0), "supported"),
        ("ENV-1", totals(-1.0, -1.0, 0.0), "partly"),
        ("ENV-1", totals(0.0, -1.0, -1.0), "partly"),
        ("ENV-1", totals(-1.0, -1.0, -1.0, centres=0.0), "partly"),
        ("MKT-12", {"cloud-gross-margin-microsoft": 1.001 * PAYMENT / PACE}, "wrong"),
        ("MKT-12", {"cloud-gross-margin-microsoft": 0.999 * PAYMENT / PACE}, "partly"),
        ("MKT-12", {"fcf-amazon-2026": 0.0}, "open"),
        ("MKT-13", rounds(0.2, 0.332), "supported"),
        ("MKT-13", rounds(0.9, 0.334), "partly"),
        ("MKT-13", rounds(0.333, 0.334), "wrong"),
        ("MKT-15", {"openai-compute-2025": 0.5 / 1.001}, "partly"),
        ("MKT-16", owed(0.334), "partly"),
        ("MKT-16", owed(0.333), "open"),
        ("MKT-16", owed(0.101), "open"),
        ("MKT-16", owed(0.099), "wrong"),
        ("MKT-16", {"deal-oracle-years": 1.001 * 300 / 24}, "open"),
        ("GEO-2", arena(0.39, 0.501, 0.501), "supported"),
        ("GEO-2", arena(0.39, 0.501, 0.499), "partly"),
        ("GEO-2", arena(0.399, 0.401, 0.401), "partly"),
        ("GEO-2", arena(0.401, 0.401, 0.401), "wrong"),
        ("GEO-2", arena(0.399, 0.401, 0.399), "wrong"),
        ("GEO-3", {"geo-act-months-high-risk": 27.0}, "supported"),
        ("GEO-3", {"geo-act-months-high-risk": 28.0}, "partly"),
        ("GEO-3", {"geo-act-months-high-risk": 28.0, "geo-act-months-general": 28.0}, "wrong"),
        ("GEO-1", {"geo-china-in-guidance": 5e9}, "open"),
        ("GEO-1", {"geo-h20-charge": 0.0}, "open"),
    ],
)
def test_another_figure_gets_another_verdict(publish, claim, changed, verdict):
    publish(changed)
    assert RULES[claim].judge().verdict == verdict


def of_rents(monkeypatch, sign):
    changes = rents.changes()
    monkeypatch.setattr(rents, "changes", lambda: changes.assign(change=sign * changes["change"].abs()))


def of_deals(monkeypatch, listed, money=None, count=None):
    """Other deals, with the shares of money and of deals on a loop in each variant of the list."""
    table = pd.DataFrame(listed, columns=["amount", "binding"])
    variants = max(len(money or ()), len(count or ()))
    shares = pd.DataFrame({"money": money or [0.0] * variants, "deals": count or [0.0] * variants})
    monkeypatch.setattr(deals, "deals", lambda: table)
    monkeypatch.setattr(deals, "returning", lambda *tables: shares)


@pytest.mark.parametrize(
    ("circular", "sign", "verdict"),
    [
        ([0.9, 0.501], -1, "supported"),
        ([0.9, 0.499], -1, "opinion"),
        ([0.9, 0.501], 1, "opinion"),
        ([0.0, 0.101], 1, "opinion"),
        ([0.0, 0.099], 1, "wrong"),
        ([0.0, 0.099], -1, "opinion"),
    ],
)
def test_a_demand_of_loops_or_of_rents_alone_would_be_no_opinion(monkeypatch, circular, sign, verdict):
    """MKT-4: the share of the announced money on loops, by the variant of the list that says least or most of it."""
    of_deals(monkeypatch, [(1.0, "contract")], money=circular)
    of_rents(monkeypatch, sign)
    assert RULES["MKT-4"].judge().verdict == verdict


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [(2.9, 2.0, "supported"), (2.9, 1.99, "outdated"), (2.0, 1.2, "outdated"), (1.99, 1.2, "wrong")],
)
def test_the_markets_of_a_firm_that_sells_everywhere_would_be_diversified(monkeypatch, first, last, verdict):
    """MKT-7: equal markets in the first and in the last full year; the quarter after it does not count."""
    markets = segments.diversification()
    full = markets["period"].str.startswith("FY")
    effective = np.where(full, np.linspace(first, last, len(markets)), 9.0)
    effective[np.flatnonzero(full)[-1]] = last
    monkeypatch.setattr(segments, "diversification", lambda: markets.assign(effective=effective))
    assert RULES["MKT-7"].judge().verdict == verdict


@pytest.mark.parametrize(
    ("resale", "listed", "contract", "verdict"),
    [
        (0.499, -0.4, -0.2, "supported"),
        (0.501, -0.4, -0.2, "partly"),
        (0.501, -0.4, 0.2, "partly"),
        (0.501, -0.3, -0.2, "partly"),
        (0.501, -0.3, 0.2, "wrong"),
    ],
)
def test_prices_that_all_fall_or_all_hold_would_settle_how_fast_gpus_lose_value(
    monkeypatch, publish, resale, listed, contract, verdict
):
    """MKT-10: six years of equal parts leave 50 per cent after three, 68 after 23 months and 89 after eight."""
    publish({"tco-residual": resale})
    changes = rents.changes().set_index("series")
    changes.loc[["hyperscaler on demand", "one-year contract"], "change"] = listed, contract
    monkeypatch.setattr(rents, "changes", lambda: changes.reset_index())
    assert RULES["MKT-10"].judge().verdict == verdict


def test_the_unsigned_page_alone_does_not_decide_how_fast_gpus_lose_value(publish):
    """MKT-10 as published, and with the resale value at either end of the page's range or above the books."""
    for resale in (0.25, 0.3, 0.35, 0.9):
        publish({"tco-residual": resale})
        assert RULES["MKT-10"].judge().verdict == "partly"


@pytest.mark.parametrize(
    ("listed", "count", "verdict"),
    [
        ([(100.0, "contract"), (None, "unknown")], [0.9, 0.501], "supported"),
        ([(100.0, "contract"), (None, "unknown")], [0.9, 0.499], "partly"),
        ([(100.0, "not binding"), (None, "unknown")], [0.9, 0.501], "partly"),
        ([(100.0, "contract"), (1.0, "unknown")], [0.9, 0.501], "partly"),
        ([(99.9, "contract"), (None, "unknown")], [0.9, 0.501], "wrong"),
    ],
)
def test_deals_that_are_small_free_of_loops_or_all_published_would_be_another_market(
    monkeypatch, listed, count, verdict
):
    """MKT-11: one huge contract, more than half on a loop in each variant of the list, and one amount unpublished."""
    of_deals(monkeypatch, listed, count=count)
    assert RULES["MKT-11"].judge().verdict == verdict


@pytest.mark.parametrize(
    ("models", "verdict"),
    [([1, 2, 3, 400], "partly"), ([3, 2, 1, 2], "wrong"), ([1, 2, 3, 30], "partly")],
)
def test_value_that_moved_back_to_hardware_would_be_no_shift(monkeypatch, models, verdict):
    """MKT-15: what models take in beside NVIDIA's 74, 142, 249 and 301 billion a year, while power sells as before."""
    table = stack.paces()
    dates = sorted(set(table["date"][table["layer"] == "chips"]))[: len(models)]
    chips = table[(table["layer"] == "chips") & table["date"].isin(dates)]
    rows = [("models", "OpenAI", date, float(pace)) for date, pace in zip(dates, models, strict=True)]
    other = pd.concat([chips, pd.DataFrame(rows, columns=["layer", "firm", "date", "pace"])], ignore_index=True)
    power = stack.revenue_for_power()
    monkeypatch.setattr(stack, "paces", lambda: other)
    monkeypatch.setattr(stack, "revenue_for_power", lambda: power)
    assert RULES["MKT-15"].judge().verdict == verdict
    monkeypatch.setattr(stack, "revenue_for_power", lambda: power * [1.0, 1.0, 2.0])
    both = {"partly": "supported" if models[-1] == 400 else "partly", "wrong": "partly"}
    assert RULES["MKT-15"].judge().verdict == both[verdict]


@pytest.mark.parametrize("factor", ["fibre-sprint-upgrade", "fibre-upgrade-factor"])
def test_fewer_lasers_leave_the_verdict_on_the_glut(publish, factor):
    """MKT-2 with the one step of 1996, or with what old sea cables got, for all that lasers did in the boom."""
    publish({"fibre-wdm-doubling": lasers(1 / PUBLISHED[factor])})
    assert RULES["MKT-2"].judge().verdict == "partly"


@pytest.mark.parametrize("margin", [0.3, 0.65, 0.66, 0.8])
def test_no_plausible_margin_of_ai_decides_whether_the_spending_pays(publish, margin):
    publish({"cloud-gross-margin-microsoft": margin})
    assert RULES["MKT-12"].judge().verdict == "partly"


@pytest.mark.parametrize(
    ("part", "squeezed", "verdict"),
    [(1.001, True, "supported"), (0.999, True, "partly"), (1.001, False, "partly"), (0.999, False, "wrong")],
)
def test_tokens_that_hardly_grow_would_not_make_up_for_a_lower_price(monkeypatch, part, squeezed, verdict):
    """MKT-14: just more or just less than the volume that keeps the profit, at the lower and at the same margin."""
    needed = prose.volumes_to_keep()[squeezed]
    accounts = tokens.accounts(inputs.WINDOWS, 0.22)
    monkeypatch.setattr(tokens, "accounts", lambda windows, cost: accounts.assign(tokens=part * needed))
    assert RULES["MKT-14"].judge().verdict == verdict


def test_a_rule_prints_the_thresholds_that_its_function_compares_with():
    assert f"at least {verdicts.DEAR:.0f} times" in RULES["MKT-1"].sentence
    assert f"below {100 * verdicts.UNUSED:.0f} %" in RULES["MKT-3"].sentence
    assert f"{verdicts.HUGE:.0f} billion dollars or more" in RULES["MKT-11"].sentence


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
