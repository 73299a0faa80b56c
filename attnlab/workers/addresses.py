"""Where a Ray cluster is, as an option, an argument or the environment says. Imports no Ray."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from attnlab.spec import SpecError
from attnlab.workers.work import WorkersError

CLUSTER_VARIABLE = "ATTNLAB_CLUSTER"
GPUS_VARIABLE = "ATTNLAB_CLUSTER_GPUS"
AUTO = "auto"

_ADDRESS = re.compile(r"(ray://)?[^\s/:@]+:\d{1,5}")


class ClusterError(WorkersError):
    """Raised when a cluster cannot train, or not any more; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """A Ray cluster, and what of it a group of seeds takes beside one processor.

    `address` is "auto" (the cluster that this machine belongs to), "HOST:PORT" (the same, by its
    head) or "ray://HOST:PORT" (from a machine that does not belong to it). `gpus` is a whole number
    of GPUs, or the share of one. Raises SpecError for anything else.
    """

    address: str
    gpus: float = 0.0

    def __post_init__(self) -> None:
        if self.address != AUTO and not _ADDRESS.fullmatch(self.address):
            raise SpecError(
                f"expected {AUTO}, HOST:PORT or ray://HOST:PORT as the address of a cluster, got "
                f"{self.address!r}"
            )
        if self.gpus < 0 or (self.gpus > 1 and self.gpus != int(self.gpus)):
            raise SpecError(f"expected a number of GPUs or a share of one, got {self.gpus:g}")

    def __str__(self) -> str:
        return (
            "this machine's Ray cluster"
            if self.address == AUTO
            else f"the Ray cluster at {self.address}"
        )


def cluster_at(address: str) -> Cluster:
    """The cluster at this address; the variable ATTNLAB_CLUSTER_GPUS says what a group takes.

    Raises SpecError for what is no address, or no number of GPUs.
    """
    said = os.environ.get(GPUS_VARIABLE) or "0"
    try:
        gpus = float(said)
    except ValueError:
        raise SpecError(f"expected a number in {GPUS_VARIABLE}, got {said!r}") from None
    return Cluster(address.strip(), gpus)


def cluster_of_environment() -> Cluster | None:
    """The cluster that the variable ATTNLAB_CLUSTER names, if any. Raises SpecError."""
    address = os.environ.get(CLUSTER_VARIABLE)
    return cluster_at(address) if address else None
