"""Tasks on plain feature vectors."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import model_validator

from attnlab.catalog.task_entries.backbones import BackboneParameters
from attnlab.catalog.task_entries.shared import (
    NUMBER_MEASURES,
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    splits_of,
    test_samples_field,
)
from attnlab.spec import SpecError, SplitSizes, TaskEntry, choice, load, number


class PlantedFeaturesParameters(BackboneParameters, LabelParameters):
    """Random columns, one of which is the answer."""

    features: int = number(
        32,
        low=4,
        high=256,
        title="Features",
        help="How many columns each sample has; all but one are noise.",
    )
    classes: int = class_field(5, 200)
    planted: int = number(
        1,
        low=0,
        high=255,
        title="Planted column",
        advanced=True,
        help="The column that holds the class number (counted from 0).",
    )
    samples: int = number(
        10_000,
        low=500,
        high=50_000,
        step=500,
        title="Samples",
        advanced=True,
        help="How many samples are drawn; a fifth of them is kept for validation.",
    )
    test_samples: int = test_samples_field()

    @model_validator(mode="after")
    def _planted_exists(self) -> PlantedFeaturesParameters:
        if self.planted >= self.features:
            raise SpecError(
                f"planted must be one of the {self.features} columns 0 to {self.features - 1}, "
                f"got {self.planted}"
            )
        return self


class DatasetSummary(NamedTuple):
    """What we know of a data set without reading it."""

    features: int
    counts: tuple[int, ...]
    """How many samples each class has."""
    classes: tuple[str, ...]
    """What each class is called."""


TABLES = {
    "breast-cancer": DatasetSummary(30, (212, 357), ("malignant", "benign")),
    "wine": DatasetSummary(13, (59, 71, 48), ("class_0", "class_1", "class_2")),
    "iris": DatasetSummary(4, (50, 50, 50), ("setosa", "versicolor", "virginica")),
}


class TabularParameters(BackboneParameters, LabelParameters):
    """A real data set of measurements."""

    dataset: Literal["breast-cancer", "wine", "iris"] = choice(
        "breast-cancer",
        title="Data set",
        help="Breast tumours (569 samples, 30 measurements, 2 classes), Italian wines (178, 13, 3) "
        "or iris flowers (150, 4, 3).",
    )

    @property
    def features(self) -> int:
        """How many measurements each sample has."""
        return TABLES[self.dataset].features

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(TABLES[self.dataset].counts)

    @property
    def samples(self) -> int:
        """How many samples there are in all."""
        return sum(TABLES[self.dataset].counts)


DIABETES_PATIENTS, DIABETES_SPREAD = 442, 77.0
"""How many patients there are, and the standard deviation of what is predicted."""


class DiabetesParameters(BackboneParameters):
    """A real data set with a number to predict; nothing of it can be chosen."""

    @property
    def features(self) -> int:
        """How many measurements each patient has."""
        return 10

    @property
    def classes(self) -> int:
        """One: the network gives a number."""
        return 1


ON_FEATURES = (
    TaskEntry(
        name="planted-features",
        title="Planted feature",
        slot="features",
        params=PlantedFeaturesParameters,
        data="attnlab.tasks.features:planted_features",
        example="attnlab.tasks.features:planted_features_example",
        asks="features",
        asked="attnlab.tasks.asking.features:asked_features",
        backbone="attnlab.backbones.features:feature_network",
        slot_sizes=lambda params: (params.features,),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.features),
        truth_axis="feature",
        truth=lambda params: (params.planted,),
        truth_words="the planted column",
        arms=("none", "dense"),
        summary="Columns of noise, one of which is the class number. Does attention find it?",
        training={"epochs": 20, "batch_size": 64, "learning_rate": 1e-3},
    ),
    TaskEntry(
        name="tabular",
        fixed_data=("dataset",),
        split_sizes=lambda params: splits_of(TABLES[params.dataset].counts, params),
        title="Tabular data",
        slot="features",
        params=TabularParameters,
        data="attnlab.tasks.features:tabular",
        example="attnlab.tasks.features:tabular_example",
        asks="features",
        asked="attnlab.tasks.asking.features:asked_features",
        backbone="attnlab.backbones.features:feature_network",
        slot_sizes=lambda params: (params.features,),
        chance=lambda params: max(TABLES[params.dataset].counts) / params.samples,
        class_names=lambda params: TABLES[params.dataset].classes,
        nbytes=lambda params: array_bytes(params.samples, params.features),
        input_names=lambda params: load("attnlab.tasks.features:measured")(params.dataset),
        arms=("none", "feature-gate:ratio=2", "dense"),
        summary="Real measurements: which of them does attention weigh?",
        training={"epochs": 30, "batch_size": 32, "learning_rate": 3e-3},
    ),
    TaskEntry(
        name="diabetes",
        fixed_data=(),
        split_sizes=lambda params: SplitSizes(266, 88, 88),
        title="Diabetes, a number",
        slot="features",
        params=DiabetesParameters,
        data="attnlab.tasks.features:diabetes",
        example="attnlab.tasks.features:diabetes_example",
        asks="features",
        asked="attnlab.tasks.asking.features:asked_features",
        backbone="attnlab.backbones.features:feature_network",
        slot_sizes=lambda params: (params.features,),
        chance=lambda params: DIABETES_SPREAD,
        has_classes=lambda params: False,
        nbytes=lambda params: array_bytes(DIABETES_PATIENTS, params.features),
        objective="attnlab.training.regression:Regression",
        extra_metrics=NUMBER_MEASURES,
        main="rmse",
        arms=("none", "feature-gate:ratio=2", "dense"),
        summary="How far the disease of 442 patients gets in a year, from ten measurements.",
        training={"epochs": 40, "batch_size": 32, "learning_rate": 1e-3},
    ),
)
