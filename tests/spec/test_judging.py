"""How a study is judged is fixed with its plan, and so is what its arms are held against."""

import pytest

from attnlab import SpecError, Study, catalog
from attnlab.spec import (
    METRICS,
    REGISTRY,
    Judging,
    TaskSpec,
    metrics_as_read,
    metrics_of,
    recalls_of,
)
from attnlab.tasks import measures

FEATURES = {"task": "planted-features", "arms": ["none", "dense"]}


def refused(**plan):
    with pytest.raises(SpecError) as caught:
        Study(**{**FEATURES, **plan})
    return str(caught.value)


SAYS_NOTHING = {
    "metric": "val_accuracy",
    "last": 5,
    "most_seeds": 0,
    "correction": "holm",
    "margin": 0.0,
    "precision": 0.0,
}


def test_a_plan_that_says_nothing_is_judged_on_fresh_samples_where_the_task_draws_them():
    study = Study(**FEATURES)
    assert study.judging.model_dump() == {**SAYS_NOTHING, "score": "test"}
    assert study.task.fresh_samples == 5_000
    assert study.metric.title == "Test accuracy"
    assert study.metric.help == (
        "The share of right answers on test samples, which decided nothing."
    )
    assert Study(**FEATURES, metric="val_loss").metric.title == "Test loss"
    assert (study.planned, study.looks, study.prediction) == (10, (), None)


@pytest.mark.parametrize(
    "plan",
    [
        {"task": "digits", "arms": ["none", "se"]},
        {"task": "planted-features:test_samples=0", "arms": ["none"]},
        {"task": "planted-features", "arms": ["none"], "metric": "mass"},
        {"task": "planted-features", "arms": ["none"], "metric": "accuracy"},
        {"task": "planted-features", "arms": ["none"], "metric": "parameters"},
    ],
    ids=["fixed data", "no test samples for it", "attention", "training", "size"],
)
def test_where_nothing_fresh_is_measured_the_score_is_that_of_the_last_epoch(plan):
    study = Study(**plan)
    assert study.judging.score == "final"
    assert not study.metric.title.startswith("Test")


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_tasks_that_draw_their_samples_and_no_others_draw_some_to_read_the_score_on(task):
    entry = REGISTRY.task(task)
    study = Study(task=task, arms=["none"])
    assert bool(study.task.fresh_samples) == (entry.fixed_data is None)
    assert study.judging.score == ("test" if entry.fixed_data is None else "final")


def test_as_many_fresh_samples_as_for_validation_at_least():
    study = Study(task="planted-features:samples=50000", arms=["none"])
    assert study.task.fresh_samples == 10_000


def test_what_is_said_stays_and_what_a_judging_leaves_out_is_filled_in():
    assert Study(**FEATURES, score="final").judging.score == "final"
    assert Study(task="digits", arms=["none"], score="test").judging.score == "test"
    assert Study(**FEATURES, judging=Judging(last=3)).judging.score == "test"
    given = Study(**FEATURES, judging=Judging(score="final", last=3)).judging
    assert (given.score, given.last) == ("final", 3)
    again = Study(**FEATURES, judging=Study(**FEATURES, score="final", last=3).judging)
    assert (again.judging.score, again.judging.last) == ("final", 3)


def test_what_it_is_judged_by_may_stand_beside_the_task_or_by_itself():
    beside = Study(**FEATURES, metric="mass", score="mean", last=3)
    grouped = Study(**FEATURES, judging={"metric": "mass", "score": "mean", "last": 3})
    assert beside == grouped
    assert beside.hash != Study(**FEATURES).hash
    assert Study.from_text(beside.to_yaml()) == beside


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_each_task_can_be_judged_by_all_that_it_measures(task):
    entry = REGISTRY.task(task)
    known = metrics_of(TaskSpec(name=task))
    assert next(iter(known)) == f"val_{entry.main}"
    assert ("val_accuracy" in known) == (entry.main == "accuracy")
    assert {f"val_{metric.name}" for metric in entry.extra_metrics} <= known.keys()
    assert ("mass" in known) == bool(TaskSpec(name=task).truth_axis)
    for name, metric in known.items():
        assert metric.name == name
        assert metric.better in (-1, 0, 1)
        assert metric.title
        assert metric.help.endswith(".")


def test_every_measure_of_attention_can_be_what_decides():
    assert set(measures.NAMES) <= METRICS.keys()


def test_less_loss_and_more_accuracy_are_better():
    better = {name: metric.better for name, metric in METRICS.items()}
    assert better["val_accuracy"] == better["mass"] == 1
    assert better["val_loss"] == better["seconds"] == better["parameters"] == -1
    assert better["entropy"] == 0


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"metric": "acuracy"}, "unknown metric 'acuracy': the known ones are val_accuracy, "),
        (
            {"task": "digits", "arms": ["none"], "metric": "mass"},
            "unknown metric 'mass': the known ones are ",
        ),
        ({"metric": 3}, "judging: metric must be a text, got 3"),
        (
            {"score": "peak"},
            "judging: score must be one of 'final', 'mean', 'best' or 'test', got 'peak'",
        ),
        ({"last": 1}, "judging: last must be at least 2, got 1"),
        ({"most_seeds": -1}, "judging: most_seeds must be at least 0, got -1"),
        ({"seeds": 10, "most_seeds": 9}, "most_seeds must be at least the 10 seeds planned, or 0"),
        ({"judging": 3}, "judging must be a mapping such as metric: val_loss, got 3"),
        ({"judging": {"score": "mean"}, "score": "final"}, "score is given twice: as 'final', and"),
        (
            {"metric": "val_roc_auc", "score": "mean"},
            "score mean needs a value for every epoch; val_roc_auc has one a run: take final or",
        ),
        (
            {"metric": "val_recall_5"},
            "planted-features has 5 classes, val_recall_0 to val_recall_4; got val_recall_5",
        ),
        (
            {"metric": "val_recall_-1"},
            "unknown metric 'val_recall_-1': the known ones are val_accuracy, val_loss",
        ),
        (
            {"metric": "val_macro_f1", "task": "reverse"},
            "unknown metric 'val_macro_f1': the known ones are val_accuracy, val_exact_match",
        ),
        (
            {"metric": "val_recall_0", "task": "reverse"},
            "unknown metric 'val_recall_0': the known ones are val_accuracy, val_exact_match",
        ),
        (
            {"metric": "mass", "score": "best"},
            "score best is read on the test samples, which have val_accuracy, val_loss, val_b",
        ),
        (
            {"metric": "mass", "score": "test"},
            "score test is read on the test samples, which have val_accuracy, val_loss, val_b",
        ),
        (
            {"metric": "parameters", "score": "mean"},
            "score mean needs a value for every epoch; parameters has one a run",
        ),
        (
            {"arms": ["none", "dense@patience=0"], "score": "best", "patience": 3},
            "arm dense@patience=0: score best needs the best epoch's weights: leave patience out",
        ),
        ({"looks": [10]}, "looks must be growing numbers of seeds below 10, which the study has"),
        ({"looks": [5, 5]}, "looks must be growing numbers of seeds below 10"),
        ({"looks": [0]}, "looks must be growing numbers of seeds below 10"),
        (
            {"prediction": {"winner": "sense"}},
            "the predicted winner must be one of the arms none, dense; got 'sense'",
        ),
        (
            {"prediction": {"winner": "dense", "margin": -1}},
            "prediction.margin must be at least 0.0, got -1",
        ),
        (
            {"prediction": "dense"},
            "prediction must be a mapping such as winner: dense, margin: 0.05; got 'dense'",
        ),
    ],
)
def test_a_bad_way_to_judge_says_what_was_expected_and_what_came(plan, message):
    assert refused(**plan).startswith(message)


def test_the_best_epoch_is_kept_where_the_score_is_read_from_it():
    study = Study(**FEATURES, score="best", epochs=12)
    assert study.training.patience == 12
    assert Study(**FEATURES, score="best", epochs=12, patience=3).training.patience == 3
    assert Study.from_text(study.to_yaml()) == study


def test_a_prediction_names_an_arm_and_a_margin():
    study = Study(**FEATURES, prediction={"winner": "dense", "margin": 0.1})
    assert (study.prediction.winner, study.prediction.margin) == ("dense", 0.1)
    assert Study.from_text(study.to_yaml()) == study


def test_added_seeds_are_new_and_the_earlier_look_is_remembered():
    study = Study(**FEATURES, seeds=[3, 8]).extended(2)
    assert study.seeds == (3, 8, 9, 10)
    assert study.looks == (2,)
    assert study.planned == 2
    again = study.extended(1)
    assert (again.looks, again.planned) == ((2, 4), 2)
    assert again.batches == [(3, 8), (9, 10), (11,)]
    assert Study.from_text(again.to_yaml()) == again


@pytest.mark.parametrize(
    ("more", "message"), [(0, "at least 1 seed"), (991, "a study has at most")]
)
def test_no_seeds_and_too_many_cannot_be_added(more, message):
    with pytest.raises(SpecError, match=message):
        Study(**FEATURES).extended(more)


def test_every_arm_is_compared_with_the_reference():
    study = Study(task="planted-features", arms=["dense", "none", "feature-gate"])
    assert study.references == {"dense": "none", "feature-gate": "none"}


def test_an_arm_with_changes_is_compared_with_the_references_module_under_the_same_changes():
    arms = ["none", "dense", "none@classes=9", "dense@classes=9", "dense@classes=7"]
    study = Study(task="planted-features", arms=arms)
    assert study.references == {
        "dense": "none",
        "dense@classes=9": "none@classes=9",
        "dense@classes=7": "none",
    }


def test_an_arm_that_is_the_reference_by_another_name_is_compared_with_it():
    again = {"label": "again", "module": "none"}
    study = Study(task="planted-features", arms=[again, "none", "dense"], reference="none")
    assert study.references == {"again": "none", "dense": "none"}
    alone = Study(task="planted-features", arms=["none", again])
    assert alone.references == {"again": "none"}
    changed = {"label": "again at 9", "module": "none", "set": {"classes": 9}}
    several = Study(
        task="planted-features", arms=["none", "none@classes=9", changed, "dense@classes=9"]
    )
    assert several.references == {
        "again at 9": "none@classes=9",
        "dense@classes=9": "none@classes=9",
    }


def test_the_references_module_with_other_changes_is_an_arm_like_any_other():
    arms = ["dense@classes=50", "dense@classes=50,features=128", "dense:depth=1@classes=50"]
    study = Study(task="planted-features", arms=arms)
    assert study.references == dict.fromkeys(arms[1:], arms[0])


def test_the_recall_of_a_class_is_called_by_its_name():
    wine = TaskSpec(name="tabular", dataset="iris")
    assert [each.title for each in recalls_of(wine).values()] == [
        "Validation recall of setosa",
        "Validation recall of versicolor",
        "Validation recall of virginica",
    ]
    study = Study(
        task="tabular:dataset=iris", arms=["none", "dense"], metric="val_recall_2", score="test"
    )
    assert study.metric.title == "Test recall of virginica"


def test_the_recall_of_many_classes_is_offered_where_it_is_planned_alone():
    many = TaskSpec(name="planted-features", classes=50)
    assert not [name for name in metrics_as_read(many, "test") if name.startswith("val_recall")]
    planned = metrics_as_read(many, "test", "val_recall_7")
    assert planned["val_recall_7"].title == "Test recall of 7"


def test_a_folder_that_has_gone_still_has_the_recall_of_a_class(tmp_path):
    task = {"name": "image-folder", "source": "folder", "path": str(tmp_path / "gone")}
    study = Study(task=task, arms=["none", "se"], metric="val_recall_3")
    assert study.metric.title == "Validation recall of 3"
    assert not recalls_of(study.task)
