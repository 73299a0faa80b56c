"""What in an image set may mislead, in sentences that say what to do."""

from __future__ import annotations

from collections import defaultdict

from attnlab.data.images.contents import image_hashes
from attnlab.data.images.listing import Listing
from attnlab.wording import counted, listed

UNEVEN = 3.0
"""The largest class of a split has so many times as many images as its smallest, or more."""

FEW = 5
"""A class with fewer images than this shows nothing but chance."""

_NAMED = 3


def advice(images: Listing, most: int | None = None) -> list[str]:
    """Sentences on uneven and small classes, and on images that are there more than once.

    Of each class in every split only the first `most` are looked at. Reads every file, or what is
    known of it since it changed last. Raises ImageSetError for what cannot be read.
    """
    return [*_on_classes(images), *_on_copies(images, most)]


def _on_classes(images: Listing) -> list[str]:
    said = []
    for split, counts in images.counts().items():
        of = dict(zip(images.classes, counts, strict=True))
        where = f" in {split}" if len(images.splits) > 1 else ""
        small = sorted(name for name, count in of.items() if count < FEW)
        if small:
            said.append(
                f"{listed(_few(small))} {'has' if len(small) == 1 else 'have'} fewer than {FEW} "
                f"images{where}: add some, or leave the class out"
            )
        fewest, most = min(of, key=of.__getitem__), max(of, key=of.__getitem__)
        if of[fewest] and of[most] >= UNEVEN * of[fewest]:
            said.append(
                f"{most} has {of[most]} images{where}, and {fewest} {of[fewest]}: always answering "
                f"{most} is right in {of[most] / sum(counts):.0%}; judge by balanced accuracy, "
                "which counts every class alike"
            )
    return said


def _on_copies(images: Listing, most: int | None) -> list[str]:
    chosen = images.splits if most is None else images.limited(most)
    place = {name: (split, label) for split, of in chosen.items() for name, label in of}
    same = defaultdict(list)
    for name, content in image_hashes(images, tuple(place)).items():
        same[content].append(name)
    copies = [names for names in same.values() if len(names) > 1]
    over_splits = [names for names in copies if len({place[name][0] for name in names}) > 1]
    over_classes = [names for names in copies if len({place[name][1] for name in names}) > 1]
    within = [names for names in copies if names not in over_splits]
    said = []
    if over_splits:
        said.append(
            f"{_images(over_splits, 'in more than one split')}: what was learned by heart then "
            "counts as right; keep one copy of each"
        )
    if within and "validation" not in images.splits:
        said.append(
            f"{_images(within, 'there more than once')}: a seed may train on one copy and "
            "validate on another; keep one of each"
        )
    if over_classes:
        said.append(
            f"{_images(over_classes, 'in more than one class')}: keep each in the right one"
        )
    return said


def _images(copies: list[list[str]], where: str) -> str:
    """How many images with copies there are, and the first of them with theirs."""
    named = "; ".join(" = ".join(_few(names)) for names in copies[:_NAMED])
    more = f"; and {len(copies) - _NAMED} more" if len(copies) > _NAMED else ""
    return f"{counted(len(copies), 'image')} {where} ({named}{more})"


def _few(names: list[str]) -> list[str]:
    more = len(names) - _NAMED
    return [*names[:_NAMED], f"{more} more"] if more > 0 else names
