"""A change of billing counts once, in its direction, and a firm that bundles counts once however often it does."""

from __future__ import annotations

import pandas as pd

from analysis.deepseek.offers import bundling_firms, count_changes, hybrid_makers, listed_offers


def test_changes_of_both_directions_are_counted_apart():
    changes = pd.DataFrame({"kind": ["metered", "flat", "flat", "device", "subscription"]})
    assert count_changes(changes) == (1, 2)
    assert count_changes(changes.iloc[:0]) == (0, 0)


def test_a_firm_that_bundles_twice_is_one_firm():
    changes = pd.DataFrame({"kind": ["device", "subscription", "flat"], "firm": ["A", "A", "B"]})
    assert bundling_firms(changes) == ["A"]


def test_only_a_device_that_also_asks_a_cloud_is_hybrid():
    changes = pd.DataFrame({"kind": ["device", "device", "flat"], "cloud": ["yes", "no", "yes"], "firm": list("ABC")})
    assert hybrid_makers(changes) == ["A"]


def test_the_list_is_sorted_and_each_change_is_one_row():
    changes = listed_offers()
    assert list(changes["date"]) == sorted(changes["date"])
    assert changes["id"].is_unique
