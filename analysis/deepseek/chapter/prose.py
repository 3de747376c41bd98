"""Every number that the DeepSeek chapter prints in its sentences."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.deepseek import benchmarks
from analysis.deepseek.block_scaling import TILE
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.chapter import study
from analysis.deepseek.config import published_architecture
from analysis.deepseek.float8 import E4M3
from analysis.deepseek.memory import memory
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.serving import PRECISIONS, machines, measured_rates
from analysis.deepseek.training import days
from analysis.kit import facts
from analysis.kit.numbers import Number

MILLION, BILLION, TRILLION = 1e6, 1e9, 1e12
CONTEXT = 131_072


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


def _model() -> dict[str, Number]:
    v3 = published_architecture("deepseek-v3")
    count = count_parameters(v3)
    llama, qwen = (count_parameters(published_architecture(name)) for name in ("llama-3.1-405b", "qwen2.5-72b"))
    parts = study.parameters().query("model == 'DeepSeek-V3'").set_index("part")["billion"]
    experts = parts["experts at work"] + parts["idle experts"]
    return {
        "experts": Number(v3.n_routed_experts, ".0f"),
        "top-k": Number(v3.num_experts_per_tok, ".0f"),
        "moe-layers": Number(v3.mixture_layers, ".0f"),
        "expert-share": Number(experts / (count.total / BILLION), ".0%"),
        "active-share": Number(count.active_without_embedding / count.total, ".1%"),
        "v3-total": Number(count.total / BILLION, ".1f"),
        "v3-active": Number(count.active / BILLION, ".1f"),
        "v3-active-no-input": Number(count.active_without_embedding / BILLION, ".1f"),
        "v3-active-printed": Number(study.fact("v3-parameters-active-exact") / BILLION, ".1f"),
        "v3-mtp": Number(count.mtp / BILLION, ".1f"),
        "llama-total": Number(llama.total / BILLION, ".1f"),
        "qwen-inner": Number(qwen.total_without_embeddings / BILLION, ".1f"),
        "v3-hf": Number(study.fact("v3-parameters-hugging-face") / BILLION, ".0f"),
        "claim-gap": Number(673 - count.total / BILLION, ".0f"),
    }


def _training() -> dict[str, Number]:
    fact = study.fact
    v3, llama = study.run("DeepSeek-V3"), study.run("Llama-405B")
    factors = study.saving().set_index("factor")["ratio"]
    qwen = study.flop_per_token().query("model == 'Qwen-72B'")["gflop"]
    llama_causal = study.flop_per_token().query("model == 'Llama-405B' and counted == 'with attention, causal'")
    shares = study.utilisations()
    ours = shares[shares["by"] == "ours"]
    v3_shares = ours[ours["model"] == "DeepSeek-V3"]["share"]
    at = ours.set_index(["row", "model"])["share"]
    causal = "over all hours: causal attention, BF16 peak"
    chips = study.decompositions().query("peak == 'BF16' and factor == 'utilisation'")["ratio"]
    return {
        "hours-ratio": Number(llama.gpu_hours / v3.gpu_hours, ".1f"),
        "sparsity": Number(factors["sparsity"], ".0f"),
        "sparsity-exact": Number(factors["sparsity"], ".1f"),
        "size-factor": Number(1 / factors["size"], ".2f"),
        "chips-worst": Number(float(chips.max()), ".2f"),
        "hours-pre": Number(v3.gpu_hours / MILLION, ".3f"),
        "v3-tokens": Number(v3.tokens / TRILLION, ".1f"),
        "v3-gpus": Number(v3.gpus, ",.0f"),
        "days-pre": Number(v3.days, ".1f"),
        "days-all": Number(days(fact("v3-hours-total"), v3.gpus), ".1f"),
        "qwen-6n": Number(float(qwen.min()), ".0f"),
        "qwen-layers": Number(published_architecture("qwen2.5-72b").num_hidden_layers, ".0f"),
        "qwen-layers-that-meet": Number(study.layers_that_meet("Qwen-72B"), ".0f"),
        "llama-half-causal": Number(study.half_causal_flop("Llama-405B"), ",.0f"),
        "llama-causal-gap": Number(float(llama_causal["ratio"].iloc[0]) - 1, ".1%"),
        "mfu-low": Number(float(v3_shares.min()), ".0%"),
        "mfu-high": Number(float(v3_shares.max()), ".0%"),
        "mfu-v3": Number(v3.utilisation, ".1%"),
        "mfu-llama": Number(llama.utilisation, ".1%"),
        "mfu-v3-causal": Number(float(at[causal, "DeepSeek-V3"]), ".1%"),
        "mfu-llama-full": Number(study.run("Llama-405B", "with attention, not causal").utilisation, ".1%"),
        "mfu-llama-causal": Number(float(at[causal, "Llama-405B"]), ".1%"),
        "mfu-v3-fp8": Number(study.run("DeepSeek-V3", peak="FP8").utilisation, ".1%"),
        "llama-mfu-printed": Number(fact("llama31-mfu-16384-gpus") / 100, ".0%"),
        "llama-stops": Number(fact("llama31-interruptions"), ".0f"),
        "llama-stops-days": Number(fact("llama31-snapshot-days"), ".0f"),
        "hours-per-trillion": Number(fact("v3-hours-per-trillion") / 1e3, ".0f"),
        "epoch-mfu": Number(fact("epoch-v3-mfu") / 100, ".1%"),
        "epoch-hours": Number(fact("epoch-v3-hours") / MILLION, ".3f"),
        "tokens-a-day": Number(v3.tokens / v3.days / BILLION, ".1f"),
        "tokens-a-day-published": Number(fact("isca-tokens-per-day") / BILLION, ".1f"),
    }


def _cost() -> dict[str, Number]:
    fact = study.fact
    known, scaling = study.development(), facts.load("scaling")
    rents = study.same_method()
    epoch = rents.query("by == 'Epoch’s estimates'").set_index("model")[["low", "high"]].stack()
    llama = rents.query("by == 'published hours at $2'").set_index("model")["low"]["Llama-405B"]
    v3 = fact("v3-cost-total") / MILLION
    swings = study.tornado().set_index("input")
    return {
        "run-cost": Number(v3, ".3f"),
        "rent": Number(fact("v3-price"), ".0f"),
        "r1-hours": Number(fact("r1-hours-total") / 1e3, ".0f"),
        "r1-cost": Number(fact("r1-cost") / 1e3, ".0f"),
        "r1-all": Number(v3 + fact("r1-cost") / MILLION, ".2f"),
        "gpt4-over-v3": Number(epoch["GPT-4", "low"] / epoch["DeepSeek-V3", "low"], ".0f"),
        "gemini-over-v3": Number(epoch["Gemini Ultra", "low"] / epoch["DeepSeek-V3", "low"], ".0f"),
        "llama-epoch-low": Number(epoch["Llama-405B", "low"], ".0f"),
        "llama-epoch-high": Number(epoch["Llama-405B", "high"], ".0f"),
        "llama-rent": Number(llama, ".0f"),
        "llama-over-v3": Number(llama / v3, ".0f"),
        "multiplier-low": Number(scaling["cottier-development-compute-low"].value, ".1f"),
        "multiplier-high": Number(scaling["cottier-development-compute-high"].value, ".0f"),
        "capex": Number(fact("semianalysis-capex") / BILLION, ".1f"),
        "anew-low": Number(known.interval.low / MILLION, ".0f"),
        "anew-middle": Number(known.middle / MILLION, ".0f"),
        "anew-high": Number(known.interval.high / MILLION, ".0f"),
        "research-swing": Number(float(swings.loc["research", "high"] / swings.loc["research", "low"]), ".1f"),
        "price-swing": Number(float(swings.loc["price", "high"] / swings.loc["price", "low"]), ".1f"),
        "share-fall": Number(1 - fact("nvidia-close-after") / fact("nvidia-close-before"), ".0%"),
    }


def _efficiency() -> dict[str, Number]:
    fact = study.fact
    sizes = study.cache_sizes().query("tokens == @CONTEXT").set_index("model")["gigabytes"]
    kilobytes = {
        name: kv_cache_bytes(published_architecture(study.MODELS[name])) / 1000
        for name in ("DeepSeek-V3", "Qwen-72B", "Llama-405B")
    }
    routed = study.routing().query("step == 399").set_index("bias")
    rounded = study.float8().set_index(["format", "scaling", "strength"])["error"]
    f, i = "FP8 (E4M3)", "integers of eight bits"
    sums = study.long_sums().set_index(["signs", "promote", "inner"])["error"]
    guess = facts.load("deepseek")["home-mtp-acceptance"]
    return {
        "long-context": Number(CONTEXT, ",.0f"),
        "cache-v3": Number(float(sizes["DeepSeek-V3"]), ".1f"),
        "cache-llama": Number(float(sizes["Llama-405B"]), ".0f"),
        "cache-mha": Number(float(sizes["V3 without MLA (MHA)"]), ".0f"),
        "cache-v3-token": Number(kilobytes["DeepSeek-V3"], ".3f"),
        "cache-llama-token": Number(kilobytes["Llama-405B"], ".3f"),
        "cache-quotient": Number(kilobytes["Llama-405B"] / kilobytes["DeepSeek-V3"], ".3f"),
        "load-alone": Number(float(routed.loc["without", "imbalance"]), ".1f"),
        "load-bias": Number(float(routed.loc["with the bias", "imbalance"]), ".1f"),
        "e4m3-values": Number(len(E4M3.grid()), ".0f"),
        "strip": Number(TILE, ".0f"),
        "fp8-error": Number(float(rounded[f, "tiles", 1.0]), ".1%"),
        "fp8-outliers": Number(float(rounded[f, "matrix", 1e4]), ".1%"),
        "fp8-broken": Number(float(rounded[f, "matrix", 1e5]), ".0%"),
        "int8-broken": Number(float(rounded[i, "matrix", 100.0]), ".0%"),
        "sum-positive": Number(float(sums["positive", 0, 4096]), ".1%"),
        "sum-random": Number(float(sums["random", 0, 4096]), ".2%"),
        "sum-promoted": Number(float(sums["positive", 128, 4096]), ".2%"),
        "sum-published": Number(fact("fp8-accumulation-error") / 100, ".0%"),
        "sum-length": Number(4096, ",.0f"),
        "guess-low": Number(guess.low, ".0%"),
        "guess-high": Number(guess.high, ".0%"),
        "guess-speed": Number(fact("home-mtp-speedup"), ".1f"),
    }


def _tests() -> dict[str, Number]:
    parts: dict[str, Number] = {}
    for which in ("base", "chat"):
        count = benchmarks.count_wins(benchmarks.table(which))  # type: ignore[arg-type]
        parts |= {
            f"{which}-rows": Number(count.total, ".0f"),
            f"{which}-wins": Number(count.wins, ".0f"),
            f"{which}-ties": Number(count.ties, ".0f"),
            f"{which}-losses": Number(count.losses, ".0f"),
        }
    own = benchmarks.count_wins(benchmarks.with_own_reports(benchmarks.table("base")))
    reports = benchmarks.own_reports()
    comparable = reports[reports["comparable"] == "yes"]
    return {
        **parts,
        "tie": Number(study.fact("v3-tie-threshold"), ".1f"),
        "own-wins": Number(own.wins, ".0f"),
        "own-losses": Number(own.losses, ".0f"),
        "own-compared": Number(len(comparable), ".0f"),
        "own-gap": Number(float(comparable["gap"].median()), ".1f"),
        "cluster-p": Number(benchmarks.cluster_sign_test(benchmarks.table("base")), ".2f"),
        "toss-p": Number(benchmarks.sign_test(benchmarks.count_wins(benchmarks.table("base"))), ".3f"),
    }


def _home() -> dict[str, Number]:
    rows = study.at_home().query("context == '4,096 tokens'").set_index(["model", "precision", "machine"])["rate"]
    names = {key: machine.name for key, machine in machines().items()}
    llama = memory(published_architecture("llama-3.1-70b"), 16)
    prices = study.prices().set_index("model")["dollars"]
    local = study.local_or_service().set_index(["local", "hours"])["dollars"]
    card, studio = "Qwen-32B on an RTX 4090", "DeepSeek-V3 on an M3 Ultra"
    best = study.hybrid()
    best = best[best["how"] == best["how"].iloc[0]]
    reached = measured_rates()["share"]
    v3, bits = study.served()["DeepSeek-V3"], PRECISIONS["4-bit"]
    return {
        "home-dense": Number(llama.weights / BILLION, ".0f"),
        "home-dense-4": Number(study.served()["Llama-70B"].parameters * bits / 8 / BILLION, ".0f"),
        "home-v3-4": Number(v3.parameters * bits / 8 / BILLION, ".0f"),
        "home-v3-read": Number(v3.active * bits / 8 / BILLION, ".0f"),
        "home-bits": Number(bits, ".1f"),
        "home-pc": Number(float(rows["Llama-70B", "4-bit", names["pc"]]), ".1f"),
        "home-mixtral-pc": Number(float(rows["Mixtral", "4-bit", names["pc"]]), ".0f"),
        "home-m4max": Number(float(rows["Llama-70B", "4-bit", names["m4max"]]), ".0f"),
        "home-v3-studio": Number(float(rows["DeepSeek-V3", "4-bit", names["m3ultra"]]), ".0f"),
        "home-dense-studio": Number(float(rows["Llama-405B", "4-bit", names["m3ultra"]]), ".1f"),
        "home-studio-price": Number(machines()["m3ultra"].price, ",.0f"),
        "home-m4max-price": Number(machines()["m4max"].price, ",.0f"),
        "home-reached-low": Number(float(reached.min()), ".0%"),
        "home-reached-high": Number(float(reached.max()), ".0%"),
        "service-v3": Number(float(prices["DeepSeek-V3"]), ".2f"),
        "service-mini": Number(float(prices["GPT-4o mini"]), ".2f"),
        "service-ratio": Number(float(prices["GPT-4o, August"] / prices["DeepSeek-V3"]), ".0f"),
        "service-before": Number(float(prices["GPT-4"] / prices["GPT-4o, August"]), ".0f"),
        "local-card-hour": Number(float(local[card, 1.0]), ".1f"),
        "local-card-day": Number(float(local[card, 24.0]), ".2f"),
        "local-studio-hour": Number(float(local[studio, 1.0]), ".0f"),
        "local-studio-day": Number(float(local[studio, 24.0]), ".1f"),
        "day": Number(24, ".0f"),
        "hybrid-kept": Number(float(best[best["solved"] >= best["solved"].max() - 1e-9]["share"].max()), ".0%"),
        "hybrid-local": Number(float(best["solved"].min()), ".1%"),
        "hybrid-service": Number(float(best["solved"].max()), ".1%"),
    }


def _fleet() -> dict[str, Number]:
    fact = study.fact
    fleet, llama = fact("meta-h100-fleet"), fact("llama31-405b-gpus")
    return {
        "llama-gpus": Number(llama, ",.0f"),
        "fleet-share": Number(llama / fleet, ".1%"),
        "fleet-days": Number(days(fact("llama31-405b-hours"), fleet), ".1f"),
        "llama-days": Number(days(fact("llama31-405b-hours"), llama), ".0f"),
        "gpus-ratio": Number(llama / fact("v3-gpus"), ".0f"),
        "fleet-ratio": Number(fleet / fact("v3-gpus"), ".0f"),
        "deepseek-fleet": Number(fact("semianalysis-hopper"), ",.0f"),
        "deepseek-fleet-share": Number(fact("v3-gpus") / fact("semianalysis-hopper"), ".0%"),
    }
