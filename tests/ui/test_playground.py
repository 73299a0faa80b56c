"""The playground as a whole page: what it opens on, what the form allows, what links reopen."""

import pytest

from attnlab import Arm, Study, catalog
from attnlab.jobs import EXAMPLE, EXAMPLE_ID
from attnlab.spec import REGISTRY, ModuleSpec
from attnlab.store import Owner, Status
from attnlab.ui import attention, links
from tests.arms import fitting

from .screen import FIELDS, assert_well, button, field, tables, words


def linked(study):
    """The query of the link to a set-up, as AppTest takes it."""
    query = {}
    for name, value in links.to_query(study):
        query.setdefault(name, []).append(value)
    return query


def trained(app, store):
    """What pressing Train starts."""
    before = {row.id for row in store.studies()}
    button(app, "Train").click().run()
    assert_well(app)
    [row] = [row for row in store.studies() if row.id not in before]
    return row


def test_first_start_queues_the_example_and_fills_the_form_for_it(open_app, store):
    app = open_app()
    assert_well(app)
    [row] = store.studies()
    assert (row.id, row.study, row.status) == (EXAMPLE_ID, EXAMPLE, Status.QUEUED)
    assert app.query_params["study"] == EXAMPLE_ID
    assert "Example" in words(app)
    assert field(app, "Task").value == "planted-features"
    assert field(app, "Features").value == 32
    assert field(app, "Reference").value == "none"
    assert field(app, "Arm 1").value == "dense"
    assert button(app, "Train").disabled  # it is about to be trained
    assert not button(app, "Stop").disabled


def test_finished_study_shows_its_results_and_downloads(open_app, record):
    app = open_app(study=record())
    assert_well(app)
    assert "Finished: 4 runs" in words(app)
    assert "Dense attention" in tables(app)
    assert "2 of 2" in tables(app)  # found the planted column in both seeds
    assert [each.label for each in app.get("download_button")][:3] == [
        "Curves (CSV)",
        "Attention (CSV)",
        "Attention measures (CSV)",
    ]
    assert button(app, "Stop").disabled


def test_measures_of_attention_are_chosen_and_explained(open_app, record):
    app = open_app(study=record())
    (measure,) = (each for each in app.get("button_group") if each.label == "Measure")
    titles = ["Attention on the truth", "Peaks at the truth (hit)", "Entropy"]
    assert [option.content for option in measure.proto.options] == titles
    assert "The share of all attention" in words(app)
    app.session_state[attention.MEASURE] = "entropy"
    app.run()
    assert_well(app)
    assert "How evenly attention is spread" in words(app)


def test_attention_of_many_arms_is_shown_eight_at_a_time(open_app, record):
    app = open_app(study=record(arms=("none", *(f"dense@classes={n}" for n in range(2, 19)))))
    (pages,) = (each for each in app.get("button_group") if "of 17 with attention" in each.label)
    assert [option.content for option in pages.proto.options] == ["1–8", "9–16", "17"]
    others = len(app.get("vega_lite_chart")) - 8
    app.session_state[attention.ARMS] = 16
    assert_well(app.run())
    assert len(app.get("vega_lite_chart")) - others == 1
    few = open_app(study=record(arms=("none", "dense")))
    assert not [each for each in few.get("button_group") if "with attention" in each.label]
    assert len(few.get("vega_lite_chart")) - others == 1


def test_without_attention_there_is_nothing_to_measure(open_app, record):
    assert "How attention develops" not in words(open_app(study=record(arms=["none"])))


def test_newest_study_is_shown_without_an_address(open_app, record):
    record(name="older")
    newer = record(name="newer", epochs=4)
    app = open_app()
    assert app.query_params["study"] == newer
    assert "newer" in words(app)
    assert field(app, "Epochs").value == 4


def test_train_starts_what_the_form_says(open_app, store):
    app = open_app()
    field(app, "Classes").set_value(12)
    field(app, "Seeds").set_value(2)
    field(app, "Epochs").set_value(3)
    app.run()
    row = trained(app, store)
    assert row.study.task.params.classes == 12
    assert row.study.seeds == (0, 1)
    assert row.study.training.epochs == 3
    assert [arm.label for arm in row.study.arms] == ["none", "dense"]
    assert row.study.reference == "none"
    assert app.query_params["study"] == row.id


def test_settings_of_the_training_that_have_no_effect_are_not_offered(open_app, store):
    def offered(app):
        fold = next(each for each in app.expander if each.label == "More about the training")
        return {each.label for kind in FIELDS for each in fold.get(kind)}

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


def test_stop_ends_the_study_and_offers_to_resume_it(open_app, store):
    app = open_app()
    button(app, "Stop").click().run()
    assert store.study(EXAMPLE_ID).status == Status.STOPPED
    assert f"Stopped: 0 of {EXAMPLE.runs} runs finished" in words(app)
    button(app, "Resume").click().run()
    assert_well(app)
    assert store.study(EXAMPLE_ID).status == Status.QUEUED


def test_running_study_is_asked_to_stop(open_app, store, running):
    app = open_app(study=running)
    button(app, "Stop").click().run()
    assert store.study(running).stop_requested


def test_a_study_that_waits_says_for_which_paused_one(open_app, store, running):
    waiting = store.create_study(Study(task="digits", arms=["none", "se"]), owner=Owner.current())
    texts = [each.proto.text for each in open_app(study=waiting).get("progress")]
    assert texts == ["Waiting for its turn"]
    store.pause(running)
    texts = [each.proto.text for each in open_app(study=waiting).get("progress")]
    assert texts == ["Waiting for “Planted feature”, which is paused: go on with it, or stop it"]


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
        if "image" in module.fits and module.family != "control"
    ]
    of.select("cbam").run()
    field(app, "Order").select("parallel").run()
    field(app, "Reduction ratio").set_value(4).run()
    assert_well(app)
    arm = trained(app, store).study.arms[1]
    assert arm.short == "frozen-random:of=cbam:ratio=4;order=parallel"


def test_arms_are_added_one_by_one_and_the_last_removed(open_app, store):
    app = open_app()
    button(app, "Add an arm").click().run()
    button(app, "Add an arm").click().run()
    assert "Add an arm" not in [each.label for each in app.button]
    chosen = [field(app, f"Arm {position}").value for position in (1, 2, 3)]
    assert len({"none", *chosen}) == 4
    remove = [each for each in app.button if each.help == "Remove this arm."]
    assert len(remove) == 1
    remove[0].click().run()
    assert_well(app)
    row = trained(app, store)
    assert [arm.module.name for arm in row.study.arms] == ["none", *chosen[:2]]


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


def test_two_arms_alike_say_so_and_disable_train(open_app):
    app = open_app()
    field(app, "Arm 1").select("none").run()
    assert_well(app)
    assert "two arms are called" in app.warning[0].value.lower()
    assert button(app, "Train").disabled


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
        name = next(name for name in options if name in task.params.model_fields)
        changed = {name: options[name]}
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
    assert "Not trained yet" not in words(app)
    assert "has more than this form" not in words(app)
    drop = [each for each in app.button if "of the others" in (each.help or "")]
    assert len(drop) == 2
    drop[1].click().run()
    assert_well(app)
    assert "Not trained yet" in words(app)
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
    next(each for each in app.button if each.help == "Remove this arm.").click().run()
    button(app, "Add an arm").click().run()
    assert_well(app)
    assert not any(arm.changes for arm in trained(app, store).study.arms)


def test_heading_spans_what_the_arms_are_trained_on(open_app, record):
    app = open_app(study=record(arms=["none@classes=2", "none", "none@classes=50"]))
    assert "32 features · 2–50 classes · 2 seeds" in words(app)


def test_heading_tells_what_is_unusual(open_app, record):
    usual = {"momentum": 0.5, "weight_decay": 0.1}  # without an effect
    app = open_app(study=record(task="digits", arms=["none", "se:ratio=4"], **usual))
    assert "Handwritten digits · 10 classes · 2 seeds · 3 epochs\n" in words(app) + "\n"
    app = open_app(
        study=record(
            task={"name": "digits", "label_noise": 0.3},
            arms=["none@label_noise=0", "none@optimizer=sgd", "none@imbalance=10"],
            epochs=1,
            learning_rate=0.01,
            momentum=0.8,
            patience=3,
        )
    )
    assert (
        "10 classes · 2 seeds · 1 epoch · label noise 0–0.3 · class imbalance 1–10 · "
        "learning rate 0.01 · optimiser adam, sgd · momentum 0.8 · patience 3"
    ) in words(app)


def test_a_study_whose_folder_is_gone_is_shown_without_its_chance_level(open_app, record, tmp_path):
    gone = {"source": "folder", "path": str(tmp_path / "gone"), "colour": False}
    task = {"name": "image-folder", **gone}
    app = open_app(study=record(task=task, arms=["none", "none@dropout=0.5"]))
    assert_well(app)
    said = f"folder or zip archive {tmp_path}/gone · colour off"
    assert said in words(app)
    assert "Validation accuracy" in tables(app)
    assert "chance" not in tables(app)
    button(app, "Train").click().run()
    assert "there is no folder or zip archive" in app.error[0].value


def test_attention_of_seeds_that_stopped_early_ends_with_what_each_kept(open_app, record):
    app = open_app(study=record(epochs=9, patience=2, ends={0: (4, 2), 1: (6, 4)}))
    assert_well(app)
    slider = next(each for each in app.slider if each.label == "Epoch")
    assert (slider.max, slider.value) == (6, 6)
    assert "The epoch that early stopping kept of each seed" in words(app)
    assert "3.0 (2–4)" in tables(app)
    slider.set_value(5).run()
    assert "Epoch 5 of 6; of seeds that stopped before, their last one" in words(app)


def test_link_to_a_set_up_trained_before_shows_the_finished_study(open_app, store, record):
    finished = record(epochs=7)
    record(epochs=7, upto=1)  # stopped early
    record(epochs=2)
    app = open_app(**linked(store.study(finished).study))
    assert_well(app)
    assert app.query_params["study"] == finished


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"task": "nothing"}, "unknown task 'nothing'"),
        ({"task": "digits", "arm": ["none", "dense"]}, "does not fit"),
        ({"task": "digits", "arm": "se:ratio=64"}, "ratio must divide"),
        ({"task": "digits", "arm": "nothing"}, "unknown module 'nothing'"),
        ({"task": "digits", "classes": "many"}, "classes must be a whole number"),
        ({"task": "digits", "seeds": "a"}, "seeds must be numbers"),
        ({"study": "missing"}, "missing"),
    ],
)
def test_bad_address_gives_one_message_and_the_newest_study(open_app, record, query, said):
    newest = record()
    app = open_app(**query)
    assert_well(app)
    [warning] = app.warning
    assert said in warning.value
    assert "\n" not in warning.value
    assert app.query_params["study"] == newest


def test_study_deleted_meanwhile_gives_a_message_and_another_study(open_app, store, record):
    other, gone = record(), record()
    app = open_app(study=gone)
    store.delete(gone)
    app.run()
    assert_well(app)
    assert gone in app.warning[0].value
    assert app.query_params["study"] == other


def test_form_and_study_survive_other_pages(open_app, record):
    record(name="newest")
    shown = record(name="shown", epochs=5)
    app = open_app(study=shown)
    field(app, "Classes").set_value(9)
    field(app, "Arm 1").select("feature-gate").run()
    field(app, "Reduction ratio").set_value(8).run()
    app.switch_page("pages/runs.py").run()
    assert_well(app)
    app.switch_page("pages/playground.py").run()
    assert_well(app)
    assert app.query_params["study"] == shown
    assert field(app, "Classes").value == 9
    assert field(app, "Arm 1").value == "feature-gate"
    assert field(app, "Reduction ratio").value == 8


def test_reload_shows_the_same_study(open_app, record):
    first = record(name="first")
    record(name="second")
    app = open_app(study=first)
    again = open_app(**dict(app.query_params.items()))
    assert again.query_params["study"] == first
    assert "first" in words(again)


def test_results_of_a_partly_trained_study_are_of_its_finished_runs(open_app, record):
    app = open_app(study=record(seeds=3, upto=1))
    assert_well(app)
    assert "2 of 6 runs finished" in words(app)


def test_what_the_form_cannot_show_is_said(open_app, record):
    app = open_app(study=record(seeds=[5, 6]))
    assert any("its seeds 5, 6" in caption.value for caption in app.caption)
    app = open_app(study=record())
    assert not any("has more than this form" in caption.value for caption in app.caption)
