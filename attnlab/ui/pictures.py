"""Charts on a page, made once for the same numbers, however many pages show them.

Making a chart costs far more than reading its numbers, and a page is drawn anew at every change of
a widget. So the finished Vega-Lite specs are kept, by what they show.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from attnlab import charts
from attnlab.compat.altair import skip_schema_checks
from attnlab.store import ACTIVE, Status, Store, StudyRow
from attnlab.ui.render_cache import RenderCache

AWAITED_SECONDS = 0.3
"""How often a page looks for the first epoch: there is little to draw, and people wait."""

LIVE_SECONDS, CALM_SECONDS = 1.0, 2.0
"""How often what is training is drawn anew: at first, and once it has been at it for a while."""

FIRST_SECONDS = 10.0
REST_SHARE = 0.6
"""How much of that time a picture is left alone before it is made anew."""

FEW_ARMS, MANY_ARMS = 4, 12
"""With more arms, and so more in every picture, all of it is drawn half, or a quarter, as often."""

Spec = dict[str, Any]

# The tests hold every chart to the schema; checking it again here would cost every page.
skip_schema_checks()
alt.data_transformers.disable_max_rows()


def redraw_seconds(row: StudyRow) -> float | None:
    """How many seconds after each other this study is drawn while it trains; else None.

    Each time costs the browser more than the server. At first every epoch counts; later the
    difference is not seen, but a busy page is slow to answer a press.
    """
    if row.status not in ACTIVE:
        return None
    if row.status == Status.RUNNING and not row.epochs_done and not row.tuned:
        return AWAITED_SECONDS
    new = row.started_at is None or time.time() - row.started_at < FIRST_SECONDS
    seconds = LIVE_SECONDS if new else CALM_SECONDS
    arms = len(row.study.arms)
    return seconds * (1 if arms <= FEW_ARMS else 2 if arms <= MANY_ARMS else 4)


def made_once(store: Store, row: StudyRow, what: object, make: Callable[[], Any]) -> Any:
    """Return `make()`, or what it gave for the same state of the study.

    `what` names the picture or table within the study. While a study trains, this is the latest
    that its render cache made, about as old as what the page shows.
    """
    key = (str(store.home), row.id, row.part, what, row.status.value)
    if row.status in ACTIVE:
        has_epochs = row.epochs_done > 0  # the first epoch is not to wait for the render cache
        rest = REST_SHARE * (redraw_seconds(row) or LIVE_SECONDS)
        version = partial(store.version, row.id)
        return _render_cache().latest((*key, has_epochs), make, version, rest)
    return _kept((*key, store.version(row.id)), make)


@st.cache_resource(show_spinner=False)
def _render_cache() -> RenderCache:
    return RenderCache()


# As a resource: what is kept is only ever read, so no page needs a copy of its own.
@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(key: object, _make: Callable[[], Any]) -> Any:
    return _make()


def with_tables(spec: Spec) -> Spec:
    """The spec with its rows in the form in which they travel, for one that is shown often."""
    rows = {
        name: pa.Table.from_pandas(frame, preserve_index=False)
        if isinstance(frame, pd.DataFrame)
        else frame
        for name, frame in spec["datasets"].items()
    }
    return {**spec, "datasets": rows}


def show(place: Any, spec: Spec, key: str) -> None:
    """Draw a spec in a column or container, as wide as that is."""
    place.vega_lite_chart(on_this_page(spec), width="stretch", key=key)


def on_this_page(spec: Spec) -> Spec:
    """The spec with its small print as bright as the page's background needs it."""
    is_dark = st.context.theme.type == "dark"
    return cast(Spec, on_dark(spec)) if is_dark else spec


def on_dark(spec: Any) -> Any:
    """The spec with small print for a dark background; its rows are left alone."""
    if isinstance(spec, dict):
        return {
            key: value if key in ("datasets", "values") else on_dark(value)
            for key, value in spec.items()
        }
    if isinstance(spec, (list, tuple)):
        return [on_dark(each) for each in spec]
    return charts.NOTE_ON_DARK if spec == charts.NOTE else spec
