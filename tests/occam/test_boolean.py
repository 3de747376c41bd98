"""Truth tables, their packing, and their symmetries."""

from itertools import product
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import (
    all_inputs,
    complement,
    from_string,
    named_functions,
    number_of_functions,
    ones,
    orbit,
    pack,
    permute_inputs,
    random_functions,
    to_string,
    unpack,
)

packed = arrays(np.uint64, (3, 2), elements=st.integers(0, 2**64 - 1))


def test_inputs_are_in_the_order_of_itertools_product():
    for n in range(1, 8):
        assert all_inputs(n).tolist() == [list(x) for x in product([0, 1], repeat=n)]


def test_there_are_two_to_the_128_functions_of_seven_bits():
    assert number_of_functions(7) == 2**128


@given(packed)
def test_packing_and_unpacking_undo_each_other(functions):
    assert np.array_equal(pack(unpack(functions)), functions)


def test_the_binary_digits_of_the_two_words_are_the_truth_table():
    table = np.random.default_rng(1).integers(0, 2, 128)
    word0, word1 = pack(table)[0].tolist()
    assert f"{word0:064b}{word1:064b}" == "".join(map(str, table))


@pytest.mark.parametrize("n", range(1, 8))
def test_functions_of_fewer_inputs_pack_without_loss(n):
    tables = np.random.default_rng(n).integers(0, 2, (20, 2**n)).astype(bool)
    assert np.array_equal(unpack(pack(tables), n), tables)
    assert np.array_equal(unpack(complement(pack(tables), n), n), ~tables)
    assert from_string(to_string(pack(tables)[0], n)).tolist() == pack(tables)[0].tolist()


def test_named_functions_are_what_their_names_say():
    f = named_functions(7)
    for row, x in enumerate(product([0, 1], repeat=7)):
        answers = {name: unpack(g)[0, row] for name, g in f.items()}
        assert answers["dictator x0"] == x[0]
        assert answers["x0 AND x1"] == (x[0] and x[1])
        assert answers["x5 AND x6"] == (x[5] and x[6])
        assert answers["x0 XOR x6"] == (x[0] != x[6])
        assert answers["majority"] == (sum(x) >= 4)
        assert answers["parity"] == (sum(x) % 2)
        assert answers["all ones"] == all(x)
        assert answers["constant 1"] and not answers["constant 0"]


@given(packed)
def test_complement_turns_every_answer_over(functions):
    assert np.array_equal(ones(complement(functions)), 128 - ones(functions))


@given(packed, st.permutations(range(7)))
def test_permuting_inputs_permutes_the_arguments(functions, order):
    tables = unpack(functions)
    images = unpack(permute_inputs(functions, tuple(order)))
    weights = 2 ** np.arange(6, -1, -1)
    for x in all_inputs(7)[[1, 2, 77, 100]]:
        assert np.array_equal(images[:, x @ weights], tables[:, x[list(order)] @ weights])


def test_an_orbit_is_closed_and_divides_the_number_of_symmetries():
    f = random_functions(1, np.random.default_rng(5))
    images = orbit(f)
    assert len(images) == 2 * factorial(7)  # a random function has no symmetry of its own
    again = orbit(images[1234])
    assert np.array_equal(images, again)
    for g in named_functions().values():
        assert 2 * factorial(7) % len(orbit(g)) == 0


@pytest.mark.parametrize(
    ("name", "size"), [("constant 0", 2), ("parity", 2), ("majority", 2), ("dictator x0", 14), ("x0 AND x1", 42)]
)
def test_orbit_sizes_count_the_choices_of_inputs(name, size):
    """Majority of an odd number of bits and its complement are two; x_i AND x_j can be chosen in 21 ways, twice."""
    assert len(orbit(named_functions()[name])) == size


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: all_inputs(8),
        lambda: all_inputs(0),
        lambda: all_inputs(True),
        lambda: pack(np.zeros((2, 100))),
        lambda: pack([[0, 2]]),
        lambda: unpack(np.zeros((3, 2))),
        lambda: unpack(np.zeros((3, 3), np.uint64)),
        lambda: orbit(np.zeros((2, 2), np.uint64)),
        lambda: permute_inputs(np.zeros((1, 2), np.uint64), (0, 0, 1)),
        lambda: from_string("012"),
        lambda: random_functions(-1, np.random.default_rng(0)),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(wrong):
    with pytest.raises(ProblemError, match=r"^[^\n]{20,}$"):
        wrong()


def test_a_seed_draws_what_its_generator_draws():
    assert (random_functions(5, 3) == random_functions(5, np.random.default_rng(3))).all()
    assert (random_functions(5, 3, n=2)[:, 1] == 0).all()
