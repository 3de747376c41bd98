"""What a process read of this repository: the modules it imported and the files it opened.

A run of a chapter keeps this list with the digest of each file, so that nobody has to write down what a chapter
depends on.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_OPENED: set[str] = set()


def start() -> None:
    """Note every file that this process opens from now on."""
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | os.PathLike) and "w" not in str(arguments[1] or "r"):
        _OPENED.add(os.path.abspath(os.fspath(arguments[0])))


def inputs(root: Path = ROOT) -> dict[str, str]:
    """Digest of every file of the repository that this process imported or opened, by its path in the repository."""
    modules = {str(getattr(module, "__file__", "") or "") for module in list(sys.modules.values())}
    found = sorted({path for path in map(Path, modules | _OPENED) if _ours(path, root)})
    return {path.relative_to(root).as_posix(): digest(path) for path in found}


def _ours(path: Path, root: Path) -> bool:
    """Whether a file belongs to the repository; environment, caches and builds begin with a dot or an underscore."""
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    return parts[0][0] not in "._" and "__pycache__" not in parts and path.is_file()


def digest(path: Path) -> str:
    """Digest of a file's content, or nothing for a file that is not there."""
    try:
        state = path.stat()
    except OSError:
        return ""
    return _digest(path, state.st_mtime_ns, state.st_size)


@functools.cache
def _digest(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def unchanged(known: Mapping[str, str], root: Path = ROOT) -> bool:
    """Whether all files that :func:`inputs` listed are still the same."""
    return all(digest(root / path) == value for path, value in known.items())
