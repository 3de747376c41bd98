"""What the Occam chapter computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call with stated sizes and seeds; the chapter, ``verify`` and the exports
share them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.occam import bayes, mean_field, pac_bayes
from analysis.occam.boolean import Packed, named_functions, ones, pack, random_functions, to_string, unpack
from analysis.occam.complexity import k_lz, k_lz_of_string, published_variant_words
from analysis.occam.counts import FunctionCounts
from analysis.occam.gaussian_process import GaussianProcessEnsemble, disagreement
from analysis.occam.networks import CHUNK, NetworkEnsemble
from analysis.occam.prior import (
    SimplicityBound,
    complexity_table,
    fit_simplicity_bound,
    orbit_probability,
    sample_functions,
    sample_prior,
)

#: Networks sampled when the book is built.
PRIOR_SAMPLES = 1_000_000
#: Networks of each width in the comparison with the infinite-width limit, and draws from that limit for P(S).
WIDTH_SAMPLES = 100_000
LIKELIHOOD_SAMPLES = 4_000_000
#: Learning rate of the comparison of ordered and chaotic networks.
LEARNING_RATE = 0.003
#: Functions of each case, most frequent first, that the figure of training against Bayes draws.
LISTED_FUNCTIONS = 100
SEED = 20250114
#: Weight scales that the reader can choose, and the bias scale of the mean-field figures.
WEIGHT_SCALES = tuple(np.arange(0.5, 4.01, 0.25).tolist())
MEAN_FIELD_SIGMA_B = 0.1


@cache
def gallery() -> dict[str, Packed]:
    """The functions that the chapter calls by name, and one drawn at random."""
    random = random_functions(1, np.random.default_rng(SEED))[0]
    return named_functions() | {"random": random}


@cache
def uniform_functions() -> Packed:
    """Functions of seven inputs drawn uniformly: what a learner without preference would believe."""
    return random_functions(20_000, np.random.default_rng(SEED + 1))


@cache
def variant_differences() -> pd.DataFrame:
    """Share of random functions by how far the released count is below the definition."""
    sample = uniform_functions()[:3_000]
    released = np.array([k_lz_of_string(to_string(f), published_variant_words) for f in sample])
    values, counts = np.unique(released - k_lz(sample), return_counts=True)
    return pd.DataFrame({"difference": values[::-1], "share": counts[::-1] / len(sample)})


@cache
def four_bit_complexities() -> np.ndarray:
    """K_LZ of all 65,536 functions of four inputs."""
    return k_lz(pack(bayes.all_functions(4)), 4)


@cache
def k_learners() -> pd.DataFrame:
    """Exact errors of every K-learner on a simple, a middling and a complex function of four inputs, m = 8 of 16."""
    complexities = four_bit_complexities()
    levels = np.unique(complexities)
    targets = {"simplest": levels[1], "middling": levels[len(levels) // 2], "most complex": levels[-1]}
    tables = bayes.all_functions(4)
    return pd.concat(
        bayes.k_learner_errors(tables[int(np.flatnonzero(complexities == k)[0])], complexities, m=8).assign(
            target=name, target_complexity=k
        )
        for name, k in targets.items()
    )


@cache
def correlation_maps() -> pd.DataFrame:
    """One layer's map of the correlation for each weight scale of the slider (tanh, sigma_b = 0.1)."""
    return pd.DataFrame(
        [
            {"sigma_w": scale, "c": c, "c_next": mean_field.correlation_map(c, scale, MEAN_FIELD_SIGMA_B)}
            for scale in WEIGHT_SCALES
            for c in np.linspace(0, 1, 26).tolist()
        ]
    ).round(6)  # what a picture shows; roots are found to a tolerance, and the next digits depend on the machine


@cache
def correlation_fixed_points() -> pd.DataFrame:
    """Mean-field quantities for each weight scale of the slider."""
    return mean_field.mean_field_curve(WEIGHT_SCALES, MEAN_FIELD_SIGMA_B).round(6)


@cache
def relu_prior() -> FunctionCounts:
    """A million random 7-40-40-1 networks, counted by the function they compute."""
    return sample_prior(NetworkEnsemble(), PRIOR_SAMPLES, seed=SEED)


@cache
def bound_points() -> pd.DataFrame:
    """Frequent functions of the prior: up to 12 a complexity, from the most frequent down to five counts.

    Columns: complexity (bits), probability, count.
    """
    prior = relu_prior()
    rows = pd.DataFrame({"complexity": prior.complexities, "count": prior.counts})
    rows = rows[rows["count"] >= 5].sort_values(["complexity", "count"], ascending=[True, False])
    place = rows.groupby("complexity").cumcount()
    size = rows.groupby("complexity")["count"].transform("size")
    step = np.maximum(size // 12, 1)
    rows = rows[place % step == 0]
    return rows.assign(probability=rows["count"] / prior.samples).drop_duplicates(ignore_index=True)


@cache
def simplicity_bound() -> SimplicityBound:
    """The one-sided bound fitted to the most frequent function at each complexity."""
    return fit_simplicity_bound(complexity_table(relu_prior()), least_count=10)


@cache
def orbit_estimates() -> pd.DataFrame:
    """P(f) of named functions from their own count and from their orbit, each with its standard error."""
    prior = relu_prior()
    rows = []
    for name in ("constant 1", "all ones", "x0 AND x1", "x0 OR x1", "dictator x0", "majority"):
        estimate = orbit_probability(prior, gallery()[name])
        own = estimate.own_count / prior.samples
        rows.append(
            {
                "function": name,
                "count": estimate.own_count,
                "own": own,
                "own_error": np.sqrt(own * (1 - own) / prior.samples),
                "images": estimate.size,
                "orbit": estimate.probability,
                "orbit_error": estimate.standard_error,
            }
        )
    return pd.DataFrame(rows)


@cache
def complexity_distributions() -> pd.DataFrame:
    """P(K) under the network's prior and under the uniform one; columns complexity, share, prior."""
    network = complexity_table(relu_prior())[["complexity", "share"]].assign(prior="random networks")
    values, counts = np.unique(k_lz(uniform_functions()), return_counts=True)
    uniform = pd.DataFrame({"complexity": values, "share": counts / counts.sum(), "prior": "all functions alike"})
    return pd.concat([network, uniform], ignore_index=True)


@cache
def width_comparison() -> pd.DataFrame:
    """How far finite networks are from the infinite-width limit, relative to it, with standard errors.

    Columns: width, quantity, value, limit, relative (value / limit - 1), error (standard error of relative).
    """
    limit = GaussianProcessEnsemble()
    constant = 2 * sample_prior(limit, 1_000_000, seed=SEED).counts.max() / 1_000_000
    pair = float(disagreement(limit)[0, 1])
    rows = []
    for width in (5, 10, 20, 40, 80):
        sample = sample_prior(NetworkEnsemble(widths=(width, width)), WIDTH_SAMPLES, seed=SEED)
        tables = unpack(sample.functions)[:, :2]
        differs = float(sample.counts[tables[:, 0] != tables[:, 1]].sum() / sample.samples)
        same = float(sample.counts[np.isin(ones(sample.functions), (0, 128))].sum() / sample.samples)
        for quantity, value, at_limit in (
            ("two neighbouring inputs differ", differs, pair),
            ("the function is constant", same, constant),
        ):
            rows.append(
                {
                    "width": width,
                    "quantity": quantity,
                    "value": value,
                    "limit": at_limit,
                    "relative": value / at_limit - 1,
                    "error": np.sqrt(value * (1 - value) / sample.samples) / at_limit,
                }
            )
    return pd.DataFrame(rows)


@cache
def marginal_likelihoods() -> pd.DataFrame:
    """P(S) of training sets that the dictator x0 answers, in the infinite-width prior.

    Five training sets, each growing from 4 to 64 inputs; rows m, training_set, fitting (of the samples), probability.
    """
    sizes = (4, 8, 16, 24, 32, 48, 64)
    target = gallery()["dictator x0"]
    orders = [np.random.default_rng([SEED, i]).permutation(128) for i in range(5)]
    tables = np.zeros((len(orders), len(sizes), 128), dtype=bool)
    for i, order in enumerate(orders):
        for j, m in enumerate(sizes):
            tables[i, j, order[:m]] = True
    masks = pack(tables.reshape(-1, 128))
    fitting = np.zeros(len(masks), dtype=np.int64)
    ensemble = GaussianProcessEnsemble()
    chunks = LIKELIHOOD_SAMPLES // CHUNK
    for chunk in range(chunks):
        wrong = ensemble.sample(SEED, chunk) ^ target
        fitting += [np.count_nonzero(~(wrong & mask).any(axis=1)) for mask in masks]
    rows = pd.DataFrame(
        {
            "m": np.tile(sizes, len(orders)),
            "training_set": np.repeat(np.arange(len(orders)), len(sizes)),
            "fitting": fitting,
        }
    )
    return rows.assign(probability=rows["fitting"] / (chunks * CHUNK))


# --- what rests on experiments with committed results --------------------------------------------------------


@cache
def large_prior() -> pd.DataFrame:
    """Rank and probability in the committed larger sample; ``attrs["samples"]`` says how many networks it holds."""
    rows = load_result("occam-prior-relu")
    ranks = rows.loc[rows["part"] == "rank", ["rank", "value"]].rename(columns={"value": "probability"})
    ranks.attrs["samples"] = large_summary()["samples"]
    return ranks.reset_index(drop=True)


@cache
def large_summary() -> pd.Series:
    """The committed larger sample in single numbers: samples, bound slope, Zipf slope and the like, by name."""
    rows = load_result("occam-prior-relu")
    return rows[rows["part"] == "summary"].set_index("key")["value"]


@cache
def weight_scale_sweep() -> pd.DataFrame:
    """Mean complexity and its 5th and 95th percentile by weight scale: sigma_w, mean, mean_se, q05, q95, samples."""
    rows = load_result("occam-order-chaos")
    mean = rows[rows["part"] == "mean"].set_index("sigma_w")
    quantile = rows[rows["part"] == "quantile"].pivot(index="sigma_w", columns="key", values="value")
    return pd.DataFrame(
        {
            "mean": mean["value"],
            "mean_se": mean["value_se"],
            "q05": quantile["0.05"],
            "q95": quantile["0.95"],
            "samples": mean["count"],
        }
    ).reset_index()


@cache
def uniform_mean() -> float:
    """Mean K_LZ of uniformly drawn functions (bits)."""
    return float(k_lz(uniform_functions()).mean())


@cache
def edge_of_chaos() -> float:
    """Critical weight scale of tanh networks with the bias scale of the sweep."""
    return mean_field.critical_sigma_w(MEAN_FIELD_SIGMA_B)


def _generalisation(ensemble: str) -> pd.DataFrame:
    rows = load_result("occam-generalisation").query("ensemble == @ensemble and learning_rate == @LEARNING_RATE")
    return rows.reset_index(drop=True)


@cache
def imbalanced_targets() -> pd.DataFrame:
    """Errors on the paper's targets by weight scale and bin of complexity."""
    return _generalisation("imbalanced")


@cache
def balanced_targets() -> pd.DataFrame:
    """Errors on balanced targets that random networks compute."""
    return _generalisation("balanced")


@cache
def tree_targets() -> pd.DataFrame:
    """Errors on balanced targets that random decision trees compute."""
    return _generalisation("trees")


@cache
def published_errors() -> pd.DataFrame:
    """The published means of Figure 1c: complexity (middle of the bin), sigma_w, error."""
    rows = []
    for identity, fact in facts.load("occam").items():
        if identity.startswith("fig1c-error"):
            sigma_w, low, high = (int(part.lstrip("sigmak")) for part in identity.split("-")[2:])
            rows.append(
                {"complexity": (low + high) / 2, "complexity_low": low, "sigma_w": sigma_w, "error": fact.value}
            )
    return pd.DataFrame(rows)


@cache
def learning_curves() -> pd.DataFrame:
    """Errors of trained 7-40-40-1 networks by target and training set size."""
    return load_result("occam-learning-curves").query("network == '7-40-40-1'").reset_index(drop=True)


@cache
def deep_parity() -> pd.DataFrame:
    """Errors of the ordered and the chaotic network on parity, 64 examples."""
    return load_result("occam-learning-curves").query("network != '7-40-40-1' and target == 'parity' and m == 64")


@cache
def error_by_learning_rate() -> pd.Series:
    """Error of the chaotic network on the simplest of the paper's targets (below 30 bits), by learning rate."""
    rows = load_result("occam-generalisation").query(
        "ensemble == 'imbalanced' and sigma_w == 8 and complexity_low == 0"
    )
    return rows.set_index("learning_rate")["error"]


@cache
def sgd_bayes() -> pd.DataFrame:
    """Functions of five inputs found by training and by rejection: case, sgd_share, bayes_share, error, complexity."""
    rows = load_result("occam-sgd-bayes").query("inputs == 5")
    rows = rows.assign(case=rows["target"] + ", " + rows["m"].astype(str) + " examples")
    sizes = rows[rows["part"] == "agreement"].pivot(index="case", columns="key", values="value")
    listed = rows[rows["part"] == "function"].groupby("case", sort=False).head(LISTED_FUNCTIONS).copy()
    listed["sgd_share"] = listed["sgd"] / listed["case"].map(sizes["sgd_networks"])
    listed["bayes_share"] = listed["bayes"] / listed["case"].map(sizes["bayes_networks"])
    return listed.rename(columns={"value": "error"})[
        ["case", "sgd_share", "bayes_share", "error", "complexity"]
    ].reset_index(drop=True)


@cache
def sgd_bayes_agreement() -> pd.DataFrame:
    """Agreement of training with Bayes by rejection: one row a case, one column a quantity."""
    rows = load_result("occam-sgd-bayes")
    rows = rows[rows["part"] == "agreement"].assign(case=rows["target"] + ", " + rows["m"].astype(str) + " examples")
    return rows.pivot(index="case", columns="key", values="value")


@cache
def pac_bayes_curve() -> pd.DataFrame:
    """For the dictator: the PAC-Bayes guarantee, the mean-error estimate and the true error, by m.

    The bound is evaluated for each of five training sets; ``bound_low`` and ``bound_high`` are its range.
    """
    sets = marginal_likelihoods()
    sets = sets[sets["fitting"] >= 10]
    sets = sets.assign(
        bound=[pac_bayes.pac_bayes_bound(p, m) for p, m in zip(sets["probability"], sets["m"], strict=True)],
        annealed=[pac_bayes.annealed_error(p, m) for p, m in zip(sets["probability"], sets["m"], strict=True)],
    )
    curve = sets.groupby("m").agg(
        bound=("bound", "mean"), bound_low=("bound", "min"), bound_high=("bound", "max"), annealed=("annealed", "mean")
    )
    true = learning_curves().query("target == 'dictator x0'").set_index("m")["error"]
    return curve.join(true).reset_index()


@cache
def released_targets() -> pd.DataFrame:
    """The three targets of the released script (its seed, positions drawn with replacement), by both counts.

    Columns: positions, ones, canonical and variant complexity (bits).
    """
    rows = []
    for positions in (2, 10, 21):
        target = np.zeros(128, dtype=bool)
        target[np.random.RandomState(10).choice(128, size=positions)] = True
        text = to_string(pack(target)[0])
        rows.append((positions, int(target.sum()), k_lz_of_string(text), k_lz_of_string(text, published_variant_words)))
    return pd.DataFrame(rows, columns=["positions", "ones", "canonical", "variant"]).set_index("positions")


@cache
def constants_by_bias_rule() -> dict[str, float]:
    """Share of constant functions among ordered networks of ten tanh layers, by the rule for the biases."""
    return {
        rule: float(
            np.isin(
                ones(
                    sample_functions(
                        NetworkEnsemble(widths=(40,) * 10, activation="tanh", bias_rule=rule, sigma_b=0.1), 16_384, SEED
                    )
                ),
                (0, 128),
            ).mean()
        )
        for rule in ("standard", "released")
    }


@cache
def published_gaps() -> pd.DataFrame:
    """Our error minus the published one, by weight scale and bin of the paper's Figure 1c."""
    ours = imbalanced_targets()[["sigma_w", "complexity_low", "error", "error_se"]]
    both = ours.merge(published_errors(), on=["sigma_w", "complexity_low"], suffixes=("", "_published"))
    return both.assign(gap=both["error"] - both["error_published"])


_DIGIT_LEARNERS = {
    "majority class": "majority guess",
    "1 nearest neighbour": "nearest neighbour",
    "10 nearest neighbours": "ten nearest neighbours",
    "logistic regression": "logistic regression",
}


@cache
def digits() -> pd.DataFrame:
    """Test errors on the digits: learner, noise, seeds, error, error_se; mild chaos is a weight scale of 2."""
    rows = load_result("occam-digits").rename(columns={"test_error": "error", "test_error_se": "error_se"})
    names = rows["learner"].map(_DIGIT_LEARNERS)
    rows["learner"] = names.where(
        names.notna(), rows["sigma_w"].map({1.0: "ordered", 2.0: "mildly chaotic", 8.0: "chaotic"})
    )
    return rows.dropna(subset=["learner"])[["learner", "noise", "seeds", "error", "error_se"]].reset_index(drop=True)


@cache
def summary() -> pd.DataFrame:
    """The chapter in one table: task, learner, error, error_se, networks; functions of 60 to 90 bits."""
    parts = []
    for task, rows in (
        ("decision trees", tree_targets()),
        ("random networks", balanced_targets()),
        ("the paper's targets", imbalanced_targets()),
    ):
        at = rows[rows["complexity_low"] == 60]
        nets = at.assign(learner=at["sigma_w"].map({1.0: "ordered", 8.0: "chaotic"}))
        guess = at[at["sigma_w"] == 1.0].assign(learner="majority guess")
        guess = guess.assign(error=guess["majority_error"], error_se=guess["majority_error_se"])
        parts.append(pd.concat([nets, guess]).assign(task=task))
    real = digits()
    real = real[(real["noise"] == 0) & real["learner"].isin(["ordered", "chaotic", "majority guess"])]
    parts.insert(0, real.assign(task="real digits", networks=real["seeds"]))
    deep = deep_parity()
    guess = deep[deep["network"] == "ordered"]
    guess = guess.assign(learner="majority guess", error=guess["majority_error"], error_se=guess["majority_error_se"])
    parts.append(pd.concat([deep.assign(learner=deep["network"]), guess]).assign(task="parity"))
    return pd.concat(parts, ignore_index=True)[["task", "learner", "error", "error_se", "networks"]]
