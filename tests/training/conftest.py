"""Small studies, and the events their training gives."""

import numpy as np
import pytest

from attnlab import Study
from attnlab.training import EpochEnd
from attnlab.training.engine import train

SMALL = {
    "name": "planted-features",
    "features": 8,
    "classes": 4,
    "samples": 1000,
    "test_samples": 0,  # so that a run keeps all its predictions
}


@pytest.fixture
def events():
    """Every event of an arm: events(study, arm=0, together=3, …)."""

    def collect(study, arm=0, **options):
        arm = study.arms[arm]
        options = {
            "task": study.task_of(arm),
            "training": study.training_of(arm),
            **options,
        }
        return list(train(arm, study.seeds, **options))

    return collect


@pytest.fixture
def plan():
    """A study of one small arm: plan(seeds=3, epochs=2)."""

    def make(arm="dense", task=SMALL, **options):
        return Study(task=task, arms=[arm], **options)

    return make


@pytest.fixture
def losses():
    """Training and validation loss (epochs, 2) by seed, from events."""

    def of(events):
        by_seed = {}
        for event in events:
            if isinstance(event, EpochEnd):
                by_seed.setdefault(event.seed, []).append((event.loss, event.val_loss))
        return {seed: np.array(rows) for seed, rows in by_seed.items()}

    return of
