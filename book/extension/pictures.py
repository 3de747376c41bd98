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

from analysis.kit import downloads, figure_data
from analysis.kit.experiments import cores, package_version

#: Version of what draws.
VEGA = version("vl-convert-python")
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def name_of(spec: dict[str, Any]) -> str:
    """Name for a drawn figure: the hash of what it shows and of what draws it."""
    drawn_by = VEGA + package_version() + inspect.getsource(downloads) + inspect.getsource(figure_data)
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
    for width in (downloads.WIDE, downloads.NARROW):
        (unfinished / f"{identity}-{width}.svg").write_text(downloads.svg(spec, width), encoding="utf-8")
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


def size(svg: Path) -> tuple[int, int]:
    """Width and height of an SVG picture in pixels."""
    found = _SIZE.search(svg.read_text(encoding="utf-8")[:2000])
    if not found:
        raise ValueError(f"{svg.name} states no width and height.")
    return round(float(found[1])), round(float(found[2]))


def vega_script(cache: Path) -> Path:
    """The one script that draws a chart again when its controls move: Vega alone, since the charts are compiled here."""
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
