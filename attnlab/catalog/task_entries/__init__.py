"""The tasks of the catalogue, one family a file, each with its parameters."""

from attnlab.catalog.task_entries.features import ON_FEATURES
from attnlab.catalog.task_entries.guided import GUIDED
from attnlab.catalog.task_entries.images import ON_IMAGES
from attnlab.catalog.task_entries.steps import ON_STEPS
from attnlab.catalog.task_entries.text import ON_TEXT

TASKS = (*ON_FEATURES, *ON_IMAGES, *GUIDED, *ON_STEPS, *ON_TEXT)

__all__ = ["TASKS"]
