"""The rules by which the chapter's claims are judged, as the ledger states them in words.

A forecast is called "partly" at best, and so is a claim about who is better that only the winner has measured.
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.deepseek import benchmarks, local_cost
from analysis.deepseek.chapter import study
from analysis.deepseek.config import published_architecture
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.serving import PRECISIONS, decode_rate, holds, machines
from analysis.deepseek.training import days
from analysis.kit import facts
from analysis.kit.claims import Judgement
from analysis.kit.numbers import Number

#: What the articles say: parameters (billions), days that are about two months, dollars, GPUs.
CLAIMED_BILLIONS = 673
TWO_MONTHS = (50.0, 70.0)
CLAIMED_DOLLARS = 5.6e6
CLAIMED_FLEET = 350_000
#: What counts as "significantly more", as "a fraction", and as a leeway of many per cent.
SIGNIFICANTLY = 2.0
FRACTION = 0.5
NEAR = 0.01


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
        f"The configuration gives {numbers['total']} billion, of which {numbers['active']} work on a token; the files "
        f"on the download page hold {numbers['stored']} billion, with a module for training. No count gives the "
        f"claimed number."
    )
    return Judgement(verdict, because, numbers)


def two_months_on_2048() -> Judgement:
    """DSK-2: published GPU-hours over published GPUs, for the pretraining and for all stages."""
    gpus = study.fact("v3-gpus")
    took = [days(study.fact(f"v3-hours-{part}"), gpus) for part in ("pretraining", "total")]
    inside = [TWO_MONTHS[0] <= d <= TWO_MONTHS[1] for d in took]
    numbers = {"pretraining": Number(took[0], ".1f"), "all": Number(took[1], ".1f"), "gpus": Number(gpus, ",.0f")}
    verdict = "supported" if all(inside) else "partly" if any(inside) else "wrong"
    because = (
        f"The published hours are {numbers['pretraining']} days on {numbers['gpus']} GPUs for the pretraining and "
        f"{numbers['all']} for all stages of the final run. What was tried before it is in no published number."
    )
    return Judgement(verdict, because, numbers)


def llama_took_more() -> Judgement:
    """DSK-3: the ratio of FLOP under every definition, and of GPU-hours."""
    ratios = [study.run("Llama-405B", how).flop / study.run("DeepSeek-V3", how).flop for how in study.COUNTED]
    hours = study.run("Llama-405B").gpu_hours / study.run("DeepSeek-V3").gpu_hours
    numbers = {
        "low": Number(min(ratios), ".1f"),
        "high": Number(max(ratios), ".1f"),
        "hours": Number(hours, ".1f"),
        "sparsity": Number(study.saving().set_index("factor")["ratio"]["sparsity"], ".0f"),
    }
    verdict = "supported" if min(*ratios, hours) >= SIGNIFICANTLY else "wrong"
    because = (
        f"Llama-405B took {numbers['low']} to {numbers['high']} times the arithmetic, by definition, and "
        f"{numbers['hours']} times the GPU-hours. The reason is not better use of the chips: V3 lets a token meet "
        f"{numbers['sparsity']} times less of the model."
    )
    return Judgement(verdict, because, numbers)


def llama_is_outperformed() -> Judgement:
    """DSK-4: wins and losses at every tie threshold, and whether anybody but DeepSeek measured both."""
    curve = study.tie_threshold().pivot_table(index=["table", "tie"], columns="outcome", values="tests")
    always = bool((curve["wins"] > curve["losses"]).all())
    outside = set(benchmarks.table("base")["measured-by"]) | set(benchmarks.table("chat")["measured-by"])
    base, chat = (benchmarks.count_wins(benchmarks.table(which)) for which in ("base", "chat"))
    own = benchmarks.count_wins(benchmarks.with_own_reports(benchmarks.table("base")))
    numbers = {
        "base": Number(base.wins, ".0f"),
        "of-base": Number(base.total, ".0f"),
        "chat": Number(chat.wins, ".0f"),
        "of-chat": Number(chat.total, ".0f"),
        "own-losses": Number(own.losses, ".0f"),
    }
    independent = len(outside) > 1
    verdict = "supported" if always and independent else "partly" if always else "wrong"
    because = (
        f"By DeepSeek's own measurements of December 2024 V3 wins {numbers['base']} of {numbers['of-base']} tests of "
        f"the base models and {numbers['chat']} of {numbers['of-chat']} of the finished ones, and more than it loses "
        f"however large a tie is. With Meta's own scores where they compare it loses {numbers['own-losses']} instead "
        f"of {base.losses}. Our tables hold no measurement of both by anybody else."
    )
    return Judgement(verdict, because, numbers)


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
        f"Meta announced {numbers['fleet']} H100s by the end of 2024, for all its work. The largest training run it "
        f"published used {numbers['run']}, {numbers['share']} of them: beside DeepSeek's run stands this number, not "
        "the fleet."
    )
    return Judgement(verdict, because, numbers)


def r1_for_six_million() -> Judgement:
    """DSK-6: what R1's own training, and both together, cost; and the ratio to others by Epoch's estimates."""
    v3, r1 = study.fact("v3-cost-total"), study.fact("r1-cost")
    right = any(round(cost / 1e6, 1) == CLAIMED_DOLLARS / 1e6 for cost in (r1, v3 + r1))
    epoch = study.same_method().query("by == 'Epoch’s estimates'").set_index("model")["low"]
    ratios = [epoch[name] / epoch["DeepSeek-V3"] for name in ("GPT-4", "Gemini Ultra")]
    fraction = min(ratios) >= 1 / FRACTION
    numbers = {
        "v3": Number(v3 / 1e6, ".2f"),
        "r1": Number(r1 / 1e6, ".2f"),
        "both": Number((v3 + r1) / 1e6, ".2f"),
        "low": Number(min(ratios), ".0f"),
        "high": Number(max(ratios), ".0f"),
    }
    verdict = "supported" if right and fraction else "partly" if right or fraction else "wrong"
    because = (
        f"{numbers['v3']} million dollars is the rent of V3's final run. R1 added {numbers['r1']} million on top, "
        f"{numbers['both']} together. Epoch's estimates of the final runs of GPT-4 and Gemini Ultra are "
        f"{numbers['low']} and {numbers['high']} times its figure for V3: a fraction it is, of another number."
    )
    return Judgement(verdict, because, numbers)


def costs_are_not_transparent() -> Judgement:
    """DSK-7: how far the cost moves with what the paper leaves out, and whether the paper gives a number for it."""
    known = study.development()
    with_research = known.certain(price=study.fact("v3-price"), utilisation=study.run("DeepSeek-V3").utilisation)
    factor = with_research.worst.high / with_research.worst.low
    numbers = {
        "factor": Number(factor, ".1f"),
        "low": Number(known.interval.low / 1e6, ".0f"),
        "high": Number(known.interval.high / 1e6, ".0f"),
        "capex": Number(study.fact("semianalysis-capex") / 1e9, ".1f"),
    }
    verdict = "supported" if factor >= SIGNIFICANTLY else "partly"
    because = (
        "The paper says plainly what its figure leaves out and gives no number for it. Research alone, at the ratio of "
        f"other laboratories, leaves a factor of {numbers['factor']}; by our ranges doing all of it anew costs "
        f"{numbers['low']} to {numbers['high']} million with nine in ten chances. An outside estimate puts the "
        f"company's servers at {numbers['capex']} billion."
    )
    return Judgement(verdict, because, numbers)


def large_models_run_locally() -> Judgement:
    """DSK-8: which machines hold a dense model of 70B and V3, at which precision, and faster than one reads."""
    held = {name: study.served()[name] for name in ("Llama-70B", "DeepSeek-V3")}
    runs: dict[tuple[str, str], list[float]] = {}
    for name, model in held.items():
        for precision, bits in PRECISIONS.items():
            runs[name, precision] = [
                machine.price
                for machine in machines().values()
                if bool(holds(machine, model, bits, 4_096))
                and float(decode_rate(machine, model, bits, 4_096)) >= study.READING
            ]
    cheapest = {key: min(prices) for key, prices in runs.items() if prices}
    dense, sparse = cheapest["Llama-70B", "4-bit"], cheapest["DeepSeek-V3", "4-bit"]
    full = cheapest["Llama-70B", "BF16"]
    numbers = {
        "four-bit": Number(dense, ",.0f"),
        "full": Number(full, ",.0f"),
        "sparse": Number(sparse, ",.0f"),
        "reading": Number(study.READING, ".0f"),
    }
    verdict = "supported" if dense <= study.ORDINARY else "partly"
    because = (
        f"The cheapest machine of our list whose memory is fast enough for {numbers['reading']} tokens a second of a "
        f"dense model of 70B costs {numbers['four-bit']} dollars, in four bits a weight; in sixteen bits it is "
        f"{numbers['full']}. Rounding does it, not architecture: V3's experts need more memory, and "
        f"{numbers['sparse']} dollars."
    )
    return Judgement(verdict, because, numbers)


def local_trades_parity() -> Judgement:
    """DSK-9: scores of the models that fit at home against R1, and the cost of a token against the service's."""
    scores = local_cost.published_scores()
    parity = scores[scores["key"] == "qwen-32b"]["of_r1"]
    service = study.prices().set_index("model")["dollars"]["DeepSeek-V3"]
    table = study.local_or_service()
    small = table[table["local"] == "Qwen-32B on an RTX 4090"].set_index("hours")["dollars"]
    numbers = {
        "low": Number(parity.min(), ".0%"),
        "high": Number(parity.max(), ".0%"),
        "service": Number(service, ".2f"),
        "hour": Number(small[1], ".1f"),
        "day": Number(small[24], ".2f"),
    }
    gives_up, saves = parity.max() < 1, small[8] < service
    verdict = "supported" if gives_up and saves else "partly" if gives_up else "wrong"
    because = (
        f"A model that fits on one graphics card reaches {numbers['low']} to {numbers['high']} of R1's scores, so "
        f"parity is given up. A million tokens cost {numbers['hour']} dollars there at one hour a day and "
        f"{numbers['day']} at twenty-four; V3's service asks {numbers['service']}. Privacy is bought; money is saved "
        "only by a machine that hardly rests."
    )
    return Judgement(verdict, because, numbers)


def hybrid_use_emerges() -> Judgement:
    """DSK-10: a forecast; what a division of tasks would keep, at best and at random."""
    rows = study.hybrid()
    best = rows[rows["how"] == rows["how"].iloc[0]]
    kept = float(best[best["solved"] >= best["solved"].max() - 1e-9]["share"].max())
    numbers = {
        "kept": Number(kept, ".0%"),
        "low": Number(best["solved"].min(), ".1%"),
        "high": Number(best["solved"].max(), ".1%"),
    }
    verdict = "partly" if kept >= FRACTION else "wrong"
    because = (
        f"A forecast. With scores of {numbers['low']} at home and {numbers['high']} in the service, up to "
        f"{numbers['kept']} of the tasks could stay at home without loss, if the service solves all that the small "
        "model does and one knew which tasks need it. Whether people will divide is nothing we can compute."
    )
    return Judgement(verdict, because, numbers)


def pricing_pushes_costs_down() -> Judgement:
    """DSK-11: DeepSeek's list price against the frontier's of its time, and what others' prices did after it."""
    prices = study.prices().set_index("model")["dollars"]
    ratio = prices["GPT-4o, August"] / prices["DeepSeek-V3"]
    cut = prices["o3"] / prices["o3, June"]
    before = prices["GPT-4"] / prices["GPT-4o, August"]
    cheaper = prices["GPT-4o mini"] < prices["DeepSeek-V3"]
    numbers = {
        "ratio": Number(ratio, ".0f"),
        "before": Number(before, ".0f"),
        "cut": Number(cut, ".0f"),
        "mini": Number(prices["GPT-4o mini"], ".2f"),
        "v3": Number(prices["DeepSeek-V3"], ".2f"),
    }
    verdict = "wrong" if ratio < SIGNIFICANTLY else "partly" if before >= SIGNIFICANTLY or cheaper else "supported"
    because = (
        f"GPT-4o's list price is {numbers['ratio']} times V3's, and half a year later OpenAI divided that of o3 by "
        f"{numbers['cut']}. But before V3 GPT-4's price had been {numbers['before']} times GPT-4o's, and GPT-4o mini "
        f"was cheaper ({numbers['mini']} against {numbers['v3']} dollars a million tokens): DeepSeek joined a fall and "
        "did not begin it."
    )
    return Judgement(verdict, because, numbers)


RULES: dict[str, Callable[[], Judgement]] = {
    "DSK-1": parameters_of_v3,
    "DSK-2": two_months_on_2048,
    "DSK-3": llama_took_more,
    "DSK-4": llama_is_outperformed,
    "DSK-5": meta_invests_in_350000,
    "DSK-6": r1_for_six_million,
    "DSK-7": costs_are_not_transparent,
    "DSK-8": large_models_run_locally,
    "DSK-9": local_trades_parity,
    "DSK-10": hybrid_use_emerges,
    "DSK-11": pricing_pushes_costs_down,
}
