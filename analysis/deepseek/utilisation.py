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

from analysis.deepseek.flop import DEFINITIONS, Attention
from analysis.deepseek.training import (
    HOURS_PER_DAY,
    PEAKS,
    SECONDS_PER_HOUR,
    TrainingRun,
    printed_run,
    published_run,
    utilisation,
)
from analysis.kit import facts
from analysis.kit.checking import positive

TERA = 1e12


def achieved(tokens_per_day: float, flop_per_token: float, gpus: float) -> float:
    """FLOP a second of one GPU at a measured throughput.

    >>> print(f"{achieved(272.8e9, 250e9, 2048) / 1e12:.0f}")  # the 385 of the ISCA paper, counted causally
    385
    """
    for value, name in ((tokens_per_day, "tokens a day"), (flop_per_token, "FLOP a token"), (gpus, "GPUs")):
        positive(value, name)
    return tokens_per_day * flop_per_token / (HOURS_PER_DAY * SECONDS_PER_HOUR * gpus)


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
    v3, llama = printed_run("DeepSeek-V3"), printed_run("Llama-405B")
    pcie = table["h100-pcie-fp8-peak"].value
    book_hours = round(table["v3-hours-total"].value, -4)
    speed, card, by_size = "measured speed", "FP8, PCIe card", "matrices only"
    causal, whole = "causal", "not causal"

    llama_rows = {
        "Llama, 8,192 GPUs": "8192-gpus",
        "Llama, 16,384 GPUs": "16384-gpus",
        "Llama, long context": "long-context",
    }

    def of_peak(key: str) -> float:
        return table[key].value * TERA / v3.peak

    rows = [
        ("DeepSeek, not causal", v3, whole, speed, "BF16", "isca-mfu-noncausal", of_peak("isca-tflops-noncausal")),
        ("DeepSeek, causal", v3, causal, speed, "BF16", "isca-mfu-causal", of_peak("isca-tflops-causal")),
        *((name, llama, "with attention", speed, "BF16", f"llama31-mfu-{key}", of_peak(f"llama31-tflops-{key}"))
          for name, key in llama_rows.items()),
        ("Epoch AI", v3, by_size, "2.688 million", card, "epoch-v3-mfu",
         utilisation(v3.flop, table["epoch-v3-hours"].value, pcie)),
        ("How to scale your model", v3, by_size, "all stages", card, "scaling-book-v3-mfu",
         utilisation(v3.flop, book_hours, pcie)),
        ("Like for like", v3, by_size, "pretraining", "BF16", None, published_run(v3.name).utilisation),
        ("Like for like, Llama", llama, by_size, "model card", "BF16", None,
         published_run(llama.name).utilisation),
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

    .. math:: \frac{H_1}{H_2} = \frac{N_1}{N_2} \cdot \frac{s_1}{s_2} \cdot \frac{k_1}{k_2} \cdot \frac{D_1}{D_2} \cdot
        \frac{P_2}{P_1} \cdot \frac{U_2}{U_1}

    with all parameters N, the share s of them that is active, FLOP k for each active parameter and token, tokens D,
    peak P and utilisation U.

    Parameters
    ----------
    large, small : TrainingRun
        Of :func:`~analysis.deepseek.training.published_run`.

    Returns
    -------
    DataFrame
        Columns ``factor`` (size, sparsity, attention, tokens, peak, utilisation, and last GPU-hours, their product),
        ``ratio``, and ``large`` and ``small``, what each run has of it.

    Examples
    --------
    >>> parts = decompose(printed_run("Llama-405B"), printed_run("DeepSeek-V3")).set_index("factor")["ratio"]
    >>> print(f"{parts['size']:.3f} x {parts['sparsity']:.1f} x {parts['tokens']:.3f} x {parts['utilisation']:.3f}")
    0.604 x 18.1 x 1.054 x 1.003
    """
    pairs = {
        "size": (large.parameters, small.parameters),
        "sparsity": (large.active_parameters / large.parameters, small.active_parameters / small.parameters),
        "attention": (large.flop_per_token / large.active_parameters, small.flop_per_token / small.active_parameters),
        "tokens": (large.tokens, small.tokens),
        "peak": (large.peak, small.peak),
        "utilisation": (large.utilisation, small.utilisation),
        "GPU-hours": (large.gpu_hours, small.gpu_hours),
    }
    # a faster chip and a better used one save hours
    rows = [(name, b / a if name in ("peak", "utilisation") else a / b, a, b) for name, (a, b) in pairs.items()]
    return pd.DataFrame(rows, columns=["factor", "ratio", "large", "small"])


def decompose_by_definition(large: str, small: str) -> pd.DataFrame:
    """:func:`decompose` under each way of counting arithmetic and with each peak that the smaller run may be given.

    Parameters
    ----------
    large, small : str
        Names of :func:`~analysis.deepseek.training.published_run`; the larger is held against BF16.

    Returns
    -------
    DataFrame
        Columns of :func:`decompose`, and ``counted`` (of :data:`~analysis.deepseek.flop.DEFINITIONS`) and ``peak``.

    Examples
    --------
    >>> table = decompose_by_definition("Llama-405B", "DeepSeek-V3").set_index(["peak", "factor"])
    >>> table["ratio"].loc[["BF16", "FP8"], ["GPU-hours"]].round(1).unique().tolist()  # however they are counted
    [11.6]
    """
    return pd.concat(
        [
            decompose(published_run(large, attention), published_run(small, attention, peak)).assign(
                counted=counted, peak=peak
            )
            for counted, attention in DEFINITIONS.items()
            for peak in PEAKS
        ],
        ignore_index=True,
    )


def utilisation_by_definition() -> pd.DataFrame:
    """Utilisation of both runs by what is counted, over all hours and at the measured speed, and the published ones.

    Returns
    -------
    DataFrame
        Columns ``row`` (the definition in words), ``model``, ``by`` (ours, or who published it) and ``share``.

    Examples
    --------
    >>> table = utilisation_by_definition().set_index(["row", "by"])["share"]
    >>> table.loc["at its speed: attention not causal, BF16 peak"].round(3).to_dict()
    {'ours': 0.438, 'DeepSeek': 0.437}
    """
    table = facts.load("deepseek")
    v3, llama = (published_run(name) for name in ("DeepSeek-V3", "Llama-405B"))
    average, speed = "over all hours: ", "at its speed: "
    rows = [
        (average + "matrices only, BF16 peak", v3.name, "ours", v3.utilisation),
        (average + "matrices only, BF16 peak", llama.name, "ours", llama.utilisation),
        (average + "matrices only, FP8 peak", v3.name, "ours", published_run(v3.name, peak="FP8").utilisation),
    ]
    for name in (v3.name, llama.name):
        share = published_run(name, "causal").utilisation
        rows.append((average + "causal attention, BF16 peak", name, "ours", share))
    card = utilisation(v3.flop, table["epoch-v3-hours"].value, table["h100-pcie-fp8-peak"].value)
    rows += [
        (average + "matrices only, FP8 peak of a PCIe card", v3.name, "ours", card),
        (average + "matrices only, FP8 peak of a PCIe card", v3.name, "Epoch", table["epoch-v3-mfu"].value / 100),
    ]
    kinds: tuple[tuple[str, Attention, str], ...] = (
        ("causal attention", "causal", "isca-mfu-causal"),
        ("attention not causal", "full", "isca-mfu-noncausal"),
    )
    for words, attention, key in kinds:
        flop = published_run(v3.name, attention).flop_per_token
        share = achieved(table["isca-tokens-per-day"].value, flop, v3.gpus) / v3.peak
        rows.append((f"{speed}{words}, BF16 peak", v3.name, "ours", share))
        rows.append((f"{speed}{words}, BF16 peak", v3.name, "DeepSeek", table[key].value / 100))
    printed = table["llama31-mfu-16384-gpus"].value / 100
    rows.append((speed + "as Meta counts, BF16 peak", llama.name, "Meta", printed))
    return pd.DataFrame(rows, columns=["row", "model", "by", "share"])
