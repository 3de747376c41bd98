r"""What a machine can run: whether it holds a model, and the most tokens a second that it can write.

To write a token, a machine reads every weight that the token uses and the cache of all tokens before it, and
multiplies. It can do neither faster than its memory and its arithmetic allow, so for B texts written side by side

.. math:: \text{tokens a second} \le \frac{B}{\max\left(\frac{W(B) + B\,C}{\text{bandwidth}},
    \frac{B\,F}{\text{peak}}\right)}

with W bytes of weights read, C bytes of cache a text and F FLOP a token: the roofline. A mixture of experts reads
more experts the more texts there are. The bounds are upper bounds; :func:`measured_rates` has the shares that programs
reach.

References
----------
Williams, Waterman and Patterson (2009), Roofline, Communications of the ACM 52(4), 65-76.
Pope et al. (2022), Efficiently scaling transformer inference, arXiv:2211.05102.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import FLOP_PER_MULTIPLY_ADD
from analysis.deepseek.layers import Span
from analysis.deepseek.parameters import MTP, count_parameters, matrices
from analysis.kit import checking, facts
from analysis.kit.errors import ProblemError

#: Bits a weight with its share of the scales: 32 weights of 4 bits share one of 16 in llama.cpp's Q4_0.
PRECISIONS = {"BF16": 16.0, "FP8": 8.0, "4-bit": 4.5}
CACHE_BITS = 16.0
#: Share of the memory left for weights and cache; the rest is the system's and the program's own.
USABLE = 0.9


@dataclass(frozen=True)
class Machine:
    """A machine that runs models.

    Parameters
    ----------
    name : str
    memory : float
        Bytes that hold weights and cache.
    bandwidth : float
        Bytes a second, read from that memory.
    peak : float
        FLOP a second in 16 bits, dense.
    price : float
        Dollars.
    power : float
        Watts at work.

    Raises
    ------
    ProblemError
        If one of them is not positive.
    """

    name: str
    memory: float
    bandwidth: float
    peak: float
    price: float
    power: float

    def __post_init__(self) -> None:
        for field in ("memory", "bandwidth", "peak", "price", "power"):
            checking.positive(getattr(self, field), f"{field} of {self.name}")


@dataclass(frozen=True)
class ServedModel:
    """What serving needs to know of a model.

    Parameters
    ----------
    name : str
    parameters : float
        All that are held.
    always : float
        Those that every token is multiplied by.
    routed : float
        Those of all routed experts; 0 for a dense model.
    chosen_share : float
        Share of the routed experts that a token uses; above 0, at most 1.
    kept : tuple of Span
        Numbers kept of the context.
    looks : tuple of Span
        Multiplications with addition for a new token with the context.
    prompt_looks : tuple of Span
        The same while a prompt is read.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> v3 = ServedModel.of(published_architecture("deepseek-v3"))
    >>> round(v3.parameters / 1e9)
    671
    """

    name: str
    parameters: float
    always: float
    routed: float = 0.0
    chosen_share: float = 1.0
    kept: tuple[Span, ...] = ()
    looks: tuple[Span, ...] = ()
    prompt_looks: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        parts = (self.always, self.routed, *(span.each for span in self.kept + self.looks + self.prompt_looks))
        checking.positive(self.parameters, f"parameters of {self.name}")
        checking.not_negative(parts, f"each part of {self.name}")
        checking.used_share(self.chosen_share, f"the share of the experts of {self.name}")

    @property
    def active(self) -> float:
        """Parameters that a token is multiplied by."""
        return self.always + self.chosen_share * self.routed

    @classmethod
    def of(cls, architecture: Architecture, name: str = "") -> ServedModel:
        """What serving needs of an architecture, under its name or another.

        A new token's latent attention multiplies the compressed cache itself.

        >>> model = ServedModel.of(published_architecture("deepseek-v3"))
        >>> print(f"{model.routed / model.parameters:.3f} in experts, {model.cache_bytes(1):,.0f} bytes a token")
        0.974 in experts, 70,272 bytes a token
        """
        count = count_parameters(architecture)
        multiplied = count.active if architecture.tie_word_embeddings else count.active_without_embedding
        experts = [m for m in matrices(architecture) if m.part != MTP and m.active_copies != m.copies]
        routed, used = sum(m.parameters for m in experts), sum(m.active for m in experts)
        return cls(
            name=name or architecture.name,
            parameters=count.total,
            always=multiplied - used,
            routed=routed,
            chosen_share=used / routed if routed else 1.0,
            kept=architecture.kept,
            looks=architecture.looks_writing,
            prompt_looks=architecture.looks,
        )

    def cache_bytes(self, context: ArrayLike) -> NDArray[Any]:
        """Bytes of the cache of one text, 16 bits a number."""
        return _over(self.kept, context) * CACHE_BITS / 8


def memory_needed(model: ServedModel, bits: ArrayLike, context: ArrayLike = 0, batch: ArrayLike = 1) -> NDArray[Any]:
    """Bytes of weights and cache.

    Parameters
    ----------
    model : ServedModel
    bits : array_like
        Bits a weight.
    context : array_like
        Tokens in the cache of each text, 16 bits a number.
    batch : array_like
        Texts written side by side.

    Examples
    --------
    >>> memory_needed(ServedModel("70B", 70e9, 70e9), [16, 8, 4.5]).round(-8).tolist()
    [140000000000.0, 70000000000.0, 39400000000.0]
    """
    bits, context, batch = _checked(bits, context, batch)
    return model.parameters * bits / 8 + batch * model.cache_bytes(context)


def holds(
    machine: Machine, model: ServedModel, bits: ArrayLike, context: ArrayLike = 0, batch: ArrayLike = 1
) -> NDArray[Any]:
    """Whether weights and cache fit into nine tenths of the machine's memory."""
    return memory_needed(model, bits, context, batch) <= USABLE * machine.memory


def experts_read(chosen_share: float, batch: ArrayLike) -> NDArray[Any]:
    r"""Share of the experts that at least one of `batch` tokens uses, chosen at random: :math:`1 - (1 - k/E)^B`.

    >>> experts_read(8 / 256, [1, 32, 256]).round(3).tolist()
    [0.031, 0.638, 1.0]
    """
    return 1 - (1 - chosen_share) ** np.asarray(batch, dtype=float)


def bytes_read(model: ServedModel, bits: ArrayLike, context: ArrayLike = 0, batch: ArrayLike = 1) -> NDArray[Any]:
    """Bytes that a step reads: the weights that any of the texts uses, and the caches of all."""
    bits, context, batch = _checked(bits, context, batch)
    weights = (model.always + model.routed * experts_read(model.chosen_share, batch)) * bits / 8
    return weights + batch * model.cache_bytes(context)


def flop_a_token(model: ServedModel, context: ArrayLike = 0) -> NDArray[Any]:
    """FLOP for a new token after `context` others: two for each active parameter, and attention."""
    return FLOP_PER_MULTIPLY_ADD * (model.active + _over(model.looks, context))


def decode_rate(
    machine: Machine, model: ServedModel, bits: ArrayLike, context: ArrayLike = 0, batch: ArrayLike = 1
) -> NDArray[Any]:
    """Upper bound of the tokens a second that a machine writes, over all texts; 0 if it cannot hold them.

    Parameters
    ----------
    machine : Machine
    model : ServedModel
    bits : array_like
        Bits a weight; the arithmetic is taken to be done in 16 bits.
    context, batch : array_like
        Tokens before the new one in each text, and texts written side by side.

    Examples
    --------
    An eight-billion-parameter model at 16 bits on memory of 1,008 GB/s:

    >>> card = Machine("card", 24e9, 1.008e12, 165e12, 1600, 450)
    >>> decode_rate(card, ServedModel("8B", 8e9, 8e9), [16, 4.5], batch=[[1], [8]]).round(0).tolist()
    [[63.0, 224.0], [504.0, 1792.0]]
    """
    bits, context, batch = _checked(bits, context, batch)
    reading = bytes_read(model, bits, context, batch) / machine.bandwidth
    multiplying = batch * flop_a_token(model, context) / machine.peak
    rate = batch / np.maximum(reading, multiplying)
    return np.where(holds(machine, model, bits, context, batch), rate, 0.0)


def prefill_rate(machine: Machine, model: ServedModel, context: ArrayLike = 0) -> NDArray[Any]:
    """Upper bound of the tokens of a prompt read a second: all at once, so the arithmetic binds.

    `context` is the length of the prompt; each token looks back on half of it on average.
    """
    looked = _over(model.prompt_looks, np.asarray(context, dtype=float) / 2)
    return machine.peak / (FLOP_PER_MULTIPLY_ADD * (model.active + looked))


def serving_table(
    models: list[ServedModel],
    machines: list[Machine],
    precisions: Mapping[str, float] = PRECISIONS,
    contexts: tuple[int, ...] = (4_096,),
    batch: int = 1,
) -> pd.DataFrame:
    """Every model at every precision and context on every machine.

    Parameters
    ----------
    models : list of ServedModel
    machines : list of Machine
    precisions : mapping of str to float
        Bits a weight by name.
    contexts : tuple of int
        Tokens before the new one.
    batch : int
        Texts side by side.

    Returns
    -------
    DataFrame
        Columns ``model``, ``machine``, ``precision``, ``context``, ``memory`` (bytes needed), ``fits``, ``rate`` (upper
        bound of the tokens a second over all texts, 0 where it does not fit), ``prefill`` (upper bound of the tokens of
        a prompt a second).

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> llama = ServedModel.of(published_architecture("llama-3.1-8b"))
    >>> table = serving_table([llama], [machines()["rtx4090"]])  # each token reads all weights from its 1,008 GB/s
    >>> table[["precision", "rate"]].round().values.tolist()
    [['BF16', 65.0], ['FP8', 125.0], ['4-bit', 212.0]]
    """
    lengths = np.array(contexts)
    parts = []
    for model in models:
        for machine in machines:
            for precision, bits in precisions.items():
                part = {
                    "model": model.name,
                    "machine": machine.name,
                    "precision": precision,
                    "context": lengths,
                    "memory": memory_needed(model, bits, lengths, batch),
                    "fits": holds(machine, model, bits, lengths, batch),
                    "rate": decode_rate(machine, model, bits, lengths, batch),
                    "prefill": prefill_rate(machine, model, lengths),
                }
                parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


#: Key in the table of facts, and what to call it.
MACHINES = {
    "phone": "Phone, 12 GB",
    "pc": "PC, 64 GB DDR5",
    "rtx4090": "RTX 4090, 24 GB",
    "rtx5090": "RTX 5090, 32 GB",
    "rtx3090x2": "Two used RTX 3090, 48 GB",
    "framework": "Framework Desktop, 128 GB",
    "m4max": "Mac Studio M4 Max, 128 GB",
    "m3ultra": "Mac Studio M3 Ultra, 512 GB",
    "epyc": "Server, 2 × EPYC, 768 GB",
    "h100x8": "8 × H100, 640 GB",
    "h200x8": "8 × H200, 1,128 GB",
}


def machines() -> dict[str, Machine]:
    """The machines of the chapter by their key, with the makers' figures; prices are those at release, or used.

    Returns
    -------
    dict of str to Machine

    Examples
    --------
    >>> card = machines()["rtx4090"]
    >>> print(f"{card.name}: {card.bandwidth / 1e9:,.0f} GB/s, {card.power:.0f} W, ${card.price:,.0f}")
    RTX 4090, 24 GB: 1,008 GB/s, 450 W, $1,599
    """
    return {key: published_machine(key) for key in MACHINES}


@cache
def published_machine(key: str) -> Machine:
    """One of :func:`machines`, of whose facts alone it reads.

    Raises
    ------
    ProblemError
        For an unknown key, with those that exist.
    """
    if key not in MACHINES:
        raise ProblemError(f"There is no machine {key!r}; choose from {', '.join(MACHINES)}.")
    table = facts.load("deepseek")
    fields = ("memory", "bandwidth", "peak", "price", "power")
    return Machine(MACHINES[key], **{field: table[f"home-{key}-{field}"].value for field in fields})


def latest_price(key: str) -> float:
    """Dollars of a machine by the last price that the facts hold: that of 2026 where there is one.

    >>> latest_price("framework") > machines()["framework"].price
    True
    """
    table = facts.load("deepseek")
    changed = f"home-{key}-price-2026"
    return table[changed].value if changed in table else table[f"home-{key}-price"].value


def able(model: ServedModel, bits: float, context: int, rate: float) -> list[str]:
    """Keys of the machines that hold a model and whose bound is at least `rate` tokens a second.

    >>> able(ServedModel.of(published_architecture("llama-3.1-405b")), 16.0, 4_096, 5.0)
    ['h200x8']
    """
    return [
        key
        for key, machine in machines().items()
        if bool(holds(machine, model, bits, context)) and float(decode_rate(machine, model, bits, context)) >= rate
    ]


#: Key in the table of facts, what was run on what, and the configuration of it.
MEASURED = {
    "m2ultra-7b-16bit": ("Llama 2 7B, 16 bits, on an M2 Ultra", "llama-2-7b"),
    "m2ultra-7b-8bit": ("Llama 2 7B, 8 bits, on an M2 Ultra", "llama-2-7b"),
    "m2ultra-7b-4bit": ("Llama 2 7B, 4 bits, on an M2 Ultra", "llama-2-7b"),
    "m3ultra-r1-4bit": ("DeepSeek-R1, 4 bits, on an M3 Ultra", "deepseek-r1"),
    "framework-70b-4bit": ("Llama 3.3 70B, 4 bits, on a Ryzen AI Max+ 395", "llama-3.1-70b"),
    "epyc-r1-8bit": ("DeepSeek-R1, 8 bits, on a CPU server", "deepseek-r1"),
}


def measured_rates() -> pd.DataFrame:
    """Published rates of one text at short context, beside the bound of the memory alone.

    Returns
    -------
    DataFrame
        Columns ``key``, ``case``, ``read`` (bytes a token), ``bound`` and ``measured`` (tokens a second), ``share`` of
        the bound, ``mark``.

    Examples
    --------
    >>> table = measured_rates().set_index("case")
    >>> table.loc["Llama 2 7B, 16 bits, on an M2 Ultra", ["bound", "measured", "share"]].round(2).tolist()
    [60.54, 41.35, 0.68]
    """
    table = facts.load("deepseek")
    rows = []
    for key, (case, name) in MEASURED.items():
        rate, size, bandwidth = (table[f"home-measured-{key}-{field}"] for field in ("rate", "size", "bandwidth"))
        model = ServedModel.of(published_architecture(name))
        read = size.value * model.active / model.parameters
        bound = bandwidth.value / read
        rows.append((key, case, read, bound, rate.value, rate.value / bound, rate.mark))
    return pd.DataFrame(rows, columns=["key", "case", "read", "bound", "measured", "share", "mark"])


def _over(spans: tuple[Span, ...], context: ArrayLike) -> NDArray[Any]:
    """The sum of spans over so many tokens."""
    tokens = np.asarray(context, dtype=float)
    return sum((span.each * np.minimum(tokens, span.reach) for span in spans), np.zeros_like(tokens))


def _checked(bits: ArrayLike, context: ArrayLike, batch: ArrayLike) -> tuple[NDArray[Any], ...]:
    texts = np.asarray(batch, dtype=float)
    return (
        checking.positive(bits, "a number of bits"),
        checking.not_negative(context, "a context"),
        checking.checked(texts, texts >= 1, "a batch", "1 or more"),
    )
