"""The simulator of Streaming DiLoCo, rebuilt from its description: one machine that computes, one line that sends.

A training step is a graph of 4 L - 1 nodes (section 3.1 of the paper [1]_): for each of L layers a forward pass, a
backward pass to the layer below (which the first layer lacks), a backward pass to its own weights, and the reduction
that sends its gradient to the other site. The machine computes one node at a time. The line sends one layer at a time,
in the order in which they are ready, and the forward pass of a layer waits until what it needs has arrived. Nothing
else takes time: no delay of the line, no failures, no traffic inside a site.

The paper does not print how long each node takes. Here all 3 L - 1 nodes that compute take equally long.

References
----------
.. [1] Douillard and others, Streaming DiLoCo with overlapping communication, arXiv:2501.18512.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.distributed.utilisation import FRAGMENT, GIGA, OVERLAP
from analysis.kit.checking import Array, checked, fit_together, inside, plain, positive, real
from analysis.kit.errors import ProblemError

#: The grid on which the papers read bandwidths off, Gbit/s.
GRID = np.logspace(-1, 3, 50)
#: Rounds of meetings that are simulated; the last one counts, when everything repeats.
ROUNDS = 4


def simulate(
    bandwidth: ArrayLike,
    parameters: float,
    layers: int,
    step_seconds: float,
    steps_between: int = 1,
    bits: float = 16,
    fragment: int | None = None,
    overlap: int = 0,
) -> Any:
    """Share of the time that a site computes, over lines of several bandwidths at once.

    Parameters
    ----------
    bandwidth : array_like
        Gbit/s, positive.
    parameters : float
        Of the model, positive.
    layers : int
        At least 1.
    step_seconds : float
        Seconds of a step in which nothing waits.
    steps_between : int
        Steps H after which a layer is sent again; 1 is data-parallel training.
    bits : float
        Of each number that is sent.
    fragment : int, optional
        Layers that are sent together, spread evenly over the model, each fragment at its own time of the H steps; by
        default all at once.
    overlap : int
        Whole steps that a layer may wait for what was sent; 0 is before its next forward pass.

    Returns
    -------
    float or array
        Above 0 and at most 1.

    Raises
    ------
    ProblemError
        If a bandwidth, size, time or number of bits is not positive, or a count is not a whole number of at least 1.

    Examples
    --------
    >>> simulate([10.0, 100.0], 10e9, 48, 0.8, steps_between=100).round(3)
    array([0.838, 0.987])
    """
    line = positive(bandwidth, "a bandwidth")
    fit_together(line, parameters, bits)
    for name, count, least in _counts(layers, steps_between, fragment, overlap):
        whole = real(count, name)
        checked(
            whole, np.isfinite(whole) & (whole >= least) & (whole == np.round(whole)), name, f"whole, at least {least}"
        )
    unit = float(positive(step_seconds, "a time of a step")) / (3 * layers - 1)  # of one node that computes
    gigabits = positive(parameters, "a size") * positive(bits, "a number of bits") / GIGA
    parcel = gigabits / layers / line  # seconds to send one layer
    fragments = -(-layers // (fragment or layers))
    sent_at = {layer: layer % fragments * steps_between // fragments for layer in range(layers)}  # step of the round

    clock = link = np.zeros_like(line)  # when the machine, and the line, are free
    due: dict[int, list[tuple[int, Array]]] = defaultdict(list)  # by step: layers, and when what they wait for arrives
    ends = []
    for step in range(ROUNDS * steps_between):
        for layer, arrival in due.pop(step, ()):  # the forward pass of a layer begins when it is there
            clock = np.maximum(clock, arrival - layer * unit)
        for layer in reversed(range(layers)):
            if sent_at[layer] == step % steps_between:
                above = layers - 1 - layer
                ready = clock + (layers + 2 * above + (2 if layer else 1)) * unit  # forward, then down to this layer
                link = np.maximum(link, ready) + parcel
                due[step + 1 + overlap].append((layer, link))
        clock = clock + step_seconds
        if (step + 1) % steps_between == 0:
            ends.append(clock)
    return plain(np.minimum(steps_between * step_seconds / (ends[-1] - ends[-2]), 1.0))


def _counts(layers: int, steps_between: int, fragment: int | None, overlap: int) -> list[tuple[str, int, int]]:
    """What must be whole: name, value and least value."""
    return [
        ("a number of layers", layers, 1),
        ("steps between meetings", steps_between, 1),
        ("layers of a fragment", layers if fragment is None else fragment, 1),
        ("steps of overlap", overlap, 0),
    ]


def methods() -> dict[str, dict[str, int]]:
    """Fragment and overlap of the published ways of training, by their names in ``distributed_bandwidth.csv``."""
    streamed = {"fragment": FRAGMENT, "overlap": OVERLAP}
    return {
        "data-parallel": {},
        "DiLoCo": {},
        "streaming": {"fragment": FRAGMENT},
        "streaming, overlapped": streamed,
        "streaming, overlapped, FP4": streamed,
    }


def read_off(used: ArrayLike, utilisation: ArrayLike, grid: ArrayLike = GRID) -> Any:
    """Smallest bandwidth of a grid at which a share of the time is used; infinity where none is enough.

    Parameters
    ----------
    used : array_like, shape (m,)
        Share of the time at each bandwidth.
    utilisation : array_like
        Shares that are wanted, above 0 and below 1.
    grid : array_like, shape (m,)
        Gbit/s, rising.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If shares and bandwidths do not go by pairs.

    Examples
    --------
    >>> read_off([0.2, 0.6, 0.9], [0.5, 0.8, 0.95], grid=[1, 10, 100]).tolist()
    [10.0, 100.0, inf]
    """
    wanted = np.atleast_1d(inside(utilisation, "a utilisation"))
    if np.ndim(grid) != 1 or np.shape(used) != np.shape(grid) or np.size(grid) < 1:
        raise ProblemError("Shares of the time and bandwidths of the grid go by pairs; give one of each, and some.")
    enough = np.asarray(used, float) >= wanted[:, None] - 1e-12
    first = np.where(enough.any(axis=1), enough.argmax(axis=1), len(np.asarray(grid)))
    return np.append(np.asarray(grid, float), np.inf)[first]


def simulated(published: pd.DataFrame, traffic: float = 1.0) -> pd.DataFrame:
    """The published table with what the simulator reads off the same grid.

    Parameters
    ----------
    published : DataFrame
        Rows of ``distributed_bandwidth.csv``.
    traffic : float
        All messages are so many times as large, which is as if the lines were so many times as slow.

    Returns
    -------
    DataFrame
        The rows with ``ours`` (Gbit/s) and ``offset``: published minus ours in points of the grid. Rows that are
        printed as beyond the grid have no offset.

    Raises
    ------
    ProblemError
        If a way of training is none of :func:`methods`.

    Examples
    --------
    >>> from analysis.kit import facts
    >>> published = facts.frame("distributed_bandwidth").query("paper == 'streaming'")
    >>> simulated(published)["offset"].value_counts().to_dict()  # most are one point of the grid lower
    {-1.0: 63, -0.0: 10, -2.0: 2}
    """
    size = float(positive(traffic, "a size of the messages"))
    parts = []
    for rows, way in _ways(published):
        ours = read_off(simulate(GRID / size, **way), rows["utilisation"] / 100)
        parts.append(rows.assign(ours=ours))
    found = pd.concat(parts)
    return found.assign(offset=(place(found["bandwidth"]) - place(found["ours"])).round())


def _ways(published: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """The rows of each simulation of a published table, and what :func:`simulate` is told for it."""
    known = methods()
    if published.empty:
        raise ProblemError("There is no published row to rebuild; give some.")
    unknown = set(published["method"]) - set(known)
    if unknown:
        raise ProblemError(f"There is no way of training {min(unknown)!r}; choose one of {', '.join(known)}.")
    for _, rows in published.groupby(["paper", "model", "method", "steps_between", "bits"], sort=False):
        row = rows.iloc[0]
        way: dict[str, Any] = {"parameters": row.parameters, "layers": int(row.layers), "bits": row.bits}
        way |= {"step_seconds": row.step_seconds, "steps_between": int(row.steps_between)}
        yield rows, way | known[str(row.method)]


def place(bandwidth: ArrayLike) -> Any:
    """Place of a bandwidth on the grid, in points from its lower end; one beyond it has the next place.

    >>> place([0.1, 1000.0, np.inf]).tolist()
    [0.0, 49.0, 50.0]
    """
    step = np.log(GRID[1] / GRID[0])
    return np.minimum(np.log(np.asarray(bandwidth, float) / GRID[0]) / step, len(GRID)).round(9)


def exact_matches(published: pd.DataFrame, traffic: ArrayLike, reading: int = -1) -> Any:
    """Count the published values that come out exactly, by how large all messages are taken.

    Parameters
    ----------
    published : DataFrame
        Rows of ``distributed_bandwidth.csv``.
    traffic : array_like
        Times the nominal size.
    reading : int
        Points of the grid by which the table is read lower: -1 is the point before the first that is enough.

    Returns
    -------
    array of int

    Raises
    ------
    ProblemError
        If no size of the messages is given.

    Examples
    --------
    >>> from analysis.kit import facts
    >>> published = facts.frame("distributed_bandwidth").query("paper == 'streaming'")
    >>> exact_matches(published, [1.0, 1.5]).tolist()
    [63, 0]
    """
    times = np.atleast_1d(positive(traffic, "a size of the messages"))
    if not times.size:
        raise ProblemError("There is no size of the messages to try; give some.")
    count = np.zeros(len(times), int)
    for rows, way in _ways(published):
        used = simulate((GRID / times[:, None]).ravel(), **way).reshape(len(times), -1)
        ours = np.array([read_off(each, rows["utilisation"] / 100) for each in used])
        count += ((place(rows["bandwidth"]) - place(ours)).round() == reading).sum(axis=1)
    return count


def fitting_size(published: pd.DataFrame, reading: int = -1) -> float:
    """Parameters at which most of a model's published rows come out exactly.

    Parameters
    ----------
    published : DataFrame
        Rows of one model.
    reading : int
        As in :func:`exact_matches`.

    Returns
    -------
    float
        Middle of the sizes that do equally well, from half to one and a half times the nominal size.
    """
    traffic = np.round(np.arange(0.5, 1.501, 0.01), 2)
    exact = exact_matches(published, traffic, reading)
    return float(published["parameters"].iloc[0]) * float(np.median(traffic[exact == exact.max()]))
