"""The one kind of error that a person is meant to read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ProblemError(Exception):
    """Something the user can mend; its text is one sentence that says what is wrong and what to do.

    The command line prints the sentence without a traceback and exits with status 2.

    Examples
    --------
    >>> from analysis import scaling
    >>> try:
    ...     scaling.published_law("hofmann")
    ... except ProblemError as problem:
    ...     print(str(problem).split(";")[0])
    There is no published law 'hofmann'
    """


def closest(name: str, known: Iterable[str]) -> str:
    """A hint for a name that does not exist.

    >>> closest("occam-prior-rnk", ["occam-prior-rank", "zoo"])
    "did you mean 'occam-prior-rank'?"
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"there are {', '.join(known)}." if known else "there are none yet."
