"""Keras scripts that train one run of a study without attnlab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attnlab.imports import importing
from attnlab.spec import Study
from attnlab.training import keras_settings

Style = Literal["functional", "sequential", "subclassing"]


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

    The first call brings TensorFlow along.
    """
    with keras_settings.needed():
        with importing("attnlab.export.scripts.compose"):
            from attnlab.export.scripts.compose import compose

        return compose(study, arm, seed, style, expected)
