"""The contests whose records the chapter rests on, read from the committed tables and made comparable.

A contest keeps one target and one measure. Its records exist only while it is open and someone competes: the series
say how fast what was tried came down, not how fast everything did.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.cnn_era.progress.records import Records, chain, record_series
from analysis.kit import facts
from analysis.kit.errors import ProblemError

#: The change of NanoGPT's timing rule: record 21 was timed by both.
RETIMED_RECORD, RETIMED = 21, "2025-02-01"


@dataclass(frozen=True)
class Contest:
    """A fixed target and what it took to reach it.

    Attributes
    ----------
    name : str
    title : str
        For a label.
    task : str
        What is trained, whatever the measure and the hardware; series of one task are no independent witnesses, and the
        speedrun of two sizes is one.
    era : {"CNN", "LM"}
    measure : {"cost", "time", "time on fixed hardware"}
    unit : str
    entries : callable() -> DataFrame with columns date and value
    sources : tuple of str
        Keys of the bibliography.
    """

    name: str
    title: str
    task: str
    era: str
    measure: str
    unit: str
    entries: Callable[[], pd.DataFrame]
    sources: tuple[str, ...]

    def records(self) -> Records:
        """The running minimum of the entries."""
        entries = self.entries()
        return record_series(list(entries["date"]), entries["value"])


def read_table(name: str) -> pd.DataFrame:
    """A committed table of contest entries: ``dawnbench``, ``mlperf``, ``nanogpt`` or ``nanochat``.

    Raises
    ------
    ProblemError
        If the table is missing, or is not what its description in ``datapackage.json`` says.

    Examples
    --------
    >>> read_table("dawnbench")["task"].unique().tolist()
    ['imagenet', 'cifar10']
    """
    return _table(name).copy()


@functools.cache
def _table(name: str) -> pd.DataFrame:
    return facts.frame(f"cnn_era_{name}")


def dawnbench(task: str, column: str, chips: str | None = None) -> pd.DataFrame:
    """Entries of DAWNBench: minutes, or dollars where a price was given; on one kind and number of chips if asked."""
    table = read_table("dawnbench").query("task == @task")
    if chips:
        number, chip = chips.split(maxsplit=1)
        table = table[(table["chip"] == chip) & (table["chips"] == int(number))]
    value = 60 * table["hours"] if column == "minutes" else table["cost_usd"]
    return pd.DataFrame({"date": table["date"], "value": value}).dropna().reset_index(drop=True)


def mlperf(benchmark: str, hardware: str = "best") -> pd.DataFrame:
    """Minutes of MLPerf Training by round: the best of all, or on hardware that stays the same."""
    table = read_table("mlperf").query("benchmark == @benchmark and hardware == @hardware")
    return table.rename(columns={"minutes": "value"})[["date", "value"]].reset_index(drop=True)


def nanogpt(track: int = 1, until: int | None = None, chained: bool = True) -> pd.DataFrame:
    """Minutes of the NanoGPT speedrun on eight H100, record by record.

    Parameters
    ----------
    track : {1, 2}
        GPT-2 small to a loss of 3.28, or medium to 2.92.
    until : int, optional
        Last record that counts.
    chained : bool
        Carry the new timing rule back through record 21, which was timed by both (2.933 and 2.997 minutes): later
        times are divided by their ratio, 1.022. Otherwise times are as published.

    Returns
    -------
    DataFrame with columns date, value, record.
    """
    table = read_table("nanogpt").query("track == @track")
    records = table[table["kind"] != "retime"]
    if until:
        records = records[records["record"] <= until]
    values = records["minutes"].to_numpy(float)
    if track == 1 and chained:
        again = table.query("kind == 'retime' and date == @RETIMED")["minutes"].item()
        joint = int((records["record"] == RETIMED_RECORD).to_numpy().argmax())
        values = chain(values, joint, again)
    return pd.DataFrame(
        {"date": records["date"].to_numpy(), "value": values, "record": records["record"].to_numpy()}
    ).reset_index(drop=True)


def nanochat(column: str = "cost") -> pd.DataFrame:
    """Cost of GPT-2 in dollars of rented hardware since 2019, or hours on eight H100 since 2026."""
    table = read_table("nanochat")
    if column == "hours":
        table = table[table["system"] == "8 H100"]
        return pd.DataFrame({"date": table["date"], "value": table["hours"]}).reset_index(drop=True)
    return pd.DataFrame({"date": table["date"], "value": table["hours"] * table["usd_per_hour"]})


def contests() -> dict[str, Contest]:
    """Every contest by name; the first of each era is the one that the chapter leads with.

    >>> [c.title for c in contests().values() if c.measure == "cost"]
    ['ImageNet to 93 % top-5, dollars', 'CIFAR-10 to 94 %, dollars', 'GPT-2 (1.6 B), dollars']
    """
    fixed = "time on fixed hardware"
    dawn, mlcommons, speedrun, chat = ("dawnbenchentries",), ("mlperftraining",), ("moddednanogpt",), ("nanochat2026",)
    rows = (
        Contest("imagenet-cost", "ImageNet to 93 % top-5, dollars", "imagenet", "CNN", "cost", "dollars",
                functools.partial(dawnbench, "imagenet", "cost"), dawn),
        Contest("imagenet-time", "ImageNet to 93 % top-5, any hardware", "imagenet", "CNN", "time", "minutes",
                functools.partial(dawnbench, "imagenet", "minutes"), dawn),
        Contest("imagenet-8-v100", "ImageNet to 93 % top-5 on 8 V100", "imagenet", "CNN", fixed, "minutes",
                functools.partial(dawnbench, "imagenet", "minutes", "8 V100"), dawn),
        Contest("cifar10-cost", "CIFAR-10 to 94 %, dollars", "cifar10", "CNN", "cost", "dollars",
                functools.partial(dawnbench, "cifar10", "cost"), dawn),
        Contest("cifar10-time", "CIFAR-10 to 94 %, any hardware", "cifar10", "CNN", "time", "minutes",
                functools.partial(dawnbench, "cifar10", "minutes"), dawn),
        Contest("cifar10-1-v100", "CIFAR-10 to 94 % on one V100", "cifar10", "CNN", fixed, "minutes",
                functools.partial(dawnbench, "cifar10", "minutes", "1 V100"), dawn),
        Contest("mlperf-resnet", "MLPerf ResNet-50, any hardware", "mlperf-resnet", "CNN", "time", "minutes",
                functools.partial(mlperf, "resnet"), mlcommons),
        Contest("mlperf-resnet-8-v100", "MLPerf ResNet-50 on 8 V100", "mlperf-resnet", "CNN", fixed, "minutes",
                functools.partial(mlperf, "resnet", "8 V100"), mlcommons),
        Contest("nanogpt", "NanoGPT speedrun on 8 H100", "nanogpt", "LM", fixed, "minutes", nanogpt, speedrun),
        Contest("nanogpt-91", "NanoGPT speedrun to record 91", "nanogpt", "LM", fixed, "minutes",
                functools.partial(nanogpt, 1, 91), speedrun),
        Contest("nanogpt-medium", "NanoGPT speedrun, medium, on 8 H100", "nanogpt", "LM", fixed, "minutes",
                functools.partial(nanogpt, 2), speedrun),
        Contest("nanochat-cost", "GPT-2 (1.6 B), dollars", "nanochat", "LM", "cost", "dollars", nanochat, chat),
        Contest("nanochat-8-h100", "GPT-2 (1.6 B) on 8 H100", "nanochat", "LM", fixed, "hours",
                functools.partial(nanochat, "hours"), chat),
        Contest("mlperf-bert", "MLPerf BERT, any hardware", "mlperf-bert", "LM", "time", "minutes",
                functools.partial(mlperf, "bert"), mlcommons),
        Contest("mlperf-bert-8-a100", "MLPerf BERT on 8 A100", "mlperf-bert", "LM", fixed, "minutes",
                functools.partial(mlperf, "bert", "8 A100"), mlcommons),
        Contest("mlperf-gpt3", "MLPerf GPT-3 175B, any hardware", "mlperf-gpt3", "LM", "time", "minutes",
                functools.partial(mlperf, "gpt3"), mlcommons),
        Contest("mlperf-llama2-lora", "MLPerf Llama 2 70B LoRA, any hardware", "mlperf-llama2-lora", "LM", "time",
                "minutes", functools.partial(mlperf, "llama2_70b_lora"), mlcommons),
    )  # fmt: skip
    return {row.name: row for row in rows}


def contest(name: str) -> Contest:
    """One contest by name; an unknown name is refused with those that exist."""
    known = contests()
    if name not in known:
        raise ProblemError(f"There is no contest {name!r}; the contests are {', '.join(known)}.")
    return known[name]


@functools.cache
def records_of(name: str) -> Records:
    """The records of a contest.

    Parameters
    ----------
    name : str
        Of a contest, such as ``"imagenet-cost"``.

    Returns
    -------
    Records
        Days and values, less is better.

    Examples
    --------
    >>> records_of("imagenet-cost").values.tolist()  # dollars
    [1112.64, 358.22, 82.07, 49.3, 48.48, 12.6, 7.43]
    """
    return contest(name).records()


def entries_and_records(names: Iterable[str]) -> pd.DataFrame:
    """All entries of contests, and the records among them.

    Parameters
    ----------
    names : iterable of str
        Keys of :func:`contests`.

    Returns
    -------
    DataFrame
        A row an entry and one more a record: ``contest``, ``title``, ``unit``, ``era``, ``date``, ``value`` and
        ``kind`` (entry or record).

    Examples
    --------
    >>> entries_and_records(["imagenet-cost"])["kind"].value_counts().to_dict()  # 7 of 17 were the best yet
    {'entry': 17, 'record': 7}
    """
    parts = []
    for name in names:
        which, records = contest(name), records_of(name)
        common = {"contest": name, "title": which.title, "unit": which.unit, "era": which.era}
        entries = which.entries()
        for kind, dates, values in (
            ("entry", entries["date"], entries["value"]),
            ("record", records.dates, records.values),
        ):
            parts.append(pd.DataFrame({**common, "date": pd.to_datetime(dates), "value": values, "kind": kind}))
    return pd.concat(parts, ignore_index=True)
