"""Attention over steps: parameters, and what a mask means."""

import keras
import numpy as np
import pytest

from attnlab.modules import (
    AttentionPool,
    HierarchicalPool,
    LastQueryAttention,
    StepDenseAttention,
)

from .cases import CASES, STEPS, each, may_be_zero, scores_of

TEMPORAL = [
    case
    for case in CASES
    if case.shape == STEPS and [trace.name for trace in case.traces] == ["step"]
    if case.options.get("kind", "distribution") == "distribution"
]
POOLS = [case for case in TEMPORAL if case.layer is not StepDenseAttention]


def parameters(layer, steps, features):
    layer.build((None, steps, features))
    return layer.count_params()


@pytest.mark.parametrize(("steps", "features"), [(4, 3), (10, 32), (25, 64)])
@pytest.mark.parametrize("units", [5, 16])
def test_parameters_are_those_of_the_formulas(steps, features, units):
    square = features**2
    assert parameters(AttentionPool(), steps, features) == features
    assert parameters(StepDenseAttention(), steps, features) == steps**2 + steps
    assert parameters(HierarchicalPool(units=units), steps, features) == (
        features * units + 2 * units
    )
    output = 2 * features * units
    luong = LastQueryAttention(units=units)
    assert parameters(luong, steps, features) == square + output
    assert parameters(LastQueryAttention(), steps, features) == square + 2 * square
    bahdanau = LastQueryAttention(score="bahdanau", units=units)
    assert parameters(bahdanau, steps, features) == 2 * square + features + output


def masked(case, lengths):
    """Inputs of these lengths, and the mask of what is not padding."""
    mask = np.arange(case.shape[0]) < np.array(lengths)[:, None]
    return case.inputs(batch=len(lengths)), mask


@each(TEMPORAL)
def test_padding_weighs_exactly_nothing(case):
    x, mask = masked(case, [9, 5, 1])
    _, (scores,) = scores_of(case.built(), x, mask=mask)
    assert np.all(scores[~mask] == 0)
    assert np.all(scores[mask] > 0) or may_be_zero(case)
    np.testing.assert_allclose(scores.sum(axis=-1), 1, atol=1e-6)


@each(TEMPORAL)
def test_what_padding_holds_changes_nothing(case):
    layer = case.built()
    x, mask = masked(case, [9, 5, 1])
    outputs, (scores,) = scores_of(layer, x, mask=mask)
    other = np.where(mask[..., None], x, 50.0).astype("float32")
    changed, (same,) = scores_of(layer, other, mask=mask)
    np.testing.assert_array_equal(same, scores)
    np.testing.assert_array_equal(changed, outputs)


@each(POOLS)
def test_more_padding_changes_nothing(case):
    layer = case.built()
    x, mask = masked(case, [9, 5, 1])
    outputs, (scores,) = scores_of(layer, x, mask=mask)
    wider = np.concatenate([x, np.full_like(x, 7.0)], axis=1)
    longer, (padded,) = scores_of(layer, wider, mask=np.pad(mask, [(0, 0), (0, x.shape[1])]))
    np.testing.assert_allclose(longer, outputs, atol=1e-6)
    np.testing.assert_allclose(padded[:, : x.shape[1]], scores, atol=1e-6)


@each(TEMPORAL)
def test_a_sample_of_nothing_but_padding_gives_zeros(case):
    x, mask = masked(case, [9, 0])
    x[1] = 0  # as an embedding or a masked recurrent layer leaves it
    outputs, (scores,) = scores_of(case.built(), x, mask=mask)
    assert np.all(scores[1] == 0)
    assert np.all(outputs[1] == 0)
    assert np.all(np.isfinite(outputs))


@each(TEMPORAL)
def test_a_mask_that_hides_nothing_changes_nothing(case):
    layer, x = case.built(), case.inputs()
    outputs, (scores,) = scores_of(layer, x)
    seen, (same,) = scores_of(layer, x, mask=np.ones(x.shape[:2], bool))
    np.testing.assert_allclose(seen, outputs, atol=1e-6)
    np.testing.assert_allclose(same, scores, atol=1e-6)


@each(TEMPORAL)
def test_the_mask_of_an_embedding_reaches_the_layer(case):
    steps, features = case.shape
    words = keras.Input((steps,), dtype="int32")
    embedded = keras.layers.Embedding(20, features, mask_zero=True)(words)
    _, scores = case.built()(embedded, return_attention_scores=True)
    model = keras.Model(words, scores)
    tokens = np.array([[3, 4, 5] + [0] * (steps - 3), [1] * steps])
    weights = model.predict_on_batch(tokens)
    assert np.all(weights[tokens == 0] == 0)
    assert np.all(weights[tokens != 0] > 0) or may_be_zero(case)


@each(TEMPORAL)
def test_mixed_precision_keeps_masked_scores_finite_and_exact(case):
    x, mask = masked(case, [9, 5, 0])
    x[2] = 0
    outputs, (scores,) = scores_of(case.built(dtype="mixed_float16"), x, mask=mask)
    assert scores.dtype == "float32"
    assert np.all(np.isfinite(outputs))
    assert np.all(scores[~mask] == 0)


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (HierarchicalPool, {"units": 0}, "units must be .* at least 1, received 0"),
        (LastQueryAttention, {"units": 2.5}, "units must be .* at least 0, received 2.5"),
        (LastQueryAttention, {"score": "dot"}, "score must be one of 'luong', .* received 'dot'"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(layer, options, message):
    with pytest.raises(ValueError, match=message):
        layer(**options)


def test_a_dense_layer_over_time_needs_to_know_how_many_steps_there_are():
    with pytest.raises(ValueError, match="expects a known number of steps"):
        StepDenseAttention().build((None, None, 4))
