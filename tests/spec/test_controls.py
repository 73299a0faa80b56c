"""Controls of a module: what they are written like, and which may not be."""

import pytest

from attnlab import Arm, SpecError, Study
from attnlab.spec import ModuleSpec

CBAM = {"name": "cbam", "ratio": 8, "order": "parallel"}
WRITTEN = [
    "matched:of=cbam:ratio=8;order=parallel",
    "matched:of=cbam:order=parallel;ratio=8;kernel_size=7",
    {"module": "matched", "of": "cbam:ratio=8;order=parallel"},
    {"module": "matched", "of": "cbam:ratio=8,order=parallel"},
    {"module": "matched", "of": CBAM},
    {"module": {"name": "matched", "of": CBAM}},
]


def study(*arms, task="digits", **options):
    return Study(task=task, arms=["none", *arms], **options)


@pytest.mark.parametrize("arm", WRITTEN)
def test_a_control_is_the_same_however_it_is_written(arm):
    one = study(arm)
    assert one == study(WRITTEN[0])
    assert one.hash == study(WRITTEN[0]).hash
    assert one.arms[1].short == WRITTEN[0]
    assert one.arms[1].module.of.params.ratio == 8


def test_controls_of_different_modules_are_different_studies():
    texts = ("cbam", "cbam:ratio=8", "se:ratio=8")
    plans = [study(f"{name}:of={text}") for text in texts for name in ("matched", "frozen-random")]
    assert len({plan.hash for plan in plans}) == 6
    assert len({plan.arms[1].label for plan in plans}) == 6


def test_a_control_comes_back_from_every_form_it_is_kept_in():
    plan = study("frozen-random:of=cbam:ratio=8;order=parallel@width=8,classes=3", "matched:of=se")
    assert Study(**plan.model_dump()) == plan
    assert Study.from_text(plan.canonical_json()) == plan
    assert Study.from_text(plan.to_yaml()) == plan
    for arm in plan.arms:
        again = Arm.model_validate(arm.short)
        assert (again.module, again.label) == (arm.module, arm.label)


def test_the_canonical_text_writes_out_the_parameters_of_the_module_too():
    assert study("matched:of=eca").model_dump()["arms"][1]["of"] == {
        "name": "eca",
        "kernel_size": 0,
    }


def test_a_control_has_a_title_for_people():
    arm = study("frozen-random:of=cbam:ratio=8;order=parallel").arms[1]
    assert arm.title == "Frozen at random, of cbam, ratio 8, order parallel"


def test_only_a_control_is_of_a_module():
    assert ModuleSpec.model_validate("se").of is None
    assert ModuleSpec.model_validate("matched:of=se").of.name == "se"


@pytest.mark.parametrize(
    ("arm", "message"),
    [
        ("matched", "of is missing: give the module that it controls for, such as of=dense"),
        ({"module": "matched", "of": None}, "of is missing"),
        ("matched:of=sen", "unknown module 'sen'"),
        ("matched:of=none", "there is no such control of 'none'; give one of dense, "),
        ("matched:of=uniform", "there is no such control of 'uniform'"),
        ({"module": "matched", "of": "matched:of=se"}, "no such control of 'matched'"),
        ("frozen-random:of=scaled-dot", "there is no such control of 'scaled-dot'"),
        ("frozen-random:of=dense", "module 'frozen-random:of=dense' does not fit task 'digits'"),
        ("matched:of=dense", r"it weighs \(B, D\), the task gives \(B, H, W, C\)"),
        ("frozen-random:of=se:ratio=64", "ratio must divide .*: channels=16, ratio=64"),
        ("matched:of=se:ratio=0", "ratio must be at least 1"),
        ("matched:of=se:size=1", "unknown parameter 'size'"),
        ("matched:of=se,ratio=4", "unknown parameter 'ratio'.* as in of=cbam:ratio=8;order="),
        ({"module": "matched", "of": 3}, "a module is a name such as"),
        ({"module": "matched", "of": {"ratio": 3}}, "a module needs a name"),
    ],
)
def test_what_cannot_be_controlled_for_is_refused(arm, message):
    with pytest.raises(SpecError, match=message):
        study(arm)


def test_matched_may_stand_for_a_module_without_weights():
    assert ModuleSpec.model_validate("matched:of=scaled-dot").fits == {"alignment"}
