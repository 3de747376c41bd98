"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.distributed.allreduce import pairs
from analysis.distributed.wild import real_rounds
from analysis.kit import facts
from analysis.kit.checks import Check


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_wire(), *_cost(), *_own(), *_wild()]


def _wire() -> list[Check]:
    return []


def _cost() -> list[Check]:
    return []


def _own() -> list[Check]:
    return []


def _wild() -> list[Check]:
    published, rounds = facts.load("distributed"), real_rounds()
    shares = {
        "INTELLECT-1, United States": ("intellect1-utilisation-usa", 0.5),
        "INTELLECT-1, three continents": ("intellect1-utilisation-global", 0.5),
        "INTELLECT-1, mean meeting": ("intellect1-utilisation-covenant", 0.05),
        "Covenant-72B": ("covenant-utilisation", 0.05),
        "SparseLoCo, 8B": ("sparseloco-utilisation", 0.05),
    }
    links = {"few": ("20", 0.5), "many": ("200000", 5e8)}
    return [
        *(
            Check(f"Utilisation, {run}, per cent", 100 * rounds.loc[run, "computed"], published[identity], half)
            for run, (identity, half) in shares.items()
        ),
        *(
            Check(
                f"Links among the {which} chips",
                pairs(published[f"economist-chips-{which}"].value),
                published[f"economist-links-{key}"],
                half,
            )
            for which, (key, half) in links.items()
        ),
    ]
