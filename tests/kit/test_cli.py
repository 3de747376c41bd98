"""Every command does what it says, and every mistake is answered by one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import toys

from analysis import cli, runs, topics, verify
from analysis.kit import claims, experiments
from analysis.kit.claims import Rule
from analysis.kit.errors import ProblemError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """A book of one figure and one experiment, in an empty folder."""

    def drawn():
        """Three points."""

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(topics, "figures", lambda *chosen: {"toy-points": drawn})
    monkeypatch.setattr(runs, "spec", lambda identity: toys.points().spec())
    monkeypatch.setattr(runs, "run_all", lambda: None)
    monkeypatch.setattr(topics, "experiments", lambda: {"toy-uniform": toys.TOY})
    monkeypatch.setattr(topics, "rules", dict)
    monkeypatch.setattr(topics, "errata", lambda: {"someone-table-1": toys.slip})
    monkeypatch.setattr(experiments, "CHECKPOINTS", tmp_path / "checkpoints")
    monkeypatch.setattr(experiments, "TRIALS", tmp_path / "trials")
    monkeypatch.setattr(experiments, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(experiments, "local_pool", experiments.InProcess)
    return tmp_path


def call(capsys, *arguments):
    status = cli.main([str(a) for a in arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["figures", "toy-pionts"], "There is no figure 'toy-pionts'; did you mean 'toy-points'?"),
        (["figures", "x"], "There is no figure 'x'; there are toy-points."),
        (["figures", "--format", "gif"], "Unknown figure format 'gif'; choose from svg, png, csv, json."),
        (["figures", "--format", ""], "Unknown figure format ''; choose from svg, png, csv, json."),
        (["figures", "--format", "svg,"], None),
        (["figures", "--out", "file/below"], "The folder file/below cannot be written"),
        (["run", "toy-unifrom"], "There is no experiment 'toy-unifrom'; did you mean 'toy-uniform'?"),
        (["run", "toy-uniform", "--scale", "0"], "The scale is 0; choose one above 0 and at most 1000."),
        (["run", "toy-uniform", "--scale=-2"], "The scale is -2; choose"),
        (["run", "toy-uniform", "--scale", "1e9"], "The scale is 1e+09; choose"),
        (["run", "toy-uniform", "--scale", "nan"], "The scale is nan; choose"),
        (["run", "toy-uniform", "--scale", "many"], "The scale 'many' is not a number"),
        (["run", "toy-uniform", "--out", "file"], "The folder file cannot be written"),
        (["run", "toy-uniform", "--scheduler", "nonsense://x"], "No Dask scheduler answers at 'nonsense://x'"),
        (["verify", "--only", "figure/zebra"], "Nothing begins with 'figure/zebra'"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_status_2(toy, capsys, arguments, sentence):
    (toy / "file").write_text("")
    status, _, err = call(capsys, *arguments)
    if sentence is None:
        assert status == 0
        return
    assert status == 2
    assert err.startswith(f"error: {sentence}")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_figures_are_exported_to_the_folder_in_the_formats(toy, capsys):
    status, out, _ = call(capsys, "figures", "toy-points", "--format", "svg,csv", "--out", "pictures")
    assert status == 0
    assert out.split() == [f"pictures/toy-points.{ending}" for ending in ("svg", "csv", "resource.json")]
    assert all(Path(path).stat().st_size for path in out.split())


def test_without_ids_all_figures_are_exported(toy, capsys):
    assert "toy-points.json" in call(capsys, "figures", "--format", "json")[1]


def test_a_trial_run_is_written_beside_the_committed_results(toy, capsys):
    status, out, _ = call(capsys, "run", "toy-uniform", "--scale", "0.5")
    assert status == 0
    assert Path(out.strip()) == toy / "trials" / "toy-uniform.csv"


def test_a_whole_run_is_the_committed_result(toy, capsys):
    assert Path(call(capsys, "run", "toy-uniform")[1].strip()) == toy / "results" / "toy-uniform.csv"


def test_a_cluster_gives_the_result_of_this_machine(toy, capsys):
    from distributed import LocalCluster

    here = Path(call(capsys, "run", "toy-uniform", "--out", "here")[1].strip()).read_bytes()
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as local:
        arguments = ("run", "toy-uniform", "--out", "there", "--scheduler", local.scheduler_address)
        there = Path(call(capsys, *arguments)[1].strip())
    assert there.read_bytes() == here


def test_an_interrupted_run_exits_130_and_says_how_to_go_on(toy, capsys, monkeypatch):
    monkeypatch.setattr(topics, "experiments", lambda: {"toy-uniform": toys.interrupted()})
    status, _, err = call(capsys, "run", "toy-uniform")
    assert status == 130
    assert "Stopped after 6 of 12 tasks; run the same command to go on." in err
    monkeypatch.undo()


def test_a_damaged_checkpoint_asks_for_fresh_and_fresh_mends_it(toy, capsys):
    (toy / "checkpoints").mkdir()
    path = toy / "checkpoints" / "toy-uniform-x1.checkpoint"
    path.write_bytes(b"not a checkpoint")
    status, _, err = call(capsys, "run", "toy-uniform")
    assert status == 2
    assert f"The checkpoint {path} is damaged; run again with --fresh" in err
    assert path.read_bytes() == b"not a checkpoint"
    assert call(capsys, "run", "toy-uniform", "--fresh")[0] == 0


def test_the_list_shows_figures_experiments_errata_and_all_claims(toy, capsys):
    status, out, _ = call(capsys, "list")
    assert status == 0
    assert "toy-points" in out
    assert "Three points." in out
    assert "toy-uniform" in out
    assert "someone-table-1" in out
    assert len([line for line in out.splitlines() if " open " in line]) == len(claims.ledger())


def test_a_verdict_that_cannot_be_computed_does_not_hide_the_others(toy, capsys, monkeypatch):
    def rule():
        raise ProblemError("The result is missing.")

    monkeypatch.setattr(topics, "rules", lambda: {"OCC-1": Rule("OCC-1", "As it is.", rule)})
    status, out, err = call(capsys, "list")
    assert status == 2
    assert "OCC-1   unknown" in out
    assert len([line for line in out.splitlines() if " open " in line]) == len(claims.ledger()) - 1
    assert err == "error: OCC-1: The result is missing.\n"


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (ProblemError("The ink is empty."), 2)])
def test_commands_end_without_a_traceback(toy, capsys, monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(verify, "command", fail)
    got, _, err = call(capsys, "verify")
    assert got == status
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["paint"], ["run"]])
def test_without_a_known_command_the_usage_is_shown(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m analysis" in capsys.readouterr().err


def test_topics_add_their_commands_where_the_first_word_is_none_of_ours():
    theirs = ("fit-scaling", "fetch", "model", "fit-records")
    assert all(command in cli.parser("--help").format_help() for command in theirs)
    assert not any(command in cli.parser("verify").format_help() for command in theirs)


def test_the_command_loads_no_numerical_package_until_it_needs_one():
    code = "import sys, analysis.cli; analysis.cli.parser(); print({'numpy', 'pandas', 'altair'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_an_interruption_while_models_load_is_a_word():
    """Loading takes seconds on a slow machine."""
    code = (
        "import builtins, runpy\n"
        "real = builtins.__import__\n"
        "def stopped(name, *rest, **named):\n"
        "    if name == 'analysis.cli':\n"
        "        raise KeyboardInterrupt\n"
        "    return real(name, *rest, **named)\n"
        "builtins.__import__ = stopped\n"
        "runpy.run_module('analysis.__main__', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


def test_the_command_answers_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "run", "zebra"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: There is no experiment 'zebra'; there are occam-prior-relu")


def test_a_reader_of_a_pipe_may_stop_early():
    done = subprocess.run(
        f"{sys.executable} -m analysis --help | head -1", shell=True, capture_output=True, text=True, cwd=ROOT
    )
    assert "Traceback" not in done.stderr


def test_a_scale_that_asks_for_no_task_still_runs_one(toy):
    assert all(len(e.tasks(0.001)) >= 1 for e in topics.load("occam", "chapter.experiments").EXPERIMENTS)
