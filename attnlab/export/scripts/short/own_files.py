"""What short scripts on files of one's own share: reading a table, and dividing samples."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from attnlab.data.tables.delimited import DELIMITERS
from attnlab.data.tables.splits import SPLITS
from attnlab.data.tables.table import Table
from attnlab.export.files import ExportError
from attnlab.export.scripts.literals import INDENT, WIDTH, literal
from attnlab.export.scripts.short.refusing import refused


def reading_line(table: Table) -> str:
    """The call that reads a table with pandas; raises ExportError for one of arrays."""
    path, read_as = literal(str(table.path)), table.read_as
    match read_as["format"]:
        case "Parquet":
            return called("table = pd.read_parquet", [path])
        case "Excel":
            return called("table = pd.read_excel", [path, literal(read_as["sheet"])])
        case "NumPy":
            raise refused("a table of arrays takes more than a few lines")
    arguments = [path]
    marks = {what: mark for mark, what in DELIMITERS.items()}
    if (mark := marks[read_as["delimiter"]]) != ",":
        arguments.append(f"sep={literal(mark)}")
    if read_as["decimal mark"] == "comma":
        arguments.append('decimal=","')
    if not read_as["encoding"].lower().startswith(("utf-8", "ascii")):
        arguments.append(f"encoding={literal(read_as['encoding'])}")
    return called("table = pd.read_csv", arguments)


def called(head: str, arguments: Iterable[str]) -> str:
    """A call on one line, or on several where it is too long, with its end of line."""
    return filled(f"{head}(", arguments, ")")


def filled(head: str, items: Iterable[str], tail: str) -> str:
    """Items between brackets, as many on a line as it holds, with the end of the last line."""
    items = list(items)
    line = f"{head}{', '.join(items)}{tail}\n"
    if len(line) <= WIDTH + 1:
        return line
    rows = [INDENT]
    for item in items:
        if len(rows[-1]) + len(item) + 1 > WIDTH and rows[-1].strip():
            rows.append(INDENT)
        rows[-1] += f"{item}, "
    lines = [each.rstrip() for each in rows]
    lines = [f"{each}  # noqa: E501" if len(each) > WIDTH else each for each in lines]
    return "\n".join([head, *lines, tail]) + "\n"


def split_lines(
    split: str, given: Mapping[str, np.ndarray], sizes: Mapping[str, int], labels: str
) -> str:
    """The code that makes `train`, `val` and `test`, the numbers of rows.

    `split` is how a task divides its data, and `given` what a column says of it: only what a seed
    divides is a few lines. `sizes` are those of the splits; where `labels` names an array of
    classes, each class is divided alike.
    """
    if split != "stratified" or given:
        raise refused("splits that a column decides take more than a few lines")
    part = "" if not labels else f", stratify={labels}"
    rest = "" if not labels else f", stratify={labels}[rest]"
    of_test, of_validation = sizes["test"], sizes["validation"]
    return f"""# Other rows each to train on, to validate with and to test on.
rest, test = train_test_split(range(len(y)), test_size={of_test}{part}, random_state=SEED)
train, val = train_test_split(rest, test_size={of_validation}{rest}, random_state=SEED)
"""


def sizes_of(rows: Mapping[str, np.ndarray]) -> dict[str, int]:
    """How many samples the splits have."""
    return {split: len(rows[split]) for split in SPLITS}


def ran(code: str, what: str) -> dict[str, Any]:
    """The names that this code, which reads a file, defines.

    Raises ExportError where it fails: pandas reads the file otherwise than attnlab does.
    """
    names: dict[str, Any] = {"np": np, "pd": pd, "re": re, "Path": Path}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "data", "exec"), names)
        except Exception as error:
            raise read_otherwise(what) from error
    return names


def check_divides(splits: str, names: Mapping[str, Any], seed: int, what: str) -> None:
    """Raise ExportError where the code of `split_lines` fails on what `ran` found, at this seed:
    scikit-learn may leave a class fewer rows than it asks for."""
    code = compile(splits, "splits", "exec")
    try:
        exec(code, {**names, "SEED": seed, "train_test_split": train_test_split})
    except ValueError as error:
        raise refused(
            f"some classes of {what} have too few rows for scikit-learn to divide each alike"
        ) from error


def read_otherwise(what: str) -> ExportError:
    """The error for a file that a few lines do not read as attnlab does."""
    return refused(f"a few lines of pandas do not read {what} as attnlab does")
