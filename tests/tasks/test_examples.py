"""Samples for people: every task shows some, with the truth where it is."""

import subprocess
import sys

import numpy as np
import pytest

from attnlab import catalog
from attnlab.spec import TaskSpec
from attnlab.tasks import make
from attnlab.tasks.examples import example, examples, truth_of, with_few_samples

PICTURES = {"image": (2, 3), "channels": (3,)}


def spec(text):
    return TaskSpec.model_validate(text)


@pytest.mark.parametrize("entry", catalog.tasks(), ids=lambda entry: entry.name)
def test_every_task_shows_samples_shaped_like_their_truth(entry):
    assert entry.example, "TaskEntry.example says how a sample is shown: attnlab/tasks/examples.py"
    first, second = examples(with_few_samples(spec(entry.name)), 0, 2)
    assert first.label
    assert first.kind == second.kind
    if first.kind == "pair":
        read, written = first.values
        shape = (len(written), len(read))
    elif first.kind == "sentences":
        shape = (len(first.values), len(first.values[0]))
    elif first.kind == "image":
        assert np.ndim(first.values) in (2, 3)
        assert 0 <= np.min(first.values) <= np.max(first.values) <= 1
        shape = np.shape(first.values)[:2]
    else:
        shape = (len(first.values),)
    named = first.values[0] if first.kind == "series" else first.values
    assert not first.names or len(first.names) == len(named)
    if spec(entry.name).truth_axis:
        assert first.truth is not None
    if first.truth is not None and first.kind != "pair":
        assert first.truth.shape == shape
        assert first.truth.any()


@pytest.mark.parametrize("entry", catalog.tasks(), ids=lambda entry: entry.name)
def test_the_same_samples_are_shown_again(entry):
    task = with_few_samples(spec(entry.name))
    one, other = (examples(task, 3, 2)[1] for _ in range(2))
    np.testing.assert_equal(one.values, other.values)
    assert one.label == other.label


def test_showing_samples_needs_no_tensorflow():
    code = (
        "import sys; from attnlab import catalog; from attnlab.spec import TaskSpec;"
        "from attnlab.tasks.examples import examples, with_few_samples;"
        "[examples(with_few_samples(TaskSpec.model_validate(t.name)), 0, 1)"
        " for t in catalog.tasks()];"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_few_samples_are_the_fewest_that_the_task_takes():
    assert with_few_samples(spec("planted-features")).params.samples == 500
    assert with_few_samples(spec("planted-features:classes=7")).params.classes == 7
    assert with_few_samples(spec("digits")) == spec("digits")


def test_what_is_planted_is_told():
    (shown,) = examples(spec("planted-features:samples=500,planted=4,features=8"), 0, 1)
    assert shown.truth.tolist() == [place == 4 for place in range(8)]
    assert shown.label == f"class {shown.values[4]:.0f}"
    (shown,) = examples(spec("planted-steps:steps=8,samples=500,classes=3"), 0, 1)
    first, second = ("ABC".index(letter) for letter in (shown.values[2], shown.values[6]))
    assert shown.label == f"class {(first + second) % 3}"
    (shown,) = examples(spec("keyword-text:samples=500,classes=2"), 0, 1)
    planted = [word for word, there in zip(shown.values, shown.truth, strict=True) if there]
    assert len(planted) == 1
    assert shown.label in ("joy", "anger")
    assert shown.values[-1] == "" or all(shown.values)
    (shown,) = examples(spec("planted-channels:samples=200"), 0, 1)
    assert shown.values.shape == (16, 8, 8)
    assert np.flatnonzero(shown.truth).tolist() == [4, 12]


def test_a_sample_does_not_hold_on_to_all_the_data():
    data = make(spec("planted-features:samples=500"), 0)
    shown = example(spec("planted-features:samples=500"), data, 3)
    assert shown.values.base is None
    assert np.array_equal(shown.values, data.validation.x[3])


def test_beyond_the_probe_inputs_the_truth_is_not_known():
    data = make(spec("planted-features:samples=10000"), 0)
    assert truth_of(data, 511) is not None
    assert truth_of(data, 512) is None
