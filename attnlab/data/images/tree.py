"""The folders of an image set, and the images in each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from attnlab.data.images.containers import Container
from attnlab.data.images.file_names import FileKind
from attnlab.data.images.splits import part_of


@dataclass
class Tree:
    """The folders of a set and the images in them, `every` one by name, and what is found out.

    `label` reads a part of a name as text. Names of folders end with a slash; that of the set
    itself is empty.
    """

    path: str
    kind: FileKind
    label: Callable[[str], str]
    warnings: list[str]
    left_out: list[tuple[str, str]]
    every: list[str] = field(default_factory=list)
    _children: dict[str, list[str]] = field(default_factory=dict)
    _images: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, container: Container) -> Tree:
        """Folders without an entry of their own are found by the files in them."""
        tree = cls(
            str(container.path),
            container.kind,
            lambda top: unicodedata.normalize("NFC", container.label(top)),
            [*container.warnings],
            [*container.left_out],
        )
        folders = {each for name in container.folders for each in (*_above(name), f"{name}/")}
        for name in sorted(container.files):
            above = _above(name)
            folders |= {*above}
            if not tree.kind.has(name):
                tree.left_out.append((name, f"files that are no {tree.kind.many} of a known kind"))
                continue
            tree.every.append(name)
            for each in above:
                tree._images.setdefault(each, []).append(name)
        for folder in folders - {""}:
            parent, _, name = folder.rstrip("/").rpartition("/")
            tree._children.setdefault(f"{parent}/" if parent else "", []).append(name)
        return tree

    def below(self, base: str) -> list[str]:
        """The names of the folders directly in this one, sorted."""
        return sorted(self._children.get(base, []))

    def images(self, base: str) -> list[str]:
        """The images in this folder at any depth, by their whole names, sorted."""
        return self._images.get(base, [])

    def loose(self, base: str) -> list[str]:
        """The images directly in this folder."""
        return [name for name in self.images(base) if "/" not in name[len(base) :]]

    def wrapper(self, base: str, past_loose: bool = False, past_splits: bool = True) -> str:
        """The innermost folder that holds all others, from this one inwards; images beside them
        are passed by or end the search, and so does a folder that is named as a split."""
        while True:
            tops = self.below(base)
            filled = [top for top in tops if self.images(f"{base}{top}/")]
            if len(tops) != 1 and not (len(filled) == 1 and self._holds_splits(base, filled[0])):
                return base
            only = filled[0] if filled else tops[0]
            if not past_splits and part_of(self.label(only)):
                return base
            if not self.below(f"{base}{only}/") or (self.loose(base) and not past_loose):
                return base
            base += f"{only}/"

    def _holds_splits(self, base: str, top: str) -> bool:
        """Whether the splits are in this folder, so that those without images beside it are no
        classes."""
        parts = [part_of(each) for each in self.below(f"{base}{top}/")]
        plain = {part.kind for part in parts if part and part.plain}
        return "train" in plain and len(plain) > 1 and not part_of(top)

    @property
    def empty(self) -> str:
        """Why a folder without any is left out."""
        return f"folders without {self.kind.many}"

    def leave_out_images(self, base: str, reason: str) -> None:
        """Note that the images in this folder are left out."""
        self.left_out += [(name, reason) for name in self.images(base)]

    def leave_out_folder(self, base: str, reason: str) -> None:
        """Note that this folder is left out, or its images one by one."""
        if self.images(base):
            self.leave_out_images(base, reason)
        else:
            self.left_out.append((base, self.empty))


def _above(name: str) -> list[str]:
    """The folders that hold a file or folder, from the set itself inwards."""
    return ["", *(name[: place + 1] for place, letter in enumerate(name) if letter == "/")]
