"""Everything that proves the book right, two stages at a time, with one plain summary: ``make test``.

Each stage's full output is kept in ``.cache/check/<stage>.log``; a stage that fails shows the end of it. On your own
machine a stage whose inputs are what they were when it last passed is not run again, and the summary calls it kept;
``make test FRESH=1`` and every CI run all.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import chromium
import unchanged

ROOT = Path(__file__).resolve().parents[1]
SITE = "_build/html"
LOGS = ROOT / ".cache" / "check"
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider"]
DOCTESTS = ["--doctest-modules", "--doctest-glob=README.md"]
#: Seconds after which a command is stopped: several times what the longest takes, and half of what CI gives to all.
LONGEST = 2700
#: The tests of each topic's models.
MODELS = [f"tests/{path.parent.name}" for path in sorted((ROOT / "analysis").glob("*/chapter"))]


@dataclass(frozen=True)
class Stage:
    """What a stage proves, its commands, and the beginnings of paths that it cannot read.

    A stage `after` the book waits until it was built or failed; one that `needs` it looks at a folder of the built site
    (`reads`), and does not run where it failed.
    """

    proves: str
    commands: list[list[str]]
    unread: tuple[str, ...] = ()
    after: bool = False
    needs: bool = False
    reads: str = SITE


#: Run two at a time in this order: first what others wait for, then the longest, so that both cores stay busy.
STAGES = {
    "book": Stage(
        "the book builds without a warning, with the files for a class",
        [[PYTHON, "-m", "book", "course"]],
        unread=(
            ".github/",
            "benchmarks/",
            "tests/book/",
            "tests/course/",
            "tests/kit/",
            "tests/site/",
            "tests/test_",
            "tools/",
            *MODELS,
        ),
    ),
    "models": Stage(
        "laws and numbers of the models, examples in docstrings",
        [[*PYTEST, *DOCTESTS, "analysis", *MODELS]],
        unread=(".github/", "benchmarks/", "tests/book/", "tests/site/"),
    ),
    "site": Stage(
        "every page in Chromium, light and dark, with and without JavaScript",
        [[*PYTEST, "tests/site"]],
        unread=(".github/", "analysis/", "benchmarks/", "book/", "tests/book/", "tests/kit/", "tests/test_", *MODELS),
        after=True,
        needs=True,
    ),
    "course": Stage(
        "each notebook runs in a clean environment, from the wheel alone",
        [[*PYTEST, "tests/course"]],
        unread=(
            ".github/",
            "analysis/",
            "benchmarks/",
            "book/",
            "chapters/",
            "tests/book/",
            "tests/kit/",
            "tests/notebooks/",
            "tests/site/",
            "tests/test_",
            *MODELS,
        ),
        after=True,
        needs=True,
        reads=f"{SITE}/course",
    ),
    "tests": Stage(
        "kit, figures, machinery of the book, import rules, planted faults",
        [
            [
                *PYTEST,
                *DOCTESTS,
                "README.md",
                "book",
                "tests",
                *(f"--ignore={folder}" for folder in ("tests/course", "tests/site", *MODELS)),
            ]
        ],
        unread=("tests/site/",),
        after=True,
    ),
    "verify": Stage(
        "figures, numbers and verdicts equal their references",
        [[PYTHON, "-m", "analysis", "verify"]],
        unread=(".github/", "benchmarks/", "tests/book/", "tests/kit/", "tests/site/", "tools/", *MODELS),
        after=True,
    ),
    "notebooks": Stage(
        "each chapter, run cell by cell, gives its committed outputs",
        [[*PYTEST, "--nbval", "--nbval-current-env", "tests/notebooks"]],
        unread=(".github/", "benchmarks/", "tests/book/", "tests/kit/", "tests/site/", "tools/", *MODELS),
    ),
    "types": Stage("types agree", [[PYTHON, "-m", "mypy"]], unread=(".github/", "chapters/", "tests/")),
    "style": Stage("one style", [[PYTHON, "-m", "ruff", "check"], [PYTHON, "-m", "ruff", "format", "--check"]]),
}


@dataclass(frozen=True)
class Outcome:
    """How a stage ended: whether it holds, how many checks it counts, how long it took, whether it was kept."""

    holds: bool
    counts: Counter[str]
    seconds: float = 0.0
    kept: bool = False


def prove(name: str, fresh: bool) -> Outcome:
    """Run a stage, or keep what it gave when it last passed with the same inputs."""
    record = LOGS / f"{name}.json"
    before = state(name)
    counts = None if fresh else unchanged.recall(record, before)
    if counts is not None:
        return Outcome(True, Counter(counts), kept=True)
    record.unlink(missing_ok=True)
    outcome = run_stage(name)
    after = state(name)
    if outcome.holds and after["key"] == before["key"]:
        unchanged.remember(record, after, outcome.counts)
    return outcome


def state(name: str) -> dict[str, str]:
    """What a stage can read, and what it made."""
    stage = STAGES[name]
    key = unchanged.key(ROOT, stage.unread, stage.reads if stage.needs else "", chromium_version())
    return {"key": key, "made": unchanged.digest_of(ROOT / SITE) if name == "book" else ""}


@functools.cache
def chromium_version() -> str:
    """The browser that the pages are looked at with, and its version."""
    browser = os.environ["CHROMIUM"]
    return f"{browser} {subprocess.run([browser, '--version'], capture_output=True, encoding='utf-8').stdout}"


def run_stage(name: str) -> Outcome:
    """Run a stage's commands into its log until one fails."""
    log, start, holds = LOGS / f"{name}.log", time.monotonic(), True
    # Two stages share the cores, so each keeps its matrix products to one.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    with log.open("w", encoding="utf-8") as stream:
        for command in STAGES[name].commands:
            try:
                done = subprocess.run(
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    timeout=LONGEST,
                )
                holds = done.returncode == 0
            except subprocess.TimeoutExpired:
                holds = False
                print(f"\nStopped after {LONGEST} s; what it was doing stands above.", file=stream)
            if not holds:
                break
    text = log.read_text(encoding="utf-8", errors="replace")
    return Outcome(holds, counted(text, holds), time.monotonic() - start)


def counted(text: str, holds: bool) -> Counter[str]:
    """Count what pytest says in its last line; a stage without pytest is one check."""
    last = next((line for line in reversed(text.splitlines()) if re.search(r"\d+ \w+.* in [\d.]+s", line)), "")
    counts = Counter({word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last)})
    counts["failed"] += counts.pop("error", 0)
    if not counts.total() or (not holds and not counts["failed"]):
        counts["passed" if holds else "failed"] += 1
    return counts


def tell(name: str, outcome: Outcome) -> None:
    """Print how a stage ended, and the end of its log if it failed."""
    word = "FAILED" if not outcome.holds else "kept" if outcome.kept else "ok"
    print(f"{word:7}{name:11}{outcome.seconds:5.0f} s   {STAGES[name].proves}", flush=True)
    if not outcome.holds:
        log = LOGS / f"{name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print("\n".join(["", *lines[-60:], "", f"The whole output is in {log.relative_to(ROOT)}.", ""]), flush=True)


def summary(outcomes: dict[str, Outcome], seconds: float) -> str:
    """What holds, what was not run again, and how many checks that is."""
    red = [name for name, outcome in outcomes.items() if not outcome.holds]
    kept = [name for name, outcome in outcomes.items() if outcome.kept]
    total = sum((outcome.counts for outcome in outcomes.values()), Counter[str]())
    lines = [f"{'Red: ' + ', '.join(red) if red else 'Everything holds'} after {seconds:.0f} s."]
    if kept:
        lines.append(
            f"Kept, because nothing that they read has changed: {', '.join(kept)}; 'make test FRESH=1' runs all."
        )
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    again = sum(outcomes[name].counts["passed"] for name in kept)
    lines.append(
        f"Total: {total['passed']} passed{f' ({again} of them kept)' * bool(kept)}, {total['failed']} failed{skipped}"
    )
    return "\n".join(lines)


def main() -> int:
    """Run all stages and print what holds."""
    browser = chromium.find()
    if not browser:
        print(chromium.how_to_get_one(), file=sys.stderr)
        return 2
    os.environ["CHROMIUM"] = browser
    LOGS.mkdir(parents=True, exist_ok=True)
    fresh = bool(os.environ.get("CI") or os.environ.get("FRESH"))
    running: dict[str, Future[Outcome]] = {}
    printing = threading.Lock()

    def run(name: str) -> Outcome:
        stage = STAGES[name]
        book_holds = not stage.after or running["book"].result().holds
        if stage.needs and not book_holds:
            (LOGS / f"{name}.log").write_text("Not run, because book failed.\n", encoding="utf-8")
            outcome = Outcome(False, Counter(failed=1))
        else:
            outcome = prove(name, fresh)
        with printing:
            tell(name, outcome)
        return outcome

    start = time.monotonic()
    print(f"Testing in Chromium at {browser}; this takes some minutes.", flush=True)
    with ThreadPoolExecutor(max_workers=2) as two_at_a_time:
        for name in STAGES:
            running[name] = two_at_a_time.submit(run, name)
    outcomes = {name: future.result() for name, future in running.items()}
    print(f"\n{summary(outcomes, time.monotonic() - start)}")
    return 0 if all(outcome.holds for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
