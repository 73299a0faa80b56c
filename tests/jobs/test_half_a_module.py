"""An arm that meets a module half imported, as threads that import at once can, is tried again."""

import pytest

from attnlab.tasks import make
from attnlab.training import engine

from .conftest import statuses


@pytest.fixture
def half_a_module(monkeypatch):
    """Let `engine.train` fail so many times for dense attention, each after so many events."""
    good = engine.train

    def failing(times, after=0):
        left = [times]

        def other(arm, seeds, **options):
            events = good(arm, seeds, **options)
            if arm.label != "dense" or not left[0]:
                yield from events
                return
            left[0] -= 1
            for _ in range(after):
                yield next(events)
            raise ImportError("cannot import name 'X' from partially initialized module 'x'")

        monkeypatch.setattr(engine, "train", other)

    return failing


@pytest.mark.parametrize("after", [0, 8])
def test_an_arm_that_met_half_a_module_is_tried_again(
    store, plan, train, half_a_module, caplog, after
):
    study = plan(arms=["none", "dense"], seeds=[3, 1])
    undisturbed = store.create_study(study)
    train(undisturbed)
    half_a_module(1, after)
    study_id = store.create_study(study)
    train(study_id)
    assert store.study(study_id).status == "finished"
    assert "tried again" in caplog.text
    assert "partially initialized module" in caplog.text
    columns = ["arm", "seed", "epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert store.curves(study_id)[columns].equals(store.curves(undisturbed)[columns])


def test_an_arm_that_meets_half_a_module_twice_has_failed(store, plan, train, half_a_module):
    half_a_module(2)
    study_id = store.create_study(plan(arms=["none", "dense"], seeds=[3, 1]))
    train(study_id)
    assert statuses(store, study_id) == {
        ("none", 3): "finished",
        ("none", 1): "finished",
        ("dense", 3): "failed",
        ("dense", 1): "failed",
    }
    runs = store.runs(study_id)
    assert runs.loc[runs["status"] == "failed", "error"].str.contains("partially").all()


def test_half_a_module_met_by_the_data_is_tried_again_too(store, plan, train, break_arm, caplog):
    met = []

    def draw(task, seed):
        if not met:
            met.append(seed)
            raise AttributeError("partially initialized module 'sklearn' has no attribute 'x'")
        return make(task, seed)

    break_arm("dense", draw)
    study_id = store.create_study(plan(arms=["none", "dense"], seeds=[3, 1]))
    train(study_id)
    assert store.study(study_id).status == "finished"
    assert "tried again" in caplog.text
