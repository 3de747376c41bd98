"""The rules by which the chapter's claims are judged, each beside the function that judges.

A claim that only its winner has measured is called "partly" at best, and so is a forecast that nothing published can
decide yet.
"""

from __future__ import annotations

from analysis.deepseek import benchmarks, cost, local_cost, offers, outside, serving
from analysis.deepseek.chapter import inputs, words
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import DEFINITIONS
from analysis.deepseek.local_cost import service_price
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.serving import PRECISIONS, ServedModel, measured_rates
from analysis.deepseek.training import days, published_run
from analysis.deepseek.utilisation import decompose
from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number

#: The parameters that the articles claim, billion.
CLAIMED_BILLIONS = 673
#: The days that count as about two months.
TWO_MONTHS = (50.0, 70.0)
#: The dollars that the articles claim.
CLAIMED_DOLLARS = 5.6e6
#: The GPUs that the articles claim.
CLAIMED_FLEET = 350_000
#: How many times as much counts as "significantly more".
SIGNIFICANTLY = 2.0
#: The share that counts as "a fraction".
FRACTION = 0.5
#: The share by which a claim may be off and still be near.
NEAR = 0.01
#: The standard errors from which on a difference counts as beyond chance.
BEYOND_CHANCE = 2.0
#: The number of firms that makes it a habit.
SEVERAL = 2
#: The dollars that an ordinary machine costs at most.
ORDINARY = 2_500.0
#: The hours a day that a machine works which is much in use.
MUCH = 8.0


@rule(
    "DSK-1",
    "supported if a count of the published configuration (the model, the model with its prediction module, the files) "
    f"rounds to {CLAIMED_BILLIONS} billion; overstated if the claim exceeds the model's count by less than "
    f"{Number(NEAR, '.0%')}; wrong otherwise",
)
def parameters_of_v3() -> Judgement:
    """DSK-1: the counts of the configuration, with and without the module that predicts further tokens."""
    count = count_parameters(published_architecture("deepseek-v3"))
    counts = [round(n / 1e9) for n in (count.total, count.total + count.mtp, count.stored)]
    numbers = {
        "total": Number(count.total / 1e9, ".1f", how=words.TOTAL),
        "active": Number(count.active / 1e9, ".1f", how=words.ACTIVE),
        "stored": Number(
            count.stored / 1e9,
            ".1f",
            how="Numbers in the files, billions: the model, its prediction module, and the copies of table and "
            "head that the module keeps",
        ),
    }
    near = CLAIMED_BILLIONS / (count.total / 1e9) - 1
    verdict = "supported" if CLAIMED_BILLIONS in counts else "overstated" if 0 < near < NEAR else "wrong"
    because = (
        "The configuration gives {total} billion, of which {active} work on a token; the files "
        "on the download page hold {stored} billion, with a module for training. No count gives the "
        "claimed number."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-2",
    f"supported if the published GPU-hours on the published GPUs are {TWO_MONTHS[0]:.0f} to {TWO_MONTHS[1]:.0f} days, "
    "for the pretraining and for all stages, and so are the days of the pretraining at a speed that somebody else "
    "measured; partly if only some of the three are; wrong otherwise",
)
def two_months_on_2048() -> Judgement:
    """DSK-2: published GPU-hours over published GPUs, and the same tokens at the speed that NVIDIA measured."""
    table = facts.load("deepseek")
    gpus = table["v3-gpus"].value
    took = [days(table[f"v3-hours-{part}"].value, gpus) for part in ("pretraining", "total")]
    others = days(outside.hours_by_others(inputs.V3), gpus)
    inside = [TWO_MONTHS[0] <= d <= TWO_MONTHS[1] for d in (*took, others)]
    numbers = {
        "pretraining": Number(took[0], ".1f", how=words.DAYS),
        "all": Number(took[1], ".1f", how=words.DAYS_OF_ALL),
        "gpus": Number(gpus, ",.0f"),
        "others": Number(others, ".1f", how=words.DAYS_BY_OTHERS),
    }
    verdict = "supported" if all(inside) else "partly" if any(inside) else "wrong"
    because = (
        "The published hours are {pretraining} days on {gpus} GPUs for the pretraining and {all} for all stages of the "
        "final run. They are probably speed times tokens; at the speed that NVIDIA measured of the same model on H100 "
        "the pretraining takes {others} days. The number of tokens is DeepSeek's word; what was tried before the run "
        "is "
        "not counted."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-3",
    f"supported if Llama-405B took at least {SIGNIFICANTLY:g} times the GPU-hours, by the makers' own figures and at "
    f"speeds that somebody else measured of both, and at least {SIGNIFICANTLY:g} times the FLOP by every definition "
    "tried; partly if only the makers' figures say so; wrong otherwise",
)
def llama_took_more() -> Judgement:
    """DSK-3: the ratio of FLOP under every definition, and of GPU-hours by the makers and by NVIDIA's measurements."""
    ratios = [
        published_run(inputs.LLAMA, attention).flop / published_run(inputs.V3, attention).flop
        for attention in DEFINITIONS.values()
    ]
    parts = decompose(published_run(inputs.LLAMA), published_run(inputs.V3)).set_index("factor")["ratio"]
    others = outside.hours_by_others(inputs.LLAMA) / outside.hours_by_others(inputs.V3)
    numbers = {
        "low": Number(
            min(ratios),
            ".1f",
            how="Llama-405B's arithmetic over V3's, least: FLOP of all training tokens of the one over the "
            "other's, the lowest of three ways of counting attention",
        ),
        "high": Number(
            max(ratios),
            ".1f",
            how="Llama-405B's arithmetic over V3's, most: FLOP of all training tokens of the one over the "
            "other's, the highest of three ways of counting attention",
        ),
        "hours": Number(parts["GPU-hours"], ".1f", how=words.HOURS),
        "sparsity": Number(parts["sparsity"], ".0f", how=words.SPARSITY),
        "others": Number(others, ".1f", how=words.HOURS_BY_OTHERS),
    }
    makers = min(*ratios, parts["GPU-hours"]) >= SIGNIFICANTLY
    verdict = "wrong" if not makers else "supported" if others >= SIGNIFICANTLY else "partly"
    because = (
        "Llama-405B took {low} to {high} times the arithmetic, by definition, and {hours} times the GPU-hours by the "
        "makers' figures. NVIDIA ran both models with one program on H100; at its speeds the hours differ {others} "
        "times. The reason is not better use of the chips: V3 lets a token meet {sparsity} times less of the model."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-4",
    f"supported if V3 wins more tests than it loses at every tie threshold from {min(inputs.TIES):g} to "
    f"{max(inputs.TIES):g} points, in both published tables, and leads by more than {BEYOND_CHANCE:g} standard errors "
    "where somebody other than DeepSeek measured both models; partly if only DeepSeek's tables say so; wrong otherwise",
)
def llama_is_outperformed() -> Judgement:
    """DSK-4: wins and losses at every tie threshold in DeepSeek's tables, and the votes of Chatbot Arena."""
    tables = {which: benchmarks.benchmark_table(which) for which in inputs.TABLES}
    curves = [benchmarks.tie_curve(rows, inputs.TIES) for rows in tables.values()]
    always = all((curve["wins"] > curve["losses"]).all() for curve in curves)
    arena = outside.arena_lead()
    independent = arena.points > BEYOND_CHANCE * arena.error
    base, chat = (benchmarks.count_wins(rows) for rows in tables.values())
    own = benchmarks.count_wins(benchmarks.with_own_reports(tables["base"]))
    numbers = {
        "base": Number(base.wins, ".0f", how=words.won("base models", "wins", "better")),
        "of-base": Number(base.total, ".0f", how=words.compared("base models")),
        "chat": Number(chat.wins, ".0f", how=words.won("finished models", "wins", "better")),
        "of-chat": Number(chat.total, ".0f", how=words.compared("finished models")),
        "own-losses": Number(own.losses, ".0f", how=words.OWN_LOSSES),
        "losses": Number(base.losses, ".0f", how=words.won("base models", "loses", "worse")),
        "lead": Number(arena.points, ".0f", how=words.LEAD),
        "error": Number(arena.error, ".0f", how=words.LEAD_ERROR),
        "preferred": Number(arena.preferred, ".0%", how=words.PREFERRED),
    }
    verdict = "supported" if always and independent else "partly" if always else "wrong"
    because = (
        "By DeepSeek's own measurements of December 2024 V3 wins {base} of {of-base} tests of "
        "the base models and {chat} of {of-chat} of the finished ones, and more than it loses "
        "however large a tie is. With Meta's own scores where they compare it loses {own-losses} instead "
        "of {losses}. In the votes of Chatbot Arena, which is not DeepSeek's, it leads by {lead} points (standard "
        "error "
        "{error}): its answer is preferred in {preferred} of the votes."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-5",
    f"supported if a plan of {CLAIMED_FLEET:,} was published and the largest cluster that Meta named for training "
    f"holds at least {Number(FRACTION, '.0%')} of it; partly if it holds less; wrong if the plan was of another size",
)
def meta_invests_in_350000() -> Judgement:
    """DSK-5: the plan as published, and how much of it the largest cluster named for training is."""
    table = facts.load("deepseek")
    fleet, used = table["meta-h100-fleet"].value, table["llama31-405b-gpus"].value
    training = max(used, table["meta-llama4-cluster"].value)
    numbers = {
        "fleet": Number(fleet, ",.0f"),
        "run": Number(used, ",.0f"),
        "training": Number(
            training,
            ",.0f",
            how="Largest cluster that Meta named for training: the larger of the GPUs of Llama-405B's run and of "
            "the cluster of Llama 4",
        ),
        "share": Number(
            training / fleet,
            ".0%",
            how="Largest training cluster over the plan: the larger of Llama-405B's GPUs and Llama 4's cluster "
            "over the H100s announced for the end of 2024",
        ),
    }
    verdict = "wrong" if fleet != CLAIMED_FLEET else "supported" if training / fleet >= FRACTION else "partly"
    because = (
        "Meta announced {fleet} H100s by the end of 2024, for all its work. The largest cluster that it named for "
        "training, that of Llama 4, has more than {training}, {share} of them; its largest run with published hours "
        "used {run}. Beside DeepSeek's run stands a run, not the fleet."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-6",
    f"supported if R1's own training or V3 and R1 together round to {CLAIMED_DOLLARS / 1e6:g} million dollars, and "
    f"the final run of V3 costs at most {Number(FRACTION, '.0%')} of GPT-4's and Gemini Ultra's by both of Epoch's "
    "estimates; "
    "partly if only one of the two holds; wrong otherwise",
)
def r1_for_six_million() -> Judgement:
    """DSK-6: what R1's own training, and both together, cost; and the ratio to others by Epoch's estimates."""
    table = facts.load("deepseek")
    v3, r1 = table["v3-cost-total"].value, table["r1-cost"].value
    right = any(round(dollars / 1e6, 1) == CLAIMED_DOLLARS / 1e6 for dollars in (r1, v3 + r1))
    estimated = [f"{model}{which}" for model in ("GPT-4", "Gemini Ultra") for which in ("", ", revised")]
    ratios = cost.cloud_costs(estimated).set_index("model")["times V3"][estimated]
    fraction = ratios.min() >= 1 / FRACTION
    numbers = {
        "v3": Number(v3 / 1e6, ".2f"),
        "r1": Number(r1 / 1e6, ".2f"),
        "both": Number((v3 + r1) / 1e6, ".2f", how=words.BOTH_RUNS),
        "low": Number(
            ratios.min(),
            ".0f",
            how="Others' final runs over V3's, least: Epoch's estimates of GPT-4 and Gemini Ultra, at cloud "
            "prices and revised, over its estimate of V3, the lowest",
        ),
        "high": Number(
            ratios.max(),
            ".0f",
            how="Others' final runs over V3's, most: Epoch's estimates of GPT-4 and Gemini Ultra, at cloud "
            "prices and revised, over its estimate of V3, the highest",
        ),
    }
    verdict = "supported" if right and fraction else "partly" if right or fraction else "wrong"
    because = (
        "{v3} million dollars is the rent of V3's final run. R1 added {r1} million on top, "
        "{both} together. Epoch's estimates of the final runs of GPT-4 and Gemini Ultra, at cloud prices and revised, "
        "are {low} to {high} times its figure for V3: a fraction it is, of another number."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-7",
    f"supported if what DeepSeek leaves uncounted (research before the run, staff) would make the model at "
    f"least {SIGNIFICANTLY:g} times as dear as its published runs, at the middle of what other laboratories spent on "
    f"it; wrong if it would add less than {Number(NEAR, '.0%')}; partly otherwise",
)
def costs_are_not_transparent() -> Judgement:
    """DSK-7: what others spent on the parts for which DeepSeek gives no number, over the published runs."""
    table, known = facts.load("deepseek"), cost.v3_rerun()
    published = table["v3-cost-total"].value + table["r1-cost"].value
    dearer = cost.unpublished_factor()
    numbers = {
        "published": Number(
            published / 1e6,
            ".2f",
            how="V3 and R1, as published, million dollars: the cost of V3's final run plus that of R1's "
            "training, both at an assumed rent",
        ),
        "factor": Number(
            dearer.middle,
            ".1f",
            how="Whole model over its published runs, middle: geometric mean of the low and the high end of what "
            "other laboratories spent",
        ),
        "least": Number(
            dearer.low,
            ".1f",
            how="Whole model over its published runs, least: others' development over final computing, over one "
            "less the share of staff, both at their low ends",
        ),
        "most": Number(
            dearer.high,
            ".1f",
            how="Whole model over its published runs, most: others' development over final computing, over one "
            "less the share of staff, both at their high ends",
        ),
        "low": Number(known.interval.low / 1e6, ".0f", how=words.ANEW_LOW),
        "high": Number(known.interval.high / 1e6, ".0f", how=words.ANEW_HIGH),
        "level": Number(known.level, ".0%", how=words.LEVEL),
        "capex": Number(table["semianalysis-capex"].value / 1e9, ".1f"),
    }
    verdict = "supported" if dearer.middle >= SIGNIFICANTLY else "wrong" if dearer.middle < 1 + NEAR else "partly"
    because = (
        "Published are the rents of the final run and of R1, {published} million dollars, and plainly what they leave "
        "out, without a number. At the shares of other laboratories research and staff would make that {least} to "
        "{most} times as much, {factor} in the middle; by our ranges the computing alone, done anew, costs {low} to "
        "{high} million with a probability of {level}. An outside estimate puts the company's servers at {capex} "
        "billion."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-8",
    f"supported if a machine of at most {ORDINARY:,.0f} dollars, by the last price that we know, holds Llama-70B, a "
    f"dense model, with {PRECISIONS[inputs.PRECISION]:g} bits a weight and its memory is fast enough for at least "
    f"{inputs.READING:g} tokens a second with it; partly if only a dearer machine of the list can; wrong if none can",
)
def large_models_run_locally() -> Judgement:
    """DSK-8: which machines hold a dense model of 70B and V3, at which precision, and faster than one reads."""
    dense = ServedModel.of(published_architecture(inputs.AT_HOME["Llama-70B"]))
    sparse = ServedModel.of(published_architecture(inputs.AT_HOME[inputs.V3]))
    bits, full = PRECISIONS[inputs.PRECISION], PRECISIONS["BF16"]
    able = serving.able(dense, bits, inputs.CONTEXT, inputs.READING)
    prices = {key: serving.latest_price(key) for key in able}
    cheapest = min(prices.values(), default=float("inf"))
    dearer = min((price for price in prices.values() if price > ORDINARY), default=float("inf"))
    measured = measured_rates().set_index("key")["measured"]
    numbers = {
        "used": Number(
            serving.latest_price("rtx3090x2"),
            ",.0f",
            how="Dollars of a PC with two used cards: the last price that we know, the middle of a page's range "
            "for the whole machine",
        ),
        "framework-release": Number(facts.load("deepseek")["home-framework-price"].value, ",.0f"),
        "framework": Number(serving.latest_price("framework"), ",.0f"),
        "measured": Number(measured["framework-70b-4bit"], ".1f"),
        "able": Number(
            sum(price <= ORDINARY for price in prices.values()),
            "words",
            how=f"Ordinary machines that can: of our list, at most {ORDINARY:,.0f} dollars by the last price, "
            "that hold Llama-70B and are bound to no less than reading speed",
        ),
        "ordinary": Number(
            ORDINARY, ",.0f", how="Dollars of an ordinary machine, at most: our choice, by which the claim is judged"
        ),
        "without": Number(
            dearer,
            ",.0f",
            how=f"Cheapest of the dearer machines, dollars: by the last price, of those above {ORDINARY:,.0f} "
            "dollars that hold Llama-70B, rounded, and are fast enough",
        ),
        "full": Number(
            _cheapest(serving.able(dense, full, inputs.CONTEXT, inputs.READING)),
            ",.0f",
            how="Cheapest machine without rounding, dollars: by the last price, of those that hold Llama-70B in "
            "BF16 and are fast enough for reading",
        ),
        "sparse": Number(
            _cheapest(serving.able(sparse, bits, inputs.CONTEXT, inputs.READING)),
            ",.0f",
            how="Cheapest machine for V3, dollars: by the last price, of those that hold V3, rounded, and are "
            "fast enough for reading",
        ),
        "reading": Number(
            inputs.READING, ".0f", how="Tokens a second of reading: our assumption of how fast a person reads"
        ),
        "bits": Number(bits, ".1f", how=words.BITS),
        "full-bits": Number(
            full, ".0f", how="Bits a weight, not rounded: those of BF16, in which the weights are published"
        ),
    }
    verdict = "supported" if cheapest <= ORDINARY else "partly" if cheapest < float("inf") else "wrong"
    because = (
        "Of our list {able} machines of at most {ordinary} dollars hold Llama-70B, a dense model, with {bits} bits a "
        "weight, in memory fast enough for {reading} tokens a second: two used graphics cards in a PC, about {used}, "
        "and a small desktop with fast shared memory, {framework-release} dollars in 2025 and {framework} since "
        "January "
        "2026, without a disk. On its chip {measured} tokens a second were measured. Without these two the "
        "cheapest is {without}; with {full-bits} bits it is {full}. Rounding does it, not architecture: V3's experts "
        "need more memory, and {sparse} dollars."
    )
    return Judgement(verdict, because, numbers)


def _cheapest(keys: list[str]) -> float:
    return min((serving.latest_price(key) for key in keys), default=float("inf"))


@rule(
    "DSK-9",
    "supported if the model that fits on one graphics card scores below R1 on every published test, on one at least by "
    f"more than {BEYOND_CHANCE:g} standard errors, and "
    f"costs less a token than V3's service at {MUCH:g} hours of work a day; partly if only the first holds; "
    "wrong otherwise",
)
def local_trades_parity() -> Judgement:
    """DSK-9: scores of the models that fit at home against R1, and the cost of a token against the service's."""
    scores = local_cost.published_scores((inputs.SMALL, inputs.LARGE))
    small, large = (scores[scores["key"] == key].set_index("test") for key in (inputs.SMALL, inputs.LARGE))
    parity = small["of_r1"]
    known = ((large["score"] - small["score"]) / (small["error"] ** 2 + large["error"] ** 2) ** 0.5).dropna()
    sure = int((known > BEYOND_CHANCE).sum())
    service = service_price(inputs.V3)
    electricity, bits = facts.load("deepseek")["home-electricity"].value, PRECISIONS[inputs.PRECISION]
    card = {inputs.CARD: inputs.LOCAL[inputs.CARD]}
    hour, much, day = local_cost.costs_by_hours(card, (1, MUCH, 24), electricity, bits, inputs.CONTEXT)["dollars"]
    numbers = {
        "low": Number(
            parity.min(),
            ".0%",
            how="Small model's score over R1's, least: share of problems solved by the model that fits on one "
            "card over R1's, the lowest of the tests",
        ),
        "high": Number(
            parity.max(),
            ".0%",
            how="Small model's score over R1's, most: share of problems solved by the model that fits on one "
            "card over R1's, the highest of the tests",
        ),
        "sure": Number(
            sure,
            "words",
            how="Tests whose difference is beyond chance: R1's score above the small model's by more than "
            f"{BEYOND_CHANCE:g} standard errors of both scores together",
        ),
        "known": Number(
            len(known),
            "words",
            how="Tests whose problems we can count: those for which the standard error of a score can be computed",
        ),
        "errors": Number(
            BEYOND_CHANCE,
            "words",
            how="Standard errors that are beyond chance: our choice, by which claims of who scores higher are judged",
        ),
        "service": Number(service, ".2f", how=words.service("V3's service")),
        "hour": Number(hour, ".1f", how=words.own("Qwen-32B on a card, an hour a day")),
        "day": Number(day, ".2f", how=words.own("Qwen-32B on a card, around the clock")),
    }
    gives_up, saves = parity.max() < 1 and sure > 0, much < service
    verdict = "supported" if gives_up and saves else "partly" if gives_up else "wrong"
    because = (
        "A model that fits on one graphics card reaches {low} to {high} of R1's scores, on {sure} of the {known} tests "
        "whose problems we can count by more than {errors} standard errors: equal performance is given up. It costs "
        "{hour} dollars a million tokens there at an hour a day and {day} around the clock; V3's service asks "
        "{service}. Privacy is bought; money is saved only by a machine that hardly rests."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-10",
    f"supported if at least {SEVERAL} firms sell devices with a model that hands over to one in the cloud, and the "
    "cloud "
    "is not being replaced: the tokens of the one large service that publishes them have grown since May 2025; wrong "
    "if "
    "they fell; partly otherwise",
)
def hybrid_use_emerges() -> Judgement:
    """DSK-10: firms that divide the work between device and cloud, and whether the cloud's part grew."""
    makers = offers.hybrid_makers(offers.listed_offers())
    growth = local_cost.cloud_growth()
    scores = local_cost.published_scores((inputs.SMALL, inputs.LARGE), (inputs.TEST,)).set_index("key")["score"]
    kept = local_cost.kept_without_loss(scores[inputs.SMALL], scores[inputs.LARGE])
    problems = facts.load("deepseek")["home-problems-aime"].value
    numbers = {
        "makers": Number(len(makers), "words", how=words.MAKERS),
        "growth": Number(
            growth,
            ".1f",
            how="Growth of the cloud's tokens: tokens a month of Google's services by its keynote of May 2026 "
            "over those of a year before",
        ),
        "kept": Number(kept, ".0%", how=words.KEPT),
        "error": Number(100 * local_cost.score_error(kept, problems), ".0f", how=words.KEPT_ERROR),
        "problems": Number(problems, "words"),
    }
    verdict = "wrong" if growth < 1 else "supported" if len(makers) >= SEVERAL and growth > 1 else "partly"
    because = (
        "Division, and no replacement: {makers} makers of systems ship a small model with the device and hand over to "
        "the cloud, and Google's services process {growth} times the tokens of a year before. How much could stay "
        "at home is less sure: on one test of {problems} problems up to {kept}, with a standard error of {error} "
        "points."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-11",
    "supported if rivals in China went down to DeepSeek's price within the month, no fall of "
    f"{SIGNIFICANTLY:g} times had come before V3 among OpenAI's models nor a lower price, and DeepSeek's best model "
    "is no "
    "dearer today than V3 was; wrong if none of the three holds; partly otherwise",
)
def pricing_pushes_costs_down() -> Judgement:
    """DSK-11: what rivals' prices did after DeepSeek's, in China and in America, and what its own did since."""
    table = facts.load("deepseek")
    war, rivals = table["api-war-deepseek"], [table[f"api-war-{rival}"] for rival in ("bytedance", "alibaba")]
    followed = all(rival.value <= war.value and rival.date[:7] == war.date[:7] for rival in rivals)
    before = service_price("GPT-4") / service_price("GPT-4o, August")
    began = before < SIGNIFICANTLY and service_price("GPT-4o mini") >= service_price(inputs.V3)
    stayed = service_price("DeepSeek-V4-Pro, August") <= service_price(inputs.V3)
    numbers = {
        "v2-yuan": Number(war.value, ".0f"),
        "bytedance": Number(
            rivals[0].value,
            ".1f",
            how="ByteDance's price in May 2024, yuan: published list price of a million tokens read by its model "
            "Doubao",
        ),
        "alibaba": Number(
            rivals[1].value,
            ".1f",
            how="Alibaba's price in May 2024, yuan: published list price of a million tokens read by its model "
            "Qwen-Long",
        ),
        "cut": Number(table["api-war-alibaba-cut"].value, ".0f"),
        "ratio": Number(
            service_price("GPT-4o, August") / service_price(inputs.V3), ".0f", how=words.dearer("GPT-4o", "V3")
        ),
        "before": Number(before, ".0f", how=words.dearer("GPT-4", "GPT-4o")),
        "mini": Number(service_price("GPT-4o mini"), ".2f", how=words.service("GPT-4o mini")),
        "v3": Number(service_price(inputs.V3), ".2f", how=words.service("V3's service")),
        "pro": Number(service_price("DeepSeek-V4-Pro, August"), ".2f", how=words.service("V4-Pro in August 2026")),
        "flash": Number(service_price("DeepSeek-V4.1-Flash"), ".2f", how=words.service("V4.1-Flash")),
        "peak": Number(table["api-deepseek-peak-factor"].value, "words"),
    }
    held = (followed, began, stayed)
    verdict = "supported" if all(held) else "partly" if any(held) else "wrong"
    because = (
        "In China it did: DeepSeek-V2 asked {v2-yuan} yuan in May 2024, and within the month ByteDance asked "
        "{bytedance} and Alibaba {alibaba}, cutting by up to {cut} per cent. In America DeepSeek joined a fall: "
        "GPT-4o's list price is "
        "{ratio} times V3's, but GPT-4's had been {before} times GPT-4o's, and GPT-4o mini was cheaper than V3 ({mini} "
        "against {v3} dollars a million tokens). And since August 2026 its own rise: {pro} for V4-Pro, {peak} times "
        "as much at peak hours; {flash} for the small V4.1-Flash."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-12",
    f"supported if a published survey has firms in finance and healthcare run models on their own machines at least "
    f"{SIGNIFICANTLY:g} times as often as firms of all kinds; partly if more often, but less than that; wrong if not "
    "more "
    "often; open while we know no survey that asked both",
)
def rules_drive_local_demand() -> Judgement:
    """DSK-12: no survey that we read asks the same question in regulated trades and in all."""
    table = facts.load("deepseek")
    numbers = {
        "then": Number(table["open-share-2024"].value, ".0f"),
        "now": Number(table["open-share-2025"].value, ".0f"),
    }
    asked = ("local-share-regulated", "local-share-all")
    if all(identity in table for identity in asked):
        regulated, everybody = (table[identity].value for identity in asked)
        ratio = regulated / everybody
        numbers["ratio"] = Number(
            ratio,
            ".1f",
            how="Local use in regulated trades: share of firms in finance and healthcare that run models on "
            "their own machines over that of firms of all kinds",
        )
        verdict = "supported" if ratio >= SIGNIFICANTLY else "partly" if ratio > 1 else "wrong"
        because = (
            "Firms in finance and healthcare run models on their own machines {ratio} times as often as firms of all "
            "kinds. Open models, which one can run so, went from {then} to {now} per cent of what firms use."
        )
    else:
        verdict = "open"
        because = (
            "What would settle it is a survey that asks firms in finance and healthcare, and others, where their "
            "models "
            "run; those that we read ask one trade or the customers of one seller. Against a strong effect speaks that "
            "open models, which one can run oneself, went from {then} to {now} per cent of what firms of all kinds use "
            "in a year."
        )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-13",
    "supported if, of the changes in our list, more went from payment by token to a monthly price than the other "
    "way, and "
    f"at least {SEVERAL} firms bundle a model with a device or another subscription; partly if only one of the two "
    "holds; "
    "wrong otherwise",
)
def meters_give_way_to_bundles() -> Judgement:
    """DSK-13: changes of billing in both directions, and firms that bundle."""
    changes = offers.listed_offers()
    metered, flat = offers.count_changes(changes)
    firms = offers.bundling_firms(changes)
    numbers = {
        "changes": Number(
            len(changes),
            "words",
            how="Changes of billing in our list: all since February 2025 of which we read a description",
        ),
        "metered": Number(metered, "words", how=words.METERED),
        "flat": Number(flat, "words", how=words.FLAT),
        "firms": Number(
            len(firms),
            "words",
            how="Firms that bundle: those of our list that give a model with a device or with another subscription",
        ),
    }
    held = (flat > metered, len(firms) >= SEVERAL)
    verdict = "supported" if all(held) else "partly" if any(held) else "wrong"
    because = (
        "A part of it happened. Of the {changes} changes since February 2025 that we list, those of {firms} firms made "
        "models part of a device or of another subscription. But {flat} products went from tokens to a monthly price, "
        "most in 2025, and {metered} back to tokens, most in 2026: work that a program does by itself costs too "
        "unequally for one price."
    )
    return Judgement(verdict, because, numbers)
