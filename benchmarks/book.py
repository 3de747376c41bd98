"""How long the book takes on this machine: ``python -m benchmarks.book`` writes ``benchmarks/book.json``.

A copy of the repository is built from nothing, and again after one more sentence in a chapter. The page on reproducing
prints what was measured; a page that printed the times of its own build would never come out the same twice.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "benchmarks" / "book.json"


#: How the name of each copy to take away ends.
SUFFIXES = {"pdf": ".pdf", "epub": ".epub", "offline": ".zip"}


def processor() -> str:
    """Name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def built(copy: Path) -> float:
    """Seconds that a build of `copy` takes."""
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    subprocess.run([sys.executable, "-m", "book", "build"], cwd=copy, env=environment, check=True)
    return round(time.perf_counter() - started, 1)


def copied(copy: Path, kind: str) -> dict[str, float]:
    """Seconds that the PDF, the EPUB or the archive of `copy` takes, and its size in megabytes."""
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    subprocess.run([sys.executable, "-m", "book", "paper", kind], cwd=copy, env=environment, check=True)
    (path,) = (path for path in (copy / "_build" / "paper").iterdir() if path.suffix == SUFFIXES[kind])
    return {"seconds": round(time.perf_counter() - started, 1), "megabytes": round(path.stat().st_size / 1e6, 1)}


def measure() -> dict[str, object]:
    """Build a copy twice and return the seconds of each build and of each chapter's run."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "_build", "__pycache__"))
        nothing = built(copy)
        runs = sorted((copy / ".cache" / "runs").glob("*/*.json"), key=lambda path: path.stat().st_mtime)
        chapters = {path.parent.name: json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in runs}
        chapter = next((copy / "chapters").glob("*.md"))
        chapter.write_text(chapter.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
        return {
            "processor": processor(),
            "cores": os.cpu_count(),
            "date": date.today().isoformat(),
            "from nothing": nothing,
            "one more sentence": built(copy),
            "chapters": chapters,
            "copies": {f"make {kind}": copied(copy, kind) for kind in SUFFIXES},
        }


if __name__ == "__main__":
    MEASURED.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    print(MEASURED.read_text(encoding="utf-8"))
