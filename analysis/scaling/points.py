"""Training runs to fit a law to: checked, read from a CSV file, or fetched.

The points that Besiroglu et al. 2024 digitised from Hoffmann's Figure 4 carry no licence, so they are not part of this
book; :func:`fetch_chinchilla_points` gets them for a reader from where the authors published them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit import checkout
from analysis.kit.cells import read_numbers
from analysis.kit.errors import ProblemError
from analysis.kit.tables import MISSING, Table, read_table, sentences, shown
from analysis.scaling.columns import CELL_WORDS, KNOWN, RATIO, Column, columns_of, not_of_a_token, refusal
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
#: A run of fewer is rare; where no run has so many, a unit is missing: nobody fits a law to such runs alone.
FEWEST_USUAL, FEWEST_OF_LARGEST = 10_000, {"N": 10_000, "D": 100_000}
#: A number that large is a slip, of a unit that was applied twice or of an exponent.
MOST_COUNTED = 1e22
#: Nats a token: guessing among a million tokens costs 13.8, and what is in between could be a perplexity.
MOST_LOSS, GUESSING, PERHAPS_PERPLEXITY = 100, 13.8, 8
#: The middle run's tokens a parameter, and its stated compute over 6 N D, beyond which a unit may be missing.
USUAL_RATIOS, USUAL_COMPUTE = (0.1, 10_000), 3

_UNITS = {"N": "parameters", "D": "tokens", "C": "FLOP", "loss": "nats a token", RATIO: "tokens a parameter"}

CACHE = checkout.cache() / "points"
CHINCHILLA_URL = (
    "https://raw.githubusercontent.com/epoch-research/analyzing-chinchilla/"
    "92258837425e1b5f2851d624287f0120583a3d0e/data/svg_extracted_data.csv"
)
CHINCHILLA_SHA256 = "193478df4e90f040016431996c45682659306840ecdadf83cfb9cd5ca0aa1b30"
CHINCHILLA_FILE = "chinchilla-points.csv"
#: Besiroglu et al. 2024 leave out the runs with the largest losses (fewer than 0.41 tokens a parameter).
LEFT_OUT = 5


@dataclass(frozen=True, eq=False)
class Points:
    """Training runs, one entry each: sizes `N` (parameters), data `D` (tokens) and `loss` (nats per token).

    `notes` say how a file was read, a sentence each, where it was not plain.
    """

    N: Array
    D: Array
    loss: Array
    notes: tuple[str, ...] = ()

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
        all the same or beyond a hundred nats, sizes beyond all reason, runs of fewer than three sizes or amounts of
        data or of one budget, and data tied to size.

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
        number = len(columns["N"])
        there = "There is 1 run" if number == 1 else f"There are {number} runs"
        raise ProblemError(f"{there}; a law of five constants needs at least {FEWEST_POINTS}.")
    for name, values in columns.items():
        wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
        if len(wrong):
            raise ProblemError(
                f"{name} is {values[wrong[0]]:g} in run {wrong[0] + 1}; it must be a positive, finite number."
            )
    points = Points(columns["N"], columns["D"], columns["loss"])
    for name, values in (("N", points.N), ("D", points.D)):
        if values.max() > MOST_COUNTED:
            raise ProblemError(
                f"{name} is {values.max():.3g} in run {values.argmax() + 1}, more than anybody has; correct it, or its"
                " unit."
            )
    if points.loss.max() > MOST_LOSS:
        raise ProblemError(
            f"loss is {points.loss.max():g} in run {points.loss.argmax() + 1}, where a loss in nats a token is below"
            f" {MOST_LOSS}; correct it, and of a perplexity take the natural logarithm."
        )
    if np.ptp(points.loss) <= 1e-9 * points.loss[0]:
        raise ProblemError("All runs have the same loss, so that no law can be seen; give runs that differ.")
    x, y = np.log(points.N), np.log(points.D)
    for one, many, values in (("size", "sizes", x), ("amount of data", "amounts of data", y)):
        different = _different(values)
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


def _different(values: Array) -> int:
    """How many of `values` lie apart: each counts if it is :data:`SAME` or more above the last that counted."""
    ordered = np.sort(values)
    number, place = 0, 0
    while place < len(ordered) and number < FEWEST_DIFFERENT:
        number, place = number + 1, int(np.searchsorted(ordered, ordered[place] + SAME))
    return number


def read_points(path: Path, columns: Mapping[str, str] | None = None) -> Points:
    """Read runs from a table with N and D, or N and C, or C and D, and loss; other columns are ignored.

    CSV with any usual separator, aligned text, JSON and JSON lines are read (:func:`analysis.kit.tables.read_table`),
    and the names of many projects, with units such as ``params (M)``, ``tokens_b`` or ``log10 C``. Where N and D are
    given, C is only held against them; otherwise the missing one follows from C = 6 N D, or from a column of tokens a
    parameter. A row that leaves N, D (or C) or loss open,
    as one of a run that failed, is left out. What was not plain is said in `notes` of the result.

    Parameters
    ----------
    path : Path
    columns : dict, optional
        Names of columns by hand, for some of ``"N"``, ``"D"``, ``"C"`` and ``"loss"``.

    Raises
    ------
    ProblemError
        Naming file, line and column, for a file that is missing or malformed or does not determine a law.
    """
    path = Path(path)
    table = read_table(path, "a header such as N,D,loss and a line for each run")
    chosen = {key: name for key, name in (columns or {}).items() if name is not None}
    if unknown := set(chosen) - set(KNOWN):
        raise ProblemError(f"There is no column {sorted(unknown)[0]!r} of runs; name N, D, C and loss.")
    found = columns_of(table.header, chosen, str(path))
    if not _enough(found) and not chosen and (turned := table.turned()):
        exchanged = columns_of(turned.header, chosen, str(path))
        if _enough(exchanged):
            table, found = turned, exchanged
    if not _enough(found):
        for key, offers in found.items():
            if len(offers) > 1:
                raise _both(path, key, offers)
        raise ProblemError(refusal(table.header, found, str(path)))
    aside = {key: found.pop(key) for key in _not_needed(found, chosen)}
    offered = [column for offers in found.values() for column in offers]
    cells, lines = table.columns([column.place for column in offered])
    if not lines:
        said = "".join(f"; {note}" for note in table.notes if "left out" in note)
        raise ProblemError(f"{path} has a header and no runs; add a line for each run{said}.")
    names = [
        column.key if len(found[column.key]) == 1 else f"{shown([column.name])} (column {column.place + 1})"
        for column in offered
    ]
    words = {}
    for name, column in zip(names, offered, strict=True):
        once = column.factor == 1 and column.base == 1  # a unit stands in the header or in the cells
        words[name] = {word: power for word, power in CELL_WORDS[column.key].items() if once or not power}
    given = dict(zip(names, cells, strict=True))
    for key, offers in found.items():
        if len(offers) > 1:  # one of names, as of data sets, is no rival
            kept = [column for column in offers if _holds_numbers(given[names[offered.index(column)]])]
            found[key] = kept or offers
    offers_left = [column for offers in found.values() for column in offers]
    given = {name: given[name] for name, column in zip(names, offered, strict=True) if column in offers_left}
    plain_losses = [c for c in offered if c.key == "loss" and c.factor == 1 and c.base == 1 and not c.perplexity]
    most = {names[offered.index(column)]: float(MOST_LOSS) for column in plain_losses}
    numbers = read_numbers(table, given, lines, words, most)
    used = {}
    for key, offers in found.items():
        values = [numbers.columns[names[offered.index(column)]] for column in offers]
        if any(not np.array_equal(values[0], other, equal_nan=True) for other in values[1:]):
            raise _both(path, key, offers)
        used[key] = (offers[0], values[0], cells[offered.index(offers[0])])
    told = [column.told for column, _, _ in used.values() if not column.plain]
    notes = [f"read: {', '.join(column.told for column, _, _ in used.values())}"] if told else []
    notes += [*table.notes, *numbers.notes]
    if not_of_a_token(name := used["loss"][0].name):
        notes.append(
            f"{shown([name])} is no loss a token: E, A and B are in its unit, and only exponents can be compared"
        )
    whole = ~np.any([np.isnan(values) for _, values, _ in used.values()], axis=0)
    if not whole.all():
        gone = np.flatnonzero(~whole)
        where = ", ".join(str(lines[int(row)]) for row in gone[:5]) + (" and more" if len(gone) > 5 else "")
        lacking = " or ".join(key for key, (_, values, _) in used.items() if np.isnan(values).any())
        notes.append(
            f"{len(gone):,} row{'s' * (len(gone) > 1)} without {lacking} left out ({table.unit}"
            f"{'s' * (len(gone) > 1)} {where})"
        )
    rows = {key: _meant(table, column, values, whole, texts, lines) for key, (column, values, texts) in used.items()}
    if RATIO in rows:
        ratio = rows.pop(RATIO)
        if "C" in rows:
            rows["N"] = np.sqrt(rows.pop("C") / (FLOP_PER_PARAMETER_AND_TOKEN * ratio))
        rows |= {"N": rows["D"] / ratio} if "D" in rows else {"D": ratio * rows["N"]}
    elif "C" in rows:
        known, missing = ("N", "D") if "N" in rows else ("D", "N")
        rows[missing] = rows["C"] / (FLOP_PER_PARAMETER_AND_TOKEN * rows[known])
    if whole.any():
        notes += _odd(path, rows, {key for key, (column, _, _) in used.items() if column.stated})
        if len(aside.get("C", [])) == 1:
            notes += _other_compute(table, aside["C"][0], whole, rows)
    try:
        points = check_points(rows["N"], rows["D"], rows["loss"])
    except ProblemError as error:
        said = "".join(f"; {note}" for note in notes if "left out" in note)
        raise ProblemError(f"{path}: {str(error).removesuffix('.')}{said}.") from error
    return replace(points, notes=sentences(notes))


def _holds_numbers(cells: Sequence[str]) -> bool:
    """Whether the first cell that is not missing begins as a number does."""
    first = next((cell for cell in cells if cell.lower() not in MISSING), "0")
    return first.lstrip("+-.")[:1].isdigit()


def _enough(found: Mapping[str, list[Column]]) -> bool:
    return "loss" in found and len(found) > 2


def _both(path: Path, key: str, offers: Sequence[Column]) -> ProblemError:
    *names, last = (repr(column.name) for column in offers[:4])
    better = next((column.name for column in offers if re.search("val|eval|test", column.name.lower())), offers[0].name)
    several = "both" if len(offers) == 2 else "all"
    alike = sum(column.name.lower() == better.lower() for column in offers) > 1
    choose = "rename them" if alike else f"choose with --{key} {shlex.quote(better)}"
    return ProblemError(
        f"{path}: the columns {', '.join(names)} and {last} {several} read as {key}; {choose}, or keep one."
    )


def _not_needed(found: Mapping[str, list[Column]], chosen: Mapping[str, str]) -> list[str]:
    """What is not read where more than two of N, D, C and their ratio are there: C, unless a person chose it."""
    if RATIO in found and len(found) > 3:
        return [RATIO, *_not_needed({key: columns for key, columns in found.items() if key != RATIO}, chosen)]
    if not {"N", "D", "C"} <= set(found):
        return []
    if "C" not in chosen or {"N", "D"} <= set(chosen):
        return ["C"]
    return ["N"] if "D" in chosen else ["D"]


def _meant(
    table: Table,
    column: Column,
    numbers: Array,
    whole: NDArray[np.bool_],
    texts: Sequence[str],
    lines: Sequence[int],
) -> Array:
    """What the numbers of a column mean, in the rows that are whole; positive and finite."""
    if column.unknown:
        raise ProblemError(
            f"{table.path}: the unit {column.unknown!r} of {shown([column.name])} is not understood; give {column.key}"
            f" in {_UNITS[column.key]}."
        )
    if column.base == 0:
        noun = "ppl" if column.perplexity else column.key
        raise ProblemError(
            f"{table.path}: the logarithm in {shown([column.name])} may be the decimal or the natural one; name the"
            f" column 'log10 {noun}' or 'ln {noun}'."
        )
    values = column.values(numbers)
    wrong = np.flatnonzero(whole & ~(np.isfinite(values) & (values > 0)))
    if len(wrong):
        row = int(wrong[0])
        must = "it must be above 1, as a perplexity is" if column.perplexity else "it must be a positive, finite number"
        raise ProblemError(f"{table.place(lines[row])}: {column.key} is {texts[row]}; {must}.")
    return values[whole]


def _odd(path: Path, rows: Mapping[str, Array], stated: Collection[str]) -> list[str]:
    """What is odd about runs; what cannot be meant so is refused, unless the header states its unit."""
    notes = []
    for name, what in (("N", "parameters"), ("D", "tokens")):
        least, most = rows[name].min(), rows[name].max()
        if least < FEWEST_COUNTED:
            raise ProblemError(
                f"{path}: a run has {least:.3g} {what}; are these millions or billions? Give {name} in {what}, or its"
                f" unit in the header, such as '{name} (M)'."
            )
        if most < FEWEST_OF_LARGEST[name] and name not in stated:
            raise ProblemError(
                f"{path}: no run has more than {most:,.0f} {what}; are these thousands or millions? State the unit in"
                f" the header, such as '{name} (M)', or '{name} ({what})' if they are {what}."
            )
        if least < FEWEST_USUAL:
            notes.append(
                f"a run has {least:,.0f} {what}, which is very few; a unit can stand in the header, such as"
                f" '{name} (M)'"
            )
    ratio = float(np.median(rows["D"] / rows["N"]))
    if not USUAL_RATIOS[0] <= ratio <= USUAL_RATIOS[1]:
        notes.append(
            f"the middle run has {ratio:.2g} tokens a parameter, which is rare; see that N and D are not exchanged and"
            " have the units that their names say"
        )
    least, middle, most = (float(np.quantile(rows["loss"], share)) for share in (0, 0.5, 1))
    if "loss" not in stated and least > GUESSING:
        raise ProblemError(
            f"{path}: every loss is above {GUESSING} nats a token, which is worse than guessing; if these are"
            " perplexities, call the column 'ppl', if they are losses, 'loss (nats)'."
        )
    if "loss" not in stated and middle > PERHAPS_PERPLEXITY:
        notes.append(
            f"the middle loss is {middle:.3g} nats a token, which is high; call a column of perplexities 'ppl'"
        )
    if "loss" not in stated and most < 1:
        notes.append(
            f"every loss is below 1 (the largest {most:.3g}), which is low for nats a token; see that it is not of a"
            " byte, nor a share"
        )
    runs = np.column_stack([rows["N"], rows["D"], rows["loss"]])
    again = len(runs) - len(np.unique(runs, axis=0))
    if again:
        notes.append(
            f"{again:,} run{'s repeat others' if again > 1 else ' repeats another'} in N, D and loss and"
            f" {'are' if again > 1 else 'is'} kept; remove copies, which make intervals too narrow"
        )
    return notes


def _other_compute(table: Table, column: Column, whole: NDArray[np.bool_], rows: Mapping[str, Array]) -> list[str]:
    """That a column of compute, which is not read, is far from 6 N D: a unit that one of the three lacks."""
    if column.unknown or column.base == 0:
        return []
    try:
        cells, lines = table.columns([column.place])
        numbers = read_numbers(table, {"C": cells[0]}, lines, {"C": CELL_WORDS["C"]})
    except ProblemError:
        return []
    stated = column.values(numbers.columns["C"])[whole]
    with np.errstate(all="ignore"):
        times = float(np.nanmedian(stated / (FLOP_PER_PARAMETER_AND_TOKEN * rows["N"] * rows["D"])))
    if not np.isfinite(times) or 1 / USUAL_COMPUTE <= times <= USUAL_COMPUTE:
        return []
    return [
        f"{shown([column.name])} is not read, and in the middle run it is {times:.3g} times 6 N D; see that N, D and C"
        " have the units that their names say"
    ]


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
    return Points(points.N[kept], points.D[kept], points.loss[kept], points.notes)
