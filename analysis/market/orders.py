"""What clouds have signed and not yet served, and how much of it one customer owes.

A share is of orders at one date over contracts that were announced at another, both rounded: good to some points.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.market import deals

#: The customer whose promises are counted.
CUSTOMER = "OpenAI"
#: Seller to its orders.
_ORDERS = {
    "Microsoft": "backlog-microsoft-2026",
    "Oracle": "backlog-oracle-2026",
    "Amazon": "backlog-amazon-2026",
    "CoreWeave": "backlog-coreweave-2025",
}


def owed_by_one() -> pd.DataFrame:
    """Orders of the clouds that publish them, and the part that OpenAI has promised.

    Returns
    -------
    DataFrame
        Columns ``seller``, ``orders``, ``owed`` (billion dollars), ``share``. Microsoft publishes the share itself; for
        the others it is the announced contract, as it last stood, over the orders; a cloud without one is left out.

    Examples
    --------
    >>> print(owed_by_one().set_index("seller")["share"].round(2).to_dict())
    {'Microsoft': 0.45, 'Oracle': 0.45, 'Amazon': 0.28, 'CoreWeave': 0.4}
    """
    fact = facts.load("market")
    table = deals.deals()
    cloud = table[(table["paid_by"] == CUSTOMER) & (table["pays"] == "cloud")].set_index("paid_to")
    promised = cloud["amount_after"].fillna(cloud["amount"])
    rows = []
    for seller, identity in _ORDERS.items():
        orders = fact[identity].value / 1e9
        if seller == "Microsoft":
            rows.append((seller, orders, fact["backlog-microsoft-openai-share"].value * orders))
        elif seller in promised:
            rows.append((seller, orders, float(promised[seller])))
    result = pd.DataFrame(rows, columns=["seller", "orders", "owed"])
    return result.assign(share=result["owed"] / result["orders"])
