"""One input: looked at and made into arrays, and what came of it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import attnlab.catalog  # noqa: F401  (declares the tasks)
from attnlab.capsules import CapsuleError
from attnlab.spec import REGISTRY, SpecError, TaskSpec, load
from attnlab.tasks.data import arrays_in, make
from benchmarks.damaged_data import plans
from benchmarks.damaged_data.inputs import Input

MOST_QUOTED = 200
"""Characters of what was given that a message quotes."""

LONGEST_TOLD = 2_000
"""Characters of a message that a person reads to its end."""


@dataclass
class Counts:
    """What came of the inputs of a kind; `broken` names those that broke a promise, and how."""

    tried: int = 0
    used: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def tried(drawn: Input, folder: Path, counts: Counts, elsewhere: bool = False) -> None:
    """Write the input, look at it, and count what came of it; what is broken is kept.

    What is large is written `elsewhere`, in a process whose memory does not count.
    """
    number = counts.tried
    counts.tried += 1
    place = folder / f"{drawn.name.replace('/', '_')} {number}"
    place.mkdir()
    path = _written(drawn, place) if elsewhere else drawn.write(place)
    before, began = _files(folder), time.process_time()
    try:
        told = outcome(path, drawn.given)
    except Exception:
        counts.broken.append(f"{path}: {traceback.format_exc(limit=-3)}")
        return
    counts.slowest = max(counts.slowest, time.process_time() - began)
    if told:
        counts.refused += 1
    else:
        counts.used += 1
    if wrong := _told_badly(told):
        counts.broken.append(f"{path}: {wrong}: {told[:300]!r}")
    elif written := _files(folder) - before:
        counts.broken.append(f"{path}: wrote {sorted(written)[:3]}")
    else:
        shutil.rmtree(place)


def _written(drawn: Input, place: Path) -> Path:
    process = multiprocessing.get_context("fork").Process(target=drawn.write, args=(place,))
    process.start()
    process.join()
    [path] = place.iterdir()
    return path


def outcome(path: Path, given: Mapping[str, str]) -> str:
    """What a person is told who cannot use the data at this path; "" where they can."""
    if "as" in given:
        try:
            plans.READERS[given["as"]](path)
        except (SpecError, CapsuleError) as error:
            return str(error) or "nothing"
        return ""
    try:
        name = given.get("task") or REGISTRY.task_for(str(path), given)[0]
        own = REGISTRY.task(name).own_data
        assert own is not None
        settings = {key: value for key, value in given.items() if key != "task"}
        task = TaskSpec.model_validate({"name": name, **own(str(path)), **settings})
        load(task.entry.inspect)(task.params)
        data = make(task, 0)
    except SpecError as error:
        return str(error) or "nothing"
    for split in (data.train, data.validation, data.test):
        for array in (*arrays_in(split.x), *arrays_in(split.y)):
            assert np.isfinite(array).all()
    return ""


def _told_badly(told: str) -> str:
    if len(told) > LONGEST_TOLD:
        return f"a message of {len(told)} characters"
    if told.count(plans.LONG[0]) > MOST_QUOTED:
        return f"a message that quotes {told.count(plans.LONG[0])} characters"
    if "\n" in told or any(ord(char) < 32 for char in told):
        return "a message with control characters"
    return ""


def _files(folder: Path) -> set[str]:
    """What there is in and beside the folder, but for the home."""
    inside = {
        os.path.join(at, name)
        for at, _, names in os.walk(folder)
        if not at.startswith(str(folder / "home"))
        for name in names
    }
    return inside | {str(each) for each in folder.parent.iterdir() if each.suffix in _ENDINGS}


_ENDINGS = (".png", ".txt", ".csv", ".pwned")
"""Of files that hostile archives would write beside the folder."""
