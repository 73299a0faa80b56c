"""Where one arm or two look: the mean over the test examples, by class, and through all layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.analysis.attention import is_truth_per_sample, truth_on, weighed_place
from attnlab.charts import attended as drawn
from attnlab.charts.axis_titles import place_title
from attnlab.inspection import keeping
from attnlab.inspection.attended import RunAttention, by_class_rows, mean_traces
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.several import attending_runs
from attnlab.spec import SpecError
from attnlab.store import StoreError
from attnlab.ui import attention, pictures
from attnlab.ui.choices import chosen_pill, chosen_segment
from attnlab.ui.inspected_choice import Chosen
from attnlab.ui.measuring import measured_on_a_press
from attnlab.ui.plain_text import plain
from attnlab.ui.saving import Figure, save_button
from attnlab.wording import as_sentence, counted
from attnlab.workers import WorkersError

VIEW, CLASSES_OF = "inspected.view", "inspected.classes-of"
MEAN, BY_CLASS, ROLLOUT = "Mean", "By class", "Through all layers"


def kept_of(chosen: Chosen, arm: str, seed: int) -> RunAttention | None:
    """Where a run looks, if that was kept; read once as long as its file stays the same."""
    path = chosen.store.artifact(chosen.row.id, arm, seed, keeping.ATTENDED)
    if path is None:
        return None
    return _read(str(path), path.stat().st_mtime, chosen, arm, seed)


@st.cache_resource(max_entries=48, show_spinner=False)
def _read(path: str, changed: float, _chosen: Chosen, arm: str, seed: int) -> RunAttention | None:
    return keeping.kept_attention(_chosen.store, _chosen.row.id, arm, seed)


def all_kept(chosen: Chosen) -> list[RunAttention]:
    """Where the runs look that are looked at, as far as that was kept."""
    found = (kept_of(chosen, arm, seed) for arm, seed in chosen.runs)
    return [each for each in found if each is not None]


def look_at_the_test_set(chosen: Chosen) -> None:
    """Offer to answer the test examples with those runs that have not; nothing where all have."""
    missing = [run for run in chosen.runs if kept_of(chosen, *run) is None]
    if not missing:
        return
    try:
        measured_on_a_press(
            "Look at the test examples",
            f"{counted(len(missing), 'run')}, a few seconds each: every network answers its test "
            "examples once, up to 1,000, and some are kept to look at one by one.",
            "inspected.attend",
            lambda: attending_runs(chosen.store, chosen.row.id, missing),
        )
    except (InspectionError, WorkersError, StoreError, SpecError) as error:
        st.error(plain(as_sentence(str(error))), icon=":material/error:")
        return
    if all(kept_of(chosen, *run) is not None for run in missing):
        st.rerun()


def where(chosen: Chosen) -> None:
    """The distributions, arm beside arm."""
    st.markdown("## Where it looks")
    found = all_kept(chosen)
    whole = len(found) == len(chosen.runs)
    views = [MEAN]
    if whole and any(name.endswith("/by class") for each in found for name in each.arrays):
        views.append(BY_CLASS)
    if whole and any(name.endswith("/rollout") for each in found for name in each.arrays):
        views.append(ROLLOUT)
    view = chosen_segment("View", views, VIEW, show_label=False)
    if view == BY_CLASS:
        _by_class(chosen, found)
    elif view == ROLLOUT:
        _rollout(chosen, found)
    else:
        _mean(chosen, found if whole else None)


def _mean(chosen: Chosen, found: list[RunAttention] | None) -> None:
    traces = stored_traces(chosen) if found is None else mean_traces(found)
    seeds = counted(traces["seed"].nunique(), "seed")
    if found is None:
        st.caption(f"Mean over the validation inputs that training looked at; {seeds}.")
    else:
        examples = counted(int(found[0].about["examples"]), "test example")
        st.caption(f"Mean over {examples}; {seeds}.")
    if is_truth_per_sample(chosen.study):
        st.caption(
            "Every example has its truth somewhere else, so that a mean says little: examples say "
            "more."
        )
    rows = charts.attention_rows(
        traces, chosen.study, columns=max(2, len(chosen.arms)), arms=chosen.arms, sure=True
    )
    attention.draw_panels(attention.as_panels(rows), "inspected.where")
    if rows:
        save_button(
            Figure(
                "where it looks",
                lambda: charts.concatenated([panel.chart for panel in row.panels] for row in rows),
                lambda: traces.drop(columns="epoch"),
            ),
            chosen.file_name,
            "inspected.where",
        )


def stored_traces(chosen: Chosen) -> pd.DataFrame:
    """The mean traces of the runs as training stored them."""
    traces = chosen.store.traces(chosen.row.id, "last")
    runs = pd.MultiIndex.from_frame(traces[["arm", "seed"]])
    return traces[runs.isin(chosen.runs)]


def class_names(chosen: Chosen, arm: str) -> dict[int, str]:
    """What the classes are called, as far as the task or the shown examples say."""
    task = chosen.study.task_of(arm)
    told = dict(enumerate(task.entry.class_names(task.params)))
    numbers = {
        int(each)
        for run in all_kept(chosen)
        for each in run.arrays.get("classes", np.empty(0)).tolist()
    }
    return {number: str(told.get(number, f"class {number}")) for number in sorted(numbers)}


def _by_class(chosen: Chosen, found: list[RunAttention]) -> None:
    axes = [
        name.removesuffix("/by class")
        for each in found
        for name in each.arrays
        if name.endswith("/by class")
    ]
    places = list(dict.fromkeys(map(weighed_place, axes)))
    task = chosen.study.task_of(chosen.arms[0])
    place = places[0]
    if len(places) > 1:
        place = chosen_pill("Weights of", places, CLASSES_OF, lambda each: place_title(each, task))
    names = class_names(chosen, chosen.arms[0])
    parts = {}
    for arm in chosen.arms:
        own = [each for each in found if each.about["arm"] == arm]
        axis = next((each for run in own for each in run.kinds if weighed_place(each) == place), "")
        rows = by_class_rows(own, axis)
        if len(rows):
            mean, weighed = own[0].arrays[f"{axis}/mean"], place.rpartition("/")[2]
            parts[arm] = (axis, rows, mean.shape[-2:] if weighed == "place" else mean.shape[-1:])
    if not parts:
        return
    top = max(float(rows["weight"].max()) for _, rows, _ in parts.values())
    for column, (arm, (axis, rows, shape)) in zip(
        st.columns(len(parts)), parts.items(), strict=True
    ):
        with column:
            if len(chosen.arms) > 1:
                st.html(chosen.heading(arm))
            truth = truth_on(chosen.study, arm, axis)
            position = place_title(axis, task)
            draw = partial(drawn.by_class, rows, names, shape, position, top, truth)
            figure = Figure(
                f"by class {place}".replace("/", " "),
                partial(_spec, draw),
                partial(pd.DataFrame, rows),
            )
            at = chosen.arms.index(arm)
            pictures.show(st, figure.chart(), key=f"inspected.classes.{at}")
            save_button(figure, chosen.file_name, f"inspected.classes.{at}")


def _spec(draw: Callable[[], alt.LayerChart]) -> pictures.Spec:
    return charts.spec_of(draw())


def _rollout(chosen: Chosen, found: list[RunAttention]) -> None:
    st.caption(
        "How much of what the last layer knows comes from each step, through all layers and the "
        "paths around them (rollout), on average over the steps that ask."
    )
    rows = []
    for each in found:
        for name, values in each.arrays.items():
            if name.endswith("/rollout"):
                rows.append(
                    pd.DataFrame(
                        {
                            "arm": each.about["arm"],
                            "seed": each.about["seed"],
                            "epoch": 1,
                            "axis": weighed_place(name.removesuffix("/rollout")),
                            "kind": "distribution",
                            "index": np.arange(values.size),
                            "weight": values.astype(float),
                            "shape": f"[{values.size}]",
                        }
                    )
                )
    panels = charts.attention_rows(
        pd.concat(rows), chosen.study, columns=2, arms=chosen.arms, sure=True
    )
    attention.draw_panels(attention.as_panels(panels), "inspected.rollout")
