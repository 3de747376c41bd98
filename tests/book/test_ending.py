"""The end of a chapter gives three sentences to tell a friend and a reason to go on."""

import re

INDEX = "# I\n\n```{toctree}\nchapters/scaling\nchapters/deepseek\nbook/other\n```\n"
FRIEND = ":::{friend}\n1. One *fact*.\n2. Two.\n3. Three.\n:::\n"


def pages(friend=FRIEND):
    """Two chapters, of which the first ends with what to tell a friend."""
    front = "---\nquestion: What did it <take>?\nkey-figure: deepseek-saving\n---\n\n"
    return {
        "index.md": INDEX,
        "chapters/scaling.md": f"# One\n\nWords.\n\n## End\n\n{friend}",
        "chapters/deepseek.md": front + "# Two\n\n" + "word " * 620,
        "book/other.md": "# Other\n",
    }


def test_a_chapter_ends_with_three_sentences_to_copy_and_to_cite(build):
    """The citation names chapter, number, book, version and year, as text and as BibTeX."""
    built = build(pages())
    assert not built.warnings
    box = built.page("chapters/scaling").split('<div class="friend"')[1]
    assert re.findall(r"<li><p>(.*?)</p>", box)[:3] == ["One <em>fact</em>.", "Two.", "Three."]
    assert 'data-copy-of=".friend ol"' in box
    said, bibtex = re.search(r'<div class="panel"><p>(.*?)</p><pre>(.*?)</pre>', box, re.S).groups()
    assert re.search(r"\(2026\)\. Scaling laws, chapter 2\. In: The Evolution .*, version [\d.]+\.$", said)
    assert bibtex.startswith("@misc{evolution-scaling,") and "Scaling laws, chapter 2" in bibtex and "url" not in bibtex


def test_a_book_with_an_address_is_cited_with_it(build):
    """That of the chapter."""
    html = build(pages(), html_baseurl="https://example.org/book").page("chapters/scaling")
    assert "https://example.org/book/chapters/scaling.html" in html.split('<div class="friend"')[1]


def test_what_a_friend_is_told_has_three_sentences(build):
    """Two are a mistake that the build tells of."""
    assert "numbered list of 3 sentences" in build(pages(FRIEND.replace("3. Three.\n", ""))).warnings
    assert "numbered list of 3 sentences" in build(pages(FRIEND.replace("1. ", "- "))).warnings


def test_the_next_chapter_asks_its_question_and_the_last_one_leads_back(build):
    """With its number, time and title; a page that is no chapter leads nowhere."""
    built = build(pages())
    first, last, other = (built.page(name) for name in ("chapters/scaling", "chapters/deepseek", "book/other"))
    onward = re.search(r'<a class="onward" href="deepseek.html">(.*?)</a>', first, re.S)[1]
    assert re.sub("<[^>]+>", "|", onward).startswith(
        "|Next, chapter 3, 3 minutes||What did it &lt;take&gt;?||The DeepSeek case"
    )
    assert "Before:" not in first and 'class="onward"' not in last
    assert '<a href="scaling.html">Before: Scaling laws</a>' in last and "#chapters" in last
    assert 'class="back"' not in other


def test_outside_html_the_sentences_are_a_list(build):
    """Nothing to press on paper."""
    text = build(pages(), builder="text").page("chapters/scaling")
    assert "1. One *fact*." in text and "Cite" not in text
