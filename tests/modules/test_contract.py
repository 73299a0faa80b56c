"""What every attention layer promises: its traces, scores on request, and being a Keras layer."""

import inspect
import random

import keras
import numpy as np
import pytest
import tensorflow as tf

from attnlab import catalog
from attnlab.compat.keras import layer_and_sublayers
from attnlab.modules import GatedChannelTransform, Trace, Uniform
from attnlab.spec import load
from tests.frameworks import keras_layer_checks

from .cases import CASES, DEFAULTS, each, scores_of

NORMALISED = {("batch_norm", True), ("norm", "batch")}
"""Options that give a layer a state which is not trained."""
DECLARED = [entry for entry in catalog.modules() if entry.layer]


@pytest.fixture(autouse=True)
def _seeded():
    """Weights of layers without a seed start alike: Keras draws their seeds from this generator.

    `keras.utils.set_random_seed` throws away all that TensorFlow has compiled, too, so that every
    operation of every test would be compiled anew.
    """
    random.seed(0)


def zeros(shapes):
    """Zeros of a shape, or a list of them."""
    if isinstance(shapes, list):
        return [zeros(shape) for shape in shapes]
    return np.zeros(shapes, "float32")


@pytest.mark.parametrize("entry", DECLARED, ids=lambda entry: entry.name)
def test_constructor_takes_what_the_catalogue_declares_with_the_same_defaults(entry):
    parameters = inspect.signature(load(entry.layer).__init__).parameters.values()
    own = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert own == entry.params().model_dump()


@pytest.mark.parametrize("entry", DECLARED, ids=lambda entry: entry.name)
def test_every_declared_layer_is_under_test_here(entry):
    assert load(entry.layer) in {case.layer for case in DEFAULTS}


@each()
def test_traces_name_the_axis_and_kind_of_each_score(case):
    layer = case.make()
    _, scores = scores_of(layer, case.inputs())
    assert isinstance(layer.traces, tuple)
    assert all(isinstance(trace, Trace) for trace in layer.traces)
    assert [score.shape for score in scores] == case.score_shapes()
    for score, trace in zip(scores, layer.traces, strict=True):
        sparse = getattr(layer, "normaliser", "softmax") != "softmax"
        assert np.all(score >= 0 if sparse else score > 0)
        if trace.kind == "distribution":
            weighed = (-2, -1) if trace.axis == "place" else -1
            np.testing.assert_allclose(score.sum(axis=weighed), 1, atol=1e-6)
        else:
            assert trace.kind == "gate"
            assert np.all(score < 1)


def test_two_traces_give_a_tuple_of_scores_and_one_gives_a_tensor():
    for case in DEFAULTS:
        _, scores = case.make()(case.inputs(), return_attention_scores=True)
        assert isinstance(scores, tuple) == (len(case.traces) > 1), case.name


@each()
def test_gradients_reach_every_trainable_weight(case):
    layer, inputs = case.built(), case.inputs(batch=32)
    direction = np.random.default_rng(2).normal(size=(32, *case.output_shape)).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs) * direction)
    values = tape.gradient(loss, [weight.value for weight in layer.trainable_weights])
    for weight, gradient in zip(layer.trainable_weights, values, strict=True):
        assert gradient is not None, weight.path
        size = np.max(np.abs(tf.convert_to_tensor(gradient)))  # rows of a table come apart
        if weight.path.split("/", 1)[1] in case.idle:
            assert size < 1e-4, weight.path
        else:
            assert size > 1e-4, weight.path


@each()
def test_every_kernel_stands_in_a_layer_with_a_kernel_initializer(case):
    layer = case.built()
    kernels = {weight.path for weight in layer.weights if weight.name == "kernel"}
    initialised = {
        sublayer.kernel.path
        for sublayer in layer_and_sublayers(layer)
        if hasattr(sublayer, "kernel_initializer") or hasattr(sublayer, "depthwise_initializer")
    }
    assert kernels or case.layer in (Uniform, GatedChannelTransform) or not layer.weights
    assert initialised == kernels


@each()
def test_config_rebuilds_the_same_layer(case):
    layer = case.make(name="attention")
    config = layer.get_config()
    twin = case.layer.from_config(config)
    assert twin.get_config() == config
    assert case.options.items() <= config.items()
    assert twin.name == "attention"


@each(DEFAULTS)
def test_call_stashes_nothing_on_the_layer(case):
    layer, inputs = case.built(), case.inputs()
    layer(inputs)
    before = dict(vars(layer))
    layer(inputs, return_attention_scores=True)
    assert {k: v for k, v in vars(layer).items() if v is not before.get(k)} == {}


@each()
def test_one_symbolic_call_gives_a_model_with_scores_and_one_without(case):
    layer = case.built()
    inputs = case.symbolic()
    outputs, scores = layer(inputs, return_attention_scores=True)
    traced = keras.Model(inputs, [outputs, *keras.tree.flatten(scores)])
    plain = keras.Model(inputs, outputs)
    x = case.inputs()
    expected_outputs, expected = scores_of(layer, x)
    got_outputs, *got = traced(x)
    np.testing.assert_allclose(plain(x), expected_outputs, atol=1e-6)
    np.testing.assert_allclose(got_outputs, expected_outputs, atol=1e-6)
    for one, other, symbolic in zip(got, expected, keras.tree.flatten(scores), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
        assert symbolic.shape == (None, *other.shape[1:])
        assert symbolic.dtype == "float32"
    assert plain.weights == traced.weights


@each([case for case in DEFAULTS if not case.values])  # Keras gives it one input
def test_time_distributed_applies_the_layer_to_every_step(case):
    layer = case.built()
    inputs = keras.Input((2, *case.shape))
    model = keras.Model(inputs, keras.layers.TimeDistributed(layer)(inputs))
    x = case.inputs(batch=6)
    steps = model.predict_on_batch(np.stack([0 * x, x], axis=1))
    np.testing.assert_allclose(steps[:, 1], np.asarray(layer(x)), atol=1e-6)


@each()
def test_mixed_precision_decides_the_scores_in_float32(case):
    exact, mixed = case.built(), case.built(dtype="mixed_float16")
    x = case.inputs()
    outputs, scores = scores_of(mixed, x)
    assert outputs.dtype == "float16"
    assert np.all(np.isfinite(outputs))
    for score, reference in zip(scores, scores_of(exact, x)[1], strict=True):
        assert score.dtype == "float32"
        np.testing.assert_allclose(score, reference, atol=5e-3)
        rounded = score.astype("float16").astype("float32")
        assert np.any(rounded != score), "the scores went through float16"


@pytest.mark.parametrize("case", [c for c in DEFAULTS if len(c.shape) == 3], ids=lambda c: c.name)
def test_large_images_do_not_overflow_float16(case):
    x = np.full((1, 48, 48, 24), 100.0, "float32")  # sums to 230,400 a channel
    outputs, scores = scores_of(case.make(dtype="mixed_float16"), x)
    assert np.all(np.isfinite(outputs))
    for score in scores:
        assert np.all(np.isfinite(score))


@each()
def test_a_wrong_number_of_axes_says_what_was_expected(case):
    def wrong(batch):
        return case.each_input(lambda shape: (batch, 2, 2, 2, 2, shape[-1]))

    with pytest.raises(ValueError, match=r"expects inputs of shape \(batch, .*received shape"):
        case.make().build(wrong(None))
    with pytest.raises(ValueError, match=r"expects inputs of shape \(batch, .*received shape"):
        case.make()(zeros(wrong(2)))


@each(DEFAULTS)
def test_an_unknown_number_of_units_is_refused(case):
    with pytest.raises(ValueError, match=r"with a known number of (features|channels)"):
        case.make().build(case.each_input(lambda shape: (None, *shape[:-1], None)))


@each(DEFAULTS)
def test_a_built_layer_refuses_another_number_of_units(case):
    wider = case.each_input(lambda shape: (2, *shape[:-1], shape[-1] + 1))
    with pytest.raises(ValueError, match="expected axis -1"):
        case.built()(zeros(wider))


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
@pytest.mark.filterwarnings(
    "ignore:The model does not have any trainable weights"
)  # some have none
@each([case for case in CASES if case in DEFAULTS or NORMALISED & set(case.options.items())])
def test_keras_finds_nothing_wrong_with_the_layer(case):
    """Keras's own checks: serialisation, build, symbolic and eager calls, a fit step, float16."""
    run_layer_test = keras_layer_checks()
    filtered = keras.config.is_traceback_filtering_enabled()
    try:
        run_layer_test(
            case.layer,
            init_kwargs=case.options,
            input_shape=case.batch_shape(4),
            expected_output_shape=(4, *case.output_shape),
            expected_num_losses=0,
            # A step of `fit` for each layer: configuration, gradients, models and half precision
            # of all its options are looked at above.
            # Keras cannot feed a list here, nor its own layers.
            run_training_check=case in DEFAULTS and not case.values,
        )
    finally:
        if filtered:
            keras.config.enable_traceback_filtering()
