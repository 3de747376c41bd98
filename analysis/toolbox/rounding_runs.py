"""Our own networks with rounded weights: what each scheme adds to the loss, and how much noise it makes.

A run is named by scheme and seed; it rounds the three matrices of one network at every number of bits, leaves embedding
and biases as they are, and scores all on the same windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.deepseek.memory import bits_per_weight
from analysis.kit.errors import ProblemError
from analysis.scaling.corpus import standard_library
from analysis.toolbox.base import base_network, calibration, held_out_loss
from analysis.toolbox.compensated import gptq, hessian
from analysis.toolbox.formats import CODE_BITS, FORMATS
from analysis.toolbox.rounding import measured_snr, round_blocks

Array = NDArray[Any]
BITS = (2, 3, 4, 5, 6, 7, 8)
#: Bits of the scale of a block, for what is stored.
SCALE_BITS = 16
ONE_SCALE = "one scale"


@dataclass(frozen=True)
class Scheme:
    """How weights are rounded.

    Attributes
    ----------
    block : int, optional
        Inputs of a unit that share a scale; by default all.
    clip : bool
        Whether a scale may clip, so that the squared error of the weights is least.
    compensated : bool
        Whether later weights make up for earlier ones (GPTQ).
    """

    block: int | None = None
    clip: bool = False
    compensated: bool = False


#: By the names of the table; :data:`ONE_SCALE` and the formats of four bits come on top.
SCHEMES = {
    "unit": Scheme(),
    "unit, clipped": Scheme(clip=True),
    **{f"block {n}": Scheme(n) for n in (8, 16, 32, 64, 128)},
    "block 32, clipped": Scheme(32, clip=True),
    "GPTQ, unit": Scheme(compensated=True),
    "GPTQ, unit, clipped": Scheme(clip=True, compensated=True),
    "GPTQ, block 32": Scheme(32, compensated=True),
    "GPTQ, block 32, clipped": Scheme(32, clip=True, compensated=True),
}
NAMES = (ONE_SCALE, *SCHEMES, *FORMATS)


@dataclass(frozen=True)
class RoundingRun:
    """One scheme on one network.

    Parameters
    ----------
    scheme : str
        Of :data:`NAMES`.
    seed : int
        Of the network.
    """

    scheme: str
    seed: int

    def __post_init__(self) -> None:
        if self.scheme not in NAMES:
            raise ProblemError(f"There is no scheme {self.scheme!r}; choose one of {', '.join(NAMES)}.")

    @property
    def bits(self) -> tuple[int, ...]:
        """Numbers of bits that are tried: four for a format."""
        return (CODE_BITS,) if self.scheme in FORMATS else BITS


def rounded(scheme: str, weights: Array, bits: int, weighing: Array) -> Array:
    """Weights of a layer, shape (inputs, units), rounded by a scheme of :data:`NAMES`; `weighing` is their Hessian."""
    if scheme in FORMATS:
        return FORMATS[scheme].round(weights)
    if scheme == ONE_SCALE:
        return round_blocks(weights.reshape(-1, 1), bits).reshape(weights.shape)
    way = SCHEMES[scheme]
    if way.compensated:
        return gptq(weights, weighing, bits, way.block, way.clip)
    return round_blocks(weights, bits, way.block, way.clip)


def stored_bits(scheme: str, bits: int, shapes: list[tuple[int, ...]]) -> float:
    """Bits that a weight of layers of these shapes takes on average, with its share of the scales."""
    if scheme in FORMATS:
        return FORMATS[scheme].bits
    counts = [inputs * units for inputs, units in shapes]
    groups = counts if scheme == ONE_SCALE else [SCHEMES[scheme].block or inputs for inputs, _ in shapes]
    each = [bits_per_weight(bits, group, SCALE_BITS) for group in groups]
    return float(np.average(each, weights=counts))


def measured_rounding(run: RoundingRun) -> pd.DataFrame:
    """Round one network by one scheme at every number of bits, and score each on the held-out windows.

    Parameters
    ----------
    run : RoundingRun

    Returns
    -------
    DataFrame
        One row a number of bits: ``scheme``, ``seed``, ``bits`` (of a code), ``stored`` (bits a weight, scales
        included), ``as_trained`` and ``loss`` (of the network before and after, nats a symbol), ``snr_1``, ``snr_2``,
        ``snr_3`` (of the layers' weights, dB) and ``corpus`` (first digits of the text's SHA-256).
    """
    model, theta = base_network(run.seed)
    layers = [w.astype(float) for w in model.views(theta)[1::2]]
    seen = model.layer_inputs(theta, calibration()[0])
    weighing = [hessian(x) for x in seen]
    before, rows = held_out_loss(model, theta), []
    for bits in run.bits:
        changed = theta.copy()
        new = [rounded(run.scheme, w, bits, h) for w, h in zip(layers, weighing, strict=True)]
        for view, values in zip(model.views(changed)[1::2], new, strict=True):
            view[:] = values
        rows.append(
            {
                "scheme": run.scheme,
                "seed": run.seed,
                "bits": bits,
                "stored": stored_bits(run.scheme, bits, [w.shape for w in layers]),
                "as_trained": before,
                "loss": held_out_loss(model, changed),
                **{f"snr_{i}": measured_snr(w, q) for i, (w, q) in enumerate(zip(layers, new, strict=True), 1)},
                "corpus": standard_library().sha256[:12],
            }
        )
    return pd.DataFrame(rows)
