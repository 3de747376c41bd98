"""The result of a check is one line that prints what was held against what."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from analysis import runs, topics

ROOT = Path(__file__).resolve().parents[2]
#: The most words of a result, so that it is one line on a wide page and three on a phone.
WORDS = 18
#: The longest printed difference between a number and itself: half a unit of its last of two digits.
ROUNDING = 0.05

_HELD = re.compile(r"^:::+\{held\} (?P<keys>[^\n]+)\n(?P<result>.*?)\n\n", re.DOTALL | re.MULTILINE)
_GLUED = re.compile(r"\{glue:text\}`([\w.-]+)`")
_ROLE = re.compile(r"\{[\w:]+\}`[^`]*`")


def same(printed: float, value: float) -> bool:
    """Whether two numbers are the same but for a power of ten, as a unit such as million or per cent makes."""
    if not printed or not value:
        return printed == value
    power = math.log10(abs(printed / value))
    return abs(power - round(power)) < math.log10(1 + ROUNDING)


def held(topic: str) -> list[tuple[list[str], str]]:
    """The names and the results of a chapter's checks."""
    text = (ROOT / "chapters" / f"{topic}.md").read_text(encoding="utf-8")
    return [(found["keys"].split(), found["result"]) for found in _HELD.finditer(text)]


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [(4.2, 4.2e12, True), (73, 0.731, True), (4.2, 3.7e12, False), (0, 0, True), (1, 0, False), (9.99, 10.0, True)],
)
def test_a_unit_makes_no_other_number(printed, value, expected):
    assert same(printed, value) is expected


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_result_is_one_line_and_prints_a_number_of_its_check(topic):
    checks = {check.key: check for check in topics.checks(topic)}
    numbers = runs.run(topic).numbers
    faults = []
    for keys, result in held(topic):
        if len(_ROLE.sub("x", result).split()) > WORDS:
            faults.append(f"{result}: more than {WORDS} words")
        printed = [numbers[name].value for name in _GLUED.findall(result)]
        own = [value for key in keys for value in (checks[key].ours, checks[key].fact.value)]
        own += [abs(checks[key].ours - checks[key].fact.value) for key in keys]
        if not any(same(number, value) for number in printed for value in own):
            faults.append(f"{result}: prints no number of {', '.join(keys)}")
    assert not faults


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_chapter_holds_itself_against_others_and_writes_no_check_by_hand(topic):
    text = (ROOT / "chapters" / f"{topic}.md").read_text(encoding="utf-8")
    assert held(topic) and "**Check" not in text
