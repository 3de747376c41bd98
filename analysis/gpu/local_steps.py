"""Local steps: workers that train apart and synchronise every H steps (DiLoCo), or average plainly."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path

from analysis.gpu.plumbing import Lab, Table
from analysis.gpu.settings import CONTEXT
from analysis.gpu.text import Text, metric_columns, metrics
from analysis.gpu.transformer import BASE_RATE, Setting, make_model, orders


def diloco(lab: Lab, text: Text) -> None:
    import torch

    full, smoke = lab.mode == "full", lab.mode == "smoke"
    setting = Setting(lab, text, CONTEXT if full or smoke else 64)
    Stack = make_model(setting)
    width, layers, batch, periods, workers = (
        (256, 6, 64, (50, 10, 200, 1), (8, 4, 2)) if full or smoke else (32, 2, 8, (4, 2, 8, 1), (4, 2))
    )
    if smoke:
        periods, workers = (50, 1), (8, 4)
    unit = max(periods)
    table = Table(
        lab.out,
        "diloco.csv",
        "method workers period shards seed outer_rate outer_momentum inner_rate N steps batch tokens "
        "synchronisations payload_bytes ring_bytes_per_worker seconds flops_per_s worker_spread "
        + metric_columns(text),
    )
    curves = Table(
        lab.out,
        "diloco_curves.csv",
        "method workers period shards seed step tokens loss worst " + " ".join(f"loss_{d}" for d in text.foreign),
    )
    rate = BASE_RATE
    state = Path(os.environ.get("LAB_STATE", "state.json"))
    if state.exists():
        rate = json.loads(state.read_text(encoding="utf-8"))["rate"]
    rate = float(os.environ.get("LAB_RATE") or rate)
    lab.note("inner_rate", rate)
    count = len(text.train)
    # method, workers, period, shards, seed, outer rate, outer momentum; in the order of their worth
    nesterov = (0.7, 0.9)
    plan = [("sync", 1, 0, "iid", 0, 0, 0)]
    plan += [("diloco", k, h, "iid", 0, *nesterov) for k in workers[:2] for h in periods[:3]]
    plan += [("diloco", k, h, "domain", 0, *nesterov) for k in workers[:2] for h in periods[:3]]
    plan += [("sync", 1, 0, "iid", 1, 0, 0)]
    plan += [("diloco", k, h, s, 0, *nesterov) for k in workers[:1] for h in periods[3:] for s in ("iid", "domain")]
    plan += [("diloco", k, h, s, 0, *nesterov) for k in workers[2:] for s in ("iid", "domain") for h in periods[:3]]
    plan += [("diloco", 1, h, "iid", 0, *nesterov) for h in periods]
    plan += [
        ("average", k, h, s, 0, 1.0, 0.0)
        for k in workers[:1]
        for h in periods[:1] + periods[2:3]
        for s in ("iid", "domain")
    ]
    plan += [("diloco", k, h, s, 1, *nesterov) for k in workers[:1] for s in ("iid", "domain") for h in periods[:3]]
    plan += [("diloco", k, h, s, 0, *nesterov) for k in workers[1:] for h in periods[3:] for s in ("iid", "domain")]
    plan += [("diloco", k, h, s, 1, *nesterov) for k in workers[1:2] for s in ("iid", "domain") for h in periods[:3]]
    plan += [("sync", 1, 0, "iid", 2, 0, 0)]
    models: dict[int, object] = {}
    most = {"full": 12 * unit, "smoke": unit, "tiny": unit}[lab.mode]
    runs = 34
    if os.environ.get("LAB_LONG") and full:  # few runs, each long enough for the outer momentum to turn over
        plan = [
            ("sync", 1, 0, "iid", 0, 0, 0),
            ("diloco", 4, 50, "iid", 0, *nesterov),
            ("diloco", 8, 50, "iid", 0, *nesterov),
        ]
        plan += [
            ("average", 4, 50, "iid", 0, 1.0, 0.0),
            ("diloco", 4, 200, "iid", 0, *nesterov),
            ("diloco", 4, 50, "domain", 0, *nesterov),
        ]
        plan += [("diloco", 2, 50, "iid", 0, *nesterov), ("sync", 1, 0, "iid", 1, 0, 0)]
        most, runs = 30 * unit, len(plan)

    def model_for(k: int):
        if k not in models:
            models[k] = Stack(width, layers, k, batch // k, most)
            models[k].starts[:] = orders(setting, most, k, batch // k, [0] * k, [list(range(count))] * k)
            models[k].rates([rate] * k, most)
            models[k].reset([0] * k)
            models[k].capture()
        return models[k]

    def run(steps: int, method, k, h, shards, seed, outer_rate, momentum) -> float | None:
        model = model_for(k)
        share = count // k
        mine = (
            [list(range(count))] * k if shards == "iid" else [list(range(i * share, (i + 1) * share)) for i in range(k)]
        )
        model.starts[:steps] = orders(setting, steps, k, batch // k, [seed + 100 * i for i in range(k)], mine)
        model.rates([rate] * k, steps)
        model.reset([seed] * k)
        point, velocity = model.w[0].clone(), torch.zeros(model.P, device=setting.device)
        if setting.cuda:
            torch.cuda.synchronize()
        begun, paused, synchronisations, spread = time.perf_counter(), 0.0, 0, math.nan
        for i in range(1, steps + 1):
            model.advance()
            if h and (i % h == 0 or i == steps):
                with torch.no_grad():
                    mean = model.w.mean(0)
                    if i == steps:
                        spread = ((model.w - mean).norm(dim=1).mean() / mean.norm()).item()
                    change = point - mean
                    if i == steps and i % h:
                        point = mean
                    else:
                        velocity.mul_(momentum).add_(change)
                        point = point - outer_rate * (change + momentum * velocity if momentum else change)
                    model.w.copy_(point.expand_as(model.w))
                    model.wb.data.copy_(model.w)
                synchronisations += 1
            if i % 50 == 0 and setting.cuda:
                torch.cuda.synchronize()
            if i % 50 == 0 and lab.left() < 1.5:
                lab.say(f"out of time at step {i} of {steps}: {method} {k} {h}")
                return None
            if i % unit == 0 and i < steps:
                if setting.cuda:
                    torch.cuda.synchronize()
                pause = time.perf_counter()
                r = model.evaluate(model.wb.detach()[:1])[0]
                curves.add(
                    method=method,
                    workers=k,
                    period=h,
                    shards=shards,
                    seed=seed,
                    step=i,
                    tokens=i * batch * setting.context,
                    loss=r["loss"],
                    worst=r["worst"],
                    **{f"loss_{d}": r[d] for d in text.foreign},
                )
                paused += time.perf_counter() - pause
        if setting.cuda:
            torch.cuda.synchronize()
        seconds = time.perf_counter() - begun - paused
        r = model.evaluate(model.wb.detach()[:1])[0]
        tokens = steps * batch * setting.context
        if not h:
            synchronisations = steps
        payload = 4 * model.P * synchronisations
        table.add(
            method=method,
            workers=k,
            period=h,
            shards=shards,
            seed=seed,
            outer_rate=outer_rate,
            outer_momentum=momentum,
            inner_rate=rate,
            N=model.P,
            steps=steps,
            batch=batch,
            tokens=tokens,
            synchronisations=synchronisations,
            payload_bytes=payload,
            ring_bytes_per_worker=2 * (k - 1) / k * payload,
            seconds=seconds,
            flops_per_s=6 * model.P * tokens / seconds,
            worker_spread=spread,
            **metrics(text, r),
        )
        curves.add(
            method=method,
            workers=k,
            period=h,
            shards=shards,
            seed=seed,
            step=steps,
            tokens=tokens,
            loss=r["loss"],
            worst=r["worst"],
            **{f"loss_{d}": r[d] for d in text.foreign},
        )
        lab.say(
            f"{method} k={k} H={h} {shards} seed {seed}: loss {r['loss']:.4f} worst {r['worst']:.4f} "
            f"foreign {' '.join(f'{r[d]:.3f}' for d in text.foreign)} copy {r['copying']:.2f}, {seconds:.1f} s, "
            f"{6 * model.P * tokens / seconds / 1e12:.0f} TFLOP/s"
        )
        return seconds

    # how many steps fit: about 36 runs in the time left
    steps = most
    if setting.cuda:
        trial = model_for(workers[0])
        trial.reset([0] * workers[0])
        for _ in range(20):
            trial.advance()
        torch.cuda.synchronize()
        begun, tried = time.perf_counter(), min(100, most - 20)
        for _ in range(tried):
            trial.advance()
        torch.cuda.synchronize()
        each = (time.perf_counter() - begun) / tried
        wanted = (lab.left() - 8) / runs / (each * 1.1)
        steps = int(min(most // unit, max(4, wanted // unit))) * unit
        lab.say(f"{each * 1e3:.2f} ms a step, so {steps} steps a run")
        lab.note("diloco_steps", {"seconds_a_step": each, "steps": steps})
    costs: dict[int, float] = {}
    for entry in plan:
        k = entry[1]
        known = costs.get(k) or (max(costs.values()) if costs else 0)
        if known * 1.1 + 1.5 > lab.left():
            continue
        seconds = lab.attempt(f"diloco {entry}", run, steps, *entry)
        if seconds:
            costs[k] = seconds
        if smoke and lab.left() < 3:
            break
