"""Charts with a row for each arm: names at the left, verdicts at the right, steady in training."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.charts.choosing import DIMMED_WORDS, arm_param, either, strength
from attnlab.charts.palette import AXIS_TEXT, NOTE, NOTE_SIZE, REFERENCE, TITLE_TEXT, arm_names
from attnlab.charts.skeleton import SUBTITLE_WIDTH, Tables
from attnlab.results.model import StudyResult

ROOM = 124
"""Pixels at the right of the plot for words about each arm, whether or not there are any yet."""

SIGNED = "datum.value ? format(datum.value, '+~g') : '0'"
"""The labels of an axis of differences."""

_NAME_WIDTH = 24
_NAME_LINES = 3
_LINE, _BETWEEN = 14, 6
_TITLE_WIDTH, _AXIS_WIDTH = 42, 30
"""Characters of a line above a chart, and below its plot, that fit a narrow window."""
_FEWEST_PIXELS = 40


def references_of(result: StudyResult) -> dict[str, str]:
    """What each arm is compared with, by label; references themselves are missing."""
    return {arm.label: arm.against for arm in result.compared}


def reference_name(result: StudyResult) -> str:
    """What the reference is called; of several, each arm has its own."""
    names, against = arm_names(result), set(references_of(result).values())
    return names.get(against.pop(), "the reference") if len(against) == 1 else "the reference"


def wrapped(text: str, width: int = _NAME_WIDTH, lines: int = _NAME_LINES) -> list[str]:
    """The text in as few lines as it fits in, of about the same length.

    What does not fit into so many `lines` ends with an ellipsis.
    """
    fewest = textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_on_hyphens=False)
    longest_word = max(map(len, text.split()), default=1)
    for narrower in range(longest_word, width):
        even = textwrap.wrap(text, narrower, break_on_hyphens=False)
        if len(even) <= len(fewest):
            return even
    return fewest or [text]


def axis_title(heading: str) -> list[str]:
    """The title of an axis in lines that fit beside the names in a narrow window."""
    return wrapped(heading, _AXIS_WIDTH)


def title(heading: str, reading: Sequence[str], **settings: Any) -> alt.TitleParams:
    """What stands above a chart: a title, and how to read it, in lines that fit.

    An empty line keeps its place, so that the chart does not move when it is filled.
    """
    lines = [
        line for sentence in reading for line in textwrap.wrap(sentence, SUBTITLE_WIDTH) or [" "]
    ]
    return alt.TitleParams(
        textwrap.wrap(heading, _TITLE_WIDTH),
        subtitle=lines,
        subtitleColor=NOTE,
        **TITLE_TEXT,
        **settings,
    )


class Rows(NamedTuple):
    """Where each row stands, in pixels from the top of the plot."""

    names: tuple[tuple[str, ...], ...]
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    headings: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        """That of the plot."""
        return sum(self.heights)

    @property
    def middles(self) -> list[float]:
        """The middle of each row."""
        return [top + height / 2 for top, height in zip(self.tops, self.heights, strict=True)]

    def y(self, field: str) -> alt.Y:
        """Pixels from the top, with the name of each arm at the left of its row."""
        starts = [
            middle - _LINE * (len(name) - 1) / 2
            for middle, name in zip(self.middles, self.names, strict=True)
        ]
        names = {f"{start:.1f}": name for start, name in zip(starts, self.names, strict=True)}
        bold = [f"{starts[place]:.1f}" for place in self.headings]
        weight: dict[str, Any] = {}
        if bold:
            test = f"indexof({json.dumps(bold)}, format(datum.value, '.1f')) >= 0"
            weight["labelFontWeight"] = {
                "condition": {"test": test, "value": "bold"},
                "value": "normal",
            }
        axis = alt.Axis(
            values=starts,
            labelExpr=f"{json.dumps(names)}[format(datum.value, '.1f')]",
            labelLimit=0,
            labelLineHeight=_LINE,
            labelPadding=8,
            labelOverlap=False,
            grid=False,
            ticks=False,
            domain=False,
            **weight,
            **AXIS_TEXT,
        )
        scale = alt.Scale(domain=[0, self.height], nice=False, zero=False, reverse=True)
        return alt.Y(f"{field}:Q", title=None, scale=scale, axis=axis)


def rows_of(names: Sequence[str], fewest_lines: int = 2, headings: Sequence[int] = ()) -> Rows:
    """Place a row for each name below the last: long names take more lines. Those at the places of
    `headings` are bold."""
    lines = tuple(tuple(wrapped(name)) for name in names)
    heights = tuple(_LINE * max(len(name), fewest_lines) + _BETWEEN for name in lines)
    tops = tuple(sum(heights[:place]) for place in range(len(heights)))
    return Rows(lines, tops, heights, tuple(headings))


def scale_beside_text(domain: Sequence[float]) -> alt.Scale:
    """A scale that leaves the right of the plot to words, as wide as the plot may be."""
    return alt.Scale(
        domain=list(domain),
        zero=False,
        nice=True,
        range=[0, {"expr": f"max({_FEWEST_PIXELS}, width - {ROOM})"}],
    )


def row_tables(table: pd.DataFrame, rows: Rows, tooltip: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The rows of the layers that every chart of this kind has.

    `table` has a row an arm: label, headline, numbers (the words beside it, empty if there are
    none), colour (of the headline), chosen, dimmed, and what the tooltip shows.
    """
    bottoms = [top + height for top, height in zip(rows.tops, rows.heights, strict=True)]
    fields = table[["label", "chosen", *tooltip]].assign(top=rows.tops, bottom=bottoms)
    middle = pd.Series(rows.middles, table.index)
    labels = table[["headline", "numbers", "colour", "dimmed"]]
    numbered = labels["numbers"] != ""
    return {
        "fields": fields,
        "headlines": labels.assign(middle=middle - numbered * _LINE / 2).drop(columns="numbers"),
        "numbers": labels.assign(middle=middle + _LINE / 2)[["numbers", "middle", "dimmed"]],
    }


def pointed_rows(tables: Tables, rows: Rows, tooltip: list[Any]) -> alt.Chart:
    """A field across each row, for the pointer; the chosen arm's is shaded."""
    shade = either(alt.OpacityValue, "chosen", 0.14, 0.0)
    return (
        alt.Chart(tables["fields"])
        .mark_rect(color=REFERENCE, cursor="pointer")
        .encode(y=rows.y("top"), y2=alt.Y2("bottom:Q"), opacity=shade, tooltip=tooltip)
        .add_params(arm_param())
    )


def text_beside(tables: Tables, rows: Rows) -> list[alt.Chart]:
    """At the right of each row its headline, with numbers below it where there are any."""
    x, y = alt.XValue({"expr": f"max({_FEWEST_PIXELS}, width - {ROOM}) + 12"}), rows.y("middle")
    faint = strength(1, DIMMED_WORDS)
    return [
        alt.Chart(tables["headlines"])
        .mark_text(align="left", fontSize=NOTE_SIZE, fontWeight=600)
        .encode(
            x=x,
            y=y,
            text=alt.Text("headline:N"),
            color=alt.Color("colour:N", scale=None),
            opacity=faint,
        ),
        alt.Chart(tables["numbers"])
        .mark_text(align="left", fontSize=NOTE_SIZE, color=NOTE)
        .encode(x=x, y=y, text=alt.Text("numbers:N"), opacity=faint),
    ]
