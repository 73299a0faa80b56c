"""Samples on the page: as the network gets them, and with what attention saw in them."""

import numpy as np
import pytest
import streamlit as st

from attnlab import catalog
from attnlab.spec import REGISTRY, TaskSpec
from attnlab.ui import samples

from .screen import assert_well, field, tables, words


def look(app, key):
    """Unfold, as a press on it does."""
    app.session_state[key] = True
    return app.run()


def turned(app, key, step):
    next(each for each in app.button if each.key == f"{key}{step:+d}").click().run()
    assert_well(app)
    return tables(app)


@pytest.fixture
def keep_attention(store):
    """Keep what a run's attention gave to each probe input, as training would."""

    def keep(study_id, arm, seeds, **arrays):
        for seed in seeds:
            files = {"traces.npz": lambda path: np.savez(path, **arrays)}
            store.save_artifacts(study_id, arm, seed, files)

    return keep


def test_nothing_is_made_before_somebody_looks(open_app, record, monkeypatch):
    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(samples.own_tasks, "made", fail)
    app = open_app(study=record())
    assert_well(app)


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_every_task_shows_what_the_network_sees(open_app, task):
    app = open_app()
    field(app, "Task").select(task).run()
    assert "Right answer" not in tables(app)
    look(app, samples.EXAMPLE)
    assert_well(app)
    assert "Right answer" in tables(app)
    if TaskSpec.model_validate(task).truth_axis:
        assert REGISTRY.task(task).truth_words in tables(app)


def test_other_examples_are_one_press_away_and_it_goes_round(open_app):
    app = look(open_app(), samples.EXAMPLE)
    first = tables(app)
    assert "1 of 20" in words(app)
    second = turned(app, samples.EXAMPLE_NUMBER, +1)
    assert second != first
    assert turned(app, samples.EXAMPLE_NUMBER, -1) == first
    turned(app, samples.EXAMPLE_NUMBER, -1)
    assert "20 of 20" in words(app)


def test_an_example_follows_the_form(open_app):
    app = look(open_app(), samples.EXAMPLE)
    assert "0 to 31;" in tables(app)
    field(app, "Features").set_value(8).run()
    assert_well(app)
    assert "0 to 7;" in tables(app)


def test_a_task_that_cannot_be_made_says_why(open_app):
    app = look(open_app(), samples.EXAMPLE)
    field(app, "Planted column").set_value(200).run()
    assert not app.exception
    assert "There is nothing to show" in words(app)
    assert "planted must be one of the 32 columns" in words(app)


def test_what_attention_saw_is_shown_by_arm_seed_and_sample(open_app, record, keep_attention):
    study = record(arms=["none", "dense", "feature-gate"])
    seen = np.random.default_rng(0).dirichlet(np.ones(32), 40)
    keep_attention(study, "dense", [0, 1], feature=seen)
    app = open_app(study=study)
    assert "Validation sample" not in words(app)
    look(app, samples.OPEN)
    assert_well(app)
    assert "Validation sample 1 of 40" in words(app)
    first = tables(app)
    assert "class " in first
    assert "Attention (sums to 1)" in first  # though another arm has a gate on the same axis
    assert turned(app, samples.NUMBER, +1) != first
    assert "Validation sample 2 of 40" in words(app)


def test_a_run_whose_files_are_gone_says_so(open_app, record):
    app = look(open_app(study=record()), samples.OPEN)
    assert_well(app)
    assert "The attention that this run kept is gone" in words(app)


def test_without_attention_or_while_it_trains_no_samples_are_offered(open_app, record, running):
    assert "Single samples" not in words(open_app(study=record(arms=["none"])))
    assert "Single samples" not in words(open_app(study=running))


def test_the_samples_are_those_that_the_run_was_measured_on(store):
    from attnlab.spec import TaskSpec
    from attnlab.tasks import make

    task = TaskSpec.model_validate("keyword-text:samples=500")
    st.cache_resource.clear()
    shown = samples._samples_of("key", task, 3, 5)
    data = make(task, 3)
    assert [each.truth.tolist() for each in shown] == data.truth[:5].tolist()
