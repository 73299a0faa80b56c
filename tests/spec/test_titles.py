"""What people read of the arms of a study: in a sweep each says its value."""

from attnlab import Study
from attnlab.spec import titles_of


def titles(*arms, **more):
    study = Study(task="planted-features", arms=list(arms), seeds=1, **more)
    return list(titles_of(study).values())


def test_arms_that_differ_in_nothing_but_their_module_say_no_settings():
    assert titles("none", "dense", "bottleneck-dense:ratio=2") == [
        "No attention",
        "Dense attention",
        "Bottleneck attention, ratio 2",
    ]


def test_the_default_is_said_beside_arms_that_have_another_value():
    assert titles("none", "dense", "dense:depth=2") == [
        "No attention",
        "Dense attention, depth 0",
        "Dense attention, depth 2",
    ]


def test_so_is_what_the_study_has_where_an_arm_has_something_else():
    found = titles("none", "dense", "dense@classes=50", "feature-gate@learning_rate=0.01")
    assert found == [
        "No attention",
        "Dense attention, classes 5",
        "Dense attention, classes 50",
        "Feature gate, learning rate 0.01",
    ]


def test_only_what_differs_is_added_to_what_is_changed():
    assert titles("none", "dense:depth=1", "dense:depth=1,activation=tanh") == [
        "No attention",
        "Dense attention, depth 1, activation relu",
        "Dense attention, depth 1, activation tanh",
    ]


def test_a_setting_without_an_effect_is_not_said():
    assert titles("none", "dense", "dense:depth=1,activation=tanh") == [
        "No attention",
        "Dense attention, depth 0",
        "Dense attention, depth 1, activation tanh",
    ]


def test_arms_that_differ_in_much_say_what_they_change():
    arms = ("dense", "dense@classes=50", "dense@learning_rate=0.01", "dense:depth=1")
    assert titles("none", *arms)[1:] == [
        "Dense attention",
        "Dense attention, classes 50",
        "Dense attention, learning rate 0.01",
        "Dense attention, depth 1",
    ]


def test_a_name_that_somebody_gave_stays():
    named = {"module": "dense", "depth": 1, "label": "deep"}
    assert titles("none", "dense", named) == ["No attention", "Dense attention, depth 0", "deep"]


def test_arms_on_several_tasks_are_compared_within_their_own():
    arms = ("dense", "none@task=tabular", "dense@task=tabular", "dense:depth=1@task=tabular")
    assert titles("none", *arms) == [
        "No attention on planted feature",
        "Dense attention on planted feature",
        "No attention on tabular data (breast-cancer)",
        "Dense attention, depth 0 on tabular data (breast-cancer)",
        "Dense attention, depth 1 on tabular data (breast-cancer)",
    ]
