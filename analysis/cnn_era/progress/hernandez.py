r"""How fast did a fixed result get cheaper to train? Hernandez and Brown's table, recomputed.

They give the compute that reached one accuracy, in teraflop/s-days, for the model that needed least at its time. With
C(t) the least compute known at time t, efficiency doubles in h months if

.. math:: \log_2 \frac{C(0)}{C(t)} = \frac{t}{h},

from the first and last rows alone, or by least squares over all rows, whose interval is that of a Student t with n - 2
degrees of freedom.

Their convention: a multiply-add is one FLOP, and the backward pass costs twice the forward pass, so that

.. math:: C = 3 \times \text{MACs} \times \text{epochs} \times \text{images}.

References
----------
Hernandez & Brown (2020), Measuring the algorithmic efficiency of neural networks, arXiv:2005.04305; its table,
https://github.com/openai/ai-and-efficiency.
Erdil & Besiroglu (2022), Algorithmic progress in computer vision, arXiv:2212.05153.
Ho et al. (2024), Algorithmic progress in language models, arXiv:2403.05812 and NeurIPS 2024.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import linregress
from scipy.stats import t as student

from analysis.cnn_era.networks.architectures import network
from analysis.cnn_era.networks.counting import total
from analysis.kit import facts
from analysis.kit.checking import inside, positive
from analysis.kit.errors import ProblemError

LEVEL = "AlexNet"
TERAFLOPS_DAY = 1e12 * 86_400  # FLOP
DAYS_A_MONTH = 365.25 / 12
PASSES = 3  # forward once, backward twice


@dataclass(frozen=True)
class Doubling:
    """A doubling time with its interval.

    Attributes
    ----------
    months : float
    low, high : float
        Of the interval, months; nan where there is none, and ``high`` infinite if a standstill lies within it.
    level : float
        Nominal coverage.
    freedom : int
        Degrees of freedom.
    """

    months: float
    low: float = math.nan
    high: float = math.nan
    level: float = math.nan
    freedom: int = 0


def published_table() -> pd.DataFrame:
    """Their table, with what follows from its columns.

    Returns
    -------
    DataFrame
        A row a model: ``level``, ``model``, ``network``, ``printed_date``, ``arxiv``, ``submitted`` (first arXiv
        version; the printed date where there is no arXiv number), ``date`` (as printed, month first), ``compute``
        (teraflop/s-days), ``printed_factor``, ``factor`` (first compute of the level over this one), and sources.

    Examples
    --------
    >>> table = published_table()
    >>> table.loc[table["model"] == "EfficientNet-B0", "factor"].round(2).item()
    44.93
    """
    table = facts.frame("cnn_era_hernandez_brown")
    table["date"] = pd.to_datetime(table["printed_date"], format="%m/%d/%Y")
    table["submitted"] = pd.to_datetime(table["submitted"]).fillna(table["date"])
    table["factor"] = table.groupby("level", sort=False)["compute"].transform("first") / table["compute"]
    return table


def rows_of(level: str = LEVEL) -> pd.DataFrame:
    """Rows of one level, oldest first as printed, with ``months`` since the first.

    Parameters
    ----------
    level : str
        Accuracy of which network.

    Returns
    -------
    DataFrame
        Rows of the published table.

    Raises
    ------
    ProblemError
        For another level.

    Examples
    --------
    >>> rows_of("AlexNet")["months"].round(1).tolist()
    [0.0, 27.5, 58.5, 61.0, 72.9, 83.8]
    """
    table = published_table()
    if level not in set(table["level"]):
        raise ProblemError(f"There is no level {level!r}; choose from {', '.join(table['level'].unique())}.")
    rows = table[table["level"] == level].reset_index(drop=True)
    return rows.assign(months=(rows["date"] - rows["date"].min()).dt.days / DAYS_A_MONTH)


def doubling_by_ends(dates: ArrayLike, compute: ArrayLike) -> Doubling:
    """Doubling time from the first and the last row alone.

    Parameters
    ----------
    dates : array of datetime64, shape (n,)
        In any order.
    compute : array of float, shape (n,)
        Compute that reaches the result, in any one unit.

    Examples
    --------
    >>> rows = rows_of("AlexNet")
    >>> round(doubling_by_ends(rows["date"], rows["compute"]).months, 1)
    15.3
    """
    months, doublings = _series(dates, compute, fewest=2)
    first, last = np.argmin(months), np.argmax(months)
    gained = doublings[last] - doublings[first]
    if gained <= 0:
        raise ProblemError("The last compute is not below the first, so that nothing doubled; check the order.")
    return Doubling(float((months[last] - months[first]) / gained))


def doubling_by_regression(dates: ArrayLike, compute: ArrayLike, level: float = 0.95) -> Doubling:
    """Doubling time by least squares of log2 compute on time, with the Student t interval of the slope.

    The interval holds if the rows scatter independently about a line. Successive records do not quite: each is
    below the one before by construction, which makes the true uncertainty larger.

    Parameters
    ----------
    dates : array_like of datetime64
        Of the rows.
    compute : array_like
        Needed for one level of accuracy; positive.
    level : float
        Nominal coverage of the interval.

    Returns
    -------
    Doubling
        Months with their interval.

    Raises
    ------
    ProblemError
        If compute does not fall.

    Examples
    --------
    >>> rows = rows_of("AlexNet")
    >>> found = doubling_by_regression(rows["date"], rows["compute"])
    >>> [round(x, 1) for x in (found.months, found.low, found.high)], found.freedom
    ([15.7, 13.2, 19.3], 4)
    """
    inside(level, "the level of confidence")
    months, doublings = _series(dates, compute, fewest=3)
    line = linregress(months, doublings)
    if line.slope <= 0:
        raise ProblemError("Compute does not fall over these rows, so that no doubling time can be given.")
    freedom = len(months) - 2
    half = student.ppf((1 + level) / 2, freedom) * line.stderr
    high = math.inf if line.slope <= half else 1 / (line.slope - half)
    return Doubling(float(1 / line.slope), float(1 / (line.slope + half)), float(high), level, freedom)


def training_compute(macs: float, epochs: float, images: float | None = None) -> float:
    """Teraflop/s-days of training in their convention.

    Parameters
    ----------
    macs : float
        Multiply-adds of one forward pass of one image.
    epochs : float
        Passes over the training images.
    images : float, optional
        Training images; those of ImageNet by default.

    Examples
    --------
    >>> round(training_compute(385_814_752, epochs=4), 3)  # EfficientNet-B0
    0.069
    """
    images = _images() if images is None else images
    for number, name in ((macs, "multiply-adds"), (epochs, "epochs"), (images, "images")):
        positive(number, f"the number of {name}")
    return PASSES * macs * epochs * images / TERAFLOPS_DAY


def implied_epochs() -> pd.DataFrame:
    """How many passes over ImageNet each compute of the table means, by our counts of multiply-adds.

    Returns
    -------
    DataFrame
        Columns ``model``, ``macs``, ``compute`` and ``epochs``, with ``low`` and ``high`` from the rounding of the
        printed compute. Only networks that are counted here.

    Examples
    --------
    >>> implied_epochs().set_index("model")["epochs"].round(1).to_dict()["EfficientNet-B0"]
    4.0
    """
    table = published_table().dropna(subset=["network"])
    built = [network(key) for key in table["network"]]
    macs = np.array([total(one.layers, one.size).macs for one in built], float)
    epoch = np.array([training_compute(m, 1) for m in macs])
    ends = np.array([rounding_range(c) for c in table["compute"]])
    found = pd.DataFrame({"model": table["model"].to_numpy(), "macs": macs, "compute": table["compute"].to_numpy()})
    return found.assign(epochs=found["compute"] / epoch, low=ends[:, 0] / epoch, high=ends[:, 1] / epoch)


def rounding_range(printed: float) -> tuple[float, float]:
    """The values that round to a printed one, if every digit but trailing zeros before the point was meant.

    >>> rounding_range(0.75), rounding_range(8.0), rounding_range(1620.0)
    ((0.745, 0.755), (7.5, 8.5), (1615.0, 1625.0))
    """
    exponent = _last_place(printed)
    half = 0.5 * 10.0**exponent
    return round(printed - half, 1 - exponent), round(printed + half, 1 - exponent)


def contradictions() -> pd.DataFrame:
    """Cells of the table that its own columns contradict, once rounding is allowed for.

    A factor is contradicted if no computes that round to the printed ones have it. A date is contradicted if its month
    is not the one in the arXiv number that the same row links to (a number begins with year and month).

    Returns
    -------
    DataFrame
        Columns ``level``, ``model``, ``cell``, ``printed``, ``follows`` (what the other columns give) and ``from``.

    Examples
    --------
    >>> contradictions()[["model", "printed", "follows"]].head(2).to_numpy().tolist()
    [['EfficientNet-B1', '10', '21.9 to 23.5'], ['ShuffleNet v2', '6/30/2018', '2018-07']]
    """
    table = published_table()
    rows = []
    for row in table.itertuples():
        first = table.loc[table["level"] == row.level, "compute"].iloc[0]
        (low, high), (least, most) = rounding_range(first), rounding_range(row.compute)
        printed = rounding_range(row.printed_factor)
        if row.factor != 1 and (printed[1] < low / most or printed[0] > high / least):
            follows = f"{low / most:.1f} to {high / least:.1f}"
            rows.append((row.level, row.model, "reduction factor", f"{row.printed_factor:g}", follows, "compute"))
    for row in table.dropna(subset=["arxiv"]).itertuples():
        linked = f"20{row.arxiv[:2]}-{row.arxiv[2:4]}"
        if f"{row.date:%Y-%m}" != linked:
            rows.append((row.level, row.model, "date", row.printed_date, linked, "arXiv number in the link"))
    return pd.DataFrame(rows, columns=["level", "model", "cell", "printed", "follows", "from"])


def algorithmic_progress() -> pd.DataFrame:
    """Halving times of the compute for a fixed result, by study, on one scale.

    Returns
    -------
    DataFrame
        Columns ``study``, ``domain`` (images or language), ``months``, ``low``, ``high`` (nan without an interval),
        ``level`` (of the interval) and ``kind`` (published or computed).

    Examples
    --------
    >>> algorithmic_progress().set_index("study").loc["Erdil and Besiroglu 2022", ["months", "low", "high"]].tolist()
    [9.0, 4.0, 25.0]
    """
    fact, rows = facts.load("cnn_era"), rows_of(LEVEL)
    ends = doubling_by_ends(rows["date"], rows["compute"])
    fitted = doubling_by_regression(rows["date"], rows["compute"])
    erdil, neurips = fact["erdil-halving-months"], fact["ho-neurips-halving-months"]
    preprint = facts.load("scaling")["ho-doubling-months"]
    printed = fact["hernandez-doubling-months"].value
    return pd.DataFrame(
        [
            ("Hernandez and Brown 2020, as printed", "images", printed, math.nan, math.nan, math.nan, "published"),
            ("their first and last rows", "images", ends.months, math.nan, math.nan, math.nan, "computed"),
            ("their six rows, least squares", "images", fitted.months, fitted.low, fitted.high, 0.95, "computed"),
            ("Erdil and Besiroglu 2022", "images", erdil.value, erdil.low, erdil.high, 0.95, "published"),
            ("Ho et al. 2024, preprint", "language", preprint.value, preprint.low, preprint.high, 0.95, "published"),
            ("Ho et al. 2024, NeurIPS", "language", neurips.value, neurips.low, neurips.high, 0.9, "published"),
        ],
        columns=["study", "domain", "months", "low", "high", "level", "kind"],
    )


def moore_factor(months: float, doubling_months: float = 24) -> float:
    """What a doubling every `doubling_months` gives in `months`.

    >>> rows = rows_of("AlexNet")
    >>> round(moore_factor((rows["date"].max() - rows["date"].min()).days / DAYS_A_MONTH), 1)
    11.3
    """
    positive(doubling_months, "a doubling time")
    return 2 ** (months / doubling_months)


def _images() -> float:
    return facts.load("cnn_era")["imagenet-images"].value


def _series(dates: ArrayLike, compute: ArrayLike, fewest: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    when, spent = np.asarray(dates, "datetime64[D]"), np.asarray(compute, float)
    if when.shape != spent.shape or when.ndim != 1:
        raise ProblemError("Dates and computes must be two lists of one length; correct them.")
    if len(when) < fewest:
        raise ProblemError(f"{len(when)} rows are too few for a doubling time; give {fewest} or more.")
    if np.isnat(when).any() or not (np.isfinite(spent) & (spent > 0)).all():
        raise ProblemError("Every row needs a date and a positive, finite compute; correct the others.")
    months = (when - when.min()).astype(float) / DAYS_A_MONTH
    if months.max() == 0:
        raise ProblemError("All rows have one date, so that nothing can double; give rows of several dates.")
    return months, -np.log2(spent)


def _last_place(printed: float) -> int:
    digits = f"{printed:.12g}"
    if "." in digits:
        return -len(digits.split(".")[1])
    return len(digits) - len(digits.rstrip("0"))
