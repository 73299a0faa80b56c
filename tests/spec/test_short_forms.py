"""Arms in their short form and their titles, and plans as YAML, read back to what they were."""

import json

import pytest

from attnlab import Arm, Study, Training

from .plans import plan


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seeds": [4, 2]},
        {"arms": ["none", {"module": "dense", "depth": 2, "label": "tief: ∅, 3"}]},
        {"arms": [{"module": "dense", "label": label} for label in ("no", "1e3", "2026-01-01")]},
        {"task": "digits", "arms": ["cbam:kernel_size=3,order=parallel,batch_norm=true"]},
        {
            "arms": [
                "none@learning_rate=1e-8",
                {"module": "dense", "label": "b", "set": {"classes": 9}},
            ]
        },
        {"learning_rate": 1e-5, "reference": "none"},
    ],
)
def test_yaml_reads_back_to_the_same_study(changes):
    study = plan(**changes)
    assert Study.from_text(study.to_yaml()) == study
    assert Study.from_text(json.dumps(study.to_dict())) == study
    assert Study.from_text(study.canonical_json()).hash == study.hash
    assert Study(**study.model_dump()) == study


def test_yaml_counts_seeds_where_it_can_and_keeps_the_order_of_the_plan():
    assert "\nseeds: 4\n" in plan(seeds=[0, 1, 2, 3]).to_yaml()
    assert "\nseeds:\n- 1\n- 0\n" in plan(seeds=[1, 0]).to_yaml()
    assert plan().to_yaml().startswith("task:\n  name: planted-features\n")


@pytest.mark.parametrize("arm", ["none", "dense", "dense:depth=2,activation=tanh"])
def test_short_form_of_an_arm_reads_back_to_it(arm):
    parsed = Arm.model_validate(arm)
    assert parsed.label == parsed.module.short == arm
    assert Arm.model_validate(parsed.module.short) == parsed


def test_short_form_of_a_changed_arm_reads_back_to_it():
    study = plan(arms=[{"module": "dense", "depth": 2, "set": {"learning_rate": 1e-8}}])
    assert study.arms[0].label == study.arms[0].short == "dense:depth=2@learning_rate=1e-08"
    assert plan(arms=[study.arms[0].short]) == study


def test_short_form_names_only_what_differs_from_the_defaults():
    assert Arm.model_validate("dense:depth=0").label == "dense"
    assert Arm.model_validate("se:ratio=16,bias=false").label == "se:bias=false"
    assert Arm.model_validate("cbam:kernel_size=3").label == "cbam:kernel_size=3"


def test_title_of_an_arm_is_its_label_or_its_module_in_words():
    assert Arm.model_validate("none").title == "No attention"
    assert Arm.model_validate("dense:depth=2").title == "Dense attention, depth 2"
    assert Arm.model_validate({"module": "dense", "label": "deep"}).title == "deep"


def test_title_of_a_changed_arm_says_what_it_changes():
    def title(arm):
        return plan(arms=[arm]).arms[0].title

    assert title("none@classes=50") == "No attention, classes 50"
    assert (
        title("dense:depth=2@learning_rate=3e-3,classes=50")
        == "Dense attention, depth 2, classes 50, learning rate 0.003"
    )
    assert title({"module": "dense", "label": "many_50", "set": {"classes": 50}}) == "many_50"


def test_settings_without_an_effect_beside_the_others_are_not_in_use():
    always = [
        *("epochs", "batch_size", "learning_rate", "optimizer", "schedule"),
        *("module_stream", "patience"),
    ]
    assert list(Training().in_use()) == always
    used = Training(optimizer="sgd", schedule="step", step_factor=0.1).in_use()
    assert used.keys() - set(always) == {"momentum", "step_epochs", "step_factor"}
    assert (used["momentum"], used["step_factor"]) == (0.9, 0.1)
    assert "weight_decay" in Training(optimizer="adamw").in_use()
