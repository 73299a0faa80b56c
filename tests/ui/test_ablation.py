"""A study on the Ablation page: its verdicts, what is behind them, and what can be done with it."""

import json

import pytest
from data.images.conftest import archived, noise, usual

from attnlab import Study
from attnlab.jobs.own_data import check_data
from attnlab.store import Owner, Status
from attnlab.ui import study_views
from tests.export.studies import recorded

from .screen import assert_well, button, field, words

PAGE = "pages/ablation.py"
DOSE = {"build": {"dose": "dense", "depth": [0, 1, 2]}, "arms": ()}
GRID = {"build": {"grid": "dense", "depth": [0, 1], "activation": ["relu", "tanh"]}, "arms": ()}


@pytest.fixture
def open_study(open_app):
    """Open the Ablation page on a study."""

    def start(study_id):
        app = open_app(PAGE, study=study_id)
        assert not app.exception
        return app

    return start


def tables(app):
    return "\n".join(str(each.body) for each in app.get("html"))


def views(app):
    [offered] = [each for each in app.get("button_group") if each.label == "Look at"]
    return offered


def specs(app):
    return [each.proto.spec for each in app.get("vega_lite_chart")]


def labels(app):
    return [each.label for each in app.button]


def test_a_finished_study_shows_a_verdict_for_each_arm(open_study, record):
    app = open_study(record(arms=("none", "dense", "feature-gate"), seeds=8, name="mine"))
    assert_well(app)
    assert "# mine" in words(app)
    assert "Test accuracy against No attention:" in words(app)
    table = tables(app)
    assert 'data-testid="verdicts"' in table
    assert table.count("n = 8") == 3
    assert "not enough seeds" not in table
    assert "over 8 seeds" in table


def test_a_long_table_scrolls_by_itself(open_app, open_study, record):
    many = record(arms=("none", *(f"dense@classes={n}" for n in range(2, 15))))
    few = record()
    for study_id, scrolls in ((many, True), (few, False)):
        for app in (open_app(study=study_id), open_study(study_id)):
            assert ("lab-scroll lab-tall" in tables(app)) is scrolls


def test_a_single_arm_has_nothing_to_be_compared_with(open_study, record):
    app = open_study(record(arms=("dense",)))
    assert "There is nothing to compare" in words(app)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({}, {"Seed by seed", "Against size", "Against time", "Curves", "Attention"}),
        (DOSE, {"By depth"}),
        (GRID, {"Grid", "All parameters"}),
    ],
)
def test_each_view_can_be_opened(open_study, record, plan, expected):
    app = open_study(record(seeds=5, **plan))
    offered = list(views(app).options)
    names = [getattr(each, "content", each) for each in offered]
    assert expected <= set(names)
    for name in names:
        app.session_state["ablation.view"] = name
        app.run()
        assert_well(app)


def test_views_can_be_measured_by_anything_while_the_verdict_stays(open_study, record):
    app = open_study(record(seeds=6))
    before = tables(app)
    [metric] = [each for each in app.selectbox if each.label == "Measured by"]
    for name in metric.options:
        assert name
    for value in ("mass", "val_loss", "parameters", "seconds", "auc"):
        metric.set_value(value).run()
        assert_well(app)
    assert tables(app) == before


def test_a_metric_is_offered_for_the_views_that_show_scores_and_kept_meanwhile(open_study, record):
    app = open_study(record(seeds=6))

    def metrics(view):
        app.session_state[study_views.VIEW] = view
        assert_well(app.run())
        return [each for each in app.selectbox if each.label == "Measured by"]

    [metric] = metrics("Against size")
    metric.set_value("val_loss").run()
    assert not metrics("Curves")
    assert not metrics("Attention")
    [metric] = metrics("Seed by seed")
    assert metric.value == "val_loss"


def test_a_prediction_is_kept_until_the_verdict(open_study, record, store):
    predicted = {"prediction": {"winner": "dense", "margin": 0.05}, "seeds": 6}
    running = store.create_study(
        Study(task="planted-features", arms=["none", "dense"], **predicted)
    )
    store.acquire(running, Owner.current())
    app = open_study(running)
    assert "Your prediction is revealed with the verdict." in words(app)
    assert "You predicted" not in words(app)
    shown = "\n".join(str(each.value) for each in open_study(record(first=6, **predicted)).info)
    assert "You predicted **Dense attention by 5 points**" in shown
    assert "No arm was shown to be better than its reference" in shown  # they were recorded alike
    assert "Dense attention came to +0 points: no difference shown." in shown


def test_predictions_are_counted(open_study, record):
    dense = {"seeds": 6, "prediction": {"winner": "dense"}}
    first = record(**dense)
    assert "Your record" not in words(open_study(first))
    none = record(seeds=6, first=6, prediction={"winner": "none"})
    assert "Your record: 1 of 2 predictions named the winner." in words(open_study(none))


def test_a_record_tells_how_far_margins_were_off(open_study, home):
    none = [0.50, 0.51, 0.52, 0.53, 0.54, 0.55]
    scores = {"none": none, "dense": [each + 0.10 for each in none]}
    for first, margin in ((0, 0.05), (6, 0.11)):
        predicted = {"prediction": {"winner": "dense", "margin": margin}}
        predicted["seeds"] = [*range(first, first + 6)]
        _, study_id = recorded(home, scores, **predicted)
    said = words(open_study(study_id))
    assert "Your record: 2 of 2 predictions named the winner, 3 points off on average." in said


def test_a_running_study_is_paused_and_goes_on(open_study, running, store):
    app = open_study(running)
    button(app, "Pause").click().run()
    assert store.is_paused(running)
    app = open_study(running)
    button(app, "Go on").click().run()
    assert not store.is_paused(running)
    button(open_study(running), "Stop").click().run()
    assert store.study(running).stop_requested


def test_a_finished_study_can_have_more_seeds(open_study, record, store):
    study_id = record(seeds=5)
    app = open_study(study_id)
    assert "the 5 % are spent" in words(app)
    [more] = [each for each in app.number_input if each.label == "How many?"]
    more.set_value(3)
    button(app, "Add and train").click().run()
    row = store.study(study_id)
    assert (row.status, row.study.looks, len(row.study.seeds)) == (Status.QUEUED, (5,), 8)


def test_a_study_planned_to_grow_says_what_is_left(open_study, record):
    app = open_study(record(seeds=5, most_seeds=8))
    assert "Planned to grow to 8 seeds" in words(app)
    [more] = [each for each in app.number_input if each.label == "How many?"]
    assert more.value == 3


def test_failed_runs_are_listed_with_their_reason_and_run_again(open_study, store):
    study_id = store.create_study(Study(task="planted-features", arms=["none", "dense"], seeds=1))
    store.acquire(study_id, Owner.current())
    store.finish_run(study_id, "none", 0, 1.0)
    store.fail_run(study_id, "dense", 0, "the loss became nan")
    store.release(study_id)
    app = open_study(study_id)
    assert "Dense attention, seed 0: the loss became nan" in words(app)
    button(app, "Run the 1 failed again").click().run()
    assert store.study(study_id).status == "queued"


def test_an_unknown_study_says_so_and_the_plan_is_offered(open_app):
    app = open_app(PAGE, study="gone")
    assert "there is no study 'gone'" in words(app)
    assert "Launch" in labels(app)


def test_a_new_plan_leaves_the_study(open_study, record):
    app = open_study(record())
    button(app, "New plan").click().run()
    assert_well(app)
    assert "study" not in app.query_params
    assert "Launch" in labels(app)


def test_another_study_can_be_opened_from_the_plan(open_app, record):
    study_id = record(name="earlier")
    app = open_app(PAGE)
    [choice] = [each for each in app.selectbox if each.label == "Or look at a study"]
    choice.set_value(study_id).run()
    assert_well(app)
    assert "# earlier" in words(app)


CONTRASTS = {
    "arms": ("none", "dense", "feature-gate"),
    "controls": ["uniform", "matched"],
    "seeds": 8,
    "margin": 0.01,
}


def test_planned_contrasts_stand_below_the_verdicts_by_their_questions(open_study, record):
    app = open_study(record(**CONTRASTS))
    assert_well(app)
    assert "Planned contrasts" in [each.value.lstrip("# ") for each in app.markdown]
    assert "Planned contrasts: " in words(app)  # the headline
    titles = [json.loads(spec)["title"]["text"] for spec in specs(app)]
    assert ["Is it just scale?"] in titles
    assert ["Is it just size?"] in titles
    table = tables(app)
    assert 'data-testid="contrasts"' in table
    assert "Dense attention − uniform weights<small>Is it just scale?</small>" in table
    assert table.count("<td>control</td>") == 4


def test_a_study_of_contrasts_alone_shows_them(open_study, record):
    app = open_study(record(arms=("uniform",), contrasts=(), controls=[]))
    assert "There is nothing to compare" in words(app)
    app = open_study(record(**CONTRASTS | {"arms": ("none", "dense")}))
    assert "There is nothing to compare" not in words(app)


def test_any_two_arms_can_be_looked_at_without_a_verdict_word(open_study, record):
    app = open_study(record(**CONTRASTS))
    app.session_state["ablation.view"] = "Arm against arm"
    app.run()
    assert_well(app)
    assert "Nobody planned to compare these two" in words(app)
    pair = tables(app).partition('data-testid="pair"')[2]
    assert "not planned" in pair
    assert not [word for word in ("helps", "hurts", "no difference shown") if word in pair]
    field(app, "First arm").set_value("dense").run()
    field(app, "Against").set_value("none").run()
    assert_well(app)
    assert "Nobody planned to compare these two" not in words(app)
    assert "not planned" not in tables(app).partition('data-testid="pair"')[2]
    field(app, "Against").set_value("feature-gate").run()
    field(app, "First arm").set_value("feature-gate").run()  # not against itself
    assert_well(app)


def test_seeds_are_added_on_changed_images_only_with_a_word(open_app, record, store, tmp_path):
    pets = archived(tmp_path / "pets.zip", usual())
    task = {"name": "image-folder", "source": "folder", "path": str(pets), "size": 8}
    study = record(task, ["none", "se:ratio=2"])
    check_data(store, study)
    archived(pets, {**usual(), "cats/0.png": noise(1)})
    app = open_app("pages/ablation.py", study=study)
    button(app, "Add and train").click().run()
    [error] = app.error
    assert "cats/0.png" in error.value
    [accepted] = [box for box in app.checkbox if box.label == "With the data as they are now"]
    accepted.check()
    button(app, "Add and train").click().run()
    assert_well(app)
    assert len(store.study(study).study.seeds) > 2
    assert len(store.data_changed_at(study)) == 1
