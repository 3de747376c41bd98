"""The rules by which the chapter's claims are judged, as the ledger states them in words.

A forecast is called "partly" at best: a model can show what follows from its assumptions, not that they will hold.
"""

from __future__ import annotations

import math
from dataclasses import replace

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number, in_words
from analysis.scaling.allocation import compute_optimal_allocation, hoffmann_tables, kaplan_allocation
from analysis.scaling.chapter import inputs
from analysis.scaling.chapter.inputs import LEVEL, SHOCK, SMALL_RUN, SOON, fact
from analysis.scaling.cost import crossing, published_growth
from analysis.scaling.laws import kaplan_laws, named_laws
from analysis.scaling.meek import meek_models, published_metric, published_model, published_served_peaks

#: Growing "together" means exponents that differ by less than this factor.
TOGETHER = 2.0
#: "About 20" tokens a parameter.
ABOUT_TWENTY = (15.0, 27.0)
#: So many published answers must be about twenty.
ENOUGH_ANSWERS = 3
#: The year by whose end a run costs a billion dollars.
BILLION_YEAR = 2027
#: Years after which a surprise is looked at, and the share of it that counts as a gap.
LATE, LEFT = 25.0, 0.5
#: A gap in score that nobody calls small, share of questions.
FAR = 0.2


@rule(
    "SCL-1",
    "supported if loss falls with parameters, data and compute by Kaplan's laws and the paper's optimal "
    f"parameters and tokens grow with exponents within a factor of {in_words(TOGETHER)} of each other; partly if only "
    "the first; wrong otherwise",
)
def kaplan_scaled_everything_together() -> Judgement:
    """SCL-1: does loss keep falling by Kaplan's laws, and did Kaplan advise to grow both alike?"""
    falls = min(law.exponent for law in kaplan_laws().values()) > 0
    one, ten = kaplan_allocation(inputs.EARLY), kaplan_allocation(inputs.STEP * inputs.EARLY)
    numbers = {"parameters": Number(ten.N / one.N, ".1f"), "tokens": Number(ten.D / one.D, ".1f")}
    a, b = fact("kaplan-a"), fact("kaplan-b")
    together = max(a / b, b / a) < TOGETHER
    verdict = "supported" if falls and together else "partly" if falls else "wrong"
    because = (
        f"By Kaplan's laws the loss {'keeps falling' if falls else 'does not keep falling'} with parameters, "
        f"data and compute; but for {in_words(inputs.STEP)} times the compute the paper advises {{parameters}} times "
        f"the parameters and {{tokens}} times the tokens, which is {'about' if together else 'not'} together."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-2",
    "supported if Gopher had fewer tokens a parameter than every published answer at its budget and all "
    "of them (the paper's first and second method, its printed formula, the refit, the law of repetition) ask for "
    f"{ABOUT_TWENTY[0]:.0f} to {ABOUT_TWENTY[1]:.0f}; partly if at least {in_words(ENOUGH_ANSWERS)} of them do; wrong "
    "otherwise",
)
def twenty_tokens_are_optimal() -> Judgement:
    """SCL-2: what five published answers ask for at Chinchilla's budget, and what earlier models had."""
    budget, laws = fact("gopher-flop"), named_laws(inputs.LAWS)
    asked = {name: compute_optimal_allocation(budget, law).tokens_per_parameter for name, law in laws.items()}
    tables = hoffmann_tables().query("parameters == 6.7e10").set_index("origin")["ratio"]
    answers = {
        "approach 1": float(tables["Approach 1"]),
        "approach 2": float(tables["Approach 2"]),
        "equation 10": asked[inputs.PRINTED],
        "refit": asked[inputs.REFIT],
        "repetition law": asked["Muennighoff"],
    }
    about = {name for name, ratio in answers.items() if ABOUT_TWENTY[0] <= ratio <= ABOUT_TWENTY[1]}
    gopher = fact("gopher-tokens") / fact("gopher-parameters")
    undertrained = gopher < min(answers.values())
    verdict = (
        "supported"
        if undertrained and len(about) == len(answers)
        else "partly"
        if undertrained and len(about) >= ENOUGH_ANSWERS
        else "wrong"
    )
    numbers = {
        "gopher": Number(gopher, ".1f"),
        "about": Number(len(about), ".0f"),
        "answers": Number(len(answers), ".0f"),
        "refit": Number(answers["refit"], ".0f"),
        "printed": Number(answers["equation 10"], ".0f"),
    }
    because = (
        "Gopher had {gopher} tokens a parameter, fewer than any law asks for. {about} "
        "of {answers} published answers at its "
        "budget are about twenty (the refit: {refit}), but the paper's own printed formula says "
        "{printed}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-3",
    "a forecast, partly at best: partly if the published trend of amortised cost, started at GPT-4, "
    f"passes a billion dollars by the end of {BILLION_YEAR} at its central rate; wrong otherwise",
)
def a_billion_by_2027() -> Judgement:
    """SCL-3: when the published trend passes a billion dollars, over its interval; a forecast is partly at best."""
    when = crossing(fact("epoch-gpt4-amortised"), fact("gpt4-year"), published_growth())
    central, surely = (year < BILLION_YEAR + 1 for year in (when.year, when.late))
    numbers = {
        "year": Number(int(when.year), ".0f"),
        "early": Number(int(when.early), ".0f"),
        "late": Number(int(when.late), ".0f"),
        "cloud": Number(fact("epoch-grok3-cloud") / 1e6, ",.0f"),
        "amortised": Number(fact("epoch-grok3-amortised") / 1e6, ",.0f"),
    }
    verdict = "partly" if central else "wrong"
    because = (
        "The published trend of amortised cost passes a billion dollars in {year} ({early} to {late} over its interval"
        f"{f', all of it by the end of {BILLION_YEAR}' if surely else ''}), if it holds. "
        "By cloud prices one run of 2025 is put at {cloud} million already, amortised at {amortised}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-4",
    "a forecast, partly at best: partly if, in the authors' model, on their law and on its refit, the gap "
    f"in loss has passed its widest within {in_words(SOON)} years and the gap in a bounded score is below "
    f"{in_words(100 * inputs.CLOSED)} points of a hundred within as many; wrong otherwise",
)
def the_gap_narrows() -> Judgement:
    """SCL-4: loss, a bounded score and an unbounded measure in the authors' model, on their law and on the refit."""
    models = meek_models(inputs.MEEK_LAWS)
    kaplan = models.pop("Kaplan")
    loss = all(model.peak_year() < SOON for model in models.values())
    closes = {name: published_metric().year_gap_closes(model, inputs.CLOSED) for name, model in models.items()}
    score = all(year <= SOON for year in closes.values())
    lead = models[inputs.REFIT].log_gap([SOON / 2, SOON])
    narrows = bool(lead[1] < lead[0])
    verdict = "partly" if loss and score else "wrong"
    numbers = {
        "refit": Number(closes[inputs.REFIT], ".0f"),
        "printed": Number(closes[inputs.PRINTED], ".0f"),
        "kaplan": Number(kaplan.peak_year(), ".1f"),
        "lead": Number(math.exp(lead[1]), ".0f"),
    }
    because = (
        f"In the authors' model the gap in a bounded score falls below {in_words(100 * inputs.CLOSED)} points after "
        "{printed} years by their law and {refit} by the refit. "
        "With Kaplan's exponent the gap in loss still widens until year {kaplan}, and an "
        f"unbounded measure of the same lead {'narrows too' if narrows else 'never narrows'} ({{lead}} times after "
        f"{in_words(SOON)} years); the authors' own later paper says so."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-5",
    "a forecast, partly at best: partly if, in the authors' model, a fixed budget passes the middle of "
    f"the score's range within {in_words(SOON)} years even at the slow end of the {100 * LEVEL:.0f} % interval of "
    "algorithmic progress; wrong otherwise",
)
def modest_hardware_becomes_capable() -> Judgement:
    """SCL-5: the score of a fixed budget in ten years, even at the slow end of the interval of algorithmic progress."""
    model, metric = published_model(), published_metric()
    rate = facts.load("scaling")["ho-doubling-months-bootstrap"]
    compute = {end: model.with_doubling(getattr(rate, end)).meek_compute(SOON) for end in ("low", "value", "high")}
    now = float(metric.accuracy(model.meek_loss(0)))
    later = {name: float(metric.accuracy(model.frontier.loss(flop))) for name, flop in compute.items()}
    halfway = metric.chance + metric.span / 2
    numbers = {
        "now": Number(now, ".0%"),
        "slow": Number(later["high"], ".0%"),
        "middle": Number(later["value"], ".0%"),
    }
    verdict = "partly" if later["high"] > halfway else "wrong"
    because = (
        "In the model a fixed budget goes from {now} of the answers right (chance) to "
        f"{{middle}} in {in_words(SOON)} years, and to {{slow}} even at the slow end of the "
        "measured "
        "interval of algorithmic progress. It assumes that progress goes on at its past rate and serves "
        "small models as much as large ones."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-6",
    "a forecast, partly at best: partly if, in the authors' model, the gap at a fixed price a token is "
    "widest sooner than the gap in training, for both published rates of cheaper inference; wrong "
    "otherwise",
)
def reasoning_models_most() -> Judgement:
    """SCL-6: the peak year when the budget is a price a token served, against the budget of training."""
    training, served = published_model().peak_year(), published_served_peaks()
    numbers = {
        "training": Number(training, ".1f"),
        "early": Number(min(served), ".1f"),
        "late": Number(max(served), ".1f"),
    }
    sooner = max(served) < training
    verdict = "partly" if sooner else "wrong"
    because = (
        "In the authors' model the gap at a fixed price a token is widest after {early} to "
        "{late} years, against {training} for training, so it turns "
        f"{'sooner' if sooner else 'no sooner'}. That holds if inference gets cheaper as fast as assumed; the "
        "model has no reasoning in it."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-7",
    f"supported if a method that lowers the floor of the frontier's loss by {SHOCK} nats leaves a gap of at least that "
    f"after {LATE:.0f} years in the model while it is secret, and of at least {100 * LEFT:.0f} % of it once it is "
    "shared; partly if only while it is secret; wrong otherwise",
)
def surprises_break_the_prediction() -> Judgement:
    """SCL-7: a method that lowers the floor of the loss, kept secret and shared."""
    model = published_model()
    better = replace(model.frontier, floor=model.frontier.floor - SHOCK)
    secret = float(model.meek_loss(LATE) - better.loss(model.frontier_compute(LATE)))
    shared = float(better.loss(model.meek_compute(LATE)) - better.loss(model.frontier_compute(LATE)))
    numbers = {"secret": Number(secret, ".2f"), "shared": Number(shared, ".2f"), "shock": Number(SHOCK, ".1f")}
    breaks, heals = secret >= SHOCK, shared < LEFT * SHOCK
    verdict = "supported" if breaks and not heals else "partly" if breaks else "wrong"
    word = "breaks the prediction" if breaks else "does not break it"
    because = (
        "A method that lowers the frontier's floor by {shock} nats leaves a gap of {secret} nats"
        f" after {LATE:.0f} years while it is secret, and {{shared}} once everybody has it: "
        f"a surprise {word}{' only as long as it does not spread' if breaks and heals else ''}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-8",
    "opinion: advice has no truth value; what it is worth in the model is computed beside it",
)
def spend_on_algorithms() -> Judgement:
    """SCL-8: advice has no truth value; the number beside it says what the advice is worth in the model."""
    model = published_model()
    numbers = {
        "factor": Number(model.algorithms * model.spending, ".0f"),
        "usual": Number(model.algorithms, ".1f"),
        "spending": Number(model.spending, ".1f"),
    }
    because = (
        "Advice is neither true nor false. In the model a year of {spending} times the spending "
        "is worth algorithms that improve {factor} times instead of {usual}; "
        "what such a gain costs in research nobody has measured, and algorithms spread to competitors while "
        "hardware does not."
    )
    return Judgement("opinion", because, numbers)


@rule(
    "SCL-9",
    "supported if, by the printed law and by its refit, the score of a run with the compute of the largest Llama of "
    f"2024 is at least {100 * FAR:.0f} points above that of a run of {SMALL_RUN:,.0f} dollars at the model's "
    "price; overstated otherwise",
)
def frontier_is_far_ahead_today() -> Judgement:
    """SCL-9: losses and scores at an academic budget and at that of Llama 3, by the refit and by the printed law."""
    metric, compute = published_metric(), SMALL_RUN * fact("meek-flop-per-dollar")
    frontier = fact("llama3-flop")
    gaps, scores = {}, {}
    for name, model in meek_models({law: inputs.MEEK_LAWS[law] for law in inputs.TWO_LAWS}).items():
        low, high = (model.frontier.loss(c) for c in (compute, frontier))
        gaps[name], scores[name] = float(low - high), float(metric.accuracy(high) - metric.accuracy(low))
    numbers = {
        "times": Number(frontier / compute, ",.0f"),
        "nats": Number(min(gaps.values()), ".2f"),
        "score": Number(100 * min(scores.values()), ".0f"),
    }
    verdict = "supported" if min(scores.values()) >= FAR else "overstated"
    because = (
        f"The largest Llama run of 2024 used {{times}} times the compute that {SMALL_RUN:,.0f} dollars "
        "buy at the model's price. That is at least {nats} nats of loss and "
        "{score} points in the model's score, by the printed law and by the refit."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DEM-1",
    f"a forecast, partly at best: partly if a model as good as Chinchilla costs {SMALL_RUN:,.0f} dollars "
    f"within {in_words(SOON)} years even at the slow end of the {100 * LEVEL:.0f} % interval of algorithmic progress; "
    "wrong otherwise",
)
def small_companies_train_their_own() -> Judgement:
    """DEM-1: years until a small company can pay Chinchilla's compute, over the interval of algorithmic progress."""
    rate = facts.load("scaling")["ho-doubling-months-bootstrap"]
    today = fact("gopher-flop") / fact("meek-flop-per-dollar")
    fast, slow = (
        published_model().with_doubling(months).years_until(today, SMALL_RUN) for months in (rate.low, rate.high)
    )
    numbers = {
        "today": Number(today / 1e6, ".1f"),
        "fast": Number(fast, ".1f"),
        "slow": Number(slow, ".1f"),
    }
    verdict = "partly" if slow <= SOON else "wrong"
    because = (
        "Chinchilla's compute costs {today} million dollars at the model's price. A model as good "
        f"costs {SMALL_RUN:,.0f} dollars after {{fast}} to {{slow}} years over "
        "the "
        "measured interval of algorithmic progress, if hardware goes on as well. The frontier moves away "
        "meanwhile, and data and people are not in the price."
    )
    return Judgement(verdict, because, numbers)
