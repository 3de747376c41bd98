r"""Adapters: a change of low rank beside frozen weights, and the memory that fine-tuning takes.

Low-rank adaptation (LoRA) leaves a matrix W of n inputs and m outputs as it is and learns two thin ones beside it,

.. math:: W' = W + \frac{\alpha}{r} B A, \qquad A\ (r \times n),\; B\ (m \times r),

:math:`r (n + m)` numbers instead of n m. After training the product can be added to W: the model is as fast as before.

Fine-tuning keeps in memory the weights, a gradient for each weight that is trained, what Adam remembers of it, and what
the backward pass needs of the forward pass. Weights and gradients have 16 bits, Adam's two moments and a master copy
32 each: 16 bytes a trained weight, or 12 without the master copy, as some count. LoRA trains the adapters alone. QLoRA
also keeps the frozen matrices in four bits: values of NF4 with a scale for 64 of them, in eight bits, and one of 32
bits for 256 scales; the tables of tokens and the norms stay in 16 bits.

What the backward pass needs depends on the program. Assumed here, for each sequence: every layer's input in 16 bits,
from which the layer is computed again; one layer's inner values, 34 bytes a token and number of its width; the
predictions in 32 bits.

LoRA saves little arithmetic. Of the 6 FLOP a weight and token (2 forward, 2 for the gradient of the inputs, 2 for that
of the weights) only the last 2 go.

References
----------
Hu et al. (2021), arXiv:2106.09685; Dettmers et al. (2023), arXiv:2305.14314, §3 (QLoRA); Rajbhandari et al. (2020),
arXiv:1910.02054, §3 (16 bytes); Korthikanti et al. (2022), arXiv:2205.05198, §4 (34 bytes, without the scores).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike, NDArray

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.config import architecture_of
from analysis.deepseek.flop import FLOP_PER_MULTIPLY_ADD, PASSES_OF_TRAINING, flop_per_token
from analysis.deepseek.parameters import Matrix, count_parameters, matrices
from analysis.kit.arguments import count
from analysis.kit.checking import finite
from analysis.kit.errors import ProblemError
from analysis.toolbox.formats import FORMATS

Model = Architecture | str | Path | Mapping[str, Any]

METHODS = ("full", "lora", "qlora")
#: Parts of a model whose matrices can have an adapter.
ADAPTED = ("attention", "dense feed-forward", "routed experts", "shared experts")
#: Bytes of a 16-bit and of a 32-bit number.
HALF, SINGLE = 2, 4
#: Bytes of a layer's inner values, for each token and each number of its width.
INNER = 34
#: Bits of a weight in QLoRA, with both roundings of its scales.
NF4_BITS = FORMATS["NF4"].bits


@dataclass(frozen=True)
class FineTuningMemory:
    """Bytes on the card while a model is fine-tuned.

    Attributes
    ----------
    trained : parameters that are trained, a number and not bytes
    weights : of the model
    adapters : of the adapters' weights; 0 without them
    gradients : of what is trained
    master : copy of what is trained in 32 bits; 0 where none is kept
    moments : Adam's two, in 32 bits
    activations : assumed, what the backward pass needs of the forward pass
    """

    trained: int
    weights: float
    adapters: float
    gradients: float
    master: float
    moments: float
    activations: float

    @property
    def parts(self) -> dict[str, float]:
        """Bytes by part."""
        names = ("weights", "adapters", "gradients", "master", "moments", "activations")
        return {name: getattr(self, name) for name in names}

    @property
    def total(self) -> float:
        """All bytes."""
        return sum(self.parts.values())


def adapted_matrices(model: Model, on: str | Sequence[str] = "all") -> list[Matrix]:
    """The matrices that get an adapter.

    Parameters
    ----------
    model : Architecture, or a published name, a path to a config.json, or its fields
    on : "all" or sequence of str
        All linear maps of the layers (not the tables of tokens, the output head or the router), or names of some as
        checkpoints call them, such as ``("q_proj", "v_proj")``.

    Raises
    ------
    ProblemError
        For a name that the model does not have.

    Examples
    --------
    >>> [m.name for m in adapted_matrices("mistral-7b")]
    ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj']
    """
    linear = [m for m in matrices(architecture_of(model)) if m.part in ADAPTED and len(m.shape) > 1]
    if isinstance(on, str) and on == "all":
        return linear
    known = [m.name for m in linear]
    names = [on] if isinstance(on, str) else list(on) if isinstance(on, Sequence) else [on]
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        told = f"{wrong[0]!r} is none" if wrong else "there are none"
        raise ProblemError(f"Adapters go on 'all' or on some of {', '.join(known)}; {told} of them.")
    return [m for m in linear if m.name in names]


def lora_parameters(model: Model, rank: int, on: str | Sequence[str] = "all") -> int:
    """Numbers of the adapters: r (n + m) for each adapted matrix.

    Parameters
    ----------
    model, on
        As in :func:`adapted_matrices`.
    rank : int
        r, at least 1.

    Returns
    -------
    int

    Examples
    --------
    >>> lora_parameters("llama-2-70b", 16)
    207093760
    >>> lora_parameters("gpt-3-175b", 1, on=("q_proj", "v_proj"))  # published: 4.7M
    4718592
    """
    r = count(rank, "a rank")
    return r * sum(sum(m.shape) * m.copies for m in adapted_matrices(model, on))


def merged(weight: ArrayLike, down: ArrayLike, up: ArrayLike, alpha: float | None = None) -> NDArray[Any]:
    """The matrix with its adapter added: W + (alpha / r) B A.

    Parameters
    ----------
    weight : array_like, shape (m, n)
    down : array_like, shape (r, n)
        A.
    up : array_like, shape (m, r)
        B.
    alpha : float, optional
        Strength; default r, which makes the factor 1.

    Examples
    --------
    >>> merged([[1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0]], [[0.0], [3.0]]).tolist()
    [[1.0, 0.0], [3.0, 7.0]]
    """
    w, a, b, factor = _adapter(weight, down, up, alpha)
    return w + factor * b @ a


def adapted(
    inputs: ArrayLike, weight: ArrayLike, down: ArrayLike, up: ArrayLike, alpha: float | None = None
) -> NDArray[Any]:
    """What the matrix with its adapter beside it makes of inputs: x W' computed as x W and x A B apart.

    Parameters are those of :func:`merged`; `inputs` has shape (..., n), the result (..., m).

    Examples
    --------
    >>> adapted([[1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0]], [[0.0], [3.0]]).tolist()
    [[1.0, 10.0]]
    """
    w, a, b, factor = _adapter(weight, down, up, alpha)
    x = finite(inputs, "the inputs")
    if not x.ndim or x.shape[-1] != w.shape[1]:
        raise ProblemError(f"Inputs of shape {x.shape} do not fit a matrix of {w.shape[1]} inputs; correct one.")
    return x @ w.T + factor * (x @ a.T) @ b.T


def fine_tuning_memory(
    config: Model,
    method: str = "qlora",
    rank: int = 16,
    sequence: int = 2048,
    sequences: int = 1,
    on: str | Sequence[str] = "all",
    master: bool = True,
) -> FineTuningMemory:
    """Bytes on the card while a model is fine-tuned.

    Parameters
    ----------
    config : Architecture, or a published name, a path to a config.json, or its fields
    method : {"full", "lora", "qlora"}
    rank, on
        Of the adapters, as in :func:`lora_parameters`; of no effect with ``"full"``.
    sequence : int
        Tokens of a sequence.
    sequences : int
        Sequences of one forward and backward pass.
    master : bool
        Whether a copy of what is trained is kept in 32 bits.

    Returns
    -------
    FineTuningMemory

    Raises
    ------
    ProblemError
        For a configuration that cannot be counted, an unknown method, or a number that is no count.

    Examples
    --------
    >>> for method in ("full", "lora", "qlora"):
    ...     print(f"{method}: {fine_tuning_memory('llama-2-7b', method).total / 1e9:.1f} GB")
    full: 108.9 GB
    lora: 15.2 GB
    qlora: 5.6 GB
    """
    if method not in METHODS:
        raise ProblemError(f"A method is one of {', '.join(METHODS)}, not {method!r}; choose one.")
    a = architecture_of(config)
    whole = count_parameters(a).total
    added = 0 if method == "full" else lora_parameters(a, rank, on)
    trained = added or whole
    packed = sum(m.parameters for m in adapted_matrices(a)) if method == "qlora" else 0
    return FineTuningMemory(
        trained=trained,
        weights=packed * NF4_BITS / 8 + (whole - packed) * HALF,
        adapters=added * HALF,
        gradients=trained * HALF,
        master=trained * SINGLE if master else 0,
        moments=2 * trained * SINGLE,
        activations=count(sequences, "a number of sequences") * activation_bytes(a, sequence),
    )


def activation_bytes(config: Model, sequence: int) -> float:
    """Assumed bytes that the backward pass needs of one sequence, where each layer is computed again.

    Parameters
    ----------
    config : Architecture, or a published name, a path to a config.json, or its fields
    sequence : int
        Tokens.

    Examples
    --------
    >>> print(f"{activation_bytes('llama-2-7b', 2048) / 1e9:.1f} GB")
    1.1 GB
    """
    a = architecture_of(config)
    of_a_token = a.num_hidden_layers * a.hidden_size * HALF + a.vocab_size * SINGLE + INNER * a.hidden_size
    return count(sequence, "a sequence's number of tokens") * of_a_token


def fine_tuning_flop(
    config: Model, method: str = "lora", rank: int = 16, sequence: int = 2048, on: str | Sequence[str] = "all"
) -> float:
    """FLOP of a token in fine-tuning, forward and backward, without computing anything again.

    Parameters are those of :func:`fine_tuning_memory`. What QLoRA spends on unpacking its weights is left out.

    Parameters
    ----------
    config : str, Path or Architecture
        The model, as for :func:`fine_tuning_memory`.
    method : {"full", "lora", "qlora"}
    rank : int
        Of the adapters.
    sequence : int
        Tokens of a text.
    on : str or sequence of str
        The matrices that have adapters.

    Returns
    -------
    float
        FLOP a token.

    Raises
    ------
    ProblemError
        For another method.

    Examples
    --------
    >>> full, lora = (fine_tuning_flop("llama-2-7b", method) for method in ("full", "lora"))
    >>> print(f"{full / lora:.2f} times")
    1.46 times
    """
    if method not in METHODS:
        raise ProblemError(f"A method is one of {', '.join(METHODS)}, not {method!r}; choose one.")
    a = architecture_of(config)
    flop = flop_per_token(a, count(sequence, "a sequence's number of tokens"))
    if method == "full":
        return flop.training
    r = count(rank, "a rank")
    added = FLOP_PER_MULTIPLY_ADD * r * sum(sum(m.shape) * m.multiplied for m in adapted_matrices(a, on))
    return (PASSES_OF_TRAINING - 1) * flop.matrices + PASSES_OF_TRAINING * (flop.attention + added)


def _adapter(weight: ArrayLike, down: ArrayLike, up: ArrayLike, alpha: float | None) -> tuple[Any, Any, Any, float]:
    w, a, b = (finite(matrix, "a matrix") for matrix in (weight, down, up))
    if not (w.ndim == a.ndim == b.ndim == 2 and b.shape[1] == a.shape[0] > 0 and w.shape == (b.shape[0], a.shape[1])):
        raise ProblemError(
            f"Matrices of shapes {w.shape}, {a.shape} and {b.shape} do not fit as (m, n), (r, n) and (m, r);"
            " correct them."
        )
    return w, a, b, 1.0 if alpha is None else float(finite(alpha, "alpha")) / a.shape[0]
