"""Tasks on plain feature vectors (N, D)."""

from __future__ import annotations

from attnlab.catalog import PlantedFeaturesParameters
from attnlab.streams import generator
from attnlab.tasks.data import TaskData, same_truth, split_by_share
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, draw_imbalanced

NAME = "planted-features"


def planted_features(params: PlantedFeaturesParameters, seed: int) -> TaskData:
    """Standard normal columns (N, D), one overwritten by the number of the true class.

    `samples` are split 80:20 into training and validation, as many again as in the validation
    split are drawn for testing.
    Source: philipperemy/keras-attention, attention_dense.py (2017).
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, NAME, "data")
    x = random.standard_normal((total, params.features), dtype="float32")
    y = random.integers(0, params.classes, total)
    draw_imbalanced(y[: params.samples - held_out], params.classes, params.imbalance, seed, NAME)
    x[:, params.planted] = y
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = same_truth(data, [params.planted], params.features)
    return add_label_noise(data, params.label_noise, seed, NAME)


def planted_features_example(
    params: PlantedFeaturesParameters, data: TaskData, number: int
) -> Example:
    """A column each, the planted one holding the class number."""
    label = f"class {data.validation.y[number]}"
    return Example("features", data.validation.x[number], label, truth_of(data, number))
