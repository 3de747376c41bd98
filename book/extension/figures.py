"""What a chart becomes on a page: a finding, a static picture, its spec, its sources, downloads and script.

myst-nb hands over the figure's Vega-Lite document (MIME type :data:`analysis.kit.figure.MIME`). The page carries static
pictures, for readers without JavaScript, for print and for crawlers, and the spec from which ``charts.js`` draws the
interactive chart when it comes into view. Other builders (LaTeX, text) get the picture as a plain image.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from analysis.kit import downloads, experiments, facts, figure
from analysis.kit.theme import PALETTE
from book.extension import pictures, source

LOGGER = logging.getLogger(__name__)
#: Folder of the pictures and downloads, inside the output.
FILES = "_static/figures"
#: Below this width of the window the narrow picture is shown.
PHONE = 560


class book_figure(nodes.General, nodes.Element):
    """A figure; attributes ``spec`` (dict) and ``folder`` (of its drawn pictures), children its caption and sources."""


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

    mime_priority_overrides: ClassVar = [("*", figure.MIME, 1)]

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
        for text, kind in ((meta["caption"], "figure-caption"), (f"Sources: {sources}", "figure-sources")):
            box = nodes.container(classes=[kind])
            with markdown.current_node_context(box):
                markdown.nested_render_text(text, data.line or 0)
            node += box
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


# --- HTML ---------------------------------------------------------------------------------------------------


def visit_html(self: Any, node: book_figure) -> None:
    """Write the figure up to its caption."""
    spec, folder, root = node["spec"], Path(self.builder.srcdir) / node["folder"], _root(self)
    meta = spec["usermeta"]
    identity = meta["id"]
    wide, narrow = (f"{identity}-{width}.svg" for width in (downloads.WIDE, downloads.NARROW))
    version = folder.name[:8]
    (wide_w, wide_h), (narrow_w, narrow_h) = pictures.size(folder / wide), pictures.size(folder / narrow)
    level = min(6, 1 + sum(isinstance(p, nodes.section) for p in _ancestors(node)))
    bare = {key: value for key, value in spec.items() if key != "usermeta"}
    inlined = json.dumps(bare, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    encode = self.encode
    self.body.append(
        f'<figure class="book-figure" id="{encode(identity)}">'
        f'<h{level} class="figure-finding">{encode(meta["title"])}'
        f'<a class="headerlink" href="#{encode(identity)}" title="Link to this figure">#</a></h{level}>'
        f'<p class="figure-measure">{encode(meta["subtitle"])}</p><div class="figure-frame">'
        f'<picture class="figure-static"><source media="(max-width: {PHONE}px)" '
        f'srcset="{root}{FILES}/{narrow}?v={version}" width="{narrow_w}" height="{narrow_h}">'
        f'<img src="{root}{FILES}/{wide}?v={version}" width="{wide_w}" height="{wide_h}" loading="lazy" '
        f'decoding="async" alt="{encode(meta["alt"])}"></picture><div class="figure-chart"></div>'
        f'<script type="{figure.MIME}">{inlined}</script></div><figcaption>'
    )


def depart_html(self: Any, node: book_figure) -> None:
    """Close the figure with its downloads and the script that made it."""
    meta, root = node["spec"]["usermeta"], _root(self)
    files = {
        "svg": ("SVG", "picture, SVG,"),
        "png": ("PNG", "picture, PNG,"),
        "csv": ("CSV", "data, CSV,"),
        downloads.DESCRIPTION: ("Units", "units, sources and licence of the data, JSON,"),
        "json": ("JSON", "spec, JSON,"),
    }
    version = Path(node["folder"]).name[:8]
    links = " ".join(
        f'<a href="{root}{FILES}/{meta["id"]}.{ending}?v={version}" download="{meta["id"]}.{ending}" '
        f'aria-label="Download {text} of figure {self.encode(meta["id"])}">{name}</a>'
        for ending, (name, text) in files.items()
    )
    self.body.append(f'<p class="figure-links"><span>Download</span> {links}')
    if meta["script"]:
        path, name = meta["script"].split(":")
        address = source.link(self.builder.app, path, figure.script_lines(meta["script"]), root)
        self.body.append(
            f' <span class="figure-script">Made by <a href="{address}"><code>{self.encode(name)}</code></a></span>'
        )
    self.body.append("</p></figcaption></figure>\n")


def _root(translator: Any) -> str:
    return source.site_root(translator.builder, translator.builder.current_docname)


def _ancestors(node: nodes.Node) -> list[nodes.Element]:
    found, parent = [], node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


# --- other builders ------------------------------------------------------------------------------------------


class PlainFigures(SphinxPostTransform):
    """Where there is no HTML, a figure is its finding, its picture and its caption."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        """Replace each figure by plain nodes."""
        for node in list(self.document.findall(book_figure)):
            if self.app.builder.format == "html":
                continue
            meta = node["spec"]["usermeta"]
            path = f"{node['folder']}/{meta['id']}-{downloads.WIDE}.svg"
            if "image/svg+xml" not in self.app.builder.supported_image_types:
                path = f"{node['folder']}/{meta['id']}.png"
            self.env.images.add_file(self.env.docname, path)
            image = nodes.image(uri=path, alt=meta["alt"], candidates={"*": path}, width="100%")
            finding = nodes.paragraph("", "", nodes.strong(text=meta["title"]), ids=node["ids"])
            node.replace_self([finding, nodes.paragraph(text=meta["subtitle"]), image, *node.children])


# --- assets ---------------------------------------------------------------------------------------------------


def settings(app: Sphinx) -> dict[str, Any]:
    """What ``charts.js`` has to know: where the chart script is, and the dark counterpart of each colour."""
    return {
        "vega": f"_static/{pictures.vega_script(_cache(app)).name}",
        "dark": {colour.light: colour.dark for colour in PALETTE.values()},
    }


def _cache(app: Sphinx) -> Path:
    return Path(app.srcdir) / ".cache" / "vega"


def _add_scripts(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is not None and any(True for _ in doctree.findall(book_figure)):
        app.add_js_file(None, body=f"window.bookFigures = {json.dumps(settings(app))};")
        app.add_js_file("charts.js", defer="defer")


def _copy_files(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir) / FILES
    target.mkdir(parents=True, exist_ok=True)
    for _, folder in app.env.get_domain("bookfigure").figures.values():  # type: ignore[attr-defined]
        shutil.copytree(Path(app.srcdir) / folder, target, dirs_exist_ok=True)
    script = pictures.vega_script(_cache(app))
    shutil.copyfile(script, Path(app.outdir) / "_static" / script.name)


def setup(app: Sphinx) -> None:
    """Register the figure's node, its index and its scripts."""
    app.add_domain(Figures)
    app.add_node(book_figure, html=(visit_html, depart_html))
    app.add_post_transform(PlainFigures)
    app.connect("html-page-context", _add_scripts)
    app.connect("build-finished", _copy_files)
