"""Equal compute: transformers of several sizes at six budgets, with the learning rate found on the way."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path

from analysis.gpu.plumbing import Lab, Table
from analysis.gpu.settings import CONTEXT, PEAK_BF16
from analysis.gpu.text import Text, metric_columns, metrics
from analysis.gpu.transformer import BASE_RATE, Setting, make_model, orders

SHAPES = [(32, 2), (64, 2), (64, 4), (96, 4), (128, 5), (192, 5), (256, 6), (320, 8), (448, 9), (640, 10)]


def isoflop(lab: Lab, text: Text) -> None:
    import torch

    full, smoke = lab.mode == "full", lab.mode == "smoke"
    context = CONTEXT if full or smoke else 64
    setting = Setting(lab, text, context)
    Stack = make_model(setting)
    table = Table(
        lab.out,
        "isoflop.csv",
        "budget width layers N_blocks N D C C_with_attention batch steps epochs seed rate factor seconds copies "
        "flops_per_s mfu train_loss " + metric_columns(text),
    )
    # budget, batch in sequences, first and last shape, factors of the learning rate (one copy each) or number of seeds
    three, four = (0.5, 1, 2), (0.25, 0.5, 1, 2)
    if full:
        plan = [
            (1e13, 16, 1, 5, four),
            (10**13.5, 24, 1, 6, three),
            (1e14, 32, 2, 6, three),
            (10**14.5, 48, 3, 7, 2),
            (1e15, 64, 4, 8, 2),
            (10**15.5, 96, 5, 9, 1),
        ]
        extras = [
            (10**14.5, 48, 8, 8, 2),
            (1e14, 32, 7, 7, three),
            (10**15.5, 96, 6, 7, -1),
            (1e15, 64, 3, 3, 1),
            (10**15.5, 96, 4, 4, 1),
            (1e15, 64, 5, 7, -2),
            (1e13, 16, 0, 0, four),
        ]
    elif smoke:
        plan, extras = [(10**11.5, 16, 1, 3, four), (1e12, 32, 4, 6, 2), (1e13, 96, 8, 9, 1)], []
    else:
        plan, extras = [(3e8, 4, 0, 1, three), (6e8, 4, 0, 1, 2)], [(3e8, 4, 0, 0, -1)]
    speeds: dict[int, float] = {}  # shape -> bytes a second and copy
    centres: list[tuple[float, float]] = []  # log10 budget, log2 best factor

    def centre(budget: float) -> float:
        """Factor of the base rate at a budget: the last one found, along the trend of those found."""
        if not centres:
            return 1.0
        x, y = centres[-1]
        slope = -0.3
        if len(centres) > 1:
            slope = (y - centres[0][1]) / (x - centres[0][0])
        return 2.0 ** (y + max(-0.8, min(0.1, slope)) * (math.log10(budget) - x))

    def counts(shape: int, budget: float, batch: int) -> tuple[int, int]:
        d, layers = SHAPES[shape]
        n = 12 * layers * d * d + 512 * d
        return n, max(20, round(budget / (6 * n) / (batch * context)))

    def expected(shape: int, budget: float, batch: int) -> float:
        """Seconds of one run, from the speeds of its neighbours."""
        n, steps = counts(shape, budget, batch)
        if not speeds:
            return 0.0
        near = min(speeds, key=lambda s: abs(s - shape))
        d, layers = SHAPES[near]
        other = 12 * layers * d * d + 512 * d
        speed = speeds[near] * (other / n) ** (0.5 if n < other else 0.8)
        return steps * batch * context / speed + 1.0

    def run(budget: float, batch: int, shape: int, copies: list[tuple[float, int]]) -> list[float] | None:
        d, layers = SHAPES[shape]
        n, steps = counts(shape, budget, batch)
        S = len(copies)
        model = Stack(d, layers, S, batch, steps)
        assert n == model.P
        seeds = [seed for _, seed in copies]
        everything = list(range(len(text.train)))
        model.starts[:] = orders(setting, steps, S, batch, seeds, [everything] * S)
        model.rates([BASE_RATE * f for f, _ in copies], steps)
        model.reset(seeds)
        model.capture()
        model.reset(seeds)
        if setting.cuda:
            torch.cuda.synchronize()
        begun = time.perf_counter()
        for i in range(steps):
            model.advance()
            if i % 50 == 49:
                if setting.cuda:
                    torch.cuda.synchronize()
                if lab.left() < 1.5:
                    lab.say(f"out of time at step {i} of {steps}: C={budget:.1e} width {d}")
                    return None
        if setting.cuda:
            torch.cuda.synchronize()
        seconds = time.perf_counter() - begun
        data = steps * batch * context
        compute = 6 * n * data
        attention = compute + 6 * layers * context * d * data
        speeds[shape] = max(speeds.get(shape, 0), data / seconds / 1)
        rate = S * compute / seconds
        tail = model.losses[max(0, steps - max(5, steps // 50)) : steps].mean(0).tolist()
        results = model.evaluate(model.wb.detach())
        for (factor, seed), r, end in zip(copies, results, tail, strict=True):
            table.add(
                budget=budget,
                width=d,
                layers=layers,
                N_blocks=model.blocks,
                N=n,
                D=data,
                C=float(compute),
                C_with_attention=float(attention),
                batch=batch,
                steps=steps,
                epochs=data / sum(s["bytes"] for s in text.train),
                seed=seed,
                rate=BASE_RATE * factor,
                factor=factor,
                seconds=seconds,
                copies=S,
                flops_per_s=rate,
                mfu=rate / PEAK_BF16,
                train_loss=end,
                **metrics(text, r),
            )
        lab.say(
            f"C={budget:.1e} {d}x{layers} N={n / 1e6:.2f}M D={data / 1e6:.1f}MB steps={steps} S={S}: "
            f"{seconds:.1f} s, {rate / 1e12:.0f} TFLOP/s, loss "
            + " ".join(f"{r['loss']:.4f}" for r in results)
            + f" copy {results[0]['copying']:.2f}"
        )
        return [r["loss"] for r in results]

    def level(budget: float, batch: int, first: int, last: int, copies) -> None:
        middle = centre(budget)
        vertices = []
        shapes = list(range(first, last + 1))
        # the middle first, then outwards
        shapes.sort(key=lambda s: abs(s - (first + last) / 2))
        for shape in shapes:
            if isinstance(copies, tuple):
                chosen = [(middle * f, 0) for f in copies]
            elif copies < 0:  # another seed
                chosen = [(middle, 10 + i) for i in range(-copies)]
            else:
                chosen = [(middle, i) for i in range(copies)]
            cost = expected(shape, budget, batch) * (
                1 if len(chosen) == 1 else 1 + 0.5 * (len(chosen) - 1) * (SHAPES[shape][0] >= 128)
            )
            if cost > lab.left() - 3:
                lab.say(f"skipped C={budget:.1e} shape {SHAPES[shape]}: needs {cost:.0f} s of {lab.left():.0f}")
                lab.note("skipped", {"budget": budget, "shape": SHAPES[shape], "seconds": round(cost, 1)})
                continue
            losses = lab.attempt(f"run {budget:.1e} {SHAPES[shape]}", run, budget, batch, shape, chosen)
            if setting.cuda:
                torch.cuda.empty_cache()
            if losses and isinstance(copies, tuple) and all(map(math.isfinite, losses)):
                vertices.append(vertex([math.log2(f) for f, _ in chosen], losses))
        if vertices:
            best = sum(vertices) / len(vertices)
            if all(abs(c - math.log10(budget)) > 0.1 for c, _ in centres):
                centres.append((math.log10(budget), best))
            lab.say(f"C={budget:.1e}: best learning rate {BASE_RATE * 2**best:.5f} ({[round(v, 2) for v in vertices]})")
            lab.note("best_rate", {"budget": budget, "log2_factors": vertices, "rate": BASE_RATE * 2**best})
        if centres:
            state = Path(os.environ.get("LAB_STATE", "state.json"))
            state.write_text(json.dumps({"rate": BASE_RATE * centre(8e14), "centres": centres}), encoding="utf-8")

    for number, (budget, batch, first, last, copies) in enumerate(plan):
        if copies == 2 and full:  # a second seed only where the rest of the plan leaves room for it
            rest = sum(expected(s, b, q) for b, q, f, g, _ in plan[number:] for s in range(f, g + 1))
            this = sum(expected(s, budget, batch) for s in range(first, last + 1))
            lab.say(f"plan: {rest:.0f} s with one seed, {0.7 * this:.0f} s for another, {lab.left():.0f} s left")
            copies = 2 if rest + 0.7 * this < lab.left() else 1
        level(budget, batch, first, last, copies)
    for extra in extras:
        if lab.left() > 6:
            level(*extra)


def vertex(x: list[float], y: list[float]) -> float:
    """Where the parabola through the best point and its neighbours is lowest, within half a step outside."""
    i = min(range(len(y)), key=y.__getitem__)
    if i in (0, len(y) - 1):
        return x[i] + (-0.5 if i == 0 else 0.5)
    (a, b, c), (p, q, r) = x[i - 1 : i + 2], y[i - 1 : i + 2]
    top = (b - a) ** 2 * (q - r) - (b - c) ** 2 * (q - p)
    bottom = (b - a) * (q - r) - (b - c) * (q - p)
    return b - 0.5 * top / bottom if bottom else b
