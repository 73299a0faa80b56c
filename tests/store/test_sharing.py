"""Several threads and processes on one folder, and a disk that fills up."""

import json
import threading

import pytest
from sqlalchemy import event

from attnlab.store import StoreError

PREPARE = """
import json, sys, time
from attnlab.store import EpochRecord, Owner, Store
store, me = Store(), Owner.current()
"""

WRITE = """
study_id, arm = sys.argv[1:]
deadline, epoch = time.monotonic() + 2, 0
while time.monotonic() < deadline:
    epoch += 1
    store.record_epochs(
        study_id, [EpochRecord(arm, seed, epoch, 1, 1, 1, 1, 1) for seed in range(2)]
    )
    store.heartbeat(study_id, f"{arm} {epoch}")
    store.studies()
print(epoch)
"""


def test_two_processes_write_at_once_without_errors_or_loss(store, plan, at_once):
    study_id = store.create_study(plan())
    arms = ["none", "dense:depth=1"]
    wrote = [int(said) for said in at_once(PREPARE, WRITE, [(study_id, arm) for arm in arms])]
    assert min(wrote) > 10
    curves = store.curves(study_id)
    for arm, epochs in zip(arms, wrote, strict=True):
        for seed in (0, 1):
            own = curves[(curves["arm"] == arm) & (curves["seed"] == seed)]
            assert list(own["epoch"]) == list(range(1, epochs + 1))


def test_threads_share_a_store_without_errors_or_loss(store, plan, epoch):
    study_id = store.create_study(plan(seeds=8))
    troubles = []

    def write(seed):
        try:
            for number in range(1, 31):
                store.record_epochs(study_id, [epoch(seed=seed, epoch=number, weights=[1.0])])
                store.curves(study_id)
        except Exception as error:  # reported below, from the test's own thread
            troubles.append(error)

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(store.curves(study_id)) == len(store.traces(study_id)) == 8 * 30
    assert store.study(study_id).epochs_done == 8 * 30


def test_only_one_of_several_processes_gets_a_study(store, plan, at_once):
    ids = [store.create_study(plan()) for _ in range(10)]
    claim = "print(json.dumps([store.acquire(study_id, me) for study_id in sys.argv[1:]]))"
    taken = [json.loads(said) for said in at_once(PREPARE, claim, [ids] * 3)]
    assert [sum(winners) for winners in zip(*taken, strict=True)] == [1] * 10


def test_full_disk_keeps_what_was_saved_and_the_store_usable(store, plan, epoch):
    study_id = store.create_study(plan(), name="before")
    store.record_epochs(study_id, [epoch(weights=[0.5, 0.5])])
    engine = store._database.engine
    with store._read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection, record):
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    event.listen(engine, "connect", limit)
    engine.dispose()
    with pytest.raises(StoreError, match=r"no space left to write .*is intact"):
        store.record_epochs(
            study_id, [epoch(seed=1, epoch=e, weights=[0.1] * 2000) for e in range(1, 20)]
        )
    with pytest.raises(StoreError, match="no space left"):
        store.set_note(study_id, "n" * 100_000)
    assert len(store.curves(study_id)) == 1
    assert list(store.traces(study_id)["weight"]) == [0.5, 0.5]
    store.rename(study_id, "after")  # what needs no room still works
    event.remove(engine, "connect", limit)
    engine.dispose()
    store.record_epochs(study_id, [epoch(seed=1, weights=[0.1] * 2000)])
    assert store.study(study_id).name == "after"
    assert len(store.curves(study_id)) == 2
