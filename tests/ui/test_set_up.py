"""The set-up form: what it offers for a task, what it refuses, what links reopen."""

import pytest

from attnlab import Arm, Study, catalog
from attnlab.charts import arm_colours
from attnlab.jobs import EXAMPLE
from attnlab.spec import REGISTRY

from .screen import FIELDS, assert_well, button, field, trained, words
from .set_up_form import linked, of_arms


def test_settings_of_the_training_that_have_no_effect_are_not_offered(open_app, store):
    def offered(app):
        fold = next(each for each in app.expander if each.label == "More about the training")
        labels = {each.label for kind in FIELDS for each in fold.get(kind)}
        return {label for label in labels if not label.endswith(", typed")}

    app = open_app()
    always = {"Optimiser", "Learning-rate schedule", "Module's random stream", "Patience"}
    assert offered(app) == always
    field(app, "Optimiser").select("sgd").run()
    field(app, "Momentum").set_value(0.5).run()
    assert offered(app) == always | {"Momentum"}
    field(app, "Optimiser").select("adamw").run()
    field(app, "Learning-rate schedule").select("step").run()
    assert offered(app) == always | {"Weight decay", "Epochs a step", "Step factor"}
    training = trained(app, store).study.training
    assert (training.optimizer, training.schedule) == ("adamw", "step")
    assert training.momentum == 0.9  # the default, as it is not shown


def test_setting_that_only_an_arm_of_its_own_uses_is_not_lost_in_silence(open_app, record):
    app = open_app(study=record(arms=["none", "dense@optimizer=sgd"], momentum=0.5))
    assert "has more than this form: its momentum 0.5" in words(app)


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_task_offers_only_modules_that_fit_and_begins_with_its_own_comparison(
    open_app, store, task
):
    app = open_app()
    field(app, "Task").select(task).run()
    assert_well(app)
    entry = REGISTRY.task(task)
    titles = [module.title for module in catalog.modules() if entry.slot in module.fits]
    for label in ("Reference", "Arm 1"):
        assert field(app, label).options == titles
    begun = [Arm.model_validate(text) for text in entry.arms]
    assert field(app, "Arm 1").value == begun[1].module.name
    if task == EXAMPLE.task.name:
        return
    row = trained(app, store)
    assert [arm.short for arm in row.study.arms] == [arm.short for arm in begun]
    assert dict(entry.training).items() <= row.study.training.model_dump().items()


def test_a_control_asks_for_the_module_and_its_parameters(open_app, store):
    app = open_app()
    field(app, "Task").select("digits").run()
    field(app, "Arm 1").select("frozen-random").run()
    assert_well(app)
    of = field(app, "Controls for")
    assert of.options == [
        module.title
        for module in catalog.modules()
        if "image" in module.fits and REGISTRY.module("frozen-random").params.takes(module)
    ]
    of.select("cbam").run()
    field(app, "Order").select("parallel").run()
    field(app, "Reduction ratio").set_value(4).run()
    assert_well(app)
    arm = trained(app, store).study.arms[1]
    assert arm.short == "frozen-random:of=cbam:ratio=4;order=parallel"


def test_modules_that_share_a_parameter_begin_alike_and_the_form_says_where_they_are_not(
    open_app, store
):
    app = open_app()
    field(app, "Task").select("digits").run()
    button(app, "Add an arm").click().run()
    field(app, "Arm 2").select("cbam").run()
    assert "Not alike" not in words(app)
    ratios = [each for each in app.select_slider if each.label == "Reduction ratio"]
    assert [each.value for each in ratios] == [4, 4]
    ratios[1].set_value(16).run()
    assert "Not alike in what they share: reduction ratio (4 in Squeeze" in words(app)
    field(app, "Arm 2").select("frozen-random").run()
    field(app, "Controls for").select("cbam").run()
    assert "Not alike" not in words(app)
    assert trained(app, store).study.arms[2].short == "frozen-random:of=cbam:ratio=4"


def added(app, times=1):
    for _ in range(times):
        button(app, "Add an arm").click().run()
    assert_well(app)


def test_a_new_arm_is_the_last_one_with_its_next_value(open_app, store):
    app = open_app()
    field(app, "Task").select("digits").run()
    field(app, "Arm 1").select("se").run()
    field(app, "Reduction ratio").set_value(2).run()
    added(app, 2)
    assert [arm.short for arm in trained(app, store).study.arms] == [
        "none",
        "se:ratio=2",
        "se:ratio=4",
        "se:ratio=8",
    ]


def test_a_new_arm_is_another_module_where_the_last_has_no_next_value(open_app, store):
    app = open_app()
    field(app, "Task").select("digits").run()
    field(app, "Arm 1").select("selayer").run()
    field(app, "Reduction ratio").set_value(64).run()
    added(app)
    field(app, "Arm 1").select("uniform").run()
    fresh = field(app, "Arm 2").value
    assert fresh not in ("none", "selayer")
    assert [arm.module.name for arm in trained(app, store).study.arms] == ["none", "uniform", fresh]


def test_up_to_eight_arms_are_compared_and_each_has_a_colour_of_its_own(open_app, store):
    app = open_app()
    field(app, "Task").select("digits").run()
    added(app, 6)
    assert not of_arms(app, "Add an arm")
    study = trained(app, store).study
    assert len({arm.short for arm in study.arms}) == 8
    assert len(set(arm_colours(study).values())) == 8


def test_any_arm_is_removed_and_the_reference_too(open_app, store):
    app = open_app(**linked(Study(task="digits", arms=["none", "se", "eca", "cbam"], seeds=1)))
    of_arms(app, "Remove")[2].click().run()
    of_arms(app, "Remove")[0].click().run()
    assert_well(app)
    assert not of_arms(app, "Remove")  # two are compared at least
    study = trained(app, store).study
    assert [arm.module.name for arm in study.arms] == ["se", "cbam"]
    assert study.reference == study.arms[0].label


def test_arms_are_moved_with_all_that_was_chosen_for_them(open_app, store):
    app = open_app(**linked(Study(task="digits", arms=["none", "se:ratio=2", "eca"], seeds=1)))
    button(app, "Make it the reference").click().run()
    of_arms(app, "Move down")[1].click().run()
    assert_well(app)
    study = trained(app, store).study
    assert [arm.short for arm in study.arms] == ["se:ratio=2", "eca", "none"]
    assert study.reference == "se:ratio=2"


def test_an_arm_is_called_what_a_person_names_it(open_app, store):
    app = open_app()
    names = [each for each in app.text_input if each.label == "Name"]
    names[1].set_value("  my [own](x) ").run()
    assert_well(app)
    row = trained(app, store)
    assert [arm.label for arm in row.study.arms] == ["none", "my [own](x)"]
    again = open_app(**linked(row.study))
    assert_well(again)
    assert [each.value for each in again.text_input if each.label == "Name"] == ["", "my [own](x)"]
    assert "Not what is shown" not in words(again)


def test_a_name_that_is_the_modules_own_is_a_name_where_the_arm_changes_something(open_app, store):
    arms = ["none", {"module": "dense", "label": "dense", "set": {"classes": 50}}]
    study = Study(task="planted-features", arms=arms, seeds=1)
    app = open_app(**linked(study))
    assert_well(app)
    assert trained(app, store).study.hash == study.hash


def test_names_of_another_number_than_the_arms_are_refused(open_app):
    query = linked(Study(task="planted-features", arms=["none", "dense"], seeds=1))
    app = open_app(**query, names=["one"])
    app.run()  # whatever else draws the page again
    assert_well(app)
    assert "names must be as many as the 2 arms, got one" in app.warning[0].value


def test_a_long_slider_has_a_field_beside_it_for_the_very_number(open_app, store):
    app = open_app()
    field(app, "Epochs, typed").set_value(137).run()
    assert field(app, "Epochs").value == 137
    field(app, "Epochs").set_value(200).run()
    assert_well(app)
    assert field(app, "Epochs, typed").value == 200
    assert "Seeds, typed" not in [each.label for each in app.number_input]
    assert trained(app, store).study.training.epochs == 200


def test_ratio_beyond_the_channels_says_so_and_disables_train(open_app):
    app = open_app()
    field(app, "Task").select("digits").run()
    field(app, "Reduction ratio").set_value(64).run()
    assert_well(app)
    assert [each.value for each in app.warning] == [
        "Se: ratio must divide into at least one unit: channels=16, ratio=64."
    ]
    assert button(app, "Train").disabled
    field(app, "Reduction ratio").set_value(8).run()
    assert not app.warning
    assert not button(app, "Train").disabled


@pytest.mark.parametrize(("label", "other"), [("Reference", "Arm 1"), ("Arm 1", "Reference")])
def test_bad_parameter_of_any_arm_says_so_and_disables_train(open_app, label, other):
    app = open_app()
    field(app, "Task").select("digits").run()
    field(app, other).select("eca").run()
    field(app, label).select("selayer").run()
    field(app, "Reduction ratio").set_value(64).run()
    assert_well(app)
    assert "channels=16, ratio=64" in app.warning[0].value
    assert button(app, "Train").disabled


def test_two_arms_alike_say_so_and_a_name_tells_them_apart(open_app, store):
    app = open_app()
    field(app, "Arm 1").select("none").run()
    assert_well(app)
    assert "two arms are called" in app.warning[0].value.lower()
    assert button(app, "Train").disabled
    field(app, "Name of this arm").set_value("the same again").run()
    assert_well(app)
    assert not app.warning
    labels = [arm.label for arm in trained(app, store).study.arms]
    assert labels == ["none", "the same again"]
