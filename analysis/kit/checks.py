"""Our numbers held against published ones, each agreement and each disagreement declared.

A topic lists its own in ``analysis.<topic>.chapter.checks.checks()``; ``verify`` runs them.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.kit.facts import Fact


@dataclass(frozen=True)
class Check:
    """A number of ours held against a published one.

    Parameters
    ----------
    name : str
        What is compared, in words.
    ours : float
        What we computed.
    fact : Fact
        The published figure.
    tolerance : float
        Largest absolute difference that counts as agreement, in the unit of the fact.
    agrees : bool
        What the chapter says: False where it says plainly that we disagree. A disagreement that vanishes is red too.
    """

    name: str
    ours: float
    fact: Fact
    tolerance: float
    agrees: bool = True

    @property
    def holds(self) -> bool:
        """Whether agreement or disagreement is what the chapter says."""
        return (abs(self.ours - self.fact.value) <= self.tolerance) == self.agrees

    def __str__(self) -> str:
        word = "agrees" if self.agrees == self.holds else "disagrees"
        stated = "" if self.holds else f" where the chapter says it {'agrees' if self.agrees else 'disagrees'}"
        return (
            f"{self.name}: ours {self.ours:.6g}, published {self.fact.value:.6g} ({self.fact.id}), "
            f"{word} within {self.tolerance:.3g}{stated}"
        )
