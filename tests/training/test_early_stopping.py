"""Early stopping is Keras's: each seed stops on its own, with its best weights."""

import functools

import keras
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from attnlab import Study
from attnlab.backbones import build
from attnlab.tasks import make
from attnlab.training import EpochEnd, RunEnd
from attnlab.training.engine import batch_order, train
from attnlab.training.initial_weights import initial_weights
from tests.training.conftest import SMALL

# Few samples, noisy labels and a high rate: the validation loss soon rises again.
HARD = {**SMALL, "samples": 500, "label_noise": 0.4}
TRAINING = {"epochs": 25, "learning_rate": 0.02, "patience": 3}


def ends(events, kind):
    return [event for event in events if isinstance(event, kind)]


@functools.cache
def stopped_early(together):
    """The study and the events of four seeds, so many in a program."""
    study = Study(task=HARD, arms=["dense"], seeds=4, **TRAINING)
    options = {"task": study.task, "training": study.training, "together": together}
    return study, list(train(study.arms[0], study.seeds, **options))


@pytest.mark.parametrize("together", [1, 4])
def test_each_seed_stops_after_its_patience_and_keeps_its_best_epoch(together):
    _, given = stopped_early(together)
    runs = ends(given, RunEnd)
    assert {run.seed for run in runs} == {0, 1, 2, 3}
    assert len({run.epoch for run in runs}) > 1
    for run in runs:
        val_losses = [e.val_loss for e in ends(given, EpochEnd) if e.seed == run.seed]
        assert run.epoch == 1 + int(np.argmin(val_losses))
        assert len(val_losses) == min(run.epoch + 3, 25)


@pytest.mark.parametrize("together", [1, 4])
def test_what_is_kept_is_the_network_of_the_best_epoch(together, tmp_path):
    study, given = stopped_early(together)
    for run in ends(given, RunEnd):
        (tmp_path / "best.keras").write_bytes(run.model)
        model = keras.models.load_model(tmp_path / "best.keras")
        data = make(study.task, run.seed)
        logits = model.predict(data.validation.x, verbose=0)
        accuracy = np.mean(logits.argmax(axis=1) == data.validation.y)
        (best,) = [e for e in ends(given, EpochEnd) if (e.seed, e.epoch) == (run.seed, run.epoch)]
        assert accuracy == pytest.approx(best.val_accuracy)
        counts = confusion_matrix(data.validation.y, logits.argmax(axis=1), labels=range(4))
        np.testing.assert_array_equal(run.confusion[0], counts)
        np.testing.assert_allclose(
            run.traces[0].weights.mean(axis=0), best.traces[0].weights, atol=1e-6
        )
        test = keras.ops.softmax(model.predict(data.test.x, verbose=0))
        np.testing.assert_allclose(run.predictions, test, atol=1e-6)


def test_it_stops_where_keras_stops(plan, events):
    study = plan(task=HARD, seeds=[2], **TRAINING)
    data, network = make(study.task, 2), build(study.task, study.arms[0].module)
    starts = initial_weights(network, 2)
    for variable, value in zip(network.model.variables, starts, strict=True):
        variable.assign(value)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.model.compile(keras.optimizers.Adam(0.02), loss)
    stopper = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    stopper.set_model(network.model)
    stopper.on_train_begin()
    network.model.stop_training = False
    for epoch in range(1, 26):
        order = batch_order(2, epoch, len(data.train))
        network.model.fit(
            data.train.x[order], data.train.y[order], batch_size=64, shuffle=False, verbose=0
        )
        val_loss = network.model.evaluate(data.validation.x, data.validation.y, verbose=0)
        stopper.on_epoch_end(epoch, {"val_loss": val_loss})
        if network.model.stop_training:
            break
    stopper.on_train_end()
    (run,) = ends(events(study), RunEnd)
    assert (run.epoch, epoch) == (stopper.best_epoch, stopper.stopped_epoch)
    expected = keras.ops.softmax(network.model.predict(data.test.x, verbose=0))
    np.testing.assert_allclose(run.predictions, expected, atol=1e-3)


def test_without_patience_every_epoch_is_trained_and_the_last_is_kept(plan, events):
    given = events(plan(task=HARD, seeds=2, **{**TRAINING, "patience": 0}), together=2)
    assert [run.epoch for run in ends(given, RunEnd)] == [25, 25]
