"""Controls of a module train beside it: from the same start, and in programs of their own."""

import keras
import numpy as np
import pytest

from attnlab import TaskSpec, Training
from attnlab.backbones import build
from attnlab.spec import ModuleSpec
from attnlab.training import EpochEnd, RunEnd, RunStart
from attnlab.training.initial_weights import initial_weights
from attnlab.training.objective import Classification
from attnlab.training.program_keys import sharing_key
from tests.training.conftest import SMALL

CHANNELS = {
    "name": "planted-channels",
    "channels": 8,
    "size": 6,
    "signal": 1,
    "samples": 200,
    "test_samples": 0,
}
ARMS = [
    (SMALL, "dense:depth=1"),
    (SMALL, "feature-gate:ratio=2"),
    (CHANNELS, "selayer:ratio=2"),
    ({"name": "planted-steps", "steps": 6, "units": 8, "samples": 500, "test_samples": 0}, "hard"),
    ({"name": "documents", "samples": 500, "test_samples": 0, "units": 8}, "han:units=8"),
]


def network(task, module):
    return build(TaskSpec.model_validate(task), ModuleSpec.model_validate(module))


def of(control, module):
    return f"{control}:of={module.replace(',', ';')}"


@pytest.mark.parametrize(("task", "module"), ARMS)
def test_a_frozen_module_starts_as_the_arm_it_controls_for(task, module):
    of_module, control = network(task, module), network(task, of("frozen-random", module))
    for seed in (0, 3):
        for one, other in zip(
            initial_weights(of_module, seed), initial_weights(control, seed), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    assert control.attention_parameters == of_module.attention_parameters
    assert control.traces == of_module.traces


@pytest.mark.parametrize(("task", "module"), ARMS)
def test_a_matched_arm_starts_from_the_same_backbone(task, module):
    of_module, control = network(task, module), network(task, of("matched", module))
    starts = [
        {
            variable.path: start
            for variable, start in zip(net.model.variables, initial_weights(net, 0), strict=True)
            if not variable.path.startswith(("attention", "seed_generator"))
        }
        for net in (of_module, control)
    ]
    assert starts[0].keys() == starts[1].keys()
    for path, start in starts[0].items():
        np.testing.assert_array_equal(start, starts[1][path])


def final(event, folder):
    """The weights of a run's file, by path."""
    path = folder / "model.keras"
    path.write_bytes(event.model)
    return {weight.path: weight.numpy() for weight in keras.saving.load_model(path).weights}


@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize(("task", "module"), ARMS[:3])
def test_training_leaves_a_frozen_module_as_it_was(plan, events, tmp_path, task, module, together):
    arm = of("frozen-random", module)
    study = plan(arm, task, seeds=2, epochs=2)
    net = network(task, arm)
    seen = events(study, together=together)
    ends = [event for event in seen if isinstance(event, RunEnd)]
    for end in ends:
        weights, start = final(end, tmp_path), initial_weights(net, end.seed)
        moved = {
            variable.path.split("/")[0]
            for variable, value in zip(net.model.variables, start, strict=True)
            if variable.path in weights and not np.array_equal(weights[variable.path], value)
        }
        assert moved
        assert not any(name.startswith("attention") for name in moved)
    first, last = [list(e.traces) for e in seen if isinstance(e, EpochEnd) and e.seed == 0]
    assert first
    if task == SMALL:  # its slot is on the inputs, so the weights cannot move
        np.testing.assert_array_equal(first[0].weights, last[0].weights)


def test_a_frozen_module_does_not_share_a_program_with_the_trained_one():
    keys = {
        sharing_key(network(SMALL, module), Training(), Classification(4), 1)
        for module in ("dense", "frozen-random:of=dense", "matched:of=dense")
    }
    assert len(keys) == 3
    again = network(SMALL, "frozen-random:of=dense")
    assert sharing_key(again, Training(), Classification(4), 1) in keys


def test_a_matched_arm_reports_the_count_it_reached(plan, events):
    start = next(e for e in events(plan("matched:of=dense", seeds=1, epochs=1)))
    assert isinstance(start, RunStart)
    # Dense attention on 8 features has 72; four units without biases have 64, with biases these.
    assert start.attention_parameters == 4 * (8 + 8 + 1) + 8
