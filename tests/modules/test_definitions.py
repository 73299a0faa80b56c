"""Every layer computes what its definition says, to 1e-5."""

import keras
import numpy as np
import pytest

from .cases import CASES, each, scores_of
from .definitions import weights


def _assert_as_defined(case, training):
    layer, inputs, moved = case.built(), case.inputs(), {}
    before = weights(layer)
    exact = keras.tree.map_structure(lambda x: x.astype("float64"), inputs)
    expected = case.definition(before, exact, case.options, training, moved)
    kwargs = {"training": True} if training else {}
    outputs, scores = scores_of(layer, inputs, **kwargs)
    assert len(scores) == len(expected)
    for score, definition in zip(scores, expected, strict=True):
        np.testing.assert_allclose(score, definition, atol=1e-5, err_msg=case.name)
    defined = case.outputs(before, exact, expected, case.options, training, moved)
    np.testing.assert_allclose(outputs, defined, atol=1e-5, err_msg=case.name)
    return before | moved, weights(layer)


@each()
def test_scores_and_outputs_are_those_of_the_definition(case):
    expected, after = _assert_as_defined(case, training=False)
    for path, value in after.items():
        np.testing.assert_array_equal(value, expected[path], err_msg=path)


def test_training_normalises_by_the_batch_and_moves_the_statistics():
    normalising, covered = set(), set()
    for case in CASES:
        if not any(weight.name == "moving_mean" for weight in case.built().weights):
            continue
        normalising.add(case.layer)
        if case.make().get_config().get("dropout", 0.0) == 0.0:
            covered.add(case.layer)
            expected, after = _assert_as_defined(case, training=True)
            for path, value in after.items():
                where = f"{case.name}: {path}"
                np.testing.assert_allclose(value, expected[path], atol=1e-6, err_msg=where)
    assert covered == normalising
    assert len(covered) == 14


@each()
def test_outputs_are_made_of_the_inputs_and_the_scores(case):
    layer, inputs = case.built(), case.inputs()
    outputs, scores = scores_of(layer, inputs)
    made = case.outputs(weights(layer), inputs, scores, case.options, False, {})
    np.testing.assert_allclose(outputs, made, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(np.asarray(layer(inputs)), outputs)


def test_dropout_takes_part_in_training_only():
    case = next(case for case in CASES if case.name == "selayer")
    layer, inputs = case.built(), case.inputs()
    still = [scores_of(layer, inputs)[1][0] for _ in range(2)]
    np.testing.assert_array_equal(*still)
    moving = [scores_of(layer, inputs, training=True)[1][0] for _ in range(2)]
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(*moving, atol=1e-3)
