"""The Modules page in a real browser: found by a filter, read, and tried in the playground."""

import re

import pytest
from playwright.sync_api import expect

from attnlab.compat.streamlit import MAIN

from .screen import TRAINED_MS, assert_well, button, place_of, press, settle, slider

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


def test_a_number_is_edited_and_every_step_follows(address, new_page):
    page = new_page()
    page.goto(f"{address}modules?module=scaled-dot")
    page.get_by_text("Follow numbers through it").click()
    numbers = page.locator(".lab-numbers")
    expect(numbers).to_contain_text("Step 1 of 4: product of matrices", timeout=TRAINED_MS)
    slider(page, "Step").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(numbers).to_contain_text("Step 3 of 4: softmax over 3 numbers")
    before = numbers.text_content()
    # At rest: drawing the table anew would end the editing.
    cell = place_of(page, page.get_by_test_id("stDataFrame").first)
    page.mouse.click(cell["x"] + 0.4 * cell["width"], cell["y"] + 52)  # below the head
    page.keyboard.press("Enter")
    field = page.locator("#portal input")
    expect(field).to_be_focused()
    field.fill("7")
    page.keyboard.press("Enter")
    expect(numbers).not_to_have_text(before)
    settle(page)
    page.keyboard.press("Escape")
    slider(page, "Step").focus()
    page.keyboard.press("Home")
    expect(numbers).to_contain_text("7.00")  # what goes into the first step
    assert_well(page)
