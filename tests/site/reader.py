"""How the tests look at the built site: its pages, and one visit to a page with everything that it asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page, TimeoutError

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
FIGURE = "figure.figure"
CHART = ".chart[role=img]"
CONTROLS = "form.controls"
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
JUDGE = Path(__file__).with_name("axe.js").read_text(encoding="utf-8")
WIDE = {"width": 1280, "height": 900}
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


def html_files() -> list[str]:
    """Every page of the site that a reader can reach, the copies of the source among them."""
    files = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    files = [name for name in files if not name.startswith("slides/")]  # judged by test_slides
    pages = [name for name in files if not name.startswith("_static/") or name.startswith("_static/source/")]
    if "index.html" not in pages:
        pytest.fail("There is no built site to test; type 'make book' first.", pytrace=False)
    return pages


def kind(name: str) -> str:
    """What a page is alike with: every page is its own kind but those that are made for each table, topic and file."""
    path = PurePosixPath(name)
    if path.parts[0] == "_static":
        return f"the source of a {PurePosixPath(path.stem).suffix}"
    if path.parent.name == "numbers":
        return f"origins of numbers{re.sub('^[a-z_]+', '', path.stem)}"
    if path.parent.name == "api":
        return "models of a topic"
    if path.parent.name == "data":
        topic = (SITE / "chapters" / path.name).is_file()
        return f"a table of {'facts' if topic else 'an experiment' if '-' in name else 'somebody else'}"
    return name


def one_of_each_kind() -> list[str]:
    """A page of each kind: of those alike the one with the shortest text, since they differ by their length."""
    pages = sorted(html_files(), key=lambda name: (SITE / name).stat().st_size, reverse=True)
    return sorted({kind(name): name for name in pages}.values())


def has_figures(name: str) -> bool:
    """Whether a page carries at least one chart with all that belongs to it."""
    text = (SITE / name).read_text(encoding="utf-8")
    return '<figure class="figure"' in text and 'class="acts"' in text


@dataclass
class Visit:
    """A page as one reader sees it, and everything that it asked for or complained about on the way."""

    page: Page
    home: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        """Requests that left the site."""
        return [url for url in self.requests if not url.startswith((self.home, "data:", "blob:"))]

    def scroll_through(self) -> None:
        """Bring each figure into view in turn."""
        for figure in self.page.locator(FIGURE).all():
            figure.scroll_into_view_if_needed()

    def draw_all(self) -> None:
        """Touch a control of each figure that has some, and wait until its chart is drawn."""
        for figure in self.page.locator(FIGURE, has=self.page.locator(CONTROLS)).all():
            figure.locator(f"{CONTROLS} :is(input, select)").first.focus()
            try:
                figure.locator(".chart .drawn svg").first.wait_for(timeout=30_000)
            except TimeoutError:
                pytest.fail(f"Figure {figure.get_attribute('id')} was not drawn; {self.complaints}", pytrace=False)

    def open_panels(self, action: str) -> None:
        """Open the same panel under each figure, with all rows of its table."""
        for figure in self.page.locator(FIGURE, has=self.page.locator(".acts")).all():
            figure.locator(".acts a", has_text=action).click()
        self.page.wait_for_function(
            "![...document.querySelectorAll('.panel.is-open tbody')].some(rows => !rows.rows.length)"
        )

    def turn(self, scheme: str) -> None:
        """Let the machine turn dark or light."""
        self.page.emulate_media(color_scheme=scheme)

    def accessibility_faults(self) -> list[str]:
        """What axe finds on the page as it stands."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        return self.page.evaluate(JUDGE)


def open_page(context: BrowserContext, url: str, home: str) -> Visit:
    """Open `url` and keep a record of requests, missing files, console errors and uncaught exceptions."""
    visit = Visit(context.new_page(), home)
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on(
        "response",
        lambda response: (
            visit.complaints.append(f"{response.status} {response.url}") if response.status >= 400 else None
        ),
    )
    visit.page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.goto(url)
    return visit
