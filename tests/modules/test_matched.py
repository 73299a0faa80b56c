"""The control of matched size: as near as its layers can get, and no weighing."""

import itertools

import keras
import numpy as np
import pytest

from attnlab.modules import CircularEfficientChannelAttention, Matched
from attnlab.modules.matched import matched, nearest_hidden_size

from .cases import CASES, DEFAULTS, IMAGE, STEPS, each, scores_of

TRANSPARENT = [case for case in DEFAULTS if case.name != "uniform"]
SIZES = (4, 24, 96)


def sized(case, size):
    """The shapes of the inputs with another number of units; None where that cannot be."""
    if case.make().get_config().get("heads", 1) not in (1, 4):
        return None
    if case.layer is CircularEfficientChannelAttention and case.make().kernel_size > size:
        return None
    shapes = [(None, *shape[:-1], size) for shape in case.shapes]
    return shapes if case.values else shapes[0]


def counts(inputs, outputs):
    """Every count of parameters that the plain layers can have, up to a large one."""
    widths = range(1, 2000)
    plain = {0, outputs} if inputs == outputs else set()
    without = {width * (inputs + outputs) for width in widths}
    return plain | without | {width * (inputs + outputs + 1) + outputs for width in widths}


@pytest.mark.parametrize("size", SIZES)
@each(TRANSPARENT + [case for case in CASES if case.options and case.layer is not Matched])
def test_the_count_is_the_nearest_that_plain_layers_can_have(case, size):
    shapes = sized(case, size)
    if shapes is None:
        return
    layer = case.make()
    control = matched(layer, shapes)
    control.build(shapes)
    target, got = layer.count_params(), control.count_params()
    assert got == control.size.parameters
    possible = counts(size, control.units)
    assert abs(got - target) == min(abs(count - target) for count in possible)
    if control.size.hidden:
        assert abs(got - target) <= (size + control.units + 1) / 2 or control.size.hidden == 1


@pytest.mark.parametrize(
    ("parameters", "hidden", "bias", "count"),
    [
        (1056, 16, True, 1072),  # dense attention on 32 features
        (552, 8, True, 552),  # a bottleneck of 8 on 32 features, to the parameter
        (3, 0, False, 0),  # efficient channel attention: a bias for each feature is further away
        (20, 0, True, 32),
        (0, 0, False, 0),
    ],
)
def test_hand_worked_sizes_on_32_features(parameters, hidden, bias, count):
    size = nearest_hidden_size(parameters, 32, 32)
    assert (size.hidden, size.bias, size.parameters) == (hidden, bias, count)


def test_a_layer_that_changes_the_width_is_matched_by_one_that_does():
    size = nearest_hidden_size(1000, 12, 7)
    assert (size.hidden, size.parameters) in {(53, 53 * 19), (50, 50 * 20 + 7)}


@each(DEFAULTS)
def test_it_stands_where_the_layer_would(case):
    control = matched(case.make(name="attention"), case.batch_shape())
    x = case.inputs()
    outputs, scores = scores_of(control, x)
    assert outputs.shape == (6, *case.output_shape)
    assert control.compute_output_shape(case.batch_shape())[1:] == case.output_shape
    assert (scores, control.traces, control.name) == ([], (), "attention")


def filled(control, shape, seed=0):
    """The control with random weights everywhere."""
    rng = np.random.default_rng(seed)
    control.build(shape)
    for weight in control.weights:
        weight.assign(rng.uniform(-0.7, 0.7, weight.shape))
    return control


def plain_layers(control, x):
    first, second = control.get_weights()[::2], control.get_weights()[1::2]
    kernels, biases = (first, second) if control.size.bias else (control.get_weights(), (0, 0))
    made = np.maximum(x @ kernels[0] + biases[0], 0) @ kernels[1] + biases[1]
    return x + made if control.adds else made


@pytest.mark.parametrize("parameters", [360, 337])  # without biases, and with them
@pytest.mark.parametrize("shape", [(12,), (9, 12), (5, 7, 12)])
def test_kept_positions_go_through_the_same_two_layers(shape, parameters):
    control = filled(Matched(parameters=parameters, units=12), (None, *shape))
    x = np.random.default_rng(1).normal(size=(6, *shape)).astype("float32")
    np.testing.assert_allclose(control(x), plain_layers(control, x), atol=1e-5)


def test_both_kinds_of_layers_are_tried_above():
    sizes = [nearest_hidden_size(parameters, 12, 12).bias for parameters in (360, 337)]
    assert sizes == [False, True]


@pytest.mark.parametrize("units", [12, 7])
def test_a_sequence_is_summed_up_by_its_mean_without_padding(units):
    control = filled(Matched(parameters=400, units=units, pools=True), (None, *STEPS))
    x = np.random.default_rng(1).normal(size=(3, *STEPS)).astype("float32")
    mask = np.arange(9) < np.array([[4], [9], [0]])
    mean = np.stack([x[0, :4].mean(axis=0), x[1].mean(axis=0), np.zeros(12)])
    np.testing.assert_allclose(control(x, mask=mask), plain_layers(control, mean), atol=1e-5)
    changed = np.where(mask[..., None], x, 1e6)
    np.testing.assert_array_equal(control(changed, mask=mask), control(x, mask=mask))


def test_every_query_gets_the_mean_of_the_values():
    shapes = [(None, 5, 12), (None, 9, 10)]
    control = filled(Matched(parameters=400, units=10), shapes)
    rng = np.random.default_rng(1)
    queries, values = rng.normal(size=(2, 5, 12)), rng.normal(size=(2, 9, 10))
    mask = np.arange(9) < np.array([[4], [9]])
    mean = np.stack([values[0, :4].mean(axis=0), values[1].mean(axis=0)])
    expected = np.repeat(plain_layers(control, mean)[:, None], 5, axis=1)
    got = control([queries, values], mask=[None, mask])
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_for_a_few_parameters_a_bias_or_nothing_is_left():
    x = np.random.default_rng(1).normal(size=(2, *IMAGE)).astype("float32")
    nothing = filled(Matched(parameters=3, units=24), (None, *IMAGE))
    assert nothing.weights == []
    np.testing.assert_array_equal(nothing(x), x)
    biased = filled(Matched(parameters=20, units=24), (None, *IMAGE))
    (bias,) = biased.get_weights()
    np.testing.assert_allclose(biased(x), x + bias, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
@pytest.mark.parametrize(("parameters", "pools"), [*itertools.product((0, 20, 300), (False, True))])
def test_a_saved_model_with_it_computes_the_same(tmp_path, parameters, pools, dtype):
    inputs = keras.Input(STEPS)
    control = Matched(parameters=parameters, units=12, pools=pools, dtype=dtype)
    model = keras.Model(inputs, control(inputs))
    x = np.random.default_rng(1).normal(size=(2, *STEPS)).astype("float32")
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict_on_batch(x), model.predict_on_batch(x))
    assert model.output.dtype == ("float16" if "16" in dtype else "float32")


def test_wrong_inputs_and_arguments_are_refused():
    with pytest.raises(ValueError, match="parameters must be a whole number of at least 0"):
        Matched(parameters=-1, units=3)
    with pytest.raises(ValueError, match="expects inputs of shape"):
        Matched(parameters=9, units=3).build((None, 2, 2, 2, 2, 3))
