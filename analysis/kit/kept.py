"""Results that are kept on disk, under a key of everything they depend on: for computations of seconds to minutes.

Reading the files that a module needs is reading its imports: :func:`sources` follows them without running anything, and
leaves out the façade of a topic, which gives a function nothing that it does not name.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import inspect
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from analysis.kit import checkout, overriding

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "kept"
#: Results of one function that are kept, the newest ones.
MOST = 6


def sources(module: str) -> list[Path]:
    """The files of ``analysis`` that a module needs: its own, and those of all it imports by name.

    Parameters
    ----------
    module : str
        Such as ``"analysis.occam.prior"``.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if name in found or path is None:
            continue
        found[name] = path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                inside = [f"{node.module}.{alias.name}" for alias in node.names]
                waiting += [name if _file(name) else node.module for name in inside]
    return sorted(found.values())


def _file(module: str) -> Path | None:
    if module.split(".")[0] != "analysis":
        return None
    path = ROOT.joinpath(*module.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()), None)


@functools.cache
def _code(module: str) -> bytes:
    digest = hashlib.sha256(f"{sys.version} {np.__version__}".encode())
    for path in sources(module):
        digest.update(path.read_bytes())
    return digest.digest()


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a pure function of the models returns, in memory and on disk.

    The key is the function, its arguments, the source of its module and of all that it imports, and the versions of
    Python and NumPy. Arguments must be hashable; what is returned must not be changed. Outside a checkout, or where the
    disk refuses, the function is simply called.
    """
    module, name, signature = function.__module__, function.__qualname__, inspect.signature(function)

    @functools.cache
    def once(*arguments: Any) -> T:
        given = signature.bind(*arguments)
        if not checkout.there() or _file(module) is None:
            return function(*given.args, **given.kwargs)
        digest = hashlib.sha256(_code(module) + pickle.dumps(arguments))
        path = FOLDER / f"{module}.{name}" / digest.hexdigest()[:24]
        try:
            result = pickle.loads(path.read_bytes())
            path.touch()
            return result
        except Exception:  # not there, or damaged: it is computed
            result = function(*given.args, **given.kwargs)
        if not overriding.asked():  # what is only tried must not push out what the book keeps
            _keep(path, result)
        return result

    @functools.wraps(function)
    def bound(*args: P.args, **kwargs: P.kwargs) -> T:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        return once(*given.arguments.values())

    bound.cache_clear, bound.kept = once.cache_clear, True  # type: ignore[attr-defined]
    return bound


def _keep(path: Path, result: object) -> None:
    partly = path.with_suffix(f".{os.getpid()}.partly")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partly.write_bytes(pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL))
        partly.replace(path)
        for old in sorted(path.parent.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)
    except OSError:
        with contextlib.suppress(OSError):
            partly.unlink(missing_ok=True)
