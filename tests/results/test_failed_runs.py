"""Runs that failed count at chance where they decide."""

import math

import pandas as pd
import pytest

from attnlab.results.failed_runs import at_chance, chance_by
from attnlab.spec import METRICS, Study, metric_of

PLAN = Study(
    task={"name": "planted-features", "classes": 4},
    arms=["none", "dense", "dense@classes=10"],
    seeds=2,
)
FOUR_CLASSES = PLAN.task
SCORES = pd.DataFrame(
    [("none", 0, 0.5), ("none", 1, 0.6), ("dense", 1, 0.7)], columns=["arm", "seed", "value"]
)


def runs(*failed):
    rows = [(arm.label, seed) for arm in PLAN.arms for seed in PLAN.seeds]
    status = ["failed" if row in failed else "finished" for row in rows]
    return pd.DataFrame(rows, columns=["arm", "seed"]).assign(status=status)


def test_a_failed_run_is_at_the_chance_of_its_own_arm():
    failed = runs(("dense", 0), ("dense@classes=10", 1))
    filled = at_chance(SCORES, failed, PLAN, METRICS["val_accuracy"])
    assert filled.iloc[3:].to_dict("list") == {
        "arm": ["dense", "dense@classes=10"],
        "seed": [0, 1],
        "value": [0.25, 0.1],
    }


def test_nothing_changes_where_nothing_failed_or_chance_is_not_known():
    assert at_chance(SCORES, runs(), PLAN, METRICS["val_accuracy"]) is SCORES
    assert at_chance(SCORES, runs(("dense", 0)), PLAN, METRICS["entropy"]) is SCORES


@pytest.mark.parametrize(
    ("metric", "chance"),
    [
        ("val_accuracy", 0.25),
        ("accuracy", 0.25),
        ("val_loss", math.log(4)),
        ("auc", 0.5),
        ("val_balanced_accuracy", 0.25),
        ("val_roc_auc", 0.5),
        ("val_log_loss", math.log(4)),
        ("val_macro_f1", math.nan),
        ("seconds", math.nan),
    ],
)
def test_what_guessing_gives(metric, chance):
    got = chance_by(metric_of(FOUR_CLASSES, metric), FOUR_CLASSES)
    assert got == pytest.approx(chance, nan_ok=True)
