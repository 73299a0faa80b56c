"""The story of a first visit, in a real browser on a real server."""

import re
import time

import pandas as pd
import pytest
from playwright.sync_api import expect

from attnlab import export
from attnlab.compat.streamlit import MAIN
from attnlab.store import Store

from .screen import (
    assert_well,
    button,
    choose,
    go_to,
    open_playground,
    press,
    shown,
    slider,
    study_in,
    wait_until_finished,
)

pytestmark = pytest.mark.browser

STOPPED_MS = 5_000


def test_first_visit(address, server_home, new_page):
    page = open_playground(new_page(), address)
    the_example_trains_by_itself(page)
    a_study_is_set_up_and_trained(page)
    study_id = study_in(page)
    the_same_is_shown_after_other_pages_and_a_reload(page, study_id)
    what_was_measured_can_be_taken_away(page, Store(server_home).study(study_id))
    the_link_shows_the_set_up(page, new_page())
    a_long_training_is_stopped(page, server_home)
    assert_well(page)


def the_example_trains_by_itself(page):
    expect(page.get_by_text(re.compile("Example$")).first).to_be_visible()
    wait_until_finished(page)
    dense = page.get_by_role("row", name=re.compile("Dense attention"))
    expect(dense).to_contain_text("10 of 10")  # found the planted column at every seed
    expect(page.get_by_text("▼ the planted column")).to_be_visible()
    assert study_in(page) == "example"


def a_study_is_set_up_and_trained(page):
    press(page, "Classes", *["ArrowRight"] * 3)
    expect(slider(page, "Classes")).to_have_value("8")
    press(page, "Seeds", *["ArrowLeft"] * 7)
    expect(slider(page, "Seeds")).to_have_value("3")
    button(page, "Add an arm").click()
    choose(page, "Arm 2", "Bottleneck attention")
    press(page, "Reduction ratio", "ArrowRight")
    expect(page.get_by_role("group", name="Reduction ratio")).to_contain_text("8")
    button(page, "Train").click()
    expect(button(page, "Stop")).to_be_enabled()
    epochs, charts = watched_training(page)
    assert len({epoch for own in epochs.values() for epoch in own}) >= 2
    assert all(own == sorted(own) for own in epochs.values())
    assert len(charts) >= 2  # the curve grew meanwhile
    wait_until_finished(page)
    assert study_in(page) != "example"
    for name in ("No attention", "Dense attention", "Bottleneck attention, ratio 8"):
        expect(page.get_by_role("row", name=re.compile(f"^{name}"))).to_contain_text("n = 3")


def watched_training(page):
    """The epochs of each arm and seed and the different curves, as seen while the study trains."""
    epochs, charts = {}, []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and button(page, "Stop").is_enabled():
        text = " ".join(page.get_by_test_id("stProgress").all_inner_texts())
        if seen := re.search(r"Training (.+ seeds? [^,]+), epoch (\d+) of", text):
            epochs.setdefault(seen[1], []).append(int(seen[2]))
        chart = page.get_by_test_id("stVegaLiteChart").first.locator("svg")
        drawn = chart.inner_html() if chart.count() else ""
        if drawn and drawn not in charts:
            charts.append(drawn)
        page.wait_for_timeout(200)
    return epochs, charts


def the_same_is_shown_after_other_pages_and_a_reload(page, study_id):
    go_to(page, "Runs")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    go_to(page, "Playground")
    the_set_up_is_shown(page)
    wait_until_finished(page)
    assert study_in(page) == study_id
    page.reload()
    the_set_up_is_shown(page)
    wait_until_finished(page)
    assert study_in(page) == study_id


def the_set_up_is_shown(page):
    expect(slider(page, "Classes")).to_have_value("8")
    expect(slider(page, "Seeds")).to_have_value("3")
    expect(page.get_by_role("combobox", name="Arm 2")).to_have_value("Bottleneck attention")
    assert shown(page, "Reduction ratio") == "8"


def what_was_measured_can_be_taken_away(page, row):
    curves = downloaded(page, "Curves (CSV)")
    assert list(curves.columns) == list(export.CURVES)
    assert len(curves) == row.runs * 20 == 3 * 3 * 20
    assert set(curves["study"]) == {row.id}
    assert curves["val_accuracy"].between(0, 1).all()
    attention = downloaded(page, "Attention (CSV)")
    assert list(attention.columns) == list(export.ATTENTION)
    assert len(attention) == 2 * 3 * 20 * 32
    assert attention["truth"].mean() == 1 / 32


def downloaded(page, name):
    with page.expect_download() as download:
        button(page, name).click()
    return pd.read_csv(download.value.path())


def the_link_shows_the_set_up(page, other):
    button(page, "Link to this set-up").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    page.keyboard.press("Escape")
    assert "classes=8" in link
    first, _, query = link.partition("?")
    other.goto(f"{first}/playground?{query}")  # the first page's own name leads to it, too
    the_set_up_is_shown(other)
    assert other.url.startswith(f"{first}/?")
    assert_well(other)


def a_long_training_is_stopped(page, server_home):
    press(page, "Epochs", "End")
    expect(page.get_by_role("group", name="Epochs").get_by_role("paragraph").first).to_have_text(
        "1000"
    )
    button(page, "Train").click()
    expect(page.get_by_text(re.compile(r"epoch ([2-9]|\d\d+) of 1000"))).to_be_visible()
    button(page, "Stop").click()
    expect(page.get_by_text(re.compile("Stopped: 0 of 9 runs"))).to_be_visible(timeout=STOPPED_MS)
    expect(button(page, "Resume")).to_be_visible()
    row = Store(server_home).study(study_in(page))
    assert row.epochs_done > 0
    assert page.get_by_test_id("stVegaLiteChart").first.locator("svg").count() == 1


def test_narrow_and_dark(address, new_page):
    page = new_page(width=420, height=800, color_scheme="dark")
    page.goto(f"{address}?study=example")
    expect(page.get_by_role("heading", name="Where attention looks")).to_be_visible()
    wait_until_finished(page)
    wide = page.evaluate(
        """main => [document.scrollingElement, document.querySelector(main)]
            .map(element => element.scrollWidth - element.clientWidth)""",
        MAIN,
    )
    assert wide == [0, 0]
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert max(int(number) for number in re.findall(r"\d+", background)[:3]) < 64
    assert_well(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    button(page, "Train").click(trial=True)
