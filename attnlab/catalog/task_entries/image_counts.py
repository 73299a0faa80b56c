"""How many images of each class the three splits get."""

from __future__ import annotations

from collections.abc import Collection

SPLITS = ("train", "validation", "test")

Counts = dict[str, tuple[int, ...]]
"""How many images of each class every split has."""


def counts_within(counts: Counts, most: int) -> Counts:
    """These counts with at most `most` images of each class in every split."""
    return {
        split: tuple(min(count, most) for count in of_split) for split, of_split in counts.items()
    }


def split_sources(given: Collection[str]) -> dict[str, str]:
    """Which of the given splits each of the three is taken from.

    Without images of their own, validation is taken from the training images, and the test from
    where validation is taken.
    """
    validation = "validation" if "validation" in given else "train"
    return {
        "train": "train",
        "validation": validation,
        "test": "test" if "test" in given else validation,
    }


def divided(given: Counts, share: float) -> Counts:
    """The counts of the three splits; those that are not given get this share of another one."""
    train, validation, test = given["train"], given.get("validation"), given.get("test")
    if validation is None:
        parts = 2 if test is None else 1
        validation = tuple(_share_of(count, share, parts) for count in train)
        test = test or validation
        train = tuple(count - parts * taken for count, taken in zip(train, validation, strict=True))
    elif test is None:
        test = tuple(count // 2 for count in validation)
        validation = tuple(count - count // 2 for count in validation)
    return {"train": train, "validation": validation, "test": test}


def _share_of(count: int, share: float, parts: int) -> int:
    """At least one, but few enough that something is left when `parts` times as many are taken."""
    return max(1, min(round(share * count), (count - 1) // parts))
