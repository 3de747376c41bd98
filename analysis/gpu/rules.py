"""By which rule the tensor cores add eight-bit products: sums of a card beside sixteen rules, and raw sums to try more.

``OUT=folder python -m analysis.gpu.rules`` takes 20 seconds on an H100. It writes

- ``fp8_rules.csv``: for each kind of number, length and seed the share of 128 x 128 sums that each rule meets bit for
  bit. ``book`` is the model that this book had before: align by the size of the products;
- ``fp8_raw.json``: 16 x 16 sums of each, with the patterns of the factors and of the FP32 results in hex.

The products run as 2048 x K x 2048, so that the library takes its ordinary kernel and splits no sum. Without a card the
rule ``exponents`` stands in for it. The committed ``gpu-fp8-raw`` holds the sums on the diagonals of one seed and two
lengths.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

try:
    import torch
except ImportError:  # the rest of the package works without it
    torch = None  # type: ignore[assignment]

OUT = Path(os.environ.get("OUT", "."))
LIMIT = float(os.environ.get("LIMIT", "50"))
BEGUN = time.time()
CUDA = torch is not None and torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"
F64: Any = torch and torch.float64
SIZE, SHOWN, COUNTED = (2048, 16, 128) if CUDA else (32, 16, 32)
LENGTHS = (32, 64, 96, 128, 256, 1024, 4096) if CUDA else (32, 64)
KINDS = ("random", "positive", "outliers", "codes", "subnormal", "sparse", "cancel", "e5m2")
SEEDS = 3 if CUDA else 1
BIAS = {"torch.float8_e4m3fn": 7, "torch.float8_e5m2": 15}


def from_codes(codes: Any, dtype: Any) -> Any:
    return codes.to(torch.uint8).view(dtype)


def operands(kind: str, length: int, seed: int) -> list[Any]:
    """Two matrices, rows x K and columns x K, in eight bits."""
    g = torch.Generator(device=DEVICE).manual_seed(100_000 * KINDS.index(kind) + 10 * length + seed)
    e4, left = torch.float8_e4m3fn, torch.float8_e5m2 if kind == "e5m2" else torch.float8_e4m3fn
    shape = (SIZE, length)
    if kind in ("random", "positive", "outliers"):
        pair = []
        for which in "ab":
            drawn = torch.rand if kind == "positive" else torch.randn
            x = drawn(*shape, generator=g, device=DEVICE, dtype=F64)
            if kind == "outliers" and which == "a":
                x[:, ::100] *= 30
            pair.append((x * (448 / x.abs().max())).clamp(-448, 448).float().to(e4))
        return pair

    def codes(highest: int) -> Any:
        magnitude = torch.randint(0, highest, shape, generator=g, device=DEVICE)
        return magnitude + 128 * torch.randint(0, 2, shape, generator=g, device=DEVICE)

    a, b = codes({"subnormal": 8, "e5m2": 0x7C}.get(kind, 0x7F)), codes(0x7F)
    if kind == "sparse":  # three in four are zero, so that zeros stand beside large numbers
        a, b = (torch.where(torch.rand(*shape, generator=g, device=DEVICE) < 0.75, 0, x) for x in (a, b))
    if kind == "cancel":  # the second half takes away what the first half brings, but for the last bit of some
        half = length // 2
        order = torch.randperm(half, generator=g, device=DEVICE)
        a[:, half : 2 * half] = a[:, :half][:, order] ^ 128
        b[:, half : 2 * half] = b[:, :half][:, order]
        a = a ^ (torch.rand(*shape, generator=g, device=DEVICE) < 0.1).long()
        a = torch.where((a & 0x7F) == 0x7F, a - 1, a)
    return [from_codes(a, left), from_codes(b, e4)]


def exponents(x: Any, subnormal_fixed: bool = True) -> Any:
    """Exponent field of each number, less the bias; subnormal numbers and zero have that of the smallest normal one."""
    bias = BIAS[str(x.dtype)]
    values = x.float()
    _, e = torch.frexp(values)
    e = e - 1
    if subnormal_fixed:
        e = e.clamp(min=1 - bias)
    return torch.where(values == 0, torch.full_like(e, 1 - bias), e)


#: What a rule may choose; these are the choices of ``book``, the model that this book had before.
DEFAULT: dict[str, Any] = {
    **{"align": "value", "bits": 13, "group": 32, "cut": "zero", "register": "zero", "zeros": False, "fixed": True},
    **{"together": True, "reg_bits": 13},
}
RULES: dict[str, dict[str, Any]] = {
    "book": {},
    "exponents": {"align": "sum"},
    "exponents, zeros count": {"align": "sum", "zeros": True},
    "exponents, subnormal normalised": {"align": "sum", "fixed": False},
    "exponents, 14 bits": {"align": "sum", "bits": 14},
    "exponents, 12 bits": {"align": "sum", "bits": 12},
    "exponents, groups of 16": {"align": "sum", "group": 16},
    "exponents, cut downwards": {"align": "sum", "cut": "floor"},
    "exponents, nearest": {"align": "sum", "cut": "nearest"},
    "exponents, register nearest": {"align": "sum", "register": "nearest"},
    "exponents, register downwards": {"align": "sum", "register": "floor"},
    "exponents, register of 23 bits": {"align": "sum", "reg_bits": 23},
    "exponents, register of 14 bits": {"align": "sum", "reg_bits": 14},
    "exponents, running sum apart": {"align": "sum", "together": False},
    "book, 14 bits": {"bits": 14},
    "book, groups of 16": {"group": 16},
}
LOWEST = -2000


def cut(x: Any, how: str) -> Any:
    return {"zero": torch.trunc, "floor": torch.floor, "nearest": torch.round}[how](x)


def power(e: Any) -> Any:
    return torch.exp2(e.to(F64))


def keep(x: Any, bits: int, how: str) -> Any:
    m, e = torch.frexp(x)
    return cut(m * 2.0 ** (bits + 1), how) * power(e - bits - 1)


def rule(a: Any, b: Any, ea: Any, eb: Any, **options: Any) -> Any:
    """Sums of the products of rows of `a` and of `b`, float64, by one rule; `ea` and `eb` are the exponents."""
    o = DEFAULT | options
    running = torch.zeros(a.shape[0], b.shape[0], dtype=F64, device=DEVICE)
    for start in range(0, a.shape[1], o["group"]):
        part = slice(start, start + o["group"])
        p = a[:, None, part] * b[None, :, part]
        by_factors = (ea[:, None, part] + eb[None, :, part]).expand(p.shape)
        e = torch.frexp(p)[1] - 1 if o["align"] == "value" else by_factors
        if not o["zeros"]:
            e = torch.where(p == 0, LOWEST, e)
        high = e.amax(-1)
        of_sum = torch.where(running == 0, LOWEST, torch.frexp(running)[1] - 1)
        if o["together"]:
            high = torch.maximum(high, of_sum)
        quantum = power(torch.where(high == LOWEST, 0, high) - o["bits"])
        total = (cut(p / quantum[..., None], o["cut"]) * quantum[..., None]).sum(-1)
        if o["together"]:
            total = total + cut(running / quantum, o["cut"]) * quantum
        else:
            total = keep(total, o["reg_bits"], o["register"]) + running
        running = keep(total, o["reg_bits"], o["register"])
    return running


def multiply(a: Any, b: Any, fast: bool) -> Any:
    if not CUDA:
        return rule(a.to(F64), b.to(F64), exponents(a), exponents(b), align="sum").float()
    one = torch.ones((), device=DEVICE)
    return torch._scaled_mm(a, b.t(), scale_a=one, scale_b=one, out_dtype=torch.float32, use_fast_accum=fast)


def text(x: Any) -> str:
    return bytes(x.contiguous().cpu().view(torch.uint8).flatten().tolist()).hex()


def main() -> int:
    if torch is None:
        print("This needs torch: pip install torch.", file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    raw: list[dict[str, Any]] = []
    notes: list[str] = []
    with open(OUT / "fp8_rules.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["kind", "inner", "seed", "fast", "rule", "outputs", "equal", "distance"])
        for seed in range(SEEDS):
            for length in LENGTHS:
                for kind in KINDS:
                    if time.time() - BEGUN > LIMIT:
                        notes.append(f"out of time at {kind} {length} {seed}")
                        continue
                    try:
                        a, b = operands(kind, length, seed)
                        fast, slow = multiply(a, b, True), multiply(a, b, False)
                    except Exception as error:
                        notes.append(f"{kind} {length} {seed}: {error!r}"[:300])
                        continue
                    x, y = a[:COUNTED], b[:COUNTED]
                    q, r = x.to(F64), y.to(F64)
                    if length <= 256:
                        s = slice(0, SHOWN)
                        shown = {"a": a[s], "b": b[s], "fast": fast[s, s], "slow": slow[s, s]}
                        hexes = {name: text(x.view(torch.uint8)) for name, x in shown.items()}
                        raw.append({"kind": kind, "inner": length, "seed": seed, "left": str(a.dtype), **hexes})
                    truth = q @ r.t()
                    all_rules = length <= 256 or (seed == 0 and length <= 1024)
                    few = ("book", "exponents", "exponents, zeros count")
                    chosen = RULES if all_rules else {name: RULES[name] for name in few}
                    got = fast[:COUNTED, :COUNTED].to(F64)
                    for name, options in chosen.items():
                        ex, ey = (exponents(z, options.get("fixed", True)) for z in (x, y))
                        want = rule(q, r, ex, ey, **options)
                        equal = (got == want).double().mean().item()
                        distance = (torch.linalg.norm(got - want) / torch.linalg.norm(truth)).item()
                        table.writerow([kind, length, seed, 1, name, got.numel(), f"{equal:.9g}", f"{distance:.6g}"])
                        if seed == 0 and length in (32, 256) and name in ("book", "exponents"):
                            print(kind, length, name, f"{equal:.4f}", flush=True)
                    if length % 128 == 0:  # without fast accumulation: the library promotes every 128 products, in FP32
                        total = torch.zeros(COUNTED, COUNTED, dtype=torch.float32, device=DEVICE)
                        for start in range(0, length, 128):
                            p = slice(start, start + 128)
                            ex, ey = exponents(x)[:, p], exponents(y)[:, p]
                            total = total + rule(q[:, p], r[:, p], ex, ey, align="sum").float()
                        got = slow[:COUNTED, :COUNTED]
                        equal = (got == total).double().mean().item()
                        distance = (torch.linalg.norm((got - total).to(F64)) / torch.linalg.norm(truth)).item()
                        name = "exponents, promoted every 128"
                        table.writerow([kind, length, seed, 0, name, got.numel(), f"{equal:.9g}", f"{distance:.6g}"])
                    file.flush()
    card = torch.cuda.get_device_name() if CUDA else "none"
    meta = {
        "card": card,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "size": SIZE,
        "shown": SHOWN,
        "seconds": round(time.time() - BEGUN, 1),
        "notes": notes,
    }
    if CUDA:
        import subprocess

        asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        meta["driver"] = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False).stdout.strip()
    (OUT / "fp8_raw.json").write_text(json.dumps({"meta": meta, "tiles": raw}), encoding="utf-8")
    print(json.dumps(meta))
    return 0


if __name__ == "__main__":
    sys.exit(main())
