"""The files with tasks that this process has read: see `attnlab.own_modules.library`."""

from __future__ import annotations

from attnlab.own_modules.library import Library, LibraryKind
from attnlab.own_modules.reading import OwnFileKind
from attnlab.own_tasks import finding
from attnlab.own_tasks.report import TaskReport

OF_TASKS = OwnFileKind("attnlab.own_tasks.checking:checked", "own_tasks", TaskReport)

TASKS = Library(LibraryKind(finding.files, OF_TASKS))
"""The one of this process."""
