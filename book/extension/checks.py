"""A check of ours against what others published folds under its one-line result.

A chapter names a check of its topic (``analysis/<topic>/chapter/checks.py``), or several, and says the result and the
way there::

    :::{held} hoffmann-table3-175b-tokens
    The table asks for {glue:text}`table-175-tokens`, we get {glue:text}`our-175-tokens`.

    The way there, which is folded.
    :::

The first paragraph is the result; it stays in sight with its numbers, which are links, and with a tick where the two
agree and a cross where they differ, as computed in the run of the chapter.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from analysis import runs
from analysis.kit import overriding
from analysis.kit.errors import ProblemError
from book.extension.claims import mark
from book.extension.numbers import found_runs
from book.extension.parts import ProblemDirective, fold, html

#: The word that begins a check.
LEAD = "Check."
#: What opens the way to a result.
WAY = "How we know"
#: The mark and the word of a result, by whether the numbers agree.
RESULTS = {True: ("supported", "agrees"), False: ("wrong", "differs")}


def agreement(topic: str, keys: list[str], checks: list[runs.ToldCheck]) -> bool:
    """Whether the numbers of all checks agree with what they are held against.

    Parameters
    ----------
    topic : str
    keys : list of str
        The names of the checks.
    checks : list of ToldCheck
        All of the topic.

    Raises
    ------
    ProblemError
        If one is unknown or ambiguous, or is not as the chapter says.
    """
    where = f"analysis/{topic}/chapter/checks.py"
    found = []
    for key in keys:
        named = [check for check in checks if check.name == f"{topic}-{key}"]
        if len(named) != 1:
            found_there = "is no check" if not named else f"are {len(named)} checks"
            raise ProblemError(f"There {found_there} {key!r} in {where}; name one, or give one an id.")
        if not named[0].holds and not overriding.asked():  # with other facts, the mark turns
            raise ProblemError(f"The check {key!r} is not as the chapter says ({named[0].sentence}); mend the text.")
        found.append(named[0].within)
    return all(found)


class HeldDirective(ProblemDirective):
    """``{held} <check> …``: the result of a check, with the way there folded under it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the result with its mark, and the folded way."""
        topic = self.env.docname.rpartition("/")[2]
        run = found_runs(self.env.app).get(topic)
        if run is None:
            raise ProblemError("A check stands in a chapter that was run; mend the cell that failed, or move it there.")
        verdict, word = RESULTS[agreement(topic, self.arguments[0].split(), run.checks)]
        parsed = self.markdown("\n".join(self.content))
        if len(parsed) < 2 or not isinstance(parsed[0], nodes.paragraph):
            raise ProblemError(
                "A check says its result in a first paragraph and how we know it in further ones; write both."
            )
        sign = nodes.inline("", "", html(mark(verdict)), nodes.Text(word), classes=["agreement", f"v-{verdict}"])
        result = nodes.paragraph("", "", nodes.strong(text=LEAD), nodes.Text(" "), *parsed[0].children)
        result += [nodes.Text(" "), sign]
        return [nodes.container("", result, fold("", *parsed[1:], summary=WAY), classes=["check"])]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("held", HeldDirective)
