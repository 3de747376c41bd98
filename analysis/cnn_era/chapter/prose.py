"""Every number that the chapter on the CNN era prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.chapter.experiments_of_records import REPETITIONS, SIZES
from analysis.cnn_era.laboratory.deployment import cheapest, in_use
from analysis.cnn_era.laboratory.stages import stage_gains, step_gains
from analysis.cnn_era.laboratory.training import TARGET, TEST_IMAGES
from analysis.cnn_era.networks import mobile
from analysis.cnn_era.networks.architectures import network
from analysis.cnn_era.networks.counting import count_networks, dense_shares
from analysis.cnn_era.networks.traffic import FAST_BYTES
from analysis.cnn_era.progress import access, hernandez, pareto
from analysis.cnn_era.progress.alignment import compare_contests, summarise
from analysis.cnn_era.progress.change_points import segment
from analysis.cnn_era.progress.halving import compare_halving_times, halving_time, steps_needed
from analysis.cnn_era.progress.leave_one_out import paces_without_each, slowings_without_each
from analysis.cnn_era.progress.periods import first_year_and_after, halving_by_period
from analysis.cnn_era.progress.same_hardware import (
    decompose,
    deepseek_by_chips,
    gpt3_records,
    imagenet_on_v100,
    llama_records,
)
from analysis.cnn_era.progress.series import RETIMED_RECORD, read_table, records_of
from analysis.cnn_era.progress.simulation import coverage
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _opening(),
        _networks(),
        _progress(),
        _records(),
        _hardware(),
        _parallel(),
        _witnesses(),
        _stages(),
        _access(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _opening() -> dict[str, Number]:
    image, language = map(records_of, inputs.LEADERS)
    pace = compare_halving_times(image, language, inputs.LEVEL)
    image_time, speedrun = (halving_time(records, level=inputs.LEVEL) for records in (image, language))
    cost = access.cost_of_alexnet_level().iloc[0]
    return {
        "pace-ratio": Number(pace.ratio, ".2f"),
        "pace-low": Number(pace.low, ".2f"),
        "pace-high": Number(pace.high, ".1f"),
        "pace-faster": Number(pace.high, ".1f"),
        "pace-slower": Number(1 / pace.low, ".1f"),
        "cost-spread": Number(max(cost.own / cost.low, cost.high / cost.own), ".1f"),
        "image-spread": Number(max(image_time.high / image_time.days, image_time.days / image_time.low), ".1f"),
        "language-spread": Number(max(speedrun.high / speedrun.days, speedrun.days / speedrun.low), ".1f"),
    }


def _networks() -> dict[str, Number]:
    counts = count_networks(inputs.COUNTED).set_index("key")
    alexnet = network("alexnet")
    parameters, macs = dense_shares(alexnet.layers, alexnet.size)
    nets = pareto.published_networks().set_index(["network", "recipe"])
    b0, vgg = nets.loc[("efficientnet-b0", "original")], nets.loc[("vgg19", "original")]
    resnet = pareto.retrained(inputs.RETRAINED).query("network == 'resnet50'")["gain"].max()
    shares = pareto.mobile_shares()
    keras = mobile.printed_by_keras().set_index("size")
    return {
        "alexnet-dense-parameters": Number(parameters, ".0%"),
        "alexnet-dense-macs": Number(macs, ".0%"),
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
    rows = hernandez.rows_of(hernandez.LEVEL)
    ends = hernandez.doubling_by_ends(rows["date"], rows["compute"])
    regression = hernandez.doubling_by_regression(rows["date"], rows["compute"], inputs.LEVEL)
    full = hernandez.published_table().set_index(["level", "model"])
    cells = hernandez.contradictions()
    months = float(rows["months"].max())
    erdil, neurips = table["erdil-halving-months"], table["ho-neurips-halving-months"]
    preprint = facts.load("scaling")["ho-doubling-months"]
    epochs = hernandez.implied_epochs().set_index("model")
    return {
        "hb-factor-printed": Number(table["hernandez-factor"].value, ".0f"),
        "hb-months-printed": Number(table["hernandez-doubling-months"].value, ".0f"),
        "hb-moore-printed": Number(table["hernandez-moore-factor"].value, ".0f"),
        "hb-factor": Number(rows["factor"].iloc[-1], ".1f"),
        "hb-moore": Number(hernandez.moore_factor(months, inputs.MOORE_MONTHS), ".1f"),
        "hb-ends": Number(ends.months, ".1f"),
        "hb-years": Number(months / 12, "words"),
        "hb-whole-months": Number(regression.months, ".0f"),
        "hb-regression": Number(regression.months, ".1f"),
        "hb-low": Number(regression.low, ".1f"),
        "hb-high": Number(regression.high, ".1f"),
        "erdil-months": Number(erdil.value, ".0f"),
        "erdil-low": Number(erdil.low, ".0f"),
        "erdil-high": Number(erdil.high, ".0f"),
        "ho-months": Number(neurips.value, ".0f"),
        "ho-bootstrap": Number(facts.load("scaling")["ho-doubling-months-bootstrap"].value, ".1f"),
        "hb-rows": Number(len(rows), "words"),
        "erdil-over-ho": Number(erdil.high / neurips.low, ".0f"),
        "ho-over-erdil": Number(neurips.high / erdil.low, ".1f"),
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


def _level(study: str) -> float:
    return float(hernandez.algorithmic_progress().set_index("study").loc[study, "level"])


def _records() -> dict[str, Number]:
    rows = summarise(inputs.CONTESTS, level=inputs.LEVEL).set_index("contest")
    covered = _covered()
    large = max(SIZES)
    period = halving_by_period(inputs.PERIODS).set_index("period")
    before, after = (
        period[period["contest"] == "imagenet-time"].iloc[0],
        period[period["contest"] == "imagenet-time"].iloc[1],
    )
    old, new, last = (period[period["contest"] == "nanogpt"].iloc[k] for k in range(3))
    whole = halving_time(records_of("nanogpt").between(new["first"]), level=inputs.LEVEL)
    speedrun = read_table("nanogpt").query("track == 1")
    listed = speedrun.query("kind != 'retime'").set_index("record")["minutes"]
    again = speedrun.query("kind == 'retime'")["minutes"].iloc[0]
    fact = facts.load("cnn_era")
    return {
        "imagenet-time-factor": Number(rows.loc["imagenet-time", "factor"], ",.0f"),
        "imagenet-time-days": Number(rows.loc["imagenet-time", "days"], ".0f"),
        "imagenet-cost-factor": Number(rows.loc["imagenet-cost", "factor"], ".0f"),
        "nanogpt-factor": Number(rows.loc["nanogpt", "factor"], ".0f"),
        "nanogpt-days": Number(rows.loc["nanogpt", "days"], ".0f"),
        "nanochat-years": Number(rows.loc["nanochat-cost", "days"] / 365.25, "words"),
        "nanochat-factor": Number(rows.loc["nanochat-cost", "factor"], ",.0f"),
        "coverage-series": Number(REPETITIONS, ",.0f"),
        "coverage-large": Number(large, ".0f"),
        "coverage-line": Number(covered["steps", large, "covers-profile"], ".0%"),
        "coverage-steps": Number(covered["steps", large, "covers-steps"], ".0%"),
        "level": Number(inputs.LEVEL, ".0%"),
        "nano-joint": Number(RETIMED_RECORD, ".0f"),
        "nano-listed": Number(inputs.LAST_BEFORE, ".0f"),
        "table-record": Number(inputs.LAST_BEFORE + 1, ".0f"),
        "compared-record": Number(inputs.COMPARED, ".0f"),
        "nano-step": Number(
            60 * (again - listed[inputs.LAST_BEFORE]) / (inputs.LAST_BEFORE - RETIMED_RECORD), ".1f", " seconds"
        ),
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
        "nano-with": Number(whole.days, ".0f"),
        "nano-with-low": Number(whole.low, ".0f"),
        "nano-with-high": Number(whole.high, ".0f"),
        "nano-list-factor": Number(listed.iloc[0] / listed.iloc[-1], ".0f"),
        "table-parameters": Number(fact["speedrun-table-rows"].value * fact["speedrun-table-width"].value / 1e9, ".0f"),
        "net-parameters": Number(fact["speedrun-net-parameters"].value / 1e6, ".0f"),
        "table-seconds": Number(fact["speedrun-92-seconds-table"].value, ".0f"),
        "gained-seconds": Number(fact["speedrun-92-seconds"].value, ".0f"),
        "disputed-days": Number(fact["speedrun-92-merged-days"].value, ".0f"),
        "imagenet-records": Number(rows.loc["imagenet-cost", "records"], "words"),
        "imagenet-steps": Number(rows.loc["imagenet-cost", "records"] - 1, "words"),
        "kakao-runs": Number(fact["kakaobrain-runs"].value, ".0f"),
        "kakao-reached": Number(fact["kakaobrain-runs-reached"].value, ".0f"),
        "refused-seconds": Number(fact["dawnbench-refused-seconds"].value, ".0f"),
    }


def _hardware() -> dict[str, Number]:
    gpt3, v100, llama, deepseek = gpt3_records(), imagenet_on_v100(), llama_records(), deepseek_by_chips()
    fastest, leanest = v100.loc[v100["time_ratio"].idxmax()], v100.loc[v100["work_ratio"].idxmax()]
    split = decompose((v100.iloc[0]["minutes"], fastest["minutes"]), (v100.iloc[0]["chips"], fastest["chips"]))
    swapped = access.swapped_prices().set_index("chip")
    imagenet = records_of("imagenet-cost").values
    printed = facts.load("cnn_era")["hernandez-dawnbench-factor"]
    return {
        "gpt3-share": Number(1 / gpt3.iloc[-1]["time_ratio"], ".0%"),
        "gpt3-first": Number(gpt3.iloc[0]["minutes"], ".1f"),
        "gpt3-last": Number(gpt3.iloc[-1]["minutes"], ".1f"),
        "gpt3-chips-first": Number(gpt3.iloc[0]["chips"], ",.0f"),
        "gpt3-chips-last": Number(gpt3.iloc[-1]["chips"], ",.0f"),
        "gpt3-work-first": Number(gpt3.iloc[0]["chip_minutes"], ",.0f"),
        "gpt3-work-last": Number(gpt3.iloc[-1]["chip_minutes"], ",.0f"),
        "llama-first": Number(llama.iloc[0]["minutes"], ".1f"),
        "llama-last": Number(llama.iloc[-1]["minutes"], ".1f"),
        "llama-work-first": Number(llama.iloc[0]["chip_minutes"], ",.0f"),
        "llama-work-last": Number(llama.iloc[-1]["chip_minutes"], ",.0f"),
        "deepseek-chips-first": Number(deepseek.iloc[0]["chips"], ",.0f"),
        "deepseek-chips-last": Number(deepseek.iloc[-1]["chips"], ",.0f"),
        "deepseek-first": Number(deepseek.iloc[0]["minutes"], ".0f"),
        "deepseek-last": Number(deepseek.iloc[-1]["minutes"], ".1f"),
        "deepseek-work": Number(1 / deepseek.iloc[-1]["work_ratio"], ".1f"),
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
        "dawn-factor-printed": Number(printed.value, ".0f"),
    }


def _parallel() -> dict[str, Number]:
    found, rows = segment(records_of("nanogpt")), summarise(inputs.CONTESTS, level=inputs.LEVEL)
    alone = segment(records_of(inputs.BEFORE_TABLE))
    point, images = found.change_points[0], rows[rows["era"] == "CNN"]
    with_break = images[images["steps_breaks"] > 0]
    covered, size = _covered(), inputs.FALSE_BREAKS_AT
    image, language = map(records_of, inputs.LEADERS)
    pairs = compare_contests(inputs.IMAGES, inputs.LANGUAGE)
    before = compare_halving_times(image, records_of(inputs.BEFORE_TABLE), inputs.LEVEL)
    each = paces_without_each(*inputs.LEADERS, inputs.LEVEL)
    apart = each.loc[each["ratio"].idxmin()]
    january = float(language.values[0] / language.between(last=inputs.TOKENS_UNTIL).values[-1])
    fact = facts.load("cnn_era")
    first, later = fact["nanogpt-tokens-first"].value, fact["nanogpt-tokens-2026-01"].value
    chat = records_of("nanochat-cost").values
    spread = [halving_time(records).dispersion for records in (image, language)]
    needed = steps_needed(spread, inputs.SEEN_APART, inputs.LEVEL)
    return {
        "nanogpt-records": Number(len(language), ".0f"),
        "break-evidence": Number(found.evidence, ".1f"),
        "break-before": Number(found.phases[0].days, ".0f"),
        "break-after": Number(found.phases[1].days, ".0f"),
        "alone-evidence": Number(alone.evidence, ".1f"),
        "alone-low": _day(alone.change_points[0].low),
        "alone-high": _day(alone.change_points[0].high),
        "break-low": _day(point.low),
        "break-high": _day(point.high),
        "cnn-contests": Number(len(images), ".0f"),
        "seen-apart": Number(inputs.SEEN_APART, "words"),
        "cnn-breaks": Number(len(with_break), ".0f"),
        "cnn-break-evidence": Number(float(with_break["steps_evidence"].max()), ".2f"),
        "scatter-breaks": Number(int((rows["scatter_breaks"] > 0).sum()), ".0f"),
        "all-contests": Number(len(rows), ".0f"),
        "false-size": Number(size, ".0f"),
        "false-lines": Number(covered["steps", size, "seen-scatter-bic"], ".0%"),
        "false-steps": Number(covered["steps", size, "seen-steps-bic"], ".0%"),
        "part": Number(inputs.PART, ".0%"),
        "eras-apart": Number(float((language.dates[0] - image.dates[0]).astype(int) / 365.25), ".1f"),
        "pace-before": Number(before.ratio, ".2f"),
        "pace-before-low": Number(before.low, ".2f"),
        "pace-before-high": Number(before.high, ".1f"),
        "pace-least": Number(float(apart["ratio"]), ".2f"),
        "pace-least-low": Number(float(apart["low"]), ".2f"),
        "pace-least-high": Number(float(apart["high"]), ".1f"),
        "pairs": Number(len(pairs), ".0f"),
        "pairs-p": Number(float(pairs["p"].min()), ".2f"),
        "steps-needed": Number(needed, ".0f"),
        "tokens-first": Number(first / 1e9, ".0f"),
        "tokens-later": Number(later / 1e9, ".1f"),
        "tokens-factor": Number(first / later, ".0f"),
        "nano-january": Number(january, ".0f"),
        "speed-factor": Number(january / (first / later), ".1f"),
        "gpt2-dollars": Number(fact["nanochat-gpt2-dollars"].value, ",.0f"),
        "gpt2-computed": Number(float(chat[0]), ",.0f"),
    }


def _witnesses() -> dict[str, Number]:
    """What speaks for a slowing in the series, and who set the records."""
    both = first_year_and_after(inputs.CONTESTS)
    surest = both.loc[both["p"].idxmin()]
    sizes = summarise(inputs.CONTESTS, level=inputs.LEVEL).query("era == 'CNN'")["records"]
    credit = read_table("nanogpt").query("track == 1 and kind != 'retime'")["credit"].value_counts()
    agents = read_table("nanochat")["change"].str.contains("AI agent")
    return {
        "slower-count": Number(int((both["late"] > both["early"]).sum()), ".0f"),
        "slower-all": Number(len(both), ".0f"),
        "slower-tasks": Number(both["task"].nunique(), ".0f"),
        "slower-cifar": Number(int((both["task"] == "cifar10").sum()), "words"),
        "slower-seen": Number(int((both["p"] < 1 - inputs.LEVEL).sum()), "words"),
        "slower-limit": Number(1 - inputs.LEVEL, ".0%"),
        "slower-p": Number(float(surest["p"]), ".2f"),
        "slower-p-all": Number(min(1.0, len(both) * float(surest["p"])), ".2f"),
        "slower-p-without": Number(float(slowings_without_each(surest["contest"])["p"].max()), ".2f"),
        "slower-surest": Number(float(surest["ratio"]), ".0f"),
        "cnn-fewest": Number(float(sizes.min()), "words"),
        "cnn-most": Number(float(sizes.max()), "words"),
        "credits-ai": Number(int(credit["AI system"]), "words"),
        "credits-with": Number(int(credit["with a model"]), "words"),
        "credits-all": Number(int(credit.sum()), ".0f"),
        "credits-chat": Number(int(agents.sum()), "words"),
    }


def _covered() -> pd.Series:
    """Shares of the simulated series by truth, size and measure."""
    return coverage(load_result("cnn-era-coverage")).set_index(["truth", "size", "measure"])["share"]


def milestones() -> dict[str, tuple[int, int]]:
    """First and last year in which accuracy, work and record time improved; see :func:`pareto.milestones`."""
    table = pareto.published_networks()
    level = float(table.set_index("network").loc[inputs.ALEXNET_LEVEL, "top1"])
    return pareto.milestones(table, level, inputs.YEARS, records_of("imagenet-time"))


def milestones_without_each() -> list[dict[str, tuple[int, int]]]:
    """Those of :func:`milestones` with each network but the one that sets the accuracy left out of the list in turn."""
    table, records = pareto.published_networks(), records_of("imagenet-time")
    level = float(table.set_index("network").loc[inputs.ALEXNET_LEVEL, "top1"])
    others = [name for name in table["network"].unique() if name != inputs.ALEXNET_LEVEL]
    return [pareto.milestones(table[table["network"] != name], level, inputs.YEARS, records) for name in others]


def _day(when: np.datetime64) -> Number:
    """A day of the month, with month and year printed after it."""
    day = pd.Timestamp(when)
    return Number(day.day, ".0f", f" {day:%B %Y}")


def _stages() -> dict[str, Number]:
    results = load_result("cnn-era-stages")
    attempts = step_gains(results)
    gains, networks = stage_gains(attempts), in_use(load_result("cnn-era-deployment"))
    small, full = cheapest(networks), networks.iloc[0]
    years = milestones()
    return {
        "target": Number(TARGET, ".0%"),
        "fast-memory": Number(FAST_BYTES / 1024, ".0f", " KiB"),
        "stage-first-macs": Number(results["multiply_adds"].iloc[0] / 1e9, ".1f"),
        "better-macs": Number(gains.loc["better", "multiply_adds"], ".1f"),
        "faster-bytes": Number(gains.loc["faster", "bytes"], ".0f"),
        "cheaper-macs": Number(gains.loc["cheaper", "multiply_adds"], ".1f"),
        "cheaper-bytes": Number(gains.loc["cheaper", "bytes"], ".1f"),
        "failed": Number(int((~attempts["kept"]).sum()), ".0f"),
        "attempted": Number(len(attempts), ".0f"),
        "small-share": Number(small["share"], ".0%"),
        "small-bits": Number(small["bits"], ".0f"),
        "small-test": Number(small["test"], ".1%"),
        "test-digits": Number(TEST_IMAGES, ".0f"),
        "test-error": Number(100 * math.sqrt(small["test"] * (1 - small["test"]) / TEST_IMAGES), ".1f"),
        "full-test": Number(full["test"], ".1%"),
        "answer-bytes": Number(full["bytes"] / small["bytes"], ".0f"),
        "better-until": Number(years["better"][1], ".0f"),
        "cheaper-from": Number(years["cheaper"][0], ".0f"),
    }


def _access() -> dict[str, Number]:
    costs, rents, bill = access.cost_of_alexnet_level(), access.rent_of_alexnet_level(), access.alexnet_bill()
    own, same = (float(costs[kind].iloc[0] / costs[kind].iloc[-1]) for kind in ("own", "same_cards"))
    fact, dogs = facts.load("cnn_era"), mobile.dog_breeds()
    family = mobile.mobilenet_family()["macs"]
    return {
        "price-halving": Number(fact["hobbhahn-doubling-years"].value, ".1f"),
        "price-halving-low": Number(fact["hobbhahn-doubling-years"].low, ".1f"),
        "price-halving-high": Number(fact["hobbhahn-doubling-years"].high, ".1f"),
        "rent-first": Number(rents["dollars"].iloc[0], ".0f"),
        "rent-last": Number(rents["dollars"].iloc[-1], ".2f"),
        "own-factor": Number(own, ".0f"),
        "same-factor": Number(same, ".0f"),
        "network-share": Number(math.log(same) / math.log(own), ".0%"),
        "alexnet-days-low": Number(fact["alexnet-days"].low, "words"),
        "alexnet-days-high": Number(fact["alexnet-days"].high, "words"),
        "alexnet-bought": Number(bill.bought, ".0f"),
        "alexnet-used": Number(bill.used, ".0f"),
        "alexnet-electricity": Number(bill.electricity, ".0f"),
        "alexnet-utilisation": Number(bill.utilisation, ".0%"),
        "assumed-utilisation": Number(fact["openai-utilisation"].value, ".0%"),
        "dog-breeds": Number(mobile.BREEDS, ".0f"),
        "dogs-work": Number(dogs["millions"].iloc[0] / dogs["millions"].iloc[1], ".1f"),
        "dogs-points": Number(dogs["top1"].iloc[0] - dogs["top1"].iloc[1], ".1f"),
        "family-largest": Number(float(family.max()) / 1e6, ".0f"),
        "family-smallest": Number(float(family.min()) / 1e6, ".0f"),
    }
