"""The rules by which the chapter's claims are judged, as the ledger states them in words.

That one era repeats another is called "partly" at best: two eras are two observations.
"""

from __future__ import annotations

import math

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.chapter.prose import milestones, milestones_without_each
from analysis.cnn_era.laboratory.deployment import cheapest, in_use
from analysis.cnn_era.laboratory.stages import stage_gains, step_gains
from analysis.cnn_era.laboratory.training import TEST_IMAGES
from analysis.cnn_era.networks.mobile import BREEDS, dog_breeds
from analysis.cnn_era.progress import access
from analysis.cnn_era.progress.alignment import summarise
from analysis.cnn_era.progress.halving import compare_halving_times
from analysis.cnn_era.progress.hernandez import algorithmic_progress
from analysis.cnn_era.progress.leave_one_out import paces_without_each, without_each
from analysis.cnn_era.progress.periods import EARLY, first_year_and_after
from analysis.cnn_era.progress.series import records_of
from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, in_words

#: The days from which on a run counts as intensive.
DAYS = 5
#: How many times the record time must have fallen on any hardware to have fallen "dramatically".
FELL = 100
#: How many times the record time must have fallen "dramatically" on hardware that stayed the same.
FELL_ON_SAME = 10
#: How many times the dollars of rent must have fallen for the barrier to have fallen.
RENT_FELL = 100
#: How many times the dollars must have fallen on cards that stayed the same for the barrier to have fallen.
SAME_CARDS_FELL = 10
#: The factor of one within which a ratio of halving times must surely lie to be "the same pace".
SAME_PACE = 2.0
#: The points of accuracy that a network for one task may lose.
POINTS_LOST = 2.0
#: How many times the work a network for one task must save.
WORK_SAVED = 5.0
#: How many times a stage must save in some measure to be one.
STAGE_SAVES = 1.5
#: Words that several origins share.
_UTILISATION = Number(access.UTILISATION[0], ".0%")
_RATIO_END = (
    f"end of its {Number(inputs.LEVEL, '.0%')} interval, if waits and drops are independent draws in both series"
)


@rule(
    "CNN-1",
    f"supported if AlexNet took at least {in_words(DAYS)} days and the record time to ImageNet fell at least {FELL} "
    f"times on any hardware and {FELL_ON_SAME} times on eight graphics cards that stayed the same; overstated if only "
    "the first two; wrong otherwise",
)
def training_times_fell() -> Judgement:
    """CNN-1: how long AlexNet took, and how far the record time to ImageNet fell, on any and on the same hardware."""
    rows = summarise(inputs.CONTESTS, level=inputs.LEVEL).set_index("contest")
    time, same = rows.loc["imagenet-time"], rows.loc["imagenet-8-v100"]
    days = facts.load("cnn_era")["alexnet-days"].value
    numbers = {
        "days": Number(days, ".1f"),
        "time": Number(
            time["factor"],
            ",.0f",
            how="Fall of the record time to ImageNet: minutes of DAWNBench's first record over those "
            "of its last, on any hardware",
        ),
        "same": Number(
            same["factor"],
            ".0f",
            how="Fall on hardware that stayed the same: minutes of the first record on eight V100 "
            "over those of the last, both DAWNBench's",
        ),
        "span": Number(
            time["days"], ".0f", how="Days of records of time to ImageNet: from DAWNBench's first record to its last"
        ),
        "records": Number(
            same["records"],
            "words",
            how="Records on eight V100: DAWNBench entries on them below every earlier time, counted",
        ),
        "least": Number(
            min(records.factor for _, records in without_each("imagenet-8-v100")),
            ".0f",
            how="Smallest fall without one entry: first record over last on eight V100, each entry left out in turn",
        ),
    }
    intensive, fell = days >= DAYS, time["factor"] >= FELL
    verdict = "wrong" if not (intensive and fell) else "supported" if same["factor"] >= FELL_ON_SAME else "overstated"
    because = (
        "AlexNet took {days} days on two cards. The record time to ImageNet fell {time} times "
        "in {span} days of DAWNBench, and {same} times on eight graphics cards of one kind, which two of its {records} "
        "records decide: without DIUX's or Alibaba Cloud's it is at least {least} times. The "
        "rest of the fall is more and newer hardware, and the step from ResNet-152 to ResNet-50."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "CNN-2",
    f"supported if the rent for AlexNet's accuracy fell at least {RENT_FELL} times from 2012 to 2019 and its cost on "
    f"unchanged cards at least {SAME_CARDS_FELL} times; partly if only the rent fell; wrong otherwise",
)
def the_barrier_fell() -> Judgement:
    """CNN-2: dollars to AlexNet's accuracy, rented and on unchanged cards."""
    costs, rents = access.cost_of_alexnet_level(), access.rent_of_alexnet_level()
    first, last = rents.iloc[0], rents.iloc[-1]
    offers = access.published_offers()
    rent, same = first["dollars"] / last["dollars"], costs["same_cards"].iloc[0] / costs["same_cards"].iloc[-1]
    numbers = {
        "first": Number(
            first["dollars"],
            ".0f",
            how="Rent for AlexNet's accuracy with AlexNet: hours of its compute on Amazon's machine "
            f"of the day, at an assumed {_UTILISATION} of the peak, times the hourly price",
        ),
        "last": Number(
            last["dollars"],
            ".2f",
            how="Rent for AlexNet's accuracy with EfficientNet-B0: hours of its compute on Amazon's "
            f"machine of the day, at an assumed {_UTILISATION} of the peak, times the hourly price",
        ),
        "years": Number(
            (last["date"] - first["date"]).days / 365.25,
            ".0f",
            how="Years between the two: days from the first row of Hernandez and Brown's table to the "
            "last over the days of a year",
        ),
        "rent": Number(
            rent,
            ".0f",
            how="Fall of the rent for AlexNet's accuracy: rent with the table's first network over rent with its last",
        ),
        "same": Number(
            same,
            ".0f",
            how="Fall of the cost on unchanged cards: first row's cost over the last's at one price "
            "of compute, that is, the ratio of their computes",
        ),
        "offers": Number(
            len(offers),
            "words",
            how="Offers that the rents rest on: Amazon's machines with graphics cards in our list, counted",
        ),
        "fewer": Number(
            min(access.fall_of_rent(offers[:k] + offers[k + 1 :]) for k in range(len(offers))),
            ".0f",
            how="Smallest fall of the rent without one offer: the same quotient with each of Amazon's "
            "machines left out in turn",
        ),
    }
    verdict = "supported" if rent >= RENT_FELL and same >= SAME_CARDS_FELL else "partly" if rent > 1 else "wrong"
    because = (
        "The rent for AlexNet's accuracy fell from {first} to {last} dollars in {years} years "
        "({rent} times), and {same} times by networks and recipes alone. That holds for a fixed "
        "result, and rests on one share of the peak for all and on {offers} offers of one firm: without one of them "
        "the rent fell {fewer} times at least. What the best network of each year cost is not in it."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "CNN-3",
    "two eras are two observations, partly at best: partly if, in every contest of both eras with enough "
    f"records, the first year was faster than the time after, the {Number(inputs.LEVEL, '.0%')} interval of the ratio "
    "of halving times (ImageNet in dollars over NanoGPT) contains one, and the published intervals of algorithmic "
    "progress overlap; overstated if only the ratio does; wrong if it does not",
)
def language_models_repeat_it() -> Judgement:
    """CNN-3: shape and pace of records in both eras, and the studies of algorithmic progress."""
    image, language = map(records_of, inputs.LEADERS)
    pace = compare_halving_times(image, language, inputs.LEVEL)
    studies = algorithmic_progress().set_index("study")
    images, language = studies.loc["Erdil and Besiroglu 2022"], studies.loc["Ho et al. 2024, NeurIPS"]
    overlap = images["low"] <= language["high"] and language["low"] <= images["high"]
    slower = first_year_and_after(inputs.CONTESTS, level=inputs.LEVEL)
    shape = slower["late"].gt(slower["early"]).all() and set(slower["era"]) == {"CNN", "LM"}
    later = first_year_and_after(inputs.CONTESTS, inputs.LATER_CUT, inputs.LEVEL)
    each = paces_without_each(*inputs.LEADERS, inputs.LEVEL)
    compatible = pace.low <= 1 <= pace.high
    known = pace.low >= 1 / SAME_PACE and pace.high <= SAME_PACE
    numbers = {
        "ratio": Number(
            pace.ratio,
            ".2f",
            how="Pace of ImageNet's cost against the speedrun's: halving time of the dollars to train "
            "ImageNet over that of the speedrun's minutes, each from its first and last record",
        ),
        "low": Number(pace.low, ".2f", how=f"Least ratio of the two halving times: lower {_RATIO_END}"),
        "high": Number(pace.high, ".1f", how=f"Greatest ratio of the two halving times: upper {_RATIO_END}"),
        "contests": Number(
            len(slower),
            ".0f",
            how="Series with enough records: contests with records enough for a halving time both "
            "within the first year and after, counted",
        ),
        "tasks": Number(
            slower["task"].nunique(),
            ".0f",
            how="Tasks of these series: groups by what is trained, whatever the measure, counted",
        ),
        "images": Number(
            images["months"],
            ".0f",
            how="Halving time of compute for images: as Erdil and Besiroglu publish it, in months",
        ),
        "language": Number(
            language["months"],
            ".0f",
            how="Halving time of compute for language: as the conference edition of Ho and colleagues "
            "has it, in months",
        ),
        "later": Number(
            int(later["late"].gt(later["early"]).sum()),
            "words",
            how="Series that slowed down at the later cut: those whose halving time after it is "
            "longer than before, counted",
        ),
        "laters": Number(
            len(later),
            "words",
            how="Series with enough records at the later cut: contests with records enough for a "
            "halving time on either side, counted",
        ),
        "cut": Number(
            inputs.LATER_CUT,
            ".0f",
            " days",
            how="The later cut between early and late: another choice of ours, "
            f"{inputs.LATER_CUT / EARLY:g} times the first year",
        ),
        "least": Number(
            each["ratio"].min(),
            ".2f",
            how="Smallest ratio without one entry: the quotient of the two halving times with each "
            "entry of either contest left out in turn",
        ),
        "most": Number(
            each["ratio"].max(),
            ".2f",
            how="Largest ratio without one entry: the quotient of the two halving times with each "
            "entry of either contest left out in turn",
        ),
    }
    verdict = "partly" if shape and compatible and overlap else "overstated" if compatible else "wrong"
    because = (
        f"The shape repeats: in {'all' if shape else 'not all of'} {{contests}} series with enough records, "
        "of {tasks} tasks, the first year was faster than the time after (cut at {cut}, {later} of {laters}). "
        "Whether the pace does "
        f"{'is known' if known else 'cannot be told'}: the halving time of ImageNet's cost is {{ratio}} times "
        "that of the NanoGPT speedrun, with an interval from {low} to {high}; without any one entry it is {least} to "
        "{most}. Studies of algorithms say "
        "{images} and {language} months, with intervals that "
        f"{'overlap' if overlap else 'do not overlap'}. Two eras are two observations, and this is about fixed results."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "CNN-4",
    f"supported if each stage saves at least {STAGE_SAVES} times in some measure in our laboratory and, in the "
    "public record, improvements of accuracy end before records of time begin and those end before "
    "cheaper networks appear; partly if only the first; wrong otherwise",
)
def there_are_four_stages() -> Judgement:
    """CNN-4: what each stage saved in our laboratory, and whether the stages follow each other in the public record."""
    gains = stage_gains(step_gains(load_result("cnn-era-stages")))
    years = milestones()
    pays = bool((gains.max(axis=1) >= STAGE_SAVES).all()) and set(gains.index) == {"better", "faster", "cheaper"}
    follow = years["better"][1] <= years["faster"][0] and years["faster"][1] <= years["cheaper"][0]
    numbers = {
        "better": Number(
            gains.loc["better", "multiply_adds"],
            ".1f",
            how="What better methods saved: multiply-adds to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "faster": Number(
            gains.loc["faster", "bytes"],
            ".0f",
            how="What faster methods saved: bytes moved to the goal by the kept step before over a "
            "step's own, multiplied over the kept steps of the stage",
        ),
        "cheaper": Number(
            gains.loc["cheaper", "multiply_adds"],
            ".1f",
            how="What cheaper networks saved: multiply-adds to the goal by the kept step before over "
            "a step's own, multiplied over the kept steps of the stage",
        ),
        "first": Number(
            years["cheaper"][0],
            ".0f",
            how="First year of cheaper networks: the first in which AlexNet's accuracy took fewer "
            "multiply-adds than before, among the networks of our list",
        ),
        "last": Number(
            years["better"][1],
            ".0f",
            how="Last year of better accuracy: the last in which a network of our list beat all earlier ones",
        ),
        "without": Number(
            max(y["cheaper"][0] for y in milestones_without_each()),
            ".0f",
            how="Latest first year without one network: first year of cheaper networks with each but "
            "the one-card AlexNet left out of the list in turn",
        ),
    }
    verdict = "supported" if pays and follow else "partly" if pays else "wrong"
    because = (
        "As four kinds of work they exist: in our laboratory better methods saved {better} times the "
        "multiply-adds, faster ones {faster} times the bytes, cheaper ones {cheaper} times the "
        f"multiply-adds again. As a sequence {'they do' if follow else 'they do not'}: among the published networks of "
        "our list the first cheaper one for the same accuracy is of {first} (of {without} at the latest without one "
        "network), the last better one of {last}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "CNN-5",
    "supported if a published network for one narrow task and our own digit network, cut to its task, "
    f"each take at least {WORK_SAVED:.0f} times less work than the large one and lose at most {POINTS_LOST:.0f} "
    "points; partly if one of them does; wrong otherwise",
)
def one_task_became_feasible() -> Judgement:
    """CNN-5: a narrow task on a small network, published and in our laboratory."""
    dogs, networks = dog_breeds(), in_use(load_result("cnn-era-deployment"))
    small, full = cheapest(networks), networks.iloc[0]
    work = dogs["millions"].iloc[0] / dogs["millions"].iloc[1]
    lost = dogs["top1"].iloc[0] - dogs["top1"].iloc[1]
    own_work = full["multiply_adds"] / small["multiply_adds"]
    own_lost = 100 * (full["test"] - small["test"])
    # of a difference of two shares, as if they were of different images: those of the same images differ by less
    error = math.sqrt(sum(n["test"] * (1 - n["test"]) for n in (full, small)) / TEST_IMAGES)
    numbers = {
        "breeds": Number(BREEDS, ".0f", how="Breeds of dog: classes of the Stanford Dogs set of images"),
        "work": Number(
            work,
            ".1f",
            how="Work that a MobileNet saves on dogs: multiply-adds printed for Inception v3 over "
            "those counted for the full-size MobileNet",
        ),
        "lost": Number(
            lost,
            ".1f",
            how="Accuracy that a MobileNet loses on dogs: that of Inception v3 less that of the "
            "full-size MobileNet, both as printed, in points",
        ),
        "own_work": Number(
            own_work,
            ".0f",
            how="Work that our leanest network saves: multiply-adds of an answer by the first network "
            "over those of the network of fewest bytes that meets the goal",
        ),
        "own_lost": Number(
            own_lost,
            ".1f",
            how="Accuracy that our leanest network loses: test share of the first network less that "
            "of the leanest, means over trainings from several seeds, in points",
        ),
        "own_bytes": Number(
            full["bytes"] / small["bytes"],
            ".0f",
            how="Bytes that our leanest network saves: weights and activations that the first network "
            "moves in full precision over those of the leanest, each moved once",
        ),
        "error": Number(
            100 * error,
            ".1f",
            how="Standard error of that loss, at most: root of the two shares' variances over the number of test "
            "digits, for one training of each, as if their images were different, in points",
        ),
        "digits": Number(
            TEST_IMAGES, ".0f", how="Test digits: images of our split of the data that are set aside and decide nothing"
        ),
        "limit": Number(POINTS_LOST, ".0f", how="Points that a small network may lose: a limit of our rule, set by us"),
    }
    published = work >= WORK_SAVED and lost <= POINTS_LOST
    own = own_work >= WORK_SAVED and own_lost <= POINTS_LOST
    verdict = "supported" if published and own else "partly" if published or own else "wrong"
    because = (
        "For {breeds} breeds of dog a MobileNet takes {work} times less work than the large network of its day "
        "and loses {lost} points, by its authors' table. Our digit network, cut to its task, takes "
        "{own_work} times fewer multiply-adds and {own_bytes} times fewer bytes for an answer "
        "and loses {own_lost} points, with a standard error of up to {error} for one training of each and {digits} "
        "test digits: that is below the limit of {limit}, but not surely so."
    )
    return Judgement(verdict, because, numbers)
