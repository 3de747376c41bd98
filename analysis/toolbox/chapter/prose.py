"""Every number that the chapter on the toolbox prints in its sentences."""

from __future__ import annotations

from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import PASSES_OF_TRAINING
from analysis.kit.numbers import Number, joined
from analysis.toolbox.adapters import fine_tuning_memory, lora_parameters
from analysis.toolbox.attention_cost import (
    INDEX_DIM,
    INDEX_HEADS,
    WINDOW,
    decode_crossover,
    mean_tokens_read,
    pays_from,
    saving,
    tokens_read,
)
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.inputs import fact


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _opening(),
        _change(),
        _bits(),
        _weights(),
        _looks(),
        _borrow(),
        _adapters(),
        _steps(),
        _machines(),
        _multiply(),
        _limits(),
    )


def _opening() -> dict[str, Number]:
    return {}


def _change() -> dict[str, Number]:
    return {}


def _bits() -> dict[str, Number]:
    return {}


def _weights() -> dict[str, Number]:
    return {}


def _looks() -> dict[str, Number]:
    pays = [pays_from(name, inputs.LOOKS_FACTOR) for name in inputs.LOOKED_AT]
    writing = {name: decode_crossover(name, inputs.LOOKS_TEXTS, bits=bits) for name, bits in inputs.LOOKED_AT.items()}
    means = {name: mean_tokens_read(L) / mean_tokens_read(L, "nsa") for name, L in inputs.NSA_LENGTHS.items()}
    long, ran = inputs.NSA_LENGTHS["64k"], {name: fact(f"nsa-forward-{name}") for name in ("8k", "64k")}
    wide = published_architecture(inputs.INDEXED)
    most = wide.num_attention_heads * (wide.head_dim + wide.v_head_dim) / (INDEX_HEADS * INDEX_DIM)
    how = f"Tokens of a text from which on a window of {WINDOW:,} saves the factor in the whole forward pass: solved "
    how += "for each of six configurations; "
    cache = "Tokens of a text at which the caches of 32 texts weigh as much as the weights that are read: "
    return {
        "looks-factor": Number(inputs.LOOKS_FACTOR, ".1f", how="Factor of the forward pass: an example"),
        "looks-pays-low": _two_digits(min(pays), f"{how}the shortest"),
        "looks-pays-high": _two_digits(max(pays), f"{how}the longest"),
        "looks-texts": Number(inputs.LOOKS_TEXTS, ".0f", how="Texts written side by side: an example"),
        "looks-writing-low": _two_digits(min(writing.values()), f"{cache}the smallest of six configurations"),
        "looks-writing-v3": _two_digits(
            writing["deepseek-v3"], f"{cache}DeepSeek-V3 in eight bits, experts chosen as if at random"
        ),
        "looks-nsa-last": Number(
            long / tokens_read(long, "nsa"), ".1f", how="Tokens that the last looks at: all over those that NSA reads"
        ),
        "looks-nsa-mean": Number(
            means["64k"], ".1f", how="Tokens looked at on average over a causal text: all over those that NSA reads"
        ),
        "looks-nsa-ran": Number(ran["64k"], ".1f"),
        "looks-nsa-part": Number(
            ran["8k"] / means["8k"],
            ".0%",
            how="Part of the counted ratio that the kernel reached: measured over counted",
        ),
        "looks-nsa-part-long": Number(
            ran["64k"] / means["64k"],
            ".0%",
            how="Part of the counted ratio that the kernel reached: measured over counted",
        ),
        "looks-dsa": Number(
            saving(inputs.INDEXED, inputs.LOOKS_LONG, "dsa"),
            ".1f",
            how="Factor of DeepSeek-V3's forward pass at 131,072 tokens: FLOP with full attention over those with DSA",
        ),
        "looks-dsa-most": Number(
            most, ".0f", how="Bound of what DSA saves in DeepSeek-V3: FLOP to look at a token over those of the indexer"
        ),
    }


def _two_digits(tokens: float, how: str) -> Number:
    return Number(float(f"{tokens:.2g}"), ",.0f", how=f"{how}; two digits")


def _borrow() -> dict[str, Number]:
    return {}


def _adapters() -> dict[str, Number]:
    full = fine_tuning_memory("llama-2-7b", "full")
    counts = {rank: lora_parameters("gpt-3-175b", rank, on=inputs.LORA_ON) for rank in (1, 8)}
    how = "Millions of parameters of GPT-3's adapters: rank times inputs and outputs of each adapted matrix"
    return {
        "adapters-bytes": Number(
            (full.total - full.activations) / full.trained,
            ".0f",
            how="Bytes a trained parameter: weight and gradient in 16 bits, a copy and two moments in 32",
        ),
        "adapters-most": Number(
            PASSES_OF_TRAINING / (PASSES_OF_TRAINING - 1), ".1f", how="Bound of LoRA's gain in arithmetic: 6 N over 4 N"
        ),
        "adapters-measured": Number(
            fact("lora-throughput") / fact("lora-throughput-full"),
            ".2f",
            how="Gain of LoRA in tokens a second: with it over full fine-tuning of GPT-3",
        ),
        "adapters-r1-printed": Number(fact("lora-parameters-r1") / 1e6, ".1f", how="Millions, as printed: rank 1"),
        "adapters-r8-printed": Number(fact("lora-parameters-r8") / 1e6, ".1f", how="Millions, as printed: rank 8"),
        "adapters-r1": Number(counts[1] / 1e6, ".2f", how=f"{how}, rank 1"),
        "adapters-r8": Number(counts[8] / 1e6, ".2f", how=f"{how}, rank 8"),
    }


def _steps() -> dict[str, Number]:
    return {}


def _machines() -> dict[str, Number]:
    return {}


def _multiply() -> dict[str, Number]:
    return {}


def _limits() -> dict[str, Number]:
    return {}
