"""Links to the code: to the repository where its address is known, to the site's own highlighted copy where not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.lexers import get_lexer_for_filename
from sphinx.application import Sphinx

from book.extension.code import FewColours

#: Folder of the site's own copies, inside the output.
COPIES = "_static/source"


def repository_from_environment(environment: dict[str, str]) -> tuple[str, str]:
    """Address and commit of the repository as GitHub Actions states them, or empty strings.

    Examples
    --------
    >>> repository_from_environment({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b"})
    ('https://github.com/a/b', 'main')
    >>> repository_from_environment({})
    ('', 'main')
    """
    server, name = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    return (f"{server}/{name}" if server and name else ""), environment.get("GITHUB_SHA") or "main"


def link(app: Sphinx, path: str, lines: tuple[int, int] | None = None, root: str = "") -> str:
    """Address of a file of the repository, at its lines.

    Parameters
    ----------
    app : Sphinx
        The running build; notes which copies it has to write.
    path : str
        Path of the file in the repository.
    lines : tuple of int, optional
        First and last line.
    root : str
        Way from the page to the root of the site, such as ``"../"``.
    """
    if app.config.book_repository:
        anchor = f"#L{lines[0]}-L{lines[1]}" if lines else ""
        return f"{app.config.book_repository}/blob/{app.config.book_commit}/{path}{anchor}"
    wanted: set[str] = app.env.__dict__.setdefault("book_source_copies", set())
    wanted.add(path)
    return f"{root}{COPIES}/{path}.html" + (f"#L-{lines[0]}" if lines else "")


def site_root(builder: Any, docname: str) -> str:
    """Way from a page to the root of the site; none on paper."""
    if builder.format == "latex":  # which knows pages only while it writes them
        return ""
    return "../" * builder.get_target_uri(docname).split("#")[0].count("/")


def highlighted(path: Path) -> str:
    """Return the code of `path` in colours that the style sheet has, with an anchor at each line."""
    look = {"linenos": "inline", "lineanchors": "L", "linespans": "S", "wrapcode": True}
    return highlight(path.read_text(encoding="utf-8"), get_lexer_for_filename(path.name), FewColours(**look))


def _copies(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page of the theme for each file that a page leads to."""
    for name in sorted(app.env.__dict__.get("book_source_copies", ())):
        context = {"title": name, "code": highlighted(Path(app.srcdir) / name), "preloaded": ["sans"]}
        yield f"{COPIES}/{name}", context, "source.html"


def setup(app: Sphinx) -> None:
    """Register the two settings and write the copies when all pages are known."""
    repository, commit = repository_from_environment(dict(os.environ))
    app.add_config_value("book_repository", repository, "env", str)
    app.add_config_value("book_commit", commit, "env", str)
    app.connect("html-collect-pages", _copies, priority=900)  # after the pages that lead to more files
