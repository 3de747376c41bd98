r"""Why Kaplan and Chinchilla disagreed: parameters counted without embeddings, on small models.

Take a law of the Chinchilla form in all parameters, :math:`N_T`, as the truth. Kaplan counted parameters without the
embeddings, N, which for transformers of one shape and vocabulary are related by

.. math:: N_T = N + \omega N^{1/3}

and counted compute as :math:`C = 6 N D` in the same N. What is then the best N for a budget C? Setting the derivative
of the loss to zero gives the budget for which N is best,

.. math:: C = 6 N \left(\frac{\beta B}{\alpha A}
          \frac{N_T^{1 + \alpha}}{N + \omega N^{1/3} / 3}\right)^{1/\beta}

The slope d ln N / d ln C is :math:`\beta / (\beta + \alpha/3)` for the smallest models and
:math:`\beta / (\beta + \alpha)` for the largest (Pearce & Song 2024); in between, where embeddings stop being most of
the model, it is higher than either: near 1 at a million parameters.

References
----------
Pearce & Song (2024), Reconciling Kaplan and Chinchilla scaling laws, arXiv:2406.12907.
Porian et al. (2024), Resolving discrepancies in compute-optimal scaling of language models, arXiv:2406.19146.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit import facts
from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, ScalingLaw

Array = NDArray[np.float64]

#: Pearce and Song's omega, in parameters^(2/3): fitted to the shapes of Hoffmann's models, 32,000 tokens of vocabulary.
OMEGA = 47_491.0


@dataclass(frozen=True)
class FrontierFit:
    """What Kaplan would have fitted to the best models of a series of budgets.

    Attributes
    ----------
    budgets : compute without embeddings, FLOP (budgets,)
    sizes : best size of each, parameters without embeddings
    losses : its loss, nats per token
    size_exponent : slope of ln size in ln budget (Kaplan: 0.73)
    loss_exponent : slope of ln loss in ln budget (Kaplan: -0.05)
    """

    budgets: Array
    sizes: Array
    losses: Array
    size_exponent: float
    loss_exponent: float


def total_parameters(N: ArrayLike, omega: float = OMEGA) -> Array:
    """Parameters with embeddings of a model that has `N` without, N + omega N^(1/3).

    >>> total_parameters([1e6, 1e9]).round(-4).tolist()  # embeddings: five times the rest, then a twentieth of it
    [5750000.0, 1047490000.0]
    """
    size = positive(N, "a number of parameters")
    return size + omega * np.cbrt(size)


def local_exponent(N: ArrayLike, law: ScalingLaw, omega: float = OMEGA) -> Array:
    """Slope d ln N / d ln C of the optimum where it is `N`: what a fit around there would find.

    Parameters
    ----------
    N : array_like
        Parameters without embeddings; positive.
    law : ScalingLaw
        In parameters with embeddings.
    omega : float
        Of the embeddings, parameters^(2/3).

    Returns
    -------
    ndarray
        Exponents, one a size.

    Examples
    --------
    >>> law = ScalingLaw(E=1.8172, A=482.01, B=2085.43, alpha=0.3478, beta=0.3658)
    >>> local_exponent([1e3, 1e6, 1e9, 1e12], law).round(2).tolist()
    [0.76, 0.96, 0.54, 0.51]
    """
    size = positive(N, "a number of parameters")
    root = omega * np.cbrt(size)
    of_total = (size + root / 3) / (size + root)
    of_slope = (size + root / 9) / (size + root / 3)
    return np.asarray(1 / (1 + ((1 + law.alpha) * of_total - of_slope) / law.beta))


def simulate_kaplan(
    law: ScalingLaw,
    omega: float = OMEGA,
    log10_sizes: tuple[float, float] = (2.9, 9.2),
    models: int = 20,
    log10_budgets: tuple[float, float] = (12.95, 20.7),
    budgets: int = 100,
) -> FrontierFit:
    """Choose the best of a few models at each budget and fit straight lines in logarithms, as Kaplan did.

    The defaults are those of Pearce and Song's script: 20 models from 768 (10^2.9) to 1.5 billion parameters without
    embeddings, 100 budgets.

    Parameters
    ----------
    law : ScalingLaw
        The truth, in parameters with embeddings.
    omega : float
        Of the embeddings, parameters^(2/3); 0 for none.
    log10_sizes, log10_budgets : pairs of floats
        Decimal logarithms of the smallest and largest size (parameters) and budget (FLOP), both without embeddings.
    models, budgets : int
        How many of each; at least 2.

    Returns
    -------
    FrontierFit

    Raises
    ------
    ProblemError
        If a range is empty or has fewer than two points.

    Examples
    --------
    >>> fit = simulate_kaplan(ScalingLaw(E=1.8172, A=482.01, B=2085.43, alpha=0.3478, beta=0.3658))
    >>> round(fit.size_exponent, 2), round(fit.loss_exponent, 3)
    (0.78, -0.069)
    """
    if min(models, budgets) < 2 or log10_sizes[0] >= log10_sizes[1] or log10_budgets[0] >= log10_budgets[1]:
        raise ProblemError("A fit needs at least 2 models and 2 budgets, each range from low to high; widen them.")
    N, C = np.logspace(*log10_sizes, models), np.logspace(*log10_budgets, budgets)
    D = C[:, None] / (FLOP_PER_PARAMETER_AND_TOKEN * N)
    losses = law.loss(total_parameters(N, omega), D)
    best = losses.argmin(axis=1)
    sizes, lowest = N[best], losses.min(axis=1)
    return FrontierFit(C, sizes, lowest, _slope(C, sizes), _slope(C, lowest))


def porian_steps(dataset: Literal["refinedweb", "openwebtext2"] = "refinedweb") -> pd.DataFrame:
    """The exponent of the optimal size as Porian et al. correct Kaplan's recipe, one step after the other.

    Parameters
    ----------
    dataset : {"refinedweb", "openwebtext2"}
        The text that was trained on.

    Returns
    -------
    DataFrame
        One row a step, in order: ``step`` (what was changed), ``exponent``, ``change`` (against the step before).

    Raises
    ------
    ProblemError
        For another text.

    Examples
    --------
    >>> porian_steps()["exponent"].round(2).tolist()  # from Kaplan's to Hoffmann's, one correction after another
    [0.84, 0.71, 0.6, 0.57, 0.5]
    """
    steps = {
        "kaplan": "Kaplan's recipe",
        "head": "count the last layer's compute",
        "warmup": "shorter warm-up for small models",
        "cosine": "decay matched to each budget",
        "tuned": "optimiser tuned for each size",
    }
    if dataset not in ("refinedweb", "openwebtext2"):
        raise ProblemError(f"Porian's steps are not known on {dataset!r}; ask for 'refinedweb' or 'openwebtext2'.")
    published = facts.load("scaling")
    table = pd.DataFrame(
        [(label, published[f"porian-{dataset}-{name}"].value) for name, label in steps.items()],
        columns=["step", "exponent"],
    )
    return table.assign(change=table["exponent"].diff())


def _slope(x: Array, y: Array) -> float:
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
