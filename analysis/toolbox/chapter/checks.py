"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chips import stack_bandwidth
from analysis.toolbox.quantum import door


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
    published = facts.load("toolbox")
    bits = door(published["quantum-door-qubits"].value, 1e-6 * published["quantum-door-gate"].value)
    return [
        *(
            Check(
                f"Bandwidth of a stack of {name.removeprefix('memory-').upper()}, GB/s",
                stack_bandwidth(pins, published[f"{name}-pin"].value),
                published[name],
                0.5,
            )
            for name, pins in inputs.MEMORIES.items()
        ),
        Check("What comes into a quantum computer, Gbit/s", bits / 1e9, published["quantum-door"], 0.05),
    ]
