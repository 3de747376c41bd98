"""The title of every figure is true of the book's inputs, and says that it is not in a world where it is false."""

from dataclasses import replace

import pytest

from analysis import deepseek
from analysis.deepseek.chapter import figures, inputs
from analysis.deepseek.run_cost import Range
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.figure import FALSE_HERE

FACT = facts.load("deepseek")
LLAMA, V3 = (deepseek.published_run(name) for name in (inputs.LLAMA, inputs.V3))
#: A dense V3: every parameter works on every token.
DENSE = replace(V3, active_parameters=V3.parameters, flop_per_token=6 * V3.parameters)
MODELS = {name: deepseek.published_architecture(key) for name, key in inputs.MODELS.items()}
COUNTS = {name: deepseek.count_parameters(model) for name, model in MODELS.items()}
COUNTED = deepseek.training_flop_by_definition(
    {name: deepseek.published_architecture(key) for name, (key, _) in inputs.PUBLISHED_FLOP.items()}, inputs.CONTEXT
)
PRINTED = {name: FACT[identity].value for name, (_, identity) in inputs.PUBLISHED_FLOP.items()}
SHARES, ANEW = deepseek.utilisation_by_definition(), deepseek.v3_rerun()
BALANCE, ERRORS, SUMS = (load_result(f"deepseek-{name}") for name in ("routing", "fp8", "fp8-sums"))
CHIP, RULES = (load_result(f"gpu-fp8-{name}") for name in ("sums", "rules"))
BALANCE = BALANCE.query("limited")
CACHES = {
    inputs.V3: [1e9, 2e9],
    inputs.LLAMA: [7e9, 14e9],
    "Qwen-72B": [5e9, 9e9],
    "V3 without MLA (MHA)": [5e10, 1e11],
}
TABLES = {which: deepseek.benchmark_table(which) for which in inputs.TABLES}
LEADS = {which: deepseek.differences(rows) for which, rows in TABLES.items()}
WINS = {which: deepseek.count_wins(rows) for which, rows in TABLES.items()}
CURVES = {which: deepseek.tie_curve(rows, inputs.TIES) for which, rows in TABLES.items()}
RATES = deepseek.serving_table(
    [deepseek.ServedModel.of(MODELS[name], name) for name in ("Llama-70B", "Llama-405B")],
    list(deepseek.machines().values()),
    contexts=(4096, 32_768),
)
REACHED = deepseek.measured_rates()["share"]
COSTS = deepseek.costs_by_hours(inputs.LOCAL, inputs.HOURS, 0.165, 4.5, inputs.CONTEXT)
PRICES = deepseek.api_prices()
GUESSES = {n: deepseek.expected_tokens([0.0, 0.5, 0.9, 1.0], n) for n in inputs.GUESSES}
RIGHT = FACT["home-mtp-acceptance"]


def halved(table, column, **where):
    """The table with a column halved in some rows."""
    rows = table[list(where)].eq(where).all(axis=1)
    return table.assign(**{column: table[column].where(~rows, table[column] / 2)})


@pytest.mark.parametrize(
    ("draw", "true", "false"),
    [
        (figures.saving, [deepseek.decompose(LLAMA, V3)], [deepseek.decompose(LLAMA, DENSE)]),
        (
            figures.parameters,
            [deepseek.parameters_by_use(MODELS), COUNTS],
            [halved(deepseek.parameters_by_use(MODELS), "parameters", part="idle experts"), COUNTS],
        ),
        (figures.flop_per_token, [COUNTED, PRINTED, 4096], [COUNTED, {**PRINTED, "DeepSeek-V2": 100.0}, 4096]),
        (figures.utilisation, [SHARES], [SHARES.assign(share=0.3 + SHARES["share"])]),
        (figures.utilisation, [SHARES], [halved(SHARES, "share", by="DeepSeek")]),
        (
            figures.decomposition,
            [deepseek.decompose_by_definition(inputs.LLAMA, inputs.V3)],
            [deepseek.decompose_by_definition(inputs.LLAMA, inputs.V3).assign(ratio=lambda t: t["ratio"] ** 2)],
        ),
        (
            figures.same_method,
            [deepseek.final_run_costs(2.0), deepseek.cloud_costs()],
            [deepseek.final_run_costs(40.0), deepseek.cloud_costs()],
        ),
        (
            figures.cost_calculator,
            [V3, 2.0, ANEW, {"published": 5.6e6}],
            [V3, 2.0, replace(ANEW, research=Range(1, 1)), {"published": 5.6e6}],
        ),
        (figures.tornado, [ANEW.tornado()], [replace(ANEW, research=Range(1, 1.1)).tornado()]),
        (figures.tornado, [ANEW.tornado()], [replace(ANEW, price=Range(2, 2.1)).tornado()]),
        (figures.fleet, [deepseek.fleets()], [deepseek.fleets().assign(gpus=1000.0)]),
        (figures.cache, [[1024, 2048], CACHES], [[1024, 2048], {**CACHES, inputs.LLAMA: [1e9, 3e9]}]),
        (
            figures.routing,
            [BALANCE, deepseek.DEEPSEEK_V3],
            [BALANCE.assign(imbalance=7.0), deepseek.DEEPSEEK_V3],
        ),
        (figures.float8, [ERRORS], [ERRORS.assign(error=0.1)]),
        (figures.long_sums, [SUMS, CHIP], [SUMS.assign(error=0.01), CHIP]),
        (figures.long_sums, [SUMS, CHIP], [SUMS, CHIP.assign(error=2 * CHIP["error"])]),
        (figures.chip_sums, [RULES], [RULES.assign(equal=RULES["equal"].clip(upper=0.999))]),
        (
            figures.multi_token,
            [[0.0, 0.5, 0.9, 1.0], GUESSES, RIGHT],
            [[0.0, 0.5, 0.9, 1.0], GUESSES, replace(RIGHT, low=0.4)],
        ),
        (
            figures.multi_token,
            [[0.0, 0.5, 0.9, 1.0], GUESSES, RIGHT],
            [[0.0, 0.5, 0.9, 1.0], {**GUESSES, 3: 2 * GUESSES[3]}, RIGHT],
        ),
        (
            figures.benchmarks,
            [LEADS, WINS, 0.3],
            [LEADS, {which: replace(c, wins=c.losses) for which, c in WINS.items()}, 0.3],
        ),
        (figures.tie_threshold, [CURVES], [{which: c.assign(wins=c["losses"]) for which, c in CURVES.items()}]),
        (figures.at_home, [RATES, inputs.READING, REACHED], [RATES, 1.0, REACHED]),
        (
            figures.local_or_service,
            [COSTS, {"V3": 0.48, "GPT-4o": 4.4}, 0.165, 4.5, 4096],
            [COSTS, {"V3": 5.0, "GPT-4o": 4.4}, 0.165, 4.5, 4096],
        ),
        (
            figures.local_or_service,
            [COSTS, {"V3": 0.48, "GPT-4o": 4.4}, 0.165, 4.5, 4096],
            [COSTS, {"V3": 0.1, "GPT-4o": 4.4}, 0.165, 4.5, 4096],
        ),
        (figures.prices, [PRICES], [PRICES.assign(blend=1.0)]),
        (
            figures.hybrid,
            [[0, 0.5, 1], *deepseek.hybrid_quality([0, 0.5, 1], 0.7, 0.8), 30],
            [[0, 0.5, 1], *deepseek.hybrid_quality([0, 0.5, 1], 0.1, 0.8), 30],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_title_holds_here_and_can_fail(draw, true, false):
    assert draw(*true).holds is True
    elsewhere = draw(*false)
    assert elsewhere.holds is False
    assert elsewhere.finding or elsewhere.spec()["usermeta"]["title"].endswith(FALSE_HERE)
