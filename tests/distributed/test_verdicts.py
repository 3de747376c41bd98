"""Every verdict that rests on a number turns where its rule says: just below each threshold and just above it."""

from __future__ import annotations

import pytest

from analysis.distributed import published
from analysis.distributed.chapter import verdicts
from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.kit.experiments import load_result
from analysis.kit.facts import Fact
from tests.kit.choices import empty_caches

SCORES = facts.frame("distributed_scores")
APART = SCORES["method"] != published.BASELINE
RUNS = load_result("distributed-transfer")
TESTS = list(published.QUESTIONS)


@pytest.fixture
def publish(monkeypatch):
    """Let other scores have been published, other votes been counted, and other runs been made."""
    read = facts.frame

    def change(rows=None, votes=None, runs=None):
        empty_caches()
        if rows is not None:
            monkeypatch.setattr(
                facts, "frame", lambda name, *more: rows if name == "distributed_scores" else read(name)
            )
        if votes is not None:
            known = Fact("in-use-arena", votes, 0, 0, "1", "2027", "someone", "table 1", "primary", "CC-BY-4.0", "")
            monkeypatch.setitem(facts.load("distributed")._facts, "in-use-arena", known)
        if runs is not None:
            monkeypatch.setattr(verdicts, "load_result", lambda name: runs)

    yield change
    empty_caches()


def shifted(points, tests=TESTS):
    """Every model trained apart scores so many points more, or less, in these tests."""
    rows = SCORES.copy()
    rows.loc[APART, tests] += points
    return rows


def lower_in(share):
    """Scores of which so large a share is below the baseline's by a point, and the others above it."""
    rows = shifted(50.0)
    count = round(share * APART.sum())
    rows.loc[SCORES.index[APART][:count], TESTS] -= 80.0
    return rows


def elsewhere(nats):
    """Runs trained apart that are so much worse on prose at the same validation loss."""
    runs = RUNS.copy()
    apart = runs["method"] != "data-parallel"
    mean = float(verdicts.transfer_residuals(RUNS).loc["all", "low"])
    runs.loc[apart, "prose"] += nats - mean
    return runs


@pytest.mark.parametrize(("share", "verdict"), [(0.55, "wrong"), (0.65, "supported")])
def test_models_trained_apart_must_score_lower(publish, share, verdict):
    publish(rows=lower_in(share), votes=0.5)
    assert RULES["DST-1"].judge().verdict == verdict


def test_without_votes_too_scores_that_are_not_lower_make_the_claim_wrong(publish):
    publish(rows=shifted(5.0))
    assert RULES["DST-1"].judge().verdict == "wrong"


@pytest.mark.parametrize(("votes", "verdict"), [(0.449, "wrong"), (0.451, "supported"), (0.6, "supported")])
def test_users_decide_where_they_compared(publish, votes, verdict):
    publish(votes=votes)
    assert RULES["DST-1"].judge().verdict == verdict


@pytest.mark.parametrize(
    ("tests", "points", "verdict"),
    [
        (TESTS[:2], -0.9, "partly"),
        (TESTS[:2], -1.1, "overstated"),
        (TESTS[:1], -1.1, "partly"),
        (TESTS, -1.1, "overstated"),
        (TESTS, 0.0, "partly"),
    ],
)
def test_models_that_are_worse_at_equal_loss_in_two_tests_are_not_as_good(publish, tests, points, verdict):
    """The mean residual of each named test set to so many points, without an effect in the others."""
    rows = SCORES.copy()
    for test in TESTS:
        mean = verdicts.mean_residual(published.scores("C4"), test)[0]
        rows.loc[APART, test] += (points if test in tests else 0.0) - mean
    publish(rows=rows)
    assert RULES["DST-1"].judge().verdict == verdict


@pytest.mark.parametrize(("nats", "verdict"), [(0.0101, "overstated"), (0.0099, "partly")])
def test_our_own_networks_count_if_they_are_surely_worse(publish, nats, verdict):
    """The lower end of the interval just above and just below a hundredth of a nat."""
    publish(runs=elsewhere(nats))
    assert RULES["DST-1"].judge().verdict == verdict


def test_without_any_pair_the_claim_is_open(publish):
    publish(rows=SCORES[~APART])
    assert RULES["DST-1"].judge().verdict == "open"


@pytest.mark.parametrize(
    ("test", "points", "verdict"),
    [
        ("hellaswag", 0.99, "opinion"),
        ("hellaswag", 1.01, "supported"),
        ("hellaswag", -1.01, "supported"),
        ("arc_easy", 1.5, "opinion"),  # a point and a half, within two standard errors
        ("arc_easy", 2.0, "supported"),
    ],
)
def test_loss_must_be_read_otherwise_if_a_test_is_surely_off_by_a_point(publish, test, points, verdict):
    rows = SCORES.copy()
    rows.loc[APART, test] += points - verdicts.mean_residual(published.scores("C4"), test)[0]
    publish(rows=rows)
    assert RULES["DST-2"].judge().verdict == verdict


@pytest.fixture
def share(monkeypatch):
    """Let chips share by another method: what each sends grows by a function of the growth of the pairs."""
    few, many = (facts.load("distributed")[f"economist-chips-{which}"].value for which in ("few", "many"))
    links = verdicts.pairs(many) / verdicts.pairs(few)

    def by(growth):
        monkeypatch.setattr(verdicts, "ring_volume", lambda n, chips, bits: growth(links) if chips == many else 1.0)

    return by


@pytest.mark.parametrize(
    ("growth", "verdict"),
    [
        (lambda links: 1.099, "wrong"),
        (lambda links: 1.101, "partly"),
        (lambda links: links**0.5, "partly"),  # each sends to each other
        (lambda links: 0.499 * links, "partly"),
        (lambda links: 0.501 * links, "supported"),
        (lambda links: links, "supported"),  # all pairs share one line
    ],
)
def test_sharing_grows_with_the_links_if_what_a_chip_sends_does(share, growth, verdict):
    share(growth)
    assert RULES["DST-3"].judge().verdict == verdict


def test_in_a_ring_it_hardly_grows():
    judged = RULES["DST-3"].judge()
    assert judged.verdict == "wrong"
    assert judged.numbers["sent"].value == pytest.approx((199_999 / 200_000) / (19 / 20))


def test_a_rule_prints_the_thresholds_that_its_function_compares_with():
    assert f"at most {100 * verdicts.LOWER:.0f} %" in RULES["DST-1"].sentence
    assert f"fewer than {100 * (0.5 - verdicts.EVEN):.0f} %" in RULES["DST-1"].sentence
    assert f"more than {verdicts.OFF_HERE} nats" in RULES["DST-1"].sentence
    assert f"more than {verdicts.SURELY:.0f} standard errors" in RULES["DST-2"].sentence
    assert f"less than {verdicts.SAME} times" in RULES["DST-3"].sentence
    assert f"at least {verdicts.COMMENSURATE} times" in RULES["DST-3"].sentence


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
