"""What a page of the built site costs its reader before anything is touched, as far as its files tell.

Each page loads what its text names, and the fonts that its style sheets name; the tests see in a browser that it asks
for nothing else. So its weight is exact, and the same on every machine.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Files that are packed already.
PACKED = {".woff2", ".woff", ".png", ".jpg", ".webp"}


@cache
def sent(path: Path) -> int:
    """Bytes of a file as a server sends it: packed by gzip, unless it is packed already.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    int
        Bytes.
    """
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, 9, mtime=0))


@dataclass
class Page(HTMLParser):
    """The elements of a page, and the files that it loads by itself."""

    path: Path
    nodes: int = 0
    loads: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))
        for sheet in [path for path in self.loads if path.suffix == ".css"]:
            self.loads |= fonts_of(sheet)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element, and note the file that it loads."""
        self.nodes += 1
        given = dict(attrs)
        if tag == "link" and not {"stylesheet", "icon", "preload"} & set((given.get("rel") or "").split()):
            return
        link = given.get("href") if tag == "link" else given.get("src")
        if link and not urlsplit(link).scheme:
            self.loads.add((self.path.parent / unquote(urlsplit(link).path)).resolve())

    @property
    def bytes(self) -> int:
        """Bytes of the page and of all that it loads."""
        return sent(self.path) + sum(sent(path) for path in self.loads)


@cache
def fonts_of(sheet: Path) -> set[Path]:
    """The fonts that a style sheet names."""
    named = re.findall(r'url\("?([^")]+\.woff2)', sheet.read_text(encoding="utf-8"))
    return {(sheet.parent / name).resolve() for name in named}
