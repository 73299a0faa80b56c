"""How long a study takes is estimated from a trial, which can be stopped and fails in words."""

import threading

import pytest

from attnlab import Study
from attnlab.jobs import estimate as estimating
from attnlab.jobs.estimate import ArmTiming, Estimate, TrialError, Trials, estimate
from attnlab.training.memory import TooLargeError

TASK = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}


def plan(arms=("none", "dense"), **options):
    return Study(**{"task": TASK, "arms": list(arms), "seeds": 2, "epochs": 3, **options})


def estimated(study):
    return estimate(study, stop=threading.Event())


def test_more_epochs_and_seeds_take_longer():
    short = estimated(plan(epochs=5)).seconds
    assert 0 < short < 60
    assert estimated(plan(epochs=500, seeds=4)).seconds > 2 * short


def test_an_arm_takes_its_first_seconds_once_and_its_epochs_for_each_group():
    timing = ArmTiming(first=2.0, epoch=0.5, seats=4)
    assert timing.seconds(10, [(0, 1, 2, 3)]) == 7.0
    assert timing.seconds(10, [(0, 1, 2, 3, 4)]) == 12.0
    assert timing.seconds(10, [(0, 1), (2, 3)]) == 12.0  # added seeds train by themselves


def test_the_range_lies_around_the_estimate():
    found = Estimate(seconds=30.0, tried=2, arms=2)
    assert found.low < 30 < found.high


def test_arms_that_were_not_tried_are_like_those_of_their_module(monkeypatch):
    timings = {"none": ArmTiming(1.0, 0.0, 2), "dense": ArmTiming(9.0, 0.0, 2)}
    monkeypatch.setattr(estimating, "MOST_TRIED", 2)
    monkeypatch.setattr(estimating, "_arm_timing", lambda study, arm, *_: timings[arm.label])
    monkeypatch.setattr(estimating, "number", lambda study: 1)
    found = estimated(plan(["none", "dense", "dense:depth=1", "dense:depth=2"]))
    assert found.seconds == 1.0 + 3 * 9.0
    assert (found.tried, found.arms) == (2, 4)


def test_arms_that_change_their_study_are_like_those_of_their_module(monkeypatch):
    timings = {"none": ArmTiming(1.0, 0.0, 2), "dense@classes=2": ArmTiming(9.0, 0.0, 2)}
    monkeypatch.setattr(estimating, "MOST_TRIED", 2)
    monkeypatch.setattr(estimating, "_arm_timing", lambda study, arm, *_: timings[arm.label])
    monkeypatch.setattr(estimating, "number", lambda study: 1)
    arms = ["none", "dense@classes=2", "dense", "dense:depth=1@classes=2", "none@classes=2"]
    assert estimated(plan(arms)).seconds == 2 * 1.0 + 3 * 9.0


def test_a_stopped_trial_gives_nothing():
    stop = threading.Event()
    stop.set()
    assert estimate(plan(), stop=stop) is None


def test_an_arm_that_fails_at_once_says_so():
    # so fast that the loss of the first epoch overflows
    study = plan(["none"], task={**TASK, "samples": 5000}, learning_rate=10, optimizer="sgd")
    with pytest.raises(TrialError, match=r"No attention fails at once: the .* loss became"):
        estimated(study)


def test_what_does_not_fit_into_memory_is_not_tried(monkeypatch):
    def too_large(study):
        raise TooLargeError("it needs 9 GB")

    monkeypatch.setattr(estimating.memory, "check", too_large)
    with pytest.raises(TooLargeError, match="9 GB"):
        estimated(plan())


def test_a_single_epoch_can_be_estimated():
    assert estimated(plan(epochs=1)).seconds > 0


def test_trials_answer_once_and_for_whatever_it_is_judged_by(eventually):
    trials, study = Trials(), plan()
    assert trials.answer(study) is None
    trials.begin(study)
    assert trials.is_running(study)
    eventually(lambda: trials.answer(study) is not None)
    assert not trials.is_running(study)
    answer = trials.answer(study)
    assert isinstance(answer, Estimate)
    judged = plan(metric="val_loss", prediction={"winner": "dense"})
    assert trials.answer(judged) is answer
    trials.begin(judged)
    assert not trials.is_running(judged)


def test_the_newest_plan_is_tried_instead_of_the_one_before(eventually):
    trials, first, second = Trials(), plan(epochs=900), plan(epochs=3)
    trials.begin(first)
    trials.begin(second)
    assert not trials.is_running(first)
    eventually(lambda: trials.answer(second) is not None)
    assert trials.answer(first) is None


def test_a_trial_that_fails_is_an_answer_too(eventually, monkeypatch):
    def fails(study, *, stop):
        raise TrialError("Dense attention fails at once")

    monkeypatch.setattr(estimating, "estimate", fails)
    trials, study = Trials(), plan()
    trials.begin(study)
    eventually(lambda: trials.answer(study) is not None)
    assert str(trials.answer(study)) == "Dense attention fails at once"
    trials.stop()
