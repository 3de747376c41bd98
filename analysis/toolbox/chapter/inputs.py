"""What the chapter computes with: its cells, numbers, verdicts and checks name these and repeat no value."""

from __future__ import annotations

from analysis.kit import facts

# Fewer bits.

# Fewer weights.

# Fewer tokens looked at; adapters.

# Borrowed learning.

# What a tool can change, better steps, do they multiply.

# New machines.


def fact(identity: str) -> float:
    """The value of a published figure of this chapter."""
    return facts.load("toolbox")[identity].value
