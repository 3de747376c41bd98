r"""Mixers that keep a state of fixed size in place of all tokens read: linear attention and state-space models.

They keep as much after a million tokens as after one, and a token costs the same wherever it stands. Their states are
:class:`~analysis.deepseek.layers.Span` s that reach one token; the multiplications counted are those of writing into
the state and reading from it, as if token by token. Programs read a text in blocks, which takes more.

References
----------
Yang et al. (2024), arXiv:2412.06464 (gated delta rule); Qin et al. (2024), arXiv:2401.04658 (lightning attention); Gu
and Dao (2023), arXiv:2312.00752 (Mamba); Dao and Gu (2024), arXiv:2405.21060 (Mamba-2). Matrices: the modules of the
same names in Hugging Face transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.deepseek.layers import Attention, Matrix, Mixer, Span, linear, norm, whole
from analysis.kit.errors import ProblemError

_PART = "attention"


class Recurrent:
    """What mixers with a state have in common: numbers of the state, and multiplications with them."""

    @property
    def state(self) -> int:
        """Numbers kept of a text, whatever its length."""
        raise NotImplementedError

    @property
    def update(self) -> int:
        """Multiplications with addition of a token with the state."""
        raise NotImplementedError

    @property
    def kept(self) -> tuple[Span, ...]:
        """The state."""
        return (Span(self.state, 1),)

    @property
    def looks(self) -> tuple[Span, ...]:
        """Writing into the state and reading from it."""
        return (Span(self.update, 1),)

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """As in reading."""
        return self.looks


@dataclass(frozen=True)
class DeltaNet(Recurrent):
    """Linear attention by the gated delta rule, with a short convolution before it.

    Attributes
    ----------
    linear_num_key_heads, linear_num_value_heads : heads of queries and keys, and of values, a multiple of them
    linear_key_head_dim, linear_value_head_dim : numbers in one head of each
    linear_conv_kernel_dim : tokens that the convolution reaches
    """

    linear_num_key_heads: int
    linear_num_value_heads: int
    linear_key_head_dim: int
    linear_value_head_dim: int
    linear_conv_kernel_dim: int

    def __post_init__(self) -> None:
        whole(self, *self.__dataclass_fields__)
        if self.linear_num_value_heads % self.linear_num_key_heads:
            raise ProblemError(
                f"linear_num_value_heads is {self.linear_num_value_heads}, which linear_num_key_heads, "
                f"{self.linear_num_key_heads}, does not divide; correct one."
            )

    @property
    def kind(self) -> str:
        """Delta rule."""
        return "delta rule"

    @property
    def _keys(self) -> int:
        return self.linear_num_key_heads * self.linear_key_head_dim

    @property
    def _values(self) -> int:
        return self.linear_num_value_heads * self.linear_value_head_dim

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Queries, keys, values and gate; strength and decay of each head; convolution; output."""
        heads, convolved = self.linear_num_value_heads, 2 * self._keys + self._values
        yield from linear("in_proj_qkvz", _PART, width, 2 * self._keys + 2 * self._values)
        yield from linear("in_proj_ba", _PART, width, 2 * heads)
        yield from linear("conv1d", _PART, self.linear_conv_kernel_dim, convolved)
        yield Matrix("dt_bias", _PART, (heads,))
        yield Matrix("A_log", _PART, (heads,))
        yield from norm("norm", self.linear_value_head_dim)
        yield from linear("out_proj", _PART, self._values, width)

    @property
    def state(self) -> int:
        """A matrix of d_k × d_v for each head of values, and the convolution's last inputs."""
        convolved = (2 * self._keys + self._values) * self.linear_conv_kernel_dim
        return self._values * self.linear_key_head_dim + convolved

    @property
    def update(self) -> int:
        """What the key finds, what is written for it, and what the query finds: 3 d_k d_v for each head."""
        return 3 * self._values * self.linear_key_head_dim


@dataclass(frozen=True)
class ChannelDelta(Recurrent):
    """Linear attention by the delta rule with a decay of its own for each number of a key (Kimi Delta Attention).

    Attributes
    ----------
    linear_num_heads, linear_head_dim : heads, and numbers in a query, key and value of each
    linear_conv_kernel_dim : tokens that the convolution reaches
    decay_rank, gate_rank : width of the narrow matrices of decay and gate; 0 for full ones
    """

    linear_num_heads: int
    linear_head_dim: int
    linear_conv_kernel_dim: int
    decay_rank: int = 0
    gate_rank: int = 0

    def __post_init__(self) -> None:
        whole(self, "linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")

    @property
    def kind(self) -> str:
        """Delta rule."""
        return "delta rule"

    @property
    def _inner(self) -> int:
        return self.linear_num_heads * self.linear_head_dim

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Queries, keys, values; convolution; decay and gate; strength; output."""
        inner = self._inner
        yield from linear("qkv_proj", _PART, width, 3 * inner)
        yield from linear("conv1d", _PART, self.linear_conv_kernel_dim, 3 * inner)
        for name, rank in (("f", self.decay_rank), ("g", self.gate_rank)):
            if rank:
                yield from linear(f"{name}_a_proj", _PART, width, rank)
            yield from linear(f"{name}_b_proj" if rank else f"{name}_proj", _PART, rank or width, inner)
        yield Matrix("dt_bias", _PART, (inner,))
        yield Matrix("A_log", _PART, (self.linear_num_heads,))
        yield from linear("b_proj", _PART, width, self.linear_num_heads)
        yield from norm("o_norm", self.linear_head_dim)
        yield from linear("o_proj", _PART, inner, width)

    @property
    def state(self) -> int:
        """A matrix of d × d for each head, and the convolution's last inputs."""
        return self._inner * (self.linear_head_dim + 3 * self.linear_conv_kernel_dim)

    @property
    def update(self) -> int:
        """What the key finds, what is written for it, and what the query finds: 3 d² for each head."""
        return 3 * self._inner * self.linear_head_dim


@dataclass(frozen=True)
class Lightning(Recurrent):
    """Linear attention with a fixed decay for each head, and a gate before the output.

    Attributes
    ----------
    num_attention_heads : heads
    head_dim : numbers in a query, key and value of one head
    """

    num_attention_heads: int
    head_dim: int

    def __post_init__(self) -> None:
        whole(self, *self.__dataclass_fields__)

    @property
    def kind(self) -> str:
        """Lightning."""
        return "lightning"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Queries, keys and values; gate; normalisation over all heads; output."""
        inner = self.num_attention_heads * self.head_dim
        yield from linear("qkv_proj", _PART, width, 3 * inner)
        yield from linear("output_gate", _PART, width, inner)
        yield from norm("norm", inner)
        yield from linear("out_proj", _PART, inner, width)

    @property
    def state(self) -> int:
        """A matrix of d × d for each head."""
        return self.num_attention_heads * self.head_dim**2

    @property
    def update(self) -> int:
        """Writing a key and value, reading with a query: 2 d² for each head."""
        return 2 * self.state


@dataclass(frozen=True)
class Mamba(Recurrent):
    """A selective state-space model.

    Attributes
    ----------
    mamba_inner : channels
    state_size : numbers of the state for each channel
    conv_kernel : tokens that the convolution reaches
    time_step_rank : width of the compressed step sizes
    use_bias, use_conv_bias : bias vectors on the matrices in and out, and on the convolution
    inner_norms : step sizes and both selections are normalised with weights (Jamba)
    """

    mamba_inner: int
    state_size: int
    conv_kernel: int
    time_step_rank: int
    use_bias: bool = False
    use_conv_bias: bool = True
    inner_norms: bool = False

    def __post_init__(self) -> None:
        whole(self, "mamba_inner", "state_size", "conv_kernel", "time_step_rank")

    @property
    def kind(self) -> str:
        """Mamba."""
        return "Mamba"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """In (with the gate), convolution, what the step and the selections are made with, decay, output."""
        inner, states = self.mamba_inner, self.state_size
        yield from linear("in_proj", _PART, width, 2 * inner, self.use_bias)
        yield from linear("conv1d", _PART, self.conv_kernel, inner, self.use_conv_bias)
        yield from linear("x_proj", _PART, inner, self.time_step_rank + 2 * states)
        yield from linear("dt_proj", _PART, self.time_step_rank, inner, bias=True)
        yield Matrix("A_log", _PART, (inner, states))
        yield Matrix("D", _PART, (inner,))
        if self.inner_norms:
            for name, size in (("dt_layernorm", self.time_step_rank), ("b_layernorm", states), ("c_layernorm", states)):
                yield from norm(name, size)
        yield from linear("out_proj", _PART, inner, width, self.use_bias)

    @property
    def state(self) -> int:
        """The states of all channels, and the convolution's last inputs."""
        return self.mamba_inner * (self.state_size + self.conv_kernel)

    @property
    def update(self) -> int:
        """Decay, writing and reading: 3 for each number of the state."""
        return 3 * self.mamba_inner * self.state_size


@dataclass(frozen=True)
class Mamba2(Recurrent):
    """A state-space model whose heads decay as a whole.

    Attributes
    ----------
    num_heads, head_dim : heads and channels in each
    state_size : numbers of the state for each channel
    n_groups : groups of heads that share their selections
    conv_kernel : tokens that the convolution reaches
    use_bias, use_conv_bias : bias vectors on the matrices in and out, and on the convolution
    out_bias : bias vector on the matrix out; default as on that in
    inner_norm : what goes out is normalised with weights
    """

    num_heads: int
    head_dim: int
    state_size: int
    n_groups: int
    conv_kernel: int
    use_bias: bool = False
    use_conv_bias: bool = True
    out_bias: bool | None = None
    inner_norm: bool = True

    def __post_init__(self) -> None:
        whole(self, "num_heads", "head_dim", "state_size", "n_groups", "conv_kernel")

    @property
    def kind(self) -> str:
        """Mamba-2."""
        return "Mamba-2"

    @property
    def _inner(self) -> int:
        return self.num_heads * self.head_dim

    @property
    def _convolved(self) -> int:
        return self._inner + 2 * self.n_groups * self.state_size

    def matrices(self, width: int) -> Iterator[Matrix]:
        """In (gate, channels, selections, step sizes), convolution, decay, normalisation, output."""
        yield from linear("in_proj", _PART, width, self._inner + self._convolved + self.num_heads, self.use_bias)
        yield from linear("conv1d", _PART, self.conv_kernel, self._convolved, self.use_conv_bias)
        for name in ("dt_bias", "A_log", "D"):
            yield Matrix(name, _PART, (self.num_heads,))
        if self.inner_norm:
            yield from norm("norm", self._inner)
        out_bias = self.use_bias if self.out_bias is None else self.out_bias
        yield from linear("out_proj", _PART, self._inner, width, out_bias)

    @property
    def state(self) -> int:
        """The states of all channels, and the convolution's last inputs."""
        return self._inner * self.state_size + self._convolved * self.conv_kernel

    @property
    def update(self) -> int:
        """Decay, writing and reading: 3 for each number of the state."""
        return 3 * self._inner * self.state_size


@dataclass(frozen=True)
class ShortConvolution(Recurrent):
    """A gated convolution over the last few tokens.

    Attributes
    ----------
    conv_dim : channels
    conv_L_cache : tokens that it reaches
    conv_bias : bias vectors on its matrices and on the convolution
    """

    conv_dim: int
    conv_L_cache: int
    conv_bias: bool = False

    def __post_init__(self) -> None:
        whole(self, "conv_dim", "conv_L_cache")

    @property
    def kind(self) -> str:
        """Convolution."""
        return "convolution"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """In (channels and both gates), convolution, output."""
        yield from linear("in_proj", _PART, width, 3 * self.conv_dim, self.conv_bias)
        yield from linear("conv", _PART, self.conv_L_cache, self.conv_dim, self.conv_bias)
        yield from linear("out_proj", _PART, self.conv_dim, width, self.conv_bias)

    @property
    def state(self) -> int:
        """The last inputs."""
        return self.conv_dim * self.conv_L_cache

    @property
    def update(self) -> int:
        """None beside the convolution's own matrix."""
        return 0


@dataclass(frozen=True)
class Parallel:
    """Mixers side by side in one layer, whose outputs are added.

    Attributes
    ----------
    mixers : each of them
    """

    mixers: tuple[Mixer, ...]

    @property
    def kind(self) -> str:
        """The kinds of all, as ``GQA & Mamba-2``."""
        return " & ".join(mixer.kind for mixer in self.mixers)

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Those of all."""
        for mixer in self.mixers:
            yield from mixer.matrices(width)

    @property
    def kept(self) -> tuple[Span, ...]:
        """What all keep."""
        return tuple(span for mixer in self.mixers for span in mixer.kept)

    @property
    def looks(self) -> tuple[Span, ...]:
        """What all look at."""
        return tuple(span for mixer in self.mixers for span in mixer.looks)

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """What all look at when one token is written."""
        return tuple(span for mixer in self.mixers for span in mixer.looks_writing)


@dataclass(frozen=True)
class SharedBlock:
    """Attention and a feed-forward part that several layers share, on a token's vector beside its embedding (Zamba).

    Attributes
    ----------
    attention : it reads both vectors, of twice the width
    intermediate_size : width of the feed-forward part
    adapter_rank : width of the narrow matrices by which a layer changes those of the feed-forward part; 0 for none
    attention_adapters : queries, keys and values are changed in the same way
    use_bias : bias vectors on the matrices of the feed-forward part
    again : the block was counted in an earlier layer, and its matrices are used again
    """

    attention: Attention
    intermediate_size: int
    adapter_rank: int = 0
    attention_adapters: bool = False
    use_bias: bool = False
    again: bool = False

    @property
    def kind(self) -> str:
        """Shared, and the kind of its attention."""
        return f"shared {self.attention.kind}"

    def matrices(self, width: int) -> Iterator[Matrix]:
        """Those of the block once, its adapters, and what brings it back into a layer."""
        own, both, rank, wide = int(not self.again), 2 * width, self.adapter_rank, self.intermediate_size
        queries = self.attention.num_attention_heads * self.attention.head_dim
        block = [
            *(m for m in self.attention.matrices(both) if m.name != "o_proj"),
            *linear("shared.o_proj", _PART, queries, width),
            *linear("shared.gate_up_proj", "dense feed-forward", width, 2 * wide, self.use_bias),
            *linear("shared.down_proj", "dense feed-forward", wide, width, self.use_bias),
            *norm("shared.input_layernorm", both),
            *norm("shared.pre_ff_layernorm", width),
        ]
        yield from (replace(m, copies=own, active_copies=own) for m in block)
        yield from linear("shared.linear", _PART, width, width)
        if rank:
            changed = [("gate_up_proj", "dense feed-forward", width, 2 * wide)]
            if self.attention_adapters:
                changed += [(name, _PART, both, both) for name in "qkv"]
            for name, part, into, out in changed:
                for side, shape in (("a", (into, rank)), ("b", (rank, out))):
                    yield Matrix(f"adapter.{name}_{side}", part, shape, multiplied=1)

    @property
    def kept(self) -> tuple[Span, ...]:
        """Keys and values of each layer that uses the block."""
        return self.attention.kept

    @property
    def looks(self) -> tuple[Span, ...]:
        """As the attention."""
        return self.attention.looks

    @property
    def looks_writing(self) -> tuple[Span, ...]:
        """As in reading."""
        return self.looks
