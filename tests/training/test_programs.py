"""One trace serves all seeds, and all arms that differ only in numbers."""

import gc

import numpy as np
import pytest
import tensorflow as tf

from attnlab import Study
from attnlab.backbones import build
from attnlab.spec import REGISTRY, load
from attnlab.training import EpochEnd, Progress
from attnlab.training.data import DataPool
from attnlab.training.engine import train
from attnlab.training.program import Program
from attnlab.training.program_keys import sharing_key
from attnlab.training.programs import Programs
from tests.training.conftest import SMALL

DIGITS = {"name": "digits", "classes": 3, "width": 4, "blocks": 1, "head": 8, "dropout": 0.1}

WORDS = {"name": "keyword-text", "length": 8, "units": 8, "samples": 500, "test_samples": 0}


@pytest.fixture
def traced(monkeypatch):
    """Every training step that is traced."""
    seen = []
    steps = Program._train_steps

    def counted(self, *args):
        seen.append(self)
        return steps(self, *args)

    monkeypatch.setattr(Program, "_train_steps", counted)
    return seen


def streams(study, programs, **options):
    data = DataPool()
    return [
        train(
            arm,
            study.seeds,
            task=study.task_of(arm),
            training=study.training_of(arm),
            data=data,
            programs=programs,
            **options,
        )
        for arm in study.arms
    ]


def in_turn(streams):
    """Let each train an epoch in turn; return its losses and its predictions."""
    numbers = [[] for _ in streams]
    left = dict(enumerate(streams))
    while left:
        for number, stream in list(left.items()):
            for event in stream:
                if isinstance(event, EpochEnd):
                    numbers[number].append((event.seed, event.loss, event.val_loss))
                if isinstance(event, Progress) and event.share == 1.0:
                    break
            else:
                del left[number]
    return numbers


def test_seeds_one_after_another_share_a_trace(traced):
    in_turn(streams(Study(task=SMALL, arms=["dense"], seeds=3, epochs=2), Programs(), together=1))
    assert len(traced) == 1


@pytest.mark.parametrize(
    ("task", "arms", "together"),
    [
        (SMALL, ["dense", "dense@label_noise=0.3"], 1),
        (SMALL, ["dense", "dense@learning_rate=0.01"], 2),
        (DIGITS, ["none", "none@dropout=0.6"], 1),
        (DIGITS, ["selayer:ratio=2", "selayer:ratio=2,dropout=0.2"], 1),
        (WORDS, ["attention-pool", "attention-pool@learning_rate=0.02"], 1),
    ],
)
def test_arms_that_differ_in_numbers_share_a_trace_and_keep_their_numbers(
    traced, task, arms, together
):
    study = Study(task=task, arms=arms, seeds=2, epochs=2)
    shared = in_turn(streams(study, Programs(), together=together))
    assert len(traced) == 1
    separate = in_turn(streams(study, None, together=together))
    assert len(traced) == 1 + len(arms)
    assert shared == separate
    assert len({str(numbers) for numbers in shared}) == len(arms)


@pytest.mark.parametrize("task", REGISTRY.tasks)
def test_the_same_network_of_any_task_has_the_same_key_each_time(task):
    """Also where Keras counts up the names of what has none."""
    arm = REGISTRY.task(task).arms[-1]
    study = Study(task=task, arms=[arm], seeds=1)
    objective = load(study.task.entry.objective)(3, study.task.params)
    networks = [build(study.task, study.arms[0].module) for _ in range(2)]
    one, other = (sharing_key(network, study.training, objective, 1) for network in networks)
    assert one == other
    assert sharing_key(networks[0], study.training, objective, 2) != one


@pytest.mark.parametrize(
    ("task", "arms"),
    [
        (SMALL, ["dense", "dense:depth=1"]),
        (SMALL, ["dense", "dense@optimizer=sgd"]),
        (SMALL, ["dense", "dense@batch_size=32"]),
        (DIGITS, ["none", "none@dropout=0"]),
    ],
)
def test_arms_that_compute_something_else_have_their_own_trace(traced, task, arms):
    in_turn(streams(Study(task=task, arms=arms, seeds=1, epochs=1), Programs()))
    assert len(traced) == 2


def test_a_second_program_of_a_kind_is_made_only_while_the_first_is_in_use(traced):
    study = Study(task=SMALL, arms=["dense", "dense@learning_rate=0.01"], seeds=1, epochs=2)
    expected = in_turn(streams(study, Programs()))
    traced.clear()
    one, two = streams(study, Programs())
    for event in one:
        if isinstance(event, Progress):  # in the middle of its epoch
            break
    numbers = in_turn([two, one])[::-1]
    assert len(traced) == 2
    assert numbers == expected


def test_dropout_rates_are_those_of_keras(traced):
    import keras

    from attnlab.training.dropout_rates import DropoutRates

    layer = keras.layers.Dropout(0.3, seed=7)
    inputs = keras.Input((50,))
    model = keras.Model(inputs, layer(inputs))
    x = tf.constant(np.random.default_rng(0).standard_normal((20, 50)), tf.float32)
    state = layer.seed_generator.state.numpy()
    expected = model(x, training=True).numpy()
    rates = DropoutRates(model)
    with rates.connected():
        dialled = tf.function(lambda given: model(given, training=True), autograph=False)
        layer.seed_generator.state.assign(state)
        np.testing.assert_array_equal(dialled(x), expected)
    other = keras.Model(inputs, keras.layers.Dropout(0.9)(inputs))
    rates.set(other)
    assert np.mean(dialled(x) == 0) == pytest.approx(0.9, abs=0.05)
    layer.seed_generator.state.assign(state)
    np.testing.assert_array_equal(model(x, training=True), expected)


@pytest.mark.parametrize("together", [1, 2])
def test_what_was_traced_is_let_go_with_its_programs(together):
    def graphs():
        gc.collect()
        return sum(type(each).__name__ == "FuncGraph" for each in gc.get_objects())

    def train_one(features):
        study = Study(task={**SMALL, "features": features}, arms=["dense"], seeds=2, epochs=1)
        in_turn(streams(study, Programs(), together=together))

    train_one(6)
    before = graphs()
    train_one(7)
    assert graphs() <= before
