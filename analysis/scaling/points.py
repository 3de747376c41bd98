"""Training runs to fit a law to: checked, read from a CSV file, or fetched.

The points that Besiroglu et al. 2024 digitised from Hoffmann's Figure 4 carry no licence, so they are not part of this
book; :func:`fetch_chinchilla_points` gets them for a reader from where the authors published them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit import checkout
from analysis.kit.errors import ProblemError
from analysis.kit.reading import csv_file, positive_cell
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN

Array = NDArray[np.float64]

#: A law has five constants.
FEWEST_POINTS = 6
#: Runs whose log sizes, tokens or budgets differ by less than this count as one.
SAME = 0.01
#: A floor, a scale and an exponent need as many sizes, and as many amounts of data.
FEWEST_DIFFERENT = 3
#: The smallest model in the literature has 768 parameters (Kaplan et al. 2020): less is in thousands or more.
FEWEST_COUNTED = 500
#: Nats a token: guessing among a million tokens costs 13.8.
MOST_LOSS = 100

CACHE = checkout.cache() / "points"
CHINCHILLA_URL = (
    "https://raw.githubusercontent.com/epoch-research/analyzing-chinchilla/"
    "92258837425e1b5f2851d624287f0120583a3d0e/data/svg_extracted_data.csv"
)
CHINCHILLA_SHA256 = "193478df4e90f040016431996c45682659306840ecdadf83cfb9cd5ca0aa1b30"
CHINCHILLA_FILE = "chinchilla-points.csv"
#: Besiroglu et al. 2024 leave out the runs with the largest losses (fewer than 0.41 tokens a parameter).
LEFT_OUT = 5

#: Header names in lower case, without spaces, underscores and hyphens.
_HEADERS = {
    "N": ("n", "params", "parameters", "modelsize", "nparams", "numparams", "nparameters", "numparameters"),
    "D": ("d", "tokens", "trainingtokens", "ntokens", "numtokens", "datasetsize"),
    "C": ("c", "flop", "flops", "compute", "trainingflop", "trainingflops", "trainingcompute"),
    "loss": ("loss", "l", "finalloss", "valloss", "validationloss", "testloss", "evalloss"),
}


@dataclass(frozen=True, eq=False)
class Points:
    """Training runs, one entry each: sizes `N` (parameters), data `D` (tokens) and `loss` (nats per token)."""

    N: Array
    D: Array
    loss: Array

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def C(self) -> Array:
        """Training compute 6 N D in FLOP."""
        return FLOP_PER_PARAMETER_AND_TOKEN * self.N * self.D


def check_points(N: ArrayLike, D: ArrayLike, loss: ArrayLike) -> Points:
    """Return runs that determine a scaling law, or say in one sentence why they do not.

    Raises
    ------
    ProblemError
        For arrays of different lengths, fewer than six runs, values that are not positive and finite, losses that are
        all the same or beyond a hundred nats, runs of fewer than three sizes or amounts of data or of one budget, and
        data tied to size.

    Examples
    --------
    >>> check_points([1e6] * 6, range(1, 7), [3, 2.9, 2.8, 2.7, 2.6, 2.5])
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: The runs have 1 size; floor, scale and exponent need 3 or more.
    """
    columns: dict[str, Array] = {}
    for name, given in (("N", N), ("D", D), ("loss", loss)):
        try:
            columns[name] = np.atleast_1d(np.asarray(given, float))
        except (TypeError, ValueError) as error:
            raise ProblemError(f"{name} holds something that is not a number; correct it.") from error
    lengths = {name: values.shape for name, values in columns.items()}
    if len(set(lengths.values())) > 1 or columns["N"].ndim != 1:
        raise ProblemError("N, D and loss must be lists of one length, one entry a run; correct them.")
    if len(columns["N"]) < FEWEST_POINTS:
        raise ProblemError(
            f"There are {len(columns['N'])} runs; a law of five constants needs at least {FEWEST_POINTS}."
        )
    for name, values in columns.items():
        wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
        if len(wrong):
            raise ProblemError(
                f"{name} is {values[wrong[0]]:g} in run {wrong[0] + 1}; it must be a positive, finite number."
            )
    points = Points(**columns)
    if points.loss.max() > MOST_LOSS:
        raise ProblemError(
            f"loss is {points.loss.max():g} in run {points.loss.argmax() + 1}, where a loss in nats a token is below"
            f" {MOST_LOSS}; correct it, and of a perplexity take the natural logarithm."
        )
    if np.ptp(points.loss) <= 1e-9 * points.loss[0]:
        raise ProblemError("All runs have the same loss, so that no law can be seen; give runs that differ.")
    x, y = np.log(points.N), np.log(points.D)
    for one, many, values in (("size", "sizes", x), ("amount of data", "amounts of data", y)):
        different = 1 + int((np.diff(np.sort(values)) >= SAME).sum())
        if different < FEWEST_DIFFERENT:
            raise ProblemError(
                f"The runs have {different} {one if different == 1 else many}; floor, scale and exponent need"
                f" {FEWEST_DIFFERENT} or more."
            )
    if np.ptp(x + y) < SAME:
        raise ProblemError("All runs have one budget 6 N D; a law of size and data needs runs of several.")
    slope, height = np.polyfit(x - x.mean(), y, 1)
    if np.abs(y - height - slope * (x - x.mean())).max() < SAME:
        raise ProblemError(
            "The data of all runs follow from their sizes by one power law, so that the two cannot be told apart;"
            " give runs that vary them separately."
        )
    return points


def read_points(path: Path) -> Points:
    """Read runs from a CSV file with a header: N and D, or N and C, or C and D, and loss; other columns are ignored.

    Names may be in any case; ``params``, ``tokens``, ``FLOP`` and the like are understood. Where N and D are given, C
    is not read; otherwise the missing one follows from C = 6 N D.

    Raises
    ------
    ProblemError
        Naming file, line and column, for a file that is missing or malformed or does not determine a law.
    """
    path = Path(path)
    header, rows = csv_file(path, "a header such as N,D,loss and a line for each run")
    columns = {
        name: np.array([positive_cell(row[column], name, place) for place, row in rows])
        for name, column in _places(header, path).items()
    }
    if "C" in columns:
        known, missing = ("N", "D") if "N" in columns else ("D", "N")
        columns[missing] = columns["C"] / (FLOP_PER_PARAMETER_AND_TOKEN * columns[known])
    for name, what in (("N", "parameters"), ("D", "tokens")):
        if columns[name].min() < FEWEST_COUNTED:
            raise ProblemError(
                f"{path}: a run has {columns[name].min():.3g} {what}; are these millions or billions? Give {name} in"
                f" {what}."
            )
    try:
        return check_points(columns["N"], columns["D"], columns["loss"])
    except ProblemError as error:
        raise ProblemError(f"{path}: {error}") from error


def fetch_chinchilla_points(folder: Path | None = None) -> Path:
    """Get the digitised points of Hoffmann's Figure 4 from their authors' repository, once, and check their hash.

    Raises
    ------
    ProblemError
        If there is no network, or the file is not the one that this book was written for.
    """
    import pooch

    folder = folder or CACHE
    try:
        return Path(pooch.retrieve(CHINCHILLA_URL, f"sha256:{CHINCHILLA_SHA256}", fname=CHINCHILLA_FILE, path=folder))
    except ValueError as error:
        raise ProblemError(
            "What was fetched is not the file this book was written for (its checksum differs); try again later."
        ) from error
    except OSError as error:  # requests' errors are among them
        raise ProblemError(
            f"The points could not be fetched ({type(error).__name__}); connect to the network and try again, or save"
            f" {CHINCHILLA_URL} as {folder / CHINCHILLA_FILE}."
        ) from error


def fetched_chinchilla_points(folder: Path | None = None, left_out: int | None = None) -> Points | None:
    """The 240 digitised points that Besiroglu et al. 2024 fit, if a reader has fetched them, or None.

    With `left_out` all but so many of the largest losses, 0 for all 245.

    Raises
    ------
    ProblemError
        If the file is not the one that this book was written for.
    """
    import pooch

    path = (folder or CACHE) / CHINCHILLA_FILE
    if not path.exists():
        return None
    if pooch.file_hash(str(path)) != CHINCHILLA_SHA256:
        raise ProblemError(
            f"{path} is not the file of its authors (its checksum differs); delete it and type"
            " 'python -m analysis fetch chinchilla-points'."
        )
    return without_largest_losses(read_points(path), LEFT_OUT if left_out is None else left_out)


def without_largest_losses(points: Points, left_out: float = LEFT_OUT) -> Points:
    """The runs whose loss is below the `left_out`-th largest; all of them for 0.

    Raises
    ------
    ProblemError
        If `left_out` is no whole number of at least 0, or leaves no run.
    """
    if left_out != int(left_out) or left_out < 0:
        raise ProblemError(f"The number of runs to leave out is {left_out:g}; give a whole number, 0 or more.")
    if not left_out:
        return points
    if left_out >= len(points):
        raise ProblemError(f"Of {len(points)} runs {left_out:g} are to be left out; leave {FEWEST_POINTS} or more.")
    kept = points.loss < np.sort(points.loss)[-int(left_out)]
    return Points(points.N[kept], points.D[kept], points.loss[kept])


def _places(header: list[str], path: Path) -> dict[str, int]:
    """Which column holds what; C only where it is needed."""
    names = ["".join(c for c in name.lower() if c not in " _-") for name in header]
    found = {key: [i for i, name in enumerate(names) if name in known] for key, known in _HEADERS.items()}
    for key, places in found.items():
        if len(places) > 1:
            shared = " and ".join(repr(header[i]) for i in places)
            raise ProblemError(f"{path}: the columns {shared} both read as {key}; keep one.")
    present = {key: places[0] for key, places in found.items() if places}
    if "loss" not in present or len(present) < 3:
        read = ", ".join(f"{header[place]!r} as {key}" for key, place in present.items())
        known_names = "; ".join(f"{key} ({', '.join(known[1:3])})" for key, known in _HEADERS.items())
        raise ProblemError(
            f"{path} needs a header with loss and two of N, D and C (such as N,D,loss); its first line is"
            f" {', '.join(map(repr, header))}, of which was read {read or 'nothing'}. Known are"
            f" {known_names} and the like."
        )
    if "N" in present and "D" in present:
        present.pop("C", None)
    return present
