"""How the attention of one arm or two develops, and whether their seeds agree."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.analysis.agreement import seeds_agreement
from attnlab.analysis.attention import axes_of, truth_on, weighed_place
from attnlab.analysis.rounding import figures_text
from attnlab.charts.small_multiples import seed_traces
from attnlab.results.history import StudyHistory
from attnlab.tasks import measures
from attnlab.ui import pictures
from attnlab.ui.choices import chosen_pill
from attnlab.ui.inspected_choice import Chosen
from attnlab.ui.plain_text import plain
from attnlab.ui.saving import Figure, save_button
from attnlab.wording import counted

MEASURE, PLACE = "inspected.measure", "inspected.measured"
HEIGHT = 210
MOST_DRAWN = 1000
"""Of more positions a small picture of one seed is a smear: none is drawn."""


def over_time(chosen: Chosen) -> None:
    """A measure over the epochs with its band over seeds, then each seed by itself."""
    store, row = chosen.store, chosen.row
    measured = _own(chosen, store.measures(row.id))
    places = charts.measured_places(measured)
    if places:
        st.markdown("## Over epochs and seeds")
        place = places[0]
        if len(places) > 1:
            task = chosen.study.task_of(chosen.arms[0])
            place = chosen_pill(
                "Measured at", places, PLACE, lambda each: charts.place_title(each, task)
            )
        names = charts.measured_names(measured, place)
        name = chosen_pill("Measure", names, MEASURE, lambda each: measures.ABOUT[each].title)
        st.caption(measures.ABOUT[name].help)
        history = StudyHistory(chosen.study, _own(chosen, store.curves(row.id)), measured)
        figure = Figure(
            f"attention {name}",
            lambda: charts.measure_curve_spec(history, name, place, HEIGHT, arms=chosen.arms),
            lambda: charts.measured_rows(measured, name, place),
        )
        pictures.show(st, figure.chart(), key="inspected.over-epochs")
        save_button(figure, chosen.file_name, "inspected.over-epochs")
    _seeds(chosen)


def _own(chosen: Chosen, rows: pd.DataFrame) -> pd.DataFrame:
    runs = pd.MultiIndex.from_frame(rows[["arm", "seed"]])
    return rows[runs.isin(chosen.runs)]


def _seeds(chosen: Chosen) -> None:
    traces = chosen.store.traces(chosen.row.id, "last")
    traces = traces[traces["arm"].isin(chosen.arms)]
    places = traces["axis"].map(weighed_place)
    task = chosen.study.task_of(chosen.arms[0])
    for place in dict.fromkeys(places):
        at_place = traces[places == place]
        if at_place.groupby("arm")["seed"].nunique().max() < 2:
            continue
        few = at_place["index"].max() < MOST_DRAWN
        st.markdown(f"**{plain(charts.place_title(place, task))}, seed by seed**")
        top = float(at_place["weight"].max()) or 1.0
        for column, arm in zip(st.columns(len(chosen.arms)), chosen.arms, strict=True):
            own = at_place[at_place["arm"] == arm]
            if own.empty:
                continue
            with column:
                if len(chosen.arms) > 1:
                    st.html(chosen.heading(arm))
                st.markdown(plain(_agreement(own)))
                if few:
                    _each(chosen, arm, own, place, top)


def _agreement(own: pd.DataFrame) -> str:
    """How far the seeds of one arm agree on one axis, in a sentence."""
    table = own.pivot(index="seed", columns="index", values="weight").to_numpy(dtype=float)
    value, seeds = seeds_agreement(table), counted(len(table), "seed")
    if value != value:
        return f"{seeds} with no profile to compare: each weighs all positions alike."
    return (
        f"Agreement of {seeds}: {figures_text(value, 2)}, the mean correlation of every two; "
        "1 is alike, 0 is chance."
    )


def _each(chosen: Chosen, arm: str, own: pd.DataFrame, place: str, top: float) -> None:
    own, shape = over_heads(own)
    truth = () if shape else truth_on(chosen.study, arm, own["axis"].iloc[0])
    colour = chosen.colours()[arm]
    figure = Figure(
        f"seeds {place}".replace("/", " "),
        lambda: charts.spec_of(seed_traces(own, colour, top, truth, shape)),
        lambda: own,
    )
    key = f"inspected.seeds.{place}.{chosen.arms.index(arm)}"
    pictures.show(st, figure.chart(), key=key)
    save_button(figure, chosen.file_name, key)


def over_heads(traces: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, int] | None]:
    """The traces of one axis with the mean over heads, which no two seeds have in common, and the
    shape of those that have rows and columns: places, or what looks at what."""
    axes, sizes = axes_of(traces["axis"].iloc[0]), json.loads(traces["shape"].iloc[0])
    names = (*axes.leading, *[axes.weighed] * (len(sizes) - len(axes.leading)))
    kept = [size for name, size in zip(names, sizes, strict=True) if name != "head"]
    index = traces["index"].to_numpy()
    parts = np.unravel_index(index, sizes)
    of_kept = [part for part, name in zip(parts, names, strict=True) if name != "head"]
    flat = traces.assign(index=np.ravel_multi_index(of_kept, kept))
    means = flat.groupby(["seed", "index"])["weight"].mean().reset_index()
    place = f"{axes.slot}/{axes.weighed}" if axes.slot else axes.weighed
    shape = (math.prod(kept[:-1]), kept[-1]) if len(kept) > 1 else None
    return means.assign(axis=place), shape
