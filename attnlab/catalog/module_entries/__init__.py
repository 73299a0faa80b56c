"""The attention modules of the catalogue, one family a file, each with its parameters."""

from attnlab.catalog.module_entries.control import CONTROL, NONE
from attnlab.catalog.module_entries.feature import FEATURE
from attnlab.catalog.module_entries.hard import HARD
from attnlab.catalog.module_entries.image import ON_IMAGES
from attnlab.catalog.module_entries.sequence import SEQUENCE
from attnlab.catalog.module_entries.shared import NoParameters
from attnlab.catalog.module_entries.temporal import TEMPORAL

MODULES = (NONE, *FEATURE, *ON_IMAGES, *TEMPORAL, *SEQUENCE, *HARD, *CONTROL)

__all__ = ["MODULES", "NoParameters"]
