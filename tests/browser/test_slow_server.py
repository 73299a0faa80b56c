"""A server that gets behind, so that several redraws are sent at once, never breaks a page."""

import pytest
from playwright.sync_api import expect

from .conftest import served
from .screen import assert_well, go_to, open_playground, wait_until_finished

pytestmark = pytest.mark.browser


@pytest.fixture
def slow_address(tmp_path):
    with served(tmp_path, module="tests.compat.slow_streamlit") as address:
        yield address


def test_what_is_dropped_on_the_way_takes_no_place_with_it(slow_address, new_page):
    page = open_playground(new_page(), slow_address)
    expect(page.get_by_text("Where attention looks")).to_be_visible(timeout=60_000)
    go_to(page, "Runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    go_to(page, "Playground")
    wait_until_finished(page)
    expect(page.get_by_text("▼ the planted column")).to_be_visible()
    assert_well(page)
