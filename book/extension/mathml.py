r"""Formulas set when the book is built, as MathML: browsers draw it themselves, with no script and no request.

Examples
--------
>>> to_mathml("x^2")[:62]
'<math xmlns="http://www.w3.org/1998/Math/MathML" display="inli'
>>> to_mathml(r"\nonsense{x}")
Traceback (most recent call last):
    ...
ValueError: the command \nonsense is not known
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
#: A LaTeX command that survived into the output was not understood.
_LEFT_OVER = re.compile(r"<m[a-z]+[^>]*>\s*(\\[A-Za-z]+)")
#: How many parts an element has to have.
_ARGUMENTS = {name: 2 for name in ("mfrac", "mroot", "msub", "msup", "munder", "mover")} | {
    "msubsup": 3,
    "munderover": 3,
}
#: What follows a formula and must not begin a line.
_MARK = re.compile(r"[,.;:!?)\]”’]+")
#: Browsers know these only as characters of their own.
_DOUBLE_STRUCK = re.compile(r'<mn mathvariant="double-struck">(\d)</mn>')


def to_mathml(latex: str, display: bool = False) -> str:
    """Return a formula as a MathML element.

    Parameters
    ----------
    latex : str
        The formula without delimiters.
    display : bool
        Whether it stands on its own line.

    Raises
    ------
    ValueError
        When it cannot be parsed, with what is wrong.
    """
    if latex.count("{") - latex.count(r"\{") != latex.count("}") - latex.count(r"\}"):
        raise ValueError("its braces do not match")
    try:
        mathml = convert(_aligned(latex) if display else latex, display="block" if display else "inline")
    except Exception as error:  # latex2mathml raises many types, without a common one
        raise ValueError(str(error) or type(error).__name__) from error
    unknown = _LEFT_OVER.search(mathml)
    if unknown:
        raise ValueError(f"the command {unknown[1]} is not known")
    try:
        elements = ElementTree.fromstring(mathml).iter()
    except ElementTree.ParseError as error:
        raise ValueError("it holds a sign or an environment that cannot be set") from error
    for element in elements:
        name = element.tag.rpartition("}")[2]
        if len(element) != _ARGUMENTS.get(name, len(element)):
            raise ValueError(f"something is missing in {name}, such as the second part of a fraction or an index")
    return _DOUBLE_STRUCK.sub(lambda digit: f"<mn>{chr(ord('𝟘') + int(digit[1]))}</mn>", mathml)


def _aligned(latex: str) -> str:
    """Wrap a formula of several lines, as LaTeX wants it; only Sphinx gives numbers."""
    latex = latex.replace("{align}", "{align*}")
    several = "\\\\" in latex and r"\begin" not in latex
    return rf"\begin{{align*}}{latex}\end{{align*}}" if several else latex


def _converted(self: Any, node: nodes.Element, display: bool) -> str:
    latex = node.astext().strip()
    try:
        return to_mathml(latex, display)
    except ValueError as error:
        LOGGER.warning("The formula %s cannot be set: %s.", latex, error, location=node, type="book", subtype="math")
        return f"<code>{self.encode(latex)}</code>"


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula within a sentence."""
    self.body.append(f'<span class="math">{_converted(self, node, display=False)}</span>')
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    """Write a formula on its own line, with its number and anchor where it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(f'<div class="math-scroll">{_converted(self, node, display=True)}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class Together(SphinxPostTransform):
    """Keep a formula within a sentence on the line of the mark that follows it."""

    default_priority = 450
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap each such formula with its mark."""
        for node in list(self.document.findall(nodes.math)):
            parent, after = node.parent, node.next_node(descend=False, siblings=True)
            mark = _MARK.match(str(after)) if isinstance(after, nodes.Text) else None
            if mark:
                kept = nodes.inline("", "", node.deepcopy(), nodes.Text(mark[0]), classes=["nb"])
                parent.replace(after, nodes.Text(str(after)[mark.end() :]))
                parent.replace(node, kept)


def setup(app: Sphinx) -> None:
    """Register the renderer that ``html_math_renderer: mathml`` asks for."""
    app.add_post_transform(Together)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
