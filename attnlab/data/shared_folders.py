"""Which data the people of a server may open by their path: any, or those in some folders alone.

A person at their own machine may name whatever they can read. Where a server is open to others,
they name paths of a machine that is not theirs.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path

from attnlab.data.paths import pasted_path
from attnlab.spec import SpecError
from attnlab.wording import shortened

FOLDERS = "ATTNLAB_DATA"
"""The environment variable that names the folders, parted as in PATH."""

_LONGEST_SHOWN = 200


def is_loopback(address: str | None) -> bool:
    """Whether only this machine can reach a server at this address; None is every network."""
    if address is None:
        return False
    try:
        return address.lower() == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:  # a host name
        return False


def shared_folders(address: str | None) -> list[Path] | None:
    """The folders in which a server at this address may open data; None where there is no limit.

    They are those that ATTNLAB_DATA names. Without it there is no limit at this machine's own
    address, and elsewhere no folder.
    """
    named = os.environ.get(FOLDERS, "")
    if not named and is_loopback(address):
        return None
    return [Path(each).expanduser() for each in named.split(os.pathsep) if each]


def check_shared(path: str, folders: Sequence[Path] | None) -> None:
    """Raise SpecError unless a path that somebody named leads into one of the folders, whatever
    links stand on the way; whether something is there is not said."""
    if folders is None:
        return
    place = os.path.realpath(pasted_path(path))
    if not any(Path(place).is_relative_to(os.path.realpath(folder)) for folder in folders):
        raise SpecError(
            f"this server opens data in the folders that {FOLDERS} names, and "
            f"{shortened(path, _LONGEST_SHOWN)} is in none of them: upload the data instead"
        )
