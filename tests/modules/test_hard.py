"""Hard attention: one step and no other, and what it learns from."""

import random
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from attnlab.modules import AttentionPool, HardAttention

from .cases import DEFAULTS, each, scores_of

HARD = [
    replace(case, name=f"hard:{mode}", options={"mode": mode})
    for case in DEFAULTS
    if case.layer is HardAttention
    for mode in ("straight-through", "sampled")
]
THROUGH, SAMPLED = HARD


@pytest.fixture(autouse=True)
def _seeded():
    random.seed(0)  # as in test_contract


class Soft(AttentionPool):
    """Soft attention that can be called as hard attention is."""

    def call(self, inputs, mask=None, training=None):
        return super().call(inputs, mask=mask)


def query_gradient(layer, x, direction, mask=None):
    """The gradient (D,) of the outputs along a direction (B, D), by the learned query."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x, mask=mask, training=True) * direction)
    return np.asarray(tape.gradient(loss, layer.query.kernel.value))[:, 0]


def soft_gradient(layer, x, direction, mask=None):
    """The same for soft attention with the same query."""
    soft = Soft()
    soft.build(x.shape)
    soft.set_weights(layer.get_weights()[:1])
    return query_gradient(soft, x, direction, mask)


@pytest.mark.parametrize("features", [3, 32, 64])
def test_it_has_a_parameter_for_each_feature(features):
    layer = HardAttention()
    layer.build((None, 9, features))
    assert layer.count_params() == features


@each(HARD)
@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_the_output_is_exactly_the_likeliest_step(case, dtype):
    x = case.inputs()
    outputs, (scores,) = scores_of(case.built(dtype=dtype), x)
    expected = x[np.arange(len(x)), scores.argmax(axis=-1)].astype(outputs.dtype)
    np.testing.assert_array_equal(outputs, expected)


def test_straight_through_gives_exactly_one_step_in_training_too():
    layer, x = THROUGH.built(), THROUGH.inputs()
    np.testing.assert_array_equal(layer(x, training=True), layer(x))


def test_straight_through_has_the_gradient_of_soft_attention():
    layer, x = THROUGH.built(), THROUGH.inputs(batch=32)
    direction = np.random.default_rng(2).normal(size=(32, 12)).astype("float32")
    mask = np.arange(9) < np.random.default_rng(3).integers(1, 10, 32)[:, None]
    expected = soft_gradient(layer, x, direction, mask)
    np.testing.assert_allclose(query_gradient(layer, x, direction, mask), expected, atol=1e-5)
    assert np.max(np.abs(expected)) > 0.1


def test_a_step_that_was_not_chosen_gets_a_gradient_by_its_score_alone():
    layer, x = THROUGH.built(), tf.constant(THROUGH.inputs())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        outputs, scores = layer(x, return_attention_scores=True)
        whole = tf.reduce_sum(outputs)
        by_scores = tf.reduce_sum(tf.einsum("bt,btd->bd", scores, tf.stop_gradient(x)))
    direct = np.asarray(tape.gradient(whole, x) - tape.gradient(by_scores, x))
    chosen = np.arange(9) == np.asarray(scores).argmax(axis=-1)[:, None]
    np.testing.assert_allclose(direct[~chosen], 0, atol=1e-5)
    np.testing.assert_allclose(direct[chosen], 1, atol=1e-5)


def test_draws_differ_between_calls_in_training_and_never_in_prediction():
    layer, x = SAMPLED.built(), SAMPLED.inputs()
    np.testing.assert_array_equal(layer(x), layer(x, training=False))
    one, two = layer(x, training=True), layer(x, training=True)
    assert np.max(np.abs(one - two)) > 0.1
    np.testing.assert_array_equal(layer(x), layer(x))


def test_half_of_the_training_samples_get_one_step_and_half_the_expectation():
    layer = SAMPLED.built()
    x = np.repeat(SAMPLED.inputs(batch=1), 4000, axis=0)
    outputs, (scores,) = scores_of(layer, x, training=True)
    expected = np.einsum("t,td->d", scores[0], x[0])
    soft = np.all(np.abs(outputs - expected) < 1e-5, axis=-1)
    assert soft.mean() == pytest.approx(0.5, abs=0.04)
    drawn = np.all(outputs[:, None] == x, axis=-1)  # (4000, 9)
    assert np.all(drawn[~soft].sum(axis=-1) == 1)
    np.testing.assert_allclose(drawn[~soft].mean(axis=0), scores[0], atol=0.04)


def test_in_expectation_a_linear_loss_has_the_gradient_of_soft_attention():
    layer = SAMPLED.built()
    x = np.repeat(SAMPLED.inputs(batch=1), 40_000, axis=0)
    direction = np.random.default_rng(2).normal(size=12).astype("float32")
    estimate = query_gradient(layer, x, direction) / len(x)
    expected = soft_gradient(layer, x[:1], direction)
    np.testing.assert_allclose(estimate, expected, atol=0.03 * np.max(np.abs(expected)))


def test_a_drawn_step_has_the_gradient_of_the_score_function():
    layer, x = SAMPLED.built(), SAMPLED.inputs(batch=1)
    direction = np.random.default_rng(2).normal(size=(1, 12)).astype("float32")
    for _ in range(20):  # until a step is drawn
        with tf.GradientTape() as tape:
            outputs, scores = layer(x, training=True, return_attention_scores=True)
            loss = tf.reduce_sum(outputs * direction)
        got = np.asarray(tape.gradient(loss, layer.query.kernel.value))[:, 0]
        drawn = np.flatnonzero(np.all(np.asarray(outputs) == x[0], axis=-1))
        if len(drawn):
            break
    p, steps = np.asarray(scores)[0], x[0]
    mean = p @ steps
    advantage = direction[0] @ (steps[drawn[0]] - mean)
    by_log_probability = (steps[drawn[0]] - mean) / np.sqrt(12)  # of log p_i by the query
    np.testing.assert_allclose(got, advantage * by_log_probability, atol=1e-4)


def test_padding_is_never_drawn_and_nothing_but_padding_gives_zeros():
    layer = SAMPLED.built()
    x = np.repeat(SAMPLED.inputs(batch=1), 3000, axis=0)
    x[:, 4:] = 1e6  # a draw of it would be seen in any sum
    mask = np.broadcast_to(np.arange(9) < 4, x.shape[:2]).copy()
    mask[0] = False
    outputs = np.asarray(layer(x, mask=mask, training=True))
    assert np.max(np.abs(outputs)) < 1e3
    assert np.all(outputs[0] == 0)


def test_the_entropy_is_taken_off_the_loss_while_training_and_only_then():
    layer, x = SAMPLED.built(), SAMPLED.inputs()
    _, (scores,) = scores_of(layer, x)
    assert layer.losses == []
    layer(x, training=True)
    entropy = -np.sum(scores * np.log(scores), axis=-1).mean()
    np.testing.assert_allclose(layer.losses, [-0.002 * entropy], rtol=1e-5)
    mask = np.arange(9) < np.array([9, 5, 1, 0, 9, 9])[:, None]
    layer(x, mask=mask, training=True)
    assert np.all(np.isfinite(layer.losses))


def test_gradients_stay_finite_beside_padding():
    for case in HARD:
        layer, x = case.built(), case.inputs()
        mask = np.arange(9) < np.array([9, 5, 1, 0, 9, 9])[:, None]
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x, mask=mask, training=True)) + sum(layer.losses)
        gradient = np.asarray(tape.gradient(loss, layer.query.kernel.value))
        assert np.all(np.isfinite(gradient))
        assert np.any(gradient != 0)


def test_mixed_precision_trains_without_overflow():
    layer = SAMPLED.built(dtype="mixed_float16")
    outputs, (scores,) = scores_of(layer, SAMPLED.inputs(), training=True)
    assert (outputs.dtype, scores.dtype) == ("float16", "float32")
    assert np.all(np.isfinite(outputs))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_drawing_learns_to_choose_the_step_that_answers(seed):
    """The step marked by its first feature holds the answer in its second."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    x = 0.3 * rng.normal(size=(512, 6, 4)).astype("float32")
    place, y = rng.integers(0, 6, 512), rng.uniform(-2, 2, 512)
    x[np.arange(512), place, 0] = 3
    x[np.arange(512), place, 1] = y
    inputs = keras.Input((6, 4))
    layer = HardAttention(mode="sampled")
    chosen, scores = layer(inputs, return_attention_scores=True)
    model = keras.Model(inputs, keras.layers.Dense(1)(chosen))
    layer.query.kernel.assign(np.zeros((4, 1)))
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(x, y, epochs=20, batch_size=32, verbose=0)
    found = keras.Model(inputs, scores).predict_on_batch(x).argmax(axis=-1)
    assert np.mean(found == place) > 0.9


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match=r"mode must be one of 'straight-through', .* 'soft'"):
        HardAttention(mode="soft")
