"""Ray's driver, beyond its public names."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


def keep_off_standard_output() -> None:
    """Let Ray log what it would print into this process: that a node died, and its last lines.

    It prints that to standard output, between the results and JSON of a command, whatever
    `log_to_driver` says. There is no option against it.
    """
    import ray._private.worker as worker

    worker.print_to_stdstream = _log


def _log(data: dict[str, Any], ignore_prefix: bool) -> None:
    log.info("Ray says: %s", "\n".join(data["lines"]))
