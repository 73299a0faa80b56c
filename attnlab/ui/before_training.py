"""What stands beside Train before it is pressed: how long it takes, what is there already."""

from __future__ import annotations

import streamlit as st

from attnlab.jobs import earlier_times
from attnlab.jobs.sharing import Shared, shared_runs
from attnlab.jobs.timing import duration_text
from attnlab.spec import Study, titles_of
from attnlab.store import Store, StudyRow
from attnlab.ui.plain_text import plain
from attnlab.wording import counted, listed, noun

ANEW = "playground.anew"


def shared_with_others(store: Store, study: Study) -> Shared:
    """The runs of the plan that are taken over from earlier studies: none where all are to train
    anew, for which a switch is drawn."""
    shared = shared_runs(store, study)
    if not shared.runs:
        return shared
    if st.toggle(
        "Train all arms anew",
        key=ANEW,
        help="Give the same numbers once more, in more time.",
        persist_state="session",
    ):
        return Shared(study, {})
    return shared


def time_text(store: Store, shared: Shared) -> str:
    """ ", which takes about 40 s here"; empty where nothing on the task was trained here."""
    rows = earlier_times.newest_on(store, shared.study.task.name)
    known = [times for row in rows if (times := _times_of(store, row, row.id))]
    seconds = earlier_times.seconds_as_before(shared.study, known, shared.by_arm)
    if seconds is None or not shared.left:
        return ""
    return f", which takes about {duration_text(seconds)} here"


def shared_text(shared: Shared) -> str:
    """Which arms are there already and which train; empty where all do."""
    if not shared.runs:
        return ""
    titles, there = titles_of(shared.study), shared.there
    studies = sorted({source.study for source in shared.runs.values()})
    whose = f"{noun(len(studies), 'study', 'studies')} {listed(studies)}"
    new = [titles[arm.label] for arm in shared.study.arms if arm not in there]
    if not new:
        return f"All runs are there, in {whose}: nothing trains."
    if not there or sum(shared.by_arm.values()) != len(there) * len(shared.study.seeds):
        left = counted(shared.left, "run")
        return (
            f"{counted(len(shared.runs), 'run')} of {whose} are copied, bit for bit: {left} train."
        )
    known, trains = listed(titles[arm.label] for arm in there), noun(len(new), "trains", "train")
    return (
        f"The runs of {known} are copied, bit for bit, from {whose}; only {listed(new)} {trains}."
    )


@st.cache_resource(max_entries=100, show_spinner=False)
def _times_of(_store: Store, _row: StudyRow, study_id: str) -> earlier_times.EarlierTimes | None:
    return earlier_times.times_of(_store, _row)


def line(store: Store, shared: Shared) -> str:
    """All of it in one line, as Markdown."""
    more = plain(shared_text(shared))
    text = f":material/edit: Not what is shown: press **Train**{plain(time_text(store, shared))}."
    return f"{text} {more}".rstrip()
