"""Links to set-ups, and what arms of a study change in the form."""

import re

import pytest

from attnlab import Arm, Study, catalog
from attnlab.spec import ModuleSpec
from tests.arms import fitting

from .screen import assert_well, button, field, trained, words
from .set_up_form import linked, of_arms


def narrow(module):
    """A small reduction ratio, where the module or the one it controls for has one."""
    if module.of:
        return {"of": {**module.of.model_dump(), **narrow(module.of)}}
    return {"ratio": 2} if "ratio" in type(module.params).model_fields else {}


def set_ups():
    """For each task its fitting modules, three at a time, away from the defaults."""
    for task in catalog.tasks():
        modules = [ModuleSpec.model_validate(module) for module in fitting(task.slot)]
        options = {"classes": 3, "imbalance": 2, "units": 48}
        known = [name for name in options if name in task.params.model_fields]
        changed = {name: options[name] for name in known[:1]}
        for start in range(0, len(modules), 3):
            arms = [
                {"module": {**module.model_dump(), **narrow(module)}}
                for module in modules[start : start + 3]
            ]
            yield Study(
                task={"name": task.name, **changed},
                arms=arms,
                reference=Arm.model_validate(arms[-1]).label,
                seeds=4,
                training={"epochs": 2, "batch_size": 48, "learning_rate": 0.0007},
            )


@pytest.mark.parametrize("study", list(set_ups()), ids=lambda study: study.task.name)
def test_link_reopens_the_set_up(open_app, store, study):
    app = open_app(**linked(study))
    assert_well(app)
    assert not app.warning
    again = trained(app, store).study
    assert again.task == study.task
    assert again.training == study.training
    assert again.seeds == study.seeds
    assert again.reference == study.reference
    assert set(again.arms) == set(study.arms)


CHANGED = Study(
    task="planted-features",
    arms=["none@classes=50", "dense@classes=50,learning_rate=0.003"],
    seeds=2,
)


def test_link_reopens_what_an_arm_changes_and_says_so(open_app, store):
    app = open_app(**linked(CHANGED))
    assert_well(app)
    assert not app.warning
    assert "For this arm alone: classes 50\n" in words(app)
    assert "For this arm alone: classes 50, learning rate 0.003" in words(app)
    assert trained(app, store).study == CHANGED


def test_form_keeps_what_the_arms_of_a_study_change_until_it_is_dropped(open_app, store, record):
    arms = [arm.short for arm in CHANGED.arms]
    app = open_app(study=record(arms=arms))
    assert "Not what is shown" not in words(app)
    assert "has more than this form" not in words(app)
    drop = [each for each in app.button if "of the others" in (each.help or "")]
    assert len(drop) == 2
    drop[1].click().run()
    assert_well(app)
    assert "Not what is shown" in words(app)
    row = trained(app, store)
    assert [arm.label for arm in row.study.arms] == ["none@classes=50", "dense"]


def test_change_that_the_whole_study_has_by_now_is_none_any_more(open_app, store):
    app = open_app(**linked(CHANGED))
    field(app, "Classes").set_value(50).run()
    assert_well(app)
    assert not app.warning
    study = trained(app, store).study
    assert [arm.label for arm in study.arms] == ["none", "dense@learning_rate=0.003"]
    assert study.reference == "none"


def test_added_arm_changes_nothing_whatever_stood_there_before(open_app, store):
    arms = ["none", "dense", "feature-gate@classes=9"]
    app = open_app(**linked(Study(task="planted-features", arms=arms, seeds=1)))
    of_arms(app, "Remove")[2].click().run()
    button(app, "Add an arm").click().run()
    assert_well(app)
    assert not any(arm.changes for arm in trained(app, store).study.arms)


def test_link_to_a_set_up_trained_before_shows_the_finished_study(open_app, store, record):
    finished = record(epochs=7)
    record(epochs=7, upto=1)  # stopped early
    record(epochs=2)
    app = open_app(**linked(store.study(finished).study))
    assert_well(app)
    assert app.query_params["study"] == finished


def test_what_the_form_cannot_show_is_said(open_app, record):
    app = open_app(study=record(seeds=[5, 6]))
    assert any("its seeds 5, 6" in caption.value for caption in app.caption)
    app = open_app(study=record())
    assert not any("has more than this form" in caption.value for caption in app.caption)


def test_how_long_it_takes_is_told_by_earlier_studies_on_the_task(open_app, record):
    record(epochs=4, seeds=[0, 1])
    app = open_app()
    assert "which takes" not in words(app)  # it has been trained
    field(app, "Epochs").set_value(200).run()
    assert_well(app)
    assert re.search(r"press \*\*Train\*\*, which takes about \d+ s here", words(app))
    field(app, "Task").select("dates").run()
    assert "press **Train**." in words(app)
