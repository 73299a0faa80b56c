"""Tasks on plain feature vectors (N, D)."""

from __future__ import annotations

from attnlab.catalog import PlantedFeaturesParameters
from attnlab.streams import generator
from attnlab.tasks.data import TaskData, split_by_share


def planted_features(params: PlantedFeaturesParameters, seed: int) -> TaskData:
    """Standard normal columns (N, D), one overwritten by the class number.

    `samples` are split 80:20 into training and validation, as many again as in the validation
    split are drawn for testing.
    Source: philipperemy/keras-attention, attention_dense.py (2017).
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, "planted-features", "data")
    x = random.standard_normal((total, params.features), dtype="float32")
    y = random.integers(0, params.classes, total)
    x[:, params.planted] = y
    return split_by_share(x, y, params.classes, validation=held_out, test=held_out)
