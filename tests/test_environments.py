"""``make book`` on other people's machines: their settings, disks, folders, networks, and two commands at once.

A small program in the place of Python, pip and uv notes what it is asked, so that an environment is made in no time.
"""

from __future__ import annotations

import ast
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis import runs
from analysis.kit import surroundings
from book import build, cli

ROOT = Path(__file__).resolve().parents[1]
#: Python, as far as tools/environment.sh asks it anything: it notes each call, and with which variables it installs.
PYTHON = """#!/bin/sh
case "$*" in
*surroundings.py*) exec REAL "$@" ;;
*'import pip') exec test ! -e "$NOTES/gone" ;;
esac
echo "$*" >>"$NOTES/calls"
case "$*" in
*fcntl*) exec REAL "$@" ;;
*'venv .venv') mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*'config list') cat "$NOTES/settings" 2>/dev/null || true ;;
*'-m uv --version') cat "$NOTES/uv-module" 2>/dev/null || exit 1 ;;
*'-m uv '*) env >"$NOTES/uv" ;;
*' install '*)
    env >"$NOTES/pip"
    mkdir -p .venv/lib/python3.13/site-packages && pwd -P >.venv/lib/python3.13/site-packages/book.pth
    cat "$NOTES/said" 2>/dev/null && exit 1
    sleep "$(cat "$NOTES/seconds" 2>/dev/null || echo 0)" ;;
*'-m book build') env >"$NOTES/book" ;;
*version_info*) echo 3.13 ;;
esac
"""
UV = """#!/bin/sh
test "$1" != --version || { cat "$NOTES/uv-version"; exit 0; }
echo "uv $*" >>"$NOTES/calls"
env >"$NOTES/uv"
cat "$NOTES/uv-said" 2>/dev/null && exit 1
exit 0
"""
#: What somebody may have set for the packages of another Python, and for its notebooks.
HOSTILE = {
    "IPYTHONDIR": "/elsewhere/ipython",
    "JUPYTER_PATH": "/elsewhere/jupyter",
    "PIP_CONSTRAINT": "/elsewhere/constraints.txt",
    "PIP_PREFIX": "/elsewhere/prefix",
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_TARGET": "/elsewhere/target",
    "PIP_USER": "1",
    "PYTHONHOME": "/elsewhere/python",
    "PYTHONIOENCODING": "ascii",
    "PYTHONOPTIMIZE": "2",
    "PYTHONPATH": "/elsewhere/packages",
    "PYTHONSTARTUP": "/elsewhere/start.py",
    "PYTHONUSERBASE": "/elsewhere/user",
    "PYTHONUTF8": "0",
    "PYTHONWARNINGS": "error",
}
INDEX = {"PIP_INDEX_URL": "https://packages.example/simple", "HTTPS_PROXY": "http://proxy.example:3128"}


class Machine:
    """A checkout, a PATH on which the programs above come first, and what they noted."""

    def __init__(self, folder: Path, name: str = "checkout") -> None:
        self.checkout, self.bin, self.notes = folder / name, folder / "bin", folder / "notes"
        for each in (self.bin, self.notes, *(self.checkout / path for path in ("analysis/kit", "locks", "tools"))):
            each.mkdir(parents=True)
        for lock in ("book", "test"):
            (self.checkout / "locks" / f"{lock}.lock").write_text(f"{lock}==1\n", encoding="utf-8")
        for path in ("Makefile", "pyproject.toml", "tools/environment.sh", "analysis/kit/surroundings.py"):
            shutil.copy(ROOT / path, self.checkout / path)
        for program in ("python3", "python3.11", "python3.12", "python3.13"):
            self.program(program, PYTHON.replace("REAL", sys.executable))
        self.variables = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(folder), "NOTES": str(self.notes)}

    def program(self, name: str, text: str) -> None:
        """Put a program on the PATH."""
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def uv(self, version: str = "uv 0.9.1", said: str = "") -> None:
        """Let there be an uv; one that says something fails."""
        self.program("uv", UV)
        self.note("uv-version", version)
        if said:
            self.note("uv-said", said)

    def note(self, name: str, text: str) -> None:
        """Tell the programs something."""
        (self.notes / name).write_text(text, encoding="utf-8")

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """Begin to make the environment, or another command."""
        return subprocess.Popen(
            command or ("sh", "tools/environment.sh", "book"),
            cwd=self.checkout,
            env=self.variables | more,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def make(self, *command: str, **more: str) -> tuple[int, str, str]:
        """Make the environment and return status, output and complaints."""
        (self.notes / "calls").write_text("", encoding="utf-8")
        started = self.start(*command, **more)
        out, said = started.communicate(timeout=60)
        return started.returncode, out, said

    def asked(self) -> list[str]:
        """What the programs were called with."""
        return (self.notes / "calls").read_text(encoding="utf-8").splitlines()

    def seen(self, program: str) -> dict[str, str]:
        """The variables that a program saw."""
        lines = (self.notes / program).read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# --- what somebody has set for other Pythons -------------------------------------------------------------------------


def test_pip_hears_of_indexes_and_of_nothing_else(machine: Machine) -> None:
    settings = ["global.user='true'", "install.target='/elsewhere'", "global.find-links='/wheels'"]
    machine.note("settings", "\n".join([*settings, r"global.extra-index-url='\nhttps://a.example\nhttps://b.example'"]))
    assert machine.make(**HOSTILE, **INDEX)[0] == 0
    seen = machine.seen("pip")
    left = {name for name in seen if name.startswith(("PIP_", "PYTHON"))}
    assert left - {"PYTHONNOUSERSITE", "PYTHONUTF8"} == {
        *("PIP_CONFIG_FILE", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL")
    }
    assert seen["PIP_CONFIG_FILE"] == os.devnull and seen["PIP_FIND_LINKS"] == "/wheels"
    assert seen["PIP_EXTRA_INDEX_URL"].split() == ["https://a.example", "https://b.example"]
    assert INDEX.items() <= seen.items()
    assert [call for call in machine.asked() if "--require-hashes --requirement locks/book.lock" in call]


def test_make_gives_the_book_plain_surroundings(machine: Machine) -> None:
    assert machine.make("make", "book", **HOSTILE, **INDEX)[0] == 0
    seen = machine.seen("book")
    assert HOSTILE.keys() & seen.keys() == {"IPYTHONDIR", "PYTHONUTF8"}
    assert seen["IPYTHONDIR"] != HOSTILE["IPYTHONDIR"]
    assert seen["PYTHONUTF8"] == seen["PYTHONNOUSERSITE"] == "1"
    assert INDEX.items() <= seen.items()


def test_plain_surroundings_are_plain_already() -> None:
    for utf8 in (True, False):
        once = surroundings.plain(HOSTILE | {"HOME": "/me"}, utf8=utf8)
        assert surroundings.plain(once, utf8=utf8) == once
        assert HOSTILE.keys() & once.keys() <= {"IPYTHONDIR", "PYTHONUTF8"}
        assert not [value for value in once.values() if value.startswith("/elsewhere")]


def test_a_path_to_the_book_itself_is_kept(tmp_path: Path) -> None:
    paths = os.pathsep.join(["/elsewhere", str(tmp_path)])
    assert surroundings.plain({"PYTHONPATH": paths}, root=str(tmp_path.resolve()))["PYTHONPATH"] == str(tmp_path)
    assert surroundings.plain({"PYTHONPATH": paths}, isolated=False)["PYTHONPATH"] == paths


@pytest.mark.parametrize(
    ("command", "status"), [(["analysis", "run", "zebra"], 2), (["book", "serve", "--port", "-1"], 2)]
)
def test_a_command_takes_no_numpy_from_elsewhere(tmp_path: Path, command: list[str], status: int) -> None:
    """Nor is it stopped by a terminal that is said to know ASCII alone."""
    (tmp_path / "numpy.py").write_text("raise SystemExit('another numpy')\n", encoding="utf-8")
    hostile = HOSTILE | {"PYTHONPATH": str(tmp_path), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    hostile.pop("PYTHONHOME")  # with that, Python itself does not start
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=os.environ | hostile, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == status and ("zebra" in done.stderr or "not a port" in done.stderr), done.stderr


def test_a_user_without_a_home_has_one_in_the_checkout() -> None:
    """Where Python cannot tell a home, Altair is not even imported."""
    for variables in ({}, {"HOME": ""}, {"HOME": "/proc/nothing"}):
        assert surroundings.plain(variables)["HOME"] == str(ROOT / ".cache" / "home")
    assert surroundings.plain({"HOME": str(ROOT)})["HOME"] == str(ROOT)
    assert "HOME" not in surroundings.plain({}, root="/no/checkout")


def limited(limits: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a Python of ours from a shell with limits."""
    return subprocess.run(
        ["sh", "-c", f'{limits} && exec "$0" "$@"', sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_few_open_files_are_more_where_the_machine_allows_it() -> None:
    """As macOS starts programs with 256; a kernel that runs out of them says that its messages are forged."""
    program = "from analysis.kit import surroundings as s\ns.settle()\nimport resource\nprint(resource.getrlimit(7)[0])"
    program = program.replace("7", "resource.RLIMIT_NOFILE")
    assert int(limited("ulimit -Sn 100", "-c", program).stdout) > 255
    done = limited("ulimit -n 100", "-m", "book", "build")
    assert done.returncode == 1 and not done.stdout
    assert done.stderr == "Only 100 files may be open at once here; allow 1024 ('ulimit -n 1024'), then try again.\n"


def test_closed_streams_are_no_files_of_ours() -> None:
    program = (
        "from analysis.kit import surroundings as s\ns.settle()\nimport sys\n"
        "print('heard by nobody')\nprint(repr(sys.stdin.read()), open('Makefile').fileno() > 2, file=sys.stderr)"
    )
    assert limited("exec <&- >&-", "-c", program).stderr == "'' True\n"


def test_a_command_starts_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where something sets an unwanted variable each time that Python starts."""
    started: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda program, arguments, environment: started.append(environment))
    for _ in range(2):
        monkeypatch.setenv("PYTHONWARNINGS", "error")
        surroundings.settle()
        for name, value in started[0].items():
            monkeypatch.setenv(name, value)
    assert len(started) == 1 and "PYTHONWARNINGS" not in started[0]


def test_a_kernel_runs_no_start_up_file_and_is_our_python(tmp_path: Path) -> None:
    startup = tmp_path / ".ipython" / "profile_default" / "startup"
    other = tmp_path / "jupyter" / "kernels" / "python3"
    for folder in (startup, other):
        folder.mkdir(parents=True)
    (startup / "0.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    (other / "kernel.json").write_text('{"argv": ["false"], "display_name": "x", "language": "python"}', "utf-8")
    script = (
        "import nbformat, nbclient\n"
        "notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('import sys; print(sys.prefix)')])\n"
        "nbclient.NotebookClient(notebook, kernel_name='python3', timeout=60, startup_timeout=90).execute()\n"
        "print(notebook.cells[0].outputs[0].text)\n"
    )
    hostile = {"HOME": str(tmp_path), "JUPYTER_PATH": str(tmp_path / "jupyter")}
    environment = surroundings.plain(os.environ | hostile)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, encoding="utf-8", timeout=200
    )
    assert done.stdout.strip() == sys.prefix, done.stderr


def test_each_text_has_an_encoding() -> None:
    """So that none is read as this machine's locale would have it."""
    nameless = []
    for path in (
        path for folder in ("analysis", "book", "benchmarks", "tools") for path in ROOT.glob(f"{folder}/**/*.py")
    ):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            owner = getattr(getattr(call.func, "value", None), "id", "")
            given = {keyword.arg for keyword in call.keywords}
            binary = any(isinstance(a, ast.Constant) and a.value in ("rb", "wb", "ab", "r+b", "xb") for a in call.args)
            text = name in ("open", "read_text", "write_text") and owner not in ("os", "tarfile") and not binary
            subprocess_text = name in ("run", "Popen", "check_output") and "text" in given
            if "encoding" not in given and (
                (text and len(call.args) < {"read_text": 1, "write_text": 2}.get(name, 3)) or subprocess_text
            ):
                nameless.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert not nameless


# --- an environment that stands --------------------------------------------------------------------------------------


def test_what_stands_is_not_made_again_and_asks_nobody(machine: Machine) -> None:
    """Not the network, nor another Python: there is none on this PATH the second time."""
    assert "Making .venv" in machine.make()[1]
    for program in machine.bin.iterdir():
        program.unlink()
    assert machine.make() == (0, "", "") and machine.asked() == []


def test_a_link_to_the_checkout_leads_to_the_same_environment(machine: Machine, tmp_path: Path) -> None:
    machine.make()
    assert next(machine.checkout.glob(".venv/lib/*/*/book.pth")).read_bytes() == b"../../../..\n", "not by its name"
    (tmp_path / "link").symlink_to(machine.checkout)
    assert machine.make("sh", str(tmp_path / "link" / "tools" / "environment.sh"), "book") == (0, "", "")
    assert machine.asked() == []


def test_a_checkout_that_was_moved_gets_a_new_environment_and_says_so(machine: Machine) -> None:
    machine.make()
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    status, out, _ = machine.make()
    assert status == 0 and "the folder was moved" in out and "-m venv .venv" in machine.asked()


@pytest.mark.parametrize("gone", ["python", "packages"])
def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine, gone: str) -> None:
    """As after an upgrade of the system: a link that leads nowhere, or to a Python of another version."""
    machine.make()
    if gone == "python":
        (machine.checkout / ".venv/bin/python").unlink()
        (machine.checkout / ".venv/bin/python").symlink_to(machine.bin / "python3.9")
    else:
        machine.note("gone", "")
    status, out, _ = machine.make()
    assert status == 0 and "it did not work" in out and "-m venv .venv" in machine.asked()


def test_an_environment_of_another_folder_is_left_alone(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (machine.checkout / ".venv").symlink_to(tmp_path / "theirs")
    assert "a link to another folder" in machine.make()[1]
    assert not list((tmp_path / "theirs").iterdir()) and not (machine.checkout / ".venv").is_symlink()


def test_what_was_cut_off_is_made_anew(machine: Machine) -> None:
    """Also after a kill that nothing can answer to."""
    machine.note("seconds", "60")
    started = machine.start()
    wait_for(lambda: (machine.notes / "pip").exists())
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    machine.note("seconds", "0")
    status, out, _ = machine.make()
    assert status == 0 and "the last time was cut off" in out and "-m venv .venv" in machine.asked()


def test_two_at_once_make_it_once(machine: Machine) -> None:
    machine.note("seconds", "1")
    first = machine.start()
    wait_for(lambda: (machine.notes / "pip").exists())
    status, out, said = machine.make()
    assert first.wait() == status == 0 and not said
    assert out == "Another command is making .venv; waiting for it.\n"
    assert not [call for call in machine.asked() if "locks/book.lock" in call], "by the second"


def wait_for(there: object, seconds: float = 30) -> None:
    """Wait until something is there."""
    end = time.monotonic() + seconds
    while not there():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


# --- what stops it is one sentence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded: '.venv/lib/a.py'", "disk is full"),
        ("OSError: [Errno 30] Read-only file system: '.venv/lib'", "cannot be written to"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching", "No package index"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)\nMax retries exceeded", "PIP_CERT"),
        ("ERROR: Could not install packages: Missing dependencies for SOCKS support.", "install uv"),
        ("ERROR: Could not find a version (from versions: none)\nERROR: No matching", "PIP_NO_INDEX=0"),
    ],
)
def test_what_stops_pip_is_told_in_a_sentence(machine: Machine, said: str, told: str) -> None:
    machine.note("settings", "global.no-index='true'")
    machine.note("said", said)
    status, _, complaint = machine.make()
    assert status == 1 and told in complaint and complaint.count("\n") == 1


def test_what_pip_says_else_is_shown(machine: Machine) -> None:
    machine.note("said", "THESE PACKAGES DO NOT MATCH THE HASHES")
    status, _, complaint = machine.make()
    assert status == 1 and "DO NOT MATCH" in complaint and "for the reasons above" in complaint


@pytest.mark.parametrize("place", [".cache", ".cache/environment.lock"])
def test_a_checkout_that_cannot_be_written_to_is_one_sentence(machine: Machine, place: str) -> None:
    """Such as on a disk that is only read; here it is a folder of the system in which nothing can be made."""
    (machine.checkout / place).parent.mkdir(exist_ok=True)
    (machine.checkout / place).symlink_to("/proc/nothing/here")
    status, out, complaint = machine.make()
    assert status == 1 and not out and complaint.count("\n") == 1 and "Nothing can be written" in complaint


def test_a_folder_that_python_refuses_is_one_sentence(tmp_path: Path) -> None:
    status, out, complaint = Machine(tmp_path, "a:b").make()
    assert status == 1 and not out and complaint.count("\n") == 1 and "':'" in complaint


@pytest.mark.parametrize(
    "name", ["with blanks", "é ü", "50%20", "a#b", "it's", 'a"b', "$HOME", "(a) & b; c", "x" * 200]
)
def test_a_folder_may_have_any_other_name(tmp_path: Path, name: str) -> None:
    machine = Machine(tmp_path, name)
    assert machine.make("make", "book")[0] == 0
    assert machine.make("make", "book")[0] == 0 and machine.asked() == ["-m book build"]


@pytest.mark.parametrize(
    "change",
    [
        {"HOME": "/proc/nothing"},
        {"TMPDIR": "/nothing"},
        {"LC_ALL": "C"},
        {"GREP_OPTIONS": "--color=always", "POSIXLY_CORRECT": "1", "TERM": "dumb"},
        {"CONDA_PREFIX": "/elsewhere/conda", "VIRTUAL_ENV": "/elsewhere/.venv"},
        {"LOCK": "oldest", "PLAIN": "-x", "PY": "false", "MAKEFLAGS": "j2", "uv": "false", "why": "kept"},
    ],
)
def test_a_meagre_or_crowded_machine_suffices(machine: Machine, change: dict[str, str]) -> None:
    assert machine.make("make", "book", **change)[0] == 0
    for mask, home in (("077", ""), ("000", "unset HOME;")):
        (machine.checkout / ".venv" / "made-for-book").unlink()
        assert machine.make("sh", "-c", f"umask {mask}; {home} make book <&-", **change)[0] == 0


def test_a_lock_that_is_not_there_is_one_sentence(machine: Machine) -> None:
    assert machine.make("make", "book", "LOCK=oldest")[2].splitlines()[0] == (
        "There is no lock 'oldest'; say LOCK=newest, or leave LOCK out."
    )
    assert machine.make("make", "book", "LOCK=newest")[0] == 0
    assert [call for call in machine.asked() if "--upgrade --editable .[docs,tests]" in call]


def test_a_python_may_be_in_a_folder_with_blanks(machine: Machine) -> None:
    (machine.bin / "of mine").mkdir()
    shutil.copy(machine.bin / "python3.12", machine.bin / "of mine" / "python")
    assert machine.make("make", "book", PYTHON=str(machine.bin / "of mine" / "python"))[0] == 0


def test_a_path_for_cd_leads_nowhere_else(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "other" / "tools").mkdir(parents=True)
    assert machine.make(CDPATH=str(tmp_path / "other"))[0] == 0
    assert (machine.checkout / ".venv").is_dir()


# --- uv --------------------------------------------------------------------------------------------------------------


def test_uv_installs_what_the_lock_names_from_pips_indexes(machine: Machine) -> None:
    machine.uv()
    machine.note(
        "settings", "global.index-url='https://packages.example/simple'\nglobal.extra-index-url='https://b.example'"
    )
    status, out, _ = machine.make(UV_SYSTEM_PYTHON="1", UV_TARGET="/elsewhere")
    assert status == 0 and "with uv" in out
    assert any(
        "--require-hashes --requirement locks/book.lock" in call for call in machine.asked() if call[:3] == "uv "
    )
    seen = machine.seen("uv")
    assert seen["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
    assert seen["UV_EXTRA_INDEX_URL"] == "https://b.example" and seen["UV_LINK_MODE"] == "copy"
    assert not {"UV_SYSTEM_PYTHON", "UV_TARGET"} & seen.keys()
    assert not (machine.notes / "pip").exists()


def test_an_uv_that_is_a_module_of_python_will_do(machine: Machine) -> None:
    machine.note("uv-module", "uv 0.9.1")
    assert "with python3 -m uv" in machine.make()[1]
    assert (machine.notes / "uv").exists() and not (machine.notes / "pip").exists()


def test_where_uv_cannot_pip_does_and_it_is_said(machine: Machine) -> None:
    machine.uv(said='error: no such cache\n  cause: Too many open files\n  at "cache"\n')
    status, out, _ = machine.make()
    assert status == 0 and "uv could not, so pip installs: error: no such cache cause: Too many open files" in out
    assert (machine.notes / "pip").exists()


def test_a_configuration_of_uv_installs_nothing_elsewhere(machine: Machine) -> None:
    """One with a target of its own does, and uv says that all went well; so uv reads none."""
    machine.uv()
    assert machine.make(UV_CONFIG_FILE="/elsewhere/uv.toml")[0] == 0
    calls = [call for call in machine.asked() if call.startswith("uv pip")]
    assert len(calls) == 2 and all("--no-config" in call for call in calls)
    assert "UV_CONFIG_FILE" not in machine.seen("uv")


@pytest.mark.parametrize(("version", "more"), [("uv 0.4.30", {}), ("", {}), ("uv 0.9.1", {"PIP_NO_INDEX": "1"})])
def test_an_uv_that_does_not_fit_is_not_asked(machine: Machine, version: str, more: dict[str, str]) -> None:
    machine.uv(version)
    assert machine.make(**more)[0] == 0
    assert (machine.notes / "pip").exists() and not (machine.notes / "uv").exists()


# --- line ends -------------------------------------------------------------------------------------------------------


def test_a_clone_that_turns_line_ends_has_the_same_files(tmp_path: Path) -> None:
    """One file of each kind and folder, checked out as somebody with core.autocrlf gets them."""
    kinds = {}
    for folder in (".ci", "analysis", "book", "chapters", "locks", "tests", "tools"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and 0 < path.stat().st_size < 1e6:
                kinds.setdefault((folder, path.suffix), path)
    git = ["git", "-C", str(tmp_path), "-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run([*git, "init", "-q"], check=True)
    for path in [ROOT / ".gitattributes", ROOT / "Makefile", *kinds.values()]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    subprocess.run([*git, "add", "-Af"], check=True)
    subprocess.run([*git, "commit", "-qm", "all"], check=True)
    for path in [ROOT / "Makefile", *kinds.values()]:
        (tmp_path / path.relative_to(ROOT)).unlink()
    subprocess.run([*git, "checkout", "-q", "--", "."], check=True)
    other = [str(p) for p in kinds.values() if (tmp_path / p.relative_to(ROOT)).read_bytes() != p.read_bytes()]
    assert len(kinds) > 20 and not other
    assert b"\r" not in (tmp_path / "Makefile").read_bytes()


# --- a build ---------------------------------------------------------------------------------------------------------

GOOD = """
import pathlib, sys, time
html = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1]) / "_build" / "html"
html.mkdir(parents=True)
(html / "index.html").write_text("new")
time.sleep({seconds})
"""
FULL = "import sys; print('Exception occurred:\\nOSError: [Errno 28] No space left on device'); sys.exit(2)"
#: A build of a folder, with a small program in the place of Jupyter Book.
PROGRAM = (
    "import pathlib, sys\nfrom analysis import runs\nfrom book import build\n"
    "runs.run_all = lambda chosen, finished: {}\nbuild.JUPYTER_BOOK = (sys.executable, '-c', sys.argv[2])\n"
    "build.build(pathlib.Path(sys.argv[1]))\n"
)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a last good site, and no chapters to run."""
    (tmp_path / build.SITE).mkdir(parents=True)
    (tmp_path / build.SITE / "index.html").write_text("old", encoding="utf-8")
    monkeypatch.setattr(runs, "run_all", lambda chosen, finished: {})
    return tmp_path


def stands(folder: Path) -> bool:
    """Whether the last good site is there, and nothing beside it."""
    site = folder / build.SITE
    return (site / "index.html").read_text(encoding="utf-8") == "old" and len(list(site.parent.iterdir())) == 1


def test_a_full_disk_under_jupyter_book_is_one_sentence(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "JUPYTER_BOOK", (sys.executable, "-c", FULL))
    with pytest.raises(
        build.BuildError, match=r"^The disk is full; free some space, then try again\.\nThe book was not"
    ):
        build.build(book)
    assert stands(book)


def test_a_full_disk_under_a_chapter_is_one_sentence(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk is really full: it is /dev/full."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")

    def write(chosen: object, finished: object) -> None:
        with open("/dev/full", "w", encoding="utf-8") as file:
            file.write("a run")

    monkeypatch.setattr(runs, "run_all", write)
    made = build.build
    monkeypatch.setattr(build, "build", lambda **given: made(book, **given))
    assert cli.main(["build"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The disk is full; free some space") and said.count("\n") == 1
    assert stands(book)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_book_that_cannot_be_written_to_is_one_sentence(
    book: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(path: Path, *arguments: object, **more: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(build.BuildError, match=r"^\S+\.cache cannot be written to; take a copy .*\Z"):
        build.build(book)


def test_another_error_of_a_disk_is_not_passed_over(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(chosen: object, finished: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file", "chapters")

    monkeypatch.setattr(runs, "run_all", lose)
    with pytest.raises(FileNotFoundError):
        build.build(book)


def test_two_builds_at_once_follow_each_other(book: Path) -> None:
    """The second says that it waits; a build that was killed holds up nobody."""
    command = [sys.executable, "-c", PROGRAM, str(book)]
    killed = subprocess.Popen([*command, GOOD.format(seconds=60)], cwd=ROOT, stdout=subprocess.PIPE)
    wait_for(lambda: list((book / "_build").glob(".staging-*/_build/html")))
    waiting = subprocess.Popen(
        [*command, GOOD.format(seconds=0)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", bufsize=1
    )
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "Another build of this book is going on; waiting for it.\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert (book / build.SITE / "index.html").read_text(encoding="utf-8") == "new"
    with (book / ".cache" / "build.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
