"""Self-attention head by head: words on both sides, with a line for each weight between them.

Drawn on a canvas, of which a window is in sight: as many as 512 words scroll without waiting.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from attnlab.analysis.rollout import rollout
from attnlab.charts import TRUTH
from attnlab.charts.palette import ARMS
from attnlab.ui.head_view_script import CSS, HTML, JS

MOST_WORDS, MOST_HEADS = 512, 16
ROLLOUT = "Through all layers"


class HeadLayer(NamedTuple):
    """The attention of one layer: a name, and weights (h, T, T) of who looks at whom."""

    name: str
    weights: np.ndarray


def head_layers(
    attention: Mapping[str, np.ndarray], called: Callable[[str], str]
) -> list[HeadLayer]:
    """The layers of one example whose steps look at each other, by the axis of their trace, and,
    where there is one, how they add up. `attention` has weights (h, T, T) or (T, T)."""
    layers = []
    for axis, weights in attention.items():
        stacked = weights[None] if weights.ndim == 2 else weights
        layers.append(HeadLayer(called(axis), np.nan_to_num(stacked.astype(float))))
    sizes = {layer.weights.shape[-1] for layer in layers}
    if layers and len(sizes) == 1:
        flow = rollout([layer.weights[None] for layer in layers])
        layers.append(HeadLayer(ROLLOUT, flow))
    return layers


def head_view(
    words: Sequence[str], layers: Sequence[HeadLayer], truth: np.ndarray | None, key: str
) -> None:
    """Draw the words of one example, on the left who looks and on the right who is looked at."""
    _component()(key=key, data=head_data(words, layers, truth))


def head_data(
    words: Sequence[str], layers: Sequence[HeadLayer], truth: np.ndarray | None
) -> dict[str, Any]:
    """What the drawing needs: words, and the weights of each head as bytes (T × T), 255 the
    largest of its layer."""
    count = min(len(words), MOST_WORDS)
    parts = []
    for layer in layers:
        weights = layer.weights[:MOST_HEADS, :count, :count]
        top = float(weights.max(initial=0.0)) or 1.0
        scaled = np.rint(255 * weights / top).astype(np.uint8)
        heads = [base64.b64encode(head.tobytes()).decode() for head in scaled]
        parts.append({"name": layer.name, "top": top, "heads": heads})
    planted = [] if truth is None else np.flatnonzero(truth[:count]).tolist()
    return {
        "words": [str(word) for word in words[:count]],
        "layers": parts,
        "planted": planted,
        "colours": list(ARMS),
        "truth": TRUTH,
    }


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component("attnlab_heads", html=HTML, css=CSS, js=JS)
