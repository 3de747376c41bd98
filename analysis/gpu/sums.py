"""How a tensor core adds eight-bit products: errors of sums, and probes of what becomes of a small addend."""

from __future__ import annotations

import json
import math

from analysis.gpu.plumbing import Lab, Table
from analysis.gpu.settings import PROBE


def sums(lab: Lab) -> None:
    import torch

    cuda = torch.cuda.is_available()
    device = "cuda" if cuda else "cpu"
    f8, f64 = torch.float8_e4m3fn, torch.float64
    one = torch.ones((), device=device)
    inner_lengths, seeds, rows = {
        "full": ([2**i for i in range(7, 17)], 5, 2048),
        "smoke": ([128, 4096], 1, 256),
        "tiny": ([128, 512], 1, 64),
    }[lab.mode]
    table = Table(
        lab.out,
        "fp8_sums.csv",
        "signs inner promote seed error mode error_total model_error model_equal model_distance rows out_dtype",
    )
    probe = Table(lab.out, "fp8_probe.csv", "probe fast place mantissa log2_ratio first last kept_over_exact")
    state = {"out": torch.float32}

    def multiply(a, b, fast):
        """a: rows × inner, b: columns × inner, both e4m3. Without a GPU the model of Hopper stands in for it."""
        if not cuda:
            return model(a.to(f64), b.to(f64), 0 if fast else 128)
        for dtype in (state["out"], torch.bfloat16):
            try:
                r = torch._scaled_mm(a, b.t(), scale_a=one, scale_b=one, out_dtype=dtype, use_fast_accum=fast)
                state["out"] = dtype
                return r.to(f64)
            except Exception as error:
                failure = error
                lab.note("scaled_mm", f"{dtype}: {error}"[:300])
        raise failure

    def model(a, b, promote, bits=13, group=32):
        """hopper_product of analysis/deepseek/block_scaling.py, on the device."""
        running = torch.zeros(a.shape[0], b.shape[0], dtype=f64, device=device)
        total = torch.zeros_like(running)
        for start in range(0, a.shape[1], group):
            if promote and start % promote == 0:
                total, running = total + running, torch.zeros_like(running)
            p = a[:, None, start : start + group] * b[None, :, start : start + group]
            addends = torch.cat([p, running[..., None]], -1)
            _, e = torch.frexp(addends.abs().amax(-1, keepdim=True))
            quantum = torch.exp2((e - 1 - bits).to(f64))
            running = (torch.trunc(addends / quantum) * quantum).sum(-1)
            m, e = torch.frexp(running)
            running = torch.ldexp(torch.trunc(torch.ldexp(m, torch.tensor(bits + 1, device=device))), e - bits - 1).to(
                f64
            )
        return total + running

    def draw(signs, shape, generator):
        if signs == "positive":
            return torch.rand(*shape, generator=generator, device=device, dtype=f64)
        x = torch.randn(*shape, generator=generator, device=device, dtype=f64)
        if signs == "outliers":  # one channel in a hundred is thirty times as large
            x[:, ::100] *= 30
        return x

    def relative(x, truth):
        return (torch.linalg.norm(x - truth) / torch.linalg.norm(truth)).item()

    def one_sum(signs, inner, seed):
        generator = torch.Generator(device=device).manual_seed(1000 * seed + inner)
        a, b = (
            draw(signs, (rows, inner), generator),
            draw(signs if signs != "outliers" else "random", (rows, inner), generator),
        )
        sa, sb = 448 / a.abs().max(), 448 / b.abs().max()
        a8, b8 = ((x * s).clamp(-448, 448).to(torch.float32).to(f8) for x, s in ((a, sa), (b, sb)))
        qa, qb = a8.to(f64), b8.to(f64)
        exact, original = qa @ qb.t(), (a @ b.t()) * (sa * sb)

        def chunked():
            total = torch.zeros(rows, rows, device=device, dtype=torch.float32)
            for start in range(0, inner, 128):
                part = multiply(a8[:, start : start + 128].contiguous(), b8[:, start : start + 128].contiguous(), True)
                total += part.to(torch.float32)
            return total.to(f64)

        def block():
            ta, tb = a.reshape(rows, -1, 128), b.reshape(rows // 128, 128, -1, 128)
            fa = 448 / ta.abs().amax(-1, keepdim=True)
            fb = 448 / tb.abs().amax((1, 3), keepdim=True)
            c, d = ((x * s).clamp(-448, 448).float().reshape(rows, inner).to(f8) for x, s in ((ta, fa), (tb, fb)))
            scale_a = (1 / fa)[..., 0].float().t().contiguous().t()
            scale_b = (1 / fb)[:, 0, :, 0].float().contiguous().t()
            r = torch._scaled_mm(
                c, d.t(), scale_a=scale_a, scale_b=scale_b, out_dtype=torch.bfloat16, use_fast_accum=False
            )
            return r.to(f64) * (sa * sb)

        modes = {
            "fast": (0, lambda: multiply(a8, b8, True)),
            "slow": (-1, lambda: multiply(a8, b8, False)),
            "promoted": (128, chunked),
            "bf16": (
                "",
                lambda: (
                    torch.mm(a8.to(torch.bfloat16), b8.to(torch.bfloat16).t(), out_dtype=torch.float32).to(f64)
                    if cuda
                    else a8.to(torch.bfloat16).float().mm(b8.float().t()).to(f64)
                ),
            ),
            "fp32": ("", lambda: a8.float().mm(b8.float().t()).to(f64)),
            "block128": ("", block),
        }
        torch.set_float32_matmul_precision("highest")
        small = min(32, rows)
        for mode, (promote, compute) in modes.items():
            if mode == "block128" and (state.get("no_block") or inner % 512):
                continue
            r = lab.attempt(f"sum {mode} {signs} {inner}", compute)
            if r is None:
                state["no_block"] = state.get("no_block") or mode == "block128"
                continue
            row = {
                "error": relative(r, exact) if mode != "block128" else math.nan,
                "error_total": relative(r, original),
            }
            if mode in ("fast", "promoted") and inner <= (16384 if seed == 0 else 2048):
                expected = model(qa[:small], qb[:small], promote)
                got, truth = r[:small, :small], exact[:small, :small]
                row |= {
                    "model_error": relative(expected, truth),
                    "model_equal": (got == expected).double().mean().item(),
                    "model_distance": (torch.linalg.norm(got - expected) / torch.linalg.norm(truth)).item(),
                }
            table.add(
                signs=signs,
                inner=inner,
                promote=promote,
                seed=seed,
                mode=mode,
                rows=rows,
                out_dtype="bfloat16" if mode == "block128" else str(state["out"]).split(".")[-1],
                **row,
            )
            if seed == 0 and inner in (4096, 512):
                lab.say(f"sum {signs} K={inner} {mode}: " + json.dumps({k: float(f"{v:.3g}") for k, v in row.items()}))

    # probes: what becomes of a small product beside a huge one. B holds the ratio, one in each column.
    # Many rows and columns of zeros fill the chip, so that the library has no reason to split the sum among processors.
    K, C, R, HUGE = (PROBE["length"], 4096, 1024, PROBE["huge"]) if cuda else (256, 32, 64, 128)
    exponents = list(range(8, -10, -1))  # small products of 2^8 ... 2^-9 beside one of 2^16

    def weights(huge):
        b = torch.zeros(C, K, device=device)
        for column, e in enumerate(exponents):
            b[column] = 2.0**e
        b[:, huge] = 256.0
        return b.to(f8)

    def cancel(fast):
        """256² and -256² at HUGE and HUGE + 1, one small product at row i: does it survive?"""
        a = torch.eye(K, device=device)
        a[:, HUGE], a[:, HUGE + 1] = 256.0, -256.0
        r = multiply(a.to(f8), weights([HUGE, HUGE + 1]), fast)
        for column, e in enumerate(exponents):
            kept = (r[:, column] / 2.0**e).tolist()
            first = 0
            for i in range(1, K + 1):
                if i == K or kept[i] != kept[first]:
                    probe.add(
                        probe="cancel",
                        fast=int(fast),
                        log2_ratio=16 - e,
                        first=first,
                        last=i - 1,
                        kept_over_exact=kept[first],
                    )
                    first = i

    def retained(fast):
        """256² stays: how much of one small product with a given mantissa is kept, before, beside and after it?"""
        places = {"earlier": 0, "same_before": HUGE - 1, "same": HUGE + 1, "later": K - 1}
        mantissas = [1 + i / 8 for i in range(8)] + [-(1 + i / 8) for i in range(8)]
        a = torch.zeros(R, K, device=device)
        a[:, HUGE] = 256.0
        for p, position in enumerate(places.values()):
            for q, mantissa in enumerate(mantissas):
                a[16 * p + q, position] = mantissa
        r = multiply(a.to(f8), weights([HUGE]), fast) - 2.0**16
        for p, place in enumerate(places):
            for q, mantissa in enumerate(mantissas):
                for column, e in enumerate(exponents):
                    probe.add(
                        probe="retained",
                        fast=int(fast),
                        place=place,
                        mantissa=mantissa,
                        log2_ratio=16 - e,
                        kept_over_exact=r[16 * p + q, column].item() / (mantissa * 2.0**e),
                    )

    def many(fast):
        """One huge product and K - 1 equal small ones, the huge one first, in the middle or last."""
        for place, huge in (("first", 0), ("middle", HUGE), ("last", K - 1)):
            a = torch.ones(R, K, device=device)
            a[:, huge] = 256.0
            r = multiply(a.to(f8), weights([huge]), fast)[0] - 2.0**16
            for column, e in enumerate(exponents):
                probe.add(
                    probe="many",
                    fast=int(fast),
                    place=place,
                    log2_ratio=16 - e,
                    kept_over_exact=r[column].item() / ((K - 1) * 2.0**e),
                )

    def ones(fast):
        """A sum of ones: where does it stop to grow?"""
        for length in [2**i for i in range(10, 18)]:
            a = torch.ones(2048 if cuda else 32, length, device=device, dtype=f8 if cuda else torch.float32).to(f8)
            r = multiply(a, a, fast)[0, 0].item()
            probe.add(probe="ones", fast=int(fast), log2_ratio=math.log2(length), kept_over_exact=r / length)

    for fast in (True, False):
        for function in (cancel, retained, many, ones):
            if lab.left() > 2:
                lab.attempt(f"{function.__name__} fast={fast}", function, fast)
    for seed in range(seeds):
        for inner in inner_lengths:
            for signs in ("random", "positive", "outliers"):
                if lab.left() > 2:
                    lab.attempt(f"sums {signs} {inner} {seed}", one_sum, signs, inner, seed)

    def kernels():
        """Which kernels the library chose: a name with splitK would explain a smaller error."""
        from torch.profiler import ProfilerActivity, profile

        for name, (m, k) in {"probe": (R, K), "sum": (rows, 4096), "long_sum": (rows, 65536)}.items():
            a = torch.randn(m, k, device=device).to(f8)
            b = torch.randn(C if name == "probe" else m, k, device=device).to(f8)
            for fast in (True, False):
                with profile(activities=[ProfilerActivity.CUDA]) as seen:
                    multiply(a, b, fast)
                    torch.cuda.synchronize()
                lab.note(
                    "kernels",
                    {"shape": name, "fast": fast, "names": sorted({e.key[:200] for e in seen.key_averages()})},
                )

    if cuda and lab.left() > 6:
        lab.attempt("kernels", kernels)
