"""The sources of the book as people name them: ``hoffmann2022`` is "Hoffmann et al. 2022".

They stand in ``book/references.bib``; a source without authors goes by its editors, its institution or its title.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from analysis.kit.errors import ProblemError, closest

REFERENCES = Path(__file__).parents[2] / "book" / "references.bib"


@dataclass(frozen=True)
class Source:
    """A source: who, when, what, and where it can be read (an address, or nothing)."""

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
        names = tuple(_plain(" ".join([*person.prelast_names, *person.last_names])) for person in people)
        doi = entry.fields.get("doi", "")
        address = entry.fields.get("url", "") or (f"https://doi.org/{doi}" if doi else "")
        title, year = _plain(entry.fields.get("title", "")), _plain(entry.fields.get("year", ""))
        found[key] = Source(key, names, year, title, address)
    return found


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


def _plain(text: str) -> str:
    r"""Take the marks of TeX out of a text.

    >>> _plain(r"{Occam}'s razor of {J{\'e}gou} -- 3\% or \$2, ``more''")
    'Occam’s razor of Jégou – 3% or $2, “more”'
    """
    import pybtex.richtext

    plain = re.sub(r"\\([$%&_#])", r"\1", str(pybtex.richtext.Text.from_latex(text)))
    return re.sub(r"\s+", " ", plain.replace("``", "“").replace("''", "”").replace("'", "’")).strip()
