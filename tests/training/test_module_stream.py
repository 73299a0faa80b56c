"""An arm may draw its module's start from another stream: its twin differs by chance alone."""

import numpy as np

from attnlab import TaskSpec
from attnlab.backbones import build, is_module
from attnlab.spec import ModuleSpec
from attnlab.training.initial_weights import initial_weights
from tests.training.conftest import SMALL


def starts(module, stream):
    """The starts of the module's weights and of all others, by whether they are the module's."""
    network = build(TaskSpec.model_validate(SMALL), ModuleSpec.model_validate(module))
    of_module = {
        id(variable)
        for layer in network.model.layers
        if is_module(layer)
        for variable in layer.variables
    }
    starts = {True: [], False: []}
    drawn = initial_weights(network, 3, stream)
    for variable, start in zip(network.model.variables, drawn, strict=True):
        starts[id(variable) in of_module].append(start)
    return starts


def test_another_stream_starts_the_module_elsewhere_and_the_backbone_where_it_was():
    first, second, third = (starts("dense", stream) for stream in (0, 1, 2))
    for one, other in zip(first[False], second[False], strict=True):
        np.testing.assert_array_equal(one, other)
    kernels = [each[True][0] for each in (first, second, third)]
    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[1], kernels[2])


def test_the_first_stream_is_that_of_arms_that_name_none():
    network = build(TaskSpec.model_validate(SMALL), ModuleSpec.model_validate("dense"))
    for one, other in zip(initial_weights(network, 3), initial_weights(network, 3, 0), strict=True):
        np.testing.assert_array_equal(one, other)


def test_twins_end_differently_and_arms_without_a_module_alike(plan, losses, events):
    def trained(*arms):
        study = plan(arms[0], seeds=2, epochs=2)
        study = type(study)(**study.to_dict() | {"arms": list(arms), "reference": arms[0]})
        return [losses(events(study, arm=number)) for number in range(2)]

    one, twin = trained("dense", "dense@module_stream=1")
    none, same = trained("none", "none@module_stream=1")
    for seed in (0, 1):
        assert not np.allclose(one[seed], twin[seed])
        np.testing.assert_array_equal(none[seed], same[seed])
