"""A sentence that says "nobody" or "no firm" of the world cites its source or has a reason."""

from __future__ import annotations

import pytest

from book.extension import prose
from tests.book import absolutes


def found(markdown: str) -> list[str]:
    texts = (text for text in prose.texts(markdown, absolutes.role) if not text.formula)
    return [one.word for text in texts for one in absolutes.absolutes(text.text, "chapters/toy.md", text.line)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It is dear. Nobody has measured it.", "Nobody"),
        ("But no firm says how much.", "no firm"),
        ("There is more, and no other published study finds it.", "no other published study"),
        ("It fell more than any firm's ever.", "any firm"),
        ("The razor always helps.", "always"),
        ("The gap never closes; see {cite:p}`x2024` below. It never does.", "never"),
        ("How much is idle is not known.", "is not known"),
        ("It has never been measured; see below.", "has never been measured"),
        ("None of these studies {glue:text}`n` looked.", "None of"),
    ],
)
def test_a_claim_about_the_whole_world_is_found(text, word):
    assert found(text) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "Nobody has measured it {cite:p}`x2024`.",
        "By their table nobody {cite}`x2024` did.",
        "They do not always win, and hardly ever lose.",
        "It can be sampled without any network.",
        "This is no independent test.",
        "The price is not known to us.",
        "`always` is a name, and “nobody ever did” a quotation of {cite}`x2024`.",
    ],
)
def test_a_source_in_the_sentence_is_enough_and_ordinary_english_claims_nothing(text):
    assert found(text) == []


def test_a_reason_must_have_its_sentence_and_a_sentence_its_reason():
    said = list(absolutes.absolutes("Nobody can list them.", "chapters/toy.md", 7))
    assert "chapters/toy.md:7: 'Nobody' claims to know the whole world" in absolutes.problems(said, {})
    assert absolutes.problems(said, {"Nobody can list them": "there are too many, by arithmetic"}) == ""
    assert "has no reason" in absolutes.problems(said, {"Nobody can list them": "so"})
    assert "no sentence says 'always' any more" in absolutes.problems([], {"always": "by construction"})


def test_texts_of_figures_verdicts_and_pages_are_read(monkeypatch, tmp_path):
    for folder in ("chapters", "book", "analysis/toy/chapter"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "index.md").write_text("# A book\n\nNobody else\ndoes it.\n", encoding="utf-8")
    (tmp_path / "analysis/toy/chapter/verdicts.py").write_text(
        '@rule("A-1", "supported if no firm does")\ndef a():\n    return Judgement("partly", "It is never so.", {})\n',
        encoding="utf-8",
    )
    assert [one.word for one in absolutes.in_pages(tmp_path)] == ["Nobody"]
    assert {one.word for one in absolutes.in_code(tmp_path)} == {"no firm", "never"}


def test_every_universal_claim_of_the_book_has_a_source_or_a_reason():
    assert absolutes.problems([*absolutes.in_pages(), *absolutes.in_code()], absolutes.reasons()) == ""
