"""How an arm's seeds are parted among threads: by the plan and the machine alone."""

import threading

import pytest

from attnlab.jobs import execution, stages
from attnlab.jobs.execution import lanes


@pytest.mark.parametrize(
    ("arms", "seeds", "epochs", "threads", "sizes"),
    [
        (2, 10, 100, 2, [10]),  # an arm for each thread
        (1, 10, 20, 2, [5, 5]),
        (1, 9, 50, 2, [4, 5]),
        (1, 10, 10, 2, [10]),  # too little for another trace
        (1, 10, 1000, 4, [2, 3, 3, 2]),
        (1, 2, 1000, 8, [1, 1]),
        (3, 10, 100, 8, [5, 5]),
    ],
)
def test_seeds_are_parted_where_threads_would_idle(plan, arms, seeds, epochs, threads, sizes):
    study = plan(arms=["none", "dense", "feature-gate"][:arms], seeds=seeds, epochs=epochs)
    parts = lanes(study, study.seeds, threads)
    assert sorted(map(len, parts)) == sorted(sizes)
    assert [seed for part in parts for seed in part] == list(range(seeds))


def test_an_arm_in_two_lanes_trains_every_seed_once(store, plan, monkeypatch):
    monkeypatch.setattr(execution, "workers", lambda: 2)
    monkeypatch.setattr(execution, "LANE_EPOCHS", 2)
    study_id = store.create_study(plan(arms=["none"], seeds=5, epochs=2))
    threads = set()
    begin = execution.Execution._begin

    def watched(self, *given):
        threads.add(threading.current_thread().name)
        return begin(self, *given)

    monkeypatch.setattr(execution.Execution, "_begin", watched)
    stages.execute(store, study_id, stop=threading.Event())
    assert list(store.runs(study_id)["status"]) == ["finished"] * 5
    assert len(store.curves(study_id)) == 10
    assert len(threads) == 2
