"""What is in an image set, known before anything trains."""

from __future__ import annotations

from attnlab.data.images.advice import advice
from attnlab.data.images.listing import Listing
from attnlab.data.inspection import Inspection, Reason
from attnlab.wording import counted


def inspect_images(found: Listing) -> Inspection:
    """What an image set holds, by the splits that it has itself.

    Raises ImageSetError for files that cannot be read.
    """
    counts = found.counts()
    splits = {
        split: dict(zip(found.classes, of_split, strict=True)) for split, of_split in counts.items()
    }
    return Inspection(
        kind="images",
        called=("image", "images"),
        path=str(found.path),
        samples=sum(map(sum, counts.values())),
        classes=found.classes,
        splits=splits,
        left_out=tuple(
            Reason(f"{counted(note.count, 'file')} ({note.named})", note.reason)
            for note in found.left_out
        ),
        warnings=(*found.warnings, *advice(found)),
        drawn_anew=len(splits) < 3,
    )
