"""The questions of a chapter, in a browser: by keyboard, with and without a script, to the eye and to the ear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.site.reader import PHONE, SITE, Visit, open_page

CHAPTERS = sorted(f"chapters/{path.name}" for path in (SITE / "chapters").glob("*.html"))
FIRST = CHAPTERS[0] if CHAPTERS else ""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=PHONE, java_script_enabled=request.param) as context:
        yield context


def reasons(page: Page) -> list[str]:
    """The reasons that are in sight."""
    return [reason.inner_text() for reason in page.locator(".quiz .say").all() if reason.is_visible()]


def test_an_answer_chosen_by_keyboard_shows_its_reason(context: BrowserContext, address: str) -> None:
    """Space chooses, an arrow goes to the next answer and its reason; Enter opens all of them."""
    page = open_page(context, address + FIRST, address).page
    question = page.locator(".quiz").first
    assert not reasons(page)
    question.locator("input").first.focus()
    page.keyboard.press("Space")
    first = reasons(page)
    page.keyboard.press("ArrowDown")
    second = reasons(page)
    assert len(first) == len(second) == 1 and first != second
    assert all(said.startswith(("Yes.", "Not quite.")) for said in first + second)
    page.keyboard.press("Tab")  # past a number of the reason, or to the fold
    question.locator("summary").focus()
    page.keyboard.press("Enter")
    assert len(reasons(page)) == question.locator("label").count()
    page.keyboard.press("Enter")
    assert reasons(page) == second


def test_each_question_is_answered_apart(context: BrowserContext, address: str) -> None:
    page = open_page(context, address + FIRST, address).page
    for question in page.locator(".quiz").all():
        question.locator("label").last.click(position={"x": 60, "y": 10})
    assert len(reasons(page)) == page.locator(".quiz").count()


def test_the_reason_is_told_to_who_cannot_see_it(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = open_page(context, address + FIRST, address).page
        page.locator(".quiz input").first.focus()
        page.keyboard.press("Space")
        (said,) = reasons(page)
        told = page.locator("#said[role=status]")
        assert " ".join(said.split()) == " ".join(told.inner_text().split())


@pytest.mark.parametrize("asking", CHAPTERS)
def test_questions_have_names_and_room_for_a_finger_and_keep_nothing(
    browser: Browser, address: str, asking: str
) -> None:
    with browser.new_context(viewport=PHONE) as context:
        visit: Visit = open_page(context, address + asking, address)
        page = visit.page
        questions = page.locator(".quiz")
        assert questions.count() >= 5
        for place, question in enumerate(questions.all()):
            assert question.get_by_role("radio").count() == question.locator("label").count() >= 3
            assert question.locator(".say.right").count() == 1
            name = question.locator("legend").inner_text()
            assert page.get_by_role("group", name=" ".join(name.split())).count() == 1
            assert question.locator("legend a, label a").count() == 0, "a touch chooses, and opens nothing else"
            for part in question.locator("label, summary").all():
                box = part.bounding_box()
                assert box and box["height"] >= 44, f"{asking}, question {place + 1}: {part.inner_text()}"
            question.locator("input").nth(place % 3).check()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("scrollTo(0, 0)")  # a bar that lies over a button makes it smaller
        assert not visit.accessibility_faults()
        assert not visit.outside() and all("?" not in url or "?v=" in url for url in visit.requests)
        assert not page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
        page.reload()
        assert page.locator(".quiz input:checked").count() == 0


def test_on_paper_the_right_answer_and_its_reason_stand(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = open_page(context, address + FIRST, address).page
        page.locator(".quiz input").first.check()
        page.emulate_media(media="print")
        assert [reason[:4] for reason in reasons(page)] == ["Yes."] * page.locator(".quiz").count()
