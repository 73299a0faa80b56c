"""What has to be the same on every machine for the same numbers. Imports none of it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from attnlab.version import __version__

PACKAGES = ("tensorflow", "keras", "numpy")
CODE = "attnlab's code"

Versions = Mapping[str, str]


@lru_cache(maxsize=1)
def versions() -> Versions:
    """Python, attnlab and its code, TensorFlow, Keras and NumPy on this machine."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "attnlab": __version__,
        CODE: _code(),
        **{name: version_of(name) for name in PACKAGES},
    }


def differences(here: Versions, there: Versions) -> str:
    """What differs there, as in "keras 3.14 instead of 3.15"; empty where nothing does.

    Where attnlab's version differs, its code does so, too, which is not worth a word.
    """
    names = [name for name in here if there.get(name) != here[name]]
    if "attnlab" in names and CODE in names:
        names.remove(CODE)
    return ", ".join(
        f"other code in attnlab {here['attnlab']}"
        if name == CODE
        else f"{name} {there.get(name) or 'missing'} instead of {here[name]}"
        for name in names
    )


def version_of(package: str) -> str:
    """The version of a package as it is installed here."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _code() -> str:
    """A hash of every Python file of attnlab; a release and a checkout of it have the same."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(
        package.rglob("*.py"), key=lambda file: file.relative_to(package).as_posix()
    ):
        digest.update(file.relative_to(package).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
