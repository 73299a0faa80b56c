"""The example of docs/adding-a-chart.md is whole: put in place, it passes the tests."""

import pytest

from tests import guides

PAGE = guides.page("adding-a-chart.md")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of attnlab with the example's code where the page says that it belongs."""
    folder = tmp_path_factory.mktemp("copy")
    return guides.followed(PAGE, folder, "data", "pages", "streamlit_app.py")


def test_the_example_passes_the_tests_that_the_page_asks_for(copy):
    asked = guides.tests_asked_for(PAGE)
    assert len(asked) == 2
    for said in guides.in_turn(copy, *asked):
        assert guides.passed(said)
