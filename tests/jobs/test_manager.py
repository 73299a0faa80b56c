"""One thread with a queue of studies: its order, stopping, resuming, and living through faults."""

import itertools
import threading
from threading import Timer

import pytest
from sqlalchemy import event as sql_event

from attnlab.jobs import EXAMPLE, EXAMPLE_ID, JobManager, manager
from attnlab.store import Owner, Status, Store, StoreError
from attnlab.training import memory

from .conftest import TASK

WIDE = {"name": "planted-features", "features": 256, "classes": 3, "samples": 500}


@pytest.fixture
def jobs(store):
    return JobManager(store)


@pytest.fixture
def ended(store, eventually):
    """Wait until a study has ended, and return how: ended(study_id)."""

    def wait(study_id):
        eventually(lambda: store.study(study_id).status not in ("queued", "running"))
        return store.study(study_id).status

    return wait


@pytest.fixture
def endless(plan):
    """A plan that keeps the thread busy, and whose first epoch is soon over."""
    return plan(arms=["none"], seeds=1, epochs=1000, task={**TASK, "samples": 2000}, batch_size=1)


@pytest.fixture
def starts(monkeypatch):
    """Every run that starts, by study, arm and seed."""
    seen = []
    start_run = Store.start_run

    def counted(self, study_id, arm, seed):
        seen.append((study_id, arm, seed))
        start_run(self, study_id, arm, seed)

    monkeypatch.setattr(Store, "start_run", counted)
    return seen


def test_studies_are_trained_one_after_another_in_their_order(store, jobs, plan, ended):
    ids = [jobs.submit(plan(seeds=1), name=name) for name in "abc"]
    assert [ended(study_id) for study_id in ids] == ["finished"] * 3
    rows = [store.study(study_id) for study_id in ids]
    assert [row.name for row in rows] == ["a", "b", "c"]
    for one, next_one in itertools.pairwise(rows):
        assert one.finished_at <= next_one.started_at


def test_a_queued_study_is_stopped_before_it_starts_and_can_be_resumed(
    store, jobs, plan, endless, ended, eventually
):
    first, second, third = jobs.submit(endless), jobs.submit(plan(seeds=1)), jobs.submit(plan())
    eventually(lambda: store.study(first).epochs_done > 0)
    jobs.stop(second)
    assert store.study(second).status == "stopped"
    jobs.resume(second)
    jobs.stop(second)
    jobs.stop(first)
    assert ended(first) == "stopped"
    assert ended(third) == "finished"
    assert store.study(second).status == "stopped"
    assert store.study(second).started_at is None
    jobs.resume(second)
    assert ended(second) == "finished"
    jobs.resume(first)
    eventually(lambda: store.study(first).status == "running")
    jobs.stop(first)
    assert ended(first) == "stopped"


def test_a_study_resumed_while_still_in_the_queue_is_trained_once(
    store, jobs, plan, endless, ended, eventually, starts
):
    first, second = jobs.submit(endless), jobs.submit(plan(arms=["none"], seeds=1))
    eventually(lambda: store.study(first).epochs_done > 0)
    jobs.stop(second)
    jobs.resume(second)
    jobs.resume(second)  # from another tab
    jobs.stop(first)
    assert ended(second) == "finished"
    assert ended(jobs.submit(plan(seeds=1))) == "finished"
    assert starts.count((second, "none", 0)) == 1
    assert jobs.faults == {}


def test_a_study_stopped_elsewhere_is_not_trained(store, jobs, plan, endless, ended, eventually):
    first, second = jobs.submit(endless), jobs.submit(plan(seeds=1))
    eventually(lambda: store.study(first).epochs_done > 0)
    Store(store.home).request_stop(second)
    jobs.stop(first)
    assert ended(jobs.submit(plan(seeds=1))) == "finished"
    assert store.study(second).status == "stopped"
    assert store.study(second).started_at is None


def test_a_study_deleted_from_the_queue_does_not_end_the_thread(
    store, jobs, plan, endless, ended, eventually
):
    first, second = jobs.submit(endless), jobs.submit(plan(seeds=1))
    eventually(lambda: store.study(first).epochs_done > 0)
    jobs.stop(second)
    store.delete(second)
    jobs.stop(first)
    assert ended(jobs.submit(plan(seeds=1))) == "finished"


def test_a_running_or_finished_study_is_not_resumed(store, jobs, plan, endless, ended, eventually):
    study_id = jobs.submit(plan(seeds=1))
    assert ended(study_id) == "finished"
    with pytest.raises(StoreError, match="nothing left to train"):
        jobs.resume(study_id)
    running = jobs.submit(endless)
    eventually(lambda: store.study(running).status == "running")
    with pytest.raises(StoreError, match="running already"):
        jobs.resume(running)
    jobs.stop(running)
    ended(running)


def test_the_example_is_made_only_where_nothing_is(store, jobs, plan, ended, monkeypatch):
    monkeypatch.setattr(manager, "EXAMPLE", plan(seeds=1))
    jobs.ensure_example()
    assert ended(EXAMPLE_ID) == "finished"
    assert store.study(EXAMPLE_ID).example
    jobs.ensure_example()
    assert len(store.studies()) == 1
    store.delete(EXAMPLE_ID)
    ended(jobs.submit(plan(seeds=1)))
    jobs.ensure_example()
    assert not any(row.example for row in store.studies())


def test_the_example_can_be_stopped_before_its_delay_is_over(
    store, jobs, plan, ended, eventually, monkeypatch
):
    monkeypatch.setattr(manager, "EXAMPLE", plan(seeds=1))
    jobs.ensure_example(delay=0.2)
    jobs.stop(EXAMPLE_ID)
    eventually(lambda: not any(isinstance(each, Timer) for each in threading.enumerate()))
    assert ended(jobs.submit(plan(arms=["none"], seeds=1))) == "finished"
    assert store.study(EXAMPLE_ID).status == "stopped"
    assert store.study(EXAMPLE_ID).started_at is None


def test_the_example_finds_the_planted_column_within_few_runs():
    assert EXAMPLE.runs <= 20  # ten seeds: fewer than six could show nothing
    assert EXAMPLE.task.entry.truth(EXAMPLE.task.params) == (1,)


def test_two_managers_on_one_folder_train_a_study_once(
    home, plan, starts, ended, monkeypatch, eventually
):
    monkeypatch.setattr(manager, "EXAMPLE", plan(seeds=2))
    both = [JobManager(Store(home)) for _ in range(2)]
    both[0].store.create_study = both[1].store.create_study  # the second sees an empty folder, too
    empty = [each.store.studies for each in both]
    for each in both:
        each.store.studies = list
        each.ensure_example()
    for each, studies in zip(both, empty, strict=True):
        each.store.studies = studies
    assert ended(EXAMPLE_ID) == "finished"
    eventually(lambda: not any(each._stops for each in both))
    assert sorted(starts) == [
        (EXAMPLE_ID, arm, seed) for arm in ("dense", "none") for seed in (0, 1)
    ]
    assert [each.faults for each in both] == [{}, {}]


def test_a_new_manager_recovers_what_a_dead_process_left(store, plan, ended):
    study_id = store.create_study(plan(seeds=1))
    with store._write() as connection:
        connection.exec_driver_sql(
            "UPDATE studies SET status = 'running', owner_host = ?, owner_pid = 1, "
            "owner_started = 1.0, owner_boot = NULL, heartbeat_at = 1.0",
            (Owner.current().host,),
        )
    jobs = JobManager(store)
    assert store.study(study_id).status == "interrupted"
    jobs.resume(study_id)
    assert ended(study_id) == "finished"


def test_recovering_is_cheap_to_call_often(jobs, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs.store, "recover", lambda: asked.append(1))
    for _ in range(10):
        jobs.recover()
    assert asked == []
    monkeypatch.setattr(jobs, "_recovered_at", jobs._recovered_at - 60)
    for _ in range(10):
        jobs.recover()
    assert asked == [1]


def test_a_full_disk_is_told_and_the_next_study_trains_once_there_is_room(
    store, jobs, plan, ended, eventually
):
    study_id = jobs.submit(plan(arms=["dense"], seeds=40, epochs=8, task=WIDE))
    eventually(lambda: store.study(study_id).counts[Status.FINISHED] >= 1)
    engine = store._database.engine

    def limit(connection, record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sql_event.listen(engine, "connect", limit)
    engine.dispose()
    eventually(lambda: study_id in jobs.faults)
    assert "no space left to write" in jobs.faults[study_id]
    finished = store.study(study_id).counts[Status.FINISHED]
    assert 1 <= finished < 40
    assert store.study(study_id).status == "interrupted"
    sql_event.remove(engine, "connect", limit)
    engine.dispose()
    assert ended(jobs.submit(plan(seeds=1))) == "finished"
    jobs.resume(study_id)
    assert study_id not in jobs.faults
    eventually(lambda: store.study(study_id).counts[Status.FINISHED] > finished)
    jobs.stop(study_id)
    ended(study_id)


@pytest.mark.parametrize("by", ["resume", "recover"])
def test_a_disk_too_full_even_to_end_a_study_does_not_leave_it_running(
    store, jobs, plan, ended, eventually, monkeypatch, by
):
    study_id = jobs.submit(plan(arms=["dense"], seeds=20, task=WIDE))
    eventually(lambda: store.study(study_id).counts[Status.FINISHED] >= 1)
    write = store._write

    def full():
        raise StoreError("no space left")

    monkeypatch.setattr(store, "_write", full)
    eventually(lambda: study_id in jobs.faults)
    assert jobs.faults[study_id] == "no space left"
    assert store.study(study_id).status == "running"
    finished = store.study(study_id).counts[Status.FINISHED]
    monkeypatch.setattr(store, "_write", write)
    eventually(lambda: study_id not in jobs._stops)
    if by == "recover":
        monkeypatch.setattr(jobs, "_recovered_at", jobs._recovered_at - 60)
        jobs.recover()
        assert store.study(study_id).status == "interrupted"
        assert jobs.faults[study_id] == "no space left"
    jobs.resume(study_id)
    assert ended(study_id) == "finished"
    assert 1 <= finished < 20
    assert len(store.curves(study_id)) == 20 * 3


def test_an_unexpected_error_is_told_and_the_thread_lives_on(
    store, jobs, plan, ended, eventually, monkeypatch
):
    with monkeypatch.context() as broken:
        broken.setattr("attnlab.workers.inline.load_tensorflow", lambda: 1 / 0)
        study_id = jobs.submit(plan(seeds=1))
        eventually(lambda: study_id in jobs.faults)
    assert jobs.faults[study_id] == "ZeroDivisionError: division by zero"
    assert ended(study_id) == "interrupted"
    jobs.resume(study_id)
    assert ended(study_id) == "finished"
    assert jobs.faults == {}


def test_a_study_that_does_not_fit_is_refused_and_not_kept(store, jobs, plan, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1000)
    with pytest.raises(memory.TooLargeError, match="are free"):
        jobs.submit(plan())
    assert store.studies() == []


def test_a_study_that_no_longer_fits_is_told_when_resumed(
    store, jobs, plan, ended, eventually, monkeypatch
):
    study_id = store.create_study(plan(seeds=1), owner=Owner.current())
    jobs.stop(study_id)
    with monkeypatch.context() as small:
        small.setattr(memory, "available", lambda: 1000)
        jobs.resume(study_id)
        eventually(lambda: "are free" in jobs.faults.get(study_id, ""))
    assert ended(study_id) == "interrupted"
    jobs.resume(study_id)
    assert ended(study_id) == "finished"
