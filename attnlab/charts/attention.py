"""What attention looks at: a panel an arm, on one scale, with the planted truth marked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.attention import (
    heads_first,
    last_traces,
    position_names,
    truth_on,
    weighed_place,
)
from attnlab.charts import skeleton
from attnlab.charts.arm_rows import wrapped
from attnlab.charts.axis_titles import place_title, slot_order
from attnlab.charts.describing import attention_words
from attnlab.charts.palette import arm_names
from attnlab.charts.panels import PanelLook, draw_panel, panel_tables
from attnlab.charts.seed_strips import draw_strip, found_sentence, has_strip, strip_tables
from attnlab.spec import Study

Domains = Mapping[tuple[str, str], tuple[float, float]]
"""The scale of every (axis, kind), shared by the arms."""

_HEADROOM = 1.05
_ROW_LETTERS, _TITLE_LINES = 104, 2
"""How many letters of titles fit above a row of panels, and in how many lines they stand."""


@dataclass(frozen=True)
class AttentionPanel:
    """The numbers of one arm's attention on one axis.

    `positions` has a row per weight: index, weight (mean over seeds), sd, n (seeds), planted.
    `seeds` has one per weight and seed: index, seed, weight. `look` is how they are drawn.
    """

    look: PanelLook
    positions: pd.DataFrame
    seeds: pd.DataFrame

    @property
    def arm(self) -> str:
        """The arm's label."""
        return self.look.arm

    @property
    def axis(self) -> str:
        """The trace axis, such as "feature" or "block1/channel"."""
        return self.look.axis

    @property
    def columns(self) -> int:
        """How many panels of bars it is as wide as: several maps side by side take two."""
        return 2 if self.look.is_map and self.look.lanes > 1 else 1

    @property
    def is_map(self) -> bool:
        """Whether it is a heat map, which is best about as high as wide."""
        return self.look.is_map

    def titled(self, lines: Sequence[str]) -> AttentionPanel:
        """The panel below these lines."""
        return replace(self, look=self.look._replace(title=tuple(lines)))

    @property
    def chart(self) -> alt.LayerChart:
        """The panel as a chart."""
        return draw_panel(self.look, panel_tables(self.look, self.positions, self.seeds))

    @property
    def strip_tables(self) -> dict[str, pd.DataFrame] | None:
        """The rows of the strip of seeds below the panel; None where there is none."""
        if not has_strip(self.look):
            return None
        planted = self.positions.loc[self.positions["planted"], "index"]
        seeds = self.seeds.assign(planted=self.seeds["index"].isin(planted))
        return strip_tables(self.look, seeds)

    def strip_spec(self) -> dict[str, Any] | None:
        """That strip as a Vega-Lite spec; see `skeleton.filled`."""
        tables = self.strip_tables
        return None if tables is None else skeleton.filled(draw_strip, self.look, tables)

    @property
    def found(self) -> str:
        """In how many seeds the largest weight is on what was planted; empty where nothing was."""
        tables = self.strip_tables
        words = self.look.study.task.entry.truth_words
        return "" if tables is None else found_sentence(tables, words)

    def spec(self) -> dict[str, Any]:
        """The panel as a Vega-Lite spec; see `skeleton.filled`."""
        tables = panel_tables(self.look, self.positions, self.seeds)
        spec = skeleton.filled(draw_panel, self.look, tables)
        words = attention_words(self)
        return skeleton.described(spec, words) if words else spec


class AttentionRow(NamedTuple):
    """Panels that belong side by side; `title` says what they weigh: "Channel (block 1)"."""

    title: str
    panels: list[AttentionPanel]


def attention_rows(
    traces: pd.DataFrame,
    study: Study,
    columns: int = 4,
    arms: Collection[str] | None = None,
    chosen: str | None = None,
    latest: pd.DataFrame | None = None,
    sure: bool = False,
) -> list[AttentionRow]:
    """Collect every arm's attention at its newest epoch: rows of panels, a row or more a place.

    `traces` is the long table: arm, seed, epoch, axis, kind, index, weight, shape (as JSON). No row
    is wider than `columns` panels of bars. Arms without attention have none; of the others those
    labelled in `arms` alone, if given, on the scales of all. Beside a panel of the arm labelled
    `chosen`, those of the others are dimmed. Where an earlier epoch is drawn, `latest` is the table
    of the newest one: its weights have room on the scales, too, so that a replay grows into them.
    With `sure`, bars of means have their 95 % intervals over seeds.
    """
    labels = [arm.label for arm in study.arms]
    traces = last_traces(traces[traces["arm"].isin(labels)])
    domains = attention_domains(traces)
    if latest is not None:
        ends = attention_domains(latest[latest["arm"].isin(labels)])
        domains = {
            key: (low, max(high, ends.get(key, (0.0, 0.0))[1]))
            for key, (low, high) in domains.items()
        }
    if arms is not None:
        traces = traces[traces["arm"].isin(list(arms))]
    stands_out = chosen is not None and bool((traces["arm"] == chosen).any())
    rows = []
    places = traces["axis"].map(weighed_place)
    for place in sorted(places.unique(), key=slot_order):
        at_place = traces[places == place]
        panels = [
            _panel(of_axis, study, domains, dimmed=stands_out and arm.label != chosen, sure=sure)
            for arm in study.arms
            for _, of_axis in at_place[at_place["arm"] == arm.label].groupby("axis")
        ]
        rows += [
            AttentionRow(place_title(place, study.task), side_by_side)
            for side_by_side in _titled(list(_in_rows(panels, columns)), arm_names(study))
        ]
    return rows


def _titled(
    rows: list[list[AttentionPanel]], names: Mapping[str, str]
) -> list[list[AttentionPanel]]:
    """The panels with their arms' names in as many lines as the longest takes: else plots that
    stand side by side would begin at different heights."""
    most = max(sum(panel.columns for panel in row) for row in rows)
    lines = {
        id(panel): wrapped(names[panel.arm], _ROW_LETTERS // most * panel.columns, _TITLE_LINES)
        for row in rows
        for panel in row
    }
    tall = max(map(len, lines.values()))
    return [
        [panel.titled([*lines[id(panel)], *" " * (tall - len(lines[id(panel)]))]) for panel in row]
        for row in rows
    ]


def _in_rows(panels: list[AttentionPanel], columns: int) -> Iterator[list[AttentionPanel]]:
    row: list[AttentionPanel] = []
    for panel in panels:
        if row and sum(each.columns for each in row) + panel.columns > columns:
            yield row
            row = []
        row.append(panel)
    if row:
        yield row


def attention_domains(traces: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """The scale that arms share, by axis and kind: 0 to above the largest weight, gates to 1."""
    traces = last_traces(traces)
    by_place = traces.assign(place=traces["axis"].map(weighed_place))
    largest = by_place.groupby(["place", "kind"])["weight"].max()
    axes = by_place[["axis", "place", "kind"]].drop_duplicates().itertuples(index=False)
    return {
        (axis, kind): (0.0, _top(kind, float(largest[place, kind]))) for axis, place, kind in axes
    }


def _top(kind: str, largest: float) -> float:
    if kind == "gate" or not largest > 0:
        return 1.0
    return skeleton.steady_top(_HEADROOM * largest)


def attention_panel(
    traces: pd.DataFrame, study: Study, domains: Domains, height: int = 220
) -> alt.LayerChart:
    """Draw the newest attention of one arm on one axis.

    `traces` holds the rows of that arm and axis. Features, channels and steps are bars, several
    heads above each other: means over seeds, with dots for single seeds; planted positions have the
    accent colour and a triangle above. Places, and steps looked at by other steps, are heat maps,
    several heads side by side. Raises ValueError for rows of several arms or axes.
    """
    return _panel(traces, study, domains, height).chart


def _panel(
    traces: pd.DataFrame,
    study: Study,
    domains: Domains,
    height: int = 220,
    dimmed: bool = False,
    sure: bool = False,
) -> AttentionPanel:
    arm, kind = _only(traces, "arm"), _only(traces, "kind")
    domain = domains[_only(traces, "axis"), kind]
    traces = _heads_first(traces)
    axis = _only(traces, "axis")
    positions = collect_positions(traces, study)
    look = PanelLook(
        study,
        arm,
        axis,
        kind,
        shape=tuple(json.loads(_only(traces, "shape"))),
        seeds=int(positions["n"].max()),
        planted=bool(positions["planted"].any()),
        domain=domain,
        height=height,
        dimmed=dimmed,
        names=position_names(study, arm, axis),
        sure=sure,
    )
    return AttentionPanel(look, positions, last_traces(traces))


def _heads_first(traces: pd.DataFrame) -> pd.DataFrame:
    """The rows with the axes of the trace in the order in which they are drawn."""
    axis, shape = _only(traces, "axis"), tuple(json.loads(_only(traces, "shape")))
    if heads_first(axis, np.empty(shape))[0] == axis:
        return traces
    runs = []
    for _, run in traces.groupby(["seed", "epoch"]):
        weights = run.sort_values("index")["weight"].to_numpy().reshape(shape)
        name, weights = heads_first(axis, weights)
        first = run.iloc[: weights.size]
        index, text = np.arange(weights.size), json.dumps(weights.shape)
        runs.append(first.assign(axis=name, shape=text, index=index, weight=weights.ravel()))
    return pd.concat(runs)


def collect_positions(traces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Average one arm's newest trace on one axis over seeds.

    A row per position: index, weight (mean), sd, n (seeds), planted.
    """
    by_position = last_traces(traces).groupby("index")["weight"]
    positions = by_position.agg(weight="mean", sd="std", n="count").reset_index()
    truth = truth_on(study, _only(traces, "arm"), _only(traces, "axis"))
    weighed = positions["index"] % json.loads(_only(traces, "shape"))[-1] if truth else -1
    planted = pd.Series(weighed, index=positions.index).isin(truth)
    return positions.assign(planted=planted).round({"weight": 5, "sd": 5})


def _only(traces: pd.DataFrame, column: str) -> str:
    values = traces[column].unique()
    if len(values) != 1:
        raise ValueError(f"a panel shows one {column}, got {list(values)}")
    return values[0]
