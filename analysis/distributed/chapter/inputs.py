"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

from analysis.kit import facts

# Sections 1, 2, 5 and 6: what is sent, and how fast.

# Sections 3, 4 and 8: what it costs.

# The book's own runs.

# Section 7: runs in the wild.


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("distributed")[identity].value
