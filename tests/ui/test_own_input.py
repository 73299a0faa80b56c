"""Inputs of one's own on the playground: who can be asked, and what is said to a bad one."""

import numpy as np
import pytest

from attnlab.tasks.asking.drawing import PAD
from attnlab.ui import own_input, own_widgets

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
