"""The inspection of whatever lies at a path: images or a table."""

from __future__ import annotations

from pathlib import Path

from attnlab.data.images import listing
from attnlab.data.inspection import Inspection
from attnlab.data.tables import USUAL_OPTIONS, Options
from attnlab.data.tables.inspecting import inspect_table

FEW = 5
UNBALANCED = 3


def is_image_set(path: Path) -> bool:
    """Whether a path is taken for images: a folder, or a zip archive by its name."""
    return path.is_dir() or path.name.lower().endswith(".zip")


def inspect(path: str | Path, options: Options = USUAL_OPTIONS, sheet: str = "") -> Inspection:
    """What the data set at this path holds, and what will be done with it.

    Raises ImageSetError or TableError, which are SpecErrors, for what cannot be used.
    """
    where = Path(path).expanduser()
    if is_image_set(where):
        return inspect_images(where)
    return inspect_table(where, options, sheet)


def inspect_images(path: Path) -> Inspection:
    """What an image set holds, by the names of its files; raises ImageSetError."""
    found = listing(path)
    counts = found.counts()
    splits = {
        split: dict(zip(found.classes, of_split, strict=True)) for split, of_split in counts.items()
    }
    totals = {name: sum(of_split[name] for of_split in splits.values()) for name in found.classes}
    return Inspection(
        kind="images",
        path=str(found.path),
        samples=sum(totals.values()),
        classes=found.classes,
        splits=splits,
        warnings=tuple(_about(totals)),
        drawn_anew=len(splits) < 3,
    )


def _about(totals: dict[str, int]) -> list[str]:
    said = []
    few = [f"{name} ({count})" for name, count in totals.items() if count < FEW]
    if few:
        said.append(f"{', '.join(few[:5])}: fewer than {FEW} images. Gather more, or join classes.")
    most, least = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    if totals[most] >= UNBALANCED * totals[least]:
        said.append(
            f"{most} has {totals[most]:,} images and {least} {totals[least]:,}: judge by balanced "
            "accuracy, for which guessing the commonest class does not pay."
        )
    return said
