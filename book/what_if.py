"""Build chapters as they would be with other facts or assumptions, in a folder of their own, and serve them.

Beside the chapters stand the pages that they lead to. What is replaced is handed on in the environment
(:data:`book.extension.what_if.VARIABLE`) to the process that makes the pages, which say so in a banner. Nothing of such
a build is taken for the book's: it has another folder, its runs are kept apart, and what was read of its pages is not
kept. A finding that is false there is told on its page and stops nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from analysis import moves, runs, topics
from analysis.kit import overriding
from analysis.kit.errors import ProblemError
from book import build, serve
from book.extension import outputs
from book.extension.what_if import VARIABLE

#: Where such a site is, below the repository.
SITE = Path("_build") / "what-if"
#: Pages to which chapters lead.
BESIDE = ("book/claims", "book/numbers", "book/glossary", "book/bibliography")


def served(given: Sequence[str], chosen: Sequence[str], port: int, root: Path = build.ROOT) -> None:
    """Build chapters with other facts, serve them, and build them again when a file is saved, until Ctrl-C.

    Parameters
    ----------
    given : sequence of str
        ``ID=VALUE`` or ``ID=out``.
    chosen : sequence of str
        Topics; default those that read what is changed.
    port : int
        Port on 127.0.0.1.
    root : Path
        The repository.
    """
    changes = moves.asked(given)
    for topic in chosen:
        if topic not in topics.TOPICS:
            raise ProblemError(f"There is no topic {topic!r}; choose from {', '.join(topics.TOPICS)}.")
    reading = chosen or [run.topic for run in moves.run_of(topics.TOPICS) if runs.readers(run.reads, changes)]
    serve.serve(port, root, SITE, partial(built, changes, reading))


def built(changes: Mapping[str, float | None], chosen: Sequence[str], root: Path = build.ROOT) -> Path:
    """Build chapters with some facts and assumptions changed and return the folder of the site.

    Raises
    ------
    BuildError
        When a chapter cannot be computed so, or no page can be made of it.
    """
    site = root / SITE
    staging = site.parent / f".staging-{os.getpid()}"
    try:
        with build.stopped_by_signals(), build.alone(root), overriding.override(changes):
            started = time.time()
            build.recover(site)
            done = runs.run_all(chosen)
            failed = [outputs.told(run) for run in done.values() if isinstance(run, runs.CellFailed)]
            if failed:
                raise build.BuildError(build.failure(failed, site))
            contents = staging / "contents.yml"
            contents.parent.mkdir(parents=True, exist_ok=True)
            pages = [*(f"chapters/{topic}" for topic in chosen), *(page for page in BESIDE if _there(root, page))]
            contents.write_text(
                "format: jb-book\nroot: index\nchapters:\n" + "".join(f"  - file: {page}\n" for page in pages),
                encoding="utf-8",
            )
            command = [*build.JUPYTER_BOOK, "build", ".", "--toc", str(contents), "--path-output", str(staging)]
            status, output = build.execute(command, root, build.Progress(), **{VARIABLE: json.dumps(dict(changes))})
            if status:
                raise build.BuildError(
                    build.failure(build.reasons(output.replace(f"{root}{os.sep}", ""), status), site)
                )
            build.swap(staging / "_build" / "html", site)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    print(f"What would be is at {site}\n  {(site / 'index.html').as_uri()}")
    print(f"  {', '.join(chosen)}: {time.time() - started:.1f} s; the book's own site is untouched")
    return site


def _there(root: Path, page: str) -> bool:
    return (root / f"{page}.md").exists()
