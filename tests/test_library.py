"""The package as somebody installs it for work of their own: a wheel, what it says that it needs, another folder."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import analysis
from analysis.topics import TOPICS
from book.course import notebooks
from tests import copies
from tests.course import clean

ROOT = Path(__file__).parents[1]
#: Seconds that an import may take, several times what it does.
LONGEST = 15
RUNS = "N,D,loss\n" + "".join(
    f"{N:g},{D:g},{1.7 + 400 / N**0.34 + 410 / D**0.28:.6f}\n" for N in (1e8, 1e9, 1e10) for D in (1e9, 1e10, 1e11)
)
RECORDS = "date,value\n" + "".join(f"{2015 + n}-01-01,{100 / 2**n}\n" for n in range(8))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return notebooks.wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """An interpreter with the wheel and what it declares that it needs."""
    return clean.environment(tmp_path_factory.mktemp("library") / "env", wheel)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Somebody's folder, with tables of theirs."""
    (tmp_path / "runs.csv").write_text(RUNS, encoding="utf-8")
    (tmp_path / "records.csv").write_text(RECORDS, encoding="utf-8")
    return tmp_path


def run(python: Path, folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**clean.without_repository(), "XDG_CACHE_HOME": str(folder / "cache"), **more}
    command = [str(python), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_the_wheel_has_the_package_whole_and_nothing_else(wheel: Path) -> None:
    ours = {name for name in copies.files() if name.startswith("analysis/")}
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        told = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert {name.partition("/")[0] for name in inside} == {"analysis"}
    assert ours and ours <= inside and "analysis/py.typed" in inside
    assert not told, "an entry point would be loaded by other people's programs"


def test_each_topic_is_imported_elsewhere_and_soon(python: Path, folder: Path) -> None:
    program = (
        f"from analysis import {', '.join(TOPICS)}; import analysis; print(analysis.__version__, analysis.__file__)"
    )
    done = subprocess.run(
        [str(python), "-c", program],
        cwd=folder,
        env=clean.without_repository(),
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stderr
    version, place = done.stdout.split()
    assert version == analysis.__version__ and not place.startswith(str(ROOT))


def test_a_checker_of_types_knows_what_a_fit_is(python: Path, folder: Path) -> None:
    program = "from analysis import scaling\nreveal_type(scaling.fit_scaling_law([1.0], [1.0], [1.0]))\n"
    program += "reveal_type(scaling.fit_scaling_law([1.0], [1.0], [1.0]).law.alpha)\n"
    (folder / "own.py").write_text(program + "scaling.fit_scaling_law('runs', [1.0])\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--python-executable", str(python), "own.py"]
    done = subprocess.run(command, cwd=folder, env=clean.without_repository(), capture_output=True, text=True)
    assert 'Revealed type is "analysis.scaling.fit.ScalingFit"' in done.stdout, done.stdout
    assert 'Revealed type is "builtins.float"' in done.stdout.replace('"float"', '"builtins.float"'), done.stdout
    assert 'Missing positional argument "loss"' in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["--version"], analysis.__version__),
        (["list"], "scaling-isoflop-curves"),
        (["stale", "--on", "2026-01-01"], "Nothing is due"),
        (["fit-scaling", "runs.csv", "--resamples", "20"], "exponent of size"),
        (["fit-records", "records.csv"], "alving time"),
        (["model", "llama-3.1-8b", "--out", "charts"], "model-llama-3.1-8b.png"),
    ],
)
def test_what_needs_no_chapter_works(python: Path, folder: Path, command: list[str], says: str) -> None:
    done = run(python, folder, "-m", "analysis", *command)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_what_is_due_is_said_with_where_to_look(python: Path, folder: Path) -> None:
    done = run(python, folder, "-m", "analysis", "stale", "--on", "2031-01-01", "--topic", "market")
    assert done.returncode == 1 and "https://" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["verify"],
        ["figures"],
        ["figures", "scaling-allocation", "--format", "svg"],
        ["where", "v3-gpus"],
        ["where", "--without-how"],
        ["what-if", "deepseek/v3-gpus=4096"],
        ["release"],
        ["release", "--moved"],
        ["run", "scaling-turns"],
        ["run", "market-turns", "--out", "results"],
        ["run", "occam-digits"],
        ["fit-scaling", "missing.csv"],
    ],
)
def test_what_needs_more_says_so_in_a_sentence(python: Path, folder: Path, command: list[str]) -> None:
    done = run(python, folder, "-m", "analysis", *command)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert command[0] == "fit-scaling" or "clone" in done.stderr or "--out DIR" in done.stderr


def test_threads_read_the_facts_and_nothing_warns_of_what_will_fail(python: Path, folder: Path) -> None:
    program = """
from concurrent.futures import ThreadPoolExecutor
from analysis import cnn_era, deepseek, market, toolbox

asked = [deepseek.fleets, toolbox.chips, market.deals.reported, lambda: cnn_era.align(["imagenet-cost"], ratio=0.1)]
with ThreadPoolExecutor(8) as threads:
    print([len(table) for table in threads.map(lambda ask: ask(), asked * 2)])
"""
    done = run(python, folder, "-W", "error", "-c", program)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts[:4] == counts[4:] and min(counts) > 0


def test_a_folder_that_cannot_be_written_is_no_matter(python: Path, folder: Path) -> None:
    nowhere = Path("/proc")  # where even root writes nothing
    if not nowhere.is_dir():
        pytest.skip("only Linux has such a folder")
    runs = str(folder / "runs.csv")
    done = run(python, nowhere, "-m", "analysis", "fit-scaling", runs, "--resamples", "20", XDG_CACHE_HOME="/proc/no")
    assert done.returncode == 0, done.stderr


def test_a_configuration_of_somebody_is_counted(python: Path, folder: Path) -> None:
    published = json.loads((ROOT / "analysis/data/deepseek_configs/deepseek-v3.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(published), encoding="utf-8")
    program = (
        "from analysis import deepseek; print(deepseek.count_parameters(deepseek.read_config('config.json')).total)"
    )
    done = run(python, folder, "-c", program)
    assert done.stdout.startswith("671"), done.stdout + done.stderr
