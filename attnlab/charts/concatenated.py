"""Several charts as one figure, for paper and slides: a page shows them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

_GAP = 24
"""Pixels between two charts."""
_CHANNELS = ("color", "fill", "stroke", "strokeDash", "opacity")
"""Each chart has its own scales of these."""


def concatenated(rows: Iterable[Sequence[alt.LayerChart]], width: int = 640) -> alt.VConcatChart:
    """Put charts side by side, row below row, the widest row `width` pixels across.

    Each keeps its own scales and legend, and all are of one width. Raises ValueError for no chart
    at all.
    """
    rows = [list(row) for row in rows if row]
    if not rows:
        raise ValueError("expected at least one chart, got none")
    most = max(len(row) for row in rows)
    chart_width = (width - _GAP * (most - 1)) / most
    lines = [
        alt.hconcat(*(_part(chart, chart_width) for chart in row), spacing=_GAP) for row in rows
    ]
    independent: dict[str, Any] = dict.fromkeys(_CHANNELS, "independent")
    return alt.vconcat(*lines, spacing=_GAP).resolve_scale(**independent)


def _part(chart: alt.LayerChart, width: float) -> alt.LayerChart:
    part = chart.properties(width=width)
    part.autosize = alt.Undefined  # of the whole figure alone
    return part
