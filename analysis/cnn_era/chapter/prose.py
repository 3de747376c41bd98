"""Every number that the chapter on the CNN era prints in its sentences."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.chapter.experiments_of_records import SIZES
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
from analysis.kit.numbers import Number, joined

#: Words that several origins share.
_LEVEL = Number(inputs.LEVEL, ".0%")
_UTILISATION = Number(access.UTILISATION[0], ".0%")
_END = f"end of its {_LEVEL} interval, if waits and drops are independent draws, widened by their dispersion"
_RATIO_END = f"end of its {_LEVEL} interval, if waits and drops are independent draws in both series"
_FIRST_DAY = f"first record at which a break is not excluded at {_LEVEL}, by the profile likelihood of steps"
_LAST_DAY = f"last record at which a break is not excluded at {_LEVEL}, by the profile likelihood of steps"
_DOUBLING = (
    "Doubling time of efficiency by least squares: one over the slope of the line through the base-two logarithms of "
    "all rows' computes against months"
)


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
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


def _opening() -> dict[str, Number]:
    image, language = map(records_of, inputs.LEADERS)
    pace = compare_halving_times(image, language, inputs.LEVEL)
    image_time, speedrun = (halving_time(records, level=inputs.LEVEL) for records in (image, language))
    cost = access.cost_of_alexnet_level()
    return {
        "pace-ratio": Number(
            pace.ratio,
            ".2f",
            how="Pace of ImageNet's cost against the speedrun's: halving time of the dollars to train "
            "ImageNet over that of the NanoGPT speedrun's minutes, each from its first and last "
            "record",
        ),
        "pace-low": Number(pace.low, ".2f", how=f"Least ratio of the two halving times: lower {_RATIO_END}"),
        "pace-high": Number(pace.high, ".1f", how=f"Greatest ratio of the two halving times: upper {_RATIO_END}"),
        "pace-faster": Number(
            pace.high,
            ".1f",
            how="Most by which language models may be faster: greatest ratio of the two halving "
            f"times, upper {_RATIO_END}",
        ),
        "pace-slower": Number(
            1 / pace.low,
            ".1f",
            how="Most by which language models may be slower: one over the least ratio of the two "
            f"halving times, the lower {_RATIO_END}",
        ),
        "cost-spread": Number(
            float(max((cost["own"] / cost["low"]).max(), (cost["high"] / cost["own"]).max())),
            ".1f",
            how="How sure the cost of a run is: the largest factor from the middle of a network's cost "
            "on bought cards to an end, for price trend, utilisation and life of a card together",
        ),
        "image-spread": Number(
            max(image_time.high / image_time.days, image_time.days / image_time.low),
            ".1f",
            how="How sure the halving time for images is: the larger factor from its middle to an end "
            "of its interval, for ImageNet in dollars",
        ),
        "language-spread": Number(
            max(speedrun.high / speedrun.days, speedrun.days / speedrun.low),
            ".1f",
            how="How sure the halving time for language is: the larger factor from its middle to an "
            "end of its interval, for the NanoGPT speedrun",
        ),
    }


def _networks() -> dict[str, Number]:
    counts = count_networks(inputs.COUNTED).set_index("key")
    alexnet = network("alexnet")
    parameters, macs = dense_shares(alexnet.layers, alexnet.size)
    nets = pareto.published_networks().set_index(["network", "recipe"])
    b0, vgg = nets.loc[("efficientnet-b0", "original")], nets.loc[("vgg19", "original")]
    table, recipes = facts.load("cnn_era"), pareto.retrained(inputs.RETRAINED).query("network == 'resnet50'")
    shares = pareto.mobile_shares()
    keras = mobile.printed_by_keras().set_index("size")
    return {
        "alexnet-dense-parameters": Number(
            parameters,
            ".0%",
            how="Share of AlexNet's parameters in dense layers: those of its fully connected layers "
            "over those of all layers, counted layer by layer",
        ),
        "alexnet-dense-macs": Number(
            macs,
            ".0%",
            how="Share of AlexNet's work in dense layers: multiply-adds of its fully connected layers "
            "for one image over those of all layers",
        ),
        "alexnet-parameters": Number(
            counts.loc["alexnet", "parameters"],
            ",.0f",
            how="Parameters of the AlexNet of 2012: weights and biases of all layers, counted with "
            "the convolutions split over two cards as in the paper",
        ),
        "vgg19-over-b0": Number(
            vgg["macs"] / b0["macs"],
            ".0f",
            how="Work of VGG-19 over that of EfficientNet-B0: multiply-adds for one test image of the "
            "one over those of the other, both counted layer by layer",
        ),
        "resnet-gain": Number(
            recipes["gain"].max(),
            ".1f",
            how="Points that recipes gave to ResNet-50: its best published accuracy with a later "
            "recipe, at the same size of image, less that with its original recipe",
        ),
        "resnet-training": Number(
            recipes.loc[recipes["gain"].idxmax(), "more_training"],
            "words",
            how="Training that ResNet-50's best recipe takes: its compute over that of the original recipe, rounded",
        ),
        "resnet-printed": Number(table["torchvision-ops-resnet50"].value, ".3f"),
        "resnet-counted": Number(
            counts.loc["resnet50", "macs"] / 1e9,
            ".3f",
            how="Work of ResNet-50: multiply-adds for one image, counted layer by layer, in billions",
        ),
        "alexnet-one-card": Number(
            count_networks((inputs.ALEXNET_LEVEL,))["parameters"].iloc[0],
            ",.0f",
            how="Parameters of the AlexNet of 2014 for one card: weights and biases of all its layers, counted",
        ),
        "mobile-total": Number(
            shares.total,
            ".1f",
            how="Points from MobileNet v1 to EfficientNet-B0: published accuracy of the newer network "
            "with a recipe of 2024 less that of the older one with its first",
        ),
        "mobile-architecture": Number(
            shares.architecture,
            ".1f",
            how="Points that the network gave: gain from changing the network before the recipe and "
            "gain from changing it after, averaged",
        ),
        "mobile-recipe": Number(
            shares.recipe,
            ".1f",
            how="Points that the recipe gave: the whole gain less what the network gave, which is the "
            "mean of changing the recipe first and last",
        ),
        "keras-printed": Number(
            keras["printed"].iloc[0],
            ".0f",
            how="Work of MobileNet by Keras' documentation: multiply-adds printed there for the "
            "largest size of image, and again for all others, in millions",
        ),
        **{
            f"mobilenet-{size:.0f}": Number(
                keras.loc[size, "counted"],
                ".0f",
                how=f"Work of MobileNet at {size:.0f} pixels: multiply-adds for one image of that side, counted layer "
                "by layer, in millions",
            )
            for size in keras.index
        },
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
    epochs = hernandez.implied_epochs().set_index("model")
    return {
        "hb-factor-printed": Number(table["hernandez-factor"].value, ".0f"),
        "hb-months-printed": Number(table["hernandez-doubling-months"].value, ".0f"),
        "hb-moore-printed": Number(table["hernandez-moore-factor"].value, ".0f"),
        "hb-factor": Number(
            rows["factor"].iloc[-1],
            ".1f",
            how="Fall of compute to AlexNet's accuracy: first compute of Hernandez and Brown's table "
            "over its last, AlexNet's over EfficientNet-B0's",
        ),
        "hb-moore": Number(
            hernandez.moore_factor(months, inputs.MOORE_MONTHS),
            ".1f",
            how=f"Gain that Moore's law would give: one doubling every {inputs.MOORE_MONTHS} months "
            "over the months from the first row to the last",
        ),
        "hb-ends": Number(
            ends.months,
            ".1f",
            how="Doubling time from two rows alone: months from first to last row over the doublings "
            "of efficiency between them, the base-two logarithm of their computes' ratio",
        ),
        "hb-years": Number(
            months / 12,
            "words",
            how="Years that the table spans: months from its first row to its last over the months of a year, rounded",
        ),
        "hb-whole-months": Number(regression.months, ".0f", how=_DOUBLING),
        "hb-regression": Number(regression.months, ".1f", how=_DOUBLING),
        "hb-low": Number(
            regression.low,
            ".1f",
            how="Shortest doubling time by least squares: one over the line's slope plus its error at "
            f"{_LEVEL} by Student's t, if rows scatter independently about the line",
        ),
        "hb-high": Number(
            regression.high,
            ".1f",
            how="Longest doubling time by least squares: one over the line's slope less its error at "
            f"{_LEVEL} by Student's t, if rows scatter independently about the line",
        ),
        "erdil-months": Number(erdil.value, ".0f"),
        "erdil-low": Number(
            erdil.low,
            ".0f",
            how="Shortest halving time by Erdil and Besiroglu: lower end of the interval that they publish, in months",
        ),
        "erdil-high": Number(
            erdil.high,
            ".0f",
            how="Longest halving time by Erdil and Besiroglu: upper end of the interval that they publish, in months",
        ),
        "ho-months": Number(neurips.value, ".0f"),
        "hb-rows": Number(
            len(rows),
            "words",
            how="Rows of the table for AlexNet's accuracy: models that Hernandez and Brown list, each "
            "below the compute of those before",
        ),
        "erdil-over-ho": Number(
            erdil.high / neurips.low,
            ".0f",
            how="Most by which images may be slower: longest halving time of Erdil and Besiroglu's "
            "interval over the shortest of Ho and colleagues' conference edition",
        ),
        "ho-over-erdil": Number(
            neurips.high / erdil.low,
            ".1f",
            how="Most by which language may be slower: longest halving time of the interval in Ho and "
            "colleagues' conference edition over the shortest of Erdil and Besiroglu's",
        ),
        "hb-contradictions": Number(
            len(cells),
            ".0f",
            how="Cells that the table itself contradicts: factors that no computes within rounding "
            "give, and dates in another month than their arXiv number, counted",
        ),
        "hb-dates": Number(
            (cells["cell"] == "date").sum(),
            ".0f",
            how="Dates that contradict their arXiv number: rows whose printed month is not the one "
            "that begins the number in their link, counted",
        ),
        "resnet-factor-printed": Number(
            full.loc[("ResNet-50", "EfficientNet-B1"), "printed_factor"],
            ".0f",
            how="Factor to ResNet-50's accuracy as printed: the reduction of compute that the table "
            "has in the row of EfficientNet-B1",
        ),
        "resnet-factor": Number(
            full.loc[("ResNet-50", "EfficientNet-B1"), "factor"],
            ".1f",
            how="Factor to ResNet-50's accuracy from the columns: first compute at that accuracy over "
            "that of EfficientNet-B1",
        ),
        "seq2seq-printed": Number(
            full.loc[("Seq2Seq", "Transformer (base)"), "printed_factor"],
            ".0f",
            how="Factor for translation as printed: the reduction of compute that the table has from "
            "Seq2Seq to the base Transformer",
        ),
        "seq2seq-factor": Number(
            full.loc[("Seq2Seq", "Transformer (base)"), "factor"],
            ".1f",
            how="Factor for translation from the columns: first compute at Seq2Seq's quality over "
            "that of the base Transformer",
        ),
        "b0-compute": Number(
            epochs.loc["EfficientNet-B0", "compute"],
            ".3f",
            how="Compute of EfficientNet-B0 to AlexNet's accuracy: as Hernandez and Brown's table "
            "prints it, in teraflop/s-days with a multiply-add as one FLOP",
        ),
        "b0-epochs": Number(
            epochs.loc["EfficientNet-B0", "epochs"],
            ".1f",
            how="Passes over ImageNet that this compute means: the printed compute over that of one "
            f"pass, {hernandez.PASSES} times our counted multiply-adds for each training image",
        ),
    }


def _records() -> dict[str, Number]:
    rows = summarise(inputs.CONTESTS, level=inputs.LEVEL).set_index("contest")
    covered = _covered()
    large = max(SIZES)
    period = halving_by_period(inputs.PERIODS, inputs.LEVEL).set_index("period")
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
        "imagenet-cost-factor": Number(
            rows.loc["imagenet-cost", "factor"],
            ".0f",
            how="Fall of the cost of ImageNet: dollars of DAWNBench's first record over those of its last, as entered",
        ),
        "nanogpt-factor": Number(
            rows.loc["nanogpt", "factor"],
            ".0f",
            how="Fall of the speedrun's time: minutes of its first record over those of its last, "
            f"later ones carried to the old timing rule through record {RETIMED_RECORD}",
        ),
        "coverage-line": Number(
            covered["steps", large, "covers-profile"],
            ".0%",
            how="How often a line's interval is right: share of simulated series of independent steps "
            f"whose {_LEVEL} interval from a line through the logarithms contains the true halving "
            "time",
        ),
        "coverage-steps": Number(
            covered["steps", large, "covers-steps"],
            ".0%",
            how="How often an interval from steps is right: share of the same simulated series whose "
            f"{_LEVEL} interval from waits and drops contains the true halving time",
        ),
        "level": Number(
            inputs.LEVEL,
            ".0%",
            how="Coverage of the chapter's intervals: the share of cases in which they should contain "
            "the truth, a choice of ours",
        ),
        "nano-joint": Number(
            RETIMED_RECORD, ".0f", how="Record that was timed by both rules: its number in the speedrun's list"
        ),
        "nano-listed": Number(
            inputs.LAST_BEFORE, ".0f", how="Last record before the large table: its number in the speedrun's list"
        ),
        "table-record": Number(
            inputs.LAST_BEFORE + 1,
            ".0f",
            how="Record that keeps a large table: its number in the speedrun's list, the one after "
            "the last record without",
        ),
        "nano-step": Number(
            60 * (again - listed[inputs.LAST_BEFORE]) / (inputs.LAST_BEFORE - RETIMED_RECORD),
            ".1f",
            " seconds",
            how="Mean gain of a record in seconds: time of the joint record by the new rule less that "
            "of the last before the table, over the records between",
        ),
        "dawn-before": Number(
            before["halving_days"],
            ".0f",
            how="Halving time until DAWNBench's first deadline: days from the first record to the "
            "last before it, over the halvings of the record time between",
        ),
        "dawn-before-low": Number(before["low"], ".0f", how=f"Shortest halving time until the deadline: lower {_END}"),
        "dawn-before-high": Number(before["high"], ".0f", how=f"Longest halving time until the deadline: upper {_END}"),
        "dawn-after": Number(
            after["halving_days"],
            ".0f",
            how="Halving time after DAWNBench's first deadline: days from the record that stood then "
            "to the last of all, over the halvings of the record time between",
        ),
        "dawn-after-low": Number(after["low"], ".0f", how=f"Shortest halving time after the deadline: lower {_END}"),
        "dawn-after-high": Number(after["high"], ".0f", how=f"Longest halving time after the deadline: upper {_END}"),
        "nano-before": Number(
            old["halving_days"],
            ".0f",
            how="Halving time under the old timing rule: days from the speedrun's first record to "
            f"record {RETIMED_RECORD}, over the halvings of the time between",
        ),
        "nano-before-low": Number(old["low"], ".0f", how=f"Shortest halving time under the old rule: lower {_END}"),
        "nano-before-high": Number(old["high"], ".0f", how=f"Longest halving time under the old rule: upper {_END}"),
        "nano-after": Number(
            new["halving_days"],
            ".0f",
            how=f"Halving time under the new timing rule: days from record {RETIMED_RECORD} to record "
            f"{inputs.LAST_BEFORE}, over the halvings of the time between",
        ),
        "nano-after-low": Number(new["low"], ".0f", how=f"Shortest halving time under the new rule: lower {_END}"),
        "nano-after-high": Number(new["high"], ".0f", how=f"Longest halving time under the new rule: upper {_END}"),
        "nano-last": Number(
            1 - 1 / last["factor"],
            ".0%",
            how="Time that the table's record took off: one less its minutes over those of the record before",
        ),
        "nano-with": Number(
            whole.days,
            ".0f",
            how=f"Halving time with the table's record: days from record {RETIMED_RECORD} to the last "
            "of all, over the halvings of the time between",
        ),
        "nano-with-low": Number(whole.low, ".0f", how=f"Shortest halving time with the table's record: lower {_END}"),
        "nano-with-high": Number(whole.high, ".0f", how=f"Longest halving time with the table's record: upper {_END}"),
        "nano-list-factor": Number(
            listed.iloc[0] / listed.iloc[-1],
            ".0f",
            how="Fall of the speedrun's time by its list: minutes of the first record over those of "
            "the last, the change of timing rule left in",
        ),
        "table-parameters": Number(
            fact["speedrun-table-rows"].value * fact["speedrun-table-width"].value / 1e9,
            ".0f",
            how="Parameters of the table: its rows times the parameters of a row, in billions",
        ),
        "net-parameters": Number(fact["speedrun-net-parameters"].value / 1e6, ".0f"),
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
        "gpt3-share": Number(
            1 / gpt3.iloc[-1]["time_ratio"],
            ".0%",
            how="Part of GPT-3's first time that is left: minutes of the last MLPerf record over those of the first",
        ),
        "gpt3-first": Number(
            gpt3.iloc[0]["minutes"],
            ".1f",
            how="Time of GPT-3's first record: minutes of the best run in the first round that has "
            "it, as MLPerf lists it",
        ),
        "gpt3-last": Number(
            gpt3.iloc[-1]["minutes"],
            ".1f",
            how="Time of GPT-3's last record: minutes of the best run in MLPerf's last round that "
            "improved it, as listed",
        ),
        "gpt3-chips-first": Number(
            gpt3.iloc[0]["chips"],
            ",.0f",
            how="Chips of GPT-3's first record: H100 in the best run of that round, as MLPerf lists them",
        ),
        "gpt3-chips-last": Number(
            gpt3.iloc[-1]["chips"],
            ",.0f",
            how="Chips of GPT-3's last record: H100 in the best run of that round, as MLPerf lists them",
        ),
        "gpt3-work-first": Number(
            gpt3.iloc[0]["chip_minutes"],
            ",.0f",
            how="Chip time of GPT-3's first record: minutes of the run times its chips",
        ),
        "gpt3-work-last": Number(
            gpt3.iloc[-1]["chip_minutes"],
            ",.0f",
            how="Chip time of GPT-3's last record: minutes of the run times its chips",
        ),
        "llama-first": Number(
            llama.iloc[0]["minutes"],
            ".1f",
            how="Time of the largest Llama's first record: minutes of MLPerf's first record for Llama "
            "3.1 405B on Blackwell chips, as listed",
        ),
        "llama-last": Number(
            llama.iloc[-1]["minutes"],
            ".1f",
            how="Time of the largest Llama's last record: minutes of MLPerf's last record for Llama "
            "3.1 405B on Blackwell chips, as listed",
        ),
        "llama-chips-first": Number(
            llama.iloc[0]["chips"],
            ",.0f",
            how="Chips of the largest Llama's first record: Blackwell chips of that run, as MLPerf lists them",
        ),
        "llama-chips-last": Number(
            llama.iloc[-1]["chips"],
            ",.0f",
            how="Chips of the largest Llama's last record: Blackwell chips of that run, as MLPerf lists them",
        ),
        "llama-work-first": Number(
            llama.iloc[0]["chip_minutes"],
            ",.0f",
            how="Chip time of the largest Llama's first record: minutes of the run times its chips",
        ),
        "llama-work-last": Number(
            llama.iloc[-1]["chip_minutes"],
            ",.0f",
            how="Chip time of the largest Llama's last record: minutes of the run times its chips",
        ),
        "deepseek-chips-first": Number(
            deepseek.iloc[0]["chips"],
            ",.0f",
            how="Fewest chips for DeepSeek-V3: those of the smallest run on GB300 in one round of MLPerf, as listed",
        ),
        "deepseek-chips-last": Number(
            deepseek.iloc[-1]["chips"],
            ",.0f",
            how="Most chips for DeepSeek-V3: those of the largest run on GB300 in one round of MLPerf, as listed",
        ),
        "deepseek-first": Number(
            deepseek.iloc[0]["minutes"],
            ".0f",
            how="Time of DeepSeek-V3 on the fewest chips: minutes of that MLPerf run, as listed",
        ),
        "deepseek-last": Number(
            deepseek.iloc[-1]["minutes"],
            ".1f",
            how="Time of DeepSeek-V3 on the most chips: minutes of that MLPerf run, as listed",
        ),
        "deepseek-work-first": Number(
            deepseek.iloc[0]["chip_minutes"],
            ",.0f",
            how="Chip time of DeepSeek-V3 on the fewest chips: minutes of that run times its chips",
        ),
        "deepseek-work-last": Number(
            deepseek.iloc[-1]["chip_minutes"],
            ",.0f",
            how="Chip time of DeepSeek-V3 on the most chips: minutes of that run times its chips",
        ),
        "blog-hours": Number(facts.load("cnn_era")["dawnbench-blog-hours"].value, ".0f"),
        "k80-hours": Number(
            swapped.loc["K80", "hours"], ".0f", how="Hours of the first entry on K80: as DAWNBench lists them"
        ),
        "m60-hours": Number(
            swapped.loc["M60", "hours"], ".0f", how="Hours of the first entry on M60: as DAWNBench lists them"
        ),
        "v100-chips": Number(
            fastest["chips"],
            ".0f",
            how="Chips of the fastest run on V100: V100 in DAWNBench's ImageNet entry on them with "
            "the least time, as listed",
        ),
        "v100-time": Number(
            fastest["time_ratio"],
            ".0f",
            how="Gain in time on V100: minutes of DAWNBench's first ImageNet entry on V100 over those of the fastest",
        ),
        "v100-share": Number(
            split.share_of_hardware,
            ".0%",
            how="Share of that gain that is more chips: logarithm of the ratio of chips over the "
            "logarithm of the ratio of times, in the fastest run against the first",
        ),
        "v100-work": Number(
            leanest["work_ratio"],
            ".0f",
            how="Chip time saved on V100: minutes times chips of DAWNBench's first ImageNet entry on "
            "V100 over those of the leanest",
        ),
        "m60-hourly": Number(
            swapped.loc["M60", "hourly"],
            ".2f",
            how="Dollars an hour of the entry on M60: its published cost over its hours",
        ),
        "k80-hourly": Number(
            swapped.loc["K80", "hourly"],
            ".2f",
            how="Dollars an hour of the entry on K80: its published cost over its hours",
        ),
        "m60-corrected": Number(
            swapped.loc["M60", "corrected"],
            ",.0f",
            how="Cost of the M60 entry at list price: its hours times Amazon's hourly price of the "
            "machine that it names",
        ),
        "k80-corrected": Number(
            swapped.loc["K80", "corrected"],
            ",.0f",
            how="Cost of the K80 entry at list price: its hours times Amazon's hourly price of the "
            "machine that it names",
        ),
        "corrected-factor": Number(
            swapped["corrected"].min() / imagenet[-1],
            ".0f",
            how="Fall of ImageNet's cost with prices put right: the cheaper of the two first entries "
            "at list price over the dollars of the last record",
        ),
        "dawn-factor-printed": Number(printed.value, ".0f"),
    }


def _parallel() -> dict[str, Number]:
    rows = summarise(inputs.CONTESTS, level=inputs.LEVEL)
    found, alone = (segment(records_of(name), level=inputs.LEVEL) for name in ("nanogpt", inputs.BEFORE_TABLE))
    point, images = found.change_points[0], rows[rows["era"] == "CNN"]
    with_break = images[images["steps_breaks"] > 0]
    covered, size = _covered(), inputs.FALSE_BREAKS_AT
    image, language = map(records_of, inputs.LEADERS)
    pairs = compare_contests(inputs.IMAGES, inputs.LANGUAGE, inputs.LEVEL)
    before = compare_halving_times(image, records_of(inputs.BEFORE_TABLE), inputs.LEVEL)
    each = paces_without_each(*inputs.LEADERS, inputs.LEVEL)
    apart = each.loc[each["ratio"].idxmin()]
    january = float(language.values[0] / language.between(last=inputs.TOKENS_UNTIL).values[-1])
    fact = facts.load("cnn_era")
    first, later = fact["nanogpt-tokens-first"].value, fact["nanogpt-tokens-2026-01"].value
    chat = records_of("nanochat-cost").values
    spread = [halving_time(records, level=inputs.LEVEL).dispersion for records in (image, language)]
    needed = steps_needed(spread, inputs.SEEN_APART, inputs.LEVEL)
    return {
        "break-evidence": Number(
            found.evidence,
            ".1f",
            how="Evidence for a break in the speedrun: BIC of one halving time throughout less BIC "
            "with the best number of breaks, deviances divided by the steps' dispersion",
        ),
        "alone-evidence": Number(
            alone.evidence,
            ".1f",
            how="Evidence for a break without the table's record: BIC of one halving time less BIC "
            f"with the best number of breaks, to record {inputs.LAST_BEFORE}",
        ),
        "break-low": _day(point.low, how=f"Earliest break of the speedrun: {_FIRST_DAY}"),
        "break-high": _day(point.high, how=f"Latest break of the speedrun: {_LAST_DAY}"),
        "cnn-contests": Number(
            len(images),
            ".0f",
            how="Series in images: contests of the CNN era with enough records for a halving time, counted",
        ),
        "seen-apart": Number(
            inputs.SEEN_APART,
            "words",
            how="Factor between two paces to be seen: a choice of ours, for which the steps needed are computed",
        ),
        "cnn-breaks": Number(
            len(with_break),
            ".0f",
            how="Image series with a break: those for which BIC prefers a change of pace under "
            "independent steps, counted",
        ),
        "false-lines": Number(
            covered["steps", size, "seen-scatter-bic"],
            ".0%",
            how="False breaks by lines: share of simulated series with one pace for which BIC prefers "
            "two joined lines to one",
        ),
        "false-steps": Number(
            covered["steps", size, "seen-steps-bic"],
            ".0%",
            how="False breaks by steps: share of the same simulated series for which BIC prefers a "
            "change of pace under independent steps",
        ),
        "eras-apart": Number(
            float((language.dates[0] - image.dates[0]).astype(int) / 365.25),
            ".1f",
            how="Years between the two starts: days from ImageNet's first record in dollars to the "
            "speedrun's first record over the days of a year",
        ),
        "pace-before": Number(
            before.ratio,
            ".2f",
            how="The ratio without the table's record: halving time of ImageNet's cost over that of "
            f"the speedrun to record {inputs.LAST_BEFORE}",
        ),
        "pace-before-low": Number(before.low, ".2f", how=f"Least ratio without the table's record: lower {_RATIO_END}"),
        "pace-before-high": Number(
            before.high, ".1f", how=f"Greatest ratio without the table's record: upper {_RATIO_END}"
        ),
        "pace-least": Number(
            float(apart["ratio"]),
            ".2f",
            how="Smallest ratio without one entry: halving time of ImageNet's cost over the "
            "speedrun's, each entry of either left out in turn",
        ),
        "pace-least-low": Number(float(apart["low"]), ".2f", how=f"Lower end of that ratio: lower {_RATIO_END}"),
        "pace-least-high": Number(float(apart["high"]), ".1f", how=f"Upper end of that ratio: upper {_RATIO_END}"),
        "pairs": Number(
            len(pairs),
            ".0f",
            how="Pairs of contests: every image contest with every language contest that is by cost "
            "or on unchanged hardware, counted",
        ),
        "pairs-p": Number(
            float(pairs["p"].min()),
            ".2f",
            how="Smallest probability among the pairs: two-sided, of a ratio of halving times this "
            "far from one if both had one pace, under independent steps",
        ),
        "steps-needed": Number(
            needed,
            ".0f",
            how=f"Steps for an even chance: fewest in each series with which the {_LEVEL} interval of "
            "that factor just ends at one, at the dispersions of the two leading contests",
        ),
        "tokens-first": Number(first / 1e9, ".0f"),
        "tokens-later": Number(later / 1e9, ".1f"),
        "tokens-factor": Number(
            first / later,
            ".0f",
            how="Fall of the speedrun's training tokens: those at its start over the upper bound that "
            "its list gives for January 2026",
        ),
        "nano-january": Number(
            january,
            ".0f",
            how="Fall of the speedrun's time by January 2026: minutes of the first record over those "
            "of the last until then, by one timing rule",
        ),
        "speed-factor": Number(
            january / (first / later),
            ".1f",
            how="Gain by faster passes over each token: fall of the time by January 2026 over the fall of the tokens",
        ),
        "gpt2-dollars": Number(fact["nanochat-gpt2-dollars"].value, ",.0f"),
        "gpt2-computed": Number(
            float(chat[0]),
            ",.0f",
            how="Cost of GPT-2 of 2019 from its parts: hours of its training times the hourly price "
            "of its machine, both from the table",
        ),
    }


def _witnesses() -> dict[str, Number]:
    """What speaks for a slowing in the series, and who set the records."""
    both = first_year_and_after(inputs.CONTESTS, level=inputs.LEVEL)
    surest = both.loc[both["p"].idxmin()]
    credit = read_table("nanogpt").query("track == 1 and kind != 'retime'")["credit"].value_counts()
    return {
        "slower-count": Number(
            int((both["late"] > both["early"]).sum()),
            ".0f",
            how="Series that slowed down: those whose halving time after the first year is longer "
            "than within it, counted",
        ),
        "slower-all": Number(
            len(both),
            ".0f",
            how="Series with enough records: contests with records enough for a halving time both "
            "within the first year and after, counted",
        ),
        "slower-p": Number(
            float(surest["p"]),
            ".2f",
            how="Smallest probability among the series: two-sided, of a ratio of late to early "
            "halving time this far from one under one pace",
        ),
        "slower-p-all": Number(
            min(1.0, len(both) * float(surest["p"])),
            ".2f",
            how="Bound for so many series: the smallest probability times the number of series, at most one",
        ),
        "slower-p-without": Number(
            float(slowings_without_each(surest["contest"])["p"].max()),
            ".2f",
            how="Largest probability without one row: the same test of that contest with each of its "
            "entries left out in turn",
        ),
        "credits-ai": Number(
            int(credit["AI system"]),
            "words",
            how="Records credited to AI systems: rows with that credit in our table of the speedrun's list, counted",
        ),
        "credits-with": Number(
            int(credit["with a model"]),
            "words",
            how="Records credited to people with a model: rows with that credit in our table of the "
            "speedrun's list, counted",
        ),
        "credits-all": Number(
            int(credit.sum()),
            ".0f",
            how="Records of the speedrun with a credit: rows of our table of its list, the repeated "
            "timing left out, counted",
        ),
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


def _day(when: np.datetime64, how: str) -> Number:
    """A day of the month, with month and year printed after it."""
    day = pd.Timestamp(when)
    return Number(day.day, ".0f", f" {day:%B %Y}", how)


def _stages() -> dict[str, Number]:
    results = load_result("cnn-era-stages")
    attempts = step_gains(results)
    gains, networks = stage_gains(attempts), in_use(load_result("cnn-era-deployment"))
    small, full = cheapest(networks), networks.iloc[0]
    years = milestones()
    return {
        "target": Number(
            TARGET,
            ".0%",
            how="Goal of our laboratory: share of the validation digits that must be read rightly, a choice of ours",
        ),
        "fast-memory": Number(
            FAST_BYTES / 1024,
            ".0f",
            " KiB",
            how="Fast memory of the model processor: the first-level cache of a present core, an assumption",
        ),
        "better-macs": Number(
            gains.loc["better", "multiply_adds"],
            ".1f",
            how="What better methods saved: multiply-adds to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "better-bytes": Number(
            gains.loc["better", "bytes"],
            ".1f",
            how="Bytes that better methods saved: those moved to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "faster-macs": Number(
            gains.loc["faster", "multiply_adds"],
            ".1f",
            how="Multiply-adds that faster methods saved: those to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "faster-bytes": Number(
            gains.loc["faster", "bytes"],
            ".0f",
            how="What faster methods saved: bytes moved to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "cheaper-macs": Number(
            gains.loc["cheaper", "multiply_adds"],
            ".1f",
            how="Multiply-adds that cheaper networks saved: those to the goal by the kept step before "
            "over a step's own, multiplied over the kept steps of the stage",
        ),
        "cheaper-bytes": Number(
            gains.loc["cheaper", "bytes"],
            ".1f",
            how="Bytes that cheaper networks saved: those moved to the goal by the kept step before "
            "over a step's own, multiplied over the kept steps of the stage",
        ),
        "failed": Number(
            int((~attempts["kept"]).sum()),
            ".0f",
            how="Ideas that failed: steps of our laboratory on which none was built, counted",
        ),
        "attempted": Number(
            len(attempts),
            ".0f",
            how="Ideas that were tried: steps of our laboratory after the first working version, counted",
        ),
        "small-test": Number(
            small["test"],
            ".1%",
            how="Test digits that the leanest network reads: share answered rightly, the mean over "
            "trainings from several seeds",
        ),
        "test-error": Number(
            100 * math.sqrt(small["test"] * (1 - small["test"]) / TEST_IMAGES),
            ".1f",
            how="Standard error of one training's test share, leanest network: root of the share times its "
            "complement over the number of test digits, in points",
        ),
        "full-test": Number(
            full["test"],
            ".1%",
            how="Test digits that the first network reads: share answered rightly with all weights in "
            "full precision, the mean over trainings from several seeds",
        ),
        "answer-bytes": Number(
            full["bytes"] / small["bytes"],
            ".0f",
            how="Bytes saved in an answer: weights and activations that the first network moves in "
            "full precision over those of the leanest, each moved once",
        ),
        "better-until": Number(
            years["better"][1],
            ".0f",
            how="Last year of better accuracy: the last in which a network of our list beat all earlier ones",
        ),
        "cheaper-from": Number(
            years["cheaper"][0],
            ".0f",
            how="First year of cheaper networks: the first in which AlexNet's accuracy took fewer "
            "multiply-adds than before, among the networks of our list",
        ),
    }


def _access() -> dict[str, Number]:
    costs, rents, bill = access.cost_of_alexnet_level(), access.rent_of_alexnet_level(), access.alexnet_bill()
    own, same = (float(costs[kind].iloc[0] / costs[kind].iloc[-1]) for kind in ("own", "same_cards"))
    fact, dogs = facts.load("cnn_era"), mobile.dog_breeds()
    return {
        "price-halving": Number(fact["hobbhahn-doubling-years"].value, ".1f"),
        "price-halving-low": Number(
            fact["hobbhahn-doubling-years"].low,
            ".1f",
            how="Shortest halving time of the price: lower end of the published interval of the years "
            "in which FLOP/s a dollar double",
        ),
        "price-halving-high": Number(
            fact["hobbhahn-doubling-years"].high,
            ".1f",
            how="Longest halving time of the price: upper end of the published interval of the years "
            "in which FLOP/s a dollar double",
        ),
        "rent-first": Number(
            rents["dollars"].iloc[0],
            ".0f",
            how="Rent for AlexNet's accuracy with AlexNet: hours of its compute on Amazon's machine "
            f"of the day, at an assumed {_UTILISATION} of the peak, times the hourly price",
        ),
        "rent-last": Number(
            rents["dollars"].iloc[-1],
            ".2f",
            how="Rent for AlexNet's accuracy with EfficientNet-B0: hours of its compute on Amazon's "
            f"machine of the day, at an assumed {_UTILISATION} of the peak, times the hourly price",
        ),
        "own-factor": Number(
            own,
            ".0f",
            how="Fall of the cost on bought cards: first row's cost over the last's, each the part of "
            "a card's life that the run takes at that year's price",
        ),
        "same-factor": Number(
            same,
            ".0f",
            how="Fall of the cost on cards of 2012: first row's cost over the last's at one price of "
            "compute, that is, the ratio of their computes",
        ),
        "network-share": Number(
            math.log(same) / math.log(own),
            ".0%",
            how="Share of the fall that is networks: logarithm of the fall on cards of 2012 over the "
            "logarithm of the fall on cards of each year",
        ),
        "alexnet-days-low": Number(
            fact["alexnet-days"].low,
            "words",
            how="Shortest duration of AlexNet's training: lower end of the days that the paper gives",
        ),
        "alexnet-days-high": Number(
            fact["alexnet-days"].high,
            "words",
            how="Longest duration of AlexNet's training: upper end of the days that the paper gives",
        ),
        "alexnet-bought": Number(
            bill.bought, ".0f", how="Price of AlexNet's cards: number of cards times the price of one at launch"
        ),
        "alexnet-used": Number(
            bill.used,
            ".0f",
            how="Part of the cards' life that training took: price of the cards times the hours of "
            f"training over those of {access.LIFE[0]:g} years, an assumed life",
        ),
        "alexnet-electricity": Number(
            bill.electricity,
            ".0f",
            how="Electricity of AlexNet's training: cards times rated power times hours, at an "
            f"assumed {access.ELECTRICITY} dollars a kilowatt-hour",
        ),
        "alexnet-utilisation": Number(
            bill.utilisation,
            ".0%",
            how=f"Share of the peak that AlexNet reached: its FLOP, {access.FLOP_A_MAC} for a "
            "multiply-add, over the FLOP that its cards could do in the days of training",
        ),
        "assumed-utilisation": Number(fact["openai-utilisation"].value, ".0%"),
        "dog-breeds": Number(mobile.BREEDS, ".0f", how="Breeds of dog: classes of the Stanford Dogs set of images"),
        "dogs-work": Number(
            dogs["millions"].iloc[0] / dogs["millions"].iloc[1],
            ".1f",
            how="Work that a MobileNet saves on dogs: multiply-adds printed for Inception v3 over "
            "those counted for the full-size MobileNet",
        ),
        "dogs-points": Number(
            dogs["top1"].iloc[0] - dogs["top1"].iloc[1],
            ".1f",
            how="Accuracy that a MobileNet loses on dogs: that of Inception v3 less that of the "
            "full-size MobileNet, both as printed",
        ),
    }
