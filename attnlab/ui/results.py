"""What a study shows while it trains and after: status, curves, attention, table, network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

import pandas as pd
import streamlit as st

from attnlab import analysis, charts, export
from attnlab.analysis.headline import headline
from attnlab.jobs import JobManager
from attnlab.jobs.timing import in_words
from attnlab.spec import Study
from attnlab.store import Status, StudyRow
from attnlab.training.runtime import tensorflow_ready
from attnlab.ui import forms, html, links, replay, server

ACTIVE = (Status.QUEUED, Status.RUNNING)
EPOCH = "playground.epoch"
ARM = "playground.network"
LIVE_SECONDS = 1.0
CURVE_HEIGHT = 200


def title(row: StudyRow) -> str:
    """What a study is called: the name it was given, or its task."""
    return row.name or row.study.task.entry.title


def summary(study: Study) -> str:
    """The study in one line: its main settings, seeds and epochs."""
    params, fields = study.task.params, type(study.task.params).model_fields
    main = [
        f"{getattr(params, name)} {field.title.lower()}"
        for name, field in fields.items()
        if not forms.is_advanced(field)
    ]
    seeds = len(study.seeds)
    ends = [f"{seeds} seed{'s' * (seeds != 1)}", f"{study.training.epochs} epochs"]
    return " · ".join([study.task.entry.title, *main, *ends])


def section(draw: Callable[..., None]) -> Callable[..., None]:
    """Give a part of the page a container of its own.

    The parts after it then stay where they are whatever it shows, so that a live part that is just
    being redrawn can never land on another's place.
    """

    @wraps(draw)
    def contained(*arguments: object) -> None:
        with st.container():
            draw(*arguments)

    return contained


def _live(draw: Callable[..., None], *arguments: object, active: bool) -> None:
    """Run a part of the page again every second while it is active."""
    server.live(draw, *arguments, every=LIVE_SECONDS if active else None)


def _ended(manager: JobManager, row: StudyRow) -> StudyRow:
    """Read the study again; when it has just ended, draw the whole page once more."""
    now = manager.store.study(row.id)
    if row.status in ACTIVE and now.status not in ACTIVE:
        st.rerun(scope="app")
    return now


@section
def status_and_curves(manager: JobManager, row: StudyRow) -> None:
    """Progress with time left, then accuracy and loss."""
    active = row.status in ACTIVE or not tensorflow_ready()
    _live(_status_and_curves, manager, row, active=active)


def _status_and_curves(manager: JobManager, row: StudyRow) -> None:
    row = _ended(manager, row)
    _status(manager, row)
    study = row.study
    if row.status not in ACTIVE:
        st.markdown(headline(study, _results(manager, row)))
    curves = manager.store.curves(row.id)
    left, right = st.columns(2)
    for column, metric in ((left, "accuracy"), (right, "loss")):
        chart = charts.learning_curve(curves, study, metric, height=CURVE_HEIGHT)
        column.altair_chart(chart, width="stretch", key=f"curve-{metric}")


def _status(manager: JobManager, row: StudyRow) -> None:
    fault = manager.faults.get(row.id)
    if fault:
        st.error(fault, icon=":material/error:")
    share = row.epochs_done / max(1, row.epochs_planned)
    finished = row.counts[Status.FINISHED]
    so_far = f"{finished} of {row.runs} runs finished"
    match row.status:
        case Status.RUNNING:
            st.progress(share, text=row.activity or "Starting")
        case Status.QUEUED:
            words = "Getting the example ready" if row.example else "Waiting for its turn"
            st.progress(share, text=words)
        case Status.FINISHED:
            words = f"Finished: {row.runs} runs in {in_words(row.seconds)} of training"
            st.caption(f":material/check_circle: {words}{_loading()}")
        case Status.FAILED:
            st.error(_failures(manager, row), icon=":material/error:")
        case Status.STOPPED:
            st.info(f"Stopped: {so_far}, and kept.", icon=":material/stop_circle:")
        case Status.INTERRUPTED:
            text = f"Interrupted, the process that trained it has ended: {so_far}, and kept."
            st.warning(text, icon=":material/power_off:")


def _loading() -> str:
    return "" if tensorflow_ready() else " · TensorFlow is loading, you can set things up already"


def _failures(manager: JobManager, row: StudyRow) -> str:
    runs = manager.store.runs(row.id)
    failed = runs[runs["status"] == Status.FAILED]
    lines = [
        f"- {row.study.arm(run.arm).title}, seed {run.seed}: {run.error}"
        for run in failed.head(5).itertuples()
    ]
    more = [f"- and {len(failed) - 5} more"] if len(failed) > 5 else []
    head = f"{len(failed)} of {row.runs} runs failed; the others are kept."
    return "\n".join([head, "", *lines, *more])


@section
def resume_button(manager: JobManager, row: StudyRow) -> None:
    """Offer to train what is missing of a study that ended early."""
    if row.status in (Status.STOPPED, Status.INTERRUPTED, Status.FAILED) and st.button(
        "Resume",
        icon=":material/resume:",
        help="Train the runs that are missing; finished ones are kept.",
    ):
        manager.resume(row.id)
        st.rerun()


@section
def attention_and_results(manager: JobManager, row: StudyRow) -> None:
    """Attention side by side with an epoch slider, then the table."""
    epochs = row.study.training.epochs
    st.markdown("#### Where attention looks")
    if epochs > 1:
        st.session_state.setdefault(EPOCH, epochs)
        st.session_state[EPOCH] = min(st.session_state[EPOCH], epochs)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.slider(
                "Epoch",
                1,
                epochs,
                key=EPOCH,
                help="Drag to see how attention formed; at the right end it follows the training.",
                persist_state="session",
            )
            replay.button(epochs)
    every = replay.SECONDS if replay.is_playing() else LIVE_SECONDS
    active = row.status in ACTIVE or replay.is_playing()
    server.live(_attention_and_results, manager, row, every=every if active else None)


def _attention_and_results(manager: JobManager, row: StudyRow) -> None:
    study = row.study
    epochs = study.training.epochs
    epoch = replay.epoch(epochs) or st.session_state.get(EPOCH, epochs)
    if epochs > 1:
        latest = epoch == epochs and row.status in ACTIVE
        st.caption("The latest epoch" if latest else f"Epoch {epoch} of {epochs}")
    traces = manager.store.traces(row.id, epoch)
    rows = charts.attention_rows(traces, study)
    if not rows:
        has_attention = any(arm.module.entry.layer for arm in study.arms)
        st.caption(
            "The first epoch will show it."
            if has_attention and row.status in ACTIVE
            else "No arm has attention to show."
            if not has_attention
            else "No epoch was finished."
        )
    for number, panels in enumerate(rows):
        if len(rows) > 1:
            st.markdown(f"**{panels.title}**")
        places = panels.panels[0].axis.endswith("place")  # a map, not bars: no wider than high
        columns = st.columns(max(len(panels.panels), 3 if places else 1))
        for column, panel in zip(columns, panels.panels, strict=False):
            key = f"attention-{number}-{panel.arm}"
            column.altair_chart(panel.chart, width="stretch", key=key)
    st.markdown("#### Results")
    table = _results(manager, row)
    st.html(html.results_table(study, table, charts.arm_colours(study)))


def _results(manager: JobManager, row: StudyRow) -> pd.DataFrame:
    store = manager.store
    arms = {arm.label: (arm.attention_parameters, arm.parameters) for arm in store.arms(row.id)}
    return analysis.results(row.study, store.runs(row.id), arms, store.traces(row.id, "last"))


@section
def network(manager: JobManager, row: StudyRow) -> None:
    """A picture of the network, the module's place highlighted."""
    st.markdown("#### The network")
    study = row.study
    with_module = [arm.label for arm in study.arms if arm.module.entry.layer] or [study.reference]
    chosen = with_module[0]
    if len(with_module) > 1:
        names = charts.arm_names(study)
        if st.session_state.get(ARM) not in with_module:
            st.session_state[ARM] = chosen
        chosen = st.segmented_control(
            "Arm",
            with_module,
            format_func=names.__getitem__,
            key=ARM,
            required=True,
            label_visibility="collapsed",
        )
    known = all(arm.network for arm in manager.store.arms(row.id))
    _live(_network, manager, row, chosen, active=row.status in ACTIVE and not known)


def _network(manager: JobManager, row: StudyRow, label: str) -> None:
    arm = next(arm for arm in manager.store.arms(row.id) if arm.label == label)
    if arm.network is None:
        st.caption("It is drawn when this arm begins to train.")
        return
    picture = html.network_picture(
        arm.network,
        row.study.arm(label).module.entry.title,
        charts.arm_colours(row.study)[label],
    )
    st.html(picture)


@section
def downloads(manager: JobManager, row: StudyRow) -> None:
    """Everything to take away: numbers as CSV, and a link to this set-up."""
    st.markdown("#### Take away")
    with st.container(horizontal=True):
        st.download_button(
            "Curves (CSV)",
            lambda: export.curves_csv(manager.store, row.id),
            file_name=f"attnlab-{row.id}-curves.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="A row per run and epoch: loss and accuracy, training and validation.",
        )
        st.download_button(
            "Attention (CSV)",
            lambda: export.attention_csv(manager.store, row.id),
            file_name=f"attnlab-{row.id}-attention.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="A row per run, epoch and position: the mean attention weight.",
        )
        with st.popover("Link to this set-up", icon=":material/link:"):
            st.caption("Opens the playground with this task, these arms and this training.")
            page = st.context.url or ""
            st.code(links.to_link(row.study, page), language=None, wrap_lines=True)


def when(seconds: float | None) -> datetime | None:
    """A time of the store as local time."""
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
