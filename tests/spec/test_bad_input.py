"""What cannot be trained is refused before anything is trained: what was expected, what came."""

import pytest

from attnlab import SpecError, Study, TaskSpec, Training
from attnlab.spec import Arm

from . import bad_plans, bad_plans_as_a_whole

FEATURES = {"name": "planted-features"}
SETTINGS = tuple(Training.model_fields)
DIGITS = {"name": "digits"}


def refused(**plan):
    with pytest.raises(SpecError) as caught:
        Study(**plan)
    return str(caught.value)


PLANS = bad_plans.PLANS | bad_plans_as_a_whole.PLANS


@pytest.mark.parametrize("name", PLANS)
def test_bad_plan_says_what_was_expected_and_what_came(name):
    plan, message = PLANS[name]
    got = refused(**plan)
    assert got.startswith(message)
    assert "\n" not in got


def test_parts_read_by_themselves_are_refused_alike():
    with pytest.raises(SpecError, match=r"^unknown module 'dens', did you mean 'dense'\?$"):
        Arm.model_validate("dens")
    with pytest.raises(SpecError, match=r"^task digits: classes must be at most 10, got '11'$"):
        TaskSpec.model_validate("digits:classes=11")


def test_a_value_of_any_length_is_cut_in_the_message():
    assert len(refused(task=FEATURES, arms=[["none"] * 10_000])) < 300
    assert len(refused(task=FEATURES, arms=["none"], seeds="3" * 10_000)) < 300


TEXTS = {
    "an open bracket": (
        "task: digits\narms: [none\nseeds: 3",
        "not readable as YAML or JSON at line 3: did not find expected ',' or ']'",
    ),
    "a tab": (
        "task: digits\n\tarms: none",
        "not readable as YAML or JSON at line 2: found a tab character that violates indentation",
    ),
    "JSON cut short": (
        '{"task": "digits",\n "arms": ["none"',
        "not readable as YAML or JSON at line 3: did not find expected ',' or ']'",
    ),
    "a key twice": (
        "task: digits\narms: [none]\narms: [se]",
        "not readable as YAML or JSON at line 3: 'arms' is given twice",
    ),
    "a key twice in JSON": ('{"task": "digits", "task": "x"}', "'task' is given twice"),
    "a Python object": (
        "task: !!python/object/apply:os.getcwd []",
        "not readable as YAML or JSON at line 1: could not determine a constructor for the tag",
    ),
    "a null character": (
        "task: \0",
        "not readable as YAML or JSON: unacceptable character #x0000: control characters are not "
        "allowed",
    ),
    "nothing": ("", "a study is a mapping with task and arms, got nothing"),
    "a list": ("- digits", "a study is a mapping with task and arms, got ['digits']"),
    "a number": ("3", "a study is a mapping with task and arms, got 3"),
    "a bottomless list": ("[" * 5000, "a study is not nested as deeply as this text"),
    "a bottomless mapping": ("{a: " * 5000, "a study is not nested as deeply as this text"),
    "an arm called no": ("task: digits\narms: [none, no]", "an arm is a module such as"),
    "an arm within itself": ("task: digits\narms: &arms [*arms]", "line 2 repeats a part"),
    "a switch for a key": ("task: digits\ntrue: 3", "unknown parameter 'True'"),
    "a part called self": ("task: digits\nself: 3", "unknown parameter 'self'"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_bad_text_says_what_is_wrong_and_in_which_line(name):
    text, message = TEXTS[name]
    with pytest.raises(SpecError) as caught:
        Study.from_text(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_error_of_a_file_names_the_file(tmp_path):
    path = tmp_path / "study.yaml"
    with pytest.raises(SpecError, match=rf"cannot read the study file {path}: No such file"):
        Study.from_file(path)
    with pytest.raises(SpecError, match=rf"cannot read the study file {tmp_path}: Is a directory"):
        Study.from_file(tmp_path)
    path.write_bytes(b"task: \xff")
    with pytest.raises(SpecError, match=rf"cannot read the study file {path}: it is not UTF-8"):
        Study.from_file(path)
    path.write_text("task: digits\narms: [non]")
    with pytest.raises(SpecError, match=rf"{path}: unknown module 'non', did you mean 'none'"):
        Study.from_file(path)
