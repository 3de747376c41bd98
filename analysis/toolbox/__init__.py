"""The toolbox: what rounding, pruning, looking at less, borrowing, better steps and new machines buy.

A tool is a factor on one resource; what it buys is that factor, less what it does not touch and what it adds. Factors
are pure numbers (2 is twice as good), bits are per weight, times in seconds, losses in nats a symbol. Every module says
more than what is gathered here. Section of the chapter, module, figures (``toolbox-…``):

* what a tool can change: ``amdahl``, ``roofline``, ``promises``
* fewer bits: ``rounding``, ``compensated``
* fewer weights: ``sparsity``
* fewer tokens looked at: ``attention_cost``
* borrowed learning: ``transfer``, ``adapters``, ``few_shot``
* better steps: ``optimisers``
* new machines: ``chips``, ``energy``, ``quantum``
"""

from analysis.toolbox.promises import kept_share, left_out, median_share, promises

__all__ = [
    "kept_share",
    "left_out",
    "median_share",
    "promises",
]
