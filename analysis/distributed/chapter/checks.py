"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.distributed.allreduce import BYTE, pairs, published_exchange
from analysis.distributed.chapter import inputs
from analysis.distributed.chapter.prose import noise_checked
from analysis.distributed.compression import FULL
from analysis.distributed.published import QUESTIONS, losses, scores
from analysis.distributed.simulator import GRID, simulated
from analysis.distributed.utilisation import utilisation
from analysis.distributed.wild import real_rounds
from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.numbers import Number

#: Last printed digit of a percentage, of a loss in nats, and of a score in points.
PERCENT_STEP, LOSS_STEP, SCORE_STEP = 0.1, 0.001, 0.01


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_wire(), *_cost(), *_own(), *_wild()]


def _wire() -> list[Check]:
    published, table = facts.load("distributed"), facts.frame("distributed_bandwidth")
    run = published_exchange()
    row = table[table["model"] == inputs.STEP_MODEL].iloc[0]
    busy = utilisation(1.0, row.parameters, step_seconds=row.step_seconds, layers=row.layers)
    rows = simulated(
        table.query("paper == 'streaming' and model == @inputs.TWICE_PRINTED and utilisation == @inputs.BUSY")
    )
    ours = rows.set_index("method")["ours"]
    printed = {
        "data-parallel": "streaming-10b-dp-95",
        "DiLoCo": "streaming-10b-diloco-95",
        "streaming, overlapped, FP4": "streaming-10b-fp4-95",
    }
    point = GRID[1] / GRID[0] - 1  # of a bandwidth, to the next point of the papers' grid
    return [
        Check(
            "Hours of a data-parallel run over one gigabit a second",
            run.steps * run.step_seconds / busy / 3600,
            published["streaming-hours-dp-25"],
            3,
        ),
        Check(
            "Terabytes that this run exchanges",
            run.bits / BYTE / 1e12,
            published["streaming-exchanged-dp-25"],
            0.1 * published["streaming-exchanged-dp-25"].value,
            agrees=False,
        ),
        *(
            Check(
                f"Bandwidth by the rebuilt simulator, {way}, within a point of the grid",
                ours[way],
                published[identity],
                point * ours[way],
            )
            for way, identity in printed.items()
        ),
        Check(
            "Bandwidth by the rebuilt simulator against the later paper",
            ours["DiLoCo"],
            published["charles-10b-diloco-95"],
            point * ours["DiLoCo"],
            agrees=False,
        ),
    ]


def _cost() -> list[Check]:
    table = losses(["swept"])
    told = table[table["printed_gap"].notna()]
    allowed = (PERCENT_STEP + 2 * 100 * LOSS_STEP / told["loss"]) / 2
    off = (100 * told["gap"] - told["printed_gap"]).abs() / allowed
    noise = noise_checked()
    solved = scores("C4")["arc_easy"] * QUESTIONS["arc_easy"] / 100
    return [
        Check(
            "Charles's percentages that follow from his losses, as roundings allow",
            int((off <= 1).sum()),
            Number(len(told), ".0f"),
            0.0,
            id="charles-gaps",
        ),
        Check(
            "Variance of the workers' mean, simulated against theory",
            float(noise["simulated"]),
            Number(float(noise["theory"]), ".4f"),
            3 * float(noise["error"]),
            id="bowl-variance",
        ),
        Check(
            "Farthest score in ARC-Easy from a whole number of 570 questions",
            float((solved - solved.round()).abs().max()),
            Number(0.0, ".0f"),
            0.5 * SCORE_STEP * QUESTIONS["arc_easy"] / 100 + 1e-6,
            id="arc-easy-questions",
        ),
    ]


def _own() -> list[Check]:
    printed = facts.load("distributed")["covenant-reduction"]
    return [Check("Covenant-72B, fewer bits at a meeting, times", FULL / inputs.covenant_bits(), printed, 0.5)]


def _wild() -> list[Check]:
    published, rounds = facts.load("distributed"), real_rounds()
    shares = {
        "INTELLECT-1, USA": ("intellect1-utilisation-usa", 0.5),
        "INTELLECT-1, three continents": ("intellect1-utilisation-global", 0.5),
        "INTELLECT-1, mean meeting": ("intellect1-utilisation-covenant", 0.05),
        "Covenant-72B": ("covenant-utilisation", 0.05),
        "SparseLoCo, 8B": ("sparseloco-utilisation", 0.05),
    }
    links = {"few": ("20", 0.5), "many": ("200000", 5e8)}
    return [
        *(
            Check(f"Utilisation, {run}, per cent", 100 * rounds.loc[run, "computed"], published[identity], half)
            for run, (identity, half) in shares.items()
        ),
        *(
            Check(
                f"Links among the {which} chips",
                pairs(published[f"economist-chips-{which}"].value),
                published[f"economist-links-{key}"],
                half,
            )
            for which, (key, half) in links.items()
        ),
    ]
