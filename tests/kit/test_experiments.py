"""An experiment gives one result, whoever runs it and however often it is interrupted."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import toys

from analysis.kit import experiments
from analysis.kit.checkpoint import Checkpoint
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import InProcess, Stopped, load_result, local_pool, recompute, run_experiment

ROOT = Path(__file__).parents[2]


def run(tmp_path: Path, name: str, experiment=toys.TOY, executor=None, **options) -> bytes:
    path = run_experiment(
        experiment,
        executor=executor or InProcess(),
        folder=tmp_path / name,
        checkpoints=tmp_path / "checkpoints",
        progress=False,
        **options,
    )
    return path.read_bytes()


def test_the_result_is_the_plain_loop_over_the_tasks(tmp_path):
    run(tmp_path, "a")
    rows = [row for task in toys.tasks(1) for row in toys.mean_of_uniforms(task)]
    pd.testing.assert_frame_equal(load_result("toy-uniform", tmp_path / "a"), pd.DataFrame(rows), rtol=1e-8)


def test_tasks_that_return_tables_need_nothing_else(tmp_path):
    """Their tables are put below one another, in the order of the tasks."""
    tables = replace(toys.TOY, run=lambda task: pd.DataFrame(toys.mean_of_uniforms(task)), table=experiments.stacked)
    assert run(tmp_path, "tables", tables) == run(tmp_path, "rows")


def test_serial_threads_processes_and_dask_give_the_same_bytes(tmp_path):
    from distributed import LocalCluster

    serial = run(tmp_path, "serial")
    with ThreadPoolExecutor(2) as threads:
        assert run(tmp_path, "threads", executor=threads) == serial
    with local_pool(2) as processes:
        assert run(tmp_path, "processes", executor=processes) == serial
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        experiments.cluster(local.scheduler_address) as dask,
    ):
        assert run(tmp_path, "dask", executor=dask) == serial


def test_an_interrupted_run_goes_on_to_the_identical_result(tmp_path):
    whole = run(tmp_path, "whole")
    with pytest.raises(Stopped, match=r"Stopped after 6 of 12 tasks; run the same command to go on\."):
        run(tmp_path, "parts", toys.interrupted())
    assert not (tmp_path / "parts" / "toy-uniform.csv").exists()
    ran = []

    def counted(task):
        ran.append(task[0])
        return toys.mean_of_uniforms(task)

    assert run(tmp_path, "parts", replace(toys.TOY, run=counted)) == whole
    assert ran == [6, 7, 8, 9, 10, 11], "tasks before the interruption are not run again"


def test_a_finished_run_leaves_no_checkpoint_to_go_on_from(tmp_path):
    with pytest.raises(Stopped):
        run(tmp_path, "a", toys.interrupted())
    assert list((tmp_path / "checkpoints").iterdir())
    run(tmp_path, "a")
    assert not list((tmp_path / "checkpoints").iterdir())


def test_the_signal_handler_is_restored_after_a_run(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    run(tmp_path, "a")
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_on_the_command_exits_130_with_one_sentence(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from dataclasses import replace\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'kit')!r}]\n"
        "import toys; from analysis import cli, topics; from analysis.kit import experiments\n"
        "experiments.CHECKPOINTS = Path(sys.argv[1]) / 'checkpoints'\n"
        "experiments.local_pool = experiments.InProcess\n"
        "def slow(task): time.sleep(0.15); print('task', task[0], flush=True); return toys.mean_of_uniforms(task)\n"
        "topics.experiments = lambda: {'toy-uniform': replace(toys.TOY, run=slow)}\n"
        "sys.exit(cli.main(['run', 'toy-uniform', '--out', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "task 0\n"
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=60)
    assert first.returncode == 130
    assert "of 12 tasks; run the same command to go on." in err
    assert "Traceback" not in err
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 0, second.stderr
    assert "task 0" not in second.stdout
    load_result("toy-uniform", tmp_path)


def test_a_failing_task_keeps_what_was_done(tmp_path):
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, "a", toys.failing())
    assert run(tmp_path, "a") == run(tmp_path, "b")


def test_a_damaged_checkpoint_is_named_and_kept(tmp_path):
    with pytest.raises(Stopped):
        run(tmp_path, "a", toys.interrupted())
    (path,) = (tmp_path / "checkpoints").glob("*.checkpoint")
    damaged = bytearray(path.read_bytes())
    damaged[-3] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(ProblemError, match=rf"{path.name} is damaged; run again with --fresh"):
        run(tmp_path, "a")
    assert path.read_bytes() == damaged
    run(tmp_path, "a", fresh=True)


@pytest.mark.parametrize("other", [{"parameters": {"count": 101}}, {"seed": toys.SEED + 1}], ids=["parameters", "seed"])
def test_a_checkpoint_of_other_parameters_or_another_seed_is_refused(tmp_path, other):
    with pytest.raises(Stopped):
        run(tmp_path, "a", toys.interrupted())
    with pytest.raises(ProblemError, match="other code, parameters or versions; run again with --fresh"):
        run(tmp_path, "a", replace(toys.TOY, **other))


@pytest.mark.parametrize(
    ("changed", "goes_on"),
    [
        ("chapter/figures/curves.py", True),
        ("chapter/prose.py", True),
        ("chapter/experiments.py", False),
        ("model.py", False),
        ("networks/layers.py", False),
    ],
)
def test_an_edit_of_figures_or_prose_leaves_a_checkpoint_alone(tmp_path, monkeypatch, changed, goes_on):
    """What computes the result are the models and the experiments; hours of work do not hang on a caption."""
    monkeypatch.setattr(experiments, "__file__", str(tmp_path / "analysis" / "kit" / "experiments.py"))
    for name in ("chapter/figures/curves.py", "chapter/prose.py", "chapter/experiments.py", "model.py"):
        path = tmp_path / "analysis" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(Stopped):
        run(tmp_path, "a", toys.interrupted())
    path = tmp_path / "analysis" / "toy" / changed
    path.parent.mkdir(exist_ok=True)
    path.write_text("x = 2\n", encoding="utf-8")
    if goes_on:
        run(tmp_path, "a")
    else:
        with pytest.raises(ProblemError, match="other code, parameters or versions; run again with --fresh"):
            run(tmp_path, "a")


def test_a_checkpoint_is_replaced_in_one_step_and_read_back(tmp_path):
    saved = Checkpoint(tmp_path / "x.checkpoint", "0" * 64)
    for state in ([1], [1, 2]):
        saved.save(state)
        assert saved.load() == state
    assert [p.name for p in tmp_path.iterdir()] == ["x.checkpoint"]


def test_the_manifest_says_how_to_make_the_table(tmp_path):
    csv = run(tmp_path, "a")
    content = json.loads((tmp_path / "a" / "toy-uniform.json").read_text())
    assert content["command"] == "python -m analysis run toy-uniform"
    assert content["sha256"] == hashlib.sha256(csv).hexdigest()
    assert (content["seed"], content["rows"], content["scale"]) == (toys.SEED, 12, 1)
    assert {"parameters", "package", "numpy", "date", "seconds", "cores", "licence"} <= set(content)


def test_a_trial_at_another_scale_does_not_touch_the_committed_result(tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(experiments, "TRIALS", tmp_path / "trials")
    path = run_experiment(toys.TOY, 0.5, InProcess(), progress=False, checkpoints=tmp_path)
    assert path.parent == tmp_path / "trials"
    assert len(pd.read_csv(path)) == 6
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf"), 1001])
def test_absurd_scales_are_refused(scale, tmp_path):
    with pytest.raises(ProblemError, match="choose one above 0 and at most 1000"):
        run_experiment(toys.TOY, scale, InProcess(), tmp_path)


def test_a_table_that_is_not_its_manifests_is_refused(tmp_path):
    csv = run(tmp_path, "a")
    path = tmp_path / "a" / "toy-uniform.csv"
    path.write_bytes(csv.replace(b"0.5", b"0.6", 1))
    with pytest.raises(ProblemError, match=r"a/toy-uniform\.csv .*checksum.*python -m analysis run toy-uniform"):
        load_result("toy-uniform", tmp_path / "a")


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_missing_result_names_the_file_and_the_command(tmp_path, suffix):
    run(tmp_path, "a")
    (tmp_path / "a" / f"toy-uniform.{suffix}").unlink()
    with pytest.raises(ProblemError, match=rf"toy-uniform\.{suffix} is missing.*python -m analysis run toy-uniform"):
        load_result("toy-uniform", tmp_path / "a")


def test_a_manifest_that_is_no_json_is_named(tmp_path):
    run(tmp_path, "a")
    (tmp_path / "a" / "toy-uniform.json").write_text("{")
    with pytest.raises(ProblemError, match=r"toy-uniform\.json cannot be read"):
        load_result("toy-uniform", tmp_path / "a")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "a").write_text("a file is in the way")
    with pytest.raises(ProblemError, match=r"cannot be written.*--out"):
        run(tmp_path, "a")


def test_lost_workers_leave_a_state_to_go_on_from(tmp_path):
    whole = run(tmp_path, "whole")
    with local_pool(1) as pool, pytest.raises(ProblemError, match=r"workers were lost after \d+ of 12 tasks"):
        run(tmp_path, "parts", replace(toys.TOY, run=toys.die_at_five), executor=pool)
    assert run(tmp_path, "parts") == whole


def test_no_scheduler_is_one_sentence():
    with pytest.raises(ProblemError, match="No Dask scheduler answers"), experiments.cluster("tcp://127.0.0.1:9", 1):
        pass


def test_without_dask_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ProblemError, match="needs Dask; install it"), experiments.cluster("tcp://127.0.0.1:9"):
        pass


def test_at_most_a_window_of_tasks_is_in_flight(tmp_path):
    """Memory stays bounded: tasks are submitted only as results are merged."""
    submitted, merged, most = [], [], [0]

    class Counting(ThreadPoolExecutor):
        def submit(self, *args, **kwargs):
            submitted.append(1)
            most[0] = max(most[0], len(submitted) - len(merged))
            return super().submit(*args, **kwargs)

    def merge(accumulated, partial):
        merged.append(1)
        return experiments.append_rows(accumulated, partial)

    with Counting(2) as pool:
        run(tmp_path, "a", replace(toys.TOY, merge=merge), executor=pool, scale=20)
    assert len(merged) == 240
    assert most[0] <= 4 * experiments.cores()


def test_tasks_run_with_one_blas_thread(tmp_path):
    from threadpoolctl import threadpool_info

    seen = []

    def run_task(task):
        np.ones((2, 2)) @ np.ones((2, 2))
        seen.extend(pool["num_threads"] for pool in threadpool_info())
        return toys.mean_of_uniforms(task)

    run(tmp_path, "a", replace(toys.TOY, run=run_task))
    assert set(seen) <= {1}


def test_a_slice_gives_the_rows_of_the_whole():
    part, whole = recompute(toys.TOY, toys.first_three()), recompute(toys.TOY, toys.tasks(1))
    pd.testing.assert_frame_equal(part, whole.head(3))
