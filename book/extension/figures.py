"""What a chart becomes on a page: a finding, its picture, how to read it, its sources and what a reader can do with it.

myst-nb hands over the figure's Vega-Lite document (MIME type :data:`analysis.kit.figure.MIME`). A web page has the
picture in itself, drawn for a text column and for a phone, in the colours of the reader's theme; no script draws it.
Other builders (EPUB, LaTeX, text) get it as a plain image.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core import render
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from analysis.kit import experiments, facts, figure
from analysis.kit.errors import ProblemError, closest
from book.extension import controls, numbers, panels, pictures, sliders, source

LOGGER = logging.getLogger(__name__)
#: Builders whose pages have the style sheet and the scripts of the site.
WEB = ("html", "dirhtml")


class book_figure(nodes.General, nodes.Element):
    """A figure; its children are the paragraphs of its caption and, with the class ``src``, its sources.

    Attributes are ``spec`` (dict), ``folder`` (of its drawn pictures), ``code`` (of the cell that shows it) and, where
    a page shows a figure of another page a second time, ``again`` (what its ids begin with).
    """


class Figures(Domain):
    """Which figures stand on which page; an id that stands twice is a warning."""

    name = "bookfigure"
    label = "Figures of the book"
    initial_data = {"figures": {}}  # noqa: RUF012  (Sphinx copies it)

    @property
    def figures(self) -> dict[str, tuple[str, str]]:
        """Page and picture folder by figure id."""
        return self.data["figures"]

    def note(self, identity: str, docname: str, folder: str, location: Any) -> None:
        """Remember a figure."""
        if identity in self.figures:
            LOGGER.warning(
                "The figure %s stands twice on the site, also in %s; show it once and link to it.",
                identity,
                self.figures[identity][0],
                location=location,
                type="book",
                subtype="figure",
            )
        self.figures[identity] = (docname, folder)

    def clear_doc(self, docname: str) -> None:
        """Forget the figures of a page that is read again."""
        for identity in [i for i, (doc, _) in self.figures.items() if doc == docname]:
            del self.figures[identity]

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        """Take over the figures that another process read."""
        self.figures.update({i: f for i, f in otherdata["figures"].items() if f[0] in docnames})

    def resolve_any_xref(self, *args: Any) -> list[tuple[str, nodes.Element]]:
        """Figures are found through their standard labels."""
        return []


class FigureRenderer:
    """The plugin that myst-nb calls for each output of a cell."""

    #: On paper, what a cell gives is its text; in a notebook it is given anew.
    mime_priority_overrides: ClassVar = [
        ("*", figure.MIME, 1),
        ("paper", "text/plain", 2),
        ("course", "text/plain", 2),
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the figure's node, or None for an output that is not one of our figures."""
        if inline or data.mime_type != figure.MIME:
            return None
        markdown = renderer.renderer
        env = markdown.sphinx_env
        spec = data.content if isinstance(data.content, dict) else json.loads(data.string)
        meta = spec["usermeta"]
        if not meta.get("holds", True):
            LOGGER.warning("The title of figure %s is not true: %s", meta["id"], meta["title"], type="book")
        folder = pictures.draw(spec, Path(env.srcdir) / ".cache" / "figures")
        node = book_figure(spec=spec, folder=folder.relative_to(env.srcdir).as_posix(), ids=[meta["id"]])
        where = (env.docname, data.line)
        env.get_domain("bookfigure").note(meta["id"], env.docname, node["folder"], where)
        env.get_domain("std").note_hyperlink_target(meta["id"], env.docname, meta["id"], meta["title"])
        sources = "; ".join(_source_markdown(name) for name in meta["sources"])
        for text in (meta["caption"], f"Sources: {sources}."):
            with markdown.current_node_context(node):
                markdown.nested_render_text(text, data.line or 0)
        node.children[-1]["classes"].append("src")
        for paragraph in node.children[:-1]:
            numbers.link_within(paragraph, meta["id"])
        return [node]


def _source_markdown(name: str) -> str:
    if name == "computed":
        return "computed by this book"
    if name in facts.names():
        return f"[table of published figures, {name}](#table-{name})"
    if name in facts.wide_names():
        return f"[table {name}](#table-{name})"
    if (experiments.RESULTS / f"{name}.csv").exists():
        return f"[our experiment {name}](#result-{name})"
    return f"{{cite:t}}`{name}`"


def folder_of(env: BuildEnvironment, identity: str) -> Path:
    """Folder with the pictures of a figure that a page of the site shows.

    Raises
    ------
    ProblemError
        If no page that was read shows it.
    """
    known = env.get_domain("bookfigure").figures  # type: ignore[attr-defined]
    if identity not in known:
        raise ProblemError(f"No page shows a figure {identity!r}; {closest(identity, known)}")
    return Path(env.srcdir, known[identity][1])


def thumbnail(env: BuildEnvironment, identity: str, again: str = "") -> str:
    """Inline SVG of a figure's marks alone, 320 x 190; it stands in a ``.chart``.

    To be called when all pages are read (``doctree-resolved``, ``html-page-context``). A page that shows it twice gives
    the second one a word `again` for its ids.
    """
    return pictures.inlined(folder_of(env, identity), pictures.THUMBNAIL, again)


# --- HTML ---------------------------------------------------------------------------------------------------


def again(env: BuildEnvironment, identity: str) -> book_figure:
    """A figure that another page shows, without its caption, to be shown a second time; to be called as `thumbnail`."""
    folder = folder_of(env, identity)
    spec = json.loads((folder / f"{identity}.json").read_text(encoding="utf-8"))
    return book_figure(spec=spec, folder=folder.relative_to(env.srcdir).as_posix(), again="again-")


#: On a phone claim, picture and finding share two screens, so how to read the picture opens there; elsewhere it stands.
HOW = '<details class="fold how"><summary>How to read it, and its sources</summary>'


def visit_html(self: Any, node: book_figure) -> None:
    """Write the figure up to its caption."""
    spec, folder, encode = node["spec"], Path(self.builder.srcdir, node["folder"]), self.encode
    meta, prefix = spec["usermeta"], node.get("again", "")
    level = min(6, 1 + sum(isinstance(p, nodes.section) for p in _ancestors(node)))
    form = "" if prefix else _controls(self, node)
    says = numbers.linked(meta["title"], meta["id"], source.site_root(self.builder, self.builder.current_docname))
    pictured = "".join(
        f'<div class="{kind}">{pictures.inlined(folder, name, prefix)}</div>'
        for kind, name in (("broad", pictures.BROAD), ("narrow", pictures.NARROW))
    )
    identity = encode(prefix + meta["id"])
    self.body.append(
        f'<figure class="figure" id="{identity}" aria-labelledby="{identity}-finding">'
        f'<h{level} class="finding" id="{identity}-finding"><span class="says">{says}</span></h{level}>'
        f'<p class="measure">{encode(meta["subtitle"])}</p>{form}<div class="grid">'
        f'<div class="chart" role="img" tabindex="0" aria-label="{encode(meta["alt"])}">{pictured}</div>'
    )
    if node.children:
        self.body.append('<div class="caption">' + (HOW if node.get("spread") else ""))


def depart_html(self: Any, node: book_figure) -> None:
    """Close the figure with what a reader can do with it."""
    builder, meta = self.builder, node["spec"]["usermeta"]
    root = source.site_root(builder, builder.current_docname)
    self.body.append(("</details>" if node.get("spread") else "") + "</div></div>" if node.children else "</div>")
    if not node.get("again"):
        folder = Path(builder.srcdir, node["folder"])
        self.body.append(panels.html(builder.app, meta["id"], node["spec"], folder, node.get("code", ""), root))
        if not node.get("spread"):  # there it stands below the texts
            self.body.append(sliders.of_figure(meta["id"], root))
    self.body.append("</figure>\n")


def _controls(translator: Any, node: book_figure) -> str:
    app, root = translator.builder.app, source.site_root(translator.builder, translator.builder.current_docname)
    vega = f"{root}_static/{pictures.vega_script(_vega(app)).name}"
    return controls.html(node["spec"], f"{root}{panels.FILES}/", vega, Path(node["folder"]).name[:8])


def _vega(app: Sphinx) -> Path:
    return Path(app.srcdir) / ".cache" / "vega"


def _ancestors(node: nodes.Node) -> list[nodes.Element]:
    found, parent = [], node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


class Code(SphinxPostTransform):
    """The folded code of a cell that shows a figure goes under the figure's own "Code"."""

    default_priority = 198  # before myst-nb folds it
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the code."""
        for node in self.document.findall(book_figure):
            cell = next((up for up in _ancestors(node) if up.get("nb_element") == "cell_code"), None)
            if cell is None or cell.get("hide_mode") != "input" or self.app.builder.name not in WEB:
                continue
            code = next((part for part in cell if part.get("nb_element") == "cell_code_source"), None)
            if code is not None:
                node["code"] = code.astext()
                cell.remove(code)


# --- other builders ------------------------------------------------------------------------------------------


#: Class of a figure where there is no style sheet.
PLAIN = "plain-figure"


class PlainFigures(SphinxPostTransform):
    """Where the site's style sheet is not, a figure is its finding, its picture and its caption."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        """Replace each figure by plain nodes."""
        for node in list(self.document.findall(book_figure)):
            if self.app.builder.name in WEB:
                continue
            meta = node["spec"]["usermeta"]
            path = f"{node['folder']}/{pictures.PAGE}/{pictures.plain(meta['id'])}"
            if "image/svg+xml" not in self.app.builder.supported_image_types:
                path = f"{node['folder']}/{meta['id']}.png"
            self.env.images.add_file(self.env.docname, path)
            image = nodes.image(uri=path, alt=meta["alt"], candidates={"*": path}, width="100%")
            finding = nodes.paragraph("", "", nodes.strong(text=meta["title"]), ids=node["ids"])
            measure = nodes.paragraph(text=meta["subtitle"])
            node.replace_self(nodes.container("", finding, measure, image, *node.children, classes=[PLAIN]))


# --- assets ---------------------------------------------------------------------------------------------------


def _add_scripts(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    shown = list(doctree.findall(book_figure)) if doctree is not None else []
    if shown:
        app.add_js_file("figures.js", defer="defer")
    if any("controls" in node["spec"]["usermeta"] for node in shown):
        app.add_js_file("controls.js", defer="defer")


def _copy_files(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name not in WEB:
        return
    target = Path(app.outdir) / panels.FILES
    target.mkdir(parents=True, exist_ok=True)
    for _, folder in app.env.get_domain("bookfigure").figures.values():  # type: ignore[attr-defined]
        drawn = Path(app.srcdir) / folder
        shutil.copytree(drawn, target, ignore=shutil.ignore_patterns(pictures.PAGE), dirs_exist_ok=True)
        os.utime(drawn)  # so that a build knows which pictures nobody shows any more
    script = pictures.vega_script(_vega(app))
    shutil.copyfile(script, Path(app.outdir) / "_static" / script.name)


def setup(app: Sphinx) -> None:
    """Register the figure's node, its index and its scripts."""
    # myst-nb asks for an entry point, with which every other site of the same environment would load this book
    render.load_mime_renders = lambda: [FigureRenderer]
    app.add_domain(Figures)
    app.add_node(book_figure, html=(visit_html, depart_html))
    app.add_post_transform(Code)
    app.add_post_transform(PlainFigures)
    app.connect("html-page-context", _add_scripts)
    app.connect("build-finished", _copy_files)
