"""Published figures on DeepSeek-V3 and its kin that contradict their own table, their source or a count."""

from __future__ import annotations

from analysis.deepseek import benchmarks
from analysis.deepseek.chapter import inputs
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import flop_per_token, layers_that_meet
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.training import HOURS_PER_DAY, printed_run, utilisation
from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number

BILLION = 1e9


def _fact(identity: str) -> float:
    return facts.load("deepseek")[identity].value


@erratum("isca-cache-multiplier")
def cache_multiplier() -> Erratum:
    """A multiplier against the quotient of its own row."""
    printed, llama, v3 = (_fact(f"isca-kv-{name}") for name in ("multiplier-llama", "llama-405b", "v3"))
    return Erratum(
        title="A multiplier that is not the quotient of its row",
        source="isca_deepseek_2025",
        locator="Table 1, row of Llama-3.1 405B",
        claim="A token of Llama-405B needs {llama} KB of cache and one of V3 {v3}, printed as {printed} times.",
        finding="The quotient of the two is {recomputed}; both sizes are what the configurations give.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, llama / v3, 0.01),
        numbers={
            "llama": Number(llama, ".3f"),
            "v3": Number(v3, ".3f"),
            "printed": Number(printed, ".2f"),
            "recomputed": Number(
                llama / v3,
                ".2f",
                how="Multiplier from its row: kilobytes of cache for a token of Llama-405B over those of "
                "V3, both from the table",
            ),
        },
    )


@erratum("isca-qwen-gflop")
def qwen_gflop() -> Erratum:
    """The FLOP a token of Qwen-72B, counted as those of the other three models of the table."""
    printed = _fact("isca-gflop-per-token-qwen-72b")
    qwen = published_architecture("qwen2.5-72b")
    counted = flop_per_token(qwen, inputs.CONTEXT, attention="causal").training / BILLION
    alone = flop_per_token(qwen, attention="none").training / BILLION
    return Erratum(
        title="Fewer operations than six for each parameter",
        source="isca_deepseek_2025",
        locator="Table 2, row of Qwen-72B Dense",
        claim="Training takes {printed} GFLOP a token at a context of {context} tokens.",
        finding="Six for each parameter that multiplies are {alone} alone. Assumed that Qwen is counted like the "
        "table's other models, with causal attention, it is {recomputed}. The printed figure comes out for a model "
        "of {shallow} layers; Qwen "
        "has {layers}.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, counted, 1.0) and alone > printed,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(
                counted,
                ".0f",
                how="FLOP for a token of Qwen-72B with attention: that of training, counted from its "
                "configuration with causal attention, in billions",
            ),
            "alone": Number(
                alone,
                ".0f",
                how="FLOP for a token of Qwen-72B without attention: that of training by the parameters "
                "that multiply, counted from its configuration, in billions",
            ),
            "context": Number(
                inputs.CONTEXT,
                ",.0f",
                how="Tokens of context: length of the sequences for which attention is counted, that of the table",
            ),
            "shallow": Number(
                layers_that_meet(qwen, inputs.CONTEXT, printed * BILLION),
                ".0f",
                how="Layers that would give the printed figure: number with which the count, half of "
                "causal attention included, comes nearest to it",
            ),
            "layers": Number(qwen.num_hidden_layers, ".0f", how="Layers of Qwen-72B: as its configuration has them"),
        },
    )


def _at_the_right_peak(hours: float) -> float:
    """Utilisation of V3 by 6 N D at the FP8 peak of the SXM card, per cent."""
    return 100 * utilisation(printed_run(inputs.V3).flop, hours, _fact("h100-fp8-peak"))


@erratum("epoch-v3-utilisation")
def epoch_utilisation() -> Erratum:
    """A utilisation at the peak of another card and over other hours."""
    printed, hours = _fact("epoch-v3-mfu"), _fact("v3-hours-pretraining")
    recomputed = _at_the_right_peak(hours)
    return Erratum(
        title="A utilisation at the peak of another card",
        source="epochcosts2024",
        locator="data/All ML Systems - full view.csv, row of DeepSeek-V3, commit 263c40a",
        claim="The run used {printed} per cent of the chips' FP8 peak.",
        finding="That is six operations for each parameter and token over {other-hours} million hours at the peak of "
        "the PCIe card. The report has {hours} million hours, and nodes joined by NVLink, that is SXM cards, whose "
        "peak is "
        "higher: {recomputed} per cent.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, recomputed, 0.01),
        numbers={
            "printed": Number(printed, ".2f"),
            "recomputed": Number(
                recomputed,
                ".2f",
                how="Utilisation at the peak of the SXM card: training FLOP of the printed parameters and "
                "tokens over the report's GPU-hours of pretraining times that peak, in per cent",
            ),
            "hours": Number(hours / 1e6, ".3f"),
            "other-hours": Number(_fact("epoch-v3-hours") / 1e6, ".3f"),
        },
    )


@erratum("scaling-book-v3-utilisation")
def scaling_book_utilisation() -> Erratum:
    """The same peak in a textbook's answer."""
    printed, hours = _fact("scaling-book-v3-mfu"), _fact("v3-hours-total")
    recomputed = _at_the_right_peak(hours)
    return Erratum(
        title="A textbook's utilisation at the peak of another card",
        source="scalingbook2025",
        locator="transformers.md, answer to question 7",
        claim="V3's training of {hours} million hours used {printed} per cent of the FP8 peak.",
        finding="The peak is that of the PCIe card; at that of the SXM card, which V3 ran on, it is {recomputed} per "
        "cent.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, recomputed, 0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(
                recomputed,
                ".1f",
                how="Utilisation at the peak of the SXM card: training FLOP of the printed parameters and "
                "tokens over all GPU-hours times that peak, in per cent",
            ),
            "hours": Number(hours / 1e6, ".3f"),
        },
    )


@erratum("v3-active-parameters")
def active_parameters() -> Erratum:
    """The active parameters with the table at the input, which the notes say is included."""
    printed = _fact("v3-parameters-active-exact") / BILLION
    count = count_parameters(published_architecture("deepseek-v3"))
    recomputed = count.active / BILLION
    return Erratum(
        title="A count that leaves out what it says it includes",
        source="deepseekv3repo",
        locator="README_WEIGHTS.md, main model weights",
        claim="{printed} billion parameters work on a token, the table at the input and the output head included.",
        finding="The configuration gives {recomputed} billion with the table and {without} without it.",
        correction="{printed} to {recomputed}, or without the table {without}",
        sure="certain",
        holds=beyond_rounding(printed, recomputed, 0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(
                recomputed,
                ".1f",
                how="Active parameters of V3, counted: those of its configuration that work on a token, "
                "table at the input and output head included, in billions",
            ),
            "without": Number(
                count.active_without_embedding / BILLION,
                ".1f",
                how="Active parameters without the input's table: those that work on a token less the "
                "table at the input, counted in billions",
            ),
        },
    )


@erratum("v3-prediction-module")
def prediction_module() -> Erratum:
    """The parameters of the module that predicts a further token, without what it shares."""
    printed = _fact("v3-parameters-mtp") / BILLION
    recomputed = count_parameters(published_architecture("deepseek-v3")).mtp / BILLION
    return Erratum(
        title="A module that is a little larger than printed",
        source="deepseekv3repo",
        locator="README_WEIGHTS.md, multi-token prediction modules",
        claim="The module has {printed} billion parameters of its own, without the table and the head that it shares.",
        finding="Assumed that the module is one layer with all its experts and the matrix that joins its two inputs, "
        "as the paper draws it, it has {recomputed} billion.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, recomputed, 0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(
                recomputed,
                ".1f",
                how="Own parameters of the prediction module: one layer with all its experts and the "
                "matrix that joins its inputs, counted from the configuration, in billions",
            ),
        },
    )


@erratum("v3-arena-hard")
def arena_hard() -> Erratum:
    """A sentence against the table beside it."""
    printed = _fact("v3-arena-hard-text")
    rows = facts.frame("deepseek_benchmarks").query("table == 'open-ended'").set_index("benchmark")
    score = float(rows.loc["Arena-Hard", benchmarks.V3])
    return Erratum(
        title="A win rate above the one in the table beside it",
        source="deepseekv3_2024",
        locator="§ 5.3.3 and Table 7",
        claim="On Arena-Hard the model wins over {printed} per cent.",
        finding="The table beside the sentence has {recomputed}.",
        correction="over {printed} to {recomputed}",
        sure="certain",
        holds=score < printed,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(
                score, ".1f", how="Score of V3 on Arena-Hard: as the table beside the sentence has it, in per cent"
            ),
        },
    )


@erratum("r1-four-days")
def four_days() -> Erratum:
    """Days against hours of one phase of a training."""
    hours, days = _fact("r1-hours-wall"), _fact("r1-days-wall")
    return Erratum(
        title="Days that are more hours than are printed beside them",
        source="deepseekr1_2025",
        locator="supplementary information, B.4.4",
        claim="Training R1 took about {days} days, or roughly {printed} hours.",
        finding="So many days are {recomputed} hours. Assumed that the hours are right, since the table's GPU-hours "
        "fit them, it is the days that are too many.",
        correction="about {days} days to a little over three",
        sure="likely",
        holds=beyond_rounding(hours, days * HOURS_PER_DAY, 10.0),
        numbers={
            "days": Number(days, "words"),
            "printed": Number(hours, ".0f"),
            "recomputed": Number(
                days * HOURS_PER_DAY, ".0f", how="Hours of the printed days: the days times the hours of a day"
            ),
        },
    )


@erratum("qwen-72b-without-embeddings")
def qwen_without_embeddings() -> Erratum:
    """The parameters of Qwen-72B without its tables of tokens."""
    printed = _fact("qwen25-72b-parameters-non-embedding") / BILLION
    recomputed = count_parameters(published_architecture("qwen2.5-72b")).total_without_embeddings / BILLION
    return Erratum(
        title="Parameters without tables that the whole does not leave",
        source="qwen25_2024",
        locator="model card of Qwen2.5-72B",
        claim="{printed} billion of the parameters are in neither table of tokens.",
        finding="Assumed that both tables are left out, at the input and at the output, the configuration gives "
        "{recomputed} billion; the whole is printed as counted.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, recomputed, 0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(
                recomputed,
                ".1f",
                how="Parameters of Qwen-72B outside its tables: all less those of the tables at the input "
                "and the output, counted from the configuration, in billions",
            ),
        },
    )
