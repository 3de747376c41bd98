"""How much of its time a machine computes while others wait for its numbers, and which line keeps it busy.

Two sites train one model. A step takes s seconds, a third of it forward and two thirds backward. Every H steps each
site sends V = bits x N. What can be sent while the backward pass still runs costs no time; what is left is exposed, and
both sites wait. Utilisation is the share of the time in which they compute.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import make_interp_spline

from analysis.kit import facts
from analysis.kit.checking import Array, checked, fit_together, inside, plain, positive, real
from analysis.kit.errors import ProblemError

GIGA = 1e9
#: Share of a step that is the backward pass: it computes two gradients where the forward pass computes one product.
BACKWARD = 2 / 3
#: Layers of a fragment, and steps that its sending may take, in Streaming DiLoCo.
FRAGMENT, OVERLAP = 3, 1


@functools.cache
def published_shapes() -> dict[str, tuple[float, float, float]]:
    """Parameters, layers and seconds of a step of the dense models in the published simulations, by name."""
    table = facts.frame("distributed_bandwidth")
    dense = table[table["paper"] == "streaming"].drop_duplicates("model").set_index("model")
    last = table[table["model"] == "Llama 405B"].iloc[0]
    shapes = {str(name): (row.parameters, row.layers, row.step_seconds) for name, row in dense.iterrows()}
    return shapes | {"405B": (last.parameters, last.layers, last.step_seconds)}


def shape_of(parameters: ArrayLike) -> tuple[Any, Any]:
    """Seconds of a step and layers of a model of a size, read off the published shapes.

    Between two published sizes both follow a straight line in logarithms, beyond the ends the last of these lines.

    Parameters
    ----------
    parameters : float or array
        Of the model; positive.

    Returns
    -------
    tuple
        Seconds of a step, and layers.

    Raises
    ------
    ProblemError
        If a size is not positive, or so small that the line leaves it less than one layer.

    Examples
    --------
    >>> [round(float(each), 3) for each in shape_of(10e9)]
    [0.8, 48.0]
    """
    size, layers, seconds = np.log(np.array(list(published_shapes().values()))).T
    at = np.log(positive(parameters, "a size"))
    read = [np.exp(make_interp_spline(size, column, k=1)(at)) for column in (seconds, layers)]
    if np.any(read[1] < 1):
        raise ProblemError(
            f"The published shapes do not reach down to a model of {float(np.min(parameters)):g} parameters; give the "
            "seconds of its step and its layers."
        )
    return plain(read[0]), plain(read[1])


def _timing(
    parameters: ArrayLike,
    steps_between: ArrayLike,
    bits: ArrayLike,
    step_seconds: ArrayLike | None,
    layers: ArrayLike | None,
    other: ArrayLike,
) -> tuple[Array, Array, Array, Array]:
    """Gigabits of a message, seconds of a step, layers, and steps between messages; `other` must go with them."""
    fit_together(parameters, bits, steps_between, *(each for each in (step_seconds, layers, other) if each is not None))
    volume = positive(parameters, "a size") * positive(bits, "a number of bits") / GIGA
    known = (step_seconds, layers) if step_seconds is not None and layers is not None else shape_of(parameters)
    seconds = positive(known[0] if step_seconds is None else step_seconds, "a time of a step")
    depth = real(known[1] if layers is None else layers, "a number of layers")
    checked(depth, depth >= 1, "a number of layers", "at least 1")
    apart = real(steps_between, "steps between meetings")
    return (
        volume,
        seconds,
        depth,
        checked(apart, np.isfinite(apart) & (apart >= 1), "steps between meetings", "at least 1"),
    )


def utilisation(
    bandwidth: ArrayLike,
    parameters: ArrayLike,
    steps_between: ArrayLike = 1,
    bits: ArrayLike = 16,
    step_seconds: ArrayLike | None = None,
    layers: ArrayLike | None = None,
) -> Any:
    """Share of the time that two sites compute, if they meet every H steps over a line of this bandwidth.

    A layer's gradient can go as soon as its backward pass is done, so that all but the last layer's hides behind it:
    exposed = max(V/B - (2/3) s (1 - 1/L), V/(L B)), and utilisation = H s / (H s + exposed).

    Parameters
    ----------
    bandwidth : array_like
        B, Gbit/s, positive.
    parameters : array_like
        N, positive.
    steps_between : array_like
        H, at least 1; 1 is data-parallel training.
    bits : array_like
        Of each number that is sent.
    step_seconds, layers : array_like, optional
        Seconds s of a step and layers L; by default those of a published shape of that size (:func:`shape_of`).

    Returns
    -------
    float or array
        Above 0 and below 1.

    Raises
    ------
    ProblemError
        If a bandwidth or a size is not positive, or a run meets more often than once a step.

    Examples
    --------
    >>> round(utilisation(10.0, 10e9, steps_between=100), 3)
    0.838
    """
    line = positive(bandwidth, "a bandwidth")
    volume, seconds, depth, apart = _timing(parameters, steps_between, bits, step_seconds, layers, bandwidth)
    exposed = np.maximum(volume / line - BACKWARD * seconds * (1 - 1 / depth), volume / (depth * line))
    return plain(apart * seconds / (apart * seconds + exposed))


def bandwidth_for(
    utilisation: ArrayLike,
    parameters: ArrayLike,
    steps_between: ArrayLike = 1,
    bits: ArrayLike = 16,
    step_seconds: ArrayLike | None = None,
    layers: ArrayLike | None = None,
) -> Any:
    """Bandwidth that a utilisation takes: :func:`utilisation` turned round.

    With t = H s (1/U - 1), the seconds that may be lost in H steps, it is
    max(V / (t + (2/3) s (1 - 1/L)), V / (L t)).

    Parameters
    ----------
    utilisation : array_like
        U, above 0 and below 1.
    parameters, steps_between, bits, step_seconds, layers
        As for :func:`utilisation`.

    Returns
    -------
    float or array
        Gbit/s.

    Raises
    ------
    ProblemError
        If the utilisation is not above 0 and below 1, or as for :func:`utilisation`.

    Examples
    --------
    >>> round(bandwidth_for(utilisation=0.95, parameters=10e9, steps_between=100, bits=4), 1)
    8.5
    """
    volume, seconds, depth, apart = _timing(parameters, steps_between, bits, step_seconds, layers, utilisation)
    lost = apart * seconds * (1 / inside(utilisation, "a utilisation") - 1)
    hidden = BACKWARD * seconds * (1 - 1 / depth)
    return plain(np.maximum(volume / (lost + hidden), volume / (depth * lost)))


def hidden_window(step_seconds: ArrayLike, overlap: float = OVERLAP, fragment: float = FRAGMENT) -> Any:
    """Seconds in which a fragment of f layers can be sent beside the computation: s (overlap + (2/3) (1 - 1/f)).

    Its layers lie spread evenly over the model. The gradient of the top one is ready (1 - 1/f) of a backward pass
    before that of the bottom one, whose next forward pass may begin whole steps later.
    """
    seconds = positive(step_seconds, "a time of a step")
    return plain(seconds * (overlap + BACKWARD * (1 - 1 / fragment)))


def streaming_utilisation(
    bandwidth: ArrayLike,
    parameters: ArrayLike,
    steps_between: ArrayLike = 100,
    bits: ArrayLike = 4,
    step_seconds: ArrayLike | None = None,
    layers: ArrayLike | None = None,
) -> Any:
    """Share of the time that two sites compute, if they send three layers at a time, while the next step runs.

    Each of the L/3 fragments has a window w to hide in (:func:`hidden_window`), and all of them have H steps:
    utilisation = H s / max(H s + (L/3) max(3 V/(L B) - w, 0), V/B).

    Parameters, errors and the result are those of :func:`utilisation`; the result can be 1.

    Parameters
    ----------
    bandwidth : float or array
        Gbit/s.
    parameters : float or array
        Of the model.
    steps_between : int or array
        Steps between two meetings, H.
    bits : float or array
        Sent for each parameter.
    step_seconds, layers : float or array, optional
        Of a step, and of the model; default :func:`shape_of`.

    Returns
    -------
    float or array
        A share; it can be 1.

    Examples
    --------
    >>> round(streaming_utilisation(1.0, 10e9), 3)
    0.788
    """
    line = positive(bandwidth, "a bandwidth")
    volume, seconds, depth, apart = _timing(parameters, steps_between, bits, step_seconds, layers, bandwidth)
    fragments = depth / FRAGMENT
    exposed = fragments * np.maximum(volume / (fragments * line) - hidden_window(seconds), 0)
    return plain(apart * seconds / np.maximum(apart * seconds + exposed, volume / line))


def streaming_bandwidth_for(
    utilisation: ArrayLike,
    parameters: ArrayLike,
    steps_between: ArrayLike = 100,
    bits: ArrayLike = 4,
    step_seconds: ArrayLike | None = None,
    layers: ArrayLike | None = None,
) -> Any:
    """Bandwidth for which :func:`streaming_utilisation` is at least this: max(V / (t + (L/3) w), U V / (H s)).

    Parameters
    ----------
    utilisation : float or array
        Share of the time that the sites compute, below 1.
    parameters : float or array
        Of the model.
    steps_between : int or array
        Steps between two meetings, H.
    bits : float or array
        Sent for each parameter.
    step_seconds, layers : float or array, optional
        Of a step, and of the model; default :func:`shape_of`.

    Returns
    -------
    float or array
        Gbit/s.

    Examples
    --------
    >>> round(streaming_bandwidth_for(0.95, 10e9), 2)
    1.76
    """
    volume, seconds, depth, apart = _timing(parameters, steps_between, bits, step_seconds, layers, utilisation)
    wanted = inside(utilisation, "a utilisation")
    lost = apart * seconds * (1 / wanted - 1)
    windows = depth / FRAGMENT * hidden_window(seconds)
    return plain(np.maximum(volume / (lost + windows), wanted * volume / (apart * seconds)))


def step_schedule(layers: int, step_seconds: float) -> tuple[Array, float]:
    """When the gradients of a step are ready, from the last layer to the first, and how long a layer's passes take.

    The forward pass of L layers takes a third of the step, the backward pass two thirds, in equal parts.

    Parameters
    ----------
    layers : int
        1 or more.
    step_seconds : float
        Seconds of a step; positive.

    Returns
    -------
    ready : array, shape (L,)
        Seconds from the beginning of the step.
    unit : float
        Seconds of a layer's forward pass.

    Raises
    ------
    ProblemError
        If the layers are not whole or none, or the time is not positive.

    Examples
    --------
    >>> step_schedule(3, 0.9)[0].round(3).tolist()
    [0.5, 0.7, 0.9]
    """
    count = real(layers, "a number of layers")
    checked(
        count, (count >= 1) & (count == np.round(count)) & np.isfinite(count), "a number of layers", "whole, at least 1"
    )
    unit = float(positive(step_seconds, "a time of a step")) / (3 * layers)
    return unit * (layers + 2 * np.arange(1.0, layers + 1)), unit
