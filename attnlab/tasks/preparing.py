"""What has to be done before a task has data, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from attnlab.spec import TaskSpec, load

EACH_SECONDS = 0.1


@dataclass(frozen=True)
class Preparing:
    """The data of a task are being made ready; `text` says how far.

    What `lasts` is worth a line of its own, such as where the data are; all else is said until the
    next is.
    """

    text: str
    lasts: bool = False


def preparing(task: TaskSpec) -> Iterator[Preparing]:
    """Make the data of a task ready, where that takes long; closing it ends it.

    Afterwards each seed's data are soon made. Raises what reading the data raises.
    """
    if not task.entry.prepares:
        return
    said_at = -EACH_SECONDS
    steps: Iterator[Preparing] = load(task.entry.prepares)(task.params)
    for step in steps:
        now = time.monotonic()
        if step.lasts or now - said_at >= EACH_SECONDS:
            said_at = now
            yield step
