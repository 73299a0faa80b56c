"""Tasks of one's own on the command line, as far as no worker is needed."""

import json
from argparse import Namespace

import pytest

from attnlab.cli import main, own_modules, own_tasks
from attnlab.own_modules import reading
from attnlab.own_modules.report import CheckedModule, CheckedPromise
from attnlab.own_tasks.library import TASKS
from attnlab.own_tasks.report import TaskReport
from attnlab.spec import REGISTRY, Study

DECLARED = {
    "name": "two-columns",
    "function": "two_columns",
    "title": "Two columns",
    "summary": "Two columns decide.",
    "on": "features",
    "shape": "features",
    "samples": "samples",
    "classes": "2",
    "tokens": "",
    "truth": "the two columns that decide",
    "chance": "",
    "class_names": [],
    "words": [],
    "parameters": {
        name: {
            "kind": "whole",
            "default": default,
            "low": 4,
            "high": 2000,
            "title": name.capitalize(),
            "help": f"How many {name} there are.",
        }
        for name, default in (("features", 8), ("samples", 500))
    },
    "arms": [],
    "training": {},
}
PASSED = CheckedPromise("keeps its splits apart", "passed")
NOTE = CheckedPromise("says what guessing scores", "note", "always saying class 0 is right in 80%")
REFUSED = CheckedPromise(
    "keeps its splits apart", "refused", "has 3 samples in both train and test"
)
TEXT = "from attnlab.own_tasks import task\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in; here("my_tasks/mine.py", promise) puts a file there, in which a
    worker would have found this."""
    monkeypatch.chdir(tmp_path)
    found = {}
    monkeypatch.setattr(
        reading, "_by_worker", lambda source, *given: TaskReport(source, found[source.path])
    )

    def put(name, *findings, text=TEXT):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        found[str(path)] = (CheckedModule(DECLARED, findings),)
        return path

    yield put
    for file in TASKS.files:
        TASKS._forget(file)
    assert not REGISTRY.brought_tasks.chosen


@pytest.mark.parametrize("on", ["features", "text"])
def test_a_new_task_is_written_with_its_test_and_nothing_is_overwritten(here, on, capsys):
    assert main(["new-task", "two-columns", "--on", on]) == 0
    assert "run --task my_tasks/two_columns.py --arm none --arm" in capsys.readouterr().out
    for name in ("two_columns.py", "test_two_columns.py"):
        with open(f"my_tasks/{name}", encoding="utf-8") as file:
            text = file.read()
        compile(text, name, "exec")
        assert "$" not in text
    assert main(["new-task", "two-columns"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["new-task", "Two Columns"]) == 2
    assert "small letters, digits and dashes" in capsys.readouterr().err


def test_a_report_is_printed_and_decides_the_exit_code(here, capsys):
    good, bad = here("good.py", PASSED), here("bad.py", REFUSED, text=TEXT + "#")
    assert main(["check", str(good)]) == 0
    assert "two-columns: all promises kept\n  ok    keeps its splits" in capsys.readouterr().out
    assert main(["check", str(good), str(bad), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told[1]["modules"][0]["findings"] == [
        ["keeps its splits apart", "refused", "has 3 samples in both train and test"]
    ]


def test_a_file_stands_in_place_of_a_task_and_its_notes_are_told(here, capsys):
    given = Namespace(command="run", task=str(here("mine.py", PASSED, NOTE)), also_on=None)
    own_tasks.bring(given)
    assert given.task == "two-columns"
    told = capsys.readouterr().err
    assert "note: two-columns: always saying class 0 is right in 80%" in told
    assert Study(task=given.task, arms=["none"], seeds=2).task.own.source.text == TEXT


def test_the_folder_is_looked_through_and_what_is_refused_is_noted(here, capsys):
    here("my_tasks/mine.py", REFUSED)
    assert main(["tasks", "--json"]) == 0
    printed = capsys.readouterr()
    assert "two-columns" not in [each["name"] for each in json.loads(printed.out)]
    assert "mine.py can be used: mine.py: two-columns has 3 samples in both" in printed.err
    here("my_tasks/mine.py", PASSED, text=TEXT + "# better\n")
    assert main(["tasks", "--json"]) == 0
    (mine,) = [e for e in json.loads(capsys.readouterr().out) if e["name"] == "two-columns"]
    assert mine["truth_axis"] == "feature"
    assert {"features", "samples", "label_noise"} <= {each["name"] for each in mine["parameters"]}


def test_commands_that_need_neither_bring_nothing(here, monkeypatch):
    here("my_tasks/mine.py", PASSED)
    monkeypatch.setattr(TASKS, "refresh", lambda **given: pytest.fail("read a file"))
    for command in ("list", "modules", "new-task", "restore"):
        own_tasks.bring(Namespace(command=command))
    assert "tasks" not in own_tasks.WITHOUT
    assert "modules" not in own_modules.WITHOUT
