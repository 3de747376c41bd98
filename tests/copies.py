"""A copy of the repository that a test may damage, and commands run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]


def files() -> list[str]:
    """The files of the working tree that git knows or would add, also where this is no repository of the user's."""
    with TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        listed = subprocess.run(
            ["git", f"--git-dir={folder}/.git", "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def copied(tmp_path: Path) -> Path:
    """These files, and the results that are kept under a key of them.

    What is kept is never changed in place, so that the copy shares it: only what a fault touches is computed again.
    """
    target = tmp_path / "copy"
    for name in files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target / name)
    for name in ("kept", "runs"):
        if (ROOT / ".cache" / name).is_dir():
            shutil.copytree(ROOT / ".cache" / name, target / ".cache" / name, copy_function=_shared)
    return target


def _shared(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:  # it was replaced meanwhile
        return
    except OSError:  # another disk
        shutil.copyfile(source, target)


def run(copy: Path, *arguments: str) -> tuple[int, str]:
    """Run a module of the copy; its status, and all it says as one line."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    return done.returncode, " ".join(done.stdout.split())


def printed(copy: Path, program: str) -> str:
    """What a program says in the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run([sys.executable, "-c", program], cwd=copy, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
