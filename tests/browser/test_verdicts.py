"""A study in a real browser: planned with a prediction, watched, judged, taken away."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from .screen import assert_well, button, choose, place_of, press, settle, wait_until_finished

pytestmark = pytest.mark.browser


def test_a_study_is_planned_watched_judged_and_replayed(address, new_page, server_home, tmp_path):
    page = new_page(width=1440)
    page.goto(f"{address}ablation")
    fill(page, "Values of depth", "0, 1")
    press(page, "Seeds", "ArrowLeft", "ArrowLeft")
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("24")
    page.get_by_text("Training", exact=True).first.click()
    press(page, "Epochs", "ArrowRight", "ArrowRight")  # to 50: there must be time to pause it
    settle(page)
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
    it_can_be_taken_away(page, server_home, tmp_path)


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
    place = place_of(page, forest.get_by_text("Dense attention, depth 1"))
    page.mouse.click(place["x"] + 300, place["y"] + place["height"] / 2)
    expect(dimmed.first).to_be_attached()


def every_view_can_be_opened(page):
    views = page.get_by_role("radiogroup", name="Look at")
    for name in (
        "By depth",
        "Against size",
        "Against time",
        "Class by class",
        "Curves",
        "Attention",
    ):
        views.get_by_text(name, exact=True).click()
        settle(page)
        expect(page.get_by_test_id("stVegaLiteChart").nth(1).locator("svg")).to_be_visible()


def it_can_be_taken_away(page, server_home, folder):
    """Tables for a paper, a figure, a script, and a capsule that trains to the same numbers."""
    table = saved(page, "Table (LaTeX)", folder).read_text()
    assert "\\toprule" in table
    assert "Dense attention, depth 1" in table
    assert "| Dense attention" in saved(page, "Table (Markdown)", folder).read_text()
    assert saved(page, "Verdicts (CSV)", folder).read_text().count("\n") > 3
    page.get_by_role("button", name="Save this figure").first.click()
    assert saved(page, "PNG", folder).read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")
    button(page, "Keras script").click()
    button(page, "Write the script").click()
    text = saved(page, "Save the script", folder).read_text()
    assert "import keras" in text
    assert not re.search(r"^\s*(import|from) attnlab", text, re.M)
    page.keyboard.press("Escape")
    capsule = saved(page, "Capsule (zip)", folder)
    replayed = subprocess.run(
        [sys.executable, "-m", "attnlab", "replay", capsule],
        env={**os.environ, "ATTNLAB_HOME": str(folder / "replayed")},
        capture_output=True,
        text=True,
    )
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert "match" in replayed.stdout


def saved(page, title, folder):
    """The file that a button saves."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=title, exact=True).last.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
