"""What a measurement needs around it: tables that are complete after every row, a clock, notes."""

from __future__ import annotations

import csv
import json
import math
import os
import time
import traceback
from pathlib import Path

#: The text of the language models; `build_text.py` beside this file makes it.
TEXT = Path(os.environ.get("LAB_TEXT") or "text.bz2")
#: When the driver started; its workers get the time from it.
BEGUN = float(os.environ.get("LAB_T0") or time.time())


class Table:
    """A CSV file that is complete after every row."""

    def __init__(self, folder: Path, name: str, columns: str) -> None:
        self.columns = columns.replace(",", " ").split()
        self.path = folder / name
        self.file = self.path.open("a", newline="", encoding="utf-8")
        self.writer = csv.DictWriter(self.file, self.columns, extrasaction="ignore")
        if self.path.stat().st_size == 0:
            self.writer.writeheader()
            self.file.flush()

    def add(self, **row) -> None:
        self.writer.writerow({k: f"{v:.9g}" if isinstance(v, float) else v for k, v in row.items()})
        self.file.flush()


class Lab:
    """What a worker knows: its mode, its deadline, where to write."""

    def __init__(self, number: int, mode: str, out: Path, notes: Path) -> None:
        self.number, self.mode, self.out, self.notes_path = number, mode, out, notes
        self.deadline = math.inf
        self.safe = os.environ.get("LAB_SAFE") == "1"

    def left(self) -> float:
        return self.deadline - time.time()

    def note(self, key: str, value) -> None:
        with self.notes_path.open("a", encoding="utf-8") as f:
            f.write(json.dumps({"experiment": self.number, "t": round(time.time() - BEGUN, 2), key: value}) + "\n")

    def say(self, text: str) -> None:
        print(f"[{self.number} {time.time() - BEGUN:6.1f}s] {text}", flush=True)

    def attempt(self, what: str, function, *args, **kwargs):
        """Call, and on failure say so and return None."""
        try:
            return function(*args, **kwargs)
        except Exception as error:
            self.note(
                "error",
                {
                    "what": what,
                    "error": f"{type(error).__name__}: {error}"[:600],
                    "where": traceback.format_exc()[-900:],
                },
            )
            self.say(f"FAILED {what}: {type(error).__name__}: {str(error)[:160]}")
            return None
