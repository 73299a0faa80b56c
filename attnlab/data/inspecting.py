"""The inspection of whatever lies at a path: images or a table."""

from __future__ import annotations

from pathlib import Path

from attnlab.data.images import Listing, listing
from attnlab.data.images.advice import advice
from attnlab.data.inspection import Inspection, Reason
from attnlab.data.paths import pasted_path
from attnlab.data.tables import USUAL_OPTIONS, Options
from attnlab.data.tables.inspecting import inspect_table
from attnlab.wording import counted


def is_image_set(path: Path) -> bool:
    """Whether a path is taken for images: a folder, or a zip archive by its name."""
    return path.is_dir() or path.name.lower().endswith(".zip")


def inspect(path: str | Path, options: Options = USUAL_OPTIONS, sheet: str = "") -> Inspection:
    """What the data set at this path holds, and what will be done with it.

    Raises ImageSetError or TableError, which are SpecErrors, for what cannot be used.
    """
    where = pasted_path(str(path))
    if is_image_set(where):
        return inspect_images(listing(where))
    return inspect_table(where, options, sheet)


def inspect_images(found: Listing) -> Inspection:
    """What an image set holds; raises ImageSetError for files that cannot be read."""
    counts = found.counts()
    splits = {
        split: dict(zip(found.classes, of_split, strict=True)) for split, of_split in counts.items()
    }
    return Inspection(
        kind="images",
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
