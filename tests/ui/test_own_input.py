"""Inputs of one's own on the playground: who can be asked, and what is said to a bad one."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import attnlab
from attnlab.jobs.own_data import check_data
from attnlab.tasks.asking.drawing import PAD
from attnlab.ui import own_input, own_row, own_widgets

from .screen import assert_well, field, words

LABEL = "The arms answer as you type"


@pytest.fixture
def trained(record, store):
    """Keep a study whose runs have a file of weights: trained(task=…)."""

    def keep(**how):
        study_id = record(**how)
        for arm, seed in store.runs(study_id)[["arm", "seed"]].to_numpy():
            files = {"weights.keras": lambda path: path.write_bytes(b"weights")}
            store.save_artifacts(study_id, arm, int(seed), files)
        return study_id

    return keep


def test_nothing_is_asked_where_no_network_is_kept_or_the_task_takes_none(
    open_app, record, trained
):
    texts = {"task": "keyword-text", "arms": ["none", "attention-pool"]}
    for study in (record(**texts), trained(task="planted-channels", arms=["none", "se:ratio=4"])):
        app = open_app(study=study)
        assert_well(app)
        assert not any(f"## {heading}" in words(app) for heading in own_input.HEADINGS.values())


def test_nothing_is_answered_before_something_is_typed(open_app, trained):
    app = open_app(study=trained(task="keyword-text", arms=["none", "attention-pool"]))
    assert_well(app)
    assert "## Type your own" in words(app)
    asks = field(app, LABEL)
    assert asks.value == ""
    assert asks.placeholder.startswith("Such as: ")
    field(app, LABEL).set_value("   ").run()
    assert_well(app)


@pytest.mark.parametrize(
    ("how", "text", "said"),
    [
        (
            {"task": "keyword-text", "arms": ["none", "attention-pool"]},
            "xyzzy *plugh*",
            r"got “xyzzy” and “plugh”",
        ),
        ({"task": "dates", "arms": ["none", "bahdanau"]}, "4/9/2004", "no date here is written"),
        ({"task": "reverse", "arms": ["none", "bahdanau"]}, "zz", "got Z, too"),
    ],
)
def test_a_bad_text_gets_one_sentence(open_app, trained, how, text, said):
    app = open_app(study=trained(**how))
    field(app, LABEL).set_value(text).run()
    assert_well(app)
    [warning] = app.warning
    assert said in warning.value
    assert warning.value.startswith("Expected ")
    assert field(app, LABEL).value == text  # nothing is lost


def test_sliders_and_a_pad_stand_there_for_features_and_digits(open_app, trained):
    app = open_app(study=trained())
    assert_well(app)
    assert "## Move the features" in words(app)
    app = open_app(study=trained(task="digits", arms=["none", "se:ratio=4"]))
    assert_well(app)
    assert "## Draw your own" in words(app)
    assert app.get("file_uploader")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "text",
        {"token": "other", "values": [1.0, 2.0]},
        {"token": "mine", "values": [1.0]},
        {"token": "mine", "values": "ab"},
    ],
)
def test_what_no_slider_sends_is_nothing(sent):
    assert own_widgets._values(sent, "mine", 2) == ()
    assert own_widgets._values({"token": "mine", "values": [1, 2.5]}, "mine", 2) == (1.0, 2.5)


def test_ink_is_read_as_it_is_sent():
    sent = "ff" + "00" * (PAD * PAD - 1)
    ink = own_widgets.ink_in(sent)
    assert ink.shape == (PAD, PAD)
    assert (ink[0, 0], ink.sum()) == (1.0, 1.0)
    for other in (None, 3, "ff", "zz" * PAD * PAD, ""):
        assert own_widgets.ink_in(other) is None
    assert np.issubdtype(ink.dtype, np.floating)


# --- data of one's own ---


@pytest.fixture
def pets(tmp_path):
    """A table of 40 pets with a name that Markdown would read, and a missing value."""
    lines = ["*weight*,age,home,kind"]
    for n in range(40):
        lines.append(f"{3 + 0.1 * n},{n % 7},{'ab'[n % 2]},{('cat', 'dog')[n % 3 == 0]}")
    lines[5] = f",{lines[5].partition(',')[2]}"
    (path := tmp_path / "pets.csv").write_text("\n".join(lines))
    return path


def kept(store, study_id):
    check_data(store, study_id)
    return study_id


def test_a_row_has_a_field_for_each_column_and_begins_with_the_sample(open_app, trained, pets):
    task = {"name": "own-table", "data": str(pets), "label": "kind"}
    app = open_app(study=trained(task=task, arms=["none", "dense"]))
    assert_well(app)
    assert "## Set your own row" in words(app)
    fields = {name: field(app, name) for name in ("\\*weight\\*", "age", "home")}
    assert (fields["age"].min, fields["age"].max) == (0, 6)
    assert fields["home"].options == ["a", "b"]
    assert [box.label for box in app.checkbox] == ["\\*weight\\*: missing"]
    assert own_row.CHANGED not in app.session_state  # and so no network was asked


def test_of_many_columns_somebody_chooses_those_that_have_a_field(
    open_app, trained, pets, monkeypatch
):
    monkeypatch.setattr(own_row, "MOST_FIELDS", 2)
    task = {"name": "own-table", "data": str(pets), "label": "kind"}
    app = open_app(study=trained(task=task, arms=["none", "dense"]))
    [chosen] = [each for each in app.multiselect if each.label == "Columns to change"]
    assert chosen.value == ["*weight*", "age"]
    chosen.set_value(["home"]).run()
    assert_well(app)
    assert field(app, "home").options == ["a", "b"]
    assert not app.checkbox


def _ask_for_days():
    from types import SimpleNamespace

    import streamlit as st

    from attnlab.ui import own_row

    for start, time in (
        ("2024-02-11T11:30:15", True),
        ("2024-02-11T22:00", False),
        ("11476-01-01", False),
        (None, False),
    ):
        days = SimpleNamespace(name="since", low=18_000.0, high=3_472_000.0, time=time)
        st.text(own_row._day(days, start, f"{start}", False, "token"))


def test_a_day_that_nobody_changes_is_what_the_table_holds():
    app = AppTest.from_function(_ask_for_days, default_timeout=60).run()
    assert_well(app)
    said = [text.value for text in app.text]
    assert said == ["2024-02-11T11:30:15", "2024-02-11T22:00", "11476-01-01", "2019-04-14"]


@pytest.mark.parametrize("span", [1e-6, 0.3, 1, 27.5, 199, 1e9])
def test_a_slider_has_about_two_hundred_round_steps(span):
    step = own_row._round_step(span)
    assert 80 <= span / step <= 1.02 * own_row.STEPS
    assert f"{step:.0e}"[0] in "125"


def test_data_that_changed_or_are_gone_are_told_in_a_sentence(open_app, store, trained, pets):
    task = {"name": "own-table", "data": str(pets), "label": "kind"}
    study = kept(store, trained(task=task, arms=["none", "dense"]))
    assert not open_app(study=study).warning
    pets.write_text(pets.read_text() + "\n9.5,3,a,dog")
    app = open_app(study=study)
    assert_well(app)
    [said] = [each.value for each in app.warning]
    assert "The data have changed since these networks were trained: 1 file is changed" in said
    check_data(store, study, accept=True)
    assert not open_app(study=study).warning
    pets.unlink()
    app = open_app(study=study)
    assert_well(app)
    [said] = [each.value for each in app.warning]
    assert said.startswith("The networks cannot be asked, as that takes the data")
    assert "## Set your own row" in words(app)
    assert not [each for each in app.slider if each.label == "age"]


def test_a_number_of_ones_own_row_is_answered_in_its_own_unit(open_app, home):
    plan = {"task": "own-number", "arms": ["none", "dense"], "seeds": 1, "epochs": 1}
    study = attnlab.run(plan, home=home)
    app = open_app(study=study.id)
    assert_well(app)
    shown = cards(app)
    slider = field(app, "flipper_length_mm")
    slider.set_value(slider.max).run()
    assert_well(app)
    *others, before = cards(app)
    assert others == shown
    assert before.count("says <b>body_mass_g ") == 2
    assert before.count(" SD)</b>") == 2
    slider.set_value(slider.min).run()
    assert cards(app)[-1] != before


def test_a_bump_in_a_series_is_answered(open_app, home):
    arms = ["none", "attention-pool"]
    study = attnlab.run({"task": "own-series", "arms": arms, "seeds": 1, "epochs": 1}, home=home)
    app = open_app(study=study.id)
    shown = cards(app)
    field(app, "Height, in standard deviations").set_value(4.0).run()
    assert_well(app)
    assert cards(app)[:-1] == shown
    answered = cards(app)[-1]
    assert answered.count("says <b>") == 2
    step = field(app, "At step")
    step.set_value(step.min).run()
    assert cards(app)[-1] != answered


def cards(app):
    """What arms say: of samples, and then of what was given."""
    found = [each.proto.body for each in app.get("html")]
    return [each for each in found if '<section class="lab-card"' in each]


@pytest.mark.parametrize(
    ("task", "arms", "heading"),
    [
        ("image-folder", ["none", "se:ratio=4"], "Upload your own image"),
        ("own-series", ["none", "attention-pool"], "Change the series"),
        ("own-pairs", ["none", "bahdanau"], "Type your own"),
    ],
)
def test_images_series_and_pairs_have_their_fields(open_app, trained, task, arms, heading):
    app = open_app(study=trained(task=task, arms=arms))
    assert_well(app)
    assert f"## {heading}" in words(app)
    if task == "image-folder":
        [upload] = app.get("file_uploader")
        assert upload.proto.max_upload_size_mb == own_input.MOST_MB
    elif task == "own-series":
        app.text_area[0].set_value("one two three four").run()
        [warning] = app.warning
        assert warning.value.startswith("Expected ")
        assert "in line 1" in warning.value
        assert app.text_area[0].value == "one two three four"  # nothing is lost
    else:
        assert field(app, LABEL).placeholder.startswith("Such as: ")
