"""Every number that the chapter on the CNN era prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.cnn_era.chapter import study
from analysis.cnn_era.chapter.experiments_of_records import REPETITIONS, SIZES
from analysis.cnn_era.laboratory.training import TARGET
from analysis.cnn_era.networks import mobile
from analysis.cnn_era.networks.traffic import FAST_BYTES
from analysis.cnn_era.progress import access, hernandez, pareto
from analysis.cnn_era.progress.same_hardware import decompose
from analysis.cnn_era.progress.series import RETIMED_RECORD
from analysis.kit import facts
from analysis.kit.numbers import Number

#: Day up to which the speedrun's list counts its tokens.
JANUARY = "2026-01-31"
#: Last record of the speedrun in the list that we read at its source.
LISTED = 89


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _opening(),
        _networks(),
        _progress(),
        _records(),
        _hardware(),
        _parallel(),
        _stages(),
        _access(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _opening() -> dict[str, Number]:
    pace = study.comparison()
    return {
        "pace-ratio": Number(pace.ratio, ".2f"),
        "pace-low": Number(pace.low, ".2f"),
        "pace-high": Number(pace.high, ".1f"),
    }


def _networks() -> dict[str, Number]:
    counts = study.counts().set_index("key")
    dense = study.dense_shares().loc["AlexNet"]
    nets = study.networks().set_index(["network", "recipe"])
    b0, vgg = nets.loc[("efficientnet-b0", "original")], nets.loc[("vgg19", "original")]
    resnet = study.recipes().query("network == 'resnet50'")["gain"].max()
    shares = pareto.mobile_shares()
    keras = mobile.printed_by_keras().set_index("size")
    return {
        "alexnet-dense-parameters": Number(dense["parameters"], ".0%"),
        "alexnet-dense-macs": Number(dense["macs"], ".0%"),
        "googlenet-parameters": Number(counts.loc["googlenet", "parameters"] / 1e6, ".1f"),
        "alexnet-parameters": Number(counts.loc["alexnet", "parameters"], ",.0f"),
        "b0-top1": Number(b0["top1"], ".1f", " %"),
        "b0-macs": Number(b0["macs"] / 1e6, ".0f"),
        "vgg19-top1": Number(vgg["top1"], ".1f", " %"),
        "vgg19-over-b0": Number(vgg["macs"] / b0["macs"], ".0f"),
        "resnet-gain": Number(resnet, ".1f"),
        "mobile-total": Number(shares.total, ".1f"),
        "mobile-architecture": Number(shares.architecture, ".1f"),
        "mobile-recipe": Number(shares.recipe, ".1f"),
        "keras-printed": Number(keras["printed"].iloc[0], ".0f"),
        **{f"mobilenet-{size:.0f}": Number(keras.loc[size, "counted"], ".0f") for size in keras.index},
    }


def _progress() -> dict[str, Number]:
    table = facts.load("cnn_era")
    rows, found = study.hernandez_rows(), study.doublings()
    regression = found["regression"]
    full = hernandez.published_table().set_index(["level", "model"])
    cells = study.contradictions()
    erdil, neurips = table["erdil-halving-months"], table["ho-neurips-halving-months"]
    preprint = facts.load("scaling")["ho-doubling-months"]
    epochs = hernandez.implied_epochs().set_index("model")
    return {
        "hb-factor-printed": Number(study.fact("hernandez-factor"), ".0f"),
        "hb-months-printed": Number(study.fact("hernandez-doubling-months"), ".0f"),
        "hb-moore-printed": Number(study.fact("hernandez-moore-factor"), ".0f"),
        "hb-factor": Number(rows["factor"].iloc[-1], ".1f"),
        "hb-moore": Number(study.moore(), ".1f"),
        "hb-ends": Number(found["ends"].months, ".1f"),
        "hb-regression": Number(regression.months, ".1f"),
        "hb-low": Number(regression.low, ".1f"),
        "hb-high": Number(regression.high, ".1f"),
        "erdil-months": Number(erdil.value, ".0f"),
        "erdil-low": Number(erdil.low, ".0f"),
        "erdil-high": Number(erdil.high, ".0f"),
        "ho-months": Number(neurips.value, ".0f"),
        "ho-preprint-low": Number(preprint.low, ".0f"),
        "ho-preprint-high": Number(preprint.high, ".0f"),
        "ho-preprint-level": Number(_level("Ho et al. 2024, preprint"), ".0%"),
        "ho-neurips-level": Number(_level("Ho et al. 2024, NeurIPS"), ".0%"),
        "ho-neurips-low": Number(neurips.low, ".0f"),
        "ho-neurips-high": Number(neurips.high, ".0f"),
        "hb-contradictions": Number(len(cells), ".0f"),
        "hb-dates": Number((cells["cell"] == "date").sum(), ".0f"),
        "resnet-factor-printed": Number(full.loc[("ResNet-50", "EfficientNet-B1"), "printed_factor"], ".0f"),
        "resnet-factor": Number(full.loc[("ResNet-50", "EfficientNet-B1"), "factor"], ".1f"),
        "seq2seq-printed": Number(full.loc[("Seq2Seq", "Transformer (base)"), "printed_factor"], ".0f"),
        "seq2seq-factor": Number(full.loc[("Seq2Seq", "Transformer (base)"), "factor"], ".1f"),
        "b0-compute": Number(epochs.loc["EfficientNet-B0", "compute"], ".3f"),
        "b0-epochs": Number(epochs.loc["EfficientNet-B0", "epochs"], ".1f"),
    }


def _level(study_name: str) -> float:
    return float(study.progress().set_index("study").loc[study_name, "level"])


def _records() -> dict[str, Number]:
    rows = study.summary().set_index("contest")
    covered = study.covered().set_index(["truth", "size", "measure"])["share"]
    large = max(SIZES)
    period = study.by_period().set_index("period")
    before, after = (
        period[period["contest"] == "imagenet-time"].iloc[0],
        period[period["contest"] == "imagenet-time"].iloc[1],
    )
    old, new, last = (period[period["contest"] == "nanogpt"].iloc[k] for k in range(3))
    return {
        "imagenet-time-factor": Number(rows.loc["imagenet-time", "factor"], ",.0f"),
        "imagenet-time-days": Number(rows.loc["imagenet-time", "days"], ".0f"),
        "imagenet-cost-factor": Number(rows.loc["imagenet-cost", "factor"], ".0f"),
        "nanogpt-factor": Number(rows.loc["nanogpt", "factor"], ".0f"),
        "nanogpt-days": Number(rows.loc["nanogpt", "days"], ".0f"),
        "nanochat-factor": Number(rows.loc["nanochat-cost", "factor"], ",.0f"),
        "coverage-series": Number(REPETITIONS, ",.0f"),
        "coverage-large": Number(large, ".0f"),
        "coverage-line": Number(covered["steps", large, "covers-profile"], ".0%"),
        "coverage-steps": Number(covered["steps", large, "covers-steps"], ".0%"),
        "level": Number(study.comparison().level, ".0%"),
        "nano-joint": Number(RETIMED_RECORD, ".0f"),
        "nano-listed": Number(LISTED, ".0f"),
        "nano-copied": Number(last["records"] - 1, ".0f"),
        "dawn-before": Number(before["halving_days"], ".0f"),
        "dawn-before-low": Number(before["low"], ".0f"),
        "dawn-before-high": Number(before["high"], ".0f"),
        "dawn-after": Number(after["halving_days"], ".0f"),
        "dawn-after-low": Number(after["low"], ".0f"),
        "dawn-after-high": Number(after["high"], ".0f"),
        "nano-before": Number(old["halving_days"], ".0f"),
        "nano-before-low": Number(old["low"], ".0f"),
        "nano-before-high": Number(old["high"], ".0f"),
        "nano-after": Number(new["halving_days"], ".0f"),
        "nano-after-low": Number(new["low"], ".0f"),
        "nano-after-high": Number(new["high"], ".0f"),
        "nano-last": Number(1 - 1 / last["factor"], ".0%"),
        "nano-last-days": Number(last["days"], ".0f"),
    }


def _hardware() -> dict[str, Number]:
    runs = study.faster_or_cheaper()
    gpt3, v100 = (runs[runs["series"] == name] for name in ("GPT-3 on H100", "ImageNet on V100"))
    fastest, leanest = v100.loc[v100["time_ratio"].idxmax()], v100.loc[v100["work_ratio"].idxmax()]
    split = decompose((v100.iloc[0]["minutes"], fastest["minutes"]), (v100.iloc[0]["chips"], fastest["chips"]))
    swapped = access.swapped_prices().set_index("chip")
    imagenet = study.records_of("imagenet-cost").values
    return {
        "gpt3-first": Number(gpt3.iloc[0]["minutes"], ".1f"),
        "gpt3-last": Number(gpt3.iloc[-1]["minutes"], ".1f"),
        "gpt3-chips-first": Number(gpt3.iloc[0]["chips"], ",.0f"),
        "gpt3-chips-last": Number(gpt3.iloc[-1]["chips"], ",.0f"),
        "gpt3-work-first": Number(gpt3.iloc[0]["chip_minutes"], ",.0f"),
        "gpt3-work-last": Number(gpt3.iloc[-1]["chip_minutes"], ",.0f"),
        "k80-hours": Number(swapped.loc["K80", "hours"], ".0f"),
        "m60-hours": Number(swapped.loc["M60", "hours"], ".0f"),
        "v100-chips": Number(fastest["chips"], ".0f"),
        "v100-time": Number(fastest["time_ratio"], ".0f"),
        "v100-share": Number(split.share_of_hardware, ".0%"),
        "v100-work": Number(leanest["work_ratio"], ".0f"),
        "m60-hourly": Number(swapped.loc["M60", "hourly"], ".2f"),
        "k80-hourly": Number(swapped.loc["K80", "hourly"], ".2f"),
        "m60-corrected": Number(swapped.loc["M60", "corrected"], ",.0f"),
        "k80-corrected": Number(swapped.loc["K80", "corrected"], ",.0f"),
        "corrected-factor": Number(swapped["corrected"].min() / imagenet[-1], ".0f"),
        "dawn-factor-printed": Number(study.fact("hernandez-dawnbench-factor"), ".0f"),
    }


def _parallel() -> dict[str, Number]:
    found, rows = study.pieces("nanogpt", "steps"), study.summary()
    point, images = found.change_points[0], rows[rows["era"] == "CNN"]
    with_break = images[images["steps_breaks"] > 0]
    covered = study.covered().set_index(["truth", "size", "measure"])["share"]
    size = 12
    both = study.slower_after_first_year()
    nano = study.records_of("nanogpt")
    january = float(nano.values[0] / nano.between(last=JANUARY).values[-1])
    tokens = study.fact("nanogpt-tokens-first") / study.fact("nanogpt-tokens-2026-01")
    chat = study.records_of("nanochat-cost").values
    return {
        "nanogpt-records": Number(len(nano), ".0f"),
        "break-evidence": Number(found.evidence, ".1f"),
        "break-before": Number(found.phases[0].days, ".0f"),
        "break-after": Number(found.phases[1].days, ".0f"),
        "break-low": _day(point.low),
        "break-high": _day(point.high),
        "cnn-contests": Number(len(images), ".0f"),
        "cnn-breaks": Number(len(with_break), ".0f"),
        "cnn-break-evidence": Number(float(with_break["steps_evidence"].max()), ".2f"),
        "scatter-breaks": Number(int((rows["scatter_breaks"] > 0).sum()), ".0f"),
        "all-contests": Number(len(rows), ".0f"),
        "false-size": Number(size, ".0f"),
        "false-lines": Number(covered["steps", size, "seen-scatter-bic"], ".0%"),
        "false-steps": Number(covered["steps", size, "seen-steps-bic"], ".0%"),
        "slower-count": Number(int((both["late"] > both["early"]).sum()), ".0f"),
        "slower-all": Number(len(both), ".0f"),
        "slower-tasks": Number(both["task"].nunique(), ".0f"),
        "slower-p": Number(float(both["p"].min()), ".2f"),
        "pace-without-last": Number(study.comparison_without_last().ratio, ".2f"),
        "pairs": Number(len(study.comparisons()), ".0f"),
        "pairs-p": Number(float(study.comparisons()["p"].min()), ".2f"),
        "steps-needed": Number(study.steps_needed(), ".0f"),
        "tokens-first": Number(study.fact("nanogpt-tokens-first") / 1e9, ".0f"),
        "tokens-later": Number(study.fact("nanogpt-tokens-2026-01") / 1e9, ".1f"),
        "tokens-factor": Number(tokens, ".0f"),
        "nano-january": Number(january, ".0f"),
        "speed-factor": Number(january / tokens, ".1f"),
        "gpt2-dollars": Number(study.fact("nanochat-gpt2-dollars"), ",.0f"),
        "gpt2-computed": Number(float(chat[0]), ",.0f"),
    }


def _day(when: np.datetime64) -> Number:
    """A day of the month, with month and year printed after it."""
    day = pd.Timestamp(when)
    return Number(day.day, ".0f", f" {day:%B %Y}")


def _stages() -> dict[str, Number]:
    gains = study.stage_gains().set_index("stage")
    attempts = study.attempts()
    small, full = study.cheapest_answer(), study.full_answer()
    milestones = study.milestones()
    return {
        "target": Number(TARGET, ".0%"),
        "fast-memory": Number(FAST_BYTES / 1024, ".0f", " KiB"),
        "stage-first-macs": Number(study.stages()["multiply_adds"].iloc[0] / 1e9, ".1f"),
        "better-macs": Number(gains.loc["better", "multiply_adds"], ".1f"),
        "faster-bytes": Number(gains.loc["faster", "bytes"], ".0f"),
        "cheaper-macs": Number(gains.loc["cheaper", "multiply_adds"], ".1f"),
        "cheaper-bytes": Number(gains.loc["cheaper", "bytes"], ".1f"),
        "failed": Number(int((~attempts["kept"]).sum()), ".0f"),
        "attempted": Number(len(attempts), ".0f"),
        "small-share": Number(small["share"], ".0%"),
        "small-bits": Number(small["bits"], ".0f"),
        "small-test": Number(small["test"], ".1%"),
        "full-test": Number(full["test"], ".1%"),
        "answer-bytes": Number(full["bytes"] / small["bytes"], ".0f"),
        "better-until": Number(milestones["better"][1], ".0f"),
        "cheaper-from": Number(milestones["cheaper"][0], ".0f"),
    }


def _access() -> dict[str, Number]:
    rows, bill = study.dollars(), access.alexnet_bill()
    first, last = rows.iloc[0], rows.iloc[-1]
    own, same = first["own"] / last["own"], first["same_cards"] / last["same_cards"]
    dogs = study.one_task()
    family = mobile.mobilenet_family()["macs"]
    return {
        "price-halving": Number(study.fact("hobbhahn-doubling-years"), ".1f"),
        "rent-first": Number(first["rent"], ".0f"),
        "rent-last": Number(last["rent"], ".2f"),
        "own-factor": Number(own, ".0f"),
        "same-factor": Number(same, ".0f"),
        "network-share": Number(math.log(same) / math.log(own), ".0%"),
        "alexnet-bought": Number(bill.bought, ".0f"),
        "alexnet-used": Number(bill.used, ".0f"),
        "alexnet-electricity": Number(bill.electricity, ".0f"),
        "alexnet-utilisation": Number(bill.utilisation, ".0%"),
        "assumed-utilisation": Number(study.fact("openai-utilisation"), ".0%"),
        "dog-breeds": Number(mobile.BREEDS, ".0f"),
        "dogs-work": Number(dogs["millions"].iloc[0] / dogs["millions"].iloc[1], ".1f"),
        "dogs-points": Number(dogs["top1"].iloc[0] - dogs["top1"].iloc[1], ".1f"),
        "family-largest": Number(float(family.max()) / 1e6, ".0f"),
        "family-smallest": Number(float(family.min()) / 1e6, ".0f"),
    }
