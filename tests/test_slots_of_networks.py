"""Where the slots of networks on images and sequences stand, and what they are fed."""

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
from tests.networks import inputs_of, network, weighs_nothing


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
