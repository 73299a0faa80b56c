"""Networks that people bring: checked, named by their source, kept, carried, trained."""

import copy
import json
import pickle
import re
import subprocess
import sys
import zipfile
from contextlib import closing

import numpy as np
import pytest

import attnlab
from attnlab import SpecError, Study, capsules
from attnlab.backbones import build
from attnlab.export import script
from attnlab.own_modules.library import LIBRARY
from attnlab.own_modules.naming import with_name, with_network
from attnlab.spec import REGISTRY, ModuleSpec, TaskSpec, brought_in, titles_of
from attnlab.store import Store
from attnlab.training.initial_weights import initial_weights

from .conftest import spoiled

NET = '''
from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="image")
def tiny_net(inputs, outputs, slot, width=16):
    """Two convolutions with a slot behind each."""
    x = inputs
    for filters in (width, 2 * width):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
        x = slot(x)
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(outputs, name="logits")(x)
'''

STEPS = '''
from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="steps", name="my-reader")
def reader(inputs, outputs, slot, units):
    """A dense layer reads each step."""
    x = slot(layers.Dense(units, activation="relu", name="attention_in")(inputs))
    if len(x.shape) == 3:
        x = layers.GlobalAveragePooling1D()(x)
    return layers.Dense(outputs)(x)
'''

FEATURES = '''
import keras
from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="features")
def wide(inputs, outputs, slot):
    """A slot, a dense layer, another slot; given back as a model."""
    x = layers.Dense(8, activation="relu")(slot(inputs))
    return keras.Model(inputs, layers.Dense(outputs)(slot(x)))
'''

LAST = '    return layers.Dense(outputs, name="logits")(x)'
SPOILED = {
    "softmax": (
        (LAST, LAST.replace('"logits"', '"logits", activation="softmax"')),
        "its answers sum to one",
    ),
    "outputs": (
        (LAST, LAST.replace("outputs", "7")),
        r"must return answers \(B, 5\), got \(B, 7\)",
    ),
    "nothing": ((LAST, "    layers.Dense(outputs)(x)"), r"a tensor \(B, 5\), got NoneType"),
    "no slot": (("        x = slot(x)\n", ""), "has no slot: call x = slot"),
    "slot unused": (("        x = slot(x)\n", "        slot(x)\n"), "uses 0 of its 2 slots"),
    "other kind": (('fits="image"', 'fits="features"'), "fails: mine.py, line 12: "),
    "flat slot": (
        ("    return layers", "    x = slot(x)\n    return layers"),
        r"gives slot 3 \(B, 32\), and declares fits='image': \(B, H, W, C\)",
    ),
    "name of a module": (
        ("    x = inputs\n", '    x = layers.Conv2D(3, 1, name="attention")(inputs)\n'),
        "must not have a layer called 'attention', as modules in its slots are",
    ),
    "raises": (("    x = inputs\n", "    x = inputs + nowhere\n"), "mine.py, line 10: NameError"),
    "other names": (
        (
            "    x = inputs\n",
            "    import uuid\n    x = layers.Dense(3, name=uuid.uuid4().hex)(inputs)\n",
        ),
        "names its layers otherwise when it is built again",
    ),
    "not saved": (
        ("    x = inputs\n", "    x = layers.Lambda(lambda x: 2 * x)(inputs)\n"),
        "comes back|Lambda|lambda",
    ),
    "needs more": (
        ("width=16", "width, colour"),
        "missing 1 required positional argument: 'colour'",
    ),
}


@pytest.fixture
def net(write, home):
    """The path of a file whose network is in the catalogue."""
    path = write(NET)
    found = LIBRARY.bring(path)
    assert found.passed, found.why
    return path


def planned(*arms, **task):
    plan = {"name": "digits", "classes": 3, "backbone": "tiny-net", "width": 4, **task}
    return Study(task=plan, arms=["none", *arms], seeds=2, epochs=1, batch_size=256)


@pytest.mark.parametrize(("text", "slots"), [(STEPS, [32]), (FEATURES, [32, 8])])
def test_networks_of_every_kind_pass(report, text, slots):
    found = report(text)
    assert found.passed, found.why
    assert found.modules[0].declared["slots"] == slots


@pytest.mark.parametrize("fault", SPOILED)
def test_what_a_network_does_not_keep_is_named(report, fault):
    change, message = SPOILED[fault]
    found = report(spoiled(NET, change))
    assert not found.passed
    assert re.search(message, found.why), found.why


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('fits="image"', 'fits="words"'), "line 7: DeclarationError: fits must be one of"),
        (("inputs, outputs", "x, outputs"), r"the function takes inputs, outputs, slot.*got \(x"),
        (("width=16", "**width"), r"cannot take \*args"),
    ],
)
def test_a_declaration_that_is_none_is_told_with_its_line(report, change, message):
    import re

    problem = report(spoiled(NET, change)).problem
    assert re.search(message, problem), problem


def test_a_plan_names_the_source_and_another_source_is_another_plan(net, write):
    first = planned("eca@slots=2")
    own = first.task.own_backbone
    assert first.to_dict()["task"]["backbone"] == f"tiny-net#{own.source.digest}"
    assert first.hash != planned("eca@slots=2", backbone="cnn").hash
    assert Study(**json.loads(first.canonical_json())) == first
    assert Study.from_text(first.to_yaml()) == first
    write(NET + "# another word\n")
    assert [report.passed for report in LIBRARY.refresh()] == [True]
    assert planned("eca@slots=2").hash != first.hash
    again = Study(**json.loads(first.canonical_json()))
    assert again.hash == first.hash
    assert REGISTRY.has_newer(again.task.own_backbone)
    assert titles_of(again) == titles_of(first)


def test_its_slots_are_known_to_a_plan(net):
    assert planned(width=16).task.slot_sizes == (16, 32)
    assert planned(width=4).task.slot_sizes == ()
    with pytest.raises(SpecError, match="slots=3 names slot 3, and the network has 2 slots"):
        planned("eca@slots=3", width=16)
    with pytest.raises(SpecError, match="channels=16"):
        planned("se:ratio=32", width=16)
    with pytest.raises(SpecError, match=r"the network tiny-net is for image, .* has features"):
        Study(task={"name": "planted-features", "backbone": "tiny-net"}, arms=["none"])
    with pytest.raises(SpecError, match=r"unknown network 'tiny-nett'.*did you mean 'tiny-net'"):
        planned(backbone="tiny-nett")


BARE = '''
from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="image")
def bare(inputs, outputs, slot):
    """A slot at the inputs."""
    x = layers.GlobalAveragePooling2D()(slot(inputs))
    return layers.Dense(outputs)(x)
'''


def test_sizes_of_the_trial_are_not_taken_for_those_of_other_inputs(write, home):
    assert LIBRARY.bring(write(BARE)).passed
    at = {"name": "planted-location", "channels": 8, "backbone": "bare"}
    study = Study(task=at, arms=["none", "se:ratio=4"], seeds=1, epochs=1)
    assert study.task.slot_sizes == ()
    assert build(study.task, study.arms[1].module).traces[0].shape == (8,)
    trial = {"name": "cluttered-digits", "size": 32, "backbone": "bare", "samples": 500}
    assert TaskSpec.model_validate(trial).slot_sizes == (1,)
    assert TaskSpec.model_validate(trial | {"size": 40}).slot_sizes == ()
    with pytest.raises(SpecError, match="channels=1"):
        Study(task=trial, arms=["none", "se:ratio=4"])


def test_arms_may_stand_in_networks_of_their_own(net):
    study = planned(f"eca@backbone={with_network(str(net))}", backbone="cnn")
    arm = study.arms[1]
    assert study.task_of(arm).own_backbone.name == "tiny-net"
    assert titles_of(study)[arm.label] == "Efficient channel attention, backbone tiny-net"
    assert with_name(f"eca@backbone={net}:tiny_net,slots=2") == "eca@backbone=tiny-net,slots=2"
    assert [own.name for own in brought_in(study)] == ["tiny-net"]
    assert copy.deepcopy(study) == pickle.loads(pickle.dumps(study)) == study


def test_a_plan_brings_its_network_to_a_process_that_has_never_heard_of_it(net):
    study = planned("eca", "eca@backbone=cnn,slots=1")
    code = (
        "import pickle, sys; from attnlab.spec import REGISTRY; "
        "study = pickle.load(sys.stdin.buffer); own = study.task_of(study.arms[1]).own_backbone; "
        "print(own.function, own.spelled, list(REGISTRY.backbones))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(study), capture_output=True, check=True
    ).stdout.decode()
    own = study.task.own_backbone
    assert told.split() == [own.function, f"tiny-net#{own.source.digest}", "[]"]


def test_store_and_capsule_keep_the_source_and_trust_is_asked_for(net, home, tmp_path):
    study = planned("eca")
    with closing(Store(home)) as store:
        study_id = store.create_study(study)
        content = capsules.writing.capsule(store, study_id)
    path = tmp_path / "c.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("README.txt").decode()
    assert "The author's own are the network tiny-net (sources in modules/)." in readme
    assert "--trust" in readme
    forget(study)
    with closing(Store(home)) as store:
        found = store.study(study_id).study
    assert found == study
    assert found.task.own_backbone.source.text == NET
    forget(study)
    (home / "attnlab.db").unlink()
    with pytest.raises(capsules.UntrustedError, match=r"code of its own for tiny-net.*--trust"):
        capsules.read(path)
    assert capsules.sources(path) == {"mine.py": NET}
    with pytest.raises(SpecError, match="'tiny-net' is somebody's own, of source"):
        Study(**json.loads(study.canonical_json()))
    assert capsules.read(path, trust=True).study == study
    forget(study)


def test_starts_are_those_of_the_names_whatever_was_built_before_and_stands_in_the_slots(net):
    task = planned(width=4).task
    none, eca = (build(task, ModuleSpec.model_validate(each)) for each in ("none", "eca"))
    again = build(task, ModuleSpec.model_validate("none"))
    starts = [initial_weights(network, 3) for network in (none, again)]
    assert all(np.array_equal(*each) for each in zip(*starts, strict=True))
    own = {each.path: start for each, start in zip(none.model.variables, starts[0], strict=True)}
    for variable, start in zip(eca.model.variables, initial_weights(eca, 3), strict=True):
        if not variable.path.startswith("attention"):
            assert np.array_equal(start, own[variable.path])
    assert [trace.axis for trace in eca.traces] == ["slot1/channel", "slot2/channel"]


def test_it_trains_in_python_and_its_script_stands_alone(net, home):
    task = {"name": "digits", "classes": 3, "backbone": f"{net}:tiny_net", "width": 4}
    plan = {"task": task, "arms": ["none", "eca@slots=1"], "seeds": 1, "epochs": 1}
    result = attnlab.run({**plan, "batch_size": 256}, home=home)
    counted = {arm.label: arm.parameters.total for arm in result.judgement().arms}
    assert counted == {"none": 363, "eca@slots=1": 364}
    text = script(result.study, "eca@slots=1", 0)
    assert "tiny_net" not in text
    assert "layers.Conv2D(4, 3" in text


def forget(study):
    """As a process that has neither read the file nor the study."""
    for own in brought_in(study):
        REGISTRY.take_out(own)
        REGISTRY.brought_backbones._versions.pop(own.key, None)
