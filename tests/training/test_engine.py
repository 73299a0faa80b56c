"""What the engine promises: the same seed gives the same everything, and it can be stopped."""

import itertools
import time
from dataclasses import replace

import keras
import numpy as np
import pytest
from sklearn import metrics

from attnlab import Study
from attnlab.backbones import Network, build
from attnlab.tasks import make
from attnlab.training import EpochEnd, Progress, RunEnd, RunFailed, RunStart
from attnlab.training.chunking import ChunkSizes
from attnlab.training.data import DataPool
from attnlab.training.engine import train
from attnlab.training.initial_weights import initial_weights
from attnlab.training.traces import FEWEST_KEPT, MOST_KEPT_BYTES, scores_to_keep

SMALL = {
    "name": "planted-features",
    "features": 8,
    "classes": 4,
    "samples": 1000,
    "test_samples": 0,  # so that a run keeps all its predictions
}
DIGITS = {"name": "digits", "width": 4, "blocks": 2, "head": 16}


def events_of(study, arm=0, **options):
    arm = study.arms[arm]
    return list(train(arm, study.seeds, task=study.task, training=study.training, **options))


def run_end(events):
    return next(event for event in events if isinstance(event, RunEnd))


def backbone_starts(task, arm, seed):
    """The start of each backbone weight by path, and the states of all dropouts."""
    study = Study(task=task, arms=[arm], seeds=1)
    network = build(study.task, study.arms[0].module)
    weights, dropouts = {}, set()
    for variable, start in zip(
        network.model.variables, initial_weights(network, seed), strict=True
    ):
        if variable.name == "seed_generator_state":
            dropouts.add(tuple(start))
        elif not variable.path.startswith("attention"):
            weights[variable.path] = start
    return weights, dropouts


def test_every_arm_starts_from_the_same_backbone():
    plain, plain_dropouts = backbone_starts(DIGITS, "none", seed=5)
    assert len(plain_dropouts) == 4
    for arm in ("se:ratio=4", "selayer:ratio=4", "cbam:ratio=4"):
        other, dropouts = backbone_starts(DIGITS, arm, seed=5)
        assert dropouts >= plain_dropouts
        assert other.keys() == plain.keys()
        for path, start in plain.items():
            np.testing.assert_array_equal(other[path], start)


def test_seeds_start_from_different_weights_and_data():
    (first, dropouts), (second, others) = (backbone_starts(DIGITS, "none", seed) for seed in (0, 1))
    assert not dropouts & others
    kernels = [path for path in first if "kernel" in path]
    assert kernels
    for path in kernels:
        assert not np.array_equal(first[path], second[path])
    task = Study(task=SMALL, arms=["none"], seeds=1).task
    assert not np.array_equal(make(task, 0).train.x, make(task, 1).train.x)
    np.testing.assert_array_equal(make(task, 1).train.x, make(task, 1).train.x)


def test_module_start_differs_from_seed_to_seed():
    study = Study(task=SMALL, arms=["dense"], seeds=1)
    network = build(study.task, study.arms[0].module)
    first, second = (initial_weights(network, seed) for seed in (0, 1))
    kernels = [
        (one, two)
        for variable, one, two in zip(network.model.variables, first, second, strict=True)
        if variable.path.startswith("attention") and variable.name == "kernel"
    ]
    assert kernels
    assert not any(np.array_equal(one, two) for one, two in kernels)


def test_a_run_replays_bit_for_bit_and_does_not_depend_on_the_seeds_before_it():
    plan = {"task": {**DIGITS, "blocks": 1}, "arms": ["selayer:ratio=2"], "epochs": 2}
    both, alone = (events_of(Study(**plan, seeds=seeds)) for seeds in ([4, 9], [9]))
    ends = [
        [event for event in events if isinstance(event, EpochEnd) and event.seed == 9]
        for events in (both, alone)
    ]
    assert len(ends[0]) == 2
    for one, two in zip(*ends, strict=True):
        assert (one.loss, one.val_loss) == (two.loss, two.val_loss)
        for left, right in zip(one.traces, two.traces, strict=True):
            np.testing.assert_array_equal(left.weights, right.weights)


def test_events_of_a_run_come_in_order():
    events = events_of(Study(task=SMALL, arms=["dense"], seeds=2, epochs=3))
    kinds = [type(event) for event in events if not isinstance(event, Progress)]
    assert kinds == [RunStart, EpochEnd, EpochEnd, EpochEnd, RunEnd] * 2
    shares = [event.share for event in events if isinstance(event, Progress) and event.epoch == 1]
    assert shares[-1] == 1.0


def test_traces_are_distributions_over_the_features_and_find_the_planted_column():
    study = Study(task=SMALL, arms=["dense"], seeds=1, epochs=15, learning_rate=0.005)
    events = events_of(study)
    last = [event for event in events if isinstance(event, EpochEnd)][-1]
    (trace,) = last.traces
    assert (trace.axis, trace.kind, trace.weights.shape) == ("feature", "distribution", (8,))
    assert trace.weights.sum() == pytest.approx(1, abs=1e-5)
    assert trace.weights.argmax() == 1
    assert last.val_accuracy > 0.95


def test_networks_with_several_slots_name_the_block_of_each_trace():
    events = events_of(Study(task=DIGITS, arms=["cbam:ratio=2"], seeds=1, epochs=1))
    traces = next(event for event in events if isinstance(event, EpochEnd)).traces
    assert {trace.axis: trace.weights.shape for trace in traces} == {
        "block1/channel": (4,),
        "block1/place": (4, 4),
        "block2/channel": (8,),
        "block2/place": (2, 2),
    }


@pytest.mark.parametrize("classes", [2, 3])
def test_predictions_are_probabilities_for_two_classes_too(classes):
    study = Study(task={**SMALL, "classes": classes}, arms=["none"], seeds=1, epochs=12)
    end = run_end(events_of(study))
    assert end.predictions.shape == (200, classes)
    assert (end.predictions.argmax(axis=1) == end.labels).mean() > 0.8
    answers, labels = end.predictions.argmax(axis=1), end.labels
    confusion = metrics.confusion_matrix(labels, answers, labels=range(classes))
    np.testing.assert_array_equal(end.confusion[1], confusion)
    balanced = metrics.balanced_accuracy_score(labels, answers)
    assert end.at_end["test_balanced_accuracy"] == pytest.approx(balanced)
    assert end.at_end["test_log_loss"] == pytest.approx(metrics.log_loss(labels, end.predictions))


def test_a_loss_that_is_not_finite_fails_its_run_and_the_others_go_on():
    def broken(task, seed):
        data = make(task, seed)
        if seed == 1:
            data.train.x[3, 0] = np.inf
        return data

    study = Study(task=SMALL, arms=["none"], seeds=3, epochs=2)
    events = events_of(study, data=DataPool(broken))
    failed = [event for event in events if isinstance(event, RunFailed)]
    assert [(event.seed, event.epoch) for event in failed] == [(1, 1)]
    assert "nan in epoch 1" in failed[0].reason
    assert [event.seed for event in events if isinstance(event, RunEnd)] == [0, 2]


def test_an_infinite_validation_loss_fails_the_run():
    def broken(task, seed):
        data = make(task, seed)
        validation = replace(data.validation, x=data.validation.x * np.float32(1e38))
        return replace(data, validation=validation)

    study = Study(task=SMALL, arms=["none"], seeds=1, epochs=2)
    *_, event, _ = events_of(study, data=DataPool(broken))
    assert isinstance(event, RunFailed)
    assert "validation loss" in event.reason


def test_closing_the_generator_inside_an_epoch_stops_the_training():
    study = Study(task={**SMALL, "samples": 50_000}, arms=["none"], seeds=1, batch_size=1)
    stream = train(study.arms[0], [0], task=study.task, training=study.training)
    share = next(event.share for event in stream if isinstance(event, Progress))
    assert share < 0.5
    stream.close()
    assert list(stream) == []


def test_chunks_cover_every_step_once_and_grow_towards_the_time_allowed(monkeypatch):
    clock = itertools.accumulate(itertools.repeat(0.001))
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    chunk_sizes = ChunkSizes()
    for _ in range(3):
        chunks = list(chunk_sizes.chunks(1000))
        assert [step for first, last in chunks for step in range(first, last)] == list(range(1000))
    assert len(chunks) == 1
    assert [last - first for first, last in itertools.islice(ChunkSizes().chunks(1000), 4)] == [
        1, 1, 4, 16,
    ]  # fmt: skip


def test_chunks_shrink_when_steps_turn_out_slow(monkeypatch):
    chunk_sizes = ChunkSizes()
    list(chunk_sizes.chunks(200))
    monkeypatch.setattr(time, "perf_counter", itertools.count(0, 0.5).__next__)
    sizes = [last - first for first, last in chunk_sizes.chunks(2000)]
    assert max(sizes[1:]) < sizes[0]


def test_a_weight_without_a_known_initialiser_is_refused():
    class Loose(keras.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(name="scale", shape=(1,), initializer="normal")

        def call(self, x):
            return x * self.scale

    study = Study(task=SMALL, arms=["none"], seeds=1)
    network = build(study.task, study.arms[0].module)
    model = keras.Sequential([network.model, Loose()])
    with pytest.raises(ValueError, match="scale_initializer"):
        initial_weights(replace(network, model=model), 0)


def test_recurrent_weights_start_from_streams_and_biases_as_keras_builds_them():
    inputs = keras.Input((4, 2))
    hidden = keras.layers.LSTM(3, name="lstm")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, name="logits")(hidden))
    network = Network(model, None, ())
    first = initial_weights(network, 0)
    network.file_with([start + 1 for start in first])
    again, second = (initial_weights(network, seed) for seed in (0, 1))
    names = [variable.path.rpartition("/")[2] for variable in model.variables]
    for name, one, same, other in zip(names, first, again, second, strict=True):
        np.testing.assert_array_equal(one, same)
        assert np.array_equal(one, other) == (name == "bias")
    forget = first[names.index("bias")][3:6]
    np.testing.assert_array_equal(forget, 1)  # unit_forget_bias


def test_a_run_keeps_the_attention_of_as_many_probe_inputs_as_fit_and_some_at_least():
    small, large = (np.zeros((512, size), np.float32) for size in (32, 4096))
    huge = np.zeros((20, 100_000), np.float32)
    assert len(scores_to_keep(small)) == 512
    assert len(scores_to_keep(large)) == MOST_KEPT_BYTES // (4 * 4096) == 64
    assert len(scores_to_keep(huge)) == FEWEST_KEPT
