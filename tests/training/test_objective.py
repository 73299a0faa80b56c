"""What networks are trained for: hand-worked losses, accuracies and measures."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from attnlab.training.objective import Classification, Guided, Writing

LOG3 = np.log(3)


def sure_of(tokens, classes, margin=20.0):
    """Logits that answer these tokens."""
    return tf.one_hot(tokens, classes) * margin


def test_every_text_counts_alike_however_much_of_it_is_padding():
    targets = tf.constant([[1, 2, 2], [1, 0, 0]])
    logits = tf.zeros([2, 3, 3])
    writing = Writing(3)
    assert writing.loss(targets, [logits]).numpy() == pytest.approx(LOG3)
    right = writing.right(targets, [sure_of([[1, 1, 2], [1, 2, 2]], 3)]).numpy()
    assert right.tolist() == [pytest.approx(2 / 3), 1.0]


def test_a_text_matches_if_all_that_is_not_padding_was_written():
    targets = tf.constant([[1, 2, 2], [1, 2, 0], [2, 1, 0]])
    written = tf.constant([[1, 2, 2], [1, 2, 1], [2, 2, 0]])
    sums, answers = Writing(3).evaluated(targets, [sure_of(targets, 3)], written)
    assert sums.numpy()[1:].tolist() == [3.0, 2.0]  # all right when helped, two of three alone
    assert answers is written


def test_seats_are_kept_apart():
    targets = tf.constant([[[1, 2]], [[2, 2]]])  # two seats, a text each
    logits = sure_of([[[1, 2]], [[1, 1]]], 3)
    sums, _ = Writing(3).evaluated(targets, [logits], tf.constant([[[1, 2]], [[1, 1]]]))
    assert sums.numpy()[:, 1:].tolist() == [[1.0, 1.0], [0.0, 0.0]]


def guided(guidance=1.0):
    return Guided(3, SimpleNamespace(guidance=guidance))


def places(shut, sure=None):
    """Logits of a 1 × 2 map: the left place answers class 1, the right one class 2."""
    logits = sure_of([[[1, 2]]], 3) if sure is None else sure
    return [logits, tf.constant([[shut]])]


def test_places_behind_a_shut_gate_neither_answer_nor_learn():
    labels = (tf.constant([1]), tf.constant([[[1.0, 0.0]]]))
    logits = tf.Variable(sure_of([[[1, 2]]], 3))
    with tf.GradientTape() as tape:
        outputs = [logits, tf.constant([[[20.0, -20.0]]])]
        loss = guided(0.0).loss(labels, outputs)
    gradient = tape.gradient(loss, logits).numpy()
    assert np.abs(gradient[0, 0, 1]).max() < 1e-7  # it answers wrongly, and nobody minds
    assert guided().right(labels, outputs).numpy().tolist() == [True]
    opened = [logits, tf.constant([[[-20.0, 20.0]]])]
    assert guided().right(labels, opened).numpy().tolist() == [False]
    with tf.GradientTape() as tape:
        loss = guided(0.0).loss(labels, opened)
    assert np.abs(tape.gradient(loss, logits).numpy()[0, 0, 1]).max() > 0.5


def test_guidance_adds_the_gates_own_loss():
    labels = (tf.constant([1]), tf.constant([[[1.0, 0.0]]]))
    outputs = [tf.zeros([1, 1, 2, 3]), tf.zeros([1, 1, 2])]
    assert guided(0.0).loss(labels, outputs).numpy() == pytest.approx(LOG3)
    assert guided(2.0).loss(labels, outputs).numpy() == pytest.approx(LOG3 + 2 * np.log(2))
    assert guided(0.0).key != guided(2.0).key


def test_overlap_is_intersection_over_union():
    mask = tf.constant([[[1.0, 1.0, 0.0, 0.0]]])
    gates = tf.constant([[[5.0, -5.0, 5.0, -5.0]]])
    outputs = [tf.zeros([1, 1, 4, 3]), gates]
    sums, answers = guided().evaluated((tf.constant([0]), mask), outputs, None)
    assert sums.numpy()[2] == pytest.approx(1 / 3)
    np.testing.assert_allclose(answers.numpy(), [[1 / 3] * 3])


def test_two_classes_need_one_logit():
    binary = Classification(2)
    labels, logits = tf.constant([0, 1, 1]), tf.constant([[-1.0], [2.0], [-3.0]])
    assert binary.right(labels, [logits]).numpy().tolist() == [True, True, False]
    assert binary.predictions(np.zeros((1, 1), "float32")).tolist() == [[0.5, 0.5]]
