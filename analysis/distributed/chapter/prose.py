"""Every number that the chapter on training apart prints in its sentences."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats

from analysis.distributed.allreduce import BYTE, published_exchange, ring_volume
from analysis.distributed.break_even import break_even_bandwidth
from analysis.distributed.chapter import inputs
from analysis.distributed.chapter.inputs import fact
from analysis.distributed.compression import FULL
from analysis.distributed.equal_loss import mean_residual
from analysis.distributed.own_runs import OUTERS, SENT, TOGETHER, WIDTH
from analysis.distributed.price import compute_ratio, compute_ratio_with_floor, exponent_error, fit_power_law
from analysis.distributed.published import BASELINE, QUESTIONS, losses, pairs, scores, share_lower
from analysis.distributed.quadratic import fixed_point, noise_table, optimum
from analysis.distributed.simulator import exact_matches, fitting_size, place, simulated
from analysis.distributed.study import bits_cost, transfer_residuals, worth_in_steps
from analysis.distributed.utilisation import bandwidth_for, published_shapes, streaming_bandwidth_for, utilisation
from analysis.distributed.wild import (
    MINUTE,
    internet_runs,
    link_bandwidth,
    mean_nodes,
    real_rounds,
    share_computing,
    standard_errors_apart,
    votes_to_see,
)
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, amount, joined
from analysis.scaling.language_model import LanguageModel
from analysis.scaling.laws import PowerLaw, published_law


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _opening(),
        _said(),
        _talk(),
        _local_steps(),
        _price(),
        _own_runs(),
        _compression(),
        _simulator(),
        _wild(),
        _elsewhere(),
        _elsewhere_own(),
        _limits(),
    )


def _opening() -> dict[str, Number]:
    table = facts.frame("distributed_bandwidth")
    busy = table[(table["paper"] == "streaming") & (table["utilisation"] == inputs.BUSY)]
    needed = busy.pivot(index="model", columns="method", values="bandwidth")
    falls = needed["data-parallel"] / needed["streaming, overlapped, FP4"]
    how = "Fall of the line that training needs: published bandwidth of data-parallel training over that of streaming "
    how += "in four bits, both for the same share of time spent computing; "
    return {
        "line-fall-low": Number(falls.min(), ".0f", how=f"{how}the smallest of three sizes"),
        "line-fall-high": Number(falls.max(), ".0f", how=f"{how}the largest of three sizes"),
    }


def _said() -> dict[str, Number]:
    return {
        "said-steps": Number(fact("diloco-local-steps"), ".0f"),
        "said-few": Number(fact("economist-links-20"), ".0f"),
        "said-few-chips": Number(fact("economist-chips-few"), ".0f"),
        "said-many": amount(fact("economist-links-200000"), how="Links as the article counts them: printed as 20bn"),
        "said-many-chips": Number(fact("economist-chips-many"), ",.0f"),
    }


def _talk() -> dict[str, Number]:
    used, size, apart = inputs.BUSY / 100, inputs.TALK_MODEL, inputs.TALK_STEPS
    line, seldom = bandwidth_for(used, size), bandwidth_for(used, size, apart)
    home = fact("line-home-upload")
    run = published_exchange()
    printed = fact("streaming-exchanged-dp-25")
    row = facts.frame("distributed_bandwidth").query("model == @inputs.STEP_MODEL").iloc[0]
    busy = utilisation(1.0, row.parameters, step_seconds=row.step_seconds, layers=row.layers)
    models = {
        name: Number(
            ring_volume(1, fact(f"economist-chips-{name}"), 1),
            ".1f" if name == "few" else ".5f",
            how=f"What each of the {name} chips sends, in models: by a ring all-reduce",
        )
        for name in ("few", "many")
    }
    return {
        "talk-sent-few": models["few"],
        "talk-sent-many": models["many"],
        "talk-few": Number(fact("economist-chips-few"), ".0f"),
        "talk-many": Number(fact("economist-chips-many"), ",.0f"),
        "talk-busy": Number(
            inputs.BUSY, ".0f", " %", how="Share of the time spent computing: at which lines are compared"
        ),
        "talk-model": amount(size, how="Parameters of the model of the text: an example among the published sizes"),
        "talk-line": Number(line, ".0f", how="Gbit/s at every step: the formula of utilisation turned round"),
        "talk-steps": Number(apart, ".0f", how="Steps between two meetings: an example, as the published runs have it"),
        "talk-fall": Number(
            line / seldom, ".1f", how="Fall of the line: that at every step over that at seldom meetings"
        ),
        "talk-home-times": Number(
            float(f"{line / home:.2g}"),
            ",.0f",
            how="Lines at home that make up for one: Gbit/s at every step over what one sends",
        ),
        "talk-printed": Number(printed, ".0f"),
        "talk-terabits": Number(
            run.bits / 1e12,
            ".0f",
            how="Terabits exchanged: steps from the hours without waiting, times bits and parameters",
        ),
        "talk-terabytes": Number(
            run.bits / BYTE / 1e12, ".0f", how="Terabytes exchanged: terabits over the bits of a byte"
        ),
        "talk-takes": Number(
            printed * 1e12 * BYTE / 1e9 / 3600,
            ",.0f",
            how="Hours that the printed terabytes take: eight bits a byte, one gigabit a second",
        ),
        "talk-hours": Number(
            run.steps * run.step_seconds / busy / 3600,
            ".0f",
            how="Hours over one gigabit a second, by our formula: steps times seconds over utilisation",
        ),
        "talk-hours-printed": Number(fact("streaming-hours-dp-25"), ".0f"),
    }


def _local_steps() -> dict[str, Number]:
    bowls = inputs.CURVATURES, inputs.OPTIMA
    lowest = optimum(*bowls)
    few, many = (fixed_point(*bowls, inputs.STEP, H) - lowest for H in (inputs.FEW, inputs.MANY))
    settles = "Where the workers settle, less the optimum: both in closed form, for the four bowls of the picture"
    checked = noise_checked()
    return {
        "bowl-few": Number(inputs.FEW, ".0f", how="Few local steps: a choice of the text"),
        "bowl-many": Number(inputs.MANY, ".0f", how="Many local steps: a choice of the text"),
        "bowl-below": Number(abs(few), ".3f", how=f"{settles}, at few local steps, without its sign"),
        "bowl-above": Number(many, ".3f", how=f"{settles}, at many local steps"),
        "noise-period": Number(checked["period"], ".0f", how="Local steps of the check: the most of the picture"),
        "noise-simulated": Number(
            checked["simulated"],
            ".4f",
            f" ± {checked['error']:.4f}",
            how="Variance of the workers' mean: over the simulated walks, with one standard error",
        ),
        "noise-theory": Number(
            checked["theory"], ".4f", how="Variance of the workers' mean: by the formula, which knows no local steps"
        ),
    }


def noise_checked() -> pd.Series:
    """The row of the picture of noise with four workers that meet most seldom."""
    rows = noise_table(
        inputs.NOISY_PERIODS,
        inputs.NOISY_WORKERS,
        1.0,
        inputs.STEP,
        1.0,
        inputs.NOISY_STEPS,
        inputs.WALKS,
        inputs.NOISE_SEED,
    )
    return rows[rows["workers"] == inputs.NOISY_WORKERS[1]].iloc[-1]


def _price() -> dict[str, Number]:
    table = losses()
    apart = table[table["method"] != BASELINE].set_index(["size", "replicas", "hyperparameters"])["gap"]
    swept, law, error = exponent_of_price()
    small, large = swept["size"].iloc[0], swept["size"].iloc[-1]
    after = table[table["method"] == BASELINE].tail(2)
    late = fall_between(*after["parameters"], *after["loss"])
    part = {name: 1 - compute_ratio(inputs.ONE_PER_CENT, a) for name, a in (("", law.exponent), ("-late", late))}
    ends = [1 - compute_ratio(inputs.ONE_PER_CENT, law.exponent + side * error) for side in (1, -1)]
    lines = [
        break_even_bandwidth(even_gap(fit), law.exponent, even_parameters(), inputs.EVEN_PERIOD)
        for fit in ("independent fit", "joint fit")
    ]
    gone = (
        "Compute that a loss of one per cent too much wastes: one less (1 + 0.01) to the power of −2 over the exponent"
    )
    even = "Bandwidth at which both ways reach a loss at the same time: closed form, rounded to two digits"
    how = "Loss of DiLoCo over that of data-parallel training: their quotient less one, from the published table; "
    return {
        "charles-largest": amount(even_parameters(), how="Parameters of the largest model: as the table names it"),
        "charles-printed": Number(
            table["printed_gap"].notna().sum(), ".0f", how="Percentages that the table prints: a count"
        ),
        "gap-eight-small": Number(apart[small, 8, "swept"], ".1%", how=f"{how}eight replicas, smallest size"),
        "gap-eight-large": Number(apart[large, 8, "swept"], ".1%", how=f"{how}eight replicas, largest swept size"),
        "gap-one-joint": Number(
            abs(apart["10B", 1, "joint fit"]), ".1%", how=f"{how}one replica, rates by one law for all, without sign"
        ),
        "gap-one-alone": Number(
            apart["10B", 1, "independent fit"], ".1%", how=f"{how}one replica, rates by a law for one replica"
        ),
        "price-one": Number(part[""], ".1%", how=f"{gone} of the seven swept sizes"),
        "price-one-low": Number(ends[0], ".1%", how=f"{gone}, at the upper end of its interval of 95 %"),
        "price-one-high": Number(ends[1], ".1%", how=f"{gone}, at the lower end of its interval of 95 %"),
        "price-one-floor": Number(
            1 - compute_ratio_with_floor(inputs.ONE_PER_CENT, after["loss"].iloc[-1], published_law(inputs.FLOOR)),
            ".0%",
            how="Compute that a loss of one per cent too much wastes at the loss of the largest model: by the law with "
            "a floor that the chapter on scaling laws uses",
        ),
        "price-one-late": Number(part["-late"], ".0%", how=f"{gone} between the two largest models"),
        "even-line-low": Number(
            float(f"{min(lines):.2g}"), ".0f", how=f"{even}, the lower of two ways to find the learning rates"
        ),
        "even-line": Number(
            float(f"{max(lines):.2g}"), ".0f", how=f"{even}, the higher of two ways to find the learning rates"
        ),
    } | _streamed(law)


def _streamed(law: PowerLaw) -> dict[str, Number]:
    """What the way of the first picture costs at a billion parameters: streamed, four bits, every hundredth step."""
    table = scores(inputs.TOLD)
    table = table[table["size"] == inputs.PRICED_SIZE]
    plain = float(table.loc[table["method"] == BASELINE, "loss"].iloc[0])
    steps = fact("streaming-local-steps")
    same = table[(table["method"] == "Streaming DiLoCo") & (table["steps_between"] == steps)].set_index("replicas")
    half = inputs.LOSS_STEP / 2

    def wasted(replicas: int, rounding: float = 0.0) -> float:
        gap = (same.loc[replicas, "loss"] + rounding * half) / (plain - rounding * half) - 1
        return float(1 - compute_ratio(gap, law.exponent))

    how = "Compute that the gap in loss of Streaming DiLoCo wastes: by the exponent of the swept sizes, "
    ends = {"-low": (-1, "losses rounded apart"), "": (0, ""), "-high": (1, "losses rounded together")}
    return {
        "streamed-size": amount(table["parameters"].iloc[0], how="Model whose price is told: its parameters"),
        "streamed-steps": Number(steps, ".0f"),
    } | {
        f"streamed-{words}{end}": Number(
            max(wasted(replicas, rounding), 0.0), ".0%", how=f"{how}{words} replicas{', ' if said else ''}{said}"
        )
        for words, replicas in (("two", 2), ("four", 4))
        for end, (rounding, said) in ends.items()
    }


def even_parameters() -> float:
    """Parameters of the model of the break-even."""
    return published_shapes()[inputs.EVEN_SIZE][0]


def exponent_of_price() -> tuple[pd.DataFrame, PowerLaw, float]:
    """The data-parallel models that were swept, the law through them, and half the interval of its exponent."""
    table = losses(["swept"])
    swept = table[table["method"] == BASELINE]
    law = fit_power_law(swept["parameters"], swept["loss"])
    quantile = stats.t.ppf((1 + inputs.LEVEL) / 2, len(swept) - 2)
    return swept, law, float(quantile * exponent_error(swept["parameters"], swept["loss"]))


def fall_between(small: float, large: float, before: float, after: float) -> float:
    """The exponent between two models: fall of the logarithm of the loss over growth of that of the size."""
    return math.log(before / after) / math.log(large / small)


def even_gap(fit: str) -> float:
    """Gap in loss of the model whose break-even the text names, by one way to find its learning rates."""
    table = losses([fit])
    chosen = (table["size"] == inputs.EVEN_SIZE) & (table["replicas"] == inputs.EVEN_REPLICAS)
    return float(table.loc[chosen, "gap"].iloc[0])


def _own_runs() -> dict[str, Number]:
    table, transfer = load_result("distributed-local-steps"), load_result("distributed-transfer")
    worth = worth_in_steps(transfer).loc[inputs.OWN_PERIOD]
    outer = OUTERS["momentum 0.9"]
    long = table[table["steps"] == inputs.LONG_STEPS].groupby(["method", "learning_rate"])["loss"].mean().unstack(0)
    untuned, best = long.loc[inputs.UNTUNED_RATE], long.min()
    share = (
        "Steps of data-parallel training that end at the same loss, as a share of those taken: looked up on the curve "
    )
    share += "of each seed's runs of six lengths; "
    return {
        "own-period": Number(inputs.OWN_PERIOD, ".0f", how="Steps between meetings: a choice of the experiment"),
        "own-worth": Number(worth["estimate"], ".0%", how=f"{share}mean of ten"),
        "own-worth-low": Number(worth["low"], ".0%", how=f"{share}lower end of Student's interval of 95 %"),
        "own-worth-high": Number(worth["high"], ".0%", how=f"{share}upper end of Student's interval of 95 %"),
        "own-push": Number(
            outer.rate / (1 - outer.momentum),
            "words",
            how="Factor on a push that never changes: outer rate over one less the momentum",
        ),
        "own-wins": Number(
            1 - untuned["momentum 0.9"] / untuned[TOGETHER],
            ".1%",
            how="Loss that DiLoCo has less than data-parallel training at a rate of 0.001: mean of three seeds",
        ),
        "own-loses": Number(
            best["momentum 0.9"] / best[TOGETHER] - 1,
            ".1%",
            how="Loss that DiLoCo has more where each has its best learning rate: mean of three seeds",
        ),
        "own-plain": Number(
            best["average"] / best[TOGETHER] - 1,
            ".1%",
            how="Loss that the plain average has more where each has its best learning rate: mean of three seeds",
        ),
    }


def _compression() -> dict[str, Number]:
    cost = bits_cost(load_result("distributed-local-steps"))
    more = cost.groupby("sent")["more"].agg(["mean", "min", "max"]) / 100
    roads, bits = inputs.roads().set_index("run"), inputs.covenant_bits()
    how = "Loss above that of runs that send 32 bits: mean of three seeds, each at its best learning rate; "
    return {
        "bits-few": Number(SENT["4 bits"].bits, "words", how="Bits of each value: the fewest that cost little"),
        "bits-four": Number(more.loc["4 bits", "mean"], ".1%", how=f"{how}four bits"),
        "bits-four-low": Number(more.loc["4 bits", "min"], ".1%", how=f"{how}four bits, the smallest"),
        "bits-four-high": Number(more.loc["4 bits", "max"], ".1%", how=f"{how}four bits, the largest"),
        "bits-sparse": Number(
            more.loc["1 in 64, remembered", "mean"],
            ".0%",
            how=f"{how}the largest of 64, with error feedback",
        ),
        "covenant-printed": Number(fact("covenant-reduction"), ".0f"),
        "covenant-steps": Number(fact("covenant-local-steps"), ".0f"),
        "covenant-ours": Number(
            FULL / bits, ".1f", how="Reduction at a meeting: 32 bits over those of kept values and their places"
        ),
        "roads-claimed": Number(fact("intellect1-reduction"), ".0f"),
        "roads-steps": Number(fact("intellect1-local-steps"), ".0f"),
        "roads-bits": Number(
            FULL / fact("intellect1-bits"), "words", how="Factor in bits: 32 over 8, or 16 over 4, as they are sent"
        ),
        "roads-intellect": Number(
            roads.loc["INTELLECT-1", "steps_between"] * inputs.PLAIN_BITS / roads.loc["INTELLECT-1", "bits"],
            ".0f",
            how="Reduction against 16 bits at every step: steps between meetings times 16 bits over those sent",
        ),
    }


def _simulator() -> dict[str, Number]:
    table = facts.frame("distributed_bandwidth")
    rows = simulated(table.query("paper == 'streaming'"))
    counted = rows["offset"].value_counts()
    smaller = table.query("paper == 'charles' and model == @inputs.TWICE_PRINTED")
    how = "published bandwidths that the rebuilt simulator, read on the same grid, puts "
    closed = [
        place(row.bandwidth)
        - place(
            streaming_bandwidth_for(
                row.utilisation / 100, row.parameters, row.steps_between, row.bits, row.step_seconds, row.layers
            )
        )
        for row in rows.query("method in @inputs.OVERLAPPED").itertuples()
    ]
    return {
        "sim-values": Number(
            len(rows), ".0f", how="Values of the published table: models times ways times utilisations"
        ),
        "sim-below": Number(int(counted[-1]), ".0f", how=f"Values a point below ours: {how}one point higher"),
        "sim-busy": Number(
            inputs.BUSY, ".0f", " %", how="Share of the time spent computing: of the value that both papers print"
        ),
        "sim-smaller": Number(
            1 - inputs.TRAFFIC[exact_matches(table.query("paper == 'streaming'"), inputs.TRAFFIC, 0).argmax()],
            ".0%",
            how="How much smaller the messages would have to be: where most values come out exactly at the same point",
        ),
        "sim-closed-far": Number(
            max(abs(value) for value in closed),
            ".1f",
            how="Largest distance of the closed form from a published value: in points of the grid",
        ),
        "sim-apart": Number(inputs.TWICE_APART, ".0f", how="Steps between meetings: of the row that both papers print"),
        "sim-earlier": Number(fact("streaming-10b-diloco-95"), ".1f"),
        "sim-later": Number(fact("charles-10b-diloco-95"), ".1f"),
        "sim-nominal": amount(smaller["parameters"].iloc[0], how="Size that both papers name: parameters of the model"),
        "sim-fits": amount(
            float(f"{fitting_size(smaller):.2g}"),
            how="Size that fits the later paper's rows: where most values come out exactly, read one point low",
        ),
        "sim-fits-count": Number(
            int((simulated(smaller, fitting_size(smaller) / smaller["parameters"].iloc[0])["offset"] == -1).sum()),
            ".0f",
            how="Rows of the later paper that come out at that size: exactly, read one point low",
        ),
        "sim-later-count": Number(len(smaller), ".0f", how="Values that the later paper prints for this size"),
    }


def _wild() -> dict[str, Number]:
    rounds, runs = real_rounds(), internet_runs()
    size, nodes = fact("intellect1-parameters-exact"), fact("intellect1-nodes-max")
    computing, sharing = MINUTE * fact("intellect1-inner-minutes"), fact("intellect1-sync-global-seconds")
    steps = fact("intellect1-local-steps")
    link = link_bandwidth(size, nodes, sharing, fact("intellect1-bits"))
    plain = ring_volume(size, nodes, inputs.PLAIN_BITS) / (1e9 * link)
    covenant, llama, k2 = (runs.loc[name] for name in ("Covenant-72B", "Llama 2 70B", "K2-65B"))
    small = runs.loc["Llama 2 7B"], runs.loc["INTELLECT-1"]
    return {
        "wild-nodes-max": Number(nodes, ".0f"),
        "wild-minutes": Number(fact("intellect1-inner-minutes"), ".0f"),
        "wild-rounds": Number(
            int(rounds["published"].notna().sum()), "words", how="Rounds held against a published share: a count"
        ),
        "wild-usa": Number(fact("intellect1-utilisation-usa"), ".0f", " %"),
        "wild-global": Number(fact("intellect1-utilisation-global"), ".0f", " %"),
        "wild-mean": Number(fact("intellect1-utilisation-covenant"), ".1f", " %"),
        "wild-mean-minutes": Number(fact("intellect1-sync-mean-minutes"), ".1f"),
        "wild-link": Number(
            link,
            ".2f",
            how="Bandwidth at which one machine sent: bits of a ring all-reduce among the most machines that "
            "there were, over the median time of a meeting on three continents",
        ),
        "wild-plain-bits": Number(inputs.PLAIN_BITS, ".0f", how="Bits of a number: as published simulations have it"),
        "wild-plain": Number(
            share_computing(computing / steps, plain),
            ".1%",
            how="Utilisation without the method: time of one step over itself and that of an all-reduce in 16 bits on "
            "the same line",
        ),
        "wild-nodes": Number(
            mean_nodes(
                fact("intellect1-tokens"),
                fact("intellect1-sequences") * fact("intellect1-sequence-length"),
                (computing + sharing) / steps,
                fact("intellect1-days"),
            ),
            ".0f",
            how="Machines on average: tokens of the run over those of a step of one machine, times the time of a step "
            "with its share of a meeting, over the days of the run",
        ),
        "wild-k2": _apart(covenant, k2, "Covenant-72B’s mean score less K2-65B’s"),
        "wild-llama": _apart(llama, covenant, "Llama 2 70B’s mean score less Covenant-72B’s"),
        "wild-small": _apart(*small, "Llama 2 7B’s mean score less INTELLECT-1’s"),
        "wild-gap": Number(fact("epoch-internet-gap"), ",.0f"),
        "wild-decoupled": Number(
            fact("decoupled-score-before") - fact("decoupled-score"),
            ".1f",
            how="What Decoupled DiLoCo scores below training in step: difference of two means, read in reports",
        ),
    }


def _apart(first: pd.Series, second: pd.Series, what: str) -> Number:
    """The difference of two mean scores with two standard errors of it."""
    error = 2 * math.hypot(first["error"], second["error"])
    return Number(
        first["mean"] - second["mean"],
        ".1f",
        f" ± {error:.1f}",
        how=f"{what}: points, with two standard errors that count the questions of the tests",
    )


def _elsewhere() -> dict[str, Number]:
    compared, table = pairs(), scores()
    (mean, error), dolma = (mean_residual(scores(text), "arc_easy") for text in ("C4", "Dolma"))
    base, method, tokens = inputs.FAR_APART
    far = [
        float(
            table[(table["method"] == way) & (table["tokens"] == tokens) & (table["replicas"] <= 2)]["arc_easy"].iloc[0]
        )
        for way in (method, base)
    ]
    return {
        "else-arc": Number(
            mean,
            "+.2f",
            f" ± {error:.2f}",
            how="Mean residual in ARC-Easy: points above the curve of the data-parallel models of the same loss, one "
            "standard error that counts the questions",
        ),
        "else-dolma": Number(
            -dolma[0],
            ".1f",
            f" ± {dolma[1]:.1f}",
            how="Points below the curve in ARC-Easy, models trained on Dolma: mean, one standard error that counts "
            "the questions",
        ),
        "else-power": Number(
            inputs.VOTE_POWER, ".0%", how="Chance to see a margin that is there: usual, chosen beforehand"
        ),
        "else-lower": Number(
            share_lower(compared),
            ".0%",
            how="Pairs in which the model trained apart scores lower: as a share",
        ),
        "else-first": Number(far[0], ".2f", how="ARC-Easy of the model trained apart: as its table prints it"),
        "else-second": Number(far[1], ".2f", how="ARC-Easy of the data-parallel model: as its table prints it"),
        "else-z": Number(
            abs(standard_errors_apart(far[0], far[1], QUESTIONS["arc_easy"])),
            ".1f",
            how="Distance of the two scores: in standard errors of their difference, from the number of questions",
        ),
        "else-gsm1k": Number(fact("gsm1k-drop"), ".0f"),
        "else-variants": Number(fact("illusion-variants"), ".0f"),
        "else-mixeval": Number(fact("mixeval-correlation"), ".2f"),
        "else-votes": Number(
            float(f"{votes_to_see(inputs.VOTE_MARGIN, power=inputs.VOTE_POWER):.2g}"),
            ",.0f",
            how="Votes that are needed: for confidence and chance as said, by the normal law, rounded",
        ),
        "else-share": Number(
            0.5 + inputs.VOTE_MARGIN, ".0%", how="Share of the votes to be told from a draw: a margin of ours"
        ),
    }


def _elsewhere_own() -> dict[str, Number]:
    table = load_result("distributed-transfer")
    periods = transfer_residuals(table)
    found = periods.loc["all"]
    guesses = 100 * transfer_residuals(table, "accuracy").drop(index="all")[["estimate", "error"]]
    most = guesses.loc[guesses["estimate"].abs().idxmax()]
    loss = table[table["steps"] == inputs.OWN_STEPS].groupby("steps_between")["loss"].mean()
    how = "Distance in loss on prose from the data-parallel line of the same seed: mean over seeds and periods; "
    return {
        "transfer-seeds": Number(found["seeds"], "words", how="Seeds of the transfer test: a choice of the experiment"),
        "transfer-low": Number(found["low"], "+.3f", how=f"{how}lower end of Student's interval of 95 %"),
        "transfer-high": Number(found["high"], "+.3f", how=f"{how}upper end of Student's interval of 95 %"),
        "transfer-bound": Number(
            periods["bound"].max(),
            ".3f",
            how="Distance in loss on prose at one period: the end of the three intervals that is farthest from zero, "
            "without its sign",
        ),
        "transfer-guesses": Number(
            abs(most["estimate"]),
            ".2f",
            f" ± {most['error']:.2f}",
            how="Distance in the share of symbols guessed right from the data-parallel line of the same seed, in "
            "points: the largest of three periods, without its sign, with one standard error",
        ),
        "transfer-cost": Number(
            loss[inputs.OWN_PERIOD] - loss[1],
            ".3f",
            how="Loss on code that meeting seldom adds: mean over ten seeds, apart less data-parallel",
        ),
    }


def _limits() -> dict[str, Number]:
    largest = facts.frame("distributed_losses")["parameters"].max()
    return {
        "own-parameters": Number(
            LanguageModel(WIDTH).parameters,
            ",.0f",
            how="Parameters of the network of our own runs, without its embedding: counted layer by layer",
        ),
        "largest-compared": amount(largest, how="Largest model whose loss was published both ways: its parameters"),
        "near": Number(
            inputs.NEAR_FRONTIER,
            "words",
            how="Distance to the largest known run that would change our mind: chosen, in multiples of compute",
        ),
    }
