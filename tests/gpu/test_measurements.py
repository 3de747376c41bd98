"""What one card did, and what any processor can tell of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import analysis.gpu
from analysis import cli, topics
from analysis.gpu.measurements import FILES, MEASUREMENTS, keep
from analysis.kit.differences import table_differences
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import RESULTS, load_result, manifest

NAMES = [m.name for m in MEASUREMENTS]


def declared(name):
    return next(m for m in MEASUREMENTS if m.name == name)


def test_every_file_of_a_measurement_is_declared():
    assert {path.stem for path in RESULTS.glob("gpu-*.csv")} == {*NAMES}
    assert {*FILES} <= {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_names_card_driver_and_versions(name):
    description = manifest(name)
    assert description["card"].startswith("NVIDIA H")
    assert all(description[key] for key in ("driver", "torch", "cuda", "date", "seconds", "script_sha256"))


@pytest.mark.parametrize("name", NAMES)
def test_another_number_in_the_table_is_found(name):
    """Every column that is compared is compared in truth."""
    measurement, committed = declared(name), load_result(name)
    recomputed = measurement.recompute(committed)
    assert not table_differences(committed, recomputed, measurement.comparison)
    for column in measurement.comparison.values:
        wrong = committed.assign(**{column: committed[column] * 1.25 + 0.25})
        assert table_differences(wrong, recomputed, measurement.comparison)


def test_the_tensor_cores_keep_thirteen_bits_and_one_more_is_another_model(monkeypatch):
    """A small product survives beside one that is 2^13 times larger, and not beside one that is 2^14 times larger."""
    probes = load_result("gpu-fp8-probe").query("fast == 1 and probe == 'cancel' and first > 0 and first < 512")
    beside = load_result("gpu-fp8-probe").query(
        "fast == 1 and probe == 'retained' and place == 'same' and mantissa == 1"
    )
    assert probes.empty  # what is kept depends on the ratio alone, at every place before the huge product
    assert set(beside[beside["log2_ratio"] <= 13]["kept_over_exact"]) == {1.0}
    assert set(beside[beside["log2_ratio"] > 13]["kept_over_exact"]) == {0.0}
    from analysis.gpu import measurements

    real = measurements.hopper_product
    monkeypatch.setattr(measurements, "hopper_product", lambda a, b: real(a, b, fraction_bits=14))
    measurement, committed = declared("gpu-fp8-probe"), load_result("gpu-fp8-probe")
    assert table_differences(committed, measurement.recompute(committed), measurement.comparison)


def test_a_sum_of_ones_sticks_at_2_to_the_14th():
    ones = load_result("gpu-fp8-probe").query("probe == 'ones'").set_index(["fast", "log2_ratio"])["kept_over_exact"]
    assert [ones[1, k] for k in (14, 15, 17)] == [1, 1 / 2, 1 / 8]
    assert all(ones[0, k] == 1 for k in (14, 15, 17))  # with the library's promotion


def test_no_card_does_more_than_its_peak():
    """989 TFLOP/s in BF16; more FLOP a second than that would mean a wrong count."""
    products = load_result("gpu-products").query("kind == 'bf16'")
    assert 0 < products["tflops"].max() < 989
    assert (load_result("gpu-isoflop")["mfu"] < 1).all()


def test_a_run_is_taken_into_the_project_as_it_was_written(tmp_path):
    run, kept = tmp_path / "run", tmp_path / "kept"
    run.mkdir(), kept.mkdir()
    shutil.copy(RESULTS / "gpu-isoflop.csv", run / "isoflop.csv")
    stated = manifest("gpu-isoflop")
    meta = {key: stated[key] for key in ("card", "driver", "torch", "cuda", "python", "script_sha256", "text_sha256")}
    (run / "meta.json").write_text(json.dumps({**meta, "started": "2026-11-26T13:20:00Z", "wall_seconds": 493.84}))
    (path,) = keep(run, kept)
    assert path.read_bytes() == (RESULTS / "gpu-isoflop.csv").read_bytes()
    pd.testing.assert_frame_equal(load_result("gpu-isoflop", kept), load_result("gpu-isoflop"))


@pytest.mark.parametrize("content", [{}, {"meta.json": "{"}])
def test_a_folder_without_a_run_is_refused_in_a_sentence(tmp_path, content):
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ProblemError, match=r"holds no meta.json of a run; give the folder"):
        keep(tmp_path)


def test_a_measurement_is_not_run_as_an_experiment(capsys):
    assert cli.main(["run", "gpu-isoflop"]) != 0
    assert "measured on a graphics card" in capsys.readouterr().err
    assert not set(topics.measurements()) & set(topics.experiments())


def test_without_the_library_the_command_says_what_to_install():
    done = subprocess.run([sys.executable, "-m", "analysis.gpu"], capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"The measurements need torch; install it with: pip install '.*\[gpu\]'\.\n", done.stderr)


def test_the_text_is_described_with_licence_and_hash_of_every_source():
    text = json.loads((Path(analysis.gpu.__file__).parent / "text.json").read_text())
    assert all(source["licence"] and len(source["sha256"]) == 64 for source in text["sources"])
    assert sum(s["bytes"] for s in text["segments"]) == text["bytes"]
