"""What a study will take, told from recorded ones: nothing is trained."""

import pytest

from attnlab import Study
from attnlab.jobs.earlier_times import newest_on, seconds_as_before, times_of
from attnlab.store import EpochRecord, Owner, Store

TASK = {"name": "planted-features", "features": 8, "samples": 1000}


@pytest.fixture
def store(home):
    store = Store(home)
    yield store
    store.close()


def plan(arms=("none", "dense"), **options):
    how = {"task": TASK, "arms": list(arms), "seeds": 2, "epochs": 4, **options}
    return Study(**how)


def recorded(store, study, seconds, clock):
    """A finished study whose runs took so many seconds by arm, and `clock` seconds in all."""
    study_id = store.create_study(study)
    store.acquire(study_id, Owner.current())
    numbers = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "traces": []}
    for arm in study.arms:
        for seed in study.seeds:
            store.start_run(study_id, arm.label, seed)
            epochs = study.training.epochs
            store.record_epochs(
                study_id,
                [
                    EpochRecord(arm=arm.label, seed=seed, epoch=epoch + 1, seconds=1.0, **numbers)
                    for epoch in range(epochs)
                ],
            )
            store.finish_run(study_id, arm.label, seed, seconds[arm.label])
    store.release(study_id)
    with store._write() as connection:
        times = "UPDATE studies SET started_at = 100, finished_at = 100 + ? WHERE id = ?"
        connection.exec_driver_sql(times, (clock, study_id))
    return study_id


def told(store, study):
    rows = newest_on(store, study.task.name)
    return seconds_as_before(study, [each for row in rows if (each := times_of(store, row))])


def test_nothing_is_told_where_nothing_like_it_was_trained(store):
    recorded(store, Study(task="digits", arms=["none"], seeds=2, epochs=4), {"none": 4.0}, 4.0)
    assert told(store, plan()) is None


def test_seeds_epochs_and_arms_count_and_what_trains_at_once_shares_the_clock(store):
    recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=12.0)  # half of 2 × 4 + 2 × 8
    assert told(store, plan()) == pytest.approx(12.0)
    assert told(store, plan(epochs=12, seeds=4)) == pytest.approx(12.0 * 3 * 2)
    assert told(store, plan(["dense"])) == pytest.approx(8.0)
    assert told(store, plan(["none", "dense", "uniform"])) == pytest.approx(12.0 * 1.5)


def test_the_very_task_counts_before_others_which_count_by_their_samples(store):
    larger = {**TASK, "samples": 4000, "classes": 7}
    recorded(store, plan(task=larger), {"none": 40.0, "dense": 80.0}, clock=120.0)
    assert told(store, plan()) == pytest.approx(30.0)
    recorded(store, plan(["none"]), {"none": 4.0}, clock=4.0)
    assert told(store, plan(["none"])) == pytest.approx(4.0)
    assert told(store, plan()) == pytest.approx(24.0)


def test_a_study_that_was_interrupted_says_nothing(store):
    recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=3600.0)
    assert told(store, plan()) is None


@pytest.mark.parametrize("cell", ["runs SET epoch = 'x'", "studies SET spec = '{bad'"])
def test_a_damaged_study_says_nothing_and_others_do(store, cell):
    recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=12.0)
    damaged = recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=12.0)
    with store._write() as connection:
        where = "study_id" if cell.startswith("runs") else "id"
        connection.exec_driver_sql(f"UPDATE {cell} WHERE {where} = ?", (damaged,))
    assert told(store, plan()) == pytest.approx(12.0)


def test_a_study_that_chooses_learning_rates_is_not_told(store):
    recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=12.0)
    assert told(store, plan(tuning=True)) is None


def test_runs_that_are_there_take_no_time(store):
    recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=12.0)
    known = [times_of(store, row) for row in newest_on(store, TASK["name"])]
    assert seconds_as_before(plan(), known, {"none": 2}) == pytest.approx(8.0)
    assert seconds_as_before(plan(), known, {"none": 2, "dense": 1}) == pytest.approx(4.0)


def test_copied_runs_took_no_time_of_the_study_that_has_them(store):
    study_id = recorded(store, plan(), {"none": 4.0, "dense": 8.0}, clock=8.0)
    with store._write() as connection:
        copied = "UPDATE runs SET copied_from = 'x' WHERE study_id = ? AND arm = 'none'"
        connection.exec_driver_sql(copied, (study_id,))
    assert told(store, plan(["dense"])) == pytest.approx(8.0)  # of 2 × 8 s in 8 s by the clock
