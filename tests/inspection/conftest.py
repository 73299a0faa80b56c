"""Networks to inspect: built ones with weights as drawn, and one study trained for all tests."""

import random

import keras
import numpy as np
import pytest

import attnlab
from attnlab.backbones import build
from attnlab.inspection.subject import Subject
from attnlab.spec import ModuleSpec, TaskSpec, load
from attnlab.tasks import make
from attnlab.training import keras_settings

PLANTED = {"name": "planted-features", "features": 16, "classes": 5, "samples": 2000}
FEATURES = {"name": "planted-features", "features": 6, "classes": 3, "samples": 500}
NUMBER = {"name": "diabetes"}
IMAGES = {"name": "planted-channels", "channels": 4, "size": 6, "signal": 1, "samples": 200}
STEPS = {"name": "planted-steps", "steps": 5, "units": 8, "samples": 500, "encoder": "dense"}
TEXT = {"name": "keyword-text", "samples": 500, "length": 8, "units": 8}
DOCUMENTS = {"name": "documents", "samples": 500, "units": 8}
WRITING = {"name": "reverse", "samples": 500, "length": 4, "units": 16}


def subject_of(task, module, samples=24):
    """A network with weights as drawn, on its first test examples; biases are drawn too."""
    task, module = TaskSpec.model_validate(task), ModuleSpec.model_validate(module)
    with keras_settings.needed():
        random.seed(1)  # Keras's own would have every operation compiled anew, in every test
        network = build(task, module)
        for variable in network.model.trainable_variables:
            variable.assign(variable + keras.random.normal(variable.shape, stddev=0.2, seed=2))
        data = make(task, 0)
        objective = load(task.entry.objective)(data.classes, task.params)
        inputs = data.test.x if isinstance(data.test.x, tuple) else (data.test.x,)
        return Subject(
            network,
            objective,
            [np.asarray(each[:samples]) for each in inputs],
            np.asarray(data.test.y[:samples]),
        )


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """Three arms and two seeds of a planted column of 16, trained until attention finds it."""
    plan = {"task": PLANTED, "arms": ["none", "dense", "feature-gate"], "seeds": 2, "epochs": 20}
    return attnlab.run(plan, home=tmp_path_factory.mktemp("inspected"))


@pytest.fixture(scope="session")
def dense():
    """Softmax attention over six features, weights as drawn."""
    return subject_of(FEATURES, "dense")
