"""The first minute by keyboard alone: steps, the epoch's slider, the form, and training."""

import re

import pytest
from playwright.sync_api import expect

from .screen import TRAINED_MS, assert_well, open_playground, settle, wait_until_finished

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.getAttribute("aria-label") || it.innerText || "";
  return label.trim();
}"""
MOST_TABS = 150


def tab_to(page, label, key="Tab"):
    """Press a key until what has this label, behind its icon, is focused."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if re.fullmatch(rf"(\w+\s+)?{label}", page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"no {key} leads to {label!r}")


def test_the_first_minute_goes_by_keyboard(address, new_page):
    page = open_playground(new_page(width=1440), f"{address}?study=example")
    wait_until_finished(page)
    settle(page)
    tab_to(page, r"2\. More classes")
    page.keyboard.press("Enter")
    noticed = page.get_by_text("its peak is hardly ever at the planted column")
    expect(noticed).to_be_visible(timeout=TRAINED_MS)
    settle(page)
    tab_to(page, "Epoch")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"Epoch \d+ of \d+")).first).to_be_visible()
    expect(page.locator("input[aria-label=Epoch]")).not_to_have_value(re.compile("^20$"))
    settle(page)
    tab_to(page, "Seeds")
    page.keyboard.press("Home")
    settle(page)
    tab_to(page, "Train", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Finished: 2 runs")).to_be_visible(timeout=TRAINED_MS)
    said = page.locator("[role=status][aria-live=polite]")
    expect(said).to_have_text("Training finished, 2 runs")
    assert_well(page)
