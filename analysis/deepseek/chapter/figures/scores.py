"""Figures of the tests: who wins which test, and how much the counting decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.deepseek.benchmarks import PER_CENT, Count
from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number

_OUTCOMES = {"V3 better": theme.COMPUTED, "tie": theme.QUIET, "Llama better": theme.CHAOTIC}
_TITLES = {"base": "Base models", "chat": "Finished models"}


def _tests(which: str, leads: pd.DataFrame) -> pd.DataFrame:
    """One table's tests, the largest lead first; one that was run in two ways is told by it."""
    twice = leads["benchmark"].duplicated(keep=False) & leads["metric"].str.contains("COT")
    named = leads.assign(table=which, test=leads["benchmark"] + np.where(twice, " (CoT)", ""))
    named = named.assign(points=leads["unit"] == PER_CENT).sort_values("gain", ascending=False, kind="stable")
    return named[["table", "test", "ours", "theirs", "gain", "points"]]


@figure
def benchmarks(leads: Mapping[str, pd.DataFrame], counts: Mapping[str, Count], threshold: float) -> Figure:
    """Draw V3's lead on every test and let the reader say how large a tie is.

    Parameters
    ----------
    leads : mapping of str to DataFrame
        V3's lead on each test of the tables (:func:`analysis.deepseek.benchmarks.differences`).
    counts : mapping of str to Count
        Tests won, tied and lost where a difference of at most `threshold` points is a tie.
    threshold : float
        Where the slider starts.
    """
    rows = pd.concat([_tests(which, table) for which, table in leads.items()], ignore_index=True)
    tie = slider("tie", "A tie is a difference of at most", 0, 10, 0.1, threshold, "{} points")
    slack = "(datum.points ? tie + 1e-9 : 0)"
    outcome = f"datum.gain > {slack} ? 'V3 better' : datum.gain < -{slack} ? 'Llama better' : 'tie'"
    x = alt.X("gain:Q", **ticks("points by which V3 leads", -26, 46, [-10, 0, 10, 20, 30, 40]))
    views = []
    for which, title in _TITLES.items():
        own = rows[rows["table"] == which]
        y = alt.Y("test:N", sort=list(own["test"]), axis=None)
        base = alt.Chart(table(f"{which} tests", own)).transform_calculate(outcome=outcome)
        side: dict[str, tuple[str, Any, int]] = {
            "V3": ("datum.gain >= 0", "right", -5),
            "Llama": ("datum.gain < 0", "left", 5),
        }
        name = [
            base.transform_filter(test)
            .transform_calculate(at="0", said="datum.points ? datum.test : datum.test + ' (bits a byte)'")
            .mark_text(align=align, dx=dx, fontSize=theme.SMALL, color=theme.INK)
            .encode(x=alt.X("at:Q"), y=y, text="said:N")
            for test, align, dx in side.values()
        ]
        height = 15 * len(own)
        views.append(
            alt.layer(
                base.transform_filter("datum.points")
                .mark_bar(height=8)
                .encode(
                    x=x,
                    y=y,
                    color=named_colour("outcome", _OUTCOMES),
                    tooltip=["test:N", "ours:Q", "theirs:Q", "gain:Q", "outcome:N"],
                ),
                *name,
            ).properties(title=title, height=height)
        )
    chart = alt.concat(*views, columns=2)
    gain = rows[rows["points"]].groupby("table")["gain"]
    ends = "; ".join(
        f"{_TITLES[w].lower()}: from {gain.min()[w]:+.1f} to {gain.max()[w]:+.1f} points, median {gain.median()[w]:+.1f}"
        for w in _TITLES
    )
    listed = "; ".join(
        f"{_TITLES[w].lower()}: {c.wins} better, {c.ties} tied, {c.losses} worse" for w, c in counts.items()
    )
    pile = rows[~rows["points"]].iloc[0]
    kinds = pd.concat(leads.values()).query("unit == @PER_CENT").groupby("category")["gain"].mean().nlargest(3)

    def found(tie: float) -> str:
        slack = np.where(rows["points"], tie + 1e-9, 0.0)
        better, worse = ((sign * rows["gain"] > slack).groupby(rows["table"]).sum() for sign in (1, -1))
        size = rows["table"].value_counts()
        most = all(2 * better[which] > size[which] for which in _TITLES)
        return (
            f"V3 {'leads' if most else 'does not lead'} on most tests of both tables: {better['base']} of {size['base']} of base models, "
            f"{better['chat']} of {size['chat']} of finished models; Llama leads on {worse['base']} and {worse['chat']}"
        )

    return Figure(
        chart=chart,
        controls=[tie],
        finding=found,
        subtitle="Score of DeepSeek-V3 minus that of Llama-405B on every test of DeepSeek’s tables",
        caption=f"All scores were measured by DeepSeek itself, in December 2024. The slider starts at the paper's own rule for a tie. The compression of text (Pile) is in bits a byte and has no bar; Llama is better there by {Number(pile.ours / pile.theirs - 1, '.0%')}.",
        alt=f"Bars of the difference on {' and '.join(str(c.total) for c in counts.values())} tests. At a tie of {threshold:g} points: {listed}. Differences, {ends}.",
        sources=("deepseekv3repo", "computed"),
        columns={
            "ours": "score of DeepSeek-V3, points (bits a byte where points is false)",
            "theirs": "score of Llama-405B, points (bits a byte where points is false)",
            "gain": "lead of DeepSeek-V3, points (bits a byte where points is false)",
        },
        holds=all(2 * c.wins > c.total for c in counts.values()) and set(kinds.index) == {"Chinese", "Math", "Code"},
    )


@figure
def tie_threshold(curves: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw how the count of wins depends on what counts as a tie.

    Parameters
    ----------
    curves : mapping of str to DataFrame
        Of each table, columns tie, wins, ties and losses (:func:`analysis.deepseek.benchmarks.tie_curve`).
    """
    kinds = ["wins", "ties", "losses"]
    rows = pd.concat(
        [curve.melt("tie", kinds, "outcome", "tests").assign(table=which) for which, curve in curves.items()],
        ignore_index=True,
    )
    words = {"wins": "V3 better", "ties": "tie", "losses": "Llama better"}
    shown = rows.assign(
        outcome=rows["outcome"].map(words), order=rows["outcome"].map({"wins": 0, "ties": 1, "losses": 2})
    )
    x = alt.X("tie:Q", title="largest difference that is a tie (points)", scale=alt.Scale(domain=[0, 10], nice=False))
    views = []
    for which, title in _TITLES.items():
        own = shown[shown["table"] == which]
        total = int(own[own["tie"] == 0]["tests"].sum())
        y = alt.Y("tests:Q", title="tests", stack="zero", scale=alt.Scale(domain=[0, total], nice=False))
        area = (
            alt.Chart(table(f"{which} counts", own))
            .mark_area(interpolate="step-after", opacity=1)
            .encode(
                x=x,
                y=y,
                color=named_colour("outcome", _OUTCOMES),
                order="order:Q",
                tooltip=["tie:Q", "outcome:N", "tests:Q"],
            )
        )
        middle = own[own["tie"] == own["tie"].iloc[-1]].assign(label=lambda t: t["outcome"])
        middle["tests"] = middle["tests"].cumsum() - middle["tests"] / 2
        at = alt.Y("tests:Q", stack=None)
        large = middle[middle["outcome"] != words["losses"]]
        names = labels(f"{which} names", large, x, at, theme.PAPER, align="right", dx=-8)
        views.append(alt.layer(area, names).properties(title=f"{title}, {total} tests", height=230))
    at = rows.set_index(["table", "tie", "outcome"])["tests"]
    chosen = rows["tie"].drop_duplicates().iloc[[0, 1, 7, -1]]
    listed = "; ".join(
        f"{_TITLES[w].lower()} at {t:g} points: {at[w, t, 'wins']} better, {at[w, t, 'losses']} worse"
        for w in curves
        for t in chosen
    )
    return Figure(
        chart=alt.concat(*views, columns=2),
        title=f"Whatever counts as a tie, up to {chosen.iloc[-1]:g} points, V3 wins more tests than it loses",
        subtitle="Tests that V3 wins, ties and loses against Llama-405B, by the difference that still counts as a tie",
        caption="From below: V3 better, tie, Llama better. A count of tests weighs a test of grammar like one of programming, and several of them ask much the same.",
        alt=f"Stacked areas against the tie threshold. {listed}.",
        sources=("deepseekv3repo", "computed"),
        columns={"tests": "tests with this outcome, number"},
        holds=all(bool((curve["wins"] > curve["losses"]).all()) for curve in curves.values()),
    )
