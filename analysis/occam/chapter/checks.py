"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number
from analysis.occam import mean_field, pac_bayes
from analysis.occam.bayes import no_free_lunch
from analysis.occam.chapter import inputs
from analysis.occam.complexity import released_targets
from analysis.occam.digits import IMAGES
from analysis.occam.gaussian_process import width_comparison
from analysis.occam.generalisation import published_errors, published_gaps
from analysis.occam.prior import fit_zipf, mean_complexity, prior_over_functions, zipf_probability


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    fact = facts.load("occam")
    m = inputs.EXAMPLES
    prior = prior_over_functions(inputs.NETWORKS, inputs.PRIOR_SAMPLES, inputs.SEED)
    scale = fact["released-sigma-b-default"].value
    released = prior_over_functions(inputs.released_networks(scale), inputs.RULE_SAMPLES, inputs.SEED)
    constants = float(released.ones_samples[[0, -1]].sum() / released.samples)
    bits = mean_complexity(released)[0]
    targets = released_targets(inputs.RELEASED_POSITIONS)
    errors = load_result("occam-generalisation").query("learning_rate == @inputs.LEARNING_RATE")
    rows = [
        Check("Height of Zipf's law, 1 / P(1)", 1 / float(zipf_probability(1)), fact["zipf-normaliser"], 1e-6),
        Check("Slope of rank against probability", fit_zipf(prior).slope, fact["zipf-exponent"], 0.1),
        Check(
            "Critical weight scale without bias", mean_field.critical_sigma_w(0.0), fact["critical-sigma-w-tanh"], 1e-9
        ),
        Check(
            f"Standard deviation of a coin on {m} inputs",
            no_free_lunch(m)[1],
            fact["no-free-lunch-sd"],
            1e-12,
        ),
        Check(
            "Bound of an unbiased learner, with P(S) in it",
            pac_bayes.annealed_error(2.0**-m, m),
            fact["pac-bayes-unbiased"],
            0.01,
            agrees=False,
        ),
        Check("Images in the digits data", IMAGES, fact["digits-images"], 0),
        Check("Constants of the released ordered prior", constants, fact["released-constants-sigma1"], 0.01),
        Check("Mean complexity of the released ordered prior", bits, fact["released-mean-k-sigma1"], 1.0),
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
                id=f"variant-definition-m{positions}",
            )
        )
    pair = width_comparison(
        inputs.WIDTHS, inputs.WIDTH_SAMPLES, inputs.LIMIT, inputs.LIMIT_SAMPLES, inputs.SEED
    ).set_index(["quantity", "width"])
    near = pair.loc[("two neighbouring inputs differ", inputs.NETWORKS.widths[0])]
    limit = Number(float(near["limit"]), ".4f", how="Pair in the limit: arc cosine of the correlation over pi")
    rows.append(Check("Two neighbouring inputs answered differently", near["value"], limit, 0.01, id="width-pair"))
    for row in published_gaps(errors, published_errors(fact)).itertuples():
        cell = f"sigma{row.sigma_w:g}-k{row.complexity_low:g}-{row.complexity_high:g}"
        name = f"Error of σ_w = {row.sigma_w:g} at {row.complexity_low:g} to {row.complexity_high:g} bits"
        rows.append(Check(name, row.error, fact[f"fig1c-error-{cell}"], 0.06))
    return rows
