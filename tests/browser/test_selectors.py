"""The parts of a page that Streamlit names, and attnlab's styles go by: each is still there."""

import pytest
from playwright.sync_api import expect

from attnlab.compat import streamlit
from attnlab.ui.claims import LIST

from .screen import TRAINED_MS, assert_well, open_playground, settle

pytestmark = pytest.mark.browser

NAMED = {name for name, value in vars(streamlit).items() if "data-testid" in str(value)[:20]}
ON_THE_PLAYGROUND = {
    *("MAIN", "MAIN_BLOCK", "SIDEBAR", "BUTTON", "SLIDER", "SLIDER_VALUE", "CHART", "CAPTION"),
}
ON_THE_CLAIMS = {"MAIN", "COLUMN", "RADIO_CAPTION"}
IN_A_NARROW_WINDOW = {"EXPAND_SIDEBAR"}
HIDDEN = {"POPOVER_ARROW"}


def assert_there(page, names):
    for name in names:
        first = page.locator(getattr(streamlit, name)).first
        expect(first, name).to_be_visible(timeout=TRAINED_MS)  # the chart, of the example


def style(page, selector, what, pseudo=""):
    """What the browser makes of all styles for one property of the first such element."""
    return page.locator(selector).first.evaluate(
        "(element, [pseudo, what]) => getComputedStyle(element, pseudo).getPropertyValue(what)",
        [pseudo, what],
    )


def test_every_named_part_is_there_and_styled(address, new_page):
    assert ON_THE_PLAYGROUND | ON_THE_CLAIMS | IN_A_NARROW_WINDOW | HIDDEN == NAMED
    page = open_playground(new_page(), address)
    assert_there(page, ON_THE_PLAYGROUND)
    assert style(page, streamlit.MAIN_BLOCK, "padding-top") == "57.6px"
    assert style(page, f"{streamlit.SIDEBAR} {streamlit.POPOVER_ARROW}", "display") == "none"
    assert style(page, f"{streamlit.PILL} p", "white-space") == "normal"
    page.goto(f"{address}claims")
    assert_there(page, ON_THE_CLAIMS)
    assert style(page, f".st-key-{LIST} {streamlit.RADIO_CAPTION}", "opacity") == "1"
    assert style(page, f"{streamlit.COLUMN}:has(.st-key-{LIST})", "position") == "sticky"
    expect(page.locator(streamlit.SIDEBAR)).to_be_hidden()
    assert_well(page)
    page = new_page(width=420)
    page.goto(f"{address}claims")
    assert_there(page, IN_A_NARROW_WINDOW)
    settle(page)  # the style comes with the page, the button before it
    assert style(page, streamlit.EXPAND_SIDEBAR, "content", "::after") == '"Menu"'
    assert_well(page)
