"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.deepseek.config import architecture_of
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.toolbox import decoding, optimisers, pairs
from analysis.toolbox import promises as promises_of_tools
from analysis.toolbox.base import LEARNING_RATE
from analysis.toolbox.chapter.experiments import FINE_TUNING_SEED, TRANSFER_SEEDS
from analysis.toolbox.chips import chips
from analysis.toolbox.energy import byte_moved, measured, operations_a_weight
from analysis.toolbox.fine_tuning import SCRATCH
from analysis.toolbox.promises import PLAIN_BITS
from analysis.toolbox.sparsity import bits_per_weight

# The chapter's head and its limits.

#: The promised factor of which the text says what arrives.
OF = 4.0
#: How many times faster a whole step, or an optimiser, must be to change our mind.
MIND_STEP = 1.5
#: The parameters at which an optimiser must be faster to change our mind.
MIND_SIZE = 7e9
#: The bits a second that a quantum computer must take in to change our mind.
MIND_DOOR = 1e12

# Fewer bits.

#: Bits at which ways of rounding are compared.
FEW_BITS = 4
#: Bits at which ways of rounding need not be compared.
FREE_BITS = 8
#: Weights that share a scale where ways of rounding are compared.
BLOCK = 32
#: The model whose published sizes are held against the count of bits.
SIZED = "llama-2-7b"

# Fewer weights.

#: Share of the weights that stays where the text compares methods.
HALF = 0.5
#: Share of the weights that stays where the order of the methods has turned.
FIFTH = 0.2
#: Learning rate of the network that is pruned.
FULL_RATE = LEARNING_RATE

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
#: Points of the curves of attention, tokens.
ATTENTION_LENGTHS = tuple(float(f"{1000 * 10 ** (k / 16):.6g}") for k in range(49))
#: The model of which the bill of DSA is drawn.
INDEXED = "deepseek-v3"
#: Lengths at which the bill of DSA is drawn, tokens.
INDEXED_LENGTHS = tuple(2**k for k in (12, 14, 16, 18, 20))
#: A factor in the whole forward pass, an example of the sentences.
LOOKS_FACTOR = 1.5
#: Texts written side by side, an example of the sentences.
LOOKS_TEXTS = 32
#: Tokens of a long text, an example of the sentences.
LOOKS_LONG = 131_072
#: Lengths of the published kernels of NSA, tokens, by their names.
NSA_LENGTHS = {"8k": 8192, "16k": 16_384, "32k": 32_768, "64k": 65_536}
#: Models of the picture of memory.
TUNED = ("llama-2-7b", "llama-3.1-8b", "qwen2.5-32b", "llama-2-70b", "llama-3.1-70b")
#: Matrices of GPT-3 that the paper of LoRA adapts.
LORA_ON = ("q_proj", "v_proj")

# Borrowed learning.

#: Power of ten of the size at which the slider of the transfer law starts.
LAW_POWER = 9.0
#: The size at which the rule reads the transfer law, parameters.
LAW_SIZE = 1e9
#: The own data at which the rule reads the transfer law, characters.
LAW_DATA = 3e6
#: Parts of the claim that are judged: transfer from a broad and from a narrow source, which is a control of our own,
#: few examples, and architectures.
PARTS = ("broad", "narrow", "few", "architecture")
#: The own symbols of our networks that the rule and the text take as little.
LITTLE_DATA = 1_000
#: The own symbols of our networks that the rule and the text take as much.
MUCH_DATA = 100_000
#: Characters that the transfer paper sets against a single one.
CHARACTERS = 300
#: Examples of each new digit at which descriptions are compared.
FEW = 5


def digits_runs() -> pd.DataFrame:
    """The accuracies on new digits."""
    return load_result("toolbox-digits")


def scratch_unfinished() -> tuple[float, float]:
    """Nats by which twice the steps lower the loss from scratch on much data: least and most over texts, sizes."""
    runs = load_result("toolbox-transfer")
    runs = runs[(runs["seed"] == FINE_TUNING_SEED) & (runs["way"] == SCRATCH)]
    case = ["text", "symbols", "learning_rate", "decay"]
    both = runs.pivot_table(index=case, columns="stretch", values="loss").dropna()
    return float((both[1] - both[2]).min()), float((both[1] - both[2]).max())


def transfer_runs() -> pd.DataFrame:
    """The runs that conclude: of the seeds that tuned nothing, at the usual length."""
    runs = load_result("toolbox-transfer")
    return runs[runs["seed"].isin(TRANSFER_SEEDS) & (runs["stretch"] == 1)].reset_index(drop=True)


# What a tool can change, better steps, do they multiply.

#: Rows and columns of the matrix through which our card sent a batch.
BATCH_WIDTH = 8192
#: Cases of which both the part's factor and the whole's were measured or counted, by rows of the promises: its label,
#: the row of the whole, and the row whose delivery is the part's factor.
CASES = {
    "8-bit decoding": ("8-bit weights, decoding", "8-bit weights"),
    "4-bit decoding": ("4-bit weights, decoding", "4-bit weights"),
    "2:4 training": ("2:4 training, ViT-L", "2:4 layer, trained"),
}
#: The learning rate of the Adam that Muon is held against, the best of the grid.
ADAM_RATE = 0.008
#: The learning rate of the untuned Adam that Muon is held against, half of the best.
UNTUNED = 0.004
#: Rows of the large square matrix through which the cost of Muon is told.
WIDE_ROWS = 4_096
#: Tokens in a batch of the large training through which the cost of Muon is told.
LARGE_BATCH = 524_288
#: Bits of a weight in the stored 2:4 format.
SPARSE_BITS = 4
#: Bits of a scale in the stored 2:4 format.
SPARSE_SCALE_BITS = 16
#: Weights of the full matrix that share a scale in the stored 2:4 format.
SPARSE_GROUP = 64
#: The tokens of an ordinary training text at which sparse attention is judged.
SPARSE_USED = 8_192
#: The tokens of a long text at which sparse attention is judged.
SPARSE_LONG = 131_072
#: The ways of sparse attention that are judged.
SPARSE_WAYS = ("window", "nsa")
#: The model of tools in pairs.
PAIRED_MODEL = "llama-3.1-8b"
#: Tokens of the text for tools in pairs.
PAIRED_CONTEXT = 131_072
#: Tokens of the window of tools in pairs.
PAIRED_WINDOW = 4_096
#: The card whose line gives the times of tools in pairs.
PAIRED_CARD = "A100"
#: What the model of tools in pairs is called.
PAIRED_NAME = "Llama-3.1-8B"
#: Singular value, as a share of the norm, from which on Muon's polynomial is judged.
JUDGED_FROM = 0.01
#: Singular values from there on at which the polynomial is computed.
SPECTRUM_SAMPLES = 20_001

# New machines.

#: Chips of one maker, a generation each, whose growth the text names.
CHIP_LINE = ("V100", "A100", "H100", "B200")
#: The chip before them, which had no units for matrices.
BEFORE_MATRICES = "P100"
#: Chips whose power their maker does not state; Epoch derives it from ratios that it published.
POWER_ESTIMATED = ("TPU v4", "TPU v5p", "TPU v6e", "TPU v7")
#: The maker without whose chips the pace differs most.
OTHER_MAKER = "Google"
#: What the picture of chips leaves out to see how sure its pace is.
DOUBTED = (POWER_ESTIMATED, OTHER_MAKER)
#: The fact with the tokens of the corpus that a quantum computer would have to read.
CORPUS_MODEL = "llama31-8b-tokens"
#: The configuration whose vocabulary says how many bits a token of the corpus takes.
TOKEN_MODEL = "llama-3.1-70b"
#: Error a cycle that long computations ask of a logical qubit.
GOOD_QUBIT = 1e-12
#: Bits of the weight whose way from memory is held against multiply-adds.
MOVED_BITS = 16
#: Generations of stacked memory by the fact of one stack's bandwidth: data pins; another fact has the rate of one.
MEMORIES = {"memory-hbm2": 1024, "memory-hbm2e": 1024, "memory-hbm3": 1024, "memory-hbm3e": 1024, "memory-hbm4": 2048}
#: Quantum computers of the picture: name, and the fact that holds its logical qubits.
QUANTUM = {"Helios": "helios-corrected", "Starling": "starling-qubits", "estimate": "quantum-door-qubits"}


def matrix_chips() -> pd.DataFrame:
    """The table of chips without the one that had no units for matrices."""
    table = chips()
    return table[table["chip"] != BEFORE_MATRICES].reset_index(drop=True)


def token_bits() -> int:
    """Bits that tell one token of a vocabulary from the others."""
    return math.ceil(math.log2(architecture_of(TOKEN_MODEL).vocab_size))


def quantum_machines() -> pd.DataFrame:
    """The quantum computers of the picture: machine, qubits, label."""
    return pd.DataFrame([{"machine": name, "qubits": fact(key), "label": name} for name, key in QUANTUM.items()])


def weight_moved() -> float:
    """Multiply-adds for the energy that moves one weight of our card, in BF16."""
    return operations_a_weight(MOVED_BITS, byte_moved(), measured().loc["bf16", "drawn"])


def door_start() -> tuple[float, float, int, float, float]:
    """Where the picture of the door begins: bits a token, bytes a second of a card, qubits, microseconds, trillions."""
    known = facts.load("deepseek")
    tokens = known[CORPUS_MODEL].value / 1e12
    card = known["h100-memory-bandwidth"].value
    return token_bits(), card, round(fact("quantum-door-qubits")), fact("quantum-door-gate"), tokens


def cases() -> pd.DataFrame:
    """The cases of :data:`CASES`: ``label``, ``factor`` of the part, ``gain`` of the whole."""
    delivered = promises_of_tools().set_index("tool")["delivered"]
    return pd.DataFrame([(label, delivered[part], delivered[whole]) for label, (whole, part) in CASES.items()],
                        columns=["label", "factor", "gain"])  # fmt: skip


def paired() -> pd.DataFrame:
    """The pairs of tools at the setting above, with the fitted line of the card."""
    line = decoding.lines().query("card == @PAIRED_CARD").iloc[-1]
    spent = pairs.parts(PAIRED_MODEL, PAIRED_CONTEXT, 1e9 * line["bandwidth"], line["constant"] / 1e3, PAIRED_WINDOW)
    return pairs.pairs(spent)


def singular_values() -> NDArray[np.float64]:
    """What Muon's polynomial makes of singular values from :data:`JUDGED_FROM` of the norm on."""
    return optimisers.spectrum(np.geomspace(JUDGED_FROM, 1, SPECTRUM_SAMPLES))


def share_in_range() -> float:
    """Share of them that ends in the range that a remark in the published code names."""
    ends = singular_values()
    return float(np.mean((ends >= fact("muon-range-low")) & (ends <= fact("muon-range-high"))))


def sparse_gigabytes() -> float:
    """What Llama-3-8B takes in 4 bits and 2:4, from the size of its 16-bit weights: gigabytes."""
    plain = decoding.published().query("model == 'Llama-3-8B' and bits == @PLAIN_BITS")["size"].iloc[0]
    return float(plain * bits_per_weight(SPARSE_BITS, scale=SPARSE_SCALE_BITS / SPARSE_GROUP) / PLAIN_BITS)


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("toolbox")[identity].value
