"""Counting a transformer's parameters, matrix by matrix.

A token passes through every matrix of a dense model, and in a mixture of experts through the chosen ones: *active* are
the parameters that one token uses. Biases and normalisations are counted too, though they are less than a thousandth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.deepseek.architecture import Architecture

#: The part of the table that only training for multi-token prediction, or speculative decoding, needs.
MTP = "multi-token prediction"
#: What a token meets, and the parts of the table that it sums; of the routed experts those that are chosen.
USES = {
    "embeddings": ("embedding", "output head"),
    "attention": ("attention", "norms", "router"),
    "feed-forward": ("dense feed-forward",),
    "experts at work": ("routed experts", "shared experts"),
}
IDLE = "idle experts"


@dataclass(frozen=True)
class Matrix:
    """A matrix (or vector) of the model and how often it occurs.

    Attributes
    ----------
    name : what Hugging Face checkpoints call it
    part : where it belongs
    shape : its sides
    copies : how many there are
    active_copies : how many of them a token uses
    multiplied : times that a token is multiplied by a matrix of this shape; 0 for vectors and for what is looked up
    """

    name: str
    part: str
    shape: tuple[int, ...]
    copies: int
    active_copies: int
    multiplied: int

    @property
    def parameters(self) -> int:
        """Numbers in all copies."""
        return math.prod(self.shape) * self.copies

    @property
    def active(self) -> int:
        """Numbers in the copies that a token uses."""
        return math.prod(self.shape) * self.active_copies

    @property
    def multiply_adds(self) -> int:
        """Multiplications with addition for one token."""
        return math.prod(self.shape) * self.multiplied


@dataclass(frozen=True)
class ParameterCount:
    """Parameters of a model.

    Attributes
    ----------
    total : all of the main model, with embedding and output head
    active : those that one token uses, with the whole embedding and the output head
    embedding : of the input embedding (and of learned positions)
    head : of the output head; 0 if it is tied to the embedding
    mtp : further ones of the multi-token prediction modules
    mtp_active : those of ``mtp`` that one token uses
    mtp_copies : copies of embedding and head that a checkpoint stores again with each module
    """

    total: int
    active: int
    embedding: int
    head: int
    mtp: int
    mtp_active: int
    mtp_copies: int

    @property
    def active_without_embedding(self) -> int:
        """Active ones without the input embedding, of which a token reads one row and multiplies nothing."""
        return self.active - self.embedding

    @property
    def total_without_embeddings(self) -> int:
        """All but embedding and head, which the Qwen and Kaplan papers call non-embedding parameters."""
        return self.total - self.embedding - self.head

    @property
    def stored(self) -> int:
        """Numbers in a checkpoint: the main model, the modules, and the copies kept with them."""
        return self.total + self.mtp + self.mtp_copies


def matrices(architecture: Architecture) -> list[Matrix]:
    """Every matrix and vector of a model, those of multi-token prediction modules last."""
    return list(_matrices(architecture))


def parameter_table(architecture: Architecture) -> pd.DataFrame:
    """Every matrix of a model with its parameters.

    Returns
    -------
    DataFrame
        Columns ``name``, ``part``, ``shape`` (such as ``7168 × 1536``), ``copies``, ``parameters`` (in all copies),
        ``active`` (that one token uses) and ``multiply_adds`` (for one token). The rows whose ``part`` is
        ``multi-token prediction`` are not part of the main model.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> table = parameter_table(published_architecture("mistral-7b"))
    >>> int(table["parameters"].sum())
    7241732096
    """
    rows = [
        (m.name, m.part, " × ".join(map(str, m.shape)), m.copies, m.parameters, m.active, m.multiply_adds)
        for m in _matrices(architecture)
    ]
    return pd.DataFrame(rows, columns=["name", "part", "shape", "copies", "parameters", "active", "multiply_adds"])


def parameters_by_use(architectures: Mapping[str, Architecture]) -> pd.DataFrame:
    """Where the parameters of models sit: what a token meets, and the experts that it does not.

    Parameters
    ----------
    architectures : mapping of str to Architecture
        By the name to print.

    Returns
    -------
    DataFrame
        Columns ``model``, ``part`` (of :data:`USES`, or :data:`IDLE`) and ``parameters``, without empty parts. The
        parts of a model add up to its total.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> table = parameters_by_use({"Mixtral": published_architecture("mixtral-8x7b")}).set_index("part")["parameters"]
    >>> print(f"{table['experts at work'] / 1e9:.1f} of {(table['experts at work'] + table[IDLE]) / 1e9:.1f} billion")
    11.3 of 45.1 billion
    """
    rows = []
    for name, architecture in architectures.items():
        sums = parameter_table(architecture).groupby("part")[["parameters", "active"]].sum()
        main = sums.drop(index=MTP, errors="ignore")
        met = {use: int(main["active"].reindex(parts).fillna(0).sum()) for use, parts in USES.items()}
        rows += [
            (name, use, size) for use, size in {**met, IDLE: int((main["parameters"] - main["active"]).sum())}.items()
        ]
    table = pd.DataFrame(rows, columns=["model", "part", "parameters"])
    return table[table["parameters"] > 0].reset_index(drop=True)


def count_parameters(architecture: Architecture) -> ParameterCount:
    """Total and active parameters of a model.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> count = count_parameters(published_architecture("deepseek-v3"))
    >>> print(f"{count.total / 1e9:.1f} billion, {count.active_without_embedding / 1e9:.1f} billion active")
    671.0 billion, 36.6 billion active
    """
    main = [m for m in _matrices(architecture) if m.part != MTP]
    extra = [m for m in _matrices(architecture) if m.part == MTP]
    sizes = {part: sum(m.parameters for m in main if m.part == part) for part in ("embedding", "output head")}
    return ParameterCount(
        total=sum(m.parameters for m in main),
        active=sum(m.active for m in main),
        embedding=sizes["embedding"],
        head=sizes["output head"],
        mtp=sum(m.parameters for m in extra),
        mtp_active=sum(m.active for m in extra),
        mtp_copies=architecture.num_nextn_predict_layers * sum(sizes.values()),
    )


def _matrices(a: Architecture) -> Iterator[Matrix]:
    yield Matrix("embed_tokens", "embedding", (a.vocab_size, a.hidden_size), 1, 1, 0)
    if a.learned_positions:
        yield Matrix("positions", "embedding", (a.learned_positions, a.hidden_size), 1, 1, 0)
    yield from _layers(a, a.num_hidden_layers - a.mixture_layers, a.mixture_layers)
    yield from _norm("norm", a, a.hidden_size, 1)
    tied = int(not a.tie_word_embeddings)
    yield Matrix("lm_head", "output head", (a.hidden_size, a.vocab_size), tied, tied, 1)
    modules = a.num_nextn_predict_layers
    if modules:
        yield Matrix("eh_proj", MTP, (2 * a.hidden_size, a.hidden_size), modules, modules, modules)
        for norm in ("enorm", "hnorm", "shared_head.norm"):
            yield from (replace(m, part=MTP) for m in _norm(norm, a, a.hidden_size, modules))
        experts = modules if a.n_routed_experts else 0
        yield from (replace(m, part=MTP) for m in _layers(a, modules - experts, experts))
        yield Matrix("lm_head, again", MTP, (a.hidden_size, a.vocab_size), 0, 0, modules)


def _layers(a: Architecture, dense: int, mixtures: int) -> Iterator[Matrix]:
    layers = dense + mixtures
    yield from _latent_attention(a, layers) if a.latent else _attention(a, layers)
    if dense:
        yield from _feed_forward("mlp", "dense feed-forward", a, a.intermediate_size, dense, dense)
    if mixtures:
        width, chosen = a.moe_intermediate_size, a.num_experts_per_tok
        yield from _linear("gate", "router", a.hidden_size, a.n_routed_experts, mixtures)
        if a.router_bias:
            yield Matrix("gate.e_score_correction_bias", "router", (a.n_routed_experts,), mixtures, mixtures, 0)
        yield from _feed_forward(
            "experts", "routed experts", a, width, mixtures * a.n_routed_experts, mixtures * chosen
        )
        if a.n_shared_experts:
            shared = mixtures * a.n_shared_experts
            yield from _feed_forward("shared_experts", "shared experts", a, width, shared, shared)
    for norm in ("input_layernorm", "post_attention_layernorm"):
        yield from _norm(norm, a, a.hidden_size, layers)


def _attention(a: Architecture, layers: int) -> Iterator[Matrix]:
    part, heads, groups = "attention", a.num_attention_heads, a.num_key_value_heads
    for name, outputs in (
        ("q_proj", heads * a.head_dim),
        ("k_proj", groups * a.head_dim),
        ("v_proj", groups * a.v_head_dim),
    ):
        yield from _linear(name, part, a.hidden_size, outputs, layers, a.qkv_bias)
    yield from _linear("o_proj", part, heads * a.v_head_dim, a.hidden_size, layers, a.o_bias)
    if a.qk_norm:
        yield from _norm("q_norm", a, a.head_dim, layers)
        yield from _norm("k_norm", a, a.head_dim, layers)


def _latent_attention(a: Architecture, layers: int) -> Iterator[Matrix]:
    part, heads = "attention", a.num_attention_heads
    if a.q_lora_rank:
        yield from _linear("q_a_proj", part, a.hidden_size, a.q_lora_rank, layers)
        yield from _norm("q_a_layernorm", a, a.q_lora_rank, layers)
        yield from _linear("q_b_proj", part, a.q_lora_rank, heads * a.head_dim, layers)
    else:
        yield from _linear("q_proj", part, a.hidden_size, heads * a.head_dim, layers)
    yield from _linear("kv_a_proj_with_mqa", part, a.hidden_size, a.kv_lora_rank + a.qk_rope_head_dim, layers)
    yield from _norm("kv_a_layernorm", a, a.kv_lora_rank, layers)
    keys_and_values = heads * (a.head_dim - a.qk_rope_head_dim + a.v_head_dim)
    yield from _linear("kv_b_proj", part, a.kv_lora_rank, keys_and_values, layers)
    yield from _linear("o_proj", part, heads * a.v_head_dim, a.hidden_size, layers)


def _feed_forward(name: str, part: str, a: Architecture, width: int, copies: int, active: int) -> Iterator[Matrix]:
    for side in ("gate_proj", "up_proj") if a.gated else ("up_proj",):
        yield from _linear(f"{name}.{side}", part, a.hidden_size, width, copies, a.mlp_bias, active)
    yield from _linear(f"{name}.down_proj", part, width, a.hidden_size, copies, a.mlp_bias, active)


def _linear(
    name: str, part: str, inputs: int, outputs: int, copies: int, bias: bool = False, active: int | None = None
) -> Iterator[Matrix]:
    used = copies if active is None else active
    yield Matrix(name, part, (inputs, outputs), copies, used, used)
    if bias:
        yield Matrix(f"{name}.bias", part, (outputs,), copies, used, 0)


def _norm(name: str, a: Architecture, width: int, copies: int) -> Iterator[Matrix]:
    yield Matrix(name, "norms", (width,), copies, copies, 0)
    if a.norm_bias:
        yield Matrix(f"{name}.bias", "norms", (width,), copies, copies, 0)
