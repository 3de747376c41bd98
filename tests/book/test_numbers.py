"""A computed number is a link to its origin, on every page and in every kind of text."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from docutils import nodes

from analysis import named, releases, strengths
from analysis.kit.numbers import Number
from analysis.named import Named
from analysis.origins import Function, Origin
from book.extension import numbers, origins

FACT = Named(
    "deepseek/v3-gpus",
    "fact",
    "V3 GPUs",
    2048.0,
    "H800 GPUs",
    source="DeepSeek-AI 2024",
    locator="§ 1",
    mark="primary",
    href="book/data/deepseek.html#v3-gpus",
)
DAYS = Origin(
    "deepseek/days-pre",
    "54.2",
    "54.1992188",
    "Days of pretraining: GPU-hours over the GPUs that ran at once",
    (Function("days", "analysis/deepseek/training.py", 54, 62, "Days."),),
    (FACT,) * 8,
    ("deepseek_configs/deepseek-v3.json",),
)


@pytest.fixture
def entries(monkeypatch):
    """Prints origins for a site without pages."""
    monkeypatch.setattr(releases, "last", lambda: releases.Release("0.1.0", {"deepseek/days-pre": (54.1, "54.1")}))
    config = SimpleNamespace(book_repository="", book_commit="")
    domain = SimpleNamespace(figures={})
    env = SimpleNamespace(get_domain=lambda name: domain, all_docs={})
    return origins.Entries(SimpleNamespace(env=env, config=config, builder=None))


@pytest.mark.parametrize(
    ("identity", "page", "anchor"),
    [
        ("deepseek/days-pre", "book/numbers/deepseek", "days-pre"),
        ("MKT-1/cisco", "book/numbers/market-claims", "MKT-1-cisco"),
        ("hoffmann-table-a3-175b/printed", "book/numbers/scaling-errata", "hoffmann-table-a3-175b-printed"),
        ("cnn-era-one-break", "book/numbers/cnn_era-figures", "cnn-era-one-break"),
    ],
)
def test_every_kind_of_number_has_its_place(identity, page, anchor):
    at = numbers.place(identity)
    assert (at.page, at.anchor) == (page, anchor)


def test_the_numbers_of_a_reason_are_links_and_its_words_are_not():
    found = numbers.said("It fell by {share} only.", {"share": Number(0.25, ".0%")}, "MKT-1")
    assert [each.astext() for each in found] == ["It fell by ", "25 %", " only."]
    assert (found[1]["group"], found[1]["anchor"]) == ("market-claims", "MKT-1-share")


def test_the_numbers_of_a_title_lead_to_the_figure_and_names_do_not():
    made = numbers.linked("GPT-4 & H100: 11.6 times in 2024, 5.8 × 10²³ operations", "deepseek-saving", "../")
    assert re.findall(r'href="\.\./book/numbers/deepseek-figures\.html#deepseek-saving">([^<]+)<', made) == [
        "11.6",
        "5.8 × 10²³",
    ]
    assert made.startswith("GPT-4 &amp; H100: ")
    assert numbers.linked("2.5 <b>", "demo-line", "") == "2.5 &lt;b&gt;", "a figure of no topic has no origin"


def test_the_numbers_of_a_caption_lead_to_the_figure_but_for_code_and_links():
    caption = nodes.paragraph("", "", nodes.Text("At 40 % "), nodes.literal(text="x = 2"), nodes.Text(" of 3.5."))
    numbers.link_within(caption, "deepseek-saving")
    assert [each.astext() for each in caption.findall(numbers.number)] == ["40 %", "3.5"]
    assert caption.astext() == "At 40 % x = 2 of 3.5."


@pytest.fixture
def moves(monkeypatch):
    """Let every number move with so many figures."""

    def with_(count: int) -> None:
        of = [
            strengths.Mover(replace(FACT, id=f"deepseek/f{n}"), f"1 % more moves it up by {n} %", n)
            for n in range(count)
        ]
        monkeypatch.setattr(strengths, "movers", lambda topic, item, number=None: of)

    return with_


@pytest.mark.parametrize("card", [True, False])
def test_an_entry_lists_what_a_number_moves_with_folds_the_rest_and_counts_what_does_not_move_it(entries, moves, card):
    moves(40)
    text = entries(numbers.place(DAYS.id), DAYS, "../", card)
    assert "Moves with" in text and "Read for it" not in text
    assert "1 % more moves it up by 0 %" in text.split("<details>")[0]
    folded = text.split("<details>")[1].split("</details>")[0]
    assert (
        folded.count("<li>") == origins.FOLDED + 1
        and "1 % more moves it up by 6 %" in folded
        and f"and {34 - origins.FOLDED} more" in folded
    )
    assert "8 more" in text.split("</details>")[1] + text.split("<details>")[0], "they are read and do not move it"


def test_a_number_that_moves_with_nothing_says_what_was_read(entries, moves):
    moves(0)
    assert "Read for it" in entries(numbers.place(DAYS.id), DAYS, "../", True)


def test_an_assumption_is_linked_to_its_line_and_is_not_called_published(entries):
    told = entries.fact(named.of("market/BOOM"), "../")
    assert told["word"] == "our assumption"
    assert told["address"].startswith("../_static/source/analysis/market/chapter/inputs.py.html#L-")


@pytest.mark.parametrize("card", [True, False])
def test_an_entry_says_value_words_facts_function_and_the_release(entries, moves, card):
    moves(0)
    text = entries(numbers.place(DAYS.id), DAYS, "../", card)
    for part in (
        "<h3>Days of pretraining</h3>" if card else "<h2>Days of pretraining</h2>",
        "54.1992188",
        "GPU-hours over the GPUs that ran at once",
        "2,048 H800 GPUs",
        "DeepSeek-AI 2024, § 1",
        'href="../book/data/deepseek.html#v3-gpus"',
        'href="../_static/source/analysis/deepseek/training.py.html#L-54"',
        "At release 0.1.0: 54.1, now 54.2.",
        "and 2 more",
        'href="../book/numbers/deepseek.html#days-pre"',
    ):
        assert part in text, part
    assert "seen" in text


def test_a_glued_number_of_a_page_that_is_no_chapter_stays_text(build):
    page = "# A page\n\n```{code-cell} ipython3\nfrom myst_nb import glue\nglue('x', 2)\n```\n"
    built = build({"index.md": page})
    assert 'class="num"' not in built.page()


def test_a_number_that_no_chapter_has_is_told(build, monkeypatch):
    monkeypatch.setattr(numbers, "found_runs", lambda app: {"toy": SimpleNamespace(numbers={"x": Number(2.5, ".1f")})})
    monkeypatch.setattr(numbers, "place", lambda identity: numbers.Place("toy", "x"))
    built = build({"index.md": "# A page\n\nIt is {number}`toy/x`, not {number}`toy/y`.\n"})
    assert '<a class="num" href="book/numbers/toy.html#x">2.5</a>' in built.page()
    assert "No chapter has the number 'toy/y'" in built.warnings
    assert "numbers.js" in built.page()
    text = build({"index.md": "# A page\n\nIt is {number}`toy/x`.\n"}, builder="text")
    assert "It is 2.5." in text.page()


def test_a_number_in_the_words_of_a_link_is_no_link_in_a_link():
    link = nodes.reference("", "", nodes.inline("", "", numbers.node("deepseek/days-pre", "54.2")))
    assert numbers._within_link(next(link.findall(numbers.number)))
    assert not numbers._within_link(nodes.paragraph("", "", numbers.node("deepseek/days-pre", "54.2"))[0])
