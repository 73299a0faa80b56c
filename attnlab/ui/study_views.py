"""What a study has shown: the verdicts first, then any of the views behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from attnlab import charts
from attnlab.analysis.varied import varied
from attnlab.charts.interaction import Show
from attnlab.charts.pareto import Against
from attnlab.jobs import JobManager
from attnlab.results import by_parameter
from attnlab.results.by_class import why_no_score
from attnlab.results.collapsing import collapses
from attnlab.results.frames import scores_frame, verdicts_frame, with_task
from attnlab.results.headline import headline
from attnlab.results.model import StudyResult
from attnlab.results.wording import named
from attnlab.spec import Study, metrics_as_read
from attnlab.store import COMPLETE, StudyRow
from attnlab.ui import (
    attention,
    judgements,
    learning_curves,
    pictures,
    prediction,
    study_classes,
    study_contrasts,
    study_tasks,
    study_tuning,
)
from attnlab.ui.plain_text import plain, plain_but_bold
from attnlab.ui.result_tables import verdicts_table
from attnlab.ui.saving import Figure
from attnlab.ui.study_figures import chosen_arm, show
from attnlab.wording import as_sentence

METRIC = "ablation.metric"
VIEW = "ablation.view"
CELLS: Mapping[Show, str] = {"difference": "Difference to the reference", "score": "Score"}
"""What the cells of a grid can show."""

Draw = Callable[[JobManager, StudyRow, StudyResult], None]


class View(NamedTuple):
    """What draws a view, and whether it shows scores, which a metric is chosen for."""

    draw: Draw
    scores: bool = True


def verdicts(manager: JobManager, row: StudyRow) -> None:
    """One sentence or two, the forest of differences and the table, and those of contrasts."""
    study = row.study
    if not study.references and not study.contrasts:
        st.info("There is nothing to compare: the study has one arm.", icon=":material/info:")
        study_tuning.section(manager, row)
        return
    if study.awaits_tuning:  # there is nothing else to see yet
        study_tuning.section(manager, row)
        return
    result = judgements.by_metric(manager.store, row, study.judging.metric)
    if row.status in COMPLETE:
        st.markdown(plain_but_bold(headline(result)))
        for condition in result.conditions:
            st.caption(f":material/history: {plain(condition)}")
        prediction.revealed(manager, result)
    elif study.prediction:
        st.caption(":material/lock: Your prediction is revealed with the verdict.")
    chosen = chosen_arm(row)
    figure = Figure(
        "forest",
        lambda: charts.forest_spec(result, chosen),
        lambda: with_task(verdicts_frame(result), row.study, "label"),
    )
    show(manager, row, figure, "forest")
    if result.parts:
        st.caption(plain(study_tasks.over_all(row)))
    _note(result)
    _collapses(result)
    if result.parts:
        study_tasks.section(manager, row, result)
        study_tuning.wider(manager, row)
        return
    _table(manager, row, result)


def _table(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    """The verdicts on one task with what they rest on, and its contrasts."""
    st.html(pictures.made_once(manager.store, row, "verdict table", lambda: verdicts_table(result)))
    study_contrasts.section(manager, row, result)
    study_tuning.section(manager, row)


def views(manager: JobManager, row: StudyRow) -> None:
    """The views behind the verdicts, of several tasks of the one chosen; a choice of metric for
    those that draw scores."""
    if row.study.awaits_tuning:
        return
    if row.study.has_several_tasks:
        row = study_tasks.chosen_part(row)
        planned = row.study.judging.metric
        _table(manager, row, judgements.by_metric(manager.store, row, planned))
    study = row.study
    offered = _offered(study)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    view = left.segmented_control(
        "Look at",
        list(offered),
        format_func=plain,
        key=VIEW,
        default=next(iter(offered)),
        required=True,
        wrap=True,
    )
    metric = _metric(right, row) if offered[view].scores else study.judging.metric
    result = judgements.by_metric(manager.store, row, metric)
    at_end = offered[view].scores and result.metric.kind == "end"
    is_of_classes = at_end and study.task.has_classes
    if is_of_classes and row.status in COMPLETE and not result.has_scores:
        why = why_no_score(study, manager.store.runs(row.id))
        st.info(plain(as_sentence(why)), icon=":material/info:")
    offered[view].draw(manager, row, result)


def _metric(place: Any, row: StudyRow) -> str:
    """The metric chosen for the views; that of the plan until one was."""
    planned, score = row.study.judging.metric, row.study.judging.score
    known = metrics_as_read(row.study.task, score, planned)
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
    offered = {"Seed by seed": View(_seeds)}
    every = varied(study)
    if len(every) == 1 and every[0].is_number:
        offered[f"By {every[0].title.lower()}"] = View(_dose)
    if len(every) == 2:
        offered["Grid"] = View(_grid)
    if len(every) >= 2:
        offered["All parameters"] = View(_parallel)
    if len(study.arms) > 2:
        offered["Arm against arm"] = View(study_contrasts.arm_against_arm)
    offered["Against size"] = View(_against("parameters"))
    offered["Against time"] = View(_against("seconds"))
    if study.task.has_classes:
        offered["Class by class"] = View(study_classes.class_by_class, scores=False)
    offered["Curves"] = View(_curves, scores=False)
    if any(arm.module.entry.fills for arm in study.arms):
        offered["Attention"] = View(_attention, scores=False)
    return offered


def _note(result: StudyResult) -> None:
    """Where the interval may cover less than it says."""
    skewed = [arm.title for arm in result.compared if arm.difference.is_skewed]
    if skewed:
        st.caption(
            f":material/info: The differences of {plain(named(skewed))} are lopsided: a few seeds "
            "are far from the others. Then the interval covers the mean less often than 95 times "
            "in 100, down to about 91 times at ten seeds."
        )


def _collapses(result: StudyResult) -> None:
    """Which runs learned next to nothing among others that did well."""
    if collapsed := collapses(result.arms):
        st.caption(f":material/warning: {plain(collapsed)}")


def _seeds(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    chosen = chosen_arm(row)
    figure = Figure(
        "seeds", lambda: charts.per_seed_spec(result, chosen), lambda: scores_frame(result)
    )
    show(manager, row, figure, result.metric.name)


def _dose(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    chosen, [parameter] = chosen_arm(row), varied(row.study)
    figure = Figure(
        "dose",
        lambda: charts.dose_spec(result, parameter, chosen=chosen),
        lambda: by_parameter.doses(result, parameter),
    )
    show(manager, row, figure, result.metric.name)


def _grid(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    chosen, [x, y] = chosen_arm(row), varied(row.study)
    shown = st.segmented_control(
        "Cells",
        list(CELLS),
        format_func=CELLS.__getitem__,
        default="difference",
        required=True,
        key="ablation.cells",
        label_visibility="collapsed",
    )
    figure = Figure(
        "grid",
        lambda: charts.interaction_spec(result, x, y, show=shown, chosen=chosen),
        lambda: by_parameter.grid(result, x, y),
    )
    show(manager, row, figure, result.metric.name, shown)


def _parallel(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    chosen, every = chosen_arm(row), varied(row.study)
    figure = Figure(
        "parameters",
        lambda: charts.parallel_spec(result, every, chosen),
        lambda: by_parameter.parameters(result, every),
    )
    show(manager, row, figure, result.metric.name)


def _against(cost: Against) -> Draw:
    def draw(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
        chosen = chosen_arm(row)
        figure = Figure(
            f"against {cost}",
            lambda: charts.pareto_spec(result, cost, chosen),
            lambda: verdicts_frame(result),
        )
        show(manager, row, figure, result.metric.name)

    return draw


def _curves(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    learning_curves.curves(manager, row, chosen_arm(row))


def _attention(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    attention.attention_alone(manager, row, chosen_arm(row))
