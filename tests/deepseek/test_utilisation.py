"""What part of the peak the runs used, by every definition in print, and where the saving comes from."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.flop import DEFINITIONS
from analysis.deepseek.training import PEAKS, TrainingRun, printed_run
from analysis.deepseek.utilisation import (
    achieved,
    decompose,
    decompose_by_definition,
    published_figures,
    utilisation,
    utilisation_by_definition,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACTS = facts.load("deepseek")
TERA = 1e12
RUNS = st.builds(
    TrainingRun,
    st.just("any"),
    st.floats(1e6, 1e13),
    st.floats(1e6, 1e14),
    st.floats(1, 1e9),
    st.floats(1, 1e6),
    st.floats(1e12, 1e16),
    st.floats(1e6, 1e14),
    st.floats(1e13, 1e14),
)


def test_both_runs_used_their_gpus_equally_well():
    """On one basis, 6 N D and the BF16 peak: 34.6 and 34.5 per cent."""
    assert printed_run("DeepSeek-V3").utilisation == pytest.approx(0.346, abs=5e-4)
    assert printed_run("Llama-405B").utilisation == pytest.approx(0.345, abs=5e-4)


def test_the_later_papers_utilisation_implies_the_bf16_peak_although_v3_multiplied_in_fp8():
    """Both figures of Table 4 fit one peak, 987 to 989 TFLOP/s, about NVIDIA's 989.5 and not twice that."""
    peaks = [  # what the last printed digits leave open
        (
            100
            * TERA
            * (FACTS[f"isca-tflops-{kind}"].value + side / 2)
            / (FACTS[f"isca-mfu-{kind}"].value - side / 200)
            for side in (-1, 1)
        )
        for kind in ("causal", "noncausal")
    ]
    lows, highs = zip(*peaks, strict=True)
    low, high = max(lows), min(highs)
    assert low < 988e12 < high
    assert FACTS["h100-bf16-peak"].value == pytest.approx(high, rel=1e-3)
    assert FACTS["h100-fp8-peak"].value > 1.9 * high


def test_the_later_papers_speed_and_throughput_imply_its_table_2():
    """385 TFLOP/s at 272.80 billion tokens a day are 250 GFLOP a token: Table 2 counts attention causally."""
    speed = achieved(FACTS["isca-tokens-per-day"].value, 1.0, FACTS["v3-gpus"].value)
    implied = FACTS["isca-tflops-causal"].value * TERA / speed
    assert implied / 1e9 == pytest.approx(FACTS["isca-gflop-per-token-v3"].value, abs=0.5)


def test_nvidias_fp8_peak_is_twice_its_bf16_peak():
    assert FACTS["h100-fp8-peak"].value == 2 * FACTS["h100-bf16-peak"].value


@pytest.mark.parametrize("figure", published_figures().dropna(subset="published").to_dict("records"))
def test_every_published_utilisation_follows_from_its_inputs(figure):
    """Within 0.6 points, which the rounding of Meta's speeds to tens of TFLOP/s needs; the others are within 0.1."""
    allowed = 0.6 if figure["source"] == "llama3" else 0.1
    assert figure["recomputed"] == pytest.approx(figure["published"], abs=allowed)


def test_epochs_figure_needs_the_peak_of_the_other_card():
    """22.44 per cent comes out with the PCIe card's 1,513 TFLOP/s; the SXM card that was used gives 17.2."""
    flop, hours = printed_run("DeepSeek-V3").flop, FACTS["epoch-v3-hours"].value
    assert 100 * utilisation(flop, hours, FACTS["h100-pcie-fp8-peak"].value) == pytest.approx(22.44, abs=0.005)
    assert 100 * utilisation(flop, hours, FACTS["h100-fp8-peak"].value) == pytest.approx(17.2, abs=0.05)


@pytest.mark.parametrize("kind, key", [("causal", "isca-mfu-causal"), ("noncausal", "isca-mfu-noncausal")])
def test_the_hours_of_the_first_paper_give_the_utilisation_of_the_second(kind, key):
    run = printed_run("DeepSeek-V3")
    tokens_a_day, gpus = FACTS["isca-tokens-per-day"].value, FACTS["v3-gpus"].value
    per_token = FACTS[f"isca-tflops-{kind}"].value * TERA / achieved(tokens_a_day, 1.0, gpus)
    share = utilisation(run.tokens * per_token, run.gpu_hours, run.peak)
    assert 100 * share == pytest.approx(FACTS[key].value, abs=0.05)


def test_the_saving_is_sparsity():
    """Llama 3.1 405B took 11.58 times the hours: 18.1 in the share at work, with which V3 bought a larger model."""
    ratio = decompose(printed_run("Llama-405B"), printed_run("DeepSeek-V3")).set_index("factor")["ratio"]
    assert ratio["GPU-hours"] == pytest.approx(11.58, abs=0.005)
    assert ratio["size"] == pytest.approx(405 / 671) and ratio["sparsity"] == pytest.approx(671 / 37)
    assert ratio["tokens"] == pytest.approx(1.054, abs=5e-4) and ratio["attention"] == 1


@given(RUNS, RUNS)
def test_the_factors_multiply_to_the_ratio_of_the_hours(large, small):
    """An identity: whatever the runs, the product of the parts is the whole."""
    ratio = decompose(large, small).set_index("factor")["ratio"]
    assert ratio.drop("GPU-hours").prod() == pytest.approx(ratio["GPU-hours"], rel=1e-9)
    assert ratio["GPU-hours"] == pytest.approx(large.gpu_hours / small.gpu_hours)


@given(RUNS, RUNS)
def test_turning_the_runs_round_turns_each_factor_round(large, small):
    there, back = decompose(large, small)["ratio"], decompose(small, large)["ratio"]
    assert (there * back).tolist() == pytest.approx([1] * len(there))


@given(RUNS, RUNS)
def test_each_factor_says_what_both_runs_have_of_it(large, small):
    """A run with more parameters, tokens or hours has a factor above 1; one of a better used chip below."""
    for row in decompose(large, small).itertuples():
        saved = row.factor in ("peak", "utilisation")
        assert row.ratio == pytest.approx(row.small / row.large if saved else row.large / row.small)


def test_whatever_the_definition_the_chips_part_is_near_one_and_sparsity_the_same():
    """The six definitions move arithmetic, attention and peak; size, sparsity, tokens and hours are what they were."""
    parts = decompose_by_definition("Llama-405B", "DeepSeek-V3")
    of = parts.pivot_table(index=["counted", "peak"], columns="factor", values="ratio")
    assert len(of) == len(DEFINITIONS) * len(PEAKS)
    assert (of.drop(columns="GPU-hours").prod(axis=1) / of["GPU-hours"]).tolist() == pytest.approx([1] * len(of))
    for factor in ("size", "sparsity", "tokens", "GPU-hours"):
        assert of[factor].max() == pytest.approx(of[factor].min())
    assert of["peak"].groupby("peak").agg(["min", "max"]).to_dict("list") == {"min": [1, 2], "max": [1, 2]}
    assert (of["peak"] * of["utilisation"]).between(0.99, 1.25).all() and of["sparsity"].min() > 18


def test_the_same_run_is_used_between_17_and_44_per_cent_and_two_definitions_are_the_publishers():
    """By definition; and where DeepSeek and Epoch say what they count, ours is theirs to half a point."""
    shares = utilisation_by_definition().set_index(["row", "model", "by"])["share"]
    ours = shares.xs("ours", level="by").xs("DeepSeek-V3", level="model")
    assert (ours.min(), ours.max()) == pytest.approx((0.171, 0.438), abs=5e-4)
    for (row, model, by), share in shares.items():
        if by in ("DeepSeek", "Epoch"):
            assert shares[row, model, "ours"] == pytest.approx(share, abs=0.005)


@given(RUNS)
def test_counting_by_another_peak_moves_utilisation_and_peak_by_opposite_factors(run):
    """Judged by the FP8 peak a run is half as well used and its GPUs are twice as fast: the hours stay the same."""
    by_fp8 = replace(run, peak=2 * run.peak)
    parts = decompose(run, by_fp8).set_index("factor")["ratio"]
    assert parts["utilisation"] * parts["peak"] == pytest.approx(1)
    assert parts["peak"] == pytest.approx(2)


@pytest.mark.parametrize("wrong", [dict(flop=0), dict(gpu_hours=-1), dict(peak=math.inf)])
def test_what_is_not_positive_is_refused_in_a_sentence(wrong):
    with pytest.raises(ProblemError, match="must be positive and finite"):
        utilisation(**{"flop": 1e20, "gpu_hours": 1e3, "peak": 1e15, **wrong})
