"""The task on images from a folder or archive (N, H, W, C)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from attnlab.catalog import ImageFolderParameters
from attnlab.catalog.task_entries.folder import (
    PRESETS,
    has_masks,
    how_listed,
    image_listing,
    image_path,
    split_counts,
    streamed,
)
from attnlab.catalog.task_entries.image_counts import (
    SPLITS,
    counts_within,
    divided,
    split_sources,
)
from attnlab.data.fingerprint import Fingerprint
from attnlab.data.images import ImageSetError, Listing, fetched, is_brought, listing
from attnlab.data.images.advice import advice
from attnlab.data.images.arrangement import Labelled
from attnlab.data.images.brought import brought_pixels
from attnlab.data.images.contents import image_set_fingerprint
from attnlab.data.images.inspecting import inspect_images
from attnlab.data.images.mask_pixels import marked
from attnlab.data.images.pixel_cache import pixel_file
from attnlab.data.images.pixels import decoded_in_steps, pixels
from attnlab.data.images.rendering import Rendering
from attnlab.data.images.windows import outcome
from attnlab.data.inspection import Inspection
from attnlab.spec import Streamed
from attnlab.tasks.data import MEASURED_SAMPLES, PROBE_SAMPLES, Split, TaskData, one_array
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.image_rows import ImageRows, as_array
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.preparing import Preparing
from attnlab.tasks.streams import generator
from attnlab.wording import bytes_text

NAME = "image-folder"


def image_folder(params: ImageFolderParameters, seed: int) -> TaskData:
    """The images of a folder or zip archive (N, H, W, 1 or 3) in 0..1.

    Where masks are named, the truth is what they mark in the probe images (P, H, W), and False all
    over those without a mask, on which nothing is measured. An archive from the network is fetched
    if it is not there. Raises ImageSetError that names what cannot be used.
    """
    make = streamed_images if streamed(params) else images_in
    data = make(where_they_are(params), params, seed)
    if not has_masks(params):
        return data
    folder = image_listing(params)
    probes = _divided(folder, params, seed)["validation"][:PROBE_SAMPLES]
    truth = marked(folder, names_read(folder, params), rendering(params)).pixels[probes]
    if not truth[:MEASURED_SAMPLES].any():
        raise ImageSetError(
            f"at seed {seed} none of the {min(len(truth), MEASURED_SAMPLES)} images on which "
            f"attention is measured has a mask that marks anything; {len(folder.masks)} images "
            "have a mask"
        )
    return replace(data, truth=truth)


def images_in(path: Path, params: ImageFolderParameters, seed: int) -> TaskData:
    """The images at this path (N, H, W, 1 or 3) in 0..1.

    Folders for training, validation and test are taken as they are. The seed cuts out a split that
    has no folder, class by class, so that every seed has as many of each; it also decides the order
    within a split. Imbalance leaves out training samples. The images are decoded once for
    all seeds. Raises ImageSetError that names what cannot be used.
    """
    folder = listing(path, *how_listed(params))
    images = pixels(folder, names_read(folder, params), rendering(params))

    def array(chosen: np.ndarray) -> np.ndarray:
        return np.divide(images[chosen], 255, dtype=np.float32)

    return _with_inputs(folder, params, seed, array)


def streamed_images(path: Path, params: ImageFolderParameters, seed: int) -> TaskData:
    """The same data, of which each split's inputs are `ImageRows`: they are read from a file when
    they are needed, which is made now if it is not there."""
    folder = listing(path, *how_listed(params))
    names, how = names_read(folder, params), rendering(params)
    brought = brought_pixels(folder, names, how)
    if brought is None:
        whole = ImageRows.of_file(outcome(pixel_file(folder, names, how)), np.arange(len(names)))
    else:
        whole = ImageRows(brought, np.arange(len(names)), None)
    return _with_inputs(folder, params, seed, lambda chosen: as_array(whole.at(chosen)))


def prepare_images(params: ImageFolderParameters) -> Iterator[Preparing]:
    """Decode the images, where that has not been done, and say how far it is. Raises
    ImageSetError."""
    folder = listing(where_they_are(params), *how_listed(params))
    names, how, held = names_read(folder, params), rendering(params), streamed(params)
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


def where_they_are(params: ImageFolderParameters) -> Path:
    """Where the images are; an archive from the network is fetched if it is not there."""
    path = image_path(params)
    if params.source in PRESETS and not is_brought(path):
        fetched(PRESETS[params.source])
    return path


def _with_inputs(
    folder: Listing,
    params: ImageFolderParameters,
    seed: int,
    inputs: Callable[[np.ndarray], np.ndarray],
) -> TaskData:
    """The splits of a seed, of which `inputs` gives the images by their numbers (N,)."""
    labels = np.array([label for _, label in _chosen(folder, params)], np.int32)
    parts = _divided(folder, params, seed)
    train, validation, test = (Split(inputs(part), labels[part]) for part in parts.values())
    data = TaskData(train, validation, test, classes=len(folder.classes))
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def _divided(folder: Listing, params: ImageFolderParameters, seed: int) -> dict[str, np.ndarray]:
    """The numbers, among those that are read, of the images in each split at this seed."""
    divisions = folder.limited(params.most)
    labels = np.array([label for _, label in _chosen(folder, params)], np.int32)
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
    parts = {split: np.concatenate(images) for split, images in chosen.items()}
    return {split: random.permutation(images) for split, images in parts.items()}


def image_fingerprint(params: ImageFolderParameters) -> Fingerprint | None:
    """The state of the images of one's own that these parameters choose; None for those that come
    with attnlab or are fetched. Raises ImageSetError."""
    if params.source != "folder":
        return None
    folder = image_listing(params)
    return image_set_fingerprint(folder, names_read(folder, params))


def inspected_images(params: ImageFolderParameters) -> Inspection:
    """What the images hold that these parameters choose, by the splits that a seed gets, with the
    chance level. Raises ImageSetError."""
    folder = image_listing(params)
    found, counts = inspect_images(folder), split_counts(params)
    validated = counts["validation"]
    return replace(
        found,
        read_as={**found.read_as, **_masks_read(folder, params)},
        warnings=(*found.warnings, *_on_masks(folder, params)),
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
    return [
        *images.warnings,
        *left_out,
        *advice(images, params.most),
        *_on_masks(images, params),
    ]


def _masks_read(folder: Listing, params: ImageFolderParameters) -> dict[str, str]:
    """How many images have a mask, for people."""
    if not has_masks(params):
        return {}
    images = sum(map(sum, folder.counts().values()))
    return {"masks": f"for {len(folder.masks):,} of {images:,} images"}


def _on_masks(folder: Listing, params: ImageFolderParameters) -> list[str]:
    """What may mislead in the masks. Raises ImageSetError for those that cannot be used."""
    if not has_masks(params):
        return []
    return [
        str(note) for note in marked(folder, names_read(folder, params), rendering(params)).notes
    ]


def rendering(params: ImageFolderParameters) -> Rendering:
    """How the images are read."""
    return Rendering(params.size, params.colour, params.background, params.fit)


def names_read(folder: Listing, params: ImageFolderParameters) -> tuple[str, ...]:
    """The images that are read, split by split."""
    return tuple(name for name, _ in _chosen(folder, params))


def _chosen(folder: Listing, params: ImageFolderParameters) -> Labelled:
    """The same with their class numbers."""
    return tuple(each for images in folder.limited(params.most).values() for each in images)


def image_folder_example(params: ImageFolderParameters, data: TaskData, number: int) -> Example:
    """The image as the network gets it, the name of its folder, and what its mask marks."""
    image = one_array(data.validation.x)[number]
    if not params.colour:
        image = image[..., 0]
    answer = one_array(data.validation.y)[number]
    truth = truth_of(data, number)
    marks = truth if truth is not None and truth.any() else None
    return Example("image", image, image_listing(params).classes[answer], marks)
