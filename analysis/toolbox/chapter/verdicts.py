"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chips import growth, trends
from analysis.toolbox.quantum import DAY, door, seconds_to_read

# TEC-1: borrow.

# TEC-2: whole.

# TEC-3: machines.

#: Years within which a watt, or a memory, must surely have come to do twice as much to count as a help: about the life
#: over which companies write such machines off.
WITHIN = 5.0
#: Beginning of the names of facts that say how many times faster a quantum computer trained a model.
QUANTUM_TRAINED = "quantum-trained-"


@rule(
    "TEC-3",
    "supported if all three kinds of machines helped, as measured so far; wrong if none did; partly otherwise. "
    f"Accelerators helped if the arithmetic of a watt surely doubles within {WITHIN:g} years, by the interval of 95% "
    "over the chips of our table; memories if their bandwidth does; quantum computers if a training was published that "
    "one made faster",
)
def machines_help() -> Judgement:
    """TEC-3: growth of a watt's arithmetic and of bandwidth over all chips; trainings by quantum computers."""
    table = inputs.matrix_chips()
    watt, memory = (growth(table["date"], table[measure]) for measure in ("per_watt", "bandwidth"))
    line = trends(inputs.CHIP_LINE)["times"]
    trained = [known for name, known in facts.load("toolbox").items() if name.startswith(QUANTUM_TRAINED)]
    helped = [watt.high <= WITHIN, memory.high <= WITHIN, any(known.value > 1 for known in trained)]
    verdict = "supported" if all(helped) else "partly" if any(helped) else "wrong"
    per_token, _, qubits, gate, tokens = inputs.door_start()
    days = seconds_to_read(tokens * 1e12 * per_token, door(qubits, 1e-6 * gate)) / DAY
    numbers = {
        "chips": Number(len(table), ".0f", how="Chips: a count of those in our table with units for matrices"),
        "watt": Number(watt.doubling, ".1f", how="Doubling time of a watt's arithmetic: least squares, years"),
        "watt_low": Number(watt.low, ".1f", how="The same, lower end: interval of 95 %"),
        "watt_high": Number(watt.high, ".1f", how="The same, upper end: interval of 95 %"),
        "memory": Number(memory.doubling, ".1f", how="Doubling time of the bandwidth of memory: least squares, years"),
        "memory_low": Number(memory.low, ".1f", how="The same, lower end: interval of 95 %"),
        "memory_high": Number(memory.high, ".1f", how="The same, upper end: interval of 95 %"),
        "power": Number(line["watts"], ".1f", how="Growth of a chip's power: B200 over V100"),
        "days": Number(
            days,
            ".1f",
            how="Days to read a corpus: its bits over one bit a logical qubit and operation",
        ),
    }
    quantum = (
        "A training that a quantum computer made faster was published."
        if helped[2]
        else "We found no training that a quantum computer made faster; by an optimistic estimate, reading a corpus "
        "alone would take it {days} days."
    )
    because = (
        "Over {chips} chips the arithmetic of a watt doubles in {watt} years ({watt_low} to {watt_high}) and the "
        "bandwidth of memory in {memory} ({memory_low} to {memory_high}); along one maker's line a chip also draws "
        f"{{power}} times the power. {quantum} Of the two chips that another article names, the maker of one closed, "
        "and the maker of the other calls its work a look-ahead. Whether the growth goes on is not measured."
    )
    return Judgement(verdict, because, {name: number for name, number in numbers.items() if f"{{{name}}}" in because})
