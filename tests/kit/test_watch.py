"""What is read is found by watching, in processes of their own, since the watch stays on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = """
from analysis.kit import watch
watch.start()
from analysis.kit import facts

def read(compute):
    with watch.during() as seen:
        compute()
    return sorted(seen)
"""


def printed(program):
    command = [sys.executable, "-c", START + program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_reading_a_value_is_noted_and_passing_a_fact_by_is_not():
    program = """
def passing():
    table = facts.load("occam")
    return [fact.source for fact in table.values()], table["zipf-normaliser"].value
print(read(passing))
"""
    assert printed(program) == ["[('fact occam/zipf-normaliser', ())]"]


def test_opened_tables_and_configurations_are_noted():
    program = """
from analysis.deepseek import config
print(read(lambda: facts.frame("market_rents"))[0][0])
for _ in range(2):
    print(*{what for what, _ in read(lambda: config.published_architecture("deepseek-v3"))})
"""
    assert printed(program) == ["table market_rents", *["file deepseek_configs/deepseek-v3.json"] * 2]


def test_whoever_is_given_a_kept_result_has_read_what_was_read_for_it():
    program = """
from analysis.scaling import laws
for _ in range(2):
    print(read(laws.kaplan_laws))
"""
    first, again = printed(program)
    assert "fact scaling/kaplan-n-c" in first
    assert again == first, "the calls that led there are told again too"


def test_an_assumption_is_read_by_its_name_in_the_module_and_by_calling_a_function_that_has_it():
    program = """
from analysis.market.chapter import inputs
watch.attend(inputs, "market")
told = lambda compute: {what.removeprefix("assumption market/") for what, _ in read(compute) if what[0] == "a"}
print(told(lambda: inputs.BOOM), sorted(told(inputs.page_of_costs)), inputs.chip.__name__)
"""
    page = ["CHIP", "CHIPS_OF_A_NODE", "OPERATION", "OVERHEAD", "RATE", "RESALE_AGE", "RESIDUAL", "USED"]
    assert printed(program) == [f"{{'BOOM'}} {page} chip"]


def test_a_function_that_keeps_its_results_stays_what_it_was():
    program = """
import functools
from analysis.scaling import laws
read(laws.kaplan_laws), read(laws.kaplan_laws)
print(laws.kaplan_laws.cache_info().hits, laws.kaplan_laws.__name__)
laws.kaplan_laws.cache_clear()
print(laws.kaplan_laws.cache_info().currsize)
"""
    assert printed(program) == ["1 kaplan_laws", "0"]


def test_recordings_lie_in_one_another():
    program = """
fact = facts.load("occam")["zipf-normaliser"]
with watch.during() as outer:
    inner = read(lambda: fact.value)
    fact.low
print(len(inner), len(outer), fact.value > 0)
with watch.during() as after:
    pass
print(len(after))
"""
    assert printed(program) == ["1 1 True", "0"]
