"""Pictures of whole studies: several arms, spent seeds, what a verdict is about, contrasts."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.palette import ARMS, DIFFERS, REFERENCE, TRUTH
from benchmarks.calibration import kept
from tools.pictured_tests import INK, axis, titled, words
from tools.verdict_table import beside

WITHOUT, WITH = "by p alone", "what attnlab says"
_COLOURS = alt.Scale(domain=[WITHOUT, WITH], range=[DIFFERS, ARMS[0]])
_LEGEND = alt.Legend(orient="top", title=None, labelFontSize=12)
_LEVEL = 5.0


def _bars(rows: pd.DataFrame, row: alt.Y, offset: alt.YOffset, high: float) -> alt.LayerChart:
    across = axis("Percent", tickCount=6)
    base = alt.Chart(rows.assign(end=rows["share"].clip(lower=_LEVEL))).encode(row, offset)
    share = alt.X("share:Q", scale=alt.Scale(domain=(0, high)), axis=across)
    colour = alt.Color("who:N", scale=_COLOURS, legend=_LEGEND)
    level = pd.DataFrame({"x": [_LEVEL]})
    return (
        base.mark_bar().encode(share, colour)
        + base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(x="end:Q", text="text")
        + alt.Chart(level).mark_rule(color=TRUTH, strokeDash=[4, 3]).encode(x="x:Q")
    )


def _both(what: list[tuple[str, float, float]]) -> pd.DataFrame:
    """Two rows for each: what p alone would say, and what attnlab says, in percent."""
    rows = [
        (name, who, share, f"{share:.1f}")
        for name, naive, said in what
        for who, share in ((WITHOUT, naive), (WITH, said))
    ]
    return pd.DataFrame(rows, columns=["what", "who", "share", "text"])


def arms() -> alt.LayerChart:
    """False alarms of studies of one, four and eight arms."""
    lines = [
        line for line in kept("alarms") if line.what in ("1 arm", "4 arms, holm", "8 arms, holm")
    ]
    rows = _both(
        [(line.what.removesuffix(", holm"), beside(line), 100 * line.share) for line in lines]
    )
    row = alt.Y("what:N", sort=None, axis=axis(None, ticks=False, domain=False))
    return titled(
        _bars(rows, row, alt.YOffset("who:N", sort=[WITHOUT, WITH]), 30),
        "The more arms, the more chances for a false alarm",
        "Studies in which no arm does anything: in how many does any arm “help” or “hurt”?"
        " Holm's correction keeps it at 5 %.",
    ).properties(height=150)


def paths() -> alt.LayerChart:
    """False alarms along the paths, by p alone and as attnlab says."""
    lines = [line for line in kept("paths") if line.is_promise and not line.always]
    rows = _both([(line.what, beside(line), 100 * line.share) for line in lines])
    label = axis(None, ticks=False, domain=False, labelLimit=330)
    return titled(
        _bars(
            rows,
            alt.Y("what:N", sort=None, axis=label),
            alt.YOffset("who:N", sort=[WITHOUT, WITH]),
            max(25.0, 5 + rows["share"].max()),
        ),
        "Seeds are spent: who looks, chooses and looks again finds what is not there",
        "Nothing differs in any of these studies. In how many does the path end with a difference?",
    ).properties(height=34 * len(lines))


_SAMPLES, _HELD_OUT, _ROWS = 12, 3, 4
_FRESH = "Tasks that draw fresh data for each seed: the verdict speaks of the task"
_FIXED = "A fixed data set: every seed re-splits the same samples"


def about() -> alt.FacetChart:
    """Which samples each seed trains on and is measured on."""
    rng = np.random.default_rng(3)
    rows = []
    for seed in range(_ROWS):
        fixed = rng.permutation(_SAMPLES) + 1
        for place in range(_SAMPLES):
            use = "held out" if place < _HELD_OUT else "trained on"
            rows.append((_FRESH, seed, place, _SAMPLES * seed + place + 1, use))
            rows.append((_FIXED, seed, place, fixed[place], use))
    table = pd.DataFrame(rows, columns=["kind", "seed", "place", "sample", "use"])
    base = alt.Chart().encode(
        alt.X("place:O", axis=None), alt.Y("seed:O", axis=axis("Seed", domain=False, ticks=False))
    )
    coloured = alt.Color(
        "use:N",
        scale=alt.Scale(domain=["held out", "trained on"], range=[ARMS[4], "#D9DEE4"]),
        legend=_LEGEND,
    )
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(coloured)
    numbers = base.mark_text(fontSize=11, color=INK).encode(text="sample:Q")
    return titled(
        alt.layer(squares, numbers, data=table)
        .properties(width=620, height=110)
        .facet(
            row=alt.Row(
                "kind:N",
                sort=[_FRESH, _FIXED],
                header=alt.Header(
                    title=None,
                    labelOrient="top",
                    labelAnchor="start",
                    labelFontSize=12,
                    labelLimit=600,
                ),
            )
        ),
        "What a verdict is about: the numbers are samples",
        "More seeds bring more samples above. Below they bring none, so that the verdict speaks of"
        " these samples.",
    )


_QUESTIONS = (
    ("no attention", "Does it help?"),
    ("its frozen twin", "Does learning matter?"),
    ("plain layers of the same size", "Is it just size?"),
    ("uniform weights", "Is it just scale?"),
)


def contrasts() -> alt.LayerChart:
    """A module, what it is held against, and which question that asks."""
    rows = pd.DataFrame(_QUESTIONS, columns=["against", "question"])
    colours = [REFERENCE] + [ARMS[0]] * (len(rows) - 1)
    rows = rows.assign(y=range(len(rows), 0, -1), start=1.0, end=2.6, middle=1.8, colour=colours)
    box = pd.DataFrame(
        {"x": [0.3], "x2": [1.0], "y": [0.6], "y2": [len(rows) + 0.4], "text": ["the module"]}
    )
    centre = box.assign(x=0.65, y=(len(rows) + 1) / 2)
    across = alt.X("start:Q", scale=alt.Scale(domain=(0.2, 4)), axis=None)
    up = alt.Y("y:Q", scale=alt.Scale(domain=(0.4, len(rows) + 0.6)), axis=None)
    base = alt.Chart(rows).encode(up, color=alt.Color("colour:N", scale=None))
    return titled(
        base.mark_rule(strokeWidth=2).encode(across, x2="end")
        + base.mark_circle(size=90, opacity=1).encode(alt.X("end:Q"))
        + words(rows, dy=-10, color=INK).encode(alt.X("middle:Q"), up, text="question")
        + words(rows, align="left", dx=10, color=INK).encode(alt.X("end:Q"), up, text="against")
        + alt.Chart(box)
        .mark_rect(color=ARMS[0], cornerRadius=4)
        .encode(alt.X("x:Q"), alt.X2("x2"), alt.Y("y:Q"), alt.Y2("y2"))
        + words(centre, fontWeight="bold", color="white").encode(
            alt.X("x:Q"), alt.Y("y:Q"), text="text"
        ),
        "Contrasts: every control answers one question",
        "The blue questions are a family of their own: asking them costs the main comparison"
        " nothing.",
    ).properties(height=180)
