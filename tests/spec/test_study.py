"""A study is the same study however it is written, and its name is its content."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import attnlab
from attnlab import Arm, Study, TaskSpec, Training

from .plans import plan

GOLDEN = {
    "task": {"name": "digits", "classes": 4},
    "arms": ["none", "se:ratio=4", {"label": "wide", "module": "cbam", "kernel_size": 3}],
    "seeds": [2, 5],
    "epochs": 3,
}
GOLDEN_JSON = (
    '{"arms":[{"label":"none","module":"none"},'
    '{"activation":"relu","bias":true,"gate":"sigmoid","label":"se:ratio=4","module":"se",'
    '"ratio":4,"squeeze":"avg"},'
    '{"batch_norm":false,"kernel_size":3,"label":"wide","module":"cbam","order":"channel-first",'
    '"pooling":"both","ratio":16}],'
    '"contrasts":[],'
    '"judging":{"correction":"holm","last":5,"margin":0.0,"metric":"val_accuracy","most_seeds":0,'
    '"precision":0.0,"score":"final"},'
    '"looks":[],"prediction":null,"reference":"none","seeds":[2,5],"settled":0,'
    '"task":{"after":"","backbone":"cnn","blocks":2,"brightness":0.0,"classes":4,"crop":0.0,"dropout":0.2,'
    '"flip":"none","head":64,"heads":4,"imbalance":1,"label_noise":0.0,"name":"digits",'
    '"patches":4,"pooling":"mean","positions":"learned","rotate":0,'
    '"saved":"","shift":0.0,"slots":"all","slower":0.1,"tuned":"all","weights":"random",'
    '"weights_file":"","where":"standard","width":16},'
    '"training":{"batch_size":32,"epochs":3,"learning_rate":0.002,"module_stream":0,"momentum":0.9,'
    '"optimizer":"adam","patience":0,"schedule":"constant","step_epochs":10,"step_factor":0.5,'
    '"weight_decay":0.004},"tuning":null}'
)
GOLDEN_HASH = "249dfc2e20ce69d1"


def test_canonical_text_and_hash_stay_as_they_are():
    study = Study(**GOLDEN)
    assert study.canonical_json() == GOLDEN_JSON
    assert study.hash == GOLDEN_HASH


def test_a_plan_from_before_there_was_a_parameter_has_its_default():
    earlier = json.loads(GOLDEN_JSON)
    assert earlier["arms"][2].pop("pooling") == "both"
    assert earlier["judging"].pop("margin") == 0
    assert earlier.pop("contrasts") == []
    assert Study(**earlier).canonical_json() == GOLDEN_JSON


FORMS = {
    "short": {"task": "digits:classes=4", "arms": ["none", "se:ratio=4,bias=false"]},
    "short with spaces": {
        "task": " digits : classes = 4 ",
        "arms": ["none", "se: ratio=4, bias=0"],
    },
    "flat": {
        "task": {"name": "digits", "classes": 4},
        "arms": [{"module": "none"}, {"module": "se", "bias": False, "ratio": 4}],
    },
    "texts for numbers": {
        "task": {"name": "digits", "classes": "4"},
        "arms": ["none", {"module": "se", "bias": "no", "ratio": "4"}],
    },
    "modules in full": {
        "task": {"name": "digits", "classes": 4, "width": 16},
        "arms": [
            {"module": {"name": "none"}},
            {"module": {"name": "se", "ratio": 4, "bias": False, "gate": "sigmoid"}},
        ],
    },
    "values": {
        "task": TaskSpec.model_validate("digits:classes=4"),
        "arms": (Arm.model_validate("none"), Arm.model_validate("se:ratio=4,bias=false")),
        "training": Training(epochs=8, batch_size=32, learning_rate=0.002),
    },
    "all written out": {
        "task": "digits:classes=4",
        "arms": ["none", {"module": "se:ratio=4,bias=false", "label": "se:ratio=4,bias=false"}],
        "reference": "none",
        "seeds": list(range(10)),
        "training": {"epochs": 8, "batch_size": 32},
        "learning_rate": 2e-3,
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_hash(name):
    assert Study(**FORMS[name]).hash == Study(**FORMS["short"]).hash


CHANGED = {
    "short": ["none", "dense:depth=1@classes=50,learning_rate=0.003"],
    "short in another order": ["none", " dense : depth=1 @ learning_rate = 3e-3, classes = 50"],
    "short with what is the study's anyway": [
        "none@classes=5",
        "dense:depth=1@classes=50,features=32,learning_rate=0.003",
    ],
    "flat": [
        "none",
        {"module": "dense", "depth": 1, "set": {"learning_rate": 0.003, "classes": 50}},
    ],
    "texts for numbers": [
        {"module": "none", "set": None},
        {"module": "dense:depth=1", "set": {"classes": "50", "learning_rate": "3e-3"}},
    ],
    "short and flat": [
        "none",
        {"module": "dense:depth=1@classes=50", "set": {"learning_rate": 3e-3}},
    ],
    "module in full": [
        "none",
        {"module": {"name": "dense", "depth": 1}, "set": {"classes": 50.0, "learning_rate": 0.003}},
    ],
    "values": [
        Arm.model_validate("none"),
        Arm.model_validate("dense:depth=1@classes=50,learning_rate=0.003"),
    ],
}


@pytest.mark.parametrize("name", CHANGED)
def test_every_form_of_an_arm_that_changes_its_study_gives_the_same_hash(name):
    study = plan(arms=CHANGED[name])
    assert study.hash == plan(arms=CHANGED["short"]).hash
    assert json.loads(study.canonical_json())["arms"][1] == {
        "label": "dense:depth=1@classes=50,learning_rate=0.003",
        "module": "dense",
        "depth": 1,
        "activation": "relu",
        "normaliser": "softmax",
        "temperature": 1.0,
        "set": {"classes": 50, "learning_rate": 0.003},
    }


def test_an_arm_is_trained_with_the_study_but_for_what_it_changes():
    arms = ["none", "dense@classes=50,batch_size=16", {"module": "dense", "label": "mine"}]
    study = plan(arms=arms, epochs=3)
    changed = study.arms[1]
    assert changed.changes == (("batch_size", 16), ("classes", 50))
    assert study.task_of(changed) == TaskSpec.model_validate("planted-features:classes=50")
    assert study.training_of(changed) == Training(epochs=3, batch_size=16)
    assert (study.task_of(changed).chance, study.task_of(changed).truth) == (0.02, (1,))
    for arm in (study.arms[0], "mine"):
        assert study.task_of(arm) == study.task
        assert study.training_of(arm) == study.training


@pytest.mark.parametrize(
    "text",
    [
        "task: digits:classes=4\narms: [none, 'se:ratio=4,bias=false']\n",
        "arms:\n- module: none\n- module: se\n  bias: false\n  ratio: 4\n"
        "task: {name: digits, classes: 4}\nlearning_rate: 2e-3\n",
        '{"task": {"name": "digits", "classes": 4},\n\t"arms": ["none", "se:bias=false,ratio=4"]}',
        '\ufeff{"task": "digits:classes=4", "arms": ["none", "se:ratio=4,bias=false"]}',
    ],
    ids=["short YAML", "long YAML", "JSON with tabs", "JSON with a byte order mark"],
)
def test_yaml_and_json_give_the_same_hash(text, tmp_path):
    assert Study.from_text(text).hash == Study(**FORMS["short"]).hash
    (tmp_path / "study").write_text(text, encoding="utf-8")
    assert Study.from_file(tmp_path / "study").hash == Study(**FORMS["short"]).hash


@pytest.mark.parametrize(
    "changes",
    [
        {"task": "planted-features:planted=2"},
        {"arms": ["dense"]},
        {"arms": [{"module": "none", "label": "mine"}]},
        {"arms": ["none@classes=6"]},
        {"arms": [{"module": "none", "label": "none", "set": {"classes": 6}}]},
        {"arms": ["none", "dense"]},
        {"arms": ["none", "dense"], "reference": "dense"},
        {"seeds": 9},
        {"seeds": [*range(9), 10]},
        {"epochs": 21},
        {"batch_size": 65},
        {"learning_rate": 0.0011},
        {"optimizer": "sgd"},
        {"schedule": "cosine"},
        {"patience": 3},
    ],
)
def test_every_change_of_the_content_changes_the_hash(changes):
    hashes = {plan().hash, plan(arms=["none", "dense"]).hash, plan(**changes).hash}
    assert len(hashes) == (2 if changes == {"arms": ["none", "dense"]} else 3)


def test_what_is_left_out_is_filled_by_the_task():
    study = plan()
    assert study.task.params.model_dump() == {
        "backbone": "built-in",
        "slots": "all",
        "features": 32,
        "classes": 5,
        "planted": 1,
        "samples": 10_000,
        "test_samples": 5_000,
        "label_noise": 0,
        "imbalance": 1,
    }
    assert study.seeds == tuple(range(10))
    assert (study.training.epochs, study.training.batch_size) == (20, 64)
    digits = plan(task="digits", batch_size=16)
    assert digits.training == Training(epochs=8, batch_size=16, learning_rate=2e-3)
    assert plan(training=None).training == study.training


def test_reference_is_none_where_it_is_an_arm_else_the_first():
    assert plan(arms=["dense", "none"]).reference == "none"
    assert plan(arms=["dense", "bottleneck-dense"]).reference == "dense"
    assert plan(arms=["dense", "none"], reference=None).reference == "none"
    assert plan(arms=["dense", "none"], reference="dense").reference == "dense"


def test_seeds_are_a_count_or_named():
    assert plan(seeds=3).seeds == (0, 1, 2)
    assert plan(seeds=[7, 3]).seeds == (7, 3)
    assert plan(seeds=np.array([7, 3])).canonical_json() == plan(seeds=[7, 3]).canonical_json()
    assert plan(seeds=range(2**31 - 2, 2**31)).seeds == (2147483646, 2147483647)


def test_a_study_cannot_be_changed():
    study = plan()
    for target, name in (
        (study, "seeds"),
        (study.task, "name"),
        (study.task.params, "features"),
        (study.arms[0], "label"),
        (study.arms[0], "changes"),
        (study.arms[0].module, "name"),
        (study.training, "epochs"),
    ):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(target, name, getattr(target, name))
    assert hash(study) == hash(plan())
    assert hash(plan(arms=["none@classes=6"])) == hash(plan(arms=["none@classes=6"]))


def test_runs_are_arms_times_seeds_and_arms_are_found_by_label():
    study = plan(arms=["none", {"module": "dense", "label": "mine"}], seeds=3)
    assert study.runs == 6
    assert study.arm("mine").module.name == "dense"


def test_importing_attnlab_imports_neither_tensorflow_nor_streamlit():
    code = (
        "import sys, attnlab, attnlab.jobs, attnlab.training.runtime;"
        "attnlab.Study(task='digits', arms=['se']).hash;"
        "print([name for name in ('tensorflow', 'keras', 'streamlit') if name in sys.modules])"
    )
    folder = Path(attnlab.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
