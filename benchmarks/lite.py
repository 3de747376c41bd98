"""What a chapter in a browser's own Python loads: ``python -m benchmarks.lite`` writes ``benchmarks/lite.json``.

The folder that ``make lite`` wrote is served from this machine and opened in Chromium, which counts the bytes; the
interpreter comes from the npm registry, which has the same files as the host that readers get it from. The packages
that Pyodide builds are on that host only and are not measured here.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Request, sync_playwright

from analysis.kit.errors import ProblemError
from benchmarks import pages
from book.course.lite import HOST, OUT, hosts
from tools import chromium

MEASURED = pages.ROOT / "benchmarks" / "lite.json"
#: The files that start Pyodide, and the list of its packages.
INTERPRETER = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def opened(folder: Path, notebook: str) -> tuple[int, set[str]]:
    """Bytes that a notebook loads from its own folder when it is opened, and the other hosts that it asks."""
    loaded: set[Path] = set()
    others: set[str] = set()
    with pages.served(folder) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)

        def note(request: Request) -> None:
            place = urlsplit(request.url)
            if place.netloc == urlsplit(home).netloc:
                loaded.add(folder / place.path.lstrip("/"))
            elif place.netloc:
                others.add(place.netloc)

        context = browser.new_context(service_workers="block")
        context.on("request", note)
        page = context.new_page()
        page.goto(f"{home}lab/index.html?path={notebook}")
        page.wait_for_selector(".jp-NotebookPanel .jp-MarkdownOutput h1", timeout=120_000)
        page.wait_for_timeout(10_000)  # the kernel asks for its Python meanwhile
        browser.close()
    return sum(path.stat().st_size for path in loaded if path.is_file()), others


def main() -> int:
    """Measure and write."""
    try:
        if not OUT.exists():
            raise ProblemError("There is no JupyterLite to measure; run make lite first.")
        own, others = opened(OUT, "occam.ipynb")
        scripts = (path.read_text(encoding="utf-8") for path in (OUT / "extensions").rglob("*.js"))
        version = next(found[1] for text in scripts if (found := re.search(r"pyodide/v([\d.]+)/full", text)))
        python = pages.package("pyodide", version)
    except ProblemError as problem:
        print(problem, file=sys.stderr)
        return 2
    wheel = next((OUT / "pypi").glob("*.whl"))
    loads = [
        ("JupyterLab with a chapter", "this site", own),
        ("The package of the book", "this site", wheel.stat().st_size),
        (f"Python (Pyodide {version})", HOST, sum((python / name).stat().st_size for name in INTERPRETER)),
    ]
    told = [{"what": what, "from": where, "megabytes": f"{size / 1e6:.1f}"} for what, where, size in loads]
    told.append({"what": "NumPy, pandas, SciPy, scikit-learn and others", "from": HOST, "megabytes": "not measured"})
    told.append({"what": "What is left, in pure Python", "from": "PyPI", "megabytes": "not measured"})
    measured = {"date": date.today().isoformat(), "hosts asked": sorted(others | hosts(OUT)), "loads": told}
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
