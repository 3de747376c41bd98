"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.deepseek import benchmarks, cost, training
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.chapter import inputs
from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import flop_per_token
from analysis.deepseek.multi_token import expected_tokens
from analysis.deepseek.parameters import ParameterCount, count_parameters
from analysis.deepseek.training import published_run
from analysis.deepseek.utilisation import utilisation_by_definition
from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.experiments import load_result


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_parameters(), *_training(), *_utilisation(), *_cost(), *_efficiency(), *_tests()]


def _count(name: str) -> ParameterCount:
    return count_parameters(published_architecture(name))


def _parameters() -> list[Check]:
    fact = facts.load("deepseek")
    v3, v2, mixtral = _count("deepseek-v3"), _count("deepseek-v2"), _count("mixtral-8x7b")
    qwen = _count("qwen2.5-72b")
    return [
        Check("V3, all parameters", v3.total, fact["v3-parameters"], 5e8),
        Check("V3, active parameters", v3.active_without_embedding, fact["v3-parameters-active"], 5e8),
        Check(
            "V3, active parameters to a tenth of a billion",
            v3.active_without_embedding,
            fact["v3-parameters-active-exact"],
            5e7,
            agrees=False,
        ),
        Check(
            "V3, active parameters with the embedding", v3.active, fact["v3-parameters-active-exact"], 5e7, agrees=False
        ),
        Check("V3, embedding", v3.embedding, fact["v3-parameters-embedding"], 5e7),
        Check("V3, output head", v3.head, fact["v3-parameters-head"], 5e7),
        Check("V3, prediction module", v3.mtp, fact["v3-parameters-mtp"], 5e7, agrees=False),
        Check("V3 on the download page", v3.stored, fact["v3-parameters-hugging-face"], 6e8),
        Check("V2, all parameters", v2.total, fact["v2-parameters"], 5e8),
        Check("V2, active parameters", v2.active_without_embedding, fact["v2-parameters-active"], 5e8),
        Check("Mixtral, all parameters", mixtral.total, fact["mixtral-8x7b-parameters"], 5e7),
        Check("Mixtral, active parameters", mixtral.active, fact["mixtral-8x7b-parameters-active"], 5e7),
        Check("Qwen-72B, all parameters", qwen.total, fact["qwen25-72b-parameters"], 5e7),
        Check(
            "Qwen-72B, without embeddings",
            qwen.total_without_embeddings,
            fact["qwen25-72b-parameters-non-embedding"],
            5e7,
            agrees=False,
        ),
        Check(
            "Llama-405B, all parameters",
            _count("llama-3.1-405b").total,
            fact["llama31-405b-parameters"],
            5e8,
            agrees=False,
        ),
        Check("Llama-70B, all parameters", _count("llama-3.1-70b").total, fact["llama31-70b-parameters"], 5e7),
        Check("Llama-8B, all parameters", _count("llama-3.1-8b").total, fact["llama31-8b-parameters"], 5e6),
        Check("Mistral-7B, all parameters", _count("mistral-7b").total, fact["mistral-7b-parameters"], 5e6),
    ]


def _training() -> list[Check]:
    fact = facts.load("deepseek")
    run = published_run(inputs.V3)
    rows = [
        Check("GPU-hours a trillion tokens", run.hours_per_trillion, fact["v3-hours-per-trillion"], 500),
        Check("Days a trillion tokens", run.days / (run.tokens / 1e12), fact["v3-days-per-trillion"], 0.05),
        Check("6 N D of V3", run.flop, fact["epoch-v3-flop"], 0.05 * fact["epoch-v3-flop"].value),
        Check("Tokens a day over all hours", run.tokens / run.days, fact["isca-tokens-per-day"], 1e9),
    ]
    for model, (configuration, identity) in inputs.PUBLISHED_FLOP.items():
        published = fact[identity]
        rows.append(
            Check(
                f"Training GFLOP a token, {model}",
                flop_per_token(published_architecture(configuration), inputs.CONTEXT).training / 1e9,
                published,
                0.011 * published.value,
                agrees=model != "Qwen-72B",
            )
        )
    return rows


def _utilisation() -> list[Check]:
    fact = facts.load("deepseek")
    ours = utilisation_by_definition().query("by == 'ours'").set_index(["row", "model"])["share"] * 100
    by = {row.split(": ")[0] + (", not causal" if "not causal" in row else ""): row for row, _ in ours.index}
    pcie = next(row for row, _ in ours.index if "PCIe" in row)
    average, llama = ours["over all hours: matrices only, BF16 peak", "DeepSeek-V3"], "Llama-405B"
    speed, full = by["at its speed"], by["at its speed, not causal"]
    return [
        Check("Utilisation at its speed, causal", ours[speed, "DeepSeek-V3"], fact["isca-mfu-causal"], 0.2),
        Check("Utilisation at its speed, not causal", ours[full, "DeepSeek-V3"], fact["isca-mfu-noncausal"], 0.2),
        Check("Epoch's utilisation on Epoch's basis", ours[pcie, "DeepSeek-V3"], fact["epoch-v3-mfu"], 0.4),
        Check("Utilisation over all hours, BF16, against Epoch's", average, fact["epoch-v3-mfu"], 1.0, agrees=False),
        Check(
            "Hours of the pretraining against Epoch's",
            fact["v3-hours-pretraining"].value,
            fact["epoch-v3-hours"],
            1e4,
            agrees=False,
        ),
        Check(
            "Utilisation of Llama-405B over all hours, causal attention",
            ours["over all hours: causal attention, BF16 peak", llama],
            fact["llama31-mfu-16384-gpus"],
            1.0,
            agrees=False,
        ),
    ]


def _cost() -> list[Check]:
    fact = facts.load("deepseek")
    stages = training.published_stages().set_index("stage")
    price = fact["v3-price"].value
    rows = [
        Check(
            f"V3, {words.lower()}: hours times the rent",
            cost.rental_cost(stages.loc[words, "hours"], price),
            fact[f"v3-cost-{key}"],
            500,
        )
        for key, words in (
            ("pretraining", "Pretraining"),
            ("context", "Context extension"),
            ("post-training", "Post-training"),
        )
    ]
    return [
        *rows,
        Check("V3, the stages added up", float(stages["hours"].iloc[:-1].sum()), fact["v3-hours-total"], 1),
        Check("V3, total cost", cost.rental_cost(fact["v3-hours-total"].value, price), fact["v3-cost-total"], 500),
        Check("R1, total cost", cost.rental_cost(fact["r1-hours-total"].value, price), fact["r1-cost"], 500),
        Check(
            "R1-Zero, GPUs times hours",
            fact["r1-gpus"].value * fact["r1-zero-hours-wall"].value,
            fact["r1-zero-hours"],
            500,
        ),
        Check(
            "Llama's CO2, the models added up",
            sum(fact[f"llama31-{size}-co2"].value for size in ("8b", "70b", "405b")),
            fact["llama31-co2-total"],
            1,
        ),
    ]


def _efficiency() -> list[Check]:
    fact = facts.load("deepseek")
    kilobytes = {
        key: kv_cache_bytes(published_architecture(name)) / 1000
        for key, name in (("v3", "deepseek-v3"), ("qwen-72b", "qwen2.5-72b"), ("llama-405b", "llama-3.1-405b"))
    }
    sums = load_result("deepseek-fp8-sums").groupby(["signs", "promote", "inner"])["error"].mean()
    return [
        *(Check(f"Cache a token, {key}", ours, fact[f"isca-kv-{key}"], 5e-4) for key, ours in kilobytes.items()),
        Check(
            "Cache of Llama-405B over that of V3",
            kilobytes["llama-405b"] / kilobytes["v3"],
            fact["isca-kv-multiplier-llama"],
            0.005,
            agrees=False,
        ),
        Check(
            f"Largest error of the short sum at {inputs.SUM:,} products, positive numbers",
            100 * sums["positive", 0, inputs.SUM],
            fact["fp8-accumulation-error"],
            1,
            agrees=False,
        ),
        Check(
            "Tokens a pass against the measured speed-up",
            float(expected_tokens(fact["home-mtp-acceptance"].value)),
            fact["home-mtp-speedup"],
            0.1,
        ),
    ]


def _tests() -> list[Check]:
    """The one count that the paper itself implies: no tie is larger than its rule."""
    fact = facts.load("deepseek")
    base = benchmarks.differences(benchmarks.benchmark_table("base"))
    tied = base[(benchmarks.outcomes(benchmarks.benchmark_table("base")) == 0) & (base["unit"] == benchmarks.PER_CENT)]
    return [Check("Largest difference that is a tie", float(tied["gain"].abs().max()), fact["v3-tie-threshold"], 1e-6)]
