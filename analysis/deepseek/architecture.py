"""A language model as data: what fixes every matrix of a decoder.

An architecture is a table of tokens, layers made of the pieces of :mod:`analysis.deepseek.layers`, and an output head.
Equal layers that follow one another are one run. The numbers of the pieces can be asked of the whole, as
``llama.num_key_value_heads``, where all layers have the same.

References
----------
DeepSeek-AI (2024), arXiv:2412.19437 (multi-token prediction modules); further ones at the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from analysis.deepseek.layers import Attention, Chosen, Dense, Experts, LatentAttention, Layer, Span, added, whole
from analysis.kit.arguments import count
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Architecture:
    """A decoder of tokens.

    Attributes
    ----------
    name : what to call it
    hidden_size : width d of a token's vector
    vocab_size : rows of the embedding
    runs : the layers in their order, as pairs of a number of layers and what each of them is
    tie_word_embeddings : the output head is the embedding, transposed
    norm_bias : the normalisations outside of the layers have a bias (LayerNorm) beside their weight (RMSNorm)
    final_norm, embedding_norm : what comes out of the layers, and what goes in, is normalised with weights
    head_bias : the output head has a bias vector
    learned_positions : positions with a learned vector; 0 for rotary positions
    embedding_size : width of the embedding; 0 for that of a token's vector
    streams : vectors of a token beside one another that are mixed around each part of a layer (DeepSeek-V4); 0 for one
    streams_weighed : they are joined at the end with weights of their own
    streams_rank : width of the narrow matrices by which they are mixed (Qwen 4); 0 for full ones
    ngram_rows : for each layer that reads vectors of the last few tokens together, rows of its table (Qwen 4)
    ngram_width, ngram_heads, ngram_kernel : numbers read for a token from such a table, in so many rows, and tokens
        that the convolution over what is read reaches
    inputs_beside : vectors of a token beside one another, of which each layer predicts all and works on one (Gemma 3n)
    laurel_rank : width of a narrow path beside attention in each layer (Gemma 3n); 0 for none
    residual_block : layers whose outputs are summed before each later part chooses among the sums (Kimi-K3); 0 for none
    per_layer_size, per_layer_vocab : width and rows of a table with a vector for each layer and token; 0 for none
    num_nextn_predict_layers : multi-token prediction modules, each a projection and a further layer
    module : that further layer; default the last one of the model
    left_out : parts of the file that are not counted, in words, such as a vision part
    assumed : sizes that the file leaves to the defaults of the reference implementation, in words
    embedding_size : width of the embedding and of the output head where it is not d; 0 where it is
    streams : vectors of a token that run beside one another through the layers; 0 for one alone
    per_layer_size : width of the vector that each layer looks up for a token; 0 for none
    per_layer_vocab : rows of that table

    Examples
    --------
    Two layers of eight heads that share two keys and values:

    >>> tiny = Architecture("tiny", 64, 100, ((2, Layer(Attention(8, 2, 8), Dense(256))),))
    >>> tiny.attention, tiny.num_hidden_layers
    ('GQA', 2)
    """

    name: str
    hidden_size: int
    vocab_size: int
    runs: tuple[tuple[int, Layer], ...]
    tie_word_embeddings: bool = False
    norm_bias: bool = False
    final_norm: bool = True
    embedding_norm: bool = False
    head_bias: bool = False
    learned_positions: int = 0
    embedding_size: int = 0
    streams: int = 0
    streams_weighed: bool = True
    streams_rank: int = 0
    ngram_rows: tuple[int, ...] = ()
    ngram_width: int = 0
    ngram_heads: int = 1
    ngram_kernel: int = 1
    inputs_beside: int = 0
    laurel_rank: int = 0
    residual_block: int = 0
    per_layer_size: int = 0
    per_layer_vocab: int = 0
    num_nextn_predict_layers: int = 0
    module: Layer | None = None
    left_out: tuple[str, ...] = field(default=(), compare=False)
    assumed: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        whole(self, "hidden_size", "vocab_size")
        whole(self, "learned_positions", "num_nextn_predict_layers", least=0)
        if not self.runs or any(copies < 1 for copies, _ in self.runs):
            raise ProblemError(f"{self.name} has no layers, or a run of none; give num_hidden_layers of at least 1.")
        if self.num_nextn_predict_layers and self.module is None:
            object.__setattr__(self, "module", self.runs[-1][1])

    @property
    def num_hidden_layers(self) -> int:
        """Layers, without those of multi-token prediction."""
        return sum(copies for copies, _ in self.runs)

    @property
    def mixture_layers(self) -> int:
        """Layers with experts, without those of multi-token prediction."""
        return sum(copies for copies, layer in self.runs if isinstance(layer.feed_forward, Experts))

    @property
    def dense_layers(self) -> int:
        """Layers of a mixture model that are dense; 0 for a dense model."""
        return self.num_hidden_layers - self.mixture_layers if self.mixture_layers else 0

    @property
    def attention(self) -> str:
        """The kind of attention: MHA, GQA, MQA, MLA, or all kinds of a mixed model."""
        kinds = dict.fromkeys(layer.mixer.kind for _, layer in self.runs if layer.mixer)
        return " + ".join(kinds) or "none"

    @property
    def layers_in_words(self) -> str:
        """How many layers there are of each kind, such as ``40 of GQA with a window of 1,024 tokens, 8 of GQA``."""
        counts: dict[str, int] = {}
        for copies, layer in self.runs:
            words = _in_words(layer)
            counts[words] = counts.get(words, 0) + copies
        return ", ".join(f"{count} of {words}" for words, count in counts.items())

    @property
    def latent(self) -> bool:
        """Whether attention is multi-head latent attention in every layer."""
        return self.attention == "MLA"

    @property
    def num_attention_heads(self) -> int:
        """Query heads of a layer."""
        return self._same("num_attention_heads", self._mixers)

    @property
    def num_key_value_heads(self) -> int:
        """Key/value heads of a layer."""
        return self._same("num_key_value_heads", self._mixers)

    @property
    def head_dim(self) -> int:
        """Numbers in a query and in a key of one head (for latent attention both its parts)."""
        return self._same("head_dim", self._mixers)

    @property
    def v_head_dim(self) -> int:
        """Numbers in a value of one head."""
        return self._same("v_head_dim", self._mixers)

    @property
    def q_lora_rank(self) -> int:
        """Width of the compressed query of latent attention; 0 for a full query."""
        return self._same("q_lora_rank", self._mixers)

    @property
    def kv_lora_rank(self) -> int:
        """Width of the compressed keys and values of latent attention; 0 for other kinds."""
        return self._same("kv_lora_rank", self._mixers)

    @property
    def qk_rope_head_dim(self) -> int:
        """Part of ``head_dim`` that latent attention shares between its heads; 0 for other kinds."""
        return self._same("qk_rope_head_dim", self._mixers)

    @property
    def sliding_window(self) -> int:
        """Tokens that attention looks back on; 0 for all."""
        return self._same("sliding_window", self._mixers)

    @property
    def intermediate_size(self) -> int:
        """Width of the dense feed-forward parts, or of the experts where there are none."""
        dense = [part for part in self._feed_forwards if isinstance(part, Dense)]
        return self._same("intermediate_size", dense) if dense else self.moe_intermediate_size

    @property
    def n_routed_experts(self) -> int:
        """Experts of a mixture layer; 0 for a dense model."""
        return self._same("n_routed_experts", self._experts)

    @property
    def num_experts_per_tok(self) -> int:
        """Experts that the router chooses for a token."""
        return self._same("num_experts_per_tok", self._experts)

    @property
    def n_shared_experts(self) -> int:
        """Experts that every token uses."""
        return self._same("n_shared_experts", self._experts)

    @property
    def moe_intermediate_size(self) -> int:
        """Width of one expert."""
        return self._same("moe_intermediate_size", self._experts)

    @property
    def kept(self) -> tuple[Span, ...]:
        """What all layers keep of the tokens read."""
        return self._added(lambda layer: layer.mixer.kept if layer.mixer else ())

    @property
    def looks(self) -> tuple[Span, ...]:
        """Multiplications of a token with those that it looks at, in all layers, when a text is read."""
        return self._added(lambda layer: layer.mixer.looks if layer.mixer else ())

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """The same when one token is written and the cache is multiplied as it is kept."""
        return self._added(lambda layer: layer.mixer.looks_writing if layer.mixer else ())

    def changed(self, change: Callable[[Layer], Layer]) -> Architecture:
        """The same model with each layer changed, and that of its modules.

        >>> tiny = Architecture("tiny", 64, 100, ((2, Layer(Attention(8, 2, 8), Dense(256))),))
        >>> tiny.changed(lambda layer: replace(layer, feed_forward=Dense(512))).intermediate_size
        512
        """
        layers = {layer: change(layer) for _, layer in self.runs}
        return replace(
            self,
            runs=tuple((copies, layers[layer]) for copies, layer in self.runs),
            module=self.module and change(self.module),
        )

    def with_layers(self, layers: int) -> Architecture:
        """The same model with so many layers: the last ones left out, or the last one repeated.

        >>> tiny = Architecture("tiny", 64, 100, ((2, Layer(Attention(8, 2, 8), Dense(256))),))
        >>> tiny.with_layers(5).num_hidden_layers
        5
        """
        runs, left = [], count(layers, "a number of layers")
        for copies, layer in self.runs:
            runs += [(min(copies, left), layer)] if left else []
            left -= min(copies, left)
        return replace(self, runs=in_runs(runs + [(left, self.runs[-1][1])] * bool(left)))

    def with_key_value_heads(self, heads: int) -> Architecture:
        """The same model with multi-head or grouped-query attention of so many key/value heads.

        >>> tiny = Architecture("tiny", 64, 100, ((2, Layer(Attention(8, 2, 8), Dense(256))),))
        >>> tiny.with_key_value_heads(8).attention
        'MHA'
        """
        return self.changed(lambda layer: replace(layer, mixer=self._grouped(layer, heads)))

    def without_latent(self) -> Architecture:
        """The same model with multi-head attention in place of latent: every head keeps keys as long as its values.

        >>> from analysis.deepseek.config import published_architecture
        >>> full = published_architecture("deepseek-v3").without_latent()
        >>> full.attention, full.num_key_value_heads, full.head_dim
        ('MHA', 128, 128)
        """

        def short(layer: Layer) -> Layer:
            full = self._grouped(layer, self.num_attention_heads)
            return replace(layer, mixer=replace(full, head_dim=full.v_head_dim))

        return self.changed(short)

    def without_windows(self) -> Architecture:
        """The same model with attention that looks at all tokens: no window, and no indexer that chooses some.

        Raises
        ------
        ProblemError
            If some layers do not attend, such as those of linear attention.
        """
        return self.changed(lambda layer: replace(layer, mixer=self._unbounded(layer)))

    def _grouped(self, layer: Layer, heads: int) -> Attention:
        mixer = self._attending(layer)
        if isinstance(mixer, LatentAttention):
            return Attention(mixer.num_attention_heads, heads, mixer.head_dim, mixer.v_head_dim)
        return replace(mixer, num_key_value_heads=heads)

    def _unbounded(self, layer: Layer) -> Attention | LatentAttention:
        mixer = self._attending(layer)
        if isinstance(mixer, LatentAttention):
            return replace(mixer, index_topk=0)
        return replace(mixer, sliding_window=0, chunked=False)

    def _attending(self, layer: Layer) -> Attention | LatentAttention:
        if isinstance(layer.mixer, (Attention, LatentAttention)):
            return layer.mixer
        raise ProblemError(
            f"{self.name} has layers of another kind than attention ({self.attention}); this is about models that"
            " attend in every layer."
        )

    @property
    def _mixers(self) -> list[Any]:
        return [layer.mixer for _, layer in self.runs if isinstance(layer.mixer, (Attention, LatentAttention))]

    @property
    def _feed_forwards(self) -> list[Any]:
        return [layer.feed_forward for _, layer in self.runs if layer.feed_forward]

    @property
    def _experts(self) -> list[Any]:
        return [part for part in self._feed_forwards if isinstance(part, Experts)]

    def _same(self, name: str, pieces: Iterable[Any]) -> int:
        """What all pieces say of themselves, 0 where they do not."""
        values = list(dict.fromkeys(getattr(piece, name, 0) for piece in pieces))
        if len(values) > 1:
            raise ProblemError(
                f"{name} differs between the layers of {self.name}: {', '.join(map(str, values))}; ask each layer."
            )
        return values[0] if values else 0

    def _added(self, spans: Callable[[Layer], tuple[Span, ...]]) -> tuple[Span, ...]:
        return added((copies, span) for copies, layer in self.runs for span in spans(layer))


def an_architecture(value: Any) -> Architecture:
    """The value, if it is an architecture, and a sentence that says how to get one if not.

    >>> an_architecture("llama-3.1-8b")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: A model is an Architecture, ... by name; this is of type str.
    """
    if not isinstance(value, Architecture):
        raise ProblemError(
            "A model is an Architecture, which read_config makes of a config.json or its fields, and"
            f" published_architecture of a published one by name; this is of type {type(value).__name__}."
        )
    return value


def _in_words(layer: Layer) -> str:
    mixer, words = layer.mixer, layer.mixer.kind if layer.mixer else "no attention"
    if isinstance(mixer, Attention) and mixer.sliding_window:
        words += f" with a {'chunk' if mixer.chunked else 'window'} of {mixer.sliding_window:,} tokens"
    if isinstance(mixer, (LatentAttention, Chosen)) and mixer.index_topk:
        words += f" on {mixer.index_topk:,} chosen tokens"
    return words + (" and experts" if isinstance(layer.feed_forward, Experts) else "")


def in_runs(layers: Iterable[tuple[int, Layer]]) -> tuple[tuple[int, Layer], ...]:
    """Layers with equal ones that follow one another put together.

    >>> layer, other = Layer(Attention(8, 2, 8), Dense(256)), Layer(Attention(8, 2, 8), Dense(128))
    >>> [copies for copies, _ in in_runs([(1, layer), (2, layer), (1, other)])]
    [3, 1]
    """
    return tuple((sum(n for n, _ in run), layer) for layer, run in groupby(layers, key=lambda pair: pair[1]))
