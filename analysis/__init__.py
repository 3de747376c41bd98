"""The models behind *The Evolution of AI Training Efficiency*: what the book computes with, for your own numbers.

Each topic is a package of pure functions; its public names are what a notebook would import.

===============  ====================================================================================================
topic            what it computes
===============  ====================================================================================================
``scaling``      laws of loss by size, data and compute, fitted to runs; where a training budget should go
``deepseek``     parameters, arithmetic, memory and cost of a language model, from its ``config.json``
``distributed``  training on machines that are far apart: what they send, and what talking less often costs
``cnn_era``      networks counted layer by layer; records over time, their halving times and change-points
``toolbox``      rounding, pruning, windows, transfer, optimisers, chips and qubits: what a tool buys
``market``       demand, depreciation, prices of an hour, scenarios and what a price implies
``occam``        Boolean functions, their complexity, and what random and trained networks make of them
===============  ====================================================================================================

Published figures come from :mod:`analysis.kit.facts`, each with its source. What cannot be computed raises
:class:`analysis.kit.errors.ProblemError`, whose text says what to do. ``python -m analysis --help`` lists the commands.

Examples
--------
>>> from analysis import scaling
>>> law = scaling.ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
>>> best = scaling.compute_optimal_allocation(5.76e23, law)
>>> print(f"{best.N / 1e9:.1f} billion parameters, {best.tokens_per_parameter:.0f} tokens for each")
32.2 billion parameters, 93 tokens for each
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("ai-training-efficiency")
except PackageNotFoundError:  # code that nobody installed
    __version__ = "from source"
