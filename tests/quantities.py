"""One quantity, one name, one value: what two chapters say of the same thing is compared.

``quantities.csv`` holds a row for each place where a quantity is said: its name, what it is exactly, the place
(``number <topic>/<name>``, ``claim <id>/<name>`` or ``fact <table>/<id>``), what the value there is multiplied by to
give the quantity, and, where another quantity of the table could be taken for it, words of a chapter or of the glossary
that tell them apart. All places of one quantity must agree. Numbers and verdicts are those of the references, which the
verification holds to the program.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.kit import claims, facts
from analysis.topics import TOPICS

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".csv")
#: Values that differ by less than this part are equal: what two ways of computing the same may differ by.
EQUAL = 1e-6
#: Values of the same name that differ by less than this part look like two values of one quantity.
ALIKE = 0.06
#: Parts of names that many quantities share.
_COMMON = {"low", "high", "least", "most", "late", "early", "first", "last", "all", "two", "share", "factor", "level"}
_COMMON |= {"year", "years", "months", "days", "day"}


@dataclass(frozen=True)
class Said:
    """One place where a quantity is said."""

    quantity: str
    definition: str
    place: str
    times: float
    words: str


def registry(path: Path = TABLE) -> list[Said]:
    """All rows."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Said(row["quantity"], row["definition"], row["place"], float(row["times"] or 1), row["words"])
            for row in csv.DictReader(lines)
        ]


def values(root: Path = ROOT) -> dict[str, float]:
    """What stands at every place of the book."""
    found = {}
    for topic in TOPICS:
        folder = root / "analysis/references" / topic
        for name, number in json.loads((folder / "numbers.json").read_text(encoding="utf-8")).items():
            found[f"number {topic}/{name}"] = number["value"]
        for claim, judged in json.loads((folder / "claims.json").read_text(encoding="utf-8")).items():
            for name, number in judged["numbers"].items():
                found[f"claim {claim}/{name}"] = number["value"]
    for table in facts.names():
        for key, fact in facts.load(table).items():
            found[f"fact {table}/{key}"] = fact.value
    return found


def disagreements(said: Iterable[Said], known: Mapping[str, float], texts: str) -> str:
    """Say where two places of a quantity differ, which place is none, and which quantity nobody tells from another.

    Parameters
    ----------
    said : iterable of Said
    known : mapping of float
        The value at each place.
    texts : str
        What the chapters and the glossary say.
    """
    found, by_name = [], defaultdict(list)
    for row in said:
        if row.place not in known:
            found.append(f"{row.quantity}: there is no {row.place}")
        else:
            by_name[row.quantity].append(row)
        if row.words and row.words not in texts:
            found.append(f"{row.quantity}: no chapter and not the glossary says {row.words!r}")
        if len(row.definition) < 12:
            found.append(f"{row.quantity} is not defined")
    for quantity, rows in by_name.items():
        if len({row.definition for row in rows}) > 1:
            found.append(f"{quantity} has two definitions")
        first, *others = ((row.place, row.times * known[row.place]) for row in rows)
        found += [
            f"{quantity} is {first[1]:.9g} by {first[0]} and {value:.9g} by {place}"
            for place, value in others
            if not math.isclose(first[1], value, rel_tol=EQUAL)
        ]
    return "\n".join(found)


def undeclared(said: Iterable[Said], known: Mapping[str, float]) -> str:
    """Say which places look like one quantity, or like two of one name, without being declared.

    Those are numbers of two chapters with one name, facts of two tables with two parts of the name in common and nearly
    one value, and a number and a verdict with a part of the name in common whose values differ a little.
    """
    declared, owner = {row.place for row in said}, {c.id: c.chapter for c in claims.ledger().values()}
    of_kind = defaultdict(list)
    for place, value in known.items():
        kind, _, rest = place.partition(" ")
        home, _, name = rest.partition("/")
        of_kind[kind].append((place, owner.get(home, home), set(re.split(r"[-_.]", name)) - _COMMON, name, value))
    found = []
    for (one, home, _, name, _), (two, other, _, named, _) in itertools.combinations(of_kind["number"], 2):
        if home != other and name == named and not {one, two} <= declared:
            found.append(f"{one} and {two} have one name")
    for (one, home, words, _, a), (two, other, more, _, b) in itertools.combinations(of_kind["fact"], 2):
        if home != other and len(words & more) > 1 and alike(a, b) and not {one, two} <= declared:
            found.append(f"{one} and {two} look like one figure ({a:g} and {b:g})")
    for (one, home, words, _, a), (two, other, more, _, b) in itertools.product(of_kind["number"], of_kind["claim"]):
        same = math.isclose(a, b, rel_tol=EQUAL)
        if home == other and words & more and alike(a, b) and not same and not {one, two} <= declared:
            found.append(f"{one} is {a:.4g} and {two} is {b:.4g}")
    return "".join(f"{line}: declare them in tests/quantities.csv\n" for line in found)


def alike(one: float, other: float) -> bool:
    """Whether two values look like one quantity."""
    return one * other > 0 and abs(one / other - 1) < ALIKE


def texts(root: Path = ROOT) -> str:
    """The chapters, the pages and the verdicts."""
    paths = [*(root / "chapters").glob("*.md"), root / "book/glossary.md", *root.glob("analysis/*/chapter/verdicts.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
