"""Resamples of many runs: the same on any workers, bounded in memory, stopped by a person, and told beforehand."""

import io
import os
import signal
import subprocess
import sys
import tracemalloc
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import cli
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import local_pool
from analysis.scaling import bootstrap, commands, huber
from analysis.scaling import fit as fitting
from analysis.scaling.bootstrap import bootstrap_scaling_law, check_resamples
from analysis.scaling.fit import fit_scaling_law
from analysis.scaling.laws import ScalingLaw, chinchilla_design, simulate_losses
from analysis.scaling.points import Points

ROOT = Path(__file__).parents[2]
LAW = ScalingLaw(E=1.7, A=406, B=411, alpha=0.34, beta=0.28)


def runs(count, noise=0.005, seed=1):
    rng = np.random.default_rng(seed)
    N, D = chinchilla_design(count, rng)
    return N, D, simulate_losses(LAW, N, D, noise, rng)


def table(path, count):
    np.savetxt(path, np.column_stack(runs(count)), delimiter=",", header="N,D,loss", comments="")
    return path


def test_blocks_add_up_to_the_whole(monkeypatch):
    """Objective, gradient and Hessian of 3 fits to 500 runs in blocks of 7 runs, against all at once."""
    x, y, z = (np.random.default_rng(2).normal(size=500) for _ in range(3))
    weights = np.random.default_rng(3).poisson(1.0, (3, 500)).astype(float)
    theta = np.array([[0.1, -0.2, 0.3, 0.4, 0.5]]) * [[1.0], [1.1], [0.9]]
    whole = huber.derivatives(theta, x, y, z, weights, 0.1)
    monkeypatch.setattr(huber, "BLOCK", 21)
    for got, expected in zip(huber.derivatives(theta, x, y, z, weights, 0.1), whole, strict=True):
        assert_allclose(got, expected, rtol=1e-11, atol=1e-11)
    assert_allclose(huber.objective(theta, x, y, z, weights, 0.1), whole[0], rtol=1e-12)
    assert_allclose(huber.objective(theta, x, y, z, 1.0, 0.1), huber.objective(theta, x, y, z, np.ones((1, 500)), 0.1))


@pytest.mark.parametrize("delta", [1e-3, 0.1, 0.0])
def test_a_start_from_some_of_many_runs_leads_to_the_minimum_of_all(monkeypatch, delta):
    """4,000 runs, of which the search for a start sees 2,000, against one that sees all."""
    data = runs(4000)
    some = fit_scaling_law(*data, delta=delta)
    monkeypatch.setattr(fitting, "MANY", 10_000)
    every = fit_scaling_law(*data, delta=delta)
    assert some.objective == pytest.approx(every.objective, rel=1e-8)
    assert some.a == pytest.approx(every.a, abs=1e-5)


def test_memory_does_not_grow_with_what_is_fitted_together():
    """50 resamples of 20,000 runs: one copy of their counts, and forty blocks, as the module states.

    Arrays that hold five derivatives of each fit and run at once would be 40 MB each.
    """
    problem = fitting.Centred(Points(*runs(20_000)))
    start = problem.best(1e-3)
    counts = np.random.default_rng(1).multinomial(20_000, np.full(20_000, 1 / 20_000), size=50).astype(float)
    tracemalloc.start()
    problem.follow([start], counts, 1e-3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < counts.nbytes + 9_000_000


def test_the_search_for_a_start_is_bounded_too():
    tracemalloc.start()
    fitting.Centred(Points(*runs(50_000))).best(0.1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000  # before, 196 pairs of exponents times all runs times three: 235 MB and three times that


def test_threads_processes_and_dask_give_the_same_samples():
    from distributed import LocalCluster

    from analysis.kit.experiments import cluster

    data = runs(60)
    here = bootstrap_scaling_law(*data, resamples=250, seed=4).samples
    with local_pool(2) as pool:
        assert isinstance(pool, ProcessPoolExecutor)
        assert here.equals(bootstrap_scaling_law(*data, resamples=250, seed=4, executor=pool).samples)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as local,
        cluster(local.scheduler_address) as dask,
    ):
        assert here.equals(bootstrap_scaling_law(*data, resamples=250, seed=4, executor=dask).samples)


def test_the_command_takes_a_cluster_and_prints_what_this_machine_prints(tmp_path, capsys):
    from distributed import LocalCluster

    arguments = ["fit-scaling", str(table(tmp_path / "runs.csv", 40)), "--resamples", "150"]
    assert cli.main(arguments) == 0
    here = capsys.readouterr().out
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as local:
        assert cli.main([*arguments, "--scheduler", local.scheduler_address]) == 0
    assert capsys.readouterr().out == here


def test_a_scheduler_that_does_not_answer_is_a_sentence(tmp_path, capsys, monkeypatch):
    arguments = ["fit-scaling", str(table(tmp_path / "runs.csv", 40)), "--scheduler", "nowhere"]
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: No Dask scheduler answers at 'nowhere'") and err.count("\n") == 1


def test_lost_workers_are_a_sentence(tmp_path, capsys, monkeypatch):
    class Lost(Executor):
        def submit(self, function, /, *arguments):
            raise BrokenExecutor

    monkeypatch.setattr(commands, "cluster", lambda address: nullcontext(Lost()))
    path = str(table(tmp_path / "runs.csv", 40))
    assert cli.main(["fit-scaling", path, "--resamples", "50", "--scheduler", "tcp://here:1"]) == 2
    err = capsys.readouterr().err
    assert "error: The workers of tcp://here:1 were lost (BrokenExecutor); see that they have memory" in err


def test_long_work_says_beforehand_how_long_it_takes(monkeypatch):
    """Here more than nothing counts as long, and the pace is known after the first batch."""
    monkeypatch.setattr(bootstrap, "PILOT", 0.0)
    monkeypatch.setattr(bootstrap, "LONG", 0.0)
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())
    bootstrap_scaling_law(*runs(40), resamples=1000, progress=True)
    sentence = "1,000 resamples of 40 runs will take about 1 minute on"
    assert told.getvalue().count(sentence) == 1
    assert told.getvalue().index(sentence) < told.getvalue().index("1000/1000")


def test_short_work_says_nothing_of_time(capsys):
    bootstrap_scaling_law(*runs(40), resamples=20, progress=True)
    assert "will take" not in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_stops_at_once_with_status_130_and_a_word(tmp_path):
    command = [sys.executable, "-m", "analysis", "fit-scaling", table(tmp_path / "runs.csv", 240)]
    work = subprocess.Popen([*command, "--resamples", "1e6"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while "fit/s" not in work.stderr.read(1) + work.stderr.readline(60):
        assert work.poll() is None
    work.send_signal(signal.SIGINT)
    _, err = work.communicate(timeout=60)  # the rest of the work would take several times as long
    assert work.returncode == 130 and err.endswith("Interrupted.\n") and "Traceback" not in err


@pytest.mark.parametrize(("resamples", "count"), [(1_000_000, 240), (100_000, 100_000)])
def test_as_much_as_an_hour_may_be_asked(resamples, count):
    assert check_resamples(resamples, count) == resamples


def test_what_would_take_days_is_refused_with_what_would_not():
    with pytest.raises(ProblemError, match=r"1,000,000 resamples of 100,000 runs .* ask for at most 100,000\."):
        check_resamples(1_000_000, 100_000)
    with pytest.raises(ProblemError, match="The seed is -1"):
        bootstrap_scaling_law(*runs(20), resamples=2, seed=-1)
