r"""Floating-point operations that a token costs.

Multiplying a token's vector by an n × m matrix takes n m multiplications with addition, 2 n m FLOP. Attention, beside
its matrices, compares a query with the keys of the tokens it sees and adds up their values: with H heads, keys of
:math:`d_k` and values of :math:`d_v` numbers and c tokens seen, 2 H (d_k + d_v) c FLOP in each layer. The backward pass
takes twice the forward pass, so that training costs

.. math:: 6 N_{mult} + 6 L H (d_k + d_v) c

a token, with :math:`N_{mult}` the active parameters that multiply (the input embedding is looked up, norms and biases
only add). In a sequence of s tokens the mean of c is s if all see all ("full", how many papers count) and (s + 1)/2 if
a token sees itself and those before it ("causal", what happens). Layers that see fewer, through a window or the choice
of an indexer, are counted with what they see; a state, as of linear attention, takes the same for every token. Softmax,
norms, activations and recomputation are left out.

References
----------
Kaplan et al. (2020), arXiv:2001.08361, §2.1; Chowdhery et al. (2022), arXiv:2204.02311, appendix B (attention-inclusive
utilisation); Zhao et al. (2025), arXiv:2505.09343, Table 2 (training FLOP a token).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal

import pandas as pd

from analysis.deepseek.architecture import Architecture, an_architecture
from analysis.deepseek.layers import Span
from analysis.deepseek.parameters import MTP, matrices
from analysis.kit.errors import ProblemError

Attention = Literal["causal", "full", "none"]

#: What may count as the arithmetic of a token, in words.
DEFINITIONS: dict[str, Attention] = {
    "matrices only (6 N)": "none",
    "with attention, causal": "causal",
    "with attention, not causal": "full",
}
FLOP_PER_MULTIPLY_ADD = 2
#: Forward and backward pass together, in forward passes.
PASSES_OF_TRAINING = 3


@dataclass(frozen=True)
class TokenFlop:
    """FLOP of one token's forward pass, and what follows from it.

    Attributes
    ----------
    matrices : in the parameters' matrices
    attention : in comparing queries with keys and adding up values
    """

    matrices: float
    attention: float

    @property
    def forward(self) -> float:
        """FLOP of the forward pass."""
        return self.matrices + self.attention

    @property
    def training(self) -> float:
        """FLOP of the forward and the backward pass."""
        return PASSES_OF_TRAINING * self.forward


def flop_per_token(
    architecture: Architecture, context: int = 0, attention: Attention = "causal", mtp: bool = False
) -> TokenFlop:
    """FLOP of a token in a sequence, on average over the sequence.

    Parameters
    ----------
    architecture : Architecture
    context : int
        Tokens s of the sequence; needed unless `attention` is ``"none"``.
    attention : {"causal", "full", "none"}
        Whether a token sees those before it, all, or attention is left out (the 6 N of scaling laws).
    mtp : bool
        Whether to count the multi-token prediction modules, which training passes through too.

    Returns
    -------
    TokenFlop

    Raises
    ------
    ProblemError
        For an unknown kind of attention or a sequence of less than a token.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> v3 = published_architecture("deepseek-v3")
    >>> print(f"{flop_per_token(v3, 4096).training / 1e9:.0f} GFLOP")  # published: 250
    250 GFLOP
    """
    counted = [m for m in matrices(architecture) if mtp or m.part != MTP]
    looks = [(1, span) for span in architecture.looks]
    if mtp and architecture.module and architecture.module.mixer:
        looks += [(architecture.num_nextn_predict_layers, span) for span in architecture.module.mixer.looks]
    return TokenFlop(
        matrices=FLOP_PER_MULTIPLY_ADD * sum(m.multiply_adds for m in counted),
        attention=FLOP_PER_MULTIPLY_ADD * sum(n * s.each * _tokens_seen(s, context, attention) for n, s in looks),
    )


def training_flop_by_definition(architectures: Mapping[str, Architecture], context: int) -> pd.DataFrame:
    """Training FLOP of a token of models, by each of :data:`DEFINITIONS`.

    Parameters
    ----------
    architectures : mapping of str to Architecture
        By the name to print.
    context : int
        Tokens of the sequence.

    Returns
    -------
    DataFrame
        Columns ``model``, ``counted`` (the definition in words) and ``flop``.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> table = training_flop_by_definition({"V3": published_architecture("deepseek-v3")}, 4096)
    >>> [round(flop / 1e9) for flop in table["flop"]]
    [220, 250, 281]
    """
    rows = [
        (name, words, flop_per_token(architecture, context, attention).training)
        for name, architecture in architectures.items()
        for words, attention in DEFINITIONS.items()
    ]
    return pd.DataFrame(rows, columns=["model", "counted", "flop"])


def half_causal_flop(architecture: Architecture, context: int) -> float:
    """Training FLOP of a token with half of causal attention, midway between leaving it out and counting it.

    No definition, but the only count that meets the figure published for Llama-405B.

    >>> from analysis.deepseek.config import published_architecture
    >>> print(f"{half_causal_flop(published_architecture('llama-3.1-405b'), 4096) / 1e9:,.0f} GFLOP")
    2,448 GFLOP
    """
    without, causal = (flop_per_token(architecture, context, kind).training for kind in ("none", "causal"))
    return (without + causal) / 2


def layers_that_meet(architecture: Architecture, context: int, flop: float, most: int = 200) -> int:
    """Layers (at most `most`) with which :func:`half_causal_flop` of a dense model comes nearest to `flop`.

    >>> from analysis.deepseek.config import published_architecture
    >>> llama = published_architecture("llama-3.1-405b")
    >>> layers_that_meet(llama, 4096, half_causal_flop(llama, 4096)) == llama.num_hidden_layers
    True
    """
    counted = (architecture.with_layers(layers) for layers in range(1, most + 1))
    return min(counted, key=lambda model: abs(half_causal_flop(model, context) - flop)).num_hidden_layers


def generation_flop(architecture: Architecture, cached_tokens: int) -> TokenFlop:
    """FLOP of writing one token after `cached_tokens` others, keys and values expanded.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> print(f"{generation_flop(published_architecture('llama-3.1-70b'), 8191).forward / 1e9:.0f} GFLOP")
    160 GFLOP
    """
    if not isinstance(cached_tokens, Real) or not 0 <= cached_tokens < math.inf:
        raise ProblemError(f"There cannot be {cached_tokens} tokens before; give 0 or more.")
    looked = float(sum(span.each * span.seen(cached_tokens + 1) for span in an_architecture(architecture).looks))
    return replace(flop_per_token(architecture, attention="none"), attention=FLOP_PER_MULTIPLY_ADD * looked)


def _tokens_seen(span: Span, context: int, attention: Attention) -> float:
    """Mean number of tokens that a token of the sequence sees."""
    if attention == "none":
        return 0.0
    if attention not in ("causal", "full"):
        raise ProblemError(f"Attention is counted as causal, full or none, not {attention!r}; choose one.")
    if not isinstance(context, Real) or not 1 <= context < math.inf:
        raise ProblemError(f"A context of {context} tokens has no attention to count; give 1 or more, or 'none'.")
    return float(min(context, span.reach)) if attention == "full" else span.mean_seen(context)
