"""A study in a real browser: planned with a prediction, watched, judged, taken away."""

import re

import pytest
from playwright.sync_api import expect

from .screen import assert_well, button, choose, press, settle, study_in, wait_until_finished

pytestmark = pytest.mark.browser


def test_a_study_is_planned_watched_and_judged(address, new_page):
    page = new_page(width=1440)
    page.goto(f"{address}ablation")
    fill(page, "Values of extra layers", "0, 1")
    press(page, "Seeds", "ArrowLeft", "ArrowLeft")
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("24")
    predict(page)
    button(page, "Estimate the time").click()
    expect(page.get_by_text(re.compile(r"About\s+\d"))).to_be_visible(timeout=60_000)
    button(page, "Launch").click()
    expect(page.get_by_text("Your prediction is revealed with the verdict.")).to_be_visible()
    forest = page.get_by_test_id("stVegaLiteChart").first
    expect(forest).to_contain_text("No attention")
    while_it_trains(page, forest)
    wait_until_finished(page)
    expect(page.get_by_text("You predicted")).to_contain_text("Dense attention, depth 1")
    verdicts = page.get_by_test_id("verdicts")
    expect(verdicts.get_by_role("row")).to_have_count(4)
    expect(verdicts).to_contain_text("over 8 seeds")
    an_arm_that_is_pointed_at_stands_out(page, forest)
    every_view_can_be_opened(page)
    assert_well(page)
    assert study_in(page)


def fill(page, label, text):
    box = page.get_by_role("textbox", name=label)
    box.fill(text)
    box.press("Enter")
    settle(page)


def predict(page):
    page.get_by_text("Predict first").click()
    choose(page, "Which arm wins?", "Dense attention, depth 1")
    settle(page)


def while_it_trains(page, forest):
    """Verdicts come in live: before the runs have ended, there is no verdict."""
    expect(page.get_by_test_id("verdicts")).to_contain_text("still training", timeout=60_000)
    button(page, "Pause").click()
    expect(button(page, "Go on")).to_be_visible()
    expect(page.get_by_text("Paused")).to_be_visible()
    button(page, "Go on").click()
    expect(forest.locator("svg")).to_be_visible()


def an_arm_that_is_pointed_at_stands_out(page, forest):
    dimmed = forest.locator("svg [opacity='0.3'], svg [opacity='0.5']")
    expect(dimmed).to_have_count(0)
    place = forest.get_by_text("Dense attention, depth 1").bounding_box()
    page.mouse.click(place["x"] + 300, place["y"] + place["height"] / 2)
    expect(dimmed.first).to_be_attached()


def every_view_can_be_opened(page):
    views = page.get_by_role("radiogroup", name="Look at")
    for name in ("By extra layers", "Against size", "Against time", "Curves", "Attention"):
        views.get_by_text(name, exact=True).click()
        settle(page)
        expect(page.get_by_test_id("stVegaLiteChart").nth(1).locator("svg")).to_be_visible()
