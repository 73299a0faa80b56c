"""Builders make the arms of a comparison, each with what it is held against."""

import pytest

from attnlab import SpecError, Study
from attnlab.spec import REGISTRY, TaskSpec, fits, value_in
from attnlab.spec.building import controls, product, swap

FEATURES = "planted-features:features=12"


def labels(**plan):
    return [arm.label for arm in Study(**{"task": FEATURES, **plan}).arms]


def refused(**plan):
    with pytest.raises(SpecError) as caught:
        Study(**{"task": FEATURES, **plan})
    return str(caught.value)


def test_a_dose_is_one_module_over_a_range_and_the_empty_slot():
    study = Study(task="planted-channels", build={"dose": "se:gate=hard_sigmoid", "ratio": [2, 4]})
    assert [arm.label for arm in study.arms] == [
        "none",
        "se:ratio=2,gate=hard_sigmoid",
        "se:ratio=4,gate=hard_sigmoid",
    ]
    assert study.reference == "none"


def test_a_dose_of_the_task_has_the_empty_slot_at_every_value():
    study = Study(task=FEATURES, build={"dose": "dense", "classes": [2, 5, 20]})
    assert [arm.label for arm in study.arms] == [
        *("none@classes=2", "none", "none@classes=20"),
        *("dense@classes=2", "dense", "dense@classes=20"),
    ]
    assert study.references == {
        "dense@classes=2": "none@classes=2",
        "dense": "none",
        "dense@classes=20": "none@classes=20",
    }


def test_a_dose_of_the_training_too():
    assert labels(build={"dose": "dense", "learning_rate": [0.01]}) == [
        "none@learning_rate=0.01",
        "dense@learning_rate=0.01",
    ]


def test_a_name_that_module_and_task_share_is_the_modules_unless_marked():
    task = TaskSpec(name="keyword-text")
    of_module = product(task, "han", {"units": [8]})
    assert [arm.label for arm in of_module] == ["none", "han:units=8"]
    of_task = product(task, "han", {"@units": [8]})
    assert [arm.label for arm in of_task] == ["none@units=8", "han@units=8"]


def test_a_grid_is_every_combination():
    arms = labels(build={"grid": "dense", "depth": [0, 2], "classes": [2, 9]}, epochs=2)
    assert arms == [
        *("none@classes=2", "none@classes=9"),
        *("dense@classes=2", "dense@classes=9"),
        *("dense:depth=2@classes=2", "dense:depth=2@classes=9"),
    ]


@pytest.mark.parametrize("task", REGISTRY.tasks)
def test_swap_has_every_attention_module_that_fits(task):
    task = TaskSpec(name=task)
    arms = swap(task)
    assert arms[0].label == "none"
    for arm in arms:
        assert fits(task, arm.module)
    named = {arm.module.name for arm in arms}
    for entry in REGISTRY.modules.values():
        if task.entry.slot in entry.fits and entry.family != "control":
            assert entry.name in named


def test_controls_are_added_once_for_each_module():
    arms = labels(arms=["none", "dense", "feature-gate"], controls=True)
    assert arms == [
        *("none", "dense", "feature-gate"),
        *("uniform:kind=distribution", "uniform"),
        *("frozen-random:of=dense", "frozen-random:of=feature-gate"),
        *("matched:of=dense", "matched:of=feature-gate"),
    ]


def test_controls_stand_under_the_same_changes_and_nothing_is_frozen_that_learns_nothing():
    assert labels(arms=["none", "dense@classes=9"], controls=["uniform"]) == [
        *("none", "dense@classes=9", "uniform:kind=distribution@classes=9"),
    ]
    alignment = TaskSpec(name="reverse")
    [arm] = Study(task="reverse", arms=["scaled-dot"]).arms
    assert [made.label for made in controls(alignment, [arm])] == [
        "uniform:kind=distribution",
        "matched:of=scaled-dot",
    ]


def test_a_control_that_is_there_already_is_not_added_again():
    given = ["none", "dense", "matched:of=dense"]
    assert labels(arms=given, controls=["matched"]) == given
    assert labels(arms=["none", "dense"], controls=False) == ["none", "dense"]


def test_builders_can_be_several_and_arms_may_stand_beside_them():
    assert labels(
        build=[{"dose": "dense", "depth": [0, 1]}, {"dose": "feature-gate", "ratio": [2]}],
        arms=["dense", "uniform"],
    ) == ["none", "dense", "dense:depth=1", "feature-gate:ratio=2", "uniform"]


def test_a_built_plan_is_written_as_plain_arms():
    study = Study(task=FEATURES, build={"dose": "dense", "depth": [0, 1]}, controls=["uniform"])
    assert "build" not in study.to_yaml()
    assert Study.from_text(study.to_yaml()) == study
    text = "task: planted-features\nbuild: {dose: dense, depth: [0, 1]}\nseeds: 5\n"
    assert [arm.label for arm in Study.from_text(text).arms] == ["none", "dense", "dense:depth=1"]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"build": "everything"}, "build takes swap, or a mapping such as leave-one-out: cbam"),
        ({"build": 3}, "build takes swap, or a mapping"),
        ({"build": {}}, "build needs one of leave-one-out, dose, grid, swap, got {}"),
        (
            {"build": {"dose": "dense", "grid": "dense"}},
            "build needs one of leave-one-out, dose, grid, swap, got dose, grid",
        ),
        ({"build": {"dose": "dense"}}, "dose takes one parameter with its values, got none"),
        (
            {"build": {"dose": "dense", "depth": [0], "classes": [2]}},
            "dose takes one parameter with its values, got depth, classes",
        ),
        ({"build": {"dose": "dense", "depth": 3}}, "depth needs a list of values such as [2, 4,"),
        ({"build": {"dose": "dense", "depth": "12"}}, "depth needs a list of values such as"),
        ({"build": {"dose": "dense", "depth": []}}, "depth needs at least one value"),
        ({"build": {"dose": "dense", "depht": [1]}}, "unknown parameter 'depht': the known ones"),
        ({"build": {"dose": "dense", "@depth": [1]}}, "unknown parameter 'depth': the known ones"),
        ({"build": {"dose": "dense", "depth": [9]}}, "module dense: depth must be at most 4, got"),
        ({"build": {"dose": "dens", "depth": [1]}}, "unknown module 'dens', did you mean 'dense'?"),
        ({"build": {"dose": 3, "depth": [1]}}, "dose needs a module such as se:ratio=4, got 3"),
        ({"build": {"grid": "dense"}}, "give at least one parameter of dense and its values"),
        ({"build": {"leave-one-out": "dense", "depth": [1]}}, "leave-one-out takes nothing beside"),
        ({"build": {"leave-one-out": "eca"}}, "nothing can be left out of eca"),
        ({"build": {"dose": "se", "ratio": [2]}}, "module 'se' does not fit task"),
        (
            {"build": {"grid": "dense", "classes": list(range(2, 40)), "depth": [0, 1]}},
            "a study has at least 1 and at most 64 arms, got 114",
        ),
        ({"arms": ["none"], "controls": "all"}, "controls must be true, or a list of uniform, "),
        ({"arms": ["none"], "controls": ["unifrom"]}, "unknown control 'unifrom'"),
        ({"controls": True}, "arms is missing"),
    ],
)
def test_a_plan_that_cannot_be_built_says_what_was_expected_and_what_came(plan, message):
    assert message in refused(**plan)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("0.5", 0.5),
        ("1e-3", 0.001),
        ("true", True),
        ("False", False),
        ("pre", "pre"),
        ("", ""),
    ],
)
def test_a_text_becomes_the_value_it_is(text, value):
    assert value_in(text) == value
    assert type(value_in(text)) is type(value)
