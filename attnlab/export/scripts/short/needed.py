"""What a short script imports, by the names that it uses."""

from __future__ import annotations

import ast

STANDARD = {
    "math": "import math",
    "re": "import re",
    "Counter": "from collections import Counter",
    "date": "from datetime import date",
    "Path": "from pathlib import Path",
}
OTHERS = {
    "keras": "import keras",
    "plt": "import matplotlib.pyplot as plt",
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "format_date": "from babel.dates import format_date",
    "gaussian_filter": "from scipy.ndimage import gaussian_filter",
    "load_breast_cancer": "from sklearn.datasets import load_breast_cancer",
    "load_wine": "from sklearn.datasets import load_wine",
    "load_iris": "from sklearn.datasets import load_iris",
    "load_diabetes": "from sklearn.datasets import load_diabetes",
    "load_digits": "from sklearn.datasets import load_digits",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "StandardScaler": "from sklearn.preprocessing import StandardScaler",
}
OF_KERAS = ("layers", "ops")


def import_lines(code: str) -> str:
    """The imports of a script with this code, the standard library first."""
    used = {each.id for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Name)}
    used.add("keras")
    standard = [line for name, line in STANDARD.items() if name in used]
    others = [line for name, line in OTHERS.items() if name in used]
    others.append(f"from keras import {', '.join(name for name in OF_KERAS if name in used)}")
    blocks = ["\n".join(sorted(lines, key=_order)) for lines in (standard, others) if lines]
    return "\n\n".join(blocks)


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line.split()[1]
