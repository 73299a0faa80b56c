"""Models that contain an attention layer are saved, and load in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import attnlab

from .cases import each

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
    """For each case, what its model said before it was saved and what a fresh process says."""
    folder = tmp_path_factory.mktemp("models")
    here = (item for item in request.session.items if item.path == request.path)
    cases = [item.callspec.params["case"] for item in here]  # those that were asked for
    said = []
    for number, case in enumerate(cases):
        inputs = case.symbolic()
        outputs, scores = case.built(seed=number)(inputs, return_attention_scores=True)
        model = keras.Model(inputs, [outputs, *keras.tree.flatten(scores)])
        model.save(folder / f"{number:02}.keras")
        np.savez(folder / f"{number:02}.in.npz", *keras.tree.flatten(case.inputs()))
        said.append(model(case.inputs(), training=False))  # a trace of each would take a second
    root = str(Path(attnlab.__file__).parents[1])
    subprocess.run(
        [sys.executable, "-c", LOADER, str(folder)],
        check=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": root},
    )
    loaded = []
    for number in range(len(cases)):
        with np.load(folder / f"{number:02}.out.npz") as arrays:
            loaded.append([arrays[name] for name in arrays.files])
    return dict(zip((case.name for case in cases), zip(said, loaded, strict=True), strict=True))


@each()
def test_a_fresh_process_loads_the_model_and_computes_the_same(case, saved_and_loaded):
    before, after = saved_and_loaded[case.name]
    assert len(before) == len(after) == 1 + len(case.traces)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
