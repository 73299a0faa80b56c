"""What tells two states of a data set apart: names, sizes and contents of its files."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attnlab.spec import SpecError

_NAMED = 3
_CONTENT_BYTES = 12
"""Of the hash of a file's content: enough that no two files meet by chance."""


class DataChangedError(SpecError):
    """Own data are not what they were; the message says what differs, and what can be done."""


@dataclass(frozen=True)
class Fingerprint:
    """The state of a data set: for each of its files, by name, its size and a hash of its content.

    Names are relative to the folder that holds all files, so that the same files elsewhere, or in
    an archive, have the same fingerprint.
    """

    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Thirty-two hexadecimal digits that stand for all names, sizes and contents."""
        lines = (f"{name}\0{content}\n" for name, content in sorted(self.files.items()))
        return hashlib.blake2b(
            "".join(lines).encode("utf-8", "surrogatepass"), digest_size=16
        ).hexdigest()

    def anonymous(self) -> Fingerprint:
        """The same with hashes in place of the names, which may tell whom a file is about."""
        return Fingerprint({name_hash(name): content for name, content in self.files.items()})

    def packed(self) -> bytes:
        """As bytes, to be kept."""
        return zlib.compress(json.dumps(dict(self.files), sort_keys=True).encode())

    @classmethod
    def unpacked(cls, kept: bytes) -> Fingerprint:
        """What `packed` gave."""
        return cls(json.loads(zlib.decompress(kept)))


def of_contents(files: Iterable[tuple[str, bytes]]) -> Fingerprint:
    """The fingerprint of these files, by their names (with forward slashes) and contents."""
    return of_hashes({name: content_hash(content) for name, content in files})


def of_hashes(hashes: Mapping[str, str]) -> Fingerprint:
    """The fingerprint of files whose `content_hash` is known."""
    common = _common_folder(list(hashes))
    return Fingerprint({name[len(common) :]: content for name, content in hashes.items()})


def content_hash(content: bytes) -> str:
    """The size and a hash of a file's content, as text."""
    digest = hashlib.blake2b(content, digest_size=_CONTENT_BYTES).hexdigest()
    return f"{len(content)} {digest}"


def name_hash(name: str) -> str:
    """Stands for the name of a file without telling it."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def differences(before: Fingerprint, now: Fingerprint) -> str:
    """What has changed in a data set, as a phrase; empty if nothing has.

    `before` may be anonymous: then files that are gone are counted, and not named.
    """
    here = now.files
    if before.files and not before.files.keys() & here.keys():
        hashed = {name_hash(name): name for name in here}
        if before.files.keys() & hashed.keys():
            here = {key: here[name] for key, name in hashed.items()}
            return _phrases(before.files, here, hashed)
    return _phrases(before.files, here, {})


def _phrases(before: Mapping[str, str], now: Mapping[str, str], named: Mapping[str, str]) -> str:
    changed = [name for name in before if name in now and now[name] != before[name]]
    new = [name for name in now if name not in before]
    gone = [name for name in before if name not in now]
    named_gone = {} if named else {name: name for name in gone}
    names = {name: named.get(name, name) for name in (*changed, *new)} | named_gone
    parts = [
        _counted(which, how, names)
        for which, how in ((changed, "changed"), (new, "new"), (gone, "missing"))
        if which
    ]
    return "; ".join(parts)


def _counted(which: list[str], how: str, names: Mapping[str, str]) -> str:
    of = f"{len(which)} {'file is' if len(which) == 1 else 'files are'} {how}"
    shown = sorted(names[name] for name in which if name in names)
    if not shown:
        return of
    more = len(shown) - _NAMED
    listed = ", ".join(shown[:_NAMED])
    return f"{of} ({listed} and {more} more)" if more > 0 else f"{of} ({listed})"


def _common_folder(names: list[str]) -> str:
    """The folder, with a slash at its end, that all names begin with; empty if there is none."""
    if not names:
        return ""
    folders = [name.split("/")[:-1] for name in (min(names), max(names))]
    common = []
    for first, last in zip(*folders, strict=False):
        if first != last:
            break
        common.append(first + "/")
    return "".join(common)
