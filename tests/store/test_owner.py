"""A live owner is never taken for a dead one, whatever is done to the clock, nor the other way."""

import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import psutil
import pytest

from attnlab.store import Owner, Store, owner, owner_is_alive, schema
from attnlab.store.column_steps import add_owner_boot

BEFORE = 1 + schema.UPGRADES.index(add_owner_boot)
"""The last version without the boot of an owner."""

HOUR = 3600.0
NO_TICKS = pytest.mark.skipif(not owner._BOOT_ID.exists(), reason="only Linux counts ticks")


@pytest.fixture
def set_clock(monkeypatch):
    """Set the wall clock: it and the time of the boot, of which creation times are made, move."""
    clock, created = time.time, psutil.Process.create_time

    def step(seconds):
        monkeypatch.setattr(time, "time", lambda: clock() + seconds)
        # psutil adds the time of the boot to the ticks; on Linux, the kernel moves it
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: created(self) + seconds)
        owner._of_process.cache_clear()

    yield step
    monkeypatch.undo()
    owner._of_process.cache_clear()


@NO_TICKS
@pytest.mark.parametrize("seconds", [3, -3, HOUR, -HOUR])
def test_clock_that_is_set_ends_no_study(store, plan, me, set_clock, seconds):
    study_id = store.create_study(plan())
    store.acquire(study_id, me)
    set_clock(seconds)
    assert psutil.Process().create_time() == pytest.approx(me.started + seconds)
    assert store.recover() == []
    assert not store.acquire(study_id, Owner.current())
    assert store.study(study_id).status == "running"


def test_process_stays_the_same_owner_when_the_clock_is_set(me, monkeypatch):
    created = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: created(self) + HOUR)
    assert Owner.current() == me


@NO_TICKS
def test_reused_process_id_is_not_the_owner(me):
    boot, _, ticks = me.boot.partition(".")
    later = replace(me, boot=f"{boot}.{int(ticks) + 1}")
    assert not owner_is_alive(later, time.time())
    assert owner_is_alive(me, 0.0)


@NO_TICKS
def test_process_of_before_a_boot_lives_by_its_heartbeat(me):
    other = replace(me, boot=f"{'0' * 32}.1")
    gone = replace(other, pid=2**22 + 1)
    for each in (other, gone):
        assert owner_is_alive(each, time.time() - 59)
        assert not owner_is_alive(each, time.time() - 61)


def test_process_id_of_nobody_is_dead(me):
    assert not owner_is_alive(replace(me, pid=2**22 + 1), time.time())


def test_owner_on_another_host_lives_by_its_heartbeat(me):
    other = replace(me, host="elsewhere")
    assert owner_is_alive(other, time.time() - 59)
    assert not owner_is_alive(other, time.time() - 61)


@pytest.mark.parametrize("seconds", [0.5, 3, -3, HOUR])
def test_owner_without_ticks_is_known_by_its_start_or_a_fresh_heartbeat(me, seconds):
    stored = replace(me, boot=None, started=me.started + seconds)
    assert owner_is_alive(stored, time.time() - 59)
    assert owner_is_alive(stored, 0.0) == (seconds == 0.5)


@NO_TICKS
def test_ticks_are_those_of_the_kernel_whatever_a_process_is_called(me, python):
    child = python("import time; print('up', flush=True); time.sleep(60)")
    assert child.stdout.readline() == "up\n"
    boot, _, ticks = owner._boot_of(child.pid).partition(".")
    assert boot == me.boot.partition(".")[0]
    assert int(ticks) > int(me.boot.partition(".")[2])


def test_owner_that_was_stored_before_is_read_without_ticks(home, plan, me, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    store.acquire(study_id, me)
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection, connection:
        connection.execute("ALTER TABLE studies DROP COLUMN owner_boot")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
    store = Store(home)
    assert store.study(study_id).owner == replace(me, boot=None)
    assert store.recover() == []
    store.close()
