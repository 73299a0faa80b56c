"""Image sets: folders and archives with a subfolder of images for each class.

Knows files and pictures, no tasks: the names of the images (`listing`), an archive that is fetched
once (`fetched`), and in `attnlab.data.images.pixels`, which needs NumPy and Pillow, the pixels of
the images. Every fault is an ImageSetError that says what and where; what is left out of a set, and
why, is a `Note`.
"""

from attnlab.data.images.download import CATS_AND_DOGS, Preset, fetched
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.listing import Listing, bring_listing, is_brought, listing
from attnlab.data.images.notes import Note

__all__ = [
    "CATS_AND_DOGS",
    "ImageSetError",
    "Listing",
    "Note",
    "Preset",
    "bring_listing",
    "fetched",
    "is_brought",
    "listing",
]
