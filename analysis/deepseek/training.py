r"""How much arithmetic a training run takes, and how GPU-hours, GPUs and days belong together.

A model with :math:`N` active parameters trained on :math:`D` tokens takes about

.. math:: C = 6 N D

floating point operations (two for each parameter and token forwards, four backwards; attention comes on top). Active
are the parameters that one token passes through, which in a mixture of experts are a small part of all.

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437. Llama Team (2024), arXiv:2407.21783.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import Attention
from analysis.deepseek.flop import flop_per_token as counted_flop
from analysis.deepseek.parameters import count_parameters
from analysis.kit import facts
from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError

FLOP_PER_PARAMETER_AND_TOKEN = 6
SECONDS_PER_HOUR = 3600
HOURS_PER_DAY = 24
TRILLION = 1e12

#: The runs that are compared: configuration, and the facts of its tokens, GPU-hours, GPUs and training context.
RUNS = {
    "DeepSeek-V3": ("deepseek-v3", "v3-tokens", "v3-hours-pretraining", "v3-gpus", "v3-sequence"),
    "Llama-405B": (
        "llama-3.1-405b",
        "llama31-405b-tokens",
        "llama31-405b-hours",
        "llama31-405b-gpus",
        "llama31-sequence",
    ),
}
#: Active and all parameters of them, as their makers print them.
PRINTED = {
    "DeepSeek-V3": ("v3-parameters-active", "v3-parameters"),
    "Llama-405B": ("llama31-405b-parameters", "llama31-405b-parameters"),
}
#: The dense peaks of the chip of both runs, and their facts.
PEAKS = {"BF16": "h100-bf16-peak", "FP8": "h100-fp8-peak"}


def days(gpu_hours: float, gpus: float) -> float:
    """Days that a number of GPU-hours takes on so many GPUs, all of them busy.

    Parameters
    ----------
    gpu_hours : float
        GPU-hours.
    gpus : float
        How many run at once.

    Returns
    -------
    float
        Days.

    Examples
    --------
    >>> round(days(2_664_000, 2_048), 1)
    54.2
    """
    positive(gpu_hours, "GPU-hours")
    positive(gpus, "GPUs")
    return gpu_hours / gpus / HOURS_PER_DAY


def utilisation(flop: float, gpu_hours: float, peak: float) -> float:
    """Share of the peak that `flop` used in so many GPU-hours, 0 to 1.

    Parameters
    ----------
    flop : float
        Arithmetic of the run, FLOP.
    gpu_hours : float
    peak : float
        FLOP a second of one GPU.

    Examples
    --------
    >>> print(f"{utilisation(6 * 37e9 * 14.8e12, 2.664e6, 989.5e12):.1%}")
    34.6%
    """
    for value, name in ((flop, "FLOP"), (gpu_hours, "GPU-hours"), (peak, "a peak")):
        positive(value, name)
    return flop / (gpu_hours * SECONDS_PER_HOUR * peak)


@dataclass(frozen=True)
class TrainingRun:
    """A training run: what was computed, and the time it took.

    Parameters
    ----------
    name : str
    active_parameters : float
        Parameters that one token passes through.
    tokens : float
        Training tokens.
    gpu_hours : float
        GPU-hours of the run.
    gpus : float
        GPUs it ran on.
    peak : float
        What one GPU could compute at most, FLOP a second.
    flop_per_token : float, optional
        Training FLOP a token; six times the active parameters where it is not given.
    parameters : float, optional
        All parameters; the active ones where it is not given.
    """

    name: str
    active_parameters: float
    tokens: float
    gpu_hours: float
    gpus: float
    peak: float
    flop_per_token: float = 0.0
    parameters: float = 0.0

    def __post_init__(self) -> None:
        if not self.parameters:
            object.__setattr__(self, "parameters", self.active_parameters)
        if not self.flop_per_token:
            object.__setattr__(self, "flop_per_token", FLOP_PER_PARAMETER_AND_TOKEN * self.active_parameters)
        for field, value in vars(self).items():
            if field != "name":
                positive(value, field.replace("_", " "))

    @property
    def flop(self) -> float:
        """Arithmetic of the run in FLOP."""
        return self.flop_per_token * self.tokens

    @property
    def days(self) -> float:
        """Days on its GPUs."""
        return days(self.gpu_hours, self.gpus)

    @property
    def hours_per_trillion(self) -> float:
        """GPU-hours a trillion tokens."""
        return self.gpu_hours / (self.tokens / TRILLION)

    @property
    def utilisation(self) -> float:
        """Share of the peak that the run's arithmetic used, 0 to 1."""
        return utilisation(self.flop, self.gpu_hours, self.peak)


def published_run(model: str, attention: Attention = "none", peak: str = "BF16") -> TrainingRun:
    """A published run, its parameters and its FLOP counted from the configuration.

    Parameters
    ----------
    model : str
        One of :data:`RUNS`.
    attention : {"none", "causal", "full"}
        What counts as arithmetic, as in :func:`analysis.deepseek.flop.flop_per_token`; ``"none"`` is 6 N D.
    peak : str
        The peak that the run is credited with, one of :data:`PEAKS`.

    Returns
    -------
    TrainingRun

    Raises
    ------
    ProblemError
        For a run or a peak that is not listed.

    Examples
    --------
    >>> print(f"{published_run('DeepSeek-V3').utilisation:.1%}, {published_run('DeepSeek-V3', 'full').utilisation:.1%}")
    34.3%, 43.8%
    """
    for name, value, known in (("run", model, RUNS), ("peak", peak, PEAKS)):
        if value not in known:
            raise ProblemError(f"There is no published {name} {value!r}; choose from {', '.join(known)}.")
    configuration, tokens, hours, gpus, context = RUNS[model]
    table, architecture = facts.load("deepseek"), published_architecture(configuration)
    count = count_parameters(architecture)
    return TrainingRun(
        model,
        count.active_without_embedding,
        table[tokens].value,
        table[hours].value,
        table[gpus].value,
        table[PEAKS[peak]].value,
        counted_flop(architecture, int(table[context].value), attention).training,
        count.total,
    )


def printed_run(model: str) -> TrainingRun:
    """A published run with the sizes that its maker prints, against the dense BF16 peak.

    Parameters
    ----------
    model : str
        One of :data:`RUNS`; the GPU-hours of Llama-405B are all those that its model card gives.

    Examples
    --------
    >>> run = printed_run("DeepSeek-V3")
    >>> f"{run.days:.1f} days, {run.hours_per_trillion:,.0f} hours a trillion tokens, {run.utilisation:.1%}"
    '54.2 days, 180,000 hours a trillion tokens, 34.6%'
    """
    table, run = facts.load("deepseek"), published_run(model)
    active, total = (table[identity].value for identity in PRINTED[model])
    return replace(run, active_parameters=active, parameters=total, flop_per_token=0.0)


def published_stages() -> pd.DataFrame:
    """Table 1 of the DeepSeek-V3 report: GPU-hours and dollars of each stage.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``hours`` and ``dollars``; the last row is the total as printed.

    Examples
    --------
    >>> stages = published_stages().set_index("stage")
    >>> bool(stages["hours"].iloc[:-1].sum() == stages["hours"].iloc[-1])
    True
    """
    table = facts.load("deepseek")
    keys = {
        "pretraining": "Pretraining",
        "context": "Context extension",
        "post-training": "Post-training",
        "total": "Total",
    }
    return pd.DataFrame(
        [
            {"stage": name, "hours": table[f"v3-hours-{key}"].value, "dollars": table[f"v3-cost-{key}"].value}
            for key, name in keys.items()
        ]
    )
