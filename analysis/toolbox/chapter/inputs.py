"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.toolbox.chips import chips

# Fewer bits.

# Fewer weights.

# Fewer tokens looked at; adapters.

#: Configurations that attention is counted in, small to large, and the bits of a weight that they are served in.
LOOKED_AT = {
    "mistral-7b": 16,
    "llama-3.1-8b": 16,
    "mixtral-8x7b": 16,
    "llama-3.1-70b": 16,
    "llama-3.1-405b": 16,
    "deepseek-v3": 8,
}
#: Points of the curves of attention, tokens, and the lengths at which the bill of DSA is drawn.
ATTENTION_LENGTHS = tuple(float(f"{1000 * 10 ** (k / 16):.6g}") for k in range(49))
INDEXED, INDEXED_LENGTHS = "deepseek-v3", tuple(2**k for k in (12, 14, 16, 18, 20))
#: A factor in the whole forward pass, texts written side by side, and a long text, tokens: examples of the sentences.
LOOKS_FACTOR, LOOKS_TEXTS, LOOKS_LONG = 1.5, 32, 131_072
#: Lengths of the published kernels of NSA, tokens, by their names.
NSA_LENGTHS = {"8k": 8192, "16k": 16_384, "32k": 32_768, "64k": 65_536}
#: Models of the picture of memory.
TUNED = ("llama-2-7b", "llama-3.1-8b", "qwen2.5-32b", "llama-2-70b", "llama-3.1-70b")
#: Matrices of GPT-3 that the paper of LoRA adapts.
LORA_ON = ("q_proj", "v_proj")

# Borrowed learning.

# What a tool can change, better steps, do they multiply.

# New machines.

#: Chips of one maker, a generation each, whose growth the text names; the chip before them had no units for matrices.
CHIP_LINE, BEFORE_MATRICES = ("V100", "A100", "H100", "B200"), "P100"


def matrix_chips() -> pd.DataFrame:
    """The table of chips without the one that had no units for matrices."""
    table = chips()
    return table[table["chip"] != BEFORE_MATRICES].reset_index(drop=True)


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("toolbox")[identity].value
