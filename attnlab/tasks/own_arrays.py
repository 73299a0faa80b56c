"""The task on images from an .npz file (N, H, W, C)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from attnlab.catalog.task_entries.own_arrays import (
    OwnArraysParameters,
    arrays_path,
    arrays_place,
    images_of,
)
from attnlab.data.arrays import ArraySet, bring_arrays, read_arrays
from attnlab.data.fingerprint import Fingerprint, of_contents
from attnlab.data.inspection import Inspection
from attnlab.data.labelled_images import images_at, inspect_labelled
from attnlab.data.tables.splits import SPLITS
from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, one_array
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "own-arrays"


def own_arrays(params: OwnArraysParameters, seed: int) -> TaskData:
    """The images of an .npz file (N, H, W, 1 or 3) in 0..1; raises TableError."""
    return arrays_at(arrays_path(params), params, seed)


def arrays_at(path: Path, params: OwnArraysParameters, seed: int) -> TaskData:
    """The images at this path (N, H, W, 1 or 3) in 0..1, and their classes.

    Splits of the file are taken as they are. The seed cuts out those that it does not have, class
    by class, and decides the order within each. Imbalance leaves out training samples.
    """
    images = images_at(path, params.share)
    rows = images.divided(generator(seed, NAME, "split"))
    train, validation, test = (
        Split(images.pixels(rows[name], rows["train"]), images.y[rows[name]]) for name in SPLITS
    )
    data = TaskData(train, validation, test, classes=len(images.classes))
    if params.truth:
        truth = images.check_truth()
        probes = rows["validation"][:PROBE_SAMPLES]
        of_probes = truth[probes] if truth.ndim == 3 else np.repeat(truth[None], len(probes), 0)
        data = replace(data, truth=of_probes)
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def own_arrays_example(params: OwnArraysParameters, data: TaskData, number: int) -> Example:
    """The image as the network gets it, and the name of its class."""
    image = one_array(data.validation.x)[number]
    if image.shape[-1] == 1:
        image = image[..., 0]
    answer = one_array(data.validation.y)[number]
    return Example("image", image, images_of(params).classes[answer], truth_of(data, number))


@dataclass(frozen=True)
class CarriedArrays:
    """Arrays as read on one machine, for the tasks on others."""

    params: OwnArraysParameters
    arrays: ArraySet

    @property
    def key(self) -> str:
        """The path, and which state of the file was read."""
        return f"{arrays_place(self.params)} {self.arrays.stamp}"

    def install(self) -> None:
        """Let tasks find the arrays here instead of at their path."""
        bring_arrays(arrays_place(self.params), self.arrays)

    def remove(self) -> None:
        """Let them look at the path again."""
        bring_arrays(arrays_place(self.params), None)


def carried_arrays(params: OwnArraysParameters) -> CarriedArrays | None:
    """The arrays, to be sent to other machines; None for the example, which scikit-learn has.
    Raises TableError."""
    if not params.data:
        return None
    return CarriedArrays(params, read_arrays(arrays_path(params)))


def arrays_fingerprint(params: OwnArraysParameters) -> Fingerprint | None:
    """The state of the file, whatever it is called; None for images that scikit-learn has. Raises
    TableError."""
    if not params.data or params.data.startswith("sklearn:"):
        return None
    path = arrays_path(params)
    read_arrays(path)  # which says what is wrong with a file that cannot be used
    return of_contents([("arrays", path.read_bytes())])


def inspected_arrays(params: OwnArraysParameters) -> Inspection:
    """What the file holds, by the splits that a seed gets. Raises TableError."""
    return inspect_labelled(images_of(params))
