"""A study of several tasks on its page: all of them together, then one by one."""

import pytest

from .screen import assert_well, words

PAGE = "pages/ablation.py"


@pytest.fixture
def opened(record, open_app):
    study_id = record(arms=["none", "dense"], also_on=["tabular:dataset=iris"], seeds=7)
    app = open_app()
    app.query_params["study"] = study_id
    app.switch_page(PAGE).run()
    assert_well(app)
    return app


def tables(app):
    return "\n".join(str(each.body) for each in app.get("html"))


def charts(app):
    return [each.proto.id for each in app.get("vega_lite_chart")]


def group(app, label):
    [found] = [each for each in app.get("button_group") if each.label == label]
    return found


def test_all_tasks_stand_together_and_each_can_be_looked_at(opened):
    app = opened
    assert "**Dense attention** is not shown to differ in any of 2 tasks" in words(app)
    assert "These 2 tasks together" in words(app)
    assert 'data-testid="over-tasks"' in tables(app)
    assert "is not shown to differ in any of 2 tasks" in tables(app)
    assert any(".profile" in each for each in charts(app))
    choice = group(app, "Task")
    assert list(choice.options) == [
        "Planted feature",
        "Tabular data (iris)",
    ]
    assert "About this data set of 150 samples" not in tables(app)
    for view in ("Curves", "Attention"):
        app.session_state[group(app, "Look at").key] = view
        app.run()
        assert_well(app)
    app.session_state[choice.key] = "Tabular data (iris)"
    app.run()
    assert_well(app)
    assert "About this data set of 150 samples" in tables(app)


def test_the_playground_shows_the_studys_own_task(record, open_app):
    study_id = record(arms=["none", "dense"], also_on=["tabular:dataset=iris"])
    app = open_app(study=study_id)
    assert_well(app)
    assert "the Ablation page shows all of them. Here is planted feature" in words(app)
    assert "its arms on tabular data (iris)" in words(app)
