"""What each page costs its reader, ours beside a stock Jupyter Book 1 page: ``make bench-pages``, after ``make book``.

The stock page is one chapter: its Markdown, its figures as Altair shows them in a notebook, and the theme and the
settings that Jupyter Book 1 comes with, built in the same run. The files that such a page asks other sites for are
taken from the npm registry at the versions that it asks for, by ``npm pack``, and served from this machine, so that the
network's speed does not count. Times are medians of three visits at a processor slowed four times.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import altair as alt
import jupytext
import nbformat
from playwright.sync_api import Browser, Page, Route, sync_playwright

from analysis.kit.checking import ProblemError
from tests.site.reader import Visit, html_files, one_of_each_kind
from tools import chromium, weight

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
#: Where the packages of the stock page are kept for the next run.
PACKAGES = ROOT / ".cache" / "npm"
#: The chapter that is built as a stock page too.
CHAPTER = "market"
SLOWER = 4
VISITS = 3
SCREEN = {"width": 1280, "height": 900}
#: Libraries that are known to npm by another name, where a stock page asks for them by that of a file server.
NAMES = {"require.js": "requirejs"}

#: Shifts, long tasks and the first paint of text, noted from the beginning.
WATCH = """
window.costs = { shift: 0, tasks: [], paint: 0 };
const see = (type, then) =>
  new PerformanceObserver((list) => list.getEntries().forEach(then)).observe({ type, buffered: true });
see("layout-shift", (entry) => { if (!entry.hadRecentInput) costs.shift += entry.value; });
see("longtask", (entry) => costs.tasks.push([entry.startTime, entry.duration]));
see("paint", (entry) => { if (entry.name === "first-contentful-paint") costs.paint = entry.startTime; });
"""

#: Sphinx's settings of the stock page beside those of Jupyter Book: what the chapter's own directives hold is shown.
EXTENSION = """
import re
from docutils.parsers.rst import Directive, directives, roles
from docutils import nodes

class Any(dict):
    def __contains__(self, key):
        return True
    def __getitem__(self, key):
        return directives.unchanged

class Shown(Directive):
    has_content, optional_arguments, final_argument_whitespace = True, 1, True
    option_spec = Any()
    def run(self):
        box = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]

def setup(app):
    for name in %(directives)r:
        app.add_directive(name, Shown)
    for name in %(roles)r:
        app.add_role(name, lambda n, raw, text, *rest, **more: ([nodes.inline(text=text)], []))
"""


@dataclass(frozen=True)
class Cost:
    """Bytes packed before and after the reader touched everything, and what a first visit takes."""

    before: int
    all: int
    requests: int
    outside: int
    nodes: int
    shift: float
    load: float
    blocked: float

    def row(self, name: str) -> str:
        """The line of the table."""
        return (
            f"{name:<58}{self.before / 1000:6.0f}{self.all / 1000:7.0f}{self.requests:6}{self.outside:5}{self.nodes:8,}"
            f"{self.shift:8.3f}{self.load:8.0f}{self.blocked:7.0f}"
        )


HEAD = f"{'page':<58}{'KB':>6}{'all':>7}{'files':>6}{'out':>5}{'nodes':>8}{'shift':>8}{'load ms':>8}{'TBT ms':>7}"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a folder on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def package(name: str, version: str) -> Path:
    """The folder of a package of the npm registry, fetched once."""
    folder = PACKAGES / f"{name.replace('/', '__')}@{version or 'latest'}"
    if not folder.is_dir():
        npm = shutil.which("npm")
        if not npm:
            raise ProblemError(
                "The stock page needs files of the npm registry: install npm, or leave it out by --ours."
            )
        with tempfile.TemporaryDirectory() as place:
            wanted = f"{name}@{version}" if version else name
            done = subprocess.run(
                [npm, "pack", "--silent", "--pack-destination", place, wanted], capture_output=True, encoding="utf-8"
            )
            archives = list(Path(place).glob("*.tgz"))
            if not archives:
                raise ProblemError(f"npm could not fetch {wanted}: {done.stderr.strip()[-300:]}")
            with tarfile.open(archives[0]) as archive:
                archive.extractall(folder.with_suffix(".part"), filter="data")
            folder.with_suffix(".part").rename(folder)
    return next(path for path in folder.iterdir() if path.is_dir())


def elsewhere(url: str) -> Path | None:
    """The file that another site would send, from the package that it is published in.

    File servers of packages name them ``.../npm/NAME@VERSION/FILE``, ``/NAME@VERSION/FILE`` or
    ``/ajax/libs/NAME/VERSION/FILE``; without a file they send the one that the package says is for browsers.
    """
    path = unquote(urlsplit(url).path)
    found = re.fullmatch(r"(?:/npm)?/((?:@[^/@]+/)?[^/@]+)(?:@([^/]+))?(?:/(.*))?", path)
    libraries = re.fullmatch(r"/ajax/libs/([^/]+)/([^/]+)/(.+)", path)
    if libraries:
        name, version, file = libraries.groups()
    elif found and ("@" in path):
        name, version, file = found.groups()
    else:
        return None
    folder = package(NAMES.get(name, name), version or "")
    told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    wanted = folder / (file or told.get("jsdelivr") or told.get("unpkg") or told.get("main") or "index.js")
    return next((each for each in (wanted, folder / wanted.name, folder / "require.js") if each.is_file()), None)


def stock_notebook(chapter: str) -> nbformat.NotebookNode:
    """The chapter as a notebook with its outputs, each figure as Altair shows it, each number as it is printed."""
    notebook = jupytext.read(ROOT / "chapters" / f"{chapter}.md")
    kept = nbformat.read(ROOT / "tests" / "notebooks" / f"{chapter}.ipynb", as_version=4)
    outputs = iter([cell for cell in kept.cells if cell.cell_type == "code"])
    numbers = printed(chapter)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = next(outputs).outputs
            for output in cell.outputs:
                data = output.get("data", {})
                kind = next((kind for kind in data if kind.startswith("application/vnd.vegalite")), None)
                if kind:
                    data["text/html"] = alt.renderers.get()(data.pop(kind))["text/html"]
        else:
            text = re.sub(r"\{glue:text\}`([^`]+)`", lambda m: numbers.get(m[1], "0"), cell.source)
            cell.source = re.sub(r"\]\((?:site:|\.\./book/)[^)]*\)", "](https://example.org)", text)
    return notebook


def printed(chapter: str) -> dict[str, str]:
    """The numbers of a chapter as our built page prints them."""
    html = (SITE / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")
    found = re.findall(rf'<a class="num" href="[^"]*numbers/{chapter}\.html#([^"]+)">([^<]*)</a>', html)
    return dict(found)


def build_stock(chapter: str, folder: Path) -> Path:
    """Build the stock page and return the folder of its site."""
    notebook = stock_notebook(chapter)
    nbformat.write(notebook, folder / f"{chapter}.ipynb")
    shutil.copy(ROOT / "book" / "references.bib", folder)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    known = {"note", "cite", "math", "ref", "doc", "term", "admonition", "dropdown", "figure", "glossary"}
    own = {
        "directives": sorted(set(re.findall(r"^(?::::+|```+)\{([\w-]+)\}", text, re.MULTILINE)) - known),
        "roles": sorted(set(re.findall(r"\{([\w:-]+)\}`", text)) - known),
    }
    (folder / "shown.py").write_text(EXTENSION % own, encoding="utf-8")
    settings = {
        "title": "Stock",
        "execute": {"execute_notebooks": "off"},
        "parse": {
            "myst_enable_extensions": ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "tasklist"]
        },
        "bibtex_bibfiles": ["references.bib"],
        "sphinx": {"local_extensions": {"shown": "."}},
    }
    (folder / "_config.yml").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {chapter}\n", encoding="utf-8")
    start = "from jupyter_book.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", start, "build", str(folder)], capture_output=True, encoding="utf-8")
    site = folder / "_build" / "html"
    if not (site / f"{chapter}.html").is_file():
        raise ProblemError(f"The stock page was not built: {done.stderr[-600:]}")
    return site


def packed(content: bytes, name: str) -> int:
    """Bytes of a file as a server sends it."""
    return len(content) if Path(name).suffix in weight.PACKED else len(gzip.compress(content, 9, mtime=0))


def cost(browser: Browser, home: str, folder: Path, name: str, touch: Callable[[Visit], None] | None) -> Cost:
    """Visit a page several times and return what it costs."""
    visits = [_visit(browser, home, folder, name, touch if not number else None) for number in range(VISITS)]
    first = visits[0]
    load, blocked = (statistics.median(getattr(each, what) for each in visits) for what in ("load", "blocked"))
    shift = max(each.shift for each in visits)
    return Cost(first.before, first.all, first.requests, first.outside, first.nodes, shift, load, blocked)


def _visit(browser: Browser, home: str, folder: Path, name: str, touch: Callable[[Visit], None] | None) -> Cost:
    """One visit with an empty cache."""
    files: dict[str, int] = {}

    def answer(route: Route) -> None:
        url = route.request.url
        path = folder / unquote(urlsplit(url).path).lstrip("/") if url.startswith(home) else elsewhere(url)
        if path is None or not path.is_file():
            files.setdefault(url, 0)
            route.fulfill(status=404, body="")
            return
        files.setdefault(url, packed(path.read_bytes(), path.name))
        route.fulfill(path=path, headers={"access-control-allow-origin": "*", "content-type": _type(path)})

    with browser.new_context(viewport=SCREEN) as context:
        context.add_init_script(WATCH)
        context.route("**/*", answer)
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(home + name, wait_until="load", timeout=120_000)
        _settle(page, files)
        load = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        told = page.evaluate("window.costs")
        blocked = sum(max(0.0, length - 50) for start, length in told["tasks"] if start >= told["paint"] - length)
        nodes = page.evaluate("document.querySelectorAll('*').length")
        for _ in range(40):
            page.mouse.wheel(0, 2500)
            page.wait_for_timeout(20)
        _settle(page, files)
        shift = page.evaluate("window.costs.shift")
        before, asked = sum(files.values()), dict(files)
        if touch:
            touch(Visit(page, home))
            _settle(page, files)
        outside = sum(not url.startswith(home) for url in asked)
        return Cost(before, sum(files.values()), len(asked), outside, nodes, shift, load, blocked)


def _settle(page: Page, files: dict[str, int]) -> None:
    """Wait until nothing was asked for and no long task ended for a second."""
    for _ in range(120):
        known = len(files)
        page.wait_for_timeout(1000)
        ended = "performance.now() - Math.max(0, ...costs.tasks.map(([start, length]) => start + length))"
        if page.evaluate(ended) > 1000 and len(files) == known:
            return


def _type(path: Path) -> str:
    """The media type of a file."""
    kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    return kinds.get(path.suffix, "application/octet-stream")


def _touch_everything(visit: Visit) -> None:
    visit.draw_all()
    visit.open_panels("Data")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--every", action="store_true", help="all pages that are made for tables, topics and files too")
    parser.add_argument("--ours", action="store_true", help="without the stock page, which needs npm and its registry")
    parser.add_argument("pages", nargs="*", help="such as chapters/market.html; one of each kind unless named")
    options = parser.parse_args()
    path = os.environ.get("CHROMIUM") or chromium.installed()
    if not path:
        raise ProblemError(chromium.how_to_get_one())
    names = options.pages or (html_files() if options.every else one_of_each_kind())
    chapter = f"chapters/{CHAPTER}.html"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        found: dict[str, Cost] = {}
        print(f"A processor slowed {SLOWER} times; KB packed before a touch, and all.\n{HEAD}")
        with served(SITE) as home:
            for name in dict.fromkeys([chapter, *names]) if not options.ours else names:
                found[name] = cost(browser, home, SITE, name, _touch_everything)
                print(found[name].row(name), flush=True)
        if not options.ours:
            site = build_stock(CHAPTER, Path(place))
            with served(site) as home:
                stock = cost(browser, home, site, f"{CHAPTER}.html", None)
            ours = found[chapter]
            print(stock.row(f"the chapter {CHAPTER} as a stock page"))
            share = ours.blocked / stock.blocked if stock.blocked else float("nan")
            print(
                f"\nOurs of stock, chapter {CHAPTER}: {ours.before / stock.before:.0%} of the bytes before a touch,"
                f" {share:.0%} of the time blocked ({'reached' if share < 0.2 else 'missed'}: asked is under a fifth)."
            )
        browser.close()


if __name__ == "__main__":
    try:
        main()
    except ProblemError as problem:
        sys.exit(str(problem))
