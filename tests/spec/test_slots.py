"""Which slots of a network take the module: how it is written, what it costs, where it shows."""

import pytest

from attnlab import SpecError, Study
from attnlab.backbones import build
from attnlab.spec import titles_of
from attnlab.spec.components import ModuleSpec, TaskSpec
from attnlab.spec.slots import takes_module

WRITTEN = {2: "2", "2": "2", "3+1": "1+3", " ALL ": "all", "None": "none", "1+1": "1"}


@pytest.mark.parametrize("written", WRITTEN)
def test_slots_are_read_as_people_write_them(written):
    task = TaskSpec.model_validate({"name": "digits", "blocks": 3, "slots": written})
    assert task.slots == WRITTEN[written]


@pytest.mark.parametrize("written", ["0", "1,2", "first", "", "1+", "-1", "2.0", True])
def test_what_names_no_slots_is_refused(written):
    with pytest.raises(SpecError, match="slots"):
        TaskSpec.model_validate({"name": "digits", "slots": written})


def test_each_number_is_asked_alone():
    assert [takes_module("1+12", number) for number in (1, 2, 12)] == [True, False, True]
    assert takes_module("all", 7)
    assert not takes_module("none", 1)


def test_a_slot_that_the_network_does_not_have_is_refused():
    with pytest.raises(SpecError, match="slots=3 names slot 3, and the network has 2 slots"):
        Study(task="digits", arms=["none", "se:ratio=4@slots=3"])
    with pytest.raises(SpecError, match=r"the network has 1 slot$"):
        Study(task="planted-location", arms=["none", "se:ratio=4@slots=2"])
    Study(task="planted-location:backbone=residual", arms=["none", "se:ratio=4@slots=2"])


def test_only_slots_that_take_it_need_to_have_the_size_for_it():
    with pytest.raises(SpecError, match="channels=16"):
        Study(task="digits", arms=["none", "se:ratio=32"])
    assert Study(task="digits", arms=["none", "se:ratio=32@slots=2"])


def test_where_is_a_dose_of_one_module_that_all_are_held_against_none():
    study = Study(
        task="digits",
        build=[{"dose": "se:ratio=4", "slots": ["all", 1, 2]}],
    )
    assert [arm.label for arm in study.arms] == [
        "none",
        "se:ratio=4",
        "se:ratio=4@slots=1",
        "se:ratio=4@slots=2",
    ]
    assert set(study.references.values()) == {"none"}
    assert titles_of(study)["se:ratio=4@slots=2"] == "Squeeze-and-excitation, ratio 4, slots 2"


def test_an_arm_at_one_slot_is_held_against_none_under_what_it_changes_besides():
    study = Study(
        task="digits",
        build=[{"grid": "eca", "slots": [1, 2], "classes": [3, 4]}],
    )
    assert study.references["eca@classes=4,slots=2"] == "none@classes=4"
    assert len(study.arms) == 6


@pytest.mark.parametrize(
    ("slots", "layers", "traces"),
    [
        ("all", ["attention1", "attention2"], ["block1/channel", "block2/channel"]),
        ("1", ["attention1"], ["block1/channel"]),
        ("2", ["attention2"], ["block2/channel"]),
        ("none", [], []),
    ],
)
def test_each_slot_alone_keeps_its_name(slots, layers, traces):
    task = TaskSpec.model_validate({"name": "digits", "width": 8, "slots": slots})
    network = build(task, ModuleSpec.model_validate("eca"))
    assert [layer.name for layer in network.modules] == layers
    assert [trace.axis for trace in network.traces] == traces


def test_one_of_the_levels_of_a_document_alone():
    task = TaskSpec.model_validate("documents:sentences=3,words=4,units=16,slots=2")
    network = build(task, ModuleSpec.model_validate("attention-pool"))
    assert [trace.axis for trace in network.traces] == ["sentences/step"]
