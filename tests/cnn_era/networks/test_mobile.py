"""Networks for one device and one task: two knobs of MobileNet, and what they leave."""

import numpy as np
import pytest

from analysis.cnn_era.networks.mobile import SIZES, WIDTHS, dog_breeds, mobilenet_family, printed_by_keras

FAMILY = mobilenet_family()


def test_width_and_size_cost_about_their_square():
    """A little more, because the last layer keeps its thousand classes, and the first its three colours."""
    by = FAMILY.set_index(["width", "size"])
    assert 1 / 4 < by.loc[(0.5, 224), "parameters"] / by.loc[(1.0, 224), "parameters"] < 1 / 2
    assert 1 / 4 < by.loc[(0.5, 224), "macs"] / by.loc[(1.0, 224), "macs"] < 1 / 3.5
    for width in WIDTHS:
        assert by.loc[width]["parameters"].nunique() == 1
        ratio = by.loc[(width, 128), "macs"] / by.loc[(width, 224), "macs"]
        assert ratio == pytest.approx((128 / 224) ** 2, rel=0.02)


def test_accuracy_falls_with_either_knob():
    """Published for seven of the sixteen."""
    known = FAMILY.dropna(subset=["top1"])
    assert len(known) == 7
    assert (np.diff(known[known["width"] == 1]["top1"]) < 0).all()
    assert (np.diff(known[known["size"] == 224]["top1"]) < 0).all()


def test_a_quarter_width_fits_where_alexnet_cannot():
    """0.47 million parameters against 61 million: 130 times fewer, at 50.6 per cent instead of AlexNet's 56.5."""
    smallest = FAMILY.set_index(["width", "size"]).loc[(0.25, 224)]
    assert 61_100_840 / smallest["parameters"] == pytest.approx(130, abs=0.1)
    assert smallest["top1"] == 50.6


def test_keras_prints_one_number_for_four_sizes():
    """529 million for each; the counts run from 569 to 186 million."""
    table = printed_by_keras()
    assert table["printed"].nunique() == 1 and list(table["size"]) == list(SIZES)
    assert (abs(table["printed"] - table["counted"]) > 30).all()


def test_a_narrow_task_needs_a_twentieth_for_four_points():
    """Dog breeds: Inception v3 84.0 at 5 billion multiply-adds; a MobileNet 80.5 at 239 million."""
    table = dog_breeds().set_index("name")
    small, large = table.loc["MobileNet 0.75, 192"], table.loc["Inception v3"]
    assert large["top1"] - small["top1"] == pytest.approx(3.5)
    assert large["printed_macs"] * 1e6 / small["macs"] == pytest.approx(21, abs=0.1)


def test_the_paper_prints_the_multiply_adds_of_a_thousand_classes():
    """With 120 classes the count is lower by the missing rows of the last layer: under a million, at most 0.3 %."""
    table = dog_breeds().dropna(subset=["macs"])
    gap = table["printed_macs"] - table["macs"] / 1e6
    assert gap.between(0, 1.5).all()
    assert (table["parameters"] / 1e6).round(1).tolist() == table["printed_parameters"].tolist()


def test_work_on_dogs_is_counted_and_only_where_nobody_can_printed():
    table = dog_breeds().set_index("name")
    counted = table.dropna(subset=["macs"])
    assert (counted["millions"] == counted["macs"] / 1e6).all() and (
        counted["millions"] != counted["printed_macs"]
    ).all()
    assert table.loc["Inception v3", "millions"] == table.loc["Inception v3", "printed_macs"]
