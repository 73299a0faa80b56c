"""Curves as the store gives them, made up."""

import pandas as pd

from attnlab import Study

COLUMNS = ["study", "arm", "seed", "epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
EMPTY = pd.DataFrame(columns=COLUMNS).astype(
    {"seed": int, "epoch": int, "val_accuracy": float, "arm": str}
)


def plan(seeds=3, epochs=4, arms=("none", "dense"), classes=5):
    task = {"name": "planted-features", "classes": classes}
    return Study(task=task, arms=list(arms), seeds=seeds, epochs=epochs)


def curves(study, upto=None):
    rows = [
        (
            "s",
            arm.label,
            seed,
            epoch,
            2 / epoch,
            0.5 + 0.01 * seed,
            3 / epoch,
            0.2 + 0.1 * seed + 0.01 * epoch,
        )
        for arm in study.arms
        for seed in study.seeds
        for epoch in range(1, (upto or study.training.epochs) + 1)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


STOPPING = plan(seeds=3, epochs=20, arms=("none", "dense@patience=2"))
LOSSES = {0: [5, 4, 4.5, 4.2], 1: [5, 4, 3, 3.5, 3.0], 2: [5, 4, 3, 2, 1, 2, 2]}
"""Validation losses of dense attention: each seed had two epochs without a better one."""


def stopped_curves(losses=LOSSES, others_upto=20):
    rows = curves(STOPPING, others_upto)
    rows = rows[rows["arm"] == "none"]
    own = [
        ("s", "dense@patience=2", seed, epoch, 1.0, 0.5, loss, 1 - loss / 10)
        for seed, each in losses.items()
        for epoch, loss in enumerate(each, start=1)
    ]
    return pd.concat([rows, pd.DataFrame(own, columns=COLUMNS)])
