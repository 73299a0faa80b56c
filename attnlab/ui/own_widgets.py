"""Two widgets that Streamlit lacks: features to be moved while one looks, and a pad to draw on.

Both send what they hold a moment after each change, not at its end as a slider does. They are
Streamlit components of a page of JavaScript each, without a frame, and work by keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from attnlab.charts import TRUTH
from attnlab.tasks.asking.drawing import PAD

PAUSE_MS = 120
"""What is moved or drawn is sent when nothing has changed for so long."""

_SENDER = """
function sender(send) {
  let timer = null
  return () => { clearTimeout(timer); timer = setTimeout(send, PAUSE_MS) }
}
""".replace("PAUSE_MS", str(PAUSE_MS))

_FEATURES_CSS = """
.features {display: flex; flex-wrap: wrap; gap: 2px 4px; color: var(--st-text-color);
  font-family: var(--st-font); font-size: 12px}
.features.named {display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr));
  gap: 2px 24px}
.features label {display: flex; flex-direction: column; align-items: center; width: 28px}
.features.named label {flex-direction: row; width: auto; gap: 8px}
.features.named .name {flex: 1; min-width: 0}
.features input {accent-color: var(--st-primary-color); margin: 0}
.features:not(.named) input {writing-mode: vertical-lr; direction: rtl; height: 110px; width: 20px}
.features.named input {width: 120px}
.features .value {font-variant-numeric: tabular-nums; min-width: 34px; text-align: center}
.features .planted {color: TRUTH; font-weight: 600}
.features .planted input {accent-color: TRUTH}
""".replace("TRUTH", TRUTH)

_FEATURES_JS = (
    _SENDER
    + """
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".features")
  if (root.dataset.token === data.token) return
  root.dataset.token = data.token
  root.textContent = ""
  root.classList.toggle("named", data.named)
  const inputs = []
  const later = sender(() => setStateValue("moved",
    { token: data.token, values: inputs.map((each) => Number(each.value)) }))
  data.features.forEach((feature) => {
    const label = document.createElement("label")
    const name = document.createElement("span")
    const value = document.createElement("span")
    const input = document.createElement("input")
    label.classList.toggle("planted", feature.planted)
    name.className = "name"
    name.textContent = feature.name
    value.className = "value"
    input.type = "range"
    input.min = feature.low
    input.max = feature.high
    input.step = 0.1
    input.value = feature.value
    input.setAttribute("aria-label", feature.title)
    const tell = () => { value.textContent = Number(input.value).toFixed(1) }
    input.addEventListener("input", () => { tell(); later() })
    tell()
    label.append(...(data.named ? [name, input, value] : [value, input, name]))
    root.append(label)
    inputs.push(input)
  })
}
"""
)

_PAD_CSS = """
.pad {font-family: var(--st-font); font-size: 13px; color: var(--st-text-color)}
.pad canvas {width: 224px; height: 224px; background: #000; border-radius: 8px; display: block;
  touch-action: none; cursor: crosshair; image-rendering: pixelated;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent)}
.pad canvas:focus-visible {outline: 3px solid var(--st-primary-color); outline-offset: 2px}
.pad button {font: inherit; color: inherit; margin-top: 8px; padding: 4px 14px; cursor: pointer;
  background: none; border-radius: 8px;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent)}
"""

_PAD_JS = (
    _SENDER
    + """
export default function ({ data, parentElement, setStateValue }) {
  const canvas = parentElement.querySelector("canvas")
  if (canvas.dataset.ready) return
  canvas.dataset.ready = "yes"
  const size = data.size
  canvas.width = canvas.height = size
  const paper = canvas.getContext("2d")
  const ink = new Uint8Array(size * size)
  let at = [size / 2, size / 2], before = null, cursor = false
  const show = () => {
    const image = paper.createImageData(size, size)
    ink.forEach((value, place) => {
      image.data.set([value, value, value, 255], 4 * place)
    })
    if (cursor) {
      const place = Math.floor(at[1]) * size + Math.floor(at[0])
      image.data.set([230, 120, 0, 255], 4 * place)
    }
    paper.putImageData(image, 0, 0)
  }
  const later = sender(() => setStateValue("ink",
    Array.from(ink, (value) => value.toString(16).padStart(2, "0")).join("")))
  const dab = (x, y) => {
    const wide = size / 18
    for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) {
      const away = Math.hypot(column + 0.5 - x, row + 0.5 - y) - wide
      const value = Math.round(255 * Math.min(1, Math.max(0, 1 - away)))
      const place = row * size + column
      ink[place] = Math.max(ink[place], value)
    }
  }
  const line = (from, to) => {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])))
    for (let step = 0; step <= steps; step++) {
      const share = step / steps
      dab(from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]))
    }
    show()
    later()
  }
  const point = (event) => {
    const box = canvas.getBoundingClientRect()
    const along = (at, from, whole) => (at - from) / whole * size
    return [along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height)]
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId)
    before = point(event)
    line(before, before)
  })
  canvas.addEventListener("pointermove", (event) => {
    if (before === null) return
    const now = point(event)
    line(before, now)
    before = now
  })
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, () => { before = null })
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
  canvas.addEventListener("keydown", (event) => {
    const move = moves[event.key]
    if (move) {
      event.preventDefault()
      const from = [...at]
      at = at.map((value, axis) => Math.min(size - 1, Math.max(0, value + move[axis])))
      if (event.shiftKey) line(from, at)
      show()
    } else if (event.key === " ") {
      event.preventDefault()
      line(at, at)
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault()
      clear()
    }
  })
  canvas.addEventListener("focus", () => {
    cursor = canvas.matches(":focus-visible")
    show()
  })
  canvas.addEventListener("blur", () => { cursor = false; show() })
  const clear = () => {
    ink.fill(0)
    show()
    setStateValue("ink", "")
  }
  parentElement.querySelector("button").addEventListener("click", clear)
  show()
}
"""
)

_features = st.components.v2.component(
    "attnlab_features", html='<div class="features"></div>', css=_FEATURES_CSS, js=_FEATURES_JS
)
_pad = st.components.v2.component(
    "attnlab_pad",
    html="""<div class="pad"><canvas tabindex="0" role="img"
aria-label="A pad to draw a digit on. Arrow keys move, with Shift they draw, Space makes a dot,
Delete clears."></canvas><button type="button">Clear</button></div>""",
    css=_PAD_CSS,
    js=_PAD_JS,
)


class Feature(NamedTuple):
    """A feature to be moved from `value`, between `low` and `high`."""

    name: str
    value: float
    low: float
    high: float
    planted: bool = False


def moved(features: Sequence[Feature], named: bool, token: str, key: str) -> tuple[float, ...]:
    """A slider for each feature; gives where they stand, nothing before one was moved.

    With another `token` they begin anew.
    """
    shown = [
        {
            "name": each.name,
            "title": f"{each.name}, planted" if each.planted else each.name,
            "value": round(each.value, 1),
            "low": each.low,
            "high": each.high,
            "planted": each.planted,
        }
        for each in features
    ]
    found = _features(
        data={"features": shown, "named": named, "token": token},
        key=key,
        on_moved_change=_nothing,
    )
    return _values(found.get("moved"), token, len(features))


def _values(sent: Any, token: str, count: int) -> tuple[float, ...]:
    """The numbers that a browser sent, where they are as many and for these features."""
    if not isinstance(sent, dict) or sent.get("token") != token:
        return ()
    values = sent.get("values")
    if not isinstance(values, list) or len(values) != count:
        return ()
    return tuple(float(each) for each in values if isinstance(each, (int, float)))


def drawn(key: str) -> np.ndarray | None:
    """A pad to draw on; gives the ink (H, W) in 0..1, None where there is none."""
    found = _pad(data={"size": PAD}, key=key, on_ink_change=_nothing)
    return ink_in(found.get("ink"))


def ink_in(sent: Any) -> np.ndarray | None:
    """The ink that a browser sent: two hexadecimal digits a pixel; None for anything else."""
    if not isinstance(sent, str) or len(sent) != 2 * PAD * PAD:
        return None
    try:
        grey = np.frombuffer(bytes.fromhex(sent), np.uint8)
    except ValueError:
        return None
    return grey.reshape(PAD, PAD).astype(np.float32) / 255


def _nothing() -> None:
    """A component tells of a state only if somebody wants to hear of its changes."""
