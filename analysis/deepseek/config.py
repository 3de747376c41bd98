"""Reading an architecture from a Hugging Face ``config.json``, and the published ones.

The family, ``model_type``, says what the other fields mean (:mod:`analysis.deepseek.families`). A field either enters
the counts, or is known not to, or is refused by name (:mod:`analysis.deepseek.refusals`). Files in other forms are
brought into this one (:mod:`analysis.deepseek.formats`).
"""

from __future__ import annotations

import codecs
import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.families import FAMILIES
from analysis.deepseek.family import Reader, architecture, opened, short
from analysis.deepseek.formats import converted, text_part
from analysis.deepseek.others import OTHER_MODELS, refuse_other_bytes, refuse_without_type
from analysis.deepseek.refusals import refuse_fields, refuse_other_models, short_name
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FOLDER = facts.DATA / "deepseek_configs"
#: The most bytes that are read of a file; a config.json has some thousands.
LARGEST = 10_000_000
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


def read_config(source: str | bytes | Path | Mapping[str, Any], name: str = "") -> Architecture:
    """Read an architecture from a path to a ``config.json``, its text, or its fields.

    Of a model that also sees or hears the text part is taken; what is left out stands in ``left_out``.

    Parameters
    ----------
    source : path, str, bytes or mapping
        Text is taken as JSON if it starts with ``{``, otherwise as a path; bytes are those of a file.
    name : str
        What to call the model; default the file's name or the family.

    Returns
    -------
    Architecture

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
    if not isinstance(name, str):
        raise ProblemError(f"The name of a model is text, not {short(name)}; give one or leave it out.")
    whole, called = _fields(source)
    part = text_part(whole)
    fields = converted(part.fields)
    kind = fields.get("model_type")
    if kind is None:
        refuse_without_type(fields)
    if not isinstance(kind, str) or kind not in FAMILIES:
        outer = whole.get("model_type")
        within = f" in a model of type {short(outer)}" if outer not in (None, kind) else ""
        if isinstance(kind, str) and kind in OTHER_MODELS:
            raise ProblemError(
                f"model_type is {short(kind)}{within}: {OTHER_MODELS[kind]}, which is not counted; give a decoder that"
                " writes text."
            )
        raise ProblemError(
            f"model_type is {short(kind)}{within}, which is not among those that can be counted: {_known(kind)}."
        )
    refuse_other_models(whole, nested=bool(part.left_out) or whole.get("model_type") != kind)
    family = FAMILIES[kind]
    fields = opened(fields, family.opened)
    refuse_fields(kind, family, fields)
    found = architecture(Reader(kind, family, fields), name or called or kind)
    return replace(found, left_out=part.left_out + found.left_out, assumed=part.assumed)


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

    Parameters
    ----------
    name : str
        Of :func:`published_names`.

    Returns
    -------
    Architecture

    Examples
    --------
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
    if not isinstance(model, (str, bytes, Path, Mapping)):
        raise ProblemError(
            f"A model is a published name, a config.json or its fields, not {short(model)}; give one of them."
        )
    if isinstance(model, str) and not _is_json(model):
        if model in published_names():
            return published_architecture(model)
        if not _exists(model):
            near = difflib.get_close_matches(model, published_names(), 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(published_names())}."
            raise ProblemError(f"There is no published configuration and no file {short(model)}; {hint}")
    return read_config(model)


def published_names() -> list[str]:
    """Names of all published configurations.

    Returns
    -------
    list of str
        What :func:`published_architecture` takes.

    Examples
    --------
    >>> [name for name in published_names() if name.startswith("llama-3.1")]
    ['llama-3.1-405b', 'llama-3.1-70b', 'llama-3.1-8b']
    """
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def decoded(data: bytes, what: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with a mark, without the mark.

    Parameters
    ----------
    data : bytes
    what : str
        What to call the file in a sentence, such as ``The file config.json``.

    Raises
    ------
    ProblemError
        If it is none of them.

    Examples
    --------
    >>> decoded("{}".encode("utf-16"), "The text"), decoded("\ufeff{}".encode(), "The text")
    ('{}', '{}')
    """
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # after that of UTF-32, which begins so
    encoding = next((encoding for mark, encoding in marks.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in data[:4]:  # a brace and a zero: UTF-16 without a mark
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ProblemError(f"{what} cannot be read as text ({encoding.upper()}); save it in UTF-8.") from error


def _fields(source: Any) -> tuple[dict[str, Any], str]:
    """The fields and, of a file, its name."""
    if isinstance(source, Mapping):
        return dict(source), ""
    if not isinstance(source, (str, bytes, Path)):
        raise ProblemError(
            f"A configuration is a path to a config.json, its text or its fields, not {_kind(source)}; give one."
        )
    what, called = "The text", ""
    if isinstance(source, str):
        source = source.removeprefix(MARK)
    if isinstance(source, Path) or (isinstance(source, str) and source.strip() and not _is_json(source)):
        path = Path(source)
        what, called = f"The file {short(str(path), most=500)[1:-1]}", path.stem
        try:
            with path.open("rb") as file:
                source = file.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            raise ProblemError(f"{what} cannot be read; check its name.") from error
    if len(source) > LARGEST:
        raise ProblemError(f"{what} is larger than {LARGEST // 10**6} MB, and a config.json is small; give that.")
    if isinstance(source, bytes):
        refuse_other_bytes(source, what)
        source = decoded(source, what)
    if not source.strip():
        raise ProblemError(f"{what} is empty; a configuration is a JSON object with a field model_type.")
    try:
        fields = json.loads(source, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ProblemError(f"{what} is not JSON (line {error.lineno}: {error.msg}); correct it there.") from error
    except RecursionError as error:
        raise ProblemError(f"{what} is nested too deeply for a configuration; check where it comes from.") from error
    except ProblemError:
        raise
    except ValueError as error:  # Python reads no whole number of more than a few thousand digits
        raise ProblemError(f"{what} has a number of too many digits; correct it.") from error
    if not isinstance(fields, dict):
        raise ProblemError(f"{what} is not a JSON object; a configuration is one, with a field model_type.")
    return fields, called


def _known(kind: Any) -> str:
    """Families that begin like an unknown one, or some that are well known, and how many others there are."""
    stem = re.match(r"[a-z]*", str(kind).lower())
    near = [name for name in sorted(FAMILIES) if stem and len(stem[0]) > 2 and name.startswith(stem[0])]
    told = near[:15] or ["deepseek_v3", "gemma3_text", "gpt2", "gpt_oss", "llama", "mamba2", "mixtral", "qwen3"]
    return f"{', '.join(told)} and {len(FAMILIES) - len(told)} others (analysis/deepseek/families)"


def _is_json(text: str) -> bool:
    return text.removeprefix(MARK).lstrip()[:1] in ("{", "[")


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or with a character that no path has
        return False


def _kind(value: Any) -> str:
    """What a value is, for a sentence."""
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProblemError(f"The field {short_name(twice)} is given twice; keep one.")
    return fields
