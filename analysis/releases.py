"""The numbers of each release of the book, so that a number can say what it was, and the book what moved.

``python -m analysis release`` writes ``analysis/references/releases/<version>.json``, all numbers of the prose, the
verdicts and the errata by their ids with value and text, under the version of ``pyproject.toml``.
"""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from analysis import runs
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "references" / "releases"
#: Digits of a value that are kept, as in the other references.
DIGITS = 9


@dataclass(frozen=True)
class Release:
    """A release: its version, and of each number its value and how it was printed."""

    version: str
    numbers: Mapping[str, tuple[float, str]]


@dataclass(frozen=True)
class Moved:
    """A number that is printed otherwise than at the release; what was not or is no more there is empty."""

    id: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.id}: {self.before or 'not there'} at the release, {self.now or 'gone'} now"


def version(root: Path = ROOT) -> str:
    """The version that ``pyproject.toml`` states."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def printed() -> dict[str, Number]:
    """Every number that the book prints, by its id: ``<topic>/<name>``, ``<claim>/<name>``, ``<erratum>/<name>``.

    Raises
    ------
    ProblemError
        If a chapter, or a part of it, cannot be computed.
    """
    found: dict[str, Number] = {}
    for topic, run in runs.run_all().items():
        if isinstance(run, runs.CellFailed):
            raise run
        if run.broken:
            raise ProblemError(f"Something of {topic} crashes ({next(iter(run.broken))}); see 'verify'.")
        found |= {f"{topic}/{name}": number for name, number in run.numbers.items()}
        groups = {claim: judgement.numbers for claim, judgement in run.judgements.items()}
        groups |= {identity: erratum.numbers for identity, erratum in run.errata.items()}
        found |= {f"{owner}/{name}": number for owner, own in groups.items() for name, number in own.items()}
    return found


def last(folder: Path = FOLDER) -> Release | None:
    """The last release of which there are numbers, or None before the first.

    Raises
    ------
    ProblemError
        If its file cannot be read.
    """
    paths = sorted(
        folder.glob("*.json"), key=lambda path: [int(p) if p.isdigit() else -1 for p in path.stem.split(".")]
    )
    if not paths:
        return None
    try:
        content = json.loads(paths[-1].read_text(encoding="utf-8"))
        numbers = {name: (entry["value"], entry["text"]) for name, entry in content["numbers"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProblemError(f"The release {paths[-1].name} cannot be read; restore it with git.") from error
    return Release(content["version"], numbers)


def moved(release: Release, numbers: Mapping[str, Number]) -> list[Moved]:
    """The numbers that are printed otherwise than at a release, in the order of the book."""
    now = {name: repr(number) for name, number in numbers.items()}
    before = {name: text for name, (_, text) in release.numbers.items()}
    names = [*now, *(name for name in before if name not in now)]
    changed = [name for name in names if before.get(name) != now.get(name)]
    return [Moved(name, before.get(name, ""), now.get(name, "")) for name in changed]


def write(numbers: Mapping[str, Number], name: str, folder: Path = FOLDER, replace: bool = False) -> Path:
    """Keep the numbers of a release.

    Raises
    ------
    ProblemError
        If that version is there already, unless it may be replaced.
    """
    path = folder / f"{name}.json"
    if path.exists() and not replace:
        raise ProblemError(
            f"The numbers of release {name} are kept already; raise the version in pyproject.toml, or say --replace."
        )
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        key: {
            "value": float(f"{number.value:.{DIGITS}g}") if math.isfinite(number.value) else None,
            "text": repr(number),
        }
        for key, number in numbers.items()
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items())
    path.write_text(f'{{\n "version": {json.dumps(name)},\n "numbers": {{\n{lines}\n }}\n}}\n', encoding="utf-8")
    return path


def command(*, only_moved: bool = False, replace: bool = False, out: TextIO | None = None) -> int:
    """Write the numbers of this version, or print what moved since the last release.

    Raises
    ------
    ProblemError
        If there is no release to compare with, or this version is kept already.
    """
    out = out or sys.stdout
    if not only_moved:
        path = FOLDER / f"{version()}.json"
        if path.exists() and not replace:  # said before minutes are spent
            write({}, version())
        numbers = printed()
        write(numbers, version(), replace=replace)
        print(f"{len(numbers):,} numbers of release {version()}: {path.relative_to(ROOT)}", file=out)
        return 0
    release = last()
    if release is None:
        raise ProblemError("There is no release yet; 'python -m analysis release' makes the first.")
    changed = moved(release, printed())
    print(*changed, sep="\n", end="\n" if changed else "", file=out)
    print(f"{len(changed)} of {len(release.numbers):,} numbers moved since release {release.version}.", file=out)
    return 0
