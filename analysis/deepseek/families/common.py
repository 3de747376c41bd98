"""What declarations of several families share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.deepseek.family import NEEDED, Reader, piece, short
from analysis.deepseek.layers import Attention
from analysis.kit.errors import ProblemError

Rule = Callable[[Reader, int], str]


def window(reader: Reader) -> int:
    """The window of a layer that has one."""
    if not reader["sliding_window"] or not reader["use_sliding_window"]:
        raise ProblemError("Some layers look back on a window, but sliding_window is not given or not used; add it.")
    return int(reader["sliding_window"])


def every(interval: str, one: str, others: str) -> Rule:
    """A rule by which every so many layers, the last of each group, is of one kind and the others of another."""
    return lambda r, i: others if (i + 1) % r[interval] else one


def where(flag: str, then: str) -> Callable[[Reader], str]:
    """A kind of normalisation of queries and keys where a field says that there is one."""
    return lambda r: then if r[flag] else ""


def rotated(r: Reader, layer: int) -> bool:
    """Whether a layer has rotary positions, of those models in which some have not."""
    listed, count = r.fields.get("no_rope_layers"), r["num_hidden_layers"]
    if not listed:
        return bool((layer + 1) % r["no_rope_layer_interval"])
    if not isinstance(listed, list) or len(listed) != count:
        raise ProblemError(f"no_rope_layers is {short(listed)}; it must list a 0 or 1 for each of {count} layers.")
    return bool(listed[layer])


def unless_null(name: str, absent: Any, null: Any = 0) -> Callable[[Reader], Any]:
    """A default that differs where a file says null: what holds where it leaves the field out, and where it says so."""

    def default(r: Reader) -> Any:
        value = null if name in r.fields else absent
        if value is NEEDED:
            raise ProblemError(f"The field {name} is missing; add it, or give null for none.")
        return value(r) if callable(value) else value

    return default


def part_of_width(r: Reader) -> int:
    """Numbers in one head where the heads share the width."""
    return r.part("num_attention_heads", of="hidden_size")


def sparse_step(r: Reader, layer: int) -> str:
    """Every so many layers have experts, but for those that are named."""
    named = r.numbers("mlp_only_layers", r["num_hidden_layers"])
    return "dense" if (layer + 1) % r["decoder_sparse_step"] or layer in named else "sparse"


FULL_OR_WINDOWED = {
    "full_attention": piece(Attention, sliding_window=0),
    "sliding_attention": piece(Attention, sliding_window=window),
}
NO_BIASES = {"qkv_bias": False, "o_bias": False, "mlp_bias": False}
ONE_NORM = ("input_layernorm",)
TWO_NORMS = ("input_layernorm", "post_attention_layernorm")
FOUR_NORMS = (*TWO_NORMS, "pre_feedforward_layernorm", "post_feedforward_layernorm")
AFTER_NORMS = ("post_attention_layernorm", "post_feedforward_layernorm")
NO_TEXT = "a model whose tokens see those after them does not write text"
#: Parts that are not counted.
VISION = "the vision part"
MODULES = "modules that predict further tokens"
