"""Which columns of a table are sizes, data, compute and losses, by the names that projects give them.

A name is taken apart into words. It means N, D, C or loss if it has a noun for it and otherwise only words that do not
change what is meant: ``num_params``, ``train/num_input_tokens_seen`` and ``Training compute (FLOP)`` are understood,
``tokens_per_second`` and ``aux_loss`` are not. Units and logarithms are read from the name, or refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.kit.cells import POWERS, Array
from analysis.kit.errors import ProblemError, closest
from analysis.kit.tables import shown

#: What a person may write, for a refusal.
KNOWN = {
    "N": "params, num_params, model size",
    "D": "tokens, train_tokens, dataset size",
    "C": "FLOP, compute, flops_budget",
    "loss": "final_loss, val_loss, eval/loss, perplexity",
}
#: Characters of a name that is looked at.
LONGEST_NAME = 200
#: Tokens a parameter, which with one of N, D and C give the others.
RATIO = "D/N"
#: Words that may follow a number in a cell, as powers of ten.
CELL_WORDS = {
    "N": {**POWERS, **dict.fromkeys(("params", "param", "parameters"), 0)},
    "D": {**POWERS, **dict.fromkeys(("tokens", "token", "tok"), 0)},
    "C": {**POWERS, **dict.fromkeys(("flop", "flops", "flos"), 0)},
    "loss": {**dict.fromkeys(("nats", "nat"), 0)},
    RATIO: {},
}
_SI = {"k": 3, "m": 6, "g": 9, "t": 12, "p": 15, "e": 18, "z": 21, "y": 24}
_SI_WORDS = {"kilo": 3, "mega": 6, "giga": 9, "tera": 12, "peta": 15, "exa": 18, "zetta": 21, "yotta": 24}
for _key, _ends in (("N", ("params", "param", "parameters")), ("D", ("tokens", "token", "tok", "toks", "t"))):
    CELL_WORDS[_key] |= {f"{letter}{end}": POWERS[letter] for letter in "kmbgt" for end in _ends}
CELL_WORDS["C"] |= {f"{letter}{noun}": power for letter, power in _SI.items() for noun in ("flop", "flops")}
_FACTORS: dict[str, dict[str, float]] = {
    "N": {word: 10.0**power for word, power in CELL_WORDS["N"].items()},
    "D": {word: 10.0**power for word, power in CELL_WORDS["D"].items()},
    "C": {word: 10.0**power for word, power in (CELL_WORDS["C"] | _SI | POWERS).items()}
    | {f"{word}{noun}": 10.0**power for word, power in _SI_WORDS.items() for noun in ("flop", "flops")}
    | dict.fromkeys(("pfdays", "pfday", "pflopsdays", "pflopdays", "petaflopsdays", "petaflopdays"), 8.64e19)
    | dict.fromkeys(("pfsdays", "pfsday", "pflopsday", "pflopday", "petaflopsday", "petaflopday"), 8.64e19),
    "loss": dict.fromkeys(("nats", "nat", "natstoken", "natspertoken", "ce", "crossentropy"), 1.0)
    | dict.fromkeys(("bits", "bit", "bitstoken", "bitspertoken"), math.log(2)),
}
_FACTORS["D"] |= {"datapoints": 1.0}
for _key in ("N", "D"):
    _FACTORS[_key] |= {word: 10.0**power for word, power in _SI_WORDS.items() if power <= 12}
    _FACTORS[_key] |= {"mm": 1e6, "000": 1e3, "000s": 1e3}
_FACTORS[RATIO] = {}
_MEANT = {1e3: "thousands", 1e6: "millions", 1e9: "billions", 1e12: "trillions", 8.64e19: "petaFLOP/s-days"}

_ANYWHERE = {"num", "number", "of", "total", "count", "the", "amount"}
_DATA = {"train", "training", "trained", "pretraining", "pretrain", "pre"}
_EMBEDDING = {"embedding", "embeddings", "embed", "emb", "nonembedding", "noembed", "noemb"}
_WITHOUT = {"non", "no", "without", "excl", "excluding", "w", "o", "nonembedding", "noembed", "noemb"}
_HELD_OUT = {"val", "valid", "validation", "test", "eval", "evaluation", "heldout", "held", "out", "dev"}
_LOSS = (
    _HELD_OUT | _DATA | {"final", "last", "end", "lm", "mean", "avg", "average", "language", "model", "modeling", "c4"}
)
_PER_OTHER = {"bpb", "bpc", "byte", "bytes", "character", "char", "word"}
#: Words of what a name may mean: those of which one must be there, those that say no more, those that say which.
_GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    "N": (
        {"params", "param", "parameters", "parameter", "n", "nparams", "size"},
        _ANYWHERE | {"n", "model", "all", "trainable", "lm"},
        _EMBEDDING | _WITHOUT | {"active", "activated", "precise", "effective", "eff", "scaling", "approx"},
    ),
    "D": (
        {"tokens", "token", "tok", "toks", "d", "ntokens", "ntok", "size"},
        _ANYWHERE
        | _DATA
        | {"n", "d", "seen", "processed", "consumed", "dataset", "data", "input", "budget", "used", "on", "throughput"}
        | {"cumulative", "so", "far", "corpus"},
        {"approx", "effective"},
    ),
    "C": (
        {"flop", "flops", "flos", "compute", "c"},
        _ANYWHERE
        | _DATA
        | {"c", "n", "budget", "estimated", "est", "used", "cumulative", "model", "cost", "throughput"},
        _EMBEDDING | _WITHOUT | {"6", "nd", "6nd", "approx", "actual", "measured"},
    ),
    "loss": (
        {"loss", "losses", "l", "nll", "xent", "ce", "crossentropy", "entropy"},
        _LOSS | {"ce", "cross", "entropy", "token", "nats", "per", "the"},
        {"best", "min", "minimum", "smoothed", "ema", "macro", "micro"},
    ),
    "perplexity": (
        {"ppl", "perplexity"},
        _LOSS | {"token", "per"},
        {"best", "min", "minimum", "smoothed", "macro"},
    ),
    "bits": ({"bits"}, _LOSS | {"per", "token"}, set()),
}
_VOCABULARY = {
    word for nouns, others, which in _GRAMMAR.values() for word in nouns | others | which if len(word) > 2
} | {"n", "non"}
_PREFIXES = {
    "config",
    "summary",
    "metrics",
    "hyperparameters",
    "hparams",
    "results",
    "run",
    "runs",
    "args",
    "history",
    "scaling",
}
_LOG = re.compile(r"(log[\s_]?10|lg|log[\s_]?2|log[\s_]?e|ln|log)(?:[\s_-]+|(?=[(\[])|(?=[A-Z]))(.+)", re.IGNORECASE)
#: A unit without brackets: Params, M; tokens in billions; params / 1e6.
_AFTER = re.compile(
    r"(.*\S)\s*(?:\bin\b|[/,×*]|(?<=[\s_])(?=1e\d|10\^|10\*\*))\s*((?:[×x]\s*)?(?:1e\d+|10\^\d+|10\*\*\d+|[a-z]{1,10}))\s*",
    re.IGNORECASE,
)
_BASES = {"log10": 10.0, "lg": 10.0, "log2": 2.0, "loge": math.e, "ln": math.e, "log": 0.0}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans("₀₁₂", "012")
_POWERS = str.maketrans(_RAISED, "0123456789")
_RATIO = re.compile(
    r"(?:train(?:ing)?[\s_])?(?:tokens?|tok|data|d)"
    r"(?:(?:\s*/\s*|[\s_-]?(?:per|to|over)[\s_-]?)(?:params?|parameters?|n)(?:[\s_-]ratio)?"
    r"|[\s_-](?:params?|parameters?|n)[\s_-]ratio)|tpp|tokens? a parameter",
    re.IGNORECASE,
)
_PF_DAYS = re.compile(r"(?:compute[\s_]*)?(?<![a-z])(?:pf|pflops?|petaflops?)[/\s_-]*s?[\s_-]*days?$", re.IGNORECASE)
#: What MLflow writes before the names of parameters and of metrics.
_LOGGED = re.compile(r"(?:params|metrics|tags)\.(.+)")
_NOUNS = {"tokens", "params", "parameters", "flop", "flops"}


@dataclass(frozen=True)
class Column:
    """A column that is understood.

    Attributes
    ----------
    name : str, as in the header
    place : int
    key : str, N, D, C, loss or D/N
    factor : float, by which its numbers are multiplied
    base : float, of the logarithm that it holds; 0 of one whose base is not said; 1 for none
    perplexity : bool, whether its logarithm is the loss
    which : words that say which of several it is, such as non-embedding
    unknown : str, a unit that is not understood
    stated : bool, whether the name gives a unit
    """

    name: str
    place: int
    key: str
    factor: float = 1.0
    base: float = 1.0
    perplexity: bool = False
    which: tuple[str, ...] = ()
    unknown: str = ""
    stated: bool = False

    @property
    def plain(self) -> bool:
        """Whether the name is the symbol itself."""
        return self.name.lower() == self.key.lower()

    def values(self, numbers: Array) -> Array:
        """What numbers in the column mean, in parameters, tokens, FLOP or nats a token."""
        with np.errstate(all="ignore"):
            found = self.base**numbers if self.base != 1 else numbers
            found = found * self.factor if self.factor != 1 else found
            return np.log(found) if self.perplexity else found

    @property
    def told(self) -> str:
        """How the column was read."""
        extra = []
        if self.base != 1:
            extra.append(
                {10.0: "from its decimal logarithm", 2.0: "from its binary logarithm"}.get(
                    self.base, "from its natural logarithm"
                )
            )
        if self.perplexity:
            extra.append("as its natural logarithm")
        elif self.key == "loss" and self.factor != 1:
            extra.append("from bits to nats")
        elif self.factor != 1:
            extra.append(f"in {_MEANT.get(self.factor, f'units of {self.factor:g}')}")
        if set(self.which) & _EMBEDDING:
            extra.append("without embeddings")
        return f"{shown([self.name])} as {self.key}{''.join(f', {part}' for part in extra)}"


def columns_of(header: Sequence[str], chosen: Mapping[str, str], where: str) -> dict[str, list[Column]]:
    """The columns for N, D, C and loss that a header offers, the best of each; several where names do not decide.

    Parameters
    ----------
    header : sequence of str
    chosen : dict
        Names of columns for some of N, D, C and loss, which need not be understood.
    where : str
        The file, for a refusal.

    Raises
    ------
    ProblemError
        For a chosen name that is not in the header, or a column whose unit is needed and not understood.
    """
    understood = [column for place, name in enumerate(header) if (column := understand(name, place))]
    found: dict[str, list[Column]] = {}
    for key in (*KNOWN, RATIO):
        if key in chosen:
            found[key] = [_chosen(key, chosen[key], header, where)]
            continue
        offers = [column for column in understood if column.key == key]
        if any(not column.perplexity for column in offers):
            offers = [column for column in offers if not column.perplexity]
        if offers:
            found[key] = [column for column in offers if not column.which] or offers
    return found


def understand(name: str, place: int = 0) -> Column | None:
    """What a column holds, by its name, or None.

    >>> understand("params (M)").told
    "'params (M)' as N, in millions"
    >>> understand("tokens_per_second") is None
    True
    """
    if len(name) > LONGEST_NAME:
        return None
    rest = re.sub(f"10([{_RAISED}]+)", lambda power: f"10^{power[1].translate(_POWERS)}", name.strip())
    rest, base = rest.translate(_LOWERED), 1.0
    if found := _LOG.fullmatch(rest):
        base = _BASES[re.sub(r"[\s_]", "", found[1].lower())]
        rest = found[2].strip()
        if rest[0] in "([":
            rest = (
                re.sub(r"^[(\[](.*)[)\]]$", r"\1", rest)
                if rest[-1] in ")]" and rest.count(rest[0]) == 1
                else rest[1:].replace(")" if rest[0] == "(" else "]", "", 1)
            )
    units = [re.split(r"\s*(?:±|\+/-)", unit)[0] for unit in re.findall(r"[(\[{]([^()\[\]{}]*)[)\]}]", rest)]
    rest = re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", " ", rest)
    if found := _PF_DAYS.search(rest):  # a unit that is its own noun
        rest, units = f"{rest[: found.start()]} compute", [*units, "pfdays"]
    found = _AFTER.fullmatch(rest)
    if found and (_factor(found[2], "C") or _factor(found[2], "loss")):
        rest, units = re.sub(r"(?:\s[x×*]|_)$", "", found[1]), [*units, found[2]]
    if _is_ratio(rest):
        return Column(name, place, RATIO, base=base, unknown=", ".join(u for u in units if not _is_ratio(u)))
    words = _words(rest)
    if (found := _LOGGED.fullmatch(rest)) and (column := understand(found[1], place)) and not units and base == 1:
        return replace(column, name=name)
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    if len(words) > 1 and (words[-1] in ("log10", "ln", "log2") or words[-2:] == ["log", "10"]):
        base, words = (10.0, words[:-2]) if words[-1] == "10" else (_BASES[words[-1]], words[:-1])
    column = _named(words, name, place)
    if column is None:  # data (B tokens)
        column = _named([*words, *(word for unit in units for word in _words(unit) if word in _NOUNS)], name, place)
    if column is None and (split := _with_unit_before(rest, words)):  # million_params
        column = _named(split[1], name, place)
        units.append(split[0])
    elif column is None and len(words) > 1:  # a unit at the end: params_m, params_in_m
        column = _named(words[:-2] if words[-2:-1] == ["in"] else words[:-1], name, place)
        if column is None or not _factor(words[-1], column.key):
            return None
        units.append(words[-1])
    if column is None:
        return None
    which = list(column.which)
    for unit in units:
        short = re.sub(r"[^a-z0-9]", "", unit.lower())
        if short in ("log10", "ln", "log2"):
            base = _BASES[short]
        elif short in ("log", "logscale"):
            base = 0.0
        elif factor := _factor(unit, column.key):
            if column.factor != 1 and factor != 1:
                return replace(column, unknown=unit)
            column = replace(column, factor=column.factor * factor, stated=True)
        elif short and set(_words(unit)) <= _GRAMMAR[column.key][1] | _GRAMMAR[column.key][2]:
            which += [word for word in _words(unit) if word in _GRAMMAR[column.key][2]]
        elif short:
            column = replace(column, unknown=unit)
    return replace(column, base=base, which=tuple(which))


def _is_ratio(name: str) -> bool:
    """Whether a name says tokens a parameter: tokens_per_param, D/N, token-to-parameter ratio."""
    return bool(_RATIO.fullmatch(name.strip()))


def _with_unit_before(rest: str, words: list[str]) -> tuple[str, list[str]] | None:
    """A unit and the words behind it: million_params, B tokens, Mparams."""
    if found := re.fullmatch(r"([kmbgt])(params?|parameters|tokens?|toks?)", words[0]) if words else None:
        return found[1], [found[2], *words[1:]]
    if len(words) > 1 and words[0] in POWERS and (len(words[0]) > 1 or re.match(r"[KMBGT](?:\s|[A-Z][a-z])", rest)):
        return words[0], words[1:]
    return None


def refusal(header: Sequence[str], found: Mapping[str, Sequence[Column]], where: str) -> str:
    """Why a header is not enough: what was understood, what is missing, and what to do."""
    read = ", ".join(columns[0].told for columns in found.values()) or "nothing"
    lacking = [] if "loss" in found else ["loss"]
    sizes = [key for key in (*"NDC", RATIO) if key in found]
    if len(sizes) < 2:
        others = [key for key in "NDC" if key not in found]
        lacking.append(f"{' or '.join(others)}" if sizes else "two of N, D and C")
    known = "; ".join(f"{key} ({names})" for key, names in KNOWN.items() if key not in found)
    words = {place: set(_words(name)) for place, name in enumerate(header)}
    perhaps = [
        f"{header[place]}"
        for place in words
        if words[place] & {"loss", "ppl", "perplexity", "params", "parameters", "tokens", "flops"}
        and all(column.place != place for columns in found.values() for column in columns)
    ]
    options = ", ".join(f"--{key} COLUMN" for key in KNOWN if key not in found)
    text = (
        f"{where} needs a header with loss and two of N, D and C (such as N,D,loss); its columns are"
        f" {shown(header, 8)}, of which was read {read}; missing: {' and '.join(lacking)}. Known are {known} and the"
        f" like; name other columns with {options}"
    )
    measures = {"bpb", "bpc", "bits", "ppl", "perplexity"}
    if name := next((header[place] for place, bag in words.items() if bag & _PER_OTHER and bag & measures), ""):
        text += f"; {shown([name])} is no loss a token: multiply bits a byte by the bytes in a token and by ln 2"
    elif any(name.endswith(("__MIN", "__MAX")) for name in header):
        text += "; a chart's export has a column for each run: export the table of runs"
    elif perhaps:
        text += f" (perhaps {shown(perhaps, 4)})"
    return text + "."


def _named(words: Sequence[str], name: str, place: int) -> Column | None:
    bag = set(words)
    for key, (nouns, others, which) in _GRAMMAR.items():
        if not bag & nouns or not bag <= nouns | others | which:
            continue
        if {"n", "d"} <= bag:  # tokens a parameter
            continue
        if "size" in bag and not bag & (nouns - {"size", "n", "d"}):
            whose = "N" if "model" in bag else "D" if bag & {"dataset", "data", "corpus"} else ""
            if key != whose:
                continue
        if key in "NC" and bag & _EMBEDDING and not bag & _WITHOUT:
            return None  # the embedding alone
        if key == "loss" and (("entropy" in bag) != ("cross" in bag) or ("per" in bag) != ("token" in bag)):
            continue
        if key in ("loss", "perplexity", "bits") and "l" in bag and len(bag) > 1:
            continue
        if key == "bits" and "token" not in bag:
            continue
        return Column(
            name,
            place,
            key if key in KNOWN else "loss",
            math.log(2) if key == "bits" else 1.0,
            perplexity=key == "perplexity",
            which=tuple(word for word in words if word in which),
        )
    for prefix, power in _SI.items():  # gigaFLOP that are said to be a total, since gigaFLOP alone is a rate
        if bag & {f"{prefix}flops", f"{prefix}flop"} and bag & ({"total", "cumulative"} | _DATA):
            rest = [word if word[0] != prefix or not word.endswith(("flop", "flops")) else "flops" for word in words]
            column = _named(rest, name, place)
            return column and replace(column, factor=10.0**power)
    return None


def _words(name: str) -> list[str]:
    """The words of a name in lower case, also where they are joined: valLoss, numparams, FLOPs."""
    name = re.sub(
        r"(?<![a-zA-Z])[kmgtpezy]?flops?(?![a-z])|FLOPS?s?", lambda found: f" {found[0].lower()} ", name, flags=0
    )
    name = re.sub(r"(?i)([kmgtpezy]?flops?)(?=[^a-z]|$)", r"\1 ", name)
    words = re.findall(
        r"\d+[eE]\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|%|[^\W\d_a-zA-Z]+", re.sub(r"([a-z])(\d)", r"\1\2", name)
    )
    joined: list[str] = []
    for word in map(str.lower, words):
        joined += _parts(word) or [word]
    merged: list[str] = []
    for word in joined:  # c4, log10
        if merged and word.isdigit() and merged[-1] + word in ("c4", "log10", "log2"):
            merged[-1] += word
        else:
            merged.append(word)
    return merged


def _parts(word: str) -> list[str] | None:
    """Known words that make up one, if it is none itself."""
    if word in _VOCABULARY or len(word) < 4 or len(word) > 40:
        return [word] if word in _VOCABULARY else None
    ways: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before = ways[start]
            if before is not None and word[start:end] in _VOCABULARY:
                ways[end] = [*before, word[start:end]]
                break
    return ways[-1]


def _factor(unit: str, key: str) -> float | None:
    """What a unit multiplies by: M, billions, 1e6, 10^18 FLOP, tokens."""
    bare = unit.strip().lower().lstrip("×x*/' ").rstrip(".")
    factor = 1.0
    if key != "loss" and (found := re.match(r"(?:1e|10\s*\^|10\s*\*\*|e)\+?(\d{1,2})(?![\d])", bare)):
        factor, bare = 10.0 ** int(found[1]), bare[found.end() :]
    elif key != "loss" and (found := re.match(r"1(?:[,']?000)+(?!\d)", bare)):
        factor, bare = 10.0 ** found[0].count("0"), bare[found.end() :]
    words = [
        word.rstrip(".") for word in re.split(r"[\s/_-]+", bare) if word and word not in ("of", "in", "per", "the", "s")
    ]
    if not words:
        return factor if factor != 1 else None
    joined = "".join(words)
    for parts in ([joined], words):
        factors = [_FACTORS[key].get(part) for part in parts]
        if all(found is not None for found in factors):
            return factor * math.prod(found for found in factors if found is not None)
    return None


def _chosen(key: str, name: str, header: Sequence[str], where: str) -> Column:
    same = [place for place, other in enumerate(header) if other == name.strip()]
    same = same or [place for place, other in enumerate(header) if other.lower() == name.strip().lower()]
    if not same:
        raise ProblemError(f"{where} has no column {name!r} for {key}; {closest(name, [n for n in header if n][:200])}")
    if len(same) > 1:
        raise ProblemError(f"{where} has {len(same)} columns {name!r} for {key}; rename them.")
    column = understand(header[same[0]], same[0])
    if column is not None and column.key == key:
        return column
    return _by_hand(key, header[same[0]], same[0])


def _by_hand(key: str, name: str, place: int) -> Column:
    """A column that a person chose, whose name is not known: logarithm, unit and perplexity are told from the rest."""
    logarithm = _LOG.fullmatch(name.strip())
    rest = logarithm[2] if logarithm else name
    units = [unit for unit in re.findall(r"[(\[{]([^()\[\]{}]*)[)\]}]", rest) if _factor(unit, key)]
    words = _words(re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", " ", rest))
    if len(words) > 1 and _factor(words[-1], key) and (len(words[-1]) > 1 or name.strip()[-1].isupper()):
        units.append(words[-1])
    noun = "ppl" if key == "loss" and {"ppl", "perplexity"} & set(words) else key
    column = understand(f"{logarithm[1] + ' ' if logarithm else ''}{noun}{''.join(f' ({unit})' for unit in units)}")
    return replace(column, name=name, place=place) if column else Column(name, place, key)


def not_of_a_token(name: str) -> bool:
    """Whether a name of a loss says that it is of a byte, a character or a word.

    >>> not_of_a_token("val_bpb"), not_of_a_token("val_loss")
    (True, False)
    """
    return bool(_PER_OTHER & set(_words(name)))
