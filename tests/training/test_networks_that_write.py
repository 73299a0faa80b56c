"""Networks that write: taught by the right tokens, and writing by themselves."""

import keras
import numpy as np
import pytest

from attnlab import TaskSpec
from attnlab.backbones import build
from attnlab.spec import ModuleSpec
from attnlab.tasks import make
from attnlab.tasks.writing import END_TOKEN, written_before
from attnlab.training import EpochEnd, RunEnd

TASK = {
    "name": "reverse",
    "samples": 500,
    "test_samples": 0,
    "length": 4,
    "letters": 3,
    "units": 16,
    "embedding": 8,
}
MODULES = ["none", "bahdanau", "luong:score=concat", "scaled-dot", "uniform:kind=distribution"]


def network(module, **changes):
    """A network with weights far from its start, so that it writes different things."""
    task = TaskSpec.model_validate(
        {name: value for name, value in {**TASK, **changes}.items() if value is not None}
    )
    net = build(task, ModuleSpec.model_validate(module))
    random = np.random.default_rng(0)
    for weight in net.model.trainable_weights:
        kept = "bias" in weight.path
        weight.assign(np.zeros(weight.shape) if kept else random.normal(0, 1, weight.shape))
    return net, make(task, 0).validation


def written(net, split):
    """What a network writes by itself (N, T), and its scores meanwhile."""
    tokens, *scores = net.decode(split.x)
    return np.asarray(tokens), scores


@pytest.mark.parametrize("encoder", ["gru", "bidirectional"])
@pytest.mark.parametrize("module", MODULES)
def test_what_it_writes_is_what_it_answers_when_told_what_it_wrote(module, encoder):
    net, split = network(module, encoder=encoder)
    tokens, scores = written(net, split)
    outputs = keras.tree.flatten(net.full((split.x[0], written_before(tokens))))
    answers = np.asarray(outputs[0]).argmax(axis=-1)
    ended = np.cumsum(tokens == END_TOKEN, axis=1) - (tokens == END_TOKEN) > 0
    np.testing.assert_array_equal(tokens, np.where(ended, 0, answers))
    assert len({tuple(row) for row in tokens}) > 5
    until = ~ended[..., None]
    for score, taught in zip(scores, outputs[1:], strict=True):
        np.testing.assert_allclose(score * until, taught * until, atol=1e-5)


def test_nothing_stands_behind_the_end():
    net, split = network("none")
    tokens, _ = written(net, split)
    ended = [row for row in tokens if (row[:-1] == END_TOKEN).any()]
    assert 5 < len(ended) < len(tokens)
    for row in ended:
        assert not row[list(row).index(END_TOKEN) + 1 :].any()


def test_padding_of_what_is_read_changes_nothing():
    net, split = network("bahdanau", name="dates", length=None, letters=None)
    padding = (split.x[0] == 0).all(axis=0)
    assert not padding.all()
    _, [scores] = written(net, split)
    there = (split.x[0] > 0)[:, None]
    assert (np.where(there, 0, scores) == 0).all()
    np.testing.assert_allclose(np.asarray(scores).sum(axis=-1), 1, atol=1e-5)


def test_it_trains_the_same_alone_and_together(plan, events, losses):
    """With attention, of the shortest texts; without it, so do those of test_fresh_samples."""
    study = plan("bahdanau", {**TASK, "length": 3}, seeds=2, epochs=2)
    alone, together = events(study, together=1), events(study, together=2)
    expected, got = losses(alone), losses(together)
    for seed in (0, 1):
        np.testing.assert_allclose(got[seed], expected[seed], rtol=0, atol=1e-4)
    exact_matches = [
        [event.extra_metrics["exact_match"] for event in each if isinstance(event, EpochEnd)]
        for each in (sorted(e, key=_run) for e in (_ended(alone), _ended(together)))
    ]
    np.testing.assert_allclose(exact_matches[0], exact_matches[1], atol=0.02)
    for end in (event for event in together if isinstance(event, RunEnd)):
        assert end.predictions.shape == end.labels.shape == (100, 4)
        assert end.predictions.dtype == np.int32
        assert not end.at_end, "what is written is no class"
        assert end.confusion is None


def _ended(events):
    return [event for event in events if isinstance(event, EpochEnd)]


def _run(event):
    return event.seed, event.epoch


def test_short_words_are_soon_written_without_a_mistake_along_the_anti_diagonal(plan, events):
    study = plan("bahdanau", {**TASK, "samples": 2000, "units": 32}, seeds=1, epochs=12)
    last = _ended(events(study))[-1]
    assert last.extra_metrics["exact_match"] > 0.9
    [trace] = last.traces
    assert trace.axis == "query,step"
    assert trace.weights.shape == (5, 4)
    assert trace.measures["mass"] > 2 * trace.measures["chance"]
