"""Memory that a model needs to run: its weights in a precision, and its cache.

References
----------
DeepSeek-AI, README_WEIGHTS.md of DeepSeek-V3 (FP8 in blocks of 128 × 128 with a 32-bit scale each).
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.parameters import count_parameters
from analysis.kit.checking import not_negative, positive


@dataclass(frozen=True)
class Memory:
    """Bytes of a running model.

    Attributes
    ----------
    weights : of all parameters
    cache : of keys and values
    active_weights : of the parameters that one token uses, which writing a token must read
    """

    weights: float
    cache: float
    active_weights: float

    @property
    def total(self) -> float:
        """Weights and cache."""
        return self.weights + self.cache

    @property
    def read_per_token(self) -> float:
        """What writing one token reads, for a single sequence: the active weights and the whole cache."""
        return self.active_weights + self.cache


def bits_per_weight(bits: float, group: int = 0, scale_bits: float = 16) -> float:
    """Bits of a weight with its share of a scale that `group` weights have in common.

    >>> bits_per_weight(4, group=32)  # 4-bit weights, a 16-bit scale for every 32
    4.5
    """
    positive(bits, "a number of bits")
    not_negative((group, scale_bits), "a group and its scale")
    return bits + (scale_bits / group if group else 0.0)


def weight_bytes(architecture: Architecture, bits: float = 16, mtp: bool = False) -> float:
    """Bytes of a model's weights.

    Parameters
    ----------
    architecture : Architecture
    bits : float
        Bits of a weight: 16 for BF16, 8 for FP8, or what :func:`bits_per_weight` gives.
    mtp : bool
        Whether to count the multi-token prediction modules.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> round(weight_bytes(published_architecture("deepseek-v3"), 8) / 1e9)  # gigabytes
    671
    """
    count = count_parameters(architecture)
    return (count.total + mtp * count.mtp) * _bytes(bits)


def memory(
    architecture: Architecture,
    bits: float = 16,
    tokens: int = 0,
    bytes_per_cached_value: float = 2,
    sequences: int = 1,
) -> Memory:
    """Memory of a model that serves `sequences` sequences of `tokens` tokens.

    Parameters are those of :func:`weight_bytes` and :func:`analysis.deepseek.cache.kv_cache_bytes`. Working memory for
    activations is left out; serving one sequence needs a few hundred megabytes.

    Parameters
    ----------
    architecture : Architecture
    bits : float
        Of a weight.
    tokens : int
        Of each sequence.
    bytes_per_cached_value : float
    sequences : int
        Served at once.

    Returns
    -------
    Memory
        Bytes of weights and of cache.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> llama = memory(published_architecture("llama-3.1-70b"), bits=4, tokens=8192)
    >>> print(f"{llama.weights / 1e9:.1f} GB of weights, {llama.cache / 1e9:.1f} GB of cache")
    35.3 GB of weights, 2.7 GB of cache
    """
    # a token reads one row of the embedding, so that only what multiplies is read in full
    return Memory(
        weights=weight_bytes(architecture, bits),
        cache=kv_cache_bytes(architecture, tokens, bytes_per_cached_value, sequences),
        active_weights=_read(architecture) * _bytes(bits),
    )


def _read(architecture: Architecture) -> int:
    count = count_parameters(architecture)
    return count.active if architecture.tie_word_embeddings else count.active_without_embedding


def _bytes(bits: float) -> float:
    return bits_per_weight(bits) / 8
