"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}
