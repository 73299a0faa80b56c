"""Small tables and arrays of series."""

import numpy as np


def drawn(count=24, seed=0, longest=9):
    """A table of so many series with a row for every step, as text: a missing value here and there,
    a column of the patient (two series each), and the steps that matter."""
    random = np.random.default_rng(seed)
    lines = ["series,step,height,width,patient,day,matters,note,kind"]
    for number in range(count):
        length = int(random.integers(4, longest + 1))
        planted = int(random.integers(0, length))
        for step in range(length):
            height, width = random.normal(5, 2, 2) + 10 * (step == planted) * (number % 2)
            cells = [f"{height:.3f}", f"{width:.3f}"]
            if random.random() < 0.08:
                cells[0] = ""
            lines.append(
                f"r{number:02d},{step},{','.join(cells)},p{number // 2},{number},"
                f"{int(step == planted)},so,{'ab'[number % 2]}"
            )
    return "\n".join(lines) + "\n"


def arrays(count=20, steps=6, channels=2, seed=0):
    """The arrays of a .npz file: x, y, lengths, truth and the names of the channels."""
    random = np.random.default_rng(seed)
    lengths = random.integers(2, steps + 1, count)
    truth = np.zeros((count, steps), bool)
    truth[:, 0] = True
    return {
        "x": random.normal(size=(count, steps, channels)).astype(np.float32),
        "y": np.arange(count) % 2,
        "lengths": lengths,
        "truth": truth,
        "channels": np.array(["left", "right"][:channels]),
        "group": np.arange(count) // 2,
    }
