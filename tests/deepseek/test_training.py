"""GPU-hours, GPUs, days and arithmetic of the two runs, against the numbers their makers print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.training import (
    TrainingRun,
    days,
    printed_run,
    published_run,
    published_stages,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACTS = facts.load("deepseek")
POSITIVE = st.floats(1e-3, 1e15)


def test_table_1_of_the_report_adds_up_exactly():
    """2,664K + 119K + 5K = 2,788K GPU-hours, and $5.328M + $0.238M + $0.01M = $5.576M."""
    stages = published_stages().set_index("stage")
    parts = stages.drop(index="Total").sum()
    assert parts.tolist() == stages.loc["Total"].tolist() == [2_788_000, 5_576_000]


def test_each_dollar_of_table_1_is_an_hour_at_the_assumed_price():
    stages = published_stages()
    assert (stages["dollars"] == stages["hours"] * FACTS["v3-price"].value).all()


def test_pretraining_took_less_than_the_two_months_that_the_report_allows_it():
    """54.2 days, and 56.7 with the stages after it."""
    assert days(FACTS["v3-hours-pretraining"].value, FACTS["v3-gpus"].value) == pytest.approx(54.2, abs=0.05)
    assert days(FACTS["v3-hours-total"].value, FACTS["v3-gpus"].value) == pytest.approx(56.7, abs=0.05)


def test_a_trillion_tokens_take_the_published_hours_and_days():
    run = printed_run("DeepSeek-V3")
    assert run.hours_per_trillion == FACTS["v3-hours-per-trillion"].value
    assert days(run.hours_per_trillion, run.gpus) == pytest.approx(FACTS["v3-days-per-trillion"].value, abs=0.05)


def test_the_later_paper_measures_the_same_throughput():
    """272.80 billion tokens a day take as long for 14.8 trillion as the first report's hours, to 0.1 per cent."""
    run = printed_run("DeepSeek-V3")
    assert run.tokens / FACTS["isca-tokens-per-day"].value == pytest.approx(run.days, rel=1e-3)


def test_a_step_of_the_later_paper_is_the_full_batch_of_the_report():
    """19.926 seconds at 272.80 billion tokens a day are 15,360 sequences of 4,096 tokens."""
    tokens = FACTS["isca-tokens-per-day"].value / 86_400 * FACTS["isca-seconds-per-step"].value
    assert tokens == pytest.approx(FACTS["v3-batch-end"].value * FACTS["v3-sequence"].value, rel=5e-5)


def test_llama_took_the_arithmetic_that_its_report_prints():
    """6 N D of 405 billion parameters and 15.6 trillion tokens is 3.8e25 to two digits."""
    assert printed_run("Llama-405B").flop == pytest.approx(facts.load("scaling")["llama3-flop"].value, abs=0.05e25)


def test_the_hours_of_the_three_llamas_are_their_published_total():
    """1.46M + 7.0M + 30.84M = 39.3M."""
    parts = sum(FACTS[f"llama31-{size}-hours"].value for size in ("8b", "70b", "405b"))
    assert parts == pytest.approx(FACTS["llama31-hours-total"].value, abs=0.05e6)


def test_the_emissions_of_the_three_llamas_are_their_published_total():
    """420 + 2,040 + 8,930 = 11,390 tonnes: the larger number is the family, not a correction of the smaller."""
    parts = sum(FACTS[f"llama31-{size}-co2"].value for size in ("8b", "70b", "405b"))
    assert parts == FACTS["llama31-co2-total"].value


def test_the_emissions_use_one_factor_for_all_three_models():
    """0.41 to 0.42 kg a kilowatt-hour at 700 W a GPU."""
    for size in ("8b", "70b", "405b"):
        power = FACTS[f"llama31-{size}-hours"].value * FACTS["llama31-watts"].value / 1000
        assert 1000 * FACTS[f"llama31-{size}-co2"].value / power == pytest.approx(0.4135, abs=0.0035)


def test_the_parts_of_r1_are_its_published_hours_and_dollars():
    """512 GPUs for 198 and for 80 hours, and 5K hours for data: 147K hours, $294K at $2."""
    gpus = FACTS["r1-gpus"].value
    assert gpus * FACTS["r1-zero-hours-wall"].value == pytest.approx(FACTS["r1-zero-hours"].value, abs=500)
    assert gpus * FACTS["r1-hours-wall"].value == pytest.approx(FACTS["r1-hours"].value, abs=500)
    parts = sum(FACTS[key].value for key in ("r1-zero-hours", "r1-sft-hours", "r1-hours"))
    assert parts == FACTS["r1-hours-total"].value
    assert parts * FACTS["v3-price"].value == FACTS["r1-cost"].value


def test_four_days_of_the_r1_paper_are_not_its_eighty_hours():
    """The text says about 4 days, or roughly 80 hours; only 80 hours gives the 41K of its table."""
    assert abs(FACTS["r1-gpus"].value * 96 - FACTS["r1-hours"].value) > 8_000


@given(POSITIVE, st.floats(1, 1e6))
def test_all_gpus_busy_for_the_days_give_the_gpu_hours(amount, gpus):
    assert days(amount, gpus) * 24 * gpus == pytest.approx(amount)


def test_counted_from_their_configurations_both_runs_are_what_their_papers_print_to_a_per_cent_or_two():
    """The counted sizes leave the input embedding out, which nothing is multiplied by."""
    for name in ("DeepSeek-V3", "Llama-405B"):
        counted, printed = published_run(name), printed_run(name)
        assert counted.active_parameters == pytest.approx(printed.active_parameters, rel=0.02)
        assert counted.flop == pytest.approx(printed.flop, rel=0.02)
        assert printed.flop == 6 * printed.active_parameters * printed.tokens
        assert counted.gpu_hours == printed.gpu_hours and counted.tokens == printed.tokens
    assert published_run("DeepSeek-V3").parameters > 18 * published_run("DeepSeek-V3").active_parameters


@pytest.mark.parametrize("name", ["DeepSeek-V3", "Llama-405B"])
def test_attention_adds_to_the_arithmetic_and_the_peak_divides_the_utilisation(name):
    without, causal, full = (published_run(name, kind) for kind in ("none", "causal", "full"))
    assert without.flop < causal.flop < full.flop
    assert causal.flop - without.flop == pytest.approx((full.flop - without.flop) / 2, rel=1e-3)
    assert published_run(name, peak="FP8").utilisation == pytest.approx(without.utilisation / 2)


@given(st.floats(1e6, 1e13), st.floats(1e6, 1e14), st.floats(1, 1e9), st.floats(1e9, 1e16))
def test_a_run_did_what_its_gpus_did_in_its_hours(parameters, tokens, hours, peak):
    """Arithmetic = hours x 3,600 x peak x utilisation, whatever the utilisation comes to."""
    run = TrainingRun("any", parameters, tokens, hours, 8, peak)
    assert run.gpu_hours * 3600 * run.peak * run.utilisation == pytest.approx(6 * parameters * tokens)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_what_is_not_positive_and_finite_is_refused_by_name(value):
    with pytest.raises(ProblemError, match="Tokens must be positive"):
        TrainingRun("any", 1e9, value, 1e3, 8, 1e15)
    with pytest.raises(ProblemError, match="GPUs"):
        days(1000, value)
    with pytest.raises(ProblemError, match="Gpu hours must be positive"):
        TrainingRun("any", 1e9, 1e9, value, 8, 1e15)


def test_a_run_or_a_peak_that_is_not_published_is_refused_with_those_that_are():
    with pytest.raises(ProblemError, match="no published run 'GPT-4'; choose from DeepSeek-V3"):
        published_run("GPT-4")
    with pytest.raises(ProblemError, match="no published peak 'FP4'"):
        published_run("DeepSeek-V3", peak="FP4")
