"""What any layer of a trained network gives for some inputs: as maps or as a histogram."""

from __future__ import annotations

import numpy as np
import streamlit as st

from attnlab import charts
from attnlab.charts import attended as drawn
from attnlab.export.layer_outputs import activations, layers
from attnlab.spec import SpecError
from attnlab.store import StoreError
from attnlab.ui import example_html, pictures, pixels
from attnlab.ui.inspected_choice import Chosen
from attnlab.ui.plain_text import plain
from attnlab.ui.samples import samples_of
from attnlab.ui.saving import Figure, save_button
from attnlab.workers import WorkersError

OPEN, LAYER, NUMBER = "inspected.layers", "inspected.layer", "inspected.layer-sample"
SAMPLES = 16
"""A layer is looked at on so many validation inputs."""

MOST_MAPS = 32
MOST_SIDE = 64
"""Of a map with longer sides each second, third, … cell is shown."""


def layers_of(chosen: Chosen) -> None:
    """Pick a layer of each chosen arm's first seed by its name, and look at what it gives."""
    st.markdown("## Any layer")
    fold = st.expander(
        "What a layer gives, by its name", icon=":material/layers:", key=OPEN, on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        for column, arm in zip(st.columns(len(chosen.arms)), chosen.arms, strict=True):
            with column:
                if len(chosen.arms) > 1:
                    st.html(chosen.heading(arm))
                try:
                    _one(chosen, arm)
                except (WorkersError, StoreError, SpecError) as error:
                    st.error(plain(error), icon=":material/error:")


def _one(chosen: Chosen, arm: str) -> None:
    seed, place = chosen.seeds[arm][0], chosen.arms.index(arm)
    run = (str(chosen.store.home), chosen.row.id, arm, seed)
    changed = chosen.store.version(chosen.row.id)
    known = _layers(changed, *run, chosen)
    named = next((name for name in known if "attention" in known[name][0].lower()), None)
    if len(chosen.seeds[arm]) > 1:
        st.caption(f"Of seed {seed}: layers of other seeds have no units in common with it.")
    layer = st.selectbox(
        "Layer",
        list(known),
        index=list(known).index(named) if named else 0,
        format_func=lambda name: f"{name} · {known[name][0]} · {_sides(known[name][1])}",
        key=f"{LAYER}.{place}",
    )
    given = _given(changed, *run, layer, chosen)
    number = st.slider("Input", 1, len(given), 1, key=f"{NUMBER}.{place}") - 1
    task = chosen.study.task_of(arm)
    st.html(example_html.picture(samples_of(task, seed, SAMPLES)[number]))
    own = given[number]
    if own.ndim >= 2:
        st.html(map_pictures(own))
    else:
        st.html(example_html.values_picture(own, chosen.colours()[arm]))
    figure = Figure(
        f"layer {layer}".replace("/", " "),
        lambda: charts.spec_of(
            drawn.histogram(given, chosen.colours()[arm], f"{layer}, all {len(given)} inputs")
        ),
        lambda: drawn.histogram_rows(given),
    )
    pictures.show(st, figure.chart(), key=f"inspected.layer-values.{place}")
    save_button(figure, chosen.file_name, f"inspected.layer-values.{place}")


def map_pictures(values: np.ndarray) -> str:
    """Outputs (H, W), or (H, W, C) channel by channel, as grey pictures on one scale."""
    maps = values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)
    maps = maps.reshape(len(maps), maps.shape[1], -1)
    step = -(-max(maps.shape[1:]) // MOST_SIDE)
    grey = pixels.unit(maps[:MOST_MAPS, ::step, ::step].astype(float))
    boxes = "".join(
        f'<figure><img class="p" style="width:{min(160, max(54, 3 * each.shape[1]))}px" '
        f'src="{pixels.png(pixels.grey(each))}" alt="channel {place}">'
        f"<figcaption>{place}</figcaption></figure>"
        for place, each in enumerate(grey)
    )
    left = f"The first {MOST_MAPS} of {len(maps)}. " if len(maps) > MOST_MAPS else ""
    scale = f"Black is {values.min():.3g}, white {values.max():.3g}."
    return example_html.wrapped(f'{boxes}<div class="k">{left}{scale}</div>')


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"


@st.cache_resource(max_entries=8, show_spinner="Reading the layers")
def _layers(
    version: str, home: str, study_id: str, arm: str, seed: int, _chosen: Chosen
) -> dict[str, tuple[str, tuple[int, ...]]]:
    return layers(_chosen.store, study_id, arm, seed)


@st.cache_resource(max_entries=8, show_spinner="Computing the layer")
def _given(
    version: str, home: str, study_id: str, arm: str, seed: int, layer: str, _chosen: Chosen
) -> np.ndarray:
    return activations(_chosen.store, study_id, arm, seed, layer, samples=SAMPLES)
