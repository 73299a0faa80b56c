"""Small tables as text, and what is in one."""

import numpy as np

from attnlab.data.tables.columns import Dates, Numbers, Texts

FLOWERS = """\
petal,sepal,colour,picked,kind
1.5,0.2,red,2024-01-05,a
2.5,0.4,blue,2024-02-06,b
3.5,0.6,red,2024-03-07,a
4.5,0.8,green,2025-04-08,b
5.5,1.0,red,2025-05-09,a
6.5,1.2,blue,2025-06-10,b
7.5,1.4,red,2025-07-11,a
8.5,1.6,green,2025-08-12,b
"""


def written(path, content):
    """The path of a file with this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def values(column):
    """What a column holds, as a list; None where a value is missing."""
    if isinstance(column, Texts):
        return [None if code < 0 else column.texts[int(code)].as_py() for code in column.codes]
    if isinstance(column, Dates):
        return [None if np.isnat(value) else str(value)[:10] for value in column.values]
    assert isinstance(column, Numbers)
    return [None if np.isnan(value) else float(value) for value in column.values]


def drawn(rows, seed=0):
    """A table of two numbers, a category with a missing value in each, and a label, as text."""
    random = np.random.default_rng(seed)
    lines = ["id,width,height,shape,label"]
    for number in range(rows):
        width, height = random.normal(size=2)
        shape = random.choice(["round", "square", "flat"])
        cells = [f"r{number}", f"{width:.6f}", f"{height:.6f}", shape, f"c{number % 3}"]
        if number % 7 == 0:
            cells[1 + number % 3] = ""
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
