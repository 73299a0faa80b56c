"""What trains here, as a name: the same name gives the same bits again. Imports no TensorFlow."""

from __future__ import annotations

import os
import platform
from functools import lru_cache
from pathlib import Path

from attnlab.spec import SpecError
from attnlab.workers.choosing import THREADS_VARIABLE, WhoTrains, chosen_cluster
from attnlab.workers.devices import devices
from attnlab.workers.versions import version_of, versions

PACKAGES = ("babel", "pillow", "scikit-learn", "scipy")
"""What data are made with, beside what `versions` names."""

SETTINGS = (THREADS_VARIABLE, "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTEROP_THREADS", "XLA_FLAGS")
"""Variables of TensorFlow's own that can change the last bits."""

CPUS = Path("/proc/cpuinfo")
"""Where Linux says which processor there is."""


def program(wanted: WhoTrains = None) -> str | None:
    """Versions, code, processor and settings in one line; None where the same bits are not certain.

    That is so on a cluster, whose machines may differ, and where there are GPUs, whose sums come in
    any order. Networks that take several threads are another such case, which only the engine
    knows. `wanted` as in `workers_for`.
    """
    try:
        elsewhere = chosen_cluster(wanted) is not None
    except SpecError:  # an address that is none, as whoever trains will say
        return None
    if elsewhere or devices():
        return None
    parts = [*versions().items(), *_packages(), ("processor", _processor())]
    parts += [(name, os.environ[name]) for name in SETTINGS if name in os.environ]
    return "; ".join(f"{name} {value}" for name, value in parts)


@lru_cache(maxsize=1)
def _packages() -> list[tuple[str, str]]:
    return [(name, version_of(name)) for name in PACKAGES]


@lru_cache(maxsize=1)
def _processor() -> str:
    """The processor's kind and model: libraries choose their code by it."""
    model = platform.processor()
    if CPUS.is_file():
        lines = CPUS.read_text(encoding="utf-8", errors="replace").splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    return f"{platform.machine()} {model}".strip()
