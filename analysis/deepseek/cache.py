r"""What a language model keeps of each token it has read: the key-value cache.

In each of L layers multi-head and grouped-query attention keep the key and the value of each of G key/value heads,
:math:`G (d_k + d_v)` numbers. Latent attention keeps one compressed vector of :math:`r` numbers, from which all heads'
keys and values follow, and the :math:`d_R` numbers that carry the position: :math:`r + d_R`. A layer with a sliding
window keeps the last tokens only, and one of linear attention a state of the same size for every text, so that the
cache is a sum over the layers.

References
----------
DeepSeek-AI (2024), DeepSeek-V2, arXiv:2405.04434, Table 1; Zhao et al. (2025), arXiv:2505.09343, Table 1.
"""

from __future__ import annotations

from analysis.deepseek.architecture import Architecture, an_architecture
from analysis.kit.checking import not_negative, positive


def cached_values_per_token(architecture: Architecture) -> int:
    """Numbers kept of one token in all layers, without states that do not grow with the text.

    >>> from analysis.deepseek.config import published_architecture
    >>> cached_values_per_token(published_architecture("deepseek-v3"))  # 61 × (512 + 64)
    35136
    """
    return int(sum(span.each for span in an_architecture(architecture).kept if span.grows))


def kv_cache_bytes(
    architecture: Architecture, tokens: int = 1, bytes_per_value: float = 2, sequences: int = 1
) -> float:
    """Bytes of the key-value cache.

    Parameters
    ----------
    architecture : Architecture
        Where a layer has a sliding window, it forgets older tokens; a state is kept once, whatever the number of them.
    tokens : int
        Tokens of one sequence.
    bytes_per_value : float
        2 for BF16, 1 for FP8.
    sequences : int
        Sequences served at a time.

    Returns
    -------
    float

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> kv_cache_bytes(published_architecture("llama-3.1-405b")) / 1e3  # published: 516.096 KB a token
    516.096
    """
    not_negative((tokens, sequences), "a number of tokens or sequences")
    positive(bytes_per_value, "the bytes of a value (2 for BF16, 1 for FP8)")
    kept = sum(span.each * min(tokens, span.reach) for span in an_architecture(architecture).kept)
    return kept * sequences * bytes_per_value
