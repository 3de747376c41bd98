"""Links to the code: to the repository where its address is known, to the site's own highlighted copy where not."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from sphinx.application import Sphinx

#: Folder of the site's own copies, inside the output.
COPIES = "_static/source"

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>
:root {{ color-scheme: light dark }} body {{ font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem auto;
max-width: 70rem; padding: 0 1rem }} .highlight {{ overflow-x: auto; font-size: 14px }} .linenos {{
padding-right: 1.2em; user-select: none }} span:target, a:target + span {{ background: #ffec99; color: #1f2328 }}
{light} @media (prefers-color-scheme: dark) {{ body {{ background: #121212; color: #e8e8e8 }} {dark} }}
</style></head><body><h1 style="font-size: 1.3rem; overflow-wrap: anywhere">{name}</h1>{code}</body></html>
"""


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
    """Way from a page to the root of the site."""
    return "../" * builder.get_target_uri(docname).split("#")[0].count("/")


def copy_page(path: Path, name: str) -> str:
    """Return a page with the highlighted code of `path` and an anchor at each line."""
    code = path.read_text(encoding="utf-8")
    look = {"linenos": "inline", "lineanchors": "L", "linespans": "S", "wrapcode": True}
    formatter: HtmlFormatter[str] = HtmlFormatter(style="a11y-high-contrast-light", **look)
    dark: HtmlFormatter[str] = HtmlFormatter(style="a11y-high-contrast-dark", **look)
    return PAGE.format(
        name=html.escape(name),
        code=highlight(code, get_lexer_for_filename(path.name), formatter).replace("<pre>", '<pre tabindex="0">'),
        light=formatter.get_style_defs(".highlight"),
        dark=dark.get_style_defs(".highlight"),
    )


def _write_copies(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for name in sorted(app.env.__dict__.get("book_source_copies", ())):
        target = Path(app.outdir) / COPIES / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(copy_page(Path(app.srcdir) / name, name), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the two settings and write the copies at the end."""
    repository, commit = repository_from_environment(dict(os.environ))
    app.add_config_value("book_repository", repository, "env", str)
    app.add_config_value("book_commit", commit, "env", str)
    app.connect("build-finished", _write_copies)
