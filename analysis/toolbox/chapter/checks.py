"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.toolbox.sparsity import bits_per_weight


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    return []


def _weights() -> list[Check]:
    published = facts.load("toolbox")
    whole = published["deep-compression-alexnet-before"].value, published["deep-compression-vgg-before"].value
    left = published["deep-compression-alexnet-after"].value, published["deep-compression-vgg-after"].value
    return [
        *(
            Check(
                f"Sixteenths of a matrix of {bits} bits that two of four take, places included",
                16 * bits_per_weight(bits) / bits,
                published[f"twofour-stored-{bits}"],
                0.001,
            )
            for bits in (16, 8)
        ),
        *(
            Check(
                f"Times that Deep Compression makes {name} smaller, from the megabytes",
                before / after,
                published[f"deep-compression-{key}-times"],
                0.5,
            )
            for name, key, before, after in zip(("AlexNet", "VGG-16"), ("alexnet", "vgg"), whole, left, strict=True)
        ),
    ]


def _looks() -> list[Check]:
    return []


def _borrow() -> list[Check]:
    return []


def _whole() -> list[Check]:
    return []


def _machines() -> list[Check]:
    return []
