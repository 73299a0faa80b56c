"""Write the series that the task `own-series` shows unless told otherwise: pulses in noise.

    python -m tools.pulses

Each series has 10 to 18 steps of two channels of noise. Somewhere in it both rise and fall together
for three steps ("bump"), or the second falls where the first rises ("dip"): the classes. The column
"matters" says where. One value in fifty is missing.
"""

from __future__ import annotations

import numpy as np

from attnlab.resources import PULSES

COUNT, FEWEST, MOST, WIDTH = 160, 10, 18, 3
SHAPE = np.array([1.5, 3.0, 1.5])


def main() -> None:
    """Write the file; always the same."""
    random = np.random.default_rng(0)
    lines = ["series,step,left,right,matters,kind"]
    for number in range(COUNT):
        length = int(random.integers(FEWEST, MOST + 1))
        values = random.normal(0, 0.7, (length, 2))
        first = int(random.integers(0, length - WIDTH + 1))
        kind = ("bump", "dip")[number % 2]
        values[first : first + WIDTH, 0] += SHAPE
        values[first : first + WIDTH, 1] += SHAPE if kind == "bump" else -SHAPE
        for step, (left, right) in enumerate(values):
            cells = [f"{left:.2f}", f"{right:.2f}"]
            if random.random() < 0.02:
                cells[int(random.integers(2))] = ""
            matters = int(first <= step < first + WIDTH)
            lines.append(f"s{number:03d},{step},{cells[0]},{cells[1]},{matters},{kind}")
    PULSES.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
