"""Using the app as a person does: by what stands on the screen."""

import re

from playwright.sync_api import expect

from attnlab.compat.streamlit import CAPTION

TRAINED_MS = 180_000
"""How long a small study may take, TensorFlow's first loading included."""


def open_playground(page, address):
    page.goto(address)
    expect(button(page, "Train")).to_be_visible()
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def slider(page, label):
    """The slider with this label; its accessible name says the label twice."""
    return page.get_by_role("slider", name=re.compile(rf"^{label}\b"))


def press(page, label, *keys):
    """Move a slider by keys."""
    slider(page, label).focus()
    for key in keys:
        page.keyboard.press(key)


def shown(page, label):
    """The value that stands above a slider."""
    group = page.get_by_role("group", name=label, exact=True)
    return group.get_by_role("paragraph").first.inner_text()


def settle(page):
    """Wait until the page has been drawn after what was just done."""
    page.wait_for_timeout(300)  # sliders and tables send what was done a moment later
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def place_of(page, locator):
    """Where something stands, as x, y, width and height, once the page has come to rest."""
    settle(page)
    for _ in range(20):
        if place := locator.bounding_box():
            return place
        page.wait_for_timeout(100)  # it was just drawn anew, as charts are after the page
    raise AssertionError(f"expected {locator} to stay where it stands")


def wait_for_style(page):
    """Wait for the app's own style: it comes with a part of Streamlit that is loaded late."""
    page.wait_for_function(
        """part => [...document.querySelectorAll("style")]
            .some(style => style.textContent.includes(part))""",
        arg=CAPTION,
    )


def choose(page, label, option):
    box = page.get_by_role("combobox", name=label, exact=True)
    wanted = page.get_by_role("option", name=option, exact=True)
    expect(box).to_have_count(1)  # not also the one of before, which is about to go
    settle(page)  # drawing anew would close the list
    box.click()
    page.wait_for_timeout(300)
    if not wanted.is_visible():  # it was drawn anew all the same
        box.click()
    wanted.click()


def wait_until_finished(page):
    expect(page.get_by_text("Finished:")).to_be_visible(timeout=TRAINED_MS)


def go_to(page, name):
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def study_in(page):
    """The id of the study in the address."""
    return re.search(r"[?&]study=(\w+)", page.url)[1]


def assert_well(page):
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stAlertContentError").count() == 0
