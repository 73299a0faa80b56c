"""The Runs page: every study in a table, and what can be done with the selected ones."""

import pandas as pd
import pytest

from attnlab import Study
from attnlab.store import Owner, Status
from attnlab.ui import runs_table
from tests.store.damaging import Cell

from .screen import assert_well, button, field, words


@pytest.fixture
def open_runs(open_app):
    """Open the Runs page."""

    def start():
        app = open_app("pages/runs.py")
        assert_well(app)
        return app

    return start


def listed(app):
    [table] = app.dataframe
    return table.value


def select(app, *ids):
    """Tick the studies with these ids."""
    [table] = app.dataframe
    rows = [list(table.value["Id"]).index(study_id) for study_id in ids]
    app.session_state[table.key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    app.run()
    assert_well(app)
    return app


def labels(app):
    """The texts that can be written into."""
    return [each.label for each in app.text_input]


def delete(app):
    """Ask for the deletion of what is ticked."""
    app.button(key="runs.delete").click().run()
    assert_well(app)


def confirm(app):
    """Confirm it. AppTest runs the whole page: the dialog is there if its opener is pressed."""
    app.button(key="runs.delete").click()
    app.button(key="runs.delete.yes").click().run()
    assert_well(app)


def test_all_studies_are_listed_newest_first(open_runs, record, running):
    finished = record(name="my study", arms=("none", "dense:depth=1"))
    stopped = record(upto=1)
    table = listed(open_runs()).set_index("Id")
    assert list(table.index) == [stopped, finished, running]
    assert table.loc[finished, "Study"] == "my study"
    assert table.loc[finished, "Arms"] == "none, dense:depth=1"
    assert table.loc[finished, "Progress"] == 1
    assert table.loc[stopped, "Runs"] == "2 of 4"
    assert "training" in table.loc[running, "Status"]
    assert isinstance(table["Started"].iloc[0], pd.Timestamp)


def test_study_whose_runs_ended_early_is_done_all_the_same(open_runs, record):
    study_id = record(epochs=9, patience=2, ends={0: (3, 1), 1: (4, 2)})
    assert listed(open_runs()).set_index("Id").loc[study_id, "Progress"] == 1


def test_nothing_trained_says_so(open_runs, store):
    app = open_runs()
    for row in store.studies():
        store.request_stop(row.id)
        store.delete(row.id)
    app.run()
    assert_well(app)
    assert "Nothing has been trained here yet" in words(app)


def test_rename_and_note_are_kept(open_runs, store, record):
    study_id = record()
    app = select(open_runs(), study_id)
    field(app, "Name").set_value("SE on digits").run()
    field(app, "Note").set_value("second try").run()
    assert_well(app)
    row = store.study(study_id)
    assert (row.name, row.note) == ("SE on digits", "second try")
    assert "SE on digits" in list(listed(app)["Study"])


def test_name_given_elsewhere_is_not_overwritten(open_runs, store, record):
    study_id = record(name="old")
    app = select(open_runs(), study_id)
    store.rename(study_id, "new")
    app.run()
    assert store.study(study_id).name == "new"
    assert field(app, "Name").value == "new"


def test_damaged_study_is_named_and_the_others_are_as_ever(open_runs, store, record):
    damaged, whole = record(name="broken one"), record()
    Cell(store.home / "attnlab.db", "studies", "spec", damaged).put("{bad")
    app = open_runs()
    table = listed(app).set_index("Id")
    assert table.loc[damaged, "Study"] == "broken one"
    assert "damaged" in table.loc[damaged, "Status"]
    assert "finished" in table.loc[whole, "Status"]
    select(app, damaged, whole)
    delete(select(app, damaged))
    confirm(app)
    assert [row.id for row in store.studies()] == [whole]


def test_deleting_asks_first(open_runs, store, record):
    kept, study_id = record(name="kept"), record(name="unwanted")
    app = select(open_runs(), study_id)
    delete(app)
    assert "unwanted" in words(app)
    assert store.study(study_id)
    button(app, "Keep").click().run()
    assert store.study(study_id)
    delete(app)
    confirm(app)
    assert [row.id for row in store.studies()] == [kept]
    assert list(listed(app)["Id"]) == [kept]
    assert "Name" not in labels(app)  # nothing is ticked any more


def test_several_are_deleted_at_once(open_runs, store, record):
    studies = [record() for _ in range(3)]
    app = select(open_runs(), *studies[:2])
    assert "Name" not in labels(app)
    delete(app)
    assert "2 studies with 8 runs" in words(app)
    confirm(app)
    assert [row.id for row in store.studies()] == studies[2:]


def test_running_study_cannot_be_deleted_but_stopped(open_runs, store, running):
    app = select(open_runs(), running)
    assert button(app, "Delete").disabled
    assert button(app, "Resume").disabled
    button(app, "Stop").click().run()
    assert_well(app)
    assert store.study(running).stop_requested


def test_each_active_study_has_its_own_stop(open_runs, store, running):
    waiting = store.create_study(
        Study(task="digits", arms=["none"]), name="waiting one", owner=Owner.current()
    )
    app = open_runs()
    button(app, "Stop waiting one").click().run()
    assert_well(app)
    assert store.study(waiting).status == Status.STOPPED
    assert not store.study(running).stop_requested


def test_stopped_study_is_resumed(open_runs, store, record):
    study_id = record(upto=1)
    app = select(open_runs(), study_id)
    assert button(app, "Stop").disabled
    button(app, "Resume").click().run()
    assert_well(app)
    row = store.study(study_id)
    assert row.status == Status.QUEUED
    assert row.counts[Status.FINISHED] == 2  # what was finished is kept


def test_open_in_the_playground(open_runs, record):
    study_id = record(name="the one", epochs=6)
    record(name="newer")
    app = select(open_runs(), study_id)
    button(app, "Open in the playground").click().run()
    assert_well(app)
    assert app.query_params["study"] == study_id
    assert "the one" in words(app)
    assert field(app, "Epochs").value == 6


def test_selected_studies_are_drawn_in_one_chart(open_runs, record):
    ids = [record(name="one"), record(name="two")]
    app = open_runs()
    assert not app.get("vega_lite_chart")
    select(app, *ids)
    assert len(app.get("vega_lite_chart")) == 1


def test_study_of_another_version_is_listed_and_can_be_deleted(open_runs, store, record):
    other = record()
    study_id = record(name="foreign")
    with store._write() as connection:
        connection.exec_driver_sql(
            "UPDATE studies SET spec = replace(spec, 'dense', 'dance') WHERE id = ?", (study_id,)
        )
    app = select(open_runs(), study_id, other)
    table = listed(app).set_index("Id")
    assert table.loc[study_id, "Task"] == "made with another version"
    select(app, study_id)
    assert "Open in the playground" not in [each.label for each in app.button]
    delete(app)
    confirm(app)
    assert [row.id for row in store.studies()] == [other]


@pytest.fixture
def three_studies(record, monkeypatch):
    """Pages of two studies, and three studies on two pages; their ids, newest first."""
    monkeypatch.setattr(runs_table, "ROWS", 2)
    return [record(name=name) for name in ("cherry", "banana", "apple")][::-1]


def open_link(open_app, **query):
    app = open_app()
    app.switch_page("pages/runs.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert_well(app)
    return app


def test_ticks_on_other_pages_are_compared_and_deleted_too(open_app, store, three_studies):
    apple, banana, cherry = three_studies
    app = open_link(open_app, sort="name")
    assert list(listed(app)["Study"]) == ["apple", "banana"]
    assert "1–2 of 3 studies" in words(app)
    select(app, apple)
    [pages] = app.pagination
    pages.set_value(2).run()
    assert list(listed(app)["Id"]) == [cherry]
    assert "3–3 of 3 studies" in words(app)
    assert field(app, "Name").value == "apple"
    select(app, cherry)
    assert "2 ticked, 1 of them out of sight: apple." in words(app)
    assert len(app.get("vega_lite_chart")) == 1
    delete(app)
    assert "2 studies with 8 runs" in words(app)
    confirm(app)
    assert [row.id for row in store.studies()] == [banana]
    assert list(listed(app)["Id"]) == [banana]
    assert not app.pagination


def test_a_link_keeps_what_is_asked_for(open_app, three_studies):
    apple, banana, cherry = three_studies
    app = open_link(open_app, sort="name", page="2")
    assert list(listed(app)["Id"]) == [cherry]
    field(app, "Find").set_value("planted").run()
    assert list(listed(app)["Id"]) == [apple, banana]  # of another list, the first page
    assert "page" not in app.query_params
    field(app, "Find").set_value("nana").run()
    assert list(listed(app)["Id"]) == [banana]
    select(app, banana)
    field(app, "Find").set_value("nothing like it").run()
    assert "No study here is like that" in words(app)
    assert field(app, "Name").value == "banana"  # it is ticked, out of sight
    button(app, "Show all studies").click().run()
    assert list(listed(app)["Id"]) == [apple, banana]
    app.multiselect(key="status").set_value([Status.STOPPED]).run()
    assert "No study here is like that" in words(app)
