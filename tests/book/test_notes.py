"""At its first mention in a chapter, a source says what it is and a term what it means; the rest are plain links."""

import csv
import re

import pytest
from docutils import nodes

from analysis.kit import facts
from book.extension import notes, page

BIB = """@misc{a2020, author={Ab, C. and De, F. and Gh, I.}, title={A \\$2 {GPU}}, year={2020}, url={https://example.org/a}}
@misc{b2021, author={{Firm}}, title={One}, year={2021}}
@misc{c2021, author={{Firm}}, title={Other}, year={2021}, doi={10.1/x}}
"""
GLOSSARY = """# Glossary

```{glossary}
KV cache
  What a model keeps of every token. It grows.

mixture of experts
  A network of many {term}`experts <KV cache>`, e.g. of eight.

frontier
  The models with the most compute.
```
"""
INDEX = "# I\n\n```{toctree}\nchapters/one\nchapters/two\nglossary\nbibliography\n```\n\nKV cache {cite}`a2020`.\n"
ONE = """# One

They heard {cite}`a2020` of the KV cache.

## A mixture of experts

Mixtures of experts and `KV cache` and $KV cache$, [a KV cache](https://example.org). The frontier and a **frontier**.
A KV-cache is none. The KV
cache is one {cite}`b2021,a2020`, {cite:t}`c2021`, {cite}`a2020`. Another KV cache.

| KV cache |
| --- |
| mixture of experts |

## Next

A mixture of experts {cite}`b2021`.
"""


@pytest.fixture
def pages():
    """Two chapters, a glossary and a bibliography."""
    return {
        "references.bib": BIB,
        "index.md": INDEX,
        "chapters/one.md": ONE,
        "chapters/two.md": "# Two\n\n## Part\n\nThe **KV cache** {cite}`c2021` again.\n",
        "glossary.md": GLOSSARY,
        "bibliography.md": "# Bibliography\n\n```{bibliography}\n:all:\n```\n",
        "book/unlinked.csv": "term,reason\nfrontier,also a border\n",
    }


def test_each_source_and_term_has_one_note_numbered_from_one(build, pages):
    """In the order of the text, below the opening; text inside code, formulas, links, headings and tables has none."""
    built = build(pages)
    assert not built.warnings
    html = built.page("chapters/one")
    found = re.findall(r'<span class="note" id="note-(\d+)" role="note"><b>\1</b> (.*?)</span>(?=[ .,\n<])', html, re.S)
    texts = [re.sub(r"<[^>]+>", "", text) for _, text in found]
    assert texts == [
        "Mixture of experts. A network of many experts, e.g. of eight. Glossary",
        "Frontier. The models with the most compute. Glossary",
        "KV cache. What a model keeps of every token. Glossary",
        "Ab et al. 2020. A $2 GPU. Firm 2021a. One. No address known.",
        "Firm 2021b. Other.",
    ]
    assert html.count('class="ref"') == 5 and html.count("aria-controls") == 5
    assert re.search(r'<a class="[^"]*term[^"]*" href="../glossary.html#term-mixture-of-experts">Mixtures of', html)
    assert re.search(r'<strong><a [^>]*#term-frontier">frontier</a></strong><a class="ref"', html)
    assert 'href="https://example.org/a"' in html and 'href="https://doi.org/10.1/x"' in html
    assert "Firm</span>" not in built.page("index") and 'class="note"' not in built.page("index")


def test_a_term_of_the_opening_leads_to_the_glossary_and_has_its_note_in_the_text(build, pages):
    """Also one of the objectives; the link says in its title what the term means."""
    pages["chapters/one.md"] = ONE.replace(
        "# One\n", "# One\n\n:::{chapter-header}\n:prerequisites: nothing\n\n1. name a mixture of experts\n:::\n"
    )
    html = build(pages).page("chapters/one")
    opening, text = html.split("They heard")[0], html.split("They heard")[1]
    link = r'<a class="[^"]*term[^"]*" href="../glossary.html#term-{}" title="([^"]*)">([^<]*)</a>(?!<a class="ref")'
    assert re.findall(link.format("mixture-of-experts"), html) == [
        ("A network of many experts, e.g. of eight.", "mixture of experts")
    ]
    assert "#term-mixture-of-experts" in opening
    assert re.findall(link.format("KV-cache"), text) == [("What a model keeps of every token.", "KV cache")]
    assert html.count("<dfn>KV cache.</dfn>") == 1


def test_a_source_is_cited_by_a_name_that_is_its_own(build, pages):
    """Two works of one name and year carry a letter, in the text as in the bibliography."""
    built = build(pages)
    text = re.sub(r"<[^>]+>", "", built.page("chapters/one"))
    assert "; Firm 2021a)" in text and " Firm 2021b" in text and "[" not in text.split("Firm 2021b")[0][-30:]
    assert re.findall(r'<p class="name">([^<]+)', built.page("bibliography")) == [
        "Ab et al. 2020",
        "Firm 2021a",
        "Firm 2021b",
    ]


def test_the_bibliography_says_where_a_work_can_be_read_and_where_it_is_cited(build, pages):
    """By chapter and section, with permanent links of its own, and without marks of TeX."""
    html = build(pages).page("bibliography")
    assert "A $2 GPU" in html and "\\" not in re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert 'id="source-b2021"' in html and 'href="#source-b2021"' in html
    assert html.count("No address known.") == 1 and ">doi:10.1/x</a>" in html
    entry = html.split('id="source-b2021"')[1].split("</li>")[0]
    assert re.findall(r'href="(chapters[^"]+)"', entry) == [
        "chapters/one.html#a-mixture-of-experts",
        "chapters/one.html#next",
    ]


def test_the_bibliography_says_which_facts_rest_on_a_work(build, pages, monkeypatch, tmp_path_factory):
    """With a link to their table; a work that nothing rests on says so."""
    folder = tmp_path_factory.mktemp("facts")
    (folder / "toy.csv").write_text("id,source\nx,b2021\ny,b2021\nz,c2021\n", encoding="utf-8")
    monkeypatch.setattr(facts, "DATA", folder)
    pages["glossary.md"] += "\n(table-toy)=\n## Toys\n"
    pages["references.bib"] += "@misc{zz, title={Unused}, year={2000}}\n"
    html = build(pages).page("bibliography")
    said = {key: html.split(f'id="source-{key}"')[1].split("</li>")[0] for key in ("b2021", "a2020", "zz")}
    assert (
        'Source of 2 rows of the table <a class="reference internal" href="glossary.html#table-toy">toy</a>.'
        in said["b2021"]
    )
    assert "Source of" not in said["a2020"] and "Not cited." in said["zz"]


def test_the_glossary_leads_back_to_where_a_term_is_first_used(build, pages):
    """In each chapter."""
    html = build(pages).page("glossary")
    entry = html.split('id="term-KV-cache"')[1].split("<dt")[0]
    assert "First used in" in entry
    assert re.findall(r'href="(chapters[^"]+)"', entry) == [
        "chapters/one.html#a-mixture-of-experts",
        "chapters/two.html#part",
    ]


def test_a_listed_word_that_is_no_term_is_reported(build, pages):
    """Or the list would grow old."""
    pages["book/unlinked.csv"] += "border,common\n"
    assert "'border', which is no term" in build(pages).warnings


def test_the_words_that_are_not_linked_have_reasons():
    """A sentence each."""
    with open("book/unlinked.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows and all(len(row["reason"].split()) > 3 for row in rows)
    assert [row["term"] for row in rows] == sorted({row["term"] for row in rows})


def test_a_note_is_left_out_of_a_text_version(build, pages):
    """There it would stand in the middle of a sentence."""
    assert "What a model keeps" not in build(pages, builder="text").page("chapters/one")


def test_a_definition_is_noted_by_its_first_sentence():
    """An abbreviation does not end it."""
    assert notes.Term("a", "g", "t", "One, e.g. This. Two.").sentence == "One, e.g. This."


def test_notes_take_no_time_to_read():
    """The time at the head of a chapter is that of its text."""
    assert page.words_of(nodes.paragraph("", "Two words", notes.margin_note("", "three more words"))) == 2
