"""The measurements on one graphics card: ``python -m analysis.gpu``; the package's docstring says how."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from importlib.util import find_spec
from pathlib import Path

from analysis.gpu.driver import SECONDS, SHARES, drive
from analysis.gpu.plumbing import TEXT, Lab
from analysis.kit.errors import ProblemError


def work(number: int, mode: str, out: Path, notes: Path) -> int:
    lab = Lab(number, mode, out, notes)
    if mode == "tiny":
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch

    if mode == "tiny":
        torch.set_num_threads(1)
    from analysis.gpu import chip, decoding, isoflop, local_steps, sums
    from analysis.gpu.text import Text

    lab.note("versions", {"torch": torch.__version__, "cuda": torch.version.cuda})
    text = Text() if number in (3, 4) else None
    if torch.cuda.is_available():
        torch.zeros(1, device="cuda")
    notes.with_name(f"ready{number}").touch()
    lab.say(f"ready: torch {torch.__version__}, cuda {torch.cuda.is_available()}")
    line = sys.stdin.readline()
    if not line.strip():
        return 1
    lab.deadline = float(line)
    if text is not None:
        lab.note("text", {"sha256": text.header["sha256"], "bytes": text.header["bytes"]})
    lab.say(f"go: {lab.left():.0f} s")
    begun = time.time()
    functions = {
        1: lambda: chip.chip(lab),
        2: lambda: sums.sums(lab),
        3: lambda: isoflop.isoflop(lab, text),
        4: lambda: local_steps.diloco(lab, text),
        5: lambda: decoding.decoding(lab),
    }
    try:
        functions[number]()
    except Exception as error:
        lab.note("error", {"what": "experiment", "error": repr(error)[:600], "where": traceback.format_exc()[-1500:]})
        lab.say("CRASHED " + traceback.format_exc()[-1500:])
        return 3
    lab.note("seconds", round(time.time() - begun, 1))
    sys.stdout.flush()
    os._exit(0)  # no time for tidy destruction of graphs


def main() -> int:
    """Run the driver, or one worker for it.

    Raises
    ------
    ProblemError
        If the library or the text is missing.
    """
    parser = argparse.ArgumentParser(prog="python -m analysis.gpu", description="Measure on one graphics card.")
    parser.add_argument("--mode", choices=tuple(SHARES), default="full")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", default="1,2,3,4")
    parser.add_argument("--worker", type=int)
    parser.add_argument("--out")
    parser.add_argument("--notes")
    a = parser.parse_args()
    mode = "tiny" if a.tiny else a.mode
    if a.worker:
        return work(a.worker, mode, Path(a.out), Path(a.notes))
    chosen = tuple(int(x) for x in a.only.split(",") if x in "12345")
    if find_spec("torch") is None:
        raise ProblemError("The measurements need torch; install it with: pip install 'ai-training-efficiency[gpu]'.")
    if {3, 4} & {*chosen} and not TEXT.exists():
        raise ProblemError(f"There is no {TEXT}; build it as analysis/gpu/__init__.py says, or give --only 1,2.")
    drive(mode, a.seconds or SECONDS[mode], chosen)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ProblemError as problem:
        sys.exit(str(problem))
