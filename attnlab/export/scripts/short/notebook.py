"""A notebook, written down as Jupyter keeps them (nbformat 4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def notebook_of(about: str, sections: Sequence[tuple[str, str]]) -> str:
    """The JSON of a notebook: what it is about, then each section's title and code in a cell."""
    cells = [_cell(0, "markdown", about)]
    for title, code in sections:
        cells.append(_cell(len(cells), "markdown", f"## {title}"))
        cells.append(_cell(len(cells), "code", code))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell
