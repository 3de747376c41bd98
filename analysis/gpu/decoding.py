"""How near a plain program comes to the bound of memory when it writes text: one token for each text of a batch.

A decoder with random weights of a published model's shapes: RMSNorm, rotary positions, grouped-query attention over a
full cache, gated feed-forward parts, the output head. Queries, keys and values are one product, and so are gate and up;
attention is one kernel (``fused``), or two products and a softmax (``products``). A step is recorded once and replayed
(``graph``), or launched kernel by kernel (``eager``). Weights are bfloat16, or eight bits with one scale (``fp8``:
speed alone is measured); the cache is bfloat16.
"""

from __future__ import annotations

import gc
import json
from functools import partial
from pathlib import Path
from typing import Any

from analysis.gpu.chip import timed
from analysis.gpu.plumbing import Lab, Table

CONFIGS = Path(__file__).parents[1] / "data" / "deepseek_configs"
#: Shapes whose layers are all the same and whose weights fit on the card.
MODELS = ("llama-3.1-8b", "mistral-7b", "llama-2-7b", "qwen2.5-14b", "qwen2.5-32b")
#: One kernel, or two products and a softmax between them.
ATTENTION = ("fused", "products")
BATCHES, CONTEXTS = (1, 4, 16, 64), (512, 4096, 16384)
#: Share of the card's memory that a step may take.
USABLE = 0.92
TINY = {
    **{"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2},
    **{"intermediate_size": 96, "vocab_size": 128},
}


class Decoder:
    """The step of a decoder, with its weights and a full cache."""

    def __init__(self, torch: Any, fields: dict[str, Any], kind: str, device: str) -> None:
        self.torch, self.kind, self.device = torch, kind, device
        self.d, self.layers = fields["hidden_size"], fields["num_hidden_layers"]
        self.heads, self.groups = fields["num_attention_heads"], fields["num_key_value_heads"]
        self.head = fields.get("head_dim") or self.d // self.heads
        wide, rows = fields["intermediate_size"], (self.heads + 2 * self.groups) * self.head
        self.norm = torch.ones(self.d, device=device, dtype=torch.bfloat16)
        self.one = torch.ones((), device=device)
        self.weights = [
            tuple(
                self.matrix(*shape)
                for shape in (
                    (rows, self.d),
                    (self.d, self.heads * self.head),
                    (2 * wide, self.d),
                    (self.d, wide),
                )
            )
            for _ in range(self.layers)
        ]
        self.output = self.matrix(fields["vocab_size"], self.d)

    def matrix(self, outputs: int, inputs: int) -> Any:
        torch = self.torch
        drawn = torch.empty(outputs, inputs, device=self.device, dtype=torch.bfloat16).normal_(std=inputs**-0.5)
        return drawn.to(torch.float8_e4m3fn) if self.kind == "fp8" else drawn

    @property
    def weight_bytes(self) -> int:
        every = [*(m for layer in self.weights for m in layer), self.output]
        return sum(m.numel() * m.element_size() for m in every)

    def fill(self, batch: int, context: int) -> None:
        """A cache of `context` tokens for each of `batch` texts, a token to go on from, and its rotation."""
        torch = self.torch
        self.cache = None  # gives its memory back before the next one takes more
        shape = (self.layers, 2, batch, self.groups, context, self.head)
        self.cache = torch.empty(shape, device=self.device, dtype=torch.bfloat16).normal_()
        self.x = torch.empty(batch, self.d, device=self.device, dtype=torch.bfloat16).normal_()
        angle = context * 1e4 ** -(torch.arange(self.head // 2, device=self.device) / (self.head // 2))
        self.turn = torch.stack([angle.cos(), angle.sin()]).to(torch.bfloat16)

    def product(self, x: Any, weight: Any) -> Any:
        torch = self.torch
        if self.kind == "fp8":
            x = x.to(torch.float8_e4m3fn)
            return torch._scaled_mm(x, weight.t(), scale_a=self.one, scale_b=self.one, out_dtype=torch.bfloat16)
        return torch.nn.functional.linear(x, weight)

    def rotated(self, x: Any) -> Any:
        a, b = x.chunk(2, dim=-1)
        cosine, sine = self.turn
        return self.torch.cat([a * cosine - b * sine, a * sine + b * cosine], dim=-1)

    def looked(self, attention: str, q: Any, keys: Any, values: Any) -> Any:
        """Attention of queries (batch, groups, heads of a group, head); the heads of a group read the cache once."""
        if attention == "fused":
            return self.torch.nn.functional.scaled_dot_product_attention(q, keys, values)
        return (q @ keys.mT * self.head**-0.5).softmax(dim=-1) @ values

    def step(self, attention: str) -> Any:
        """The next token of each text; its key and value take the place of the last of the cache."""
        F = self.torch.nn.functional
        x, batch = self.x, len(self.x)
        for place, (qkv, out, up, down) in enumerate(self.weights):
            keys, values = self.cache[place]
            every = self.product(F.rms_norm(x, (self.d,), self.norm), qkv).view(batch, -1, self.head)
            q, k, v = every.split([self.heads, self.groups, self.groups], dim=1)
            keys[:, :, -1], values[:, :, -1] = self.rotated(k), v
            q = self.rotated(q).view(batch, self.groups, -1, self.head)
            seen = self.looked(attention, q, keys, values)
            x = x + self.product(seen.reshape(batch, -1), out)
            gate, wide = self.product(F.rms_norm(x, (self.d,), self.norm), up).chunk(2, dim=-1)
            x = x + self.product(F.silu(gate) * wide, down)
        return self.product(F.rms_norm(x, (self.d,), self.norm), self.output).argmax(dim=-1)


def replayed(torch: Any, step: Any) -> Any:
    """The step as one recorded graph."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(2):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def decoding(lab: Lab) -> None:
    """Time steps of every model, format, batch and context that fit, the smallest first."""
    import torch

    cuda = torch.cuda.is_available()
    device = "cuda" if cuda else "cpu"
    table = Table(
        lab.out,
        "decoding.csv",
        "model format how attention batch context seconds_median seconds_min repeats bytes gbytes_per_s tokens_per_s",
    )
    room = USABLE * torch.cuda.get_device_properties(0).total_memory if cuda else 1e9
    for name in MODELS if lab.mode == "full" else MODELS[:1]:
        fields = json.loads((CONFIGS / f"{name}.json").read_text("utf-8")) if cuda else TINY
        for kind in ("bf16", "fp8") if cuda else ("bf16",):
            model = lab.attempt(f"{name} {kind}", Decoder, torch, fields, kind, device)
            for context in CONTEXTS if cuda else (16,):
                for batch in BATCHES if cuda else (1, 4):
                    read = 2 * 2 * model.layers * batch * model.groups * context * model.head
                    if model.weight_bytes + read > room or lab.left() < 8:
                        continue
                    lab.attempt(f"{name} {kind} {batch} {context}", measure, lab, table, model, name, batch, context)
            del model
            gc.collect()
            if cuda:
                torch.cuda.empty_cache()


def measure(lab: Lab, table: Table, model: Decoder, name: str, batch: int, context: int) -> None:
    """A row of the table, and one of the step launched kernel by kernel where one text is written."""
    torch = model.torch
    model.fill(batch, context)
    size = model.weight_bytes + model.cache.numel() * model.cache.element_size()
    with torch.inference_mode():
        ways = [("eager", "fused", partial(model.step, "fused"))] if batch == 1 else []
        if torch.cuda.is_available():
            ways += [("graph", kind, replayed(torch, partial(model.step, kind))) for kind in ATTENTION]
        for how, attention, call in ways:
            median, least, repeats = timed(call, 0.25, (5, 100))
            table.add(
                model=name,
                format=model.kind,
                how=how,
                attention=attention,
                batch=batch,
                context=context,
                seconds_median=median,
                seconds_min=least,
                repeats=repeats,
                bytes=size,
                gbytes_per_s=size / median / 1e9,
                tokens_per_s=batch / median,
            )
            lab.say(f"{name} {model.kind} {how} {attention} {batch} x {context}: {batch / median:.1f} tokens/s")
