"""Whole pages without a browser, on studies that were recorded instead of trained."""

import gc
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from attnlab import Study
from attnlab.claims.shipped import shipped, write
from attnlab.jobs import JobManager
from attnlab.spec import NetworkLayer
from attnlab.store import EpochRecord, Owner, Store, TraceRecord
from attnlab.ui import claims, server
from tests.frameworks import manifests_read_once

from .screen import assert_well

APP = Path(__file__).parents[2] / "streamlit_app.py"


class _IdleManager(JobManager):
    """Queues studies and leaves them queued."""

    def _work(self):
        pass


@pytest.fixture(autouse=True)
def idle_server(monkeypatch):
    """A server of its own for each test, that neither trains nor loads TensorFlow."""
    monkeypatch.setattr(server, "JobManager", _IdleManager)
    monkeypatch.setattr(server, "_later", lambda action: None)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture(autouse=True, scope="package")
def small_collections():
    """After each run of a page Streamlit collects garbage: not through all that TensorFlow left."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True, scope="package")
def one_look_at_what_is_installed():
    """Each new session has Streamlit read about every installed package, slower than most pages."""
    with manifests_read_once():
        yield


@pytest.fixture
def store(home):
    opened = Store(home)
    yield opened
    opened.close()


def started(page=None):
    """The app as it opens at a page's address; the first page has the app's own."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    return app if page in (None, "pages/playground.py") else app.switch_page(page)


@pytest.fixture
def open_app():
    """Open the app, or one of its pages, as a new session: open_app("pages/runs.py", study="…")."""

    def start(page=None, **query):
        app = started(page)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return start


@pytest.fixture
def record(store):
    """Keep a study as training would have left it: record(arms=[…], upto=2).

    `ends` gives, by seed, the epochs after which it was stopped early and the one it kept.
    """

    def keep(task="planted-features", arms=("none", "dense"), seeds=2, epochs=3, **how):
        name, upto, ends = how.pop("name", ""), how.pop("upto", None), how.pop("ends", {})
        first = how.pop("first", None)
        plan = Study(task=task, arms=list(arms), seeds=seeds, epochs=epochs, **how)
        if first is not None:
            plan = plan.at_seeds(first)
        study_id = store.create_study(plan, name=name)
        store.acquire(study_id, Owner.current())
        for arm in plan.arms:
            network = [NetworkLayer("logits", "Dense", (5,), parameters=9, module=False)]
            store.describe_arm(study_id, arm.label, network, 900, 90)
            for seed in plan.seeds[:upto]:
                store.start_run(study_id, arm.label, seed)
                last, kept = ends.get(seed, (epochs, None))
                epochs_done = _epochs(plan, arm, seed)[:last]
                store.record_epochs(study_id, epochs_done)
                end = epochs_done[(kept or last) - 1]
                tested = {"accuracy": end.val_accuracy, "loss": end.val_loss}
                store.finish_run(study_id, arm.label, seed, 1.5, kept, tested)
        store.release(study_id)
        return study_id

    return keep


@pytest.fixture
def running(store):
    """A study that this process seems to be training right now."""
    study_id = store.create_study(Study(task="planted-features", arms=["none", "dense"], seeds=2))
    store.acquire(study_id, Owner.current())
    return study_id


@pytest.fixture
def two_claims(tmp_path, monkeypatch):
    """Let two of the claims come with attnlab that do; to judge all of them takes seconds."""
    path = tmp_path / "two-claims.json"
    write(dict(list(shipped().items())[:2]), path)
    monkeypatch.setattr(claims, "PATH", path)
    return path


def _epochs(plan, arm, seed):
    entry = plan.task.entry
    features = (entry.slot_sizes(plan.task.params) or entry.read_sizes(plan.task.params))[0]
    weights = np.full(features, 0.1 / features)
    weights[1] += 0.9
    measured = {"hit": 1.0, "mass": 0.9, "entropy": 0.2, "chance": 1 / features}
    kind = "gate" if arm.module.name == "feature-gate" else "distribution"
    traces = [TraceRecord("feature", kind, weights, measured)]
    return [
        EpochRecord(
            arm=arm.label,
            seed=seed,
            epoch=epoch,
            loss=1 / epoch,
            accuracy=1 - 0.5 / epoch,
            val_loss=1.1 / epoch,
            val_accuracy=1 - 0.6 / epoch - 0.01 * seed,
            seconds=0.5,
            traces=traces if arm.module.entry.layer else [],
        )
        for epoch in range(1, plan.training.epochs + 1)
    ]


@pytest.fixture
def open_plan(open_app):
    """Open the Ablation page without a study."""

    def start():
        app = open_app("pages/ablation.py")
        assert_well(app)
        return app

    return start


@pytest.fixture
def open_modules(open_app):
    """Open the page by a link: open_modules(module="se", family=["channel"])."""

    def start(**query):
        app = open_app("pages/modules.py", **query)
        assert_well(app)
        return app

    return start
