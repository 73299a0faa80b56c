"""Tasks on plain feature vectors (N, D)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import sklearn.datasets.data  # its loaders would import these two in a thread
import sklearn.datasets.descr  # noqa: F401
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from attnlab.catalog import DiabetesParameters, PlantedFeaturesParameters, TabularParameters
from attnlab.tasks.data import (
    Split,
    TaskData,
    number_words,
    one_array,
    same_truth,
    shuffled,
    split_by_share,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, draw_imbalanced, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "planted-features"
TABULAR = "tabular"
DIABETES = "diabetes"
LOADERS = {"breast-cancer": load_breast_cancer, "wine": load_wine, "iris": load_iris}


def planted_features(params: PlantedFeaturesParameters, seed: int) -> TaskData:
    """Standard normal columns (N, D), one overwritten by the number of the true class.

    `samples` are split 80:20 into training and validation, as many again as in the validation
    split are drawn for testing, and further ones where more are wanted.
    Source: philipperemy/keras-attention, attention_dense.py (2017).
    """
    held_out = params.samples // 5
    x, y = _noise(params, generator(seed, NAME, "data"), params.samples + held_out)
    draw_imbalanced(y[: params.samples - held_out], params.classes, params.imbalance, seed, NAME)
    x[:, params.planted] = y
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = same_truth(data, [params.planted], params.features)
    data = add_label_noise(data, params.label_noise, seed, NAME)

    def draw(random: np.random.Generator, count: int) -> Split:
        x, y = _noise(params, random, count)
        x[:, params.planted] = y
        return Split(x, y)

    return with_further_tests(data, params.test_samples, generator(seed, NAME, "test"), draw)


def _noise(
    params: PlantedFeaturesParameters,
    random: np.random.Generator,
    count: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Columns (count, D) of noise, and the classes (count,) to be planted in one of them."""
    x = random.standard_normal((count, params.features), dtype="float32")
    return x, random.integers(0, params.classes, count)


def planted_features_example(
    params: PlantedFeaturesParameters, data: TaskData, number: int
) -> Example:
    """A column each, the planted one holding the class number."""
    label = f"class {one_array(data.validation.y)[number]}"
    return Example("features", one_array(data.validation.x)[number], label, truth_of(data, number))


@lru_cache(maxsize=len(LOADERS))
def measurements(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """The table (N, D) in its own units, as float64, and the classes (N,); read once."""
    table = LOADERS[dataset]()
    return table.data, table.target


@lru_cache(maxsize=len(LOADERS))
def measured(dataset: str) -> tuple[str, ...]:
    """What each column of the table is a measurement of."""
    return tuple(str(name) for name in LOADERS[dataset]().feature_names)


def tabular(params: TabularParameters, seed: int) -> TaskData:
    """A data set of scikit-learn (N, D), each column standardised.

    A fifth each is kept for validation and test, in the order that the seed gives. Mean and
    standard deviation are those of the training split alone. Imbalance leaves out training samples
    after that, so that validation and test stay the same.
    Source: UCI (breast cancer Wisconsin diagnostic, wine, iris), as shipped with scikit-learn.
    """
    x, y = measurements(params.dataset)
    held_out = len(y) // 5
    order = shuffled(seed, TABULAR, len(y))
    train = x[order[: len(y) - 2 * held_out]]
    x = (x - train.mean(axis=0)) / train.std(axis=0)
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out, order=order)
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, TABULAR)


def tabular_example(params: TabularParameters, data: TaskData, number: int) -> Example:
    """Every column in standard deviations from its mean, by its name."""
    table = LOADERS[params.dataset]()
    label = str(table.target_names[one_array(data.validation.y)[number]])
    names = measured(params.dataset)
    return Example("features", one_array(data.validation.x)[number], label, names=names)


@lru_cache(maxsize=1)
def patients() -> tuple[np.ndarray, np.ndarray]:
    """The measurements (N, D) in their own units and the progression (N,); read once."""
    table = load_diabetes(scaled=False)
    return table.data, table.target


def diabetes(params: DiabetesParameters, seed: int) -> TaskData:
    """Ten measurements of 442 patients (N, D) and how far their disease got in a year (N,).

    A fifth each is kept for validation and test, in the order that the seed gives. Measurements
    and targets are standardised by the training split alone.
    Source: Efron et al. 2004, "Least angle regression", as shipped with scikit-learn.
    """
    x, y = patients()
    held_out = len(y) // 5
    order = shuffled(seed, DIABETES, len(y))
    x, y = x[order], y[order]
    train = len(y) - 2 * held_out
    mean, unit = float(y[:train].mean()), float(y[:train].std())
    x = ((x - x[:train].mean(axis=0)) / x[:train].std(axis=0)).astype(np.float32)
    y = ((y - mean) / unit).astype(np.float32)
    cuts = [train, train + held_out]
    fitted, validation, test = (
        Split(*each) for each in zip(np.split(x, cuts), np.split(y, cuts), strict=True)
    )
    return TaskData(fitted, validation, test, classes=1, unit=unit, mean=mean)


def diabetes_example(params: DiabetesParameters, data: TaskData, number: int) -> Example:
    """Every measurement in standard deviations from its mean, by its name; how far the disease got,
    as it was measured, and in standard deviations, too."""
    names = tuple(str(name) for name in load_diabetes().feature_names)
    label = number_words(data, float(one_array(data.validation.y)[number]))
    return Example("features", one_array(data.validation.x)[number], label, names=names)
