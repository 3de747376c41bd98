"""Published figures on training apart that contradict themselves, their source or each other."""

from __future__ import annotations

# What is sent, and how fast.

# What it costs.

# Runs in the wild.
