"""The text of the language models: bytes of eight domains to train on and of three others to test on."""

from __future__ import annotations

import bz2
import json

from analysis.gpu.plumbing import TEXT


class Text:
    """The bytes of text.bz2: training segments, held-out segments and foreign segments by domain."""

    def __init__(self) -> None:
        raw = bz2.decompress(TEXT.read_bytes())
        size = int.from_bytes(raw[:8], "little")
        self.header = json.loads(raw[8 : 8 + size])
        self.body = memoryview(raw)[8 + size :]
        self.segments = self.header["segments"]
        self.train = [s for s in self.segments if s["split"] == "train"]
        names = [s["domain"] for s in self.train]
        self.domains = names
        self.foreign = [s["domain"] for s in self.segments if s["split"] == "test" and s["domain"] not in names]
        self.test = {s["domain"]: s for s in self.segments if s["split"] == "test"}

    def tensor(self, torch, device: str):
        import numpy as np

        return torch.from_numpy(np.frombuffer(self.body, np.uint8).copy()).to(device)


def metric_columns(text: Text) -> str:
    return "loss worst accuracy brackets copying " + " ".join(f"loss_{d}" for d in text.domains + text.foreign)


def metrics(text: Text, r: dict) -> dict:
    return {k: r[k] for k in ("loss", "worst", "accuracy", "brackets", "copying")} | {
        f"loss_{d}": r[d] for d in text.domains + text.foreign
    }
