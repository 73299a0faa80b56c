"""Each epoch tells what the network answers to a few samples, and how its attention weighs them."""

import numpy as np

from attnlab import Study
from attnlab.backbones import TraceSpec
from attnlab.training import EpochEnd, RunEnd
from attnlab.training.engine import train
from attnlab.training.traces import SHOWN_SAMPLES, mean_trace

SMALL = {"name": "planted-features", "features": 8, "samples": 1000}


def test_an_epoch_has_answers_and_attention_of_a_few_samples_to_look_at():
    study = Study(task=SMALL, arms=["dense"], seeds=2, epochs=2)
    events = list(train(study.arms[0], study.seeds, task=study.task, training=study.training))
    for event in (event for event in events if isinstance(event, EpochEnd)):
        (trace,) = event.traces
        assert trace.samples.shape == (SHOWN_SAMPLES, 8)
        np.testing.assert_allclose(trace.samples.sum(axis=1), 1, atol=2e-3)
        assert event.predictions.shape[0] == SHOWN_SAMPLES
        np.testing.assert_allclose(event.predictions.sum(axis=1), 1, atol=1e-5)
    # They are those of the samples that the run keeps.
    for end in (event for event in events if isinstance(event, RunEnd)):
        last = [each for each in events if isinstance(each, EpochEnd) and each.seed == end.seed][-1]
        shown = last.traces[0].samples
        np.testing.assert_allclose(end.traces[0].weights[:SHOWN_SAMPLES], shown, atol=1e-3)


def test_large_attention_is_not_kept_of_each_epoch():
    spec = TraceSpec("query,step", "distribution", (100, 100))
    scores = np.full((8, 100, 100), 0.01, np.float32)
    trace = mean_trace(spec, scores, truth=None, valid=None, truth_axis="")
    assert trace.samples is None
    few = mean_trace(
        TraceSpec("query,step", "distribution", (50, 50)),
        scores[:, :50, :50],
        truth=None,
        valid=None,
        truth_axis="",
    )
    assert few.samples.shape == (3, 50, 50)
