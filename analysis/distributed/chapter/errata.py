"""Published figures on training apart that contradict themselves, their source or each other."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number

# What is sent, and how fast.

# What it costs.

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
