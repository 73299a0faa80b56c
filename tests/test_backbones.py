"""The networks: their sizes to the parameter, their slots, and two models with the same weights."""

import keras
import numpy as np
import pytest

from attnlab import TaskSpec
from attnlab.backbones import TraceSpec
from tests.arms import fitting
from tests.networks import NETWORKS, TASKS, inputs_of, network, weighs_nothing

SEQUENCES = ("planted-steps", "keyword-text", "documents")
WRITING = ("reverse", "dates")
BRANCHING = ("guided", *NETWORKS)
IN_EVERY_NETWORK = ("none", "se", "cbam", "attention-pool", "self-attention")
"""Modules that stand for the others where the same slot is in another network."""
ALIKE = ("tabular", "image-folder", "cluttered-digits")
"""Tasks whose network is that of a task before them: what is built is the same but for sizes."""
PLACES_ALONE = ("cbam-spatial", "non-local", "double-attention", "external")
WEIGH_PLACES = (
    *(*PLACES_ALONE, "cbam", "gather-excite", "global-context", "bam", "simam", "triplet"),
    *("coordinate", "ela", "strip"),
)
FITTING = [
    (name, module)
    for name, task in TASKS.items()
    for module in fitting(TaskSpec.model_validate(task).entry.slot)
    if name not in (*NETWORKS, *ALIKE) or module in IN_EVERY_NETWORK
]
every_network = pytest.mark.parametrize(("task", "module"), FITTING)


def answers_of(net, inputs):
    """What the network answers, each of its answers an array."""
    return [np.array(each) for each in keras.tree.flatten(net.model(inputs, training=False))]


def first_output(layer):
    return layer.output[0] if isinstance(layer.output, (list, tuple)) else layer.output


def randomise(net, scale=1.0):
    """Give every weight another value, so that nothing is zero or one by its start.

    What a unit sums up is divided by how much that is: deep gates must not be fully open.
    """
    random = np.random.default_rng(1)
    for variable in net.model.weights:
        if variable.dtype == "float32":
            summed = np.prod(variable.shape[:-1], initial=1)
            if variable.name == "embeddings":  # tokens are looked up, not summed
                summed = 1
            variable.assign(scale * random.uniform(0.2, 0.8, variable.shape) / summed)


@every_network
def test_predicting_and_traced_model_share_weights_and_give_the_same_logits(task, module):
    net = network(task, module)
    if weighs_nothing(module) and task != "guided":
        assert net.traced is None
        return
    assert {id(weight) for weight in net.traced.weights} == {
        id(weight) for weight in net.model.weights
    }
    randomise(net)
    inputs = inputs_of(net)
    given = net.traced(inputs, training=False)
    answers, scores = given[: net.answers], given[net.answers :]
    for one, other in zip(answers, answers_of(net, inputs), strict=True):
        np.testing.assert_array_equal(one, other)
    assert [tuple(score.shape[1:]) for score in scores] == [trace.shape for trace in net.traces]
    for trace, score in zip(net.traces, scores, strict=True):
        assert np.min(score) >= 0
        assert np.max(score) <= 1
        if trace.kind == "distribution":
            among = (1, 2) if trace.weighed == "place" else -1  # a picture is one distribution
            total = np.sum(score, axis=among)
            padded = total == 0
            assert not padded.all()
            np.testing.assert_allclose(total[~padded], 1, atol=1e-5)


def may_differ(layer, task):
    """Whether a layer hangs on the module: steps may be summed up, and a context is answered to."""
    if task in WRITING:
        return layer.name in ("logits", "concatenate")
    return any(name in task for name in SEQUENCES) and layer.name.startswith(("average", "last"))


@every_network
def test_backbone_keeps_the_names_and_weights_of_its_layers_in_every_arm(task, module):
    plain, net = network(task), network(task, module)
    expected, got = (
        [
            (layer.name, layer.count_params())
            for layer in each.model.layers
            if layer not in each.modules and not may_differ(layer, task)
        ]
        for each in (plain, net)
    )
    if task in BRANCHING:  # a slot in one branch changes in which order both are listed
        got, expected = sorted(got), sorted(expected)
    assert got == expected
    if task in WRITING:
        return  # an answer that has a context beside it has more weights
    assert net.parameters == plain.parameters + net.attention_parameters
    paths = [weight.path for weight in plain.model.weights]
    kept = [weight.path for weight in net.model.weights if weight.path in paths]
    assert (sorted(kept) == sorted(paths)) if task in BRANCHING else (kept == paths)


@pytest.mark.parametrize(
    ("task", "module"),
    [each for each in FITTING if each[1] in (*IN_EVERY_NETWORK, "dense", "bahdanau")],
)
def test_description_is_the_model_layer_by_layer(task, module):
    net = network(task, module)
    described = net.describe()
    assert [layer.name for layer in described] == [layer.name for layer in net.model.layers]
    assert sum(layer.parameters for layer in described) == net.model.count_params()
    in_slots = [layer for layer in described if layer.module]
    assert sum(layer.parameters for layer in in_slots) == net.attention_parameters
    assert [layer.name for layer in in_slots] == [layer.name for layer in net.modules]
    firsts = [first_output(layer) for layer in net.model.layers]
    outputs = keras.Model(net.model.input, firsts)(inputs_of(net))
    for layer, output in zip(described, outputs, strict=True):
        assert layer.shape == tuple(output.shape[1:])
        assert layer.type == type(net.model.get_layer(layer.name)).__name__


@pytest.mark.parametrize("task", TASKS)
def test_empty_slots_hold_nothing(task):
    net = network(task)
    assert (net.modules, net.attention_parameters) == ((), 0)
    own = ["gate/place"] if task == "guided" else []
    assert [trace.axis for trace in net.traces] == own
    assert (net.traced is None) == (not own)
    assert not any(layer.module for layer in net.describe())


def test_several_slots_are_numbered_and_a_single_one_is_not():
    assert [layer.name for layer in network("planted-features", "dense").modules] == ["attention"]
    assert [layer.name for layer in network("digits:blocks=1", "se").modules] == ["attention"]
    net = network("digits:width=8,blocks=3", "cbam:ratio=4")
    assert [layer.name for layer in net.modules] == ["attention1", "attention2", "attention3"]
    assert net.traces == (
        TraceSpec("block1/channel", "gate", (8,)),
        TraceSpec("block1/place", "gate", (4, 4)),
        TraceSpec("block2/channel", "gate", (16,)),
        TraceSpec("block2/place", "gate", (2, 2)),
        TraceSpec("block3/channel", "gate", (32,)),
        TraceSpec("block3/place", "gate", (1, 1)),
    )


@every_network
def test_slots_have_the_sizes_that_the_catalogue_declares(task, module):
    net = network(task, module)
    spec = TaskSpec.model_validate(TASKS[task])
    sizes = spec.entry.slot_sizes(spec.params)
    assert len(net.modules) == (0 if module == "none" else len(sizes))
    for layer, size in zip(net.modules, sizes, strict=False):
        assert keras.tree.flatten(layer.input)[0].shape[-1] == size
    weighed = {trace.weighed for trace in net.traces}
    if spec.entry.truth_axis == "place":
        assert ("place" in weighed) == (task == "guided" or module in WEIGH_PLACES)
    elif spec.entry.truth_axis and not (weighs_nothing(module) or module in PLACES_ALONE):
        assert spec.entry.truth_axis in weighed


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize(
    "task",
    [
        name
        for name in TASKS
        if "tabular" not in name and "folder" not in name and name not in ("guided", *WRITING)
    ],
)
def test_two_classes_take_one_logit_and_more_take_one_each(task, classes):
    net = network(f"{TASKS[task]},classes={classes}".replace("classes=4,", ""))
    assert net.model.output_shape == (None, 1 if classes == 2 else classes)
    assert net.model.layers[-1].activation is keras.activations.linear


@every_network
def test_module_changes_what_the_network_answers(task, module):
    if task in WRITING and module != "none":
        return  # what is answered to is another thing then, and as wide again
    plain, net = network(task), network(task, module)
    randomise(net, scale=0.1 if task == "guided" else 1)  # the slot is deep: no gate is to be at 1
    for layer in filter(keras.layers.Layer.count_params, plain.model.layers):
        layer.set_weights(net.model.get_layer(layer.name).get_weights())
    inputs = inputs_of(net)
    same = all(map(np.array_equal, answers_of(plain, inputs), answers_of(net, inputs)))
    reads_all = any(encoder in task for encoder in ("LSTM", "GRU"))
    assert same == (module == "none" or (module == "hard" and reads_all))  # it takes the last state


def test_two_classes_of_a_table_take_one_logit_too():
    assert network("tabular:dataset=breast-cancer").model.output_shape == (None, 1)
