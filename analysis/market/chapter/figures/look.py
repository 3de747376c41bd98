"""What the figures of this chapter share: the colours of fibre and GPUs, and the annuity as a Vega expression."""

from __future__ import annotations

from analysis.kit import theme

FIBRE, GPUS = theme.SYSTEMS["fibre"], theme.SYSTEMS["GPUs"]


def annuity_expression(years: str, rate: str) -> str:
    """Vega expression of F(a, k) = (1 - exp(-k a)) / k; a billionth keeps a rate of 0 from dividing by it.

    Examples
    --------
    >>> annuity_expression("5", "rate")
    '(1 - exp(-(rate + 1e-9) * (5))) / (rate + 1e-9)'
    """
    return f"(1 - exp(-({rate} + 1e-9) * ({years}))) / ({rate} + 1e-9)"
