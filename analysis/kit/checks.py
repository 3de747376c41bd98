"""Our numbers held against published ones, each agreement and each disagreement declared.

A topic lists its own in ``analysis.<topic>.chapter.checks.checks()``; ``verify`` runs them, and a chapter shows the
result of those that it names.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.kit.errors import ProblemError
from analysis.kit.facts import Fact
from analysis.kit.numbers import Number


@dataclass(frozen=True)
class Check:
    """A number of ours held against a published one.

    Parameters
    ----------
    name : str
        What is compared, in words.
    ours : float
        What we computed.
    fact : Fact or Number
        The published figure; where nobody published one, what a formula or another program gives.
    tolerance : float
        Largest absolute difference that counts as agreement, in the unit of the fact.
    agrees : bool
        What the chapter says: False where it says plainly that we disagree. A disagreement that vanishes is red too.
    id : str
        Its name; that of the fact where there is none.

    Raises
    ------
    ProblemError
        If neither it nor its fact has a name.
    """

    name: str
    ours: float
    fact: Fact | Number
    tolerance: float
    agrees: bool = True
    id: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            raise ProblemError(f"The check {self.name!r} is held against no published figure; give it an id.")

    @property
    def key(self) -> str:
        """Its name."""
        return self.id or (self.fact.id if isinstance(self.fact, Fact) else "")

    @property
    def within(self) -> bool:
        """Whether the two numbers agree."""
        return abs(self.ours - self.fact.value) <= self.tolerance

    @property
    def holds(self) -> bool:
        """Whether agreement or disagreement is what the chapter says."""
        return self.within == self.agrees

    def __str__(self) -> str:
        word = "agrees" if self.within else "disagrees"
        stated = "" if self.holds else f" where the chapter says it {'agrees' if self.agrees else 'disagrees'}"
        return (
            f"{self.name}: ours {self.ours:.6g}, "
            f"{'published' if isinstance(self.fact, Fact) else 'expected'} {self.fact.value:.6g} ({self.key}), "
            f"{word} within {self.tolerance:.3g}{stated}"
        )
