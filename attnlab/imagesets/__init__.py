"""Image sets: folders and archives with a subfolder of images for each class.

Knows files and pictures, no tasks: what is there (`listing`), its pixels (`pixels`), and an archive
that is fetched once (`fetched`). Every fault is an ImageSetError that says what and where.
"""

from attnlab.imagesets.download import CATS_AND_DOGS, Preset, fetched
from attnlab.imagesets.errors import ImageSetError
from attnlab.imagesets.listing import Listing, listing
from attnlab.imagesets.pixels import pixels

__all__ = [
    "CATS_AND_DOGS",
    "ImageSetError",
    "Listing",
    "Preset",
    "fetched",
    "listing",
    "pixels",
]
