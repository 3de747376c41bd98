"""A decoder-only transformer as data: the numbers that fix every matrix.

The fields carry the names of a Hugging Face ``config.json``, so that what is said about one reads in the other. Layers
may be dense or mixtures of experts; attention may be multi-head (as many key/value heads as heads), grouped-query
(fewer), multi-query (one) or multi-head latent attention (a ``kv_lora_rank``).

References
----------
Vaswani et al. (2017), arXiv:1706.03762 (multi-head attention); Shazeer (2019), arXiv:1911.02150 (multi-query);
Ainslie et al. (2023), arXiv:2305.13245 (grouped-query); DeepSeek-AI (2024), arXiv:2405.04434 (latent attention, shared
experts) and arXiv:2412.19437 (multi-token prediction modules).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.kit.errors import ProblemError

_AT_LEAST_ONE = (
    *("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "v_head_dim"),
    *("intermediate_size", "vocab_size"),
)


@dataclass(frozen=True)
class Architecture:
    """A decoder-only transformer.

    Attributes
    ----------
    name : what to call it
    hidden_size : width d of a token's vector
    num_hidden_layers : layers, without those of multi-token prediction
    num_attention_heads : query heads of a layer
    num_key_value_heads : key/value heads of a layer; divides ``num_attention_heads``
    head_dim : numbers in a query and in a key of one head (for latent attention both its parts)
    v_head_dim : numbers in a value of one head
    intermediate_size : width of the feed-forward part of a dense layer
    vocab_size : rows of the embedding
    tie_word_embeddings : the output head is the embedding, transposed
    gated : the feed-forward part has a third matrix, the gate (SwiGLU)
    qkv_bias, o_bias, mlp_bias : bias vectors on those matrices
    qk_norm : queries and keys are normalised, with ``head_dim`` weights each
    norm_bias : normalisations have a bias (LayerNorm) beside their weight (RMSNorm)
    learned_positions : positions with a learned vector; 0 for rotary positions
    sliding_window : tokens that attention looks back on; 0 for all
    q_lora_rank : width of the compressed query of latent attention; 0 for a full query
    kv_lora_rank : width of the compressed keys and values of latent attention; 0 for multi-head or grouped-query
    qk_rope_head_dim : part of ``head_dim`` that carries the position and is shared by all heads in latent attention
    n_routed_experts : experts of a mixture layer; 0 for a dense model
    num_experts_per_tok : experts that the router chooses for a token
    n_shared_experts : experts that every token uses
    moe_intermediate_size : width of one expert
    dense_layers : layers of a mixture model that are dense
    router_bias : the router has one number more for each expert, which balances their loads
    num_nextn_predict_layers : multi-token prediction modules, each a projection and a further (mixture) layer
    """

    name: str
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    v_head_dim: int
    intermediate_size: int
    vocab_size: int
    tie_word_embeddings: bool = False
    gated: bool = True
    qkv_bias: bool = False
    o_bias: bool = False
    mlp_bias: bool = False
    qk_norm: bool = False
    norm_bias: bool = False
    learned_positions: int = 0
    sliding_window: int = 0
    q_lora_rank: int = 0
    kv_lora_rank: int = 0
    qk_rope_head_dim: int = 0
    n_routed_experts: int = 0
    num_experts_per_tok: int = 0
    n_shared_experts: int = 0
    moe_intermediate_size: int = 0
    dense_layers: int = 0
    router_bias: bool = False
    num_nextn_predict_layers: int = 0

    def __post_init__(self) -> None:
        for field in _AT_LEAST_ONE:
            if not isinstance(getattr(self, field), int) or getattr(self, field) < 1:
                raise ProblemError(f"{field} is {getattr(self, field)}; it must be a whole number of at least 1.")
        self._check_attention()
        self._check_experts()

    @property
    def latent(self) -> bool:
        """Whether attention is multi-head latent attention."""
        return self.kv_lora_rank > 0

    @property
    def mixture_layers(self) -> int:
        """Layers with experts, without those of multi-token prediction."""
        return self.num_hidden_layers - self.dense_layers if self.n_routed_experts else 0

    @property
    def attention(self) -> str:
        """The kind of attention: MHA, GQA, MQA or MLA.

        >>> Architecture("tiny", 64, 2, 8, 2, 8, 8, 256, 100).attention
        'GQA'
        """
        if self.latent:
            return "MLA"
        if self.num_key_value_heads == self.num_attention_heads:
            return "MHA"
        return "MQA" if self.num_key_value_heads == 1 else "GQA"

    def with_key_value_heads(self, heads: int) -> Architecture:
        """The same model with multi-head or grouped-query attention of so many key/value heads.

        >>> Architecture("tiny", 64, 2, 8, 2, 8, 8, 256, 100).with_key_value_heads(8).attention
        'MHA'
        """
        return replace(self, num_key_value_heads=heads, kv_lora_rank=0, q_lora_rank=0, qk_rope_head_dim=0)

    def without_latent(self) -> Architecture:
        """The same model with multi-head attention in place of latent: every head keeps keys as long as its values.

        >>> from analysis.deepseek.config import published_architecture
        >>> full = published_architecture("deepseek-v3").without_latent()
        >>> full.attention, full.num_key_value_heads, full.head_dim
        ('MHA', 128, 128)
        """
        return replace(self.with_key_value_heads(self.num_attention_heads), head_dim=self.v_head_dim)

    def _check_attention(self) -> None:
        heads, groups = self.num_attention_heads, self.num_key_value_heads
        if heads % groups:
            raise ProblemError(
                f"num_attention_heads is {heads}, which num_key_value_heads, {groups}, does not divide; correct one."
            )
        if self.latent and groups != heads:
            raise ProblemError(
                f"num_key_value_heads is {groups}, but latent attention (kv_lora_rank) gives each of the {heads} heads"
                " its own keys and values; leave it out."
            )
        if self.latent and not 0 <= self.qk_rope_head_dim < self.head_dim:
            raise ProblemError("qk_rope_head_dim must be a part of the key and leave room for qk_nope_head_dim.")
        if not self.latent and (self.q_lora_rank or self.qk_rope_head_dim):
            raise ProblemError("q_lora_rank and qk_rope_head_dim belong to latent attention; give kv_lora_rank too.")
        if min(self.sliding_window, self.learned_positions, self.q_lora_rank, self.kv_lora_rank) < 0:
            raise ProblemError("sliding_window, positions and ranks cannot be negative; give 0 for none.")

    def _check_experts(self) -> None:
        routed, chosen = self.n_routed_experts, self.num_experts_per_tok
        if not routed:
            for field in ("num_experts_per_tok", "n_shared_experts", "moe_intermediate_size", "dense_layers"):
                if getattr(self, field):
                    raise ProblemError(f"{field} is {getattr(self, field)}, but there are no experts to choose from.")
            return
        if not 1 <= chosen <= routed:
            raise ProblemError(f"num_experts_per_tok is {chosen}; the router can choose 1 to {routed} experts.")
        if self.moe_intermediate_size < 1:
            raise ProblemError("moe_intermediate_size, the width of an expert, must be at least 1.")
        if self.n_shared_experts < 0:
            raise ProblemError(f"n_shared_experts is {self.n_shared_experts}; it cannot be negative.")
        if not 0 <= self.dense_layers <= self.num_hidden_layers:
            raise ProblemError(
                f"{self.dense_layers} dense layers do not fit num_hidden_layers {self.num_hidden_layers}."
            )
