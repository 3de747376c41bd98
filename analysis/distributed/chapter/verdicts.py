"""The rules by which the chapter's claims are judged."""

from __future__ import annotations
