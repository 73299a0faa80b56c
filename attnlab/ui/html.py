"""Small pieces of HTML that follow the page's theme: tables, pictures of networks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from attnlab.charts import ATTENTION, TRUTH
from attnlab.compat.streamlit import EXPAND_SIDEBAR, SIDEBAR
from attnlab.spec import Given, Input, NetworkLayer, Shape, Step, each_shape
from attnlab.wording import counted, noun

_LINE = "color-mix(in srgb, currentColor 18%, transparent)"
_FAINT = "color-mix(in srgb, currentColor 6%, transparent)"

MOST_ROWS = 12
"""A table of more rows would push all that follows out of sight."""

TABLE_STYLE = f"""<style>
.lab-table {{overflow-x: auto}}
.lab-table table {{border-collapse: collapse; width: 100%; font-size: 0.9rem}}
.lab-table th {{font-weight: 600; text-align: right; vertical-align: bottom; padding: 6px 10px;
  border-bottom: 1px solid {_LINE}}}
.lab-table th small {{display: block; font-weight: 400; opacity: 0.7}}
.lab-table td {{text-align: right; padding: 8px 10px; border-bottom: 1px solid {_LINE};
  white-space: nowrap; font-variant-numeric: tabular-nums}}
.lab-table td small {{display: block; opacity: 0.7}}
.lab-table th:first-child, .lab-table td:first-child {{text-align: left; padding-left: 0}}
.lab-table td:first-child {{white-space: normal; min-width: 9rem}}
.lab-scroll {{max-height: 22rem; overflow-y: auto}}
.lab-scroll.lab-tall {{max-height: 36rem}}
.lab-scroll th {{position: sticky; top: 0; z-index: 1; background: light-dark(#FFFFFF, #0E1117)}}
td:has(> .lab-swatch) {{min-width: 7.5em}}
.lab-swatch {{display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px;
  margin-right: 0.5em; vertical-align: -0.05em}}
</style>"""

_NETWORK_STYLE = f"""<style>
.lab-network {{display: flex; flex-wrap: wrap; align-items: stretch; row-gap: 10px}}
.lab-layer {{border: 1px solid {_LINE}; background: {_FAINT}; border-radius: 8px;
  padding: 8px 12px; min-width: 92px; font-size: 0.85rem; line-height: 1.35}}
.lab-layer b {{display: block; font-size: 0.92rem}}
.lab-layer span {{display: block; opacity: 0.75; font-variant-numeric: tabular-nums}}
.lab-module {{border-width: 2px}}
.lab-layer em {{display: block; font-style: normal; font-weight: 600}}
.lab-arrow {{align-self: center; padding: 0 7px; opacity: 0.5}}
.lab-network:has(.lab-lanes) {{align-items: center}}
.lab-lanes {{display: flex; flex-direction: column; justify-content: space-evenly; gap: 8px;
  padding: 4px 8px; border: solid {_LINE}; border-width: 0 2px; border-radius: 8px}}
.lab-lane {{display: flex; flex-wrap: wrap; row-gap: 10px; align-items: center}}
</style>"""

NO_SIDEBAR = f"""<style>
@media (min-width: 768px) {{
{SIDEBAR}, {EXPAND_SIDEBAR} {{display: none}}
}}
</style>"""
"""Coming from the playground, its empty form would take a quarter of the window. In a narrow one
it holds the way back to the other pages."""

LAYER_WORDS = {
    "InputLayer": "Input",
    "Conv2D": "Convolution",
    "MaxPooling2D": "Max pooling",
    "GlobalAveragePooling2D": "Average over places",
}


def table_classes(rows: int) -> str:
    """The classes of a table with so many rows; a long one scrolls by itself, below its head."""
    return "lab-table lab-scroll lab-tall" if rows > MOST_ROWS else "lab-table"


def swatch(colour: str) -> str:
    """A small square in an arm's colour."""
    return f'<span class="lab-swatch" style="background:{colour}"></span>'


def network_picture(layers: Sequence[NetworkLayer], module_title: str, colour: str = TRUTH) -> str:
    """The layers of a network in order, with shapes and parameters; modules framed in `colour`."""
    boxes = [_layer(layer, module_title, colour) for layer in layers]
    arrow = '<div class="lab-arrow">→</div>'
    return f'{_NETWORK_STYLE}<div class="lab-network">{arrow.join(boxes)}</div>'


def _layer(layer: NetworkLayer, module_title: str, colour: str) -> str:
    name = module_title if layer.module else LAYER_WORDS.get(layer.type, layer.type)
    if layer.name == "logits":
        name = "Answer"
    shape = _sides(layer.shape)
    count = layer.parameters
    parameters = f"{count:,} parameters" if count else "no parameters"
    style = (
        f' style="border-color:{colour};background:color-mix(in srgb,{colour} 14%,transparent)"'
        if layer.module
        else ""
    )
    kind = "lab-layer lab-module" if layer.module else "lab-layer"
    return (
        f'<div class="{kind}"{style}><b>{escape(name)}</b><span>{shape}</span>'
        f"<span>{parameters}</span></div>"
    )


def flow_picture(given: Input, shape: Given, flow: Sequence[Step]) -> str:
    """What happens to an input of this shape, step by step; the attention weights are framed.

    Lanes stand below each other: they begin with the same input, and go into the same step.
    """
    shapes = [_shape_text(each) for each in each_shape(shape)]
    first = [
        _box(letter, [name, shape_text])
        for (letter, name), shape_text in zip(given.parts.items(), shapes, strict=True)
    ]
    arrow = '<div class="lab-arrow">→</div>'
    joined = '<div class="lab-arrow">and</div>'
    return (
        f'{_NETWORK_STYLE}<div class="lab-network" data-testid="flow">'
        f"{arrow.join([joined.join(first), *_boxes(flow)])}</div>"
    )


def _boxes(flow: Sequence[Step]) -> list[str]:
    """The steps one after the other; of those on lanes, all lanes as one."""
    found: list[str] = []
    for on_lanes, run in itertools.groupby(flow, lambda step: bool(step.lane)):
        steps = list(run)
        found += [_lanes(steps)] if on_lanes else map(_step, steps)
    return found


def _lanes(flow: Sequence[Step]) -> str:
    lanes: dict[str, list[Step]] = {}
    for step in flow:
        name, _, inner = step.lane.partition("/")
        lanes.setdefault(name, []).append(replace(step, lane=inner))
    arrow = '<div class="lab-arrow">→</div>'
    rows = (f'<div class="lab-lane">{arrow.join(_boxes(lane))}</div>' for lane in lanes.values())
    return f'<div class="lab-lanes">{"".join(rows)}</div>'


def _step(step: Step) -> str:
    lines = [_shape_text(step.shape)]
    if step.parameters:
        lines.append(f"{step.parameters:,} {noun(step.parameters, 'parameter')}")
    return _box(step.operation, lines, ["the weights"] if step.weighs else [])


def _box(head: str, lines: Sequence[str], marks: Sequence[str] = ()) -> str:
    colour = ATTENTION
    style = f' style="border-color:{colour};background:color-mix(in srgb,{colour} 14%,transparent)"'
    spans = "".join(f"<span>{escape(line)}</span>" for line in lines)
    notes = "".join(f"<em>{escape(mark)}</em>" for mark in marks)
    kind = "lab-layer lab-module" if marks else "lab-layer"
    return f'<div class="{kind}"{style if marks else ""}><b>{escape(head)}</b>{spans}{notes}</div>'


def _shape_text(shape: Shape) -> str:
    return counted(shape[0], "number") if len(shape) == 1 else _sides(shape)


def _sides(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
