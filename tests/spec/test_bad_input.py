"""What cannot be trained is refused before anything is trained: what was expected, what came."""

import pytest

from attnlab import SpecError, Study, TaskSpec, Training
from attnlab.spec import Arm

FEATURES = {"name": "planted-features"}
SETTINGS = tuple(Training.model_fields)
DIGITS = {"name": "digits"}


def refused(**plan):
    with pytest.raises(SpecError) as caught:
        Study(**plan)
    return str(caught.value)


PLANS = {
    "nothing": ({}, "task is missing: give one of planted-features, tabular, "),
    "no task": ({"arms": ["none"]}, "task is missing: give one of planted-features, tabular, "),
    "number as task": (
        {"task": 3, "arms": ["none"]},
        "a task is a name such as 'planted-features', or a mapping with a name and parameters; "
        "got 3",
    ),
    "nameless task": (
        {"task": {"classes": 3}, "arms": ["none"]},
        "a task needs a name: one of planted-features, tabular, ",
    ),
    "unknown task": (
        {"task": "digit", "arms": ["none"]},
        "unknown task 'digit', did you mean 'digits'?",
    ),
    "task like no other": (
        {"task": "zzz", "arms": ["none"]},
        "unknown task 'zzz': the known ones are planted-features, tabular, ",
    ),
    "one class": (
        {"task": {**FEATURES, "classes": 1}, "arms": ["none"]},
        "task planted-features: classes must be at least 2, got 1",
    ),
    "planted beyond the features": (
        {"task": {**FEATURES, "features": 8, "planted": 8}, "arms": ["none"]},
        "task planted-features: planted must be one of the 8 columns 0 to 7, got 8",
    ),
    "signal in every channel": (
        {"task": {"name": "planted-channels", "channels": 4, "signal": 4}, "arms": ["none"]},
        "task planted-channels: signal must be fewer than the 4 channels, got 4",
    ),
    "unknown parameter of a task": (
        {"task": {**FEATURES, "clases": 3}, "arms": ["none"]},
        "task planted-features: unknown parameter 'clases': the known ones are label_noise, "
        "imbalance, backbone, slots, features, classes, planted, samples, test_samples, "
        "did you mean 'classes'?",
    ),
    "labels that are all wrong": (
        {"task": {**DIGITS, "label_noise": 1}, "arms": ["none"]},
        "task digits: label_noise must be at most 0.9, got 1",
    ),
    "noise in per cent": (
        {"task": {**FEATURES, "label_noise": "30%"}, "arms": ["none"]},
        "task planted-features: label_noise must be a number, got '30%'",
    ),
    "the last class more common": (
        {"task": {"name": "planted-channels", "imbalance": 0.5}, "arms": ["none"]},
        "task planted-channels: imbalance must be a whole number, got 0.5",
    ),
    "no last class": (
        {"task": {**DIGITS, "imbalance": 0}, "arms": ["none"]},
        "task digits: imbalance must be at least 1, got 0",
    ),
    "parameters in a box": (
        {"task": {**FEATURES, "params": {"features": 8}}, "arms": ["none"]},
        "task planted-features: unknown parameter 'params'",
    ),
    "number as parameter name": (
        {"task": {**FEATURES, 3: 4}, "arms": ["none"]},
        "task planted-features: unknown parameter '3'",
    ),
    "truth as number": (
        {"task": {**FEATURES, "features": True}, "arms": ["none"]},
        "task planted-features: features must be a whole number, got True",
    ),
    "nothing as number": (
        {"task": {**FEATURES, "features": None}, "arms": ["none"]},
        "task planted-features: features must be a whole number, got None",
    ),
    "half a unit": (
        {"task": {**DIGITS, "head": 8.5}, "arms": ["none"]},
        "task digits: head must be a whole number, got 8.5",
    ),
    "dropout of all": (
        {"task": {**DIGITS, "dropout": 1}, "arms": ["none"]},
        "task digits: dropout must be at most 0.9, got 1",
    ),
    "no arms": (
        {"task": FEATURES},
        "arms is missing: give a list such as ['none', 'dense']",
    ),
    "empty arms": (
        {"task": FEATURES, "arms": []},
        "a study has at least 1 and at most 64 arms, got 0",
    ),
    "too many arms": (
        {"task": FEATURES, "arms": ["none"] * 65},
        "a study has at least 1 and at most 64 arms, got 65",
    ),
    "number as arms": (
        {"task": FEATURES, "arms": 3},
        "arms must be a list such as ['none', 'dense'], got 3",
    ),
    "text as arms": (
        {"task": FEATURES, "arms": "dense"},
        "arms must be a list such as ['none', 'dense'], got 'dense'",
    ),
    "mapping as arms": (
        {"task": FEATURES, "arms": {"module": "none"}},
        "arms must be a list such as ['none', 'dense'], got {'module': 'none'}",
    ),
    "number as arm": (
        {"task": FEATURES, "arms": [3]},
        "an arm is a module such as 'dense' or 'se:ratio=4', or a mapping with a module and its "
        "parameters; got 3",
    ),
    "arm without module": (
        {"task": FEATURES, "arms": [{"label": "mine"}]},
        "an arm needs a module, got {'label': 'mine'}",
    ),
    "number as module": (
        {"task": FEATURES, "arms": [{"module": 3}]},
        "a module is a name such as 'none', or a mapping with a name and parameters; got 3",
    ),
    "arm with a parameter beside its module's": (
        {"task": FEATURES, "arms": [{"module": {"name": "dense"}, "depth": 2}]},
        "unknown field of an arm 'depth': the known ones are label, module, set",
    ),
    "unknown module": (
        {"task": FEATURES, "arms": ["dens"]},
        "unknown module 'dens', did you mean 'dense'?",
    ),
    "unknown parameter of a module": (
        {"task": FEATURES, "arms": ["dense:dept=1"]},
        "module dense: unknown parameter 'dept': the known ones are depth, activation, "
        "normaliser, temperature, did you mean 'depth'?",
    ),
    "parameter of a module without any": (
        {"task": FEATURES, "arms": ["none:ratio=2"]},
        "module none: unknown parameter 'ratio': it takes none",
    ),
    "number as parameter name of an arm": (
        {"task": FEATURES, "arms": [{"module": "dense", 3: 1}]},
        "module dense: unknown parameter '3'",
    ),
    "parameter without value": (
        {"task": FEATURES, "arms": ["dense:depth"]},
        "expected name:parameter=value,… in 'dense:depth', got 'depth'",
    ),
    "parameter twice": (
        {"task": FEATURES, "arms": ["dense:depth=1,depth=2"]},
        "depth is given twice in 'dense:depth=1,depth=2'",
    ),
    "another name in the short form": (
        {"task": FEATURES, "arms": ["dense:name=none"]},
        "name is given twice in 'dense:name=none'",
    ),
    "parameter twice in a mapping": (
        {"task": FEATURES, "arms": [{"module": "dense:depth=1", "depth": 2}]},
        "depth is given twice in the arm {'depth': 2, 'module': 'dense:depth=1'}",
    ),
    "nothing after the at sign": (
        {"task": FEATURES, "arms": ["dense@"]},
        "expected @name=value,… in 'dense@', got ''",
    ),
    "change without value": (
        {"task": FEATURES, "arms": ["dense@classes"]},
        "expected @name=value,… in 'dense@classes', got 'classes'",
    ),
    "change twice": (
        {"task": FEATURES, "arms": ["dense@classes=3,classes=4"]},
        "classes is given twice in 'dense@classes=3,classes=4'",
    ),
    "change twice in a mapping": (
        {"task": FEATURES, "arms": [{"module": "dense@classes=3", "set": {"classes": 4}}]},
        "classes is given twice in the arm {'module': 'dense@classes=3', 'set': {'classes': 4}}",
    ),
    "number as changes": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": 3}]},
        "set must be a mapping such as classes: 50, got 3",
    ),
    "unknown change": (
        {"task": FEATURES, "arms": ["none", "dense@clases=3"]},
        "arm dense@clases=3: unknown parameter 'clases': the known ones are label_noise, "
        "imbalance, backbone, slots, features, classes, planted, samples, test_samples, "
        f"{', '.join(SETTINGS[1:])}, "
        "did you mean 'classes'?",
    ),
    "number as name of a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {3: 4}}]},
        "arm dense@3=4: unknown parameter '3': the known ones are label_noise, imbalance, ",
    ),
    "parameter of the module among the changes": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"depth": 1}}]},
        "arm dense@depth=1: unknown parameter 'depth': the known ones are label_noise, imbalance, ",
    ),
    "epochs of one arm": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": "long", "set": {"epochs": 9}}]},
        "arm long: epochs cannot be changed for one arm: arms are compared epoch by epoch",
    ),
    "one class for an arm": (
        {"task": FEATURES, "arms": ["none", {"module": "dense", "set": {"classes": 1}}]},
        "arm dense@classes=1: classes must be at least 2, got 1",
    ),
    "truth as a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"classes": True}}]},
        "arm dense@classes=true: classes must be a whole number, got True",
    ),
    "list as a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"batch_size": [8]}}]},
        "arm dense@batch_size=[8]: batch_size must be a whole number, got [8]",
    ),
    "change that the rest of the task does not allow": (
        {"task": {**FEATURES, "planted": 9}, "arms": ["none@features=8"]},
        "arm none@features=8: planted must be one of the 8 columns 0 to 7, got 9",
    ),
    "ratio larger than the features of its arm": (
        {"task": FEATURES, "arms": ["feature-gate:ratio=16", "feature-gate:ratio=16@features=8"]},
        "arm feature-gate:ratio=16@features=8: feature-gate: ratio must divide into at least one "
        "unit: features=8, ratio=16",
    ),
    "two arms that change nothing": (
        {"task": {**FEATURES, "classes": 7}, "arms": ["dense", "dense@classes=7"]},
        "two arms are called 'dense': change a parameter of one, or give it a label",
    ),
    "even kernel": (
        {"task": DIGITS, "arms": ["eca:kernel_size=4"]},
        "module eca: kernel_size must be odd, or 0 to pick it by the number of channels; got 4",
    ),
    "unknown choice": (
        {"task": DIGITS, "arms": ["se:gate=step"]},
        "module se: gate must be one of 'sigmoid' or 'hard_sigmoid', got 'step'",
    ),
    "unknown number to choose": (
        {"task": DIGITS, "arms": ["cbam:kernel_size=5"]},
        "module cbam: kernel_size must be one of 3 or 7, got '5'",
    ),
    "switch half way": (
        {"task": DIGITS, "arms": ["se:bias=maybe"]},
        "module se: bias must be true or false, got 'maybe'",
    ),
    "ratio larger than channels": (
        {"task": {"name": "planted-channels", "channels": 16}, "arms": ["se:ratio=32"]},
        "se: ratio must divide into at least one unit: channels=16, ratio=32",
    ),
    "ratio larger than features": (
        {"task": {**FEATURES, "features": 8}, "arms": ["feature-gate:ratio=16"]},
        "feature-gate: ratio must divide into at least one unit: features=8, ratio=16",
    ),
    "ratio larger than the narrowest block": (
        {"task": {**DIGITS, "width": 8, "blocks": 3}, "arms": ["selayer:ratio=16"]},
        "selayer: ratio must divide into at least one unit: channels=8, ratio=16",
    ),
    "heads that do not divide the features": (
        {"task": {"name": "planted-steps", "units": 24}, "arms": ["self-attention:heads=16"]},
        "self-attention: heads must divide the number of features: features=24, heads=16",
    ),
    "heads that do not divide the features of an arm": (
        {
            "task": {"name": "planted-steps", "units": 16},
            "arms": ["transformer-encoder:heads=16", "transformer-encoder:heads=16@units=24"],
        },
        "arm transformer-encoder:heads=16@units=24: transformer-encoder: heads must divide the "
        "number of features: features=24, heads=16",
    ),
    "module between sequences on one sequence": (
        {"task": "planted-steps", "arms": ["none", "luong"]},
        "module 'luong' does not fit task 'planted-steps': it weighs (B, Q, D) with (B, T, D), the "
        "task gives (B, T, D); modules that fit are none, attention-pool, step-dense, last-query, "
        "han, self-attention, transformer-encoder, additive-self, linear, relative, hard, uniform",
    ),
    "module that does not fit": (
        {"task": DIGITS, "arms": ["none", "dense"]},
        "module 'dense' does not fit task 'digits': it weighs (B, D), the task gives "
        "(B, H, W, C); modules that fit are none, se, selayer, eca, cbam-channel, ese, ceca, "
        "gct, selective-kernel, cbam-spatial, cbam, non-local, double-attention, external, ",
    ),
    "two arms of one name": (
        {"task": FEATURES, "arms": ["dense", "none", "dense"]},
        "two arms are called 'dense': change a parameter of one, or give it a label",
    ),
    "one label for two arms": (
        {
            "task": FEATURES,
            "arms": [{"module": "dense", "label": "a"}, {"module": "none", "label": "a"}],
        },
        "two arms are called 'a'",
    ),
    "empty label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": ""}]},
        "a label must have a character that can be seen, got ''",
    ),
    "endless label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": "x" * 81}]},
        "label must be at most 80 characters long, got 'xxx",
    ),
    "number as label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": 3}]},
        "label must be a text, got 3",
    ),
    "reference that is no arm": (
        {"task": FEATURES, "arms": ["none", "dense"], "reference": "dens"},
        "the reference must be one of the arms none, dense; got 'dens'",
    ),
    "number as reference": (
        {"task": FEATURES, "arms": ["none"], "reference": 3},
        "reference must be a text, got 3",
    ),
    "no seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": 0},
        "seeds must be at least 1 and at most 1000, got 0",
    ),
    "too many seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": 1001},
        "seeds must be at least 1 and at most 1000, got 1001",
    ),
    "too many seeds by name": (
        {"task": FEATURES, "arms": ["none"], "seeds": list(range(1001))},
        "seeds must name at most 1000, got 1001",
    ),
    "an empty list of seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": []},
        "seeds must name at least one seed, got none",
    ),
    "seeds in words": (
        {"task": FEATURES, "arms": ["none"], "seeds": "three"},
        "seeds must be a count or a list of whole numbers, got 'three'",
    ),
    "half a count": (
        {"task": FEATURES, "arms": ["none"], "seeds": 2.5},
        "seeds must be a count or a list of whole numbers, got 2.5",
    ),
    "truth as count": (
        {"task": FEATURES, "arms": ["none"], "seeds": True},
        "seeds must be a count or a list of whole numbers, got True",
    ),
    "a seed twice": (
        {"task": FEATURES, "arms": ["none"], "seeds": [3, 3]},
        "each seed may be named once, got [3, 3]",
    ),
    "a negative seed": (
        {"task": FEATURES, "arms": ["none"], "seeds": [1, -2]},
        "seeds must be whole numbers from 0 to 2147483647, got -2",
    ),
    "a seed no database holds": (
        {"task": FEATURES, "arms": ["none"], "seeds": [2**31]},
        "seeds must be whole numbers from 0 to 2147483647, got 2147483648",
    ),
    "a seed in words": (
        {"task": FEATURES, "arms": ["none"], "seeds": ["a"]},
        "seeds must be whole numbers from 0 to 2147483647, got 'a'",
    ),
    "truth as seed": (
        {"task": FEATURES, "arms": ["none"], "seeds": [True]},
        "seeds must be whole numbers from 0 to 2147483647, got True",
    ),
    "zero epochs": (
        {"task": FEATURES, "arms": ["none"], "epochs": 0},
        "training: epochs must be at least 1, got 0",
    ),
    "epochs in words": (
        {"task": FEATURES, "arms": ["none"], "epochs": "ten"},
        "training: epochs must be a whole number, got 'ten'",
    ),
    "truth as epochs": (
        {"task": FEATURES, "arms": ["none"], "epochs": True},
        "training: epochs must be a whole number, got True",
    ),
    "empty batches": (
        {"task": FEATURES, "arms": ["none"], "training": {"batch_size": 0}},
        "training: batch_size must be at least 1, got 0",
    ),
    "rate that is no number": (
        {"task": FEATURES, "arms": ["none"], "learning_rate": float("nan")},
        "training: learning_rate must be a finite number, got nan",
    ),
    "number as training": (
        {"task": FEATURES, "arms": ["none"], "training": 20},
        "training must be a mapping such as epochs: 20, got 20",
    ),
    "list as training": (
        {"task": FEATURES, "arms": ["none"], "training": []},
        "training must be a mapping such as epochs: 20, got []",
    ),
    "unknown setting of the training": (
        {"task": FEATURES, "arms": ["none"], "training": {"epoch": 3}},
        f"training: unknown parameter 'epoch': the known ones are {', '.join(SETTINGS)}, "
        "did you mean 'epochs'?",
    ),
    "epochs twice": (
        {"task": FEATURES, "arms": ["none"], "epochs": 3, "training": {"epochs": 4}},
        "epochs is given twice: as 3, and in training",
    ),
    "unknown part": (
        {"task": FEATURES, "arms": ["none"], "epoch": 3},
        "unknown parameter 'epoch': the known ones are task, arms, reference, seeds, "
        f"training, judging, contrasts, looks, settled, tuning, prediction, {', '.join(SETTINGS)}, "
        "metric, score, last, most_seeds, correction, margin, precision, build, controls, "
        "also_on, did you mean 'epochs'?",
    ),
    "a part called self": (
        {"task": FEATURES, "arms": ["none"], "self": 3},
        "unknown parameter 'self'",
    ),
}


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
