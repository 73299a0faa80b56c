"""Importance of positions, held against derivatives by hand, scikit-learn and Keras."""

import keras
import numpy as np
import pytest
import scipy.stats
import sklearn.inspection
import tensorflow as tf

from attnlab.inspection import importance
from attnlab.inspection.changes import class_activation, margins_with, slopes_with
from attnlab.inspection.collecting import Collected
from attnlab.inspection.importance import (
    gradient_times_input,
    integrated_gradients,
    leave_one_out,
    permutation_importance,
    signed_integrated_gradients,
)
from attnlab.inspection.places import positions_of
from tests.inspection.conftest import DOCUMENTS, IMAGES, NUMBER, STEPS, TEXT, WRITING, subject_of


def at(subject, number=0):
    return positions_of(subject.network, subject.attention[number])


def log_odds(subject, x):
    """How far each network's own answer is ahead for these features, by Keras alone."""
    logits = subject.network.model(x)
    picked = tf.gather(logits, subject.chosen[:, 0], batch_dims=1)
    others = tf.one_hot(subject.chosen[:, 0], 3) * -1e9 + logits
    return picked - tf.reduce_logsumexp(others, axis=-1)


def test_gradient_times_input_is_that_of_keras(dense):
    x = tf.constant(dense.inputs[0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        ahead = log_odds(dense, x)
    expected = tape.gradient(ahead, x) * (x - tf.reduce_mean(x, axis=0))
    np.testing.assert_allclose(gradient_times_input(dense, at(dense)), np.abs(expected), atol=1e-4)


def test_leaving_a_feature_out_puts_its_mean_there(dense):
    left_out = leave_one_out(dense, at(dense))
    x = np.array(dense.inputs[0])
    x[:, 2] = x[:, 2].mean()
    expected = np.abs(log_odds(dense, dense.inputs[0]) - log_odds(dense, x))
    np.testing.assert_allclose(left_out[:, 2], expected, atol=1e-4)


@pytest.mark.parametrize(
    ("task", "module"),
    [(IMAGES, "se:ratio=1"), (STEPS, "attention-pool"), (TEXT, "han"), (NUMBER, "dense")],
    ids=lambda each: each if isinstance(each, str) else each["name"],
)
def test_integrated_gradients_sum_to_the_difference_that_all_positions_make(task, module):
    subject = subject_of(task, module)
    positions = at(subject)
    whole = np.ones((len(subject), positions.count))
    made = margins_with(subject, positions, whole) - margins_with(subject, positions, 0 * whole)
    summed = signed_integrated_gradients(subject, positions, steps=64).sum(axis=-1)
    np.testing.assert_allclose(summed, made, atol=0.02 * np.abs(made).max() + 1e-4)
    assert (integrated_gradients(subject, positions) >= 0).all()


def test_padding_has_no_importance():
    subject = subject_of(TEXT, "attention-pool")
    padding = subject.inputs[0] == 0
    assert padding.any()
    for measure in (gradient_times_input, leave_one_out):
        np.testing.assert_allclose(measure(subject, at(subject))[padding], 0, atol=1e-5)
    np.testing.assert_array_equal(subject.valid(subject.attention[0]), ~padding)


def test_every_word_of_a_document_is_a_position_and_every_sentence():
    subject = subject_of(DOCUMENTS, "han", samples=6)
    words, sentences = at(subject, 0), at(subject, 1)
    tokens = subject.inputs[0]
    assert (words.shape, sentences.shape) == (tokens.shape[1:], tokens.shape[1:2])
    kept = np.ones((6, words.count))
    kept[:, : tokens.shape[2]] = 0  # the words of the first sentence
    first = np.ones((6, sentences.count))
    first[:, 0] = 0
    np.testing.assert_allclose(
        margins_with(subject, words, kept), margins_with(subject, sentences, first), atol=1e-5
    )


def test_what_is_read_is_left_out_and_not_what_was_written():
    subject = subject_of(WRITING, "luong", samples=6)
    positions = at(subject)
    assert positions.layer.name == "embedding_read"
    assert positions.shape == subject.inputs[0].shape[1:]
    assert slopes_with(subject, positions, np.ones((6, positions.count))).any()


class OfNetwork:
    """The network as scikit-learn takes it."""

    def __init__(self, model):
        self.model = model

    def fit(self, x, y):
        raise AssertionError("it is trained already")

    def score(self, x, y):
        return float((np.asarray(self.model(x)).argmax(axis=-1) == y).mean())


def test_permutation_importance_is_that_of_scikit_learn(planted):
    from attnlab.inspection.loading import trained_network
    from tests.inspection.test_truth import subject_from

    subject = subject_from(planted, "dense", samples=300)
    network = trained_network(planted.store, planted.id, "dense", planted.study.seeds[0])
    expected = sklearn.inspection.permutation_importance(
        OfNetwork(network.model), subject.inputs[0], subject.targets, n_repeats=20, random_state=0
    )
    found = permutation_importance(subject, at(subject), repeats=20)
    assert found.argmax() == expected.importances_mean.argmax()
    np.testing.assert_allclose(found, expected.importances_mean, atol=0.03)


def test_grad_cam_is_that_of_keras():
    subject = subject_of(IMAGES, "cbam-spatial:kernel_size=3")
    layer = subject.layers[0]
    found = class_activation(subject, layer)
    x = tf.constant(subject.inputs[0])  # the slot is on the input
    with tf.GradientTape() as tape:
        tape.watch(x)
        ahead = subject.answering.margin([subject.network.model(x)], subject.chosen, subject.shares)
    shares = tf.reduce_mean(tape.gradient(ahead, x), axis=(1, 2), keepdims=True)
    expected = keras.ops.relu(tf.reduce_sum(shares * x, axis=-1))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_agreement_is_kendalls_tau_beside_that_of_permuted_attention(dense):
    collected, weights = Collected(), dense.scores[0].astype(float)
    importance.measure(dense, at(dense), weights, collected)
    left_out = gradient_times_input(dense, at(dense))
    taus = [scipy.stats.kendalltau(*rows).statistic for rows in zip(weights, left_out, strict=True)]
    row = collected.table.set_index("measure").loc[importance.GRADIENT]
    assert row["value"] == pytest.approx(np.mean(taus))
    assert row["n"] == len(dense)
    assert abs(row["chance"]) < 0.2


def test_few_examples_are_left_out_where_each_has_many_positions(dense, monkeypatch):
    monkeypatch.setattr(importance, "MOST_LEFT_OUT", 60)
    collected = Collected()
    importance.measure_left_out(dense, at(dense), dense.scores[0].astype(float), collected)
    assert collected.table["n"].tolist() == [10]


def test_uniform_attention_agrees_with_nothing_and_says_so(dense):
    collected = Collected()
    importance.measure(dense, at(dense), np.full((len(dense), 6), 1 / 6), collected)
    assert collected.table["value"].isna().all()
    assert set(collected.table["note"]) == {importance.NO_ORDER}
