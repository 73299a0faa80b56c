"""Where the files are that come with attnlab but are no modules: the app, its pages and its data.

In a checkout they lie at its top. A wheel holds them in `attnlab/_app`, where `pyproject.toml` has
them put.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_IN_A_WHEEL = _PACKAGE / "_app"
ROOT = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else _PACKAGE.parent

APP = ROOT / "streamlit_app.py"
CLAIMS = ROOT / "data" / "claims.json"
DIGIT_IMAGES = ROOT / "data" / "digit-images.zip"
GUEST_REMARKS = ROOT / "data" / "guest-remarks.csv"
PENGUINS = ROOT / "data" / "penguins.csv"
PULSES = ROOT / "data" / "pulses.csv"
NUMBER_WORDS = ROOT / "data" / "number-words.tsv"


class MissingFileError(Exception):
    """For a missing file of attnlab; the message says which, and what to do."""


def existing(path: Path) -> Path:
    """The path itself; raises MissingFileError if no file is there."""
    if not path.is_file():
        raise MissingFileError(
            f"{path} is missing, which comes with attnlab: install attnlab again, "
            "or run it from a complete checkout"
        )
    return path
