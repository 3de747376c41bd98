"""The rules by which the chapter's claims are judged, each beside the function that judges.

A forecast is called "partly" at best, and so is a claim about who is better that only the winner has measured.
"""

from __future__ import annotations

from analysis.deepseek import benchmarks, cost, local_cost
from analysis.deepseek.chapter import inputs
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import DEFINITIONS
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.serving import PRECISIONS, ServedModel, decode_rate, holds, machines
from analysis.deepseek.training import days, published_run
from analysis.deepseek.utilisation import decompose
from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number

#: What the articles say: parameters (billions), days that are about two months, dollars, GPUs.
CLAIMED_BILLIONS = 673
TWO_MONTHS = (50.0, 70.0)
CLAIMED_DOLLARS = 5.6e6
CLAIMED_FLEET = 350_000
#: What counts as "significantly more", as "a fraction", and as a leeway.
SIGNIFICANTLY = 2.0
FRACTION = 0.5
NEAR = 0.01
#: Dollars that an ordinary machine costs at most, and hours a day that a machine works which is much in use.
ORDINARY = 2_500.0
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
        "total": Number(count.total / 1e9, ".1f"),
        "active": Number(count.active / 1e9, ".1f"),
        "stored": Number(count.stored / 1e9, ".1f"),
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
    "for the pretraining and for all stages; partly if only for one of them; wrong otherwise",
)
def two_months_on_2048() -> Judgement:
    """DSK-2: published GPU-hours over published GPUs, for the pretraining and for all stages."""
    table = facts.load("deepseek")
    gpus = table["v3-gpus"].value
    took = [days(table[f"v3-hours-{part}"].value, gpus) for part in ("pretraining", "total")]
    inside = [TWO_MONTHS[0] <= d <= TWO_MONTHS[1] for d in took]
    numbers = {"pretraining": Number(took[0], ".1f"), "all": Number(took[1], ".1f"), "gpus": Number(gpus, ",.0f")}
    verdict = "supported" if all(inside) else "partly" if any(inside) else "wrong"
    because = (
        "The published hours are {pretraining} days on {gpus} GPUs for the pretraining and "
        "{all} for all stages of the final run. What was tried before it is in no published number."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-3",
    f"supported if Llama-405B took at least {SIGNIFICANTLY:g} times the GPU-hours, and at least {SIGNIFICANTLY:g} "
    "times the FLOP by every definition tried; wrong otherwise",
)
def llama_took_more() -> Judgement:
    """DSK-3: the ratio of FLOP under every definition, and of GPU-hours."""
    ratios = [
        published_run(inputs.LLAMA, attention).flop / published_run(inputs.V3, attention).flop
        for attention in DEFINITIONS.values()
    ]
    parts = decompose(published_run(inputs.LLAMA), published_run(inputs.V3)).set_index("factor")["ratio"]
    numbers = {
        "low": Number(min(ratios), ".1f"),
        "high": Number(max(ratios), ".1f"),
        "hours": Number(parts["GPU-hours"], ".1f"),
        "sparsity": Number(parts["sparsity"], ".0f"),
    }
    verdict = "supported" if min(*ratios, parts["GPU-hours"]) >= SIGNIFICANTLY else "wrong"
    because = (
        "Llama-405B took {low} to {high} times the arithmetic, by definition, and "
        "{hours} times the GPU-hours. The reason is not better use of the chips: V3 lets a token meet "
        "{sparsity} times less of the model."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-4",
    f"supported if V3 wins more tests than it loses at every tie threshold from {min(inputs.TIES):g} to "
    f"{max(inputs.TIES):g} points, in both published tables, and somebody other than DeepSeek measured both models; "
    "partly if only DeepSeek did; wrong otherwise",
)
def llama_is_outperformed() -> Judgement:
    """DSK-4: wins and losses at every tie threshold, and whether anybody but DeepSeek measured both."""
    tables = {which: benchmarks.benchmark_table(which) for which in inputs.TABLES}
    curves = [benchmarks.tie_curve(rows, inputs.TIES) for rows in tables.values()]
    always = all((curve["wins"] > curve["losses"]).all() for curve in curves)
    independent = len({who for rows in tables.values() for who in rows["measured-by"]}) > 1
    base, chat = (benchmarks.count_wins(rows) for rows in tables.values())
    own = benchmarks.count_wins(benchmarks.with_own_reports(tables["base"]))
    numbers = {
        "base": Number(base.wins, ".0f"),
        "of-base": Number(base.total, ".0f"),
        "chat": Number(chat.wins, ".0f"),
        "of-chat": Number(chat.total, ".0f"),
        "own-losses": Number(own.losses, ".0f"),
        "losses": Number(base.losses, ".0f"),
    }
    verdict = "supported" if always and independent else "partly" if always else "wrong"
    because = (
        "By DeepSeek's own measurements of December 2024 V3 wins {base} of {of-base} tests of "
        "the base models and {chat} of {of-chat} of the finished ones, and more than it loses "
        "however large a tie is. With Meta's own scores where they compare it loses {own-losses} instead "
        "of {losses}. Our tables hold no measurement of both by anybody else."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-5",
    f"supported if a plan of {CLAIMED_FLEET:,} was published and the largest published training run used at least "
    f"{Number(FRACTION, '.0%')} of it; partly if the run used less; wrong if the plan was of another size",
)
def meta_invests_in_350000() -> Judgement:
    """DSK-5: the plan as published, and what part of it the largest published run used."""
    table = facts.load("deepseek")
    fleet, used = table["meta-h100-fleet"].value, table["llama31-405b-gpus"].value
    numbers = {
        "fleet": Number(fleet, ",.0f"),
        "run": Number(used, ",.0f"),
        "share": Number(used / fleet, ".1%"),
    }
    verdict = "wrong" if fleet != CLAIMED_FLEET else "supported" if used / fleet >= FRACTION else "partly"
    because = (
        "Meta announced {fleet} H100s by the end of 2024, for all its work. The largest training run it "
        "published used {run}, {share} of them: beside DeepSeek's run stands this number, not "
        "the fleet."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-6",
    f"supported if R1's own training or V3 and R1 together round to {CLAIMED_DOLLARS / 1e6:g} million dollars, and "
    f"the final run of V3 costs at most {Number(FRACTION, '.0%')} of GPT-4's and Gemini Ultra's by Epoch's estimates; "
    "partly if only one of the two holds; wrong otherwise",
)
def r1_for_six_million() -> Judgement:
    """DSK-6: what R1's own training, and both together, cost; and the ratio to others by Epoch's estimates."""
    table = facts.load("deepseek")
    v3, r1 = table["v3-cost-total"].value, table["r1-cost"].value
    right = any(round(dollars / 1e6, 1) == CLAIMED_DOLLARS / 1e6 for dollars in (r1, v3 + r1))
    ratios = cost.cloud_costs().set_index("model")["times V3"][["GPT-4", "Gemini Ultra"]]
    fraction = ratios.min() >= 1 / FRACTION
    numbers = {
        "v3": Number(v3 / 1e6, ".2f"),
        "r1": Number(r1 / 1e6, ".2f"),
        "both": Number((v3 + r1) / 1e6, ".2f"),
        "low": Number(ratios.min(), ".0f"),
        "high": Number(ratios.max(), ".0f"),
    }
    verdict = "supported" if right and fraction else "partly" if right or fraction else "wrong"
    because = (
        "{v3} million dollars is the rent of V3's final run. R1 added {r1} million on top, "
        "{both} together. Epoch's estimates of the final runs of GPT-4 and Gemini Ultra are "
        "{low} and {high} times its figure for V3: a fraction it is, of another number."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-7",
    f"supported if what the paper leaves out without a number moves the cost by a factor of {SIGNIFICANTLY:g} or more "
    "over the published range for other laboratories; partly otherwise",
)
def costs_are_not_transparent() -> Judgement:
    """DSK-7: how far the cost moves with what the paper leaves out, and whether the paper gives a number for it."""
    table, known = facts.load("deepseek"), cost.v3_rerun()
    researched = known.certain(price=table["v3-price"].value, utilisation=published_run(inputs.V3).utilisation)
    factor = researched.worst.high / researched.worst.low
    numbers = {
        "factor": Number(factor, ".1f"),
        "low": Number(known.interval.low / 1e6, ".0f"),
        "high": Number(known.interval.high / 1e6, ".0f"),
        "level": Number(known.level, ".0%"),
        "capex": Number(table["semianalysis-capex"].value / 1e9, ".1f"),
    }
    verdict = "supported" if factor >= SIGNIFICANTLY else "partly"
    because = (
        "The paper says plainly what its figure leaves out and gives no number for it. Research alone, at the ratio of "
        "other laboratories, leaves a factor of {factor}; by our ranges doing all of it anew costs "
        "{low} to {high} million with a probability of {level}. An outside estimate puts the "
        "company's servers at {capex} billion."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-8",
    f"supported if a machine of at most {ORDINARY:,.0f} dollars holds Llama-70B, a dense model, with "
    f"{PRECISIONS[inputs.PRECISION]:g} bits a weight and its memory is fast enough for at least {inputs.READING:g} "
    "tokens a second with it; partly if only a dearer machine of the list can; wrong if none can",
)
def large_models_run_locally() -> Judgement:
    """DSK-8: which machines hold a dense model of 70B and V3, at which precision, and faster than one reads."""
    prices = {}
    for name, precision in (("Llama-70B", inputs.PRECISION), ("Llama-70B", "BF16"), (inputs.V3, inputs.PRECISION)):
        model, bits = ServedModel.of(published_architecture(inputs.AT_HOME[name])), PRECISIONS[precision]
        prices[name, precision] = min(
            (
                machine.price
                for machine in machines().values()
                if bool(holds(machine, model, bits, inputs.CONTEXT))
                and float(decode_rate(machine, model, bits, inputs.CONTEXT)) >= inputs.READING
            ),
            default=float("inf"),
        )
    rounded = prices["Llama-70B", inputs.PRECISION]
    numbers = {
        "rounded": Number(rounded, ",.0f"),
        "full": Number(prices["Llama-70B", "BF16"], ",.0f"),
        "sparse": Number(prices[inputs.V3, inputs.PRECISION], ",.0f"),
        "reading": Number(inputs.READING, ".0f"),
        "bits": Number(PRECISIONS[inputs.PRECISION], ".1f"),
        "full-bits": Number(PRECISIONS["BF16"], ".0f"),
    }
    verdict = "supported" if rounded <= ORDINARY else "partly" if rounded < float("inf") else "wrong"
    because = (
        "The cheapest machine of our list whose memory is fast enough for {reading} tokens a second of Llama-70B, a "
        "dense model, costs {rounded} dollars, with {bits} bits a weight; with {full-bits} it is {full}. Rounding does "
        "it, not architecture: V3's experts need more memory, and {sparse} dollars."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-9",
    "supported if the model that fits on one graphics card scores below R1 on every published test and "
    f"costs less a token than V3's service at {MUCH:g} hours of work a day; partly if only the first holds; "
    "wrong otherwise",
)
def local_trades_parity() -> Judgement:
    """DSK-9: scores of the models that fit at home against R1, and the cost of a token against the service's."""
    scores = local_cost.published_scores()
    parity = scores[scores["key"] == inputs.SMALL]["of_r1"]
    service = local_cost.api_prices().set_index("model")["blend"][inputs.V3]
    electricity, bits = facts.load("deepseek")["home-electricity"].value, PRECISIONS[inputs.PRECISION]
    card = {inputs.CARD: inputs.LOCAL[inputs.CARD]}
    hour, much, day = local_cost.costs_by_hours(card, (1, MUCH, 24), electricity, bits, inputs.CONTEXT)["dollars"]
    numbers = {
        "low": Number(parity.min(), ".0%"),
        "high": Number(parity.max(), ".0%"),
        "service": Number(service, ".2f"),
        "hour": Number(hour, ".1f"),
        "day": Number(day, ".2f"),
    }
    gives_up, saves = parity.max() < 1, much < service
    verdict = "supported" if gives_up and saves else "partly" if gives_up else "wrong"
    because = (
        "A model that fits on one graphics card reaches {low} to {high} of R1's scores, so "
        "parity is given up. It costs {hour} dollars a million tokens there at an hour a day and "
        "{day} around the clock; V3's service asks {service}. Privacy is bought; money is saved "
        "only by a machine that hardly rests."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-10",
    f"a forecast, partly at best: partly if, at best, {Number(FRACTION, '.0%')} of the tasks or more could be done by "
    "a model at home without losing any; wrong otherwise",
)
def hybrid_use_emerges() -> Judgement:
    """DSK-10: a forecast; what a division of tasks would keep, at best and at random."""
    scores = local_cost.published_scores().set_index(["test", "key"])["score"][inputs.TEST]
    kept = local_cost.kept_without_loss(scores[inputs.SMALL], scores[inputs.LARGE])
    numbers = {
        "kept": Number(kept, ".0%"),
        "low": Number(scores[inputs.SMALL], ".1%"),
        "high": Number(scores[inputs.LARGE], ".1%"),
    }
    verdict = "partly" if kept >= FRACTION else "wrong"
    because = (
        "A forecast. With scores of {low} at home and {high} in the service, up to "
        "{kept} of the tasks could stay at home without loss, if the service solves all that the small "
        "model does and one knew which tasks need it. Whether people will divide is nothing we can compute."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "DSK-11",
    f"supported if GPT-4o's list price is at least {SIGNIFICANTLY:g} times V3's, the price of a frontier service had "
    "not already fallen by such a factor before it, and none of OpenAI's was lower; partly if only the first holds; "
    "wrong otherwise",
)
def pricing_pushes_costs_down() -> Judgement:
    """DSK-11: DeepSeek's list price against the frontier's of its time, and what others' prices did after it."""
    prices = local_cost.api_prices().set_index("model")["blend"]
    ratio = prices["GPT-4o, August"] / prices[inputs.V3]
    cut = prices["o3"] / prices["o3, June"]
    before = prices["GPT-4"] / prices["GPT-4o, August"]
    cheaper = prices["GPT-4o mini"] < prices[inputs.V3]
    numbers = {
        "ratio": Number(ratio, ".0f"),
        "before": Number(before, ".0f"),
        "cut": Number(cut, ".0f"),
        "mini": Number(prices["GPT-4o mini"], ".2f"),
        "v3": Number(prices[inputs.V3], ".2f"),
    }
    verdict = "wrong" if ratio < SIGNIFICANTLY else "partly" if before >= SIGNIFICANTLY or cheaper else "supported"
    because = (
        "GPT-4o's list price is {ratio} times V3's, and the summer after OpenAI divided that of o3 by "
        "{cut}. But before V3 GPT-4's price had been {before} times GPT-4o's, and GPT-4o mini "
        "was cheaper ({mini} against {v3} dollars a million tokens): DeepSeek joined a fall and "
        "did not begin it."
    )
    return Judgement(verdict, because, numbers)
