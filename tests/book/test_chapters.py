"""What a chapter asks stands in its front matter, and is read in one place."""

import re

from analysis import topics
from analysis.kit.chapters import CHAPTERS
from book.extension import chapters

INDEX = "# I\n\n```{toctree}\nchapters/market\nchapters/cnn_era\nother\n```\n"
FRONT = "---\nquestion: Does it repeat?\nkey-figure: cnn-era-parallel\n---\n\n"


def test_the_chapters_are_listed_in_the_order_of_the_book(build):
    """With number, short title, question and key figure; without a question the title asks."""
    pages = {"index.md": INDEX, "chapters/market.md": "# Long title\n", "chapters/cnn_era.md": FRONT + "# C\n"}
    listed = chapters.listed(build({**pages, "other.md": "# O\n"}).env)
    assert [chapter.docname for chapter in listed] == ["chapters/market", "chapters/cnn_era"]
    market, cnn = listed
    assert (market.number, market.title, market.question, market.figure) == (
        7,
        "Market implications",
        "Market implications",
        "",
    )
    assert (cnn.topic, cnn.number, cnn.question, cnn.figure) == ("cnn_era", 5, "Does it repeat?", "cnn-era-parallel")


def test_every_chapter_of_the_book_asks_a_question_and_has_a_picture_of_its_own():
    """The question ends as one, and the key figure is one that the chapter draws."""
    for topic in topics.TOPICS:
        text = (CHAPTERS / f"{topic}.md").read_text(encoding="utf-8")
        front = text.split("\n---\n")[0]
        asked, figure = re.search(r"^question: (.+)$", front, re.M), re.search(r"^key-figure: (.+)$", front, re.M)
        assert asked and asked[1].endswith("?")
        assert figure and figure[1].startswith(topics.identity(topic))
        name = figure[1].removeprefix(topics.identity(topic)).replace("-", "_")
        assert f"figures.{name}(" in text
