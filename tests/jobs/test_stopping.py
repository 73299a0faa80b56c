"""A stop is seen soon while seeds train in the thread that asks."""

import threading
import time

import pytest

from attnlab.jobs import execute
from attnlab.training import EpochEnd

AT_ONCE = 1.0
"""Seconds, up to the next event; one of a few attempts has to do on a busy machine."""


@pytest.fixture
def stopped_after(store):
    """Seconds from a stop until the store says so: stopped_after(study_id, moment)."""

    def measure(study_id, moment, listen=None):
        stop = threading.Event()
        thread = threading.Thread(
            target=execute, args=(store, study_id), kwargs={"stop": stop, "listen": listen}
        )
        thread.start()
        assert moment.wait(60)
        began = time.monotonic()
        stop.set()
        while store.study(study_id).status == "running":
            time.sleep(0.005)
        taken = time.monotonic() - began
        assert store.study(study_id).status == "stopped"
        return taken, thread

    return measure


def test_a_stop_while_seeds_train_at_once(store, endless, stopped_after):
    taken = []
    for _ in range(3):
        moment = threading.Event()
        study_id = store.create_study(endless)

        def listen(arm, event, moment=moment):
            if isinstance(event, EpochEnd):
                moment.set()

        seconds, thread = stopped_after(study_id, moment, listen)
        thread.join(10)
        assert not thread.is_alive()
        taken.append(seconds)
        if seconds < AT_ONCE:
            return
    pytest.fail(f"a stop took {taken} seconds")
