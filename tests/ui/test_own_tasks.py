"""A task that somebody brought, on the pages: its form, samples, what was refused, and saving."""

import os

import pytest

from attnlab import workers
from attnlab.own_modules import reading
from attnlab.own_modules.report import CheckedModule
from attnlab.own_tasks.library import OF_TASKS, TASKS
from attnlab.own_tasks.report import TaskReport
from attnlab.spec import REGISTRY, load
from attnlab.ui.plain_text import plain
from tests.cli.test_own_tasks import DECLARED, NOTE, PASSED, REFUSED
from tests.own_tasks.conftest import COLUMNS

from .screen import assert_well, words

PAGE = "pages/playground.py"
TEXT = COLUMNS + "# on the pages\n"


@pytest.fixture
def found(tmp_path, monkeypatch):
    """found(finding, …): a file is there, and this is what a worker would have found in it."""
    path = tmp_path / "mine.py"
    path.write_text(TEXT)
    monkeypatch.setenv("ATTNLAB_TASKS", str(path))
    reports, kept = {}, reading.kept_report

    def known(source, kind):
        return reports[source.text](source) if kind is OF_TASKS else kept(source, kind)

    monkeypatch.setattr(reading, "kept_report", known)

    def will_find(*findings, text=TEXT, **declared):
        path.write_text(text)
        os.utime(path, ns=(len(reports), len(reports)))
        checked = CheckedModule({**DECLARED, **declared}, findings)
        reports[text] = lambda source: TaskReport(source, (checked,))
        return path

    yield will_find
    for file in TASKS.files:
        TASKS._forget(file)
    assert not REGISTRY.brought_tasks.chosen


def test_it_is_the_first_task_of_the_form_with_its_sliders_and_samples(
    found, open_app, monkeypatch
):
    path, asked = found(PASSED, NOTE), []

    def call(target, *given):
        asked.append(target)
        return load(target)(*given)

    monkeypatch.setattr(workers, "call", call)
    app = open_app(PAGE)
    choice = app.selectbox(key="setup.task")
    assert choice.options[0] == "Two columns"
    choice.set_value("two-columns").run()
    assert_well(app)
    said = words(app)
    assert "Two columns decide." in said
    assert f"From {plain(str(path))}" in said
    assert "Always saying class 0 is right in 80%." in said
    assert "keeps its splits apart" in said
    assert app.slider(key="setup.two-columns.features").value == 8
    app.session_state["setup.example"] = True
    app.run()
    assert_well(app)
    assert asked == ["attnlab.tasks.examples:examples"], "its code runs in a worker"


def test_a_refused_file_is_told_with_what_was_checked(found, open_app):
    found(REFUSED)
    app = open_app(PAGE)
    assert_well(app)
    told = [each.value for each in app.warning]
    assert any(each.startswith("**mine.py** cannot be used as it is: two-columns") for each in told)
    assert "Two columns" not in app.selectbox(key="setup.task").options


def test_saving_it_again_changes_the_form_and_what_is_gone_is_forgotten(found, open_app):
    found(PASSED)
    app = open_app(PAGE)
    app.selectbox(key="setup.task").set_value("two-columns").run()
    app.slider(key="setup.two-columns.features").set_value(12).run()
    found(PASSED, text=TEXT + "# more\n", title="Two columns, better")
    app.run()
    assert_well(app)
    assert app.selectbox(key="setup.task").options[0] == "Two columns, better"
    assert app.slider(key="setup.two-columns.features").value == 12
    found(PASSED, text=TEXT + "# other\n", name="other-columns", title="Other columns")
    app.run()
    assert_well(app)
    assert "Two columns, better" not in app.selectbox(key="setup.task").options
    assert app.selectbox(key="setup.task").value != "two-columns"
