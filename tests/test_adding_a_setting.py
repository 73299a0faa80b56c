"""The examples of docs/adding-a-setting.md are whole: put in place, they pass the tests."""

import pytest

from tests import guides

PARTS = guides.parts(guides.page("adding-a-setting.md"))


ASKED = {
    part: [each for each in guides.tests_asked_for(text) if "against_fit" not in each[1]]
    for part, text in PARTS.items()
}
"""The tests that each part asks for."""


*FIRST, LAST = PARTS
"""The last changes a default, and with it hashes that the tests of the first hold still."""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the tests of each part say, in a copy of attnlab in which the parts are followed."""
    copy, found = guides.followed("", tmp_path_factory.mktemp("copy"), "data"), {}
    for parts in (FIRST, [LAST]):
        for part in parts:
            guides.follow(PARTS[part], copy)
        said = iter(guides.in_turn(copy, *(each for part in parts for each in ASKED[part])))
        found |= {part: [next(said) for _ in ASKED[part]] for part in parts}
    return found


@pytest.mark.parametrize("part", PARTS)
def test_the_example_passes_the_tests_that_the_page_asks_for(said, part):
    assert said[part]
    for each in said[part]:
        assert guides.passed(each)
