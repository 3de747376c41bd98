"""Published figures on training apart that contradict themselves, their source or each other."""

from __future__ import annotations

from analysis.distributed import published
from analysis.distributed.allreduce import BYTE, published_exchange
from analysis.distributed.chapter import inputs
from analysis.distributed.price import COMPUTE_POWER, fit_power_law
from analysis.distributed.simulator import fitting_size
from analysis.distributed.utilisation import utilisation
from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number, amount

#: How near a printed number of terabytes must be to our terabits to be taken for them, as a share.
NEAR_TERABITS = 0.2

# What is sent, and how fast.


@erratum("streaming-terabytes")
def terabits_called_terabytes() -> Erratum:
    """What data-parallel training exchanges, against the model, the steps and the hours of the same table."""
    fact = facts.load("distributed")
    printed, hours = fact["streaming-exchanged-dp-25"].value, fact["streaming-hours-dp-25"].value
    run = published_exchange()
    exchanged = run.bits / BYTE / 1e12
    takes = printed * 1e12 * BYTE / 1e9 / 3600
    return Erratum(
        title="Terabits that are called terabytes",
        source="douillard2025streaming",
        locator="Tables 1 and 7, column “Terabytes exchanged”; repeated in Table 1 of the paper on eager updates",
        claim="Data-parallel training of the model with {size} parameters on {tokens} tokens exchanges {printed} "
        "terabytes.",
        finding="The hours without waiting at {step} seconds a step make {steps} steps, each of {bits} bits a "
        "parameter: {recomputed} terabytes, or {terabits} terabits. And the printed terabytes would take {takes} hours "
        "at one gigabit a second, for which the next column prints {hours}. In terabits the column is "
        "right within {near}.",
        correction="“Terabytes” to “Terabits”",
        sure="certain",
        holds=printed > 4 * exchanged and abs(printed / (BYTE * exchanged) - 1) < NEAR_TERABITS and takes > 4 * hours,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(
                exchanged,
                ".0f",
                how="Terabytes exchanged, recomputed: steps from the hours without waiting, times bits and parameters",
            ),
            "near": Number(
                abs(printed / (BYTE * exchanged) - 1),
                ".0%",
                how="Distance of the printed number from our terabits: as a share of ours",
            ),
            "terabits": Number(
                BYTE * exchanged, ".0f", how="The same in terabits: steps from the hours, times bits and parameters"
            ),
            "size": amount(fact["streaming-dolma-parameters-printed"].value),
            "tokens": amount(fact["streaming-dolma-tokens-25"].value),
            "step": Number(run.step_seconds, ".1f", how="Seconds of a step: of the table's model in the same paper"),
            "steps": Number(run.steps, ",.0f", how="Steps of the run: hours without waiting over seconds of a step"),
            "bits": Number(
                inputs.PLAIN_BITS, ".0f", how="Bits of a gradient's entry: an assumption, as the same paper simulates"
            ),
            "takes": Number(
                takes, ",.0f", how="Hours that the printed terabytes take: eight bits a byte, one gigabit a second"
            ),
            "hours": Number(hours, ".0f"),
        },
    )


@erratum("streaming-mfu")
def two_utilisations() -> Erratum:
    """The model FLOP utilisation of one paper's section against that of its table."""
    fact = facts.load("distributed")
    printed, table = fact["streaming-mfu-section"].value, fact["streaming-mfu-table"].value
    return Erratum(
        title="One set of step times, two utilisations of the chips",
        source="douillard2025streaming",
        locator="section 3.1, against the caption of Table 4 and the appendix",
        claim="The times of a step assume that the chips do {printed} % of what they could.",
        finding="The caption of the table and the appendix say {recomputed} % of the same times, and so does a later "
        "paper that uses the same simulator. The times themselves do not change, nor does any bandwidth.",
        correction="{printed} % to {recomputed} % in section 3.1",
        sure="likely",
        holds=printed != table,
        numbers={"printed": Number(printed, ".0f"), "recomputed": Number(table, ".0f")},
    )


@erratum("streaming-figure-4")
def caption_against_table() -> Erratum:
    """The bandwidths of a caption against the table of the same simulation."""
    fact, rows = facts.load("distributed"), facts.frame("distributed_bandwidth")
    table = rows.query("paper == 'streaming' and method == 'data-parallel' and utilisation == @inputs.BUSY")
    needed = table.set_index("model")["bandwidth"]
    said = {model: fact[f"streaming-caption-{model.lower()}"].value for model in needed.index}
    own = table.set_index("model")[["parameters", "step_seconds", "layers"]]
    used = [
        utilisation(said[model], row.parameters, step_seconds=row.step_seconds, layers=row.layers)
        for model, row in own.iterrows()
    ]
    how = "Gbit/s of the table: data-parallel training at that utilisation, model of "
    return Erratum(
        title="A caption that asks for less than its table",
        source="douillard2025streaming",
        locator="caption of Figure 4, against Table 4",
        claim="To compute {busy} % of the time, data-parallel training of the three models takes {printed}, {said10} "
        "and {said100} gigabits a second.",
        finding="The table prints {recomputed}, {table10} and {table100}. By our formula the caption's lines "
        "keep the sites busy for {low_used} to {high_used} of the time.",
        correction="the three numbers of the table in the caption, or a lower utilisation",
        sure="certain",
        holds=all(beyond_rounding(said[model], needed[model], 1.0) for model in needed.index),
        numbers={
            "busy": Number(inputs.BUSY, ".0f", how="Share of the time spent computing: as the caption names it"),
            "low_used": Number(
                min(used), ".0%", how="Least share of the time: by the formula, over the caption's lines"
            ),
            "high_used": Number(
                max(used), ".0%", how="Largest share of the time: by the formula, over the caption's lines"
            ),
            "printed": Number(said["1B"], ".0f"),
            "said10": Number(said["10B"], ".0f"),
            "said100": Number(said["100B"], ".0f"),
            "recomputed": Number(needed["1B"], ".1f", how=f"{how}1 billion"),
            "table10": Number(needed["10B"], ".1f", how=f"{how}10 billion"),
            "table100": Number(needed["100B"], ".1f", how=f"{how}100 billion"),
        },
    )


@erratum("streaming-fragments")
def one_fragment_more() -> Erratum:
    """How often a fragment is sent against how many fragments there are."""
    fact = facts.load("distributed")
    models = ("1b", "10b", "100b")
    fragments, printed = (
        [fact[f"streaming-{what}-{model}"].value for model in models] for what in ("fragments", "fragment-every")
    )
    apart = fact["streaming-local-steps"].value
    every = [apart / count for count in fragments]
    one_more = [apart // (count + 1) for count in fragments]
    return Erratum(
        title="Fragments that come round more often than their number says",
        source="douillard2025streaming",
        locator="section 3, text on the number of fragments",
        claim="With {few}, {middle} and {many} fragments in {apart} steps, one is sent every {printed}, {printed10} "
        "and {printed100} steps.",
        finding="So many fragments come {recomputed}, {every10} and {every100} steps apart. The printed numbers are "
        "those of one fragment more, rounded down. We guess that the embedding is a fragment that the count "
        "leaves out.",
        correction="one more in each number of fragments",
        sure="likely",
        holds=printed == one_more and all(beyond_rounding(p, e, 1.0) for p, e in zip(printed, every, strict=True)),
        numbers={
            "few": Number(fragments[0], ".0f"),
            "middle": Number(fragments[1], ".0f"),
            "many": Number(fragments[2], ".0f"),
            "apart": Number(apart, ".0f"),
            "printed": Number(printed[0], ".0f"),
            "printed10": Number(printed[1], ".0f"),
            "printed100": Number(printed[2], ".0f"),
            **{
                name: Number(value, ".1f", how="Steps between fragments: steps of a round over the number of fragments")
                for name, value in zip(("recomputed", "every10", "every100"), every, strict=True)
            },
        },
    )


@erratum("charles-10b-row")
def one_model_two_rows() -> Erratum:
    """One model, one method and one simulator in two papers of the same group."""
    rows = facts.frame("distributed_bandwidth")
    own = rows.query(
        "paper == 'charles' and model == @inputs.TWICE_PRINTED and steps_between == @inputs.TWICE_APART"
    ).set_index("utilisation")
    streaming = rows.query("paper == 'streaming' and method == 'DiLoCo'").set_index(["model", "utilisation"])
    printed, earlier = (
        own.loc[inputs.BUSY, "bandwidth"],
        streaming.loc[(inputs.TWICE_PRINTED, inputs.BUSY), "bandwidth"],
    )
    same = bool((own["bandwidth"] == streaming.loc[inputs.STEP_MODEL, "bandwidth"]).all())
    return Erratum(
        title="A model that needs less in the later of two papers",
        source="charles2025",
        locator="Table 6 (version 2: 7), row of 10B and 100 steps, against Table 4 of Streaming DiLoCo",
        claim="DiLoCo with {size} parameters that meets every {apart} steps takes {printed} gigabits a second to "
        "compute {busy} % of the time.",
        finding="The earlier paper prints {recomputed} for the same size, layers, time of a step and steps between "
        "meetings, and gives this whole row to its smallest model. Our rebuilt simulator gives the later row to a "
        "model of {fits} parameters. Neither paper says what differs.",
        correction="{printed} to {recomputed}, or the size that was simulated",
        sure="open",
        holds=same and beyond_rounding(printed, earlier, 0.1),
        numbers={
            "size": amount(own["parameters"].iloc[0], how="Parameters of the row: size that both tables name"),
            "apart": Number(inputs.TWICE_APART, ".0f", how="Steps between meetings: of the row that both papers print"),
            "busy": Number(
                inputs.BUSY, ".0f", how="Share of the time spent computing: of the column that both papers print"
            ),
            "printed": Number(printed, ".1f", how="Gbit/s: as the later paper prints it"),
            "recomputed": Number(earlier, ".1f", how="Gbit/s: as the earlier paper prints it"),
            "fits": amount(
                fitting_size(own.reset_index()),
                how="Size that gives the row: middle of those at which the rebuilt simulator, read one point low, "
                "meets most of its values",
            ),
        },
    )


# What it costs.


@erratum("streaming-diloco-slope")
def slopes() -> Erratum:
    """The exponents of a text against those through the losses of its own table."""
    fact = facts.load("distributed")
    table = published.scores("C4")
    swept = table[(table["table"] == "Table 5") & table["flop"].notna() & (table["size"] != "4B")]
    plain = swept[swept["method"] == published.BASELINE]
    apart = swept[
        (swept["method"] == "Streaming DiLoCo") & (swept["steps_between"] == fact["streaming-local-steps"].value)
    ]
    by_flop, apart_by_flop = (fit_power_law(rows["flop"], rows["loss"]).exponent for rows in (plain, apart))
    by_size = COMPUTE_POWER * by_flop
    printed, second = -fact["streaming-slope-dp"].value, -fact["streaming-slope-diloco"].value
    return Erratum(
        title="Exponents that the losses of their own table do not give",
        source="douillard2025streaming",
        locator="section 3, against Table 5",
        claim="The loss falls with an exponent of {printed} data-parallel and of {second} by Streaming DiLoCo.",
        finding="A power law through the table's losses up to one billion parameters has {flop} in FLOP, and {apart} "
        "for Streaming DiLoCo; in parameters, of which compute is the square, {recomputed}. Only the order of the two "
        "is as printed. A law with a floor has larger exponents, and the text names none.",
        correction="Name the form of the law; without a floor, {printed} to {recomputed}",
        sure="open",
        holds=printed > 1.2 * by_size
        and beyond_rounding(printed, by_size, 1e-5, slack=0.01)
        and apart_by_flop > by_flop,
        numbers={
            "printed": Number(printed, ".3f"),
            "second": Number(second, ".3f"),
            "recomputed": Number(
                by_size, ".3f", how="Exponent of loss in parameters: twice that in FLOP, by six losses of the table"
            ),
            "flop": Number(by_flop, ".3f", how="Exponent of loss in FLOP: power law through six losses"),
            "apart": Number(
                apart_by_flop, ".3f", how="Exponent of loss in FLOP, Streaming DiLoCo: power law through six losses"
            ),
        },
    )


@erratum("streaming-diloco-v3")
def active_parameters() -> Erratum:
    """How much of DeepSeek-V3 works on a token, against its makers."""
    printed = facts.load("distributed")["streaming-v3-active"].value / 1e9
    made = facts.load("deepseek")["v3-parameters-active"].value / 1e9
    return Erratum(
        title="The active parameters of another firm’s model",
        source="douillard2025streaming",
        locator=facts.load("distributed")["streaming-v3-active"].locator,
        claim="Of DeepSeek-V3 {printed} billion parameters are activated.",
        finding="Its makers count {recomputed} billion for each token.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, made, 1.0),
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(made, ".0f", how="Active parameters of DeepSeek-V3: its makers' count, in billions"),
        },
    )


@erratum("charles-one-replica")
def one_replica() -> Erratum:
    """One replica at 10 billion parameters by two tables of one paper."""
    gaps = published.losses(["joint fit", "independent fit"])
    one = (gaps["size"] == "10B") & (gaps["replicas"] == 1) & (gaps["method"] != published.BASELINE)
    size = float(gaps.loc[one, "parameters"].iloc[0])
    gaps = 100 * gaps[one].set_index("hyperparameters")["gap"]
    joint, alone = float(gaps["joint fit"]), float(gaps["independent fit"])
    return Erratum(
        title="A gain at {size} parameters that another table of the paper makes a loss",
        source="charles2025",
        locator="Table 4 of version 1, against Table 6 of version 2",
        claim="With one replica the loss of the model of {size} parameters differs from data-parallel training by "
        "{printed} %.",
        finding="With the learning rates of the other fit, the one that the baseline has too, it differs by "
        "{recomputed} %: a loss where the first is a gain. Both are right of their runs; a sentence that quotes one of "
        "them without its fit is not.",
        correction="Print both, {printed} % and {recomputed} %, with their fits",
        sure="certain",
        holds=joint < 0 < alone,
        numbers={
            "size": amount(size, how="Parameters of the model: as the tables name it"),
            "printed": Number(joint, "+.2f", how="Gap with rates by one law for all: quotient of losses less one"),
            "recomputed": Number(alone, "+.2f", how="Gap with rates by a law for one replica: quotient less one"),
        },
    )


# Runs in the wild.


@erratum("gsm1k-drop")
def superseded_drop() -> Erratum:
    """The largest drop in the first version of an abstract against the fourth."""
    fact = facts.load("distributed")
    printed, later = fact["gsm1k-drop-v1"].value, fact["gsm1k-drop"].value
    return Erratum(
        title="A drop that the paper’s own later version makes smaller",
        source="zhang2024gsm1k",
        locator="abstract, version 1, against version 4 and the proceedings",
        claim="On fresh questions the scores of models fall by up to {printed} %; the correlation with memorised "
        "questions is {r2} (squared, of ranks).",
        finding="The fourth version and the proceedings have up to {recomputed} % and {later}. Many pages still quote "
        "the first.",
        correction="{printed} to {recomputed}, where the first version is quoted",
        sure="certain",
        holds=printed > later,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(later, ".0f"),
            "r2": Number(fact["gsm1k-r2-v1"].value, ".2f"),
            "later": Number(fact["gsm1k-r2"].value, ".2f"),
        },
    )


@erratum("deepspeed-onebit")
def title_against_text() -> Erratum:
    """The speed-up in the title of a post against its text and the paper behind it."""
    fact = facts.load("distributed")
    printed, text = fact["deepspeed-title-speedup"].value, fact["deepspeed-text-speedup"].value
    return Erratum(
        title="A speed-up that its post, its title and its paper each give otherwise",
        source="deepspeed2020onebit",
        locator="title, against the text",
        claim="With this optimiser, training is up to {printed} times faster.",
        finding="The text under that title says up to {recomputed}, and the abstract of the paper {paper}. All three "
        "may be of different runs; the post does not say.",
        correction="one figure, with the run that it is of",
        sure="likely",
        holds=beyond_rounding(printed, text, step=0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(text, ".1f"),
            "paper": Number(fact["onebit-throughput"].value, ".1f"),
        },
    )


@erratum("dgc-range")
def compression_range() -> Erratum:
    """The range of compression in an abstract against the sizes that it prints."""
    fact = facts.load("distributed")
    high = fact["dgc-high"].value
    before, after = fact["dgc-deepspeech-before"].value, fact["dgc-deepspeech-after"].value
    return Erratum(
        title="A compression beyond the range that its abstract gives",
        source="lin2018dgc",
        locator="abstract",
        claim="Gradients are compressed {low} to {printed} times.",
        finding="The same abstract has DeepSpeech go from {before} MB to {after} MB, which is {recomputed} times.",
        correction="“{printed}” to “{recomputed}”",
        sure="certain",
        holds=before / (after + 0.005) > high,
        numbers={
            "low": Number(fact["dgc-low"].value, ".0f"),
            "printed": Number(high, ".0f"),
            "before": Number(before, ".0f"),
            "after": Number(after, ".2f"),
            "recomputed": Number(
                before / after, ".0f", how="Compression of DeepSpeech’s gradient: its size before over its size after"
            ),
        },
    )
