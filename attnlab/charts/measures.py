"""How attention develops: a measure of it over the epochs, arm by arm."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from attnlab.analysis.attention import weighed_place
from attnlab.charts import curves as learning
from attnlab.charts import skeleton
from attnlab.charts.averages import Curve, collect_curve
from attnlab.charts.curve_scales import Levels
from attnlab.charts.words import level_words, place_title, slot_order
from attnlab.spec import Study
from attnlab.tasks import measures

_RUNS = ["arm", "seed", "epoch"]
_USUAL = ("mass", "entropy", "sd")
"""What says most, where it is there: what was found, else how concentrated attention is."""
_EVEN = ("entropy", "gini")
"""Their level is that of weights which are all alike; nothing there is to be guessed."""


def measured_places(measured: pd.DataFrame) -> list[str]:
    """Where attention was measured, in the order of the network: "step", "block1/channel"."""
    return sorted({weighed_place(axis) for axis in measured["axis"].unique()}, key=slot_order)


def measured_rows(measured: pd.DataFrame, name: str, place: str) -> pd.DataFrame:
    """The rows of one measure at one place."""
    there = _at(measured, place)
    return there[there["name"] == name]


def measured_names(measured: pd.DataFrame, place: str) -> list[str]:
    """What was measured there, by the names of `attnlab.tasks.measures`, the most telling first."""
    there = _at(measured, place)
    found = set(there.loc[there["value"].notna(), "name"])
    usual = [name for name in _USUAL if name in found][:1]
    return usual + [name for name in measures.NAMES if name in found and name not in usual]


def measure_title(name: str, place: str, study: Study) -> str:
    """What a measure at a place is called for this task: "Attention on the planted words"."""
    words = level_words(place) or study.task.entry.truth_words
    return measures.ABOUT[name].title.replace("the truth", words)


def measure_curve(
    measured: pd.DataFrame,
    curves: pd.DataFrame,
    study: Study,
    name: str,
    place: str,
    height: int = 300,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw a measure of attention at a place over epochs, a colour per arm.

    `measured` has a row per arm, seed, epoch, axis and measure; `curves` one per arm, seed and
    epoch, with val_loss. Means over seeds have a band (the 95 % t-interval) as in
    `learning_curve`; a dotted line is what equal weights would have.
    Beside the arm labelled `chosen`, the others are dimmed.
    """
    return learning.draw(
        *_collected(measured, curves, study, name, place, height, chosen, legend=True)
    )


def measure_curve_spec(
    measured: pd.DataFrame,
    curves: pd.DataFrame,
    study: Study,
    name: str,
    place: str,
    height: int = 300,
    chosen: str | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `measure_curve`, for a page as `learning_curve_spec` is."""
    few = len(study.arms) <= learning.MOST_NAMED
    return skeleton.filled(
        learning.draw,
        *_collected(measured, curves, study, name, place, height, chosen, legend=few),
    )


def _collected(
    measured,
    curves,
    study: Study,
    name: str,
    place: str,
    height: int,
    chosen: str | None,
    *,
    legend: bool,
):
    there = _at(measured, place)
    arms = tuple(
        arm.label
        for arm in study.arms  # the task's own gates are measured where the slot is empty, too
        if arm.module.entry.fills or arm.label in set(there["arm"])
    )
    data = learning.apart(_curve(there, curves, study, name), arms, chosen)
    title = measure_title(name, place, study)
    told = level_words(place)
    if len(measured_places(measured)) > 1 and not (told and told in title):
        title += f": {place_title(place, study.task)}"
    look = learning.look_of(
        data,
        study,
        name,
        height,
        arms,
        title=title,
        levels=_levels(there, study, name),
        level_name="evenly spread" if name in _EVEN else "chance",
        chosen=chosen,
        legend=legend,
    )
    return look, learning.tables_of(data, chosen)


def _at(measured: pd.DataFrame, place: str) -> pd.DataFrame:
    return measured[measured["axis"].map(weighed_place) == place]


def _curve(there: pd.DataFrame, curves: pd.DataFrame, study: Study, name: str) -> Curve:
    """The numbers of one measure, in the epochs that have been measured."""
    values = there.loc[there["name"] == name, [*_RUNS, "value"]].drop_duplicates(_RUNS)
    rows = curves[[*_RUNS, "val_loss"]].merge(values.rename(columns={"value": f"val_{name}"}))
    return collect_curve(rows, study, name)


def _levels(there: pd.DataFrame, study: Study, name: str) -> Levels:
    if name not in measures.BY_SHARE:
        everybody = tuple(arm.label for arm in study.arms)
        return ((measures.CHANCE[name], everybody),) if name in measures.CHANCE else ()
    levels: dict[float, tuple[str, ...]] = {}
    by_arm = there[there["name"] == "chance"].groupby("arm", sort=False)["value"].mean()
    for label, level in by_arm.round(3).items():
        levels[level] = (*levels.get(level, ()), label)
    return tuple(levels.items())
