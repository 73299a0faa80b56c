"""What a study has shown: the verdicts first, then any of the views behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from attnlab import charts
from attnlab.analysis import frames as chart_frames
from attnlab.imports import importing
from attnlab.jobs import JobManager
from attnlab.judged import Judged, judged
from attnlab.spec import Study, metrics_of
from attnlab.store import Store, StudyRow
from attnlab.ui import attention, pictures, prediction, results, saving, verdict_html
from attnlab.ui.saving import Figure

ARM = "ablation.arm"
METRIC = "ablation.metric"
VIEW = "ablation.view"

Draw = Callable[[JobManager, StudyRow, Judged], None]


class View(NamedTuple):
    """What draws a view, and whether it shows scores, which a metric is chosen for."""

    draw: Draw
    scores: bool = True


def verdicts(manager: JobManager, row: StudyRow) -> None:
    """One sentence, the forest of differences, and the table."""
    study = row.study
    if not study.references:
        st.info("There is nothing to compare: the study has one arm.", icon=":material/info:")
        return
    found = _judged(manager.store, row, study.judging.metric)
    if row.status in prediction.ENDED:
        st.markdown(verdict_html.headline(found), unsafe_allow_html=False)
        prediction.revealed(manager, found)
    elif study.prediction:
        st.caption(":material/lock: Your prediction is revealed with the verdict.")
    chosen, scale = _chosen(row), charts.scale_of(found.metric, study)
    figure = Figure(
        "forest", lambda: charts.forest_spec(found.verdicts, scale, chosen), lambda: found.verdicts
    )
    _show(manager, row, figure, "forest")
    _note(found)
    st.html(
        pictures.made_once(manager.store, row, "verdict table", lambda: verdict_html.table(found))
    )


def views(manager: JobManager, row: StudyRow) -> None:
    """The views behind the verdicts; a choice of metric for those that draw scores."""
    study = row.study
    offered = _offered(study)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    view = left.segmented_control(
        "Look at", list(offered), key=VIEW, default=next(iter(offered)), required=True
    )
    metric = _metric(right, row) if offered[view].scores else study.judging.metric
    offered[view].draw(manager, row, _judged(manager.store, row, metric))


def _metric(place: Any, row: StudyRow) -> str:
    """The metric chosen for the views; that of the plan until one was."""
    known, planned = metrics_of(row.study.task.entry), row.study.judging.metric
    return place.selectbox(
        "Measured by",
        list(known),
        index=list(known).index(planned),
        format_func=lambda name: known[name].title,
        key=f"{METRIC}.{row.id}",
        help="What these views show; the verdict above stays with what was planned.",
        persist_state="session",  # while a view without scores is looked at
    )


def _offered(study: Study) -> dict[str, View]:
    """The views that this study has, by what they are called."""
    found = {"Seed by seed": View(_seeds)}
    every = chart_frames.varied(study)
    if len(every) == 1 and every[0].is_number:
        found[f"By {every[0].title.lower()}"] = View(_dose)
    if len(every) == 2:
        found["Grid"] = View(_grid)
    if len(every) >= 2:
        found["All parameters"] = View(_parallel)
    found["Against size"] = View(_against("parameters"))
    found["Against time"] = View(_against("seconds"))
    found["Curves"] = View(_curves, scores=False)
    if any(arm.module.entry.fills for arm in study.arms):
        found["Attention"] = View(_attention, scores=False)
    return found


def _judged(store: Store, row: StudyRow, metric: str) -> Judged:
    interim = row.status in pictures.ACTIVE
    return pictures.made_once(
        store, row, ("judged", metric), lambda: judged(store, row.id, metric, interim=interim)
    )


def _chosen(row: StudyRow) -> str | None:
    """The highlighted arm of this study, if any."""
    return st.session_state.get(f"{ARM}.{row.id}")


def _show(manager: JobManager, row: StudyRow, figure: Figure, *about: str) -> None:
    """Draw a figure whose arms can be pointed at: a click highlights the arm in every figure."""
    key = ".".join(["ablation", row.id, figure.name.replace(" ", "-"), *about])
    what = (figure.name, *about, _chosen(row))
    spec = pictures.made_once(manager.store, row, what, lambda: pictures.ready(figure.chart()))
    st.vega_lite_chart(
        spec,
        width="stretch",
        key=key,
        on_select=lambda: _pressed(row, st.session_state[key]["selection"]),
        selection_mode=charts.ARM_PARAM,
    )
    if row.status not in pictures.ACTIVE:
        saving.save_button(figure, f"attnlab-{row.id}", key)


def _pressed(row: StudyRow, selection: Mapping[str, Any]) -> None:
    """Highlight the arm that was clicked; a click on the highlighted one, or beside all, ends it.

    Called for a press alone: a chart that comes back to the page selects nothing, and the arm
    stays highlighted.
    """
    clicked = charts.chosen_arm(selection, [arm.label for arm in row.study.arms])
    st.session_state[f"{ARM}.{row.id}"] = None if clicked == _chosen(row) else clicked


def _note(found: Judged) -> None:
    """What the interval covers, where that is less than it says."""
    with importing("attnlab.analysis.statistics"):
        from attnlab.analysis.statistics import coverage_note

    pairs = found.verdicts.loc[~found.verdicts["is_reference"], ["pairs", "interval"]]
    for n, interval in pairs.drop_duplicates().itertuples(index=False):
        note = coverage_note(int(n), interval)
        if note:
            st.caption(f":material/info: {note}")
            return


def _seeds(manager: JobManager, row: StudyRow, found: Judged) -> None:
    scale, chosen = charts.scale_of(found.metric, row.study), _chosen(row)
    figure = Figure(
        "seeds",
        lambda: charts.per_seed_spec(found.scores, found.verdicts, scale, chosen),
        lambda: found.scores,
    )
    _show(manager, row, figure, found.metric.name)


def _dose(manager: JobManager, row: StudyRow, found: Judged) -> None:
    [parameter] = chart_frames.varied(row.study)
    scale, chosen = charts.scale_of(found.metric, row.study), _chosen(row)
    frame = chart_frames.doses(found.verdicts, parameter)
    chance = charts.chance_by_arm(found.metric, row.study)
    figure = Figure(
        "dose",
        lambda: charts.spec_of(
            charts.dose(
                frame, parameter.title, scale, scores=found.scores, chance=chance, chosen=chosen
            )
        ),
        lambda: frame,
    )
    _show(manager, row, figure, found.metric.name)


def _grid(manager: JobManager, row: StudyRow, found: Judged) -> None:
    x, y = chart_frames.varied(row.study)
    scale, chosen = charts.scale_of(found.metric, row.study), _chosen(row)
    frame = chart_frames.grid(found.verdicts, x, y)
    shown = st.segmented_control(
        "Cells",
        ["difference", "score"],
        format_func={"difference": "Difference to the reference", "score": "Score"}.get,
        default="difference",
        required=True,
        key="ablation.cells",
        label_visibility="collapsed",
    )
    figure = Figure(
        "grid",
        lambda: charts.spec_of(
            charts.interaction(frame, x.title, y.title, scale, show=shown, chosen=chosen)
        ),
        lambda: frame,
    )
    _show(manager, row, figure, found.metric.name, shown)


def _parallel(manager: JobManager, row: StudyRow, found: Judged) -> None:
    every = chart_frames.varied(row.study)
    scale, chosen = charts.scale_of(found.metric, row.study), _chosen(row)
    titles = {each.key: each.title for each in every}
    frame = chart_frames.parameters(found.verdicts, every)
    figure = Figure(
        "parameters",
        lambda: charts.spec_of(charts.parallel(frame, titles, scale, chosen=chosen)),
        lambda: frame,
    )
    _show(manager, row, figure, found.metric.name)


def _against(what: str) -> Draw:
    def draw(manager: JobManager, row: StudyRow, found: Judged) -> None:
        scale, chosen = charts.scale_of(found.metric, row.study), _chosen(row)
        figure = Figure(
            f"against {what}",
            lambda: charts.spec_of(charts.pareto(found.verdicts, scale, what, chosen)),
            lambda: found.verdicts,
        )
        _show(manager, row, figure, found.metric.name)

    return draw


def _curves(manager: JobManager, row: StudyRow, found: Judged) -> None:
    results.curves(manager, row, _chosen(row))


def _attention(manager: JobManager, row: StudyRow, found: Judged) -> None:
    attention.attention_alone(manager, row, _chosen(row))
