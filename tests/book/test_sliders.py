"""The slider of a verdict as it stands in a page: all that it can say, small, and a table for who has no script."""

from __future__ import annotations

import gzip
import html
import json
import re

import pytest

from analysis import topics
from analysis.kit.experiments import load_result
from book.extension import sliders

#: Bytes of a slider, packed.
BYTES = 2_000


def of(topic: str) -> dict[str, str]:
    """The sliders of a topic by claim or figure."""
    rules = topics.rules()
    found = load_result(topics.identity(topic, "paths"))["of"].unique()
    return {each: (sliders.of_claim if each in rules else sliders.of_figure)(each) for each in found}


def data(slider: str) -> dict[str, list]:
    return json.loads(html.unescape(re.search("data-path='([^']*)'", slider)[1]))


def test_a_slider_says_what_its_table_says() -> None:
    rows = load_result(topics.identity("deepseek", "paths")).query("of == 'DSK-2'")
    told = data(sliders.of_claim("DSK-2"))
    assert len(told["values"]) == rows["node"].nunique()
    for (_, own), listed in zip(rows.groupby("item", sort=False), told["items"], strict=True):
        shown: list[str] = []
        for each in listed:
            shown.append(each if each != 0 else shown[-1])
        assert shown == own["shown"].tolist()


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_slider_is_small_and_its_field_has_a_name_and_a_value_in_words(topic: str) -> None:
    for identity, slider in of(topic).items():
        assert len(gzip.compress(slider.encode())) < BYTES, identity
        own = re.search(r'id="([^"]+)" min="0" max="(\d+)" value="(\d+)" aria-valuetext="([^"]+)"', slider)
        assert own and f'<label class="name" for="{own[1]}">' in slider
        values = data(slider)["values"]
        assert len(values) == int(own[2]) + 1
        assert values[int(own[3])] == html.unescape(own[4])
        assert len(set(values)) == len(values), f"{identity}: two nodes read alike"


def test_without_a_script_both_sides_of_each_turn_stand_in_a_table() -> None:
    table = sliders.of_claim("DSK-2").partition('<div class="table path-table">')[2]
    verdicts = re.findall(r"<td>(supported|partly)</td>", table)
    assert verdicts == ["partly", "supported", "supported", "supported", "partly"]
    assert table.count("(the book’s)") == 1


def test_a_claim_that_nothing_turns_has_no_slider() -> None:
    assert sliders.of_claim("OCC-0") == sliders.of_figure("deepseek-no-such-figure") == ""
