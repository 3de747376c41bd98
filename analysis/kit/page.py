"""A page that a person keeps: one file without scripts or requests, in the look of the book, light and dark."""

from __future__ import annotations

import base64
import contextlib
import functools
import re
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from analysis.kit import downloads, theme
from analysis.kit.errors import ProblemError
from analysis.kit.figure import Figure

_ID = re.compile(r'(?<=id=")[^"]+(?=")|(?<=url\(#)[^)]+(?=\))|(?<=xlink:href="#)[^"]+(?=")')
_LOOK = """
:root { color-scheme: light dark }
body { font: 17px/1.5 "Book Sans", system-ui, sans-serif; max-width: 46rem; margin: 1.5rem auto 4rem; padding: 0 1rem;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word }
h1 { font-size: 1.7rem; line-height: 1.2 }
h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 2px solid; padding-top: .6rem }
a { color: var(--computed) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: 15px; font-variant-numeric: tabular-nums; min-width: 100% }
th, td { text-align: right; padding: .3rem 0 .3rem .9rem; border-bottom: 1px solid var(--grid); vertical-align: top;
  white-space: pre }
th { font-weight: 600; vertical-align: bottom }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
.words { text-align: left }
td.words { white-space: normal; min-width: 14rem }
.quiet, .measure { color: var(--quiet) }
.doubts { border-left: 4px solid var(--chaotic); padding-left: .9rem }
figure { margin: 2rem 0 }
figure h3 { font-size: 1.1rem; line-height: 1.25; margin: 0 }
.measure { font-size: 15px; margin: .2rem 0 .8rem }
figcaption { font-size: 15px; margin-top: .6rem }
figure svg { display: block; width: 100%; height: auto; overflow: visible; font-family: "Book Sans", sans-serif }
figure text { paint-order: stroke; stroke: var(--paper); stroke-width: 3.5px; stroke-linejoin: round }
svg.narrow { display: none }
@media (max-width: 620px) {
  svg.wide { display: none }
  svg.narrow { display: block }
  table { font-size: 13.5px }
  th, td { white-space: normal; padding-left: .45rem }
  td.words { min-width: 0 }
  table.stack thead, table.under .words[role="columnheader"] { position: absolute; clip-path: inset(50%); width: 1px }
  table.stack, table.stack tbody, table.stack tr, table.under, table.under :is(thead, tbody) { display: block }
  table.stack tr, table.under tr { border-bottom: 1px solid var(--grid); padding: .35rem 0 }
  table.stack td, table.under :is(th, td) { border: 0; padding: .05rem 0 }
  table.stack td { display: flex; justify-content: space-between; gap: 1rem; white-space: pre }
  table.stack td::before { content: attr(data-name); text-align: left; white-space: normal }
  table.stack td:first-child { font-weight: 600 }
  table.under tr { display: grid; grid-template-columns: 3.5rem 1fr 1.4fr }
  table.under td.words { grid-column: 1 / -1; color: var(--quiet) }
}
@media print { body { max-width: none } }
"""


@functools.cache
def style() -> Markup:
    """The style sheet: look, colours of pictures on light and dark paper, and the two cuts of the font."""
    colours = [f"--{name}: light-dark({c.light}, {c.dark})" for name, c in theme.PALETTE.items()]
    shown = [
        f'svg [{part}="{colour.light}"] {{ {part}: var(--{name}) }}'
        for name, colour in theme.PALETTE.items()
        for part in ("fill", "stroke")
    ]
    fonts = [
        f'@font-face {{ font-family: "Book Sans"; font-weight: {weight}; src: url(data:font/ttf;base64,'
        f"{base64.b64encode((downloads.FONTS / f'BookSans-{cut}.ttf').read_bytes()).decode()}) }}"
        for cut, weight in (("Regular", 400), ("SemiBold", theme.BOLD))
    ]
    return Markup("\n".join([*fonts, f":root {{ {'; '.join(colours)} }}", _LOOK, *shown]))


def templates(folder: Path) -> jinja2.Environment:
    """The templates of a folder; everything that is put into them is escaped."""
    loader = jinja2.FileSystemLoader(folder)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def pictured(figure: Figure) -> Markup:
    """A figure as it stands in such a page: finding, measure, the picture at two widths with its alt text, caption."""
    spec = figure.spec()
    meta = spec["usermeta"]
    wide, narrow = (
        _inlined(downloads.svg(spec, width), f"{figure.id}-{name}-", name, meta["alt"])
        for name, width in (("wide", downloads.WIDE), ("narrow", downloads.NARROW))
    )
    return Markup(
        f'<figure id="{escape(figure.id)}"><h3>{escape(meta["title"])}</h3>'
        f'<p class="measure">{escape(meta["subtitle"])}</p>\n{wide}\n{narrow}\n'
        f"<figcaption>{escape(meta['caption'])}</figcaption></figure>"
    )


def _inlined(drawn: str, prefix: str, name: str, alt: str) -> str:
    drawn = _ID.sub(lambda found: prefix + found[0], drawn[drawn.index("<svg") :])
    drawn = re.sub(r'^<svg( role="[^"]*")?( class="[^"]*")?', "<svg", drawn)
    return drawn.replace("<svg", f'<svg class="{name}" role="img" aria-label="{escape(alt, quote=True)}"', 1)


def check_folder(folder: Path) -> Path:
    """A folder that a page can be written into: new or empty, so that nothing is lost.

    Raises
    ------
    ProblemError
        Where it holds files, is a file, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ProblemError(f"The folder {folder} holds files already; name a new or an empty one.")
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except FileExistsError as error:
        raise ProblemError(f"{folder} is a file; name a new or an empty folder.") from error
    except OSError as error:
        raise ProblemError(f"The folder {folder} cannot be written ({error.strerror}); name another.") from error
    return folder


def write_files(folder: Path, files: dict[str, Any]) -> None:
    """Write texts, or tables as CSV, by their names, into a folder that :func:`check_folder` liked: all or none."""
    try:
        for name, content in files.items():
            if isinstance(content, str):
                (folder / name).write_text(content, encoding="utf-8", newline="\n")
            else:
                content.to_csv(folder / name, index=False, float_format="%.9g", lineterminator="\n")
    except BaseException as error:
        for name in files:
            with contextlib.suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ProblemError(f"The folder {folder} cannot be written ({error.strerror}); name another.") from error
        raise
