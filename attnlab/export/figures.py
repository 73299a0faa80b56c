"""Charts as pictures for paper and slides, and the numbers behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attnlab.export.files import ExportError
from attnlab.export.spreadsheets import csv_text
from attnlab.imports import importing

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

FORMATS = ("png", "svg")

WIDTH = 640
"""Pixels across, before they are doubled: about a column of text and a half."""

_SCALE = 2
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_INK, _SOFT, _GRID = "#1B2733", "#44505C", "#E3E6EA"
_ON_PAPER = {
    "background": "#FFFFFF",
    "font": _FONT,
    "padding": 8,
    "view": {"stroke": None},
    "title": {"color": _INK, "subtitleColor": _SOFT, "fontWeight": 600},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "titleFontWeight": "normal",
        "gridColor": _GRID,
        "domainColor": _SOFT,
        "tickColor": _SOFT,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK, "titleFontWeight": "normal"},
}


def figure(
    chart: alt.TopLevelMixin | Mapping[str, Any], format: str = "png", width: int = WIDTH
) -> bytes:
    """Return a chart as a picture on white: a PNG of twice `width` pixels across, or an SVG.

    `chart` may also be its Vega-Lite spec, with rows as DataFrames under "datasets". Nothing is
    fetched: a chart has to carry its data. Raises ExportError for a format that is neither "png"
    nor "svg", and for a chart that cannot be drawn.
    """
    if format not in FORMATS:
        raise ExportError(f"a figure is saved as png or svg, got {format!r}")
    try:
        with importing("vl_convert"):
            import vl_convert
    except ImportError as error:
        raise ExportError(f"figures need the package vl-convert-python: {error}") from error
    try:
        spec = _on_paper(chart, width)
        version = _version(spec)
        nothing: list[str] = []
        if format == "svg":
            drawn = vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=nothing)
            return drawn.encode()
        return vl_convert.vegalite_to_png(
            spec, vl_version=version, scale=_SCALE, allowed_base_urls=nothing
        )
    except Exception as error:  # Altair's and the converter's: they share no class of their own
        raise ExportError(f"cannot draw the figure: {_reason(error)}") from error


def figure_data_csv(frame: pd.DataFrame) -> str:
    """The numbers behind a figure as CSV text, every one at full resolution."""
    return csv_text(frame)


def _reason(error: Exception) -> str:
    """The error's message without the places in the converter's code."""
    lines = [line.strip() for line in str(error).splitlines()]
    message = [line for line in lines if line and not line.startswith("at ")]
    return " ".join(message[:2]) or type(error).__name__


def _on_paper(chart: alt.TopLevelMixin | Mapping[str, Any], width: int) -> dict[str, Any]:
    spec = dict(chart) if isinstance(chart, Mapping) else chart.to_dict()
    rows = {name: _records(table) for name, table in spec.get("datasets", {}).items()}
    rest = {key: value for key, value in spec.items() if key not in ("config", "datasets")}
    # several charts side by side keep their own widths
    return {**rest, "width": width, "datasets": rows, "config": _ON_PAPER}


def _records(rows: Any) -> list[dict[str, Any]]:
    """Rows as a JSON list, of a DataFrame or an Arrow table too."""
    if hasattr(rows, "to_pandas"):
        rows = rows.to_pandas()
    if hasattr(rows, "to_json"):
        return json.loads(rows.to_json(orient="records", double_precision=15))
    return rows


def _version(spec: Mapping[str, Any]) -> str:
    """The version of Vega-Lite that the spec is written in: "6.4" of "…/vega-lite/v6.4.1.json"."""
    with importing("vl_convert"):
        import vl_convert

    version = str(spec.get("$schema", "")).rpartition("/v")[2].removesuffix(".json")
    known = vl_convert.get_vegalite_versions()
    wanted = ".".join(version.split(".")[:2])
    return wanted if wanted in known else known[-1]
