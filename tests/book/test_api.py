"""The models as a library: each public name has a text that helps, and a page that names lead to."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import textwrap

import pytest

from analysis.topics import TOPICS
from book.extension import api, surface
from tests.book.conftest import ROOT

#: An answer that any working function would give: a number of things, a shape, a list of columns, the name of a type.
HOLLOW = re.compile(r"^len\(|\.(?:shape|columns|__name__|nunique\(\)|size\(\)|is_monotonic_\w+)$")
#: What stands around such an answer.
WRAPS = re.compile(
    r"^(?:bool|int|float|sorted|list|set|str|round)\((.*)\)$|^(.*)(?:\.(?:tolist|item|to_dict|round)\(\d*\)|\[:-?\d+\])$"
)
#: A column or an attribute, which may be what the example itself put in.
READ = re.compile(r"\.\w+$|\[['\"]\w+['\"]\](?:\.iloc\[0\])?$|\[\[[^\]]*\]\](?:\.values)?$")
#: Letters of a line of code that the pages of the models show beside their rail, at their full size.
LAPTOP = 68
HEADINGS = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "Examples")
PAGE = "# Models\n\n```{{model-package}} {0}\n```\n\n```{{models}} {0}\n```\n"


def has(text: str, *headings: str) -> bool:
    return bool(re.search(rf"^(?:{'|'.join(headings)})\n-+$", text, re.MULTILINE))


def numbers(value: object) -> list[str]:
    """The numbers and words of an answer, as code spells them."""
    if isinstance(value, list | tuple | set):
        return [word for each in value for word in numbers(each)]
    return [repr(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)]


def says_nothing(code: str, answer: object, given: set[str]) -> bool:
    """Whether an answer is a truth value, a length and the like, or nothing but what went in."""
    while found := WRAPS.match(code):
        code = found[1] or found[2]
    read = READ.search(code) and all(word in given for word in numbers(answer))
    return isinstance(answer, bool) or bool(HOLLOW.search(code)) or bool(read)


def hollow(text: str) -> bool:
    """Whether the examples of a docstring only show that something runs."""
    examples = doctest.DocTestParser().get_examples(text)
    walked = [node for each in examples for node in ast.walk(ast.parse(each.source))]
    given = {word for node in walked if isinstance(node, ast.Constant) for word in numbers(node.value)}
    answers = []
    for each in examples:
        statement = ast.parse(each.source).body[-1]
        code = statement.value if isinstance(statement, ast.Expr) else statement
        try:
            answer = ast.literal_eval(each.want.strip())
        except (SyntaxError, ValueError):
            answer = each.want
        both = isinstance(code, ast.Tuple) and isinstance(answer, tuple)
        pairs = zip(code.elts, answer, strict=True) if both else [(code, answer)]
        answers += [says_nothing(ast.unparse(part), value, given) for part, value in pairs if each.want]
    return bool(answers) and all(answers)


def unsaid(entry: surface.Entry) -> set[str]:
    """What goes in and is not under Parameters; what a class holds and its text has no word for."""
    value = inspect.unwrap(entry.value)
    text = inspect.getdoc(value) or ""
    if entry.kind == "class" and issubclass(value, Exception):
        return set()
    names = {name for name in inspect.signature(value).parameters if name not in ("self", "args", "kwargs")}
    if entry.kind == "class":
        return {name for name in names if not re.search(rf"\b{name}\b", text)}
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+$|\Z)", text, re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^[*\w].*", section[1] if section else "", re.MULTILINE)
    return names - {name.strip(" *") for head in heads for name in head.partition(" : ")[0].split(",")}


def lacking(entry: surface.Entry) -> list[str]:
    """What the text of an entry does not say."""
    if entry.kind == "data":
        return [] if entry.says else ["what it is (#: before it)"]
    value = inspect.unwrap(entry.value)
    text, source = inspect.getdoc(value) or "", inspect.getsource(value)
    takes = entry.kind == "function" and inspect.signature(value).parameters
    gives = entry.kind == "function" and inspect.signature(value).return_annotation not in (None, "None")
    raises = entry.kind == "function" and re.search(r"^\s+raise ", source, re.MULTILINE)
    wanted = {
        "a first line": bool(entry.says),
        "Parameters": not takes or has(text, "Parameters"),
        "Returns": not gives or has(text, "Returns", "Yields"),
        "Raises": not raises or has(text, "Raises"),
        "Examples": entry.returned or (has(text, "Examples") and bool(doctest.DocTestParser().get_examples(text))),
    }
    return [what for what, there in wanted.items() if not there]


@pytest.mark.parametrize("topic", ["kit", *TOPICS])
def test_each_public_name_says_what_goes_in_what_comes_out_and_shows_an_example(topic: str) -> None:
    found = {entry.name: what for entry in surface.of(topic) if (what := lacking(entry))}
    assert not found, f"Say it in the docstring: {found}"


@pytest.mark.parametrize("topic", ["kit", *TOPICS])
def test_an_example_says_something_of_the_field_and_nothing_that_goes_in_is_left_out(topic: str) -> None:
    entries = [entry for entry in surface.of(topic) if entry.kind != "data"]
    empty = [entry.name for entry in entries if hollow(inspect.getdoc(inspect.unwrap(entry.value)) or "")]
    assert not empty, f"A known number, a law or a limit in place of a truth value, a length or what went in: {empty}"
    found = {entry.name: names for entry in entries if (names := unsaid(entry))}
    assert not found, f"Say what they are: {found}"


@pytest.mark.parametrize("topic", TOPICS)
def test_an_example_runs_with_what_its_module_lends(topic: str) -> None:
    """As *Use the models* says: ``from analysis.scaling.fit import *``, which lends no name with an underscore."""
    for entry in surface.of(topic):
        home = importlib.import_module(entry.home)
        text = "" if entry.kind == "data" else inspect.getdoc(inspect.unwrap(entry.value)) or ""
        for each in doctest.DocTestParser().get_examples(text):
            names = {node.id for node in ast.walk(ast.parse(each.source)) if isinstance(node, ast.Name)}
            assert not any(name.startswith("_") for name in names - {"_"}), f"{entry.name}: {each.source}"
        assert not hasattr(home, "__all__"), f"{entry.home} lends no more than it lists"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">>> type(cost()).__name__\n'RunCost'", True),
        (">>> len(runs()), len(runs('C4'))\n(50, 38)", True),
        (">>> bool((rates()['share'] <= 1).all())\nTrue", True),
        (">>> prices().columns.tolist()[:3]\n['key', 'model', 'company']", True),
        (">>> Router(experts=16, chosen=2).chosen\n2", True),
        (">>> points(1e9, [1.0, 5.0])['year'].tolist()\n[1.0, 5.0]", True),
        (">>> low < 0.34 < high\nTrue", True),
        (">>> limit(0.5), limit(0.9) > 9.99\n(2.0, True)", False),
        (">>> fits(all_functions(1), [0], [True]).tolist()\n[False, False, True, True]", False),
        (">>> published_law('hoffmann').alpha\n0.34", False),
        (">>> [len(functions(n)) for n in (1, 2)]\n[4, 16]", False),
    ],
)
def test_an_example_that_only_runs_is_told_from_one_that_says_something(text: str, expected: bool) -> None:
    assert hollow(text) is expected


def test_a_text_without_an_example_is_named() -> None:
    entry = surface.every()["scaling.fit_scaling_law"]
    bare = surface.Entry("x", "book.extension.surface.first_line", "book.extension.surface", "function", "")
    assert lacking(entry) == [] and lacking(bare) == ["a first line", "Parameters", "Returns"]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_package_says_what_it_is_and_where_to_start(topic: str) -> None:
    text = inspect.getdoc(importlib.import_module(f"analysis.{topic}")) or ""
    own, heading, _ = text.partition(f"\n{api.CHAPTER}\n")
    assert heading and has(own, "Examples") and "Start with" in own
    assert not hollow(own)
    cut = [line for line in own.splitlines() if line.startswith((">>>", "...")) and len(line) > LAPTOP]
    assert not cut, f"A laptop shows these on two lines: {cut}"
    named = re.findall(r":(?:func|class):`(\w+)`", own)
    assert named and all(f"{topic}.{name}" in surface.every() for name in named)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A page of functions, and one whose sentences and cells name some."""
    from tests.book import conftest

    return conftest.build.__wrapped__(tmp_path_factory.mktemp("api"))  # one book for all tests of this module


@pytest.fixture(scope="module")
def site(built):
    text = textwrap.dedent("""\
        # A page

        Count with `deepseek.count_parameters`, or `analysis.deepseek.machines()`; `np.linalg.norm` is somebody else's.

        ```python
        law = scaling.fit_scaling_law(N, D, loss).law  # scaling.fit_isoflop would need more
        loss, sizes = law.loss(N, D) < facts.load("scaling.published_law"), np.linalg.norm(N)
        ```

        ```{toctree}
        book/api
        book/api/deepseek
        ```
        """)
    pages = {"index.md": text, "book/api/deepseek.md": PAGE.format("deepseek"), "book/api.md": PAGE.format("kit")}
    pages["book/api.md"] = "# Models\n\n```{model-topics}\n```\n\n```{models} kit\n```\n"
    pages["book/api/scaling.md"] = PAGE.format("scaling")
    others = "".join(f"book/api/{topic}\n" for topic in TOPICS)
    pages |= {f"book/api/{topic}.md": PAGE.format(topic) for topic in TOPICS}
    pages["index.md"] = text.replace("book/api/deepseek\n", others)
    return built(
        pages,
        nitpicky=True,
        book_repository="https://example.org/r",
        myst_enable_extensions=["dollarmath", "colon_fence", "deflist"],
    )


def test_the_pages_build_without_a_warning(site) -> None:
    assert not site.warnings


def test_every_public_name_has_its_entry(site) -> None:
    for topic in ("kit", *TOPICS):
        page = site.page("book/api" if topic == "kit" else f"book/api/{topic}")
        missing = [entry.target for entry in surface.of(topic) if f'id="{entry.target}"' not in page]
        assert not missing


def test_a_name_in_a_sentence_leads_to_its_entry_and_back(site) -> None:
    page, models = site.page(), site.page("book/api/deepseek")
    assert page.count('href="book/api/deepseek.html#analysis.deepseek.') == 2
    assert "np.linalg.norm" in page and "numpy.html" not in page
    entry = models.partition('id="analysis.deepseek.count_parameters"')[2].partition('<dl class="py')[0]
    assert 'href="../../index.html"' in entry and "analysis/deepseek/parameters.py" in entry


def test_a_name_in_code_leads_to_its_entry_and_the_code_stays_what_it_was(site) -> None:
    code = re.search(r'<div class="highlight"><pre>(.*?)</pre>', site.page(), re.DOTALL)
    assert code and re.findall(r'<a href="([^"]*)">([^<]*)</a>', code[1]) == [
        ("book/api/scaling.html#analysis.scaling.fit_scaling_law", "scaling.fit_scaling_law"),
        ("book/api.html#analysis.kit.facts.load", "facts.load"),
    ]
    assert "law = scaling.fit_scaling_law(N, D, loss).law  # scaling.fit_isoflop" in re.sub(r"<[^>]*>", "", code[1])


def test_every_link_between_entries_has_its_place(site) -> None:
    for topic in TOPICS:
        page = site.page(f"book/api/{topic}")
        for address in re.findall(r'href="([^"]*)#(analysis\.[\w.]+)"', page):
            target = page if not address[0] else (site.folder / "book" / "api" / address[0]).read_text(encoding="utf-8")
            assert f'id="{address[1]}"' in target, address


def test_a_signature_has_types_as_they_are_written_and_values(site) -> None:
    words = re.sub(r"<[^>]*>|\s", "", site.page("book/api/scaling"))
    assert "N:ArrayLike,D:ArrayLike,loss:ArrayLike,delta:float=0.001" in words


def test_a_name_that_does_not_exist_is_told(build) -> None:
    pages = {"index.md": "# T\n\nSee `scaling.fit_the_law`.\n", "book/api.md": "# M\n\n```{models} kit\n```\n"}
    built = build(pages, book_repository="https://example.org/r")
    assert "There is no public scaling.fit_the_law to lead to." in built.warnings


def test_chapters_name_only_what_is_public() -> None:
    """The build warns of each; this finds them without one."""
    for path in sorted((ROOT / "chapters").glob("*.md")):
        for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", path.read_text(encoding="utf-8")):
            if re.fullmatch(rf"(?:{'|'.join(TOPICS)})\.\w+(\(.*\))?", code):
                assert api.named(code), f"{path.name}: {code}"
