"""The same arms on two small tasks, trained for real: what is printed, exported and kept."""

import csv
import json
from contextlib import closing
from io import StringIO

import pytest

from attnlab.cli import main
from attnlab.store import Store

RUN = (
    *("run", "--task", "planted-features", "--set", "features=8", "classes=3", "samples=500"),
    *("--also-on", "tabular:dataset=iris", "--arm", "none", "dense"),
    *("--epochs", "1", "--seeds", "2"),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home with one such study."""
    home = tmp_path_factory.mktemp("several") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTNLAB_HOME", str(home))
        assert main([*RUN]) == 0
        with closing(Store(home)) as store:
            return home, store.studies()[0].id


@pytest.fixture
def trained(kept, monkeypatch):
    """Its id, with this home in use."""
    home, study_id = kept
    monkeypatch.setenv("ATTNLAB_HOME", str(home))
    return study_id


def test_all_arms_are_trained_on_both_tasks_and_told_apart(trained, attnlab):
    said = attnlab("show", trained).out
    assert "finished, 8 of 8 runs" in said
    assert "guessing is right 33.3 % of the time" in said
    assert "\nPlanted feature\n---" in said
    assert "\nTabular data (iris)\n---" in said
    assert "These 2 tasks together" in said
    assert "Dense attention is not shown to differ in any of 2 tasks" in said
    assert "interquartile mean" in said


def test_every_row_of_an_export_names_its_task(trained, attnlab):
    curves = csv.DictReader(StringIO(attnlab("export", trained).out))
    assert {row["task"] for row in curves} == {"planted-features", "tabular"}
    verdicts = attnlab("export", trained, "--format", "verdicts-csv").out.splitlines()
    assert verdicts[0].endswith(",task")
    assert {line.rpartition(",")[2] for line in verdicts[1:]} == {
        "planted-features",
        "tabular iris",
    }
    assert "| Tabular data (iris) |" in attnlab("export", trained, "--format", "markdown").out
    latex = attnlab("export", trained, "--format", "latex").out
    assert "mean over 2 tasks & Dense attention" in latex
    tasks = [*csv.DictReader(StringIO(attnlab("export", trained, "--format", "tasks-csv").out))]
    assert tasks[1]["labels"] == "dense; dense@dataset=iris,task=tabular"


def test_the_document_for_programs_has_what_the_tasks_show_together(trained, attnlab):
    document = json.loads(attnlab("show", trained, "--json").out)
    assert [row["task"] for row in document["verdicts"]] == [
        *["planted-features"] * 2,
        *["tabular iris"] * 2,
    ]
    together = document["over_tasks"][1]
    assert (together["title"], together["pairs"], together["higher"]) == ("Dense attention", 4, 0)


def test_a_script_trains_the_arm_on_its_own_task(trained, attnlab):
    label = "dense@dataset=iris,task=tabular"
    script = attnlab("export", trained, "--format", "script", "--exact", "--arm", label).out
    assert f"One run of an ablation study: tabular with {label}" in script


def test_what_several_tasks_show_takes_several(trained, attnlab):
    said = attnlab("run", "--task", "digits", "--also-on", "keyword-text", "--arm", "none", "se")
    assert said.code == 2
    assert "module 'se' does not fit task 'keyword-text'" in said.err
