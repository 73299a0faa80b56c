"""Options become the plan that a file with the same content would be."""

import pytest

from attnlab.cli.arguments import parser
from attnlab.cli.plans import planned
from attnlab.spec import SpecError, Study

TASK = {"name": "planted-features"}


def plan(*options, task="planted-features"):
    return planned(parser().parse_args(["run", "--task", task, *options]))


def labels(study):
    return [arm.label for arm in study.arms]


def test_one_parameter_of_the_module_is_varied_against_none():
    found = plan("--arm", "dense:activation=tanh", "--vary", "depth=0,2")
    build = {"dose": "dense:activation=tanh", "depth": [0, 2]}
    assert found == Study(task=TASK, build=build)
    assert labels(found) == ["none", "dense:activation=tanh", "dense:depth=2,activation=tanh"]


def test_several_parameters_are_varied_in_every_combination():
    found = plan("--arm", "dense", "--vary", "depth=0,1", "--vary", "classes=3,9")
    assert found == Study(task=TASK, build={"grid": "dense", "depth": [0, 1], "classes": [3, 9]})
    assert len(found.arms) == 2 + 4


def test_values_are_numbers_truths_or_words():
    found = plan("--arm", "se", "--vary", "ratio=2,4", task="digits")
    assert [arm.module.params.ratio for arm in found.arms[1:]] == [2, 4]
    rates = plan("--arm", "dense", "--vary", "learning_rate=1e-3,0.01")
    assert {rates.training_of(arm).learning_rate for arm in rates.arms} == {0.001, 0.01}


def test_one_part_is_left_out_at_a_time():
    found = plan("--leave-one-out", "cbam", task="digits")
    assert found == Study(task="digits", build={"leave-one-out": "cbam"})
    assert (found.reference, labels(found)[-1]) == ("cbam", "none")


def test_arms_can_be_named_beside_those_that_are_built():
    found = plan("--leave-one-out", "cbam", "--arm", "eca", task="digits")
    assert labels(found)[-2:] == ["none", "eca"]


def test_every_module_that_fits_is_swapped_in():
    assert plan("--swap") == Study(task=TASK, build="swap")


def test_controls_are_all_or_those_named():
    every = plan("--arm", "none", "dense", "--controls")
    assert every == Study(task=TASK, arms=["none", "dense"], controls=True)
    some = plan("--arm", "none", "dense", "--controls", "matched, uniform")
    assert some == Study(task=TASK, arms=["none", "dense"], controls=["matched", "uniform"])
    assert len(every.arms) > len(some.arms) > 2


def test_what_decides_is_fixed_beforehand():
    found = plan(
        *("--arm", "none", "dense", "--metric", "val_loss", "--score", "mean", "--last", "3"),
        *("--most-seeds", "20"),
    )
    judging = {"metric": "val_loss", "score": "mean", "last": 3, "most_seeds": 20}
    assert found == Study(task=TASK, arms=["none", "dense"], judging=judging)


def test_a_precision_is_asked_instead_of_a_number_of_seeds():
    found = plan(*("--arm", "none", "dense", "--precision", "0.01", "--most-seeds", "60"))
    assert (found.judging.precision, found.judging.cap, len(found.seeds)) == (0.01, 60, 10)


@pytest.mark.parametrize(
    ("text", "winner", "margin"),
    [
        ("dense", "dense", 0),
        ("dense=0.05", "dense", 0.05),
        ("none", "none", 0),
        ("dense:depth=1", "dense:depth=1", 0),
        ("dense:depth=1=2", "dense:depth=1", 2),
    ],
)
def test_a_prediction_names_an_arm_and_perhaps_a_margin(text, winner, margin):
    found = plan("--arm", "none", "dense", "dense:depth=1", "--predict", text)
    assert (found.prediction.winner, found.prediction.margin) == (winner, margin)


def test_an_estimate_takes_what_run_takes():
    options = ["--task", "planted-features", "--arm", "dense", "--vary", "depth=0,1"]
    asked = parser().parse_args(["estimate", *options, "--metric", "val_loss"])
    assert planned(asked) == plan(*options[2:], "--metric", "val_loss")


def test_contrasts_are_named_beside_those_of_the_controls():
    given = ("--arm", "none", "dense", "feature-gate", "--controls", "uniform,matched")
    found = plan(*given, "--contrast", "dense", "feature-gate", "--contrast", "dense", "none")
    assert found.contrast_pairs == [
        ("dense", "uniform:kind=distribution"),
        ("dense", "matched:of=dense"),
        ("feature-gate", "uniform"),
        ("feature-gate", "matched:of=feature-gate"),
        ("dense", "feature-gate"),
        ("dense", "none"),
    ]
    assert Study.from_text(found.to_yaml()) == found


def test_the_only_arm_of_a_module_is_known_by_its_name():
    found = plan("--arm", "none", "dense:depth=1", "uniform", "--contrast", "dense", "uniform")
    assert found.contrast_pairs == [("dense:depth=1", "uniform")]
    with pytest.raises(SpecError, match="the arms are none, dense, dense:depth=1; got 'eca'"):
        plan("--arm", "none", "dense", "dense:depth=1", "--contrast", "dense", "eca")


def test_the_margin_and_the_correction_are_options():
    found = plan("--arm", "none", "dense", "--margin", "0.01", "--correction", "max-t")
    assert (found.judging.margin, found.judging.correction) == (0.01, "max-t")
    assert plan("--arm", "none", "dense").judging.margin == 0


def test_help_knows_them(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["run", "--help"])
    text = capsys.readouterr().out
    assert "--contrast ARM AGAINST" in text
    assert "--margin X" in text
    assert "--correction NAME" in text
