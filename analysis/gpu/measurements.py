"""The committed measurements, and what any processor can tell of each.

Counts (parameters, FLOP, bytes) follow from the settings of a run. What the probes of the tensor cores found, and each
single sum, is what the model of :func:`analysis.deepseek.block_scaling.hopper_product` predicts to the last bit; the
errors of random sums agree with it within the noise of other random numbers. (The columns ``model_…`` of
``gpu-fp8-sums`` are of the model before ``gpu-fp8-raw``, which aligned by products.) Times, watts and losses stand as
they were measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.deepseek.block_scaling import hopper_product
from analysis.deepseek.cache import cached_values_per_token
from analysis.deepseek.config import published_architecture
from analysis.deepseek.float8 import E4M3, FORMATS, FloatFormat
from analysis.deepseek.parameters import MTP, matrices
from analysis.gpu.settings import CONTEXT, PEAK_BF16, PROBE, VOCABULARY
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import RESULTS, Comparison, Measurement, write_result

#: Bytes of a weight by its format, and of a number in the cache.
WEIGHT_BYTES, CACHE_BYTES = {"bf16": 2, "fp8": 1}, 2
RUN = ("method", "workers", "period", "shards", "seed")


def counted_isoflop(committed: pd.DataFrame) -> pd.DataFrame:
    """Parameters, bytes read, FLOP and utilisation of each run, from its shape, steps and seconds.

    N = 12 L d^2 in the blocks, 512 d more in the input and output matrices; D = steps x batch x context; C = 6 N D, and
    6 L T d D more in attention.
    """
    t = committed[["budget", "width", "layers", "seed", "factor", "steps", "batch", "seconds", "copies"]].copy()
    t["N_blocks"] = 12 * t["layers"] * t["width"] ** 2
    t["N"] = t["N_blocks"] + 2 * VOCABULARY * t["width"]
    t["D"] = t["steps"] * t["batch"] * CONTEXT
    t["C"] = 6.0 * t["N"] * t["D"]
    t["C_with_attention"] = t["C"] + 6.0 * t["layers"] * CONTEXT * t["width"] * t["D"]
    t["flops_per_s"] = t["copies"] * t["C"] / t["seconds"]
    t["mfu"] = t["flops_per_s"] / PEAK_BF16
    return t


def counted_local_steps(committed: pd.DataFrame) -> pd.DataFrame:
    """Bytes that were trained on and bytes that were sent, from the settings of each run."""
    t = committed[[*RUN, "N", "steps", "batch", "seconds"]].copy()
    t["tokens"] = t["steps"] * t["batch"] * CONTEXT
    t["synchronisations"] = np.where(t["period"] > 0, -(-t["steps"] // t["period"].clip(lower=1)), t["steps"])
    t["payload_bytes"] = 4.0 * t["N"] * t["synchronisations"]
    t["ring_bytes_per_worker"] = 2 * (t["workers"] - 1) / t["workers"] * t["payload_bytes"]
    t["flops_per_s"] = 6.0 * t["N"] * t["tokens"] / t["seconds"]
    return t


def counted_steps(committed: pd.DataFrame) -> pd.DataFrame:
    """Bytes that were trained on until each point of a curve: 64 sequences a step."""
    return committed[[*RUN, "step"]].assign(tokens=committed["step"] * 64 * CONTEXT)


def counted_products(committed: pd.DataFrame) -> pd.DataFrame:
    """FLOP a second of each product from its sizes and time: 2 m k n of them."""
    t = committed.loc[committed["series"] != "memory", ["series", "kind", "m", "k", "n", "seconds_median"]].copy()
    t["flop"] = 2.0 * t["m"] * t["k"] * t["n"]
    t["tflops"] = t["flop"] / t["seconds_median"] / 1e12
    return t


def counted_power(committed: pd.DataFrame) -> pd.DataFrame:
    """Picojoules a FLOP: of the whole card, and above what it takes at rest."""
    rest = committed[committed["kind"] == "idle_start"].iloc[0]
    t = committed.loc[committed["flop"] > 0, ["kind", "size", "seconds", "flop", "joules"]].copy()
    t["picojoule_per_flop"] = t["joules"] / t["flop"] * 1e12
    above = t["joules"] - rest["joules"] / rest["seconds"] * t["seconds"]
    t["picojoule_per_flop_above_idle"] = above / t["flop"] * 1e12
    return t


def counted_decoding(committed: pd.DataFrame) -> pd.DataFrame:
    """Bytes that a step reads (all matrices once, and the cache of every text), and the rates by its time."""
    t = committed[["model", "format", "how", "attention", "batch", "context", "seconds_median"]].copy()
    models = {name: published_architecture(name) for name in t["model"].unique()}
    weights = {name: sum(m.multiply_adds for m in matrices(a) if m.part != MTP) for name, a in models.items()}
    kept = {name: cached_values_per_token(a) for name, a in models.items()}
    t["bytes"] = t["model"].map(weights) * t["format"].map(WEIGHT_BYTES)
    t["bytes"] += t["batch"] * t["context"] * t["model"].map(kept) * CACHE_BYTES
    t["gbytes_per_s"] = t["bytes"] / t["seconds_median"] / 1e9
    t["tokens_per_s"] = t["batch"] / t["seconds_median"]
    return t


def predicted_sums(committed: pd.DataFrame) -> pd.DataFrame:
    """Relative error of the model's sums at two lengths, with random numbers of its own (`E4M3`, one scale)."""
    rows = []
    for number, signs in enumerate(("random", "positive", "outliers")):
        for inner in (256, 1024):
            rng = np.random.default_rng([inner, number])
            left, right = (_drawn(signs, side, inner, rng) for side in ("left", "right"))
            exact = left @ right.T
            error = np.linalg.norm(hopper_product(left, right.T) - exact) / np.linalg.norm(exact)
            rows.append({"mode": "fast", "signs": signs, "inner": inner, "seed": 0, "error": error})
    return pd.DataFrame(rows)


def _drawn(signs: str, side: str, inner: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    numbers = rng.random((96, inner)) if signs == "positive" else rng.standard_normal((96, inner))
    if signs == "outliers" and side == "left":
        numbers[:, ::100] *= 30
    return E4M3.round(numbers * E4M3.largest / np.abs(numbers).max())


def told_sums(committed: pd.DataFrame) -> pd.DataFrame:
    """Each single sum again, by the model, from the patterns of its factors."""
    sums = []
    for row in committed.itertuples():
        left_format = FORMATS[str(row.left_format)]
        assert isinstance(left_format, FloatFormat)
        left, right = (np.frombuffer(bytes.fromhex(str(text)), np.uint8)[None] for text in (row.left, row.right))
        sums.append(hopper_product(left_format.decode(left), E4M3.decode(right).T, formats=(left_format, E4M3)).item())
    return committed[["kind", "inner", "seed", "place"]].assign(sum=sums)


def predicted_rules(committed: pd.DataFrame) -> pd.DataFrame:
    """How often the two ways to align agree, with random numbers of its own: the chip is one of them."""
    rows = []
    for number, kind in enumerate(("random", "positive", "outliers")):
        rng = np.random.default_rng([number, 32])
        left, right = (_drawn(kind, side, 128, rng) for side in ("left", "right"))
        chip, book = (hopper_product(left, right.T, align=how) for how in ("exponents", "products"))
        equal = float((chip == book).mean())
        rows += [{"rule": "exponents", "equal": 1.0, "kind": kind}, {"rule": "book", "equal": equal, "kind": kind}]
    return pd.DataFrame(rows).assign(inner=128, seed=0, fast=1)


def predicted_probes(committed: pd.DataFrame) -> pd.DataFrame:
    """What the model says to every probe with fast accumulation; the settings are those of `analysis.gpu.sums`."""
    return pd.DataFrame([row | {"fast": 1} for probe in (_cancel, _retained, _many, _ones) for row in probe()])


_EXPONENTS = list(range(8, -10, -1))  # small products of 2^8 ... 2^-9 beside one of 2^16
_HUGE, _LENGTH = PROBE["huge"], PROBE["length"]


def _weights(huge: list[int]) -> np.ndarray[Any, Any]:
    """One small weight a column, 2^8 to 2^-9, and 256 in the rows of the huge products."""
    weights = np.repeat(2.0 ** np.array(_EXPONENTS)[None], _LENGTH, axis=0)
    weights[huge] = 256.0
    return weights


def _cancel() -> Iterator[dict[str, Any]]:
    a = np.eye(_LENGTH)
    a[:, _HUGE], a[:, _HUGE + 1] = 256.0, -256.0
    kept = hopper_product(a, _weights([_HUGE, _HUGE + 1])) / 2.0 ** np.array(_EXPONENTS)
    for column, exponent in enumerate(_EXPONENTS):
        starts = np.flatnonzero(np.diff(kept[:, column], prepend=np.nan))
        for first, end in zip(starts, [*starts[1:], _LENGTH], strict=True):
            yield {
                "probe": "cancel",
                "log2_ratio": 16 - exponent,
                "first": first,
                "last": end - 1,
                "kept_over_exact": kept[first, column],
            }


def _retained() -> Iterator[dict[str, Any]]:
    places = {"earlier": 0, "same_before": _HUGE - 1, "same": _HUGE + 1, "later": _LENGTH - 1}
    for place, position in places.items():
        for mantissa in (sign * (1 + i / 8) for sign in (1, -1) for i in range(8)):
            a = np.zeros((1, _LENGTH))
            a[0, _HUGE], a[0, position] = 256.0, mantissa
            kept = hopper_product(a, _weights([_HUGE]))[0] - 2.0**16
            for exponent, value in zip(_EXPONENTS, kept, strict=True):
                yield {
                    "probe": "retained",
                    "place": place,
                    "mantissa": mantissa,
                    "log2_ratio": 16 - exponent,
                    "kept_over_exact": value / (mantissa * 2.0**exponent),
                }


def _many() -> Iterator[dict[str, Any]]:
    for place, huge in (("first", 0), ("middle", _HUGE), ("last", _LENGTH - 1)):
        a = np.ones((1, _LENGTH))
        a[0, huge] = 256.0
        kept = hopper_product(a, _weights([huge]))[0] - 2.0**16
        for exponent, value in zip(_EXPONENTS, kept, strict=True):
            share = value / ((_LENGTH - 1) * 2.0**exponent)
            yield {"probe": "many", "place": place, "log2_ratio": 16 - exponent, "kept_over_exact": share}


def _ones() -> Iterator[dict[str, Any]]:
    for log2_length in range(10, 18):
        ones = np.ones((1, 2**log2_length))
        share = hopper_product(ones, ones.T).item() / 2**log2_length
        yield {"probe": "ones", "log2_ratio": float(log2_length), "kept_over_exact": share}


_COUNTS = 1e-7  # the tables hold nine digits
_COMMAND = "python -m analysis.gpu --mode full"
_SENT = ("tokens", "synchronisations", "payload_bytes", "ring_bytes_per_worker", "flops_per_s")


def _local_steps(name: str, title: str, command: str) -> list[Measurement]:
    return [
        Measurement(
            name=name,
            title=title,
            command=command,
            recompute=counted_local_steps,
            comparison=Comparison(keys=RUN, values=_SENT, tolerance=_COUNTS),
            untold="losses, seconds, distance of the workers",
        ),
        Measurement(
            name=f"{name}-curves",
            title=f"{title}: losses on the way",
            command=command,
            recompute=counted_steps,
            comparison=Comparison(keys=(*RUN, "step"), values=("tokens",), tolerance=_COUNTS),
            untold="losses",
        ),
    ]


MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement(
        name="gpu-products",
        title="Products of matrices in twelve formats, copies, and a batch through one matrix: seconds",
        command=_COMMAND,
        recompute=counted_products,
        comparison=Comparison(keys=("series", "kind", "m", "k", "n"), values=("flop", "tflops"), tolerance=_COUNTS),
        untold="seconds",
    ),
    Measurement(
        name="gpu-power",
        title="Energy of products of matrices in eleven formats, and of the card at rest",
        command=_COMMAND,
        recompute=counted_power,
        comparison=Comparison(
            keys=("kind", "size"), values=("picojoule_per_flop", "picojoule_per_flop_above_idle"), tolerance=_COUNTS
        ),
        untold="joules, watts, clocks, temperature",
    ),
    Measurement(
        name="gpu-fp8-sums",
        title="Relative error of sums of eight-bit products on the tensor cores, and beside the model of them",
        command=_COMMAND,
        recompute=predicted_sums,
        comparison=Comparison(keys=("mode", "signs", "inner", "seed"), values=("error",), tolerance=0.1),
        untold="the same random numbers (other ones agree within a tenth), the other units and the library's scales",
    ),
    Measurement(
        name="gpu-fp8-probe",
        title="What the tensor cores keep of a small eight-bit product beside a huge one",
        command=_COMMAND,
        recompute=predicted_probes,
        comparison=Comparison(
            keys=("probe", "fast", "place", "mantissa", "log2_ratio", "first", "last"),
            values=("kept_over_exact",),
            tolerance=1e-8,  # the tables hold nine digits
        ),
        untold="sums with the library's own promotion",
    ),
    Measurement(
        name="gpu-fp8-raw",
        title="Single sums of eight-bit products on the tensor cores, with the patterns of their factors",
        command="OUT=out python -m analysis.gpu.rules",
        recompute=told_sums,
        comparison=Comparison(
            keys=("kind", "inner", "seed", "place"),
            values=("sum",),
            tolerance=1e-8,  # the tables hold nine digits, a sum has fourteen bits
        ),
        untold="the random patterns; the sums of other places and lengths",
    ),
    Measurement(
        name="gpu-fp8-rules",
        title="Share of the sums on the tensor cores that each rule of alignment and rounding meets bit for bit",
        command="OUT=out python -m analysis.gpu.rules",
        recompute=predicted_rules,
        comparison=Comparison(keys=("kind", "inner", "seed", "fast", "rule"), values=("equal",), tolerance=0.1),
        untold="the same random numbers, and the rules but for two",
    ),
    Measurement(
        name="gpu-isoflop",
        title="Small transformers over bytes at six budgets of compute: losses by size",
        command=_COMMAND,
        recompute=counted_isoflop,
        comparison=Comparison(
            keys=("budget", "width", "layers", "seed", "factor"),
            values=("N_blocks", "N", "D", "C", "C_with_attention", "flops_per_s", "mfu"),
            tolerance=_COUNTS,
        ),
        untold="losses, seconds",
    ),
    *_local_steps("gpu-local-steps", "Workers that train apart and synchronise every H steps, 800 steps", _COMMAND),
    *_local_steps(
        "gpu-local-steps-long",
        "Workers that train apart and synchronise every H steps, 4,200 steps",
        "LAB_LONG=1 LAB_RATE=0.00327 python -m analysis.gpu --mode full --only 4 --seconds 212",
    ),
    Measurement(
        name="gpu-decoding",
        title="Steps of writing text by five dense models' shapes, by format, batch and context",
        command="OUT=out python -m analysis.gpu --mode full --only 5 --seconds 270",
        recompute=counted_decoding,
        comparison=Comparison(
            keys=("model", "format", "how", "attention", "batch", "context"),
            values=("bytes", "gbytes_per_s", "tokens_per_s"),
            tolerance=_COUNTS,
        ),
        untold="seconds",
    ),
)

#: Files of a run by the name that they have in the project.
FILES = {
    "gpu-products": "gemm",
    "gpu-power": "power",
    "gpu-fp8-sums": "fp8_sums",
    "gpu-fp8-probe": "fp8_probe",
    "gpu-isoflop": "isoflop",
    "gpu-local-steps": "diloco",
    "gpu-local-steps-curves": "diloco_curves",
    "gpu-decoding": "decoding",
}


def keep(folder: Path, results: Path = RESULTS) -> list[Path]:
    """Take the tables of a run into the project, each with a manifest of the card, versions and texts.

    Parameters
    ----------
    folder : Path
        Where a run wrote its tables and ``meta.json``.
    results : Path, optional

    Returns
    -------
    list of Path
        The csv files; after a long run of local steps (``LAB_LONG``) only those.

    Raises
    ------
    ProblemError
        If the folder holds no finished run.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProblemError(f"{folder} holds no meta.json of a run; give the folder that the run wrote to.") from error
    declared = {m.name: m for m in MEASUREMENTS}
    long = "-long" if meta.get("long") else ""
    written = []
    for name, file in FILES.items():
        if not (folder / f"{file}.csv").exists():
            continue
        name = name.replace("local-steps", f"local-steps{long}")
        description = {
            "title": declared[name].title,
            "command": declared[name].command,
            "date": meta["started"][:10],
            **{key: meta[key] for key in ("card", "driver", "torch", "cuda", "python", "script_sha256", "text_sha256")},
            "seconds": meta["wall_seconds"],
            "not recomputed": declared[name].untold,
        }
        written.append(write_result(name, pd.read_csv(folder / f"{file}.csv"), description, results))
    if not written:
        raise ProblemError(f"{folder} holds no table of a run; give the folder that the run wrote to.")
    return written


if __name__ == "__main__":
    print(*keep(Path(sys.argv[1])), sep="\n")
