"""What the page computes, written once more with arrays: an oracle for the Vega expressions of the fan."""

import numpy as np
from scipy import stats


def cornish_fisher_quantiles(scenario, probabilities):
    r"""Quantiles of the growth x of a scenario in closed form, from its four cumulants.

    With z the normal quantile, the skewness gamma_1 and the excess kurtosis gamma_2 (Cornish & Fisher 1938),

    .. math:: q = E x + \sqrt V \left[z + (z^2 - 1)\frac{\gamma_1}{6} + (z^3 - 3z)\frac{\gamma_2}{24}
              - (2 z^3 - 5 z)\frac{\gamma_1^2}{36}\right].
    """
    mean, variance, third, fourth = scenario.cumulants()
    z = stats.norm.ppf(np.ravel(probabilities))
    skewness, excess = third / variance**1.5, fourth / variance**2
    bend = (z**2 - 1) * skewness / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skewness**2 / 36
    return mean + variance**0.5 * (z + bend)
