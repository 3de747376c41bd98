"""Counting in bounded memory."""

from collections import Counter

import numpy as np
import pytest

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import ones, pack, random_functions
from analysis.occam.complexity import k_lz
from analysis.occam.counts import FunctionCounts, count_functions, pool


def zipfian(samples, seed, distinct=6000):
    """Functions whose frequencies fall as 1 / rank, and their true counts."""
    rng = np.random.default_rng(seed)
    functions = random_functions(distinct, np.random.default_rng(99))
    p = 1 / np.arange(1, distinct + 1)
    return functions[rng.choice(distinct, size=samples, p=p / p.sum())]


def as_counter(tally):
    return Counter({tuple(f): c for f, c in zip(tally.functions.tolist(), tally.counts.tolist(), strict=True)})


def test_counts_are_those_of_a_dictionary():
    functions = zipfian(20_000, seed=1)
    tally = count_functions(functions)
    assert as_counter(tally) == Counter(map(tuple, functions.tolist()))
    assert tally.samples == 20_000 == tally.counts.sum()
    wanted = np.concatenate([functions[:50], random_functions(50, np.random.default_rng(3))])
    expected = Counter(map(tuple, functions.tolist()))
    assert tally.count_of(wanted).tolist() == [expected[tuple(f)] for f in wanted.tolist()]


def test_histograms_are_those_of_the_samples():
    functions = pack(np.random.default_rng(5).random((3000, 128)) < 0.05)
    tally = count_functions(functions)
    values = np.repeat(np.arange(512) * 3.5, tally.complexity_samples)
    assert np.array_equal(values, np.sort(k_lz(functions)))
    assert np.array_equal(np.repeat(np.arange(129), tally.ones_samples), np.sort(ones(functions)))


def test_pooling_parts_equals_counting_the_whole():
    functions = zipfian(9000, seed=2)
    whole, parts = count_functions(functions), pool([count_functions(p) for p in np.array_split(functions, 7)])
    assert np.array_equal(whole.functions, parts.functions) and np.array_equal(whole.counts, parts.counts)
    assert np.array_equal(whole.complexity_samples, parts.complexity_samples)


def test_a_small_table_never_overcounts_and_undercounts_within_its_bound():
    """The guarantee of lossy counting, function by function, met and unmet, kept and dropped."""
    tally, true = FunctionCounts(), Counter()
    for seed in range(20):
        functions = zipfian(5000, seed=seed)
        true.update(map(tuple, functions.tolist()))
        tally.merge(count_functions(functions), capacity=1024)
        assert len(tally) <= 1024
    kept = as_counter(tally)
    room = dict(zip(map(tuple, tally.functions.tolist()), tally.undercounts.tolist(), strict=True))
    assert tally.undercount_bound > 0 and tally.samples == 100_000
    assert max(room.values()) <= tally.undercount_bound
    for function, count in true.items():
        possible = room.get(function, tally.undercount_bound)
        assert kept[function] <= count <= kept[function] + possible
    assert kept.most_common(30) == true.most_common(30)  # what is frequent from the start stays exact
    assert tally.complexity_samples.sum() == tally.ones_samples.sum() == 100_000


def test_functions_with_the_same_mix_are_told_apart(monkeypatch):
    """The order in which a table is sorted is a 64-bit mix; even if all mixes were equal, counts would be right."""
    monkeypatch.setattr("analysis.occam.counts._mix", lambda f: np.zeros(len(f), np.uint64) + f[:, 0] % np.uint64(900))
    functions, true = zipfian(4000, seed=4), Counter()
    true.update(map(tuple, functions.tolist()))
    tally = count_functions(functions)
    assert as_counter(tally) == true
    assert tally.count_of(functions).tolist() == [true[tuple(f)] for f in functions.tolist()]


def test_saved_counts_come_back(tmp_path):
    tally = count_functions(zipfian(1000, seed=1))
    tally.save(tmp_path / "tally.npz")
    back = FunctionCounts.load(tmp_path / "tally.npz")
    assert as_counter(back) == as_counter(tally) and back.samples == 1000
    assert [p.name for p in tmp_path.iterdir()] == ["tally.npz"]


def test_a_missing_or_damaged_file_is_named(tmp_path):
    damaged = tmp_path / "damaged.npz"
    count_functions(zipfian(1000, seed=1)).save(damaged)
    damaged.write_bytes(damaged.read_bytes()[:500])
    (tmp_path / "other.npz").write_bytes(b"")
    for name in ("damaged.npz", "other.npz", "missing.npz"):
        with pytest.raises(ProblemError, match=name):
            FunctionCounts.load(tmp_path / name)


def test_counts_that_do_not_belong_together_are_refused():
    with pytest.raises(ProblemError, match="inputs"):
        FunctionCounts(inputs=5).merge(count_functions(np.zeros((1, 2), np.uint64)))
    with pytest.raises(ProblemError, match="exact"):
        FunctionCounts().merge(FunctionCounts(undercount_bound=2))
