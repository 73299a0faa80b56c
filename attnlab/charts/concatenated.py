"""Several charts as one figure, for paper and slides: a page shows them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import altair as alt

_GAP = 24
"""Pixels between two charts."""


def concatenated(rows: Iterable[Sequence[alt.LayerChart]], width: int = 640) -> alt.VConcatChart:
    """Put charts side by side, row below row, the widest row `width` pixels across.

    Each keeps its own scales and legend, and all are of one width. Raises ValueError for no chart
    at all.
    """
    rows = [list(row) for row in rows if row]
    if not rows:
        raise ValueError("expected at least one chart, got none")
    most = max(len(row) for row in rows)
    each = (width - _GAP * (most - 1)) / most
    lines = [alt.hconcat(*(_part(chart, each) for chart in row), spacing=_GAP) for row in rows]
    return alt.vconcat(*lines, spacing=_GAP).resolve_scale(
        **dict.fromkeys(("color", "fill", "stroke", "strokeDash", "opacity"), "independent")
    )


def _part(chart: alt.LayerChart, width: float) -> alt.LayerChart:
    part = chart.properties(width=width)
    part.autosize = alt.Undefined  # of the whole figure alone
    return part
