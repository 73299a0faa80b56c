"""Attention of every step to every step: parameters, masks, norms, and Keras's own layer."""

import keras
import numpy as np
import pytest

from attnlab.modules import SelfAttention, TransformerEncoder

from .cases import CASES, each, may_be_zero, scores_of

ENCODERS = [case for case in CASES if case.layer in (SelfAttention, TransformerEncoder)]
BY_LAYER_NORM = [case for case in ENCODERS if case.options.get("norm") != "batch"]
BY_BATCH_NORM = [case for case in ENCODERS if case.options.get("norm") == "batch"]
SIZES = [(64, 4), (36, 6), (12, 1)]


def parameters(layer, features):
    layer.build((None, 12, features))
    return layer.count_params()


@pytest.mark.parametrize(("features", "heads"), SIZES)
def test_self_attention_has_the_parameters_of_the_formula_and_of_its_norm(features, heads):
    attention = 4 * features**2 + 4 * features
    assert parameters(SelfAttention(heads=heads), features) == attention + 2 * features
    batch = SelfAttention(heads=heads, norm="batch")
    assert parameters(batch, features) == attention + 4 * features


def test_the_attention_at_64_features_has_16640_parameters():
    layer = SelfAttention()
    whole = parameters(layer, 64)
    assert whole - layer.attention_norm.count_params() == 16_640


@pytest.mark.parametrize(("features", "heads"), SIZES)
@pytest.mark.parametrize("units", [5, 64])
def test_an_encoder_has_the_parameters_of_the_formula(features, heads, units):
    formula = 4 * features**2 + 2 * features * units + 9 * features + units
    assert parameters(TransformerEncoder(heads=heads, units=units), features) == formula
    batch = TransformerEncoder(heads=heads, units=units, norm="batch")
    assert parameters(batch, features) == formula + 4 * features


def test_an_encoder_with_six_heads_keeps_the_shape_of_its_input():
    x = np.random.default_rng(0).normal(size=(4, 12, 36)).astype("float32")
    outputs, (scores,) = scores_of(TransformerEncoder(heads=6), x)
    assert outputs.shape == (4, 12, 36)
    assert scores.shape == (4, 6, 12, 12)


@pytest.mark.parametrize("layer", [SelfAttention, TransformerEncoder])
def test_heads_that_do_not_divide_the_features_are_refused(layer):
    with pytest.raises(ValueError, match=r"heads must divide .* received heads=5 for 12 features"):
        layer(heads=5).build((None, 9, 12))


@pytest.mark.parametrize("heads", [1, 3, 4])
def test_attention_is_that_of_keras(heads):
    """The same weights in `keras.layers.MultiHeadAttention` give the same context and scores."""
    x = np.random.default_rng(0).normal(size=(3, 9, 12)).astype("float32")
    mask = np.arange(9) < np.array([9, 5, 1])[:, None]
    layer = SelfAttention(heads=heads)
    layer.build(x.shape)
    oracle = keras.layers.MultiHeadAttention(heads, 12 // heads)
    oracle.build(x.shape, x.shape)
    rng = np.random.default_rng(1)
    for weight in layer.weights:
        weight.assign(rng.uniform(-0.7, 0.7, weight.shape))
    parts = (layer.query, layer.key, layer.value, layer.combine)
    own = [array for part in parts for array in part.get_weights()]
    oracle.set_weights(
        [array.reshape(weight.shape) for array, weight in zip(own, oracle.weights, strict=True)]
    )
    context, expected = oracle(x, x, attention_mask=mask[:, None], return_attention_scores=True)
    outputs, (scores,) = scores_of(layer, x, mask=mask)
    asking = np.broadcast_to(mask[:, None, :, None], scores.shape)
    np.testing.assert_allclose(scores[asking], np.asarray(expected)[asking], atol=1e-6)
    normed = np.asarray(layer.attention_norm(x + context))
    np.testing.assert_allclose(outputs[mask], normed[mask], atol=1e-5)


def padded(case, lengths):
    mask = np.arange(case.shape[0]) < np.array(lengths)[:, None]
    return case.inputs(batch=len(lengths)), mask


@each(ENCODERS)
@pytest.mark.parametrize("training", [False, True])
def test_padding_is_not_looked_at_looks_at_nothing_and_stays_empty(case, training):
    x, mask = padded(case, [9, 5, 1, 0])
    outputs, (scores,) = scores_of(case.built(), x, mask=mask, training=training)
    pairs = np.broadcast_to((mask[:, :, None] & mask[:, None, :])[:, None], scores.shape)
    assert np.all(scores[~pairs] == 0)
    assert np.all(scores[pairs] > 0) or may_be_zero(case)
    rows = np.broadcast_to(mask[:, None, :], scores.shape[:-1])
    np.testing.assert_allclose(scores.sum(axis=-1)[rows], 1, atol=1e-6)
    assert np.all(outputs[~mask] == 0)
    assert np.all(np.isfinite(outputs))


@each(ENCODERS)
@pytest.mark.parametrize("training", [False, True])
def test_what_padding_holds_changes_nothing(case, training):
    if training and case.make().get_config().get("dropout"):
        pytest.skip("dropout draws anew")
    x, mask = padded(case, [9, 5, 1])
    other = np.where(mask[..., None], x, 50.0).astype("float32")
    outputs, (scores,) = scores_of(case.built(), x, mask=mask, training=training)
    changed, (same,) = scores_of(case.built(), other, mask=mask, training=training)
    np.testing.assert_allclose(same, scores, atol=1e-7)
    np.testing.assert_allclose(changed, outputs, atol=1e-6)


@each(ENCODERS)
def test_more_padding_changes_nothing(case):
    layer = case.built()
    x, mask = padded(case, [9, 5, 1])
    outputs, (scores,) = scores_of(layer, x, mask=mask)
    wider = np.concatenate([x, np.full_like(x, 7.0)], axis=1)
    longer, (more,) = scores_of(layer, wider, mask=np.pad(mask, [(0, 0), (0, 9)]))
    np.testing.assert_allclose(longer[:, :9], outputs, atol=1e-5)
    np.testing.assert_allclose(more[:, :, :9, :9], scores, atol=1e-6)
    assert np.all(longer[:, 9:] == 0)


@each(BY_BATCH_NORM)
def test_padding_does_not_move_the_statistics_of_batch_norm(case):
    x, mask = padded(case, [9, 5, 1])
    other = np.where(mask[..., None], x, 50.0).astype("float32")
    one, two = case.built(), case.built()
    before = [weight.numpy() for weight in one.non_trainable_weights]
    one(x, mask=mask, training=True)
    two(other, mask=mask, training=True)
    for weight, same, past in zip(
        one.non_trainable_weights, two.non_trainable_weights, before, strict=True
    ):
        np.testing.assert_allclose(same.numpy(), weight.numpy(), atol=1e-6)
        assert np.any(weight.numpy() != past)


@each(ENCODERS)
def test_a_mask_that_hides_nothing_changes_nothing(case):
    layer, x = case.built(), case.inputs()
    outputs, (scores,) = scores_of(layer, x)
    seen, (same,) = scores_of(layer, x, mask=np.ones(x.shape[:2], bool))
    np.testing.assert_allclose(seen, outputs, atol=1e-6)
    np.testing.assert_allclose(same, scores, atol=1e-6)


@each(ENCODERS)
def test_the_mask_of_an_embedding_reaches_the_layer_and_goes_on(case):
    steps, features = case.shape
    words = keras.Input((steps,), dtype="int32")
    embedded = keras.layers.Embedding(20, features, mask_zero=True)(words)
    outputs, scores = case.built()(embedded, return_attention_scores=True)
    average = keras.layers.GlobalAveragePooling1D()(outputs)
    model = keras.Model(words, [outputs, scores, average])
    tokens = np.array([[3, 4, 5] + [0] * (steps - 3), [1] * steps])
    outputs, weights, average = model.predict_on_batch(tokens)
    assert np.all(weights[0, :, :, 3:] == 0)
    assert np.all(weights[1] > 0)
    np.testing.assert_allclose(average[0], outputs[0, :3].mean(axis=0), atol=1e-5)


@each(ENCODERS)
def test_mixed_precision_keeps_masked_scores_finite_and_exact(case):
    x, mask = padded(case, [9, 5, 0])
    outputs, (scores,) = scores_of(case.built(dtype="mixed_float16"), x, mask=mask)
    assert scores.dtype == "float32"
    assert np.all(np.isfinite(outputs))
    assert np.all(scores[2] == 0)
    assert np.all(scores[1, :, :, 5:] == 0)


@each(BY_LAYER_NORM)
def test_steps_in_another_order_give_the_same_outputs_in_that_order(case):
    layer, x = case.built(), case.inputs()
    order = np.random.default_rng(0).permutation(x.shape[1])
    outputs, (scores,) = scores_of(layer, x)
    moved, (same,) = scores_of(layer, x[:, order])
    np.testing.assert_allclose(moved, outputs[:, order], atol=1e-5)
    np.testing.assert_allclose(same, scores[:, :, order][..., order], atol=1e-6)


def test_dropout_takes_part_in_training_only():
    case = next(case for case in CASES if case.name == "transformer")
    layer, x = case.built(), case.inputs()
    np.testing.assert_array_equal(layer(x), layer(x, training=False))
    assert np.max(np.abs(layer(x, training=True) - layer(x, training=True))) > 1e-3


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (SelfAttention, {"heads": 0}, "heads must be .* at least 1, received 0"),
        (SelfAttention, {"norm": "none"}, "norm must be one of 'layer', .* received 'none'"),
        (TransformerEncoder, {"units": 0}, "units must be .* at least 1, received 0"),
        (TransformerEncoder, {"dropout": 1.0}, "dropout must be .* below 1, received 1.0"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(layer, options, message):
    with pytest.raises(ValueError, match=message):
        layer(**options)
