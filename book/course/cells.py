"""The plain cells of a chapter: the one source of notebooks, slides and grading.

They are made by Sphinx (:mod:`book.course.builder`) and kept in ``.cache/course`` under a key of everything that they
are made of, so that what is written from them cannot lag behind the chapter.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from analysis.kit.errors import ProblemError
from book import build, doctrees
from book.extension.course_files import PAGES

ROOT = build.ROOT
#: What the cells hang on besides the files: the address of the site, and that of the repository.
SETTINGS = ("BOOK_ADDRESS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    id : str
        Of the page and the cell's place on it, or of the exercise and its part.
    kind : str
        ``"markdown"`` or ``"code"``.
    source : str
        Plain Markdown, or the code as the chapter has it.
    tags : tuple of str
        Of a code cell the chapter's own (``hide-input``), and ``figure`` where it draws one. Of Markdown ``caption``
        below a figure, and ``quiz``. Of an exercise ``exercise`` (its question), ``starter``, ``solution``, ``check``,
        ``rubric`` and ``notes`` (for teachers).
    exercise : str
        Id of the exercise, or of the quiz, that it is a part of.
    figures : tuple of str
        Ids of the figures that it draws, or whose caption it is.
    """

    id: str
    kind: str
    source: str
    tags: tuple[str, ...] = ()
    exercise: str = ""
    figures: tuple[str, ...] = ()


def docnames() -> list[str]:
    """The pages that have cells, in the order of the book."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return [f"chapters/{topic}" for topic in build.listed(ROOT)] + [
        page for page in PAGES if f"file: {page}" in contents
    ]


def chapter_cells(docname: str) -> list[Cell]:
    """The cells of a page, ``chapters/occam`` say.

    Raises
    ------
    ProblemError
        If there is no such page, or the book does not build, with what Sphinx complained about.
    """
    path = _made() / f"{docname}.json"
    if not path.exists():
        raise ProblemError(f"There are no cells of {docname!r}; choose from {', '.join(docnames())}.")
    return read(docname, path)


def read(docname: str, path: Path) -> list[Cell]:
    """Read the cells that the builder wrote, and name them."""
    page = docname.rpartition("/")[2]
    found = []
    for place, told in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1):
        exercise, tags = told.get("exercise", ""), tuple(told["tags"])
        identity = f"{exercise}-{tags[0]}" if exercise else f"{page}-{place}"
        found.append(Cell(identity, told["kind"], told["source"], tags, exercise, tuple(told.get("figures", ()))))
    return found


def state(root: Path = ROOT) -> str:
    """Digest of everything that the cells are made of."""
    digest = hashlib.sha256(doctrees.state(root).encode())
    digest.update(repr([os.environ.get(name, "") for name in SETTINGS]).encode())
    texts = (
        *root.glob("*.md"),
        *root.glob("chapters/*"),
        *root.glob("book/*.md"),
        *root.glob("analysis/references/**/*"),
    )
    for path in sorted(texts):
        if path.is_file():
            digest.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@functools.cache
def _made() -> Path:
    """The folder of the cells of the present state; they are made if they are not there."""
    kept = ROOT / ".cache" / "course" / state()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=kept.parent, prefix=".making-"))
        try:
            written = build.written_by("course", ROOT, staging)
            for old in kept.parent.glob("[!.]*"):
                shutil.rmtree(old, ignore_errors=True)
            written.rename(kept)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return kept
