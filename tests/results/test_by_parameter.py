"""Tables behind doses, grids and parallel coordinates."""

from attnlab import Study
from attnlab.analysis.intervals import Interval
from attnlab.analysis.varied import varied
from attnlab.results.by_parameter import doses, grid, parameters
from attnlab.results.model import NO_DIFFERENCE, ArmComparison, ArmResult, StudyResult
from attnlab.results.verdict import Verdict


def result(study):
    """A result with the arm's number as its score."""
    against = study.references
    arms = [
        ArmResult(
            arm.label,
            Interval(float(number), 0.5, 10),
            Verdict.NOT_SHOWN
            if arm.label in against
            else Verdict.CONTROL
            if arm.label in study.asked_controls
            else Verdict.REFERENCE,
            is_final=True,
            comparison=ArmComparison(against[arm.label], NO_DIFFERENCE, 1.0, 1.0)
            if arm.label in against
            else None,
            title=arm.title,
        )
        for number, arm in enumerate(study.arms)
    ]
    return StudyResult(study, study.metric, study.judging, tuple(arms))


def test_doses_have_their_values_and_the_reference_none():
    study = Study(task="planted-channels", build={"dose": "se", "ratio": [2, 8]}, controls=True)
    table = doses(result(study), *varied(study))
    assert list(table["label"]) == ["none", "se:ratio=2", "se:ratio=8"]
    assert list(table["is_reference"]) == [True, False, False]
    assert table["dose"].tolist()[1:] == [2, 8]
    assert list(table["low"]) == [-0.5, 0.5, 1.5]


def test_references_of_a_tasks_doses_have_each_their_dose():
    study = Study(task="planted-features", build={"dose": "dense", "classes": [2, 5, 20]})
    table = doses(result(study), *varied(study))
    references = table[table["is_reference"]]
    assert sorted(references["dose"]) == [2, 5, 20]
    assert table["dose"].value_counts().tolist() == [2, 2, 2]
    for row in references.itertuples():
        assert study.task_of(row.label).params.classes == row.dose


def test_one_reference_of_all_doses_has_none():
    arms = ["none", "dense@classes=2", "dense@classes=20"]
    study = Study(task="planted-features", arms=arms)
    table = doses(result(study), *varied(study))
    assert table.loc[table["is_reference"], "dose"].isna().tolist() == [True]


def test_a_dose_that_others_are_held_against_is_a_dose_too():
    study = Study(task="planted-features", arms=["dense", "dense:depth=1", "dense:depth=2"])
    table = doses(result(study), *varied(study))
    assert list(table["dose"]) == [0, 1, 2]
    assert not table["is_reference"].any()


def test_a_grid_has_both_values_of_every_arm_that_has_them():
    plan = {"grid": "dense", "depth": [0, 1], "activation": ["relu", "tanh"]}
    study = Study(task="planted-features", build=plan)
    table = grid(result(study), *varied(study))
    assert list(zip(table["x"], table["y"], strict=True)) == [
        *((0, "relu"), (0, "tanh"), (1, "relu"), (1, "tanh")),
    ]
    assert "none" not in set(table["label"])


def test_parameters_are_columns_that_say_what_they_are_of():
    plan = {"grid": "dense", "depth": [0, 1], "classes": [2, 5]}
    study = Study(task="planted-features", build=plan)
    table = parameters(result(study), varied(study))
    assert list(table.columns) == ["label", "title", "score", "module depth", "task classes"]
    assert len(table) == 4


def test_a_parameter_called_score_leaves_the_score_alone():
    study = Study(
        task="reverse", build={"grid": "luong", "score": ["dot", "general"], "length": [8, 10]}
    )
    table = parameters(result(study), varied(study))
    assert table["score"].tolist() == [
        float(study.arms.index(study.arm(own))) for own in table["label"]
    ]
    assert set(table["module score"]) == {"dot", "general"}


def test_a_module_and_its_task_may_have_a_parameter_of_the_same_name():
    arms = ["none", "bahdanau:units=8", "bahdanau:units=16@units=32", "bahdanau:units=16"]
    study = Study(task="reverse", arms=arms)
    table = parameters(result(study), varied(study))
    assert table["module units"].tolist() == [8, 16, 16]
    assert table["task units"].tolist()[1] == 32
    assert table["task units"].nunique() == 2
