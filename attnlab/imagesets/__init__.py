"""Image sets: folders and archives with a subfolder of images for each class.

Knows files and pictures, no tasks: what is there (`listing`), an archive that is fetched once
(`fetched`), and in `attnlab.imagesets.pixels`, which brings NumPy and Pillow along, what the images
show. Every fault is an ImageSetError that says what and where.
"""

from attnlab.imagesets.download import CATS_AND_DOGS, Preset, fetched
from attnlab.imagesets.errors import ImageSetError
from attnlab.imagesets.listing import Listing, listing

__all__ = [
    "CATS_AND_DOGS",
    "ImageSetError",
    "Listing",
    "Preset",
    "fetched",
    "listing",
]
