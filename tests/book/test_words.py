"""No term before its definition: an uncommon word is in the glossary, bold where it stands first, or known."""

from __future__ import annotations

import csv
import doctest
import json

import pytest

from book.extension import prose
from tests.book import words
from tests.book.words import Text, explained

ROOT = words.ROOT


def missing(*texts, terms=(), rows=(), names=frozenset()):
    """The words of a small page that nothing explains."""
    found = explained([Text("toy.md", n, words._marked(t)) for n, t in enumerate(texts)], terms, rows, names)
    return [one.word for one in found.missing]


@pytest.mark.parametrize("word", ["tanh", "GPUs", "parity", "H100", "DeepSeek", "E4M3", "perceptron", "amortised"])
def test_an_abbreviation_and_an_uncommon_word_are_candidates(word):
    assert words.is_candidate(word)


@pytest.mark.parametrize(
    "word",
    ["networks", "unlikely", "neighbours", "photographed", "memorises", "analysed", "centre", "fibres", "planned"],
)
def test_simple_forms_of_a_common_word_are_none(word):
    assert not words.is_candidate(word)


@pytest.mark.parametrize("word", ["cheaper", "firm’s", "happily", "possibly", "defence", "labelled", "x0", "n"])
def test_comparisons_possessives_and_symbols_are_none(word):
    assert not words.is_candidate(word)


def test_a_word_is_explained_by_the_glossary_in_whatever_number():
    assert missing("A parity, parities and Parity's.", terms=["parity"]) == []
    assert missing("A PAC-Bayes bound.", terms=["PAC-Bayes"]) == []
    assert missing("A fan-in of a perceptron.", terms=["fan-in"]) == ["perceptron"]


def test_a_part_of_a_term_is_explained_only_within_the_term():
    assert missing("The Sobol index.", terms=["Sobol index"]) == []
    assert missing("By Sobol, and the Sobol index.", terms=["Sobol index"]) == ["Sobol"]


def test_bold_explains_from_its_place_on():
    assert missing("The **dark perceptron** is a rule.", "A perceptron.") == []
    assert missing("A perceptron, that is a **perceptron**.") == ["perceptron"]
    assert missing("A perceptron.", "The **perceptron** is a rule.") == ["perceptron"]


def test_a_row_explains_a_word_and_its_forms_and_must_be_needed():
    found = explained([Text("toy.md", 1, "Perceptrons, of MMLU.")], (), ["perceptron", "MMLU", "parity"], frozenset())
    assert not found.missing
    assert words.in_vain([found], ["perceptron", "MMLU", "parity"]) == ["parity"]


def test_a_row_in_small_letters_is_no_abbreviation():
    assert missing("ReLU", rows=["relu"]) == ["ReLU"]


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(words).failed == 0


def test_the_people_whom_the_book_cites_and_months_are_names():
    assert {"Hoffmann", "Besiroglu", "Pérez", "October"} <= words.people()
    assert missing("Hoffmann’s work", names=frozenset({"Hoffmann"})) == []


CHAPTER = """---
question: What is a quandle?
---

# A perceptron

:::{chapter-header}
:prerequisites: what a functor is.

- say what a monoid is
:::

A `codename` and $tanh$. The **Kullback** is a name, {term}`groupoid`; not [gluon](https://example.org/lepton).

```{code-cell} ipython3
figures.toy(zygote)
```

```{claims} toy
```

::::{exercise} A fermion
:id: toy-a

Find the hadron.

```{solution}
lepton = 1
```
::::
"""


@pytest.fixture
def book(tmp_path):
    """A book of one chapter, with one figure, one claim and one verdict."""
    for folder in ("chapters", "book", "analysis/data", "analysis/toy/chapter/figures"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "chapters/toy.md").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "analysis/data/claims.csv").write_text(
        "id,claim,chapter\nT-1,A neutrino,toy\nO-1,A muon,other\n", encoding="utf-8"
    )
    (tmp_path / "analysis/toy/chapter/verdicts.py").write_text(
        '@rule("T-1", "supported if a quark is")\ndef a():\n    return Judgement("partly", "It has {n-pions}.", {})\n',
        encoding="utf-8",
    )
    (tmp_path / "analysis/toy/chapter/figures/some.py").write_text(
        "def toy(rows):\n    def found(how):\n        return f'A phonon of {how}'\n\n"
        "    return Figure(chart, title='A meson', caption='**Axon** `qubit`', alt='magnon', finding=found)\n\n\n"
        "def other(rows):\n    return Figure(chart, title='A gluon')\n",
        encoding="utf-8",
    )
    return tmp_path


def test_a_chapter_is_read_in_the_order_of_its_page(book):
    texts = words.chapter_texts(book / "chapters/toy.md", book)
    uncommon = [w for text in texts for w in words._WORD.findall(text.text) if words.is_candidate(w)]
    opening = "quandle perceptron functor monoid Kullback groupoid gluon"
    assert " ".join(uncommon) == f"{opening} meson Axon phonon neutrino quark fermion hadron"
    assert [text.path for text in texts if "meson" in text.text] == ["analysis/toy/chapter/figures/some.py"]


def test_what_is_missing_is_said_with_its_place_and_what_to_do(book):
    found = words.explained(words.chapter_texts(book / "chapters/toy.md", book), (), (), frozenset())
    said = words.remedy(found.missing)
    assert "chapters/toy.md:5: 'perceptron' in 'A perceptron'" in said and "tests/book/words.csv" in said
    assert words.remedy([]) == ""


def test_a_term_that_is_not_linked_where_it_stands_must_be_bold(book):
    (book / "book/glossary.md").write_text("```{glossary}\nperceptron\n  A unit.\n```\n", encoding="utf-8")
    (book / "book/references.bib").write_text("", encoding="utf-8")
    path = book / "chapters/toy.md"
    assert "perceptron" not in [one.word for one in words.in_chapter(path, (), book).missing]
    (book / "book/unlinked.csv").write_text("term,reason\nperceptron,also a car\n", encoding="utf-8")
    assert "perceptron" in [one.word for one in words.in_chapter(path, (), book).missing]


def test_the_glossary_is_read_with_all_names_of_an_entry(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book/glossary.md").write_text(
        "# G\n\n```{glossary}\nnat\n  A unit.\n\nH100\nH800\n  Chips,\n  both.\n```\n", encoding="utf-8"
    )
    assert words.glossary(tmp_path) == {"nat": "A unit.", "H100": "Chips, both.", "H800": "Chips, both."}


def test_names_of_variables_are_found_in_what_is_printed_and_drawn(tmp_path):
    chart = {"encoding": {"x": {"title": "weight scale"}, "y": {"axis": {"title": ["error_rate", "of all"]}}}}
    outputs = [
        {"output_type": "stream", "text": ["N_rest 17, K_LZ of c_star\n", "majority_error 6.7"]},
        {"data": {"text/plain": "(2, np.float64(1.2), None)", "text/html": "x_y"}},
        {
            "data": {
                "application/vnd.vegalite.v6+json": chart | {"usermeta": {"title": "some_thing"}},
                "text/plain": "a_b",
            }
        },
    ]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    (tmp_path / "toy.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert words.code_names(tmp_path / "toy.ipynb") == ["None", "error_rate", "majority_error", "np.float64"]


@pytest.mark.parametrize("topic", [path.stem for path in prose.chapters(ROOT)])
def test_no_cell_prints_and_no_axis_says_the_name_of_a_variable(topic):
    assert words.code_names(ROOT / "tests" / "notebooks" / f"{topic}.ipynb") == []


@pytest.mark.parametrize("chapter", prose.chapters(ROOT), ids=lambda path: path.stem)
def test_no_chapter_uses_a_term_before_its_definition(chapter):
    assert words.remedy(words.in_chapter(chapter, words.allowed()).missing) == ""


def test_no_entry_of_the_glossary_needs_a_word_that_nothing_explains():
    assert words.remedy(words.in_glossary(words.allowed()).missing) == ""


def test_no_allowed_word_stands_in_vain_or_without_reason():
    rows = words.allowed()
    found = [words.in_chapter(path, rows) for path in prose.chapters(ROOT)]
    assert words.in_vain([*found, words.in_glossary(rows)], rows) == []
    assert [word for word, reason in rows.items() if len(reason.split()) < 2] == []


def test_the_list_is_sorted_and_says_each_word_once():
    with words.TABLE.open(encoding="utf-8", newline="") as lines:
        listed = [row["word"] for row in csv.DictReader(lines)]
    assert listed == sorted(set(listed), key=lambda word: (word.casefold(), word))


def test_the_glossary_is_in_the_order_of_the_alphabet():
    firsts, last = [], ""
    for name, definition in words.glossary().items():
        if definition != last:
            firsts.append(name)
        last = definition
    assert firsts == sorted(firsts, key=lambda name: name.replace("'", "").replace(".", "").casefold())
