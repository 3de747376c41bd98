"""Pages of the models (``{models} scaling``): each public function with its text, its examples, its code and its use.

:mod:`surface` says what is public; autodoc and napoleon set the text of each entry. A name of an entry in a sentence
(``scaling.fit_scaling_law`` as code) or in a cell and the functions of a number's card lead there, and each entry leads
back.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pydoc
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.ext.napoleon import NumpyDocstring
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.inspect import stringify_signature
from sphinx.util.nodes import make_refnode

from analysis import topics
from analysis.kit import entries
from book.extension import places, source, surface
from book.extension.figures import WEB, book_figure
from book.extension.parts import ProblemDirective
from book.extension.surface import NAMED, PAGE, Entry, named, page_of

LOGGER = logging.getLogger(__name__)
#: Defaults that say what they are; others are shown as the code has them.
_PLAIN = (int, float, str, tuple, type(None))
#: The heading below which a package says which section of the chapter uses what.
CHAPTER = "In the chapter"
#: The lines of a long signature, which Sphinx spells as a list of definitions without terms.
LINES = re.compile(r"\s*<dl>\n((?:<dd>.*</dd>\n)+)</dl>\s*")
#: Python on a page, and in it what has a colour (words of the language, strings, comments) or is the name of a model.
CODE = re.compile(r'(highlight-i?python\d? notranslate"><div class="highlight"><pre>)(.*?)(?=</pre>)', re.DOTALL)
TOKENS = re.compile(rf"<span.*?</span>|{NAMED.pattern}", re.DOTALL)


class _Restructured(ProblemDirective):
    def restructured(self, lines: list[str]) -> list[nodes.Node]:
        """Parse what is written as docstrings are."""
        fence = "`" * 5
        box = nodes.Element("", *self.markdown("\n".join([f"{fence}{{eval-rst}}", *lines, fence])))
        for entry in list(box.findall(addnodes.index)):  # the index is of the book's terms
            entry.parent.remove(entry)
        return list(box.children)


class Package(_Restructured):
    """``{model-package} TOPIC``: what a topic's package says of itself, up to what it says of the chapter."""

    required_arguments = 1

    def shown(self) -> list[nodes.Node]:
        """Return its text, and the way to the chapter."""
        topic = self.arguments[0]
        text = inspect.getdoc(importlib.import_module(f"analysis.{topic}")) or ""
        own = NumpyDocstring(text.partition(f"\n{CHAPTER}\n")[0], self.config)
        found = self.restructured(own.lines())
        if f"chapters/{topic}" in self.env.found_docs:
            found += self.markdown(f"The chapter that computes with it: {{doc}}`/chapters/{topic}`.")
        return found


class Packages(ProblemDirective):
    """``{model-topics}``: the topics, each with what it is about and how much there is."""

    def shown(self) -> list[nodes.Node]:
        """Return a list of definitions."""
        lines = []
        for topic in topics.TOPICS:
            says = surface.first_line(importlib.import_module(f"analysis.{topic}").__doc__)
            public = sum(not entry.returned for entry in surface.of(topic))
            there = f"{PAGE}/{topic}" in self.env.found_docs
            way = f"[`analysis.{topic}`](/{PAGE}/{topic}.md)" if there else f"`analysis.{topic}`"
            lines += [way, f": {says} {public} public names.", ""]
        return self.markdown("\n".join(lines))


class Models(_Restructured):
    """``{models} TOPIC``: the public entries of a topic, or of ``kit``, module by module."""

    required_arguments = 1

    def shown(self) -> list[nodes.Node]:
        """Return a section for each module."""
        topic = self.arguments[0]
        homes = list(dict.fromkeys(entry.home for entry in surface.of(topic)))
        return [self.module(home, [e for e in surface.of(topic) if e.home == home]) for home in homes]

    def module(self, home: str, found: list[Entry]) -> nodes.section:
        """Return the section of a module."""
        lead = surface.first_line(importlib.import_module(home).__doc__)
        lines = [lead, ""]
        for entry in found:
            lines += [f".. auto{entry.kind}:: {entry.target}", *self.members(entry), ""]
        title = home.split(".", 2)[2].replace("_", " ").replace(".", ": ")
        name = home.replace(".", "-").replace("_", "-")
        return self.section(f"{title[0].upper()}{title[1:]}", name, *self.restructured(lines))

    @staticmethod
    def members(entry: Entry) -> list[str]:
        """Return the options that show what a class can do, and keep what data hold to the code."""
        if entry.kind == "data":
            return ["   :no-value:"]
        return ["   :members:", "   :member-order: bysource"] * (entry.kind == "class")


class _Source(str):
    """A default as it is written in the code."""

    __repr__ = str.__str__


def _written(value: Any) -> dict[str, str]:
    """The defaults of a function or of a dataclass by name, as they are written."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(value)))).body[0]
    if isinstance(tree, ast.ClassDef):
        fields = [node for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
        return {ast.unparse(node.target): ast.unparse(node.value) for node in fields if node.value}
    arguments = tree.args  # type: ignore[attr-defined]
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(plain[::-1], arguments.defaults[::-1], strict=False)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg: ast.unparse(default) for argument, default in pairs if default}


def _signature(app: Sphinx, what: str, name: str, value: Any, options: Any, args: Any, returned: Any) -> Any:
    """Types as they are written in the code, ``ArrayLike`` and not what it stands for."""
    if what not in ("function", "method", "class") or args is None:
        return None
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    written = _written(value)
    found = found.replace(
        parameters=[
            p
            if isinstance(p.default, _PLAIN) or p.default is p.empty
            else p.replace(default=_Source(written.get(p.name, "…")))
            for p in found.parameters.values()
        ]
    )
    if what == "method":
        found = found.replace(parameters=[p for p in found.parameters.values() if p.name != "self"])
    hint = found.return_annotation
    told = hint if isinstance(hint, str) and what != "class" else None
    return stringify_signature(found, show_return_annotation=False, unqualified_typehints=True), told


# --- links ------------------------------------------------------------------------------------------------------------


class References(SphinxPostTransform):
    """What a docstring or a signature names: an entry, else its code; what is not ours is plain."""

    default_priority = 5  # before Sphinx, which knows no topics and takes one Growth for another

    def run(self, **kwargs: Any) -> None:
        """Replace each name of Python."""
        if self.env.docname.startswith(PAGE):
            for node in list(self.document.findall(addnodes.pending_xref)):
                if node.get("refdomain") == "py":
                    node.replace_self(self.resolved(node, node[0]))

    def resolved(self, node: addnodes.pending_xref, shown: nodes.Node) -> nodes.Node:
        """Return the link, or the words alone."""
        name, page = str(node["reftarget"]).lstrip("~."), self.env.docname
        topic = page.rpartition("/")[2]
        near = surface.of(topic) if topic in topics.TOPICS else surface.of("kit")
        entry = surface.every().get(name) or next((e for e in near if e.target.endswith(f".{name}")), None)
        if self.app.builder.name not in WEB:
            return shown
        if entry and page_of(entry) in self.env.all_docs:
            return make_refnode(self.app.builder, page, page_of(entry), entry.target, shown)
        value = pydoc.locate(name) if name.startswith("analysis.") else self.of_module(name, near)
        if name.startswith("analysis.") and value is None:
            LOGGER.warning("There is no %s to lead to.", name, location=node, type="book", subtype="api")
        if not str(getattr(value, "__module__", "")).startswith("analysis.") or not callable(value):
            return shown
        path, first, last = entries.lines_of(value)
        root = source.site_root(self.app.builder, page)
        return nodes.reference("", "", shown, refuri=source.link(self.app, path, (first, last), root))

    @staticmethod
    def of_module(name: str, near: tuple[Entry, ...]) -> Any:
        """Return what a module of the page knows by a name."""
        modules = [importlib.import_module(home) for home in dict.fromkeys(entry.home for entry in near)]
        return next((getattr(module, name) for module in modules if hasattr(module, name)), None)


class Links(SphinxPostTransform):
    """A model that a sentence names leads to its entry."""

    default_priority = 205
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap each name."""
        page = self.env.docname
        if self.app.builder.name not in WEB or page.startswith(PAGE) or PAGE not in self.env.all_docs:
            return
        for node in list(self.document.findall(nodes.literal)):
            entry = named(node.astext())
            inside = isinstance(node.parent, nodes.reference | nodes.title)
            if entry is None:
                if re.fullmatch(r"\w+\.\w+(\(.*\))?", node.astext()) and NAMED.match(node.astext()):
                    LOGGER.warning("There is no public %s to lead to.", node.astext(), location=node, type="book")
            elif not inside and page_of(entry) in self.env.all_docs:
                to = make_refnode(
                    self.app.builder, page, page_of(entry), entry.target, node.deepcopy(), surface.plain(entry.says)
                )
                node.replace_self(to)


# --- back links -------------------------------------------------------------------------------------------------------


def _part(node: nodes.Node) -> str:
    return str(node.get("nb_element", "")) if isinstance(node, nodes.Element) else ""


def _uses(doctree: nodes.document, docname: str) -> Iterator[tuple[str, places.Place]]:
    """The entries that the cells and the sentences of a page name, each with its place."""
    if docname.startswith(PAGE):
        return
    for cell in doctree.findall(lambda node: _part(node) == "cell_code"):
        drawn = next(iter(cell.findall(book_figure)), None)
        for block in cell.findall(nodes.literal_block):
            if _part(block.parent) != "cell_code_source":
                continue
            at = places.of(drawn.children[0] if drawn is not None else block, docname)
            for text in NAMED.findall(block.astext()):
                if entry := named(text):
                    yield entry.target, at
    for literal in doctree.findall(nodes.literal):
        if entry := named(literal.astext()):
            yield entry.target, places.of(literal, docname)


def _finish(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Say at each entry where its code is and what uses it."""
    if app.builder.name not in WEB or not docname.startswith(PAGE):
        return
    used = places.collected(app, "api", _uses)
    root = source.site_root(app.builder, docname)
    for node in doctree.findall(addnodes.desc):
        signature, content = node[0], node[-1]
        for way in signature.findall(addnodes.desc_addname):
            way.replace_self(addnodes.desc_addname("", way.astext().removeprefix("analysis.")))
        entry = surface.every().get(next(iter(signature["ids"]), ""))
        if entry is None:
            continue
        if entry.kind != "data":
            path, first, last = entries.lines_of(entry.value)
            link = nodes.reference("", path, refuri=source.link(app, path, (first, last), root))
            said = [nodes.Text("Code: "), link, nodes.Text(f", line {first}.")]
            content += nodes.paragraph("", "", *said, classes=["back-links"])
        content += places.line(app, docname, used.get(entry.target, []), "Used in", "")


def _style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if pagename.startswith(PAGE):
        app.add_css_file("api.css")
        context["body"] = LINES.sub(_lines, context["body"])
    elif app.builder.name in WEB and "body" in context:
        context["body"] = CODE.sub(lambda code: code[1] + _linked(app, pagename, code[2]), context["body"])


def _linked(app: Sphinx, pagename: str, code: str) -> str:
    """The HTML of some code, in which the name of each public model leads to its entry."""

    def link(token: re.Match[str]) -> str:
        entry = named(token[1]) if token[1] else None
        if entry is None or page_of(entry) not in app.env.all_docs:
            return token[0]
        address = app.builder.get_relative_uri(pagename, page_of(entry))
        return f'<a href="{address}#{entry.target}">{token[0]}</a>'

    return TOKENS.sub(link, code)


def _lines(written: re.Match[str]) -> str:
    inner = written[1].replace("<dd>", "<span>").replace("</dd>", "</span>")
    return f'<span class="sig-lines">{inner}</span>'


def setup(app: Sphinx) -> None:
    """Register the directive and let autodoc and napoleon read the docstrings."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    for name, value in {
        "autodoc_typehints": "none",  # which the signature has as they are written, see _signature
        "maximum_signature_line_length": 60,
        "napoleon_google_docstring": False,
        "toc_object_entries": False,
        "napoleon_use_param": False,  # "N, D, loss" stay together
        "napoleon_use_rtype": False,
        "napoleon_use_ivar": True,
    }.items():
        app.config[name] = value
    app.add_directive("models", Models)
    app.add_directive("model-package", Package)
    app.add_directive("model-topics", Packages)
    app.add_post_transform(References)
    app.add_post_transform(Links)
    app.connect("autodoc-process-signature", _signature)
    app.connect("doctree-resolved", _finish)
    app.connect("html-page-context", _style)
