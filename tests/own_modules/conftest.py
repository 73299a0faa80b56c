"""Files with modules, and what is found in them."""

import textwrap

import pytest

from attnlab.own_modules import reading
from attnlab.own_modules.checking import checked
from attnlab.own_modules.library import LIBRARY
from attnlab.spec import REGISTRY
from attnlab.training.runtime import load_tensorflow
from attnlab.workers import PROCESSES

GATE = """
import keras
from keras import ops

from attnlab.own_modules import module, number


@module(
    name="tanh-gate",
    fits="features",
    weighs="feature",
    kind="gate",
    count="D**2 + D",
    parameters={"sharpness": number(1.0, low=0.1, high=10.0)},
)
class TanhGate(keras.layers.Layer):
    '''Gates every feature by a dense layer with tanh.'''

    def __init__(self, *, sharpness=1.0, **kwargs):
        super().__init__(**kwargs)
        self.sharpness = sharpness

    def build(self, input_shape):
        self.score = keras.layers.Dense(input_shape[-1], dtype=self.variable_dtype, name="score")
        self.score.build(input_shape)

    def call(self, inputs, return_attention_scores=False):
        scores = (1 + ops.tanh(self.sharpness * self.score(inputs))) / 2
        outputs = inputs * ops.cast(scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self):
        return {**super().get_config(), "sharpness": self.sharpness}
"""
"""A whole module; tests spoil one line of it each."""

POOL = """
import keras
from keras import ops

from attnlab.own_modules import module


@module(fits="steps", weighs="step", kind="distribution", output="D", count="D + 1")
class MyPool(keras.layers.Layer):
    '''Sums up the steps.'''

    def build(self, input_shape):
        self.score = keras.layers.Dense(1, dtype=self.variable_dtype, name="score")
        self.score.build(input_shape)

    def call(self, inputs, mask=None, return_attention_scores=False):
        logits = self.score(inputs)[..., 0]
        if mask is not None:
            logits = ops.where(mask, logits, -1e9)
        scores = ops.softmax(logits, axis=-1)
        outputs = ops.sum(ops.cast(scores, self.compute_dtype)[:, :, None] * inputs, axis=1)
        return (outputs, scores) if return_attention_scores else outputs
"""


def spoiled(text, *changes):
    """The text with each (old, new) in it replaced."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session", autouse=True)
def ended_processes():
    yield
    PROCESSES.end()


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Where what was found in a text is kept for the other tests."""
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(autouse=True)
def kept_reports(reports, monkeypatch):
    monkeypatch.setattr(reading, "home_folder", lambda: reports)


@pytest.fixture(autouse=True)
def checked_here(request, monkeypatch):
    """Files are checked in this process, which has TensorFlow already; test_reading.py, where files
    do their worst, has a worker."""
    if request.path.name == "test_reading.py":
        return

    def here(source, patience, tell, kind):
        load_tensorflow()
        return list(checked(source.text, source.path))[-1]

    monkeypatch.setattr(reading, "_by_worker", here)


@pytest.fixture
def write(tmp_path):
    """write(text, "mine.py"): the path of a file with this text."""

    def written(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def report(write):
    """report(text): what is found in a file with this text."""

    def found(text, **options):
        return reading.report_on(reading.source_at(write(text)), anew=True, **options)

    return found


@pytest.fixture(autouse=True)
def nothing_brought():
    """Each test begins and ends with attnlab's own modules alone."""
    yield
    for file in LIBRARY.files:
        LIBRARY._forget(file)
    assert not REGISTRY.own
