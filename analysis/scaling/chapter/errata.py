"""Published figures on scaling laws that contradict their own table, their source or arithmetic."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number, amount
from analysis.scaling.allocation import HOFFMANN_SIZES
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN


@erratum("hoffmann-table-a3-175b")
def table_a3() -> Erratum:
    """The compute of a row against six times its size times its tokens."""
    fact = facts.load("scaling")
    size, row = HOFFMANN_SIZES["175b"], "hoffmann-tablea3-175b"
    printed, tokens = (fact[f"{row}-{what}-approach-3"].value for what in ("flop", "tokens"))
    spent = FLOP_PER_PARAMETER_AND_TOKEN * size * tokens
    return Erratum(
        title="A row whose compute has lost a power of ten",
        source="hoffmann2022",
        locator="Table A3, approach 3, row of 175 billion parameters",
        claim="Training {size} parameters on {tokens} tokens takes {printed} FLOP.",
        finding="At {each} FLOP for each parameter and token, as the paper counts, it takes {recomputed}.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, spent, 0.01e24, slack=0.01 * spent),
        numbers={
            "size": amount(size),
            "tokens": amount(tokens),
            "each": Number(FLOP_PER_PARAMETER_AND_TOKEN, "words"),
            "printed": Number(printed, ".2sci"),
            "recomputed": Number(spent, ".2sci"),
        },
    )
