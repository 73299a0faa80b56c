"""Nothing serious that axe-core finds keeps people from using a page, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .screen import assert_well, settle, wait_for_style, wait_until_finished

pytestmark = pytest.mark.browser

PAGES = ("", "ablation", "attention", "claims", "data", "judge", "modules", "runs")
SERIOUS = {"serious", "critical"}
WITHIN_CHARTS = [[".vega-embed svg"]]
"""A chart is one picture with a description; Vega leaves its empty layers without a name."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_finding(address, new_page, scheme):
    page = new_page(color_scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(f"{address}{path}")
        page.wait_for_selector("h1")
        wait_for_style(page)
        settle(page)
        violations = Axe().run(page, context={"exclude": WITHIN_CHARTS}).response["violations"]
        found += [
            (path, each["id"], [node["html"][:200] for node in each["nodes"]])
            for each in violations
            if each["impact"] in SERIOUS
        ]
        assert_well(page)
    assert not found


def test_charts_are_described(address, new_page):
    page = new_page()
    page.goto(f"{address}?study=example")
    wait_until_finished(page)
    charts = page.locator("[role=graphics-document][aria-roledescription=visualization]")
    charts.first.wait_for()
    settle(page)
    words = charts.evaluate_all("charts => charts.map(chart => chart.ariaLabel)")
    assert any("found the planted column in" in each for each in words)
    assert all(each and each.endswith(".") for each in words)
