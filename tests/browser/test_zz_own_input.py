"""Features that are moved and digits that are drawn are answered at once."""

import re

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.ui import links

from .screen import (
    assert_well,
    button,
    open_playground,
    place_of,
    settle,
    wait_until_finished,
)

pytestmark = pytest.mark.browser

LOADED_MS = 60_000
"""How long the networks may take to be loaded, the first time they are asked."""

DIGITS = Study(
    task={"name": "digits", "width": 4, "blocks": 2, "head": 16},
    arms=["none", "cbam-spatial"],
    seeds=1,
    epochs=3,
)


def test_moved_features_and_drawn_digits(address, new_page):
    page = open_playground(new_page(), f"{address}?study=example")
    wait_until_finished(page)
    features_are_moved(page)
    page = open_playground(new_page(), links.to_link(DIGITS, address))
    button(page, "Train").click()
    wait_until_finished(page)
    a_digit_is_drawn(page)
    a_digit_is_drawn_by_keyboard(page)
    assert_well(page)


def features_are_moved(page):
    planted = page.get_by_role("slider", name="1, planted")
    planted.scroll_into_view_if_needed()
    expect(page.locator(".lab-card")).to_have_count(0)
    planted.focus()
    page.keyboard.press("Home")
    dense = page.locator(".lab-card").nth(1)
    expect(dense).to_contain_text("says class", timeout=LOADED_MS)
    settle(page)
    before = dense.inner_text()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(dense).not_to_have_text(before)


def a_digit_is_drawn(page):
    pad = page.get_by_label(re.compile("^A pad to draw"))
    pad.scroll_into_view_if_needed()
    box = place_of(page, pad)
    x, y = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x, y + 30)
    page.mouse.down()
    page.mouse.move(x, y + 190, steps=8)
    page.mouse.up()
    own = page.locator(".lab-cards").nth(1).locator(".lab-card")
    expect(own).to_have_count(2, timeout=LOADED_MS)
    expect(own.first).to_contain_text(re.compile(r"says \d"))
    expect(own.nth(1).get_by_alt_text("attention").first).to_be_visible()
    button(page, "Clear").click()
    expect(own).to_have_count(0)


def a_digit_is_drawn_by_keyboard(page):
    page.get_by_label(re.compile("^A pad to draw")).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowUp")
    own = page.locator(".lab-cards").nth(1).locator(".lab-card")
    expect(own.first).to_contain_text(re.compile(r"says \d"))
    expect(page.get_by_text("Scaled to 8 × 8 pixels")).to_be_visible()
