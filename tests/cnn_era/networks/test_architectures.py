"""The networks of the CNN era, counted from their descriptions, have the published numbers of parameters and MACs."""

import pytest

from analysis.cnn_era.networks.architectures import keys, mobilenet_v1, network, shufflenet_v1
from analysis.cnn_era.networks.counting import count, total
from analysis.kit import facts
from analysis.kit.errors import ProblemError

EXACT = {
    "alexnet": (60_965_224, 724_406_816),
    "alexnet-owt": (61_100_840, 714_188_480),
    "vgg11": (132_863_336, 7_609_090_048),
    "vgg16": (138_357_544, 15_470_264_320),
    "vgg19": (143_667_240, 19_632_062_464),
    "googlenet": (6_998_552, 1_582_671_872),
    "googlenet-tv": (6_624_904, 1_498_376_192),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet34": (21_797_672, 3_663_761_408),
    "resnet50-v1": (25_557_032, 3_857_973_248),
    "resnet50": (25_557_032, 4_089_184_256),
    "resnet101": (44_549_160, 7_801_405_440),
    "resnet152": (60_192_808, 11_513_626_624),
    "squeezenet": (1_235_496, 349_151_936),
    "densenet121": (7_978_856, 2_834_161_664),
    "mobilenet-v1": (4_231_976, 568_740_352),
    "mobilenet-v2": (3_504_872, 300_774_272),
    "shufflenet-v2": (2_278_604, 144_907_992),
    "efficientnet-b0": (5_288_548, 385_814_752),
    "efficientnet-b1": (7_794_184, 686_802_832),
}


@pytest.mark.parametrize("key", EXACT)
def test_exact_integers(key):
    """To the last parameter and the last multiply-add."""
    built = network(key)
    counted = total(built.layers, built.size)
    assert (counted.parameters, counted.macs) == EXACT[key]


@pytest.mark.parametrize("key", keys())
def test_every_network_sorts_into_a_thousand_classes(key):
    built = network(key)
    assert total(built.layers, built.size).shape == (1000, 1, 1)


@pytest.mark.parametrize(("groups", "published"), [(1, 143), (2, 140), (3, 137), (4, 133), (8, 137)])
def test_shufflenet_v1_has_the_complexity_of_its_paper(groups, published):
    """Table 2 of the paper, in millions of multiply-adds, to 1.1 %: it leaves some details open."""
    assert total(shufflenet_v1(groups)).macs / 1e6 == pytest.approx(published, rel=0.011)


@pytest.mark.parametrize(
    ("width", "millions", "parameters"), [(1.0, 569, 4.2), (0.75, 325, 2.6), (0.5, 149, 1.3), (0.25, 41, 0.5)]
)
def test_mobilenet_narrowed_as_in_its_paper(width, millions, parameters):
    """Table 6: to the last printed digit."""
    counted = total(mobilenet_v1(width))
    assert (round(counted.macs / 1e6), round(counted.parameters / 1e6, 1)) == (millions, parameters)


@pytest.mark.parametrize(("size", "millions"), [(192, 418), (160, 291), (128, 186)])
def test_mobilenet_on_smaller_images_as_in_its_paper(size, millions):
    """Table 7, which has 290 where the count is 290.7."""
    assert round(total(network("mobilenet-v1").layers, size).macs / 1e6) == millions


PRINTED = [identity for identity in facts.load("cnn_era") if identity.startswith("torchvision-ops-")]


@pytest.mark.parametrize("identity", PRINTED)
def test_what_torchvision_calls_flops_are_multiply_adds(identity):
    """Its column GFLOPS, to the last printed digit, is our count of multiply-adds, not twice that."""
    built = network(identity.removeprefix("torchvision-ops-"))
    printed = facts.load("cnn_era")[identity].value
    assert total(built.layers, built.size).macs / 1e9 == pytest.approx(printed, abs=0.00051)


def test_alexnet_layer_by_layer():
    """Five convolutions have 92 % of the multiply-adds, three fully connected layers 96 % of the weights."""
    counted = count(network("alexnet").layers, 227)
    learnt = counted[counted["parameters"] > 0].reset_index(drop=True)
    convolutions = [105415200, 223948800, 149520384, 112140288, 74760192]
    assert learnt["macs"].tolist() == [*convolutions, 37748736, 16777216, 4096000]
    assert learnt.loc[:4, "parameters"].tolist() == [34944, 307456, 885120, 663936, 442624]
    assert learnt.loc[:4, "macs"].sum() / learnt["macs"].sum() == pytest.approx(0.919, abs=0.001)
    assert learnt.loc[5:, "parameters"].sum() / learnt["parameters"].sum() == pytest.approx(0.962, abs=0.001)


def test_halving_the_size_later_costs_multiply_adds_and_no_parameter():
    """ResNet-50 v1 and v1.5 differ in one stride."""
    paper, today = (total(network(key).layers) for key in ("resnet50-v1", "resnet50"))
    assert paper.parameters == today.parameters
    assert today.macs / paper.macs == pytest.approx(1.06, abs=0.001)


def test_an_unknown_network_is_refused_with_the_known_ones():
    with pytest.raises(ProblemError, match="no network 'lenet'; choose from alexnet"):
        network("lenet")
    with pytest.raises(ProblemError, match="5 groups"):
        shufflenet_v1(5)
