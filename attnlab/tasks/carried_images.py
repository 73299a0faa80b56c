"""Image sets that are sent to the nodes of a cluster, which do not have them by their path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attnlab.catalog import ImageFolderParameters
from attnlab.catalog.task_entries.folder import (
    has_masks,
    how_listed,
    image_listing,
    image_path,
    streamed,
)
from attnlab.data.images import ImageSetError, Listing, bring_listing
from attnlab.data.images.brought import bring_pixels
from attnlab.data.images.mask_pixels import bring_masks, marked
from attnlab.data.images.pixel_cache import pixel_file
from attnlab.data.images.pixels import pixels
from attnlab.data.images.rendering import Rendering
from attnlab.data.images.windows import outcome
from attnlab.tasks.folder import names_read, rendering, where_they_are
from attnlab.wording import bytes_text

MOST_CARRIED = 4 * 2**30
"""Bytes of decoded images that are sent to each node of a cluster, which holds them in memory."""


@dataclass(frozen=True)
class CarriedImages:
    """An image set as read on one machine, for the tasks on others: its names, and the pixels
    (N, size, size, 1 or 3) of the images that these parameters choose, and what their masks mark
    (N, size, size), where there are any."""

    params: ImageFolderParameters
    folder: Listing
    decoded: np.ndarray
    masks: np.ndarray | None = None

    @property
    def key(self) -> str:
        """The path, and how the images were read."""
        chosen = self.params
        read = " ".join((*how_listed(chosen), chosen.background, chosen.fit))
        return f"{self.folder.path} {chosen.size} {chosen.colour} {chosen.most} {read}"

    def install(self) -> None:
        """Let tasks find the images here instead of at their path."""
        self._bring_listing(self.folder)
        bring_pixels(*self._read_as, self.decoded)
        bring_masks(*self._read_as, self.masks)

    def remove(self) -> None:
        """Let them look at the path again."""
        self._bring_listing(None)
        bring_pixels(*self._read_as, None)
        bring_masks(*self._read_as, None)

    @property
    def _read_as(self) -> tuple[Listing, tuple[str, ...], Rendering]:
        return self.folder, names_read(self.folder, self.params), rendering(self.params)

    def _bring_listing(self, folder: Listing | None) -> None:
        bring_listing(image_path(self.params), folder, *how_listed(self.params))


def carried_images(params: ImageFolderParameters) -> CarriedImages | None:
    """The images of a folder or archive, to be sent to other machines; None for the example, which
    comes with attnlab. Raises ImageSetError, also for more than can be sent."""
    if params.source == "example":
        return None
    where_they_are(params)
    folder, held = image_listing(params), streamed(params)
    if held and held.disk > MOST_CARRIED:
        raise ImageSetError(
            f"the decoded images take {bytes_text(held.disk)}, and at most "
            f"{bytes_text(MOST_CARRIED)} are sent to the nodes of a cluster: use fewer or "
            "smaller images, or train on this machine"
        )
    names, how = names_read(folder, params), rendering(params)
    decoded = outcome(pixel_file(folder, names, how)).pixels if held else pixels(folder, names, how)
    masks = marked(folder, names, rendering(params)).pixels if has_masks(params) else None
    return CarriedImages(params, folder, decoded, masks)
