"""The pictures and downloads of a figure, drawn once and kept by the hash of the figure."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.kit import bibliography, downloads, figure_data, theme
from analysis.kit.experiments import cores
from book.extension import controls, inline, panels

#: Version of what draws.
VEGA = version("vl-convert-python")
#: Folder of what stands in the pages, inside the folder of a figure.
PAGE = "page"
#: Pictures in a page: in a text column, on a phone, and as a thumbnail.
BROAD, NARROW, THUMBNAIL = "broad.svg", "narrow.svg", "thumbnail.svg"


def name_of(spec: dict[str, Any]) -> str:
    """Name for a drawn figure: the hash of what it shows and of what draws it."""
    drawn_by = VEGA + __version__
    drawn_by += "".join(
        inspect.getsource(module) for module in (bibliography, downloads, figure_data, inline, panels, theme)
    )
    return hashlib.sha256((json.dumps(spec, sort_keys=True) + drawn_by).encode()).hexdigest()[:16]


def draw(spec: dict[str, Any], cache: Path) -> Path:
    """Draw the static pictures and the downloads of a figure and return their folder.

    Parameters
    ----------
    spec : dict
        A figure's Vega-Lite document with our texts in ``usermeta``.
    cache : Path
        Folder that keeps the pictures of earlier builds.
    """
    folder = cache / name_of(spec)
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    identity = spec["usermeta"]["id"]
    # Drawn beside and renamed, so that an interrupted build leaves no half figure behind.
    unfinished = Path(tempfile.mkdtemp(dir=cache))
    downloads.save_spec(spec, unfinished)
    page = unfinished / PAGE
    page.mkdir()
    drawn = {
        BROAD: downloads.svg(spec, downloads.WIDE),
        NARROW: downloads.svg(spec, downloads.NARROW),
        THUMBNAIL: downloads.thumbnail(spec),
    }
    for name, picture in drawn.items():
        (page / name).write_text(inline.cleaned(picture, f"{identity}-{name[0]}"), encoding="utf-8")
    controls.write(spec, unfinished)
    if rows := panels.rows_script(spec):
        (unfinished / f"{identity}.{panels.SCRIPT}").write_text(rows, encoding="utf-8")
    (page / plain(identity)).write_text(downloads.alone(drawn[BROAD]), encoding="utf-8")
    os.chmod(unfinished, 0o755)
    try:
        unfinished.rename(folder)
    except OSError:  # another build was faster
        shutil.rmtree(unfinished)
    return folder


@contextmanager
def drawing(cache: Path) -> Iterator[Callable[[Iterable[dict[str, Any]]], None]]:
    """Give a function that has figures drawn meanwhile, one a core, and wait for them at the end.

    A figure that cannot be drawn is told of by the page that shows it.
    """
    waiting: list[Future[Path]] = []
    pool = ProcessPoolExecutor(
        cores(), get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )

    def begin(specs: Iterable[dict[str, Any]]) -> None:
        waiting.extend(pool.submit(draw, spec, cache) for spec in specs if not (cache / name_of(spec)).exists())

    try:
        yield begin
        wait(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def plain(identity: str) -> str:
    """Name of the picture for what is not a web page: an SVG that stands alone."""
    return f"{identity}-{downloads.WIDE}.svg"


def inlined(folder: Path, name: str, again: str = "") -> str:
    """A picture as it stands in a page.

    Parameters
    ----------
    folder : Path
        Of the figure.
    name : str
        :data:`BROAD`, :data:`NARROW` or :data:`THUMBNAIL`.
    again : str
        Begins the ids in the picture where the page may show it a second time.
    """
    picture = (folder / PAGE / name).read_text(encoding="utf-8")
    return re.sub(r'(?<=\bid=")|(?<=url\(#)', again, picture) if again else picture


def prune(cache: Path, since: float) -> None:
    """Drop the pictures that no build has shown `since` a moment (seconds of the clock): earlier states of figures."""
    for folder in cache.iterdir() if cache.exists() else ():
        if folder.stat().st_mtime < since:
            shutil.rmtree(folder, ignore_errors=True)


def vega_script(cache: Path) -> Path:
    """The one script that draws a chart again when its controls move: Vega alone, since charts are compiled here."""
    path = cache / f"vega-only-{VEGA}.js"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        # Its own scope, because Sphinx's scripts use some of the same short names.
        drawer = downloads.drawer()
        vega = f"/npm/vega@{drawer.get_vega_version()}/+esm"  # its name among the modules that the drawer carries
        bundle = drawer.javascript_bundle(f'import {{ View, parse }} from "{vega}"; window.vega = {{ View, parse }};')
        unfinished.write_text(f"(() => {{{bundle}\n}})();\n", encoding="utf-8")
        unfinished.rename(path)
    return path
