"""``model`` at the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import cli
from analysis.deepseek import commands
from analysis.deepseek.config import FOLDER, LARGEST, read_config
from analysis.deepseek.portrait import portrait
from analysis.deepseek.serving import machines
from analysis.kit.errors import ProblemError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GPT2 = (
    '{"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257,'
    ' "architectures": ["GPT2LMHeadModel"]}'
)

#: The first model of each family whose count is known.
ONE_A_FAMILY = {
    row["family"]: row
    for row in map(json.loads, (HERE / "checkpoints/models.jsonl").read_text(encoding="utf-8").splitlines()[::-1])
}.values()


@pytest.fixture
def config(tmp_path):
    """A folder that has a ``config.json``, as a download of a model has."""
    folder = tmp_path / "my-gpt2"
    folder.mkdir()
    (folder / "config.json").write_text(GPT2, encoding="utf-8")
    return folder / "config.json"


def call(capsys, *arguments):
    status = cli.main([str(a) for a in arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("name", ["deepseek-v3", "llama-3.1-8b", "mixtral-8x7b"])
def test_it_prints_a_screen_that_fits_a_terminal(name, capsys):
    status, out, err = call(capsys, "model", name)
    lines = out.splitlines()
    assert status == 0 and err == ""
    assert 30 <= len(lines) <= 56
    assert max(map(len, lines)) <= 100
    for heading in ("Parameters", "Arithmetic", "Cache", "Memory", "Machines", "To train it"):
        assert any(line.startswith(heading) for line in lines)
    assert all(machine.name in " ".join(out.split()) for machine in machines().values())


@pytest.mark.parametrize("row", ONE_A_FAMILY, ids=lambda row: row["family"])
def test_a_model_of_any_family_is_told_in_one_screen_with_its_own_count(row):
    found = portrait(row["config"])
    lines = commands.told(found).splitlines()
    assert found.document()["parameters"]["total"] == row["total"]
    assert max(map(len, lines)) <= 100 and len(lines) < 60
    json.dumps(found.document(), allow_nan=False)
    seen = " ".join(" ".join(lines).split())
    assert ("Left out: " in seen) == bool(found.architecture.left_out)
    assert all(what in seen for what in found.architecture.left_out)


def test_what_a_file_leaves_to_a_program_is_told(capsys, monkeypatch):
    part = json.dumps({"model_type": "mistral3", "text_config": {"model_type": "mistral", "hidden_size": 4096}})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(part.encode("utf-16"))))
    out = " ".join(call(capsys, "model", "-")[1].split())
    assert "Not in the file, taken from the reference implementation: " in out


def test_the_figures_of_v3_are_the_chapters(capsys):
    out = call(capsys, "model", "deepseek-v3", "--tokens", "14.8e12", "--utilisation", "0.3432", "--rent", "2")[1]
    assert "671 billion" in out and "36.63 billion" in out
    assert "250.5 GFLOP" in out  # published: 250
    assert "70.27 kB a token" in out  # published: 70.272
    assert "2.66" in out.split("GPU-hours")[1] and "$5.3" in out  # published: 2.664 and 5.328 million


def test_file_folder_standard_input_and_published_name_are_read(config, capsys, monkeypatch):
    by_file = call(capsys, "model", config)[1]
    assert by_file.startswith("my-gpt2\n")
    assert call(capsys, "model", config.parent)[1] == by_file
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GPT2.encode())))
    by_stdin = call(capsys, "model", "-")[1]
    assert by_stdin.splitlines()[1:] == by_file.splitlines()[1:]
    copy = config.with_name("copy.json")
    copy.write_text((FOLDER / "llama-3.1-8b.json").read_text(encoding="utf-8"), encoding="utf-8")
    assert call(capsys, "model", copy)[1].splitlines()[1:] == call(capsys, "model", "llama-3.1-8b")[1].splitlines()[1:]


def test_what_never_ends_is_read_as_far_as_a_file_may_be_large(capsys, monkeypatch, tmp_path):
    """Standard input, a pipe, a text and a file are refused by one sentence, and none is read in full."""
    asked = []

    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, space):
            asked.append(len(space))
            space[:] = b" " * len(space)
            return len(space)

    sentence = f" is larger than {LARGEST // 10**6} MB, and a config.json is small; give that.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Endless(), 10**6)))
    assert call(capsys, "model", "-")[::2] == (2, f"error: The text{sentence}")
    assert sum(asked) < LARGEST + 10**7
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen(["sh", "-c", f"exec yes >{pipe}"], stderr=subprocess.DEVNULL)
    try:
        assert call(capsys, "model", pipe)[::2] == (2, f"error: The text{sentence}")
    finally:
        writer.kill()
        writer.wait()
    with pytest.raises(ProblemError, match=r"^The text is larger than 10 MB"):
        read_config("{" + " " * LARGEST)


def test_a_pipe_is_read_once(config):
    command = f"{sys.executable} -m analysis model <(cat {config})"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.startswith("gpt2\n"), done.stderr


def test_a_config_in_the_folder_where_one_is_is_called_after_it(config, capsys, monkeypatch):
    monkeypatch.chdir(config.parent)
    assert call(capsys, "model", "config.json")[1].startswith("my-gpt2\n")
    assert call(capsys, "model", ".")[1].startswith("my-gpt2\n")


def test_json_is_one_document_with_the_numbers_of_the_portrait(capsys, tmp_path):
    options = ("--context", "2048", "--batch", "4", "--tokens", "1e12", "--utilisation", "0.4", "--rent", "2.5")
    status, out, _ = call(capsys, "model", "llama-3.1-8b", "--json", *options)
    found = portrait("llama-3.1-8b", 2048, 4, 1e12, 0.4, 2.5).document()
    assert status == 0
    assert json.loads(out) == json.loads(json.dumps(found)) | {"files": []}
    drawn = json.loads(call(capsys, "model", "llama-3.1-8b", "--json", "--out", tmp_path)[1])["files"]
    assert all(Path(file).stat().st_size for file in drawn)


def test_a_chart_and_its_data_are_written_where_one_says(config, capsys, tmp_path):
    status, out, _ = call(capsys, "model", config, "--out", tmp_path / "new" / "charts")
    written = [Path(line) for line in out.splitlines() if line.startswith(str(tmp_path))]
    assert status == 0
    assert [path.name for path in written] == [
        f"model-my-gpt2.{end}" for end in ("svg", "png", "csv", "resource.json", "json")
    ]
    assert all(path.stat().st_size for path in written)


def test_a_model_that_no_machine_holds_has_no_table_of_rates():
    huge = portrait({**json.loads(GPT2), "n_layer": 9_000, "n_embd": 12_288, "n_head": 96})
    told = commands.told(huge)
    assert "No listed machine holds it in 90 % of its memory: Phone, 12 GB;" in told
    assert "one text" not in told and "Bounds" not in told


def test_experts_that_may_be_passed_over_are_at_most_so_many():
    """LongCat's makers say 18.6 to 31.3 billion parameters at work (arXiv:2509.01322)."""
    row = next(row for row in ONE_A_FAMILY if row["family"] == "longcat_flash")
    found = portrait(row["config"])
    assert "at most 12 of 512 experts a token and 1 for all" in " ".join(commands.told(found).split())
    assert found.count.active_without_embedding / 1e9 == pytest.approx(31.3, abs=0.1)


def test_one_text_alone_has_no_second_column(capsys):
    assert "1 texts" not in call(capsys, "model", "llama-3.1-8b", "--batch", "1")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["model", "llama-3.1-9b"], "There is no published configuration and no file 'llama-3.1-9b'; did you mean"),
        (["model", "none.json"], "There is no published configuration and no file 'none.json'"),
        (["model", "FOLDER/empty"], "The folder FOLDER/empty has no config.json; give the file itself."),
        (["model", "FOLDER/other.json"], "model_type is 'other'"),
        (
            ["model", "FOLDER/weights.bin"],
            "The file FOLDER/weights.bin is larger than 10 MB, and a config.json is small",
        ),
        (["model", "FOLDER/text.json"], "The file "),
        (["model", "CONFIG", "--context", "much"], "The context 'much' is not a number; give one such as"),
        (["model", "CONFIG", "--context", "0"], "A context must be a whole number from 1 to"),
        (["model", "CONFIG", "--context", "2048"], "my-gpt2 has 1,024 positions, fewer than a context of 2,048"),
        (["model", "CONFIG", "--batch", "-3"], "A batch must be a whole number from 1 to"),
        (["model", "CONFIG", "--batch", "1.5"], "A batch must be a whole number from 1 to"),
        (["model", "CONFIG", "--tokens", "inf"], "The number of tokens 'inf' is not finite"),
        (["model", "CONFIG", "--tokens", "1e30"], "A number of tokens must be at most"),
        (["model", "CONFIG", "--utilisation", "45"], "A utilisation must be above 0 and at most 1, not 45"),
        (["model", "CONFIG", "--utilisation", "0"], "A utilisation must be above 0 and at most 1, not 0"),
        (["model", "CONFIG", "--rent", "0"], "A rent in dollars an hour must be positive and finite, not 0"),
        (["model", "CONFIG", "--out", "CONFIG"], "The folder CONFIG cannot be written (File exists); choose another"),
        (["model", "CONFIG", "--out", "CONFIG/charts"], "The folder CONFIG/charts cannot be written (Not a directory)"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_status_2(config, tmp_path, capsys, arguments, sentence):
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.json").write_text('{"model_type": "other"}', encoding="utf-8")
    with (tmp_path / "weights.bin").open("wb") as weights:
        weights.truncate(10**9)  # of nothing
    (tmp_path / "text.json").write_text("model_type: gpt2", encoding="utf-8")

    def placed(text):
        return text.replace("FOLDER", str(tmp_path)).replace("CONFIG", str(config))

    status, out, err = call(capsys, *map(placed, arguments))
    assert status == 2 and out == ""
    assert err.startswith(f"error: {placed(sentence)}") and err.count("\n") == 1


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(config, tmp_path, capsys):
    tmp_path.chmod(0o500)
    status, _, err = call(capsys, "model", config, "--out", tmp_path / "charts")
    tmp_path.chmod(0o700)
    assert status == 2 and "cannot be written (Permission denied)" in err


@pytest.mark.parametrize("end", ["| head -1", ">&-"])
def test_who_stops_reading_or_does_not_read_at_all_gets_no_traceback(end):
    command = f"{sys.executable} -m analysis model mistral-7b --json {end}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_one_sentence():
    command = f"{sys.executable} -m analysis model mistral-7b > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr == "error: The disk is full; free some space, then try again.\n"


def test_a_terminal_of_few_letters_gets_all_numbers(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert cli.main(["model", "mistral-7b"]) == 0
    assert b"7.242 billion" in written.getvalue() and b"8 ? H100" in written.getvalue()


def test_the_prefix_follows_the_size():
    assert [commands.scaled(value, "B") for value in (0, 999, 1e3, 1.5e12)] == ["0 B", "999 B", "1 kB", "1.5 TB"]
