"""What was found when a file with tasks was checked, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from attnlab.own_modules.report import Report
from attnlab.spec import OwnModule, OwnTask


@dataclass(frozen=True)
class TaskReport(Report):
    """A file that was read: its tasks (`modules`), or the `problem` that it could not be read
    for."""

    kind: ClassVar[type[OwnModule | OwnTask]] = OwnTask
