r"""How well a run used its GPUs, and why the published figures of one run differ.

Model FLOP utilisation is arithmetic that the model needs, over what the GPUs could have done in the time:

.. math:: U = \frac{C}{H \cdot 3600 \cdot P}

Three choices hide in it: whether :math:`C` counts attention (and its masked half), which hours :math:`H` count, and
which peak :math:`P` (BF16 or FP8, SXM or PCIe). The same run comes out between 17 and 44 per cent.

References
----------
DeepSeek-AI (2024), arXiv:2412.19437; Zhao et al. (2025), arXiv:2505.09343, Table 4; Llama Team (2024),
arXiv:2407.21783, Table 4.
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.deepseek.training import HOURS_PER_DAY, SECONDS_PER_HOUR, TrainingRun, deepseek_v3, llama_405b, positive
from analysis.kit import facts

TERA = 1e12


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
    positive(FLOP=flop, GPU_hours=gpu_hours, peak=peak)
    return flop / (gpu_hours * SECONDS_PER_HOUR * peak)


def achieved(tokens_per_day: float, flop_per_token: float, gpus: float) -> float:
    """FLOP a second of one GPU at a measured throughput.

    >>> print(f"{achieved(272.8e9, 250e9, 2048) / 1e12:.0f}")  # the 385 of the ISCA paper, counted causally
    385
    """
    positive(tokens_per_day=tokens_per_day, FLOP_per_token=flop_per_token, GPUs=gpus)
    return tokens_per_day * flop_per_token / (HOURS_PER_DAY * SECONDS_PER_HOUR * gpus)


def implied_flop_per_token(flop_per_second: float, tokens_per_day: float, gpus: float) -> float:
    """FLOP a token that a published speed of one GPU and a published throughput imply; undoes :func:`achieved`.

    >>> print(f"{implied_flop_per_token(432e12, 272.8e9, 2048) / 1e9:.0f} GFLOP")  # the same run, not causal
    280 GFLOP
    """
    positive(FLOP_per_second=flop_per_second)
    return flop_per_second / achieved(tokens_per_day, 1.0, gpus)


def implied_peak(flop_per_second: float, share: float, half_unit: float = 0.0, half_share: float = 0.0) -> pd.Interval:
    """The peaks that a published speed and a published utilisation leave, each known to half its last digit.

    Parameters
    ----------
    flop_per_second : float
        Published speed of one GPU.
    share : float
        Published utilisation, 0 to 1.
    half_unit, half_share : float
        Half the last printed digit of each.

    Examples
    --------
    >>> peak = implied_peak(432e12, 0.4373, 0.5e12, 0.00005)
    >>> print(f"{peak.left / 1e12:.1f} to {peak.right / 1e12:.1f} TFLOP/s")
    986.6 to 989.1 TFLOP/s
    """
    positive(FLOP_per_second=flop_per_second, utilisation=share)
    positive(smallest_FLOP_per_second=flop_per_second - half_unit, smallest_utilisation=share - half_share)
    return pd.Interval(
        (flop_per_second - half_unit) / (share + half_share),
        (flop_per_second + half_unit) / (share - half_share),
        closed="both",
    )


def published_figures() -> pd.DataFrame:
    """Every published utilisation of the two runs, by what it rests on, and what those inputs give.

    Returns
    -------
    DataFrame
        Columns ``figure``, ``model``, ``arithmetic``, ``hours``, ``peak``, ``published`` and ``recomputed`` (per cent;
        published is nan for the like-for-like figures, which are ours), ``source`` (key of the bibliography).

    Examples
    --------
    >>> table = published_figures().set_index("figure")
    >>> print("{peak}: {published}, and {recomputed:.2f} again".format(**table.loc["Epoch AI"]))
    FP8, PCIe card: 22.44, and 22.44 again
    """
    table = facts.load("deepseek")
    v3, llama = deepseek_v3(), llama_405b()
    pcie = table["h100-pcie-fp8-peak"].value
    book_hours = round(table["v3-hours-total"].value, -4)
    speed, card, by_size = "measured speed", "FP8, PCIe card", "6 N D"
    causal, whole = "attention, causal", "attention, not causal"

    llama_rows = {
        "Llama, 8,192 GPUs": "8192-gpus",
        "Llama, 16,384 GPUs": "16384-gpus",
        "Llama, long context": "long-context",
    }

    def of_peak(key: str) -> float:
        return table[key].value * TERA / v3.peak

    rows = [
        ("ISCA, not causal", v3, whole, speed, "BF16", "isca-mfu-noncausal", of_peak("isca-tflops-noncausal")),
        ("ISCA, causal", v3, causal, speed, "BF16", "isca-mfu-causal", of_peak("isca-tflops-causal")),
        *((name, llama, "attention", speed, "BF16", f"llama31-mfu-{key}", of_peak(f"llama31-tflops-{key}"))
          for name, key in llama_rows.items()),
        ("Epoch AI", v3, by_size, "2.688 million", card, "epoch-v3-mfu",
         utilisation(v3.flop, table["epoch-v3-hours"].value, pcie)),
        ("How to scale your model", v3, by_size, "all stages", card, "scaling-book-v3-mfu",
         utilisation(v3.flop, book_hours, pcie)),
        ("Like for like", v3, by_size, "pretraining", "BF16", None, v3.utilisation),
        ("Like for like, Llama", llama, by_size, "model card", "BF16", None, llama.utilisation),
    ]  # fmt: skip
    return pd.DataFrame(
        [
            {
                "figure": figure,
                "model": run.name,
                "arithmetic": arithmetic,
                "hours": hours,
                "peak": peak,
                "published": table[key].value if key else math.nan,
                "recomputed": 100 * share,
                "source": table[key].source if key else "computed",
            }
            for figure, run, arithmetic, hours, peak, key, share in rows
        ]
    )


def decompose(large: TrainingRun, small: TrainingRun) -> pd.DataFrame:
    r"""Why one run took more GPU-hours than another: factors whose product is exactly the ratio of hours.

    .. math:: \frac{H_1}{H_2} = \frac{N_1}{N_2} \cdot \frac{D_1}{D_2} \cdot \frac{k_1}{k_2} \cdot
        \frac{U_2}{U_1} \cdot \frac{P_2}{P_1}

    with active parameters N, tokens D, FLOP for each parameter and token k, utilisation U and peak P.

    Returns
    -------
    DataFrame
        Columns ``factor``, ``ratio`` and ``share`` of the logarithm (they add up to 1; nan if the hours are equal).

    Examples
    --------
    >>> parts = decompose(llama_405b(), deepseek_v3()).set_index("factor")["ratio"]
    >>> print(f"{parts['active parameters']:.2f} x {parts['tokens']:.3f} x {parts['utilisation']:.3f}")
    10.95 x 1.054 x 1.003
    """
    ratios = {
        "active parameters": large.active_parameters / small.active_parameters,
        "tokens": large.tokens / small.tokens,
        "FLOP for each parameter and token": (large.flop_per_token / large.active_parameters)
        / (small.flop_per_token / small.active_parameters),
        "utilisation": small.utilisation / large.utilisation,
        "peak": small.peak / large.peak,
    }
    whole = math.log(large.gpu_hours / small.gpu_hours)
    return pd.DataFrame(
        [
            {"factor": name, "ratio": ratio, "share": math.log(ratio) / whole if whole else math.nan}
            for name, ratio in ratios.items()
        ]
    )
