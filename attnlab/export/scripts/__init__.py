"""Keras scripts that train one run of a study without attnlab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attnlab import workers
from attnlab.spec import Study

Style = Literal["functional", "sequential", "subclassing"]
COMPOSE = "attnlab.export.scripts.compose:compose"


def script(
    study: Study,
    arm: str,
    seed: int,
    style: Style = "functional",
    *,
    expected: Mapping[str, float] | None = None,
) -> str:
    """The source of a stand-alone Keras script that repeats one run: this arm at this seed.

    It makes the same data, network and start, trains with the same batches and settings, and prints
    a line an epoch, then what the test samples give: that of the run but for rounding. `style` is
    how the network is written; `expected` are numbers of the run, named in the header. Raises
    ExportError for an unknown arm, seed or style, a network that is no chain in the sequential
    style, and what no script can be written for; ImageSetError for images that are not there.

    A worker process builds the network: see `attnlab.workers.call`.
    """
    composed: str = workers.call(COMPOSE, study, arm, seed, style, expected)
    return composed
