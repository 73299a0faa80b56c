"""The Judge page in a real browser: its example, a pasted table, a dropped one, a broken one."""

import pytest
from playwright.sync_api import expect

from .screen import assert_well, button, choose, go_to, settle

pytestmark = pytest.mark.browser

ROWS = [
    f"{arm};{seed};{by + seed % 3:.1f} %".replace(".", ",")
    for arm, by in (("plain", 70), ("ours", 72))
    for seed in range(7)
]
TABLE = "\n".join(["arm;seed;accuracy", *ROWS])
BROKEN = TABLE.replace("ours;3;", "ours;2;")


def test_scores_are_pasted_dropped_and_judged_at_once(address, new_page):
    page = new_page(width=1440)
    page.goto(f"{address}judge")
    table = page.get_by_test_id("judged")
    expect(table.get_by_role("row", name="wider")).to_contain_text("practically the same")
    expect(page.get_by_test_id("stVegaLiteChart")).to_contain_text("+0.02")
    expect(page.get_by_test_id("stCode").first).to_contain_text(r"\begin{table}")
    text = page.get_by_role("textbox", name="Or paste a table")
    text.fill(TABLE)
    text.blur()
    expect(table.get_by_role("row", name="ours")).to_contain_text("helps")
    choose(page, "Reference", "ours")
    expect(table.get_by_role("row", name="plain")).to_contain_text("hurts")
    with page.expect_download() as download:
        button(page, "Table (Markdown)").click()
    assert "| plain | 70.86 ± 0.83 ‡ |" in download.value.path().read_text("utf-8")
    text.fill(BROKEN)
    text.blur()
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("in row 11 and in row 12")
    expect(text).to_have_value(BROKEN)
    dropped = {"name": "my scores.csv", "mimeType": "text/csv", "buffer": TABLE.encode("cp1252")}
    page.locator("input[type=file]").set_input_files([dropped])
    expect(table.get_by_role("row", name="plain")).to_contain_text("hurts")
    expect(page.get_by_text("Judged: my scores.csv")).to_be_visible()
    settle(page)
    go_to(page, "Modules")
    expect(page.get_by_role("radiogroup", name="Module")).to_be_visible()
    go_to(page, "Judge")
    expect(text).to_have_value(BROKEN)
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{address}judge")
    expect(table.get_by_role("row", name="attention")).to_contain_text("helps")
    assert_well(page)
