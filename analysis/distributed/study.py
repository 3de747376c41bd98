"""Our own runs: the character model of the scaling chapter, trained together and apart, and what is read off them.

A run is named by its method, workers, steps between meetings, what is sent, whose text it is, length, learning rate
and seed. Runs of one seed share the first parameters and each worker's stream of windows, so differences are paired.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.interpolate import PchipInterpolator

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


def tuned(table: pd.DataFrame) -> pd.DataFrame:
    """The learning rate with the lowest mean loss of each case, and whether rates on both sides of it were tried.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        Indexed by :data:`CASE`: ``learning_rate``, ``loss`` (mean over the seeds), ``bracketed``.

    Examples
    --------
    >>> case = dict(zip(CASE, ("average", 4, 50, "32 bits", "shared", 2000)))
    >>> rows = [case | {"seed": 0, "learning_rate": r, "loss": x} for r, x in ((0.01, 2.1), (0.02, 2.0), (0.04, 2.2))]
    >>> tuned(pd.DataFrame(rows))[["learning_rate", "bracketed"]].values.tolist()
    [[0.02, True]]
    """
    means = table.groupby([*CASE, "learning_rate"], as_index=False)["loss"].mean()
    rates = means.groupby(list(CASE))["learning_rate"]
    means["bracketed"] = (means["learning_rate"] > rates.transform("min")) & (
        means["learning_rate"] < rates.transform("max")
    )
    return means.loc[means.groupby(list(CASE))["loss"].idxmin()].set_index(list(CASE))


def best_runs(table: pd.DataFrame) -> pd.DataFrame:
    """The runs of each case at its tuned learning rate, one row a seed."""
    best = tuned(table)["learning_rate"].rename("best")
    rows = table.join(best, on=list(CASE))
    return rows[rows["learning_rate"] == rows["best"]].drop(columns="best")


def gaps(table: pd.DataFrame) -> pd.DataFrame:
    """How much more loss training apart has than data-parallel training of the same text and seed, each tuned.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        The runs apart at their tuned rate, with ``together`` (the loss of the data-parallel run of the same workers,
        text, steps and seed) and ``gap`` (relative: 0.01 is one per cent more).
    """
    rows = best_runs(table)
    same = ["workers", "text", "steps", "seed"]
    together = rows[rows["method"] == TOGETHER].set_index(same)["loss"].rename("together")
    apart = rows[rows["method"] != TOGETHER].join(together, on=same)
    return apart.assign(gap=apart["loss"] / apart["together"] - 1).reset_index(drop=True)


def steps_for(loss: float | NDArray[np.float64], curve: pd.Series) -> NDArray[np.float64]:
    """Steps of data-parallel training that end at a given loss, by a monotone curve through the measured ones.

    Parameters
    ----------
    loss : float or ndarray
        Nats a symbol, within the curve.
    curve : Series
        Loss by steps (index), falling.

    Returns
    -------
    ndarray

    Raises
    ------
    ProblemError
        Outside the curve: it is not continued.

    Examples
    --------
    >>> steps_for(2.0, pd.Series({500: 2.2, 1000: 2.0, 2000: 1.9})).round().item()
    1000.0
    """
    curve = curve.sort_values()
    if not curve.index.is_monotonic_decreasing:
        raise ProblemError("Loss must fall with the steps to be read backwards; average over more seeds.")
    wanted = np.asarray(loss, float)
    if wanted.min() < curve.iloc[0] or wanted.max() > curve.iloc[-1]:
        raise ProblemError(f"The curve has losses from {curve.iloc[0]:.3f} to {curve.iloc[-1]:.3f}; stay within.")
    return np.exp(PchipInterpolator(curve.to_numpy(), np.log(curve.index.to_numpy(float)))(wanted))


def transfer_residuals(table: pd.DataFrame, measure: str = "prose", confidence: float = 0.95) -> pd.DataFrame:
    """What training apart has more, elsewhere, than data-parallel training of the same validation loss.

    For each seed a straight line ``measure = a + b loss`` is fitted to its own data-parallel runs of several lengths;
    the residual of each run apart is its distance from that line. So a seed gives one independent residual for every
    H, which has the error of its line in it, and Student's t over the seeds gives the interval.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-transfer``: columns ``method``, ``steps_between``, ``seed``, ``loss`` and the measure.
    measure : {"prose", "accuracy"}
        Nats a symbol, where positive is worse, or a share, where positive is better.
    confidence : float

    Returns
    -------
    DataFrame
        Indexed by ``steps_between``, then ``"all"`` (the mean of each seed's residuals): ``estimate``, ``error``
        (standard error), ``low``, ``high`` (the interval), ``bound`` (the larger end: by how much the two kinds can
        differ at that confidence) and ``seeds``.

    Raises
    ------
    ProblemError
        With fewer than three seeds.
    """
    residuals = seed_residuals(table, measure)
    wide = residuals.pivot(index="seed", columns="steps_between", values="residual")
    if len(wide) < 3:
        raise ProblemError(f"{len(wide)} seeds give no interval; use 3 or more.")
    wide = wide.rename(columns=lambda steps: int(steps)).astype(float)
    wide["all"] = wide.mean(axis=1)
    result = pd.DataFrame({"estimate": wide.mean(), "error": wide.sem(), "seeds": wide.count()})
    reach = result["error"] * stats.t.ppf((1 + confidence) / 2, result["seeds"] - 1)
    result["low"], result["high"] = result["estimate"] - reach, result["estimate"] + reach
    result["bound"] = result[["low", "high"]].abs().max(axis=1)
    return result.rename_axis("steps_between")


def seed_residuals(table: pd.DataFrame, measure: str = "prose") -> pd.DataFrame:
    """The residual of every run apart from the data-parallel line of its seed: ``seed, steps_between, residual``."""
    found = []
    for _, own in table.groupby("seed"):
        together = own[own["method"] == TOGETHER]
        slope, level = np.polyfit(together["loss"], together[measure], 1)
        apart = own[own["method"] != TOGETHER]
        found.append(apart.assign(residual=apart[measure] - level - slope * apart["loss"]))
    return pd.concat(found)[["seed", "steps_between", "residual"]].reset_index(drop=True)
