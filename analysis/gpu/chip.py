"""What a card does in a second and for a joule: products of matrices in every format, copies, power."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import subprocess
import threading
import time

from analysis.gpu.plumbing import Lab, Table


def timed(fn, seconds: float, repeats: tuple[int, int] = (3, 200)) -> tuple[float, float, int]:
    """Median and minimum of the seconds a call takes, by events on the device."""
    import torch

    cuda = torch.cuda.is_available()
    for _ in range(2):
        fn()
    if not cuda:
        times = []
        for _ in range(3):
            t = time.perf_counter()
            fn()
            times.append(time.perf_counter() - t)
        return sorted(times)[1], min(times), 3

    def run(n: int) -> list[float]:
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(n + 1)]
        marks[0].record()
        for mark in marks[1:]:
            fn()
            mark.record()
        torch.cuda.synchronize()
        return [a.elapsed_time(b) / 1e3 for a, b in itertools.pairwise(marks)]

    torch.cuda.synchronize()
    one = min(run(2))
    n = int(min(repeats[1], max(repeats[0], seconds / max(one, 1e-7))))
    times = sorted(run(n))
    return times[len(times) // 2], times[0], n


def products(torch, device: str) -> dict:
    """kind -> maker(m, k, n) of a call that multiplies m × k by k × n, with random data."""
    f8 = torch.float8_e4m3fn

    def rand(*shape, dtype=torch.float32):
        return torch.randn(*shape, device=device).to(dtype)

    def dense(dtype, precision="highest", zeros=False):
        def make(m, k, n):
            a, b = (
                torch.zeros(*s, device=device, dtype=dtype) if zeros else rand(*s, dtype=dtype)
                for s in ((m, k), (n, k))
            )
            out = torch.empty(m, n, device=device, dtype=dtype)

            def call():
                torch.set_float32_matmul_precision(precision)
                torch.mm(a, b.t(), out=out)

            return call

        return make

    def scaled(fast, kind="tensor"):
        def make(m, k, n):
            a, b = rand(m, k, dtype=f8), rand(n, k, dtype=f8)
            if kind == "tensor":
                sa, sb = torch.ones((), device=device), torch.ones((), device=device)
            elif kind == "row":
                sa, sb = torch.ones(m, 1, device=device), torch.ones(1, n, device=device)
            else:  # 1 × 128 by 128 × 128, as in DeepSeek-V3
                sa = torch.ones(k // 128, m, device=device).t()
                sb = torch.ones(n // 128, k // 128, device=device).t()
            return lambda: torch._scaled_mm(
                a, b.t(), scale_a=sa, scale_b=sb, out_dtype=torch.bfloat16, use_fast_accum=fast
            )

        return make

    def integer(m, k, n):
        a = torch.randint(-128, 128, (m, k), device=device, dtype=torch.int8)
        b = torch.randint(-128, 128, (n, k), device=device, dtype=torch.int8)
        return lambda: torch._int_mm(a, b.t())

    def sparse(m, k, n):
        from torch.sparse import to_sparse_semi_structured

        w = rand(m, k, dtype=torch.bfloat16).view(m, k // 4, 4)
        # argsort of argsort ranks each number among its four
        keep = w.abs().argsort(dim=-1).argsort(dim=-1) >= 2
        packed = to_sparse_semi_structured((w * keep).view(m, k).contiguous())
        b = rand(n, k, dtype=torch.bfloat16).t()
        return lambda: torch.mm(packed, b)

    return {
        "bf16": dense(torch.bfloat16),
        "fp8_fast": scaled(True),
        "fp8_slow": scaled(False),
        "fp16": dense(torch.float16),
        "tf32": dense(torch.float32, "high"),
        "fp32": dense(torch.float32),
        "fp64": dense(torch.float64),
        "int8": integer,
        "fp8_row": scaled(True, "row"),
        "fp8_block128": scaled(False, "block"),
        "bf16_zeros": dense(torch.bfloat16, zeros=True),
        "bf16_sparse24": sparse,
    }


ELEMENT = {"bf16": 2, "fp16": 2, "tf32": 4, "fp32": 4, "fp64": 8, "bf16_zeros": 2, "bf16_sparse24": 2}


class Meter:
    """Power, energy, clock and temperature of the card, by NVML or nvidia-smi."""

    def __init__(self, lab: Lab) -> None:
        self.nvml = self.handle = None
        self.how = "none"
        try:
            import pynvml

            pynvml.nvmlInit()
            self.handle = pynvml.nvmlDeviceGetHandleByIndex(0)
            pynvml.nvmlDeviceGetPowerUsage(self.handle)
            self.nvml, self.how = pynvml, "nvml"
        except Exception as error:
            lab.note("nvml", repr(error))
            try:
                if self.smi()[0] > 0:
                    self.how = "nvidia-smi"
            except Exception as error2:
                lab.note("nvidia-smi", repr(error2))

    def smi(self) -> tuple[float, float, float]:
        command = ["nvidia-smi", "--query-gpu=power.draw,clocks.sm,temperature.gpu", "--format=csv,noheader,nounits"]
        return tuple(
            float(x)
            for x in subprocess.run(command, capture_output=True, encoding="utf-8", timeout=5).stdout.split(",")
        )

    def energy(self) -> float | None:
        try:
            return self.nvml.nvmlDeviceGetTotalEnergyConsumption(self.handle) / 1e3
        except Exception:
            return None

    def sample(self) -> tuple[float, float, float]:
        if self.how == "nvml":
            n, h = self.nvml, self.handle
            try:
                watts = n.nvmlDeviceGetFieldValues(h, [186])[0].value.uiVal / 1e3  # instantaneous
                if not 5 < watts < 2000:
                    raise ValueError
            except Exception:
                watts = n.nvmlDeviceGetPowerUsage(h) / 1e3
            return watts, n.nvmlDeviceGetClockInfo(h, n.NVML_CLOCK_SM), n.nvmlDeviceGetTemperature(h, 0)
        return self.smi() if self.how == "nvidia-smi" else (math.nan, math.nan, math.nan)

    def during(self, work, seconds: float) -> dict:
        """Call `work` (which returns after some milliseconds) for so many seconds."""
        samples, stop = [], threading.Event()

        def watch():
            while not stop.is_set():
                with contextlib.suppress(Exception):
                    samples.append(self.sample())
                stop.wait(0.02)

        warm = time.perf_counter()
        while time.perf_counter() - warm < seconds / 5:
            work()
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        e0, t0, calls = self.energy(), time.perf_counter(), 0
        while time.perf_counter() - t0 < seconds:
            work()
            calls += 1
        e1, t1 = self.energy(), time.perf_counter()
        stop.set()
        thread.join(timeout=2)
        watts = sorted(s[0] for s in samples if s[0] == s[0])
        return {
            "seconds": t1 - t0,
            "calls": calls,
            "joules": (e1 - e0) if e0 is not None and e1 is not None else math.nan,
            "watts": sum(watts) / len(watts) if watts else math.nan,
            "watts_median": watts[len(watts) // 2] if watts else math.nan,
            "watts_max": watts[-1] if watts else math.nan,
            "sm_mhz": sum(s[1] for s in samples) / len(samples) if samples else math.nan,
            "celsius": samples[-1][2] if samples else math.nan,
            "samples": len(samples),
        }


def chip(lab: Lab) -> None:
    import torch

    cuda = torch.cuda.is_available()
    device = "cuda" if cuda else "cpu"
    sync = torch.cuda.synchronize if cuda else (lambda: None)
    sizes, long, span = {
        "full": ((512, 1024, 2048, 4096, 8192, 16384), 8192, 2.2),
        "smoke": ((1024, 8192), 8192, 0.3),
        "tiny": ((128, 256), 256, 0.05),
    }[lab.mode]
    gemm = Table(
        lab.out, "gemm.csv", "kind m k n seconds_median seconds_min repeats flop bytes tflops gbytes_per_s series"
    )
    power = Table(
        lab.out,
        "power.csv",
        "kind size seconds calls flop bytes tflops gbytes_per_s joules watts watts_median watts_max sm_mhz "
        "celsius samples picojoule_per_flop picojoule_per_flop_above_idle picojoule_per_byte how",
    )
    makers = products(torch, device)
    if not cuda:  # these take minutes on a CPU
        makers = {k: v for k, v in makers.items() if not k.startswith("fp8_") or k == "fp8_block128"}
    if cuda:
        p = torch.cuda.get_device_properties(0)
        lab.note(
            "device",
            {
                "name": p.name,
                "multiprocessors": p.multi_processor_count,
                "memory": p.total_memory,
                "l2": getattr(p, "L2_cache_size", None),
                "torch": torch.__version__,
                "cuda": torch.version.cuda,
                "capability": torch.cuda.get_device_capability(),
            },
        )
    meter = Meter(lab)
    idle_watts = math.nan

    def idle(name: str) -> None:
        nonlocal idle_watts
        sync()
        r = meter.during(lambda: time.sleep(0.05), span)
        idle_watts = r["joules"] / r["seconds"] if r["joules"] == r["joules"] and r["joules"] > 0 else r["watts"]
        power.add(kind=name, size=0, how=meter.how, **r)

    lab.attempt("idle", idle, "idle_start")

    def measure(kind: str, m: int, k: int, n: int, series: str, budget: float) -> None:
        call = makers[kind](m, k, n)
        median, least, repeats = timed(call, budget)
        element = ELEMENT.get(kind, 1)
        out = {"int8": 4, "fp32": 4, "tf32": 4, "fp64": 8}.get(kind, 2)
        flop, size = 2 * m * k * n, element * (m * k + k * n) + out * m * n
        gemm.add(
            kind=kind,
            m=m,
            k=k,
            n=n,
            seconds_median=median,
            seconds_min=least,
            repeats=repeats,
            flop=flop,
            bytes=size,
            tflops=flop / median / 1e12,
            gbytes_per_s=size / median / 1e9,
            series=series,
        )
        lab.say(f"{kind} {m}x{k}x{n}: {flop / median / 1e12:.1f} TFLOP/s")

    for kind in makers:
        for size in sizes:
            if (size > 8192 and kind in ("fp32", "fp64", "bf16_zeros")) or lab.left() < 8:
                continue
            lab.attempt(f"{kind} {size}", measure, kind, size, size, size, "square", 0.06)
        if cuda:
            torch.cuda.empty_cache()

    def copy(size: int) -> None:
        a = torch.empty(size, dtype=torch.uint8, device=device).random_()
        b = torch.empty_like(a)
        for kind, call, moved in (("copy", lambda: b.copy_(a), 2 * size), ("fill", lambda: b.fill_(1), size)):
            median, least, repeats = timed(call, 0.1)
            gemm.add(
                kind=kind,
                m=size,
                seconds_median=median,
                seconds_min=least,
                repeats=repeats,
                bytes=moved,
                gbytes_per_s=moved / median / 1e9,
                series="memory",
            )
            lab.say(f"{kind} {size}: {moved / median / 1e9:.0f} GB/s")

    for size in (2**30, 2**32) if cuda else (2**20,):
        lab.attempt(f"copy {size}", copy, size)

    # the power of one multiplication after the other; `size` rows and columns
    def burn(kind: str) -> None:
        if kind == "copy":
            count = 2**31 if cuda else 2**20
            a = torch.empty(count, dtype=torch.uint8, device=device).random_()
            b = torch.empty_like(a)
            call, flop, moved, size = (lambda: b.copy_(a)), 0, 2 * count, count
        else:
            size = long if kind != "fp64" else long // 2
            call, flop, moved = makers[kind](size, size, size), 2 * size**3, 0
        one = timed(call, 0.01)[0]
        chunk = max(1, int(0.05 / max(one, 1e-6)))

        def work():
            for _ in range(chunk):
                call()
            sync()

        r = meter.during(work, span)
        done, total = flop * chunk * r["calls"], moved * chunk * r["calls"]
        joules = r["joules"] if r["joules"] == r["joules"] and r["joules"] > 0 else r["watts"] * r["seconds"]
        extra = (
            {
                "tflops": done / r["seconds"] / 1e12,
                "picojoule_per_flop": joules / done * 1e12,
                "picojoule_per_flop_above_idle": (joules - idle_watts * r["seconds"]) / done * 1e12,
            }
            if done
            else {"gbytes_per_s": total / r["seconds"] / 1e9, "picojoule_per_byte": joules / total * 1e12}
        )
        power.add(kind=kind, size=size, flop=done, bytes=total, how=meter.how, **extra, **r)
        lab.say(
            f"power {kind}: {joules / r['seconds']:.0f} W " + json.dumps({k: round(v, 3) for k, v in extra.items()})
        )

    for kind in (
        "bf16",
        "fp8_fast",
        "bf16_zeros",
        "copy",
        "fp8_slow",
        "tf32",
        "fp32",
        "int8",
        "fp64",
        "bf16_sparse24",
        "fp16",
    ):
        if kind in (*makers, "copy") and lab.left() > span * 1.6 + 1:
            lab.attempt(f"power {kind}", burn, kind)
            if cuda:
                torch.cuda.empty_cache()

    # a batch of m tokens through one weight matrix: from memory-bound to compute-bound
    def roof(kind: str, m: int, width: int) -> None:
        calls = [makers[kind](m, width, width) for _ in range(3)]
        state = {"i": 0}

        def call():
            state["i"] += 1
            return calls[state["i"] % 3]()

        median, least, repeats = timed(call, 0.03, (9, 99))
        element = ELEMENT.get(kind, 1)
        flop, size = 2 * m * width**2, element * (m * width + width**2) + 2 * m * width
        gemm.add(
            kind=kind,
            m=m,
            k=width,
            n=width,
            seconds_median=median,
            seconds_min=least,
            repeats=repeats,
            flop=flop,
            bytes=size,
            tflops=flop / median / 1e12,
            gbytes_per_s=size / median / 1e9,
            series="roofline",
        )

    for m in [2**i for i in range(14 if lab.mode == "full" else 3)]:
        for kind in ("bf16", "fp8_fast"):
            if kind in makers and lab.left() > 4:
                lab.attempt(f"roofline {kind} {m}", roof, kind, m, 8192 if cuda else 128)
    if lab.left() > span * 1.6 + 2:
        lab.attempt("idle", idle, "idle_end")
