"""The four first steps: what each sets, what is said of it, and that they can be put away."""

import pytest

from attnlab.jobs import EXAMPLE, EXAMPLE_ID
from attnlab.store import ACTIVE
from attnlab.ui.first_steps import STEPS

from .screen import assert_well, button, field, trained, words


def step(app, at):
    return next(each for each in app.button if each.key == f"first-steps.{at}")


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_step_that_nobody_trained_sets_the_form_and_trains(open_app, store, at):
    app = open_app()
    step(app, at).click().run()
    assert_well(app)
    [row] = [row for row in store.studies() if row.id != EXAMPLE_ID]
    assert row.study.hash == STEPS[at].study.hash
    assert row.status in ACTIVE
    assert app.query_params["study"] == row.id
    assert field(app, "Task").value == row.study.task.name
    assert "An **arm** is one network" in words(app)
    assert STEPS[at].notice not in words(app)
    assert step(app, at).disabled


def test_a_step_that_is_trained_is_shown_with_what_to_notice_and_the_next_one_waits(
    open_app, store, record
):
    first = record(arms=["none", "dense"], seeds=10, epochs=20)
    assert store.study(first).study.hash == STEPS[0].study.hash
    app = open_app(study=record(epochs=3))
    assert "Four first steps" in words(app)
    step(app, 0).click().run()
    assert_well(app)
    assert app.query_params["study"] == first
    assert STEPS[0].notice in words(app)
    assert [step(app, at).proto.type for at in range(4)] == [
        "secondary",
        "primary",
        "secondary",
        "secondary",
    ]
    assert len(store.studies()) == 2  # nothing was trained again


def test_pressing_a_step_twice_trains_it_once(open_app, store):
    app = open_app()
    step(app, 1).click().run()
    step(app, 0).click().run()
    step(app, 1).click().run()
    assert_well(app)
    assert len(store.studies()) == 2


@pytest.mark.parametrize("end", ["stopped", "damaged"])
def test_a_step_that_did_not_get_to_its_end_trains_again(open_app, store, record, end):
    upto = 1 if end == "stopped" else None
    first = record(arms=["none", "dense"], seeds=10, epochs=20, upto=upto)
    if end == "damaged":
        with store._write() as connection:
            connection.exec_driver_sql("UPDATE studies SET spec = '{bad'")
    app = open_app(study=record(epochs=3))
    step(app, 0).click().run()
    assert_well(app)
    assert app.query_params["study"] != first
    assert "It trains." in words(app)


def test_the_steps_can_be_put_away_and_brought_back(open_app):
    app = open_app()
    next(each for each in app.button if each.key == "first-steps.close").click().run()
    assert_well(app)
    assert not [each for each in app.button if (each.key or "").startswith("first-steps.")]
    button(app, "First steps").click().run()
    assert_well(app)
    assert step(app, 0).disabled


def test_the_first_step_is_the_example_and_the_form_trains_the_same(open_app, store):
    assert STEPS[0].study is EXAMPLE
    app = open_app()
    field(app, "Classes").set_value(50).run()
    assert trained(app, store).study.hash == STEPS[1].study.hash


def test_single_samples_stand_first_where_each_has_a_truth_of_its_own(open_app, record):
    def headings(**how):
        app = open_app(study=record(**how))
        assert_well(app)
        return [each.value for each in app.markdown if each.value.startswith("## ")]

    texts = headings(task="keyword-text", arms=["none", "attention-pool"])
    assert texts.index("## Single samples") < texts.index("## Where attention looks")
    columns = headings()
    assert columns.index("## Single samples") > columns.index("## Results")
