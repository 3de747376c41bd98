"""The saved state of a long run: written in one step, checked before it is read."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError

SECONDS = 5.0


class Checkpoint:
    """The saved state of an interrupted run: a checksum, the identity of the run, the state.

    Parameters
    ----------
    path : Path
    identity : str
        Digest of everything the result depends on.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self.path, self.identity = path, identity
        self._next = time.monotonic() + SECONDS

    def due(self) -> bool:
        """Whether it is time to save again; saving never takes more than a twentieth of the run."""
        return time.monotonic() >= self._next

    def save(self, state: Any) -> None:
        """Replace the saved state in one step."""
        began = time.monotonic()
        body = self.identity.encode() + pickle.dumps(state, protocol=pickle.HIGHEST_PROTOCOL)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partly = self.path.with_suffix(".partly")
        with partly.open("wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode())
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        partly.replace(self.path)
        ended = time.monotonic()
        self._next = ended + max(SECONDS, 20 * (ended - began))

    def load(self) -> Any:
        """The saved state, or None when there is none."""
        if not self.path.exists():
            return None
        content = self.path.read_bytes()
        digest, body = content[:64], content[64:]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise ProblemError(f"The checkpoint {self.path} is damaged; run again with --fresh to start over.")
        if body[:64].decode() != self.identity:
            raise ProblemError(
                f"The checkpoint {self.path} was made with other code, parameters or versions; "
                "run again with --fresh to start over."
            )
        return pickle.loads(body[64:])

    def remove(self) -> None:
        """Forget the state after the result is written."""
        self.path.unlink(missing_ok=True)
