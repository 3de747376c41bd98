"""How models are sold: by token, by month, with another product, or with the device.

A change is one row of ``analysis/data/deepseek_offers.csv``. The list is ours: changes since February 2025 of which we
read a description, and not a sample of all firms.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts

#: What a change is, as the table calls it: payment by token comes or goes, or the model comes with something else.
METERED, FLAT, BUNDLED = "metered", "flat", ("subscription", "device")


def listed_offers() -> pd.DataFrame:
    """The changes by date, with columns ``firm``, ``product``, ``kind``, ``cloud`` and those of their sources.

    Returns
    -------
    DataFrame
        One row a change.

    Examples
    --------
    >>> offers = listed_offers().set_index("product")
    >>> offers.loc["Gemini Nano in Chrome", ["firm", "date", "kind"]].tolist()  # on the reader's own machine
    ['Google', '2025-05', 'device']
    """
    return facts.frame("deepseek_offers").sort_values("date", kind="stable", ignore_index=True)


def count_changes(changes: pd.DataFrame) -> tuple[int, int]:
    """How many products went from a monthly price to payment by token, and how many the other way.

    >>> count_changes(pd.DataFrame({"kind": ["metered", "flat", "metered", "device"]}))
    (2, 1)
    """
    return int((changes["kind"] == METERED).sum()), int((changes["kind"] == FLAT).sum())


def bundling_firms(changes: pd.DataFrame) -> list[str]:
    """Firms that give a model with a device or with another subscription, by name."""
    return sorted(set(changes.loc[changes["kind"].isin(BUNDLED), "firm"]))


def hybrid_makers(changes: pd.DataFrame) -> list[str]:
    """Firms whose devices come with a model and whose product also uses one in the cloud, by name."""
    both = (changes["kind"] == "device") & (changes["cloud"] == "yes")
    return sorted(set(changes.loc[both, "firm"]))
