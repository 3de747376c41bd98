"""Every number that the chapter on the toolbox prints in its sentences."""

from __future__ import annotations

from analysis.deepseek.config import published_architecture
from analysis.deepseek.memory import bits_per_weight
from analysis.deepseek.parameters import count_parameters
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, joined
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.inputs import fact
from analysis.toolbox.chips import growth, line_of, trends
from analysis.toolbox.energy import CARD
from analysis.toolbox.formats import FORMATS
from analysis.toolbox.rounding import DECIBELS_A_BIT, largest_of, sine_snr, snr
from analysis.toolbox.rounding_runs import ONE_SCALE, SCALE_BITS


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
    few, block = inputs.FEW_BITS, inputs.BLOCK
    rows = load_result("toolbox-rounding")
    rows = (
        rows.assign(added=rows["loss"] - rows["as_trained"], snr=rows[["snr_1", "snr_2", "snr_3"]].mean(axis="columns"))
        .set_index(["scheme", "bits", "seed"])
        .sort_index()
    )
    coarse, best = (rows["added"][scheme, few] for scheme in (ONE_SCALE, f"GPTQ, block {block}"))
    noisier = rows["snr"]["unit", few] - rows["snr"]["GPTQ, unit", few]
    law, halved = snr(few, block), snr(few, block // 2)
    ours = "Five of our networks, held-out text: "
    return {
        "bits-largest": Number(largest_of(block), ".1f", how="Largest of 32 sizes: root mean square, normal weights"),
        "bits-textbook-over": Number(
            sine_snr(few) - law, ".1f", how="What the textbook promises too much: its formula less the law, four bits"
        ),
        "bits-halved-gain": Number(
            halved - law,
            ".1f",
            how="Gain of blocks half as large: the law for 16 weights less that for 32, four bits",
        ),
        "bits-halved-worth": Number(
            (halved - law) / DECIBELS_A_BIT, ".1f", how="The same in bits: divided by the decibels of a bit"
        ),
        "bits-halved-cost": Number(
            bits_per_weight(few, block // 2, SCALE_BITS) - bits_per_weight(few, block, SCALE_BITS),
            ".1f",
            how="What blocks half as large cost: bits a weight for scales of 16 bits, 16 weights a scale less 32",
        ),
        "bits-networks": Number(coarse.size, "words", how="Networks: those of the experiment, one a seed"),
        "bits-coarse": Number(coarse.mean(), ".2f", how=f"{ours}loss added by one scale a layer at four bits, mean"),
        "bits-best": Number(best.mean(), ".3f", how=f"{ours}loss added by GPTQ with blocks of 32 at four bits, mean"),
        "bits-best-low": Number(best.min(), ".3f", how=f"{ours}least of them"),
        "bits-best-high": Number(best.max(), ".3f", how=f"{ours}largest of them"),
        "bits-gptq-noisier": Number(
            noisier.mean(), ".1f", how=f"{ours}decibels that GPTQ has less, a scale a unit, four bits, mean"
        ),
        "bits-double-left": Number(inputs.fact("qlora-double-left"), ".3f"),
        "bits-double-saving": Number(inputs.fact("qlora-double-saving"), ".3f"),
        "bits-sized-printed": Number(inputs.fact("torchao-int4-size"), ".2f"),
        "bits-sized": Number(
            four_bit_gigabytes(), ".2f", how="Llama-2-7B in four bits: 4.5 bits for all weights that a token multiplies"
        ),
    }


def four_bit_gigabytes() -> float:
    """Gigabytes of the model whose sizes are published, with a scale and a zero of 16 bits for 64 weights of four."""
    read = count_parameters(published_architecture(inputs.SIZED)).active_without_embedding
    return read * FORMATS["INT4 + zero"].bits / 8 / 1e9


def _weights() -> dict[str, Number]:
    return {}


def _looks() -> dict[str, Number]:
    return {}


def _borrow() -> dict[str, Number]:
    return {}


def _adapters() -> dict[str, Number]:
    return {}


def _steps() -> dict[str, Number]:
    return {}


def _machines() -> dict[str, Number]:
    line, table, card = trends(inputs.CHIP_LINE), inputs.matrix_chips(), line_of([CARD]).iloc[0]
    watt = growth(table["date"], table["per_watt"])
    watts = fact("lightmatter-power") + fact("lightmatter-light")
    stacks = [fact(name) for name in inputs.MEMORIES]
    return {
        "chip-times": Number(
            line.loc["bf16", "times"], ".0f", how="Growth of a chip's arithmetic: printed dense peak, B200 over V100"
        ),
        "chip-watt-times": Number(
            line.loc["per_watt", "times"], ".1f", how="Growth of a watt's arithmetic: peak over power, B200 over V100"
        ),
        "chip-ridge-times": Number(
            line.loc["ridge", "times"], ".1f", how="Growth of the ridge: peak over bandwidth, B200 over V100"
        ),
        "chip-count": Number(len(table), ".0f", how="Chips of three makers: a count of those with units for matrices"),
        "chip-watt": Number(
            watt.doubling, ".1f", how="Doubling time of a watt's arithmetic: least squares through all chips, years"
        ),
        "chip-watt-low": Number(watt.low, ".1f", how="The same, lower end: interval of 95 % by Student's t"),
        "chip-watt-high": Number(watt.high, ".1f", how="The same, upper end: interval of 95 % by Student's t"),
        "memory-times": Number(
            stacks[-1] / stacks[0],
            ".0f",
            how="Growth of a stack's bandwidth: HBM4 over HBM2, as their standards print it",
        ),
        "memory-count": Number(
            len(stacks), "words", how="Generations of stacked memory: a count of those that are held"
        ),
        "light-watt": Number(
            fact("lightmatter-tops") / watts,
            ".2f",
            how="Operations for each watt: printed rate over electric power and light",
        ),
        "light-card": Number(
            card["per_watt"], ".2f", how="Operations for each watt of an H100: printed dense peak in 16 bits over power"
        ),
        "door-printed": Number(fact("quantum-door"), ".0f"),
        "door-card": Number(
            fact("quantum-door-gpu") / fact("quantum-door"),
            ",.0f",
            how="Doors compared: that of a card over that of qubits",
        ),
        "quantum-models": Number(fact("bowles-models"), ".0f"),
    }


def _multiply() -> dict[str, Number]:
    return {}


def _limits() -> dict[str, Number]:
    return {}
