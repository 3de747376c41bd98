"""Small transformers over bytes, several of a shape side by side, each training step one recorded graph."""

from __future__ import annotations

import math
import os
import traceback

from analysis.gpu.plumbing import Lab
from analysis.gpu.text import Text

B1, B2, EPS, DECAY = 0.9, 0.95, 1e-8, 0.1
EMBEDDING_RATE = 4.0  # learning rate of the input matrix, in that of the hidden ones at width 128
BASE_RATE = 4e-3  # of width 128, before the sweep has found a better one


def adam_kernel():
    """The Triton kernel of one AdamW step on a stack of flat parameters, or None."""
    import triton
    import triton.language as tl

    @triton.jit
    def kernel(w, wb, m, v, g, scale, mul, table, step, S, P, b1, b2, eps, BLOCK: tl.constexpr):
        s = tl.program_id(1)
        i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
        inside = i < P
        at = s.to(tl.int64) * P + i
        row = table + (tl.load(step) * S + s) * 3
        rate, second, decay = tl.load(row), tl.load(row + 1), tl.load(row + 2)
        gradient = tl.load(g + at, mask=inside, other=0.0).to(tl.float32) * tl.load(scale + s)
        first = tl.load(m + at, mask=inside, other=0.0) * b1 + (1 - b1) * gradient
        square = tl.load(v + at, mask=inside, other=0.0) * b2 + (1 - b2) * gradient * gradient
        factor = tl.load(mul + i, mask=inside, other=0.0)
        weight = tl.load(w + at, mask=inside, other=0.0)
        weight = weight * (1 - decay * factor) - rate * factor * first / (tl.sqrt(square * second) + eps)
        tl.store(m + at, first, mask=inside)
        tl.store(v + at, square, mask=inside)
        tl.store(w + at, weight, mask=inside)
        tl.store(wb + at, weight.to(tl.bfloat16), mask=inside)

    return kernel, triton


class Setting:
    """What all models of a process share: torch, the text on the device, the optimiser's kernel."""

    def __init__(self, lab: Lab, text: Text, context: int) -> None:
        import torch

        self.torch, self.lab, self.text, self.context = torch, lab, text, context
        self.cuda = torch.cuda.is_available()
        self.device = "cuda" if self.cuda else "cpu"
        self.data = text.tensor(torch, self.device)
        if self.cuda:
            torch.backends.cuda.enable_cudnn_sdp(False)  # plans of its own for every shape cost more than they bring
        self.graphs = self.cuda and not lab.safe
        self.kernel = None
        if (self.cuda or os.environ.get("TRITON_INTERPRET")) and not lab.safe:
            self.kernel = lab.attempt("triton adam", self._checked_kernel)
        self.ropes: dict = {}
        self.windows = self._windows()
        lab.note("setting", {"graphs": self.graphs, "triton_adam": self.kernel is not None})

    def rope(self, size: int):
        """cos and signed sin for heads of a size, shaped for (batch, time, 2, heads, size)."""
        if size not in self.ropes:
            torch = self.torch
            frequency = 1e4 ** (-torch.arange(0, size, 2, dtype=torch.float32) / size)
            angle = torch.arange(self.context, dtype=torch.float32)[:, None] * frequency
            shape = (1, self.context, 1, 1, size)
            cos = torch.cat([angle.cos(), angle.cos()], 1).view(shape)
            sin = torch.cat([-angle.sin(), angle.sin()], 1).view(shape)
            self.ropes[size] = tuple(t.to(self.device, torch.bfloat16) for t in (cos, sin))
        return self.ropes[size]

    def _checked_kernel(self):
        torch = self.torch
        kernel, triton = adam_kernel()
        S, P = 2, 3000

        def launch(w, wb, m, v, g, scale, mul, table, step):
            grid = (triton.cdiv(w.shape[1], 1024), w.shape[0])
            kernel[grid](w, wb, m, v, g, scale, mul, table, step, w.shape[0], w.shape[1], B1, B2, EPS, BLOCK=1024)

        def r(*s):
            return torch.randn(*s, device=self.device)

        w, m, v = r(S, P), r(S, P), r(S, P).abs()
        state = [w, w.to(torch.bfloat16), m, v, r(S, P).to(torch.bfloat16), r(S).abs(), r(P).abs()]
        table, step = r(3, S, 3).abs() * 0.1, torch.tensor([1], device=self.device)
        one, two = [t.clone() for t in state], [t.clone() for t in state]
        adam_eager(*one, table, step)
        launch(*two, table, step)
        for a, b in zip(one, two, strict=True):
            if not torch.allclose(a.float(), b.float(), rtol=1e-2 if a.dtype == torch.bfloat16 else 1e-4, atol=1e-5):
                raise RuntimeError("the kernel and the plain step differ")
        return launch

    def _windows(self):
        """Held-out windows: domain -> tensor (count, context + 1) of bytes."""
        count = {"full": 256, "smoke": 64, "tiny": 4}[self.lab.mode]
        found = {}
        for name, s in self.text.test.items():
            n = min(count, s["bytes"] // (self.context + 1))
            starts = [s["offset"] + i * (s["bytes"] - self.context - 1) // max(1, n - 1 or 1) for i in range(n)]
            at = self.torch.tensor(starts, device=self.device)[:, None] + self.torch.arange(
                self.context + 1, device=self.device
            )
            found[name] = self.data[at]
        g = self.torch.Generator().manual_seed(7)
        letters = self.torch.randint(97, 123, (max(4, count // 4), 32), generator=g)
        found["_copy"] = (
            letters.repeat(1, self.context // 32 + 1)[:, : self.context + 1].to(self.torch.uint8).to(self.device)
        )
        return found


def adam_eager(w, wb, m, v, g, scale, mul, table, step) -> None:
    """The same step in plain torch."""
    row = table.index_select(0, step)[0]
    g = g * scale[:, None]
    m.lerp_(g.float(), 1 - B1)
    v.mul_(B2).addcmul_(g, g, value=1 - B2)
    denominator = (v * row[:, 1:2]).sqrt_().add_(EPS)
    w.mul_(1 - row[:, 2:3] * mul).sub_(row[:, 0:1] * mul * m / denominator)
    wb.copy_(w)


def make_model(setting: Setting):
    """The class of stacked transformers, once torch is there."""
    torch = setting.torch
    F = torch.nn.functional
    bf16 = torch.bfloat16

    class Rotate(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, cos, sin):
            ctx.save_for_backward(cos, sin)
            return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)

        @staticmethod
        def backward(ctx, g):
            cos, sin = ctx.saved_tensors
            return torch.addcmul(g * cos, g.roll(g.shape[-1] // 2, -1), sin, value=-1), None, None

    class Stack:
        """S transformers of one shape, trained side by side: parameters are rows of one flat matrix."""

        def __init__(self, width: int, layers: int, copies: int, sequences: int, most_steps: int) -> None:
            self.d, self.L, self.S, self.B, self.T = width, layers, copies, sequences, setting.context
            self.head = 64 if width >= 256 else min(32, width)
            self.H = width // self.head
            d = width
            deep = 1 / math.sqrt(2 * layers)
            #: name, shape, standard deviation, learning rate relative to the base (muP: hidden ∝ 1 / width)
            hidden = 128 / d
            self.parts = [("embedding", (256, d), 1.0, EMBEDDING_RATE)]
            for i in range(layers):
                self.parts += [
                    (f"qkv{i}", (d, 3 * d), d**-0.5, hidden),
                    (f"o{i}", (d, d), d**-0.5 * deep, hidden),
                    (f"up{i}", (d, 4 * d), d**-0.5, hidden),
                    (f"down{i}", (4 * d, d), (4 * d) ** -0.5 * deep, hidden),
                ]
            self.parts.append(("head", (d, 256), 0.0, hidden))
            self.sizes = [a * b for _, (a, b), *_ in self.parts]
            self.P = sum(self.sizes)
            self.blocks = self.P - 2 * 256 * d
            dev = setting.device
            factors = [torch.full((n,), float(p[3])) for n, p in zip(self.sizes, self.parts, strict=True)]
            self.mul = torch.cat(factors).to(dev)
            self.w = torch.zeros(copies, self.P, device=dev)
            self.m, self.v = torch.zeros_like(self.w), torch.zeros_like(self.w)
            self.wb = torch.zeros(copies, self.P, device=dev, dtype=bf16, requires_grad=True)
            self.starts = torch.zeros(most_steps, copies, sequences, dtype=torch.int64, device=dev)
            self.table = torch.zeros(most_steps, copies, 3, device=dev)
            self.losses = torch.zeros(most_steps, copies, device=dev)
            self.step = torch.zeros(1, dtype=torch.int64, device=dev)
            self.offsets = torch.arange(self.T + 1, device=dev)
            self.symbols = torch.arange(256, device=dev)
            self.graph = None

        def reset(self, seeds: list[int]) -> None:
            """Draw every copy's parameters from its seed."""
            for s, seed in enumerate(seeds):
                g = torch.Generator(device=setting.device).manual_seed(seed * 7919 + self.d)
                at = 0
                for n, (_, _, deviation, _) in zip(self.sizes, self.parts, strict=True):
                    self.w[s, at : at + n] = (
                        torch.randn(n, generator=g, device=setting.device) * deviation if deviation else 0
                    )
                    at += n
            self.fresh()

        def fresh(self) -> None:
            with torch.no_grad():
                self.m.zero_(), self.v.zero_(), self.step.zero_()
                self.wb.copy_(self.w)

        def logits(self, wb, x):
            """wb: copies × parameters; x: copies × sequences × time, bytes."""
            S, B, T = x.shape
            flat = zip(wb.split(self.sizes, 1), self.parts, strict=True)
            parts = [p.unflatten(1, shape) for p, (_, shape, *_) in flat]
            one_hot = (x.reshape(S, B * T, 1) == self.symbols).to(bf16)
            h = torch.bmm(one_hot, parts[0])
            cos, sin = setting.rope(self.head)
            cos, sin = cos[:, :T], sin[:, :T]
            d = (self.d,)
            for i in range(self.L):
                qkv, o, up, down = parts[1 + 4 * i : 5 + 4 * i]
                z = torch.bmm(F.layer_norm(h, d), qkv).view(S * B, T, 3, self.H, self.head)
                qk, v = z.split([2, 1], 2)
                q, k = Rotate.apply(qk, cos, sin).unbind(2)
                a = F.scaled_dot_product_attention(
                    q.transpose(1, 2), k.transpose(1, 2), v.squeeze(2).transpose(1, 2), is_causal=True
                )
                h = torch.baddbmm(h, a.transpose(1, 2).reshape(S, B * T, self.d), o)
                u = F.gelu(torch.bmm(F.layer_norm(h, d), up), approximate="tanh")
                h = torch.baddbmm(h, u, down)
            return torch.bmm(F.layer_norm(h, d), parts[-1])

        def one_step(self) -> None:
            at = self.starts.index_select(0, self.step)[0]
            tokens = setting.data[at[..., None] + self.offsets]
            x, y = tokens[..., :-1], tokens[..., 1:]
            z = self.logits(self.wb, x).float()
            loss = F.cross_entropy(z.view(-1, 256), y.reshape(-1).long(), reduction="none").view(self.S, -1).mean(1)
            (g,) = torch.autograd.grad(loss.sum(), [self.wb])
            with torch.no_grad():
                norm = torch.linalg.vector_norm(g, dim=1, dtype=torch.float32)
                scale = (1 / (norm + 1e-6)).clamp(max=1)
                arguments = (self.w, self.wb.detach(), self.m, self.v, g, scale, self.mul, self.table, self.step)
                (setting.kernel or adam_eager)(*arguments)
                self.losses.index_copy_(0, self.step, loss.detach()[None])
                self.step += 1

        def capture(self) -> None:
            """Record one step as a graph; on failure steps run one by one."""
            if not setting.graphs:
                return
            try:
                side = torch.cuda.Stream()
                side.wait_stream(torch.cuda.current_stream())
                with torch.cuda.stream(side):
                    for _ in range(3):
                        self.step.zero_()
                        self.one_step()
                torch.cuda.current_stream().wait_stream(side)
                torch.cuda.synchronize()
                self.step.zero_()
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph):
                    self.one_step()
                self.graph = graph
            except Exception as error:
                setting.lab.note(
                    "error", {"what": "capture", "error": repr(error)[:500], "where": traceback.format_exc()[-900:]}
                )
                setting.lab.say(f"capture failed, stepping without a graph: {str(error)[:200]}")
                setting.graphs, self.graph = False, None
                torch.cuda.synchronize()

        def advance(self) -> None:
            self.graph.replay() if self.graph is not None else self.one_step()

        def rates(self, peaks: list[float], steps: int) -> None:
            """Warm-up over 4 % (10 steps at least), then a cosine to zero; AdamW's corrections included."""
            t = torch.arange(1, steps + 1, dtype=torch.float64)
            warm = max(10, round(0.04 * steps))
            shape = torch.where(t <= warm, t / warm, 0.5 * (1 + torch.cos(math.pi * (t - warm) / max(1, steps - warm))))
            rate = shape[:, None] * torch.tensor(peaks, dtype=torch.float64)[None]
            c1, c2 = (1 - B1**t)[:, None], (1 - B2**t)[:, None]
            table = torch.stack([rate / c1, (1 / c2).expand_as(rate), rate * DECAY], -1)
            self.table[:steps] = table.float().to(setting.device)

        def evaluate(self, wb) -> list[dict]:
            """Losses (nats a byte) by domain and simple probes, for every row of wb."""
            S = wb.shape[0]
            n = max(1, min(256, 131072 // (S * self.T)))
            results = [dict() for _ in range(S)]
            correct = torch.zeros(S, device=setting.device, dtype=torch.float64)
            brackets, right, total = (
                torch.tensor([41, 93, 125], device=setting.device),
                torch.zeros(S, device=setting.device),
                0,
            )
            seen = 0
            with torch.no_grad():
                for name, windows in setting.windows.items():
                    nll, copied = torch.zeros(S, device=setting.device, dtype=torch.float64), 0
                    for part in windows.split(n):
                        x, y = part[:, :-1], part[:, 1:].long()
                        z = self.logits(wb, x[None].expand(S, -1, -1)).float().view(S, *y.shape, 256)
                        losses = F.cross_entropy(
                            z.reshape(-1, 256), y.expand(S, -1, -1).reshape(-1), reduction="none"
                        ).view(S, *y.shape)
                        hit = z.argmax(-1) == y
                        if name == "_copy":
                            copied = copied + hit[:, :, 63:].double().mean((1, 2)) * len(part) / len(windows)
                            continue
                        nll += losses.double().sum((1, 2)) / (len(windows) * self.T)
                        if name in setting.text.domains:
                            correct += hit.double().sum((1, 2))
                            seen += y.numel()
                            closing = (y[..., None] == brackets).any(-1)
                            choice = z[..., brackets].argmax(-1)
                            right += ((brackets[choice] == y) & closing).sum((1, 2))
                            total = total + closing.sum()
                    for s in range(S):
                        results[s][name] = copied[s].item() if name == "_copy" else nll[s].item()
            for s, r in enumerate(results):
                inside = [r[d] for d in setting.text.domains]
                r["loss"], r["worst"] = sum(inside) / len(inside), max(inside)
                r["accuracy"] = (correct[s] / max(1, seen)).item()
                r["brackets"] = (right[s] / max(1, int(total))).item()
                r["copying"] = r.pop("_copy")
            return results

    return Stack


def orders(setting: Setting, steps: int, copies: int, sequences: int, seeds: list[int], domains: list[list[int]]):
    """Where each sequence starts: uniform over the domains given for each copy, without repeats within an epoch."""
    torch = setting.torch
    columns = []
    for s in range(copies):
        g = torch.Generator().manual_seed(seeds[s] * 104729 + 5)
        n = steps * sequences
        mine = domains[s]
        which = torch.arange(n) % len(mine)
        starts = torch.empty(n, dtype=torch.int64)
        for j, domain in enumerate(mine):
            seg = setting.text.train[domain]
            at = torch.nonzero(which == j)[:, 0]
            drawn, need = [], len(at)
            per = (seg["bytes"] - setting.context - 1) // setting.context
            while need > 0:
                shift = int(torch.randint(0, setting.context, (1,), generator=g))
                block = torch.randperm(per, generator=g)[:need] * setting.context + shift
                drawn.append(block)
                need -= len(block)
            starts[at] = torch.cat(drawn).clamp(max=seg["bytes"] - setting.context - 1) + seg["offset"] if drawn else 0
        order = starts.view(steps, sequences)
        columns.append(order)
    return torch.stack(columns, 1).to(setting.device)
