"""Our own runs: the character model of the scaling chapter, trained together and apart.

A run is named by its method, workers, steps between meetings, what is sent, whose text it is, length, learning rate
and seed. Runs of one seed share the first parameters and each worker's stream of windows, so differences are paired.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.distributed.compression import Compression
from analysis.distributed.local_training import BATCH, Outer, Trained, share_out, train_apart, train_together
from analysis.kit.errors import ProblemError
from analysis.scaling.corpus import encode, standard_library
from analysis.scaling.language_model import LanguageModel
from analysis.scaling.sweep import held_out_batches

WIDTH = 32
STEPS = 2_000
TOGETHER = "data-parallel"
#: The outer optimisers by the names of the table.
OUTERS = {"average": Outer(), "momentum 0.5": Outer(0.7, 0.5), "momentum 0.9": Outer(0.7, 0.9)}
#: What is sent at a meeting, by the names of the table. The last is the recipe of SparseLoCo and Covenant-72B.
SENT = {
    "32 bits": Compression(),
    "8 bits": Compression(8),
    "4 bits": Compression(4),
    "2 bits": Compression(2),
    "2 bits, remembered": Compression(2, feedback=0.95),
    "1 in 64, remembered": Compression(2, kept=64, block=4096, feedback=0.95),
}
SHARED, DOMAIN = "shared", "by domain"


@dataclass(frozen=True)
class Run:
    """One training run of our own.

    Parameters
    ----------
    method : str
        ``"data-parallel"`` or an entry of :data:`OUTERS`.
    workers : int
    steps_between : int
        H; 1 for data-parallel training.
    sent : str
        An entry of :data:`SENT`.
    text : str
        ``"shared"``, all workers draw from all text, or ``"by domain"``, each from a stretch of its own.
    steps : int
        Of each worker.
    learning_rate : float
        At its peak.
    seed : int

    Examples
    --------
    >>> Run("average", 4, 50, "32 bits", "shared", 2000, 0.016, 0).D
    512000
    """

    method: str
    workers: int
    steps_between: int
    sent: str
    text: str
    steps: int
    learning_rate: float
    seed: int

    def __post_init__(self) -> None:
        if self.method not in {TOGETHER, *OUTERS} or self.sent not in SENT or self.text not in {SHARED, DOMAIN}:
            raise ProblemError(
                f"No run of {self.method!r} sends {self.sent!r} on text {self.text!r}; choose of the lists."
            )

    @property
    def D(self) -> int:
        """Symbols that all workers together are trained to predict."""
        return self.workers * self.steps * BATCH

    def train(self) -> Trained:
        """Train it on the standard library."""
        model = LanguageModel(WIDTH)
        texts = share_out(standard_library().train, self.workers, by_domain=self.text == DOMAIN)
        if self.method == TOGETHER:
            return train_together(model, texts, self.steps, self.learning_rate, self.seed)
        outer, compression = OUTERS[self.method], SENT[self.sent]
        return train_apart(
            model, texts, self.steps, self.steps_between, self.learning_rate, self.seed, outer, compression
        )


#: What names a run in the table, and what names a case of which several learning rates and seeds are tried.
KEYS = tuple(field.name for field in fields(Run))
CASE = KEYS[:-2]


@lru_cache(maxsize=1)
def unseen_prose() -> NDArray[np.uint8]:
    """English text that no run is trained on: the help texts of Python's language reference, by topic."""
    from pydoc_data.topics import topics

    return encode("\n".join(text for _, text in sorted(topics.items())).encode())


def measured_run(run: Run) -> pd.DataFrame:
    """Train one model, and test it on modules and on prose that it has not seen.

    Parameters
    ----------
    run : Run

    Returns
    -------
    DataFrame
        One row: what names it (:data:`KEYS`), ``D``, ``meetings``, ``bits_sent`` (by each worker), ``loss``
        (validation, nats a symbol), ``accuracy`` (share of the validation symbols guessed right), ``prose`` (loss on
        :func:`unseen_prose`) and ``corpus`` (first digits of the text's SHA-256).
    """
    corpus, model, trained = standard_library(), LanguageModel(WIDTH), run.train()
    held_out, prose = held_out_batches(corpus.validation), held_out_batches(unseen_prose())
    return pd.DataFrame([dict(zip(KEYS, astuple(run), strict=True))]).assign(
        D=run.D,
        meetings=trained.meetings,
        bits_sent=trained.bits_sent,
        loss=np.mean([model.loss(trained.theta, *batch) for batch in held_out]),
        accuracy=np.mean([np.mean(model.guess(trained.theta, contexts) == targets) for contexts, targets in held_out]),
        prose=np.mean([model.loss(trained.theta, *batch) for batch in prose]),
        corpus=corpus.sha256[:12],
    )
