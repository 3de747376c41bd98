"""Every number that the chapter on the toolbox prints in its sentences."""

from __future__ import annotations

from analysis.kit.numbers import Number, joined
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.inputs import fact
from analysis.toolbox.chips import growth, line_of, trends
from analysis.toolbox.energy import CARD


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
