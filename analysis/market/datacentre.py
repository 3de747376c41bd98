"""What "60 per cent of a data centre" is a share of: one bill, several definitions side by side.

A bill lists components that do not overlap. A definition names the components that it counts, so that "the GPUs", "the
compute hardware" and "all information technology" are three sums over one total. Assumes one price level and one size
for all components; whether land, power supply and financing are in the total is part of each source's definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.checking import not_negative, plain, positive
from analysis.kit.errors import ProblemError

#: What a source gives no name to.
REST = "the rest"
#: Of a rack, beside its GPUs.
OTHER_HARDWARE = "other hardware of the rack"


@dataclass(frozen=True)
class Bill:
    """Cost of a data centre by component.

    Parameters
    ----------
    amounts : mapping of str to float
        Component to dollars, or to any one unit (dollars for a GW, shares of a rack); at least 0.
    total : float, optional
        Of all components, in the same unit; what the amounts leave of it is :data:`REST`. Default: their sum.

    Raises
    ------
    ProblemError
        If an amount is negative or the amounts exceed the total.

    Examples
    --------
    >>> bill = Bill({"GPUs": 14.0, "network": 4.5}, total=35.0)
    >>> print(f"{bill.share('GPUs'):.0%}, {bill.share('GPUs', 'network'):.0%}")
    40%, 53%
    """

    amounts: Mapping[str, float]
    total: float | None = None

    def __post_init__(self) -> None:
        for name, amount in self.amounts.items():
            not_negative(amount, f"the amount for {name}")
        known = sum(self.amounts.values())
        total = float(positive(known if self.total is None else self.total, "the total of a bill"))
        if known > total * (1 + 1e-9):
            raise ProblemError(
                f"The components add up to {known:g}, above their total of {total:g}; correct one of them."
            )

    def components(self) -> dict[str, float]:
        """All amounts, with :data:`REST` where they do not reach the total; they add up to it."""
        amounts = {name: float(amount) for name, amount in self.amounts.items()}
        rest = 0.0 if self.total is None else self.total - sum(amounts.values())
        return amounts | ({REST: rest} if rest > 1e-9 * abs(self.total or 1) else {})

    def amount(self, *names: str) -> float:
        """Sum of the named components.

        Raises
        ------
        ProblemError
            If a name is not on the bill or is counted twice.
        """
        components = self.components()
        for name in names:
            if name not in components:
                raise ProblemError(f"The bill has no component {name!r}; choose from {', '.join(components)}.")
        if len(set(names)) < len(names):
            raise ProblemError("A definition counts a component twice; name each once.")
        return sum(components[name] for name in names)

    def share(self, *names: str) -> float:
        """Share of the total that the named components make up."""
        return self.amount(*names) / sum(self.components().values())


def definitions(bill: Bill, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Shares of one bill under several definitions.

    Parameters
    ----------
    bill : Bill
    groups : mapping of str to sequence of str
        Definition to the components it counts.

    Returns
    -------
    DataFrame
        Columns ``definition``, ``amount`` (unit of the bill), ``share``.

    Examples
    --------
    >>> bill = Bill({"GPUs": 39, "network": 13, "other hardware": 6}, total=100)
    >>> definitions(bill, {"GPUs": ["GPUs"], "rack": ["GPUs", "network", "other hardware"]})["share"].tolist()
    [0.39, 0.58]
    """
    rows = [(name, bill.amount(*parts), bill.share(*parts)) for name, parts in groups.items()]
    return pd.DataFrame(rows, columns=["definition", "amount", "share"])


def published_rack() -> Bill:
    """A GB200 NVL72 rack with its share of the building, as Bernstein prices it, dollars.

    Returns
    -------
    Bill

    Examples
    --------
    >>> print(f"{published_rack().share('GPUs'):.0%}")
    39%
    """
    fact = facts.load("market")
    gpus, hardware = fact["datacentre-gpu-rack"].value, fact["datacentre-rack-compute"].value
    return Bill({"GPUs": gpus, OTHER_HARDWARE: hardware - gpus}, total=fact["datacentre-rack-total"].value)


def published_shares() -> pd.DataFrame:
    """What "60 per cent" could be a share of, in two analysts' bills.

    Returns
    -------
    DataFrame
        Columns ``definition``, ``share``, ``by`` (the analyst).

    Examples
    --------
    >>> published_shares()["share"].round(2).tolist()
    [0.29, 0.39, 0.44, 0.58, 0.68, 0.68]
    """
    fact, rack = facts.load("market"), published_rack()
    gigawatt = fact["datacentre-per-gw-semianalysis"].value
    paid, technology = (
        share_of(fact[f"datacentre-{part}-gw-semianalysis"].value, gigawatt) for part in ("nvidia", "it")
    )
    rows = [
        ("NVIDIA’s gross profit over everything", fact["datacentre-nvidia-profit-share"].value, "Bernstein"),
        ("GPUs over everything", rack.share("GPUs"), "Bernstein"),
        ("what NVIDIA is paid over everything", paid, "SemiAnalysis"),
        ("all hardware of the rack over everything", rack.share("GPUs", OTHER_HARDWARE), "Bernstein"),
        ("GPUs over the hardware of the rack", rack.amount("GPUs") / rack.amount("GPUs", OTHER_HARDWARE), "Bernstein"),
        ("all information technology over everything", technology, "SemiAnalysis"),
    ]
    return pd.DataFrame(rows, columns=["definition", "share", "by"])


def share_of(part: ArrayLike, whole: ArrayLike) -> Any:
    """Share of a part in a whole, both in one unit; for sources that give two amounts and no bill.

    Parameters
    ----------
    part, whole : float or array
        The part at least 0, the whole positive and not smaller.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If a part is larger than its whole.

    Examples
    --------
    >>> share_of([22.0, 34.0], 50.0).tolist()
    [0.44, 0.68]
    """
    some, all_of_it = not_negative(part, "a part"), positive(whole, "a whole")
    if (some > all_of_it).any():
        raise ProblemError("A part is larger than its whole; check that both are in the same unit.")
    return plain(some / all_of_it)
