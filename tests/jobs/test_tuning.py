"""Learning rates are chosen before the judged seeds, and a kill in the middle loses nothing."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import attnlab
from attnlab import Study
from attnlab.jobs import execute
from attnlab.jobs.estimate import ArmTiming
from attnlab.jobs.tuning import TuningRecorder
from attnlab.spec.tuning_runs import TuningRun, tuning_plans
from attnlab.store import EpochRecord, Owner, Status, Store

ROOT = Path(attnlab.__file__).parents[1]
TASK = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}
TUNED = {
    "task": TASK,
    "arms": ["none", "dense"],
    "seeds": 1,
    "epochs": 2,
    "tuning": {"rates": [1e-6, 0.01, 0.05], "seeds": 2},
}
SERVER = """
import sys
from attnlab.jobs import execute
from attnlab.store import Store
import threading
execute(Store(), sys.argv[1], stop=threading.Event())
"""


def carry_out(store, study_id, stop_after=None):
    """Train what is left, up to so many runs; the runs that ended, and what was told of stages."""
    stop, ended, stages = threading.Event(), [], []

    def listen(label, event):
        if type(event).__name__ == "RunEnd":
            ended.append((label, event.seed))
            if len(ended) == stop_after:
                stop.set()

    execute(
        store,
        study_id,
        stop=stop,
        listen=listen,
        on_tuning=lambda plan, left: stages.append(("tuning", len(plan.arms), len(left))),
        on_tuned=lambda: stages.append(("tuned", store.study(study_id).study.tuning.rate_of)),
    )
    return ended, stages


def scores(store, study_id):
    return [(run.arm, run.rate, run.seed, run.score) for run in store.tuning_runs(study_id)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The study trained in one go: its store, its id, and what was told."""
    store = Store(tmp_path_factory.mktemp("undisturbed") / "home")
    study_id = store.create_study(Study(**TUNED))
    ended, stages = carry_out(store, study_id)
    yield store, study_id, ended, stages
    store.close()


def test_the_judged_seeds_train_at_the_rate_that_was_best_on_validation(undisturbed):
    store, study_id, ended, stages = undisturbed
    row = store.study(study_id)
    assert row.status == "finished"
    assert stages == [("tuning", 6, 12), ("tuned", row.study.tuning.rate_of)]
    assert [len({seed for _, seed in each}) for each in (ended[:12], ended[12:])] == [2, 1]
    assert (row.tuned, row.counts[Status.FINISHED], row.share) == (12, 2, 1.0)
    by_rate = {}
    for arm, rate, seed, score in scores(store, study_id):
        assert seed in (1, 2)
        by_rate.setdefault(arm, {}).setdefault(rate, []).append(score)
    for arm, means in by_rate.items():
        best = max(means, key=lambda rate: sum(means[rate]))
        assert best > 1e-6
        assert row.study.training_of(arm).learning_rate == best


def test_a_rate_trains_as_a_study_with_that_rate_does(undisturbed):
    """The score of a tuning run is that of the same arm at the same rate and seeds elsewhere."""
    store, study_id, *_ = undisturbed
    alone = Study(
        **TUNED | {"arms": ["dense"], "seeds": [1, 2], "tuning": None}, learning_rate=0.05
    )
    other = store.create_study(alone)
    execute(store, other, stop=threading.Event())
    expected = dict(store.runs(other).set_index("seed")["val_accuracy"])
    kept = {
        seed: score
        for arm, rate, seed, score in scores(store, study_id)
        if rate == 0.05 and arm == "dense"
    }
    assert kept == pytest.approx(expected, abs=1e-6)


def test_a_tuning_that_was_stopped_and_killed_goes_on_where_it_was(home, undisturbed):
    store = Store(home)
    study_id = store.create_study(Study(**TUNED))
    first, _stages = carry_out(store, study_id, stop_after=2)
    row = store.study(study_id)
    assert (row.status, row.study.awaits_tuning) == ("stopped", True)
    kept = store.tuning_runs(study_id)
    assert 2 <= len(kept) == len(first) < 12

    store.enqueue(study_id)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, study_id],
        cwd=ROOT,
        env={**os.environ, "ATTNLAB_HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while store.study(study_id).tuned <= len(kept):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert store.recover(alive=lambda owner, beat: False) in ([study_id], [])
    left = 12 - store.study(study_id).tuned
    assert store.study(study_id).status == "interrupted"

    rest, _stages = carry_out(store, study_id)
    assert len(rest) == left + 2
    assert set(kept) <= set(store.tuning_runs(study_id))  # not trained again
    other, other_id, *_ = undisturbed
    assert scores(store, study_id) == scores(other, other_id)
    assert store.study(study_id).study == other.study(other_id).study
    store.close()


@pytest.fixture
def recorder(store):
    """What records a tuning: recorder(score="mean", …) and the id of its study."""

    def make(**judging):
        study = Study(**TUNED, **judging)
        study_id = store.create_study(study)
        store.acquire(study_id, Owner.current())
        [(plan, behind)] = tuning_plans(study)
        return TuningRecorder(store, study, plan, behind), study_id, plan

    return make


def epochs(label, **values):
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return [
        EpochRecord(arm=label, seed=1, epoch=number, seconds=0.1, **dict.fromkeys(names, value))
        for number, value in enumerate(values["each"], start=1)
    ]


@pytest.mark.parametrize(
    ("judging", "kept", "score"),
    [
        ({}, 3, 0.3),
        ({}, 2, 0.2),
        ({"score": "mean", "last": 2}, 3, 0.25),
        ({"metric": "loss"}, 1, 0.1),
    ],
)
def test_the_score_is_read_of_the_validation_epochs_as_the_plan_says(
    store, recorder, judging, kept, score
):
    record, study_id, plan = recorder(**judging)
    label = plan.arms[0].label
    record.start_run(study_id, label, 1)
    record.record_epochs(study_id, epochs(label, each=[0.1, 0.2, 0.3]))
    record.finish_run(study_id, label, 1, 4.0, kept)
    [run] = store.tuning_runs(study_id)
    assert (run.arm, run.rate, run.seed, run.seconds) == ("none", 1e-6, 1, 4.0)
    assert run.score == pytest.approx(score)


def test_a_run_that_fails_or_has_no_score_is_kept_with_the_reason(store, recorder):
    record, study_id, plan = recorder()
    first, second = (arm.label for arm in plan.arms[:2])
    record.fail_run(study_id, first, 1, "the loss became nan")
    record.start_run(study_id, second, 1)
    record.record_epochs(study_id, epochs(second, each=[float("nan")]))
    record.finish_run(study_id, second, 1, 4.0, 1)
    assert store.tuning_runs(study_id) == [
        TuningRun("none", 1e-6, 1, None, "the loss became nan", 0.0),
        TuningRun("none", 0.01, 1, None, "its score is no number", 4.0),
    ]
    left = record.left(study_id)
    assert len(left) == 10
    assert (first, 1) not in left


def test_the_time_of_a_tuning_counts_every_rate_and_fewer_seeds_at_once():
    timing = ArmTiming(first=3.0, epoch=2.0, seats=8)
    tuning = Study(**TUNED).tuning
    # 3 rates, a group of two of eight seats: an epoch of 2 s takes half of it, and 2/8 of the rest
    assert timing.tuning_seconds(10, tuning) == 3.0 + 3 * 10 * 2.0 * (0.5 + 0.5 * 2 / 8)


def test_while_it_chooses_the_study_says_how_far_it_is_and_can_be_stopped(store, recorder):
    record, study_id, plan = recorder()
    record.fail_run(study_id, plan.arms[0].label, 1, "")
    assert not record.heartbeat(study_id, "Training it")
    assert store.study(study_id).activity == "Choosing learning rates, 1 of 12: Training it"
    store.pause(study_id)
    assert record.is_paused(study_id)
    store.request_stop(study_id)
    assert record.heartbeat(study_id, "Training it")
