"""``{course-files}``: links to the files for a class, on a site that has them; elsewhere how they are made."""

from __future__ import annotations

import os

from docutils import nodes
from sphinx.application import Sphinx

from book.extension import source
from book.extension.claims import CHAPTERS
from book.extension.parts import ProblemDirective

#: Folder of the course files, on the site, and whom they are for.
FOLDER, KINDS = "course", ("student", "teacher")
#: Folder of the decks, a page a chapter.
SLIDES = "slides"
#: The archive there with exercises to hand in, and what grades them.
GRADING = "grading.zip"
#: Pages beside the chapters that a class works through: their exercises become notebooks too.
PAGES = ("book/labs",)
#: Set in the environment of a build whose site gets the files, so that its pages lead to them.
WANTED = "BOOK_COURSE"


def with_course() -> bool:
    """Whether the site that is being built gets the files (:func:`book.build.build`)."""
    return bool(os.environ.get(WANTED))


def name(docname: str, kind: str) -> str:
    """File name of a notebook.

    >>> name("chapters/occam", "student"), name("chapters/occam", "teacher")
    ('occam.ipynb', 'occam-teacher.ipynb')
    """
    return f"{docname.rpartition('/')[2]}{'' if kind == 'student' else f'-{kind}'}.ipynb"


class course_files(nodes.General, nodes.Element):
    """Where the links stand; they are filled in when a page is written, because they hang on the build."""


class CourseFiles(ProblemDirective):
    """``{course-files}``: no arguments."""

    def shown(self) -> list[nodes.Node]:
        """Return the place of the links."""
        return [course_files()]


def _fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(course_files)):
        if not with_course() or app.builder.format != "html":
            command = nodes.literal(text="make course")
            node.replace_self(nodes.paragraph("", "", command, nodes.Text(" writes notebooks, slides and archives.")))
            continue
        site = source.site_root(app.builder, docname)
        root = f"{site}{FOLDER}/"
        listed = nodes.bullet_list()
        for page in (page for page in (*(f"chapters/{topic}" for topic in CHAPTERS), *PAGES) if page in app.env.titles):
            title = nodes.Text(f"{app.env.titles[page].astext()}: ".replace("'", "’"))
            files = {f"for {kind}s": f"{root}{name(page, kind)}" for kind in KINDS}
            if page not in PAGES:
                files["slides"] = f"{site}{SLIDES}/{page.rpartition('/')[2]}.html"
            listed += _line(title, files)
        listed += _line(
            nodes.Text("All of them in one archive: "), {f"for {kind}s": f"{root}{kind}.zip" for kind in KINDS}
        )
        graded = nodes.reference(text="exercises and what grades them", refuri=f"{root}{GRADING}")
        listed += nodes.list_item("", nodes.paragraph("", "To hand in: ", nodes.inline("", "", graded)))
        node.replace_self(listed)


def _line(lead: nodes.Node, files: dict[str, str]) -> nodes.list_item:
    line = nodes.paragraph("", "", lead)
    for place, (words, address) in enumerate(files.items()):
        line += [nodes.Text(", ")] * bool(place)
        line += nodes.inline("", "", nodes.reference(text=words, refuri=address))
    return nodes.list_item("", line)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_node(course_files)
    app.add_directive("course-files", CourseFiles)
    app.connect("doctree-resolved", _fill_in)
