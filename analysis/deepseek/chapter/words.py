"""What a number is and how it comes about, in words, where the prose and a verdict print the same one."""

from __future__ import annotations

from analysis.deepseek import local_cost
from analysis.deepseek.chapter import inputs
from analysis.deepseek.serving import PRECISIONS
from analysis.kit.numbers import in_words

TOTAL = (
    "Parameters of V3, billions: the sizes of all matrices of its configuration, added up, without the module that "
    "predicts further tokens"
)
ACTIVE = (
    "Active parameters of V3, billions: those of all matrices that one token meets, with the chosen experts only and "
    "the whole table at the input"
)
HOURS = "GPU-hours of Llama-405B over V3's: those of Llama's model card over those of V3's pretraining"
HOURS_BY_OTHERS = (
    "Hours of Llama-405B over V3's, by NVIDIA: for each model, training tokens over tokens a second and chip, both "
    "measured by NVIDIA in FP8 on H100"
)
SPARSITY = "What sparsity saves: the share of Llama-405B's parameters that work on a token over the same share of V3's"
DAYS = "Days of V3's pretraining: published GPU-hours over the GPUs that ran at once, over the hours of a day"
DAYS_OF_ALL = (
    "Days of V3's whole final run: published GPU-hours of all stages over the GPUs that ran at once, over the hours of "
    "a day"
)
DAYS_BY_OTHERS = (
    "Days of V3's pretraining at NVIDIA's speed: training tokens over tokens a second and chip, as NVIDIA measured "
    "them on H100, on as many chips as DeepSeek's"
)
BOTH_RUNS = (
    "V3 and R1 together, million dollars: the published cost of V3's final run plus that of R1's training on top of it"
)
ANEW = (
    "million dollars: from the lognormal distribution of arithmetic over chip speed, times rent, times development, "
    "each in its range"
)
ANEW_LOW, ANEW_HIGH = f"V3 done anew, low end, {ANEW}", f"V3 done anew, high end, {ANEW}"
LEVEL = (
    "Probability of a range: an assumption, that rent, utilisation and development each lie in their ranges with it, "
    "and so the cost in its interval"
)
LEAD = (
    "V3's lead over Llama-405B, points: its rating in Chatbot Arena less Llama's, each at the date of the copy that "
    "has it"
)
LEAD_ERROR = (
    "Standard error of the lead, points: of both ratings together, each from its number of votes as if at even odds"
)
PREFERRED = "Votes that go to V3: the share that a lead of so many points means on the scale of Elo, ties apart"
OWN_LOSSES = (
    "Tests that V3 loses, with Meta's scores: of the base models, Meta's own scores of Llama in place where both say "
    "the same setting"
)
BITS = (
    "Bits a weight at home: of a common format, with the weight's share of the scale that a group of weights has in "
    "common"
)
MAKERS = (
    "Makers that divide the work: firms of our list whose devices come with a model and hand over to one in the cloud"
)
FLAT = "Products that went to a monthly price: changes of our list, since February 2025, from payment by token"
METERED = "Products that went to tokens: changes of our list, since February 2025, from a monthly price"
KEPT = (
    "Tasks that could stay at home: one less what R1 scores above the local model on the test, if it solves all that "
    "the local one does"
)
KEPT_ERROR = "Standard error of what could stay, points: as if that share had been counted on so many problems"
BLEND = f"{in_words(local_cost.RATIO)} tokens read for each that is written"


def compared(models: str) -> str:
    """Words for the number of tests compared."""
    return f"Tests of the {models}: rows of DeepSeek's table with a score of both V3 and Llama-405B"


def won(models: str, outcome: str, how: str) -> str:
    """Words for the tests that V3 wins or loses."""
    return (
        f"Tests of the {models} that V3 {outcome}: rows of DeepSeek's table in which it scores {how} than Llama-405B "
        "by more than a tie"
    )


def service(model: str) -> str:
    """Words for the price of a service."""
    return f"{model}, dollars a million tokens: list prices of tokens read and written, {BLEND}"


def dearer(model: str, other: str) -> str:
    """Words for the ratio of two prices of services."""
    return f"{model}'s price over {other}'s: list prices a million tokens of the two services, {BLEND}"


def bound(what: str) -> str:
    """Words for the most tokens a second of a model on a machine."""
    return (
        f"{what}, tokens a second: the most that memory bandwidth and arithmetic allow, when a token reads its weights "
        f"in {PRECISIONS[inputs.PRECISION]:g} bits and a cache of {inputs.CONTEXT:,} tokens"
    )


def own(what: str) -> str:
    """Words for the cost of a token on a machine of one's own."""
    return (
        f"{what}: dollars a million tokens, the machine's price over {in_words(local_cost.YEARS)} years and "
        f"electricity, at the middle of the measured shares of its bounds, {BLEND}"
    )
