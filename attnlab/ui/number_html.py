"""Arrays of numbers as small tables, each cell in a shade of its number, and formulas in a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np

from attnlab.charts import ATTENTION
from attnlab.inspection.worked import WorkedStep
from attnlab.wording import capitalised

POSITIVE, NEGATIVE = "#0072B2", "#D55E00"
MOST_ROWS, MOST_COLUMNS, MOST_SLICES = 10, 10, 4
"""So many are shown of an array; how many more there are is said."""

STYLE = """<style>
.lab-formulas.lab-formulas {list-style: none; margin: 0; padding: 0; font-size: 0.9rem}
.lab-formulas.lab-formulas li {margin: 0; padding: 4px 10px; line-height: 1.35;
  border-left: 3px solid transparent}
.lab-formulas li[aria-current] {border-color: currentColor; font-weight: 600;
  background: color-mix(in srgb, currentColor 8%, transparent)}
.lab-formulas code {font-size: 0.9rem; background: none; padding: 0; color: inherit}
.lab-formulas small, .lab-numbers small {display: block; opacity: 0.75; font-size: 0.82rem;
  font-weight: 400}
.lab-numbers h4 {margin: 0 0 8px; padding: 0; font-size: 1rem; font-weight: 600}
.lab-numbers figure {margin: 0 0 14px; overflow-x: auto}
.lab-numbers figcaption {font-size: 0.85rem; margin-bottom: 4px}
.lab-numbers .lab-slices {display: flex; flex-wrap: wrap; gap: 6px 16px}
.lab-numbers table {border-collapse: collapse; font-size: 0.82rem;
  font-variant-numeric: tabular-nums}
.lab-numbers td {padding: 3px 7px; text-align: right; min-width: 3.2em;
  border: 1px solid color-mix(in srgb, currentColor 15%, transparent)}
</style>"""


def formulas(steps: Sequence[WorkedStep], current: int) -> str:
    """All steps in order, each with its formula, the current one (from 1) marked."""
    rows = []
    for number, each in enumerate(steps, 1):
        marks = [
            *(["the attention weights"] if each.weighs else []),
            *(["what comes out"] if each.comes_out else []),
        ]
        more = f": {', '.join(marks)}" if marks else ""
        here = ' aria-current="step"' if number == current else ""
        rows.append(
            f"<li{here}><code>{escape(each.formula)}</code>"
            f"<small>{escape(capitalised(each.title) + more)}</small></li>"
        )
    return f'{STYLE}<ol class="lab-formulas">{"".join(rows)}</ol>'


def step(
    number: int,
    of: int,
    worked: WorkedStep,
    values: Mapping[str, np.ndarray],
    *,
    of_image: bool,
) -> str:
    """One step: what goes in by name, and what comes out; `values` are all that are known."""
    going_in = "".join(
        _figure(f"{name} goes in", values[name], of_image=of_image) for name in worked.takes
    )
    what = f"s{number} comes out"
    if worked.weighs:
        what += ", the attention weights"
    out = _figure(what, worked.value, of_image=of_image, colour=ATTENTION if worked.weighs else "")
    title = escape(f"Step {number} of {of}: {worked.title}")
    return f'{STYLE}<div class="lab-numbers"><h4>{title}</h4>{going_in}{out}</div>'


def _figure(caption: str, value: np.ndarray, *, of_image: bool, colour: str = "") -> str:
    sides = " × ".join(map(str, value.shape)) or "one number"
    slices, largest = list(_slices(value, of_image)), float(np.abs(value).max(initial=0))
    tables = [
        f"<div><small>{escape(name)}</small>{_table(each, largest, colour)}</div>"
        for name, each in slices[:MOST_SLICES]
    ]
    left = len(slices) - MOST_SLICES
    more = f"<small>and {left} more like these</small>" if left > 0 else ""
    return (
        f"<figure><figcaption>{escape(caption)} <small>{sides}</small></figcaption>"
        f'<div class="lab-slices">{"".join(tables)}</div>{more}</figure>'
    )


def _slices(value: np.ndarray, of_image: bool) -> Iterator[tuple[str, np.ndarray]]:
    """The tables (rows, columns) that an array is shown as, with what each is called."""
    if value.ndim <= 2:
        yield "", np.atleast_2d(value)
        return
    if of_image and value.ndim == 3:
        for channel in range(value.shape[-1]):
            yield f"channel {channel + 1}", value[..., channel]
        return
    rest = value.reshape(-1, *value.shape[-2:])
    for number, each in enumerate(rest, 1):
        yield f"{number} of {len(rest)}", each


def _table(value: np.ndarray, largest: float, colour: str) -> str:
    rows = "".join(
        f"<tr>{''.join(_cell(float(each), largest, colour) for each in row[:MOST_COLUMNS])}</tr>"
        for row in value[:MOST_ROWS]
    )
    left = {"down": value.shape[0] - MOST_ROWS, "across": value.shape[1] - MOST_COLUMNS}
    more = [f"{number} more {where}" for where, number in left.items() if number > 0]
    said = f"<small>and {', '.join(more)}</small>" if more else ""
    return f"<table>{rows}</table>{said}"


def _cell(value: float, largest: float, colour: str) -> str:
    shade = colour or (POSITIVE if value >= 0 else NEGATIVE)
    share = round(45 * abs(value) / largest) if largest > 0 else 0
    style = f"background:color-mix(in srgb,{shade} {share}%,transparent)"
    return f'<td style="{style}">{number_text(value)}</td>'


def number_text(value: float) -> str:
    """A number as a cell has it: "0.25", "−1.3", "12"; tiny ones as powers of ten."""
    if value and (abs(value) < 0.005 or abs(value) >= 10_000):
        text = f"{value:.0e}"
    else:
        text = f"{value:.2f}"
    return text.replace("-", "−")
