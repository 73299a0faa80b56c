"""Samples to look at: as the network gets them, and with what attention saw in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from attnlab import charts
from attnlab.analysis.attention import is_truth_per_sample
from attnlab.analysis.samples import SampleAttention, sample_attention
from attnlab.charts.axis_titles import slot_order
from attnlab.jobs import JobManager
from attnlab.spec import SpecError, Study, TaskEntry, TaskSpec
from attnlab.store import ACTIVE, Status, Store, StudyRow
from attnlab.tasks.examples import Example, with_few_samples
from attnlab.ui import example_html, own_tasks, pictures, server, shown_samples
from attnlab.ui.choices import chosen_segment
from attnlab.ui.plain_text import plain
from attnlab.ui.sections import in_own_container
from attnlab.ui.turning import turned_to

MOST_EXAMPLES, MOST_SAMPLES = 20, 50
"""How many samples there are to look at, before training and after."""

EXAMPLE, EXAMPLE_NUMBER = "setup.example", "setup.example.number"
OPEN, ARM, SEED, NUMBER = "samples.open", "samples.arm", "samples.seed", "samples.number"


def what_the_network_sees(entry: TaskEntry, params: Mapping[str, Any]) -> None:
    """A few samples of a task as the form describes it, made when the fold is opened."""
    fold = st.expander(
        "What the network sees", icon=":material/visibility:", key=EXAMPLE, on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        try:
            task = with_few_samples(TaskSpec.model_validate({"name": entry.name, **params}))
            if awaited := entry.awaits(task.params):
                st.caption(plain(awaited))
                return
            shown = samples_of(task, 0, MOST_EXAMPLES)
        except (SpecError, OSError) as error:
            st.caption(f"There is nothing to show: {plain(error)}.")
            return
        number = turned_to(EXAMPLE_NUMBER, len(shown), "")
        st.html(example_html.answer(shown[number].label, _truth_words(entry, shown[number])))
        st.html(example_html.picture(shown[number]))


@in_own_container
def single_samples(manager: JobManager, row: StudyRow) -> None:
    """What attention saw in one sample, of an arm and a seed that have finished; where epochs kept
    samples, these have `further` beside them instead."""
    if shown_samples.are_recorded(manager.store, row):
        return
    if row.status not in ACTIVE and _arms_with_attention(row.study):
        st.markdown("## Single samples")
        server.part(_single_samples, manager, row)


def _single_samples(manager: JobManager, row: StudyRow) -> None:
    fold = st.expander(
        "Look at what attention saw at the end, sample by sample",
        icon=":material/search:",
        expanded=is_truth_per_sample(row.study),
        key=OPEN,
        on_change="rerun",
    )
    if not fold.open:
        return
    with fold:
        _of_one_arm(manager.store, row)


def further(store: Store, row: StudyRow) -> None:
    """A switch for more samples than an epoch keeps, of one arm at the end of its runs."""
    if row.status in ACTIVE or not _arms_with_attention(row.study):
        return
    if st.toggle(
        "Further samples of one arm, at its end",
        key=OPEN,
        help="Many samples of a run that has finished, without its answers.",
    ):
        _of_one_arm(store, row)


def _of_one_arm(store: Store, row: StudyRow) -> None:
    finished = _finished(store, row)
    if not finished:
        st.caption("No run with attention has finished.")
        return
    arm = chosen_segment("Arm", finished, ARM, charts.arm_names(row.study).__getitem__)
    seed = chosen_segment("Seed", finished[arm], SEED)
    _sample(store, row, arm, seed)


def _sample(store: Store, row: StudyRow, arm: str, seed: int) -> None:
    study = row.study
    task = study.task_of(arm)
    path = store.artifact(row.id, arm, seed, "traces.npz")
    if path is None:
        st.caption("The attention that this run kept is gone.")
        return
    traces = _traces(str(path), path.stat().st_mtime)
    kinds = pictures.made_once(store, row, "kinds of attention", lambda: _kinds(store, row))
    try:
        shown = samples_of(task, seed, MOST_SAMPLES)
    except (SpecError, OSError) as error:
        st.caption(f"There is nothing to show: {plain(error)}.")
        return
    number = turned_to(NUMBER, min(len(shown), *map(len, traces.values())), "Validation sample ")
    example = shown[number]
    seen = sample_attention(traces, kinds[arm], number)
    st.html(example_html.answer(example.label, _truth_words(task.entry, example)))
    _draw_attention(task, example, seen, charts.arm_colours(study)[arm])


def _draw_attention(
    task: TaskSpec, example: Example, seen: list[SampleAttention], colour: str
) -> None:
    """A picture for each place that attention stands at, with what its strength means."""
    by_place: dict[str, list[SampleAttention]] = {}
    for each in sorted(seen, key=lambda each: slot_order(each.place)):
        by_place.setdefault(each.place, []).append(each)
    above = example_html.sentence_weights(example, by_place)
    if above is not None:
        by_place.pop(above.place)
    for place, heads in by_place.items():
        if len(by_place) > 1:
            st.markdown(f"**{plain(charts.place_title(place, task))}**")
        st.html(example_html.seen_picture(example, heads, colour, above))
        for note in example_html.notes(example, heads, above):
            st.caption(plain(note))
        st.html(example_html.legend(example, heads, colour))


def _truth_words(entry: TaskEntry, example: Example) -> str:
    return entry.truth_words if example.truth is not None else ""


def _arms_with_attention(study: Study) -> list[str]:
    return [arm.label for arm in study.arms if arm.module.entry.fills]


def _finished(store: Store, row: StudyRow) -> dict[str, list[int]]:
    """The seeds that have finished, by arm with attention."""
    runs = store.runs(row.id)
    runs = runs[runs["status"] == Status.FINISHED]
    seeds = {
        arm: runs.loc[runs["arm"] == arm, "seed"].tolist()
        for arm in _arms_with_attention(row.study)
    }
    return {arm: of_arm for arm, of_arm in seeds.items() if of_arm}


def _kinds(store: Store, row: StudyRow) -> dict[str, dict[str, str]]:
    """What the weights on each axis of each arm are."""
    kinds: dict[str, dict[str, str]] = {}
    traces = store.traces(row.id, "last").drop_duplicates(["arm", "axis"])
    for arm, axis, kind in traces[["arm", "axis", "kind"]].to_numpy():
        kinds.setdefault(arm, {})[axis] = kind
    return kinds


def samples_of(task: TaskSpec, seed: int, most: int) -> list[Example]:
    """The first validation samples of a task at a seed, made once. Raises SpecError and OSError."""
    return _samples_of(task.model_dump_json(), task, seed, most)


@st.cache_resource(max_entries=6, show_spinner="Making the samples")
def _samples_of(key: str, _task: TaskSpec, seed: int, most: int) -> list[Example]:
    made: list[Example] = own_tasks.made("attnlab.tasks.examples:examples", _task, seed, most)
    return made


@st.cache_resource(max_entries=6, show_spinner=False)
def _traces(path: str, changed: float) -> dict[str, np.ndarray]:
    """The attention that a run kept, by axis; the samples come first."""
    with np.load(Path(path)) as kept:
        return {axis.replace(".", "/"): kept[axis][:MOST_SAMPLES] for axis in kept.files}
