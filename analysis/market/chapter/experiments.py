"""The market chapter declares no experiment: its simulations take a fraction of a second and run in the build."""

from __future__ import annotations

from analysis.kit.experiments import Experiment

EXPERIMENTS: tuple[Experiment, ...] = ()
