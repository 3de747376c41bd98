"""Every number that the DeepSeek chapter prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.deepseek import benchmarks, cost, local_cost, offers, outside, serving
from analysis.deepseek.block_scaling import TILE
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.chapter import inputs
from analysis.deepseek.chapter.verdicts import CLAIMED_BILLIONS
from analysis.deepseek.config import published_architecture
from analysis.deepseek.float8 import BF16, E4M3
from analysis.deepseek.flop import (
    FLOP_PER_MULTIPLY_ADD,
    PASSES_OF_TRAINING,
    flop_per_token,
    half_causal_flop,
    layers_that_meet,
)
from analysis.deepseek.parameters import IDLE, count_parameters, parameters_by_use
from analysis.deepseek.serving import PRECISIONS, ServedModel, decode_rate, machines, measured_rates
from analysis.deepseek.training import days, published_run
from analysis.deepseek.utilisation import decompose, decompose_by_definition, utilisation_by_definition
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number

MILLION, BILLION, TRILLION = 1e6, 1e9, 1e12


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _model(),
        _training(),
        _cost(),
        _efficiency(),
        _tests(),
        _home(),
        _fleet(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _fact(identity: str) -> float:
    return facts.load("deepseek")[identity].value


def _model() -> dict[str, Number]:
    v3 = published_architecture("deepseek-v3")
    count = count_parameters(v3)
    llama, qwen = (count_parameters(published_architecture(name)) for name in ("llama-3.1-405b", "qwen2.5-72b"))
    parts = parameters_by_use({inputs.V3: v3}).set_index("part")["parameters"]
    experts = parts["experts at work"] + parts[IDLE]
    return {
        "experts": Number(v3.n_routed_experts, ".0f"),
        "top-k": Number(v3.num_experts_per_tok, ".0f"),
        "moe-layers": Number(v3.mixture_layers, ".0f"),
        "expert-share": Number(experts / count.total, ".0%"),
        "active-share": Number(count.active_without_embedding / count.total, ".1%"),
        "v3-total": Number(count.total / BILLION, ".1f"),
        "v3-active": Number(count.active / BILLION, ".1f"),
        "v3-active-no-input": Number(count.active_without_embedding / BILLION, ".1f"),
        "v3-active-printed": Number(_fact("v3-parameters-active-exact") / BILLION, ".1f"),
        "v3-mtp": Number(count.mtp / BILLION, ".1f"),
        "llama-total": Number(llama.total / BILLION, ".1f"),
        "qwen-inner": Number(qwen.total_without_embeddings / BILLION, ".1f"),
        "v3-hf": Number(_fact("v3-parameters-hugging-face") / BILLION, ".0f"),
        "claim-gap": Number(CLAIMED_BILLIONS - count.total / BILLION, ".0f"),
    }


def _training() -> dict[str, Number]:
    v3, llama = published_run(inputs.V3), published_run(inputs.LLAMA)
    factors = decompose(llama, v3).set_index("factor")["ratio"]
    (llama_key, llama_flop), (qwen_key, qwen_flop) = (
        inputs.PUBLISHED_FLOP[name] for name in (inputs.LLAMA, "Qwen-72B")
    )
    big, qwen = published_architecture(llama_key), published_architecture(qwen_key)
    llama_causal = flop_per_token(big, inputs.CONTEXT).training / BILLION / _fact(llama_flop)
    shares = utilisation_by_definition().query("by == 'ours' and model == @inputs.V3")["share"]
    chips = decompose_by_definition(inputs.LLAMA, inputs.V3).query("peak == 'BF16' and factor == 'utilisation'")[
        "ratio"
    ]
    return {
        "hours-ratio": Number(llama.gpu_hours / v3.gpu_hours, ".1f"),
        "sparsity": Number(factors["sparsity"], ".0f"),
        "sparsity-exact": Number(factors["sparsity"], ".1f"),
        "size-factor": Number(1 / factors["size"], ".2f"),
        "chips-worst": Number(chips.max(), ".2f"),
        "hours-pre": Number(v3.gpu_hours / MILLION, ".3f"),
        "v3-tokens": Number(v3.tokens / TRILLION, ".1f"),
        "v3-gpus": Number(v3.gpus, ",.0f"),
        "days-pre": Number(v3.days, ".1f"),
        "days-all": Number(days(_fact("v3-hours-total"), v3.gpus), ".1f"),
        "qwen-6n": Number(flop_per_token(qwen, attention="none").training / BILLION, ".0f"),
        "qwen-layers": Number(qwen.num_hidden_layers, ".0f"),
        "qwen-layers-that-meet": Number(layers_that_meet(qwen, inputs.CONTEXT, _fact(qwen_flop) * BILLION), ".0f"),
        "llama-half-causal": Number(half_causal_flop(big, inputs.CONTEXT) / BILLION, ",.0f"),
        "llama-causal-gap": Number(llama_causal - 1, ".1%"),
        "flop-forward": Number(FLOP_PER_MULTIPLY_ADD, "words"),
        "flop-back": Number(PASSES_OF_TRAINING - 1, "words"),
        "fp8-bits": Number(E4M3.bits, "words"),
        "bf16-bits": Number(BF16.bits, "words"),
        "fp8-faster": Number(_fact("h100-fp8-peak") / v3.peak, "words"),
        "mfu-low": Number(shares.min(), ".0%"),
        "mfu-high": Number(shares.max(), ".0%"),
        "mfu-v3": Number(v3.utilisation, ".1%"),
        "mfu-llama": Number(llama.utilisation, ".1%"),
        "mfu-v3-causal": Number(published_run(inputs.V3, "causal").utilisation, ".1%"),
        "mfu-llama-full": Number(published_run(inputs.LLAMA, "full").utilisation, ".1%"),
        "mfu-llama-causal": Number(published_run(inputs.LLAMA, "causal").utilisation, ".1%"),
        "mfu-v3-fp8": Number(published_run(inputs.V3, peak="FP8").utilisation, ".1%"),
        "llama-mfu-printed": Number(_fact("llama31-mfu-16384-gpus") / 100, ".0%"),
        "llama-stops": Number(_fact("llama31-interruptions"), ".0f"),
        "llama-stops-days": Number(_fact("llama31-snapshot-days"), ".0f"),
        "hours-per-trillion": Number(_fact("v3-hours-per-trillion") / 1e3, ".0f"),
        "epoch-mfu": Number(_fact("epoch-v3-mfu") / 100, ".1%"),
        "epoch-hours": Number(_fact("epoch-v3-hours") / MILLION, ".3f"),
        **_others(),
        "tokens-a-day": Number(v3.tokens / v3.days / BILLION, ".1f"),
        "tokens-a-day-published": Number(_fact("isca-tokens-per-day") / BILLION, ".1f"),
    }


def _others() -> dict[str, Number]:
    """What others measured of the two models in training."""
    hours = {name: outside.hours_by_others(name) for name in (inputs.V3, inputs.LLAMA)}
    log, v3 = facts.load("cnn_era"), published_run(inputs.V3)
    tokens = math.prod(log[f"deepseek-log-{part}"].value for part in ("steps", "batch", "sequence"))
    rates = outside.training_rates().set_index(["model", "by"])["rate"]
    return {
        "days-others": Number(days(hours[inputs.V3], v3.gpus), ".0f"),
        "hours-others": Number(hours[inputs.V3] / MILLION, ".1f"),
        "hours-ratio-others": Number(hours[inputs.LLAMA] / hours[inputs.V3], ".1f"),
        "llama-faster-others": Number(rates[inputs.LLAMA, "NVIDIA"] / rates[inputs.LLAMA, "Meta"], ".1f"),
        "v3-slower-others": Number(1 - rates[inputs.V3, "NVIDIA"] / rates[inputs.V3, "DeepSeek"], ".0%"),
        "mlperf-share": Number(tokens / v3.tokens, ".2%"),
        "v4-parameters": Number(_fact("v4-pro-parameters") / TRILLION, ".1f"),
        "v4-active": Number(_fact("v4-pro-parameters-active") / BILLION, ".0f"),
    }


def _cost() -> dict[str, Number]:
    known, scaling = cost.v3_rerun(), facts.load("scaling")
    epoch = cost.cloud_costs().set_index("model")
    llama = cost.final_run_costs().set_index("model")["dollars"]["Llama 3.1 405B"] / MILLION
    v3 = _fact("v3-cost-total") / MILLION
    swings = known.tornado().set_index("input")["swing"]
    return {
        "run-cost": Number(v3, ".3f"),
        "rent": Number(_fact("v3-price"), ".0f"),
        "r1-hours": Number(_fact("r1-hours-total") / 1e3, ".0f"),
        "r1-cost": Number(_fact("r1-cost") / 1e3, ".0f"),
        "r1-all": Number(v3 + _fact("r1-cost") / MILLION, ".2f"),
        "gpt4-over-v3": Number(epoch["times V3"]["GPT-4"], ".0f"),
        "gemini-over-v3": Number(epoch["times V3"]["Gemini Ultra"], ".0f"),
        "gpt4-over-v3-revised": Number(epoch["times V3"]["GPT-4, revised"], ".0f"),
        "gemini-over-v3-revised": Number(epoch["times V3"]["Gemini Ultra, revised"], ".0f"),
        "llama-epoch-low": Number(epoch["dollars"]["Llama 3.1 405B, revised"] / MILLION, ".0f"),
        "llama-epoch-high": Number(epoch["dollars"]["Llama 3.1 405B"] / MILLION, ".0f"),
        "llama-rent": Number(llama, ".0f"),
        "llama-over-v3": Number(llama / v3, ".0f"),
        "multiplier-low": Number(scaling["cottier-development-compute-low"].value, ".1f"),
        "multiplier-high": Number(scaling["cottier-development-compute-high"].value, ".0f"),
        "capex": Number(_fact("semianalysis-capex") / BILLION, ".1f"),
        "anew-low": Number(known.interval.low / MILLION, ".0f"),
        "anew-middle": Number(known.middle / MILLION, ".0f"),
        "anew-high": Number(known.interval.high / MILLION, ".0f"),
        "anew-level": Number(known.level, ".0%"),
        "research-swing": Number(swings["research"], ".1f"),
        "price-swing": Number(swings["price"], ".1f"),
        "share-fall": Number(1 - _fact("nvidia-close-after") / _fact("nvidia-close-before"), ".0%"),
    }


def _efficiency() -> dict[str, Number]:
    models = {name: published_architecture(key) for name, key in inputs.CACHED.items()}
    long = max(inputs.LENGTHS)
    gigabytes = {name: kv_cache_bytes(model, long) / BILLION for name, model in models.items()}
    token = {name: kv_cache_bytes(model) / 1000 for name, model in models.items()}
    full = kv_cache_bytes(models[inputs.V3].without_latent(), long) / BILLION
    balance = load_result("deepseek-routing").query("limited and step == step.max()")
    busiest = balance.groupby(balance["speed"] > 0)["imbalance"].mean()
    error = load_result("deepseek-fp8").groupby(["format", "scaling", "strength"])["error"].mean()
    sums = load_result("deepseek-fp8-sums").groupby(["signs", "promote", "inner"])["error"].mean()
    rules = load_result("gpu-fp8-rules").query("fast == 1")
    met = rules.groupby(["rule", "kind"])["equal"].mean()
    tried = rules.query("rule == 'exponents'")
    guess = facts.load("deepseek")["home-mtp-acceptance"]
    return {
        "long-context": Number(long, ",.0f"),
        "cache-v3": Number(gigabytes[inputs.V3], ".1f"),
        "cache-llama": Number(gigabytes[inputs.LLAMA], ".0f"),
        "cache-mha": Number(full, ".0f"),
        "cache-v3-token": Number(token[inputs.V3], ".3f"),
        "cache-llama-token": Number(token[inputs.LLAMA], ".3f"),
        "cache-quotient": Number(token[inputs.LLAMA] / token[inputs.V3], ".3f"),
        "load-alone": Number(busiest[False], ".1f"),
        "load-bias": Number(busiest[True], ".1f"),
        "e4m3-values": Number(len(E4M3.grid()), ".0f"),
        "strip": Number(TILE, ".0f"),
        "fp8-bears": Number(inputs.BORNE, ",.0f"),
        "fp8-breaks": Number(inputs.BREAKING, ",.0f"),
        "int8-breaks": Number(inputs.RUINOUS, ",.0f"),
        "fp8-error": Number(error["E4M3", "tiles", 1.0], ".1%"),
        "fp8-outliers": Number(error["E4M3", "matrix", inputs.BORNE], ".1%"),
        "fp8-broken": Number(error["E4M3", "matrix", inputs.BREAKING], ".0%"),
        "int8-broken": Number(error["INT8", "matrix", inputs.RUINOUS], ".0%"),
        "sum-positive": Number(sums["positive", 0, inputs.SUM], ".1%"),
        "sum-random": Number(sums["random", 0, inputs.SUM], ".2%"),
        "sum-promoted": Number(sums["positive", TILE, inputs.SUM], ".2%"),
        "sum-published": Number(_fact("fp8-accumulation-error") / 100, ".0%"),
        "chip-sums": Number(tried["outputs"].sum() / MILLION, ".2f"),
        "chip-first-low": Number(met["book"].min(), ".0%"),
        "chip-first-high": Number(met["book"].max(), ".1%"),
        "chip-equal": Number((tried["equal"] * tried["outputs"]).sum() / tried["outputs"].sum(), ".0%"),
        "sum-length": Number(inputs.SUM, ",.0f"),
        "guess-low": Number(guess.low, ".0%"),
        "guess-high": Number(guess.high, ".0%"),
        "guess-speed": Number(_fact("home-mtp-speedup"), ".1f"),
    }


def _tests() -> dict[str, Number]:
    parts: dict[str, Number] = {}
    for which in inputs.TABLES:
        count = benchmarks.count_wins(benchmarks.benchmark_table(which))
        parts |= {
            f"{which}-rows": Number(count.total, ".0f"),
            f"{which}-wins": Number(count.wins, ".0f"),
            f"{which}-ties": Number(count.ties, ".0f"),
            f"{which}-losses": Number(count.losses, ".0f"),
        }
    own = benchmarks.count_wins(benchmarks.with_own_reports(benchmarks.benchmark_table("base")))
    arena = outside.arena_lead()
    reports = benchmarks.own_reports()
    comparable = reports[reports["comparable"] == "yes"]
    return {
        **parts,
        "arena-lead": Number(arena.points, ".0f"),
        "arena-error": Number(arena.error, ".0f"),
        "arena-preferred": Number(arena.preferred, ".0%"),
        "tie": Number(_fact("v3-tie-threshold"), ".1f"),
        "own-wins": Number(own.wins, ".0f"),
        "own-losses": Number(own.losses, ".0f"),
        "own-compared": Number(len(comparable), ".0f"),
        "own-gap": Number(comparable["gap"].median(), ".1f"),
        "cluster-p": Number(benchmarks.cluster_sign_test(benchmarks.benchmark_table("base")), ".2f"),
        "toss-p": Number(benchmarks.sign_test(benchmarks.count_wins(benchmarks.benchmark_table("base"))), ".3f"),
    }


def _rate(model: str, machine: str) -> float:
    """Most tokens a second of a model at home on a machine."""
    served = ServedModel.of(published_architecture(inputs.AT_HOME[model]))
    return float(decode_rate(machines()[machine], served, PRECISIONS[inputs.PRECISION], inputs.CONTEXT))


def _home() -> dict[str, Number]:
    bits = PRECISIONS[inputs.PRECISION]
    llama, v3 = (ServedModel.of(published_architecture(inputs.AT_HOME[name])) for name in ("Llama-70B", inputs.V3))
    prices = local_cost.api_prices().set_index("model")["blend"]
    local = local_cost.costs_by_hours(inputs.LOCAL, inputs.HOURS, _fact("home-electricity"), bits, inputs.CONTEXT)
    local = local.set_index(["local", "hours"])["dollars"]
    scores = local_cost.published_scores().set_index(["test", "key"])["score"][inputs.TEST]
    small, large = scores[inputs.SMALL], scores[inputs.LARGE]
    kept = local_cost.kept_without_loss(small, large)
    problems = _fact("home-problems-aime")
    errors = [100 * local_cost.score_error(score, problems) for score in (small, large, kept)]
    metered, flat = offers.count_changes(offers.listed_offers())
    reached = measured_rates()["share"]
    day = max(inputs.HOURS)
    return {
        "home-dense": Number(llama.parameters * PRECISIONS["BF16"] / 8 / BILLION, ".0f"),
        "home-dense-4": Number(llama.parameters * bits / 8 / BILLION, ".0f"),
        "home-v3-4": Number(v3.parameters * bits / 8 / BILLION, ".0f"),
        "home-v3-read": Number(v3.active * bits / 8 / BILLION, ".0f"),
        "home-bits": Number(bits, ".1f"),
        "home-pc": Number(_rate("Llama-70B", "pc"), ".1f"),
        "home-mixtral-pc": Number(_rate("Mixtral", "pc"), ".0f"),
        "home-m4max": Number(_rate("Llama-70B", "m4max"), ".0f"),
        "home-v3-studio": Number(_rate(inputs.V3, "m3ultra"), ".0f"),
        "home-dense-studio": Number(_rate(inputs.LLAMA, "m3ultra"), ".1f"),
        "home-studio-price": Number(machines()["m3ultra"].price, ",.0f"),
        "home-m4max-price": Number(machines()["m4max"].price, ",.0f"),
        "home-framework": Number(_rate("Llama-70B", "framework"), ".1f"),
        "home-framework-measured": Number(_fact("home-measured-framework-70b-4bit-rate"), ".1f"),
        "home-framework-measured-low": Number(
            facts.load("deepseek")["home-measured-framework-70b-4bit-rate"].low, ".1f"
        ),
        "home-framework-price": Number(machines()["framework"].price, ",.0f"),
        "home-framework-price-2026": Number(serving.latest_price("framework"), ",.0f"),
        "home-used": Number(_rate("Llama-70B", "rtx3090x2"), ".0f"),
        "home-used-price": Number(machines()["rtx3090x2"].price, ",.0f"),
        "home-reached": Number(len(reached), "words"),
        "home-reached-low": Number(reached.min(), ".0%"),
        "home-reached-high": Number(reached.max(), ".0%"),
        "service-v3": Number(prices[inputs.V3], ".2f"),
        "service-mini": Number(prices["GPT-4o mini"], ".2f"),
        "service-ratio": Number(prices["GPT-4o, August"] / prices[inputs.V3], ".0f"),
        "service-before": Number(prices["GPT-4"] / prices["GPT-4o, August"], ".0f"),
        "local-card-hour": Number(local[inputs.CARD, 1.0], ".1f"),
        "local-card-day": Number(local[inputs.CARD, day], ".2f"),
        "local-studio-hour": Number(local[inputs.STUDIO, 1.0], ".0f"),
        "local-studio-day": Number(local[inputs.STUDIO, day], ".1f"),
        "day": Number(day, ".0f"),
        "hybrid-kept": Number(kept, ".0%"),
        "hybrid-problems": Number(problems, "words"),
        "hybrid-local-error": Number(errors[0], ".0f"),
        "hybrid-service-error": Number(errors[1], ".0f"),
        "hybrid-kept-error": Number(errors[2], ".0f"),
        "v2-yuan": Number(_fact("api-war-deepseek"), ".0f"),
        "alibaba-cut": Number(_fact("api-war-alibaba-cut") / 100, ".0%"),
        "service-pro": Number(prices["DeepSeek-V4-Pro, August"], ".2f"),
        "service-peak": Number(_fact("api-deepseek-peak-factor"), "words"),
        "service-flash": Number(prices["DeepSeek-V4.1-Flash"], ".2f"),
        "offers-flat": Number(flat, "words"),
        "offers-metered": Number(metered, "words"),
        "offers-makers": Number(len(offers.hybrid_makers(offers.listed_offers())), "words"),
        "hybrid-local": Number(small, ".1%"),
        "hybrid-service": Number(large, ".1%"),
    }


def _fleet() -> dict[str, Number]:
    fleet, llama = _fact("meta-h100-fleet"), _fact("llama31-405b-gpus")
    return {
        "llama-gpus": Number(llama, ",.0f"),
        "fleet-share": Number(llama / fleet, ".1%"),
        "fleet-llama4": Number(_fact("meta-llama4-cluster"), ",.0f"),
        "fleet-days": Number(days(_fact("llama31-405b-hours"), fleet), ".1f"),
        "llama-days": Number(days(_fact("llama31-405b-hours"), llama), ".0f"),
        "gpus-ratio": Number(llama / _fact("v3-gpus"), ".0f"),
        "fleet-ratio": Number(fleet / _fact("v3-gpus"), ".0f"),
        "deepseek-fleet": Number(_fact("semianalysis-hopper"), ",.0f"),
        "deepseek-fleet-share": Number(_fact("v3-gpus") / _fact("semianalysis-hopper"), ".0%"),
    }
