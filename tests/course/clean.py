"""An environment like a student's: the wheel, what it declares that it needs, a kernel, and nothing else.

The packages are those of the lock (with hashes) that this environment was made from; each that the wheel or the kernel
asks for is linked, none besides, so that an import that the wheel does not declare fails. The repository is on no path.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement


def needed(requirements: list[str]) -> Iterator[metadata.Distribution]:
    """The distributions that requirements ask for, and those that these ask for."""
    seen: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        asked = waiting.pop()
        applies = asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in asked.extras or {""})
        if not applies or asked.name in seen:
            continue
        seen.add(asked.name)
        distribution = metadata.distribution(asked.name)
        yield distribution
        for text in distribution.requires or []:
            further = Requirement(text)
            further.extras = further.extras or set()
            if further.marker is None or any(further.marker.evaluate({"extra": e}) for e in asked.extras | {""}):
                waiting.append(further)


def environment(folder: Path, wheel: Path) -> Path:
    """Make the environment and return its interpreter.

    Parameters
    ----------
    folder : Path
    wheel : Path
        The package of the book; without it, everything that it needs.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
        told = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        requires = metadata.Distribution.at(packages / Path(told).parent).requires or []
    for distribution in needed([*requires, "ipykernel"]):
        here = Path(str(distribution.locate_file("")))
        for top in {file.parts[0] for file in distribution.files or [] if file.parts[0] != ".."} - {"__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(here / top)
    return python


def kernel(folder: Path, python: Path) -> None:
    """Let Jupyter know the environment's kernel as ``clean``, in the folder ``kernels`` below `folder`."""
    spec = folder / "kernels" / "clean" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "clean", "language": "python", "env": {"PYTHONNOUSERSITE": "1"}}
    spec.write_text(json.dumps(told), encoding="utf-8")


def without_repository() -> dict[str, str]:
    """The environment of this process without what leads to the repository or makes figures bare."""
    unwanted = ("PYTHONPATH", "VIRTUAL_ENV", "BOOK_", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
