"""Planning a study: what the form offers, what it warns of, and what is launched."""

import re

import pytest

from attnlab import SpecError, catalog
from attnlab.spec import TaskSpec
from attnlab.ui import value_lists

from .plan_page import choose, labels, planned
from .screen import assert_well, button, field, words


def test_the_first_plan_is_a_good_experiment(open_plan):
    plan = planned(open_plan())
    assert plan.task.name == "planted-features"
    assert [arm.label for arm in plan.arms] == [
        "none",
        "dense",
        *(f"dense:depth={n}" for n in (1, 2, 3, 4)),
    ]
    assert len(plan.seeds) == 10
    assert plan.judging.metric == "val_accuracy"


def test_launching_queues_just_that_plan_and_shows_it(open_plan, store):
    app = open_plan()
    field(app, "Values of depth").set_value("0, 1").run()
    plan = planned(app)
    field(app, "Name").set_value("Depth").run()
    button(app, "Launch").click().run()
    assert_well(app)
    [row] = [each for each in store.studies() if not each.example]
    assert (row.name, row.study.question) == ("Depth", plan.question)
    assert row.study.seeds == tuple(range(10, 20))  # the example has had those before
    assert app.query_params["study"] == row.id
    assert "Depth" in words(app)


def test_the_plan_says_which_seeds_it_gets_and_another_first_seed_may_be_named(open_plan, store):
    app = open_plan()
    assert "Seeds 10 to 19: no study here has had them on this task." in words(app)
    assert re.search(r"Up to 0\.\d GiB of memory, of \d+ GiB that are free\.", words(app))
    field(app, "First seed").set_value(5).run()
    assert planned(app).seeds == tuple(range(5, 15))
    shown = [warning.value for warning in app.warning]
    assert any("Seeds 5 to 14. Exploratory: these seeds were seen in “" in text for text in shown)
    button(app, "Launch").click().run()
    assert_well(app)
    [row] = [each for each in store.studies() if not each.example]
    assert row.study.seeds == tuple(range(5, 15))


def test_seed_zero_may_be_named(open_plan, store):
    app = open_plan()
    field(app, "First seed").set_value(0).run()
    button(app, "Launch").click().run()
    [row] = [each for each in store.studies() if not each.example]
    assert row.study.seeds == tuple(range(10))


def test_what_is_varied_has_no_other_place_to_be_set(open_plan):
    app = open_plan()
    assert not [each for each in app.slider if each.label == "Depth"]
    field(app, "Activation").select("tanh").run()
    assert labels(app)[2] == "dense:depth=1,activation=tanh"
    field(app, "Parameter").select("activation").run()
    assert field(app, "Depth").value == 0
    assert "Activation" not in [each.label for each in app.selectbox]


def test_each_builder_makes_its_arms(open_plan):
    app = open_plan()
    choose(app, "What is compared", "leave-one-out")
    assert labels(app)[-1] == "none"
    choose(app, "What is compared", "swap")
    assert {"none", "dense", "feature-gate"} <= set(labels(app))
    choose(app, "What is compared", "grid")
    assert len(labels(app)) > 9
    choose(app, "What is compared", "hand")
    app.text_area[0].set_value("none\ndense@classes=9").run()
    assert labels(app) == ["none", "dense@classes=9"]


def test_controls_are_one_switch(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0").run()
    field(app, "Add controls").set_value(True).run()
    assert labels(app) == [
        *("none", "dense", "uniform:kind=distribution"),
        *("frozen-random:of=dense", "matched:of=dense"),
    ]


def test_any_arm_can_be_the_reference(open_plan):
    app = open_plan()
    assert planned(app).reference == field(app, "Reference").value == "none"
    field(app, "Reference").set_value("dense:depth=1").run()
    assert_well(app)
    plan = planned(app)
    assert plan.reference == "dense:depth=1"
    assert plan.references["none"] == "dense:depth=1"
    assert field(app, "Reference").options[:2] == ["No attention", "Dense attention, depth 0"]


def test_a_reference_that_is_gone_gives_way_to_the_usual_one(open_plan):
    app = open_plan()
    field(app, "Reference").set_value("dense:depth=4").run()
    field(app, "Values of depth").set_value("0, 9").run()  # no plan at all
    field(app, "Values of depth").set_value("0, 1, 4").run()
    assert planned(app).reference == "dense:depth=4"
    field(app, "Values of depth").set_value("0, 1").run()
    assert_well(app)
    assert planned(app).reference == field(app, "Reference").value == "none"


def test_each_builder_begins_with_its_usual_reference(open_plan):
    app = open_plan()
    field(app, "Reference").set_value("dense:depth=1").run()
    choose(app, "What is compared", "leave-one-out")
    assert planned(app).reference == labels(app)[0] != "none"
    choose(app, "What is compared", "dose")
    assert planned(app).reference == "dense:depth=1"


def test_under_a_change_an_arm_is_compared_with_the_references_module(open_plan):
    app = open_plan()
    choose(app, "What is compared", "hand")
    app.text_area[0].set_value("none\ndense\nnone@classes=9\ndense@classes=9").run()
    field(app, "Reference").set_value("dense").run()
    assert planned(app).references == {"none": "dense", "none@classes=9": "dense@classes=9"}


def test_a_study_is_called_by_what_is_under_study(open_plan):
    app = open_plan()
    assert field(app, "Name").placeholder == "Dense attention on planted feature"
    choose(app, "What is compared", "hand")
    app.text_area[0].set_value("none\ndense\nfeature-gate").run()
    assert field(app, "Name").placeholder == "Dense attention and 1 more on planted feature"
    field(app, "Reference").set_value("dense").run()
    assert field(app, "Name").placeholder == "Dense attention and 2 more on planted feature"
    app.text_area[0].set_value("none\nnone@classes=9").run()
    assert field(app, "Name").placeholder == "No attention on planted feature"


def test_a_plan_that_cannot_be_trained_says_so_and_cannot_be_launched(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0, 9").run()
    assert "Module dense: depth must be at most 4, got 9." in words(app)
    assert not [each for each in app.button if each.label == "Launch"]
    field(app, "Values of depth").set_value("").run()
    assert "Depth needs at least one value." in words(app)


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_every_task_can_be_planned_with_every_builder(open_plan, task):
    app = open_plan()
    field(app, "Task").set_value(task).run()
    for builder in ("dose", "swap"):
        choose(app, "What is compared", builder)
        plan = planned(app)
        assert plan.task.name == task
        assert plan.references


def test_suggested_values_are_values_that_a_plan_takes():
    for entry in catalog.tasks():
        task = TaskSpec(name=entry.name)
        for name, field_ in entry.params.model_fields.items():
            if value_lists.varies(field_):
                suggested = value_lists.suggested(field_)
                assert 2 <= len(suggested) <= 6
                low_enough = [value for value in suggested if _is_taken(task, name, value)]
                assert len(low_enough) >= 2, (entry.name, name, suggested)


def _is_taken(task, name, value):
    try:
        TaskSpec.model_validate({"name": task.name, name: value})
    except SpecError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2, 4,8", [2, 4, 8]),
        (" 2;2 ; 0.5,", [2, 0.5]),
        ("pre, post", ["pre", "post"]),
        ("", []),
        (" , ", []),
    ],
)
def test_values_are_separated_by_commas_and_each_counts_once(text, expected):
    assert value_lists.split(text) == expected


def test_arms_of_modules_that_differ_in_what_they_share_say_so(open_plan):
    app = open_plan()
    field(app, "Task").select("digits").run()
    choose(app, "What is compared", "hand")
    assert "Not alike" not in words(app)
    app.text_area[0].set_value("none\nse:ratio=4\ncbam").run()
    assert "Not alike in what they share: reduction ratio (4 in Squeeze" in words(app)


def test_a_module_begins_as_the_arms_of_the_task_do(open_plan):
    app = open_plan()
    field(app, "Task").select("digits").run()
    choose(app, "What is compared", "leave-one-out")
    field(app, "Module").select("cbam").run()
    assert labels(app)[0].startswith("cbam:ratio=4")


def test_the_arms_can_be_trained_on_further_tasks_that_take_them(open_plan):
    app = open_plan()
    [further] = [each for each in app.multiselect if each.label == "Also on these tasks"]
    assert further.options == ["Tabular data", "Your table"]
    assert (
        "Test accuracy is not measured on “Diabetes, a number” and “Your table, a number”. "
        "Modules there get another input: handwritten digits"
    ) in words(app)
    further.select("tabular").run()
    assert_well(app)
    plan = planned(app)
    assert [task.name for task in plan.tasks] == ["planted-features", "tabular"]
    assert [part.judging.score for part in plan.parts] == ["test", "final"]
    assert plan.training_of("dense@task=tabular").batch_size == 32
    assert "on any of these tasks" in words(app)
