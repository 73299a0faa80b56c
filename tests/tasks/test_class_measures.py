"""What is measured of classes is what scikit-learn's functions give for the same answers."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from attnlab.tasks.class_measures import class_measures


def drawn(samples, classes, seed, digits):
    """Labels, answers and probabilities in float32, with ties where they have few digits."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, samples)
    logits = random.normal(size=(samples, classes)) + 2 * np.eye(classes)[labels]
    probabilities = np.exp(logits.round(digits))
    probabilities = (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)
    return labels, probabilities.argmax(axis=1), probabilities


def by_sklearn(labels, answers, probabilities):
    """The same by scikit-learn; the area under the curve over the classes that occur."""
    occurring = np.unique(labels)
    binary = probabilities.shape[1] == 2
    is_class = labels[:, None] == ([1] if binary else occurring)
    of_class = probabilities[:, [1] if binary else occurring]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that are answered and do not occur
        found = {
            "balanced_accuracy": metrics.balanced_accuracy_score(labels, answers),
            "macro_f1": metrics.f1_score(labels, answers, average="macro"),
            "log_loss": metrics.log_loss(
                labels, probabilities, labels=range(probabilities.shape[1])
            ),
        }
    if len(occurring) > 1:
        found["roc_auc"] = metrics.roc_auc_score(is_class, of_class, average="macro")
    return found


@settings(max_examples=30, deadline=None)
@given(
    samples=st.integers(1, 60),
    classes=st.integers(2, 8),
    seed=st.integers(0, 1000),
    digits=st.integers(0, 6),
)
def test_measures_are_those_of_scikit_learn(samples, classes, seed, digits):
    labels, answers, probabilities = drawn(samples, classes, seed, digits)
    measured = class_measures(labels, answers, probabilities)
    expected = by_sklearn(labels, answers, probabilities)
    assert measured.values == pytest.approx(expected, rel=1e-6, abs=1e-7)
    confusion = metrics.confusion_matrix(labels, answers, labels=range(classes))
    np.testing.assert_array_equal(measured.counts, confusion)


@pytest.mark.parametrize("classes", [2, 30])
def test_the_area_is_that_of_one_class_against_the_rest_where_all_occur(classes):
    labels, answers, probabilities = drawn(1000, classes, 3, 6)
    given_to_sklearn = probabilities[:, 1] if classes == 2 else probabilities.astype(float)
    if classes > 2:
        given_to_sklearn /= given_to_sklearn.sum(axis=1, keepdims=True)
    area = metrics.roc_auc_score(labels, given_to_sklearn, multi_class="ovr", average="macro")
    assert class_measures(labels, answers, probabilities).values["roc_auc"] == pytest.approx(area)


def test_what_is_not_defined_is_missing_and_nothing_is_printed():
    probabilities = np.array([[0.6, 0.4], [0.3, 0.7]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one_class = class_measures(np.array([0, 0]), np.array([0, 1]), probabilities)
        no_number = class_measures(np.array([0, 1]), np.array([0, 1]), probabilities * np.nan)
        nothing = class_measures(np.array([], int), np.array([], int), probabilities[:0])
    assert one_class.values.keys() == {"balanced_accuracy", "macro_f1", "log_loss"}
    assert one_class.values["balanced_accuracy"] == 0.5
    assert no_number.values.keys() == {"balanced_accuracy", "macro_f1"}
    assert nothing.values == {}
    assert nothing.counts.tolist() == [[0, 0], [0, 0]]
