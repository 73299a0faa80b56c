"""What a study here has trained before is copied, unless told otherwise."""

import json
import shutil

import pytest

from .conftest import SMALL

NONE = ("run", *SMALL, "--arm", "none", "--seeds", 2, "--epochs", 3, "--first-seed", 0)


@pytest.fixture
def other_home(trained, at_trained, home, monkeypatch):
    """A copy of the home with the trained study, in which others may follow; its id."""
    shutil.copytree(trained.home, home)
    monkeypatch.setenv("ATTNLAB_HOME", str(home))
    return at_trained.id


def test_runs_of_a_study_that_is_there_are_copied_and_said_so(other_home, attnlab):
    done = attnlab(*NONE)
    assert done.code == 0
    told = f"2 of 2 runs are copies, bit for bit, from study {other_home}"
    assert f"attnlab: {told}; --anew trains all.\n" in done.err
    assert f"\n{told}.\n" in done.out
    study_id = done.out.split()[1].rstrip(":")
    shown = json.loads(attnlab("show", study_id, "--json").out)
    assert shown["copied_from"] == {other_home: 2}


def test_all_runs_are_trained_where_that_is_asked_for(other_home, attnlab):
    done = attnlab(*NONE, "--anew")
    assert done.code == 0
    assert "are copies" not in done.err + done.out
