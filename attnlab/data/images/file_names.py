"""What the name of a file says: of which kind it is, and whether it is meant at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FileKind:
    """The files that a set is made of: what people call one and many, and how their names end, in
    small letters."""

    one: str
    many: str
    endings: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether a file is of this kind by the end of its name."""
        return name.lower().endswith(self.endings)


IMAGES = FileKind(
    "image",
    "images",
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp"),
        *(".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"),
    ),
)
TEXTS = FileKind("text", "texts", (".txt",))

HIDDEN = "hidden"
SYSTEM = "left by the operating system"

SYSTEM_NAMES = frozenset(
    {
        # macOS
        *("__macosx", "icon\r", "network trash folder", "temporary items"),
        # Windows
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "thumbs.db:encryptable", "desktop.ini"),
        *("$recycle.bin", "system volume information", "found.000"),
        # network storage, with thumbnails and deleted files that are images themselves
        *("@eadir", "@__thumb", "@recycle", "@recently-snapshot", "#recycle", "#snapshot"),
        # Linux, Python
        *("lost+found", "__pycache__"),
    }
)
"""Files and folders that systems leave about, in small letters."""


def unmeant(part: str) -> str | None:
    """Why a file or folder of this name (without its folders) is none of the user's; None if it
    is."""
    if part.startswith("."):
        return HIDDEN
    return SYSTEM if part.lower() in SYSTEM_NAMES else None


def unmeant_part(parts: Iterable[str]) -> tuple[str, str] | None:
    """The first part of a path that is not meant, with those before it, and why."""
    before: list[str] = []
    for part in parts:
        before.append(part)
        if reason := unmeant(part):
            return "/".join(before), reason
    return None
