"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import itertools

import pytest

from analysis.cnn_era.chapter import inputs, verdicts
from analysis.cnn_era.progress import access
from tests.kit.choices import Choice, other, undeclared, without_each, without_each_row

LEADERS = {
    " and ".join(pair): pair for pair in itertools.product(inputs.IMAGES, inputs.LANGUAGE) if pair != inputs.LEADERS
}
EIGHT_CARDS = "task == 'imagenet' and chips == 8"
#: Known from pull requests alone, or from a second reader; the row that moves the ratio of paces most.
DISPUTABLE = "locator.str.contains('pull request') or mark == 'secondary' or date == '2020-03-10'"
#: By machines or with one, and record 92, whose table has 65 billion parameters.
LATE_RECORDS = "track == 1 and (credit != 'people' or record > 85)"
#: The rule leaves out each itself and says what comes of it.
SOME_NETWORKS = "network in ('googlenet', 'squeezenet', 'resnet50', 'efficientnet-b0')"
OFFERS = access.published_offers()
CUT = verdicts.first_year_and_after


def shared(share):
    rents = access.rent_of_alexnet_level
    return lambda patch: patch.setattr(access, "rent_of_alexnet_level", lambda **given: rents(share, **given))


def cut_at(days):
    return lambda patch: patch.setattr(verdicts, "first_year_and_after", lambda names, *_, **__: CUT(names, days))


CHOICES = [
    Choice("CNN-1", "cnn_era_dawnbench", without_each_row("cnn_era_dawnbench", "author", EIGHT_CARDS)),
    Choice("CNN-2", "cnn_era_hernandez_brown", without_each_row("cnn_era_hernandez_brown", "model")),
    Choice(
        "CNN-2",
        "access.published_offers",
        other(
            access,
            "published_offers",
            {"without one of them": lambda: OFFERS[1:], "K80": lambda: OFFERS[::2], "V100": lambda: OFFERS[:2]},
        ),
    ),
    Choice("CNN-2", "access.UTILISATION", {f"{share:.0%}": shared(share) for share in access.UTILISATION}),
    Choice("CNN-3", "inputs.CONTESTS", without_each(inputs, "CONTESTS")),
    Choice("CNN-3", "inputs.LEADERS", other(inputs, "LEADERS", LEADERS)),
    Choice("CNN-3", "inputs.LEVEL", other(inputs, "LEVEL", {"90 %": 0.9, "99 %": 0.99})),
    Choice("CNN-3", "cnn_era_dawnbench", without_each_row("cnn_era_dawnbench", "date", DISPUTABLE)),
    Choice("CNN-3", "cnn_era_nanogpt", without_each_row("cnn_era_nanogpt", "record", LATE_RECORDS)),
    Choice("CNN-3", "periods.EARLY", {f"cut at {days} days": cut_at(days) for days in (180, 270, 450, 545, 730)}),
    Choice("CNN-4", "cnn_era_networks", without_each_row("cnn_era_networks", "name", SOME_NETWORKS)),
]
#: What is no choice, and why.
FIXED = {
    "CNN-1 inputs.CONTESTS": "the rule asks about two of them, which its sentence names",
    "CNN-1 inputs.LEVEL": "moves an interval that the reason does not print",
    "CNN-1 cnn_era_mlperf": "read with all contests; the two of the rule are of DAWNBench",
    "CNN-1 cnn_era_nanochat": "read with all contests; the two of the rule are of DAWNBench",
    "CNN-1 cnn_era_nanogpt": "read with all contests; the two of the rule are of DAWNBench",
    "CNN-3 inputs.EARLY": "says in words where the later cut lies; the cut that judges is varied as periods.EARLY",
    "CNN-3 inputs.LATER_CUT": "printed beside; the cut that judges is varied as periods.EARLY",
    "CNN-3 cnn_era_mlperf": "all records; leaving out a contest leaves out its records",
    "CNN-3 cnn_era_nanochat": "all records; leaving out a contest leaves out its records",
    "CNN-3 cnn_era_hernandez_brown": "read for a study's interval, which is published",
    "CNN-4 cnn_era_dawnbench": "the first and the last day of its records of time",
    "cnn-era-stages": "every step of our own experiment",
    "cnn-era-deployment": "every network of our own experiment",
    "CNN-5 its facts": "the two rows of the table that its authors print",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("cnn_era", CHOICES, FIXED) == ""
