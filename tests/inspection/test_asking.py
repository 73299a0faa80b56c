"""A finished network is asked one input: it answers and looks as it did in training's own test."""

import numpy as np
import pytest

from attnlab.inspection import asking
from attnlab.inspection.asking import answered, answers_of
from attnlab.inspection.errors import InspectionError
from attnlab.spec import SpecError
from attnlab.tasks import make


@pytest.fixture
def asked(planted):
    """The folder of a trained study, its id, seed, and its first test inputs."""
    asking._loaded.clear()
    study = planted.study
    yield planted.store, planted.id, study.seeds[0], make(study.task, study.seeds[0]).test.x
    asking._loaded.clear()


def test_answers_are_those_that_the_run_kept(asked):
    store, study_id, seed, inputs = asked
    for number in range(3):
        given = dict.fromkeys(("none", "dense"), (inputs[number : number + 1],))
        found = answers_of(store, study_id, seed, given)
        for arm, answer in found.items():
            with np.load(store.artifact(study_id, arm, seed, "predictions.npz")) as kept:
                np.testing.assert_allclose(
                    answer.prediction, kept["probabilities"][number], atol=1e-5
                )
    assert found["none"].weights == {}
    assert found["dense"].kinds == {"feature": "distribution"}
    assert found["dense"].weights["feature"].sum() == pytest.approx(1, abs=1e-5)


def test_a_network_is_loaded_once_and_the_oldest_goes(asked, monkeypatch):
    store, study_id, seed, inputs = asked
    loaded, load = [], asking._load
    monkeypatch.setattr(asking, "_load", lambda *key: loaded.append(key[2]) or load(*key))
    monkeypatch.setattr(asking, "KEPT_NETWORKS", 1)
    for arm in ("none", "none", "dense", "none"):
        answered(str(store.home), study_id, seed, {arm: (inputs[:1],)})
    assert loaded == ["none", "dense", "none"]


def test_inputs_of_other_data_are_refused_in_a_sentence(asked):
    store, study_id, seed, inputs = asked
    with pytest.raises(InspectionError, match=r"takes inputs of shapes \[\(16,\)\].*\(15,\)"):
        answers_of(store, study_id, seed, {"none": (inputs[:1, :15],)})


def test_an_arm_that_is_not_there_is_named(asked):
    store, study_id, seed, inputs = asked
    with pytest.raises(SpecError, match="arm 'nobody'"):
        answers_of(store, study_id, seed, {"nobody": (inputs[:1],)})
