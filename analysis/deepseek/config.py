"""Reading an architecture from a Hugging Face ``config.json``, and the published ones.

A field either enters the counts (``families.COUNTED``), or is known not to (``families.is_harmless``), or is refused by
name: a count from a misread configuration would be wrong in silence. So is a model of another kind, such as one without
an output head (``families.refuse_other_models``).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.families import COUNTED, FAMILIES, NOT_COUNTED, Reader, is_harmless, refuse_other_models
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FOLDER = facts.DATA / "deepseek_configs"
#: What some editors write before the first character of a file in UTF-8.
MARK = "\ufeff"


@dataclass(frozen=True)
class Published:
    """A published configuration and where its figures stand.

    Attributes
    ----------
    name : its key, such as ``deepseek-v3``
    source : key in the book's bibliography
    locator : table or file there
    mark : ``primary`` if it was read there, otherwise ``secondary`` or ``unchecked``
    checkpoint : numbers stored in the published checkpoint, as copies of its host's list say, or None
    architecture : Architecture
    """

    name: str
    source: str
    locator: str
    mark: str
    checkpoint: int | None
    architecture: Architecture


def read_config(source: str | Path | Mapping[str, Any], name: str = "") -> Architecture:
    """Read an architecture from a path to a ``config.json``, its text, or its fields.

    Parameters
    ----------
    source : path, str or mapping
        Text is taken as JSON if it starts with ``{``, otherwise as a path.
    name : str
        What to call the model; default the file's name or the family.

    Raises
    ------
    ProblemError
        Naming the field that is unknown, missing, of the wrong kind, foreign to the family or in contradiction to
        another; naming the file if it cannot be read.

    Examples
    --------
    >>> fields = dict(model_type="llama", hidden_size=64, num_hidden_layers=2, intermediate_size=256, vocab_size=100)
    >>> read_config({**fields, "num_attention_heads": 8, "num_key_value_heads": 2}).attention
    'GQA'
    >>> read_config({**fields, "num_attention_heads": 8, "num_key_value_heads": 3})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: num_attention_heads is 8, which num_key_value_heads, 3, does not divide; ...
    """
    fields, called = _fields(source)
    family = fields.get("model_type")
    if not isinstance(family, str) or family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ProblemError(f"model_type is {family!r}, which is not among those that can be counted: {known}.")
    for field in fields:
        if field not in COUNTED and not is_harmless(str(field)):
            near = difflib.get_close_matches(str(field), [*COUNTED, *NOT_COUNTED], 1)
            hint = f"did you mean {near[0]}?" if near else "leave it out if it changes no matrix."
            raise ProblemError(f"The field {field} is not known; {hint}")
    refuse_other_models(fields)
    reader = Reader(fields)
    reader.used.add("model_type")
    values = FAMILIES[family](reader)
    foreign = [f for f in fields if f in COUNTED and f not in reader.used and fields[f] is not None]
    if foreign:
        raise ProblemError(f"The field {foreign[0]} has no meaning in a model of type {family}; leave it out.")
    return Architecture(name=name or called or family, **values)


@cache
def published(name: str) -> Published:
    """A published configuration with its source.

    >>> published("deepseek-v3").source
    'deepseekv3_2024'
    """
    path = FOLDER / f"{name}.json"
    if name not in published_names():
        raise ProblemError(f"There is no published configuration {name!r}; there are {', '.join(published_names())}.")
    fields, _ = _fields(path)
    source, locator, mark, checkpoint = (fields[f"_{key}"] for key in ("source", "locator", "mark", "checkpoint"))
    return Published(name, source, locator, mark, checkpoint, read_config(fields, fields["_name"]))


def published_architecture(name: str) -> Architecture:
    """A published architecture by name.

    >>> published_architecture("llama-3.1-405b").num_hidden_layers
    126
    """
    return published(name).architecture


def architecture_of(model: Architecture | str | Path | Mapping[str, Any]) -> Architecture:
    """An architecture however it is given: as it is, a published name, or what :func:`read_config` takes.

    Raises
    ------
    ProblemError
        If it is none of them, or cannot be read.

    Examples
    --------
    >>> architecture_of("mistral-7b").num_hidden_layers
    32
    >>> architecture_of("mistral-8b")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: There is no published configuration and no file 'mistral-8b'; did you mean ...
    """
    if isinstance(model, Architecture):
        return model
    if not isinstance(model, (str, Path, Mapping)):
        raise ProblemError(
            f"A model is a published name, a config.json or its fields, not {model!r}; give one of them."
        )
    if isinstance(model, str) and not model.removeprefix(MARK).lstrip().startswith("{"):
        if model in published_names():
            return published_architecture(model)
        if not Path(model).exists():
            near = difflib.get_close_matches(model, published_names(), 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(published_names())}."
            raise ProblemError(f"There is no published configuration and no file {model!r}; {hint}")
    return read_config(model)


def published_names() -> list[str]:
    """Names of all published configurations."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def _fields(source: str | Path | Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The fields and, of a file, its name."""
    if isinstance(source, Mapping):
        return dict(source), ""
    what, called = "The text", ""
    if isinstance(source, str):
        source = source.removeprefix(MARK)
    if isinstance(source, Path) or not source.lstrip().startswith("{"):
        path = Path(source)
        what, called = f"The file {path}", path.stem
        try:
            source = path.read_text("utf-8").removeprefix(MARK)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise ProblemError(f"The file {path} cannot be read as text; check its name.") from error
    try:
        fields = json.loads(str(source), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ProblemError(f"{what} is not JSON (line {error.lineno}: {error.msg}); correct it there.") from error
    if not isinstance(fields, dict):
        raise ProblemError(f"{what} is not a JSON object; a configuration is one, with a field model_type.")
    return fields, called


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProblemError(f"The field {twice} is given twice; keep one.")
    return fields
