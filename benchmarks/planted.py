"""Studies with made-up results, for measuring what only reads and draws them."""

from __future__ import annotations

import numpy as np

from attnlab import Study
from attnlab.spec import NetworkLayer
from attnlab.store import EpochRecord, Owner, Store, TraceRecord

FEATURES = 32


def study(*, seeds: int, epochs: int, arms: tuple[str, ...] = ("none", "dense")) -> Study:
    """A plan of the planted-feature task with 32 features."""
    task = {"name": "planted-features", "features": FEATURES, "classes": 5}
    return Study(task=task, arms=arms, seeds=seeds, epochs=epochs)


def epoch(arm: str, seed: int, number: int) -> EpochRecord:
    """What an epoch of this run could have given: curves that level off, a growing peak."""
    random = np.random.default_rng((seed, number))
    reached = 1 - np.exp(-number / 6) + random.normal(0, 0.01)
    weights = random.uniform(0.5, 1, FEATURES)
    weights[1] += 20 * reached
    trace = TraceRecord("feature", "distribution", weights / weights.sum())
    return EpochRecord(
        arm=arm,
        seed=seed,
        epoch=number,
        loss=2 - 1.8 * reached,
        accuracy=0.9 * reached,
        val_loss=2 - 1.7 * reached,
        val_accuracy=0.88 * reached,
        seconds=0.03,
        traces=[] if arm == "none" else [trace],
    )


def keep_finished(store: Store, plan: Study, *, name: str = "") -> str:
    """Keep `plan` as a finished study in `store`; return its id."""
    study_id = store.create_study(plan, name=name, owner=Owner.current())
    store.acquire(study_id, Owner.current())
    network = [
        NetworkLayer(name, "Dense", (units,), parameters=100, module=in_slot)
        for name, units, in_slot in (("attention", FEATURES, True), ("logits", 5, False))
    ]
    epochs = range(1, plan.training.epochs + 1)
    for arm in plan.arms:
        store.describe_arm(study_id, arm.label, network, 200, 100)
        for seed in plan.seeds:
            store.start_run(study_id, arm.label, seed)
        records = [epoch(arm.label, seed, number) for seed in plan.seeds for number in epochs]
        store.record_epochs(study_id, records)
        last = {record.seed: record for record in records}
        for seed in plan.seeds:
            tested = {"accuracy": last[seed].val_accuracy, "loss": last[seed].val_loss}
            store.finish_run(study_id, arm.label, seed, 0.6, tested=tested)
    store.release(study_id)
    return study_id
