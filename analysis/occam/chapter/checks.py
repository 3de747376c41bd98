"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.occam import mean_field, pac_bayes
from analysis.occam.bayes import no_free_lunch
from analysis.occam.chapter import study
from analysis.occam.digits import IMAGES
from analysis.occam.prior import fit_zipf, zipf_probability


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    fact = facts.load("occam")
    targets = study.released_targets()
    gaps = study.published_gaps().set_index(["sigma_w", "complexity_low"])
    rows = [
        Check("Height of Zipf's law, 1 / P(1)", 1 / float(zipf_probability(1)), fact["zipf-normaliser"], 1e-6),
        Check("Slope of rank against probability", fit_zipf(study.relu_prior()).slope, fact["zipf-exponent"], 0.1),
        Check(
            "Critical weight scale without bias", mean_field.critical_sigma_w(0.0), fact["critical-sigma-w-tanh"], 1e-9
        ),
        Check("Standard deviation of a coin on 64 inputs", no_free_lunch(64)[1], fact["no-free-lunch-sd"], 1e-12),
        Check(
            "Bound of an unbiased learner, with P(S) in it",
            pac_bayes.annealed_error(2.0**-64, 64),
            fact["pac-bayes-unbiased"],
            0.01,
            agrees=False,
        ),
        Check("Images in the digits data", IMAGES, fact["digits-images"], 0),
    ]
    for positions in targets.index:
        published = fact[f"variant-complexity-m{positions}"]
        rows.append(
            Check(f"Complexity, {positions} positions, released count", targets.loc[positions, "variant"], published, 0)
        )
        rows.append(
            Check(
                f"Complexity, {positions} positions, definition",
                targets.loc[positions, "canonical"],
                published,
                0,
                agrees=positions == 21,
            )
        )
    for (sigma_w, low), row in gaps.iterrows():
        high = {0: 30, 30: 60, 60: 90, 90: 120, 120: 140, 140: 180}[int(low)]
        name = f"Error of σ_w = {sigma_w:g} at {low:g} to {high} bits"
        rows.append(Check(name, row["error"], fact[f"fig1c-error-sigma{sigma_w:g}-k{low:g}-{high}"], 0.06))
    return rows
