"""Where the code stands: in a checkout of the repository, or as an installed package."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from analysis.kit.errors import ProblemError

ROOT = Path(__file__).parents[2]
#: Packages that read chapters and sources, beside those that the package asks for.
READERS = ("jupytext", "pybtex")


def there() -> bool:
    """Whether the book is around the package, and not other packages."""
    return (ROOT / "pyproject.toml").is_file() and (ROOT / "_toc.yml").is_file()


def needed(command: str) -> None:
    """Stop a command that reads chapters where there are none, or nothing that reads them.

    Parameters
    ----------
    command : str
        As a person types it.

    Raises
    ------
    ProblemError
        In an installed package, or with the packages of the models alone.
    """
    if not there():
        raise ProblemError(
            f"'{command}' reads the chapters, which an installed package does not have; clone the book's repository, "
            "type 'make book' there, and call it in that folder."
        )
    missing = [name for name in READERS if importlib.util.find_spec(name) is None]
    if missing:
        raise ProblemError(
            f"'{command}' reads the chapters with {' and '.join(missing)}, which this Python lacks; type 'make book' "
            "and call it by .venv/bin/python."
        )


def cache() -> Path:
    """Folder of what can be computed or fetched again: the checkout's, or the one where this user's caches are."""
    if there():
        return ROOT / ".cache"
    import pooch  # which only an installed package needs to ask

    return Path(pooch.os_cache("ai-training-efficiency"))
