"""The sources of the book as people name them: ``hoffmann2022`` is "Hoffmann et al. 2022".

They stand in ``book/references.bib``; a source without authors goes by its editors, its institution or its title. Where
the same people have several works of a year, a letter tells them apart, by title: "DeepSeek-AI 2024a".
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.kit import checkout
from analysis.kit.errors import ProblemError, closest

REFERENCES = checkout.ROOT / "book" / "references.bib"
if not checkout.there():
    REFERENCES = Path(__file__).parents[1] / "references.bib"  # the copy that a wheel carries
#: Fields that say where a source can be read, and what makes an address of them.
ADDRESSES = {"url": "", "doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/"}


@dataclass(frozen=True)
class Source:
    """A source: who, when (with a letter where that is needed), what, and where it can be read (or nothing)."""

    key: str
    authors: tuple[str, ...]
    year: str
    title: str
    address: str

    @property
    def who(self) -> str:
        """The last names, as a sentence has them.

        Examples
        --------
        >>> Source("k", ("Hoffmann", "Borgeaud", "Mensch"), "2022", "T", "").who
        'Hoffmann et al.'
        >>> Source("k", ("Ghorbani", "Mitzenmacher"), "2020", "T", "").who
        'Ghorbani and Mitzenmacher'
        """
        if len(self.authors) > 2 or "others" in self.authors:
            return f"{self.authors[0]} et al."
        return " and ".join(self.authors) or self.title

    @property
    def name(self) -> str:
        """Who and when.

        >>> Source("k", ("NVIDIA",), "2026", "T", "").name
        'NVIDIA 2026'
        """
        return f"{self.who} {self.year}".strip()


@functools.cache
def sources(path: Path = REFERENCES) -> dict[str, Source]:
    """Every source by its key.

    Raises
    ------
    ProblemError
        If the file cannot be read.
    """
    import pybtex.database  # heavy, so it is imported where sources are read

    try:
        entries = pybtex.database.parse_file(str(path), "bibtex").entries
    except (OSError, pybtex.database.PybtexError) as error:
        raise ProblemError(f"{path.name} cannot be read: {error}; correct it.") from error
    found = {}
    for key, entry in entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = tuple(plain(" ".join([*person.prelast_names, *person.last_names])) for person in people)
        places = [f"{start}{entry.fields[kind]}" for kind, start in ADDRESSES.items() if kind in entry.fields]
        title, year = plain(entry.fields.get("title", "")), plain(entry.fields.get("year", ""))
        found[key] = Source(key, names, year, title, (places or [""])[0])
    return _told_apart(found)


def _told_apart(found: dict[str, Source]) -> dict[str, Source]:
    """Give the year of each of several works of one name a letter."""
    named: defaultdict[str, list[Source]] = defaultdict(list)
    for one in found.values():
        named[one.name.casefold()].append(one)
    letters: dict[str, str] = {}
    for several in (works for works in named.values() if len(works) > 1):
        for place, one in enumerate(sorted(several, key=lambda s: (s.title.casefold(), s.key))):
            letters[one.key] = chr(ord("a") + place)
    return {key: replace(one, year=one.year + letters.get(key, "")) for key, one in found.items()}


def source(key: str) -> Source:
    """Return one source.

    Raises
    ------
    ProblemError
        If the bibliography has none of this key.
    """
    known = sources()
    if key not in known:
        raise ProblemError(f"There is no source {key!r} in book/references.bib; {closest(key, known)}")
    return known[key]


def plain(text: str) -> str:
    r"""Take the marks of TeX out of a text.

    >>> plain(r"{Occam}'s razor of {J{\'e}gou} -- 3\% or \$2, ``more''")
    'Occam’s razor of Jégou – 3% or $2, “more”'
    """
    import pybtex.richtext

    plain = re.sub(r"\\([$%&_#])", r"\1", str(pybtex.richtext.Text.from_latex(text)))
    return re.sub(r"\s+", " ", plain.replace("``", "“").replace("''", "”").replace("'", "’")).strip()
