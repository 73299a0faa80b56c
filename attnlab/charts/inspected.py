"""Charts of what was found inside a trained run: of an inspection, and in its arm's colour."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import title
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, LEGEND_TEXT, REFERENCE
from attnlab.charts.skeleton import layered, spec_of
from attnlab.inspection.beside import NEEDED
from attnlab.inspection.described import AGREES, MEASURES
from attnlab.inspection.found import RunInspection
from attnlab.wording import counted

HEIGHT = 190
ROW = 34
"""How high a row of a chart of rows is, in pixels."""

LARGEST_JSD = float(np.log(2))
"""Of two distributions that share no position, in nats."""

_BINS = 23

Domain = tuple[float, float]
"""The ends of a scale."""

Domains = dict[str, Domain]
"""Those of several charts, by what they show."""

LESIONS = {
    "lesion bypassed": "Module bypassed",
    "lesion uniform": "Uniform weights",
    "lesion permuted": "Others' weights",
    NEEDED: "Trained without it",
}
_ORDERS = {"top": "Most attended first", "random": "Random order", "bottom": "Least attended first"}


def reliance_rows(found: RunInspection, has_accuracy: bool) -> pd.DataFrame:
    """How much worse the trained network gets without its attention, and one trained without it: a
    row for each that is known, in points of accuracy or in loss."""
    rows = found.table[found.table["measure"].isin(LESIONS) & found.table["value"].notna()]
    factor = 100.0 if has_accuracy else 1.0
    value, half = factor * rows["value"], factor * rows["half"]
    return pd.DataFrame(
        {
            "name": rows["measure"].map(LESIONS),
            "value": value.round(4),
            "low": (value - half).round(4),
            "high": (value + half).round(4),
            "retrained": rows["measure"] == NEEDED,
            "n": rows["n"],
        }
    ).reset_index(drop=True)


def reliance(
    found: RunInspection, has_accuracy: bool, colour: str, domain: Domain | None = None
) -> alt.LayerChart:
    """Draw `reliance_rows` as bars with their 95 % intervals; what was trained again is grey.
    `domain` is the scale, if that is shared."""
    rows = reliance_rows(found, has_accuracy)
    names = [name for name in LESIONS.values() if name in set(rows["name"])]
    lost = "Accuracy lost, percentage points" if has_accuracy else "Loss added"
    y = alt.Y("name:N", title=None, sort=names, axis=_names())
    tooltip = [
        alt.Tooltip("name:N", title="Change"),
        alt.Tooltip("value:Q", title=lost, format=".3~f"),
        alt.Tooltip("n:Q", title="Examples, or seeds"),
    ]
    tone = alt.condition("datum.retrained", alt.value(REFERENCE), alt.value(colour))
    x = alt.X("value:Q", title=lost, axis=alt.Axis(tickCount=6, **AXIS_TEXT), **_scaled(domain))
    base = alt.Chart(rows).encode(y=y, color=tone)
    bars = base.mark_bar(height=16, opacity=0.4).encode(x=x, tooltip=tooltip)
    ends = (
        alt.Chart(rows.dropna(subset=["low"]))
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=tone)
    )
    means = base.mark_point(filled=True, size=60, opacity=1).encode(x=x, tooltip=tooltip)
    reading = [
        "Colour: the trained network, changed; grey: trained again without the module",
        "Line: 95 % interval, over seeds"
        if "seeds" in found.about
        else "Line: 95 % interval, over examples or, of what was trained again, over seeds",
    ]
    return _framed(layered(bars, ends, means), "Reliance and need", reading, ROW * len(names))


def removal(
    found: RunInspection, axis: str, curve: str, colour: str, domain: Domain | None = None
) -> alt.LayerChart:
    """Draw a deletion or insertion curve: the score of the network's own answers at each share of
    positions that is taken away, or put there. `domain` is the scale, if that is shared."""
    known = found.curves[(found.curves["axis"] == axis) & (found.curves["curve"] == curve)]
    rows = known.assign(order=known["order"].map(_ORDERS), share=100 * known["share"])
    names = list(_ORDERS.values())
    is_deletion = curve == "deletion"
    shades = alt.Scale(domain=names, range=[colour, REFERENCE, REFERENCE])
    dashes = alt.Scale(domain=names, range=[[1, 0], [2, 3], [7, 3]])
    legend = alt.Legend(orient="top", columns=1, symbolType="stroke", **LEGEND_TEXT)
    done = "taken away" if is_deletion else "put there"
    chart = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.2)
        .encode(
            x=alt.X(
                "share:Q", title=f"Positions {done}, %", axis=alt.Axis(tickCount=5, **AXIS_TEXT)
            ),
            y=alt.Y(
                "score:Q",
                title="Score of its own answers",
                axis=alt.Axis(tickCount=5, **AXIS_TEXT),
                **_scaled(domain),
            ),
            color=alt.Color("order:N", title=None, scale=shades, legend=legend),
            strokeDash=alt.StrokeDash("order:N", title=None, scale=dashes, legend=legend),
            tooltip=[
                alt.Tooltip("order:N", title="Order"),
                alt.Tooltip("share:Q", title=f"Positions {done}, %", format=".0f"),
                alt.Tooltip("score:Q", title="Score", format=".3f"),
            ],
        )
    )
    best = "lower" if is_deletion else "higher"
    reading = [f"Attention that matters is {best} than random order"]
    return _framed(layered(chart), curve.capitalize(), reading, HEIGHT)


def agreement_rows(found: RunInspection) -> pd.DataFrame:
    """How far attention orders positions as other measures of importance do: a row for each."""
    agrees = found.table["measure"].map(lambda name: MEASURES[name].question == AGREES)
    rows = found.table[agrees & found.table["value"].notna()]
    several = rows["axis"].nunique() > 1
    names = rows["measure"].map(lambda name: MEASURES[name].title.removeprefix("τ "))
    half = rows["half"]
    return pd.DataFrame(
        {
            "name": names + (": " + rows["axis"] if several else ""),
            "value": rows["value"].round(4),
            "low": (rows["value"] - half).round(4),
            "high": (rows["value"] + half).round(4),
            "chance": rows["chance"].round(4),
        }
    ).reset_index(drop=True)


def agreement(found: RunInspection, colour: str, domain: Domain | None = None) -> alt.LayerChart:
    """Draw Kendall's τ of attention with each measure of importance, beside that of the same
    attention with its positions permuted. `domain` is the scale, if that is shared."""
    rows = agreement_rows(found)
    low = min(-0.25, rows["low"].min(), rows["value"].min()) if domain is None else domain[0]
    y = alt.Y("name:N", title=None, sort=None, axis=_names())
    x = alt.X(
        "value:Q",
        title="Kendall's τ: 1 is the same order, 0 none",
        scale=alt.Scale(domain=[low, 1.0], nice=False),
        axis=alt.Axis(tickCount=6, **AXIS_TEXT),
    )
    base = alt.Chart(rows)
    tooltip = [
        alt.Tooltip("name:N", title="Importance by"),
        alt.Tooltip("value:Q", title="τ", format=".3f"),
        alt.Tooltip("chance:Q", title="Permuted", format=".3f"),
    ]
    return _framed(
        layered(
            base.mark_tick(color=REFERENCE, thickness=2, size=18).encode(x=alt.X("chance:Q"), y=y),
            alt.Chart(rows.dropna(subset=["low"]))
            .mark_rule(color=colour, strokeWidth=2)
            .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
            base.mark_point(filled=True, size=70, color=colour, opacity=1).encode(
                x=x, y=y, tooltip=tooltip
            ),
        ),
        "Agreement with other measures of importance",
        [f"Dot: mean over {_over(found)}, with its 95 % interval; grey: positions permuted"],
        ROW * len(rows),
    )


def adversary_rows(found: RunInspection, axis: str) -> pd.DataFrame:
    """How many examples have attention that is so different and gives the same predictions."""
    values = found.arrays[f"{axis}/adversary JSD"]
    counts, edges = np.histogram(values[np.isfinite(values)], _BINS, (0.0, LARGEST_JSD))
    return pd.DataFrame({"low": edges[:-1].round(4), "high": edges[1:].round(4), "count": counts})


def adversary(
    found: RunInspection, axis: str, colour: str, domain: Domain | None = None
) -> alt.LayerChart:
    """Draw the histogram of `adversary_rows`; `domain` is the scale of counts, if that is
    shared."""
    rows = adversary_rows(found, axis)
    bars = (
        alt.Chart(rows)
        .mark_bar(color=colour)
        .encode(
            x=alt.X(
                "low:Q",
                bin="binned",
                title="Jensen-Shannon divergence",
                scale=alt.Scale(domain=[0, LARGEST_JSD]),
                axis=alt.Axis(tickCount=7, format=".1f", **AXIS_TEXT),
            ),
            x2="high:Q",
            y=alt.Y(
                "count:Q",
                title="Examples",
                axis=alt.Axis(tickCount=4, **AXIS_TEXT),
                **_scaled(domain),
            ),
            tooltip=[
                alt.Tooltip("low:Q", title="From", format=".2f"),
                alt.Tooltip("high:Q", title="To", format=".2f"),
                alt.Tooltip("count:Q", title="Examples"),
            ],
        )
    )
    reading = [
        "The most different attention found that gives the same predictions",
        f"Left: they need just this attention; right, at {LARGEST_JSD:.2f}: quite another does, "
        f"too; {counted(int(rows['count'].sum()), 'example')}",
    ]
    return _framed(layered(bars), "Could it have been otherwise?", reading, HEIGHT)


def reliance_spec(
    found: RunInspection, has_accuracy: bool, colour: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `reliance`; see `skeleton.spec_of`."""
    return spec_of(reliance(found, has_accuracy, colour, domain))


def removal_spec(
    found: RunInspection, axis: str, curve: str, colour: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `removal`."""
    return spec_of(removal(found, axis, curve, colour, domain))


def agreement_spec(
    found: RunInspection, colour: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `agreement`."""
    return spec_of(agreement(found, colour, domain))


def adversary_spec(
    found: RunInspection, axis: str, colour: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `adversary`."""
    return spec_of(adversary(found, axis, colour, domain))


def _scaled(domain: Domain | None) -> dict[str, Any]:
    return {} if domain is None else {"scale": alt.Scale(domain=list(domain), nice=False)}


def _over(found: RunInspection) -> str:
    return "seeds" if "seeds" in found.about else "examples"


def _names() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelLimit=170, labelPadding=8, **AXIS_TEXT)


def _framed(chart: alt.LayerChart, heading: str, reading: list[str], height: int) -> alt.LayerChart:
    return chart.properties(height=height, title=title(heading, reading), autosize=dict(FIT_WIDTH))
