"""All that a topic prints apart from its figures, as JSON: run as a script, it is computed in a process of its own.

``python tests/recomputed.py <topic>`` in a copy of the repository tells what an edited file makes of it.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any


def told(topic: str) -> dict[str, Any]:
    """Numbers with nine digits, verdicts with their reasons, rules, checks and errata, and what cannot be computed."""
    from analysis import runs, topics, what_if
    from analysis.kit.claims import RULES

    judged = what_if.claims_of(topic)
    outcome = what_if.outcome(topic, what_if.parts(topic), judged)
    numbers = {item: "nan" if math.isnan(x) else f"{x:.9g}" for item, x in outcome.values().items()}
    return {
        "numbers": numbers,
        "verdicts": {claim: [own.verdict, own.because] for claim, own in outcome.judgements.items()},
        "rules": {claim: RULES[claim].sentence for claim in judged},
        "checks": guarded(lambda: [list(check) for check in runs.told_checks(topic)]),
        "errata": {name: guarded(lambda f=f: _erratum(f())) for name, f in topics.errata(topic).items()},
        "refused": outcome.refused,
    }


def _erratum(erratum: Any) -> list[Any]:
    return [bool(erratum.holds), erratum.text("finding")]


def guarded(compute: Any) -> Any:
    """What is computed, or the error as a sentence."""
    from analysis.runs import sentence

    try:
        return compute()
    except Exception as error:
        return sentence(error)


if __name__ == "__main__":
    print(json.dumps(told(sys.argv[1])))
