"""The Attention page with two arms side by side, over what was found of a recorded study, and a
figure saved. Its study is the newest one, so this comes last."""

import numpy as np
import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.inspection import keeping
from attnlab.inspection.loading import WEIGHTS
from attnlab.store import EpochRecord, Owner, Store, TraceRecord
from tests.ui.test_inspecting import attention, keep_at

from .screen import assert_well, place_of, settle
from .test_verdicts import saved

pytestmark = pytest.mark.browser

ARMS = {"dense": "distribution", "feature-gate": "gate"}


def test_two_arms_stand_side_by_side_and_a_figure_is_saved(
    address, new_page, server_home, tmp_path
):
    page = new_page(width=1440)
    page.goto(f"{address}attention?study={recorded(server_home)}")
    settle(page)
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts.first).to_be_visible()
    alone = charts.count()
    pressed = page.get_by_role("group", name="Beside it").or_(
        page.get_by_role("radiogroup", name="Beside it")
    )
    pressed.get_by_text("Feature gate", exact=True).click()
    expect(charts).to_have_count(2 * alone - 1)  # over epochs there is one for both
    first, second = (place_of(page, charts.nth(place)) for place in (0, 2))
    assert first["y"] == second["y"]  # the strip of seeds stands between them
    assert first["x"] + first["width"] <= second["x"]
    expect(page.get_by_text("wrong, 60 % sure").first).to_be_visible()
    expect(page.get_by_text("Different answers")).to_be_visible()
    page.get_by_role("button", name="Save this figure").first.click()
    assert saved(page, "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
    assert "feature-gate" in saved(page, "Its data (CSV)", tmp_path).read_text()
    assert_well(page)


def recorded(home):
    """A study of two arms as training and looking at it would have left it: its id."""
    store = Store(home)
    plan = Study(task="planted-features", arms=["none", *ARMS], seeds=2, epochs=2)
    study_id = store.create_study(plan, name="two arms")
    store.acquire(study_id, Owner.current())
    weights = np.full(32, 0.1 / 32) + 0.9 * (np.arange(32) == 1)
    measured = {"hit": 1.0, "mass": 0.9, "entropy": 0.2, "sd": 0.2, "chance": 1 / 32}
    for arm in plan.arms:
        store.describe_arm(study_id, arm.label, [], 900, 90)
        kind = ARMS.get(arm.label)
        traces = [TraceRecord("feature", kind, weights, measured)] if kind else []
        for seed in plan.seeds:
            store.start_run(study_id, arm.label, seed)
            numbers = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5}
            done = [
                EpochRecord(
                    arm=arm.label, seed=seed, epoch=epoch, seconds=0.5, **numbers, traces=traces
                )
                for epoch in (1, 2)
            ]
            store.record_epochs(study_id, done)
            store.finish_run(study_id, arm.label, seed, 1.5, None, {"accuracy": 0.5, "loss": 1.0})
            if kind:
                files = (WEIGHTS, "traces.npz")
                written = {name: lambda path: path.write_bytes(b"-") for name in files}
                store.save_artifacts(study_id, arm.label, seed, written)
                keep_at(store, study_id, seed, arm.label)
                found = attention(study_id, seed, arm.label, kind)
                keeping.keep_attention(store, study_id, arm.label, seed, found)
    store.release(study_id)
    store.close()
    return study_id
