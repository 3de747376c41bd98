"""Rounding the weights of a trained network: what it costs, and how the cost grows with the training.

Kumar et al. 2024 find that a model trained on more data loses more when its weights are rounded after training: by
delta = C_T D^gamma_D / N^gamma_N e^(-P / gamma_post), with P bits a weight. Here the same is measured on our character
models, with the simplest rounding there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import LanguageModel, train
from analysis.scaling.precision import QuantisationLaw
from analysis.scaling.sweep import LEARNING_RATE, SEED, validation_loss

BITS = (3, 4, 5, 6, 8)
BATCH = 128


@dataclass(frozen=True)
class LengthRun:
    """A network trained for a given number of steps, to be rounded afterwards.

    Parameters
    ----------
    width : int
    steps : int
        Of 128 windows.
    weight_decay : float
        Without any, weights grow with the training and the range that is rounded with them.
    seed : int

    Examples
    --------
    >>> LengthRun(64, 1000, 0.1, 0).D
    128000
    """

    width: int
    steps: int
    weight_decay: float
    seed: int

    @property
    def D(self) -> int:
        """Symbols trained on."""
        return self.steps * BATCH


def round_weights(weights: ArrayLike, bits: int) -> NDArray[Any]:
    """Round to the nearest of ``2**bits - 1`` evenly spaced values about zero, with one scale a column.

    Parameters
    ----------
    weights : array_like, shape (inputs, units)
    bits : int
        From 2 to 16.

    Returns
    -------
    ndarray, shape (inputs, units)

    Examples
    --------
    With 3 bits seven values remain, the largest weight of each column among them:

    >>> round_weights([[0.9, -3.0], [0.2, 1.4], [-0.5, 0.1]], 3).round(6).tolist()
    [[0.9, -3.0], [0.3, 1.0], [-0.6, 0.0]]
    """
    if not 2 <= bits <= 16:
        raise ProblemError(f"Weights of {bits} bits are out of range; use 2 to 16.")
    values = np.asarray(weights)
    scale = np.abs(values).max(axis=0, keepdims=True) / (2 ** (bits - 1) - 1)
    return np.asarray(np.round(values / np.where(scale > 0, scale, 1)) * scale)


def rounded(model: LanguageModel, theta: NDArray[Any], bits: int) -> NDArray[Any]:
    """A copy of the parameters with the weights of the three layers rounded; embedding and biases stay."""
    result = theta.copy()
    for weights in model.views(result)[1::2]:
        weights[:] = round_weights(weights, bits)
    return result


def rounding_run(run: LengthRun) -> pd.DataFrame:
    """Train one network, round its weights to each of :data:`BITS`, and test all on the validation text.

    Returns
    -------
    DataFrame
        One row a number of bits: ``width``, ``steps``, ``weight_decay``, ``seed``, ``bits``, ``N``, ``D``, ``loss``
        (of the network as trained), ``rounded_loss`` and ``penalty`` (their difference), in nats a symbol.
    """
    corpus, model = standard_library(), LanguageModel(run.width)
    rng = np.random.default_rng(task_seed(SEED, 2, run.width, run.steps, run.seed))
    theta = train(model, corpus.train, run.steps, LEARNING_RATE, rng, BATCH, weight_decay=run.weight_decay)
    loss = validation_loss(model, theta, corpus)
    losses = [validation_loss(model, rounded(model, theta, bits), corpus) for bits in BITS]
    return pd.DataFrame(
        {
            "width": run.width,
            "steps": run.steps,
            "weight_decay": run.weight_decay,
            "seed": run.seed,
            "bits": BITS,
            "N": model.parameters,
            "D": run.D,
            "loss": loss,
            "rounded_loss": losses,
            "penalty": np.subtract(losses, loss),
            "corpus": corpus.sha256[:12],
        }
    )


@dataclass(frozen=True)
class PenaltyFit:
    """Kumar's law of the penalty, fitted.

    Attributes
    ----------
    law : QuantisationLaw
    rms : float
        Of the residuals of the log penalty.
    rows : int
    """

    law: QuantisationLaw
    rms: float
    rows: int


def fit_penalty(rows: pd.DataFrame) -> PenaltyFit:
    """Fit ``C_T D^gamma_D / N^gamma_N e^(-P / gamma_post)`` by least squares in the logarithm.

    Parameters
    ----------
    rows : DataFrame
        Columns ``N``, ``D``, ``bits``, ``penalty`` (nats), with at least two values of each of the first three.
        Penalties of several networks of one size and length are averaged first, and must then be positive.

    Returns
    -------
    PenaltyFit

    Raises
    ------
    ProblemError
        If a column does not vary or a penalty is not positive.

    Examples
    --------
    >>> grid = pd.MultiIndex.from_product([(1e4, 4e4), (1e5, 1e6), (3, 4, 5)], names=["N", "D", "bits"])
    >>> rows = grid.to_frame(index=False)
    >>> law = QuantisationLaw(C_T=0.06, gamma_D=0.5, gamma_N=0.3, gamma_post=0.6)
    >>> fit = fit_penalty(rows.assign(penalty=law.penalty(rows["N"], rows["D"], rows["bits"])))
    >>> round(fit.law.gamma_D, 6), round(fit.law.gamma_N, 6), round(fit.law.gamma_post, 6)
    (0.5, 0.3, 0.6)
    """
    for name in ("N", "D", "bits"):
        if rows[name].nunique() < 2:
            raise ProblemError(f"The penalty was measured at one value of {name}; its exponent needs two or more.")
    rows = rows.groupby(["N", "D", "bits"], as_index=False)["penalty"].mean()
    if not (rows["penalty"] > 0).all():
        raise ProblemError("A penalty is not positive; leave out the bits at which rounding costs nothing.")
    columns = np.column_stack([np.ones(len(rows)), np.log(rows["D"]), -np.log(rows["N"]), -rows["bits"]])
    target = np.log(rows["penalty"].to_numpy(float))
    scale, gamma_D, gamma_N, rate = (found := np.linalg.lstsq(columns, target, rcond=None)[0]).tolist()
    law = QuantisationLaw(float(np.exp(scale)), gamma_D, gamma_N, 1 / rate)
    return PenaltyFit(law, float(np.sqrt(np.mean((target - columns @ found) ** 2))), len(rows))


def bootstrap_penalty(rows: pd.DataFrame, resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Repeat :func:`fit_penalty` on networks drawn with replacement within each size and length of training.

    With three networks a cell the spread is somewhat too small (by a factor of about the root of 2/3).

    Parameters
    ----------
    rows : DataFrame
        As for :func:`fit_penalty`, with a column ``seed`` that names the network.
    resamples : int
    seed : int

    Returns
    -------
    DataFrame
        Columns ``gamma_D``, ``gamma_N``, ``gamma_post``; one row a resample.
    """
    rng = np.random.default_rng(seed)
    networks = rows.pivot_table(index=["N", "D", "seed"], columns="bits", values="penalty")
    cells = [cell.to_numpy() for _, cell in networks.groupby(level=["N", "D"])]
    places = networks.index.droplevel("seed").unique()
    laws = []
    for _ in range(resamples):
        means = [cell[rng.integers(len(cell), size=len(cell))].mean(axis=0) for cell in cells]
        table = pd.DataFrame(means, index=places, columns=networks.columns).stack().rename("penalty")
        law = fit_penalty(table.reset_index()).law
        laws.append((law.gamma_D, law.gamma_N, law.gamma_post))
    return pd.DataFrame(laws, columns=["gamma_D", "gamma_N", "gamma_post"])
