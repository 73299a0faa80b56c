"""Backbones on feature vectors."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from attnlab.backbones.columns import EmbeddedColumns
from attnlab.backbones.network import Slots
from attnlab.backbones.shared import DENSE_UNITS, output_units
from attnlab.catalog import (
    DiabetesParameters,
    PlantedFeaturesParameters,
    TabularParameters,
)
from attnlab.catalog.task_entries.tables import TableParameters

CATEGORY_START = keras.initializers.RandomNormal(stddev=0.3)
"""Of the numbers of a category: wider than Keras's default (0.05), beside numbers of spread 1."""

Columns = PlantedFeaturesParameters | TabularParameters | DiabetesParameters | TableParameters


def feature_network(
    params: Columns,
    slots: Slots,
) -> tuple[Any, Any]:
    """(B, D) → slot → Dense 64, linear → logits, or one number where there are no classes.

    Embedded columns of a table are learned before the slot: (B, N) → (B, D).

    With `dense` attention, 32 features and two classes it has 3,233 parameters.
    Source: philipperemy/keras-attention, attention_dense.py (2017).
    """
    inputs = keras.Input((params.features,), name="features")  # (B, D)
    x = slots(_embedded(params, inputs))  # (B, D)
    x = layers.Dense(DENSE_UNITS, name="hidden")(x)  # (B, 64)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)


def _embedded(params: Columns, inputs: Any) -> Any:
    """The inputs with the columns of categories as vectors that are to be embedded."""
    if not isinstance(params, TableParameters) or not params.embedded:
        return inputs
    return EmbeddedColumns(params.embedded, params.embedding, CATEGORY_START, name="embedded")(
        inputs
    )
