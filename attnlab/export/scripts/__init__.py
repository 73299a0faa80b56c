"""Keras scripts that train one run of a study without attnlab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attnlab import workers
from attnlab.spec import Study

Style = Literal["functional", "sequential", "subclassing"]
COMPOSE = "attnlab.export.scripts.compose:compose"
SHORT = "attnlab.export.scripts.short.compose:compose"
NOTEBOOK = "attnlab.export.scripts.short.compose:notebook"


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


def tutorial(study: Study, arm: str, seed: int, style: Style = "functional") -> str:
    """The source of a short Keras script for one arm, as a tutorial would print it.

    It makes data like the task's, the layer for its settings, the network, trains it and draws the
    curves and the attention with matplotlib. Its numbers are close to those of the study, within
    what seeds vary, and not the same: `script` repeats a run. Raises ExportError as `script` does,
    and for a task whose data take more than a few lines.

    A worker process builds the network: see `attnlab.workers.call`.
    """
    composed: str = workers.call(SHORT, study, arm, seed, style)
    return composed


def notebook(study: Study, arm: str, seed: int, style: Style = "functional") -> str:
    """What `tutorial` gives as a Jupyter notebook: the JSON of nbformat 4. Raises ExportError."""
    composed: str = workers.call(NOTEBOOK, study, arm, seed, style)
    return composed
