"""What the chapter's cells work out by hand is what the models compute."""

from __future__ import annotations

from typing import Any

import pytest

from analysis import deepseek
from analysis.deepseek.chapter import inputs
from analysis.kit import facts
from tests.kit.cells import after, after_each


@pytest.fixture(scope="module")
def cells() -> list[tuple[dict[str, Any], str]]:
    """After each cell in sight, what it left and what it said."""
    return after_each("deepseek")


def test_both_counts_of_parameters(cells):
    names = after(cells, "N_rest")
    count = deepseek.count_parameters(names["v3"])
    met = names["L_e"] * names["k"] * names["expert"]
    assert names["N_rest"] + names["L_e"] * names["n"] * names["expert"] == count.total
    assert names["N_rest"] + met == count.active


def test_flop_of_a_token_by_each_definition(cells):
    counted = after(cells, "F")["F"]
    table = deepseek.training_flop_by_definition({"V3": deepseek.published_architecture("deepseek-v3")}, 4096)
    assert list(counted.values()) == pytest.approx(table["flop"].to_list(), rel=1e-4)


def test_utilisation_by_each_definition(cells):
    shares = after(cells, "U")["U"]
    for peak in ("BF16", "FP8"):
        run = deepseek.published_run("DeepSeek-V3", "causal", peak)
        assert shares[f"{peak} peak"]["causal"] == pytest.approx(run.utilisation, rel=1e-3)


def test_the_factors_multiply_to_the_ratio_of_hours(cells):
    names = after(cells, "parts")
    hours = names["llama_run"].gpu_hours / names["v3_run"].gpu_hours
    known = deepseek.decompose(names["llama_run"], names["v3_run"]).set_index("factor")["ratio"]
    assert names["parts"]["so far"].iloc[-1] == pytest.approx(hours, rel=1e-4)
    assert names["ratios"]["sparsity"] == pytest.approx(known["sparsity"])


def test_the_cost_at_the_dear_ends(cells):
    names = after(cells, "cost")
    assert names["cost"] == pytest.approx(names["anew"].worst.high, rel=1e-3)


def test_the_cache_of_a_token(cells):
    names = after(cells, "d_c")
    assert names["layers"] * names["m"] * 2 == deepseek.kv_cache_bytes(names["v3"])
    llama = names["llama"]
    assert llama.num_hidden_layers * names["G"] * names["d_l"] * 2 == deepseek.kv_cache_bytes(llama)


def test_the_loads_even_out(cells):
    loads = after(cells, "T")["T"]
    assert loads.max() < 1.05 * loads.mean()


def test_tokens_of_a_pass(cells):
    names = after(cells, "tokens_a_pass")
    assert names["tokens_a_pass"] == pytest.approx(float(deepseek.expected_tokens(names["a"], names["g"])))


def test_the_chance_of_so_uneven_a_count(cells):
    names = after(cells, "chance")
    assert names["chance"] == pytest.approx(deepseek.sign_test(names["tests"]))


def test_the_price_of_a_million_tokens(cells):
    names = after(cells, "dollars")
    pair = {"own": inputs.LOCAL[inputs.STUDIO]}
    electricity = facts.load("deepseek")["home-electricity"].value
    known = deepseek.costs_by_hours(pair, [names["h"]], electricity, names["b"], 4096)["dollars"].iloc[0]
    assert names["dollars"] == pytest.approx(known)


def test_the_price_of_a_service(cells):
    names = after(cells, "written")
    assert names["price"] == pytest.approx(float(deepseek.blended_price(names["read"], names["written"])))
