"""The example of docs/adding-a-module.md is whole: put in place, it passes the tests and trains."""

import json

import pytest

from tests import guides

PAGE = guides.page("adding-a-module.md")
TESTS = ("tests/modules", "tests/spec/test_about.py", "tests/spec/test_catalogue.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of attnlab with the example's code where the page says that it belongs."""
    return guides.followed(PAGE, tmp_path_factory.mktemp("copy"))


def test_three_files_are_touched():
    assert len({block.file for block in guides.blocks(PAGE)}) == 3


@pytest.fixture(scope="module")
def said(copy):
    """What a study of the example and the tests of modules say in the copy."""
    run = ["attnlab", "run", "--task", "planted-features", "--arm", "tanh-gate"]
    small = ["--set", "samples=500", "features=8", "--seeds", "1", "--epochs", "1", "--json"]
    tests = ["pytest", "-k", "tanh-gate or declared_layer", *TESTS]
    return guides.in_turn(copy, [*run, *small], tests)


def test_the_example_trains(copy, said):
    assert [arm["label"] for arm in json.loads(said[0])["arms"]] == ["tanh-gate"]
    listed = json.loads(guides.python(copy, "attnlab", "modules", "--json"))
    (example,) = [entry for entry in listed if entry["name"] == "tanh-gate"]
    assert example["parameters"][0]["title"] == "Sharpness"


def test_the_example_passes_the_tests_of_modules(said):
    assert guides.passed(said[1]) >= 20
