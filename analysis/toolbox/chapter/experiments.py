"""The declared experiments of the chapter on the toolbox."""

from __future__ import annotations

from analysis.kit.experiments import Experiment

# Fewer bits.

# Fewer weights.

# Borrowed learning.

# Better steps.

EXPERIMENTS: tuple[Experiment, ...] = ()
