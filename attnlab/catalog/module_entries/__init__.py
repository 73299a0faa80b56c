"""The attention modules of the catalogue, each with its parameters."""

from attnlab.catalog.module_entries.alignment import BETWEEN_SEQUENCES
from attnlab.catalog.module_entries.channel import CHANNEL
from attnlab.catalog.module_entries.channel_variants import CHANNEL_VARIANTS
from attnlab.catalog.module_entries.context import CONTEXT
from attnlab.catalog.module_entries.control import CONTROL, NONE
from attnlab.catalog.module_entries.feature import FEATURE
from attnlab.catalog.module_entries.hard import HARD
from attnlab.catalog.module_entries.joint import JOINT
from attnlab.catalog.module_entries.non_local import NON_LOCAL
from attnlab.catalog.module_entries.self_attention import SELF_ATTENTION
from attnlab.catalog.module_entries.sequence import SEQUENCE
from attnlab.catalog.module_entries.shared import NoParameters
from attnlab.catalog.module_entries.spatial import SPATIAL
from attnlab.catalog.module_entries.squeeze_excite import SQUEEZE_EXCITE
from attnlab.catalog.module_entries.strips import STRIPS
from attnlab.catalog.module_entries.temporal import TEMPORAL

MODULES = (
    NONE,
    *FEATURE,
    *SQUEEZE_EXCITE,
    *CHANNEL,
    *CHANNEL_VARIANTS,
    *SPATIAL,
    *NON_LOCAL,
    *CONTEXT,
    *JOINT,
    *STRIPS,
    *TEMPORAL,
    *SEQUENCE,
    *SELF_ATTENTION,
    *BETWEEN_SEQUENCES,
    *HARD,
    *CONTROL,
)

__all__ = ["MODULES", "NoParameters"]
