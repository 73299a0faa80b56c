"""Attention on the truth is one number, wherever it is shown."""

import pytest

import attnlab
from attnlab.analysis.attention import found_truth
from attnlab.analysis.rounding import mean_text, percent_text
from attnlab.charts.measures import collect_measure_curve
from attnlab.cli.report import study_json, study_text
from attnlab.export.paper import latex, markdown
from attnlab.export.verdicts import verdicts
from attnlab.results.frames import accuracy_frame
from attnlab.results.history import StudyHistory
from attnlab.results.judge import judge, judge_by_accuracy
from attnlab.ui.result_tables import accuracy_table, verdicts_table

ONE_PLACE = ("feature-gate", {"name": "planted-features", "samples": 2_000})
TWO_PLACES = ("cbam-spatial", {"name": "guided", "samples": 500})


@pytest.fixture(scope="module", params=[ONE_PLACE, TWO_PLACES], ids=lambda param: param[0])
def trained(request, tmp_path_factory):
    """A study, by its store, and the arm with attention in it."""
    arm, task = request.param
    plan = {"task": task, "arms": ["none", arm], "seeds": 2, "epochs": 1, "metric": "mass"}
    result = attnlab.run(plan, home=tmp_path_factory.mktemp("home"), progress=False)
    yield result.store, result.id, arm
    result.store.close()


def test_every_place_shows_the_number_that_is_stored(trained):
    store, study_id, arm = trained
    stored = store.measures(study_id, "last")
    stored = stored[(stored["arm"] == arm) & (stored["name"] == "mass")]
    mean = stored.groupby("seed")["value"].mean().mean()
    by_mass, by_accuracy = judge(store, study_id, "mass"), judge_by_accuracy(store, study_id)
    score, found = by_mass.arm(arm).score, by_accuracy.arm(arm).attention
    assert score.mean == pytest.approx(mean, abs=1e-12)
    assert (found.mass, found.mass_half) == (score.mean, score.half)
    frame = accuracy_frame(by_accuracy).set_index("label")
    assert frame.loc[arm, "mass"] == score.mean
    written = study_json(store, study_id)
    assert {each["label"]: each["mass"] for each in written["arms"]}[arm] == pytest.approx(mean)
    table = verdicts(store, study_id, ["mass"]).set_index("label")
    assert table.loc[arm, "score"] == score.mean
    number, percent = mean_text(*score), percent_text(*score)
    assert number in study_text(store, study_id)
    assert number in accuracy_table(by_accuracy)
    assert percent in verdicts_table(by_mass)
    for paper in (markdown, latex):
        assert percent.split(" ")[0] in paper(store, study_id, ["mass"])


@pytest.mark.parametrize("trained", [ONE_PLACE], indirect=True)
def test_the_curve_of_attention_ends_at_the_same_number(trained):
    store, study_id, arm = trained
    study = store.study(study_id).study
    history = StudyHistory(study, store.curves(study_id), store.measures(study_id))
    drawn = collect_measure_curve(history, "mass", "feature").averages.mean
    (last,) = drawn.loc[drawn["arm"] == arm, "value"]
    mean = judge(store, study_id, "mass").arm(arm).score.mean
    assert last == pytest.approx(mean, abs=5e-5)  # charts have four decimals


@pytest.mark.parametrize("trained", [ONE_PLACE], indirect=True)
def test_the_mean_weights_of_all_kept_inputs_would_give_another_number(trained):
    store, study_id, arm = trained
    study = store.study(study_id).study
    of_weights = found_truth(store.traces(study_id, "last"), study)[arm]
    found = judge_by_accuracy(store, study_id).arm(arm).attention
    assert of_weights.mass != found.mass
    assert of_weights._replace(mass=found.mass, mass_half=found.mass_half) == pytest.approx(
        found, nan_ok=True
    )
