"""Samples on the playground, arm by arm, at the epoch that is chosen."""

from dataclasses import replace

import numpy as np
import pytest

from attnlab import Study
from attnlab.store import EpochRecord, Owner, SampleAnswer, TraceRecord
from attnlab.tasks import make
from attnlab.ui import attention, shown_samples

from .screen import assert_well, button, field, tables, words

TEXTS = Study(
    task="keyword-text:length=6,samples=500",
    arms=["none", "attention-pool"],
    seeds=2,
    epochs=2,
)
MEASURED = {"hit": 1.0, "mass": 0.9, "entropy": 0.2, "chance": 0.1}


@pytest.fixture
def recorded(store):
    """Keep a study whose arms answer class 0 at epoch 1, and rightly at epoch 2: recorded(plan)."""

    def keep(plan=TEXTS, axis="step", positions=6, upto=2, with_samples=True):
        study_id = store.create_study(plan)
        store.acquire(study_id, Owner.current())
        for arm in plan.arms:
            for seed in plan.seeds:
                right = make(plan.task, seed).validation.y[:3]
                store.start_run(study_id, arm.label, seed)
                for epoch in range(1, upto + 1):
                    weights = np.eye(positions, dtype=np.float32)[[0, 1, 2]] / epoch
                    trace = TraceRecord(axis, "distribution", weights.mean(axis=0), dict(MEASURED))
                    if with_samples:
                        trace = replace(trace, samples=weights)
                    labels = right if epoch == 2 else np.zeros(3, int)
                    answers = [SampleAnswer(label=int(label), share=0.25) for label in labels]
                    record = EpochRecord(
                        arm=arm.label,
                        seed=seed,
                        epoch=epoch,
                        loss=1.0,
                        accuracy=0.5,
                        val_loss=1.0,
                        val_accuracy=0.5,
                        seconds=0.1,
                        traces=[trace] if arm.module.entry.layer else [],
                        answers=answers if with_samples else (),
                    )
                    store.record_epochs(study_id, [record])
                if upto == 2:
                    store.finish_run(study_id, arm.label, seed, 1.0)
        if upto == 2:
            store.release(study_id)
        return study_id

    return keep


def cards(app):
    [found] = [
        html for html in tables(app).split("<style>") if "lab-cards" in html and "says" in html
    ]
    return found


def test_every_arm_has_its_answer_beside_the_right_one_at_the_epoch_chosen(open_app, recorded):
    app = open_app(study=recorded())
    assert_well(app)
    assert "Right answer: <b>" in tables(app)
    last = cards(app)
    assert last.count('lab-card"') == 2
    assert last.count("✓ right") == 2
    assert "No attention in this arm" in last
    app.session_state[attention.EPOCH] = 1
    first = cards(app.run())
    assert_well(app)
    says_joy = first.count("says <b>joy</b>")
    assert says_joy == 2
    assert first != last


def test_other_samples_and_seeds_are_one_press_away(open_app, recorded):
    app = open_app(study=recorded())
    assert "Sample 1 of 3 of the validation split" in words(app)
    before = cards(app)
    next(b for b in app.button if b.key == f"{shown_samples.NUMBER}+1").click().run()
    assert_well(app)
    assert "Sample 2 of 3" in words(app)
    second = cards(app)
    assert second != before
    app.session_state[shown_samples.SEED] = 1
    assert cards(app.run()) != second


def test_of_texts_there_is_no_mean_over_positions(open_app, recorded):
    app = open_app(study=recorded())
    charts = [each.proto.spec for each in app.get("arrow_vega_lite_chart")]
    assert not any("Attention (sums to 1)" in spec for spec in charts)
    assert "On average" not in words(app)


def test_features_have_their_mean_first_and_samples_below(open_app, recorded):
    plan = Study(task="planted-features:features=6", arms=["none", "dense"], seeds=2, epochs=2)
    app = open_app(study=recorded(plan, axis="feature"))
    assert "lab-cards" not in tables(app)
    assert "Largest on the planted column in" in words(app)
    app.session_state[attention.SAMPLES] = True
    app.run()
    assert_well(app)
    assert cards(app).count("✓ right") == 2


def test_single_samples_stand_in_one_place_with_further_ones_on_demand(open_app, recorded):
    app = open_app(study=recorded())
    assert "## Single samples" not in [each.value for each in app.markdown]
    switch = field(app, "Further samples of one arm, at its end")
    switch.set_value(True).run()
    assert_well(app)
    assert "The attention that this run kept is gone." in words(app)  # a record has no files
    assert not [each for each in open_app(study=recorded(upto=1)).toggle if "Further" in each.label]


def test_samples_are_shown_while_it_trains(open_app, recorded):
    app = open_app(study=recorded(upto=1))
    assert_well(app)
    assert cards(app).count("says <b>joy</b>") == 2


def test_studies_of_before_show_what_they_kept(open_app, recorded):
    app = open_app(study=recorded(with_samples=False))
    assert_well(app)
    assert "lab-cards" not in tables(app)
    headings = [each.value for each in app.markdown if each.value.startswith("## ")]
    assert headings.index("## Single samples") < headings.index("## Where attention looks")
    assert field(app, "Epoch").value == 2
    assert button(app, "Train")
