"""Trains, asks what a layer gives and writes a script; prints all numbers as JSON.

Run by `test_keras_settings`, in processes for which Keras is set in different ways: HOME SCRIPT.
"""

import json
import os
import sys

import attnlab
from attnlab.export import script

home, path = sys.argv[1:]
plan = attnlab.Study(task="digits", arms=["none", "cbam"], seeds=1, epochs=1)
result = attnlab.run(plan, home=home, first_seed=0)
runs = result.store.runs(result.id)
outputs = result.activations("cbam", 0, layer="attention2", samples=4)

import keras  # noqa: E402

after = {
    "floatx": keras.config.floatx(),
    "image_data_format": keras.config.image_data_format(),
    "epsilon": keras.config.epsilon(),
    "policy": keras.config.dtype_policy().name,
    "backend": keras.config.backend(),
    "KERAS_BACKEND": os.environ["KERAS_BACKEND"],
}
with open(path, "w", encoding="utf-8") as file:
    file.write(script(result.study, "cbam", 0))
numbers = {
    "error": list(runs["error"]),
    **{name: list(runs[name]) for name in ("loss", "val_loss", "test_loss")},
    "outputs": [float(value) for value in outputs.ravel()[:64]],
}
print(json.dumps({"numbers": numbers, "after": after}))
