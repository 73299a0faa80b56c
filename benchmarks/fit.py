"""The baseline of training: `model.fit`, as one would write it without attnlab.

`python -m benchmarks.fit study.yaml` trains every arm at every seed, one run after another, and
prints as JSON how many seconds importing and training took.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import Study
from attnlab.spec import Arm, Training

if TYPE_CHECKING:
    import keras

    from attnlab.tasks import TaskData


def main() -> None:
    """Train the study named on the command line."""
    began = time.perf_counter()
    _import_tensorflow()
    imported = time.perf_counter()
    study = Study.from_file(Path(sys.argv[1]))
    for arm in study.arms:
        for seed in study.seeds:
            train(study, arm, seed)
    seconds = {"import": imported - began, "training": time.perf_counter() - imported}
    print(json.dumps(seconds))


def train(study: Study, arm: Arm, seed: int) -> float:
    """Train one run of a study; return the accuracy it reached in validation."""
    import keras

    from attnlab.backbones import build
    from attnlab.tasks import make

    keras.utils.set_random_seed(seed)
    task = study.task_of(arm)
    data, model = make(task, seed), build(task, arm.module).model
    history = fit(model, data, study.training_of(arm))
    name = next(name for name in history.history if name.startswith("val_") and "acc" in name)
    return history.history[name][-1]


def fit(
    model: keras.Model, data: TaskData, training: Training, callbacks: Sequence[Any] = ()
) -> keras.callbacks.History:
    """Compile with loss and accuracy, and train from memory, validating after every epoch."""
    import keras

    binary = data.classes == 2
    losses = keras.losses
    loss = losses.BinaryCrossentropy if binary else losses.SparseCategoricalCrossentropy
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0) if binary else "accuracy"
    model.compile(
        keras.optimizers.Adam(training.learning_rate), loss(from_logits=True), metrics=[accuracy]
    )
    return model.fit(
        data.train.x,
        data.train.y,
        batch_size=training.batch_size,
        epochs=training.epochs,
        validation_data=(data.validation.x, data.validation.y),
        verbose=0,
        callbacks=list(callbacks),
    )


def _import_tensorflow() -> None:
    """Only the time that it takes is wanted."""
    importlib.import_module("keras")
    importlib.import_module("tensorflow")


if __name__ == "__main__":
    main()
