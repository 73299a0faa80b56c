"""One arm is pointed at in all charts of a study: a click gives its label, others are dimmed.

A chart reports a click through a selection parameter of the name `ARM_PARAM`; its caller says what
is highlighted, so that charts which are drawn together agree. Only the layer that carries
the parameter answers to the pointer: the marks above it have no tooltip and let a click through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import altair as alt
import pandas as pd

T = TypeVar("T")

ARM_PARAM = "arm"
"""The name of every chart's selection parameter; what it selects has the field "label"."""

DIMMED, DIMMED_WORDS = 0.3, 0.5
"""Opacity of marks, and of words, that are not about the chosen arm."""


def arm_param() -> alt.Parameter:
    """The parameter that a click on an arm sets.

    A click in the plot beside all arms empties it, and so does a double click. Every click on an
    arm changes it, so that a page gets each one: whether the arm was `chosen` is a part of it, and
    what is selected already is taken out.
    """
    return alt.selection_point(
        name=ARM_PARAM,
        fields=["label", "chosen"],
        on="click",
        toggle=f"vlSelectionTest('{ARM_PARAM}_store', datum)",
    )


def chosen_arm(selection: Mapping[str, Any], labels: Sequence[str]) -> str | None:
    """The label that was clicked, of what a chart's selection holds; None where there is none.

    `selection` holds what each parameter selects. A label that is none of `labels` does not count:
    a click can be on what the page no longer shows.
    """
    points = selection.get(ARM_PARAM) or []
    clicked = [point.get("label") for point in points if isinstance(point, Mapping)]
    return next((label for label in clicked if label in labels), None)


def dimmed(labels: pd.Series, chosen: str | None) -> pd.Series:
    """Which rows are not about the chosen arm; none where no arm that is there is chosen."""
    if chosen is None or not (labels == chosen).any():
        return pd.Series(False, index=labels.index)
    return labels != chosen


def strength(full: float = 1.0, share: float = DIMMED) -> alt.OpacityValue:
    """The opacity of marks whose rows say whether they are `dimmed`: then a share of the full."""
    return either(alt.OpacityValue, "dimmed", round(share * full, 3), full)


def either(channel: Callable[..., T], flag: str, then: Any, otherwise: Any) -> T:
    """One of two values of a channel, such as `alt.OpacityValue`, by a flag in each row.

    What `alt.condition` gives Altair has to find the class of, for as long as it takes to draw
    everything else.
    """
    return channel(otherwise, condition={"test": f"datum.{flag}", "value": then})
