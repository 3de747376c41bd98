"""Occam's razor in neural networks: Boolean functions, their complexity, and what networks make of them.

Start with :class:`NetworkEnsemble` and :func:`sample_prior` for what random networks compute, :func:`k_lz` for the
complexity of a function, and :func:`posterior` for what a learner makes of examples.

Examples
--------
>>> from analysis import occam
>>> functions = occam.named_functions()
>>> two = functions["constant 0"], functions["parity"]
>>> [float(occam.k_lz(function)[0]) for function in two]
[7.0, 91.0]

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

============================================  ==============================================  ==========================
section of the chapter                        modules                                         figures
============================================  ==============================================  ==========================
A laboratory of all functions                 :mod:`.boolean`                                 functions: truth_tables
How complex is a function?                    :mod:`.complexity`                              functions
What random networks compute                  :mod:`.networks`, :mod:`.normals`,              prior
                                              :mod:`.counts`, :mod:`.prior`,
                                              :mod:`.gaussian_process`
Order and chaos                               :mod:`.mean_field`                              theory, training
Why a simplicity bias generalises             :mod:`.bayes`, :mod:`.pac_bayes`                theory
Training                                      :mod:`.training`, :mod:`.generalisation`,       training
                                              :mod:`.sgd_bayes`
Towards real data                             :mod:`.digits`                                  training
============================================  ==============================================  ==========================

Functions of seven inputs are packed into two 64-bit words (:mod:`analysis.occam.boolean`); the Bayesian and training
modules take truth tables as bool arrays. What the chapter and its exercises use is here.
"""

from analysis.kit.experiments import load_result
from analysis.occam.bayes import (
    all_functions,
    fits,
    functions_by_complexity,
    k_learner_errors,
    k_learner_prior,
    marginal_likelihoods,
    off_training_errors,
    posterior,
)
from analysis.occam.boolean import named_functions, ones, orbit, permute_inputs, random_functions, to_string, unpack
from analysis.occam.complexity import average_sensitivity, fourier_degree, k_lz, lz76_words, variant_differences
from analysis.occam.counts import count_functions
from analysis.occam.digits import by_learner, digits_task
from analysis.occam.gaussian_process import kernel, width_comparison
from analysis.occam.generalisation import SHALLOW, deep_tanh, generalisation_task, published_errors, single_target_task
from analysis.occam.mean_field import correlation_maps, critical_sigma_w, mean_field_curve
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.pac_bayes import guarantees, pac_bayes_bound
from analysis.occam.prior import (
    complexity_table,
    fit_simplicity_bound,
    orbit_estimates,
    orbit_probability,
    prior_over_functions,
    rank_table,
    sample_functions,
    sample_prior,
    zipf_probability,
)
from analysis.occam.sgd_bayes import agreement_by_case

__all__ = [
    "SHALLOW",
    "NetworkEnsemble",
    "agreement_by_case",
    "all_functions",
    "average_sensitivity",
    "by_learner",
    "complexity_table",
    "correlation_maps",
    "count_functions",
    "critical_sigma_w",
    "deep_tanh",
    "digits_task",
    "fit_simplicity_bound",
    "fits",
    "fourier_degree",
    "functions_by_complexity",
    "generalisation_task",
    "guarantees",
    "k_learner_errors",
    "k_learner_prior",
    "k_lz",
    "kernel",
    "load_result",
    "lz76_words",
    "marginal_likelihoods",
    "mean_field_curve",
    "named_functions",
    "off_training_errors",
    "ones",
    "orbit",
    "orbit_estimates",
    "orbit_probability",
    "pac_bayes_bound",
    "permute_inputs",
    "posterior",
    "prior_over_functions",
    "published_errors",
    "random_functions",
    "rank_table",
    "sample_functions",
    "sample_prior",
    "single_target_task",
    "to_string",
    "unpack",
    "variant_differences",
    "width_comparison",
    "zipf_probability",
]
