"""Serve the site on this machine and build it again when a file is saved."""

from __future__ import annotations

import contextlib
import errno
import functools
import threading
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import watchfiles

from analysis.kit.errors import ProblemError
from book import build

#: What the site is made of, below the repository.
WATCHED = ("chapters", "analysis", "book", "index.md", "_config.yml", "_toc.yml")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""

    def end_headers(self) -> None:
        """Tell the browser to ask again each time: the site changes under it."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def listen(site: Path, port: int) -> ThreadingHTTPServer:
    """Open the port.

    Raises
    ------
    ProblemError
        When it is in use.
    """
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Quiet, directory=str(site)))
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise ProblemError(f"Port {port} is in use or not allowed; choose another with --port.") from error
        raise
    except OverflowError as error:
        raise ProblemError(f"{port} is not a port; choose one between 1 and 65535 with --port.") from error


def serve(
    port: int,
    root: Path = build.ROOT,
    site: Path = build.SITE,
    make: Callable[[Path], Path] | None = None,
) -> None:
    """Build, serve and watch until Ctrl-C.

    Parameters
    ----------
    port : int
        Port on 127.0.0.1.
    root : Path
        The repository.
    site : Path
        Where the site is, below the repository.
    make : callable, optional
        Builds it; default :func:`book.build.build`.
    """
    make = make or build.build
    with listen(root / site, port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Serving on http://127.0.0.1:{server.server_port}/ ; Ctrl-C ends it.")
        _build_or_say(root, make)
        with contextlib.suppress(KeyboardInterrupt):
            for changes in watchfiles.watch(*_existing(root), raise_interrupt=True):
                print("Changed: " + ", ".join(sorted(Path(path).name for _, path in changes)))
                _build_or_say(root, make)
        server.shutdown()


def _existing(root: Path) -> list[Path]:
    return [root / name for name in WATCHED if (root / name).exists()]


def _build_or_say(root: Path, make: Callable[[Path], Path]) -> None:
    """Build; a problem is told and the last good site stays."""
    try:
        make(root)
    except ProblemError as problem:
        print(problem)
    except build.Interrupted:
        raise KeyboardInterrupt from None
