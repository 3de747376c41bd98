r"""What others measured of DeepSeek-V3 and of Llama-405B: how fast they train, and which answer people prefer.

A run of D tokens at R tokens a second and chip takes D / (3600 R) chip-hours, whoever measured R. In an arena people
see two answers and name the better one. A lead of :math:`\Delta` points on the scale of Elo means that a vote goes
to the leader with probability

.. math:: p = \frac{1}{1 + 10^{-\Delta / 400}},

so n votes at even odds fix a rating to :math:`\frac{400}{\ln 10} \cdot \frac{2}{\sqrt n}` points, one standard error.

References
----------
NVIDIA (2025), Megatron Bridge, performance summary. MLCommons (2026), MLPerf Training v6.0.
Chiang et al. (2024), Chatbot Arena, arXiv:2403.04132.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.deepseek.training import SECONDS_PER_HOUR, published_run
from analysis.kit import facts
from analysis.kit.checking import positive

#: The runs whose speed others measured too, and the facts of their tokens a second and chip.
MEASURED_BY_OTHERS = {"DeepSeek-V3": "outside-v3-rate", "Llama-405B": "outside-llama-405b-rate"}


def chip_hours(tokens: float, rate: float) -> float:
    """Chip-hours in which chips of so many tokens a second each read the tokens.

    Parameters
    ----------
    tokens : float
    rate : float
        Tokens a second and chip.

    Examples
    --------
    >>> print(f"{chip_hours(14.8e12, 1543.2):,.0f}")
    2,664,017
    """
    return positive(tokens, "a number of tokens").item() / (SECONDS_PER_HOUR * positive(rate, "a rate").item())


def training_rates() -> pd.DataFrame:
    """Tokens a second and chip of the two models in training, by who measured them.

    Returns
    -------
    DataFrame
        Columns ``model``, ``by``, ``chip``, ``rate``. The makers' are their tokens over their hours, with the
        standstills; NVIDIA's are its program's on H100; the benchmark's are the tokens of a log over its seconds.

    Examples
    --------
    >>> rates = training_rates().set_index(["model", "by"])["rate"].round()
    >>> rates.loc[["DeepSeek-V3", "Llama-405B"], ["DeepSeek", "Meta"]].tolist()  # each as its maker has it
    [1543.0, 141.0]
    """
    table, log = facts.load("deepseek"), facts.load("cnn_era")
    rows = []
    for model, by, chip in (("DeepSeek-V3", "DeepSeek", "H800"), ("Llama-405B", "Meta", "H100")):
        run = published_run(model)
        rows.append((model, by, chip, run.tokens / (SECONDS_PER_HOUR * run.gpu_hours)))
        rows.append((model, "NVIDIA", "H100", table[MEASURED_BY_OTHERS[model]].value))
    frame = facts.frame("cnn_era_mlperf")
    fastest = frame[(frame["benchmark"] == "deepseekv3_671b") & (frame["hardware"] == "best")].iloc[0]
    tokens = math.prod(log[f"deepseek-log-{part}"].value for part in ("steps", "batch", "sequence"))
    rate = tokens / log["deepseek-log-seconds"].value / fastest["chips"]
    rows.append(("DeepSeek-V3", fastest["submitter"], fastest["chip"], rate))
    return pd.DataFrame(rows, columns=["model", "by", "chip", "rate"])


def hours_by_others(model: str) -> float:
    """Chip-hours of a published run's tokens at the speed that NVIDIA measured.

    >>> print(f"{hours_by_others('DeepSeek-V3') / 1e6:.2f} million")
    3.17 million
    """
    return chip_hours(published_run(model).tokens, facts.load("deepseek")[MEASURED_BY_OTHERS[model]].value)


@dataclass(frozen=True)
class Lead:
    """How far one model is ahead of another in votes: points of Elo, and their standard error."""

    points: float
    error: float

    @property
    def preferred(self) -> float:
        """Share of the votes that the leader gets, ties apart.

        >>> round(Lead(51.0, 3.0).preferred, 3)
        0.573
        """
        return 1 / (1 + 10 ** (-self.points / 400))


def rating_error(votes: float) -> float:
    """Standard error of a rating after so many votes at even odds, points of Elo.

    >>> round(rating_error(10_000), 2)
    3.47
    """
    return 400 / math.log(10) * 2 / math.sqrt(positive(votes, "a number of votes").item())


def arena_lead() -> Lead:
    """V3's lead over Llama-405B in the votes of Chatbot Arena, at the dates of the facts.

    Returns
    -------
    Lead
        In points of the ladder, with its error.

    Examples
    --------
    >>> lead = arena_lead()
    >>> print(f"{lead.points:.0f} ± {lead.error:.0f} points")
    51 ± 3 points
    """
    table = facts.load("deepseek")
    errors = [rating_error(table[f"arena-{model}-votes"].value) for model in ("v3", "llama-405b")]
    return Lead(table["arena-v3"].value - table["arena-llama-405b"].value, math.hypot(*errors))
