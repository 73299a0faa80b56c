"""What was found when a file with tasks was checked, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attnlab.own_modules.report import Report
from attnlab.spec import OwnTask
from attnlab.spec.own import Own


@dataclass(frozen=True)
class TaskReport(Report):
    """A file that was read: its tasks (`modules`), or the `problem` that it could not be read
    for."""

    def own(self, declared: Mapping[str, Any]) -> Own:
        """What is declared so in such a file."""
        return OwnTask(self.source, declared)
