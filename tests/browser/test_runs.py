"""The Runs page in a real browser: its table is a canvas, which only a browser draws."""

import re

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.store import EpochRecord, Owner, Store

from .screen import assert_well, button, settle

pytestmark = pytest.mark.browser

ROW = 35
"""The height of a row of the table, its head included, in pixels."""


@pytest.fixture
def two_studies(address, server_home):
    """Two studies beside whatever the server has, recorded as training would have left them."""
    store = Store(server_home)
    ids = [store.create_study(Study(task="digits", arms=["none"], seeds=1, epochs=3))]
    ids.append(store.create_study(Study(task="digits", arms=["eca"], seeds=1, epochs=3)))
    for study_id, arm in zip(ids, ("none", "eca"), strict=True):
        store.acquire(study_id, Owner.current())
        store.start_run(study_id, arm, 0)
        numbers = {"loss": 1, "accuracy": 0.5, "val_loss": 1, "val_accuracy": 0.6, "seconds": 1}
        epochs = [EpochRecord(arm=arm, seed=0, epoch=epoch, **numbers) for epoch in (1, 2, 3)]
        store.record_epochs(study_id, epochs)
        store.finish_run(study_id, arm, 0, 3.0)
        store.release(study_id)
    yield ids
    store.close()


def test_two_studies_are_compared_and_deleted(address, server_home, new_page, two_studies):
    page = new_page()
    page.goto(f"{address}runs")
    expect(page).to_have_title("Runs · attnlab")
    tick(page, 0)
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_visible()
    tick(page, 1)
    expect(name).to_be_hidden()  # it is there for a single study
    settle(page)
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_be_visible()
    expect(chart).to_contain_text("Efficient channel attention")
    button(page, "Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 studies with 2 runs")
    assert set(two_studies) <= ids(server_home)
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(re.compile("Tick studies|Nothing has been trained"))).to_be_visible()
    assert not set(two_studies) & ids(server_home)
    assert_well(page)


def tick(page, row):
    """Tick a study, counted from the top, at the left edge of the table."""
    table = page.get_by_test_id("stDataFrame")
    expect(table.locator("canvas").first).to_be_visible()
    table.click(position={"x": 16, "y": ROW * (row + 1.5)})


def ids(server_home):
    store = Store(server_home)
    found = {row.id for row in store.studies()}
    store.close()
    return found
