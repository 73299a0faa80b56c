"""Measuring a network whose answer is a number."""

from __future__ import annotations

import keras
import numpy as np

from attnlab.export.scripts.parts.training import Row
from attnlab.tasks.data import Split
from attnlab.training.machine_limits import EVALUATION_BATCH


def evaluate_numbers(model: keras.Model, split: Split, *, unit: float) -> Row:
    """Loss on a split, then errors in the number's own unit, and the share of variance explained;
    `unit` is how much of it a standardised target of 1 is."""
    answers = model.predict(split.x, batch_size=EVALUATION_BATCH, verbose=0)[:, 0]
    errors = (answers - split.y).astype(np.float64)
    squared, variance = float(np.mean(errors**2)), float(np.var(split.y, dtype=np.float64))
    return {
        "loss": squared,
        "rmse": unit * squared**0.5,
        "mae": unit * float(np.mean(np.abs(errors))),
        "r2": 1 - squared / variance,
    }
