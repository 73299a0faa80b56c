"""Ray's driver, beyond its public names."""

from __future__ import annotations

import logging
from typing import Any

import ray._private.services as services
import ray._private.worker as worker
from ray.util.client import ray as client

log = logging.getLogger(__name__)


def keep_off_standard_output() -> None:
    """Let Ray log what it would print into this process: that a node died, and its last lines.

    It prints that to standard output, between the results and JSON of a command, whatever
    `log_to_driver` says. There is no option against it.
    """
    worker.print_to_stdstream = _log


def address_of_this_machine() -> str | None:
    """What Ray's address "auto" stands for on this machine; None where no Ray runs.

    Ray reads it from a file, which a killed Ray leaves behind. `ray.init` then tries for minutes
    to reach what has gone; whoever has the address can first see whether anybody listens.
    """
    try:
        address: str = services.get_ray_address_from_environment("auto", None)
    except ConnectionError:
        return None
    return address


def is_client() -> bool:
    """Whether this process is connected by ray://, and so cannot read what a task yields."""
    connected: bool = client.is_connected()
    return connected


def _log(data: dict[str, Any], ignore_prefix: bool) -> None:
    log.info("Ray says: %s", "\n".join(data["lines"]))
