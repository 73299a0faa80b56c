"""The task on images from a folder or archive (N, H, W, C)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from attnlab.catalog import ImageFolderParameters
from attnlab.catalog.task_entries.folder import (
    PRESETS,
    SPLITS,
    counts_within,
    divided,
    image_listing,
    image_path,
    split_counts,
    split_sources,
    streamed,
)
from attnlab.data.fingerprint import Fingerprint
from attnlab.data.images import ImageSetError, Listing, bring_listing, fetched, is_brought, listing
from attnlab.data.images.advice import advice
from attnlab.data.images.brought import bring_pixels, brought_pixels
from attnlab.data.images.contents import image_set_fingerprint
from attnlab.data.images.inspecting import inspect_images
from attnlab.data.images.pixel_cache import pixel_file
from attnlab.data.images.pixels import Rendering, decoded_in_steps, pixels
from attnlab.data.images.windows import outcome
from attnlab.data.inspection import Inspection
from attnlab.spec import Streamed
from attnlab.tasks.data import Split, TaskData, one_array
from attnlab.tasks.examples import Example
from attnlab.tasks.image_rows import ImageRows, as_array
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.preparing import Preparing
from attnlab.tasks.streams import generator
from attnlab.wording import bytes_text

NAME = "image-folder"

MOST_CARRIED = 4 * 2**30
"""Bytes of decoded images that are sent to each node of a cluster, which holds them in memory."""


def image_folder(params: ImageFolderParameters, seed: int) -> TaskData:
    """The images of a folder or zip archive (N, H, W, 1 or 3) in 0..1.

    An archive from the network is fetched if it is not there. Raises ImageSetError that names what
    cannot be used.
    """
    path = _there(params)
    return (
        streamed_images(path, params, seed) if streamed(params) else images_in(path, params, seed)
    )


def images_in(path: Path, params: ImageFolderParameters, seed: int) -> TaskData:
    """The images at this path (N, H, W, 1 or 3) in 0..1.

    Folders for training, validation and test are taken as they are. The seed cuts out a split that
    has no folder, class by class, so that every seed has as many of each; it also decides the order
    within a split. Imbalance leaves out training samples. The images are decoded once for
    all seeds. Raises ImageSetError that names what cannot be used.
    """
    folder = listing(path, params.folders, params.encoding)
    names = _names(folder, params)
    images = pixels(folder, names, params.size, params.colour, params.background)

    def array(chosen: np.ndarray) -> np.ndarray:
        return np.divide(images[chosen], 255, dtype=np.float32)

    return _divided(folder, params, seed, array)


def streamed_images(path: Path, params: ImageFolderParameters, seed: int) -> TaskData:
    """The same data, of which each split's inputs are `ImageRows`: they are read from a file when
    they are needed, which is made now if it is not there."""
    folder = listing(path, params.folders, params.encoding)
    names, how = _names(folder, params), _rendering(params)
    brought = brought_pixels(folder, names, how)
    if brought is None:
        whole = ImageRows.of_file(outcome(pixel_file(folder, names, how)), np.arange(len(names)))
    else:
        whole = ImageRows(brought, np.arange(len(names)), None)
    return _divided(folder, params, seed, lambda numbers: as_array(whole.at(numbers)))


def prepare_images(params: ImageFolderParameters) -> Iterator[Preparing]:
    """Decode the images, where that has not been done, and say how far it is. Raises
    ImageSetError."""
    path = _there(params)
    folder = listing(path, params.folders, params.encoding)
    names, how, held = _names(folder, params), _rendering(params), streamed(params)
    if brought_pixels(folder, names, how) is not None:
        return
    make = pixel_file if held else decoded_in_steps
    done = 0
    for done in make(folder, names, how):
        yield Preparing(f"Reading images: {done:,} of {len(names):,}")
    if held and done:
        yield Preparing(stream_words(held), lasts=True)


def stream_words(held: Streamed) -> str:
    """Says where images are that do not fit into memory."""
    return (
        f"Images stream from a file on disk of {bytes_text(held.disk)}: each seed's would take "
        f"{bytes_text(4 * held.disk)} of memory"
    )


def _there(params: ImageFolderParameters) -> Path:
    """Where the images are; an archive from the network is fetched if it is not there."""
    path = image_path(params)
    if params.source in PRESETS and not is_brought(path):
        fetched(PRESETS[params.source])
    return path


def _rendering(params: ImageFolderParameters) -> Rendering:
    return Rendering(params.size, params.colour, params.background)


def _divided(
    folder: Listing,
    params: ImageFolderParameters,
    seed: int,
    images: Callable[[np.ndarray], np.ndarray],
) -> TaskData:
    """The splits of a seed, of which `images` gives the inputs by their numbers (N,)."""
    divisions = folder.limited(params.most)
    labels = np.array([label for images in divisions.values() for _, label in images], np.int32)
    origins = np.repeat(list(divisions), [len(images) for images in divisions.values()])
    counts = divided(counts_within(folder.counts(), params.most), params.share)
    sources = split_sources(divisions)
    random = generator(seed, NAME, "split")
    chosen: dict[str, list[np.ndarray]] = {split: [] for split in SPLITS}
    for origin in divisions:
        for label in range(len(folder.classes)):
            rest = random.permutation(np.flatnonzero((origins == origin) & (labels == label)))
            for split in SPLITS:
                if sources[split] == origin:
                    count = counts[split][label]
                    chosen[split].append(rest[:count])
                    rest = rest[count:]
    orders = (random.permutation(np.concatenate(chosen[split])) for split in SPLITS)
    train, validation, test = (Split(images(order), labels[order]) for order in orders)
    data = TaskData(train, validation, test, classes=len(folder.classes))
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


@dataclass(frozen=True)
class CarriedImages:
    """An image set as read on one machine, for the tasks on others: its names, and the pixels
    (N, size, size, 1 or 3) of the images that these parameters choose."""

    params: ImageFolderParameters
    folder: Listing
    decoded: np.ndarray

    @property
    def key(self) -> str:
        """The path, and how the images were read."""
        chosen = self.params
        read = f"{chosen.folders} {chosen.encoding} {chosen.background}"
        return f"{self.folder.path} {chosen.size} {chosen.colour} {chosen.most} {read}"

    def install(self) -> None:
        """Let tasks find the images here instead of at their path."""
        self._bring_listing(self.folder)
        self._bring_pixels(self.decoded)

    def remove(self) -> None:
        """Let them look at the path again."""
        self._bring_listing(None)
        self._bring_pixels(None)

    def _bring_pixels(self, decoded: np.ndarray | None) -> None:
        names = _names(self.folder, self.params)
        bring_pixels(self.folder, names, _rendering(self.params), decoded)

    def _bring_listing(self, folder: Listing | None) -> None:
        chosen = self.params
        bring_listing(image_path(chosen), folder, chosen.folders, chosen.encoding)


def carried_images(params: ImageFolderParameters) -> CarriedImages | None:
    """The images of a folder or archive, to be sent to other machines; None for the example, which
    comes with attnlab. Raises ImageSetError, also for more than can be sent."""
    if params.source == "example":
        return None
    _there(params)
    folder, held = image_listing(params), streamed(params)
    if held and held.disk > MOST_CARRIED:
        raise ImageSetError(
            f"the decoded images take {bytes_text(held.disk)}, and at most "
            f"{bytes_text(MOST_CARRIED)} are sent to the nodes of a cluster: use fewer or "
            "smaller images, or train on this machine"
        )
    names, how = _names(folder, params), _rendering(params)
    if held:
        return CarriedImages(params, folder, outcome(pixel_file(folder, names, how)).pixels)
    return CarriedImages(params, folder, outcome(decoded_in_steps(folder, names, how)).pixels)


def image_fingerprint(params: ImageFolderParameters) -> Fingerprint | None:
    """The state of the images of one's own that these parameters choose; None for those that come
    with attnlab or are fetched. Raises ImageSetError."""
    if params.source != "folder":
        return None
    folder = image_listing(params)
    return image_set_fingerprint(folder, _names(folder, params))


def inspected_images(params: ImageFolderParameters) -> Inspection:
    """What the images hold that these parameters choose, by the splits that a seed gets, with the
    chance level. Raises ImageSetError."""
    found, counts = inspect_images(image_listing(params)), split_counts(params)
    validated = counts["validation"]
    return replace(
        found,
        splits={name: dict(zip(found.classes, of, strict=True)) for name, of in counts.items()},
        chance=max(validated) / sum(validated),
        samples=sum(map(sum, counts.values())),
    )


def image_advice(params: ImageFolderParameters) -> list[str]:
    """What a person should know of their images: how they were read, what is left out, and what
    may mislead (see `attnlab.data.images.advice`). Raises ImageSetError."""
    if params.source != "folder":
        return []
    images = image_listing(params)
    left_out = [f"left out: {note}" for note in images.left_out]
    return [*images.warnings, *left_out, *advice(images, params.most)]


def _names(folder: Listing, params: ImageFolderParameters) -> tuple[str, ...]:
    """The images that are read, split by split."""
    divisions = folder.limited(params.most)
    return tuple(name for images in divisions.values() for name, _ in images)


def image_folder_example(params: ImageFolderParameters, data: TaskData, number: int) -> Example:
    """The image as the network gets it, and the name of its folder."""
    image = one_array(data.validation.x)[number]
    if not params.colour:
        image = image[..., 0]
    answer = one_array(data.validation.y)[number]
    return Example("image", image, image_listing(params).classes[answer])
