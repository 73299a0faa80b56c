"""The Attention page, over what was found of a recorded run; the browser's test measures one."""

import numpy as np
import pandas as pd
import pytest

from attnlab.inspection import keeping
from attnlab.inspection.described import MEASURES
from attnlab.inspection.found import CURVES, ROWS, RunInspection, Settings
from attnlab.inspection.loading import WEIGHTS
from attnlab.ui.inspected_words import reliance_sentence

from .screen import assert_well, button, field, words

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


def test_what_was_found_before_is_shown_at_once(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    assert_well(app)
    said = words(app)
    assert "Without its module the trained network loses" in said
    headings = ["Does it matter?", "Does it agree?", "Could it have been otherwise?"]
    assert [f"## {each}" in said for each in headings] == [True] * 3
    assert len(app.get("vega_lite_chart")) == 5
    [table] = app.dataframe
    assert set(table.value["title"]) >= {MEASURES["hit"].title, MEASURES["lesion bypassed"].title}
    assert not [each for each in app.button if each.label == "Look inside"]


def test_another_seed_is_measured_on_a_press_alone(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    seeds = next(each for each in app.button_group if each.label == "Seed")
    seeds.set_value(1).run()
    assert_well(app)
    assert button(app, "Look inside")
    assert not app.dataframe


def test_a_network_that_cannot_be_read_is_said_in_a_sentence(open_app, inspected):
    app = open_app(PAGE, study=inspected)
    next(each for each in app.button_group if each.label == "Seed").set_value(1).run()
    button(app, "Look inside").click().run()
    assert not app.exception
    assert app.error
    assert "Traceback" not in app.error[0].value


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
