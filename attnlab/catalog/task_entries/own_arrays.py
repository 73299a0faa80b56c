"""The task on images that come as arrays in an .npz file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import field_validator

from attnlab import imports
from attnlab.catalog.task_entries.networks import CNNParameters, slot_widths
from attnlab.catalog.task_entries.own_counts import ClassCounts, guessing, sizes_of
from attnlab.catalog.task_entries.places import place_slots
from attnlab.catalog.task_entries.shared import LabelParameters, array_bytes, share_field
from attnlab.data.named import has_kind, is_name, located, named, path_of, place_of
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.tables import TableError
from attnlab.spec import SplitSizes, TaskEntry, choice, text

if TYPE_CHECKING:
    from attnlab.data.labelled_images import LabelledImages

EXAMPLE = "sklearn:digits"


class OwnArraysParameters(LabelParameters, CNNParameters):
    """Images and their labels in an .npz file.

    Making a study reads nothing, so a study whose file is gone can still be opened. What only the
    file tells (classes, shape, chance level, size) is read when it is asked for.
    """

    data: str = text(
        "",
        title="Arrays",
        longest=LONGEST_PATH,
        help="An .npz file of images x (samples, height, width, channels) and labels y; or a data "
        "set by name, such as keras:mnist. Empty for an example, scanned digits.",
    )
    share: float = share_field("images")
    truth: bool = choice(
        False,
        title="Attention has a truth",
        advanced=True,
        help="Whether the array truth in the file says where attention should look.",
    )

    @field_validator("data")
    @classmethod
    def _from_anywhere(cls, data: str) -> str:
        """The path as a person means it, absolute: it holds from every folder; or a name."""
        return named(data)[0] if is_name(data) else absolute(data, LONGEST_PATH)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image; raises TableError if the file cannot be read."""
        return images_of(self).shape

    @property
    def classes(self) -> int:
        """How many classes there are; raises TableError if the file cannot be read."""
        return len(images_of(self).classes)


def arrays_place(params: OwnArraysParameters) -> Path:
    """Where the file is, or will be once it is made or fetched."""
    given = params.data or EXAMPLE
    return path_of(given) if is_name(given) else Path(given)


def arrays_path(params: OwnArraysParameters) -> Path:
    """Where the file is, made or fetched where it is one by name; raises TableError if that
    fails."""
    module: Any = imports.module("attnlab.data.arrays")
    given, place = params.data or EXAMPLE, arrays_place(params)
    return located(given) if is_name(given) and not module.is_brought(place) else place


def images_of(params: OwnArraysParameters) -> LabelledImages:
    """The images and their classes; raises TableError if they cannot be used."""
    module: Any = imports.module("attnlab.data.labelled_images")
    images: LabelledImages = module.images_at(arrays_path(params), params.share)
    return images


def _counts(params: OwnArraysParameters) -> ClassCounts:
    """How many images of each class the three splits get."""
    return {split: list(map(int, of)) for split, of in images_of(params).counts.items()}


def _class_names(params: OwnArraysParameters) -> tuple[str, ...]:
    try:
        return images_of(params).classes
    except TableError:
        return ()


def _split_sizes(params: OwnArraysParameters) -> SplitSizes | None:
    """None if the file cannot be read."""
    try:
        counts, images = _counts(params), images_of(params)
    except TableError:
        return None
    return sizes_of(counts, params.imbalance, images.drawn_anew)


def _nbytes(params: OwnArraysParameters) -> int:
    """The bytes of the three splits, and of the arrays as they are in the file."""
    images = images_of(params)
    if params.truth:
        images.check_truth()  # what is wrong with it is told early
    return array_bytes(len(images.y), math.prod(images.shape)) + images.x.nbytes


def _takes(path: str) -> bool:
    """Whether it is named like an .npz file, or is a data set of images by its name."""
    if is_name(path):
        return has_kind(path, "images")
    return pasted_path(path).suffix.lower() == ".npz"


def _recognises(path: str, given: Mapping[str, Any]) -> bool:
    """Whether the samples are images: with channels, or square, or bytes."""
    if is_name(path):
        return True
    module: Any = imports.module("attnlab.data.arrays")
    try:
        return bool(module.are_images(place_of(path)))
    except TableError:  # the last task says what is wrong with it
        return False


def _suggested(path: str) -> dict[str, bool]:
    """That there is a truth, as a parameter, if the file has one."""
    module: Any = imports.module("attnlab.data.arrays")
    try:
        truth = not is_name(path) and module.has_truth(place_of(path))
    except TableError:  # what is wrong with the file is told when it is read
        truth = False
    return {"truth": True} if truth else {}


FROM_ARRAYS = (
    TaskEntry(
        name="own-arrays",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your images, as arrays",
        slot="image",
        params=OwnArraysParameters,
        data="attnlab.tasks.own_arrays:own_arrays",
        example="attnlab.tasks.own_arrays:own_arrays_example",
        carried="attnlab.tasks.own_arrays:carried_arrays",
        takes=_takes,
        recognises=_recognises,
        inspect="attnlab.tasks.own_arrays:inspected_arrays",
        own_data=lambda path: {"data": path},
        suggested=_suggested,
        path="data",
        fingerprint="attnlab.tasks.own_arrays:arrays_fingerprint",
        backbone="attnlab.backbones.images:array_network",
        slot_sizes=lambda params: place_slots(params) if params.truth else slot_widths(params),
        chance=guessing(_counts),
        class_names=_class_names,
        nbytes=_nbytes,
        truth_axis="place",
        has_truth=lambda params: params.truth,
        truth_words="the place that matters",
        arms=("none", "se:ratio=4", "cbam:batch_norm=true,ratio=4"),
        summary="Your own images, as arrays in an .npz file, or a data set by name.",
        training={"epochs": 15, "batch_size": 32, "learning_rate": 2e-3},
    ),
)
