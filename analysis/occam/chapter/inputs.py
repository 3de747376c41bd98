"""What the chapter puts into the models: networks, sizes, seeds and settings, each stated once.

Cells, numbers of the text, verdicts and checks call the models with these names.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.occam.gaussian_process import GaussianProcessEnsemble
from analysis.occam.networks import NetworkEnsemble

#: Of everything that is drawn, and of the functions that are drawn uniformly.
SEED = 20250114
UNIFORM_SEED = SEED + 1

#: The network of the laboratory, 7-40-40-1, and its limit of infinite width.
NETWORKS = NetworkEnsemble(widths=(40, 40), activation="relu", sigma_w=1.0, sigma_b=0.2)
LIMIT = GaussianProcessEnsemble()
#: Networks sampled when the book is built: a million.
PRIOR_SAMPLES = 1_000_000
#: The same network with fewer inputs, so that functions can be compared one by one.
SMALL_NETWORKS = replace(NETWORKS, inputs=5)
#: The deep network of order and chaos: ten tanh layers, ordered as it stands here.
DEEP_NETWORKS = NetworkEnsemble(widths=(40,) * 10, activation="tanh", sigma_w=1.0, sigma_b=0.1)
#: The networks of the sweep over weight scales by depth and activation; they differ in nothing else.
SWEEP_NETWORKS = {
    "ten tanh layers": DEEP_NETWORKS,
    "two tanh layers": replace(DEEP_NETWORKS, widths=(40,) * 2),
    "ten ReLU layers": replace(DEEP_NETWORKS, activation="relu"),
    "two ReLU layers": replace(DEEP_NETWORKS, widths=(40,) * 2, activation="relu"),
}
#: A network has lost the preference when its mean complexity is this share of a random function's.
LOST = 0.9
#: Weight scales of an ordered and a chaotic network, and those that the reader can choose.
ORDERED, CHAOTIC = 1.0, 8.0
WEIGHT_SCALES = tuple(np.arange(0.5, 4.01, 0.25).tolist())

#: Functions drawn uniformly, and how many of them are counted by the released code as well.
UNIFORM_FUNCTIONS = 20_000
COUNTED_TWICE = 3_000
#: Positions of the ones that the released script draws for its three targets.
RELEASED_POSITIONS = (2, 10, 21)

#: Functions must be met this often for the bound to be fitted to them.
BOUND_COUNT = 10
#: Functions whose probability is estimated by symmetry, as pictures call them and by their name.
BY_SYMMETRY = {
    "constant 1": "constant 1",
    "AND of all": "all ones",
    "x0 AND x1": "x0 AND x1",
    "x0 OR x1": "x0 OR x1",
    "dictator x0": "dictator x0",
    "majority": "majority",
}
#: Complexities between which a random network is about equally likely to have any, bits.
PLATEAU = (35.0, 112.0)
#: Widths that are compared with the limit, networks of each, and functions drawn from the limit.
WIDTHS = (5, 10, 20, 40, 80)
WIDTH_SAMPLES, LIMIT_SAMPLES = 100_000, 1_000_000
#: Networks of each rule for the biases, and those of the released sampler: wider, by their bias scale.
RULE_SAMPLES = 16_384
#: Width and number of the layers of the released script's networks (Plot1/data/sample_1abgh.py).
RELEASED_WIDTH, RELEASED_LAYERS = 64, 10


def released_networks(sigma_b: float) -> NetworkEnsemble:
    """Ordered tanh networks as the released script draws them."""
    return replace(DEEP_NETWORKS, widths=(RELEASED_WIDTH,) * RELEASED_LAYERS, sigma_b=sigma_b, bias_rule="released")


#: Inputs of the functions that can all be listed, and training examples of the learners that know them.
FEW_INPUTS, FEW_EXAMPLES = 4, 8
#: Training examples of trained networks, of the 128.
EXAMPLES = 64
#: The most examples of the learning curves of which the text speaks.
MOST_EXAMPLES = 112
#: The target of the PAC-Bayes bound, its sizes of training sets, how many of each, and functions drawn from the limit.
BOUNDED = "dictator x0"
BOUNDED_SIZES = (4, 8, 16, 24, 32, 48, 64)
BOUNDED_SETS = 5
BOUNDED_SAMPLES = 4_000_000

#: Learning rates of Adam in the comparison of ordered and chaotic networks, and the one that pictures show.
LEARNING_RATES = (0.001, 0.003, 0.01)
LEARNING_RATE = 0.003
#: Functions met so often by each side are ranked: sampling noise hardly changes their place.
OFTEN = 10
#: Training sets on which the rivals meet parity.
RIVAL_SETS = 128
#: Complexities of the targets that sums the chapter up, bits.
SHOWN_BIN = (60.0, 90.0)
