"""Which proofs need not be given again: those whose inputs are what they were when they last passed.

What a stage passed with stands in ``.cache/check/<stage>.json``: a key of all files it can read, of the interpreter
and of the installed packages, and a digest of what it made. The record is removed before the stage runs, so that one
that failed, or was interrupted, always runs again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path


def key(root: Path, unread: Iterable[str] = (), made: str = "", machine: str = "") -> str:
    """Name the state of everything that a stage can read, or nothing where git does not know the files.

    Parameters
    ----------
    root : Path
        The repository.
    unread : strings
        Beginnings of paths that the stage cannot read, such as ``"tests/site/"``.
    made : str
        A folder that another stage made and this one reads, below the repository.
    machine : str
        What else the outcome hangs on, such as the browser.
    """
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if not (root / ".git").exists() or not shutil.which("git"):  # a repository around it may ignore some of its files
        return ""
    listed = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="surrogateescape")
    if listed.returncode:
        return ""
    names = [name for name in set(listed.stdout.split("\0")) if name and not name.startswith(tuple(unread))]
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {machine}".encode())
    digest.update(installed().encode())
    _add(digest, [root / name for name in names])
    return f"{digest.hexdigest()[:32]} {digest_of(root / made) if made else ''}".strip()


@functools.cache
def installed() -> str:
    """The installed packages and their versions."""
    return "\n".join(sorted(f"{package.name} {package.version}" for package in metadata.distributions()))


def digest_of(folder: Path) -> str:
    """Name the files in a folder and what is in them; empty for a folder that is not there."""
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    _add(digest, folder.rglob("*"))
    return digest.hexdigest()[:32]


def _add(digest: hashlib._Hash, paths: Iterable[Path]) -> None:
    for path in sorted(paths):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).digest()
            digest.update(os.fsencode(path) + b"\0" + content)


def remember(record: Path, state: dict[str, str], counts: dict[str, int]) -> None:
    """Write down the state in which a stage passed, and how many checks it counted."""
    record.write_text(json.dumps({**state, "counts": counts}), encoding="utf-8")


def recall(record: Path, state: dict[str, str]) -> dict[str, int] | None:
    """How many checks a stage counted when it passed in this state; nothing if it did not."""
    try:
        written = json.loads(record.read_text(encoding="utf-8"))
        counts = {str(word): int(n) for word, n in written.pop("counts").items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return counts if state["key"] and written == state else None
