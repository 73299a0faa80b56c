"""What several backbones share."""

from __future__ import annotations

DENSE_UNITS = 64


def output_units(classes: int) -> int:
    """Two classes need one logit, more need one each."""
    return 1 if classes == 2 else classes
