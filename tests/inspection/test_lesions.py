"""Lesions, worked by hand on a network of two layers."""

import numpy as np
import pytest

from attnlab.inspection import lesions
from attnlab.inspection.changes import with_weights
from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.lesions import bypassed, permuted_weights, uniform_weights
from attnlab.spec import TaskSpec
from tests.inspection.conftest import FEATURES, IMAGES, NUMBER, STEPS, TEXT, WRITING, subject_of


def answered(subject, weighed):
    """The probabilities of the feature network's head for what the module gives."""
    logits = weighed
    for name in ("hidden", "logits"):
        kernel, bias = subject.network.model.get_layer(name).get_weights()
        logits = logits @ kernel + bias
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def test_a_bypassed_module_leaves_the_features_as_they_are(dense):
    found = bypassed(dense, TaskSpec.model_validate(FEATURES))
    expected = answered(dense, dense.inputs[0])
    np.testing.assert_allclose(found.predictions[:, 0], expected, atol=1e-5)
    np.testing.assert_array_equal(found.right, expected.argmax(axis=-1) == dense.targets)


def test_uniform_attention_over_six_features_is_a_sixth_of_each(dense):
    found = with_weights(dense, uniform_weights(dense))
    expected = answered(dense, dense.inputs[0] / 6)
    np.testing.assert_allclose(found.predictions[:, 0], expected, atol=1e-5)


def test_permuted_attention_is_multiplied_into_the_own_features(dense):
    weights = permuted_weights(dense, 3)
    found = with_weights(dense, weights)
    expected = answered(dense, dense.inputs[0] * weights[dense.layers[0]][0])
    np.testing.assert_allclose(found.predictions[:, 0], expected, atol=1e-5)


def test_uniform_gates_are_the_mean_of_the_example():
    subject = subject_of(IMAGES, "cbam:ratio=1,kernel_size=3")
    channel, place = uniform_weights(subject)[subject.layers[0]]
    own_channel, own_place = subject.weights[subject.layers[0]]
    np.testing.assert_allclose(channel[:, 0], own_channel.mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(place[:, 2, 1], own_place.mean(axis=(1, 2)), atol=1e-6)


def test_a_bypassed_pool_is_the_mean_of_the_words_that_are_there():
    subject = subject_of(TEXT, "attention-pool")
    uniform = with_weights(subject, uniform_weights(subject))
    found = bypassed(subject, TaskSpec.model_validate(TEXT))
    np.testing.assert_allclose(found.predictions, uniform.predictions, atol=1e-5)


def test_a_bypassed_alignment_gives_no_context():
    subject = subject_of(WRITING, "bahdanau", samples=6)
    found = bypassed(subject, TaskSpec.model_validate(WRITING))
    assert found.predictions.shape == subject.whole.shape
    assert np.abs(found.predictions - subject.whole).max() > 1e-3


def test_a_module_that_changes_the_width_cannot_be_bypassed():
    subject = subject_of(STEPS, "last-query:units=4", samples=6)
    with pytest.raises(InspectionError, match="hidden was trained on something of another size"):
        bypassed(subject, TaskSpec.model_validate(STEPS))
    collected = Collected()
    lesions.measure(subject, TaskSpec.model_validate(STEPS), collected)
    notes = collected.table.set_index("measure")["note"]
    assert "cannot be bypassed" in notes[lesions.BYPASSED]
    assert notes[lesions.UNIFORM] == ""


def test_the_cost_of_a_lesion_is_the_accuracy_lost_or_the_loss_added(dense):
    collected = Collected()
    lesions.measure(dense, TaskSpec.model_validate(FEATURES), collected)
    costs = collected.table.set_index("measure")["value"]
    uniform = answered(dense, dense.inputs[0] / 6).argmax(axis=-1) == dense.targets
    assert costs[lesions.UNIFORM] == pytest.approx(dense.right.mean() - uniform.mean())
    collected, subject = Collected(), subject_of(NUMBER, "feature-gate")
    lesions.measure(subject, TaskSpec.model_validate(NUMBER), collected)
    costs = collected.table.set_index("measure")["value"]
    changed = bypassed(subject, TaskSpec.model_validate(NUMBER))
    squares = ((each[:, 0, 0] - subject.targets) ** 2 for each in (changed[0], subject.whole))
    added, before = (each.mean() for each in squares)
    assert costs[lesions.BYPASSED] == pytest.approx(added - before, rel=1e-4)
