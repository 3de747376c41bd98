r"""Attention that compresses what it has read, as in DeepSeek-V4.

All heads share one key, which is also the value. Of each token read it is kept as long as a window reaches; beyond,
so many tokens are pressed into one. Where few are, an indexer chooses some of them; where many are, all are looked
at. The output is made in groups of heads with a narrow matrix between.

References
----------
DeepSeek-AI (2026), DeepSeek-V4, §2.3; module ``deepseek_v4`` in Hugging Face transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.deepseek.layers import Matrix, Span, linear, norm, whole
from analysis.kit.errors import ProblemError

_PART = "attention"


@dataclass(frozen=True)
class CompressedAttention:
    """One key for all heads within a window, and compressed ones beyond.

    Attributes
    ----------
    num_attention_heads : query heads H
    head_dim : numbers c in a query, and in the key that is also the value
    q_lora_rank : width of the compressed query
    o_groups, o_lora_rank : groups of heads in the output, and width of the narrow matrix of each
    sliding_window : tokens kept as they are
    ratio : tokens pressed into one; 0 for a layer that has only its window
    index_topk : compressed tokens that an indexer chooses; 0 where all are looked at
    index_n_heads, index_head_dim : heads of the indexer and numbers in each
    """

    num_attention_heads: int
    head_dim: int
    q_lora_rank: int
    o_groups: int
    o_lora_rank: int
    sliding_window: int
    ratio: int = 0
    index_topk: int = 0
    index_n_heads: int = 0
    index_head_dim: int = 0

    def __post_init__(self) -> None:
        whole(self, "num_attention_heads", "head_dim", "q_lora_rank", "o_groups", "o_lora_rank", "sliding_window")
        whole(self, "ratio", "index_topk", least=0)
        if self.index_topk:
            whole(self, "ratio", "index_n_heads", "index_head_dim")
        if self.num_attention_heads * self.head_dim % self.o_groups:
            raise ProblemError(
                f"o_groups is {self.o_groups}, which does not divide the {self.num_attention_heads * self.head_dim}"
                " numbers of all heads; correct it."
            )

    @property
    def kind(self) -> str:
        """Window, compressed, or compressed and chosen."""
        if not self.ratio:
            return "shared key"
        return "compressed, chosen" if self.index_topk else "compressed"

    @property
    def num_key_value_heads(self) -> int:
        """One key for all heads."""
        return 1

    @property
    def _overlap(self) -> int:
        """Compressed tokens that are chosen from overlap with their neighbours, for which everything is made twice."""
        return 2 if self.index_topk else 1

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Of queries, the key, the output in groups, sinks, compressor and indexer."""
        inner = self.num_attention_heads * self.head_dim
        yield from linear("q_a_proj", _PART, width, self.q_lora_rank)
        yield from norm("q_a_norm", self.q_lora_rank)
        yield from linear("q_b_proj", _PART, self.q_lora_rank, inner)
        yield from linear("kv_proj", _PART, width, self.head_dim)
        yield from norm("kv_norm", self.head_dim)
        yield from (m.times(self.o_groups) for m in linear("o_a_proj", _PART, inner // self.o_groups, self.o_lora_rank))
        yield from linear("o_b_proj", _PART, self.o_groups * self.o_lora_rank, width)
        yield Matrix("sinks", _PART, (self.num_attention_heads,))
        if self.ratio:
            yield from self._pressed("compressor", width, self.head_dim)
        if self.index_topk:
            yield from self._pressed("compressor.indexer", width, self.index_head_dim)
            index = self.index_n_heads * self.index_head_dim
            yield from linear("compressor.indexer.q_b_proj", _PART, self.q_lora_rank, index)
            yield from linear("compressor.indexer.weights_proj", _PART, width, self.index_n_heads)

    def _pressed(self, name: str, width: int, each: int) -> Iterator[Matrix]:
        """What presses tokens into one: values, weights, a bias for each place, and a normalisation."""
        made = self._overlap * each
        yield from linear(f"{name}.kv_proj", _PART, width, made)
        yield from linear(f"{name}.gate_proj", _PART, width, made)
        yield Matrix(f"{name}.position_bias", _PART, (self.ratio, made))
        yield from norm(f"{name}.kv_norm", each)

    @property
    def kept(self) -> tuple[Span, ...]:
        """The key within the window, and a part of a compressed one, and of the indexer's, for each token read."""
        pressed = self.head_dim / self.ratio if self.ratio else 0
        index = self.index_head_dim / self.ratio if self.index_topk else 0
        return Span(self.head_dim, self.sliding_window), Span(pressed), Span(index)

    @property
    def looks(self) -> tuple[Span, ...]:
        """Queries times keys and weights times the same, 2 H c: within the window, and of those compressed."""
        each = 2 * self.num_attention_heads * self.head_dim
        pressed = Span(each / self.ratio, self.index_topk * self.ratio) if self.ratio else Span(0)
        index = self.index_n_heads * self.index_head_dim / self.ratio if self.index_topk else 0
        return Span(each, self.sliding_window), pressed, Span(index)

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """As in reading."""
        return self.looks
