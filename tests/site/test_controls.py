"""The controls of figures, as a reader moves them: on the site, and on pages opened as files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from analysis import topics
from tests.site.reader import PHONE, SITE, WIDE

SCRIPTS = SITE / "_static" / "figures"
#: Sets controls as a hand does: what a slider or a menu holds, or which segment is chosen.
SET = """(form, to) => { for (const [name, value] of Object.entries(to)) {
  const field = form.elements[name];
  if (field.type === undefined || field.type === 'radio')
    [...(field.length ? field : [field])].find((each) => each.value === value).checked = true;
  else field.value = value;
  const one = field.type === undefined ? field[0] : field;
  for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {bubbles: true})); } }"""


def figures() -> dict[str, dict[str, Any]]:
    """The controls of every figure of the built site that has some."""
    names = [path.name.removesuffix(".spec.js") for path in sorted(SCRIPTS.glob("*.spec.js"))]
    specs = [json.loads((SCRIPTS / f"{name}.json").read_text("utf-8")) for name in names]
    return {spec["usermeta"]["id"]: spec["usermeta"] for spec in specs}


def page_of(identity: str) -> str:
    """The chapter that shows a figure."""
    return f"chapters/{topics.of_figure(identity)}.html"


@pytest.fixture(scope="module")
def built() -> dict[str, dict[str, Any]]:
    """The figures with controls; a site without any has no test."""
    found = figures()
    assert found, "the site has no figure with controls"
    return found


def ends(control: dict[str, Any]) -> list[Any]:
    """The values at the ends of a control, as its field holds them."""
    if control["kind"] == "choice":
        return control["values"]
    return [f"{control[end]:.{control['decimals']}f}" for end in ("low", "high")]


def opened(browser: Browser, address: str, size: dict[str, int] = WIDE) -> tuple[Page, list[str]]:
    """A page with what it asked for and complained of."""
    page = browser.new_context(viewport=size).new_page()
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url))
    page.on("pageerror", lambda error: said.append(f"crash {error}"))
    page.on(
        "console",
        lambda message: said.append(f"{message.type} {message.text}") if message.type in ("error", "warning") else None,
    )
    page.goto(address)
    page.reload()  # with the letters at hand from the start
    return page, said


def of(page: Page, identity: str) -> tuple[Locator, Locator]:
    """A figure and its form."""
    figure = page.locator(f"figure[id='{identity}']")
    return figure, figure.locator("form.controls")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("topic", topics.TOPICS)
def test_at_the_ends_of_its_controls_a_figure_says_what_holds_and_keeps_its_size(
    browser: Browser, address: str, built: dict[str, Any], topic: str, size: dict[str, int]
) -> None:
    ours = {identity: meta for identity, meta in built.items() if topics.of_figure(identity) == topic}
    if not ours:
        pytest.skip("a part of the site")
    page, said = opened(browser, address + page_of(next(iter(ours))), size)
    for identity, meta in ours.items():
        figure, form = of(page, identity)
        chart, says = figure.locator(".chart"), figure.locator(".finding .says")
        height, before, long = chart.bounding_box()["height"], says.inner_text(), out_of(chart)
        for control in meta["controls"]:
            for end in ends(control):
                form.evaluate(SET, {control["name"]: end})
                figure.locator(".is-drawn").wait_for()
                chart.and_(page.locator(":not([aria-busy])")).wait_for()
                assert "NaN" not in chart.inner_html() and "undefined" not in chart.inner_html()
                assert abs(chart.bounding_box()["height"] - height) <= 1, f"{identity} jumps at {control['name']} {end}"
                assert set(out_of(chart)) <= set(long), f"{identity} at {control['name']} {end}"
            form.evaluate("form => form.querySelector('[type=reset]').click()")
        page.wait_for_timeout(100)
        assert says.inner_text() == before
        assert chart.get_attribute("aria-label") == meta["alt"]
    assert not [each for each in said if each.startswith(("crash", "error", "warning"))]


def out_of(chart: Locator) -> list[str]:
    """Texts that reach out of the picture to its sides."""
    return chart.evaluate(
        """chart => { const box = chart.getBoundingClientRect();
           const out = (own) => own.width && (own.left < box.left - 3 || own.right > box.right + 3);
           const texts = [...chart.querySelectorAll('text')];
           return texts.filter((text) => out(text.getBoundingClientRect())).map((text) => text.textContent); }"""
    )


def test_a_tooltip_says_words_and_no_more_digits_than_the_picture(
    browser: Browser, address: str, built: dict[str, Any]
) -> None:
    told = 0
    for topic in {page_of(identity): identity for identity in built}.values():
        page, _ = opened(browser, address + page_of(topic))
        for identity in [each for each in built if page_of(each) == page_of(topic)]:
            figure, form = of(page, identity)
            form.evaluate(SET, {(first := built[identity]["controls"][0])["name"]: ends(first)[0]})
            figure.locator(".is-drawn").wait_for()
            for mark in figure.locator(".mark-symbol path").all()[:2]:
                mark.hover(force=True)
                lines = [line for tip in figure.locator(".tip").all() for line in tip.inner_text().splitlines()]
                digits = [n.replace(".", "").lstrip("0") for n in re.findall(r"\d+\.\d+", " ".join(lines))]
                assert not [line for line in lines if "_" in line.rsplit(": ", 1)[0]], identity
                assert max(map(len, digits), default=0) <= 6, f"{identity}: {lines}"
                told += len(lines)
    assert told, "no figure with controls says anything beside the pointer"


def test_nothing_is_loaded_by_scrolling_and_the_first_change_is_kept(
    browser: Browser, address: str, built: dict[str, Any]
) -> None:
    identity, meta = next((i, m) for i, m in built.items() if m["controls"][0]["kind"] == "slider")
    page, said = opened(browser, address + page_of(identity))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    assert not [each for each in said if "vega" in each or ".spec.js" in each]
    figure, form = of(page, identity)
    control = meta["controls"][0]
    before = figure.locator(".finding .says").inner_text()
    form.evaluate(SET, {control["name"]: ends(control)[1]})  # both scripts are still on their way
    figure.locator(".is-drawn").wait_for()
    assert sum(".spec.js" in each for each in said) == 1
    assert figure.locator(".finding .says").inner_text() != before
    assert form.locator("output").first.inner_text() in figure.locator(".chart").get_attribute("aria-label")
    assert form.locator("input").first.get_attribute("aria-valuetext") == form.locator("output").first.inner_text()


def test_a_setting_is_in_the_address_and_comes_back_from_a_file(browser: Browser, built: dict[str, Any]) -> None:
    for identity, meta in built.items():
        page, _ = opened(browser, f"{SITE.as_uri()}/{page_of(identity)}")
        figure, form = of(page, identity)
        control = meta["controls"][-1]
        end = next(each for each in ends(control) if each not in (control["start"], f"{control['start']}"))
        form.evaluate(SET, {control["name"]: end})
        figure.locator(".is-drawn").wait_for()
        page.wait_for_timeout(50)
        assert page.url.endswith(f"#{identity}") and f"?{control['name']}=" in page.url
        assert figure.locator(f".acts a[href$='#{identity}']").first.get_attribute("href").startswith("?")
        again, said = opened(browser, page.url)
        other, _ = of(again, identity)
        other.locator(".is-drawn").wait_for()
        again.wait_for_function("f => f.querySelector('[role=status]').textContent", arg=other.element_handle())
        assert other.locator(".finding .says").inner_text() == figure.locator(".finding .says").inner_text()
        assert not [each for each in said if each.startswith(("crash", "warning Figure", "http"))]
        page.context.close()
        again.context.close()
        break


def test_an_address_that_asks_for_the_impossible_leaves_the_start(
    browser: Browser, address: str, built: dict[str, Any]
) -> None:
    identity, meta = next(iter(built.items()))
    name = meta["controls"][0]["name"]
    page, said = opened(browser, f"{address}{page_of(identity)}?{name}=nothing%20of%20this&other=1#{identity}")
    page.wait_for_timeout(300)
    assert not page.locator(".is-drawn").count()
    assert of(page, identity)[0].locator(".finding .says").inner_text() == meta["title"]
    assert not [each for each in said if each.startswith(("crash", "error", "warning"))]


def test_without_scripts_there_are_no_controls(browser: Browser, address: str, built: dict[str, Any]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    identity, meta = next(iter(built.items()))
    page.goto(address + page_of(identity))
    assert not page.locator("form.controls").first.is_visible()
    assert page.locator(f"figure[id='{identity}'] .finding .says").inner_text() == meta["title"]
    context.close()


def test_the_ranges_of_one_panel_have_one_length_and_each_field_a_name(
    browser: Browser, address: str, built: dict[str, Any]
) -> None:
    identity = max(built, key=lambda each: len(built[each]["controls"]))
    for size in (WIDE, PHONE):
        page, _ = opened(browser, address + page_of(identity), size)
        _, form = of(page, identity)
        lengths = form.evaluate(
            "f => [...f.querySelectorAll('[type=range]')].map((e) => e.getBoundingClientRect().width)"
        )
        assert max(lengths) - min(lengths) <= 1
        for control in built[identity]["controls"]:
            assert form.get_by_label(control["label"], exact=True).count() == 1
        if size == PHONE:
            assert form.bounding_box()["height"] < PHONE["height"] / 2, "the picture is in sight while a slider moves"
        page.context.close()
