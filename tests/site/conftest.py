"""The built site, served on this machine, and a Chromium to look at it with."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Locator, sync_playwright

from tests.site.reader import DESK, FIGURE, SITE, Visit, has_figures, html_files, one_of_each_kind, open_page
from tools import chromium


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``name`` on every page, one that asks for ``each`` on a page of each kind.

    One that asks for ``chapter`` runs on every page with charts; one that asks for ``wide`` on a page of each kind too,
    and one that asks for its ``figures`` where there are any.
    """
    if {"name", "each", "chapter", "wide"}.isdisjoint(metafunc.fixturenames):
        return
    pages = one_of_each_kind()
    charts = [name for name in pages if has_figures(name)]
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", html_files())
    if "each" in metafunc.fixturenames:
        metafunc.parametrize("each", pages)
    if "chapter" in metafunc.fixturenames:
        metafunc.parametrize("chapter", charts)
    if "wide" in metafunc.fixturenames:
        # The tests of one page follow each other, so that it is opened and drawn once for all of them.
        names = charts if "figures" in metafunc.fixturenames else pages
        metafunc.parametrize("wide", names, indirect=True, scope="module")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: what fails is told by the test."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the site on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; without one the tests fail and say how to get it."""
    path = os.environ.get("CHROMIUM") or chromium.installed()
    if not path:
        pytest.fail(chromium.how_to_get_one())
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def wide(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A page on a wide screen, opened in the dark, with every chart drawn and its data shown."""
    with browser.new_context(color_scheme="dark", viewport=DESK) as context:
        visit = open_page(context, address + request.param, address)
        visit.draw_all()
        visit.open_panels("Data")
        # Colours are judged as they end up, not on their way from dark to light.
        visit.page.add_style_tag(content="*, *::before, *::after { transition: none !important; }")
        yield visit


@pytest.fixture
def figures(wide: Visit) -> list[Locator]:
    """The figures of the page."""
    return wide.page.locator(FIGURE).all()
