r"""What attention costs, and what looking at fewer tokens saves, counted from a configuration.

A token's forward pass multiplies it by the model's matrices and compares it with the tokens that it looks at. With
:math:`\ell` layers of h heads, keys of :math:`d_k` and values of :math:`d_v` numbers and c tokens looked at

.. math:: F(L) = 2 N + 2\, \ell\, h\, (d_k + d_v)\, c(L)

FLOP, N being the parameters that multiply. The methods differ in c. A token at place t of a sequence looks at

* *full*: all t tokens up to itself, on average (L + 1)/2 in a sequence of L;
* *window*: the last w;
* *nsa* (native sparse attention): t/16 summaries, 16 chosen blocks of 64, and the last 512;
* *dsa* (DeepSeek sparse attention): 2,048 tokens, which an indexer of 64 heads of 128 numbers chooses. It compares the
  token with all before it, so that this part stays quadratic, and has matrices of its own.

The window, the sizes of blocks and the indexer are the papers', whatever model they are put into. Latent attention is
counted with expanded keys and values, as in a forward pass. Softmax, the gates and the summing up of blocks are left
out, and so is that an indexer in eight bits costs half of its FLOP in time.

A step that writes one token for each of b texts reads the weights once and every text's cache: there the same methods
save bytes, and the balance is another one (:func:`decode_bytes`).

References
----------
Dao (2023), arXiv:2307.08691, §4.1 (convention); Yuan et al. (2025), arXiv:2502.11089, §4 and Table 4 (nsa); DeepSeek-AI
(2025), arXiv:2512.02556, §2.1, and ``inference/model.py`` of DeepSeek-V3.2-Exp (dsa).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.cache import cached_values_per_token
from analysis.deepseek.config import architecture_of
from analysis.deepseek.flop import FLOP_PER_MULTIPLY_ADD, flop_per_token
from analysis.deepseek.serving import ServedModel, experts_read
from analysis.kit.arguments import several, single
from analysis.kit.checking import Array, checked, fit_together, inside, plain, positive, real
from analysis.kit.errors import ProblemError

Model = Architecture | str | Path | Mapping[str, Any]

METHODS = ("full", "window", "nsa", "dsa")
#: Tokens of the window, as in Mistral 7B.
WINDOW = 4096
#: Native sparse attention: tokens a summary advances by, chosen blocks, tokens of a block, tokens of its window.
NSA_STRIDE, NSA_BLOCKS, NSA_BLOCK, NSA_WINDOW = 16, 16, 64, 512
#: DeepSeek sparse attention: heads of the indexer, numbers of each, tokens that it chooses.
INDEX_HEADS, INDEX_DIM, INDEX_TOP = 64, 128, 2048
#: Bytes that the indexer keeps of a token in a layer: a key in eight bits and its scale in 32.
INDEX_KEY_BYTES = INDEX_DIM + 4
#: Contexts beyond which nothing is looked for.
_LONGEST = 1e12


@dataclass(frozen=True)
class ForwardFlop:
    """FLOP of a token's forward pass, on average over its sequence: numbers, or arrays over contexts.

    Attributes
    ----------
    matrices : in the model's matrices
    attention : in comparing with, and adding up, the tokens that are looked at
    choosing : in the indexer that chooses them, its matrices included; 0 without one
    """

    matrices: Any
    attention: Any
    choosing: Any

    @property
    def total(self) -> Any:
        """All FLOP of the forward pass."""
        return self.matrices + self.attention + self.choosing

    @property
    def share(self) -> Any:
        """Share of the FLOP that attention takes, with the choosing."""
        return (self.attention + self.choosing) / self.total


@dataclass(frozen=True)
class DecodeBytes:
    """Bytes that are read to write one token for each text: numbers, or arrays over contexts.

    Attributes
    ----------
    weights : that at least one of the texts uses
    cache : of all texts, as far as it is looked at
    """

    weights: Any
    cache: Any

    @property
    def total(self) -> Any:
        """All bytes of the step."""
        return self.weights + self.cache

    @property
    def share(self) -> Any:
        """Share of the bytes that are cache."""
        return self.cache / self.total


def tokens_read(place: ArrayLike, method: str = "full", window: float = WINDOW) -> Any:
    """Tokens, or summaries of some, that the token at a place of its sequence looks at.

    Parameters
    ----------
    place : array_like
        Tokens up to and including itself, at least 1.
    method : {"full", "window", "nsa", "dsa"}
    window : float
        Tokens of the window, for that method.

    Returns
    -------
    float or array

    Examples
    --------
    >>> tokens_read([8192, 16384, 32768, 65536], "nsa").tolist()  # Table 4 of the paper
    [2048.0, 2560.0, 3584.0, 5632.0]
    """
    t = _tokens(place, "a place in a sequence")
    parts = _windows(method, window)
    read = sum(np.minimum(t, w) for w in parts) + (t / NSA_STRIDE if method == "nsa" else 0.0)
    return plain(read)


def mean_tokens_read(context: ArrayLike, method: str = "full", window: float = WINDOW) -> Any:
    """Tokens that a token of a sequence looks at, on average over the sequence.

    Parameters
    ----------
    context : array_like
        Tokens L of the sequence, at least 1.
    method, window
        As in :func:`tokens_read`.

    Returns
    -------
    float or array

    Examples
    --------
    >>> mean_tokens_read(7), mean_tokens_read(7, "window", window=3)
    (4.0, 2.5714285714285716)
    """
    L = _tokens(context, "a context")
    parts = _windows(method, window)
    return plain(sum(_mean_window(L, w) for w in parts) + ((L + 1) / 2 / NSA_STRIDE if method == "nsa" else 0.0))


def forward_flop(model: Model, context: ArrayLike, method: str = "full", window: float = WINDOW) -> ForwardFlop:
    """FLOP of a token's forward pass in a sequence of `context` tokens, each of which sees itself and those before.

    Parameters
    ----------
    model : Architecture, or a published name, a path to a config.json, or its fields
        A window of its own is left out: the method says what is looked at.
    context : array_like
        Tokens L of the sequence, at least 1.
    method : {"full", "window", "nsa", "dsa"}
    window : float
        Tokens of the window, for that method.

    Returns
    -------
    ForwardFlop

    Raises
    ------
    ProblemError
        For a configuration that cannot be counted, an unknown method, or a number below 1.

    Examples
    --------
    >>> flop = forward_flop("llama-3.1-8b", 131_072)
    >>> print(f"{flop.matrices / 1e9:.1f} GFLOP in matrices, {flop.share:.0%} in attention")
    15.0 GFLOP in matrices, 70% in attention
    """
    L, a = _tokens(context, "a context"), _without_window(model)
    choosing = np.zeros_like(L)
    if method == "dsa":
        comparing = a.num_hidden_layers * INDEX_HEADS * INDEX_DIM * mean_tokens_read(L)
        choosing = FLOP_PER_MULTIPLY_ADD * (comparing + index_parameters(a))
    return ForwardFlop(
        matrices=flop_per_token(a, attention="none").matrices,
        attention=plain(attention_flop(a) * real(mean_tokens_read(L, method, window), "tokens")),
        choosing=plain(choosing),
    )


def attention_flop(model: Model) -> float:
    """FLOP of a token, in all layers, with each token that it looks at: :math:`2 \\ell h (d_k + d_v)`.

    >>> attention_flop("llama-3.1-8b")
    524288.0
    """
    return flop_per_token(_without_window(model), 1, "full").attention


def index_parameters(model: Model) -> int:
    """Numbers in the matrices of the indexer in all layers: of its queries, its key, and the weights of its heads.

    Queries are made from the compressed query where latent attention has one.

    >>> index_parameters("deepseek-v3")
    851509248
    """
    a = architecture_of(model)
    queries = (a.q_lora_rank or a.hidden_size) * INDEX_HEADS * INDEX_DIM
    return a.num_hidden_layers * (queries + a.hidden_size * (INDEX_DIM + INDEX_HEADS))


def saving(model: Model, context: ArrayLike, method: str = "window", window: float = WINDOW) -> Any:
    """FLOP of a whole forward pass with full attention over those with the method; below 1 it costs more.

    Parameters are those of :func:`forward_flop`.

    Parameters
    ----------
    model : str, Path or Architecture
    context : float or array
        Tokens.
    method : {"full", "window", "nsa", "dsa"}
    window : float
        Tokens that a window holds.

    Returns
    -------
    float or array
        A factor.

    Examples
    --------
    >>> [round(saving("llama-3.1-8b", context), 2) for context in (4096, 32_768, 131_072)]
    [1.0, 1.39, 2.88]
    """
    return forward_flop(model, context).total / forward_flop(model, context, method, window).total


def savings(models: Iterable[Model], context: ArrayLike, methods: Iterable[str] = METHODS[1:]) -> pd.DataFrame:
    """The saving in FLOP of the whole forward pass, for several models, methods and contexts.

    Parameters
    ----------
    models : iterable
        Names or architectures.
    context : array_like
        Tokens.
    methods : iterable of str
        Such as ``"window"``.

    Returns
    -------
    DataFrame
        Columns ``model`` (its name), ``method``, ``context`` (tokens), ``saving`` (times).

    Examples
    --------
    >>> table = savings(["mistral-7b", "deepseek-v3"], [32_768], ["nsa"])
    >>> table["saving"].round(2).tolist()
    [1.47, 1.8]
    """
    contexts = np.atleast_1d(_tokens(context, "a context"))
    rows = [
        (architecture_of(model).name, method, float(length), saving(model, length, method))
        for model in several(models, "models")
        for method in several(methods, "methods")
        for length in contexts
    ]
    return pd.DataFrame(rows, columns=["model", "method", "context", "saving"])


def crossover(model: Model, method: str = "full", window: float = WINDOW, share: float = 0.5) -> float:
    r"""Context from which on attention takes a share of the FLOP: at one half, as much as the matrices.

    For full attention :math:`L = \frac{s}{1 - s} \frac{2 N}{\ell h (d_k + d_v)} - 1`.

    Parameters
    ----------
    model, method, window
        As in :func:`forward_flop`.
    share : float
        Above 0 and below 1.

    Returns
    -------
    float
        Tokens; infinite if attention stays below the share at every length.

    Examples
    --------
    >>> round(crossover("llama-3.1-8b")), crossover("llama-3.1-8b", "window")
    (57255, inf)
    """
    s = single(inside(share, "a share"), "a share")
    a = architecture_of(model)
    return _first(lambda context: forward_flop(a, context, method, window).share - s)


def pays_from(model: Model, factor: float, method: str = "window", window: float = WINDOW) -> float:
    """Context from which on a method saves a factor in the FLOP of the whole forward pass.

    Parameters
    ----------
    model, method, window
        As in :func:`forward_flop`; the method is not ``"full"``.
    factor : float
        Above 1.

    Returns
    -------
    float
        Tokens; infinite if it does at no length.

    Raises
    ------
    ProblemError
        For full attention, which saves nothing.

    Examples
    --------
    >>> round(pays_from("llama-3.1-8b", 2.0)), pays_from("llama-3.1-8b", 2.0, "dsa")
    (73181, inf)
    """
    times = positive(factor, "a factor")
    checked(times, times > 1, "a factor", "more than 1")
    wanted = single(times, "a factor")
    if method == "full":
        raise ProblemError("Full attention saves nothing over itself; choose window, nsa or dsa.")
    a = architecture_of(model)
    return _first(lambda context: saving(a, context, method, window) - wanted)


def decode_bytes(
    model: Model,
    context: ArrayLike,
    sequences: ArrayLike = 1,
    method: str = "full",
    window: float = WINDOW,
    bits: float = 16,
    cache_bytes: float = 2,
) -> DecodeBytes:
    """Bytes that are read to write one token in each of so many texts side by side.

    The more texts, the more experts of a mixture are read: each chooses its own, here as if at random.

    Parameters
    ----------
    model, method, window
        As in :func:`forward_flop`.
    context : array_like
        Tokens of each text up to and including the new one, at least 1.
    sequences : array_like
        Texts b, at least 1.
    bits : float
        Bits of a weight.
    cache_bytes : float
        Bytes of a number in the cache.

    Returns
    -------
    DecodeBytes

    Examples
    --------
    >>> read = decode_bytes("llama-3.1-8b", 114_516)
    >>> print(f"{read.weights / 1e9:.2f} GB of weights, {read.cache / 1e9:.2f} GB of cache")
    15.01 GB of weights, 15.01 GB of cache
    """
    a = _without_window(model)
    t, b = _tokens(context, "a context"), _tokens(sequences, "a number of texts")
    fit_together(t, b)
    bits = single(positive(bits, "the bits of a weight"), "the bits of a weight")
    cache_bytes = single(positive(cache_bytes, "the bytes of a cached number"), "the bytes of a cached number")
    served, index = ServedModel.of(a), index_parameters(a) if method == "dsa" else 0
    weights = served.always + index + served.routed * experts_read(served.chosen_share, b)
    of_a_text = cached_values_per_token(a) * cache_bytes * real(tokens_read(t, method, window), "tokens")
    if method == "dsa":
        of_a_text = of_a_text + a.num_hidden_layers * INDEX_KEY_BYTES * t
    return DecodeBytes(weights=plain(real(weights * bits / 8, "bytes")), cache=plain(b * of_a_text))


def decode_crossover(
    model: Model,
    sequences: float = 1,
    method: str = "full",
    window: float = WINDOW,
    bits: float = 16,
    cache_bytes: float = 2,
) -> float:
    """Context from which on writing reads as many bytes of cache as of weights; infinite if it does at no length.

    Parameters are those of :func:`decode_bytes`.

    Parameters
    ----------
    model : str, Path or Architecture
    sequences : float
        Written side by side.
    method : {"full", "window", "nsa", "dsa"}
    window : float
        Tokens that a window holds.
    bits : float
        Of a weight.
    cache_bytes : float
        Of a cached value.

    Returns
    -------
    float
        Tokens.

    Examples
    --------
    >>> round(decode_crossover("llama-3.1-8b", sequences=32))
    3579
    """
    a = architecture_of(model)
    return _first(lambda t: decode_bytes(a, t, sequences, method, window, bits, cache_bytes).share - 0.5)


def _without_window(model: Model) -> Architecture:
    return architecture_of(model).without_windows()


def _tokens(value: ArrayLike, name: str) -> Array:
    array = positive(value, name)
    return checked(array, array >= 1, name, "at least 1")


def _windows(method: str, window: float) -> tuple[float, ...]:
    """The parts of what a method looks at that end at some number of tokens."""
    parts: dict[str, tuple[float, ...]] = {
        "full": (math.inf,),
        "window": (single(_tokens(window, "a window"), "a window"),),
        "nsa": (NSA_BLOCKS * NSA_BLOCK, NSA_WINDOW),
        "dsa": (INDEX_TOP,),
    }
    if method not in parts:
        raise ProblemError(f"A method is one of {', '.join(METHODS)}, not {method!r}; choose one.")
    return parts[method]


def _mean_window(context: Array, window: float) -> Array:
    """Mean of min(t, w) over the places t = 1 … L: (L + 1)/2 up to w, and w - w(w - 1)/(2L) beyond."""
    if math.isinf(window):
        return (context + 1) / 2
    return np.where(context <= window, (context + 1) / 2, window - window * (window - 1) / (2 * context))


def _first(excess: Any) -> float:
    """Context at which a rising function of it turns positive: 1 if it is at once, infinite if it does not."""
    if excess(1.0) >= 0:
        return 1.0
    if excess(_LONGEST) < 0:
        return math.inf
    found = optimize.brentq(lambda log: excess(math.exp(log)), 0.0, math.log(_LONGEST), xtol=1e-13, rtol=1e-14)
    return math.exp(float(found))
