"""The catalogue: every module and task, with its parameters declared once.

A new module is one class, one entry in `catalog/module_entries` and one test; forms, command line,
charts and engine follow from the entry. Importing this package imports no TensorFlow.
"""

from attnlab.catalog.module_entries import MODULES, NoParameters
from attnlab.catalog.task_entries import TASKS
from attnlab.catalog.task_entries.features import PlantedFeaturesParameters
from attnlab.catalog.task_entries.guided import GuidedParameters, gate_size
from attnlab.catalog.task_entries.images import (
    CNNParameters,
    DigitsParameters,
    PlantedChannelsParameters,
    planted_channels,
)
from attnlab.catalog.task_entries.shared import LabelParameters
from attnlab.catalog.task_entries.steps import PlantedStepsParameters, planted_steps
from attnlab.catalog.task_entries.text import (
    DocumentsParameters,
    EmbeddingParameters,
    KeywordTextParameters,
)
from attnlab.spec import REGISTRY, ModuleEntry, TaskEntry

__all__ = [
    "REGISTRY",
    "CNNParameters",
    "DigitsParameters",
    "DocumentsParameters",
    "EmbeddingParameters",
    "GuidedParameters",
    "KeywordTextParameters",
    "LabelParameters",
    "NoParameters",
    "PlantedChannelsParameters",
    "PlantedFeaturesParameters",
    "PlantedStepsParameters",
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
