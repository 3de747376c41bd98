"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

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
    return []
