"""The folder that keeps everything: where it is, and what is in it."""

from __future__ import annotations

import os
from pathlib import Path

from attnlab.store.errors import StoreError

DATABASE, ARTIFACTS = "attnlab.db", "artifacts"


def home_folder(chosen: Path | str | None = None) -> Path:
    """The folder that was chosen, by default the environment's ATTNLAB_HOME, else `~/.attnlab`.

    Raises StoreError where `~` stands for nobody.
    """
    chosen = chosen or os.environ.get("ATTNLAB_HOME") or "~/.attnlab"
    try:
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise StoreError(f"there is no folder {chosen}: set ATTNLAB_HOME to one") from error


def run_folders(home: Path) -> dict[int, Path]:
    """The folders of runs' files, by the number of the run."""
    artifacts = home / ARTIFACTS
    found = artifacts.iterdir() if artifacts.is_dir() else ()
    return {int(folder.name): folder for folder in found if folder.name.isdecimal()}
