"""Planning a study: what the form offers, what it warns of, and what is launched."""

import re

import pytest

from attnlab import SpecError, Study, catalog
from attnlab.spec import TaskSpec
from attnlab.ui import value_lists
from tests.export.studies import recorded

from .screen import assert_well, button, field, words

PAGE = "pages/ablation.py"
DEPTHS = {
    "task": {"name": "planted-features", "classes": 50},
    "build": {"dose": "dense", "depth": [0, 1, 2, 3, 4]},
    "epochs": 20,
    "seeds": 10,
}
"""The plan that the form begins with."""


@pytest.fixture
def open_plan(open_app):
    """Open the Ablation page without a study."""

    def start():
        app = open_app(PAGE)
        assert_well(app)
        return app

    return start


def choose(app, label, option):
    """Press one of several pills."""
    [pills] = [each for each in app.get("button_group") if each.label == label]
    app.session_state[pills.key] = option
    app.run()
    assert_well(app)


def planned(app):
    """The plan that is shown as text."""
    [text] = [each.value for each in app.code if "task:" in each.value]
    return Study.from_text(text)


def labels(app):
    return [arm.label for arm in planned(app).arms]


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


def test_too_few_seeds_for_so_many_arms_are_warned_of(open_plan):
    app = open_plan()
    assert "cannot show anything" not in words(app)
    field(app, "Seeds").set_value(7).run()
    assert "7 seeds cannot show anything with 5 comparisons" in words(app)
    assert "at least 8" in words(app)


def test_a_first_look_that_can_show_nothing_is_warned_of(open_plan):
    app = open_plan()
    field(app, "May grow to").set_value(20).run()
    assert "The first look, at 10 seeds, cannot show anything" in words(app)
    field(app, "May grow to").set_value(15).run()
    assert "may grow to 15 takes 11 seeds" in words(app)
    field(app, "Seeds").set_value(11).run()
    assert "cannot show anything" not in words(app)


def test_a_first_look_that_no_number_of_seeds_could_help_says_so(open_plan):
    app = open_plan()
    field(app, "Seeds").set_value(8).run()
    field(app, "May grow to").set_value(48).run()
    assert "may grow to 48 is too little for any verdict" in words(app)


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


def test_a_prediction_goes_into_the_plan_in_the_metrics_own_unit(open_plan):
    app = open_plan()
    assert planned(app).prediction is None
    field(app, "Which arm wins?").set_value("dense:depth=1").run()
    field(app, "By how much, in percentage points?").set_value(5.0).run()
    prediction = planned(app).prediction
    assert (prediction.winner, prediction.margin) == ("dense:depth=1", 0.05)


def test_people_are_told_who_can_read_a_prediction_and_which_epoch_is_read(open_plan):
    app = open_plan()
    assert "whoever gets the plan or the capsule can read it" in words(app)
    rule = field(app, "Score of a run")
    assert rule.options == [
        "Last epoch, read on 5,000 fresh samples",
        "Last epoch, on validation samples; with early stopping the one kept",
        "Mean of the last epochs",
        "Best on validation, read on test",
    ]
    assert "whose validation loss was lowest" in rule.help


def test_a_task_that_draws_test_samples_is_judged_on_them_unless_told_otherwise(open_plan):
    app = open_plan()
    assert planned(app).judging.score == "test"
    assert field(app, "Judged by").options[0] == "Test accuracy"
    field(app, "Score of a run").set_value("final").run()
    assert planned(app).judging.score == "final"
    assert field(app, "Judged by").options[0] == "Validation accuracy"


def test_a_fixed_data_set_is_judged_on_validation_samples_unless_told_otherwise(open_plan):
    app = open_plan()
    field(app, "Task").set_value("digits").run()
    assert planned(app).judging.score == "final"
    assert field(app, "Judged by").options[0] == "Validation accuracy"
    assert field(app, "Score of a run").options[1] == "Last epoch, read on test samples"
    field(app, "Score of a run").set_value("test").run()
    assert planned(app).judging.score == "test"


def test_what_is_not_measured_on_test_samples_is_not_offered_on_them(open_plan):
    app = open_plan()
    field(app, "Judged by").set_value("mass").run()
    assert planned(app).judging.score == "final"
    assert len(field(app, "Score of a run").options) == 2
    field(app, "Judged by").set_value("val_loss").run()
    assert planned(app).judging.score in ("final", "test")
    assert len(field(app, "Score of a run").options) == 4


def test_what_decides_is_chosen_beforehand(open_plan):
    app = open_plan()
    field(app, "Judged by").set_value("mass").run()
    assert planned(app).judging.metric == "mass"
    field(app, "Score of a run").set_value("mean").run()
    assert planned(app).judging.score == "mean"
    field(app, "May grow to").set_value(15).run()
    assert planned(app).judging.most_seeds == 15


def test_a_precision_is_asked_instead_of_a_number_of_seeds(open_plan):
    app = open_plan()
    choose(app, "Ask for", "A precision")
    assert "10 seeds first, of which no verdict is given" in words(app)
    field(app, "± how much, in percentage points?").set_value(0.5).run()
    field(app, "At most so many seeds").set_value(60).run()
    plan = planned(app)
    assert (plan.judging.precision, plan.judging.most_seeds) == (0.005, 60)
    assert (len(plan.seeds), plan.is_in_first_stage) == (10, True)
    assert not [each for each in app.select_slider if each.label == "May grow to"]
    assert not [each for each in app.slider if each.label == "Seeds"]
    field(app, "Judged by").set_value("val_loss").run()
    field(app, "± how much, in the metric's own units?").set_value(0.02).run()
    assert planned(app).judging.precision == 0.02
    choose(app, "Ask for", "A number of seeds")
    assert (planned(app).judging.precision, planned(app).judging.most_seeds) == (0, 0)


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


def test_the_questions_of_the_controls_are_shown(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0").run()
    assert "Does learning matter?" not in words(app)
    field(app, "Add controls").set_value(True).run()
    assert "**Does learning matter?** Dense attention − frozen at random" in words(app)
    assert "**Is it just size?** Dense attention − matched layers" in words(app)
    assert "**Is it just scale?** Dense attention − uniform weights" in words(app)
    assert len(planned(app).contrasts) == 3
    table = next(str(each.body) for each in app.get("html") if 'data-testid="plan"' in each.body)
    assert table.count("its module, in a contrast") == 3


def test_many_contrasts_of_a_question_are_counted(open_plan):
    app = open_plan()
    field(app, "Add controls").set_value(True).run()
    assert "depth 2 − matched layers; 2 more" in words(app)


def test_further_contrasts_can_be_planned(open_plan):
    app = open_plan()
    [further] = [each for each in app.multiselect if each.label == "Further contrasts"]
    assert "Dense attention, depth 1 − dense attention, depth 0" in further.options
    assert "Dense attention − no attention" not in further.options  # that is compared anyway
    further.set_value(["dense:depth=1 − dense"]).run()
    assert_well(app)
    assert planned(app).contrast_pairs == [("dense:depth=1", "dense")]
    field(app, "Values of depth").set_value("0, 2").run()  # an arm of it is gone
    assert_well(app)
    assert planned(app).contrasts == ()


def test_too_few_seeds_for_so_many_contrasts_are_warned_of(open_plan):
    app = open_plan()
    field(app, "Add controls").set_value(True).run()
    field(app, "Seeds").set_value(9).run()
    assert "9 seeds cannot show anything with 15 contrasts" in words(app)
    assert "with 5 comparisons" not in words(app)


def test_a_point_of_a_share_is_the_margin_that_is_offered(open_plan):
    app = open_plan()
    assert field(app, "Practically the same below, percentage points").value == 1.0
    assert planned(app).judging.margin == 0.01
    field(app, "Practically the same below, percentage points").set_value(0.0).run()
    assert planned(app).judging.margin == 0
    field(app, "Judged by").set_value("val_loss").run()
    assert field(app, "Practically the same below").value == 0.0
    assert planned(app).judging.margin == 0


def test_the_form_says_what_margin_the_seeds_settle(open_plan, home):
    app = open_plan()
    assert "10 seeds settle a margin of about 1.8 times the standard deviation" in words(app)
    arms = labels(app)
    scores = {
        arm: [0.5 + 0.01 * (place % 3) * at for at in range(10)] for place, arm in enumerate(arms)
    }
    earlier, _ = recorded(home, scores, **DEPTHS)
    earlier.close()
    app = open_plan()
    # differences of 0 to 9 times 2 points: sd 6.1, times 1.29, times 1.40
    assert "By the spread of “Planted feature”, 10 seeds settle a margin of about 11 " in words(app)
    assert "points; for 1 point it takes" in words(app)


def test_max_t_plans_one_look_and_says_what_it_shows(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0, 1, 2").run()
    field(app, "Correction").set_value("max-t").run()
    assert planned(app).judging.correction == "max-t"
    assert (
        "Max-t over 3 comparisons: 10 seeds show 1.21 standard deviations of the differences, "
        "instead of 1.24 by Holm's first step, 8 times in 10."
    ) in words(app)
    field(app, "May grow to").set_value(15).run()
    assert_well(app)
    assert "Step-down max-t plans one look" in words(app)
    assert planned(app).judging.correction == "holm"


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
