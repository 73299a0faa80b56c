"""The view of a study class by class: confusion matrices, and recalls with their spread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnlab import charts
from attnlab.export.study_figures import confusions_together
from attnlab.jobs import JobManager
from attnlab.results.by_class import (
    SPLITS,
    ArmAnswers,
    Split,
    answers,
    confusion_frame,
    recall_frame,
    split_of,
    why_unknown,
)
from attnlab.results.model import StudyResult
from attnlab.spec import Study
from attnlab.store import ACTIVE, Status, StudyRow
from attnlab.ui import pictures, saving
from attnlab.ui.plain_text import plain
from attnlab.ui.study_figures import chosen_arm
from attnlab.wording import as_sentence

ARMS, SPLIT = "ablation.class-arms", "ablation.class-split"
MOST_ARMS = 6
"""So many arms are shown at a time."""
_COLUMNS = 2


def class_by_class(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    """A confusion matrix for each arm, the mean over its seeds, and the recall of each class."""
    study, store = row.study, manager.store
    if not pictures.made_once(store, row, "by class", lambda: bool(store.confusions(row.id))):
        _nothing(row)
        return
    split = _split(row)
    known: list[ArmAnswers] = pictures.made_once(
        store, row, ("answers", split), lambda: answers(store, study, row.id, split)
    )
    if not known:  # the runs of another task have ended, and none of this one
        _nothing(row)
        return
    arms = _arms(row, known)
    if not arms:
        st.caption("Choose an arm to see its answers.")
        return
    drawn, chosen = charts.drawn_classes(arms), chosen_arm(row)
    for first in range(0, len(arms), _COLUMNS):
        columns = st.columns(_COLUMNS if len(arms) > 1 else [2, 1])
        for column, arm in zip(columns, arms[first : first + _COLUMNS], strict=False):
            spec = pictures.made_once(
                store,
                row,
                ("confusion", split, arm.label, drawn),
                partial(_matrix, study, arm, split, drawn),
            )
            pictures.show(column, spec, key=f"confusion.{row.id}.{split}.{arm.label}")
    _save_matrices(manager, row, arms, split)
    spec = pictures.made_once(
        store,
        row,
        ("recall", split, chosen, *(arm.label for arm in arms)),
        lambda: pictures.with_tables(charts.recalls_spec(study, arms, split, drawn, chosen)),
    )
    pictures.show(st, spec, key=f"recall.{row.id}.{split}")
    if row.status not in ACTIVE:
        figure = saving.Figure(
            "recall",
            lambda: charts.recalls(study, arms, split, drawn, chosen).properties(width=640),
            lambda: recall_frame(store, study, row.id, [split]),
        )
        saving.save_button(figure, f"attnlab-{row.id}", f"recall.{row.id}.{split}")


def _matrix(study: Study, arm: ArmAnswers, split: Split, drawn: Sequence[int]) -> pictures.Spec:
    return pictures.with_tables(charts.confusion_spec(study, arm, split, drawn))


def _split(row: StudyRow) -> Split:
    """The split that is looked at: at first that on which the study's scores are read."""
    key = f"{SPLIT}.{row.id}"
    chosen: Split | None = st.segmented_control(
        "Samples of",
        list(SPLITS),
        default=split_of(row.study),
        required=True,
        format_func=str.capitalize,
        key=key,
        help="On which samples the answers are counted: of the validation split, which chose the "
        "epoch that is kept, or of the test split, which decided nothing.",
    )
    return chosen or split_of(row.study)


def _arms(row: StudyRow, known: Sequence[ArmAnswers]) -> list[ArmAnswers]:
    """The arms that are shown: all, or a choice where they are many."""
    if len(known) <= MOST_ARMS:
        return list(known)
    names, labels = charts.arm_names(row.study), [arm.label for arm in known]
    shown = st.multiselect(
        "Arms",
        labels,
        default=labels[:_COLUMNS],
        format_func=names.__getitem__,
        max_selections=MOST_ARMS,
        key=f"{ARMS}.{row.id}",
        help=f"At most {MOST_ARMS} at a time.",
    )
    return [arm for arm in known if arm.label in shown]


def _nothing(row: StudyRow) -> None:
    if row.status in ACTIVE or not row.counts[Status.FINISHED]:
        st.caption("Once a run has finished.")
    else:
        st.info(plain(as_sentence(why_unknown(row.study))), icon=":material/info:")


def _save_matrices(
    manager: JobManager, row: StudyRow, arms: Sequence[ArmAnswers], split: Split
) -> None:
    if row.status in ACTIVE:
        return
    study: Study = row.study
    figure = saving.Figure(
        "confusion",
        lambda: confusions_together(study, arms, split),
        lambda: confusion_frame(manager.store, study, row.id, [split]),
    )
    saving.save_button(figure, f"attnlab-{row.id}", f"confusion.{row.id}.{split}")
