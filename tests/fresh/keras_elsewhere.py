"""Trains, asks what a layer gives and writes a script; prints all numbers as JSON.

Run by `test_keras_settings`, in a process for which Keras is set in another way: HOME SCRIPT.
"""

import json
import os
import sys
from pathlib import Path

import attnlab
from attnlab.export import script


def numbers_and_script(home):
    """What a training and one of its layers give, and the script of one of its runs."""
    task = {"name": "digits", "width": 4, "blocks": 2, "head": 8}
    plan = attnlab.Study(task=task, arms=["cbam:ratio=2"], seeds=1, epochs=1)
    result = attnlab.run(plan, home=home, first_seed=0)
    runs = result.store.runs(result.id)
    outputs = result.activations("cbam:ratio=2", 0, layer="attention2", samples=4)
    numbers = {
        "error": list(runs["error"]),
        **{name: list(runs[name]) for name in ("loss", "val_loss", "test_loss")},
        "outputs": [float(value) for value in outputs.ravel()[:64]],
    }
    return numbers, script(result.study, "cbam:ratio=2", 0)


def settings():
    """How Keras is set in this process."""
    import keras

    return {
        "floatx": keras.config.floatx(),
        "image_data_format": keras.config.image_data_format(),
        "epsilon": keras.config.epsilon(),
        "policy": keras.config.dtype_policy().name,
        "backend": keras.config.backend(),
        "KERAS_BACKEND": os.environ["KERAS_BACKEND"],
    }


if __name__ == "__main__":
    numbers, text = numbers_and_script(sys.argv[1])
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
    print(json.dumps({"numbers": numbers, "after": settings()}))
