"""How often each class is answered rightly, arm by arm, with the spread over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import title
from attnlab.charts.choosing import dimmed, strength
from attnlab.charts.confusion import distinct_names
from attnlab.charts.curve_scales import arm_scale
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, arm_names
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.by_class import ArmAnswers, Split
from attnlab.spec import Study

_ARM, _BETWEEN, _LOWEST = 11, 9, 100
"""Pixels of an arm in a class's row, between two rows, and of the plot at least."""


@dataclass(frozen=True)
class Recalls:
    """The numbers behind a chart of recalls, in percent.

    `rows` has a row per class and arm: label, name (of the arm), class_name, recall, lowest,
    highest, dimmed, and words for the pointer. `order` are the arms, `classes` the rows of the
    chart.
    """

    rows: pd.DataFrame
    study: Study
    order: tuple[str, ...]
    classes: tuple[str, ...]
    split: Split
    total: int


def collect_recalls(
    study: Study,
    arms: Sequence[ArmAnswers],
    split: Split,
    drawn: Sequence[int],
    chosen: str | None = None,
) -> Recalls:
    """What is drawn of the recalls of these arms: those of the classes `drawn`."""
    names, most = arm_names(study), max(arms, key=lambda arm: len(arm.classes)).classes
    called = distinct_names([most[number] for number in drawn])
    rows = []
    for arm in arms:
        for number, class_name in zip(drawn, called, strict=True):
            values = arm.recalls[:, number] if number < len(arm.classes) else np.array([])
            values = 100 * values[np.isfinite(values)]
            if not len(values):
                continue
            spread = f" ± {values.std(ddof=1):.1f}" if len(values) > 1 else ""
            rows.append(
                {
                    "label": arm.label,
                    "name": names[arm.label],
                    "class_name": class_name,
                    "recall": round(float(values.mean()), 3),
                    "lowest": round(float(values.min()), 3),
                    "highest": round(float(values.max()), 3),
                    "words": f"{values.mean():.1f}{spread} % (n = {len(values)})",
                    "range_words": f"{values.min():.1f} to {values.max():.1f} %",
                }
            )
    columns = ["label", "name", "class_name", "recall", "lowest", "highest", "words", "range_words"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.assign(dimmed=dimmed(table["label"], chosen))
    return Recalls(table, study, tuple(arm.label for arm in arms), called, split, len(most))


def recalls(
    study: Study,
    arms: Sequence[ArmAnswers],
    split: Split,
    drawn: Sequence[int],
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw a row per class with a dot for each arm, its mean recall over the seeds, and a line from
    the lowest seed to the highest. Others than the `chosen` arm are dimmed."""
    return _draw(collect_recalls(study, arms, split, drawn, chosen))


def recalls_spec(
    study: Study,
    arms: Sequence[ArmAnswers],
    split: Split,
    drawn: Sequence[int],
    chosen: str | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `recalls`; see `skeleton.spec_of`."""
    return spec_of(recalls(study, arms, split, drawn, chosen))


def _draw(data: Recalls) -> alt.LayerChart:
    names = arm_names(data.study)
    order = [names[label] for label in data.order]
    y = alt.Y(
        "class_name:N",
        title="Class",
        sort=list(data.classes),
        scale=alt.Scale(domain=list(data.classes), paddingInner=0.3, paddingOuter=0.15),
        axis=alt.Axis(ticks=False, domain=False, labelLimit=110, grid=True, **AXIS_TEXT),
    )
    x = alt.X(
        "recall:Q",
        title="Recall, %",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(tickCount=5, **AXIS_TEXT),
    )
    offset = alt.YOffset("name:N", sort=order, scale=alt.Scale(domain=order))
    base = alt.Chart(data.rows).encode(y=y, yOffset=offset, color=arm_scale(data.study, data.order))
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("class_name:N", title="Class"),
        alt.Tooltip("words:N", title="Recall"),
        alt.Tooltip("range_words:N", title="Seeds from"),
    ]
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("lowest:Q", title="Recall, %"), x2="highest:Q", opacity=strength(0.5)
    )
    dots = base.mark_point(filled=True, size=48).encode(x=x, opacity=strength(), tooltip=tooltip)
    row = _ARM * len(order) + _BETWEEN
    notes = [
        f"{data.split.capitalize()} samples; dots: mean over the seeds",
        "Lines: from the lowest seed to the highest",
    ]
    if len(data.classes) < data.total:
        notes.append(f"The {len(data.classes)} of {data.total} classes that are right least often")
    return layered(lines, dots).properties(
        height=max(_LOWEST, row * len(data.classes)),
        title=title("Recall of each class", notes),
        autosize=dict(FIT_WIDTH),
    )
