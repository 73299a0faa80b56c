"""The playground as a whole page: what it opens on, what the form allows, what links reopen."""

import pytest

from attnlab import Study
from attnlab.jobs import EXAMPLE, EXAMPLE_ID
from attnlab.store import Owner, Status

from .screen import assert_well, button, field, tables, trained, words


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
    assert "This set-up waits for its turn." in words(app)
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


def test_a_study_on_a_cluster_says_where_it_trains(open_app, running, monkeypatch):
    assert "Trains on" not in words(open_app(study=running))
    monkeypatch.setenv("ATTNLAB_CLUSTER", "nowhere")
    assert not open_app(study=running).exception
    monkeypatch.setenv("ATTNLAB_CLUSTER", "ray://head:10001")
    assert "Trains on the Ray cluster at ray://head:10001" in words(open_app(study=running))


def test_a_study_that_waits_says_for_which_paused_one(open_app, store, running):
    waiting = store.create_study(Study(task="digits", arms=["none", "se"]), owner=Owner.current())
    texts = [each.proto.text for each in open_app(study=waiting).get("progress")]
    assert texts == ["Waiting for its turn"]
    store.pause(running)
    texts = [each.proto.text for each in open_app(study=waiting).get("progress")]
    assert texts == ["Waiting for “Planted feature”, which is paused: go on with it, or stop it"]


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
