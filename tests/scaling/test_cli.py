"""``fit-scaling`` and ``fetch`` at the command line."""

import re

import numpy as np
import pytest

from analysis import cli
from analysis.scaling import commands
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.laws import chinchilla_design, published_law, simulate_losses

LAW = published_law("besiroglu-huber")


@pytest.fixture
def runs(tmp_path):
    """240 runs simulated from the refit, as a CSV file with size, compute and loss."""
    rng = np.random.default_rng(1)
    N, D = chinchilla_design(240, rng)
    path = tmp_path / "runs.csv"
    rows = np.column_stack([N, 6 * N * D, simulate_losses(LAW, N, D, 1e-6, rng)])
    np.savetxt(path, rows, delimiter=",", header="n,Flops,Loss", comments="")
    return path


def call(capsys, *arguments):
    status = cli.main([str(a) for a in arguments])
    return status, *capsys.readouterr()


def test_the_law_its_intervals_and_the_best_use_of_a_budget_are_printed(runs, capsys):
    status, out, err = call(capsys, "fit-scaling", runs, "--budget", "5.76e23", "--resamples", "60")
    assert status == 0
    assert "240 runs" in out and "L(N, D) = 1.817 + 477." in out
    assert "95 % interval, 60 resamples" in out
    a = re.search(r"^a +([\d.]+) +([\d.]+) to ([\d.]+)", out, re.MULTILINE)
    assert float(a[2]) <= float(a[1]) <= float(a[3])
    assert float(a[1]) == pytest.approx(LAW.beta / (LAW.alpha + LAW.beta), abs=1e-3)
    best = compute_optimal_allocation(5.76e23, LAW)
    budget, size, data, ratio, loss = map(float, out.splitlines()[-1].split())
    assert (budget, size, data, ratio, loss) == pytest.approx(
        (5.76e23, best.N, best.D, best.tokens_per_parameter, best.loss), rel=0.01
    )
    assert "60/60" in err


def test_several_budgets_are_answered_in_their_order(runs, capsys):
    arguments = ("fit-scaling", runs, "--resamples", "0", "--budget", "1e22", "--budget", "1e20")
    lines = call(capsys, *arguments)[1].splitlines()
    assert [float(line.split()[0]) for line in lines[-2:]] == [1e22, 1e20]


def test_without_resamples_there_is_no_interval_and_no_progress_bar(runs, capsys):
    status, out, err = call(capsys, "fit-scaling", runs, "--resamples", "0")
    assert status == 0 and "interval" not in out and err == ""


def test_the_runs_with_the_largest_losses_can_be_left_out_and_this_is_said(runs, capsys):
    """Two runs that diverged pull the law away; without them it is the law that the others were drawn from."""
    lines = runs.read_text().splitlines()
    for place in (5, 90):
        lines[place] = ",".join([*lines[place].split(",")[:2], "9.5"])
    runs.write_text("\n".join(lines))
    _, spoiled, _ = call(capsys, "fit-scaling", runs, "--resamples", "0", "--delta", "0.1")
    status, mended, _ = call(capsys, "fit-scaling", runs, "--resamples", "0", "--delta", "0.1", "--drop-worst", "2")
    assert status == 0 and "2 of 240 runs left out" in mended and "left out" not in spoiled
    assert "L(N, D) = 1.817 + 477." in mended and "L(N, D) = 1.817 + 477." not in spoiled


def test_absolute_deviations_are_called_what_they_are(runs, capsys):
    assert "sum of absolute residuals" in call(capsys, "fit-scaling", runs, "--resamples", "0", "--delta", "0")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fit-scaling", "none.csv"], "The file none.csv cannot be read"),
        (["fit-scaling", "RUNS", "--budget", "much"], "The budget 'much' is not a number"),
        (["fit-scaling", "RUNS", "--budget", "inf"], "The budget 'inf' is not finite"),
        (["fit-scaling", "RUNS", "--budget=-1e20"], "The budget is -1e+20; give a number from 1 to 1e+40"),
        (["fit-scaling", "RUNS", "--budget=1e300"], "The budget is 1e+300; give a number from 1 to 1e+40"),
        (["fit-scaling", "RUNS", "--resamples", "-5"], "The number of resamples is -5; give 0 to 1,000,000"),
        (["fit-scaling", "RUNS", "--resamples", "1e9"], "The number of resamples is 1e9; give 0 to 1,000,000"),
        (["fit-scaling", "RUNS", "--resamples", "2.5"], "The number of resamples is 2.5; give a whole number"),
        (["fit-scaling", "RUNS", "--seed", "-1"], "The seed is -1; give 0 to 9,007,199,254,740,992"),
        (["fit-scaling", "RUNS", "--seed", "now"], "The seed 'now' is not a number"),
        (["fit-scaling", "RUNS", "--level", "95"], "The level is 95; give a number from 0.5 to 0.999, such as 0.95"),
        (["fit-scaling", "RUNS", "--delta", "1e9"], "The delta is 1e+09; give a number from 0 to 100"),
        (["fit-scaling", "RUNS", "--experiment-budget", "0"], "The experiment budget is 0; give a number from 1"),
        (["fit-scaling", "RUNS", "--resamples", "few"], "The number of resamples 'few' is not a number"),
        (["fit-scaling", "RUNS", "--drop-worst=-1"], "The number of runs to leave out is -1; give 0 or more"),
        (["fit-scaling", "RUNS", "--drop-worst", "2.5"], "The number of runs to leave out is 2.5; give a whole number"),
        (["fit-scaling", "RUNS", "--drop-worst", "all"], "The number of runs to leave out 'all' is not a number"),
        (["fit-scaling", "RUNS", "--drop-worst", "240"], "Of 240 runs 240 are to be left out; leave 6 or more"),
        (["fit-scaling", "RUNS", "--drop-worst", "236"], "There are 4 runs; a law of five constants needs at least 6"),
        (["fit-scaling", "RUNS", "--delta=-1"], "The delta is -1; give a number from 0 to 100"),
        (["fetch", "chinchilla"], "There is nothing called 'chinchilla' to fetch; there is chinchilla-points."),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_status_2(runs, capsys, arguments, sentence):
    status, out, err = call(capsys, *[str(runs) if a == "RUNS" else a for a in arguments])
    assert status == 2 and out == ""
    assert err.startswith(f"error: {sentence}") and err.count("\n") == 1


def test_a_malformed_file_is_explained(runs, capsys):
    lines = runs.read_text().splitlines()
    lines[7] = lines[7].rsplit(",", 1)[0] + ",low"
    runs.write_text("\n".join(lines))
    status, _, err = call(capsys, "fit-scaling", runs)
    assert status == 2
    assert err == f"error: {runs}, line 8: loss is 'low', which is not a number; correct it.\n"


def test_fetch_prints_where_the_points_lie(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(commands, "fetch_chinchilla_points", lambda: tmp_path / "points.csv")
    assert call(capsys, "fetch", "chinchilla-points") == (0, f"{tmp_path / 'points.csv'}\n", "")
