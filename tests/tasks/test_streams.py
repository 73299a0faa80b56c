"""Streams of random numbers: named, independent, and the same everywhere."""

import itertools

import numpy as np

from attnlab.tasks.streams import derive, generator

GOLDEN = [1726737503, 225124819, 2011893704]
GOLDEN_ORDER = [1, 3, 5, 6, 7, 0, 4, 2]


def test_numbers_stay_as_they_are():
    assert [derive(0), derive(0, "a"), derive(1, "a", 2)] == GOLDEN
    assert generator(3, "order", 1).permutation(8).tolist() == GOLDEN_ORDER


def test_same_seed_and_name_give_the_same_numbers():
    one, two = (generator(5, "task", "data").standard_normal(100) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_no_two_names_share_numbers():
    names = [
        (seed, stream, layer, weight)
        for seed in range(20)
        for stream in ("backbone", "module")
        for layer in ("hidden", "logits", "conv1")
        for weight in ("kernel", "bias")
    ]
    derived = [derive(*name) for name in names]
    assert len(set(derived)) == len(derived)
    assert all(0 <= number < 2**31 for number in derived)


def test_streams_of_neighbouring_seeds_and_names_are_not_alike():
    streams = [
        generator(seed, name).standard_normal(2000)
        for seed in range(4)
        for name in ("data", "split")
    ]
    for one, two in itertools.combinations(streams, 2):
        assert abs(np.corrcoef(one, two)[0, 1]) < 0.1
