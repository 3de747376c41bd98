"""What is replaced holds while a context lasts and nowhere else, and is what an edit of the file would make."""

from __future__ import annotations

import ast
import concurrent.futures
import csv
import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import runs, topics
from analysis.kit import assumptions, claims, experiments, facts, overriding
from analysis.kit.errors import ProblemError
from tests import recomputed

GPUS = "deepseek/v3-gpus"


def gpus(task=None):
    """What a model reads."""
    return facts.load("deepseek")["v3-gpus"].value


# --- what can be asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"deepseek/v3-gpsu": 1},
            r"No fact or assumption has the id 'deepseek/v3-gpsu'; did you mean 'deepseek/v3-gpus'",
        ),
        ({"v3-gpus": 1}, "did you mean 'deepseek/v3-gpus'"),
        ({"market/BOMO": 1}, "did you mean 'market/BOOM'"),
        ({"market_rents/9999": None}, "No fact or assumption has the id 'market_rents/9999'"),
        ({"market_rents/3.prize": 1}, "market_rents has no column of numbers 'prize'; did you mean 'price'"),
        ({"market_rents/3": 1}, "market_rents/3 is a row; name a column, such as market_rents/3.price"),
        ({GPUS: "many"}, "deepseek/v3-gpus is set to 'many'; give a finite number"),
        ({GPUS: True}, "is set to True"),
        ({GPUS: float("nan")}, "is set to nan"),
        ({f"{GPUS}.low": None}, "deepseek/v3-gpus.low is a part of deepseek/v3-gpus, which can be left out as a whole"),
        ({GPUS: 1, f"{GPUS}.value": 2}, "ask for one thing twice"),
        ({GPUS: None, f"{GPUS}.high": 2}, "ask for one thing twice"),
        ({"market_rents/3": None, "market_rents/3.price": 2}, "ask for one thing twice"),
        ({"market/BOOM": None}, "market/BOOM: It is one number, which cannot be left out; give another value"),
        ({"market/VALUATION": 3}, "market/VALUATION: It is no number; name one of its parts: rate"),
        ({"market/VALUATION.reat": 3}, "market/VALUATION.reat: It has no part 'reat'; there are rate"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence_and_changes_nothing(changes, sentence):
    before = gpus()
    with pytest.raises(ProblemError, match=sentence), facts.override(changes):
        pytest.fail("it was replaced")
    assert (gpus(), overriding.asked()) == (before, {})


def test_what_is_left_out_already_cannot_be_set_within():
    with facts.override({GPUS: None, "market_rents/3": None}):
        assert "v3-gpus" not in facts.load("deepseek")
        for inner in ({GPUS: 1}, {"market_rents/3.price": 1}):
            with pytest.raises(ProblemError, match="is left out already; ask for both at once"), facts.override(inner):
                pytest.fail("it was replaced")
    with (
        facts.override({"cnn_era/IMAGES.1": None}),
        pytest.raises(ProblemError, match="An entry of cnn_era/IMAGES is left out already"),
        facts.override({"cnn_era/IMAGES.1": None}),
    ):
        pytest.fail("the first entry is another one by now")


# --- no trace ---------------------------------------------------------------------------------


def state():
    """Everything that could keep a trace of a replaced fact or assumption."""
    constants = {
        (module.__name__, name): repr(value)
        for topic in topics.TOPICS
        for module in [*overriding.modules(topic), topics.load(topic, "chapter.prose")]
        for name, value in vars(module).items()
        if name.isupper()
    }
    sentences = {claim: rule.sentence for claim, rule in topics.rules().items()}
    tables = {name: repr([*facts.load(name).items()]) for name in facts.names()}
    frames = {name: facts.frame(name).to_csv() for name in facts.wide_names()}
    return constants, sentences, tables, frames, overriding.asked(), dict(facts.ASKED.facts), {*sys.modules}


CHANGES = {
    GPUS: 4096,
    f"{GPUS}.high": 5000,
    "deepseek/v3-hours-pretraining": None,
    "market_rents/3": None,
    "market_rents/4.price": 9.0,
    "market/BOOM": 6.0,
    "market/VALUATION.rate": 0.2,
    "scaling/ABOUT_TWENTY.2": 30.0,
}


@pytest.fixture(scope="module")
def before():
    for topic in topics.TOPICS:  # so that no module is imported while something is replaced
        topics.numbers(topic) if topic == "market" else topics.load(topic, "chapter.prose")
    topics.rules()
    return state()


def test_nothing_stays(before):
    market = topics.numbers("market")
    with facts.override(CHANGES):
        assert gpus() == 4096
        assert topics.numbers("market")["lasers-left"] != market["lasers-left"]
        assert state()[:5] != before[:5]
    assert state() == before
    assert topics.numbers("market") == market


def test_nothing_stays_after_an_error(before):
    with pytest.raises(ZeroDivisionError), facts.override(CHANGES):
        topics.numbers("market")
        raise ZeroDivisionError
    assert state() == before


def test_nothing_stays_after_an_error_while_it_is_put_in_force(before):
    with pytest.raises(ProblemError), facts.override({GPUS: 4096, "market/VALUATION.rate": -1e9, "market/NONE": 1}):
        pytest.fail("it was replaced")
    assert state() == before


def test_the_inner_context_ends_first(before):
    with facts.override({GPUS: 4096, "market/BOOM": 6.0}):
        middle = state()
        with facts.override({GPUS: 1024, "market/BOOM": 9.0, "deepseek/v3-hours-pretraining": 1.0}):
            assert gpus() == 1024
            assert overriding.asked() == {GPUS: 1024, "market/BOOM": 9.0, "deepseek/v3-hours-pretraining": 1.0}
        assert gpus() == 4096
        assert state() == middle
    assert state() == before


def test_one_thread_replaces_at_a_time(before):
    """What is replaced is so for the whole process: two at once would leave the facts of one of them for ever."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:

        def asking(changes):
            with facts.override(changes):
                return gpus()

        with facts.override({GPUS: 4096}):
            assert [pool.submit(asking, each).result() for each in ({}, {GPUS: 4096})] == [4096, 4096]
            with pytest.raises(ProblemError, match="Another thread computes with other facts"):
                pool.submit(asking, {GPUS: 1}).result()
        assert pool.submit(asking, {GPUS: 1}).result() == 1
    assert gpus() == 2048


def test_a_rule_prints_the_threshold_that_holds(before):
    plain = claims.RULES["SCL-1"].sentence if "SCL-1" in claims.RULES else ""
    with facts.override({"scaling/ABOUT_TWENTY.2": 31.5}):
        assert any("31.5" in rule.sentence or "32" in rule.sentence for rule in claims.RULES.values())
    assert plain == (claims.RULES["SCL-1"].sentence if plain else "")


def test_workers_made_before_know_what_is_replaced_and_forget_it():
    experiment = experiments.Experiment(
        name="toy-gpus",
        title="",
        topic="deepseek",
        parameters={},
        seed=0,
        cost="",
        tasks=lambda scale: [0, 1],
        run=gpus,
        comparison=experiments.Comparison((), ()),
        sliced=list,
    )
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        published = pool.submit(gpus).result()
        with facts.override({GPUS: 4096}):
            assert [*experiments._in_order(experiment, [0, 1], pool, 2)] == [4096, 4096]
        assert pool.submit(gpus).result() == published == gpus()


def test_a_kept_result_is_the_same_and_none_is_written_while_something_is_replaced(tmp_path, monkeypatch):
    from analysis.kit import kept
    from analysis.occam import boolean

    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(kept, "_file", lambda module: runs.ROOT / "pyproject.toml")
    monkeypatch.setattr(kept, "_code", lambda module: b"")

    @kept.kept
    def doubled(number: int) -> int:
        return 2 * number

    doubled.__wrapped__.__module__ = boolean.__name__
    with facts.override({GPUS: 4096}):
        assert doubled(3) == 6
    assert not [*tmp_path.rglob("*")]
    doubled.cache_clear()
    assert doubled(3) == 6
    assert [path for path in tmp_path.rglob("*") if path.is_file()]


# --- the same as an edit ---------------------------------------------------------------------------------


@pytest.fixture
def edited_copy(tmp_path):
    """What a topic tells in a copy of the repository in which somebody edited tables and constants by hand."""

    def copied(topic, changes):
        for name in ("analysis", "chapters", "pyproject.toml"):
            copy = shutil.copytree if (runs.ROOT / name).is_dir() else shutil.copy
            copy(runs.ROOT / name, tmp_path / name)
        if (runs.ROOT / ".cache" / "kept").is_dir():
            shutil.copytree(runs.ROOT / ".cache" / "kept", tmp_path / ".cache" / "kept")
        for identity in sorted(changes, key=lambda each: changes[each] is None):  # rows go last, so that none moves
            edit(tmp_path, overriding.handle_of(identity), changes[identity])
        script = [sys.executable, str(Path(recomputed.__file__)), topic]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return copied


def edit(root, handle, value):
    """Edit a table or a constant as a person does."""
    if handle.kind == "assumption":
        module = next(m for m in overriding.modules(handle.owner) if handle.name in assumptions.declared(m))
        path = root.joinpath(*module.__name__.split(".")).with_suffix(".py")
        new = assumptions.with_part(vars(module)[handle.name], handle.part, value)
        text = f"replace({handle.name}, {handle.part}={value!r})" if dataclasses.is_dataclass(new) else repr(new)
        lines = path.read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(lines))
        given = [each for each in tree.body if handle.name in assumptions._given(each)]
        lines.insert(given[-1].end_lineno, f"from dataclasses import replace; {handle.name} = {text}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return
    path = root / "analysis" / "data" / f"{handle.owner}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    place = int(handle.name) - 1 if handle.kind == "row" else [row[0] for row in rows].index(handle.name)
    if value is None:
        rows.pop(place)
    else:
        rows[place][head.index(handle.part)] = f"{value:.17g}"  # a whole number as such
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def drawn(topic, generator):
    """Random changes of what moves a topic's numbers, as its table tells, and of what its rules ask."""
    from analysis import sensitivity

    read = sorted({what for own in runs.run(topic).reads.values() for what, _ in own})
    known = [each for what in read if not what.startswith("file") for each in sensitivity.inputs(what)]
    moving = {*experiments.load_result(topics.identity(topic, "sensitivity"))["input"]}
    known = [each for each in known if each.id in moving or each.kind in ("threshold", "choice")]
    changes = {}
    for kind, count in (("fact", 3), ("cell", 2), ("row", 1), ("assumption", 2), ("threshold", 1), ("choice", 1)):
        own = [each for each in known if each.kind == kind and written(each.id)]
        for one in generator.sample(own, min(count, len(own))):
            if kind in ("row", "choice"):
                changes[one.id] = None
            elif isinstance(one.value, int) or float(one.value).is_integer():
                changes[one.id] = one.value + generator.choice((1, 2))
            else:
                changes[one.id] = one.value * generator.uniform(0.9, 1.15)
    whole = {identity.partition(".")[0]: identity for identity in changes}  # a constant is edited once
    kept = {identity: changes[identity] for identity in whole.values()}
    return {identity: value for identity, value in kept.items() if value is None or stands(identity, value)}


def stands(identity, value):
    """Whether a value may stand in the file."""
    handle = overriding.handle_of(identity)
    return handle.kind == "assumption" or facts.allowed(handle.owner, handle.part, value)


def written(identity):
    """Whether a constant can be written into its module as Python prints it."""
    handle = overriding.handle_of(identity)
    if handle.kind != "assumption":
        return True
    value = next(vars(m)[handle.name] for m in overriding.modules(handle.owner) if handle.name in vars(m))
    try:
        return dataclasses.is_dataclass(value) or ast.literal_eval(repr(value)) == value
    except (ValueError, SyntaxError):
        return False


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_replacing_is_the_same_as_editing_the_files(topic, edited_copy):
    generator = random.Random(f"{topic} 20261127")
    changes = drawn(topic, generator)
    while True:  # an id may exclude another one
        try:
            with facts.override(changes):
                here = json.loads(json.dumps(recomputed.told(topic)))
            break
        except ProblemError:
            changes.popitem()
    there = edited_copy(topic, changes)
    assert changes
    for part in ("refused", *there):
        assert here[part] == there[part], (part, changes)
    plain = json.loads(json.dumps(recomputed.told(topic)))
    assert plain["numbers"] != here["numbers"], "the changes move something, or nothing is proved"


# --- what is read when ---------------------------------------------------------------------------------


def test_the_trace_names_what_is_made_of_an_assumption():
    inputs = topics.load("deepseek", "chapter.inputs")
    made = assumptions.following(inputs, {"CONTEXT"}) if hasattr(inputs, "CONTEXT") else {"CONTEXT"}
    assert overriding.traced("deepseek/v3-gpus.low") == {"fact deepseek/v3-gpus"}
    assert overriding.traced("market_rents/3.price") == {"table market_rents"}
    assert "CONTEXT" in made
