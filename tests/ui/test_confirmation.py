"""One press from what was seen to what is confirmed."""

import pytest

from attnlab.store import Status

from .screen import assert_well, button, words


@pytest.fixture
def open_study(open_app):
    def start(study_id):
        app = open_app("pages/ablation.py", study=study_id)
        assert_well(app)
        return app

    return start


def test_a_press_trains_the_same_plan_on_fresh_seeds(open_study, record, store):
    first = record(name="Mine", seeds=6)
    again = record(name="Again", seeds=6)
    said = words(open_study(again))
    assert "Exploratory: these seeds were seen in “Mine”" in said
    app = open_study(first)
    assert "Exploratory" not in words(app)
    button(app, "Confirm on fresh seeds").click().run()
    row = next(row for row in store.studies() if row.status == Status.QUEUED and not row.example)
    before = store.study(first).study
    assert row.name == "Confirms Mine"
    assert row.study.question == before.question
    assert not set(row.study.seeds) & set(before.seeds)
    assert store.earlier_on_its_seeds(row.id) == []
    assert [each.id for each in store.same_question_before(row.id)] == [first, again]


def test_what_was_added_is_not_planned_again(record, store):
    study_id = record(seeds=6)
    assert store.extend(study_id, 4).as_planned() == store.study(study_id).study.at_seeds(
        0
    ).model_copy(update={"seeds": tuple(range(6)), "looks": ()})
