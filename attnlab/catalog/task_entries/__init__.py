"""The tasks of the catalogue, one file for each family, each with its parameters."""

from attnlab.catalog.task_entries.features import ON_FEATURES
from attnlab.catalog.task_entries.folder import FROM_FOLDERS
from attnlab.catalog.task_entries.guided import GUIDED
from attnlab.catalog.task_entries.images import ON_IMAGES
from attnlab.catalog.task_entries.own_arrays import FROM_ARRAYS
from attnlab.catalog.task_entries.own_number import NUMBERS_FROM_TABLES
from attnlab.catalog.task_entries.own_pairs import FROM_PAIRS
from attnlab.catalog.task_entries.own_series import FROM_SERIES
from attnlab.catalog.task_entries.own_table import FROM_TABLES
from attnlab.catalog.task_entries.own_text import FROM_TEXTS
from attnlab.catalog.task_entries.places import AT_PLACES
from attnlab.catalog.task_entries.steps import ON_STEPS
from attnlab.catalog.task_entries.text import ON_TEXT
from attnlab.catalog.task_entries.writing import ON_WRITING

TASKS = (
    *ON_FEATURES,
    *ON_IMAGES,
    *AT_PLACES,
    *GUIDED,
    *FROM_TEXTS,
    *FROM_PAIRS,
    *FROM_SERIES,
    *FROM_FOLDERS,
    *FROM_ARRAYS,
    *NUMBERS_FROM_TABLES,
    *FROM_TABLES,
    *ON_STEPS,
    *ON_TEXT,
    *ON_WRITING,
)

__all__ = ["TASKS"]
