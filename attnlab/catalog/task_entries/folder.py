"""The task on the user's own images."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from attnlab.catalog.task_entries.image_counts import Counts, counts_within, divided
from attnlab.catalog.task_entries.networks import CNNParameters, slot_widths
from attnlab.catalog.task_entries.own_counts import guessing, sizes_of
from attnlab.catalog.task_entries.shared import LabelParameters, array_bytes, streamed_images
from attnlab.data.images import CATS_AND_DOGS, ImageSetError, Listing, listing
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.resources import DIGIT_IMAGES, MissingFileError, existing
from attnlab.spec import SplitSizes, Streamed, TaskEntry, choice, number, text

PRESETS = {"cats-and-dogs": CATS_AND_DOGS}

EastAsian = Literal["gbk", "big5", "shift-jis", "euc-kr"]
European = Literal["cp437", "cp850", "cp1252", "cp852", "cp1250", "cp866", "cp1251"]
"""Encodings of the names in an archive: `attnlab.data.images.encodings` has their codecs."""


class ImageFolderParameters(LabelParameters, CNNParameters):
    """A folder or zip archive with a subfolder of images for each class.

    Making a study reads nothing, so a study whose folder is gone can still be opened. `classes`
    and the task's chance level and size come from a listing of names, which is kept until the
    folder changes. If the folder cannot be read, the chance level is unknown (NaN), and the error
    is raised when memory is checked, before any training. The counts of the cats and dogs are known
    without the archive.
    """

    source: Literal["example", "folder", "cats-and-dogs"] = choice(
        "example",
        title="Images",
        help="A small example, a folder or zip archive of your own, or 3,000 photographs of cats "
        "and dogs, fetched once (65 MiB).",
    )
    path: str = text(
        "",
        title="Folder or zip archive",
        longest=LONGEST_PATH,
        only_if=("source", "folder"),
        help="Holds a subfolder of images for each class; perhaps in folders for training, "
        "validation and test, by any of their usual names.",
    )
    masks: str = text(
        "",
        title="Folder of masks",
        longest=LONGEST_PATH,
        only_if=("source", "folder"),
        help="If you know what matters in the images: masks with the names of the images, in "
        "folders of this name among them or beside them, or at this path. Attention is then "
        "measured against what is not black in them.",
    )
    size: int = number(
        32,
        low=8,
        high=256,
        title="Image size",
        choices=(8, 16, 32, 48, 64, 96, 128, 192, 256),
        help="Every image becomes a square of that many pixels each way.",
    )
    fit: Literal["stretch", "crop", "pad"] = choice(
        "stretch",
        title="Fit",
        help="How an image that is no square becomes one: stretched, its middle cropped, or padded "
        "with the background.",
    )
    colour: bool = choice(True, title="Colour", help="Whether to see colours, or only grey.")
    most: int = number(
        1000,
        low=3,
        high=10_000,
        title="Images a class",
        choices=(3, 10, 30, 100, 300, 1000, 3000, 10_000),
        advanced=True,
        help="At most so many of each class are read, in the order of their names; where there are "
        "folders for training and validation, from each of them.",
    )
    share: float = number(
        0.2,
        low=0.05,
        high=0.4,
        step=0.05,
        title="Share of validation",
        advanced=True,
        help="The share of images that is kept for validation, and as much for testing; where "
        "there is a folder for validation alone, its other half is for testing.",
    )

    background: Literal["white", "black", "grey", "none"] = choice(
        "white",
        title="Background",
        advanced=True,
        help="The colour on which images with transparency are laid, and of padding. None drops "
        "the transparency: the colours below it show, black for many drawings.",
    )
    folders: Literal["auto", "splits", "classes"] = choice(
        "auto",
        title="Folders",
        advanced=True,
        only_if=("source", "folder"),
        help="Whether the outermost folders are the splits (training, validation, test), which "
        "leaves out others beside them, or each is a class. Auto goes by their names, and asks for "
        "this choice where they do not tell.",
    )
    encoding: Literal["auto", "utf-8", EastAsian, European] = choice(
        "auto",
        title="Encoding of names",
        advanced=True,
        only_if=("source", "folder"),
        help="How the names in a zip archive are written that does not say so itself, as old "
        "Windows programs make them. Auto finds it out from all names together.",
    )

    @field_validator("path")
    @classmethod
    def _from_anywhere(cls, path: str) -> str:
        """The path as a person means it, absolute: it holds from every folder."""
        return absolute(path, LONGEST_PATH)

    @field_validator("masks")
    @classmethod
    def _named_or_anywhere(cls, masks: str) -> str:
        """The name of a folder as it is, which holds wherever the images are; a path absolute."""
        name = masks.strip().strip("\"'")
        is_path = name in (".", "..") or name.startswith("~") or "/" in name or "\\" in name
        return absolute(masks, LONGEST_PATH) if is_path else name

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        return self.size, self.size, 3 if self.colour else 1

    @property
    def classes(self) -> int:
        """How many classes there are; raises ImageSetError if they cannot be listed."""
        return len(image_counts(self)["train"])


def image_path(params: ImageFolderParameters) -> Path:
    """Where the images are, or will be after a download.

    Raises ImageSetError if no path is given, or if the images that come with attnlab are missing.
    """
    if params.source in PRESETS:
        return PRESETS[params.source].path
    if params.source == "folder" and not params.path:
        raise ImageSetError("path is missing: give a folder or zip archive of images")
    if params.source == "folder":
        return Path(params.path)
    try:
        return existing(DIGIT_IMAGES)  # real digits as small PNG files, to try the task with
    except MissingFileError as error:
        raise ImageSetError(str(error)) from error


def image_listing(params: ImageFolderParameters) -> Listing:
    """The names of the images; raises ImageSetError if they cannot be listed."""
    return listing(image_path(params), *how_listed(params))


def how_listed(params: ImageFolderParameters) -> tuple[str, str, str]:
    """What folders are, how names are encoded, and where the masks are."""
    masks = params.masks if has_masks(params) else ""
    return params.folders, params.encoding, masks


def has_masks(params: ImageFolderParameters) -> bool:
    """Whether masks of the images are named."""
    return params.source == "folder" and bool(params.masks)


def _download_notice(params: ImageFolderParameters) -> str:
    preset = PRESETS.get(params.source)
    if preset is None or preset.path.exists():
        return ""
    return "The archive is downloaded when a study with it is trained."


def image_counts(params: ImageFolderParameters) -> Counts:
    """How many images there are to read, by the splits of the folder or archive itself."""
    if params.source in PRESETS:
        counts = dict(PRESETS[params.source].counts)
    else:
        counts = image_listing(params).counts()
    return counts_within(counts, params.most)


def split_counts(params: ImageFolderParameters) -> Counts:
    """How many images of each class the three splits get."""
    return divided(image_counts(params), params.share)


def _class_names(params: ImageFolderParameters) -> tuple[str, ...]:
    """The names of the subfolders in their order; empty if the folder cannot be read."""
    if params.source in PRESETS:
        return PRESETS[params.source].classes
    try:
        return tuple(image_listing(params).classes)
    except ImageSetError:
        return ()


def _split_sizes(params: ImageFolderParameters) -> SplitSizes | None:
    """None if the folder cannot be read."""
    try:
        given = image_counts(params)
    except ImageSetError:
        return None
    counts = divided(given, params.share)
    return sizes_of(counts, params.imbalance, "validation" not in given)


def _nbytes(params: ImageFolderParameters) -> int:
    """The bytes of the three splits, and of the decoded pixels and masks, which are kept for other
    seeds."""
    samples = sum(map(sum, image_counts(params).values()))
    masks = samples * params.size**2 if has_masks(params) else 0
    return array_bytes(samples, math.prod(params.shape)) + samples * math.prod(params.shape) + masks


def streamed(params: ImageFolderParameters) -> Streamed | None:
    """How images are held of which a seed's take too much memory; None for others. Raises
    ImageSetError if they cannot be listed."""
    samples = sum(map(sum, image_counts(params).values()))
    held = streamed_images(samples, params.shape)
    if held is None or not has_masks(params):
        return held
    return held._replace(memory=held.memory + samples * params.size**2)  # masks stay in memory


def _takes(path: str) -> bool:
    """Whether it is a folder, or named like a zip archive."""
    meant = pasted_path(path)
    return meant.suffix.lower() == ".zip" or meant.is_dir()


def _own_data(path: str) -> Mapping[str, Any]:
    return {"source": "folder", "path": path}


FROM_FOLDERS = (
    TaskEntry(
        name="image-folder",
        fixed_data=("source", "path"),
        split_sizes=_split_sizes,
        title="Image folder",
        slot="image",
        params=ImageFolderParameters,
        data="attnlab.tasks.folder:image_folder",
        example="attnlab.tasks.folder:image_folder_example",
        asks="picture",
        asked="attnlab.tasks.asking.pictures:asked_picture",
        carried="attnlab.tasks.carried_images:carried_images",
        path="path",
        fingerprint="attnlab.tasks.folder:image_fingerprint",
        advice="attnlab.tasks.folder:image_advice",
        takes=_takes,
        inspect="attnlab.tasks.folder:inspected_images",
        own_data=_own_data,
        prepares="attnlab.tasks.folder:prepare_images",
        streamed=streamed,
        awaits=_download_notice,
        backbone="attnlab.backbones.images:image_network",
        slot_sizes=slot_widths,
        chance=guessing(split_counts),
        class_names=_class_names,
        nbytes=_nbytes,
        truth_axis="place",
        has_truth=has_masks,
        truth_words="what the mask marks",
        arms=("none", "se:ratio=4"),
        summary="Your own images, in a folder or zip archive with a subfolder for each class.",
        training={"epochs": 15, "batch_size": 32, "learning_rate": 2e-3},
    ),
)
