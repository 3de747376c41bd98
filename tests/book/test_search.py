"""The index of the search: what it holds of each kind, where each place is, and that nothing else makes one."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import Any

import pytest
from docutils import nodes
from sphinx.application import Sphinx

from book.extension import entries, search
from book.extension.theme import FOLDER
from tests.book.conftest import Built, a_figure, notebook

#: The library, as its authors published it: dist/umd/index.js of this version.
LIBRARY = "minisearch-7.2.0.js"
SHA256 = "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03"
#: Bytes of script and style sheet, gzipped.
BUDGET = 6 * 1024
CHAPTER = """# The DeepSeek case

What it says. {cite:p}`someone2020`

## What makes it efficient?

A model keeps keys and values: the KV cache,
of $\\sigma_w$ numbers. It's small.

```python
secret_code()
```

### In detail

Words below.

## Nothing
"""
GLOSSARY = "# Glossary\n\n```{glossary}\nKV cache\n  What a model keeps of every token.\n\nnat\n  A unit.\n```\n"
INDEX = "# The book\n\n```{toctree}\nchapters/deepseek\nfigures\nbook/glossary\n```\n"


@pytest.fixture
def site(build) -> Built:
    return build(
        {
            "index.md": INDEX,
            "chapters/deepseek.md": CHAPTER,
            "figures.ipynb": notebook("# Figures\n\nIn the KV cache.\n", a_figure(caption="In nats. Or so.")),
            "book/glossary.md": GLOSSARY,
        }
    )


def index_of(site: Built) -> dict[str, Any]:
    text = (site.folder / search.SCRIPT).read_text(encoding="utf-8")
    assert text.startswith("var bookIndex=")
    return json.loads(text.removeprefix("var bookIndex=").rstrip(";\n"))


def test_the_library_is_the_one_that_its_authors_published_with_its_licence() -> None:
    folder = FOLDER / "static" / "vendor"
    assert {path.name for path in folder.iterdir()} == {LIBRARY, "minisearch-LICENSE.txt"}
    assert hashlib.sha256((folder / LIBRARY).read_bytes()).hexdigest() == SHA256
    assert "Permission is hereby granted" in (folder / "minisearch-LICENSE.txt").read_text(encoding="utf-8")
    assert f'"vendor/{LIBRARY}"' in (FOLDER / "static" / "find.js").read_text(encoding="utf-8")


def test_script_and_style_sheet_keep_to_their_budget() -> None:
    sizes = [len(gzip.compress((FOLDER / "static" / name).read_bytes(), 9)) for name in ("find.js", "search.css")]
    assert sum(sizes) <= BUDGET, sizes


def test_a_section_is_found_by_the_words_that_its_readers_read(site: Built) -> None:
    index = index_of(site)
    pages = [name for _, name in index["pages"]]
    found = {(pages[page], title): (anchor, text) for page, anchor, title, text in index["sections"]}
    assert found["3. The DeepSeek case", "The DeepSeek case"] == ("", "What it says. Someone 2020")
    anchor, text = found["3. The DeepSeek case", "What makes it efficient?"]
    assert anchor == "what-makes-it-efficient" and f'id="{anchor}"' in site.page("chapters/deepseek")
    assert text == "A model keeps keys and values: the KV cache, of σw numbers. It’s small."
    assert "secret_code" not in text and "below" not in text
    assert found["3. The DeepSeek case", "In detail"] == ("in-detail", "Words below.")
    assert ("3. The DeepSeek case", "Nothing") not in found
    assert index["pages"][0][0] == "chapters/deepseek.html"


def test_a_figure_is_found_by_its_finding_and_by_the_terms_around_it(site: Built) -> None:
    index = index_of(site)
    (page, identity, finding, measure, terms) = index["figures"][0]
    assert (index["pages"][page][0], identity) == ("figures.html", "demo-line")
    assert (finding, measure) == ("The line rises", "y by x")
    assert {index["terms"][place][1] for place in terms} == {"KV cache", "nat"}
    thumbnail = (site.folder / search.THUMBNAILS / "demo-line.js").read_text(encoding="utf-8")
    assert thumbnail.startswith('bookThumbnail("demo-line","<svg') and len(thumbnail) < 4000


def test_a_term_is_found_with_its_definition(site: Built) -> None:
    href, name, definition = index_of(site)["terms"][0]
    assert (name, definition) == ("KV cache", "What a model keeps of every token.")
    assert f'id="{href.partition("#")[2]}"' in site.page("book/glossary")


def test_an_erratum_is_found_by_its_title_and_words_and_not_as_a_section(build) -> None:
    def list_one(app: Sphinx, doctree: nodes.document) -> None:
        line = entries.folded_line("", "", nodes.inline(text="A slip", classes=["t"]), nodes.Text(" certain"))
        words = nodes.paragraph(text="Printed 7.28. " * 40)
        doctree.next_node(nodes.section).append(entries.folded("", line, words, ids=["a-slip"], data={"sure": ""}))

    built = build(
        {"index.md": "# I\n", "errata.md": "# Errata\n\nWhat is wrong.\n"}, connect=[("doctree-read", list_one)]
    )
    index = index_of(built)
    ((href, title, text),) = [row for row in index["errata"] if row[0].startswith("errata")]
    assert (href, title) == ("errata.html#a-slip", "A slip")
    assert text.startswith("Printed 7.28.") and text.endswith(" …") and len(text) <= search.OF_ERRATUM + 2
    assert [row[3] for row in index["sections"]] == ["What is wrong."]


def test_sphinx_makes_no_index_of_its_own(site: Built) -> None:
    others = re.compile(r"searchindex|searchtools|language_data|doctools|stopwords|stemmer|sphinx_highlight|basic\.css")
    assert not [name for name in site.files() if others.search(name)]


def test_the_page_of_the_search_lists_what_it_finds_and_every_page_leads_there(site: Built) -> None:
    html = site.page("search")
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', html[html.index("<main") :])
    assert ("chapters/deepseek.html#what-makes-it-efficient", "What makes it efficient?") in links
    assert [name for href, name in links if href.startswith("book/glossary.html#")] == ["KV cache", "nat"]
    assert 'class="find" href="../search.html" data-find="../_static/find.js"' in site.page("chapters/deepseek")
