"""The catalogue: every module and task, with its parameters declared once.

A new module is one class, one entry in `catalog/module_entries` and one test; the forms, the
command line, the charts and the engine take it from the entry.
Importing this package imports no TensorFlow.
"""

from attnlab.catalog.module_entries import MODULES, NoParameters
from attnlab.catalog.task_entries import TASKS
from attnlab.catalog.task_entries.features import (
    DiabetesParameters,
    PlantedFeaturesParameters,
    TabularParameters,
)
from attnlab.catalog.task_entries.folder import ImageFolderParameters
from attnlab.catalog.task_entries.guided import GuidedParameters, gate_size
from attnlab.catalog.task_entries.images import (
    DigitsParameters,
    PlantedChannelsParameters,
    planted_channels,
)
from attnlab.catalog.task_entries.networks import (
    EXPANSION,
    AugmentationParameters,
    CNNParameters,
    NetworkParameters,
)
from attnlab.catalog.task_entries.own_arrays import OwnArraysParameters
from attnlab.catalog.task_entries.own_number import OwnNumberParameters
from attnlab.catalog.task_entries.own_pairs import OwnPairsParameters
from attnlab.catalog.task_entries.own_series import OwnSeriesParameters
from attnlab.catalog.task_entries.own_table import OwnTableParameters
from attnlab.catalog.task_entries.own_text import OwnTextParameters
from attnlab.catalog.task_entries.places import (
    DIGIT_SIZE,
    PLACED_WIDENING,
    ClutteredDigitsParameters,
    PlantedLocationParameters,
)
from attnlab.catalog.task_entries.shared import LabelParameters
from attnlab.catalog.task_entries.steps import PlantedStepsParameters, planted_steps
from attnlab.catalog.task_entries.text import (
    DocumentsParameters,
    EmbeddingParameters,
    KeywordTextParameters,
)
from attnlab.catalog.task_entries.writing import (
    ISO_LENGTH,
    LONGEST_DATE,
    DatesParameters,
    ReverseParameters,
    WritingParameters,
)
from attnlab.spec import REGISTRY, ModuleEntry, TaskEntry

__all__ = [
    "DIGIT_SIZE",
    "EXPANSION",
    "ISO_LENGTH",
    "LONGEST_DATE",
    "PLACED_WIDENING",
    "REGISTRY",
    "AugmentationParameters",
    "CNNParameters",
    "ClutteredDigitsParameters",
    "DatesParameters",
    "DiabetesParameters",
    "DigitsParameters",
    "DocumentsParameters",
    "EmbeddingParameters",
    "GuidedParameters",
    "ImageFolderParameters",
    "KeywordTextParameters",
    "LabelParameters",
    "NetworkParameters",
    "NoParameters",
    "OwnArraysParameters",
    "OwnNumberParameters",
    "OwnPairsParameters",
    "OwnSeriesParameters",
    "OwnTableParameters",
    "OwnTextParameters",
    "PlantedChannelsParameters",
    "PlantedFeaturesParameters",
    "PlantedLocationParameters",
    "PlantedStepsParameters",
    "ReverseParameters",
    "TabularParameters",
    "WritingParameters",
    "gate_size",
    "modules",
    "planted_channels",
    "planted_steps",
    "tasks",
]

for _entry in (*MODULES, *TASKS):
    REGISTRY.add(_entry)


def modules() -> tuple[ModuleEntry, ...]:
    """All declared modules, in the order of the catalogue."""
    return tuple(REGISTRY.modules.values())


def tasks() -> tuple[TaskEntry, ...]:
    """All declared tasks, in the order of the catalogue."""
    return tuple(REGISTRY.tasks.values())
