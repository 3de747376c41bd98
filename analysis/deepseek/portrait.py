"""What this chapter says of DeepSeek-V3, said of any model: a portrait from its configuration.

Parameters, arithmetic, cache and memory are counted. What a machine writes at most is the roofline of
:mod:`analysis.deepseek.serving`, with its maker's figures. What training costs is 6 N D over a peak, a utilisation and
a rent (:mod:`analysis.deepseek.run_cost`), two of which are ranges unless they are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import architecture_of
from analysis.deepseek.cost import v3_rerun
from analysis.deepseek.flop import DEFINITIONS, Attention, TokenFlop, flop_per_token, generation_flop
from analysis.deepseek.memory import memory
from analysis.deepseek.parameters import ParameterCount, count_parameters
from analysis.deepseek.reached import shares_reached
from analysis.deepseek.run_cost import Range, RunCost
from analysis.deepseek.serving import CACHE_BITS, PRECISIONS, ServedModel, machines, measured_rates, serving_table
from analysis.deepseek.training import RUNS, published_run
from analysis.kit import facts
from analysis.kit.checking import checked, positive, real, used_share, whole
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import manifest

#: Tokens of a context that nobody chose: those of a sequence in V3's training, at which papers count FLOP a token.
CONTEXT = "v3-sequence"
#: The longest context of V3, at which its cache is told beside the chosen one.
LONG = "v3-context"
#: Texts side by side where nobody chose.
BATCH = 8
#: Bounds of what may be asked: ten times the longest context that is offered, and more texts than a server takes.
MOST_CONTEXT, MOST_BATCH = 10**8, 10**5
#: Far more than any run has had: training tokens, and dollars a GPU-hour.
MOST_TOKENS, MOST_RENT = 1e17, 1e3


#: The run that others are held against.
V3 = "DeepSeek-V3"


@dataclass(frozen=True)
class Training:
    """A training run of a model that nobody may have made.

    Attributes
    ----------
    tokens : training tokens
    by_rule : whether they follow from the rule of :func:`tokens_per_parameter`
    active : parameters that a token is multiplied by
    cost : arithmetic by 6 N D, peak of the card, and the ranges of utilisation and rent
    """

    tokens: float
    by_rule: bool
    active: float
    cost: RunCost

    @property
    def hours(self) -> Range:
        """GPU-hours, from the highest to the lowest utilisation."""
        best, worst = self.cost.utilisation.high, self.cost.utilisation.low
        return Range(self.cost.certain(utilisation=best).hours, self.cost.certain(utilisation=worst).hours)

    @property
    def times_v3(self) -> float:
        """GPU-hours over the published ones of DeepSeek-V3's pretraining."""
        return self.cost.hours / published_run(V3).gpu_hours

    @property
    def origins(self) -> dict[str, str]:
        """Where tokens, peak, utilisation and rent come from: given, published, or assumed."""
        table, given = facts.load("deepseek"), "given"
        shares = [f"{name} {published_run(name).utilisation:.1%}" for name in RUNS]
        rents = [table[f"rent-h100-{end}"].date for end in ("low", "launch")]
        return {
            "tokens": f"rule of Hoffmann et al. 2022: {tokens_per_parameter():.0f} an active parameter"
            if self.by_rule
            else given,
            "peak": "published: an H100 or H800, 16 bits, dense",
            "utilisation": given if _certain(self.cost.utilisation) else f"assumed; {', '.join(shares)}",
            "rent": given
            if _certain(self.cost.price)
            else f"published: an H100, {rents[0]} and first offers ({rents[1]})",
        }


@dataclass(frozen=True)
class Portrait:
    """What is said of a model.

    Attributes
    ----------
    architecture : what was counted
    context : tokens of a text
    batch : texts side by side
    count : parameters
    flop : FLOP of a token by how attention is counted (none, causal, full), on average over the context
    writing : FLOP of writing the last token of a context
    served : what serving needs to know
    cache : bytes by length of a text
    memory : bytes by precision; columns ``precision``, ``bits``, ``weights``, ``total`` and ``total_batch``
    serving : rates by machine and precision; see :func:`rates`
    training : cost of a run

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> round(portrait(published_architecture("llama-3.1-8b")).count.total / 1e9, 1)
    8.0
    """

    architecture: Architecture
    context: int
    batch: int
    count: ParameterCount
    flop: dict[Attention, TokenFlop]
    writing: TokenFlop
    served: ServedModel
    cache: dict[int, float]
    memory: pd.DataFrame
    serving: pd.DataFrame
    training: Training

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.architecture.name

    @property
    def cache_parts(self) -> list[tuple[float, int]]:
        """Bytes kept of a token, 16 bits a number, and of how many of the last ones: 0 for all, 1 for a state.

        >>> portrait("mistral-7b").cache_parts
        [(131072.0, 4096)]
        """
        return [(span.each * CACHE_BITS / 8, span.window) for span in self.architecture.kept]

    def document(self) -> dict[str, Any]:
        """All numbers in one tree of names, numbers and lists, with units in the names.

        Examples
        --------
        >>> document = portrait("llama-3.1-8b").document()
        >>> document["parameters"]["total"], document["memory"][0]["weights_bytes"]
        (8030261248, 16060522496.0)
        """
        count, run, (published, card, own) = self.count, self.training.cost, bounds_reached()
        return {
            "model": self.name,
            "layers": self.architecture.layers_in_words,
            "left_out": list(self.architecture.left_out),
            "assumed": list(self.architecture.assumed),
            "context_tokens": self.context,
            "batch_texts": self.batch,
            "parameters": {
                "total": count.total,
                "active": count.active,
                "multiplied_for_a_token": round(self.served.active),
                "embedding": count.embedding,
                "output_head": count.head,
                "multi_token_modules": count.mtp,
                "multi_token_modules_active": count.mtp_active,
                "stored_in_a_checkpoint": count.stored,
            },
            "flop_a_token": {
                **{
                    f"{which}_attention_{kind}": getattr(flop, which)
                    for kind, flop in self.flop.items()
                    for which in ("forward", "training")
                },
                "written_as_last_of_context": self.writing.forward,
            },
            "cache": {
                "parts": [{"bytes_a_token": size, "last_tokens": window or None} for size, window in self.cache_parts],
                "bytes_by_context_tokens": {str(tokens): size for tokens, size in self.cache.items()},
            },
            "memory": [
                {
                    "precision": row.precision,
                    "bits_a_weight": row.bits,
                    "weights_bytes": row.weights,
                    "with_cache_bytes": row.total,
                    "with_cache_of_batch_bytes": row.total_batch,
                }
                for row in self.memory.itertuples()
            ],
            "machines": [_machine(key, rows) for key, rows in self.serving.groupby("key", sort=False)],
            "shares_of_such_bounds_reached": {
                **_ends("published", published),
                "card": card,
                **{key: value for name, ends in own.items() for key, value in _ends(f"own_{name}", ends).items()},
            },
            "training": {
                "tokens": self.training.tokens,
                "tokens_by_rule": self.training.by_rule,
                "flop": run.flop,
                "peak_flop_a_second": run.peak,
                **_ends("utilisation_of_peak", run.utilisation),
                **_ends("usd_a_gpu_hour", run.price),
                "gpu_hours": run.hours,
                "gpu_hours_low": self.training.hours.low,
                "gpu_hours_high": self.training.hours.high,
                "usd": run.middle,
                "usd_low": run.worst.low,
                "usd_high": run.worst.high,
                "times_gpu_hours_of_deepseek_v3": self.training.times_v3,
                "origins": self.training.origins,
            },
        }


def portrait(
    model: Architecture | str | Path | Mapping[str, Any],
    context: float | None = None,
    batch: float = BATCH,
    tokens: float | None = None,
    utilisation: float | None = None,
    rent: float | None = None,
) -> Portrait:
    """Count a model and say what it takes to hold, to use and to train it.

    Parameters
    ----------
    model : Architecture, or a published name, a path to a config.json, or its fields
    context : float, optional
        Tokens of a text, a whole number; 4,096 where it is not given, or as many as the model has positions.
    batch : float
        Texts that a machine writes side by side, a whole number.
    tokens : float, optional
        Training tokens; where they are not given, :func:`tokens_per_parameter` for each active parameter.
    utilisation : float, optional
        Share of the card's dense 16-bit peak, by 6 N D; where it is not given, the range that the chapter assumes.
    rent : float, optional
        Dollars a GPU-hour; where it is not given, the lowest and the first published rent of an H100.

    Returns
    -------
    Portrait

    Raises
    ------
    ProblemError
        For a model that cannot be read, a context that it has no positions for, or a value out of bounds.

    Examples
    --------
    >>> cost = portrait("deepseek-v3", tokens=14.8e12, utilisation=0.343, rent=2).training.cost
    >>> print(f"{cost.hours / 1e6:.2f} million GPU-hours, {cost.middle / 1e6:.1f} million dollars")
    2.66 million GPU-hours, 5.3 million dollars
    """
    architecture = architecture_of(model)
    length = _context(architecture, context)
    texts = int(whole(batch, "a batch", most=MOST_BATCH))
    served = ServedModel.of(architecture)
    flop = {kind: flop_per_token(architecture, length, kind) for kind in DEFINITIONS.values()}
    positions = architecture.learned_positions or MOST_CONTEXT
    lengths = [length, *(n for n in (int(facts.load("deepseek")[LONG].value),) if length < n <= positions)]
    return Portrait(
        architecture=architecture,
        context=length,
        batch=texts,
        count=count_parameters(architecture),
        flop=flop,
        writing=generation_flop(architecture, length - 1),
        served=served,
        cache={n: kv_cache_bytes(architecture, n) for n in lengths},
        memory=memory_by_precision(architecture, length, texts),
        serving=rates(served, length, texts),
        training=_training(served.active, flop["none"].training, tokens, utilisation, rent),
    )


def memory_by_precision(architecture: Architecture, context: int, batch: int = 1) -> pd.DataFrame:
    """Bytes of weights at each precision, and with the cache of one text and of several.

    Returns
    -------
    DataFrame
        Columns ``precision``, ``bits`` (of a weight, with its share of the scales), ``weights``, ``total`` (with the
        cache of one text) and ``total_batch`` (with the caches of `batch` texts).
    """
    rows = []
    for precision, bits in PRECISIONS.items():
        one, many = (memory(architecture, bits, context, sequences=texts) for texts in (1, batch))
        rows.append((precision, bits, one.weights, one.total, many.total))
    return pd.DataFrame(rows, columns=["precision", "bits", "weights", "total", "total_batch"])


def rates(served: ServedModel, context: int, batch: int = 1) -> pd.DataFrame:
    """What each listed machine does with a model at each precision, for one text and for several.

    Returns
    -------
    DataFrame
        Columns ``key``, ``machine``, ``price`` (dollars; the last one that the facts hold), ``price_date``,
        ``price_mark``, ``precision``, ``fits``, ``rate`` (most tokens a second that it writes; 0 where it does not
        hold the model), ``fits_batch``, ``rate_batch`` (of all texts together) and ``prefill`` (most tokens of a
        prompt a second).
    """
    listed = machines()
    one, many = (
        serving_table([served], list(listed.values()), contexts=(context,), batch=texts) for texts in (1, batch)
    )
    prices = {key: price_of(key) for key in listed}
    keys = [key for key in listed for _ in PRECISIONS]
    return pd.DataFrame(
        {
            "key": keys,
            "machine": one["machine"],
            "memory": [listed[key].memory for key in keys],
            "price": [prices[key].value for key in keys],
            "price_date": [prices[key].date for key in keys],
            "price_mark": [prices[key].mark for key in keys],
            "precision": one["precision"],
            "fits": one["fits"],
            "rate": one["rate"],
            "fits_batch": many["fits"],
            "rate_batch": many["rate"],
            "prefill": one["prefill"],
        }
    )


def price_of(key: str) -> facts.Fact:
    """The last price of a machine that the facts hold, with its date.

    >>> price = price_of("framework")
    >>> f"{price.value:,.0f} dollars in {price.date}"
    '2,459 dollars in 2026-01'
    """
    prices = [fact for name, fact in facts.load("deepseek").items() if name.startswith(f"home-{key}-price")]
    return max(prices, key=lambda fact: fact.date)


def bounds_reached() -> tuple[Range, str, dict[str, Range]]:
    """Shares of such bounds that were reached: by published measurements, and by ours of one text.

    Returns
    -------
    published : Range
    card : str
        That we measured on.
    own : dict of str to Range
        By format of the weights.

    Examples
    --------
    >>> published, card, own = bounds_reached()
    >>> card, [f"{share:.0%}" for share in (published.low, published.high)]
    ('NVIDIA H200', ['30%', '83%'])
    """
    one = shares_reached().query("batch == 1").groupby("format")["share"]
    own = {name.upper(): Range(shares.min(), shares.max()) for name, shares in one}
    published = measured_rates()["share"]
    return Range(published.min(), published.max()), manifest("gpu-decoding")["card"], own


def tokens_per_parameter() -> float:
    """Training tokens for each parameter with which Hoffmann et al. (2022) trained Chinchilla.

    >>> tokens_per_parameter()
    20.0
    """
    fact = facts.load("scaling")
    return fact["chinchilla-tokens"].value / fact["chinchilla-parameters"].value


def _context(architecture: Architecture, asked: float | None) -> int:
    positions = architecture.learned_positions
    if asked is None:
        usual = int(facts.load("deepseek")[CONTEXT].value)
        return min(usual, positions or usual)
    context = int(whole(asked, "a context", most=MOST_CONTEXT))
    if positions and context > positions:
        raise ProblemError(f"{architecture.name} has {positions:,} positions, fewer than a context of {context:,}.")
    return context


def _training(
    active: float, flop: float, tokens: float | None, utilisation: float | None, rent: float | None
) -> Training:
    used = active * tokens_per_parameter() if tokens is None else _bounded(tokens, "a number of tokens", MOST_TOKENS)
    cost = replace(v3_rerun(), flop=flop * used, research=Range(1, 1))
    if utilisation is not None:
        cost = cost.certain(utilisation=float(used_share(utilisation)))
    if rent is not None:
        cost = cost.certain(price=_bounded(rent, "a rent in dollars an hour", MOST_RENT))
    return Training(used, tokens is None, active, cost)


def _bounded(value: float, name: str, most: float) -> float:
    number = real(positive(value, name), name)
    return float(checked(number, number <= most, name, f"at most {most:g}"))


def _machine(key: str, rows: pd.DataFrame) -> dict[str, Any]:
    first = rows.iloc[0]
    return {
        "key": key,
        "name": first.machine,
        "memory_bytes": first.memory,
        "price_usd": first.price,
        "price_date": first.price_date,
        "price_mark": first.price_mark,
        "prompt_tokens_a_second_at_most": first.prefill if rows["fits"].any() else 0.0,
        "by_precision": [
            {
                "precision": row.precision,
                "holds": row.fits,
                "tokens_a_second_at_most": row.rate,
                "holds_batch": row.fits_batch,
                "tokens_a_second_of_batch_at_most": row.rate_batch,
            }
            for row in rows.itertuples()
        ],
    }


def _certain(given: Range) -> bool:
    return given.low == given.high


def _ends(name: str, given: Range) -> dict[str, float]:
    return {f"{name}_low": given.low, f"{name}_high": given.high}
