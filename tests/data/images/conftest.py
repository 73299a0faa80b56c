"""Small image sets, as folders and as archives."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image


def png(shade=0, size=(8, 6), mode="L", kind="PNG", **options):
    """The bytes of an image in one shade."""
    file = io.BytesIO()
    Image.new(mode, size, shade).save(file, kind, **options)
    return file.getvalue()


def noise(seed, size=8):
    """The bytes of an image of noise, another for every seed."""
    file = io.BytesIO()
    values = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


def usual(each=4, base=""):
    """Files of two classes: {"cats/0.png": …}, in shades that tell them apart."""
    return {
        f"{base}{name}/{number}.png": png(start + number)
        for name, start in (("cats", 10), ("dogs", 100))
        for number in range(each)
    }


@pytest.fixture(params=["folder", "zip"])
def put(request, tmp_path):
    """Write files, and empty folders where the bytes are None: put({"cats/0.png": …})."""

    def write(files):
        if request.param == "zip":
            return archived(tmp_path / "set.zip", files)
        for name, data in files.items():
            path = tmp_path / "set" / name
            (path if data is None else path.parent).mkdir(parents=True, exist_ok=True)
            if data is not None:
                path.write_bytes(data)
        return tmp_path / "set"

    return write


class PlainName(zipfile.ZipInfo):
    """An entry with a name in other bytes than UTF-8, and no word of how it is written."""

    def __init__(self, raw, extra=b""):
        super().__init__(raw.decode("cp437"))
        self.raw, self.extra = raw, extra

    def _encodeFilenameFlags(self):  # noqa: N802 (zipfile calls it so)
        return self.raw, self.flag_bits & ~0x800


def archived_raw(path, files, extra=None):
    """A zip archive of these files, whose names are bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for raw, data in files.items():
            archive.writestr(PlainName(raw, extra(raw) if extra else b""), data)
    return path


def archived(path, files):
    """A zip archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}/" if data is None else name, data or b"")
    return path
