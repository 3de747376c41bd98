"""What a chapter is made of besides text: checks, exercises, tables of cells, formulas with what follows them."""

import json
import re
from types import SimpleNamespace

import pytest

from analysis import runs
from book.extension import checks, page
from book.extension.tables import tidy
from tests.book.conftest import notebook
from tools import density

CHECK = (
    ":::{held} counted\nMost counts agree with {cite}`someone2020`.\n\nSome miss it by a little, and we can say which: "
    "the first because of its table, the second because nobody printed it in full.\n:::"
)
WORKS = "```{bibliography}\n```\n"
EXERCISE = """
:::::{{exercise}} A word by hand
:id: demo-{n}
:level: compute
:minutes: 10

How many?

```{{starter}}
answer = None
```

```{{solution}}
answer = 3
```

```{{check}}
assert answer == 3, "Count again."
```
:::::
"""
FRAME = """<div><style scoped>.dataframe { x: y }</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;"><th></th><th>peak</th><th>published</th></tr>
    <tr><th>figure</th><th></th><th></th></tr>
  </thead>
  <tbody>
    <tr><th>a &amp; b</th><td>BF16, PCIe</td><td>43.7</td></tr>
    <tr><th>c</th><td>FP8</td><td>−1,200 %</td></tr>
  </tbody>
</table></div>"""


@pytest.fixture
def held(monkeypatch):
    """The page ``index`` is a chapter with three checks, of which one is not as its text says."""
    told = [
        runs.ToldCheck("index-counted", True, "counted: as published", True),
        runs.ToldCheck("index-quotient", True, "quotient: 7.3 where 7.28 is printed", False),
        runs.ToldCheck("index-drifted", False, "drifted: agrees where the chapter says it disagrees", True),
        runs.ToldCheck("index-twice", True, "", True),
        runs.ToldCheck("index-twice", True, "", True),
    ]
    monkeypatch.setattr(checks, "found_runs", lambda app: {"index": SimpleNamespace(checks=told)})


def test_a_check_folds_under_its_result(build, held):
    """Its first paragraph stays in sight with its links and the mark that was computed."""
    built = build({"index.md": f"# T\n\n{CHECK}\n\n{CHECK.replace('counted', 'counted quotient')}\n\n{WORKS}"})
    html = built.page()
    assert not built.warnings
    for box, word in zip(html.split('<div class="check docutils container">')[1:], ["agrees", "differs"], strict=True):
        result, way = box.split("</details>")[0].split('<details class="fold"><summary>How we know</summary>')
        text = re.sub("<[^>]+>", "", result).strip()
        assert text == f"Check. Most counts agree with (Someone 2020). {word}"
        assert way.strip().startswith("<p>Some miss it by a little") and "in full." in way


def test_a_check_in_a_text_version_is_two_paragraphs(build, held):
    """Nothing of it is lost where there is nothing to open."""
    text = build({"index.md": f"# T\n\n{CHECK}\n\n{WORKS}"}, builder="text").page()
    assert "Most counts agree" in text and "agrees" in text and "Some miss it by a little" in text


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("drifted", "drifted: agrees where the chapter says it disagrees"),
        ("counted unknown", "There is no check 'unknown'"),
        ("twice", "There are 2 checks 'twice'"),
    ],
)
def test_a_check_that_is_not_as_its_text_says_stops_the_build(build, held, keys, said):
    assert said in build({"index.md": f"# T\n\n{CHECK.replace('counted', keys)}\n\n{WORKS}"}).warnings


def test_a_check_without_a_way_says_what_is_missing(build, held):
    assert "write both" in build({"index.md": "# T\n\n:::{held} counted\nIt agrees.\n:::\n"}).warnings


def test_an_exercise_says_level_minutes_and_its_place(build):
    """Under a heading with a permanent link; check and solution are folded."""
    built = build({"index.md": "# T\n\n## Exercises\n" + EXERCISE.format(n=1) + EXERCISE.format(n=2)})
    html = built.page()
    assert not built.warnings
    second = html.split('<div class="exercise" id="demo-2">')[1]
    assert re.match(r'<h3>A word by hand<a class="headerlink" href="#demo-2" title="Link to A word by hand">', second)
    assert re.findall(r"<li>([^<]+)</li>", second)[:3] == ["Compute, level 2 of 3", "10 minutes", "2 of 2"]
    assert second.count('<details class="fold">') == 2 and second.count("A word by hand") == 2
    assert second.count('<div class="highlight-python') == 3


def test_the_time_to_read_is_that_of_the_main_text(build, held):
    """As the chapters' density counts it: without what is folded, tables and exercises; a formula is one word."""
    text = f"# Two words\n\nThree words $a+b$\n\n$$\na = b + c\n$$\n\n{CHECK}\n\n## Exercises\n\n{EXERCISE.format(n=1)}"
    text += "\n| a | b |\n| - | - |\n| x | y |\n\n" + WORKS
    document = build({"index.md": text}).env.get_doctree("index")
    only_there = ["Check.", "agrees", "(Someone 2020)", "."]
    assert page.words_of(document) == density.measure(text).words + len(only_there)


def test_a_table_of_a_cell_has_one_header_row_with_scopes():
    """The name of the index stands over it, and columns of numbers are aligned."""
    html = tidy(FRAME)
    assert "<style" not in html and html.count("<thead><tr>") == 1 and html.count("</tr>") == 3
    assert re.findall(r'<th scope="col"(?: class="n")?>([^<]+)', html) == ["figure", "peak", "published"]
    assert re.findall(r'<th scope="row">([^<]+)', html) == ["a &amp; b", "c"]
    assert re.findall(r'class="n">([^<]+)', html) == ["published", "43.7", "−1,200 %"]
    assert html.startswith('<div class="table"><table>')


def test_each_table_of_a_cell_has_a_permanent_link(build):
    """Numbered on its page."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": FRAME, "text/plain": ""}}
    page = json.loads(notebook("# T", "Text."))
    cell = {"cell_type": "code", "id": "x", "metadata": {}, "source": "frame", "execution_count": 1}
    page["cells"] += [{**cell, "outputs": [output, output]}]
    html = build({"cnn_era.ipynb": json.dumps(page), "index.md": "# I\n\n```{toctree}\ncnn_era\n```\n"}).page("cnn_era")
    assert re.findall(r'<div class="tabled" id="([^"]+)"', html) == ["cnn-era-table-1", "cnn-era-table-2"]
    assert 'href="#cnn-era-table-2" title="Link to table 2"' in html


@pytest.mark.parametrize("html", ["<p>no table</p>", "<table><tr><td>1</td></tr></table>", "<table><thead></table>"])
def test_what_is_no_data_frame_is_left_alone(html):
    """Nothing is lost of it."""
    assert tidy(html) == html


def test_a_header_without_text_is_no_header():
    """A screen reader would announce an empty one."""
    assert "<th></th>" not in tidy(FRAME.replace("figure", "")) and "<td></td>" in tidy(FRAME.replace("figure", ""))


def test_a_formula_keeps_the_comma_after_it(build):
    """And what follows goes on as it was."""
    html = build({"index.md": "# T\n\nWith $x$, or ($y$) and $z$ here.\n"}).page()
    kept = re.findall(r'<span class="nb"><span class="math">.*?</math></span>([^<]+)</span>', html)
    assert kept == [",", ")"] and "</span> or (" in html and html.count("<math") == 3


def test_permanent_links_have_one_look(build):
    """Headings, terms and formulas: the same icon, named for who cannot see it."""
    html = build({"index.md": "# T\n\n```{glossary}\nnat\n  A unit.\n```\n\n$$\na\n$$ (law)\n"}).page()
    links = re.findall(
        r'<a class="headerlink" href="#[^"]+" title="Link to [^"]+"><svg class="i" aria-hidden="true">', html
    )
    assert len(links) == 3
