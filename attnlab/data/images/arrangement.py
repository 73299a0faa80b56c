"""How an image set is arranged: which of its folders are splits, and which are classes.

A folder may be wrapped in others that hold nothing else, within a split too. Where the names allow
two readings, both are told and neither is taken: a set is never trained on wrongly without a word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from attnlab.data.images.containers import Container
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.splits import SPLITS, UNLABELLED, SplitName, kinds_of, part_of
from attnlab.data.images.tree import Tree

MOST_CLASSES = 1000

OUTSIDE = "outside of the folders of classes"
NO_SPLIT = "in folders that are no splits"

Labelled = tuple[tuple[str, int], ...]
"""Names of images with their class numbers."""


@dataclass(frozen=True)
class Arrangement:
    """The classes, the images of each split, what is left out by name and reason, and what a
    person should look at."""

    classes: tuple[str, ...]
    splits: dict[str, Labelled]
    left_out: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def arranged(container: Container, folders: str) -> Arrangement:
    """Find the splits and classes of a set.

    `folders` says what the outermost folders are: "splits", "classes", or "auto" to find it out.
    Raises ImageSetError where that is not clear, and for a set that cannot be used.
    """
    tree = Tree.of(container)
    base = tree.wrapper("", past_loose=True, past_splits=folders != "splits")
    tops = tree.below(base)
    parts = {top: part for top in tops if (part := part_of(container.label(top)))}
    if folders == "classes":
        return _as_classes(tree, base)
    if folders == "splits":
        return _as_splits(tree, base, parts)
    likely = {top: part for top, part in parts.items() if _is_likely(tree, base, top, parts)}
    if not any(part.kind == "train" for part in likely.values()):
        likely = {top: part for top, part in likely.items() if part.kind != UNLABELLED}
    foreign = [top for top in tops if top not in likely and tree.images(f"{base}{top}/")]
    if not likely or (foreign and _may_be_classes(likely, parts)):
        for top in likely:
            tree.warnings.append(
                f"{tree.path} has a class {top}: if it holds a split, name the others too, or set "
                "folders to splits"
            )
        return _as_classes(tree, base)
    _check_clear(tree, likely, foreign)
    try:
        return _as_splits(tree, base, likely)
    except ImageSetError as error:
        if any(part.rest for part in likely.values()):
            raise ImageSetError(
                f"{error}. {first_few([*likely])} are taken for splits by their names; if they are "
                "classes, set folders to classes"
            ) from None
        raise


def _is_likely(tree: Tree, base: str, top: str, parts: dict[str, SplitName]) -> bool:
    """Whether a folder is taken for a split: it is named as one; or is named after one among other
    words, as others are, or holds folders of its own, which a class seldom does."""
    part = parts[top]
    if part.plain:
        return True
    inner = tree.wrapper(f"{base}{top}/")
    return _have_namesakes(part, parts) or (len(tree.below(inner)) > 1 and not tree.loose(inner))


def _have_namesakes(part: SplitName, parts: dict[str, SplitName]) -> bool:
    """Whether another folder is named alike but for the split: asl_train and asl_test."""
    return any(each.rest == part.rest and each.kind != part.kind for each in parts.values())


def _may_be_classes(likely: dict[str, SplitName], parts: dict[str, SplitName]) -> bool:
    """Whether folders named as splits can be classes among others: what they are called is met as a
    class, or has a split for one word among others."""
    return all(
        part.also_class if part.plain else not _have_namesakes(part, parts)
        for part in likely.values()
    )


def _check_clear(tree: Tree, likely: dict[str, SplitName], foreign: list[str]) -> None:
    """Raise ImageSetError, with both readings, unless every folder is one split."""
    kinds = kinds_of(likely)
    doubled = [kind for kind, count in Counter(kinds.values()).items() if count > 1]
    doubled = [kind for kind in doubled if kind != UNLABELLED]
    alike = first_few([*likely])
    if foreign:
        what = f"has folders that look like splits ({alike}), and beside them {first_few(foreign)}"
        if "train" not in kinds.values():
            raise ImageSetError(
                f"{tree.path} {what}. Either put what is for training into a folder named train, "
                "or, if each is a class, set folders to classes"
            )
        splits = f"leave out {first_few(foreign)}"
    elif doubled:
        same = [top for top, kind in kinds.items() if kind == doubled[0]]
        what = f"has {_number(len(same))} folders for {doubled[0]}: {', '.join(same)}"
        splits = "take them together"
    elif "train" not in kinds.values():
        what = f"has folders that look like splits ({alike}), and none for training"
        raise ImageSetError(
            f"{tree.path} {what}. Either name the folder for training train, or, if they are "
            "classes, set folders to classes"
        )
    else:
        return
    raise ImageSetError(
        f"{tree.path} {what}. These may be splits or classes: set folders to splits to {splits}, "
        f"or to classes to take each of them for a class"
    )


def _number(count: int) -> str:
    return {2: "two", 3: "three"}.get(count, str(count))


def _as_classes(tree: Tree, base: str) -> Arrangement:
    classes, images = _classes(tree, base, 2)
    _warn_of_inner_folders(tree, base)
    return _arrangement(tree, classes, {"train": images})


def _warn_of_inner_folders(tree: Tree, base: str) -> None:
    """Warn where the folders in the classes look like splits, or these like splits of them."""
    classes = tree.below(base)
    inner = [{*tree.below(f"{base}{name}/")} for name in classes]
    kinds = [{part.kind for each in names if (part := part_of(each))} for names in inner]
    if all("train" in found and len(found) > 1 for found in kinds):
        tree.warnings.append(
            f"{tree.path} has folders named as splits within its classes, which are not taken for "
            "splits: for that, the splits must be outermost"
        )
    elif len(inner[0]) > 1 and all(names == inner[0] for names in inner):
        tree.warnings.append(
            f"{tree.path} has the same folders ({first_few(sorted(inner[0]))}) in each of its "
            f"classes ({first_few(classes)}). If those are the classes, and these are splits, name "
            "them train, validation and test"
        )


def _as_splits(tree: Tree, base: str, parts: dict[str, SplitName]) -> Arrangement:
    kinds = kinds_of(parts)
    if "train" not in kinds.values():
        raise ImageSetError(f"{tree.path} has no folder for training: one named train is expected")
    for top in tree.below(base):
        if top not in kinds or kinds[top] == UNLABELLED:
            reason = _no_classes(tree) if top in kinds else NO_SPLIT
            tree.leave_out_folder(f"{base}{top}/", reason)
    classes: tuple[str, ...] = ()
    splits: dict[str, Labelled] = {}
    for split in SPLITS:
        tops = [top for top, kind in kinds.items() if kind == split]
        inner = [tree.wrapper(f"{base}{top}/") for top in tops]
        if split == "test":
            inner = [each for each in inner if not _left_out_unlabelled(tree, each, classes)]
        found = [_classes(tree, each, 2 if split == "train" else 1) for each in inner]
        if not found:
            continue
        if split == "train":
            classes = found[0][0]
        for of_folder, _ in found:
            _check_same(tree, split, of_folder, classes)
        number = {name: label for label, name in enumerate(classes)}
        splits[split] = tuple(
            sorted(
                (name, number[of_folder[label]])
                for of_folder, images in found
                for name, label in images
            )
        )
    return _arrangement(tree, classes, splits)


def _left_out_unlabelled(tree: Tree, base: str, classes: tuple[str, ...]) -> bool:
    """Leave out a test folder whose images have no classes, as those of competitions."""
    if not tree.images(base):
        if empty := not tree.below(base):
            tree.left_out.append((base, tree.empty))
        return empty
    tops = [top for top in tree.below(base) if tree.images(f"{base}{top}/")]
    known = {tree.label(top) for top in tops} & set(classes)
    unlabelled = not tops if tree.loose(base) else len(tops) == 1 and not known
    if unlabelled:
        tree.leave_out_images(base, _no_classes(tree))
        tree.warnings.append(
            f"{base.rstrip('/')} of {tree.path} is left out: its {tree.kind.many} have no classes"
        )
    return unlabelled


def _no_classes(tree: Tree) -> str:
    return f"{tree.kind.many} without classes"


def _check_same(tree: Tree, split: str, found: tuple[str, ...], classes: tuple[str, ...]) -> None:
    odd = sorted(set(found) ^ set(classes))
    if odd:
        only_case = {name.casefold() for name in found} == {name.casefold() for name in classes}
        raise ImageSetError(
            f"{tree.path} has other classes in {split} than in train: {first_few(odd)}"
            f"{'; they differ only in capital letters' if only_case else ''}"
        )


def _classes(tree: Tree, base: str, fewest: int) -> tuple[tuple[str, ...], Labelled]:
    """The classes in the folders below `base`, and their images; a class has one name in all
    ways in which Unicode can write it."""
    where = f"{base.rstrip('/')} of {tree.path}" if base else str(tree.path)
    tops = tree.below(base)
    labels = dict.fromkeys(tree.label(top) for top in tops)
    if len(labels) < fewest:
        count = f"one class ({next(iter(labels))})" if labels else "no classes"
        raise ImageSetError(
            f"{where} holds {count}, and at least two are needed: a subfolder of "
            f"{tree.kind.many} for each"
        )
    if len(labels) > MOST_CLASSES:
        raise ImageSetError(f"{where} holds more than {MOST_CLASSES} classes: {len(labels)}")
    if loose := tree.loose(base):
        raise ImageSetError(
            f"{where} has {tree.kind.many} in no class's subfolder: "
            f"{first_few([name.removeprefix(base) for name in loose])}"
        )
    # In the order of the names as they are written, which earlier versions had as well.
    classes = tuple(labels)
    number = {top: classes.index(tree.label(top)) for top in tops}
    images = {top: tree.images(f"{base}{top}/") for top in tops}
    filled = {tree.label(top) for top in tops if images[top]}
    if empty := [name for name in classes if name not in filled]:
        raise ImageSetError(
            f"{where} has classes without any {tree.kind.one}: {first_few(empty)}. "
            f"{tree.kind.many.capitalize()} are files that end in {', '.join(tree.kind.endings)}"
        )
    labelled = sorted((name, number[top]) for top in tops for name in images[top])
    return classes, tuple(labelled)


def _arrangement(tree: Tree, classes: tuple[str, ...], splits: dict[str, Labelled]) -> Arrangement:
    """What was found, with the images that are nowhere in it."""
    known = {name for images in splits.values() for name, _ in images}
    known |= {name for name, _ in tree.left_out}
    if outside := [name for name in tree.every if name not in known]:
        tree.left_out += [(name, OUTSIDE) for name in outside]
        tree.warnings.append(
            f"{tree.path} has {tree.kind.many} outside of the folders of classes, which are left "
            f"out: {first_few(outside)}"
        )
    return Arrangement(classes, splits, tuple(tree.left_out), tuple(tree.warnings))
