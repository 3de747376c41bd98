"""What the chapter puts into the models: networks, sizes, seeds and settings, each stated once.

Cells, numbers of the text, verdicts and checks call the models with these names.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.occam.gaussian_process import GaussianProcessEnsemble
from analysis.occam.networks import NetworkEnsemble

#: Seed of everything that is drawn.
SEED = 20250114
#: Seed of the functions that are drawn uniformly.
UNIFORM_SEED = SEED + 1

#: The network of the laboratory, 7-40-40-1.
NETWORKS = NetworkEnsemble(widths=(40, 40), activation="relu", sigma_w=1.0, sigma_b=0.2)
#: The limit of the laboratory's network at infinite width.
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
#: Weight scale of an ordered network.
ORDERED = 1.0
#: Weight scale of a chaotic network.
CHAOTIC = 8.0
#: Weight scales that the reader can choose.
WEIGHT_SCALES = tuple(np.arange(0.5, 4.01, 0.25).tolist())

#: Functions drawn uniformly.
UNIFORM_FUNCTIONS = 20_000
#: Functions drawn uniformly that are counted by the released code as well.
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
#: Widths that are compared with the limit.
WIDTHS = (5, 10, 20, 40, 80)
#: Networks of each width that is compared with the limit.
WIDTH_SAMPLES = 100_000
#: Functions drawn from the limit.
LIMIT_SAMPLES = 1_000_000
#: Networks of each rule for the biases, and those of the released sampler: wider, by their bias scale.
RULE_SAMPLES = 16_384
#: Width of the layers of the released script's networks (Plot1/data/sample_1abgh.py).
RELEASED_WIDTH = 64
#: Number of the layers of the released script's networks.
RELEASED_LAYERS = 10


def released_networks(sigma_b: float) -> NetworkEnsemble:
    """Ordered tanh networks as the released script draws them."""
    return replace(DEEP_NETWORKS, widths=(RELEASED_WIDTH,) * RELEASED_LAYERS, sigma_b=sigma_b, bias_rule="released")


#: Inputs of the functions that can all be listed.
FEW_INPUTS = 4
#: Training examples of the learners that know all functions.
FEW_EXAMPLES = 8
#: Training examples of trained networks, of the 128.
EXAMPLES = 64
#: The most examples of the learning curves of which the text speaks.
MOST_EXAMPLES = 112
#: The target of the PAC-Bayes bound.
BOUNDED = "dictator x0"
#: Sizes of training sets of the PAC-Bayes bound.
BOUNDED_SIZES = (4, 8, 16, 24, 32, 48, 64)
#: Training sets of each size for the PAC-Bayes bound.
BOUNDED_SETS = 5
#: Functions drawn from the limit for the PAC-Bayes bound.
BOUNDED_SAMPLES = 4_000_000

#: Learning rates of Adam in the comparison of ordered and chaotic networks.
LEARNING_RATES = (0.001, 0.003, 0.01)
#: The learning rate of Adam that pictures show.
LEARNING_RATE = 0.003
#: Functions met so often by each side are ranked: sampling noise hardly changes their place.
OFTEN = 10
#: Training sets on which the rivals meet parity.
RIVAL_SETS = 128
#: Complexities of the targets that sums the chapter up, bits.
SHOWN_BIN = (60.0, 90.0)
