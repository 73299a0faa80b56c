"""Controls: weights that cannot choose."""

import numpy as np
import pytest

from attnlab.modules import Trace, Uniform

from .cases import scores_of


@pytest.mark.parametrize("shape", [(12,), (9, 12), (5, 7, 24)])
def test_a_gate_is_one_learned_scalar_and_a_distribution_none(shape):
    for kind, count in (("gate", 1), ("distribution", 0)):
        layer = Uniform(kind=kind)
        layer.build((None, *shape))
        assert layer.count_params() == count


@pytest.mark.parametrize(
    ("shape", "axis"), [((12,), "feature"), ((9, 12), "step"), ((5, 7, 24), "channel")]
)
def test_its_trace_follows_what_it_is_put_on(shape, axis):
    layer = Uniform()
    layer.build((None, *shape))
    assert layer.traces == (Trace(axis, "gate"),)


@pytest.mark.parametrize("kind", ["gate", "distribution"])
def test_on_queries_and_values_every_query_gets_the_mean_of_the_values(kind):
    rng = np.random.default_rng(0)
    queries, values = (rng.normal(size=size).astype("float32") for size in ((2, 4, 6), (2, 5, 3)))
    mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)
    layer = Uniform(kind=kind)
    context, (scores,) = scores_of(layer, [queries, values], mask=[None, mask])
    assert layer.traces == (Trace("step", kind, leading=("query",)),)
    assert layer.count_params() == (1 if kind == "gate" else 0)
    share = 0.5 if kind == "gate" else 1.0
    for sample, count in enumerate((3, 5)):
        mean = share * values[sample, :count].mean(axis=0)
        np.testing.assert_allclose(context[sample], np.tile(mean, (4, 1)), atol=1e-6)
        weight = 0.5 if kind == "gate" else 1 / count
        np.testing.assert_allclose(scores[sample, :, :count], weight, atol=1e-6)
        assert np.all(scores[sample, :, count:] == 0)


def test_a_gate_is_half_open_at_the_start():
    x = np.ones((2, 4), "float32")
    outputs, (scores,) = scores_of(Uniform(), x)
    np.testing.assert_array_equal(outputs, 0.5 * x)
    np.testing.assert_array_equal(scores, np.full((2, 4), 0.5))


@pytest.mark.parametrize("kind", ["gate", "distribution"])
def test_padding_weighs_nothing_and_the_rest_alike(kind):
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    mask = np.array([[1, 1, 1, 0, 0], [0, 0, 0, 0, 0]], bool)
    _, (scores,) = scores_of(Uniform(kind=kind), x, mask=mask)
    assert np.all(scores[~mask] == 0)
    assert len(np.unique(scores[mask])) == 1


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"kind must be one of 'gate', .* received 'flat'"):
        Uniform(kind="flat")
