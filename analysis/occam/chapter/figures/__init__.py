"""The figures of the chapter *Occam's razor in neural networks*, one function a figure, in the chapter's order."""

from analysis.occam.chapter.figures.functions import complexity_measures, published_variant, truth_tables
from analysis.occam.chapter.figures.prior import (
    complexity_bound,
    complexity_distribution,
    infinite_width,
    prior_rank,
    symmetry,
)
from analysis.occam.chapter.figures.theory import correlation_map, k_learner, pac_bayes
from analysis.occam.chapter.figures.training import (
    balanced_targets,
    digits,
    imbalanced_targets,
    order_chaos,
    parity,
    razor_in_one_picture,
    sgd_bayes,
)

__all__ = [
    "balanced_targets",
    "complexity_bound",
    "complexity_distribution",
    "complexity_measures",
    "correlation_map",
    "digits",
    "imbalanced_targets",
    "infinite_width",
    "k_learner",
    "order_chaos",
    "pac_bayes",
    "parity",
    "prior_rank",
    "published_variant",
    "razor_in_one_picture",
    "sgd_bayes",
    "symmetry",
    "truth_tables",
]
