"""The Sphinx extension that makes a website of the chapters.

One concept a module: :mod:`figures` and :mod:`pictures` (what a chart becomes on a page), :mod:`mathml`, :mod:`claims`,
:mod:`firmness` and :mod:`turns` (what turns a verdict), :mod:`errata`, :mod:`exercises`, :mod:`quizzes`, :mod:`checks`
(folded under their result), :mod:`tables` (of cells), :mod:`page` (the head of a chapter), :mod:`opening` (its spread),
:mod:`ending`, :mod:`chapters` (what each asks), :mod:`landing`, :mod:`course_files`, :mod:`data`, :mod:`sheets`,
:mod:`hangs` and :mod:`readable` (the tables, their rows, what hangs on them), :mod:`indexes`, :mod:`cite`, :mod:`meta`
and :mod:`cards` (what a page says of itself), :mod:`citations`, :mod:`notes` (in the margin), :mod:`places` (links back
to what is said where), :mod:`sliders` (what follows when a fact moves), :mod:`prose` and :mod:`written` (numbers must
not be typed), :mod:`search`, :mod:`source` and :mod:`code` (links to the code, and its colours), :mod:`outputs` (of a
chapter's one run), :mod:`outdated` (which pages are read again), :mod:`theme` (what the templates are told),
:mod:`state` (of this build), :mod:`what_if` (a banner on pages with other facts), :mod:`teaching` (the guide),
:mod:`api` and :mod:`surface` (the models as a library).
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book.course import builder as course
from book.extension import (
    api,
    checks,
    citations,
    cite,
    claims,
    code,
    course_files,
    data,
    ending,
    entries,
    errata,
    exercises,
    figures,
    firmness,
    indexes,
    landing,
    launch,
    mathml,
    meta,
    notes,
    numbers,
    opening,
    origins,
    outdated,
    outputs,
    page,
    parts,
    prose,
    quizzes,
    search,
    sliders,
    source,
    state,
    tables,
    teaching,
    theme,
    what_if,
    written,
)
from book.paper import builder


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part with Sphinx."""
    # Jupyter Book sets these for extensions of its own that we leave out.
    for name in ("use_multitoc_numbering", "use_jupyterbook_latex", "comments_config"):
        if name not in app.config:
            app.add_config_value(name, False, "env", (bool, dict))
    for part in (
        what_if,
        source,
        code,
        parts,
        api,
        outputs,
        outdated,
        figures,
        mathml,
        tables,
        checks,
        citations,
        notes,
        numbers,
        entries,
        claims,
        firmness,
        errata,
        exercises,
        launch,
        quizzes,
        teaching,
        page,
        landing,
        opening,
        ending,
        origins,
        data,
        indexes,
        cite,
        course_files,
        meta,
        search,
        sliders,
        prose,
        written,
        theme,
        state,
        builder,
        course,
    ):
        part.setup(app)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
