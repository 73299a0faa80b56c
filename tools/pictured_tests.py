"""Pictures of one comparison: pairs, sign flips, the interval, practically the same, two stages."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.equivalence import equivalence
from attnlab.analysis.flips import flip_interval, sign_flip
from attnlab.analysis.intervals import t_factor
from attnlab.analysis.precision import seeds_for_precision
from attnlab.charts.palette import ARMS, AXIS_TEXT, FIT_WIDTH, HELPS, REFERENCE, SAME, TRUTH

Chart = TypeVar("Chart", bound=alt.TopLevelMixin)

INK = "#1B2733"
TEXT = 12
_SEEDS = 10
_MEASURED = np.array(
    [
        [74.9, 81.3, 78.0, 84.6, 76.4, 79.7, 82.8, 73.5, 80.4, 77.2],
        [77.3, 82.6, 81.4, 85.1, 75.6, 82.9, 84.6, 75.2, 79.9, 80.5],
    ]
)
"""Made-up accuracies in percent of ten seeds: the reference's and the arm's."""

DIFFERENCES = np.round(_MEASURED[1] - _MEASURED[0], 1)


def titled(chart: Chart, title: str, *lines: str) -> Chart:
    """The chart under its message, and what is to be seen below that."""
    if isinstance(chart, alt.LayerChart):
        chart = chart.properties(autosize=dict(FIT_WIDTH))
    return chart.properties(
        title=alt.TitleParams(title, subtitle=list(lines), anchor="start", fontSize=15),
    )


def axis(title: str | None, **more: Any) -> alt.Axis:
    """An axis in the lettering of the app's charts."""
    return alt.Axis(title=title, **AXIS_TEXT, **more)


def words(rows: pd.DataFrame, **places: Any) -> alt.Chart:
    """Words of the column `text` at these places."""
    return alt.Chart(rows).mark_text(fontSize=TEXT, **places)


def pairs() -> alt.LayerChart:
    """Ten seeds, each with its two scores."""
    rows = pd.DataFrame(
        {"seed": range(_SEEDS), "reference": _MEASURED[0], "arm": _MEASURED[1]}
    ).assign(text=[f"{value:+.1f}".replace("-", "−") for value in DIFFERENCES], edge=87)
    seed = alt.Y("seed:O", axis=axis("Seed"))
    score = alt.Scale(domain=(73, 87), nice=False)
    names = pd.DataFrame({"text": ["no attention", "attention"], "x": [74.9, 77.3]})
    base = alt.Chart(rows).encode(y=seed)
    return titled(
        base.mark_rule(strokeWidth=3, opacity=0.4, color=ARMS[0]).encode(
            alt.X(
                "reference:Q",
                scale=score,
                axis=axis("Accuracy in percent", values=[*range(73, 87)]),
            ),
            alt.X2("arm"),
        )
        + base.mark_circle(size=90, color=REFERENCE, opacity=1).encode(alt.X("reference:Q"))
        + base.mark_circle(size=90, color=ARMS[0], opacity=1).encode(alt.X("arm:Q"))
        + words(rows, align="right", color=INK).encode(x="edge:Q", y=seed, text="text")
        + words(names.iloc[:1], dx=-8, align="right", color=INK).encode(
            x="x:Q", y=alt.value(10), text="text"
        )
        + words(names.iloc[1:], dx=8, align="left", color=ARMS[0]).encode(
            x="x:Q", y=alt.value(10), text="text"
        ),
        "The same seed makes a pair",
        "Seeds are easy or hard for both arms alike: scores lie 11 points apart, differences"
        " (right) 4.",
        f"Their mean, {DIFFERENCES.mean():+.2f} points, is the effect.",
    ).properties(height=240)


def flips() -> alt.LayerChart:
    """The means of all ways to give the differences signs."""
    signs = 1 - 2 * ((np.arange(2**_SEEDS)[:, None] >> np.arange(_SEEDS)) & 1)
    means = signs @ DIFFERENCES / _SEEDS
    seen, p = DIFFERENCES.mean(), sign_flip(DIFFERENCES)[0]
    edges = np.round(np.arange(-2.2, 2.3, 0.1), 1)
    is_far = np.abs(means) >= seen - 1e-9
    rows = pd.concat(
        pd.DataFrame(
            {"low": edges[:-1], "high": edges[1:], "ways": np.histogram(means[own], edges)[0]}
        ).assign(colour=colour)
        for own, colour in ((~is_far, REFERENCE), (is_far, ARMS[0]))
    )
    rows = rows[rows["ways"] > 0]
    mark = pd.DataFrame({"x": [seen], "text": ["seen"]})
    bars = alt.Chart(rows).mark_bar(binSpacing=1)
    return titled(
        bars.encode(
            alt.X("low:Q", bin="binned", axis=axis("Mean difference in points", tickCount=9)),
            alt.X2("high:Q"),
            alt.Y("ways:Q", axis=axis("Ways to give signs"), stack=True),
            alt.Color("colour:N", scale=None),
        )
        + alt.Chart(mark).mark_rule(color=TRUTH, strokeWidth=2).encode(x="x:Q")
        + words(mark, align="left", dx=5, color=TRUTH).encode(
            x="x:Q", y=alt.value(12), text="text"
        ),
        "If the arm did nothing, each difference might as well have the other sign",
        f"Of the 1,024 ways to give the ten differences signs, {int(is_far.sum())} (blue) have a"
        " mean as far from 0 as the one seen:",
        f"p = {int(is_far.sum())} / 1,024 = {p:.3f}.",
    ).properties(height=220)


def interval() -> alt.LayerChart:
    """p of every true difference that could be, and the interval of those that are not rejected."""
    low, high = flip_interval(DIFFERENCES, 0.05)
    supposed = np.round(np.arange(-0.5, 3.5, 0.01), 2)
    rows = pd.DataFrame(
        {"x": supposed, "p": [sign_flip(np.round(DIFFERENCES - x, 6))[0] for x in supposed]}
    )
    x = alt.X("x:Q", axis=axis("Supposed true difference in points", tickCount=9))
    y = alt.Y("p:Q", axis=axis("p of the sign-flip test"), scale=alt.Scale(domain=(0, 1)))
    inside = rows[rows["x"].between(low, high)]
    ends = pd.DataFrame({"x": [low], "x2": [high], "p": [0.05]})
    marks = pd.DataFrame(
        {
            "x": [3.4, (low + high) / 2],
            "p": [0.05, 0.05],
            "text": ["5 %", f"the 95 % interval: {low:.2f} to {high:.2f}"],
        }
    )
    return titled(
        alt.Chart(inside).mark_area(color=ARMS[0], opacity=0.25, interpolate="step").encode(x, y)
        + alt.Chart(rows).mark_line(color=INK, strokeWidth=1.2, interpolate="step").encode(x, y)
        + alt.Chart(ends[["p"]]).mark_rule(color=TRUTH, strokeDash=[4, 3]).encode(y="p:Q")
        + alt.Chart(ends)
        .mark_rule(color=ARMS[0], strokeWidth=5)
        .encode(x="x:Q", x2="x2:Q", y="p:Q")
        + words(marks.iloc[:1], dy=-8, color=TRUTH).encode(x="x:Q", y="p:Q", text="text")
        + words(marks.iloc[1:], dy=-14, color=INK).encode(x="x:Q", y="p:Q", text="text"),
        "The interval: every true difference that the test does not reject",
        "0 is left out exactly where the p of the verdict, read at 0, is below 5 %.",
    ).properties(height=220)


_SAME_ROWS = (
    ((0.2, -0.3, 0.1, 0.4, -0.2, 0.0, 0.3, -0.1, 0.1, -0.2), "practically the same", SAME),
    ((0.5, 0.3, 0.7, 0.4, 0.2, 0.6, 0.5, 0.4, 0.3, 0.6), "helps, by less than the margin", HELPS),
    ((1.9, 1.2, 2.4, 0.8, 1.5, 2.1, 1.1, 1.7, 0.6, 2.0), "helps", HELPS),
    ((1.5, -0.9, 2.2, -1.4, 0.3, 1.8, -0.6, 1.1, -1.8, 0.9), "no difference shown", REFERENCE),
)


def same() -> alt.LayerChart:
    """Intervals beside a margin, and the word that each gets."""
    rows = []
    for differences, word, colour in _SAME_ROWS:
        found = equivalence(differences, 1.0)
        low, high = flip_interval(differences, 0.05)
        rows.append((word, low, high, found.low, found.high, np.mean(differences), colour))
    table = pd.DataFrame(rows, columns=["word", "low", "high", "low90", "high90", "mean", "colour"])
    band = pd.DataFrame({"x": [-1.0], "x2": [1.0]})
    zero = pd.DataFrame({"x": [0.0]})
    edge = pd.DataFrame({"x": [-1.0, 1.0], "text": ["− margin", "+ margin"]})
    row = alt.Y("word:N", sort=None, axis=axis(None, labelLimit=300, domain=False, ticks=False))
    own = alt.Color("colour:N", scale=None)
    base = alt.Chart(table).encode(y=row, color=own)
    return titled(
        alt.Chart(band).mark_rect(color=SAME, opacity=0.15).encode(x="x:Q", x2="x2:Q")
        + alt.Chart(zero).mark_rule(color=REFERENCE, strokeDash=[4, 3]).encode(x="x:Q")
        + base.mark_rule(strokeWidth=2).encode(
            alt.X(
                "low:Q",
                axis=axis("Difference in points", tickCount=8),
                scale=alt.Scale(domain=(-1.5, 2.5)),
            ),
            alt.X2("high"),
        )
        + base.mark_rule(strokeWidth=6).encode(x="low90:Q", x2="high90:Q")
        + base.mark_circle(size=110, opacity=1).encode(x="mean:Q")
        + words(edge, color=INK).encode(x="x:Q", y=alt.value(-8), text="text"),
        "Practically the same: the thick bar lies inside the margin",
        "Thin: the 95 % interval, which decides whether there is a difference. Thick: the 90 % one"
        " of both one-sided",
        "tests, which decides whether it is too small to matter.",
    ).properties(height=170)


def stages() -> alt.LayerChart:
    """How the half-width shrinks from the first ten seeds on, until it is what was asked for."""
    values, half = DIFFERENCES, 0.6
    seeds = seeds_for_precision(values, half, 100)
    spread = float(values.std(ddof=1))
    counts = np.arange(2, 41)
    reach = float(t_factor(_SEEDS, 0.05)) * spread / np.sqrt(counts)
    rows = pd.DataFrame({"n": counts, "high": reach})[counts >= _SEEDS]
    asked = pd.DataFrame({"y": [half], "n": [0.5], "text": [f"asked for: ± {half} points"]})
    found = pd.DataFrame({"n": [seeds], "high": [reach[seeds - 2]], "text": [f"{seeds} seeds"]})
    first = pd.DataFrame(
        {"n": [_SEEDS], "high": [rows["high"].iloc[0]], "text": ["ten seeds: how much they vary"]}
    )
    x = alt.X("n:Q", axis=axis("Seeds in all"), scale=alt.Scale(domain=(0, 40)))
    y = alt.Y(
        "high:Q",
        axis=axis("Half-width in points"),
        scale=alt.Scale(domain=(0, math.ceil(10 * rows["high"].max()) / 10 + 0.2)),
    )
    return titled(
        alt.Chart(pd.DataFrame({"x": [0], "x2": [_SEEDS]}))
        .mark_rect(color=REFERENCE, opacity=0.15)
        .encode(x="x:Q", x2="x2:Q")
        + alt.Chart(rows).mark_line(color=ARMS[0], strokeWidth=2).encode(x, y)
        + alt.Chart(asked).mark_rule(color=TRUTH, strokeDash=[4, 3]).encode(y="y:Q")
        + alt.Chart(pd.concat([first, found]))
        .mark_circle(size=110, color=ARMS[0], opacity=1)
        .encode(x, y)
        + words(pd.concat([first, found]), dx=8, dy=-10, align="left", color=INK).encode(
            x, y, text="text"
        )
        + words(asked, align="left", dy=-8, color=TRUTH).encode(x="n:Q", y="y:Q", text="text"),
        "Two stages: the first seeds say how many it takes, once and for all",
        f"Of these ten the spread is {spread:.2f} points: {seeds} seeds reach the width asked for."
        " Who adds seeds",
        "“until it is narrow” stops where it happens to be too narrow.",
    ).properties(height=200)
