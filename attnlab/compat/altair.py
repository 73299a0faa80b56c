"""Altair beyond its public names; tested with 6.3."""

from __future__ import annotations

from altair.utils import schemapi


def skip_schema_checks() -> None:
    """Build charts without checking each part against the schema, in the whole process.

    The check takes several times as long as building the chart. Publicly it can be left out only
    when a finished chart is written (`to_dict(validate=False)`), not when its parts are built.
    """
    schemapi.disable_debug_mode()
