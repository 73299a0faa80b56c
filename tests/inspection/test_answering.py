"""Answers of every kind made comparable: probabilities of classes and tokens, and numbers."""

import numpy as np
import pytest

from attnlab.inspection.answering import Answering
from attnlab.inspection.errors import InspectionError
from attnlab.training.objective import Objective
from tests.inspection.conftest import FEATURES, NUMBER, WRITING, subject_of


@pytest.mark.parametrize("classes", [2, 3])
def test_classes_have_probabilities_and_their_log_odds_are_the_margin(classes):
    subject = subject_of({**FEATURES, "classes": classes}, "dense", samples=10)
    assert subject.whole.shape == (10, 1, classes)
    np.testing.assert_allclose(subject.whole.sum(axis=-1), 1, rtol=1e-5)
    own = subject.whole.max(axis=-1)[:, 0]
    outputs = [subject.network.model(subject.inputs[0])]
    margin = subject.answering.margin(outputs, subject.chosen, subject.shares)
    np.testing.assert_allclose(margin, np.log(own / (1 - own)), atol=1e-4)
    np.testing.assert_allclose(subject.score(subject.whole), own, rtol=1e-6)


def test_padding_behind_a_text_counts_for_nothing():
    subject = subject_of(WRITING, "luong", samples=6)
    subject.targets[:, 3:] = 0
    subject.shares = subject.answering.shares(subject.targets, subject.chosen.shape[1])
    own = subject.whole.max(axis=-1)
    np.testing.assert_allclose(subject.score(subject.whole), own[:, :3].mean(axis=1), rtol=1e-5)
    other = np.array(subject.whole)
    other[:, 3:] = np.roll(other[:, 3:], 1, axis=-1)
    np.testing.assert_allclose(subject.distance(other, subject.whole), 0)


def test_a_number_is_scored_by_how_near_it_stays():
    subject = subject_of(NUMBER, "dense", samples=5)
    assert subject.whole.shape == (5, 1, 1)
    np.testing.assert_allclose(subject.score(subject.whole + 0.5), -0.5, rtol=1e-5)
    assert subject.distance(subject.whole - 2, subject.whole) == pytest.approx(2, rel=1e-5)


def test_an_objective_of_another_kind_is_refused():
    with pytest.raises(InspectionError, match="Objective gives something else"):
        Answering(Objective(2))
