"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit.checks import Check


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    return []


def _weights() -> list[Check]:
    return []


def _looks() -> list[Check]:
    return []


def _borrow() -> list[Check]:
    return []


def _whole() -> list[Check]:
    return []


def _machines() -> list[Check]:
    return []
