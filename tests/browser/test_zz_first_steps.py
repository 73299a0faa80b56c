"""The four first steps in a real browser: what they say is what the trained networks show."""

import re

import pytest
from playwright.sync_api import expect

from .screen import (
    TRAINED_MS,
    assert_well,
    open_playground,
    place_of,
    settle,
    slider,
    wait_until_finished,
)

pytestmark = pytest.mark.browser


def test_four_steps_train_and_show_what_they_say(address, new_page):
    page = open_playground(new_page(width=1440), f"{address}?study=example")
    wait_until_finished(page)
    press(page, "1. Find the column", "settles on the planted column")
    assert found(page, "Dense attention") == 10
    above_the_fold(page, page.get_by_test_id("stVegaLiteChart").first)
    press(page, "2. More classes", "its peak is hardly ever at the planted column")
    expect(slider(page, "Classes")).to_have_value("50")
    assert found(page, "Dense attention") <= 3
    press(page, "3. One more layer", "and accuracy falls")
    assert found(page, "Dense attention, depth 1") == 10
    expect(page.get_by_text("lower on these seeds", exact=True)).to_be_visible()
    press(page, "4. Words light up", "Attention lights up the word that decides")
    above_the_fold(page, page.get_by_text("Sample 1 of 6 of the validation split"))
    expect(page.locator(".t").first).to_be_visible()
    assert_well(page)


def press(page, step, notice):
    """Press a step if it is not shown already, and wait for what it says once it has trained."""
    button = page.get_by_role("button", name=step)
    if button.is_enabled():
        button.click()
    expect(button).to_be_disabled()
    expect(page.get_by_text(notice)).to_be_visible(timeout=TRAINED_MS)


def found(page, arm):
    """At how many seeds of ten the arm's attention found the planted column, as the table says."""
    row = page.get_by_role("row", name=re.compile(f"^{arm}"))
    cell = row.get_by_role("cell", name=re.compile(r"^\d+ of 10$")).first
    expect(cell).to_be_visible()
    settle(page)  # else it may be replaced between being found and being read
    return int(cell.inner_text().split()[0])


def above_the_fold(page, locator):
    expect(locator).to_be_visible()
    box = place_of(page, locator)
    assert box["y"] < 700, box


def test_a_trained_run_is_looked_into(address, new_page):
    page = new_page()
    page.goto(f"{address}attention?study=example")
    page.get_by_role("button", name="Look inside").click()
    expect(page.get_by_role("heading", name="Does it matter?")).to_be_visible(timeout=TRAINED_MS)
    said = "it relies on attention more than the task needs it"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("svg")).to_be_visible()
    page.reload()  # what was found is kept
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("button", name="Look inside")).to_have_count(0)
    assert_well(page)
