"""Altair beyond its public names; tested with 6.3."""

from __future__ import annotations

from altair.utils import schemapi


def build_unchecked() -> None:
    """Let charts be made without each part being held against the schema, in the whole process.

    The check takes several times as long as making the chart. Publicly it can be left out only
    where a finished chart is written (`to_dict(validate=False)`), not where its parts are made.
    """
    schemapi.disable_debug_mode()
