"""Build the site beside the last good one, and put it in its place only when all of it succeeded."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from analysis import runs, topics
from analysis.kit.errors import FULL, STOPPED, ProblemError, of_disk
from book import doctrees
from book.extension import course_files, outputs, pictures

ROOT = Path(__file__).resolve().parent.parent
#: Jupyter Book's command, whatever the PATH says.
JUPYTER_BOOK = (sys.executable, "-c", "from jupyter_book.cli.main import main; main()")
#: Where the site is, below the repository.
SITE = Path("_build") / "html"

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PROGRESS = re.compile(r"^(reading sources|writing output)\.\.\. \[\s*(\d+)%\] (\S+)")
_COMPLAINT = re.compile(r"(?:WARNING|ERROR|CRITICAL|SEVERE): |^Exception occurred|^Extension error|rror: ")
_KERNEL_NOISE = re.compile(r"^\[\w+\] WARNING")


class BuildError(ProblemError):
    """The book has a fault that stops its build; the text holds the warnings, the errors and one sentence."""


class Interrupted(Exception):
    """Somebody asked the build to stop."""


def build(root: Path = ROOT, verbose: bool = False, course: bool = False) -> Path:
    """Build the book and return the folder of the site.

    Parameters
    ----------
    root : Path
        The repository.
    verbose : bool
        Print everything that Jupyter Book says, not only a line of progress.
    course : bool
        With the files for a class, to which pages then lead.

    Raises
    ------
    BuildError
        When the build failed, with its warnings and errors.
    Interrupted
        When it was interrupted; the last good site stands.
    """
    site = root / SITE
    staging = site.parent / f".staging-{os.getpid()}"
    command = [*JUPYTER_BOOK, "build", ".", "--path-output", str(staging)]
    command += ["-W", "-n", "--keep-going"]
    try:
        with stopped_by_signals(), alone(root):
            started = time.time()
            recover(site)
            remove_abandoned(site.parent)
            with pictures.drawing(root / ".cache" / "figures") as draw:
                chapters = runs.run_all(listed(root), finished=lambda run: draw(run.specs.values()))
            failed = [outputs.told(run) for run in chapters.values() if isinstance(run, runs.CellFailed)]
            if failed:
                raise BuildError(failure(failed, site))
            state = doctrees.reuse(root, staging)
            told = {course_files.WANTED: "1" if course else ""}
            status, output = execute(command, root, None if verbose else Progress(), **told)
            if status:
                raise BuildError(failure(reasons(output.replace(f"{root}{os.sep}", ""), status), site))
            doctrees.keep(root, staging, state)
            if course:
                from book.course import grading, notebooks, slides  # which need pandoc, otter and reveal.js

                notebooks.write(staging / "_build" / "html" / course_files.FOLDER)
                grading.write(staging / "_build" / "html" / course_files.FOLDER)
                slides.write(staging / "_build" / "html" / course_files.SLIDES)
            pictures.prune(root / ".cache" / "figures", started)
            swap(staging / "_build" / "html", site)
    except OSError as error:
        if not of_disk(error):
            raise
        raise BuildError(f"{of_disk(error)} {left(site)}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    print(f"The book is at {site}\n  {(site / 'index.html').as_uri()}")
    for topic, run in chapters.items():
        if isinstance(run, runs.Run):
            kept = "" if run.fresh else ", kept from an earlier run of the same code and data"
            print(f"  chapters/{topic}: {run.seconds:.1f} s{kept}")
    print(f"  in all: {time.time() - started:.1f} s")
    return site


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait, and say so, while another process builds this book; the system lifts the lock of one that was killed."""
    folder = root / ".cache"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build of this book is going on; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # a disk that knows no locks
            pass
        yield


def listed(root: Path) -> list[str]:
    """The topics whose chapters the table of contents lists."""
    contents = root / "_toc.yml"
    text = contents.read_text(encoding="utf-8") if contents.exists() else ""
    return [topic for topic in topics.TOPICS if re.search(rf"\bchapters/{topic}\b", text)]


def swap(new: Path, site: Path) -> None:
    """Put a finished site in the place of the last one, which is lost only then."""
    previous = site.with_name(f"{site.name}.previous")
    site.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(previous, ignore_errors=True)
    if site.exists():
        site.rename(previous)
    try:
        new.rename(site)
    except BaseException:
        recover(site)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def recover(site: Path) -> None:
    """Put the last good site back, if an earlier build was killed while it swapped."""
    previous = site.with_name(f"{site.name}.previous")
    if previous.exists() and not site.exists():
        previous.rename(site)


class Progress:
    """One line that says which page the build is at; silent when nobody watches."""

    def __init__(self) -> None:
        self.shown = sys.stdout.isatty()

    def __call__(self, line: str) -> None:
        """Show where the build is."""
        found = _PROGRESS.match(line)
        if found and self.shown:
            what = "Running and reading" if found[1].startswith("reading") else "Writing"
            text = f"{what} {found[3]} ({found[2]} %)"
            print(f"\r\x1b[K{text}", end="" if found[2] != "100" else "\r\x1b[K", flush=True)


def execute(command: list[str], root: Path, progress: Callable[[str], None] | None, **more: str) -> tuple[int, str]:
    """Run a command in a process group of its own and return its status and output; stop the group on a signal.

    `more` is added to its environment.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **more}
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    lines = []
    try:
        assert process.stdout is not None
        for raw in process.stdout:
            line = _ANSI.sub("", raw)
            lines.append(line)
            if progress is None:
                print(line, end="", flush=True)
            else:
                progress(line)
        return process.wait(), "".join(lines)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn Ctrl-C and a polite kill into :class:`Interrupted`, so that nothing is left behind."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    try:
        before: dict[int, Any] = {s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    except ValueError:  # not the main thread: the signals are somebody else's
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def written_by(builder: str, root: Path, folder: Path) -> Path:
    """Let a builder of our own write all pages of a book below `folder`, and return where.

    Raises
    ------
    BuildError
        With what Sphinx complained about.
    """
    doctrees.reuse(root, folder)
    command = [*JUPYTER_BOOK, "build", ".", "--path-output", str(folder), "-W", "-n", "--keep-going"]
    command += ["--builder", "custom", "--custom-builder", builder]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise BuildError("\n".join(reasons(done.stdout + done.stderr, done.returncode)))
    return folder / "_build" / builder


def reasons(output: str, status: int) -> list[str]:
    """What a build complained of, else the end of what it said; of a full disk, or of a signal to it, only that."""
    if status < 0:  # the number of the signal
        return [f"Sphinx {STOPPED}."]
    if any(words in output for words in FULL):
        return [of_disk(OSError(errno.ENOSPC, FULL[0]))]
    return complaints(output) or output.splitlines()[-15:]


def complaints(output: str) -> list[str]:
    """Pick the warnings and errors out of what Jupyter Book printed; a failed cell keeps its code and its last line."""
    found: list[str] = []
    cell: list[str] | None = None
    for line in output.splitlines():
        if "An error occurred while executing the following cell" in line:
            cell = []
        elif cell is not None:
            cell.append(line)
            if line.rstrip().endswith("[mystnb.exec]"):
                code = [text for text in cell[1 : _end_of_code(cell)] if text.strip()]
                last = [text for text in cell if text.strip() and "[mystnb.exec]" not in text][-1]
                found += ["    in this cell:", *(f"      {text}" for text in code), f"    {last}"]
                cell = None
        elif _COMPLAINT.search(line) and not _KERNEL_NOISE.match(line):
            found.append(line.strip())
    if any("Executing notebook failed" in text for text in found):  # what follows from it only hides it
        found = [text for text in found if not text.endswith("[mystnb.glue]") and "traceback saved in" not in text]
    return [text for text in found if "RuntimeError:" not in text]


def _end_of_code(cell: list[str]) -> int:
    return next((n for n, text in enumerate(cell[1:], start=1) if text.startswith("------")), len(cell))


def failure(said: list[str], site: Path) -> str:
    """What a build that failed says and which site is left."""
    return "\n".join([*said, left(site, ", for the reasons above")])


def left(site: Path, why: str = "") -> str:
    """Say that there is no new site, and which one there is."""
    kept = f"the last good site is still in {site}" if site.exists() else "there is no site yet"
    return f"The book was not built{why}; {kept}."


def remove_abandoned(folder: Path) -> None:
    """Remove the staging folders of builds that were killed."""
    for staging in folder.glob(".staging-*"):
        try:
            os.kill(int(staging.name.rpartition("-")[2]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(staging, ignore_errors=True)
        except PermissionError:
            continue
