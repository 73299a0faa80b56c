"""Which data the people of a server may open by their path: any, or those in some folders alone.

A person at their own machine may name whatever they can read. Where a server is open to others,
they name paths of a machine that is not theirs.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

from attnlab.data.uploads import FOLDER

FOLDERS = "ATTNLAB_DATA"
"""The environment variable that names the folders, parted as in PATH."""


def is_loopback(address: str | None) -> bool:
    """Whether only this machine can reach a server at this address; None is every network."""
    if address is None:
        return False
    try:
        return address.lower() == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:  # a host name
        return False


def shared_folders(home: Path, address: str | None) -> list[Path] | None:
    """The folders in which a server at this address may open data; None where there is no limit.

    They are that of uploads and those that ATTNLAB_DATA names. Without it there is no limit at this
    machine's own address.
    """
    named = os.environ.get(FOLDERS, "")
    if not named and is_loopback(address):
        return None
    given = [Path(each).expanduser() for each in named.split(os.pathsep) if each]
    return [home / FOLDER, *given]
