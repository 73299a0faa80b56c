"""Images of each class as the networks see them, with what attention should find."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attnlab import charts
from attnlab.catalog.task_entries.folder import ImageFolderParameters, image_listing
from attnlab.catalog.task_entries.own_arrays import OwnArraysParameters, images_of
from attnlab.data.images import Listing
from attnlab.data.inspection import Inspection
from attnlab.imports import importing
from attnlab.spec import TaskSpec
from attnlab.tasks.folder import rendering
from attnlab.ui import pixels
from attnlab.ui.plain_text import plain
from attnlab.wording import counted

if TYPE_CHECKING:
    from PIL import Image

MOST_CLASSES, EACH = 8, 5
"""Of so many classes so many images are shown."""

_THUMB = 64

_GALLERY = f"""<style>
.lab-gallery {{display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 6px 14px;
  align-items: center}}
.lab-gallery b {{font-weight: 600; overflow-wrap: anywhere; max-width: 14rem}}
.lab-gallery div {{display: flex; flex-wrap: wrap; gap: 6px}}
.lab-gallery span {{position: relative; display: block; width: 64px; height: 64px}}
.lab-gallery img {{width: 64px; height: 64px; border-radius: 4px; image-rendering: auto;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent)}}
.lab-gallery img.m {{position: absolute; inset: 0; border-color: transparent;
  filter: drop-shadow(0 0 0.7px {charts.TRUTH})}}
</style>"""
"""An outline is a line of a pixel, which would hardly be seen without the shadow."""


def images(task: TaskSpec, _: Inspection) -> None:
    """Some images of each class of a folder or archive."""
    params = task.params
    assert isinstance(params, ImageFolderParameters)
    found = image_listing(params)
    st.markdown("### As the networks see them")
    classes = found.classes[:MOST_CLASSES]
    names = tuple(
        name
        for label in range(len(classes))
        for name in [each for each, of in found.splits["train"] if of == label][:EACH]
    )
    labels = dict(found.splits["train"])
    sources, notes = _decoded(found, names, params)
    outlines = _outlines(found, names, params)
    pictures_of: dict[str, list[str]] = {name: [] for name in classes}
    for name, source in zip(names, sources, strict=True):
        title = escape(name, quote=True)
        pictures_of[found.classes[labels[name]]].append(
            f'<span title="{title}"><img src="{source}" alt="{title}">'
            f"{outlines.get(name, '')}</span>"
        )
    _gallery(pictures_of, len(found.classes), bool(outlines))
    for note in notes:
        st.caption(f":material/info: Among these: {plain(note)}.")


def _gallery(pictures_of: Mapping[str, Sequence[str]], classes: int, is_outlined: bool) -> None:
    """Pictures of some of the classes, a row for each."""
    rows = "".join(
        f"<b>{escape(name)}</b><div>{''.join(images)}</div>" for name, images in pictures_of.items()
    )
    st.html(f'{_GALLERY}<div class="lab-gallery">{rows}</div>')
    if is_outlined:
        st.caption("Outlined is what a mask marks: where attention should be.")
    more = classes - len(pictures_of)
    if more > 0:
        st.caption(f"And {counted(more, 'class', 'classes')} more.")


def _decoded(
    found: Listing, names: tuple[str, ...], params: ImageFolderParameters
) -> tuple[list[str], list[str]]:
    """The images as data URLs, of the size that the networks get, and what was done to them."""
    with importing("PIL.Image", "attnlab.data.images.pixels"):
        from PIL import Image

        from attnlab.data.images.pixels import decoded

    shown_as = decoded(found, names, rendering(params))
    sources = []
    for image in shown_as.pixels:
        sources.append(_source(Image.fromarray(image if params.colour else image[..., 0])))
    return sources, [str(note) for note in shown_as.notes]


def _outlines(
    found: Listing, names: tuple[str, ...], params: ImageFolderParameters
) -> dict[str, str]:
    """A picture that lies over each image with a mask, as HTML: the outline of what it marks."""
    if not found.masks:
        return {}
    with importing("attnlab.data.images.mask_pixels"):
        from attnlab.data.images.mask_pixels import marked

    found_masks = marked(found, names, rendering(params)).pixels
    sources = {
        name: pixels.png(pixels.outline(mask, charts.TRUTH))
        for name, mask in zip(names, found_masks, strict=True)
        if mask.any()
    }
    return {
        name: f'<img class="m" src="{source}" alt="its mask">' for name, source in sources.items()
    }


def _source(image: Image.Image) -> str:
    """An image as a data URL, its pixels repeated where it is smaller than a thumbnail."""
    times = -(-_THUMB // max(image.size))
    if times > 1:
        image = image.resize((image.width * times, image.height * times), 0)  # the nearest pixel
    file = io.BytesIO()
    image.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def arrays(task: TaskSpec, _: Inspection) -> None:
    """Some images of each class that come as arrays."""
    params = task.params
    assert isinstance(params, OwnArraysParameters)
    images = images_of(params)
    st.markdown("### As the networks see them")
    truth = images.check_truth() if params.truth else None
    rows = images.divided(np.random.default_rng(0))["train"]
    of_class = {
        name: np.sort(rows[images.y[rows] == number])[:EACH]
        for number, name in enumerate(images.classes[:MOST_CLASSES])
    }
    _gallery(
        {
            name: [
                f"<span>{_png(image, name)}{_outline(truth, number)}</span>"
                for number, image in zip(chosen, images.pixels(chosen, rows), strict=True)
            ]
            for name, chosen in of_class.items()
        },
        len(images.classes),
        is_outlined=truth is not None,
    )


def _outline(truth: np.ndarray | None, number: int) -> str:
    """The outline of what attention should find in an image, of a truth (N, H, W) or (H, W)."""
    if truth is None:
        return ""
    mask = truth[number] if truth.ndim == 3 else truth
    return f'<img class="m" src="{pixels.png(pixels.outline(mask, charts.TRUTH))}" alt="its mask">'


def _png(image: np.ndarray, name: str) -> str:
    """An image (H, W, 1 or 3) in 0..1 as an element, at least as large as a thumbnail."""
    with importing("PIL.Image"):
        from PIL import Image

    values = np.round(255 * (image if image.shape[-1] == 3 else image[..., 0])).astype(np.uint8)
    return f'<img src="{_source(Image.fromarray(values))}" alt="{escape(name, quote=True)}">'
