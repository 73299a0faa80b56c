"""Seeds that train in one program have the numbers they have alone, and do not touch each other."""

import keras
import numpy as np
import pytest

from attnlab import Study
from attnlab.backbones import Network
from attnlab.tasks import make
from attnlab.training import EpochEnd, Progress, RunEnd, RunFailed, RunStart
from attnlab.training.data import DataPool
from tests.training.conftest import SMALL


@pytest.mark.parametrize(("arm", "classes"), [("none", 2), ("dense:depth=1,activation=tanh", 5)])
def test_stacked_losses_are_those_of_each_seed_alone(plan, events, losses, arm, classes):
    study = plan(arm, {**SMALL, "classes": classes}, seeds=4, epochs=3)
    alone, stacked = (losses(events(study, together=size)) for size in (1, 4))
    assert alone.keys() == stacked.keys() == {0, 1, 2, 3}
    for seed, expected in alone.items():
        np.testing.assert_allclose(stacked[seed], expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "sgd", "momentum": 0.8, "learning_rate": 0.01},
        {"optimizer": "rmsprop", "schedule": "cosine"},
        {"schedule": "step", "step_epochs": 1, "step_factor": 0.3},
    ],
)
def test_every_optimiser_and_schedule_stacks(plan, events, losses, training):
    study = plan(seeds=2, epochs=3, **training)
    alone, stacked = (losses(events(study, together=size)) for size in (1, 2))
    for seed, expected in alone.items():
        np.testing.assert_allclose(stacked[seed], expected, rtol=0, atol=1e-4)


def test_batch_norm_and_penalties_stack(plan, events, losses):
    """Moving statistics are variables that no gradient changes; penalties belong to the loss."""

    def network(task, module):
        inputs = keras.Input((8,))
        x = keras.layers.Dense(6, kernel_regularizer="l2", name="first")(inputs)
        x = keras.layers.BatchNormalization(momentum=0.8, name="norm")(x)
        return Network(keras.Model(inputs, keras.layers.Dense(4, name="logits")(x)), None, ())

    study = plan(seeds=2, epochs=3)
    alone, stacked = (losses(events(study, together=size, network=network)) for size in (1, 2))
    for seed, expected in alone.items():
        np.testing.assert_allclose(stacked[seed], expected, rtol=0, atol=1e-4)
    assert alone[0][0, 0] > 1.4  # the penalty is in it: chance alone is log 4


def test_the_same_plan_gives_the_same_bits(plan, events):
    study = plan(seeds=3, epochs=2)
    first, second = (
        [event for event in events(study, together=3) if isinstance(event, (EpochEnd, RunEnd))]
        for _ in range(2)
    )
    for one, two in zip(first, second, strict=True):
        for left, right in zip(one.traces, two.traces, strict=True):
            np.testing.assert_array_equal(left.weights, right.weights)
        if isinstance(one, EpochEnd):
            assert (one.loss, one.val_loss) == (two.loss, two.val_loss)
        else:
            np.testing.assert_array_equal(one.predictions, two.predictions)


def test_what_is_left_of_a_plan_has_the_bits_of_the_whole(plan, events):
    study = plan(seeds=5, epochs=2)
    complete = events(study, together=3)
    for left in ([1], [0, 3], [4]):
        part = events(study, together=3, left=left)
        numbers = [
            [
                (event.seed, event.epoch, event.loss, event.val_loss)
                for event in given
                if isinstance(event, EpochEnd) and event.seed in left
            ]
            for given in (complete, part)
        ]
        assert numbers[0] == numbers[1]
        assert {event.seed for event in part if isinstance(event, RunEnd)} == set(left)
        assert {event.seed for event in part if isinstance(event, RunStart)} == set(left)


def test_events_of_a_group_come_in_order(plan, events):
    kinds = [
        (type(event), getattr(event, "seed", None))
        for event in events(plan(seeds=2, epochs=2), together=2)
        if not isinstance(event, Progress) or event.share == 1.0
    ]
    ends = [(EpochEnd, 0), (EpochEnd, 1)]
    assert kinds == [
        *[(RunStart, 0), (RunStart, 1)],
        *[*ends, (Progress, None)],
        *[*ends, (RunEnd, 0), (RunEnd, 1), (Progress, None)],
    ]


def test_a_seed_that_fails_leaves_the_others_as_they_are(plan, events, losses):
    def broken(task, seed):
        data = make(task, seed)
        if seed == 1:
            data.train.x[3, 0] = np.inf
        return data

    study = plan(seeds=3, epochs=2)
    complete = events(study, together=3)
    given = events(study, together=3, data=DataPool(broken))
    failed = [event for event in given if isinstance(event, RunFailed)]
    assert [(event.seed, event.epoch) for event in failed] == [(1, 1)]
    assert [event.seed for event in given if isinstance(event, RunEnd)] == [0, 2]
    expected, got = losses(complete), losses(given)
    for seed in (0, 2):
        np.testing.assert_array_equal(got[seed], expected[seed])


def test_a_seed_without_data_leaves_the_others_as_they_are(plan, events, losses):
    def broken(task, seed):
        if seed == 0:
            raise OSError("the file is gone")
        return make(task, seed)

    study = plan(seeds=3, epochs=2)
    complete = losses(events(study, together=3))
    given = events(study, together=3, data=DataPool(broken))
    (failed,) = [event for event in given if isinstance(event, RunFailed)]
    assert (failed.seed, failed.reason) == (0, "OSError: the file is gone")
    for seed in (1, 2):
        np.testing.assert_array_equal(losses(given)[seed], complete[seed])


def test_seeds_with_arrays_of_different_size_train_one_after_another(plan, events):
    task = {**SMALL, "samples": 500}

    def uneven(spec, seed):
        other = Study(task={**task, "samples": 500 + 500 * (seed == 2)}, arms=["none"], seeds=1)
        return make(other.task, seed)

    given = events(plan(task=task, seeds=3, epochs=1), together=3, data=DataPool(uneven))
    assert [event.seed for event in given if isinstance(event, RunEnd)] == [0, 1, 2]
    assert {len(event.seeds) for event in given if isinstance(event, Progress)} <= {0, 1}


def test_the_files_and_predictions_of_a_seat_are_those_of_its_seed(plan, events, tmp_path):
    study = plan(seeds=2, epochs=2)
    ends = [event for event in events(study, together=2) if isinstance(event, RunEnd)]
    for end in ends:
        path = tmp_path / f"{end.seed}.keras"
        path.write_bytes(end.model)
        data = make(study.task, end.seed)
        logits = keras.models.load_model(path).predict(data.test.x, verbose=0)
        np.testing.assert_allclose(keras.ops.softmax(logits), end.predictions, atol=1e-6)
        np.testing.assert_array_equal(end.labels, data.test.y)
    assert not np.array_equal(ends[0].predictions, ends[1].predictions)


def test_closing_a_stacked_training_inside_an_epoch_stops_it(plan):
    from attnlab.training.engine import train

    study = plan(task={**SMALL, "samples": 50_000}, seeds=4, batch_size=1)
    stream = train(study.arms[0], study.seeds, task=study.task, training=study.training, together=4)
    share = next(event.share for event in stream if isinstance(event, Progress))
    assert share < 0.5
    stream.close()
    assert list(stream) == []
