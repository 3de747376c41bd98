"""Every number that the DeepSeek chapter prints in its sentences."""

from __future__ import annotations

import math

from analysis.deepseek import benchmarks, cost, local_cost, offers, outside, serving
from analysis.deepseek.block_scaling import TILE
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.chapter import inputs, words
from analysis.deepseek.config import published_architecture
from analysis.deepseek.float8 import BF16, E4M3
from analysis.deepseek.flop import (
    FLOP_PER_MULTIPLY_ADD,
    PASSES_OF_TRAINING,
    flop_per_token,
    half_causal_flop,
    layers_that_meet,
)
from analysis.deepseek.local_cost import service_price
from analysis.deepseek.parameters import IDLE, count_parameters, parameters_by_use
from analysis.deepseek.serving import PRECISIONS, ServedModel, decode_rate, measured_rates, published_machine
from analysis.deepseek.training import days, published_run
from analysis.deepseek.utilisation import decompose, decompose_by_definition, utilisation_by_definition
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, joined

MILLION, BILLION, TRILLION = 1e6, 1e9, 1e12


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _model(),
        _training(),
        _cost(),
        _efficiency(),
        _tests(),
        _home(),
        _fleet(),
    )


def _fact(identity: str) -> float:
    return facts.load("deepseek")[identity].value


def _model() -> dict[str, Number]:
    v3 = published_architecture("deepseek-v3")
    count = count_parameters(v3)
    llama, qwen = (count_parameters(published_architecture(name)) for name in ("llama-3.1-405b", "qwen2.5-72b"))
    parts = parameters_by_use({inputs.V3: v3}).set_index("part")["parameters"]
    experts = parts["experts at work"] + parts[IDLE]
    return {
        "expert-share": Number(
            experts / count.total,
            ".0%",
            how="Share of V3's parameters in experts: parameters of routed and shared experts, at work and idle, "
            "over all of the model",
        ),
        "active-share": Number(
            count.active_without_embedding / count.total,
            ".1%",
            how="Share of V3 that reads a token: parameters that work on a token, without the table at the "
            "input, over all parameters of the model",
        ),
        "v3-total": Number(count.total / BILLION, ".1f", how=words.TOTAL),
        "v3-active": Number(count.active / BILLION, ".1f", how=words.ACTIVE),
        "v3-active-no-input": Number(
            count.active_without_embedding / BILLION,
            ".1f",
            how="Active parameters of V3, billions: those that multiply one token, without the table at the "
            "input, of which it reads one row",
        ),
        "v3-active-printed": Number(_fact("v3-parameters-active-exact") / BILLION, ".1f"),
        "v3-mtp": Number(
            count.mtp / BILLION,
            ".1f",
            how="Parameters of V3's prediction module, billions: one more layer with all its experts and the "
            "matrix that joins its inputs, without its copies of table and head",
        ),
        "llama-total": Number(
            llama.total / BILLION,
            ".1f",
            how="Parameters of Llama-405B, billions: the sizes of all matrices of its configuration, added up",
        ),
        "qwen-inner": Number(
            qwen.total_without_embeddings / BILLION,
            ".1f",
            how="Parameters of Qwen-72B without its tables, billions: all matrices of its configuration less the "
            "table at the input and the output head",
        ),
        "v3-hf": Number(_fact("v3-parameters-hugging-face") / BILLION, ".0f"),
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
        "hours-ratio": Number(llama.gpu_hours / v3.gpu_hours, ".1f", how=words.HOURS),
        "sparsity-exact": Number(factors["sparsity"], ".1f", how=words.SPARSITY),
        "size-factor": Number(
            1 / factors["size"],
            ".2f",
            how="V3's size over Llama-405B's: all parameters of the one over all of the other, both counted from "
            "their configurations",
        ),
        "chips-worst": Number(
            chips.max(),
            ".2f",
            how="Most that the chips can explain: utilisation of V3 over that of Llama-405B, both at the BF16 "
            "peak, the largest over three ways of counting arithmetic",
        ),
        "hours-pre": Number(v3.gpu_hours / MILLION, ".3f"),
        "v3-tokens": Number(v3.tokens / TRILLION, ".1f"),
        "v3-gpus": Number(v3.gpus, ",.0f"),
        "days-pre": Number(v3.days, ".1f", how=words.DAYS),
        "qwen-6n": Number(
            flop_per_token(qwen, attention="none").training / BILLION,
            ".0f",
            how=f"GFLOP a token of Qwen-72B, without attention: {FLOP_PER_MULTIPLY_ADD * PASSES_OF_TRAINING} for "
            "each parameter whose matrix multiplies a token, in training",
        ),
        "qwen-printed": Number(_fact(qwen_flop), ".0f"),
        "qwen-causal": Number(
            flop_per_token(qwen, inputs.CONTEXT).training / BILLION,
            ".0f",
            how="GFLOP a token of Qwen-72B, causal attention: training arithmetic in a sequence of "
            f"{inputs.CONTEXT:,} tokens, of which each looks at those before it",
        ),
        "qwen-layers": Number(qwen.num_hidden_layers, ".0f", how="Layers of Qwen-72B: as its configuration says"),
        "qwen-layers-that-meet": Number(
            layers_that_meet(qwen, inputs.CONTEXT, _fact(qwen_flop) * BILLION),
            ".0f",
            how="Layers that would give Qwen-72B's printed FLOP: the number with which training arithmetic with "
            f"half of causal attention, at {inputs.CONTEXT:,} tokens, comes nearest to the print",
        ),
        "llama-half-causal": Number(
            half_causal_flop(big, inputs.CONTEXT) / BILLION,
            ",.0f",
            how="GFLOP a token of Llama-405B, half causal: midway between the training arithmetic without "
            f"attention and with causal attention, in a sequence of {inputs.CONTEXT:,} tokens",
        ),
        "llama-causal-gap": Number(
            llama_causal - 1,
            ".1%",
            how="Our causal count over the published one: training arithmetic a token of Llama-405B at "
            f"{inputs.CONTEXT:,} tokens, over the printed figure, less one",
        ),
        "flop-forward": Number(
            FLOP_PER_MULTIPLY_ADD,
            "words",
            how="FLOP a parameter and token, forwards: by definition, one multiplication and one addition",
        ),
        "flop-back": Number(
            PASSES_OF_TRAINING - 1,
            "words",
            how="The way back, in ways forward: by definition, the passes of training less the one forwards",
        ),
        "fp8-bits": Number(
            E4M3.bits, "words", how="Bits of a number in FP8: sign, exponent and mantissa of the format, added up"
        ),
        "bf16-bits": Number(
            BF16.bits, "words", how="Bits of a number in BF16: sign, exponent and mantissa of the format, added up"
        ),
        "fp8-faster": Number(
            _fact("h100-fp8-peak") / v3.peak,
            "words",
            how="FP8 peak over BF16 peak: of the chip that both runs used, dense matrices",
        ),
        "mfu-low": Number(
            shares.min(),
            ".0%",
            how="Lowest utilisation of V3's run: arithmetic over what the chips could do, the least over the "
            "definitions of the table that are ours",
        ),
        "mfu-high": Number(
            shares.max(),
            ".0%",
            how="Highest utilisation of V3's run: arithmetic over what the chips could do, the most over the "
            "definitions of the table that are ours",
        ),
        "mfu-llama-full": Number(
            published_run(inputs.LLAMA, "full").utilisation,
            ".1%",
            how="Utilisation of Llama-405B, attention not causal: FLOP of all training tokens over what the "
            "GPU-hours of its model card could do at the BF16 peak",
        ),
        "mfu-llama-causal": Number(
            published_run(inputs.LLAMA, "causal").utilisation,
            ".1%",
            how="Utilisation of Llama-405B, causal attention: FLOP of all training tokens over what the "
            "GPU-hours of its model card could do at the BF16 peak",
        ),
        "llama-mfu-printed": Number(_fact("llama31-mfu-16384-gpus") / 100, ".0%"),
        "llama-stops": Number(_fact("llama31-interruptions"), ".0f"),
        "llama-stops-days": Number(_fact("llama31-snapshot-days"), ".0f"),
        "hours-per-trillion": Number(_fact("v3-hours-per-trillion") / 1e3, ".0f"),
        "epoch-mfu": Number(_fact("epoch-v3-mfu") / 100, ".1%"),
        "epoch-hours": Number(_fact("epoch-v3-hours") / MILLION, ".3f"),
        **_others(),
        "tokens-a-day": Number(
            v3.tokens / v3.days / BILLION,
            ".1f",
            how="Tokens that V3 read a day, billions: training tokens over the days of pretraining, which are "
            "GPU-hours over GPUs",
        ),
        "tokens-a-day-published": Number(_fact("isca-tokens-per-day") / BILLION, ".1f"),
    }


def _others() -> dict[str, Number]:
    """What others measured of the two models in training."""
    hours = {name: outside.hours_by_others(name) for name in (inputs.V3, inputs.LLAMA)}
    log, v3 = facts.load("cnn_era"), published_run(inputs.V3)
    tokens = math.prod(log[f"deepseek-log-{part}"].value for part in ("steps", "batch", "sequence"))
    rates = outside.training_rates().set_index(["model", "by"])["rate"]
    return {
        "days-others": Number(days(hours[inputs.V3], v3.gpus), ".0f", how=words.DAYS_BY_OTHERS),
        "hours-others": Number(
            hours[inputs.V3] / MILLION,
            ".1f",
            how="GPU-hours of V3's pretraining at NVIDIA's speed, millions: training tokens over tokens a second "
            "and chip, as NVIDIA measured them on H100",
        ),
        "hours-ratio-others": Number(hours[inputs.LLAMA] / hours[inputs.V3], ".1f", how=words.HOURS_BY_OTHERS),
        "llama-faster-others": Number(
            rates[inputs.LLAMA, "NVIDIA"] / rates[inputs.LLAMA, "Meta"],
            ".1f",
            how="Llama-405B's speed at NVIDIA over Meta's: tokens a second and chip that NVIDIA measured in FP8, "
            "over Meta's tokens over its GPU-hours in BF16",
        ),
        "v3-slower-others": Number(
            1 - rates[inputs.V3, "NVIDIA"] / rates[inputs.V3, "DeepSeek"],
            ".0%",
            how="How much slower NVIDIA trains V3: one less NVIDIA's tokens a second and chip over DeepSeek's, "
            "which are its tokens over its GPU-hours",
        ),
        "mlperf-share": Number(
            tokens / v3.tokens,
            ".2%",
            how="Tokens of an MLPerf run over V3's: steps times sequences a step times tokens a sequence, from "
            "the log of the fastest entry, over V3's training tokens",
        ),
        "v4-parameters": Number(_fact("v4-pro-parameters") / TRILLION, ".1f"),
        "v4-active": Number(_fact("v4-pro-parameters-active") / BILLION, ".0f"),
    }


def _epoch(model: str, column: str) -> float:
    """Of one run by Epoch's estimates."""
    return float(cost.cloud_costs((model,))[column].iloc[0])


def _cost() -> dict[str, Number]:
    known, scaling = cost.v3_rerun(), facts.load("scaling")
    llama = float(cost.final_run_costs(models=("Llama 3.1 405B",))["dollars"].iloc[0]) / MILLION
    v3 = _fact("v3-cost-total") / MILLION
    swings = known.tornado().set_index("input")["swing"]
    return {
        "run-cost": Number(v3, ".3f"),
        "rent": Number(_fact("v3-price"), ".0f"),
        "r1-cost": Number(_fact("r1-cost") / 1e3, ".0f"),
        "r1-all": Number(v3 + _fact("r1-cost") / MILLION, ".2f", how=words.BOTH_RUNS),
        "gpt4-over-v3": Number(
            _epoch("GPT-4", "times V3"),
            ".0f",
            how="GPT-4's final run over V3's: Epoch's estimates of both, at the price of renting",
        ),
        "gemini-over-v3": Number(
            _epoch("Gemini Ultra", "times V3"),
            ".0f",
            how="Gemini Ultra's final run over V3's: Epoch's estimates of both, at the price of renting",
        ),
        "gpt4-over-v3-revised": Number(
            _epoch("GPT-4, revised", "times V3"),
            ".0f",
            how="GPT-4's final run over V3's, revised: the cost in Epoch's revised table over its estimate for V3",
        ),
        "gemini-over-v3-revised": Number(
            _epoch("Gemini Ultra, revised", "times V3"),
            ".0f",
            how="Gemini Ultra's final run over V3's, revised: the cost in Epoch's revised table over its "
            "estimate for V3",
        ),
        "llama-epoch-low": Number(_epoch("Llama 3.1 405B, revised", "dollars") / MILLION, ".0f"),
        "llama-epoch-high": Number(_epoch("Llama 3.1 405B", "dollars") / MILLION, ".0f"),
        "llama-rent": Number(
            llama,
            ".0f",
            how="Llama-405B's final run, million dollars: the GPU-hours of its model card at the rent that "
            "DeepSeek assumes",
        ),
        "llama-over-v3": Number(
            llama / v3,
            ".0f",
            how="Llama-405B's final run over V3's: GPU-hours at one rent of the one, over the published cost of "
            "all stages of the other",
        ),
        "multiplier-low": Number(scaling["cottier-development-compute-low"].value, ".1f"),
        "multiplier-high": Number(scaling["cottier-development-compute-high"].value, ".0f"),
        "capex": Number(_fact("semianalysis-capex") / BILLION, ".1f"),
        "anew-low": Number(known.interval.low / MILLION, ".0f", how=words.ANEW_LOW),
        "anew-high": Number(known.interval.high / MILLION, ".0f", how=words.ANEW_HIGH),
        "anew-level": Number(known.level, ".0%", how=words.LEVEL),
        "research-swing": Number(
            swings["research"],
            ".1f",
            how="What development does to the cost: cost at the high end of its range over that at the low end, "
            "the other two at their middles",
        ),
        "share-fall": Number(
            1 - _fact("nvidia-close-after") / _fact("nvidia-close-before"),
            ".0%",
            how="Share of NVIDIA's value lost in a day: one less its closing price of 27 January 2025 over that "
            "of the trading day before",
        ),
    }


def _efficiency() -> dict[str, Number]:
    models = {name: published_architecture(key) for name, key in inputs.CACHED.items()}
    long = max(inputs.LENGTHS)
    gigabytes = {name: kv_cache_bytes(model, long) / BILLION for name, model in models.items()}
    token = {name: kv_cache_bytes(model) / 1000 for name, model in models.items()}
    balance = load_result("deepseek-routing").query("limited and step == step.max()")
    busiest = balance.groupby(balance["speed"] > 0)["imbalance"].mean()
    error = load_result("deepseek-fp8").groupby(["format", "scaling", "strength"])["error"].mean()
    sums = load_result("deepseek-fp8-sums").groupby(["signs", "promote", "inner"])["error"].mean()
    rules = load_result("gpu-fp8-rules").query("fast == 1")
    tried = rules.query("rule == 'exponents'")
    guess = facts.load("deepseek")["home-mtp-acceptance"]
    return {
        "long-context": Number(
            long,
            ",.0f",
            how="Tokens of the longest conversation compared: our choice, the largest power of two of the chart",
        ),
        "cache-v3": Number(
            gigabytes[inputs.V3],
            ".1f",
            how="V3's cache of a long conversation, gigabytes: numbers kept of a token in all layers, in two "
            f"bytes each, times {long:,} tokens",
        ),
        "cache-llama": Number(
            gigabytes[inputs.LLAMA],
            ".0f",
            how="Llama-405B's cache of a long conversation, gigabytes: numbers kept of a token in all layers, in "
            f"two bytes each, times {long:,} tokens",
        ),
        "cache-mha": Number(
            kv_cache_bytes(models[inputs.V3].without_latent(), long) / BILLION,
            ".0f",
            how="V3's cache without latent attention, gigabytes: were each head to keep its own key and value in "
            f"two bytes a number, for {long:,} tokens",
        ),
        "cache-v3-token": Number(
            token[inputs.V3],
            ".3f",
            how="V3's cache of a token, kilobytes: the compressed vector and the position of each layer, two "
            "bytes a number",
        ),
        "cache-llama-token": Number(
            token[inputs.LLAMA],
            ".3f",
            how="Llama-405B's cache of a token, kilobytes: keys and values of all groups of heads in all layers, "
            "two bytes a number",
        ),
        "cache-quotient-printed": Number(_fact("isca-kv-multiplier-llama"), ".2f"),
        "cache-quotient": Number(
            token[inputs.LLAMA] / token[inputs.V3],
            ".3f",
            how="Llama-405B's cache over V3's: kilobytes of a token of the one over those of the other, both "
            "counted from the configurations",
        ),
        "load-alone": Number(
            busiest[False],
            ".1f",
            how="Load of the busiest expert, no bias: over the mean load, in the last step of a simulated router "
            "of V3's shape, mean over seeds",
        ),
        "load-bias": Number(
            busiest[True],
            ".1f",
            how="Load of the busiest expert, with bias: over the mean load, in the last step of a simulated "
            "router of V3's shape, mean over seeds",
        ),
        "e4m3-values": Number(
            len(E4M3.grid()),
            ".0f",
            how="Values of FP8: all finite numbers that the format E4M3 can hold, zero counted once",
        ),
        "strip": Number(
            TILE,
            ".0f",
            how="Numbers that share a scale: channels of a token, as V3's report has it, and as many products "
            "before a sum is handed on",
        ),
        "fp8-bears": Number(
            inputs.BORNE,
            ",.0f",
            how="Outliers that FP8 bears: our choice, times the size of other numbers in the experiment, where "
            "one scale still does",
        ),
        "fp8-breaks": Number(
            inputs.BREAKING,
            ",.0f",
            how="Outliers that break FP8: our choice, times the size of other numbers in the experiment, where "
            "one scale fails",
        ),
        "int8-breaks": Number(
            inputs.RUINOUS,
            ",.0f",
            how="Outliers that ruin integers: our choice, times the size of other numbers in the experiment",
        ),
        "fp8-error": Number(
            error["E4M3", "tiles", 1.0],
            ".1%",
            how="Error of FP8 without outliers: median relative error of the ordinary tokens of a matrix "
            "product, a scale for each strip, mean over seeds",
        ),
        "fp8-outliers": Number(
            error["E4M3", "matrix", inputs.BORNE],
            ".1%",
            how="Error of FP8 beside bearable outliers: median relative error of the ordinary tokens of a matrix "
            f"product, one scale, outliers of {inputs.BORNE:,.0f} times, mean over seeds",
        ),
        "fp8-broken": Number(
            error["E4M3", "matrix", inputs.BREAKING],
            ".0%",
            how="Error of FP8 beside huge outliers: median relative error of the ordinary tokens of a matrix "
            f"product, one scale, outliers of {inputs.BREAKING:,.0f} times, mean over seeds",
        ),
        "int8-broken": Number(
            error["INT8", "matrix", inputs.RUINOUS],
            ".0%",
            how="Error of integers beside outliers: median relative error of the ordinary tokens of a matrix "
            f"product, one scale, outliers of {inputs.RUINOUS:,.0f} times, mean over seeds",
        ),
        "sum-positive": Number(
            sums["positive", 0, inputs.SUM],
            ".1%",
            how="Error of the chip's sum, positive numbers: relative error of products of matrices, "
            f"{inputs.SUM:,} products a sum, added in the few bits of the model, mean over seeds",
        ),
        "sum-random": Number(
            sums["random", 0, inputs.SUM],
            ".2%",
            how=f"Error of the chip's sum, both signs: relative error of products of matrices, {inputs.SUM:,} "
            "products a sum, added in the few bits of the model, mean over seeds",
        ),
        "sum-promoted": Number(
            sums["positive", TILE, inputs.SUM],
            ".2%",
            how="Error of the sum when handed on: relative error of products of matrices of positive "
            f"numbers, {inputs.SUM:,} products a sum, added in single precision after every {TILE}, mean over seeds",
        ),
        "sum-published": Number(_fact("fp8-accumulation-error") / 100, ".0%"),
        "chip-sums": Number(
            tried["outputs"].sum() / MILLION,
            ".2f",
            how="Sums tried on an H100, millions: all sums of all kinds of numbers, lengths and seeds that the "
            "card computed",
        ),
        "chip-equal": Number(
            (tried["equal"] * tried["outputs"]).sum() / tried["outputs"].sum(),
            ".0%",
            how="Sums that the model meets: share of all sums tried that equal the chip's bit by bit, products "
            "aligned by the exponents of their factors",
        ),
        "sum-length": Number(inputs.SUM, ",.0f", how="Products of a sum: as many as the report names for its error"),
        "guess-low": Number(
            guess.low,
            ".0%",
            how="Guesses that are right, low end: of the range that the report prints for the second token",
        ),
        "guess-high": Number(
            guess.high,
            ".0%",
            how="Guesses that are right, high end: of the range that the report prints for the second token",
        ),
        "guess-speed": Number(_fact("home-mtp-speedup"), ".1f"),
    }


def _tests() -> dict[str, Number]:
    base = benchmarks.count_wins(benchmarks.benchmark_table("base"))
    own = benchmarks.count_wins(benchmarks.with_own_reports(benchmarks.benchmark_table("base")))
    arena = outside.arena_lead()
    return {
        "base-losses": Number(base.losses, ".0f", how=words.won("base models", "loses", "worse")),
        "arena-lead": Number(arena.points, ".0f", how=words.LEAD),
        "arena-error": Number(arena.error, ".0f", how=words.LEAD_ERROR),
        "arena-preferred": Number(arena.preferred, ".0%", how=words.PREFERRED),
        "tie": Number(_fact("v3-tie-threshold"), ".1f"),
        "own-losses": Number(own.losses, ".0f", how=words.OWN_LOSSES),
    }


def _rate(model: str, machine: str) -> float:
    """Most tokens a second of a model at home on a machine."""
    served = ServedModel.of(published_architecture(inputs.AT_HOME[model]))
    return float(decode_rate(published_machine(machine), served, PRECISIONS[inputs.PRECISION], inputs.CONTEXT))


def _home() -> dict[str, Number]:
    bits = PRECISIONS[inputs.PRECISION]
    llama = ServedModel.of(published_architecture(inputs.AT_HOME["Llama-70B"]))
    scores = local_cost.published_scores((inputs.SMALL, inputs.LARGE), (inputs.TEST,)).set_index("key")["score"]
    small, large = scores[inputs.SMALL], scores[inputs.LARGE]
    kept = local_cost.kept_without_loss(small, large)
    problems = _fact("home-problems-aime")
    errors = [100 * local_cost.score_error(score, problems) for score in (small, large, kept)]
    metered, flat = offers.count_changes(offers.listed_offers())
    reached = measured_rates()["share"]
    return {
        "home-dense": Number(
            llama.parameters * PRECISIONS["BF16"] / 8 / BILLION,
            ".0f",
            how="Llama-70B in BF16, gigabytes: all its parameters, counted from the configuration, times "
            f"{PRECISIONS['BF16']:.0f} bits",
        ),
        "home-dense-4": Number(
            llama.parameters * bits / 8 / BILLION,
            ".0f",
            how="Llama-70B rounded, gigabytes: all its parameters, counted from the configuration, times "
            f"{bits:g} bits",
        ),
        "home-bits": Number(bits, ".1f", how=words.BITS),
        "home-pc": Number(_rate("Llama-70B", "pc"), ".1f", how=words.bound("Llama-70B on a PC")),
        "home-m4max": Number(_rate("Llama-70B", "m4max"), ".0f", how=words.bound("Llama-70B on an M4 Max")),
        "home-v3-studio": Number(_rate(inputs.V3, "m3ultra"), ".0f", how=words.bound("V3 on the large desktop")),
        "home-dense-studio": Number(
            _rate(inputs.LLAMA, "m3ultra"), ".1f", how=words.bound("Llama-405B on the large desktop")
        ),
        "home-studio-price": Number(_fact("home-m3ultra-price"), ",.0f"),
        "home-pc-price": Number(
            _fact("home-pc-price"),
            ",.0f",
            how="Dollars of a PC with ordinary memory in 2024: what such a machine was sold for",
        ),
        "home-m4max-price": Number(_fact("home-m4max-price"), ",.0f"),
        "home-framework": Number(
            _rate("Llama-70B", "framework"), ".1f", how=words.bound("Llama-70B on the small desktop")
        ),
        "home-framework-measured": Number(_fact("home-measured-framework-70b-4bit-rate"), ".1f"),
        "home-framework-measured-low": Number(
            facts.load("deepseek")["home-measured-framework-70b-4bit-rate"].low,
            ".1f",
            how="Tokens a second measured, slowest program: low end of the published measurements of a 70B model "
            "in four bits on the small desktop's chip",
        ),
        "home-framework-price": Number(
            _fact("home-framework-price"),
            ",.0f",
            how="Dollars of the small desktop in 2025: the maker's price at release, without a disk",
        ),
        "home-framework-price-2026": Number(serving.latest_price("framework"), ",.0f"),
        "home-used": Number(_rate("Llama-70B", "rtx3090x2"), ".0f", how=words.bound("Llama-70B on two used cards")),
        "home-used-price": Number(
            _fact("home-rtx3090x2-price"),
            ",.0f",
            how="Dollars of a PC with two used cards: the middle of the range that a page of May 2026 gives for "
            "the whole machine",
        ),
        "home-reached": Number(
            len(reached),
            "words",
            how="Published measurements of speed: how many we compare with the bound of their machine's memory",
        ),
        "home-reached-low": Number(
            reached.min(),
            ".0%",
            how="Share of the bound reached, least: measured tokens a second over memory bandwidth over bytes "
            "read a token, the lowest of the measurements",
        ),
        "home-reached-high": Number(
            reached.max(),
            ".0%",
            how="Share of the bound reached, most: measured tokens a second over memory bandwidth over bytes "
            "read a token, the highest of the measurements",
        ),
        "service-v3": Number(service_price(inputs.V3), ".2f", how=words.service("V3's service")),
        "service-ratio": Number(
            service_price("GPT-4o, August") / service_price(inputs.V3), ".0f", how=words.dearer("GPT-4o", "V3")
        ),
        "service-before": Number(
            service_price("GPT-4") / service_price("GPT-4o, August"), ".0f", how=words.dearer("GPT-4", "GPT-4o")
        ),
        "hybrid-kept": Number(kept, ".0%", how=words.KEPT),
        "hybrid-local-error": Number(
            errors[0],
            ".0f",
            how="Standard error of the local score, points: of a share solved, had as many other problems been drawn",
        ),
        "hybrid-service-error": Number(
            errors[1],
            ".0f",
            how="Standard error of the service's score, points: of a share solved, had as many other problems "
            "been drawn",
        ),
        "hybrid-kept-error": Number(errors[2], ".0f", how=words.KEPT_ERROR),
        "v2-yuan": Number(_fact("api-war-deepseek"), ".0f"),
        "alibaba-cut": Number(_fact("api-war-alibaba-cut") / 100, ".0%"),
        "service-pro": Number(
            service_price("DeepSeek-V4-Pro, August"), ".2f", how=words.service("V4-Pro in August 2026")
        ),
        "service-peak": Number(_fact("api-deepseek-peak-factor"), "words"),
        "offers-flat": Number(flat, "words", how=words.FLAT),
        "offers-metered": Number(metered, "words", how=words.METERED),
        "offers-makers": Number(len(offers.hybrid_makers(offers.listed_offers())), "words", how=words.MAKERS),
        "hybrid-local": Number(small, ".1%"),
        "hybrid-service": Number(large, ".1%"),
    }


def _fleet() -> dict[str, Number]:
    fleet, llama = _fact("meta-h100-fleet"), _fact("llama31-405b-gpus")
    return {
        "fleet-share": Number(
            llama / fleet,
            ".1%",
            how="Meta's largest run over its plan: GPUs of Llama-405B's training over the H100s announced for "
            "the end of 2024",
        ),
        "fleet-llama4": Number(_fact("meta-llama4-cluster"), ",.0f"),
        "gpus-ratio": Number(
            llama / _fact("v3-gpus"), ".0f", how="Run beside run: GPUs of Llama-405B's training over those of V3's"
        ),
        "fleet-ratio": Number(
            fleet / _fact("v3-gpus"), ".0f", how="Fleet beside run: H100s of Meta's plan over the GPUs of V3's training"
        ),
        "deepseek-fleet": Number(_fact("semianalysis-hopper"), ",.0f"),
    }
