"""The Attention page, over what was found of a recorded run; the browser's test measures one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attnlab.inspection import keeping
from attnlab.inspection.attended import RunAttention
from attnlab.inspection.described import MEASURES
from attnlab.inspection.found import CURVES, ROWS, RunInspection, Settings
from attnlab.inspection.loading import WEIGHTS
from attnlab.ui.inspected_words import reliance_sentence
from attnlab.ui.inspected_worth import OVER_SEEDS
from attnlab.ui.layer_look import OPEN as OPEN_LAYERS

from .screen import assert_well, button, field, tables, words

PAGE = "pages/attention.py"
NAN = float("nan")


def inspection(study_id="none", **values):
    """What might be found of a run of dense attention; `values` by measure."""
    rows = {
        "hit": ("feature", 1.0, 0.0, 1 / 32),
        "lesion bypassed": ("", 0.5, 0.03, 0.0),
        "lesion uniform": ("", 0.4, 0.03, 0.0),
        "lesion permuted": ("", 0.4, 0.03, 0.0),
        "tau leave-one-out": ("feature", 0.2, 0.02, 0.01),
        "adversary JSD": ("feature", 0.1, 0.01, NAN),
    }
    table = pd.DataFrame(
        [
            (axis, name, values.get(name, value), half, chance, 8, "")
            for name, (axis, value, half, chance) in rows.items()
        ],
        columns=list(ROWS),
    )
    curves = pd.DataFrame(
        [
            ("feature", curve, order, share, 1 - share)
            for curve in ("deletion", "insertion")
            for order in ("top", "random", "bottom")
            for share in (0.0, 0.5, 1.0)
        ],
        columns=list(CURVES),
    )
    about = {"study": study_id, "arm": "dense", "seed": 0, "task": "planted-features"}
    about |= {"examples": 8, "split": "test"}
    return RunInspection(about, table, curves, {"feature/adversary JSD": np.linspace(0, 0.3, 8)})


def attention(study_id, seed, arm="dense", kind="distribution"):
    """What might be kept of where a run looks: two errors in six examples."""
    labels = np.arange(6, dtype=np.int32)[:, None] % 5
    answers = labels.copy()
    answers[2:4] += 1
    mean = np.full(32, 0.1 / 32) + 0.9 * (np.arange(32) == 1)
    arrays = {
        "labels": labels,
        "answers": answers,
        "confidence": np.full(6, 0.6, np.float32),
        "classes": np.arange(5, dtype=np.int32),
        "feature/mean": mean,
        "feature/each": np.tile(mean, (6, 1)).astype(np.float16),
        "feature/by class": np.tile(mean, (5, 1)),
    }
    about = {"study": study_id, "arm": arm, "seed": seed, "version": 1}
    about |= {"examples": 1000, "shown": 6, "unit": 1.0}
    return RunAttention(about, {"feature": kind}, arrays)


def keep_at(store, study_id, seed, arm="dense", **values):
    found = inspection(study_id, **values)
    found = replace(found, about={**found.about, "arm": arm, "seed": seed})
    keeping.keep(store, study_id, arm, seed, Settings(), found)


@pytest.fixture
def inspected(store, record):
    """A recorded study, one of whose runs was inspected."""
    study_id = record()
    for seed in (0, 1):
        files = {name: lambda path: path.write_bytes(b"-") for name in (WEIGHTS, "traces.npz")}
        store.save_artifacts(study_id, "dense", seed, files)
    keeping.keep(store, study_id, "dense", 0, Settings(), inspection(study_id))
    return study_id


def test_without_a_study_the_page_says_where_to_begin(open_app):
    app = open_app(PAGE)
    assert_well(app)
    assert "train one on the **Playground**" in words(app)


def pill(app, label, value):
    next(each for each in app.button_group if each.label == label).set_value(value).run()
    assert_well(app)


def test_what_was_found_before_is_shown_at_once(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    pill(app, "Seed", 0)
    said = words(app)
    assert "Without its module the trained network loses" in said
    headings = ["Does it matter?", "Does it agree?", "Could it have been otherwise?"]
    assert [f"## {each}" in said for each in headings] == [True] * 3
    [table] = app.dataframe
    assert set(table.value["title"]) >= {MEASURES["hit"].title, MEASURES["lesion bypassed"].title}
    assert not [each for each in app.button if each.label == "Look inside"]


def test_another_seed_is_measured_on_a_press_alone(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    pill(app, "Seed", 1)
    assert button(app, "Look inside")
    assert not app.dataframe


def test_a_network_that_cannot_be_read_is_said_in_a_sentence(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    pill(app, "Seed", 1)
    button(app, "Look inside").click().run()
    assert not app.exception
    assert app.error
    assert "Traceback" not in app.error[0].value


def test_the_mean_says_how_many_seeds_were_measured(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    assert_well(app)
    assert "1 of 2 seeds measured" in words(app)
    assert button(app, "Look inside").help.startswith("1 run to measure")


def test_two_seeds_are_averaged_with_an_interval_over_them(open_app, inspected, store):
    keep_at(store, inspected, 1, **{"lesion bypassed": 0.3})
    app = open_app(PAGE, study=inspected)
    assert_well(app)
    assert OVER_SEEDS in words(app)
    [table] = app.dataframe
    row = table.value[table.value["title"] == MEASURES["lesion bypassed"].title].iloc[0]
    assert (row["value"], row["n"]) == (pytest.approx(0.4), 2)


def test_two_arms_stand_side_by_side(open_app, record, store):
    study_id = record(arms=["none", "dense", "feature-gate"])
    for arm in ("dense", "feature-gate"):
        for seed in (0, 1):
            files = {name: lambda path: path.write_bytes(b"-") for name in (WEIGHTS, "traces.npz")}
            store.save_artifacts(study_id, arm, seed, files)
            keep_at(store, study_id, seed, arm)
    app = open_app(PAGE, study=study_id)
    charts = len(app.get("vega_lite_chart"))
    pill(app, "Beside it", "feature-gate")
    assert set(next(iter(app.dataframe)).value["arm"]) == {"Dense attention", "Feature gate"}
    assert len(app.get("vega_lite_chart")) == 2 * charts - 1  # over epochs there is one for both


def test_where_a_run_looks_is_read_from_the_store_until_the_test_set_was_answered(
    open_app, inspected, store
):
    app = open_app(PAGE, study=inspected)
    assert "Mean over the validation inputs that training looked at; 2 seeds." in words(app)
    assert button(app, "Look at the test examples")
    for seed in (0, 1):
        keeping.keep_attention(store, inspected, "dense", seed, attention(inspected, seed))
    app = open_app(PAGE, study=inspected)
    assert_well(app)
    assert "Mean over 1000 test examples; 2 seeds." in words(app)
    assert "Look at the test examples" not in [each.label for each in app.button]
    next(each for each in app.button_group if each.label == "View").set_value("By class").run()
    assert_well(app)


def test_the_gallery_can_be_filtered_to_errors(open_app, inspected, store):
    keeping.keep_attention(store, inspected, "dense", 0, attention(inspected, 0))
    app = open_app(PAGE, study=inspected)
    pill(app, "Seed", 0)
    assert "6 of 48 validation examples" in words(app)
    labels = [each.label for each in app.button if each.label.startswith("Look at ")]
    assert labels == [f"Look at {number}" for number in range(1, 7)]
    pill(app, "Examples", "Errors")
    labels = [each.label for each in app.button if each.label.startswith("Look at ")]
    assert labels == ["Look at 3", "Look at 4"]
    button(app, "Look at 4").click().run()
    assert_well(app)
    assert "**Example 4**" in words(app)
    assert "wrong, 60 % sure" in tables(app)


def test_a_layer_that_cannot_be_read_is_said_in_a_sentence(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    app.session_state[OPEN_LAYERS] = True
    app.run()
    assert not app.exception
    assert "cannot read the weights" in app.error[0].value


def test_a_study_without_attention_is_not_offered(open_app, record, inspected):
    plain = record(arms=["none"])
    app = open_app(PAGE)
    assert_well(app)
    assert len(field(app, "Study").options) == 1
    app = open_app(PAGE, study=plain)
    assert_well(app)
    assert "No run of this study has attention" in words(app)


def test_an_unknown_study_is_said(open_app, inspected):
    app = open_app(PAGE, study="nothing")
    assert_well(app)
    assert "nothing" in app.warning[0].value


@pytest.mark.parametrize(
    ("needed", "half", "said"),
    [
        (0.1, 0.05, "relies on attention more than the task needs it"),
        (0.9, 0.05, "training needs attention more"),
        (0.45, 0.2, "no difference between reliance and need is shown"),
        (0.1, NAN, "numbers without an interval cannot say"),
        (None, NAN, "this study does not say"),
    ],
)
def test_reliance_is_held_against_need(needed, half, said):
    found = inspection()
    if needed is not None:
        row = ("", "retrained ablation", needed, half, 0.0, 10, "")
        found.table.loc[len(found.table)] = row
    assert said in reliance_sentence(found, has_accuracy=True)


def test_loss_rises_and_accuracy_may_be_gained():
    said = reliance_sentence(inspection(**{"lesion bypassed": 0.0612}), has_accuracy=False)
    assert "has **0.0612 more loss**" in said
    said = reliance_sentence(inspection(**{"lesion bypassed": -0.003}), has_accuracy=True)
    assert "gains **0.3 points of accuracy**" in said


def test_nothing_is_said_where_no_lesion_was_measured():
    assert reliance_sentence(inspection(**{"lesion bypassed": NAN}), has_accuracy=True) == ""
