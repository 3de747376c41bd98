"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

# TEC-1: borrow.

# TEC-2: whole.

# TEC-3: machines.
