"""Which seeds train together: a rule that reads the network and the amount of work."""

import keras
import pytest

from attnlab import Study
from attnlab.backbones import Network, build
from attnlab.training import grouping


def together(arm="dense", task="planted-features", seeds=10, samples=8000, nbytes=10**6, **given):
    study = Study(task=task, arms=[arm], seeds=seeds, **given)
    network = build(study.task, study.arms[0].module)
    return grouping.seeds_together(
        network, study.training, seeds=seeds, samples=samples, nbytes=nbytes
    )


def test_small_dense_networks_train_all_their_seeds_at_once():
    assert together("none") == together("dense:depth=2") == together("feature-gate") == 10


def test_few_seeds_and_very_little_work_are_not_stacked():
    assert together(seeds=3, epochs=1000) == 1
    assert together(seeds=4, epochs=9) == 1
    assert together(seeds=4, epochs=10) == 4


@pytest.mark.parametrize("arm", ["none", "se:ratio=4", "selayer:ratio=4"])
def test_convolutions_and_dropout_train_one_seed_after_another(arm):
    assert together(arm, {"name": "digits", "dropout": 0.0}, epochs=100) == 1


def test_dropout_alone_is_enough_to_train_one_after_another():
    assert grouping.seeds_together(*_network_of(keras.layers.Dropout(0.2)), **WORK) == 1
    assert grouping.seeds_together(*_network_of(keras.layers.Dropout(0.0)), **WORK) == 10


def test_recurrent_networks_train_all_their_seeds_at_once():
    recurrent = _network_of(keras.layers.Reshape((4, 2)), keras.layers.LSTM(3))
    assert grouping.seeds_together(*recurrent, **WORK) == 10


def test_large_networks_train_one_after_another():
    task = {"name": "planted-features", "features": 256}
    assert together("dense:depth=4", task) == 1


def test_the_arrays_of_seeds_at_once_are_bounded():
    assert together(nbytes=grouping.MOST_BYTES // 3) == 3
    assert together(nbytes=grouping.MOST_BYTES // 2 - 1, seeds=5) == 2
    assert together(nbytes=grouping.MOST_BYTES) == 1


@pytest.mark.parametrize(
    ("seeds", "most", "size"), [(10, 16, 10), (20, 16, 10), (17, 16, 9), (50, 16, 13), (3, 1, 1)]
)
def test_groups_are_of_about_equal_size(seeds, most, size):
    assert grouping.balanced(seeds, most) == size
    groups = grouping.groups(range(seeds), size)
    assert [seed for group in groups for seed in group] == list(range(seeds))
    assert all(len(group) <= size for group in groups)


WORK = {"seeds": 10, "samples": 8000, "nbytes": 10**6}


def _network_of(*layers):
    inputs = keras.Input((8,))
    x = inputs
    for layer in layers:
        x = layer(x)
    model = keras.Model(inputs, keras.layers.Dense(4)(x))
    training = Study(task="planted-features", arms=["none"]).training
    return Network(model, None, ()), training
