"""What a study shows while it trains and after: status, curves, results, network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from attnlab import charts, export
from attnlab.export.study_figures import CURVE_HEIGHT, curves_together, followed
from attnlab.jobs import JobManager
from attnlab.jobs.timing import in_words
from attnlab.results.headline import headline
from attnlab.results.history import StudyHistory
from attnlab.results.judge import judge_by_accuracy
from attnlab.results.model import StudyResult
from attnlab.spec import Parameters, Study, Training
from attnlab.store import ArmRow, Status, Store, StudyRow
from attnlab.training.runtime import tensorflow_ready
from attnlab.ui import forms, html, links, pictures, saving, server
from attnlab.ui.pictures import ACTIVE, LIVE_SECONDS

ARM = "playground.network"


def title(row: StudyRow) -> str:
    """What a study is called: the name it was given, or its task."""
    return row.name or row.study.task.entry.title


def summary(study: Study) -> str:
    """The study in one line: its main settings over the arms, seeds, epochs, and what is unusual.

    Unusual is every other setting that is not what the task has when nothing is said. Switches and
    texts are no main settings.
    """
    tasks = [study.task_of(arm).params for arm in study.arms]
    trainings = [study.training_of(arm) for arm in study.arms]
    fields = type(study.task.params).model_fields
    main = [
        name
        for name, field in fields.items()
        if not forms.is_advanced(field) and field.annotation not in (bool, str)
    ]
    seeds, epochs = len(study.seeds), study.training.epochs
    parts = [
        *(
            f"{_span([getattr(own, name) for own in tasks])} {_words(fields[name])}"
            for name in main
        ),
        f"{seeds} seed{'s' * (seeds != 1)}",
        f"{epochs} epoch{'s' * (epochs != 1)}",
        *_unusual(tasks, type(study.task.params)(), main),
        *_unusual(trainings, Training(**study.task.entry.training), ["epochs"]),
    ]
    return " · ".join([study.task.entry.title, *parts])


def _unusual(params: Sequence[Parameters], usual: Parameters, told: Sequence[str]) -> list[str]:
    """The settings that have an effect in an arm and are not the usual ones, but for those told."""
    used = [each.in_use() for each in params]
    words = []
    for name, field in type(usual).model_fields.items():
        values = [own[name] for own in used if name in own]
        if name not in told and any(value != getattr(usual, name) for value in values):
            words.append(f"{_words(field)} {_span(values)}")
    return words


def _words(field: FieldInfo) -> str:
    return field.title.lower()


def _span(values: Sequence[Any]) -> str:
    if isinstance(values[0], bool):
        values = ["on" if value else "off" for value in values]
    if isinstance(values[0], str):
        return ", ".join(dict.fromkeys(values))
    ends = sorted({min(values), max(values)})
    return "–".join(f"{end:g}" if isinstance(end, float) else str(end) for end in ends)


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


def live(draw: Callable[..., None], *arguments: object, active: bool) -> None:
    """Run a part of the page again every second while it is active."""
    server.part(draw, *arguments, every=LIVE_SECONDS if active else None)


@section
def status_and_curves(manager: JobManager, row: StudyRow) -> None:
    """Progress with time left, then accuracy and loss."""
    status(manager, row)
    if row.status not in ACTIVE:
        if not tensorflow_ready():
            live(_loading, active=True)
        with st.container(key="headline"):
            st.html("<style>.st-key-headline {min-height: 1.5rem}</style>")
            said = st.container()
    curves(manager, row)
    if row.status not in ACTIVE:  # what it rests on takes a fresh server a second to import
        words = pictures.made_once(
            manager.store,
            row,
            "headline",
            lambda: headline(by_accuracy(manager, row), says="directions"),
        )
        said.markdown(words)


def curves(manager: JobManager, row: StudyRow, chosen: str | None = None) -> None:
    """Accuracy, loss and what the task measures besides, epoch by epoch; others than the `chosen`
    arm are dimmed."""
    specs = pictures.made_once(
        manager.store,
        row,
        ("curves", chosen),
        lambda: _curve_specs(_history(manager.store, row), chosen),
    )
    for column, (metric, spec) in zip(st.columns(len(specs)), specs.items(), strict=True):
        pictures.show(column, spec, key=f"curve-{metric}")
    if row.status not in ACTIVE:
        figure = saving.Figure(
            "curves",
            lambda: curves_together(_history(manager.store, row), chosen),
            lambda: manager.store.curves(row.id),
        )
        saving.save_button(figure, f"attnlab-{row.id}", "curves")


def _history(store: Store, row: StudyRow) -> StudyHistory:
    return StudyHistory(row.study, store.curves(row.id))


def _curve_specs(history: StudyHistory, chosen: str | None) -> dict[str, pictures.Spec]:
    return {
        metric: pictures.ready(charts.learning_curve_spec(history, metric, CURVE_HEIGHT, chosen))
        for metric in followed(history.study)
    }


def status(manager: JobManager, row: StudyRow) -> None:
    """How far the study is, and what went wrong."""
    fault = manager.faults.get(row.id)
    if fault:
        st.error(fault, icon=":material/error:")
    finished = row.counts[Status.FINISHED]
    so_far = f"{finished} of {row.runs} runs finished"
    match row.status:
        case Status.RUNNING:
            st.progress(row.share, text=row.activity or "Starting")
        case Status.QUEUED:
            words = "Getting the example ready" if row.example else _waiting(manager.store)
            st.progress(row.share, text=words)
        case Status.FINISHED:
            words = f"Finished: {row.runs} runs in {in_words(row.seconds)} of training"
            st.caption(f":material/check_circle: {words}")
        case Status.FAILED:
            st.error(_failures(manager, row), icon=":material/error:")
        case Status.STOPPED:
            st.info(f"Stopped: {so_far}, and kept.", icon=":material/stop_circle:")
        case Status.INTERRUPTED:
            text = f"Interrupted, the process that trained it has ended: {so_far}, and kept."
            st.warning(text, icon=":material/power_off:")


def _waiting(store: Store) -> str:
    """What a queued study waits for; a paused one keeps its place."""
    paused = (row for row in store.studies() if row.paused and row.status == Status.RUNNING)
    first = next(paused, None)
    if first is None:
        return "Waiting for its turn"
    return f"Waiting for “{title(first)}”, which is paused: go on with it, or stop it"


def _loading() -> None:
    if tensorflow_ready():
        st.toast("TensorFlow is ready.", icon=":material/check_circle:")
        st.rerun(scope="app")
    st.caption(":material/hourglass_top: TensorFlow is loading; you can set things up already.")


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


def by_accuracy(manager: JobManager, row: StudyRow) -> StudyResult:
    """The study's result by accuracy, with the attention found."""
    return pictures.made_once(
        manager.store, row, "results", lambda: judge_by_accuracy(manager.store, row.id)
    )


@section
def network(manager: JobManager, row: StudyRow) -> None:
    """A picture of the network, the module's place highlighted."""
    server.part(_network_of_an_arm, manager, row)


def _network_of_an_arm(manager: JobManager, row: StudyRow) -> None:
    st.markdown("#### The network")
    study = row.study
    with_module = [arm.label for arm in study.arms if arm.module.entry.fills] or [study.reference]
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
    known = _stored_arm(manager, row, chosen).network is not None
    awaited = row.status in ACTIVE and not known
    live(_network, manager, row, chosen, awaited, active=awaited)


def _stored_arm(manager: JobManager, row: StudyRow, label: str) -> ArmRow:
    return next(arm for arm in manager.store.arms(row.id) if arm.label == label)


def _network(manager: JobManager, row: StudyRow, label: str, awaited: bool) -> None:
    arm = _stored_arm(manager, row, label)
    if arm.network is None:
        st.caption("It is drawn when this arm begins to train.")
        return
    if awaited:
        st.rerun(scope="app")  # there is nothing left to look for every second
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
        csv_buttons(manager, [row.id])
        with st.popover("Link to this set-up", icon=":material/link:"):
            st.caption("Opens the playground with this task, these arms and this training.")
            page = st.context.url or ""
            st.code(links.to_link(row.study, page), language=None, wrap_lines=True)


def csv_buttons(manager: JobManager, ids: Sequence[str]) -> None:
    """Buttons that save the curves of these studies; of a single one the attention too."""
    name = f"attnlab-{ids[0]}" if len(ids) == 1 else "attnlab"
    files = {
        "Curves": (
            lambda: export.curves_csv(manager.store, ids),
            "A row per run and epoch: loss and accuracy, training and validation.",
        ),
        "Attention": (
            lambda: export.attention_csv(manager.store, ids[0]),
            "A row per run, epoch and position: the mean attention weight.",
        ),
        "Attention measures": (
            lambda: export.measures_csv(manager.store, ids[0]),
            "A row per run, epoch and measure: what attention found, how concentrated it is.",
        ),
    }
    for title in files if len(ids) == 1 else ["Curves"]:
        make, what = files[title]
        st.download_button(
            f"{title} (CSV)",
            make,
            file_name=f"{name}-{title.lower().replace(' ', '-')}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=what,
        )


def when(seconds: float | None) -> datetime | None:
    """A time of the store as local time."""
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
