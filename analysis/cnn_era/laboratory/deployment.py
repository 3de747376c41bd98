"""A trained network in use: what one answer costs after pruning and rounding, and what that does to the answers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.cnn_era.laboratory.low_precision import inference_bytes, integer_logits, largest_activations
from analysis.cnn_era.laboratory.pruning import prune, sparse_multiply_adds
from analysis.cnn_era.laboratory.small_network import SmallNetwork
from analysis.cnn_era.laboratory.stages import NORMALISED, SEPARABLE, SHALLOW
from analysis.cnn_era.laboratory.training import SEED, TARGET, descend, digits, train
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed

#: Networks that are pruned and rounded after the whole of their training.
NETWORKS = {"three convolutions": NORMALISED, "two convolutions": SHALLOW, "separable": SEPARABLE}
SHARES = (1.0, 0.5, 0.25, 0.1)
BITS = (32, 8, 6, 4, 3, 2)
FINE_TUNING_EPOCHS = 3


def deployment_run(name: str, seed: int) -> list[dict[str, Any]]:
    """Train a network, prune it to each of :data:`SHARES`, and round each to each of :data:`BITS`.

    Pruned networks are tested as they are and after three more epochs, in which the pruned weights stay at zero.

    Returns
    -------
    list of dict
        ``network``, ``share`` (of the weights that stay), ``tuned`` (trained further), ``bits``, ``seed``,
        ``multiply_adds`` and ``bytes`` (of one image; zeros skipped), ``validation`` and ``test`` (accuracy).
    """
    if name not in NETWORKS:
        raise ProblemError(f"There is no network {name!r}; use one of {', '.join(NETWORKS)}.")
    recipe = NETWORKS[name]
    trained = train(recipe, seed, stop=False).network
    rows: list[dict[str, Any]] = []
    for number, share in enumerate(SHARES):
        for tuned in (False, True) if share < 1 else (False,):
            network = deepcopy(trained)
            if share < 1:
                prune(network, share)
            if tuned:
                rng = np.random.default_rng(task_seed(SEED, seed, number))
                descend(
                    network, replace(recipe, schedule="one-cycle", epochs=FINE_TUNING_EPOCHS), rng, TARGET, stop=False
                )
            largest = largest_activations(network, digits().x_train)
            rows += [
                {"network": name, "share": share, "tuned": tuned, "bits": bits, "seed": seed}
                | {"multiply_adds": sparse_multiply_adds(network), "bytes": inference_bytes(network, bits)}
                | _accuracies(network, largest, bits)
                for bits in BITS
            ]
    return rows


def _accuracies(network: SmallNetwork, largest: list[float], bits: int) -> dict[str, float]:
    split = digits()
    count = len(split.x_validation)
    answers = integer_logits(network, np.concatenate([split.x_validation, split.x_test]), largest, bits).argmax(1)
    right = answers == np.concatenate([split.y_validation, split.y_test])
    return {"validation": float(right[:count].mean()), "test": float(right[count:].mean())}


def deployment_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Means over seeds, with standard errors of the accuracies.

    Parameters
    ----------
    runs : DataFrame
        Rows of :func:`deployment_run`.
    """
    return (
        runs.groupby(["network", "share", "tuned", "bits"], sort=False)
        .agg(
            seeds=("seed", "count"),
            multiply_adds=("multiply_adds", "mean"),
            bytes=("bytes", "mean"),
            validation=("validation", "mean"),
            validation_se=("validation", "sem"),
            test=("test", "mean"),
            test_se=("test", "sem"),
        )
        .reset_index()
    )


def in_use(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a :func:`deployment_table` of networks as one would use them: pruned ones after further training.

    The first is the first network with all its weights in single precision.

    Parameters
    ----------
    table : DataFrame
        Of :func:`deployment_table`.

    Returns
    -------
    DataFrame
        Rows of it.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> rows = in_use(load_result("cnn-era-deployment")).query("network == 'three convolutions' and share == 1")
    >>> rows.set_index("bits")["test"].round(3).to_dict()  # eight bits a weight do as well as 32
    {32: 0.99, 8: 0.99, 6: 0.987, 4: 0.982, 3: 0.942, 2: 0.158}
    """
    return table[table["tuned"] | (table["share"] == 1)].reset_index(drop=True)


def cheapest(table: pd.DataFrame, target: float = TARGET, column: str = "bytes") -> pd.Series:
    """The row of lowest cost among those that answer enough of the validation images.

    Parameters
    ----------
    table : DataFrame
        A row a network, with ``validation`` (share answered) and the column of costs.
    target : float
        Share of the validation images to answer.
    column : str
        The cost.

    Returns
    -------
    Series
        Its row.

    Raises
    ------
    ProblemError
        If no network answers so many.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> best = cheapest(in_use(load_result("cnn-era-deployment")))
    >>> print(f"{best['share']:.0%} of the weights, {best['bits']} bits each: {best['bytes']:,.0f} bytes")
    25% of the weights, 4 bits each: 4,273 bytes
    """
    good = table[table["validation"] >= target]
    if good.empty:
        raise ProblemError(f"No network of the table answers {target:.0%} of the images; lower the target.")
    return good.loc[good[column].idxmin()]
