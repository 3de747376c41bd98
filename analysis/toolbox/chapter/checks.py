"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.deepseek.memory import bits_per_weight
from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.prose import four_bit_gigabytes
from analysis.toolbox.chips import stack_bandwidth
from analysis.toolbox.formats import CODE_BITS, FORMATS, normal_quantiles
from analysis.toolbox.quantum import door

#: Half of the last printed digit of bits a weight; bits of a scale that is not quantised; last digit of single
#: precision, in which the values of NF4 were computed.
ROUNDED_BITS, FULL_SCALE, NF4_STEP = 0.0005, 32, 1e-6


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    published = facts.load("toolbox")
    left = FORMATS["NF4"].bits - CODE_BITS
    return [
        Check("Bits of a scale, doubly quantised, in a weight", left, published["qlora-double-left"], ROUNDED_BITS),
        Check(
            "Bits that quantising the scales saves in a weight",
            bits_per_weight(CODE_BITS, FORMATS["NF4"].block, FULL_SCALE) - FORMATS["NF4"].bits,
            published["qlora-double-saving"],
            ROUNDED_BITS,
        ),
        Check(
            "Gigabytes of Llama-2-7B in four bits with scales and zeros",
            four_bit_gigabytes(),
            published["torchao-int4-size"],
            0.01 * published["torchao-int4-size"].value,
        ),
        Check("Second of the values of NF4", normal_quantiles()[1], published["nf4-second-value"], NF4_STEP),
    ]


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
