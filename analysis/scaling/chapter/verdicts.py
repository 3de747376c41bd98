"""The rules by which the chapter's claims are judged, as the ledger states them in words.

A forecast is called "partly" at best: a model can show what follows from its assumptions, not that they will hold.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number, in_words
from analysis.scaling.allocation import kaplan_allocation, published_answers
from analysis.scaling.chapter import inputs
from analysis.scaling.chapter.inputs import LEVEL, SHOCK, SMALL_RUN, SOON, fact
from analysis.scaling.cost import crossing, published_costs, published_growth
from analysis.scaling.laws import kaplan_laws, published_law
from analysis.scaling.meek import meek_models, published_metric, published_model, published_served_years
from analysis.scaling.scores import closing_years, metrics

#: The tokens a parameter that count as "about 20".
ABOUT_TWENTY = (15.0, 27.0)
#: The year by whose end a run costs a billion dollars.
BILLION_YEAR = 2027
#: The share of the widest gap that counts as its turn.
LEFT = 0.5
#: The gap in score from which on nobody calls it small, share of questions.
FAR = 0.2


@rule(
    "SCL-1",
    "supported if loss falls with parameters, data and compute by Kaplan's laws and the paper's optimal parameters "
    "and tokens both grow with compute; partly if only the first; wrong otherwise",
)
def kaplan_scaled_everything_together() -> Judgement:
    """SCL-1: does loss keep falling by Kaplan's laws, and did Kaplan advise to grow parameters and data both?"""
    falls = min(law.exponent for law in kaplan_laws().values()) > 0
    one, ten = kaplan_allocation(inputs.EARLY), kaplan_allocation(inputs.STEP * inputs.EARLY)
    numbers = {
        "parameters": Number(
            ten.N / one.N,
            ".1f",
            how="Growth of parameters that Kaplan advises: his best size after a step of compute over his best size "
            "before it",
        ),
        "tokens": Number(
            ten.D / one.D,
            ".1f",
            how="Growth of tokens that Kaplan advises: tokens that the budget pays for at his best size, after a "
            "step of compute over before it",
        ),
    }
    both = min(numbers[name].value for name in numbers) > 1
    verdict = "supported" if falls and both else "partly" if falls else "wrong"
    because = (
        f"By Kaplan's laws the loss {'keeps falling' if falls else 'does not keep falling'} with parameters, "
        f"data and compute, and the paper says that all three must be scaled “in tandem”. Not alike: for "
        f"{in_words(inputs.STEP)} times the compute it advises {{parameters}} times the parameters and {{tokens}} "
        "times the tokens. To grow both alike is Chinchilla's rule."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-2",
    "supported if Gopher had fewer tokens a parameter than every published answer at its budget and all "
    f"of them ask for {ABOUT_TWENTY[0]:.0f} to {ABOUT_TWENTY[1]:.0f}; partly if it had fewer than most of them and "
    "the one in the middle asks for as many; wrong otherwise",
)
def twenty_tokens_are_optimal() -> Judgement:
    """SCL-2: what all published answers ask for at Chinchilla's budget, and what Gopher had."""
    answers = published_answers(fact("gopher-flop"))
    low, high = ABOUT_TWENTY
    about = answers[answers.between(low, high)]
    gopher = fact("gopher-tokens") / fact("gopher-parameters")
    more, middle = int((answers > gopher).sum()), float(answers.median())
    verdict = (
        "supported"
        if more == len(answers) == len(about)
        else "partly"
        if more > len(answers) / 2 and low <= middle <= high
        else "wrong"
    )
    numbers = {
        "gopher": Number(
            gopher, ".1f", how="Gopher's tokens a parameter: its training tokens over its parameters, as published"
        ),
        "more": Number(
            more,
            ".0f",
            how="Answers that ask for more: published answers above Gopher's tokens a parameter at its budget, counted",
        ),
        "answers": Number(
            len(answers),
            ".0f",
            how="Published answers compared: laws solved and tables read at Gopher's budget, counted",
        ),
        "about": Number(
            len(about),
            ".0f",
            how=f"Answers of about twenty: published answers from {low:.0f} to {high:.0f} tokens a parameter, counted",
        ),
        "middle": Number(
            middle,
            ".0f",
            how="Middle of the published answers: median of the tokens a parameter that they ask for at Gopher's "
            "budget",
        ),
        "least": Number(
            answers.min(),
            ".1f",
            how="Lowest of the published answers: fewest tokens a parameter that any of them asks for at Gopher's "
            "budget",
        ),
        "most": Number(
            answers.max(),
            ".0f",
            how="Highest of the published answers: most tokens a parameter that any of them asks for at Gopher's "
            "budget",
        ),
    }
    because = (
        "Gopher had {gopher} tokens a parameter; {more} of {answers} published answers ask for more at its budget. "
        "The one in the middle is {middle}, and {about} are about twenty. But they reach from {least} "
        f"({answers.idxmin()}) to {{most}} ({answers.idxmax()})."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-3",
    "a forecast, partly at best: partly if the published trend of amortised cost passes a billion dollars by the end "
    f"of {BILLION_YEAR} at its central rate from most of the runs whose amortised cost one table gives; wrong "
    "otherwise",
)
def a_billion_by_2027() -> Judgement:
    """SCL-3: when the published trend passes a billion dollars, from each run it can start at and over its interval."""
    runs = published_costs(("amortised",)).dropna()
    when = [crossing(run.amortised, run.year, published_growth()) for run in runs.itertuples()]
    years = [cross.year for cross in when]
    soon = sum(year < BILLION_YEAR + 1 for year in years)
    numbers = {
        "soon": Number(
            soon,
            ".0f",
            how="Runs from which it comes in time: those from which the trend passes a billion dollars before "
            f"{BILLION_YEAR} ends, counted",
        ),
        "runs": Number(
            len(runs),
            ".0f",
            how="Runs that the trend can start at: those of the table with a date and an amortised cost, counted",
        ),
        "first": Number(
            min(years),
            ".1f",
            how="Earliest year of a billion: a run's date and the years that its cost needs at the central growth, "
            "the least over the runs",
        ),
        "last": Number(
            max(years),
            ".1f",
            how="Latest year of a billion: a run's date and the years that its cost needs at the central growth, "
            "the most over the runs",
        ),
        "early": Number(
            min(cross.early for cross in when),
            ".1f",
            how="Earliest year, with the growth's interval: by the upper end of the published growth, "
            "the least over the runs",
        ),
        "late": Number(
            max(cross.late for cross in when),
            ".1f",
            how="Latest year, with the growth's interval: by the lower end of the published growth, "
            "the most over the runs",
        ),
        "cloud": Number(fact("epoch-grok3-cloud") / 1e6, ",.0f"),
        "amortised": Number(fact("epoch-grok3-amortised") / 1e6, ",.0f"),
    }
    verdict = "partly" if soon > len(runs) / 2 else "wrong"
    because = (
        "That it is projected is what the paper says. Its trend of amortised cost, if it holds, passes a billion from "
        f"{{soon}} of {{runs}} runs of one table by the end of {BILLION_YEAR}: in {{first}} to {{last}} by "
        f"the run that "
        "it starts at, {early} to {late} with the interval of the growth as well. "
        "By cloud prices one run of 2025 is put at {cloud} million already, amortised at {amortised}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-4",
    "a forecast, partly at best: partly if, in the authors' model, on their law and on its refit, the gap in loss has "
    f"passed its widest within {in_words(SOON)} years, and the gap in a bounded score is below "
    f"{in_words(100 * inputs.CLOSED)} points of a hundred within as many by their law and, by the refit, within the "
    f"{100 * LEVEL:.0f} % interval of drawing again the models that the curve of scores is fitted to; wrong otherwise",
)
def the_gap_narrows() -> Judgement:
    """SCL-4: loss, a bounded score and an unbounded measure in the authors' model, on their law and on the refit."""
    models = meek_models(inputs.MEEK_LAWS)
    kaplan = models.pop("Kaplan")
    loss = all(model.peak_year() < SOON for model in models.values())
    curves = metrics({name: inputs.MEEK_LAWS[name] for name in models})
    closes = {name: curves[name].year_gap_closes(model, inputs.CLOSED) for name, model in models.items()}
    drawn = closing_years(
        models[inputs.REFIT],
        published_law(inputs.MEEK_LAWS[inputs.REFIT]),
        inputs.CLOSED,
        inputs.FIT_RESAMPLES,
        inputs.SEED,
    )
    low, high = (float(np.quantile(drawn, (1 + side * LEVEL) / 2, method="inverted_cdf")) for side in (-1, 1))
    score = closes[inputs.PRINTED] <= SOON and low <= SOON
    sure = high <= SOON
    verdict = "partly" if loss and score else "wrong"
    ends = (
        f"Interval of the closing year: middle {100 * LEVEL:.0f} % of the years by curves fitted to models "
        "drawn again, with the refitted law's losses"
    )
    numbers = {
        "refit": Number(
            closes[inputs.REFIT],
            ".1f",
            how="Year the gap in score closes, refit: first after its widest below the threshold, with the curve "
            "fitted to the refitted law's losses",
        ),
        "low": Number(low, ".1f", how=ends),
        "high": Number(high, ".1f", how=ends),
        "within": Number(
            float((drawn <= SOON).mean()),
            ".0%",
            how="Draws that close in time: share of the redrawn curves by which the gap in score has closed within "
            f"{in_words(SOON)} years",
        ),
        "printed": Number(
            closes[inputs.PRINTED],
            ".1f",
            how="Year the gap in score closes, printed law: first after its widest below the threshold, by the "
            "authors' curve from loss to score",
        ),
        "kaplan": Number(
            kaplan.peak_year(),
            ".1f",
            how="Year of the widest gap, Kaplan: closed form from the model's growth of spending, hardware and "
            "algorithms and Kaplan's exponent of compute",
        ),
        "lead": Number(
            float(np.exp(models[inputs.REFIT].log_gap(SOON))),
            ".0f",
            how="Lead without a bound: loss above the floor of the fixed budget over that of the frontier after "
            f"{in_words(SOON)} years, by the refitted law",
        ),
    }
    because = (
        f"In the authors' model the gap in a bounded score falls below {in_words(100 * inputs.CLOSED)} points after "
        "{printed} years by their law and {refit} by the refit ({low} to {high} if the models that the curve of scores "
        f"is fitted to are drawn again; within {in_words(SOON)} years in {{within}} of the draws): "
        f"{'whichever models are drawn' if sure else 'the date hangs on a hair'}. "
        "With Kaplan's exponent the gap in loss still widens until year {kaplan}, and an unbounded measure of the same "
        f"lead is {{lead}} times after {in_words(SOON)} years and growing; the authors' own later paper says so."
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
        "now": Number(
            now,
            ".0%",
            how="Score of a fixed budget at first: share of the questions by the authors' curve, "
            "at its loss in the model's year zero",
        ),
        "slow": Number(
            later["high"],
            ".0%",
            how=f"Score at the slow end: share of the questions after {in_words(SOON)} years, with the longest "
            "halving time of the published interval",
        ),
        "middle": Number(
            later["value"],
            ".0%",
            how=f"Score at the central rate: share of the questions after {in_words(SOON)} years, with the median "
            "halving time of the published study",
        ),
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
    "a forecast, partly at best: partly if, in the authors' model, what a fixed price a token serves has caught up "
    f"with the frontier of training sooner than the gap between training budgets is down to "
    f"{in_words(100 * LEFT)} % of its "
    "widest, for both published rates of cheaper inference; wrong otherwise",
)
def reasoning_models_most() -> Judgement:
    """SCL-6: when a fixed price a token has caught up with training, against the gap between training budgets."""
    training, served = published_model().year_gap_falls_to(LEFT), published_served_years(0.0)
    numbers = {
        "training": Number(
            training,
            ".1f",
            how="Year the training gap has narrowed: year of the authors' model, past the peak, with "
            f"{100 * LEFT:.0f} % of the widest gap in loss left",
        )
    }
    caught_up = (
        "Year that serving catches up: first in which it has no higher loss than the frontier trains, at one of two "
        "published growths of inference"
    )
    numbers |= {
        name: Number(year, ".1f", how=caught_up)
        for name, year in zip(("early", "late"), served, strict=True)
        if year < math.inf
    }
    early, late = (f"after {{{name}}} years" if name in numbers else "never" for name in ("early", "late"))
    sooner = max(served) < training
    verdict = "partly" if sooner else "wrong"
    because = (
        f"In the authors' model what a fixed price a token serves has caught up with the frontier of training {early} "
        f"or {late}, by how fast inference gets cheaper; the gap between training budgets is down to "
        f"{in_words(100 * LEFT)} % of its widest after {{training}}, so this turns "
        f"{'sooner' if sooner else 'no sooner'}. "
        "The comparison grants cheaper inference to the fixed price only, and the model has no reasoning in it."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "SCL-7",
    "supported if a surprise worth as much compute as the first reasoning models, which the frontier alone has, keeps "
    f"the gap in the model's score above {in_words(100 * inputs.CLOSED)} points for {in_words(SOON)} years where it "
    f"would close without; partly if only one that lowers the floor of the loss by {SHOCK} nats does harm, in that it "
    f"leaves more than {in_words(100 * LEFT)} % of the widest gap in loss after as many years; wrong otherwise",
)
def surprises_break_the_prediction() -> Judgement:
    """SCL-7: a surprise as large as the last one, and one that moves the floor, while the frontier alone has them."""
    model, metric, worth = published_model(), published_metric(), fact("reasoning-compute-equivalent")
    without, secret = (metric.year_gap_closes(model, inputs.CLOSED, times) for times in (1.0, worth))
    widest, left = float(model.gap(model.peak_year())), float(model.gap(SOON)) + SHOCK
    breaks, moves = without <= SOON < secret, left > LEFT * widest
    verdict = "supported" if breaks else "partly" if moves else "wrong"
    lag = facts.load("scaling")["open-weights-lag-months"]
    ends = "Interval of the lag of open models: ends as published, in months"
    numbers = {
        "worth": Number(worth, ".0f"),
        "without": Number(
            without,
            ".1f",
            how="Year the gap in score closes: first after its widest below the threshold, in the authors' model "
            "with their curve of scores",
        ),
        "secret": Number(
            secret,
            ".1f",
            how="Closing year with a secret: the same, with the frontier's compute multiplied by what the first "
            "reasoning models were worth",
        ),
        "shock": Number(SHOCK, ".1f", how="Fall of the frontier's floor: nats, chosen for the thought experiment"),
        "left": Number(
            left,
            ".2f",
            how=f"Gap that the fall leaves: gap in loss of the authors' model after {in_words(SOON)} years plus the "
            "fall of the floor, in nats",
        ),
        "widest": Number(
            widest,
            ".2f",
            how="Widest gap in loss: gap between the two budgets at the peak of the authors' model, in nats",
        ),
        "lag": Number(lag.value, ".1f"),
        "low": Number(lag.low, ".1f", how=ends),
        "high": Number(lag.high, ".1f", how=ends),
    }
    because = (
        "If the frontier alone had what the first reasoning models were worth, {worth} times the compute, the gap in "
        "the model's score would close after {secret} years instead of {without}: full marks hide it. One "
        "that lowers its "
        f"floor by {{shock}} nats leaves {{left}} nats after {in_words(SOON)} years, of {{widest}} at the widest "
        "without it, for as long as it is secret. Open models have followed the best closed ones by {lag} "
        "months ({low} to {high})."
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
        "factor": Number(
            model.algorithms * model.spending,
            ".0f",
            how="Algorithms worth a year's spending: yearly growth of algorithms times yearly growth of the "
            "frontier's spending, both of the meek model",
        ),
        "usual": Number(
            model.algorithms,
            ".1f",
            how="Growth of algorithms: factor a year by which the same compute does more, as in the meek model's code",
        ),
        "spending": Number(
            model.spending,
            ".1f",
            how="Growth of the frontier's spending: published yearly growth of its compute over that of the "
            "operations a dollar buys",
        ),
    }
    because = (
        "Advice is neither true nor false. In the model a year of {spending} times the spending "
        "is worth algorithms that improve {factor} times instead of {usual}; "
        "what such a gain costs in research is not in the model, and algorithms spread to competitors while "
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
    compute, frontier = SMALL_RUN * fact("meek-flop-per-dollar"), fact("llama3-flop")
    keys = {law: inputs.MEEK_LAWS[law] for law in inputs.TWO_LAWS}
    curves, gaps, scores = metrics(keys), {}, {}
    for name, model in meek_models(keys).items():
        metric = curves[name]
        low, high = (model.frontier.loss(c) for c in (compute, frontier))
        gaps[name], scores[name] = float(low - high), float(metric.accuracy(high) - metric.accuracy(low))
    numbers = {
        "times": Number(
            frontier / compute,
            ",.0f",
            how="Lead in compute: published operations of the largest Llama run over those that the small budget "
            "buys at the model's price",
        ),
        "nats": Number(
            min(gaps.values()),
            ".2f",
            how="Lead in loss: loss at the small budget less loss at the Llama run's, in nats, the smaller by "
            "printed and refitted law",
        ),
        "score": Number(
            100 * min(scores.values()),
            ".0f",
            how="Lead in score: score at the Llama run's compute less that at the small budget's, in points, the "
            "smaller by printed and refitted law",
        ),
    }
    verdict = "supported" if min(scores.values()) >= FAR else "overstated"
    because = (
        f"The largest Llama run of 2024 used {{times}} times the compute that {SMALL_RUN:,.0f} dollars "
        "buy at the model's price. That is at least {nats} nats of loss and "
        "{score} points in the score, by the printed law and by the refit, each with the curve fitted to its own "
        "losses."
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
    years = (
        "Years until a small firm affords it: logarithm of Chinchilla's cost over the firm's budget, over that "
        "of yearly growth, at an end of the interval of algorithms"
    )
    numbers = {
        "today": Number(
            today / 1e6,
            ".1f",
            how="Chinchilla's cost at the model's price: its operations over those that a dollar buys in the meek "
            "model, in millions",
        ),
        "fast": Number(fast, ".1f", how=years),
        "slow": Number(slow, ".1f", how=years),
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
