"""The examples of docs/adding-a-setting.md are whole: put in place, they pass the tests."""

import pytest

from tests import guides

PARTS = guides.parts(guides.page("adding-a-setting.md"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of attnlab in which the parts of the page are followed, one after the other."""
    return guides.followed("", tmp_path_factory.mktemp("copy"), "data")


@pytest.mark.parametrize("part", PARTS)
def test_the_example_passes_the_tests_that_the_page_asks_for(copy, part):
    guides.follow(PARTS[part], copy)
    asked = [each for each in guides.tests_asked_for(PARTS[part]) if "against_fit" not in each[1]]
    assert asked
    for said in guides.in_turn(copy, *asked):
        assert guides.passed(said)
