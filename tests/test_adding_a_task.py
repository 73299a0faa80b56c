"""The example of docs/adding-a-task.md is whole: put in place, it passes the tests and trains."""

import json

import pytest

from tests import guides

PAGE = guides.page("adding-a-task.md")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of attnlab with the example's code where the page says that it belongs."""
    return guides.followed(PAGE, tmp_path_factory.mktemp("copy"))


def test_five_files_are_touched():
    assert len({block.file for block in guides.blocks(PAGE)}) == 5


@pytest.fixture(scope="module")
def said(copy):
    """What the page's study and its tests say in the copy."""
    (command,) = [each for each in guides.commands(PAGE) if " run " in each]
    small = ["--set", "samples=500", "features=6", "--seeds", "1", "--epochs", "2", "--json"]
    (asked,) = guides.tests_asked_for(PAGE)
    return guides.in_turn(copy, [*command.split()[2:], *small], asked)


def test_the_example_trains_and_what_it_planted_is_found(copy, said):
    assert [arm["label"] for arm in json.loads(said[0])["arms"]] == ["none", "dense"]
    listed = json.loads(guides.python(copy, "attnlab", "tasks", "--json"))
    assert "largest-column" in [entry["name"] for entry in listed]


def test_the_example_passes_the_tests_that_the_page_asks_for(said):
    assert guides.passed(said[1]) >= 12
