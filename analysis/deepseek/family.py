"""What a family of models declares, and how an architecture is made from a declaration and the fields of a file.

A family is what ``model_type`` names. Its declaration (:class:`Family`) says which pieces its layers have. The fields
of the pieces are what is read; the declaration adds what they are called in the file, what holds where a file leaves
one out, and what always holds.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from analysis.deepseek import layers, recurrent
from analysis.deepseek.architecture import Architecture, in_runs
from analysis.deepseek.layers import Layer
from analysis.kit.errors import ProblemError

#: Stands for the default of a field that a file must give.
NEEDED: Any = object()


class OrNone(int):
    """A default number of something of which there may also be none: the file may say 0."""


#: More layers, and larger numbers, than any model has; beyond them a file is in error.
MOST_LAYERS, MOST = 10_000, 10**12

#: What fields say, for the sentence that one is missing.
MEANINGS = {
    "hidden_size": "width of a token's vector",
    "num_hidden_layers": "layers",
    "num_attention_heads": "query heads of a layer",
    "num_key_value_heads": "key/value heads of a layer",
    "head_dim": "numbers in one head",
    "intermediate_size": "width of the feed-forward part",
    "vocab_size": "rows of the embedding",
    "learned_positions": "positions with a learned vector",
    "kv_lora_rank": "width of the compressed keys and values",
    "qk_nope_head_dim": "numbers of a key without position",
    "qk_rope_head_dim": "numbers of a key with position, shared by all heads",
    "v_head_dim": "numbers in a value of one head",
    "n_routed_experts": "experts to choose from",
    "num_experts_per_tok": "experts chosen for a token",
    "moe_intermediate_size": "width of one expert",
}

_PIECES = (
    Architecture,
    *(piece for module in (layers, recurrent) for piece in vars(module).values() if dataclasses.is_dataclass(piece)),
)
#: What a piece has where nothing is said.
NEUTRAL: dict[str, Any] = {
    f.name: f.default
    for piece in reversed(_PIECES)
    for f in dataclasses.fields(piece)  # type: ignore[arg-type]
    if f.default is not dataclasses.MISSING
}


@dataclass(frozen=True)
class Piece:
    """A piece of a layer in a family.

    Attributes
    ----------
    make : a class of :mod:`analysis.deepseek.layers` or :mod:`analysis.deepseek.recurrent`
    own : of its fields, those that are not the family's: a value, or a function of a :class:`Reader`
    """

    make: Any
    own: Mapping[str, Any]

    @property
    def required(self) -> set[str]:
        """Fields that the family or the file must give."""
        return {f.name for f in dataclasses.fields(self.make) if f.default is dataclasses.MISSING} - set(self.own)


def piece(make: Any, /, **own: Any) -> Piece:
    """A piece with some fields of its own.

    >>> from analysis.deepseek.layers import Attention
    >>> sorted(piece(Attention, head_dim=64).required)
    ['num_attention_heads', 'num_key_value_heads']
    """
    return Piece(make, own)


@dataclass(frozen=True)
class Family:
    """What a ``model_type`` means.

    Attributes
    ----------
    like : family that it is like, but for what is declared here
    names : for a field of the pieces, what the file calls it; several are alternatives
    defaults : for a field that the file may leave out, what holds then: a value, or a function of a :class:`Reader`;
        :data:`NEEDED` for a further field that must be there. What stands here or is required by a piece is read
    always : for a field of the pieces, what holds whatever the file says: a value, or a function of a :class:`Reader`
    mixers, feed_forwards : pieces by the name of a kind of layer
    mixer_of, feed_forward_of : which of them a layer has: a function of the :class:`Reader` and the number of the
        layer, counted from 0; not needed where there is one
    mixers_listed, feed_forwards_listed : field of the file that lists the kinds of all layers, if it may
    mixer_refined : a piece for a layer that differs from others of its kind, by the reader, the layer and its kind
    norms : names of the normalisations in a layer, or a function of a :class:`Reader` that gives them
    opened : fields that hold further fields; one of these is called ``part.field`` in what is declared here
    by_layer : fields of the pieces that the file may list with a number for each layer
    ignored : further fields that change nothing in this family, separated by spaces
    left_out : fields that announce a part which is not counted, and what to call it, such as further modules
    refused : fields that are refused if they say anything (are not null, false, 0 or empty), and why
    check : refuses what is in contradiction, by a function of a :class:`Reader`
    """

    like: str = ""
    names: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    always: Mapping[str, Any] = field(default_factory=dict)
    mixers: Mapping[str, Piece] = field(default_factory=dict)
    mixer_of: Callable[[Reader, int], str] | None = None
    mixers_listed: str = ""
    mixer_refined: Callable[[Reader, int, str], str] | None = None
    feed_forwards: Mapping[str, Piece] = field(default_factory=dict)
    feed_forward_of: Callable[[Reader, int], str] | None = None
    feed_forwards_listed: str = ""
    norms: tuple[str, ...] | Callable[[Reader], tuple[str, ...]] = ()
    opened: tuple[str, ...] = ()
    by_layer: tuple[str, ...] = ()
    ignored: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Reader], None] | None = None

    def on(self, base: Family) -> Family:
        """This declaration completed by that of the family it is like."""
        merged: dict[str, Any] = {
            name: {**getattr(base, name), **getattr(self, name)}
            for name in ("names", "left_out", "refused", "always", "defaults")
        }
        for name in self.defaults:
            merged["always"].pop(name, None)
            merged["refused"].pop(name, None)
        for name in self.always:
            merged["defaults"].pop(name, None)
        if self.mixers or self.feed_forwards:  # a rule belongs to its pieces
            mixer, feed = (base.mixer_of, base.feed_forward_of)
            merged["mixer_of"] = self.mixer_of or (None if self.mixers else mixer)
            merged["feed_forward_of"] = self.feed_forward_of or (None if self.feed_forwards else feed)
        for f in dataclasses.fields(self):
            merged.setdefault(f.name, getattr(self, f.name) or getattr(base, f.name))
        merged["ignored"] = f"{base.ignored} {self.ignored}"
        return Family(**merged)

    @cached_property
    def required(self) -> set[str]:
        """Fields of the pieces that the family or the file must give."""
        pieces = (*self.mixers.values(), *self.feed_forwards.values())
        return {"hidden_size", "vocab_size", "num_hidden_layers"}.union(*(p.required for p in pieces))

    @cached_property
    def fields(self) -> dict[str, str]:
        """Fields of a file that are read, and the field of the pieces that each gives."""
        read = (self.required | set(self.defaults)) - set(self.always)
        found = {name: q for q in sorted(read) for name in self.called(q)}
        return found | {name: name for name in (self.mixers_listed, self.feed_forwards_listed) if name}

    @cached_property
    def without_effect(self) -> set[str]:
        """Fields that change nothing in this family, or must say nothing."""
        return {*self.ignored.split(), *self.left_out, *self.refused}

    def called(self, quantity: str) -> tuple[str, ...]:
        """What the file may call a field of the pieces."""
        names = self.names.get(quantity, quantity)
        return (names,) if isinstance(names, str) else tuple(names)


class Reader:
    """The fields of a file as a family means them; ``reader["head_dim"]`` is one of them, checked.

    Parameters
    ----------
    kind : what ``model_type`` says
    family : its whole declaration
    fields : of the file
    """

    def __init__(self, kind: str, family: Family, fields: Mapping[str, Any]) -> None:
        self.kind, self.family, self.fields = kind, family, fields
        self._read: dict[str, Any] = {}

    def __getitem__(self, quantity: str) -> Any:
        if quantity not in self._read:
            self._read[quantity] = self._value(quantity)
        return self._read[quantity]

    @cached_property
    def lists(self) -> dict[str, list[Any]]:
        """The fields that list a number for each layer."""
        names = [name for q in self.family.by_layer for name in self.family.called(q)]
        found = {name: self.fields[name] for name in names if isinstance(self.fields.get(name), list)}
        count = self["num_hidden_layers"]
        for name, listed in found.items():
            if len(listed) != count:
                raise ProblemError(f"{name} has {len(listed)} entries for {count} layers; correct one.")
        return found

    def at(self, layer: int) -> Reader:
        """The same where each list for all layers is what it says of one."""
        if not self.lists:
            return self
        own = {name: listed[layer] for name, listed in self.lists.items()}
        return Reader(self.kind, self.family, {**self.fields, **own})

    def numbers(self, name: str, most: int) -> list[int]:
        """A list of whole numbers from 0 and below `most`, such as those of layers; empty where it is left out."""
        value = self.fields.get(name) or []
        if not isinstance(value, list) or not all(type(x) is int and 0 <= x < most for x in value):
            raise ProblemError(f"{name} is {short(value)}; it must be a list of numbers from 0 to {most - 1}.")
        return value

    def part(self, quantity: str, of: str) -> int:
        """One quantity divided by another, such as the width by the heads, where the file gives no other number."""
        whole, count = self[of], self[quantity]
        if whole % count:
            names = [self.family.called(q)[0] for q in (of, quantity)]
            raise ProblemError(f"{names[0]} is {whole}, which {names[1]}, {count}, does not divide; correct one.")
        return int(whole // count)

    def _value(self, quantity: str) -> Any:
        family = self.family
        if quantity in family.always:
            return _evaluated(family.always[quantity], self)
        if quantity not in family.defaults and quantity not in family.required:
            return NEUTRAL[quantity]
        default = family.defaults.get(quantity, NEEDED)
        given = {name: self.fields[name] for name in family.called(quantity) if self.fields.get(name) is not None}
        if not given:
            if default is NEEDED:
                meaning = f" ({MEANINGS[quantity]})" if quantity in MEANINGS else ""
                raise ProblemError(f"The field {family.called(quantity)[0]}{meaning} is missing; add it.")
            return _evaluated(default, self)
        kind = default if isinstance(default, bool) else NEUTRAL.get(quantity)
        may_be_none = default is not NEEDED and NEUTRAL.get(quantity) == 0
        least = 0 if may_be_none or default is None or default == 0 or isinstance(default, OrNone) else 1
        most = MOST_LAYERS if quantity == "num_hidden_layers" else MOST
        values = [flag(n, v) if isinstance(kind, bool) else integer(n, v, least, most) for n, v in given.items()]
        if len(set(values)) > 1:
            raise ProblemError(f"{' and '.join(given)} say the same, but are {values[0]} and {values[1]}; keep one.")
        return values[0]

    def made(self, part: Piece) -> Any:
        """A piece with its fields."""
        return part.make(
            **{
                f.name: _evaluated(part.own[f.name], self) if f.name in part.own else self[f.name]
                for f in dataclasses.fields(part.make)
            }
        )

    def kinds(self, pieces: Mapping[str, Piece], rule: Callable[[Reader, int], str] | None, listed: str) -> list[str]:
        """The kind of each layer: as the file lists them where it may, otherwise by the family's rule."""
        count = self["num_hidden_layers"]
        found = self.fields.get(listed) if listed else None
        if found is None:
            return [rule(self, i) for i in range(count)] if rule else [next(iter(pieces), "")] * count
        modules = self.fields.get("num_nextn_predict_layers")
        if isinstance(found, list) and isinstance(modules, int) and len(found) == count + modules:
            found = found[:count]  # the modules after the layers may be listed too
        if not isinstance(found, list) or len(found) != count:
            raise ProblemError(
                f"{listed} is {short(found)}; it must be a list with the kind of each of {count} layers."
            )
        foreign = [kind for kind in found if kind not in list(pieces)]
        if foreign:
            raise ProblemError(
                f"{listed} has {short(foreign[0])}; a layer of a model of type {self.kind} is one of"
                f" {', '.join(pieces)}."
            )
        return found


def opened(fields: Mapping[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    """Fields with those of some parts beside them, as ``part.field``.

    >>> opened({"d_model": 8, "attn_config": {"kv_n_heads": 2}}, ("attn_config",))
    {'d_model': 8, 'attn_config.kv_n_heads': 2}
    """
    inner = {part: fields[part] for part in parts if isinstance(fields.get(part), Mapping)}
    beside = {f"{part}.{name}": value for part, held in inner.items() for name, value in held.items()}
    return {name: value for name, value in fields.items() if name not in inner} | beside


def architecture(reader: Reader, name: str) -> Architecture:
    """The architecture that a file describes.

    Raises
    ------
    ProblemError
        Naming the field that is missing, of the wrong kind, or in contradiction to another.
    """
    family = reader.family
    for quantity in ("hidden_size", "num_hidden_layers"):
        reader[quantity]
    if family.check:
        family.check(reader)
    mixers = reader.kinds(family.mixers, family.mixer_of, family.mixers_listed)
    if family.mixer_refined:
        mixers = [family.mixer_refined(reader, i, kind) for i, kind in enumerate(mixers)]
    feeds = reader.kinds(family.feed_forwards, family.feed_forward_of, family.feed_forwards_listed)
    if not family.mixers_listed and reader.fields.get("layer_types") not in (None, [], mixers):
        raise ProblemError(
            f"layer_types is not {mixers[0]} in every layer, and a mixture of kinds has no meaning in a model of type"
            f" {reader.kind}; leave it out."
        )
    made: dict[tuple[str, ...], Layer] = {}
    kinds = []
    for i, (mixer_kind, feed_kind) in enumerate(zip(mixers, feeds, strict=True)):
        kinds.append((mixer_kind, feed_kind, *(str(listed[i]) for listed in reader.lists.values())))
        if kinds[-1] not in made:
            own, pieces = reader.at(i), (family.mixers.get(mixer_kind), family.feed_forwards.get(feed_kind))
            mixer, feed = (own.made(part) if part else None for part in pieces)
            norms = family.norms(own) if callable(family.norms) else family.norms
            made[kinds[-1]] = Layer(mixer, feed, norms, reader["norm_bias"])
    runs = [(len(list(run)), made[kind]) for kind, run in groupby(kinds)]
    left_out = tuple(f"{words} ({name})" for name, words in family.left_out.items() if reader.fields.get(name))
    header = ("vocab_size", "tie_word_embeddings", "norm_bias", "final_norm", "embedding_norm", "head_bias")
    further = (
        "learned_positions",
        "embedding_size",
        "streams",
        "streams_weighed",
        "streams_rank",
        "ngram_rows",
        "ngram_width",
        "ngram_heads",
        "ngram_kernel",
        "inputs_beside",
        "laurel_rank",
        "residual_block",
        "per_layer_size",
        "per_layer_vocab",
        "num_nextn_predict_layers",
    )
    return Architecture(
        name, reader["hidden_size"], runs=in_runs(runs), left_out=left_out, **{q: reader[q] for q in header + further}
    )


def integer(name: str, value: Any, least: int = 1, most: int = MOST) -> int:
    """A whole number of a file within bounds, or a sentence that says why it is none."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and least <= value <= most:
        raise ProblemError(f"{name} is {value}; write it as a whole number, {int(value)}.")
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ProblemError(f"{name} is {short(value)}; it must be a whole number of at least {least}.")
    if value > most:
        raise ProblemError(f"{name} is {short(value)}; more than {most:,} cannot be meant, correct it.")
    return value


def flag(name: str, value: Any) -> bool:
    """True or false, or a sentence that it is neither."""
    if not isinstance(value, bool):
        raise ProblemError(f"{name} is {short(value)}; it must be true or false.")
    return value


def short(value: Any, most: int = 60) -> str:
    """How a value is printed in a sentence: on one line, cut where it is long.

    >>> short("x" * 100)[-9:]
    'xxxxxx...'
    """
    try:
        text = " ".join(ascii(value).split()) if isinstance(value, str) and not value.isprintable() else repr(value)
        text = " ".join(text.split())
    except ValueError:  # a whole number of more digits than Python prints
        return f"a number of about {int(value.bit_length() * math.log10(2))} digits"
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _evaluated(value: Any, reader: Reader) -> Any:
    return value(reader) if callable(value) else value


def completed(declared: Mapping[str, Family]) -> dict[str, Family]:
    """All families with what they take from those they are like."""

    def whole(name: str) -> Family:
        family = declared[name]
        return family.on(whole(family.like)) if family.like else family

    return {name: whole(name) for name in declared}
