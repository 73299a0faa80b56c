"""The attention modules of the catalogue, each with its parameters."""

from attnlab.catalog.module_entries.alignment import BETWEEN_SEQUENCES
from attnlab.catalog.module_entries.channel import CHANNEL
from attnlab.catalog.module_entries.control import CONTROL, NONE
from attnlab.catalog.module_entries.feature import FEATURE
from attnlab.catalog.module_entries.hard import HARD
from attnlab.catalog.module_entries.sequence import SEQUENCE
from attnlab.catalog.module_entries.shared import NoParameters
from attnlab.catalog.module_entries.spatial import SPATIAL
from attnlab.catalog.module_entries.squeeze_excite import SQUEEZE_EXCITE
from attnlab.catalog.module_entries.temporal import TEMPORAL

MODULES = (
    NONE,
    *FEATURE,
    *SQUEEZE_EXCITE,
    *CHANNEL,
    *SPATIAL,
    *TEMPORAL,
    *SEQUENCE,
    *BETWEEN_SEQUENCES,
    *HARD,
    *CONTROL,
)

__all__ = ["MODULES", "NoParameters"]
