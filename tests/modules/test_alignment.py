"""Attention between two sequences: parameters, masks of both, and Keras's own layers."""

import keras
import numpy as np
import pytest

from attnlab.modules import BahdanauAttention, LuongAttention, ScaledDotAttention, Uniform

from .cases import CASES, each, may_be_zero, scores_of

ALIGNMENTS = [case for case in CASES if case.values]
CHOOSING = [case for case in ALIGNMENTS if case.layer is not Uniform]
DISTRIBUTIONS = [case for case in ALIGNMENTS if case.traces[0].kind == "distribution"]


def parameters(layer, queries, values):
    layer.build([(None, 5, queries), (None, 9, values)])
    return layer.count_params()


@pytest.mark.parametrize(("queries", "values"), [(12, 12), (64, 32), (7, 10)])
def test_parameters_are_those_of_the_formulas(queries, values):
    joined = queries + values
    assert parameters(BahdanauAttention(), queries, values) == joined * queries + queries
    assert parameters(BahdanauAttention(units=5), queries, values) == joined * 5 + 5
    assert parameters(LuongAttention(), queries, values) == queries * values
    assert parameters(LuongAttention(score="concat"), queries, values) == (
        joined * queries + queries
    )
    assert parameters(LuongAttention(score="dot"), queries, queries) == 0
    assert parameters(ScaledDotAttention(), queries, queries) == 0


def test_bahdanau_is_the_additive_attention_of_keras():
    case = next(case for case in CASES if case.name == "bahdanau:units=7")
    layer, (queries, values) = case.built(), case.inputs()
    oracle = keras.layers.AdditiveAttention()
    asked, offered = layer.query(queries), layer.key(values)
    oracle.build([asked.shape, values.shape, offered.shape])
    oracle.scale.assign(layer.compare.kernel[:, 0])
    expected, weights = oracle([asked, values, offered], return_attention_scores=True)
    context, (scores,) = scores_of(layer, [queries, values])
    np.testing.assert_allclose(scores, weights, atol=1e-6)
    np.testing.assert_allclose(context, expected, atol=1e-6)


@pytest.mark.parametrize(("score", "name"), [("dot", "luong:score=dot"), ("general", "luong")])
def test_luong_is_the_dot_product_attention_of_keras(score, name):
    case = next(case for case in CASES if case.name == name)
    layer, (queries, values) = case.built(), case.inputs()
    keys = layer.key(values) if score == "general" else values
    expected, weights = keras.layers.Attention()(
        [queries, values, keys], return_attention_scores=True
    )
    context, (scores,) = scores_of(layer, [queries, values])
    np.testing.assert_allclose(scores, weights, atol=1e-6)
    np.testing.assert_allclose(context, expected, atol=1e-6)


def test_scaled_dot_is_the_attention_of_keras_over_given_queries_keys_and_values():
    rng = np.random.default_rng(0)
    queries, values, keys = (
        rng.normal(size=shape).astype("float32") for shape in ((3, 5, 12), (3, 9, 7), (3, 9, 12))
    )
    oracle = keras.layers.Attention(use_scale=True)
    oracle.build([queries.shape, values.shape, keys.shape])
    oracle.scale.assign(1 / np.sqrt(12))
    expected, weights = oracle([queries, values, keys], return_attention_scores=True)
    context, (scores,) = scores_of(ScaledDotAttention(), [queries, values, keys])
    np.testing.assert_allclose(scores, weights, atol=1e-6)
    np.testing.assert_allclose(context, expected, atol=1e-6)
    assert context.shape == (3, 5, 7)


@pytest.mark.parametrize("layer", [BahdanauAttention(), LuongAttention()])
def test_keys_are_compared_in_place_of_the_values(layer):
    rng = np.random.default_rng(0)
    queries, values, keys = (
        rng.normal(size=shape).astype("float32") for shape in ((3, 5, 12), (3, 9, 7), (3, 9, 4))
    )
    context, (scores,) = scores_of(layer, [queries, values, keys])
    np.testing.assert_allclose(context, np.einsum("bqt,bte->bqe", scores, values), atol=1e-6)
    _, (same,) = scores_of(layer, [queries, values[::-1], keys])
    np.testing.assert_array_equal(same, scores)


def masks(case, queries, values):
    """Inputs, and the masks of queries and values of these lengths."""
    lengths = ((case.shape[0], queries), (case.values[0], values))
    return case.inputs(batch=len(values)), [
        None if given is None else np.arange(size) < np.array(given)[:, None]
        for size, given in lengths
    ]


@each(ALIGNMENTS)
@pytest.mark.parametrize("queries", [None, [5, 3, 0, 4]])
def test_padding_weighs_exactly_nothing(case, queries):
    x, (asking, offered) = masks(case, queries, [9, 5, 1, 0])
    context, (scores,) = scores_of(case.built(), x, mask=[asking, offered])
    counts = np.broadcast_to(offered[:, None], scores.shape)
    if asking is not None:
        counts = counts & asking[:, :, None]
    assert np.all(scores[~counts] == 0)
    assert np.all(scores[counts] > 0) or may_be_zero(case)
    assert np.all(context[~counts.any(axis=-1)] == 0)
    assert np.all(np.isfinite(context))


@each(DISTRIBUTIONS)
def test_the_weights_of_a_query_sum_to_one_beside_padding(case):
    x, mask = masks(case, [5, 3, 2], [9, 5, 1])
    _, (scores,) = scores_of(case.built(), x, mask=mask)
    np.testing.assert_allclose(scores.sum(axis=-1)[mask[0]], 1, atol=1e-6)


@each(ALIGNMENTS)
def test_a_mask_of_the_queries_alone_hides_no_value(case):
    x, (asking, _) = masks(case, [5, 3, 0], [9, 9, 9])
    _, (scores,) = scores_of(case.built(), x, mask=[asking, None])
    assert np.all(scores[asking] > 0) or may_be_zero(case)
    assert np.all(scores[~asking] == 0)


@each(ALIGNMENTS)
def test_what_padding_holds_changes_nothing(case):
    layer = case.built()
    x, mask = masks(case, [5, 3, 1], [9, 5, 1])
    context, (scores,) = scores_of(layer, x, mask=mask)
    other = [
        np.where(seen[..., None], each, 50.0).astype("float32")
        for each, seen in zip(x, mask, strict=True)
    ]
    changed, (same,) = scores_of(layer, other, mask=mask)
    np.testing.assert_array_equal(same, scores)
    np.testing.assert_array_equal(changed, context)


@each(ALIGNMENTS)
def test_more_padding_changes_nothing(case):
    layer = case.built()
    x, mask = masks(case, [5, 3, 1], [9, 5, 1])
    context, (scores,) = scores_of(layer, x, mask=mask)
    wider = [np.concatenate([each, np.full_like(each, 7.0)], axis=1) for each in x]
    more = [np.pad(seen, [(0, 0), (0, seen.shape[1])]) for seen in mask]
    longer, (padded,) = scores_of(layer, wider, mask=more)
    np.testing.assert_allclose(longer[:, :5], context, atol=1e-6)
    np.testing.assert_allclose(padded[:, :5, :9], scores, atol=1e-6)


@each(CHOOSING)
def test_each_query_finds_its_own_context(case):
    layer, (queries, values) = case.built(), case.inputs()
    context, _ = scores_of(layer, [queries, values])
    for place in range(queries.shape[1]):
        alone, _ = scores_of(layer, [queries[:, place : place + 1], values])
        np.testing.assert_allclose(alone[:, 0], context[:, place], atol=1e-6)
    assert np.max(np.abs(context[:, 0] - context[:, 1])) > 1e-3


@each(ALIGNMENTS)
def test_the_masks_of_embeddings_reach_the_layer_and_that_of_the_queries_goes_on(case):
    said, heard = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    queries = keras.layers.Embedding(20, case.shape[-1], mask_zero=True)(said)
    values = keras.layers.Embedding(20, case.values[-1], mask_zero=True)(heard)
    context, scores = case.built()([queries, values], return_attention_scores=True)
    average = keras.layers.GlobalAveragePooling1D()(context)
    model = keras.Model([said, heard], [context, scores, average])
    context, weights, average = model.predict_on_batch(
        [np.array([[3, 4, 0], [1, 2, 3]]), np.array([[3, 4, 5, 0], [1, 1, 1, 1]])]
    )
    assert np.all(weights[0, :, 3:] == 0)
    assert np.all(weights[0, 2] == 0)
    assert np.all(weights[1] > 0)
    np.testing.assert_allclose(average[0], context[0, :2].mean(axis=0), atol=1e-6)


@each(ALIGNMENTS)
def test_mixed_precision_keeps_masked_scores_finite_and_exact(case):
    x, mask = masks(case, [5, 3, 2], [9, 5, 0])
    context, (scores,) = scores_of(case.built(dtype="mixed_float16"), x, mask=mask)
    assert context.dtype == "float16"
    assert scores.dtype == "float32"
    assert np.all(np.isfinite(context))
    assert np.all(scores[2] == 0)
    assert np.all(scores[1, :, 5:] == 0)


@each(ALIGNMENTS)
def test_it_trains_inside_a_model(case):
    queries, values = case.symbolic()
    context = case.make()([queries, values])
    model = keras.Model([queries, values], keras.layers.Dense(1)(context))
    model.compile("sgd", "mse")
    x = case.inputs(batch=8)
    past = [weight.numpy() for weight in model.trainable_weights]
    model.fit(x, np.ones((8, case.shape[0], 1)), verbose=0)
    for weight, before in zip(model.trainable_weights, past, strict=True):
        assert np.any(weight.numpy() != before), weight.path
        assert np.all(np.isfinite(weight.numpy()))


@each(CHOOSING)
@pytest.mark.parametrize(
    "given", [np.zeros((2, 5, 12), "float32"), [np.zeros((2, 5, 12), "float32")]]
)
def test_a_single_input_says_that_two_are_expected(case, given):
    with pytest.raises(
        ValueError, match=r"a list \[queries, values\] or \[queries, values, keys\]"
    ):
        case.make()(given)


@pytest.mark.parametrize("layer", [LuongAttention(score="dot"), ScaledDotAttention()])
def test_a_product_needs_queries_and_keys_of_one_width(layer):
    with pytest.raises(ValueError, match="as many features, received 12 and 10"):
        layer.build([(None, 5, 12), (None, 9, 10)])


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (BahdanauAttention, {"units": -1}, "units must be .* at least 0, received -1"),
        (LuongAttention, {"score": "cos"}, "score must be one of 'dot', .* received 'cos'"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(layer, options, message):
    with pytest.raises(ValueError, match=message):
        layer(**options)
