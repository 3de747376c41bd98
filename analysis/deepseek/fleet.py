"""A fleet is not a run: the numbers of GPUs that the debate sets side by side.

References
----------
CNBC (18 January 2024) for Meta's plan; Llama Team (2024), arXiv:2407.21783; DeepSeek-AI (2024), arXiv:2412.19437.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts


def fleets() -> pd.DataFrame:
    """The numbers of GPUs that the debate sets side by side, and what each of them counts.

    Returns
    -------
    DataFrame
        Columns ``fleet``, ``kind`` (fleet, cluster or run), ``gpus`` and ``source`` (key of the bibliography).

    Examples
    --------
    >>> fleets().query("kind == 'run'").set_index("fleet")["gpus"].to_dict()  # one training run each
    {'Llama 3.1 405B': 16384.0, 'DeepSeek-V3': 2048.0}
    """
    table = facts.load("deepseek")
    rows = {
        "Meta, all H100s planned for the end of 2024": ("fleet", "meta-h100-fleet"),
        "DeepSeek and its owner, an outside estimate": ("fleet", "semianalysis-hopper"),
        "Meta, the cluster Llama 3 was trained in": ("cluster", "llama31-cluster"),
        "Llama 3.1 405B": ("run", "llama31-405b-gpus"),
        "DeepSeek-V3": ("run", "v3-gpus"),
    }
    return pd.DataFrame(
        [
            {"fleet": name, "kind": kind, "gpus": table[key].value, "source": table[key].source}
            for name, (kind, key) in rows.items()
        ]
    )
