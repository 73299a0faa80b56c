"""The inspection of series."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import balanced_accuracy_score
from sklearn.tree import DecisionTreeClassifier

from attnlab.data.inspection import InspectedColumn, Inspection, Reason
from attnlab.data.series.options import SeriesOptions
from attnlab.data.series.prepared import PreparedSeries, prepared
from attnlab.data.series.reading import read_series
from attnlab.data.tables.findings import FEW, UNBALANCED
from attnlab.data.tables.splits import Rows

GIVES_AWAY = 0.9
"""The balanced accuracy from which the length of a series alone says too much of its class."""


def inspect_series(path: str | Path, options: SeriesOptions) -> Inspection:
    """What series a path holds and what will be done with them.

    Where each seed divides the series anew, the splits are those of one seed. Raises SeriesError
    and TableError for what cannot be used.
    """
    series = read_series(path, options)
    ready = prepared(series, options)
    rows = ready.divided(np.random.default_rng(0))
    counts = {split: ready.counts(chosen) for split, chosen in rows.items()}
    lengths = ready.series.lengths[ready.rows]
    spread = f"{lengths.min():,}" + (
        f" to {lengths.max():,}" if lengths.max() > lengths.min() else ""
    )
    return Inspection(
        kind="series",
        path=str(series.path),
        samples=len(ready.rows),
        classes=ready.classes,
        splits={
            split: dict(zip(ready.classes, map(int, of_split), strict=True))
            for split, of_split in counts.items()
        },
        columns=_columns(ready),
        left_out=tuple(Reason(what, why) for what, why in _left_out(ready).items()),
        warnings=tuple(_warnings(ready, rows, counts)),
        chance=float(counts["validation"].max() / counts["validation"].sum()),
        drawn_anew=ready.drawn_anew,
        called=("series", "series"),
        read_as={**series.read_as, "steps": spread},
    )


def _columns(ready: PreparedSeries) -> tuple[InspectedColumn, ...]:
    missing = (np.isnan(ready.values) & ready.valid[..., None]).sum(axis=(0, 1))
    columns = []
    for place, name in enumerate(ready.series.channels):
        treatment = "standardised by the steps of the training series"
        inputs: tuple[str, ...] = (name,)
        if place in ready.flagged:
            treatment += "; a missing value takes the one before, with an input that says so"
            inputs = (name, f"{name} is missing")
        columns.append(InspectedColumn(name, "number", treatment, inputs, int(missing[place])))
    return tuple(columns)


def _left_out(ready: PreparedSeries) -> dict[str, str]:
    left_out = dict(ready.series.left_out)
    if ready.cut:
        left_out[f"the later steps of {ready.cut:,} series"] = (
            f"only the first {ready.options.length} are in use (length)"
        )
    unused = len(ready.series.names) - len(ready.rows)
    if unused:
        left_out[f"{unused:,} series with no split"] = f"nothing in {ready.options.split_column}"
    return left_out


def _warnings(ready: PreparedSeries, rows: Rows, counts: dict[str, np.ndarray]) -> Iterator[str]:
    yield from _length_tells(ready)
    if (count := _on_both_sides(ready, rows)) > 0:
        held = len(rows["validation"]) + len(rows["test"])
        yield (
            f"{count:,} of {held:,} series held out are the same as a training one: remove "
            "duplicates, or divide by a group."
        )
    totals = sum(counts.values(), np.zeros(len(ready.classes), int))
    few = [f"{name} ({n})" for name, n in zip(ready.classes, totals, strict=True) if n < FEW]
    if few:
        yield f"{', '.join(few[:5])}: fewer than {FEW} series: gather more, or join classes."
    for split, of_split in counts.items():
        absent = [name for name, n in zip(ready.classes, of_split, strict=True) if not n]
        if absent:
            yield (
                f"{split} has no series of {', '.join(absent[:5])}: choose other splits, or leave "
                "the class out."
            )
    if totals.max() >= UNBALANCED * max(int(totals.min()), 1):
        most, least = int(totals.argmax()), int(totals.argmin())
        yield (
            f"{ready.classes[most]} has {totals[most]:,} series and {ready.classes[least]} "
            f"{totals[least]:,}: judge by balanced accuracy, for which guessing the commonest "
            "class does not pay."
        )
    if ready.cut:
        yield (
            f"{ready.cut:,} of {len(ready.rows):,} series are longer than {ready.options.length} "
            "steps and are cut there: raise length if what matters comes later."
        )
    yield from ready.series.notes


def _length_tells(ready: PreparedSeries) -> Iterator[str]:
    """A small decision tree learns from half of the series, by their length, and is tried on the
    other half."""
    order = np.random.default_rng(0).permutation(len(ready.rows))
    first, second = order[::2], order[1::2]
    if len(np.unique(ready.lengths)) == 1 or len(second) < 2 * len(ready.classes):
        return
    lengths = ready.lengths[:, None].astype(np.float32)
    tree = DecisionTreeClassifier(max_leaf_nodes=max(8, 2 * len(ready.classes)), random_state=0)
    answers = tree.fit(lengths[first], ready.target[first]).predict(lengths[second])
    if balanced_accuracy_score(ready.target[second], answers) >= GIVES_AWAY:
        yield (
            "the length of a series alone tells its class: cut all to the same length if it is "
            "known only after the fact."
        )


def _on_both_sides(ready: PreparedSeries, rows: Rows) -> int:
    hashes = np.array([hash(each.tobytes()) for each in ready.values])
    held = np.concatenate([rows["validation"], rows["test"]])
    return int(np.isin(hashes[held], hashes[rows["train"]]).sum())
