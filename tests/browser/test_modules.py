"""The Modules page in a real browser: found by a filter, read, and tried in the playground."""

import re

import pytest
from playwright.sync_api import expect

from attnlab.compat.streamlit import MAIN

from .screen import assert_well, button, press, settle

pytestmark = pytest.mark.browser


def test_a_module_is_found_read_and_tried(address, new_page):
    page = new_page()
    page.goto(f"{address}modules")
    expect(page.get_by_role("navigation").get_by_role("link", name="Playground")).to_be_visible()
    modules = page.get_by_role("radiogroup", name="Module")
    family(page, "Spatial").click()
    expect(modules.get_by_text("CBAM, spatial half", exact=True)).to_be_visible()
    expect(modules.get_by_text("CBAM, channel half", exact=True)).to_have_count(0)
    family(page, "Channel").click()
    modules.get_by_text("CBAM, channel half", exact=True).click()
    expect(page.get_by_role("heading", name="CBAM, channel half")).to_be_visible()
    expect(page.locator(".katex-display")).to_contain_text("relu")
    settle(page)
    assert re.search(r"\?family=spatial&family=channel&module=cbam-channel$", page.url)
    before = flow(page)
    press(page, "Channels", "ArrowRight")
    expect(page.get_by_test_id("flow")).to_contain_text("16 × 16 × 128")
    assert flow(page) != before
    expect(page.get_by_test_id("stVegaLiteChart")).to_contain_text("CBAM, channel half")
    page.get_by_text("Keras code").click()
    page.get_by_text("As it runs here", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("class CBAMChannel(AttentionLayer):")
    the_link_opens_the_same(new_page(width=420, color_scheme="dark"), page.url)
    button(page, "Try it").click()
    expect(page.get_by_role("combobox", name="Task", exact=True)).to_have_value("Planted channels")
    expect(page.get_by_role("combobox", name="Reference")).to_have_value("No attention")
    expect(page.get_by_role("combobox", name="Arm 2")).to_have_value("CBAM, channel half")
    assert_well(page)


def the_link_opens_the_same(other, link):
    other.goto(link)
    expect(other.get_by_role("heading", name="CBAM, channel half")).to_be_in_viewport()
    modules = other.get_by_role("radiogroup", name="Module")
    expect(modules.get_by_text("CBAM, channel half", exact=True)).to_be_in_viewport()
    expect(other.get_by_test_id("stVegaLiteChart").locator("svg")).to_be_visible()
    wide = other.evaluate(
        """main => [document.scrollingElement, document.querySelector(main)]
            .map(element => element.scrollWidth - element.clientWidth)""",
        MAIN,
    )
    assert wide == [0, 0]
    assert_well(other)


def family(page, name):
    return page.get_by_role("toolbar", name="Family").get_by_role("button", name=name, exact=True)


def flow(page):
    return page.get_by_test_id("flow").inner_text()
