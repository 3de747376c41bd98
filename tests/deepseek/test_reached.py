"""What a plain program reached of the bound: physics first, then what the measurement shows."""

import pytest

from analysis.deepseek.config import published_architecture
from analysis.deepseek.reached import shares_reached
from analysis.deepseek.serving import ServedModel, bytes_read

TABLE = shares_reached()


def test_nothing_is_read_faster_than_the_memory_gives_it():
    assert TABLE["share"].between(0.3, 1).all() and len(TABLE) > 100


def test_launching_each_kernel_costs_more_than_replaying_the_step():
    single = TABLE[TABLE["batch"] == 1]
    assert (single["kernels"] < single["share"]).all() and TABLE.loc[TABLE["batch"] > 1, "kernels"].isna().all()


def test_half_the_bytes_are_less_than_twice_as_fast():
    """Weights of eight bits halve what is read; the step has other costs, so the gain stays below two."""
    wide = TABLE.query("batch == 1 and context == 512").pivot(index="model", columns="format", values="measured")
    gain = wide["fp8"] / wide["bf16"]
    assert ((gain > 1.2) & (gain < 2)).all()


@pytest.mark.parametrize("name", ["llama-3.1-8b", "llama-2-7b"])
def test_the_bound_is_that_of_the_serving_model(name):
    """Bandwidth over what a step reads; norms, which the measurement does not count, are below a ten-thousandth."""
    row = TABLE.set_index(["model", "format", "batch", "context"]).loc[(name, "bf16", 4, 4096)]
    read = float(bytes_read(ServedModel.of(published_architecture(name)), 16, 4096, 4))
    assert 4 * 4.8e12 / read == pytest.approx(row["bound"], rel=1e-4)
