"""The verification says what moved, where and by how much, and one crash does not stop the rest."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
import toys

from analysis import reference, runs, sensitivity, topics, verify
from analysis.kit import chapters, claims, experiments, facts, figure
from analysis.kit.checks import Check
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import Comparison, InProcess, Measurement, run_experiment
from analysis.kit.numbers import Number

FACT = facts.Fact("some-slope", -1.0, -1.1, -0.9, "1", "2020", "someone2020", "Table 1", "primary", "CC-BY-4.0", "")


CHAPTER = """---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

```{code-cell} ipython3
:tags: [remove-cell]
from toys import figures
```

Some text.

```{code-cell} ipython3
figures.points()
```

```{code-cell} ipython3
print("three points")
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one topic, with one of everything, whose parts a test may change."""
    parts = SimpleNamespace(
        draw=toys.points,
        numbers={"slope": Number(-0.98, ".2f")},
        verdict="supported",
        reason={"slope": Number(-0.98, ".2f")},
        checks=[Check("slope", -0.98, FACT, 0.05)],
        experiment=toys.TOY,
        measurements=[],
        broken={},
        errata={"someone-table-1": lambda: toys.slip()},
    )

    def judge():
        return claims.Judgement(parts.verdict, "The slope is {slope}.", parts.reason)

    def run(topic):
        """A run without a kernel."""
        outputs = []
        for cell in chapters.cells(topic):
            with contextlib.redirect_stdout(io.StringIO()) as said:
                ((_, value),) = chapters.run([cell], names)
            drawn = (
                [{"output_type": "execute_result", "data": {figure.MIME: value.spec()}, "metadata": {}}]
                if value
                else []
            )
            stream = [{"output_type": "stream", "name": "stdout", "text": said.getvalue()}] if said.getvalue() else []
            outputs.append(json.loads(json.dumps(drawn + stream)))
        told = runs.told_checks(topic)
        return runs.Run(
            topic, chapters.cells(topic), outputs, parts.numbers, {"OCC-1": judge()}, {}, told, parts.broken, 0.1, "key"
        )  # without the errata, as if they had been declared since

    names = {}
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "toy.md").write_text(CHAPTER, encoding="utf-8")
    folder = tmp_path / "data"
    shutil.copytree(facts.DATA, folder, ignore=shutil.ignore_patterns("results"))
    results = tmp_path / "results"
    run_experiment(toys.TOY, 1, InProcess(), results, progress=False, checkpoints=tmp_path)
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(reference, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(toys.figures, "points", lambda: parts.draw())
    monkeypatch.setattr(runs, "find", lambda topic: None)
    monkeypatch.setattr(runs, "run", run)
    monkeypatch.setattr(runs, "run_all", lambda wide: {topic: guarded(run, topic) for topic in wide})
    monkeypatch.setattr(topics, "TOPICS", ("toy",))
    monkeypatch.setattr(topics, "figures", lambda *chosen: {"toy-points": toys.points})
    monkeypatch.setattr(topics, "numbers", lambda topic: parts.numbers)
    monkeypatch.setattr(topics, "checks", lambda topic: parts.checks)
    monkeypatch.setattr(topics, "errata", lambda *chosen: parts.errata)
    monkeypatch.setattr(topics, "experiments", lambda: {parts.experiment.name: parts.experiment})
    monkeypatch.setattr(topics, "measurements", lambda: {m.name: m for m in parts.measurements})
    monkeypatch.setattr(topics, "rules", lambda: {"OCC-1": claims.Rule("OCC-1", "As it falls.", judge)})
    monkeypatch.setattr(verify, "REFERENCES", tmp_path / "references")
    monkeypatch.setattr(experiments, "RESULTS", results)
    monkeypatch.setattr(experiments, "load_result", lambda n, f=results, load=experiments.load_result: load(n, f))
    monkeypatch.setattr(experiments, "manifest", lambda n, f=results, load=experiments.manifest: load(n, f))
    monkeypatch.setattr(verify.verify, "__kwdefaults__", {"deep": False, "references": tmp_path / "references"})
    return parts


def guarded(run, topic):
    """As the runs of several chapters: one that fails gives its error."""
    try:
        return run(topic)
    except ProblemError as error:
        return runs.CellFailed(chapters.cells(topic)[1], str(error))


def outcome(only="", **options):
    out = io.StringIO()
    status = verify.command(only, out=out, **options)
    return status, out.getvalue()


@pytest.fixture
def accepted(book):
    outcome(accept=True)
    return book


def test_without_references_everything_is_red_and_accepting_makes_it_green(book):
    status, text = outcome()
    assert status == 1
    assert "toy-points has no reference yet" in text
    assert "claim OCC-1: no reference -> supported" in text
    assert outcome(accept=True)[0] == 0
    status, text = outcome()
    assert status == 0
    assert text.splitlines()[-1].startswith("All ")


def test_two_runs_print_the_same(accepted):
    assert outcome() == outcome()


def test_an_erratum_whose_contradiction_is_gone_is_red(accepted):
    accepted.errata["someone-table-1"] = lambda: toys.slip(printed=7.34)
    status, text = outcome("erratum")
    assert status == 1
    assert "erratum someone-table-1: the contradiction is gone" in " ".join(text.split())
    assert outcome("erratum", accept=True)[0] == 1, "what is gone cannot be accepted"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"printed": 7.27}, "number 'printed' of erratum someone-table-1: 7.28 -> 7.27"),
        ({"locator": "table 2"}, "erratum someone-table-1, locator: 'table 1' -> 'table 2'"),
        ({"finding": "It should be {recomputed}."}, "finding: 'Its columns give 7.34.' -> 'It should be 7.34.'"),
        ({"sure": "likely"}, "sure: 'certain' -> 'likely'"),
    ],
)
def test_an_erratum_that_moved_is_named_and_can_be_accepted(accepted, changed, said):
    accepted.errata["someone-table-1"] = lambda: toys.slip(**changed)
    status, text = outcome("erratum/someone")
    assert status == 1
    assert said in " ".join(text.split())
    assert outcome("erratum", accept=True)[0] == 0
    assert outcome("erratum")[0] == 0


def test_an_erratum_that_left_takes_its_reference_along(accepted):
    del accepted.errata["someone-table-1"]
    status, text = outcome("erratum")
    assert status == 1 and "someone-table-1 no longer exists, its reference does" in " ".join(text.split())
    assert outcome("erratum", accept=True)[0] == 0
    assert not (verify.REFERENCES / "toy" / "errata.json").exists()


def test_an_erratum_of_an_unknown_source_is_red(accepted, monkeypatch):
    monkeypatch.setattr(verify, "source_keys", lambda: {"nobody1900"})
    assert "source 'hoffmann2022' is not in the bibliography" in " ".join(outcome("erratum")[1].split())


def test_an_erratum_that_crashed_in_a_run_is_one_red_row(accepted):
    accepted.broken = {"erratum/someone-table-1": "ZeroDivisionError: division by zero"}
    status, text = outcome("")
    assert status == 1
    assert "broken erratum/someone-table-1" in text and "division by zero" in text


@pytest.mark.parametrize("only", ["figure", "figure/toy-points"])
def test_a_moved_point_is_named(accepted, only):
    accepted.draw = lambda: toys.points((1.0, 2.02, 3.0))
    status, text = outcome(only)
    assert status == 1
    assert "toy-points, series 'measured', row 2, field 'y': 2 -> 2.02 (+1 %)" in " ".join(text.split())


def test_a_moved_number_of_the_prose_is_named(accepted):
    accepted.numbers = {"slope": Number(-0.97, ".2f")}
    status, text = outcome("number")
    assert status == 1
    assert "number 'slope' of toy: −0.98 -> −0.97" in text


def test_a_number_that_is_printed_otherwise_is_named(accepted):
    accepted.numbers = {"slope": Number(-0.98, ".3f")}
    assert "number 'slope' of toy is printed differently: −0.98 -> −0.980" in outcome("number")[1]


def test_numbers_that_come_and_go_are_named(accepted):
    accepted.numbers = {"tilt": Number(1.0)}
    text = outcome("number")[1]
    assert "number 'tilt' of toy is new" in text
    assert "number 'slope' of toy is gone" in text


def test_a_verdict_that_turns_is_named_with_its_reason(accepted):
    accepted.verdict = "wrong"
    status, text = outcome("claim/OCC-1")
    assert status == 1
    assert "claim OCC-1: supported -> wrong (The slope is −0.98.)" in text


@pytest.mark.parametrize(
    ("ours", "agrees", "holds"), [(-0.98, True, True), (-0.5, True, False), (-0.5, False, True), (-0.98, False, False)]
)
def test_agreement_and_disagreement_must_both_be_as_the_chapter_says(accepted, ours, agrees, holds):
    accepted.checks = [Check("slope", ours, FACT, 0.05, agrees)]
    status, text = outcome("check")
    assert (status == 0) == holds
    assert "some-slope" in text


def test_a_slice_of_the_experiment_is_recomputed(accepted, monkeypatch):
    monkeypatch.setattr(toys, "SEED", toys.SEED + 1)  # the formula now draws from another stream
    status, text = outcome("experiment")
    assert status == 1
    assert "toy-uniform, row index 0, field 'mean':" in text


def test_a_result_of_other_parameters_than_declared_is_red(accepted):
    import dataclasses

    accepted.experiment = dataclasses.replace(toys.TOY, parameters={"count": 99})
    assert "toy-uniform, manifest $.parameters.count: 100 -> 99" in outcome("experiment")[1]


def test_a_trial_is_no_result(accepted, tmp_path):
    """Its rows are those of the whole, only fewer; the slice alone would not see it."""
    run_experiment(toys.TOY, 0.5, InProcess(), experiments.RESULTS, progress=False, checkpoints=tmp_path)
    status, text = outcome("experiment")
    assert status == 1
    assert "toy-uniform: the committed result is a trial at scale 0.5" in " ".join(text.split())


def test_deep_recomputes_all_of_it(accepted, tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "TRIALS", tmp_path / "trials")
    monkeypatch.setattr(experiments, "CHECKPOINTS", tmp_path / "checkpoints")
    monkeypatch.setattr(experiments, "local_pool", InProcess)
    status, text = outcome("experiment", deep=True)
    assert status == 0
    assert "all, off by 0 (relative)" in text


def test_a_tampered_result_is_red(accepted):
    path = experiments.RESULTS / "toy-uniform.csv"
    path.write_text(path.read_text().replace("0.5", "0.6", 1))
    status, text = outcome("experiment")
    assert status == 1
    assert "checksum differs" in text


def test_a_measurement_is_held_against_what_can_be_recomputed(accepted):
    readings = pd.DataFrame({"run": [1, 2], "steps": [10, 20], "bytes": [40, 80], "seconds": [1.5, 2.5]})
    experiments.write_result("toy-card", readings, {"title": "Readings"}, experiments.RESULTS)
    accepted.measurements = [
        Measurement(
            name="toy-card",
            title="Readings",
            command="toy",
            recompute=lambda t: t[["run"]].assign(bytes=4 * t["steps"]),
            comparison=Comparison(keys=("run",), values=("bytes",)),
            untold="seconds",
        )
    ]
    status, text = outcome("experiment")
    assert status == 0
    assert "2 of 2 rows; not recomputed: seconds" in text
    experiments.write_result("toy-card", readings.assign(bytes=[40, 81]), {"title": "Readings"}, experiments.RESULTS)
    status, text = outcome("experiment")
    assert status == 1
    assert "toy-card, row run 2, field 'bytes': 81 -> 80" in " ".join(text.split())


def test_where_trace_and_elasticity_disagree_is_red_by_name(accepted, monkeypatch):
    said = ["number slope reads without effect fact toy/some-slope."]
    monkeypatch.setattr(sensitivity, "reads", lambda topic: {"number slope": {"fact toy/some-slope"}})
    monkeypatch.setattr(sensitivity, "disagreements", lambda topic: said)
    with pytest.raises(ProblemError):  # without a table the row of the experiment says so
        outcome("trace")
    (experiments.RESULTS / "toy-sensitivity.csv").write_text("item,input\n", encoding="utf-8")
    status, text = outcome("trace")
    assert status == 1
    assert said[0] in " ".join(text.split())
    said.clear()
    assert outcome("trace")[0] == 0


def test_a_result_without_an_experiment_is_red(accepted):
    (experiments.RESULTS / "old.csv").write_text("a\n1\n")
    assert "results/old.csv belongs to no experiment" in outcome("experiment")[1]


def test_a_reference_without_a_figure_is_red_until_accepted(accepted, monkeypatch):
    path = chapters.CHAPTERS / "toy.md"
    path.write_text(CHAPTER.replace("figures.points()", "nothing = 1"), encoding="utf-8")
    monkeypatch.setattr(topics, "figures", lambda *chosen: {})
    status, text = outcome("figure")
    assert status == 1
    assert "figure toy-points no longer exists, its reference does" in text
    outcome(accept=True)
    assert not reference.specs(reference.read("toy"))


def test_a_figure_that_no_cell_draws_is_red(accepted):
    (chapters.CHAPTERS / "toy.md").write_text(CHAPTER.replace("figures.points()", "nothing = 1"), encoding="utf-8")
    assert "no cell of chapters/toy.md draws toy-points" in outcome("figure")[1]


def test_a_title_that_is_not_true_is_red_and_cannot_be_accepted(accepted):
    accepted.draw = lambda: toys.points(holds=False)
    assert "toy-points: its title is not true: Points rise (this does not hold" in " ".join(
        outcome("figure")[1].split()
    )
    assert outcome("figure", accept=True)[0] == 1


def test_a_moved_number_of_a_verdict_is_named(accepted):
    accepted.reason = {"slope": Number(-1.96, ".2f")}
    status, text = outcome("claim/OCC-1")
    assert status == 1
    assert "number 'slope' of claim OCC-1: −0.98 -> −1.96" in " ".join(text.split())


def test_a_cell_that_prints_otherwise_is_named(accepted):
    (chapters.CHAPTERS / "toy.md").write_text(CHAPTER.replace("three points", "3 points"), encoding="utf-8")
    text = " ".join(outcome("output")[1].split())
    assert "the code of chapters/toy.md differs from its reference notebook from code cell 3 on" in text
    assert outcome("output", accept=True)[0] == 0
    cells = reference.read("toy")
    cells[2]["outputs"][0]["text"] = "two points"
    reference._write("toy", cells)
    assert 'cell 3 of toy prints [["stdout", "3 points\\n"]]' in " ".join(outcome("output")[1].split())


def test_accepting_one_figure_leaves_the_others_as_they_are(accepted):
    before = reference.read("toy")
    accepted.draw = lambda: toys.points((1.0, 2.02, 3.0))
    (chapters.CHAPTERS / "toy.md").write_text(CHAPTER.replace("three points", "3 points"), encoding="utf-8")
    outcome("figure/toy-points", accept=True)
    after = reference.read("toy")
    assert reference.specs(after)["toy-points"]["datasets"]["measured"][1]["y"] == 2.02
    assert after[0] == before[0]
    assert outcome("figure/toy-points")[0] == 0
    assert outcome("output")[0] == 1, "the other cell still waits"


def test_what_a_cell_prints_beside_its_figure_stays_when_the_figure_is_accepted(book):
    text = CHAPTER.replace("figures.points()", 'print("see below")\nfigures.points()')
    (chapters.CHAPTERS / "toy.md").write_text(text, encoding="utf-8")
    outcome(accept=True)
    book.draw = lambda: toys.points((1.0, 2.02, 3.0))
    outcome("figure/toy-points", accept=True)
    assert reference.printed(reference.read("toy")[1]["outputs"]) == [["stdout", "see below\n"]]
    assert outcome()[0] == 0


def test_a_reference_notebook_holds_no_text_and_no_glued_number(accepted):
    assert [cell["cell_type"] for cell in reference.read("toy")] == ["code"] * 3
    assert reference.read("toy")[0]["outputs"] == []


def test_a_crash_is_one_red_row_and_the_rest_goes_on(accepted):
    def crash():
        raise RuntimeError("the ink is empty")

    accepted.draw = crash
    status, text = outcome()
    assert status == 1
    assert "RuntimeError: the ink is empty" in text
    assert "Traceback" not in text
    assert "holds  claim/OCC-1" in text
    assert outcome(accept=True)[0] == 1, "a crash cannot be accepted"


@pytest.mark.parametrize("part", ["number", "check"])
def test_what_crashed_at_the_end_of_a_run_is_red_and_cannot_be_accepted(accepted, part):
    """Without numbers or checks there is nothing to compare, and so nothing that holds."""
    accepted.broken = {part: "ZeroDivisionError: division by zero"}
    status, text = outcome(accept=True)
    assert status == 1
    (row,) = [line for line in text.splitlines() if line.startswith("broken")]
    assert part in row
    assert "ZeroDivisionError: division by zero" in text


def test_a_verdict_whose_claim_is_gone_is_red_until_accepted(accepted):
    path = verify.REFERENCES / "occam" / "claims.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"OCC-99": {"verdict": "wrong", "numbers": {}}}))
    status, text = outcome("claim/OCC-99")
    assert status == 1
    assert "claim OCC-99 is gone from the ledger" in text
    assert outcome("claim/OCC-99", accept=True)[0] == 0
    assert "OCC-99" not in json.loads(path.read_text()) and "OCC-1" in json.loads(path.read_text())


def test_a_cell_that_measures_a_time_may_print_another_each_run(accepted):
    """And glued numbers are compared as numbers, not as a cell's output."""
    cell = '```{code-cell} ipython3\n:tags: [nbval-ignore-output]\nprint("three points")'
    text = CHAPTER.replace('```{code-cell} ipython3\nprint("three points")', cell)
    (chapters.CHAPTERS / "toy.md").write_text(text, encoding="utf-8")
    outcome("output", accept=True)
    cells = reference.read("toy")
    cells[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "two points"}]
    reference._write("toy", cells)
    assert outcome("output")[0] == 0


def test_a_reference_that_is_no_json_is_one_red_row(accepted):
    (verify.REFERENCES / "toy" / "numbers.json").write_text("{")
    status, text = outcome("number/toy")
    assert status == 1
    assert "numbers.json is not JSON" in text


def test_a_changed_fact_is_named_with_its_table_and_id(accepted, tmp_path, monkeypatch):
    table = facts.load("occam")
    identity, fact = next((key, fact) for key, fact in table.items() if fact.value)
    changed = facts.FactTable(
        "occam", dict(table) | {identity: SimpleNamespace(**vars(fact) | {"value": fact.value * 1.01})}
    )
    monkeypatch.setattr(facts, "load", lambda name: changed)
    status, text = outcome("fact/occam")
    assert status == 1
    assert f"occam.csv, fact {identity}.value: {fact.value:.9g}" in text.replace(".0 ", " ")


def test_a_fact_without_a_known_source_is_red(accepted, monkeypatch):
    monkeypatch.setattr(verify, "source_keys", lambda: {"nobody1900"})
    status, text = outcome("fact")
    assert status == 1
    assert "is not in the bibliography" in " ".join(text.split())


def test_a_figure_with_an_unknown_source_is_red(accepted):
    accepted.draw = lambda: toys.points(sources=("nobody1900",))
    assert "toy-points: source 'nobody1900' is neither in the bibliography nor a table" in " ".join(
        outcome("figure")[1].split()
    )


def test_only_checks_what_begins_with_the_prefix(accepted):
    assert outcome("figure/toy-p")[1].splitlines()[-1] == "All 1 checks hold."
    assert outcome("toy-points")[1].splitlines()[-1] == "All 1 checks hold."
    with pytest.raises(ProblemError, match="Nothing begins with 'figure/zebra'"):
        outcome("figure/zebra")


def test_the_report_is_one_file_with_both_pictures(accepted, tmp_path):
    accepted.draw = lambda: toys.points((1.0, 2.02, 3.0))
    outcome("figure", report=tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text()
    assert page.count('src="data:image/svg+xml;base64,') == 4  # old, new, and both again for their difference
    assert "row 2, field &#39;y&#39;: 2 -&gt; 2.02" in page
    assert "http:" not in page
    assert "https:" not in page
    assert sorted(p.name for p in (tmp_path / "report").iterdir()) == ["index.html", "summary.md"]


def test_a_report_that_cannot_be_written_is_one_sentence(accepted, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProblemError, match="cannot be written to"):
        outcome("figure", report=tmp_path / "file")


@pytest.mark.parametrize("columns", ["60", "200"])
def test_lines_fit_the_terminal(accepted, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    accepted.draw = lambda: toys.points((1.0, 2.02, 3.0), title="x" * 300)
    text = outcome()[1]
    assert max(map(len, text.splitlines())) <= int(columns)


def test_accepted_references_are_readable_json(accepted):
    slope = {"value": -0.98, "text": "−0.98"}
    claimed = json.loads((verify.REFERENCES / "occam" / "claims.json").read_text())
    assert claimed["OCC-1"] == {"verdict": "supported", "numbers": {"slope": slope}}
    assert json.loads((verify.REFERENCES / "toy" / "numbers.json").read_text())["slope"] == slope
