"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}

# Runs in the wild.

_MEETING = (
    "def meeting(minutes=38.0, seconds=469.0, wanted=0.9):\n    t = {unit} * minutes\n    return {used}, {longest}\n"
)
RIGHT["distributed-meeting"] = [
    _MEETING.format(unit=60, used="1 / (1 + seconds / t)", longest="(1 - wanted) / wanted * t"),
]
WRONG["distributed-meeting"] = [
    (_MEETING.format(unit=1, used="t / (t + seconds)", longest="t / 9"), "minutes"),
    (_MEETING.format(unit=60, used="1 - seconds / t", longest="t / 9"), "whole round"),
    (_MEETING.format(unit=60, used="t / (t + seconds)", longest="(1 - wanted) * t"), "not of the time of computing"),
]
_APART = (
    "import math\ndef apart(first=0.4421, second=0.4192, questions=570):\n    p = {share}\n"
    "    e = {errors} * p * (1 - p)\n    return {gap} / math.sqrt(e / questions), 4 * e / (second - first) ** 2\n"
)
RIGHT["distributed-questions"] = [
    _APART.format(share="(first + second) / 2", errors=2, gap="(second - first)"),
]
WRONG["distributed-questions"] = [
    (_APART.format(share="first", errors=1, gap="(second - first)"), "Both scores have an error"),
    (_APART.format(share="(first + second) / 2", errors=2, gap="(first - second)"), "negative"),
]
