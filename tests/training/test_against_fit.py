"""The engine's curves are those of model.fit for the same start and batch order."""

import keras
import numpy as np
import pytest

from attnlab import Study
from attnlab.backbones import build
from attnlab.tasks import make
from attnlab.training import EpochEnd
from attnlab.training.engine import batch_order, train
from attnlab.training.initial_weights import initial_weights

EPOCHS = 5  # a schedule changes the rate twice; otherwise FEW tell as much
FEW = 3

# Of one block, which is traced in half the time of one of two.
DIGITS = {"name": "digits", "classes": 4, "width": 8, "blocks": 1}


def curves_of_fit(study, seed, optimizer=None):
    data = make(study.task, seed)
    network = build(study.task, study.arms[0].module)
    for variable, value in zip(
        network.model.variables, initial_weights(network, seed), strict=True
    ):
        variable.assign(value)
    binary = data.classes == 2
    optimizer = optimizer or keras.optimizers.Adam(study.training.learning_rate)
    network.model.compile(
        optimizer,
        keras.losses.BinaryCrossentropy(from_logits=True)
        if binary
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0) if binary else "accuracy"],
    )
    name = "binary_accuracy" if binary else "accuracy"
    rows = []
    for epoch in range(1, study.training.epochs + 1):
        order = batch_order(seed, epoch, len(data.train))
        history = network.model.fit(
            data.train.x[order],
            data.train.y[order],
            batch_size=study.training.batch_size,
            shuffle=False,
            verbose=0,
            validation_data=(data.validation.x, data.validation.y),
        ).history
        rows.append([history[key][0] for key in ("loss", name, "val_loss", f"val_{name}")])
    return np.array(rows)


def curves_of_engine(study, seed):
    events = train(study.arms[0], [seed], task=study.task, training=study.training)
    return np.array(
        [
            (event.loss, event.accuracy, event.val_loss, event.val_accuracy)
            for event in events
            if isinstance(event, EpochEnd)
        ]
    )


@pytest.mark.parametrize(
    ("task", "arm"),
    [
        (
            {
                "name": "planted-features",
                "features": 12,
                "classes": 5,
                "samples": 1000,
                "test_samples": 0,
            },
            "dense",
        ),
        (
            {
                "name": "planted-features",
                "features": 12,
                "classes": 2,
                "samples": 1000,
                "test_samples": 0,
            },
            "none",
        ),
        ({"name": "keyword-text", "length": 8, "samples": 500, "test_samples": 0}, "han"),
        (
            {
                "name": "keyword-text",
                "length": 8,
                "samples": 500,
                "test_samples": 0,
                "encoder": "gru",
            },
            "none",
        ),
        ({**DIGITS, "dropout": 0}, "selayer:ratio=4,dropout=0"),
        ({**DIGITS, "dropout": 0.25}, "cbam:ratio=4,batch_norm=true"),
    ],
)
def test_engine_and_fit_give_the_same_curves(task, arm):
    study = Study(task=task, arms=[arm], seeds=[3], epochs=FEW, batch_size=48)
    expected, got = curves_of_fit(study, 3), curves_of_engine(study, 3)
    np.testing.assert_allclose(got[:, [0, 2]], expected[:, [0, 2]], rtol=0, atol=1e-4)
    np.testing.assert_allclose(got[:, [1, 3]], expected[:, [1, 3]], rtol=0, atol=1e-2)


STEPS = 17  # of an epoch: 800 samples in batches of 48
OPTIMISERS = {
    "adamw": (
        {"optimizer": "adamw", "weight_decay": 0.05},
        lambda: keras.optimizers.AdamW(1e-3, weight_decay=0.05),
    ),
    "sgd with momentum": (
        {"optimizer": "sgd", "momentum": 0.8, "learning_rate": 0.02},
        lambda: keras.optimizers.SGD(0.02, momentum=0.8),
    ),
    "rmsprop": ({"optimizer": "rmsprop"}, lambda: keras.optimizers.RMSprop(1e-3)),
    "cosine": (
        {"schedule": "cosine"},
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, EPOCHS * STEPS)),
    ),
    "step": (
        {"schedule": "step", "step_epochs": 2, "step_factor": 0.25},
        lambda: keras.optimizers.Adam(
            keras.optimizers.schedules.PiecewiseConstantDecay(
                [2 * STEPS - 1, 4 * STEPS - 1], [1e-3, 2.5e-4, 6.25e-5]
            )
        ),
    ),
}


def with_dense(**training):
    task = {
        "name": "planted-features",
        "features": 12,
        "classes": 5,
        "samples": 1000,
        "test_samples": 0,
    }
    return Study(task=task, arms=["dense"], seeds=[3], epochs=EPOCHS, batch_size=48, **training)


@pytest.fixture(scope="module")
def plain():
    """The curves of the default optimiser."""
    return curves_of_engine(with_dense(), 3)


@pytest.mark.parametrize("training", OPTIMISERS)
def test_every_optimiser_and_schedule_is_that_of_keras(training, plain):
    settings, optimizer = OPTIMISERS[training]
    study = with_dense(**settings)
    expected, got = curves_of_fit(study, 3, optimizer()), curves_of_engine(study, 3)
    np.testing.assert_allclose(got[:, [0, 2]], expected[:, [0, 2]], rtol=0, atol=1e-4)
    assert abs(got - plain).max() > 1e-3
