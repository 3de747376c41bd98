"""What a browser's Python refuses, refused here: ``install()`` in a process of its own.

Pyodide has neither threads nor processes, and of packages only those of pure Python and those that it builds itself.
"""

from __future__ import annotations

import importlib.metadata
import multiprocessing.process
import re
import subprocess
import sys
import threading
import tomllib
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, NoReturn

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
#: Packages with native code that Pyodide 314 builds itself, as its ``pyodide-lock.json`` lists them.
BUILT = {
    "markupsafe",
    "numpy",
    "pandas",
    "pydantic-core",
    "pyyaml",
    "rpds-py",
    "scikit-learn",
    "scipy",
}
#: Packages that are compiled where they can be, and have a wheel of pure Python beside.
PURE_TOO = {"chardet", "charset-normalizer"}
#: Of those that a notebook's kernel brings there.
KERNEL = {"ipython", "pip"}


def needed() -> set[str]:
    """Every package that the installation of the book's wheel brings to a browser, by its canonical name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [(text, "") for text in project["dependencies"]]
    seen = set()
    while waiting:
        text, extra = waiting.pop()
        asked = Requirement(text)
        where = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": extra}
        if asked.marker is not None and not asked.marker.evaluate(where):
            continue
        name = canonicalize_name(asked.name)
        for each in {"", *asked.extras} - {each for known, each in seen if known == name}:
            seen.add((name, each))
            waiting += [(text, each) for text in importlib.metadata.requires(name) or ()]
    return {name for name, _ in seen}


def is_pure(name: str) -> bool:
    """Whether an installed package says that it has no native code."""
    wheel = importlib.metadata.distribution(name).read_text("WHEEL") or ""
    return bool(re.search(r"^Root-Is-Purelib: true$", wheel, re.MULTILINE))


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise RuntimeError("can't start new thread")


class _Refused:
    """A finder that knows no package but those that the book's wheel brings to a browser."""

    def __init__(self) -> None:
        allowed = needed() | {canonicalize_name(name) for name in KERNEL}
        self.refused = {
            module
            for module, names in importlib.metadata.packages_distributions().items()
            if not {canonicalize_name(name) for name in names} & allowed
        }

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.partition(".")[0] in self.refused:
            raise ModuleNotFoundError(f"No module named {name!r} in a browser", name=name)
        return None


def install() -> None:
    """Refuse what a browser refuses, from here to the end of this process."""
    finder = _Refused()
    if missed := {"vl_convert", "sphinx", "distributed"} - finder.refused:
        raise AssertionError(f"{missed} would not be refused")
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    threading.Thread.start = _refuse  # type: ignore[method-assign]
    multiprocessing.process.BaseProcess.start = _refuse  # type: ignore[method-assign]
    subprocess.Popen.__init__ = _refuse  # type: ignore[method-assign]
