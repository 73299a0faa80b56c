"""The networks: their sizes to the parameter, their slots, and two models with the same weights."""

import functools

import keras
import numpy as np
import pytest

from attnlab import TaskSpec
from attnlab.backbones import Slots, TraceSpec, build
from attnlab.backbones.images import convolutional
from attnlab.catalog import CNNParameters
from attnlab.compat.keras import origin
from attnlab.data.images import CATS_AND_DOGS
from attnlab.spec import ModuleSpec
from tests.arms import fitting

TASKS = {
    "planted-features": "planted-features:features=12,classes=4",
    "tabular": "tabular:dataset=wine",
    "digits": "digits:width=8,blocks=3,head=16",
    "planted-channels": "planted-channels:channels=8,signal=1",
    "planted-location": "planted-location:size=10,glyph=4,width=8,blocks=3,channels=2",
    "cluttered-digits": "cluttered-digits:size=12,width=8",
    "image-folder": "image-folder:size=9,width=8",
    "planted-steps": "planted-steps:steps=6,units=16",
    "keyword-text": "keyword-text:length=6,units=16",
    "documents": "documents:sentences=3,words=4,units=16",
    "reverse": "reverse:length=5,units=16,letters=4",
    "dates": "dates:units=16",
    "guided": "guided:size=16,width=4",
}
WHERE = ("standard", "pre", "post", "identity")
NETWORKS = {
    **{f"residual, {where}": f"digits:backbone=residual,width=8,where={where}" for where in WHERE},
    "mobile": "digits:backbone=mobile,width=8,blocks=3",
    "residual, of a folder": "image-folder:backbone=residual,width=8,size=8,blocks=1",
    "mobile, with places": "planted-location:backbone=mobile,width=8",
    "keyword-text, LSTM": "keyword-text:length=6,units=16,encoder=lstm",
    "keyword-text, Transformer": "keyword-text:length=6,units=16,encoder=transformer,pooling=class",
    "vit": "digits:backbone=vit,width=8,pooling=class",
    "documents, GRU": "documents:sentences=3,words=4,units=16,encoder=gru",
}
TASKS |= NETWORKS
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


@functools.cache
def network(task, module="none"):
    """The network, built once for all tests: none minds what weights another one gave it."""
    module = ModuleSpec.model_validate(module)
    own = module.of or module
    if "ratio" in type(own.params).model_fields and own.params.ratio > 4:
        own = ModuleSpec.model_validate({"name": own.name, "ratio": 4})
        control = {"name": module.name, "of": own}
        module = ModuleSpec.model_validate(control) if module.of else own
    return build(TaskSpec.model_validate(TASKS.get(task, task)), module)


def weighs_nothing(module):
    return module == "none" or module.startswith("matched")


def answers_of(net, inputs):
    """What the network answers, each of its answers an array."""
    return [np.array(each) for each in keras.tree.flatten(net.model(inputs, training=False))]


def first_output(layer):
    return layer.output[0] if isinstance(layer.output, (list, tuple)) else layer.output


def inputs_of(net, samples=6):
    random = np.random.default_rng(0)
    given = [
        random.integers(0, 4, (samples, *each.shape[1:]))
        if each.dtype == "int32"
        else random.standard_normal((samples, *each.shape[1:]))
        for each in net.model.inputs
    ]
    return given if len(given) > 1 else given[0]


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


def test_planted_network_has_the_published_number_of_parameters():
    net = network("planted-features:features=32,classes=2", "dense")
    assert (net.parameters, net.attention_parameters) == (3233, 1056)


def test_small_cnn_has_the_published_number_of_parameters():
    slots = Slots(ModuleSpec.model_validate("selayer:ratio=16"), several=True)
    size = CNNParameters(width=16, blocks=3, head=512, dropout=0.5)
    model = keras.Model(*convolutional((128, 128, 3), size, 2, slots))
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (model.count_params(), trainable) == (8_414_484, 8_414_246)
    attention = [layer.count_params() for layer in model.layers if layer.name.startswith("att")]
    assert attention == [117, 298, 852]
    assert [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)] == [
        0.5
    ] * 5


@pytest.mark.parametrize(
    ("module", "shape", "parameters"),
    [("se:ratio=4", (56, 56, 24), 318), ("eca", (26, 26, 512), 5)],
)
def test_blocks_have_the_published_number_of_parameters(module, shape, parameters):
    slots = Slots(ModuleSpec.model_validate(module), several=False)
    inputs = keras.Input(shape)
    model = keras.Model(inputs, slots(inputs))
    assert model.output_shape == model.input_shape
    assert model.count_params() == parameters
    assert slots.traces == [TraceSpec("channel", "gate", shape[-1:])]


ALIGNING = fitting("alignment")


def aligned(module):
    """The slots, and a model that joins each query with its context, where it has one."""
    slots = Slots(ModuleSpec.model_validate(module), several=False)
    queries, values = keras.Input((5, 8)), keras.Input((9, 8))
    context = slots(queries, values)
    joined = queries if context is None else keras.layers.Concatenate()([queries, context])
    outputs = keras.layers.Dense(3, name="logits")(joined)
    return slots, keras.Model([queries, values], [outputs, *slots.scores])


@pytest.mark.parametrize("module", [*ALIGNING, "uniform:kind=distribution"])
def test_an_alignment_gives_every_query_a_context(module):
    slots, model = aligned(module)
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(4, 5, 8)), rng.normal(size=(4, 9, 8))]
    outputs, *scores = keras.tree.flatten(model(inputs))
    assert outputs.shape == (4, 5, 3)
    if module == "none":
        assert (slots.traces, slots.scores) == ([], [])
        assert model.get_layer("logits").kernel.shape == (8, 3)
        return
    assert model.get_layer("logits").kernel.shape == (16, 3)
    if weighs_nothing(module):
        assert (slots.traces, slots.scores) == ([], [])
        return
    kind = "gate" if module == "uniform" else "distribution"
    assert slots.traces == [TraceSpec("query,step", kind, (5, 9))]
    assert scores[0].shape == (4, 5, 9)
    total = 9 * 0.5 if kind == "gate" else 1
    np.testing.assert_allclose(np.sum(scores[0], axis=-1), total, atol=1e-5)


def test_modules_for_an_alignment_are_those_between_sequences_and_the_controls():
    controls = ["uniform", "frozen-random:of=bahdanau", "matched:of=bahdanau"]
    expected = ["none", "bahdanau", "luong", "scaled-dot", *controls]
    assert expected == ALIGNING


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


def test_the_network_for_cats_and_dogs_has_the_published_number_of_parameters():
    task = "image-folder:source=cats-and-dogs,size=128,width=16,blocks=3,head=512,dropout=0.5"
    net = build(TaskSpec.model_validate(task), ModuleSpec.model_validate("selayer:ratio=16"))
    trainable = sum(int(np.prod(weight.shape)) for weight in net.model.trainable_weights)
    assert (net.parameters, trainable) == (8_414_484, 8_414_246)
    assert net.model.output_shape == (None, 1)
    assert not CATS_AND_DOGS.path.parent.exists()  # nothing was fetched for it


def before(net, name):
    """The names of the layers whose outputs a layer receives."""
    first, *_ = keras.tree.flatten(net.model.get_layer(name).output)
    received = origin(first).node.arguments.keras_tensors
    return {origin(each).operation.name for each in received}


@pytest.mark.parametrize(
    ("where", "receives", "is_received_by"),
    [
        ("standard", "block2_norm2", "block2_add"),
        ("pre", "block1_relu2", "block2_conv1"),
        ("post", "block2_relu2", "average"),
        ("identity", "block2_shortcut_norm", "block2_add"),
    ],
)
def test_the_slot_of_a_residual_block_is_where_it_is_said_to_be(where, receives, is_received_by):
    net = network(f"digits:backbone=residual,width=8,where={where}", "se")
    assert before(net, "attention2") == {receives}
    assert "attention2" in before(net, is_received_by)
    around = "block2_shortcut_norm" if where != "identity" else "block2_norm2"
    assert around in before(net, "block2_add")
    assert before(net, "block2_shortcut") == {"attention1" if where == "post" else "block1_relu2"}


def test_a_mobile_block_weighs_its_widened_channels_before_it_narrows_them():
    net = network("digits:backbone=mobile,width=8,blocks=3", "se")
    for block, widened in ((1, 32), (2, 32), (3, 64)):
        assert before(net, f"attention{block}") == {f"block{block}_depth_swish"}
        assert before(net, f"block{block}_project_conv") == {f"attention{block}"}
        assert net.model.get_layer(f"block{block}_depth_conv").output.shape[-1] == widened
    assert before(net, "block1_add") == {"block1_project_norm", "stem_swish"}
    assert "block2_add" not in [layer.name for layer in net.model.layers]


@pytest.mark.parametrize("backbone", ["residual", "mobile"])
def test_images_halve_from_the_second_block_on_and_large_ones_before_the_first(backbone):
    for size, shapes in ((32, (32, 16, 8)), (64, (32, 16, 8)), (62, (62, 31, 16))):
        task = f"image-folder:backbone={backbone},size={size},width=8,blocks=3"
        net = network(task, "cbam-spatial")
        assert [trace.shape for trace in net.traces] == [(side, side) for side in shapes]


def test_the_slot_of_the_plain_network_for_places_sees_one_map_of_half_the_width():
    for task in ("planted-location", "cluttered-digits"):
        for blocks in (1, 3):
            net = network(f"{task}:size=20,blocks={blocks}", "cbam-spatial")
            assert net.traces == (TraceSpec("place", "gate", (10, 10)),)


@pytest.mark.parametrize("module", ["attention-pool", "step-dense", "last-query", "han"])
@pytest.mark.parametrize("encoder", ["lstm", "gru"])
def test_a_recurrent_encoder_feeds_the_module_all_its_states(encoder, module):
    task = f"planted-steps:steps=6,units=16,encoder={encoder}"
    plain, net = network(task), network(task, module)
    assert net.modules[0].input.shape == (None, 6, 16)
    assert [layer.name for layer in plain.model.layers][1:4] == ["encoder", "last", "average"]
    assert "last" not in [layer.name for layer in net.model.layers]


def test_without_attention_the_last_state_of_a_recurrent_encoder_answers():
    net = network("planted-steps:steps=6,units=16,encoder=gru")
    inputs = inputs_of(net)
    states = keras.Model(net.model.input, net.model.get_layer("encoder").output)(inputs)
    read = keras.Model(net.model.input, net.model.get_layer("average").output)(inputs)
    np.testing.assert_allclose(read, states[:, -1], atol=1e-6)
