"""The next build reads only what changed, and leaves the same bytes as a build from nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import altair as alt
import pytest

from analysis import reference, topics
from analysis.kit import downloads
from book import build as book_build
from book import doctrees
from tests.book.conftest import a_figure, notebook
from tests.book.test_build import fake_book, site

ROOT = Path(__file__).resolve().parents[2]
FONTLESS = "<fontconfig><dir>{}</dir></fontconfig>"


def clipped(identity):
    """A figure whose marks are clipped: clips have numbers in the picture."""
    rows = alt.InlineData(values=[{"x": 1, "y": 2.5}, {"x": 2, "y": 5.0}], name="points")
    x = alt.X("x:Q").scale(domain=[0, 1.5])
    return a_figure(identity, alt.Chart(rows).mark_line(clip=True).encode(x=x, y="y:Q"), sources=("computed",))


@pytest.fixture
def pages():
    """Three pages that lead to each other."""
    return {
        "index.md": "# Start\n\n```{toctree}\none\ntwo\n```\n\nSee [the figure](#demo-line).\n",
        "one.ipynb": notebook("# One", clipped("demo-line")),
        "two.md": "# Two\n\nText.\n",
    }


def test_one_more_sentence_reads_its_page_alone(build, pages, tmp_path):
    """Also when the file keeps its time; the site is that of a build from nothing."""
    assert set(build(pages).read) == {"index", "one", "two"}
    before = (tmp_path / "source/two.md").stat()
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "source/two.md").unlink()
    changed = {**pages, "two.md": "# Two\n\nText. More.\n"}
    (tmp_path / "source/two.md").write_text(changed["two.md"], encoding="utf-8")
    os.utime(tmp_path / "source/two.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    again = build({})
    assert again.read == ["two"] and "More." in again.page("two")
    incremental = again.files()
    shutil.rmtree(tmp_path / "out"), shutil.rmtree(tmp_path / "trees")
    assert build(changed).files() == incremental


def test_a_title_that_changed_is_shown_on_pages_that_were_not_read(build, pages, tmp_path):
    """A link to a figure reads as its title, wherever it stands."""
    build(pages)
    shutil.rmtree(tmp_path / "out")
    changed = notebook("# One", a_figure(title="The line falls", sources=("computed",)))
    start = pages["index.md"].replace("[the figure]", "[]")
    assert "The line falls" in build({"one.ipynb": changed, "index.md": start}).page()
    shutil.rmtree(tmp_path / "out")
    last = build({"one.ipynb": changed.replace("The line falls", "The line sleeps")})
    assert last.read == ["one"] and "The line sleeps" in last.page()


def test_a_page_whose_pictures_are_gone_is_read_again(build, pages, tmp_path):
    """Pictures that were cleaned away are drawn anew."""
    build(pages)
    shutil.rmtree(tmp_path / "source/.cache/figures"), shutil.rmtree(tmp_path / "out")
    again = build({})
    assert again.read == ["one"] and (again.folder / "_static/figures/demo-line.png").exists()


def test_a_page_that_was_removed_is_forgotten(build, pages, tmp_path):
    """And a link to it is a warning again."""
    build(pages)
    (tmp_path / "source/two.md").unlink()
    shutil.rmtree(tmp_path / "out")
    again = build({})
    assert "nonexisting document 'two'" in again.warnings and not (again.folder / "two.html").exists()


def test_two_builds_from_nothing_give_the_same_bytes(build, pages, tmp_path):
    """Whatever was drawn in between."""
    first = build(pages).files()
    downloads.svg(clipped("another").spec())
    for folder in ("source", "trees", "out"):
        shutil.rmtree(tmp_path / folder)
    second = build(pages).files()
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


# --- across builds of the book ------------------------------------------------------------------------------------

READS = """
import pathlib, sys
html = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1]) / "_build" / "html"
trees = html.parent / ".doctrees"
html.mkdir(parents=True)
(html / "index.html").write_text("knows " + trees.joinpath("page").read_text() if trees.exists() else "read all")
trees.mkdir(exist_ok=True)
(trees / "page").write_text("what was read")
"""
FAILS = READS + 'print("x.md:1: WARNING: bad"); sys.exit(1)'


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A repository with a chapter, code and data, whose pages are read by a small program; gives its next site."""
    for name in ("chapters/a.md", "analysis/a.py", "analysis/data/a.csv", "book/claims.md", "locks/book.lock"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1\n", encoding="utf-8")

    def result(script=READS):
        fake_book(monkeypatch, script)
        return (book_build.build(tmp_path) / "index.html").read_text(encoding="utf-8")

    return result


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("chapters/a.md", "knows what was read"),
        ("book/claims.md", "knows what was read"),
        ("analysis/references/a/numbers.json", "knows what was read"),
        ("analysis/a.py", "read all"),
        ("analysis/data/a.csv", "read all"),
        ("locks/book.lock", "read all"),
        ("book/extension/new.py", "read all"),
    ],
)
def test_what_was_read_serves_while_code_data_and_packages_stay(book, tmp_path, changed, said):
    """A page may change; a fact, a verdict's rule or a package asks for all pages."""
    assert book() == "read all"
    (tmp_path / changed).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / changed).write_text("2\n", encoding="utf-8")
    assert book() == said


@pytest.mark.parametrize(("added", "said"), [("sphinx-99.dist-info", "read all"), ("notes.txt", "knows what was read")])
def test_another_version_of_a_package_asks_for_all_pages(book, tmp_path, monkeypatch, added, said):
    """Each package says its version in the name of a folder."""
    packages = tmp_path / "packages"
    (packages / "sphinx-7.dist-info").mkdir(parents=True)
    monkeypatch.setattr(doctrees.sysconfig, "get_path", {"purelib": str(packages)}.__getitem__)
    assert book() == "read all"
    (packages / added).mkdir()
    assert book() == said


def test_a_failed_build_leaves_what_the_last_good_one_read(book, tmp_path):
    """And nothing of its own, so that its warnings come again until they are mended."""
    book()
    good = sorted(path.name for path in (tmp_path / ".cache/doctrees").iterdir())
    for _ in range(2):
        with pytest.raises(book_build.BuildError, match=r"x\.md:1: WARNING: bad"):
            book(FAILS)
    assert sorted(path.name for path in (tmp_path / ".cache/doctrees").iterdir()) == good
    assert book() == "knows what was read"


def test_what_changed_during_a_build_is_not_kept(book, tmp_path):
    """Nobody knows which of the two states its pages show."""
    edits = f"\nimport pathlib; pathlib.Path({str(tmp_path / 'analysis/a.py')!r}).write_text('3')"
    book(READS + edits)
    assert list((tmp_path / ".cache/doctrees").iterdir()) == []


def test_a_copy_that_fails_costs_only_time(tmp_path):
    """When another build puts its own in the place of what is copied, all pages are read."""
    kept = site(tmp_path / ".cache/doctrees" / f"{doctrees.state(tmp_path)}-1-1", "x")
    (kept / "index.html").chmod(0)
    (kept / "gone").symlink_to("nowhere")
    doctrees.reuse(tmp_path, tmp_path / "staging")
    assert not (tmp_path / "staging" / doctrees.PLACE).exists()


# --- fonts ----------------------------------------------------------------------------------------------------------

DRAWS = """
import hashlib, json, sys
from analysis.kit import downloads
picture = downloads.svg(json.loads(sys.stdin.read()))
print(hashlib.sha256(picture.encode() + downloads.png(picture)).hexdigest())
"""


def test_the_fonts_of_a_machine_change_no_picture(tmp_path):
    """With fonts or without any, SVG and PNG are the same bytes; the environment is left as it was."""
    config = tmp_path / "fonts.conf"
    config.write_text(FONTLESS.format(tmp_path / "none"), encoding="utf-8")
    spec, command = json.dumps(a_figure().spec()), [sys.executable, "-c", DRAWS]
    drawn = {
        subprocess.run(command, cwd=ROOT, env=env, input=spec, text=True, capture_output=True, check=True).stdout
        for env in (dict(os.environ), {**os.environ, "FONTCONFIG_FILE": str(config)})
    }
    assert len(drawn) == 1 and len(drawn.pop()) == 65
    before = os.environ.get("FONTCONFIG_FILE")
    downloads.drawer()
    assert os.environ.get("FONTCONFIG_FILE") == before


def test_every_sign_in_a_picture_is_in_the_font_that_draws_it():
    """A sign that the font lacks would be drawn from whatever the machine has, or not at all."""

    def ink(sign):
        text = f'<text x="5" y="30" font-family="Book Sans" font-size="24">{sign}</text>'
        frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{text}</svg>'
        return downloads.drawer().svg_to_png(frame)

    def texts(node):
        if isinstance(node, str):
            yield node
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from texts(part)

    signs = set()
    for topic in topics.TOPICS:
        for spec in reference.specs(reference.read(topic)).values():
            shown = {**spec, "description": "", "usermeta": [spec["usermeta"]["title"], spec["usermeta"]["subtitle"]]}
            signs |= {sign for text in texts(shown) for sign in text if ord(sign) > 126 and not sign.isspace()}
    nothing = {ink(sign) for sign in "\ue000\u2717"}
    assert [sign for sign in sorted(signs) if ink(sign) in nothing] == []
