"""What Sphinx read of the pages in the last good build, so that the next one reads only the pages that changed.

It is used again only while everything else that pages are made of is the same: code, data, configuration, packages.
Every page is written anew each time, so that links, titles and the search never lag behind. A build that failed leaves
nothing here: its warnings would be lost, because a page that is not read does not warn.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import sysconfig
import time
from pathlib import Path

#: Where Jupyter Book puts them, below the folder of a build.
PLACE = Path("_build") / ".doctrees"
#: What pages are made of, apart from Markdown and the references.
INPUTS = ("_*.yml", "analysis/**/*", "benchmarks/*", "book/**/*", "locks/*")


def state(root: Path) -> str:
    """Digest of everything that pages are made of, apart from their own Markdown and the outputs of their cells.

    Parameters
    ----------
    root : Path
        The repository.
    """
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    digest = hashlib.sha256(repr((sys.version, packages)).encode())
    for path in sorted(path for pattern in INPUTS for path in root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix not in (".md", ".pyc") and not name.startswith("analysis/references/"):
            digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def reuse(root: Path, staging: Path) -> str:
    """Copy what the last good build of this state read into the folder of a new build; return the state."""
    present = state(root)
    for kept in sorted((root / ".cache" / "doctrees").glob(f"{present}-*"), reverse=True)[:1]:
        try:
            shutil.copytree(kept, staging / PLACE)
        except OSError:  # another build replaced it meanwhile: all pages are read
            shutil.rmtree(staging / PLACE, ignore_errors=True)
    return present


def keep(root: Path, staging: Path, begun: str) -> None:
    """Keep what a good build read, unless something changed since it began in the state `begun`."""
    folder = root / ".cache" / "doctrees"
    kept = folder / f"{begun}-{time.time_ns()}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    if state(root) == begun:
        with contextlib.suppress(OSError):
            (staging / PLACE).rename(kept)
            for old in folder.iterdir():
                if old != kept:
                    shutil.rmtree(old, ignore_errors=True)
