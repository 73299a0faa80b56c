"""One's own table in a real browser: uploaded, looked at, compared, and deleted again.

Its study is the newest one here, which a new page then shows: so this comes last, by its name.
"""

import re

import pytest
from playwright.sync_api import expect

from .screen import assert_well, button, press, settle, wait_until_finished

pytestmark = pytest.mark.browser

ROWS = [f"{n % 2 * 2 + n % 7 / 7},{n % 5 / 2},{n % 3 / 2},{'cd'[n % 2]}" for n in range(60)]


def test_an_uploaded_table_goes_all_the_way_to_a_result(address, new_page):
    page = new_page(width=1440)
    page.goto(f"{address}data")
    table = {"name": "my pets.csv", "mimeType": "text/csv"}
    content = "\n".join(["weight,height,age,kind", *ROWS]).encode()
    page.locator("input[type=file]").set_input_files([{**table, "buffer": content}])
    expect(page.get_by_test_id("stMetric").first).to_contain_text("60")
    expect(page.get_by_role("cell", name="standardised").first).to_be_visible()
    page.get_by_text("1 uploaded file").click()
    expect(page.get_by_text("not used yet")).to_be_visible()
    where = page.url
    button(page, "Compare attention on them").click()
    expect(page.get_by_role("combobox", name="Task", exact=True)).to_have_value("Your table")
    settle(page)
    press(page, "Seeds", *["ArrowLeft"] * 8)
    button(page, "Train").click()
    expect(page).to_have_url(re.compile(r"[?&]study=(?!example)\w+"))
    wait_until_finished(page)
    expect(page.get_by_role("row", name=re.compile("^Feature gate"))).to_contain_text("n = 2")
    page.goto(where)
    page.get_by_text("1 uploaded file").click()
    expect(page.get_by_text("used by 1 study")).to_be_visible()
    button(page, "Delete").click()
    button(page, "Delete it").click()
    expect(page.get_by_text("1 uploaded file")).to_have_count(0)
    assert_well(page)
