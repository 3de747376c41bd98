r"""The pieces of which the layers of a language model are made.

A layer has a mixer, which brings tokens together, a feed-forward part, which works on each token alone, and
normalisations. Each piece says three things of itself: its matrices, how many numbers it keeps of what was read, and
how many multiplications a token takes with each token that it looks back on. The fields carry the names of a Hugging
Face ``config.json``.

What is kept and what is looked at are :class:`Span` s: so many numbers for each of the tokens within reach. A window
reaches so many tokens back, an indexer chooses so many, and a state that does not grow reaches one.

References
----------
Vaswani et al. (2017), arXiv:1706.03762 (multi-head attention); Shazeer (2019), arXiv:1911.02150 (multi-query);
Ainslie et al. (2023), arXiv:2305.13245 (grouped-query); DeepSeek-AI (2024), arXiv:2405.04434 (latent attention, shared
experts), and (2025), arXiv:2512.02556, §2.1 (the indexer); Beltagy et al. (2020), arXiv:2004.05150 (windows);
OpenAI (2025), arXiv:2508.10925 (sinks).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Literal, Protocol

from analysis.kit.errors import ProblemError


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
    copies: int = 1
    active_copies: int = 1
    multiplied: int = 0

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

    def times(self, copies: int) -> Matrix:
        """So many times the same."""
        return replace(
            self,
            copies=self.copies * copies,
            active_copies=self.active_copies * copies,
            multiplied=self.multiplied * copies,
        )


@dataclass(frozen=True)
class Span:
    """So many numbers for each of the tokens within reach: kept of them, or multiplied with them.

    Attributes
    ----------
    each : numbers kept, or multiplications with addition, for one token
    window : tokens within reach, the last one included; 0 for all. A state that does not grow reaches 1
    chunked : the reach ends where a chunk of ``window`` tokens begins, so that it is half of that on average
    """

    each: float
    window: int = 0
    chunked: bool = False

    @property
    def grows(self) -> bool:
        """Whether a second token adds to it."""
        return self.window != 1

    @property
    def reach(self) -> float:
        """The most tokens within reach."""
        return self.window or math.inf

    def seen(self, place: int) -> int:
        """Tokens within reach at a place of the sequence, counted from 1.

        >>> [Span(1, 3).seen(place) for place in (2, 3, 4)], [Span(1, 3, chunked=True).seen(place) for place in (3, 4)]
        ([2, 3, 3], [3, 1])
        """
        if self.chunked and self.window:
            return (place - 1) % self.window + 1 if place else 0
        return min(place, self.window or place)

    def mean_seen(self, tokens: int) -> float:
        """Tokens within reach on average over a sequence: the first sees itself, later ones up to the window.

        >>> Span(1).mean_seen(7), Span(1, 3).mean_seen(7) == (1 + 2 + 3 * 5) / 7
        (4.0, True)
        """
        w = min(self.window or tokens, tokens)
        if self.chunked:
            whole, rest = divmod(tokens, w)
            return (whole * w * (w + 1) + rest * (rest + 1)) / 2 / tokens
        return (w * (w + 1) / 2 + (tokens - w) * w) / tokens


def added(spans: Iterator[tuple[int, Span]]) -> tuple[Span, ...]:
    """Spans of layers, each so many times, added up where they reach equally far.

    >>> added(iter([(2, Span(10)), (3, Span(10, 4096)), (1, Span(7))]))
    (Span(each=27, window=0, chunked=False), Span(each=30, window=4096, chunked=False))
    """
    sums: dict[tuple[int, bool], float] = {}
    for copies, span in spans:
        key = (span.window, span.chunked)
        sums[key] = sums.get(key, 0) + copies * span.each
    return tuple(Span(each, *key) for key, each in sums.items() if each)


class Mixer(Protocol):
    """What brings tokens together: attention, or what stands in its place."""

    @property
    def kind(self) -> str:
        """What it is called: MHA, GQA, MQA, MLA, or a name."""

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Its matrices, for tokens of so many numbers."""

    @property
    def kept(self) -> tuple[Span, ...]:
        """Numbers that it keeps of what was read."""

    @property
    def looks(self) -> tuple[Span, ...]:
        """Multiplications with addition for a token and each that it looks at, when a text is read."""

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """The same when one token is written and the cache is multiplied as it is kept."""


@dataclass(frozen=True)
class Attention:
    """Multi-head, grouped-query or multi-query attention.

    Attributes
    ----------
    num_attention_heads : query heads H
    num_key_value_heads : key/value heads G; divides H
    head_dim : numbers in a query and in a key of one head
    v_head_dim : numbers in a value of one head; 0 for as many
    qkv_bias, o_bias : bias vectors on the matrices of queries, keys and values, and on that of the output
    qk_norm : whether queries and keys are normalised: ``"head"`` with the same weights for each head, ``"width"`` with
        weights for all numbers of all heads
    norm_bias : these normalisations have a bias beside their weight
    output_gate : what comes out is gated by a further number for each of its own, made with the queries
    sinks : each head has one number that takes up attention
    sliding_window : tokens that attention looks back on; 0 for all
    chunked : it looks back to the beginning of a chunk of ``sliding_window`` tokens
    keys_as_values : values are made by the matrix of the keys
    borrowed : keys and values are those of an earlier layer, so that it has no matrices for them and keeps none
    gates_per_head : numbers, made from the token, by which what comes out of each head is gated; 0 for no gate
    output_norm : what comes out of all heads is normalised before its matrix
    """

    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    v_head_dim: int = 0
    qkv_bias: bool = False
    o_bias: bool = False
    qk_norm: Literal["", "head", "width"] = ""
    norm_bias: bool = False
    output_gate: bool = False
    sinks: bool = False
    sliding_window: int = 0
    chunked: bool = False
    keys_as_values: bool = False
    borrowed: bool = False
    gates_per_head: int = 0
    output_norm: bool = False

    def __post_init__(self) -> None:
        whole(self, "num_attention_heads", "num_key_value_heads", "head_dim")
        if not self.v_head_dim:
            object.__setattr__(self, "v_head_dim", self.head_dim)
        whole(self, "v_head_dim")
        whole(self, "sliding_window", least=0)
        heads, groups = self.num_attention_heads, self.num_key_value_heads
        if heads % groups:
            raise ProblemError(
                f"num_attention_heads is {heads}, which num_key_value_heads, {groups}, does not divide; correct one."
            )

    @property
    def kind(self) -> str:
        """MHA, GQA or MQA.

        >>> Attention(8, 2, 64).kind
        'GQA'
        """
        if self.num_key_value_heads == self.num_attention_heads:
            return "MHA"
        return "MQA" if self.num_key_value_heads == 1 else "GQA"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Of queries (d × H d_k), keys (d × G d_k), values (d × G d_v) and output (H d_v × d)."""
        part, heads, groups = "attention", self.num_attention_heads, self.num_key_value_heads
        queries, keys = heads * self.head_dim, groups * self.head_dim
        yield from linear("q_proj", part, width, queries * (2 if self.output_gate else 1), self.qkv_bias)
        if not self.borrowed:
            yield from linear("k_proj", part, width, keys, self.qkv_bias)
        if not self.borrowed and not self.keys_as_values:
            yield from linear("v_proj", part, width, groups * self.v_head_dim, self.qkv_bias)
        yield from linear("o_proj", part, heads * self.v_head_dim, width, self.o_bias)
        if self.gates_per_head:
            yield from linear("g_proj", part, width, heads * self.gates_per_head)
        if self.output_norm:
            yield from norm("attn_sub_norm", heads * self.v_head_dim)
        if self.qk_norm:
            every = self.qk_norm == "width"
            yield from norm("q_norm", queries if every else self.head_dim, self.norm_bias)
            if not self.borrowed:
                yield from norm("k_norm", keys if every else self.head_dim, self.norm_bias)
        if self.sinks:
            yield Matrix("sinks", part, (heads,))

    @property
    def kept(self) -> tuple[Span, ...]:
        """Key and value of each key/value head: G (d_k + d_v)."""
        each = 0 if self.borrowed else self.num_key_value_heads * (self.head_dim + self.v_head_dim)
        return (Span(each, self.sliding_window),)  # a chunk is kept like a window, for it may still be needed

    @property
    def looks(self) -> tuple[Span, ...]:
        """Queries times keys, and weights times values: H (d_k + d_v)."""
        each = self.num_attention_heads * (self.head_dim + self.v_head_dim)
        return (Span(each, self.sliding_window, self.chunked),)

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """As in reading."""
        return self.looks


@dataclass(frozen=True)
class LatentAttention:
    """Multi-head latent attention, with an indexer or without.

    Attributes
    ----------
    num_attention_heads : heads H
    head_dim : numbers in a query and in a key of one head, both parts together
    v_head_dim : numbers in a value of one head
    kv_lora_rank : width r of the compressed keys and values
    qk_rope_head_dim : part of ``head_dim`` that carries the position and is shared by all heads
    q_lora_rank : width of the compressed query; 0 for a full query
    bias : bias vectors on the compressing matrices and on that of the output
    index_topk : tokens that the indexer chooses to be looked at; 0 without an indexer
    index_n_heads, index_head_dim : heads of the indexer and numbers in each
    index_shared : what the indexer of an earlier layer chose is looked at, and the layer has none of its own
    gates_per_head : as in :class:`Attention`
    index_pool : tokens whose keys of the indexer are pressed into one (GLM-5.3-Flash)
    """

    num_attention_heads: int
    head_dim: int
    v_head_dim: int
    kv_lora_rank: int
    qk_rope_head_dim: int
    q_lora_rank: int = 0
    bias: bool = False
    index_topk: int = 0
    index_n_heads: int = 0
    index_head_dim: int = 0
    index_shared: bool = False
    gates_per_head: int = 0
    index_pool: int = 1

    def __post_init__(self) -> None:
        whole(self, "num_attention_heads", "head_dim", "v_head_dim", "kv_lora_rank")
        whole(self, "qk_rope_head_dim", "q_lora_rank", "index_topk", "index_n_heads", "index_head_dim", least=0)
        whole(self, "index_pool")
        if not self.qk_rope_head_dim < self.head_dim:
            raise ProblemError("qk_rope_head_dim must be a part of the key and leave room for qk_nope_head_dim.")
        if self.index_topk:
            whole(self, "index_n_heads", "index_head_dim")

    @property
    def kind(self) -> str:
        """MLA."""
        return "MLA"

    @property
    def num_key_value_heads(self) -> int:
        """Every head makes its own keys and values."""
        return self.num_attention_heads

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Down to the compressed vectors and up from them, the output, and the indexer."""
        part, heads = "attention", self.num_attention_heads
        if self.q_lora_rank:
            yield from linear("q_a_proj", part, width, self.q_lora_rank, self.bias)
            yield from norm("q_a_layernorm", self.q_lora_rank)
            yield from linear("q_b_proj", part, self.q_lora_rank, heads * self.head_dim)
        else:
            yield from linear("q_proj", part, width, heads * self.head_dim)
        yield from linear("kv_a_proj_with_mqa", part, width, self.kv_lora_rank + self.qk_rope_head_dim, self.bias)
        yield from norm("kv_a_layernorm", self.kv_lora_rank)
        keys_and_values = heads * (self.head_dim - self.qk_rope_head_dim + self.v_head_dim)
        yield from linear("kv_b_proj", part, self.kv_lora_rank, keys_and_values)
        yield from linear("o_proj", part, heads * self.v_head_dim, width, self.bias)
        if self.gates_per_head:
            yield from linear("g_proj", part, width, heads * self.gates_per_head)
        if self._indexes:
            index = self.index_n_heads * self.index_head_dim
            yield from linear("indexer.wq_b", part, self.q_lora_rank or width, index)
            yield from linear("indexer.wk", part, width, self.index_head_dim)
            yield from norm("indexer.k_norm", self.index_head_dim, bias=True)
            yield from linear("indexer.weights_proj", part, width, self.index_n_heads)
            if self.index_pool > 1:
                yield Matrix("indexer.index_kpool_compress_ape", part, (self.index_pool, self.index_head_dim))
                yield from linear("indexer.index_kpool_compress_gate", part, width, self.index_head_dim)

    @property
    def kept(self) -> tuple[Span, ...]:
        """The compressed vector and the position, r + d_R, and the indexer's key."""
        index = self.index_head_dim / self.index_pool if self._indexes else 0
        return Span(self.kv_lora_rank + self.qk_rope_head_dim), Span(index)

    @property
    def looks(self) -> tuple[Span, ...]:
        """Keys and values expanded, H (d_k + d_v), of those that the indexer chose from all."""
        each = self.num_attention_heads * (self.head_dim + self.v_head_dim)
        return Span(each, self.index_topk), self._index

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """Queries times the compressed vector and the position, weights times the compressed vector: H (2 r + d_R)."""
        each = self.num_attention_heads * (2 * self.kv_lora_rank + self.qk_rope_head_dim)
        return Span(each, self.index_topk), self._index

    @property
    def _index(self) -> Span:
        return Span(self.index_n_heads * self.index_head_dim / self.index_pool if self._indexes else 0)

    @property
    def _indexes(self) -> bool:
        return bool(self.index_topk) and not self.index_shared


@dataclass(frozen=True)
class Chosen:
    """Attention on tokens that an indexer of its own chooses, in blocks (MiniMax-M3, Qwen 4).

    Attributes
    ----------
    attention : what looks at the chosen tokens
    index_n_heads, index_head_dim : heads of the indexer and numbers in each
    index_topk : tokens in the blocks that it chooses
    index_pool : tokens whose keys of the indexer are pressed into one
    """

    attention: Attention
    index_n_heads: int
    index_head_dim: int
    index_topk: int
    index_pool: int = 1

    def __post_init__(self) -> None:
        whole(self, "index_n_heads", "index_head_dim", "index_topk", "index_pool")

    @property
    def kind(self) -> str:
        """That of the attention."""
        return self.attention.kind

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Those of the attention, and the indexer's of queries and of one key, each normalised."""
        yield from self.attention.matrices(width)
        yield from linear("indexer.q_proj", "attention", width, self.index_n_heads * self.index_head_dim)
        yield from linear("indexer.k_proj", "attention", width, self.index_head_dim)
        for name in ("indexer.q_norm", "indexer.k_norm"):
            yield from norm(name, self.index_head_dim)

    @property
    def kept(self) -> tuple[Span, ...]:
        """Keys and values of all tokens, and the indexer's key."""
        return *self.attention.kept, Span(self.index_head_dim / self.index_pool)

    @property
    def looks(self) -> tuple[Span, ...]:
        """The chosen tokens, and all by the indexer."""
        chosen = tuple(replace(span, window=self.index_topk) for span in self.attention.looks)
        return *chosen, Span(self.index_n_heads * self.index_head_dim / self.index_pool)

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """As in reading."""
        return self.looks


@dataclass(frozen=True)
class Dense:
    """A feed-forward part that every token uses.

    Attributes
    ----------
    intermediate_size : its width
    gated : it has a third matrix, the gate (SwiGLU)
    mlp_bias : bias vectors on its matrices
    activation_parameters : numbers that its activation learns
    sub_norm : what goes into the last matrix is normalised
    """

    intermediate_size: int
    gated: bool = True
    mlp_bias: bool = False
    activation_parameters: int = 0
    sub_norm: bool = False

    def __post_init__(self) -> None:
        whole(self, "intermediate_size")

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Up (d × w), gate (d × w) and down (w × d)."""
        yield from self.named("mlp", "dense feed-forward", width)
        if self.activation_parameters:
            yield Matrix("mlp.act_fn", "dense feed-forward", (self.activation_parameters,))
        if self.sub_norm:
            yield from norm("mlp.ffn_sub_norm", self.intermediate_size)

    def named(self, name: str, part: str, width: int) -> Iterator[Matrix]:
        """Its matrices under another name, as that of an expert."""
        for side in ("gate_proj", "up_proj") if self.gated else ("up_proj",):
            yield from linear(f"{name}.{side}", part, width, self.intermediate_size, self.mlp_bias)
        yield from linear(f"{name}.down_proj", part, self.intermediate_size, width, self.mlp_bias)


@dataclass(frozen=True)
class Experts:
    """A mixture of experts: a router chooses some of them for each token.

    Attributes
    ----------
    n_routed_experts : experts to choose from
    num_experts_per_tok : experts that the router chooses for a token
    moe_intermediate_size : width of one expert
    n_shared_experts : experts that every token uses
    shared_expert_intermediate_size : width of one of these; 0 for that of the others
    shared_gate : what the shared experts give is gated by one number
    router_bias : the router has one number more for each expert, which balances their loads
    router_linear_bias : the router's matrix has a bias vector
    moe_latent_size : width to which a token is brought before its experts, and from which back; 0 for none
    router_scales : what the router reads, and what each expert gives, is scaled with weights
    gated, mlp_bias : as in :class:`Dense`, of each expert
    moe_latent_norm : what the experts give is normalised in the width to which a token is brought
    idle_experts : further ones that the router may choose and that give back what they are given (LongCat): what is
        counted for a token is the most, without any of these
    """

    n_routed_experts: int
    num_experts_per_tok: int
    moe_intermediate_size: int
    n_shared_experts: int = 0
    shared_expert_intermediate_size: int = 0
    shared_gate: bool = False
    router_bias: bool = False
    router_linear_bias: bool = False
    moe_latent_size: int = 0
    router_scales: bool = False
    gated: bool = True
    mlp_bias: bool = False
    moe_latent_norm: bool = False
    idle_experts: int = 0

    def __post_init__(self) -> None:
        routed, chosen = self.n_routed_experts, self.num_experts_per_tok
        whole(self, "n_routed_experts")
        if not isinstance(chosen, int) or not 1 <= chosen <= routed:
            raise ProblemError(f"num_experts_per_tok is {chosen}; the router can choose 1 to {routed} experts.")
        whole(self, "moe_intermediate_size")
        whole(self, "n_shared_experts", "shared_expert_intermediate_size", least=0)

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Of the router (d × E), of each expert, and of the shared ones."""
        rows = self.n_routed_experts + self.idle_experts
        yield from linear("gate", "router", width, rows, self.router_linear_bias)
        if self.router_bias:
            yield Matrix("gate.e_score_correction_bias", "router", (rows,))
        if self.router_scales:
            yield Matrix("gate.scale", "router", (width,))
            yield Matrix("gate.per_expert_scale", "router", (self.n_routed_experts,))
        one = Dense(self.moe_intermediate_size, self.gated, self.mlp_bias)
        used = self.num_experts_per_tok
        if self.moe_latent_size:
            yield from linear("fc1_latent_proj", "routed experts", width, self.moe_latent_size, self.mlp_bias)
            yield from linear("fc2_latent_proj", "routed experts", self.moe_latent_size, width, self.mlp_bias)
            if self.moe_latent_norm:
                yield from norm("latent_norm", self.moe_latent_size)
        for m in one.named("experts", "routed experts", self.moe_latent_size or width):
            yield replace(m, copies=self.n_routed_experts, active_copies=used, multiplied=used if m.multiplied else 0)
        if self.n_shared_experts:
            one = replace(one, intermediate_size=self.shared_expert_intermediate_size or self.moe_intermediate_size)
            for m in one.named("shared_experts", "shared experts", width):
                yield m.times(self.n_shared_experts)
            if self.shared_gate:
                yield from linear("shared_expert_gate", "router", width, 1)


@dataclass(frozen=True)
class Linear:
    """One square matrix in the place of attention or of a feed-forward part (Nemotron-NAS).

    Attributes
    ----------
    part : where it belongs
    bias : it has a bias vector
    """

    part: str
    bias: bool = False

    @property
    def kind(self) -> str:
        """A matrix."""
        return "a matrix alone"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """It (d × d)."""
        yield from linear("linear", self.part, width, width, self.bias)

    @property
    def kept(self) -> tuple[Span, ...]:
        """Nothing."""
        return ()

    looks = looks_writing = kept


@dataclass(frozen=True)
class Layer:
    """A layer: what mixes tokens, what works on each alone, and its normalisations.

    Attributes
    ----------
    mixer : attention or what stands in its place; None for a layer without
    feed_forward : dense or experts; None for a layer without
    norms : names of its normalisations of a token's vector
    norm_bias : normalisations have a bias (LayerNorm) beside their weight (RMSNorm)
    """

    mixer: Mixer | None
    feed_forward: Dense | Experts | Linear | None
    norms: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm")
    norm_bias: bool = False


def linear(name: str, part: str, inputs: int, outputs: int, bias: bool = False) -> Iterator[Matrix]:
    """A matrix that a token is multiplied by, and its bias vector if it has one."""
    yield Matrix(name, part, (inputs, outputs), multiplied=1)
    if bias:
        yield Matrix(f"{name}.bias", part, (outputs,))


def norm(name: str, width: int, bias: bool = False) -> Iterator[Matrix]:
    """The weights of a normalisation, and its bias vector if it has one."""
    yield Matrix(name, "norms", (width,))
    if bias:
        yield Matrix(f"{name}.bias", "norms", (width,))


def whole(piece: object, *names: str, least: int = 1) -> None:
    """Refuse a piece of which one of the named numbers is no whole number, or too small."""
    for name in names:
        value = getattr(piece, name)
        if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
            raise ProblemError(f"{name} is {value!r}; it must be a whole number of at least {least}.")
        object.__setattr__(piece, name, int(value))  # NumPy's would overflow
