"""The reference notebooks: the code cells of each chapter with their outputs, in ``tests/notebooks``.

They are the one home of the figures' specs and of what the cells print; numbers and verdicts have theirs in
``analysis/references``. Strict notebook comparison runs them again, in the tests; ``verify --accept`` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.kit import chapters
from analysis.kit.errors import ProblemError
from analysis.kit.figure import MIME, identity_of
from analysis.runs import Run, specs_in

FOLDER = Path(__file__).parents[1] / "tests" / "notebooks"
#: What a cell with such a tag gives is compared elsewhere (the glued numbers), or differs each time (a measured time).
UNSEEN = frozenset({"remove-cell", "nbval-ignore-output"})
#: The count of every cell: it says that the cell was run, and does not change where a cell is put before it.
RUN = 1


def read(topic: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """The cells of a chapter's reference notebook in `folder`; none where there is no notebook yet.

    Raises
    ------
    ProblemError
        If the file is no notebook.
    """
    path = (folder or FOLDER) / f"{topic}.ipynb"
    if not path.exists():
        return []
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [{**cell, "source": "".join(cell["source"])} for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        name = f"{path.parent.name}/{path.name}"
        raise ProblemError(f"The reference {name} is no notebook; restore it with git.") from error


def specs(reference: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The figures of a reference notebook by id."""
    return {spec["usermeta"]["id"]: spec for cell in reference for spec in specs_in(cell["outputs"])}


def printed(outputs: Iterable[dict[str, Any]]) -> list[Any]:
    """What the outputs of a cell say, apart from figures: streams joined, texts by type."""
    said: list[Any] = []
    for output in outputs:
        if output["output_type"] == "stream":
            text = "".join(output["text"])
            if said and isinstance(said[-1], list) and said[-1][0] == output["name"]:
                text = said.pop()[1] + text
            said.append([output["name"], text])
        elif MIME not in output.get("data", {}):
            said.append({kind: "".join(v) if isinstance(v, list) else v for kind, v in output.get("data", {}).items()})
    return said


def differences(run: Run, reference: list[dict[str, Any]]) -> list[str]:
    """How the cells of a run and of the reference differ, and what they print; figures are compared by themselves."""
    found = cell_differences(run.cells, reference)
    if found:
        return found
    for cell, outputs, old in zip(run.cells, run.outputs, reference, strict=True):
        before, after = printed(old["outputs"]), printed(outputs)
        if not UNSEEN & cell.tags and before != after:
            found.append(f"cell {cell.place + 1} of {run.topic} prints {_short(after)} instead of {_short(before)}")
    return found


def cell_differences(cells: list[chapters.Cell], reference: list[dict[str, Any]]) -> list[str]:
    """Say where the code cells of a chapter and of its reference differ, or nothing."""
    new, old = [cell.source.strip() for cell in cells], [cell["source"].strip() for cell in reference]
    if new == old:
        return []
    place = next((i for i, (a, b) in enumerate(zip(new, old, strict=False)) if a != b), min(len(new), len(old)))
    name = cells[0].chapter if cells else "the chapter"
    return [f"the code of chapters/{name}.md differs from its reference notebook from code cell {place + 1} on"]


def accept(run: Run) -> None:
    """Make a run the reference."""
    _write(run.topic, [_cell(c, [] if UNSEEN & c.tags else o) for c, o in zip(run.cells, run.outputs, strict=True)])


def accept_figure(cells: list[chapters.Cell], place: int, spec: dict[str, Any]) -> None:
    """Make one figure the reference, with the cell that draws it; every other cell stays as it is."""
    topic, identity = cells[place].chapter, spec["usermeta"]["id"]
    text = f"Figure {identity}: {spec['usermeta']['title']}"
    output = {"data": {MIME: spec, "text/plain": text}, "metadata": {}, "output_type": "execute_result"}
    old = read(topic)
    by_figure = {name: cell for cell in old for name in specs([cell])}
    by_source = {cell["source"].strip(): cell for cell in old}
    kept = []
    for cell in cells:
        same = by_source.get(cell.source.strip())
        if cell.place == place:
            others = [
                o
                for o in (same or by_figure.get(identity, {"outputs": []}))["outputs"]
                if MIME not in o.get("data", {})
            ]
            same = _cell(cell, [*others, {**output, "execution_count": RUN}])
        elif same is None:
            drawn = [identity_of(topic, name) for name in cell.drawn]
            same = next((by_figure[name] for name in drawn if name in by_figure), None)
        kept += [same] if same else []
    _write(topic, kept)


def _cell(cell: chapters.Cell, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    tags = ["nbval-ignore-output"] if UNSEEN & cell.tags else []
    plain = [{**o, "execution_count": RUN} if "execution_count" in o else o for o in outputs]
    metadata = {"tags": tags} if tags else {}
    return {"cell_type": "code", "execution_count": RUN, "metadata": metadata, "outputs": plain, "source": cell.source}


def _write(topic: str, cells: list[dict[str, Any]]) -> None:
    content = {
        "cells": [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{topic}.ipynb"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _short(value: Any) -> str:
    text = " ".join(json.dumps(value, ensure_ascii=False).split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-25:]}"
