"""Take the picture of the book that README shows, from the built site: ``python tools/cover.py``."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
import chromium

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "_build" / "html" / "chapters" / "occam.html"
PICTURE = ROOT / "book" / "static" / "cover.png"


def main() -> int:
    """Write the picture: the first screen of the chapter."""
    browser = chromium.find()
    if not browser or not PAGE.exists():
        print(chromium.how_to_get_one() if not browser else "There is no site yet; type 'make book'.", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=chromium.FLAGS).new_page(
            viewport={"width": 1280, "height": 1080}
        )
        page.goto(PAGE.as_uri())
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
