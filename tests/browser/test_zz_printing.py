"""Pages on paper: none is blank, nothing is cut off at the right, and the form is left out."""

import re
import zlib

import pytest

from .screen import TRAINED_MS, assert_well, settle, wait_until_finished

pytestmark = pytest.mark.browser

PAGES = ("?study=example", "ablation?study=example", "attention?study=example", "claims")
A4 = {"width": 794, "height": 1123}
WIDER = """() => [...document.querySelectorAll("table, svg, canvas, h1, p")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_printed_without_blank_sheets(address, new_page, path):
    page = new_page(width=1440)
    page.goto(f"{address}{path}")
    page.wait_for_selector("h1")
    if path.startswith("?"):
        wait_until_finished(page)
    page.get_by_test_id("stVegaLiteChart").first.wait_for(timeout=TRAINED_MS)
    settle(page)
    texts = texts_of_pages(page.pdf(format="A4", print_background=True))
    assert min(texts) > 10, texts
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    settle(page)
    assert page.evaluate(WIDER) == []
    assert not page.get_by_role("button", name="Train", exact=True).is_visible()
    assert_well(page)


def texts_of_pages(pdf):
    """How often each page of a PDF shows text."""
    objects = dict(re.findall(rb"(\d+) 0 obj(.*?)endobj", pdf, re.DOTALL))
    found = []
    for each in objects.values():
        if re.search(rb"/Type\s*/Page\b", each):
            content = objects[re.search(rb"/Contents (\d+) 0 R", each)[1]]
            stream = zlib.decompressobj().decompress(content.split(b"stream", 1)[1].lstrip(b"\r\n"))
            found.append(len(re.findall(rb"T[jJ]", stream)))
    return found
