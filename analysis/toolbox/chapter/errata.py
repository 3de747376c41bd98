"""Published figures on tools that contradict themselves, their source or each other."""

from __future__ import annotations

# Fewer bits.

# Fewer weights.

# Fewer tokens looked at; adapters.

# Borrowed learning.

# What a tool can change, better steps, do they multiply.

# New machines.
