"""Attention of stacked layers, worked by hand."""

import numpy as np
import pytest

from attnlab.analysis.rollout import rollout
from attnlab.analysis.weights import NoDistributionError

RANDOM = np.random.default_rng(1)


def test_one_layer_is_half_itself_and_half_the_residual():
    attention = RANDOM.dirichlet(np.ones(3), (2, 3))
    np.testing.assert_allclose(rollout([attention]), (attention + np.eye(3)) / 2)


def test_two_layers_multiply_the_last_first():
    first, second = RANDOM.dirichlet(np.ones(3), (2, 1, 3))
    halves = [(each + np.eye(3)) / 2 for each in (first, second)]
    np.testing.assert_allclose(rollout([first, second]), halves[1] @ halves[0])


def test_heads_are_averaged():
    heads = RANDOM.dirichlet(np.ones(3), (2, 4, 3))
    np.testing.assert_allclose(rollout([heads]), rollout([heads.mean(axis=1)]))


def test_padding_neither_looks_nor_is_looked_at():
    attention = RANDOM.dirichlet(np.ones(4), (1, 4))
    valid = np.array([[True, True, True, False]])
    found = rollout([attention, attention], valid)
    assert (found[0, :, 3] == 0).all()
    assert (found[0, 3] == 0).all()
    np.testing.assert_allclose(found[0, :3].sum(axis=-1), 1)


def test_other_shapes_and_gates_are_refused():
    with pytest.raises(ValueError, match=r"layer 2: expected attention"):
        rollout([np.ones((1, 2, 2)), np.ones((1, 2, 3))])
    with pytest.raises(ValueError, match="at least one layer"):
        rollout([])
    with pytest.raises(NoDistributionError, match="rollout"):
        rollout([np.ones((1, 2, 2))], kind="gate")
