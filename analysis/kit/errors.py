"""The one kind of error that a person is meant to read."""

from __future__ import annotations


class ProblemError(Exception):
    """Something the user can mend; its text is one sentence that says what is wrong and what to do.

    The command line prints the sentence without a traceback and exits with status 2.
    """
