"""What moves with other facts is told in full, and only told: nothing of the book is touched."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from analysis import cli, moves, runs, topics
from analysis.kit import chapters, facts, overriding
from analysis.kit.errors import ProblemError

GPUS = "deepseek/v3-gpus"


@pytest.fixture(scope="module")
def deepseek():
    return runs.run("deepseek")


@pytest.fixture(scope="module")
def doubled(deepseek):
    """What moves if DeepSeek had twice the GPUs."""
    return moves.of_topic(deepseek, {GPUS: 4096})


def named(moved, name):
    return next(move for move in moved.moves if move.name == name)


# --- what is asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say what is otherwise: python -m analysis what-if deepseek/v3-gpus=4096."),
        ([GPUS], "'deepseek/v3-gpus' gives no value; write deepseek/v3-gpus=VALUE, or deepseek/v3-gpus=out"),
        ([f"{GPUS}="], "'deepseek/v3-gpus=' gives no value"),
        ([f"{GPUS}=many"], "deepseek/v3-gpus is set to 'many'; give a number, or out to leave it out."),
        ([f"{GPUS}=nan"], "deepseek/v3-gpus is set to nan; give a finite number"),
        ([f"{GPUS}=1", f"{GPUS}=2"], "deepseek/v3-gpus is given twice; keep one of them."),
        ([f"{GPUS}=1", f"{GPUS}.value=2"], "deepseek/v3-gpus and deepseek/v3-gpus.value ask for one thing twice"),
        (
            ["market_capex/1.months=5"],
            "market_capex/1.months cannot be 5: analysis/data/datapackage.json says what may",
        ),
        (
            ["deepseek/v3-gpsu=1"],
            "No fact or assumption has the id 'deepseek/v3-gpsu'; did you mean 'deepseek/v3-gpus'",
        ),
        ([f"{GPUS}=1", "--topic", "deepsek"], "There is no topic 'deepsek'; choose from occam"),
    ],
)
def test_what_cannot_be_asked_is_answered_by_one_sentence(capsys, arguments, sentence):
    assert cli.main(["what-if", *arguments]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error: {sentence}")
    assert (out, err.count("\n")) == ("", 1)


def test_values_are_written_as_people_write_them():
    assert moves.asked(["deepseek/v3-gpus = 4,096", "market_useful_lives/1=out", "market/BOOM=6e0"]) == {
        GPUS: 4096.0,
        "market_useful_lives/1": None,
        "market/BOOM": 6.0,
    }


# --- what moves ----------------------------------------------------------------------------------------


def test_days_are_hours_over_gpus(deepseek, doubled):
    """The elasticity of days in GPUs is −1: twice the GPUs, half the days."""
    days = named(doubled, "days-pre")
    now = deepseek.numbers["days-pre"]
    assert (days.old, days.new) == (repr(now), repr(replace(now, value=now.value / 2)))
    assert days.says == "-50 %"
    assert days.places
    assert all(place.startswith("chapters/deepseek.md:") for place in days.places)
    assert not any(move.name == "hours-total" for move in doubled.moves), "hours are published, not computed of GPUs"


def test_a_verdict_that_turns_is_told_with_its_reason(deepseek, doubled):
    turned = named(doubled, "DSK-2")
    assert (turned.kind, turned.turns, turned.old) == ("verdict", True, deepseek.judgements["DSK-2"].verdict)
    assert turned.new != turned.old
    assert "4,096 GPUs" in turned.says


def test_a_check_that_turns_is_told_where_the_chapter_shows_it(doubled):
    turned = named(doubled, "deepseek-isca-tokens-per-day")
    assert (turned.kind, turned.turns) == ("check", True)
    assert ("agrees" in turned.old, "disagrees" in turned.new) == (True, True)
    (place,) = turned.places
    line = (runs.ROOT / "chapters/deepseek.md").read_text(encoding="utf-8").splitlines()[int(place.split(":")[1]) - 1]
    assert line.startswith(":::{held}")


def test_only_figures_whose_cells_read_it_are_drawn(deepseek, monkeypatch):
    drawn, draw = [], chapters.draw
    monkeypatch.setattr(chapters, "draw", lambda identity, topic: drawn.append(identity) or draw(identity, topic))
    moves.of_topic(deepseek, {GPUS: 4096})
    reading = {item.removeprefix("figure ") for item in runs.readers(deepseek.reads, [GPUS]) if "figure" in item}
    assert drawn
    assert {*drawn} == reading < {*deepseek.specs}


def test_a_finding_that_is_false_is_told_with_both_titles(deepseek, monkeypatch):
    draw = chapters.draw
    monkeypatch.setattr(
        chapters, "draw", lambda identity, topic: replace(draw(identity, topic), holds=False, title="It is otherwise")
    )
    told = [move for move in moves.of_topic(deepseek, {GPUS: 4096}).moves if move.kind == "figure"]
    assert told
    assert all(move.turns and move.says == "its finding no longer holds" for move in told)
    assert all(move.new.startswith("It is otherwise") and move.old in str(deepseek.specs) for move in told)


def test_what_cannot_be_computed_is_told_and_the_rest_goes_on(deepseek):
    moved = moves.of_topic(deepseek, {GPUS: None})
    broken = [move for move in moved.moves if move.kind == "broken"]
    assert any("v3-gpus" in move.says for move in broken)
    assert not overriding.asked()


def test_what_nobody_reads_is_said_and_nothing_is_computed(monkeypatch):
    monkeypatch.setattr(moves, "of_topic", lambda run, changes: moves.Moved(run.topic))
    out = io.StringIO()
    assert moves.command([f"{GPUS}=4096"], "occam", out=out) == []
    assert "nothing of occam reads it, so nothing moves" in out.getvalue()
    with pytest.raises(ProblemError, match="No chapter reads what is changed"):
        raise_if_served()


def raise_if_served():
    options = cli.parser("what-if").parse_args(["what-if", f"{GPUS}=4096", "--topic", "occam", "--serve"])
    options.command(options)


def test_the_document_and_the_text_tell_the_same_and_nothing_is_written(deepseek, doubled):
    def files():
        kept = [*(runs.ROOT / "analysis").rglob("*"), *(runs.ROOT / "chapters").iterdir(), *runs.FOLDER.rglob("*")]
        return {
            path: path.stat().st_size
            for path in kept
            if path.suffix in (".csv", ".json", ".md", ".py", ".ipynb") and "__pycache__" not in path.parts
        }

    before = files()
    text, document = io.StringIO(), io.StringIO()
    assert moves.command([f"{GPUS}=4096"], "deepseek", out=text) == ["deepseek"]
    moves.command([f"{GPUS}=4096"], "deepseek", as_json=True, out=document)
    assert files() == before
    told = json.loads(document.getvalue())
    assert told["what if"] == {GPUS: 4096.0}
    assert [move["name"] for move in told["moves"]["deepseek"]] == [move.name for move in doubled.moves]
    for move in doubled.moves:
        assert move.name in text.getvalue()
    assert text.getvalue().startswith(
        "What if the GPUs that trained V3 (deepseek/v3-gpus) were 4,096 instead of 2,048?\n  read by deepseek"
    )


def test_the_published_interval_stays_and_that_is_said(monkeypatch):
    table, fact = next(
        (name, fact) for name in facts.names() for fact in facts.load(name).values() if fact.low < fact.high
    )
    monkeypatch.setattr(moves, "run_of", lambda chosen: [])
    out = io.StringIO()
    moves.command([f"{table}/{fact.id}={fact.value * 2}"], out=out)
    assert f"its published interval, {moves.plain(fact.low)} to {moves.plain(fact.high)}, stays" in out.getvalue()


def test_every_topic_has_parts_that_give_all_its_numbers():
    """The parts that are computed again are the whole text."""
    from analysis import what_if

    for topic in topics.TOPICS:
        given = what_if.outcome(topic, what_if.parts(topic), ())
        assert not given.refused
        assert {*given.numbers} == {*runs.run(topic).numbers}
