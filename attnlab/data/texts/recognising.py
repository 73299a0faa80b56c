"""Whether what lies at a path is a set of texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attnlab.data.images.containers import opened
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.file_names import IMAGES, TEXTS
from attnlab.data.tables import TableError, is_named_like_a_table
from attnlab.data.tables.table import read_table
from attnlab.data.texts.columns import is_of_texts


def are_texts(path: Path, label: str = "", taken: Sequence[str] = (), sheet: str = "") -> bool:
    """Whether texts are all that can be learned from in a table, beside this label and columns that
    are `taken`; or whether a folder or archive holds more texts than images.

    False for what cannot be read.
    """
    try:
        if is_named_like_a_table(path):
            return is_of_texts(read_table(path, sheet), label, taken)
        with opened(path, kind=TEXTS) as container:
            files = list(container.files)
        texts = sum("/" in name and TEXTS.has(name) for name in files)
        return texts > sum(map(IMAGES.has, files))
    except (TableError, ImageSetError):
        return False  # which says why when it is read for a task
