"""Models that contain an attention layer are saved, and load in a process of their own."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

import attnlab
from attnlab import Study
from attnlab.tasks import make
from attnlab.training import RunEnd
from attnlab.training.engine import train

from .cases import each

TASK = {
    "name": "planted-features",
    "features": 8,
    "classes": 4,
    "samples": 1000,
    "test_samples": 0,  # so that a run keeps all its predictions
}

LOADER = """
import sys
from pathlib import Path
import keras
import numpy as np
import attnlab.modules

folder = Path(sys.argv[1])
for path in sorted(folder.glob("*.keras")):
    model = keras.saving.load_model(path)
    with np.load(path.with_suffix(".in.npz")) as arrays:
        inputs = [arrays[name] for name in arrays.files]
    outputs = keras.tree.flatten(model(inputs, training=False))
    np.savez(path.with_suffix(".out.npz"), *outputs)
"""


@pytest.fixture(scope="module")
def saved_and_loaded(request, tmp_path_factory):
    """For each case, what its model said before it was saved and what a fresh process says; and for
    a run its end, and what its file says there."""
    folder = tmp_path_factory.mktemp("models")
    here = (item for item in request.session.items if item.path == request.path)
    asked = [item.callspec.params for item in here if hasattr(item, "callspec")]
    cases = [params["case"] for params in asked]
    said = []
    for number, case in enumerate(cases):
        inputs = case.symbolic()
        outputs, scores = case.built(seed=number)(inputs, return_attention_scores=True)
        model = keras.Model(inputs, [outputs, *keras.tree.flatten(scores)])
        model.save(folder / f"{number:02}.keras")
        np.savez(folder / f"{number:02}.in.npz", *keras.tree.flatten(case.inputs()))
        said.append(model(case.inputs(), training=False))  # a trace of each would take a second
    study = Study(task=TASK, arms=["dense"], seeds=1, epochs=2)
    events = train(study.arms[0], [0], task=study.task, training=study.training)
    [end] = [event for event in events if isinstance(event, RunEnd)]
    (folder / "run.keras").write_bytes(end.model)
    np.savez(folder / "run.in.npz", make(study.task, 0).test.x)
    root = str(Path(attnlab.__file__).parents[1])
    subprocess.run(
        [sys.executable, "-c", LOADER, str(folder)],
        check=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": root},
    )
    loaded = []
    for name in (*(f"{number:02}" for number in range(len(cases))), "run"):
        with np.load(folder / f"{name}.out.npz") as arrays:
            loaded.append([arrays[name] for name in arrays.files])
    names = (*(case.name for case in cases), "run")
    return dict(zip(names, zip([*said, end], loaded, strict=True), strict=True))


@each()
def test_a_fresh_process_loads_the_model_and_computes_the_same(case, saved_and_loaded):
    before, after = saved_and_loaded[case.name]
    assert len(before) == len(after) == 1 + len(case.traces)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_file_of_a_run_gives_the_recorded_predictions_there(saved_and_loaded):
    end, [logits] = saved_and_loaded["run"]
    assert "model.weights.h5" in zipfile.ZipFile(io.BytesIO(end.model)).namelist()
    np.testing.assert_allclose(keras.ops.softmax(logits), end.predictions, atol=1e-6)
    np.testing.assert_array_equal(end.labels, make(Study(task=TASK, arms=["dense"]).task, 0).test.y)
    assert end.predictions.sum(axis=1) == pytest.approx(1, abs=1e-5)
