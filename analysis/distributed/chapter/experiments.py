"""The declared experiments of the chapter on training apart."""

from __future__ import annotations

from analysis.kit.experiments import Experiment

EXPERIMENTS: tuple[Experiment, ...] = ()
