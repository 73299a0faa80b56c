"""Studies written down instead of trained, for what is made of them."""

import numpy as np

from attnlab.spec import Study
from attnlab.store import EpochRecord, Owner, Store, TraceRecord

TASK = {"name": "planted-features", "features": 8, "classes": 3}


def recorded(home, scores, *, mass=None, finish=True, **plan):
    """A finished study of one epoch: the store and the id.

    `scores` are validation accuracies by arm, one a seed; a None is a run that never ended. `mass`
    is how much attention lies on the truth, by arm.
    """
    store = Store(home)
    plan = {"task": TASK, "arms": list(scores), "epochs": 1, **plan}
    seeds = max(map(len, scores.values()))
    study = Study(**{"seeds": seeds, **plan})
    study_id = store.create_study(study, owner=Owner.current())
    store.acquire(study_id, Owner.current())
    for size, arm in enumerate(study.arms):
        store.describe_arm(study_id, arm.label, [], 1000 + size, size)
        for seed, value in zip(study.seeds, scores.get(arm.label, ()), strict=False):
            if value is not None:
                own = None if mass is None else mass.get(arm.label)
                store.record_epochs(study_id, [_epoch(arm.label, seed, value, own)])
                if finish:
                    tested = {"accuracy": value, "loss": 1.0}
                    store.finish_run(study_id, arm.label, seed, 2.0, tested=tested)
    store.release(study_id)
    return store, study_id


def _epoch(arm, seed, value, mass):
    traces = []
    if mass is not None:
        measured = {"mass": mass + seed / 1000, "entropy": 1 - mass, "chance": 0.125}
        traces = [TraceRecord("feature", "distribution", np.full(8, 1 / 8), measured)]
    return EpochRecord(arm, seed, 1, 1.0, value, 1 - value, value, 0.5, traces)
