"""The arrays of a group of seeds are made once, shared, and let go of."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from attnlab import Study
from attnlab.tasks import make
from attnlab.training.data import DataPool, UnlikeError
from attnlab.training.machine_limits import KEPT_GROUPS

TASK = Study(
    task={"name": "planted-features", "features": 8, "samples": 500}, arms=["none"], seeds=1
).task


@pytest.fixture
def drawn():
    return []


@pytest.fixture
def pool(drawn):
    def counted(task, seed):
        drawn.append(seed)
        return make(task, seed)

    return DataPool(counted)


def test_arms_share_the_arrays_of_a_group(pool, drawn):
    first = pool.group(TASK, (0, 1, 2))
    assert pool.group(TASK, (0, 1, 2)) is first
    assert drawn == [0, 1, 2]
    assert first.train.x.shape == (3, 400, 8)
    assert first.validation.y.shape == (3, 100)
    np.testing.assert_array_equal(first.test.x[1], make(TASK, 1).test.x)
    np.testing.assert_array_equal(first.labels[2], make(TASK, 2).test.y[:512])


def test_a_seed_alone_has_no_seat_axis(pool):
    assert pool.group(TASK, (4,)).train.x.shape == (400, 8)


def test_looking_at_a_seed_first_draws_it_no_second_time(pool, drawn):
    assert pool.sizes(TASK, (0, 1)).samples == 400
    pool.group(TASK, (0, 1))
    assert drawn == [0, 1]


def test_a_seed_that_sits_twice_is_drawn_once(pool, drawn):
    group = pool.group(TASK, (0, 1, 0))
    assert drawn == [0, 1]
    np.testing.assert_array_equal(group.train.x[0], group.train.x[2])


def test_tasks_do_not_share_arrays(pool):
    other = Study(task={"name": "planted-features", "features": 9}, arms=["none"], seeds=1).task
    assert pool.group(TASK, (0,)).train.x.shape[-1] == 8
    assert pool.group(other, (0,)).train.x.shape[-1] == 9


def test_only_the_latest_groups_outlive_their_users(pool):
    used = pool.group(TASK, (0,))
    others = [weakref.ref(pool.group(TASK, (seed,))) for seed in range(1, 6)]
    gc.collect()
    assert [group() is None for group in others] == [True] * (5 - KEPT_GROUPS) + [
        False
    ] * KEPT_GROUPS
    assert pool.group(TASK, (0,)) is used


def test_a_seed_without_data_is_named_and_its_seat_filled():
    def broken(task, seed):
        if seed == 0:
            raise OSError("gone")
        return make(task, seed)

    group = DataPool(broken).group(TASK, (0, 1))
    assert group.problems == {0: "OSError: gone"}
    np.testing.assert_array_equal(group.train.x[0], group.train.x[1])
    with pytest.raises(OSError, match="gone"):
        DataPool(broken).group(TASK, (0,))


def test_arrays_of_different_size_are_not_stacked():
    def uneven(task, seed):
        data = make(task, seed)
        return data if seed else replace(data, train=data.validation)

    with pytest.raises(UnlikeError, match=r"\(100, 8\)\], \[\(400, 8\)"):
        DataPool(uneven).group(TASK, (0, 1))
