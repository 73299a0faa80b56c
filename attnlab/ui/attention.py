"""Where attention looks, epoch by epoch, how it develops, and the table that sums it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import ACTIVE, Status, Store, StudyRow
from attnlab.ui import judgements, pictures, replay, samples, saving, server, shown_samples
from attnlab.ui.attention_development import development
from attnlab.ui.choices import chosen_pill
from attnlab.ui.plain_text import plain
from attnlab.ui.result_tables import accuracy_table

EPOCH = "playground.epoch"
SECTION = "where-attention-looks"
SAMPLES = "playground.samples"
MOST_ARMS, ARMS = 8, "playground.arms"
"""Of more arms, so many are shown at a time: that many panels are still looked at one by one."""
LED_BY = "playground.arms-led-by"
"""The arm that was highlighted when the page was last drawn."""

MAP_COLUMNS = 3
"""A row with maps in it is divided into this many columns at least."""

Epoch = int | Literal["last"]


def looks(manager: JobManager, row: StudyRow, chosen: str | None = None) -> None:
    """Attention side by side with an epoch slider; others than the `chosen` arm are dimmed."""
    server.part(_looks, manager, row, chosen, every=replay.redraw_seconds())


def attention_alone(manager: JobManager, row: StudyRow, chosen: str | None = None) -> None:
    """Attention side by side, and how it develops."""
    looks(manager, row, chosen)
    server.part(development, manager.store, row, chosen)


def development_and_results(manager: JobManager, row: StudyRow) -> None:
    """How attention develops, then the table that sums it up."""
    with st.container():  # what follows keeps its place before there is anything to measure
        server.part(development, manager.store, row, None, looked_at(manager.store, row))
    st.markdown("## Results")
    text = pictures.made_once(
        manager.store,
        row,
        "results in html",
        lambda: accuracy_table(judgements.by_accuracy(manager.store, row)),
    )
    st.html(text)


def _looks(manager: JobManager, row: StudyRow, chosen: str | None = None) -> None:
    epochs = _epochs(manager.store, row)
    with st.container(key=SECTION):
        st.markdown("## Where attention looks")
    if epochs > 1:
        st.session_state.setdefault(EPOCH, epochs)
        if st.session_state[EPOCH] > epochs:
            st.session_state[EPOCH] = epochs
    replay.advance(epochs, EPOCH)  # also where there is no slider: one may have begun elsewhere
    if epochs > 1:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.slider(
                "Epoch",
                1,
                epochs,
                key=EPOCH,
                help="Drag to see how attention formed; at the right end it follows the training.",
                persist_state="session",
            )
            replay.button(epochs, EPOCH)
        replay.into_view(SECTION)
    epoch = min(st.session_state.get(EPOCH, epochs), epochs)
    if epochs > 1:
        st.caption(_epoch_caption(row, epoch, epochs))
    shown: Epoch = "last" if epoch == epochs else epoch
    arms = _arms(manager.store, row, chosen)
    recorded = shown_samples.are_recorded(manager.store, row)
    if not (recorded and shown_samples.shows_first(row.study)):
        _means(manager.store, row, shown, chosen, arms)
        if recorded:
            _folded_samples(manager.store, row, shown, arms)
        return
    shown_samples.beside_each_other(manager.store, row, shown, arms)
    samples.further(manager.store, row)
    if shown_samples.has_means(row.study):
        st.markdown("### On average")
        st.caption(plain(shown_samples.what_means_are(row.study)))
        _means(manager.store, row, shown, chosen, arms)


def looked_at(store: Store, row: StudyRow) -> int | None:
    """The epoch at which the slider stands; None at its right end, where it follows the newest."""
    epoch, epochs = st.session_state.get(EPOCH), _epochs(store, row)
    return epoch if epoch is not None and epoch < epochs else None


def _folded_samples(store: Store, row: StudyRow, epoch: Epoch, arms: list[str] | None) -> None:
    fold = st.expander(
        "Single samples, arm by arm, with each answer",
        icon=":material/view_column:",
        key=SAMPLES,
        on_change="rerun",
    )
    if fold.open:
        with fold:
            shown_samples.beside_each_other(store, row, epoch, arms)
            samples.further(store, row)


def _means(
    store: Store, row: StudyRow, shown: Epoch, chosen: str | None, arms: list[str] | None
) -> None:
    """The means over samples, a panel an arm."""
    rows = pictures.made_once(
        store,
        row,
        ("attention", shown, chosen, *(arms or ())),
        lambda: _rows(store, row, shown, arms, chosen),
    )
    if not rows:
        st.caption(_why_empty(row))
    draw_panels(rows, "attention")
    if rows and row.status not in ACTIVE:
        _save(store, row, shown, arms, chosen)


def draw_panels(rows: Sequence[tuple[str, Sequence[Panel]]], key: str) -> None:
    """Draw rows of panels, each kind of row below its title; `key` is theirs on the page."""
    last_title = ""
    for number, (title, panels) in enumerate(rows):
        if len(rows) > 1 and title != last_title:
            st.markdown(f"**{plain(title)}**")
        last_title = title
        least = max(_columns(others) for heading, others in rows if heading == title)
        for column, panel in zip(st.columns(_widths(panels, least)), panels, strict=False):
            place = f"{key}-{number}-{panel.arm}-{panel.axis}"
            pictures.show(column, panel.spec, key=place)
            if panel.strip is not None:
                pictures.show(column, panel.strip, key=f"{place}-seeds")
            if panel.found:
                column.caption(plain(panel.found))


def _arms(store: Store, row: StudyRow, chosen: str | None) -> list[str] | None:
    """The arms whose attention is shown, chosen by a press; None for all where they are few.

    An arm that is newly highlighted brings its neighbours along.
    """
    if len(row.study.arms) <= MOST_ARMS:
        return None
    traced = pictures.made_once(store, row, "arms with attention", lambda: _traced(store, row))
    if len(traced) <= MOST_ARMS:
        return None
    if chosen != st.session_state.get(LED_BY) and chosen in traced:
        st.session_state[ARMS] = traced.index(chosen) // MOST_ARMS * MOST_ARMS
    st.session_state[LED_BY] = chosen
    starts = range(0, len(traced), MOST_ARMS)
    names = {start: _from_to(start + 1, min(start + MOST_ARMS, len(traced))) for start in starts}
    start = chosen_pill(f"Arms, of {len(traced)} with attention", starts, ARMS, names.__getitem__)
    return traced[start : start + MOST_ARMS]


def _from_to(first: int, last: int) -> str:
    return f"{first}–{last}" if last > first else str(first)


def _traced(store: Store, row: StudyRow) -> list[str]:
    """The arms that have shown attention, in the study's order."""
    traced = set(store.traces(row.id, "last")["arm"])
    return [arm.label for arm in row.study.arms if arm.label in traced]


def _save(
    store: Store,
    row: StudyRow,
    epoch: Epoch,
    arms: list[str] | None,
    chosen: str | None,
) -> None:
    """All panels that are shown as one figure."""
    figure = saving.Figure(
        "attention" if epoch == "last" else f"attention epoch {epoch}",
        lambda: charts.concatenated(
            [panel.chart for panel in panels]
            for _, panels in _attention_rows(store, row, epoch, arms, chosen)
        ),
        lambda: _traces(store, row, epoch, arms),
    )
    saving.save_button(figure, f"attnlab-{row.id}", "attention")


def _traces(store: Store, row: StudyRow, epoch: Epoch, arms: list[str] | None) -> pd.DataFrame:
    """The weights behind the panels that are shown."""
    traces = store.traces(row.id, epoch)
    return traces if arms is None else traces[traces["arm"].isin(arms)]


def _epochs(store: Store, row: StudyRow) -> int:
    """How many epochs there are to look at: those planned, or trained where all stopped early."""
    if row.status != Status.FINISHED or not row.study.stops_early:
        return row.study.training.epochs
    return int(store.runs(row.id)["epoch"].max())


class Panel(NamedTuple):
    """One panel, ready to be shown; `columns` is its width, as the charts count it."""

    arm: str
    axis: str
    columns: int
    is_map: bool
    spec: pictures.Spec
    strip: pictures.Spec | None
    found: str


def _rows(
    store: Store,
    row: StudyRow,
    epoch: Epoch,
    arms: list[str] | None,
    chosen: str | None,
) -> list[tuple[str, Sequence[Panel]]]:
    """The panels in rows, each with its title."""
    return as_panels(_attention_rows(store, row, epoch, arms, chosen))


def as_panels(rows: Sequence[charts.AttentionRow]) -> list[tuple[str, Sequence[Panel]]]:
    """Rows of panels, ready to be shown."""
    return [
        (
            title,
            [
                Panel(
                    each.arm,
                    each.axis,
                    each.columns,
                    each.is_map,
                    pictures.with_tables(each.spec()),
                    None if (strip := each.strip_spec()) is None else pictures.with_tables(strip),
                    each.found,
                )
                for each in panels
            ],
        )
        for title, panels in rows
    ]


def _attention_rows(
    store: Store,
    row: StudyRow,
    epoch: Epoch,
    arms: list[str] | None,
    chosen: str | None,
) -> list[charts.AttentionRow]:
    latest = None if epoch == "last" else store.traces(row.id, "last")
    traces = store.traces(row.id, epoch)
    return charts.attention_rows(traces, row.study, arms=arms, chosen=chosen, latest=latest)


def _widths(panels: Sequence[Panel], least: int) -> list[int]:
    """The widths of the columns: `least` or more, so that panels below each other are alike.

    A map is no wider than high, so few of them leave room.
    """
    least = max(least, MAP_COLUMNS if any(panel.is_map for panel in panels) else 0)
    room = least - _columns(panels)
    return [*(panel.columns for panel in panels), *([room] if room > 0 else [])]


def _columns(panels: Sequence[Panel]) -> int:
    return sum(panel.columns for panel in panels)


def _epoch_caption(row: StudyRow, epoch: int, epochs: int) -> str:
    """Which epoch of each seed is shown."""
    if epoch == epochs and row.status in ACTIVE:
        return "The latest epoch"
    if not row.study.stops_early:
        return f"Epoch {epoch} of {epochs}"
    if epoch == epochs:
        return "The epoch that early stopping kept of each seed"
    return f"Epoch {epoch} of {epochs}; of seeds that stopped before, their last one"


def _why_empty(row: StudyRow) -> str:
    if not any(arm.module.entry.fills for arm in row.study.arms):
        return "No arm has attention to show."
    return "The first epoch will show it." if row.status in ACTIVE else "No epoch was finished."
