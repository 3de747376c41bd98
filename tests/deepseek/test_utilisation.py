"""What part of the peak the runs used, by every definition in print, and where the saving comes from."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.training import TrainingRun, deepseek_v3, llama_405b
from analysis.deepseek.utilisation import (
    achieved,
    decompose,
    implied_flop_per_token,
    implied_peak,
    published_figures,
    utilisation,
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
)


def test_both_runs_used_their_gpus_equally_well():
    """On one basis, 6 N D and the BF16 peak: 34.6 and 34.5 per cent."""
    assert deepseek_v3().utilisation == pytest.approx(0.346, abs=5e-4)
    assert llama_405b().utilisation == pytest.approx(0.345, abs=5e-4)


def test_the_later_papers_utilisation_implies_the_bf16_peak_although_v3_multiplied_in_fp8():
    """Both figures of Table 4 fit one peak, 987 to 989 TFLOP/s, about NVIDIA's 989.5 and not twice that."""
    peaks = [
        implied_peak(FACTS[f"isca-tflops-{kind}"].value * TERA, FACTS[f"isca-mfu-{kind}"].value / 100, 0.5 * TERA, 5e-5)
        for kind in ("causal", "noncausal")
    ]
    low, high = max(p.left for p in peaks), min(p.right for p in peaks)
    assert low < 988e12 < high
    assert FACTS["h100-bf16-peak"].value == pytest.approx(high, rel=1e-3)
    assert FACTS["h100-fp8-peak"].value > 1.9 * high


def test_the_later_papers_speed_and_throughput_imply_its_table_2():
    """385 TFLOP/s at 272.80 billion tokens a day are 250 GFLOP a token: Table 2 counts attention causally."""
    implied = implied_flop_per_token(
        FACTS["isca-tflops-causal"].value * TERA, FACTS["isca-tokens-per-day"].value, FACTS["v3-gpus"].value
    )
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
    flop, hours = deepseek_v3().flop, FACTS["epoch-v3-hours"].value
    assert 100 * utilisation(flop, hours, FACTS["h100-pcie-fp8-peak"].value) == pytest.approx(22.44, abs=0.005)
    assert 100 * utilisation(flop, hours, FACTS["h100-fp8-peak"].value) == pytest.approx(17.2, abs=0.05)


@pytest.mark.parametrize("kind, key", [("causal", "isca-mfu-causal"), ("noncausal", "isca-mfu-noncausal")])
def test_the_hours_of_the_first_paper_give_the_utilisation_of_the_second(kind, key):
    run = deepseek_v3()
    tokens_a_day, gpus = FACTS["isca-tokens-per-day"].value, FACTS["v3-gpus"].value
    per_token = implied_flop_per_token(FACTS[f"isca-tflops-{kind}"].value * TERA, tokens_a_day, gpus)
    share = utilisation(run.tokens * per_token, run.gpu_hours, run.peak)
    assert 100 * share == pytest.approx(FACTS[key].value, abs=0.05)


def test_the_saving_is_sparsity():
    """Llama 3.1 405B took 11.58 times the hours: 10.95 in active parameters, 1.054 in tokens, 1.003 in utilisation."""
    parts = decompose(llama_405b(), deepseek_v3()).set_index("factor")
    assert parts["ratio"].prod() == pytest.approx(11.58, abs=0.005)
    assert parts.loc["active parameters", "ratio"] == pytest.approx(10.95, abs=0.005)
    assert parts.loc["tokens", "ratio"] == pytest.approx(1.054, abs=5e-4)
    assert parts.loc["active parameters", "share"] > 0.97


@given(RUNS, RUNS)
def test_the_factors_multiply_to_the_ratio_of_the_hours(large, small):
    """An identity: whatever the runs, the product of the parts is the whole."""
    parts = decompose(large, small)
    assert parts["ratio"].prod() == pytest.approx(large.gpu_hours / small.gpu_hours, rel=1e-9)
    if abs(math.log(large.gpu_hours / small.gpu_hours)) > 1e-3:
        assert parts["share"].sum() == pytest.approx(1, abs=1e-6)


@given(RUNS, RUNS)
def test_turning_the_runs_round_turns_each_factor_round(large, small):
    there, back = decompose(large, small)["ratio"], decompose(small, large)["ratio"]
    assert (there * back).tolist() == pytest.approx([1] * len(there))


@given(RUNS)
def test_counting_by_another_peak_moves_utilisation_and_peak_by_opposite_factors(run):
    """Judged by the FP8 peak a run is half as well used and its GPUs are twice as fast: the hours stay the same."""
    by_fp8 = TrainingRun(
        "any", run.active_parameters, run.tokens, run.gpu_hours, run.gpus, 2 * run.peak, run.flop_per_token
    )
    parts = decompose(run, by_fp8).set_index("factor")["ratio"]
    assert parts["utilisation"] * parts["peak"] == pytest.approx(1)
    assert parts["peak"] == pytest.approx(2)


@given(st.floats(1e6, 1e15), st.floats(1e6, 1e14), st.floats(1, 1e6))
def test_speed_and_arithmetic_of_a_token_undo_each_other(per_token, per_day, gpus):
    assert implied_flop_per_token(achieved(per_day, per_token, gpus), per_day, gpus) == pytest.approx(per_token)


@pytest.mark.parametrize("wrong", [dict(flop=0), dict(gpu_hours=-1), dict(peak=math.inf)])
def test_what_is_not_positive_is_refused_in_a_sentence(wrong):
    with pytest.raises(ProblemError, match="must be a positive, finite number"):
        utilisation(**{"flop": 1e20, "gpu_hours": 1e3, "peak": 1e15, **wrong})


def test_a_share_known_to_less_than_itself_is_refused():
    with pytest.raises(ProblemError, match="smallest utilisation"):
        implied_peak(1e15, 0.01, 0, 0.02)
