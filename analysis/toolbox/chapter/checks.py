"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.deepseek.memory import bits_per_weight
from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.numbers import Number
from analysis.toolbox import decoding, sparsity
from analysis.toolbox.adapters import lora_parameters
from analysis.toolbox.attention_cost import mean_tokens_read, tokens_read
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.prose import four_bit_gigabytes
from analysis.toolbox.chips import stack_bandwidth
from analysis.toolbox.formats import CODE_BITS, FORMATS, normal_quantiles
from analysis.toolbox.quantum import door
from analysis.toolbox.transfer import MIXTURES, transferred

#: Half of the last printed digit of a size, gigabytes, and of a speed, tokens a second.
ROUNDED_SIZE, ROUNDED_SPEED = 0.005, 0.005
#: Half of the last printed digit of bits a weight; bits of a scale that is not quantised; last digit of single
#: precision, in which the values of NF4 were computed.
ROUNDED_BITS, FULL_SCALE, NF4_STEP = 0.0005, 32, 1e-6

#: What counts as near, of a measured ratio: the count is a bound, which leaves out summing up and choosing blocks.
NSA_NEAR = 0.05


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    published = facts.load("toolbox")
    left = FORMATS["NF4"].bits - CODE_BITS
    return [
        Check("Bits of a scale, doubly quantised, in a weight", left, published["qlora-double-left"], ROUNDED_BITS),
        Check(
            "Bits that quantising the scales saves in a weight",
            bits_per_weight(CODE_BITS, FORMATS["NF4"].block, FULL_SCALE) - FORMATS["NF4"].bits,
            published["qlora-double-saving"],
            ROUNDED_BITS,
        ),
        Check(
            "Gigabytes of Llama-2-7B in four bits with scales and zeros",
            four_bit_gigabytes(),
            published["torchao-int4-size"],
            0.01 * published["torchao-int4-size"].value,
        ),
        Check("Second of the values of NF4", normal_quantiles()[1], published["nf4-second-value"], NF4_STEP),
    ]


def _weights() -> list[Check]:
    published = facts.load("toolbox")
    whole = published["deep-compression-alexnet-before"].value, published["deep-compression-vgg-before"].value
    left = published["deep-compression-alexnet-after"].value, published["deep-compression-vgg-after"].value
    return [
        *(
            Check(
                f"Share of a matrix of {bits} bits that two of four take, places included",
                sparsity.bits_per_weight(bits) / bits,
                published[f"twofour-stored-{bits}"],
                0.001,
            )
            for bits in (16, 8)
        ),
        *(
            Check(
                f"Times that Deep Compression makes {name} smaller, from the megabytes",
                before / after,
                published[f"deep-compression-{key}-times"],
                0.5,
            )
            for name, key, before, after in zip(("AlexNet", "VGG-16"), ("alexnet", "vgg"), whole, left, strict=True)
        ),
    ]


def _looks() -> list[Check]:
    published = facts.load("toolbox")
    names = inputs.NSA_LENGTHS
    means = {name: mean_tokens_read(L) / mean_tokens_read(L, "nsa") for name, L in names.items()}
    counts = {1: 0.05e6, 8: 0.05e6}  # half of the last printed digit
    return [
        *(
            Check(
                f"Tokens that NSA's last token reads at {name}",
                tokens_read(L, "nsa"),
                published[f"nsa-tokens-{name}"],
                0.5,
            )
            for name, L in names.items()
        ),
        *(
            Check(
                f"NSA's measured forward kernel at {name}, against the mean of tokens read",
                mean,
                published[f"nsa-forward-{name}"],
                NSA_NEAR * published[f"nsa-forward-{name}"].value,
                agrees=name in ("32k", "64k"),
            )
            for name, mean in means.items()
        ),
        *(
            Check(
                f"LoRA parameters of GPT-3 at rank {rank}",
                lora_parameters("gpt-3-175b", rank, on=inputs.LORA_ON),
                published[f"lora-parameters-r{rank}"],
                half,
            )
            for rank, half in counts.items()
        ),
        Check(
            "Gigabytes of full fine-tuning at 12 bytes a parameter, 65 billion",
            12 * published["qlora-size"].value / 1e9,
            published["qlora-full-memory"],
            5.0,
        ),
    ]


def _borrow() -> list[Check]:
    published, size = facts.load("toolbox"), 175e9
    return [
        Check(
            f"What {inputs.CHARACTERS} characters transfer, over one, after reading {mixture}",
            transferred(size, inputs.CHARACTERS, mixture) / transferred(size, 1, mixture),
            published[f"transfer-300-{name}"],
            0.05,
        )
        for mixture, name in MIXTURES.items()
    ]


def _whole() -> list[Check]:
    rows, published = decoding.published(), facts.load("toolbox")
    off = (rows["speed"] * rows["size"] / rows["bandwidth"] - 1).abs()
    gain, bound = published["mxfp8-scout-gain"].value, 100 * (published["mxfp8-scout-bound"].value - 1)
    sparse = rows.query("pattern == '2:4'")["size"].iloc[0]
    return [
        Check(
            "Rows of the library's tables whose bandwidth is size times speed, within the rounding of the size",
            int((off < (ROUNDED_SIZE / rows["size"] + ROUNDED_SPEED / rows["speed"])).sum()),
            Number(len(rows), ".0f"),
            0.0,
            id="torchao-bandwidth",
        ),
        # the bound is rounded to a hundredth, half of which moves the share by one per cent
        Check("Share of the possible gain that MXFP8 training kept, per cent", 100 * gain / bound,
              published["mxfp8-scout-share"], 1.5),
        Check("Share of singular values that Muon's polynomial leaves in the published range", inputs.share_in_range(),
              Number(1, ".0%"), 0.0, id="muon-range"),
        Check("Gigabytes of Llama-3-8B in 4 bits and 2:4", inputs.sparse_gigabytes(), Number(float(sparse), ".2f"),
              ROUNDED_SIZE, id="torchao-sparse-size"),
    ]  # fmt: skip


def _machines() -> list[Check]:
    published = facts.load("toolbox")
    bits = door(published["quantum-door-qubits"].value, 1e-6 * published["quantum-door-gate"].value)
    return [
        *(
            Check(
                f"Bandwidth of a stack of {name.removeprefix('memory-').upper()}, GB/s",
                stack_bandwidth(pins, published[f"{name}-pin"].value),
                published[name],
                0.5,
            )
            for name, pins in inputs.MEMORIES.items()
        ),
        Check("What comes into a quantum computer, Gbit/s", bits / 1e9, published["quantum-door"], 0.05),
    ]
