r"""Faster is not cheaper: a time record split into more hardware and less work.

A run takes t minutes on m chips, so it spends w = m t chip-minutes. Between two runs

.. math:: \ln \frac{t_1}{t_2} = \ln \frac{w_1}{w_2} + \ln \frac{m_2}{m_1}

exactly: what the clock gained is less work plus more hardware. Chip-minutes compare chips of one kind only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.cnn_era.progress.series import read_table
from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Decomposition:
    """What made a run faster than an earlier one.

    Attributes
    ----------
    time_ratio : float
        Earlier minutes over later minutes: above one is faster.
    work_ratio : float
        Earlier chip-minutes over later chip-minutes: above one is cheaper in work.
    hardware_ratio : float
        Later chips over earlier chips. ``time_ratio = work_ratio * hardware_ratio``.
    """

    time_ratio: float
    work_ratio: float
    hardware_ratio: float

    @property
    def share_of_hardware(self) -> float:
        """Share of the log of the time ratio that is more hardware; above one where work grew."""
        return math.log(self.hardware_ratio) / math.log(self.time_ratio)


def chip_minutes(minutes: float, chips: float) -> float:
    """Work of a run: minutes times chips.

    >>> chip_minutes(10.0, 8)
    80.0
    """
    positive(minutes, "the time")
    positive(chips, "the number of chips")
    return minutes * chips


def decompose(minutes: tuple[float, float], chips: tuple[float, float]) -> Decomposition:
    """Split the ratio of two times, earlier first, into a ratio of work and a ratio of hardware.

    Parameters
    ----------
    minutes : tuple of float
        Times of two entries, the earlier first.
    chips : tuple of float
        How many each used.

    Returns
    -------
    Decomposition
        Ratios of time, of work and of hardware.

    Examples
    --------
    >>> found = decompose((10.0, 2.0), (8, 80))
    >>> found.time_ratio, found.work_ratio, found.hardware_ratio
    (5.0, 0.5, 10.0)
    """
    earlier, later = (chip_minutes(*run) for run in zip(minutes, chips, strict=True))
    return Decomposition(minutes[0] / minutes[1], earlier / later, chips[1] / chips[0])


def gpt3_records() -> pd.DataFrame:
    """The MLPerf records of GPT-3 175B, all on H100: a third of the time, and no less work.

    Returns
    -------
    DataFrame with columns round, date, minutes, chips, chip_minutes, and the ratios to the first row: time_ratio,
    work_ratio and hardware_ratio.

    Examples
    --------
    >>> last = gpt3_records().iloc[-1]
    >>> print(f"{last['time_ratio']:.1f} times faster, on {last['hardware_ratio']:.1f} times the chips")
    3.2 times faster, on 3.2 times the chips
    """
    table = read_table("mlperf").query("hardware == 'best' and benchmark == 'gpt3'")
    return _against_first(table.drop_duplicates("minutes")[["round", "date", "minutes", "chips"]])


def llama_records() -> pd.DataFrame:
    """The MLPerf records of Llama 3.1 405B on Blackwell (GB200): less time, and more chip time.

    Returns
    -------
    DataFrame as that of :func:`gpt3_records`.

    Examples
    --------
    >>> llama_records()["chip_minutes"].round(-2).tolist()
    [51200.0, 57900.0]
    """
    table = read_table("mlperf").query(
        "hardware == 'best' and benchmark == 'llama31_405b' and chip in ('Blackwell', 'GB200')"
    )
    return _against_first(table[["round", "date", "minutes", "chips"]])


def deepseek_by_chips(chip: str = "GB300") -> pd.DataFrame:
    """The runs of DeepSeek-V3 671B in one round of MLPerf, by number of chips of one kind: the price of haste.

    Parameters
    ----------
    chip : {"GB200", "GB300"}

    Returns
    -------
    DataFrame as that of :func:`gpt3_records`, fewest chips first.

    Examples
    --------
    >>> deepseek_by_chips()[["chips", "time_ratio", "work_ratio"]].iloc[-1].round(2).tolist()
    [8192.0, 16.54, 0.52]
    """
    table = read_table("mlperf").query("benchmark == 'deepseekv3_671b' and chip == @chip").sort_values("chips")
    if table.empty:
        raise ProblemError(f"DeepSeek-V3 was not run on {chip!r} in MLPerf; choose GB200 or GB300.")
    return _against_first(table[["round", "date", "minutes", "chips"]])


def imagenet_on_v100() -> pd.DataFrame:
    """Every ImageNet entry of DAWNBench on V100, by date, with ratios to the first, which had eight of them.

    Returns
    -------
    DataFrame with columns date, author, minutes, chips, chip_minutes, time_ratio, work_ratio and hardware_ratio.

    Examples
    --------
    >>> ratios = imagenet_on_v100().iloc[-1][["time_ratio", "hardware_ratio", "work_ratio"]]
    >>> print("{:.0f} times faster: {:.0f} times the cards, and {:.1f} times less work".format(*ratios))
    334 times faster: 16 times the cards, and 20.9 times less work
    """
    table = read_table("dawnbench").query("task == 'imagenet' and chip == 'V100'").copy()
    table["minutes"] = 60 * table["hours"]
    return _against_first(table.sort_values("date")[["date", "author", "minutes", "chips"]])


def software_gains() -> pd.DataFrame:
    """What software alone gained: best over first time on hardware that stayed the same.

    Returns
    -------
    DataFrame with columns hardware, benchmark, first and last (dates), years between, rounds, first_minutes,
    best_minutes and factor. Rows with one round have nothing to compare and are left out. For ResNet-50 on V100 the
    target rose between v0.5 and v0.6, so that the factor is a lower bound.

    Examples
    --------
    >>> gains = software_gains().set_index(["hardware", "benchmark"])["factor"]
    >>> print(f"{gains['8 A100', 'bert']:.1f}")  # times faster on the same eight cards
    2.9
    """
    table = read_table("mlperf").query("hardware != 'best'")
    rows = []
    for (hardware, benchmark), part in table.groupby(["hardware", "benchmark"], sort=False):
        if len(part) > 1:
            part = part.sort_values("date")
            first, best = part["minutes"].iloc[0], part["minutes"].min()
            rows.append(
                (hardware, benchmark, part["date"].iloc[0], part["date"].iloc[-1], len(part), first, best, first / best)
            )
    columns = ["hardware", "benchmark", "first", "last", "rounds", "first_minutes", "best_minutes", "factor"]
    gains = pd.DataFrame(rows, columns=columns)
    return gains.assign(years=(pd.to_datetime(gains["last"]) - pd.to_datetime(gains["first"])).dt.days / 365.25)


def _against_first(table: pd.DataFrame) -> pd.DataFrame:
    minutes, chips = table["minutes"].to_numpy(float), table["chips"].to_numpy(float)
    parts = [decompose((minutes[0], t), (chips[0], m)) for t, m in zip(minutes, chips, strict=True)]
    return table.assign(
        chip_minutes=minutes * chips,
        time_ratio=[p.time_ratio for p in parts],
        work_ratio=[p.work_ratio for p in parts],
        hardware_ratio=[p.hardware_ratio for p in parts],
    ).reset_index(drop=True)
