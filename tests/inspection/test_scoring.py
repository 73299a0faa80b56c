"""A study can be judged by what an inspection measures, and no other study pays for it."""

import pytest

import attnlab
from attnlab.inspection import lesions, scoring
from attnlab.inspection.described import MEASURES
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.running import inspect_run
from attnlab.spec import INSPECTED, TaskSpec, metric_of, metrics_of
from tests.inspection.conftest import FEATURES

PLAN = {"task": FEATURES, "arms": ["uniform", "dense", "none"], "seeds": 2, "epochs": 1}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    return attnlab.run({**PLAN, "metric": "deletion_area", "reference": "uniform"}, home=folder)


def test_every_run_with_attention_has_the_score_that_inspecting_it_finds(judged):
    scores = judged.scores()
    assert scores["arm"].tolist() == ["uniform", "uniform", "dense", "dense"]
    seed = judged.study.seeds[0]
    found = inspect_run(judged.store, judged.id, "dense", seed)
    own = scores[(scores["arm"] == "dense") & (scores["seed"] == seed)]["value"].item()
    assert own == pytest.approx(found.value("deletion area"), abs=1e-6)


def test_it_has_a_verdict_with_an_interval_like_any_other(judged):
    dense = judged.verdicts().set_index("label").loc["dense"]
    assert dense["pairs"] == 2
    means = judged.scores().groupby("arm")["value"].mean()
    assert dense["difference"] == pytest.approx(means["dense"] - means["uniform"])
    assert dense["verdict"] == "not enough seeds"


def test_a_study_that_is_judged_by_something_else_is_not_inspected(tmp_path, monkeypatch):
    def refused(*given):
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr(scoring, "with_score", refused)
    result = attnlab.run({**PLAN, "arms": ["none", "dense"], "seeds": 1}, home=tmp_path)
    assert not set(INSPECTED) & set(result.store.runs(result.id).columns)


def test_what_cannot_be_measured_leaves_the_run_without_a_score(tmp_path, monkeypatch, caplog):
    def refused(*given):
        raise InspectionError("it has no rule")

    monkeypatch.setattr(lesions, "bypassed", refused)
    plan = {**PLAN, "arms": ["none", "dense"], "seeds": 1, "metric": "lesion_bypassed"}
    result = attnlab.run(plan, home=tmp_path)
    assert result.status == "finished"
    assert result.scores().empty


def test_every_inspected_metric_is_a_measure_of_an_inspection():
    task = TaskSpec.model_validate(FEATURES)
    for name, each in INSPECTED.items():
        assert each.measure in MEASURES
        assert metric_of(task, name) is each.metric
        assert name not in metrics_of(task)  # a form would offer what most studies have not
        assert each.metric.helping == 0  # an arm is higher or lower, not better


def test_the_mean_of_the_last_epochs_is_refused():
    with pytest.raises(attnlab.SpecError, match="mean"):
        attnlab.Study(**PLAN, metric="deletion_area", score="mean")
