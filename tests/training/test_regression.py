"""A task whose answer is a number: what is measured, and what every surface says of it."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.datasets import load_diabetes

import attnlab
from attnlab import charts
from attnlab.cli.report import study_text
from attnlab.export.paper import markdown
from attnlab.export.study_figures import followed, study_figures
from attnlab.results.failed_runs import chance_by
from attnlab.results.history import StudyHistory
from attnlab.results.judge import judge
from attnlab.spec import SpecError, Study, TaskSpec, metric_of, metrics_of
from attnlab.tasks import make
from attnlab.training import EpochEnd, RunEnd
from attnlab.training.engine import train

PLAN = {"task": "diabetes", "arms": ["none", "dense"], "seeds": 3, "epochs": 4}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return attnlab.run(PLAN, home=tmp_path_factory.mktemp("numbers"))


@pytest.mark.parametrize("together", [1, 2])
def test_errors_are_those_of_scikit_learn_in_the_targets_own_unit(together):
    study = Study(**{**PLAN, "seeds": 2})
    how = {"task": study.task, "training": study.training, "together": together}
    events = list(train(study.arms[0], study.seeds, **how))
    for end in (event for event in events if isinstance(event, RunEnd)):
        data = make(study.task, end.seed)
        true, answers = data.unit * end.labels, data.unit * end.predictions
        assert end.tested["rmse"] == pytest.approx(metrics.root_mean_squared_error(true, answers))
        assert end.tested["mae"] == pytest.approx(metrics.mean_absolute_error(true, answers))
        assert end.tested["r2"] == pytest.approx(metrics.r2_score(true, answers))
        assert end.tested["loss"] == pytest.approx((end.tested["rmse"] / data.unit) ** 2)
        assert not end.at_end
    ends = [event for event in events if isinstance(event, EpochEnd)]
    assert all(np.isnan([event.accuracy, event.val_accuracy]).all() for event in ends)
    last = ends[-1].extra_metrics
    assert last["rmse"] < ends[0].extra_metrics["rmse"]


def test_targets_are_standardised_by_the_training_split_alone():
    data, again = (make(TaskSpec(name="diabetes"), 3) for _ in range(2))
    np.testing.assert_allclose(data.train.x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.train.x.std(axis=0), 1, atol=1e-5)
    assert data.train.y.mean() == pytest.approx(0, abs=1e-6)
    assert data.train.y.std() == pytest.approx(1, abs=1e-6)
    assert data.validation.y.mean() != pytest.approx(0, abs=1e-3)
    np.testing.assert_array_equal(data.train.x, again.train.x)
    target = load_diabetes().target
    assert TaskSpec(name="diabetes").chance == pytest.approx(target.std(), abs=0.01)
    assert [len(each) for each in (data.train, data.validation, data.test)] == [266, 88, 88]


def test_it_is_judged_by_its_main_metric_and_has_no_accuracy():
    task = TaskSpec(name="diabetes")
    assert list(metrics_of(task))[:3] == ["val_rmse", "val_mae", "val_r2"]
    assert Study(**PLAN).metric.name == "val_rmse"
    assert Study(**PLAN).metric.better == -1
    for name in ("val_accuracy", "val_roc_auc"):
        with pytest.raises(SpecError, match="unknown metric"):
            Study(**PLAN, metric=name)
    with pytest.raises(SpecError, match="measured on every task: val_loss"):
        Study(**{**PLAN, "also_on": ["tabular"]})
    assert chance_by(metric_of(task, "val_rmse"), task) == task.chance
    assert chance_by(metric_of(task, "val_r2"), task) == 0
    assert chance_by(metric_of(task, "val_loss"), task) == 1


def test_tables_and_charts_say_what_it_is_measured_by(result):
    store, study = result.store, store_study(result)
    runs = store.runs(result.id)
    assert runs[["accuracy", "val_accuracy"]].isna().all(axis=None)
    table = result.table().set_index("label")
    assert table["accuracy"].isna().all()
    assert table.loc["none", "rmse"] == pytest.approx(runs["val_rmse"][:3].mean())
    report = study_text(store, result.id)
    assert "RMSE" in report
    assert "RMSE of always saying the mean: 77" in report
    assert "accuracy" not in report.lower()
    paper = markdown(store, result.id)
    assert "RMSE" in paper
    assert "accuracy" not in paper.lower()
    assert followed(study) == ["rmse", "loss", "mae", "r2"]
    assert {"forest", "seeds", "curves"} <= study_figures(store, result.id).keys()
    history = StudyHistory(study, store.curves(result.id))
    classes = StudyHistory(Study(task="tabular", arms=["none"]), store.curves(result.id).iloc[:0])
    assert list(charts.drawn_together({"a": history, "b": classes})) == ["a"]
    assert charts.overlay_curves({"a": history}).to_dict()["title"]["text"] == "RMSE"
    scale = charts.scale_of(judge(store, result.id))
    assert (scale.title, scale.unit, scale.chance) == ("RMSE", "", 77.0)


def store_study(result):
    return result.store.study(result.id).study


def test_several_kinds_of_task_are_judged_by_the_loss_alone(tmp_path):
    plan = {**PLAN, "seeds": 1, "epochs": 1, "also_on": ["tabular"], "metric": "val_loss"}
    result = attnlab.run(plan, home=tmp_path)
    table = result.table().set_index("label")
    assert table["accuracy"].notna().tolist() == [False, False, True, True]
    assert "RMSE" in study_text(result.store, result.id)
