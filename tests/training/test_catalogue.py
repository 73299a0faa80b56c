"""Every module of the catalogue trains wherever it fits, seed by seed and together."""

import numpy as np
import pytest

from attnlab import catalog
from attnlab.spec import CONTROL, ModuleSpec
from attnlab.training import EpochEnd, RunEnd
from tests.arms import fitting

# Nothing here looks at what the fresh test samples gave: test_fresh_samples does.
UNTESTED = {"test_samples": 0}
TASKS = {
    "features": {"name": "planted-features", "features": 8, "classes": 3, "samples": 500},
    "image": {"name": "planted-channels", "channels": 4, "size": 6, "signal": 1, "samples": 200},
    "steps": {"name": "planted-steps", "steps": 6, "units": 8, "samples": 500},
    "alignment": {"name": "reverse", "length": 4, "units": 16, "samples": 500},
}
TASKS = {slot: {**task, **UNTESTED} for slot, task in TASKS.items()}
FITTING = [
    (slot, module)
    for slot in TASKS
    for module in fitting(slot)
    # Slow to trace: bahdanau is in test_networks_that_write, the empty slot in test_fresh_samples.
    if slot != "alignment" or module == "luong"
]


def test_there_is_a_task_here_for_every_slot():
    assert set(TASKS) == {task.slot for task in catalog.tasks()}


TOGETHER = ("cbam-channel", "cbam-spatial", "none", "transformer-encoder")
"""The halves' sum trains alone, too; the empty slot does in other files, the encoder below."""

ALONE = ("luong",)
"""What trains together far slower than alone; another module of its slot does in other files."""


@pytest.mark.parametrize(("slot", "module"), FITTING)
def test_a_module_trains_the_same_alone_and_together(plan, events, losses, slot, module):
    """Controls are made of what is compared elsewhere: here they train together alone."""
    spec = ModuleSpec.model_validate(module)
    small = "ratio" in (spec.of or spec).params.model_dump()
    study = plan(f"{module}:ratio=2" if small else module, TASKS[slot], seeds=2, epochs=1)
    if spec.entry.family == CONTROL or spec.name in (*TOGETHER, *ALONE):
        together = 1 if spec.name in ALONE else 2
        ends = [event for event in events(study, together=together) if isinstance(event, RunEnd)]
        assert len(ends) == 2
    else:
        ends = trained_alone_and_together(study, events, losses)
    has_attention = spec.name not in ("none", "matched")
    assert [bool(end.traces) for end in ends] == [has_attention, has_attention]


@pytest.mark.parametrize(
    "arm",
    [
        "transformer-encoder:norm=batch,dropout=0.3,heads=2",
        "hard:mode=sampled",
    ],
)
def test_what_is_drawn_and_normalised_is_the_same_alone_and_together(plan, events, losses, arm):
    study = plan(arm, TASKS["steps"], seeds=2, epochs=2)
    trained_alone_and_together(study, events, losses)


def trained_alone_and_together(study, events, losses, within=1e-4):
    """The ends of two runs in one program, which have the losses of two programs."""
    together = events(study, together=2)
    alone, stacked = losses(events(study, together=1)), losses(together)
    assert alone.keys() == stacked.keys() == {0, 1}
    for seed, expected in alone.items():
        np.testing.assert_allclose(stacked[seed], expected, rtol=0, atol=within)
    assert not np.allclose(alone[0], alone[1])
    return [event for event in together if isinstance(event, RunEnd)]


@pytest.mark.parametrize(
    ("backbone", "arm"),
    [
        ("backbone=residual,where=identity", "cbam:ratio=2"),
        ("backbone=mobile", "se:ratio=4"),
    ],
)
def test_networks_with_batch_norm_train_the_same_alone_and_together(
    plan, events, losses, backbone, arm
):
    """Of one block: the others are of the same layers, and each takes as long to trace."""
    task = f"planted-location:size=8,glyph=4,samples=200,test_samples=0,width=4,blocks=1,{backbone}"
    study = plan(arm, task, seeds=2, epochs=2)
    trained_alone_and_together(study, events, losses, within=2e-4)


@pytest.mark.parametrize("backbone", ["cnn", "residual", "mobile"])
def test_every_network_learns_with_several_seeds(plan, events, backbone):
    study = plan("se:ratio=4", f"digits:classes=3,backbone={backbone}", seeds=2, epochs=6)
    last = {each.seed: each for each in events(study) if isinstance(each, EpochEnd)}
    assert min(each.val_accuracy for each in last.values()) > 0.9
    assert min(each.accuracy for each in last.values()) > 0.8


@pytest.mark.parametrize(
    ("task", "arm"),
    [
        ("documents:sentences=3,words=4,samples=500,test_samples=0", "han"),
        ("keyword-text:length=8,samples=500,test_samples=0,encoder=gru", "attention-pool"),
        (
            "keyword-text:length=8,samples=500,test_samples=0,encoder=transformer,depth=1,units=8,"
            "pooling=class",
            "none",
        ),
        (
            "reverse:length=3,letters=3,samples=500,test_samples=0,encoder=transformer,depth=1,"
            "units=16",
            "bahdanau",
        ),
        ("digits:classes=2,backbone=vit,width=4,blocks=1,pooling=class", "se:ratio=4"),
    ],
)
def test_other_tasks_train_the_same_alone_and_together(plan, events, losses, task, arm):
    trained_alone_and_together(plan(arm, task, seeds=2, epochs=2), events, losses)


def test_both_levels_of_documents_have_measures_of_their_own(plan, events):
    study = plan(
        "han", "documents:sentences=3,words=4,samples=500,test_samples=0", seeds=1, epochs=2
    )
    last = [event for event in events(study) if isinstance(event, EpochEnd)][-1]
    words, sentences = last.traces
    assert (words.axis, words.weights.shape) == ("words/query,step", (3, 4))
    assert (sentences.axis, sentences.weights.shape) == ("sentences/step", (3,))
    for trace in (words, sentences):
        assert 0 < trace.measures["chance"] < 0.5
        assert 0 <= trace.measures["hit"] <= 1


@pytest.mark.parametrize(
    ("task", "arm", "answered"),
    [
        (TASKS["image"], "cbam:ratio=2", "channel"),
        ("planted-location:size=10,glyph=4,samples=200,test_samples=0", "cbam:ratio=2", "place"),
    ],
)
def test_only_attention_over_what_the_truth_speaks_of_is_held_against_it(
    plan, events, task, arm, answered
):
    happened = events(plan(arm, task, seeds=1, epochs=1))
    [end] = [event for event in happened if isinstance(event, EpochEnd)]
    assert {trace.axis for trace in end.traces} == {"channel", "place"}
    for trace in end.traces:
        assert ("mass" in trace.measures) == ("hit" in trace.measures) == (trace.axis == answered)
