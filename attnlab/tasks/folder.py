"""The task on images from a folder or archive (N, H, W, C)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attnlab.catalog import ImageFolderParameters
from attnlab.catalog.task_entries.folder import (
    PRESETS,
    SPLITS,
    counts_within,
    divided,
    image_path,
    split_sources,
)
from attnlab.imagesets import fetched, listing
from attnlab.imagesets.pixels import pixels
from attnlab.tasks.data import Split, TaskData
from attnlab.tasks.examples import Example
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "image-folder"


def image_folder(params: ImageFolderParameters, seed: int) -> TaskData:
    """The images of a folder or zip archive (N, H, W, 1 or 3) in 0..1.

    An archive from the network is fetched if it is not there. Raises ImageSetError that names what
    cannot be used.
    """
    if params.source in PRESETS:
        fetched(PRESETS[params.source])
    return images_in(image_path(params), params, seed)


def images_in(path: Path, params: ImageFolderParameters, seed: int) -> TaskData:
    """The images that lie there (N, H, W, 1 or 3) in 0..1.

    Folders for training, validation and test are taken as they are. What there is no folder for is
    cut out by the seed, class by class, so that every seed has as many of each; the order within a
    split is the seed's too. Imbalance leaves out training samples. The images are decoded once for
    all seeds. Raises ImageSetError that names what cannot be used.
    """
    found = listing(path)
    given = found.limited(params.most)
    names = tuple(name for images in given.values() for name, _ in images)
    labels = np.array([label for images in given.values() for _, label in images], np.int32)
    origins = np.repeat(list(given), [len(images) for images in given.values()])
    images = pixels(found, names, params.size, params.colour)
    counts = divided(counts_within(found.counts(), params.most), params.share)
    sources = split_sources(given)
    random = generator(seed, NAME, "split")
    chosen: dict[str, list[np.ndarray]] = {split: [] for split in SPLITS}
    for origin in given:
        for label in range(len(found.classes)):
            own = random.permutation(np.flatnonzero((origins == origin) & (labels == label)))
            for split in SPLITS:
                if sources[split] == origin:
                    count = counts[split][label]
                    chosen[split].append(own[:count])
                    own = own[count:]
    splits = {
        split: _split(images, labels, random.permutation(np.concatenate(parts)))
        for split, parts in chosen.items()
    }
    data = leave_out_rare(TaskData(**splits, classes=len(found.classes)), params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def _split(images: np.ndarray, labels: np.ndarray, chosen: np.ndarray) -> Split:
    return Split(np.divide(images[chosen], 255, dtype=np.float32), labels[chosen])


def image_folder_example(params: ImageFolderParameters, data: TaskData, number: int) -> Example:
    """The image as the network gets it, and what its folder is called."""
    image = data.validation.x[number]
    if not params.colour:
        image = image[..., 0]
    return Example("image", image, listing(image_path(params)).classes[data.validation.y[number]])
