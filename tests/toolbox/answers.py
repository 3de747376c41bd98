"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}

# New machines.

_READ = "def read_once(tokens=15e12, bits=17, qubits=10_000, gate=10e-6, card=3.35e12):\n    return {days}, {like}\n"
RIGHT["toolbox-door-days"] = [
    _READ.format(days="tokens * bits * gate / qubits / 3600 / 24", like="card / (1 / gate / 8)"),
]
WRONG["toolbox-door-days"] = [
    (_READ.format(days="tokens * gate / qubits / 86400", like="8 * card * gate"), "more than one bit"),
    (_READ.format(days="tokens * bits * gate / qubits", like="8 * card * gate"), "these are seconds"),
    (_READ.format(days="tokens * bits * gate / qubits / 86400", like="card * gate"), "a byte has eight bits"),
    (_READ.format(days="tokens * bits * gate / 10_000 / 86400", like="8 * card * gate"), "use what the function"),
    (_READ.format(days="tokens * bits * gate / qubits / 86400", like="8 * card"), "as many bits a second"),
]
_SHEET = (
    "def joules(peak=989.5, watts=700, flop=1.458e15, spent=1612):\n"
    "    promised, taken = {promised}, {taken}\n    return promised, taken, {share}\n"
)
RIGHT["toolbox-sheet-joules"] = [
    _SHEET.format(promised="watts / peak", taken="1e12 * spent / flop", share="(watts * flop) / (1e12 * peak * spent)"),
]
WRONG["toolbox-sheet-joules"] = [
    (_SHEET.format(promised="peak / watts", taken="1e12 * spent / flop", share="promised / taken"), "turn it over"),
    (_SHEET.format(promised="watts / peak", taken="spent / flop", share="promised / taken"), "in units of"),
    (_SHEET.format(promised="watts / peak", taken="1e12 * spent / flop", share="taken / promised"), "delivered less"),
    (_SHEET.format(promised="700 / peak", taken="1e12 * spent / flop", share="promised / taken"), "half the printed"),
]
