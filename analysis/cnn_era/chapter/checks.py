"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.networks import mobile
from analysis.cnn_era.networks.architectures import network
from analysis.cnn_era.networks.counting import total
from analysis.cnn_era.progress import access, hernandez
from analysis.cnn_era.progress.series import records_of
from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.facts import Fact

#: Networks whose operations torchvision prints, and half of the last digit (billion).
_PRINTED = {
    "alexnet-owt": 5e-4,
    "vgg16": 5e-3,
    "googlenet-tv": 5e-4,
    "resnet34": 5e-4,
    "resnet50": 5e-4,
    "mobilenet-v2": 5e-4,
    "shufflenet-v2": 5e-4,
    "efficientnet-b0": 5e-4,
    "efficientnet-b1": 5e-4,
}


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_networks(), *_progress(), *_records(), *_access()]


def _networks() -> list[Check]:
    fact = facts.load("cnn_era")
    rows = []
    for key, half in _PRINTED.items():
        one = network(key)
        ours = total(one.layers, one.size).macs / 1e9
        rows.append(Check(f"{one.name}: billion multiply-adds", ours, fact[f"torchvision-ops-{key}"], 1.01 * half))
    for row in mobile.printed_by_keras().itertuples():
        printed = fact[f"keras-macs-1-{row.size:.0f}"]
        rows.append(
            Check(f"MobileNet at {row.size:.0f} pixels: million multiply-adds", row.counted, printed, 1, agrees=False)
        )
    for row in mobile.dog_breeds().dropna().itertuples():
        printed = fact[f"dogs-macs-{row.name.removeprefix('MobileNet ').replace(', ', '-')}"]
        rows.append(Check(f"Dogs, {row.name}: million multiply-adds", row.macs / 1e6, printed, 1.5))
    return rows


def _progress() -> list[Check]:
    fact = facts.load("cnn_era")
    level = hernandez.rows_of(hernandez.LEVEL)
    moments, months = (level["date"], level["compute"]), fact["hernandez-doubling-months"]
    moore = hernandez.moore_factor(float(level["months"].max()), inputs.MOORE_MONTHS)
    rows = [
        Check("Compute to AlexNet's accuracy, times", float(level["factor"].iloc[-1]), fact["hernandez-factor"], 1),
        Check(
            "Doubling time by least squares",
            hernandez.doubling_by_regression(*moments).months,
            months,
            0.5,
            id="doubling-by-line",
        ),
        Check(
            "Doubling time by end points",
            hernandez.doubling_by_ends(*moments).months,
            months,
            0.8,
            id="doubling-by-ends",
        ),
        Check("Moore's law over the same time", moore, fact["hernandez-moore-factor"], 0.5),
    ]
    table = hernandez.published_table()
    wrong = set(hernandez.contradictions().query("cell == 'reduction factor'")["model"])
    for row in table[table["factor"] != 1].itertuples():
        first = table.loc[table["level"] == row.level, "compute"].iloc[0]
        (low, high), (least, most) = hernandez.rounding_range(first), hernandez.rounding_range(row.compute)
        half = sum(
            part * end for part, end in zip((-0.5, 0.5), hernandez.rounding_range(row.printed_factor), strict=True)
        )
        tolerance = half + max(high / least - row.factor, row.factor - low / most)
        printed = _printed(f"hernandez-table-{row.model}", row.printed_factor)
        rows.append(
            Check(
                f"Factor of {row.model} from its columns",
                float(row.factor),
                printed,
                float(tolerance),
                row.model not in wrong,
            )
        )
    return rows


def _records() -> list[Check]:
    fact = facts.load("cnn_era")
    k80 = access.swapped_prices().set_index("chip")
    imagenet = records_of("imagenet-cost").values
    days = records_of("imagenet-time").values
    pod = records_of("imagenet-time").between(last="2018-04-18").values[-1]
    return [
        Check(
            "Hours of the entry of $1,112.64", k80.loc["K80", "hours"], fact["dawnbench-blog-hours"], 1, agrees=False
        ),
        Check("Dollars of that entry", k80.loc["K80", "cost_usd"], fact["dawnbench-blog-dollars"], 0.01),
        Check("Speed-up to half a pod", days[0] / pod, fact["dawnbench-blog-speedup"], 1),
        Check("Dollars an hour of that entry", k80.loc["K80", "hourly"], fact["dawnbench-k80-dollars-hour"], 0.005),
        Check(
            "That against the list price of its machine",
            k80.loc["K80", "hourly"],
            fact["p2-dollars-hour"],
            0.5,
            agrees=False,
        ),
        Check(
            "Dollars an hour of the other, against the list price of its machine",
            k80.loc["M60", "hourly"],
            fact["g3-dollars-hour"],
            0.5,
            agrees=False,
        ),
        Check(
            "Fall of DAWNBench's cost",
            imagenet[0] / imagenet[-1],
            fact["hernandez-dawnbench-factor"],
            5,
            agrees=False,
            id="dawnbench-cost-factor",
        ),
        Check(
            "The same from the dearer first entry to September 2018",
            k80.loc["M60", "cost_usd"] / imagenet[-2],
            fact["hernandez-dawnbench-factor"],
            1,
        ),
        Check(
            "GPT-2 in 2019: hours times price",
            float(records_of("nanochat-cost").values[0]),
            fact["nanochat-gpt2-dollars"],
            500,
        ),
    ]


def _access() -> list[Check]:
    fact = facts.load("cnn_era")
    return [
        Check(
            "Utilisation of AlexNet's run",
            access.alexnet_bill().utilisation,
            fact["openai-utilisation"],
            0.05,
        )
    ]


def _printed(identity: str, value: float) -> Fact:
    """A cell of the wide table as a fact."""
    like = facts.load("cnn_era")["hernandez-factor"]
    return type(like)(**{**vars(like), "id": identity, "value": value})
