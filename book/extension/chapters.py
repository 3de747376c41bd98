"""What a chapter asks and which picture stands for it, as its front matter says::

    question: Does the history of image recognition repeat itself?
    key-figure: cnn-era-parallel

The landing page and the end of the chapter before read both here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sphinx.environment import BuildEnvironment

from book.extension.claims import CHAPTERS

#: Folder of the chapters.
FOLDER = "chapters/"


@dataclass(frozen=True)
class Chapter:
    """A chapter that the book has.

    Parameters
    ----------
    docname, topic : str
        ``chapters/cnn_era`` and ``cnn_era``.
    number : int
        Its place among all chapters, those that are planned included; 0 for one that the plan does not name.
    title : str
        Its short title.
    question : str
        What it asks; its title where the front matter has none.
    figure : str
        Id of its key figure, or nothing.
    """

    docname: str
    topic: str
    number: int
    title: str
    question: str
    figure: str


def listed(env: BuildEnvironment) -> list[Chapter]:
    """Return the chapters of the book in the order in which it is read."""
    plan = list(CHAPTERS)
    read = [name for name in in_order(env) if name.startswith(FOLDER)]
    found = []
    for docname in read:
        topic, metadata = docname.removeprefix(FOLDER), env.metadata[docname]
        title = CHAPTERS.get(topic, "").replace("'", "’") or env.titles[docname].astext()
        number = plan.index(topic) + 1 if topic in plan else 0
        question = str(metadata.get("question", "")) or title
        found.append(Chapter(docname, topic, number, title, question, str(metadata.get("key-figure", ""))))
    return found


def in_order(env: BuildEnvironment) -> list[str]:
    """Return every page in the order of the contents; pages outside them come last, by name."""
    root, found = env.config.root_doc, {}
    ways = env.collect_relations()
    at: str | None = root
    while at is not None and at not in found:
        found[at] = True
        at = ways[at][2] if at in ways else None
    return [*found, *sorted(env.found_docs - set(found))]
