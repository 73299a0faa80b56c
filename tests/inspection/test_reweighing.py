"""What layers give for other weights: for their own, what they give by themselves."""

import keras
import numpy as np
import pytest

from attnlab import catalog
from attnlab.inspection.changes import with_weights
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.lesions import permuted_weights, uniform_weights
from attnlab.modules import DenseAttention
from attnlab.spec import load
from tests.inspection.conftest import (
    DOCUMENTS,
    FEATURES,
    IMAGES,
    STEPS,
    TEXT,
    WRITING,
    subject_of,
)

ON = {"features": FEATURES, "image": IMAGES, "steps": TEXT, "alignment": WRITING}
OWN = [entry for entry in catalog.modules() if entry.layer and len(entry.fits) == 1]
CASES = [
    *((ON[next(iter(entry.fits))], entry.name) for entry in OWN),
    (STEPS, "step-dense:shared=true"),
    (STEPS, "last-query:score=bahdanau"),
    (IMAGES, "cbam:order=spatial-first"),
    (IMAGES, "cbam:order=parallel"),
    (IMAGES, "gather-excite:extent=2,weights=true"),
    (IMAGES, "global-context:fuse=both,ratio=2"),
    (DOCUMENTS, "han"),
    (DOCUMENTS, "self-attention:heads=2"),
    (WRITING, "uniform"),
    (WRITING, "uniform:kind=gate"),
    (TEXT, "uniform"),
    (TEXT, "uniform:kind=distribution"),
    (FEATURES, "frozen-random:of=dense"),
]


@pytest.mark.parametrize(
    ("task", "module"), CASES, ids=lambda each: each if str(each) == each else each["name"]
)
def test_every_module_gives_its_own_outputs_for_its_own_weights(task, module):
    subject = subject_of(task, module, samples=8)
    for layer in subject.layers:
        subject.check_weights(layer)
    again = with_weights(subject, subject.weights)
    np.testing.assert_allclose(again.predictions, subject.whole, atol=1e-5)
    for layer, weights in permuted_weights(subject, 0).items():
        for trace, given, own in zip(layer.traces, weights, subject.weights[layer], strict=True):
            assert given.shape == own.shape
            if trace.kind == "distribution":
                axis = (-2, -1) if trace.axis == "place" else -1
                axis = 1 if "step-dense" in module else axis
                np.testing.assert_allclose(given.sum(axis), own.sum(axis), atol=1e-5)


def test_uniform_weights_are_alike_where_there_is_no_padding():
    subject = subject_of(TEXT, "attention-pool")
    (weights,) = uniform_weights(subject)[subject.layers[0]]
    there = subject.inputs[0] > 0
    assert (there.sum(axis=1) < there.shape[1]).any()
    np.testing.assert_allclose(weights, there / there.sum(axis=1, keepdims=True), rtol=1e-5)


def test_permuted_weights_are_those_of_another_example():
    subject = subject_of(FEATURES, "dense")
    (weights,) = permuted_weights(subject, 0)[subject.layers[0]]
    (own,) = subject.weights[subject.layers[0]]
    places = [np.flatnonzero(np.isclose(own, row, atol=1e-6).all(axis=1)) for row in weights]
    assert sorted(np.concatenate(places)) == list(range(len(own)))
    assert all(place not in of for place, of in enumerate(places))


class Squares(DenseAttention):
    """Weighs by the square of its weights, of which attnlab knows nothing."""

    def call(self, inputs, return_attention_scores=False):
        _, scores = super().call(inputs, return_attention_scores=True)
        outputs = inputs * keras.ops.square(scores)
        return (outputs, scores) if return_attention_scores else outputs


def test_a_layer_that_weighs_in_a_way_of_its_own_is_told_from_others(monkeypatch):
    entry = catalog.modules()[1]
    assert (entry.name, load(entry.layer)) == ("dense", DenseAttention)
    monkeypatch.setattr("attnlab.modules.DenseAttention", Squares)
    monkeypatch.setattr("attnlab.modules.feature.DenseAttention", Squares)
    subject = subject_of(FEATURES, "dense")
    assert isinstance(subject.layers[0], Squares)
    with pytest.raises(InspectionError, match="what Squares gives for other weights"):
        subject.check_weights(subject.layers[0])
