"""What a chapter is made of besides text: checks, exercises, tables of cells, formulas with what follows them."""

import json
import re

import pytest
from docutils import nodes

from book.extension.checks import fold_checks
from book.extension.parts import fold
from book.extension.tables import tidy
from tests.book.conftest import notebook

CHECK = (
    "**Check.** Most counts agree with {cite}`someone2020`. Some miss it by a little, and we can say which: "
    "the first because of its table, the second because nobody printed it in full."
)
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


def test_a_check_folds_under_its_result(build):
    """Its first sentence stays in sight with its links; a short one is not folded."""
    built = build({"index.md": f"# T\n\n{CHECK}\n\n**Check.** It agrees. As it should.\n\n```{{bibliography}}\n```\n"})
    html = built.page()
    assert not built.warnings
    box = html.split('<div class="check docutils container">')[1].split("</div>")[0]
    result, way = box.split('<details class="fold"><summary>How we know</summary>')
    assert re.sub("<[^>]+>", "", result).strip() == "Check. Most counts agree with (Someone 2020)."
    assert way.strip().startswith("<p>Some miss it by a little") and "in full." in way
    assert '<p class="check"><strong>Check.</strong> It agrees.' in html


def test_a_check_in_a_text_version_is_two_paragraphs(build):
    """Nothing of it is lost where there is nothing to open."""
    text = build({"index.md": f"# T\n\n{CHECK}\n\n```{{bibliography}}\n```\n"}, builder="text").page()
    assert "Most counts agree" in text and "Some miss it by a little" in text


def test_bold_words_within_a_sentence_are_no_check():
    """Only a paragraph that begins with the word."""
    text = "A long enough way for a fold, of more words than the shortest one that is folded away."
    page = nodes.document(None, None)
    page += nodes.paragraph("", "", nodes.strong(text="Checked."), nodes.Text(f" Yes. {text}"))
    page += nodes.paragraph("", "", nodes.Text("So: "), nodes.strong(text="Check."), nodes.Text(f" Yes. {text}"))
    fold_checks(page)
    assert not list(page.findall(fold))


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
