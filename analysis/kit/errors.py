"""The one kind of error that a person is meant to read."""

from __future__ import annotations

import difflib
import errno
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


#: What befell a process that something else ended.
STOPPED = "was stopped from outside, as a machine does that is short of memory; free some, then try again"
#: How a C library says that a disk or somebody's share of it is full.
FULL = ("No space left on device", "Disk quota exceeded")


def of_disk(error: OSError) -> str:
    """What stands in the way on a disk, in a sentence; empty for an error of another kind.

    >>> of_disk(OSError(errno.ENOSPC, "No space left on device", "_build"))
    'The disk is full (at _build); free some space, then try again.'
    >>> of_disk(FileNotFoundError(errno.ENOENT, "No such file or directory", "_build"))
    ''
    """
    at = error.filename2 or error.filename
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{f' (at {at})' if at else ''}; free some space, then try again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{at or 'A folder'} cannot be written to; take a copy of the book in a folder of yours, then try again."
    return ""
