"""Code on a page: its tokens in the few colours that the style sheet has, and no element for any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Error, Generic, Keyword, Name, Number, Operator, String, Token
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

#: What each kind of token looks like: as which other, whose short name is the class in ``style.css``.
LOOKS = {
    Keyword: Keyword,
    Operator.Word: Keyword,
    Name.Tag: Keyword,
    String: String,
    Number: String,
    Comment: Comment,
    Generic.Prompt: Comment,
    Generic.Inserted: String,
    Generic.Deleted: Error,
    Generic.Error: Error,
    Error: Error,
}


def look(token: Any) -> Any:
    """The kind of token that `token` looks like; plain text where it has no colour.

    Examples
    --------
    >>> look(Keyword.Namespace), look(Number.Integer), look(Name.Function)
    (Token.Keyword, Token.Literal.String, Token.Text)
    """
    return next((look for kind, look in LOOKS.items() if token in kind), Token.Text)


class FewColours(HtmlFormatter[str]):
    """Pygments' HTML, in which neighbours of one colour are one element and plain text is none."""

    def format_unencoded(self, tokensource: Iterable[tuple[Any, str]], outfile: Any) -> None:
        """Write the tokens by what they look like."""
        super().format_unencoded(((look(token), text) for token, text in tokensource), outfile)


def setup(app: Sphinx) -> None:
    """Show all code of the book so."""
    PygmentsBridge.html_formatter = FewColours
