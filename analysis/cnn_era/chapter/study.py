"""What the chapter on the CNN era computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call; the chapter, ``verify`` and the exports share them.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.cnn_era.chapter.experiments_of_records import coverage
from analysis.cnn_era.laboratory.deployment import cheapest
from analysis.cnn_era.laboratory.stages import record_curve
from analysis.cnn_era.networks import mobile
from analysis.cnn_era.networks.architectures import network
from analysis.cnn_era.networks.counting import count, total
from analysis.cnn_era.progress import access, alignment, hernandez, pareto, periods, same_hardware
from analysis.cnn_era.progress.change_points import FEWEST_STEPS, Segmentation, segment
from analysis.cnn_era.progress.halving import PaceComparison, compare_halving_times, halving_time
from analysis.cnn_era.progress.records import Records
from analysis.cnn_era.progress.series import contest, contests
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import significant

#: The networks whose counts the chapter prints.
COUNTED = (
    "alexnet",
    "vgg16",
    "googlenet",
    "resnet50",
    "squeezenet",
    "mobilenet-v1",
    "mobilenet-v2",
    "shufflenet-v2",
    "efficientnet-b0",
)
YEARS = tuple(range(2012, 2025))
#: The two contests with which the chapter compares the eras.
LEADERS = ("imagenet-cost", "nanogpt")


def fact(identity: str) -> float:
    """The value of a published figure."""
    return facts.load("cnn_era")[identity].value


# --- section 1: networks ----------------------------------------------------------------------------------------


@cache
def counts() -> pd.DataFrame:
    """Parameters and multiply-adds of the networks, exact; columns key, name, size, parameters, macs."""
    rows = []
    for key in COUNTED:
        one = network(key)
        found = total(one.layers, one.size)
        rows.append((key, one.name, one.size, found.parameters, found.macs))
    return pd.DataFrame(rows, columns=["key", "name", "size", "parameters", "macs"])


@cache
def dense_shares() -> pd.DataFrame:
    """Share of parameters and multiply-adds that lies in fully connected layers; index name."""
    rows = {}
    for key in COUNTED:
        one = network(key)
        table = count(one.layers, one.size)
        dense = table["kind"].str.startswith("linear")
        rows[one.name] = {what: table.loc[dense, what].sum() / table[what].sum() for what in ("parameters", "macs")}
    return pd.DataFrame(rows).T


@cache
def networks() -> pd.DataFrame:
    """Networks and recipes with accuracy and multiply-adds; columns name, recipe, year, macs, top1."""
    table = pareto.published_networks().assign(year=lambda t: t["available"].dt.year)
    return significant(table[["network", "name", "recipe", "year", "macs", "top1"]].sort_values("year", kind="stable"))


@cache
def fronts() -> pd.DataFrame:
    """The Pareto front at the end of each year; columns year, network, name, recipe, macs, top1."""
    front = pareto.front_by_year(pareto.published_networks(), YEARS)
    return significant(front[["year", "network", "name", "recipe", "macs", "top1"]])


@cache
def least_compute() -> pd.DataFrame:
    """The fewest multiply-adds to the accuracy of the first AlexNet on one card; columns year, macs, name."""
    return pareto.least_compute(pareto.published_networks(), alexnet_top1(), YEARS)


def alexnet_top1() -> float:
    """Top-1 accuracy of the single-card AlexNet, per cent."""
    table = pareto.published_networks().set_index("network")
    return float(table.loc["alexnet-owt", "top1"])


@cache
def recipes() -> pd.DataFrame:
    """Networks trained again years later, tested on images of the first size.

    Columns network, name, recipe, year, top1, gain, more_training.
    """
    parts = []
    for key in ("resnet50", "mobilenet-v1", "mobilenet-v2", "efficientnet-b0"):
        rows = pareto.recipes_of(key)
        same = rows[rows["size"] == rows["size"].iloc[0]]
        parts.append(same.assign(year=same["available"].dt.year))
    columns = ["network", "name", "recipe", "year", "top1", "gain", "more_training"]
    return significant(pd.concat(parts, ignore_index=True)[columns])


# --- section 2: one table, recomputed ---------------------------------------------------------------------------


@cache
def hernandez_rows() -> pd.DataFrame:
    """The rows of the AlexNet level; columns model, date, months, compute, factor."""
    rows = hernandez.rows_of()
    months = (rows["date"] - rows["date"].min()).dt.days / hernandez.DAYS_A_MONTH
    return significant(rows.assign(months=months)[["model", "date", "months", "compute", "factor"]])


@cache
def doublings() -> dict[str, hernandez.Doubling]:
    """Doubling time of the AlexNet level by its ends and by least squares."""
    rows = hernandez.rows_of()
    return {
        "ends": hernandez.doubling_by_ends(rows["date"], rows["compute"]),
        "regression": hernandez.doubling_by_regression(rows["date"], rows["compute"]),
    }


@cache
def moore() -> float:
    """What a doubling every two years gives over the span of the table."""
    return hernandez.moore_factor(float(hernandez_rows()["months"].max()))


@cache
def contradictions() -> pd.DataFrame:
    """Cells of the published table that its own columns contradict."""
    return hernandez.contradictions()


@cache
def progress() -> pd.DataFrame:
    """Halving times of compute for a fixed result, by study; columns study, domain, months, low, high, level, kind."""
    return significant(hernandez.algorithmic_progress())


# --- section 3: records -----------------------------------------------------------------------------------------


@cache
def parallel() -> pd.DataFrame:
    """Records of both eras in shares of each contest's first value; see :func:`alignment.align`."""
    return significant(alignment.align())


@cache
def records_of(name: str) -> Records:
    """The records of a contest."""
    return contest(name).records()


def title_of(name: str) -> str:
    """What a contest is called on a label."""
    return contest(name).title


@cache
def summary() -> pd.DataFrame:
    """One row a contest, none of them twice; see :func:`alignment.summarise`."""
    rows = alignment.summarise()
    return significant(rows[rows["contest"] != "nanogpt-89"].reset_index(drop=True), 5)


#: Contests of the menu, in its words.
MENU = (
    "imagenet-time",
    "imagenet-cost",
    "imagenet-8-v100",
    "cifar10-time",
    "cifar10-cost",
    "mlperf-resnet",
    "mlperf-bert",
    "mlperf-gpt3",
    "nanogpt",
    "nanogpt-medium",
    "nanochat-cost",
)


@cache
def contest_entries() -> pd.DataFrame:
    """Entries and records of the contests in the menu; columns title, era, date, value, record (bool)."""
    parts = []
    for name in MENU:
        which = contest(name)
        entries, records = which.entries(), which.records()
        common = {"title": which.title, "unit": which.unit, "era": which.era}
        others = pd.DataFrame({**common, "date": pd.to_datetime(entries["date"]), "value": entries["value"]})
        own = pd.DataFrame({**common, "date": pd.to_datetime(records.dates), "value": records.values})
        parts += [others.assign(kind="entry"), own.assign(kind="record")]
    return significant(pd.concat(parts, ignore_index=True))


@cache
def faster_or_cheaper() -> pd.DataFrame:
    """Runs against the first on the same chips; columns series, label, date, chips, time_ratio, work_ratio."""
    imagenet = same_hardware.imagenet_on_v100().assign(series="ImageNet on V100")
    gpt3 = same_hardware.gpt3_records().assign(series="GPT-3 on H100", author="NVIDIA")
    columns = ["series", "date", "author", "minutes", "chips", "chip_minutes", "time_ratio", "work_ratio"]
    return significant(pd.concat([imagenet[columns], gpt3[columns]], ignore_index=True))


@cache
def software() -> pd.DataFrame:
    """What software gained on machines that stayed the same; columns hardware, benchmark, factor, years."""
    gains = same_hardware.software_gains()
    span = pd.to_datetime(gains["last"]) - pd.to_datetime(gains["first"])
    return significant(gains.assign(years=span.dt.days / 365.25))


@cache
def covered() -> pd.DataFrame:
    """How often intervals of 95 % cover a known truth; columns truth, size, measure, share, error."""
    return significant(coverage(load_result("cnn-era-coverage")))


@cache
def by_period() -> pd.DataFrame:
    """Halving times before and after events in the history of contests; see :func:`periods.halving_by_period`."""
    return significant(periods.halving_by_period())


# --- section 4: the parallel ------------------------------------------------------------------------------------


@cache
def comparison() -> PaceComparison:
    """Halving time of ImageNet in dollars over that of the NanoGPT speedrun."""
    first, second = map(records_of, LEADERS)
    return compare_halving_times(first, second)


@cache
def comparison_without_last() -> PaceComparison:
    """The same with the speedrun up to record 89, the last of the list that was read at its source."""
    return compare_halving_times(records_of(LEADERS[0]), records_of("nanogpt-89"))


@cache
def comparisons() -> pd.DataFrame:
    """Every contest of images against every one of language; columns image, language, ratio, low, high, p."""
    rows = []
    for first in ("imagenet-cost", "imagenet-8-v100", "cifar10-cost"):
        for second in ("nanogpt", "nanogpt-medium", "nanochat-cost"):
            found = compare_halving_times(records_of(first), records_of(second))
            rows.append((contest(first).title, contest(second).title, found.ratio, found.low, found.high, found.p))
    return significant(pd.DataFrame(rows, columns=["image", "language", "ratio", "low", "high", "p"]), 4)


@cache
def pieces(name: str, model: str) -> Segmentation:
    """Change-points of a contest under a model."""
    return segment(records_of(name), model=model)


@cache
def break_profile() -> pd.DataFrame:
    """One break in the NanoGPT speedrun at every possible record; columns place, date, before, after, gain.

    ``before`` and ``after`` are halving times in days, end to end; ``gain`` is by how much the criterion (BIC) of two
    phases is below that of one, with deviances divided by the dispersion of :func:`pieces`.
    """
    records, found = records_of("nanogpt"), pieces("nanogpt", "steps")
    waits, drops, n = records.waits, records.drops, len(records) - 1

    def deviance(part: slice) -> float:
        size = len(waits[part])
        return float(2 * size * (np.log(waits[part].mean()) + np.log(drops[part].mean())))

    def halving(part: slice) -> float:
        return float(np.log(2) * waits[part].sum() / drops[part].sum())

    whole = deviance(slice(0, n))
    rows = []
    for place in range(FEWEST_STEPS, n - FEWEST_STEPS + 1):
        before, after = slice(0, place), slice(place, n)
        fall = (whole - deviance(before) - deviance(after)) / found.dispersion
        gain = fall - 3 * np.log(n)
        rows.append((place + 1, records.dates[place], halving(before), halving(after), gain))
    table = pd.DataFrame(rows, columns=["place", "date", "before", "after", "gain"])
    return significant(table.assign(date=pd.to_datetime(table["date"])), 5)


# --- section 5: four stages -------------------------------------------------------------------------------------


@cache
def stages() -> pd.DataFrame:
    """The attempts with both measures and the records so far; medians of nine seeds.

    Columns attempt, step, stage, kept, multiply_adds, multiply_adds_record, bytes, bytes_record, test.
    """
    table = load_result("cnn-era-stages")
    for column in ("multiply_adds", "bytes"):
        table[f"{column}_record"] = record_curve(table, column)["record"]
    columns = ["step", "stage", "kept", "multiply_adds", "multiply_adds_record", "bytes", "bytes_record", "test"]
    return significant(table.assign(attempt=table["number"] + 1)[["attempt", *columns]], 4)


@cache
def attempts() -> pd.DataFrame:
    """What each attempt saved against the last recipe that was kept; columns step, stage, kept, and two gains."""
    table = load_result("cnn-era-stages")
    rows, before = [], table.iloc[0]
    for _, row in table.iloc[1:].iterrows():
        gains = {f"{what}_gain": before[what] / row[what] for what in ("multiply_adds", "bytes")}
        rows.append({"step": row["step"], "stage": row["stage"], "kept": bool(row["kept"])} | gains)
        before = row if row["kept"] else before
    return significant(pd.DataFrame(rows), 4)


@cache
def stage_gains() -> pd.DataFrame:
    """What the attempts of each stage that were kept saved together; columns stage, multiply_adds, bytes."""
    kept = attempts()[attempts()["kept"]]
    gains = kept.groupby("stage", sort=False)[["multiply_adds_gain", "bytes_gain"]].prod()
    return gains.rename(columns=lambda name: name.removesuffix("_gain")).reset_index()


@cache
def deployed() -> pd.DataFrame:
    """Networks in use, pruned ones after further training; see :mod:`analysis.cnn_era.laboratory.deployment`."""
    table = load_result("cnn-era-deployment")
    return table[table["tuned"] | (table["share"] == 1)].reset_index(drop=True)


@cache
def answers() -> pd.DataFrame:
    """Accuracy and bytes of one answer at three bits and more; columns network, share, bits, bytes, test."""
    table = deployed()[deployed()["bits"] >= 3]
    return significant(table[["network", "share", "bits", "multiply_adds", "bytes", "test"]].reset_index(drop=True), 4)


@cache
def cheapest_answer() -> pd.Series:
    """The network of fewest bytes that meets the target on the validation set."""
    return cheapest(deployed())


@cache
def full_answer() -> pd.Series:
    """The first network, with all weights in single precision."""
    return deployed().iloc[0]


# --- section 6: dollars -----------------------------------------------------------------------------------------


@cache
def dollars() -> pd.DataFrame:
    """Dollars to AlexNet's accuracy; columns model, date, own, low, high, same_cards, rent, machine."""
    rent = access.rent_of_alexnet_level()
    table = access.cost_of_alexnet_level().assign(rent=rent["dollars"], machine=rent["machine"])
    return significant(table.drop(columns=["flop", "year"]))


@cache
def one_task() -> pd.DataFrame:
    """Networks that tell breeds of dog apart; columns name, top1, millions (multiply-adds), parameters (millions)."""
    table = mobile.dog_breeds()
    macs = (table["macs"] / 1e6).fillna(table["printed_macs"])
    return significant(
        table.assign(millions=macs, parameters=table["printed_parameters"])[["name", "top1", "millions", "parameters"]]
    )


# --- the verdicts -----------------------------------------------------------------------------------------------


@cache
def milestones() -> dict[str, tuple[int, int]]:
    """First and last year in which each measure of the public record was improved.

    ``better``: the best accuracy of any network; ``cheaper``: the fewest multiply-adds to AlexNet's accuracy;
    ``faster``: the record time to ImageNet.
    """
    best = networks().groupby("year")["top1"].max().cummax()
    least = least_compute().set_index("year")["macs"]
    better = best.index[best.diff().fillna(1) > 0]
    cheaper = least.index[least.diff().fillna(0) < 0]
    faster = records_of("imagenet-time").dates.astype("datetime64[Y]").astype(int) + 1970
    return {
        name: (int(min(years)), int(max(years)))
        for name, years in (("better", better), ("cheaper", cheaper), ("faster", faster))
    }


@cache
def steps_needed(ratio: float = 2.0, level: float = 0.95) -> int:
    """Steps that each of two series needs for an even chance of seeing that their paces differ by `ratio`.

    With so many, the interval of the ratio at `level` reaches just from `ratio` to one.

    Both with the dispersion of the leaders' series; see
    :func:`analysis.cnn_era.progress.halving.compare_halving_times`.
    """
    spread = [halving_time(records_of(name)).dispersion for name in LEADERS]
    width = float(stats.norm.ppf((1 + level) / 2))
    steps = 3
    while width * math.sqrt(sum(2 * float(special.polygamma(1, steps / s)) for s in spread)) > math.log(ratio):
        steps += 1
    return steps


@cache
def slower_after_first_year() -> pd.DataFrame:
    """Series with enough records for two halving times; columns contest, task, era, early, late (days) and p.

    Series of one task, such as CIFAR-10 by time, by cost and on one card, are no independent witnesses.
    """
    rows = periods.first_year_and_after(name for name in contests() if name != "nanogpt-89")
    task = rows["contest"].str.split("-").str[0]
    return significant(rows.assign(task=task)[["contest", "task", "era", "early", "late", "p"]], 4)
